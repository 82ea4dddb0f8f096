/* The configuration: defaults, the file with its lines, environment and flags over it, what must hold between settings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "main/config_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rig {
  char folder[64], file[96];
  struct sp_config config;
  struct sp_problems problems;
  bool loaded;
};

static int setup(void **state) {
  struct rig *rig = calloc(1, sizeof *rig);
  if (!rig) return -1;
  snprintf(rig->folder, sizeof rig->folder, "/tmp/sp-config-XXXXXX");
  if (!mkdtemp(rig->folder)) return -1;
  snprintf(rig->file, sizeof rig->file, "%s/suanpan.json", rig->folder);
  *state = rig;
  return 0;
}

static int teardown(void **state) {
  struct rig *rig = *state;
  if (rig->loaded) sp_config_free(&rig->config);
  unlink(rig->file);
  rmdir(rig->folder);
  free(rig);
  return 0;
}

static void file_write(struct rig *rig, const char *text) {
  FILE *file = fopen(rig->file, "w");
  assert_non_null(file);
  assert_int_equal(fputs(text, file) >= 0, 1);
  fclose(file);
}

static int load(struct rig *rig, const char *text, const char *const *environment, const struct sp_config_flag *flags,
                int flag_count) {
  if (text) file_write(rig, text);
  if (rig->loaded) sp_config_free(&rig->config);
  const struct sp_config_source source = {
      .file = text ? rig->file : NULL,
      .environment = environment,
      .flags = flags,
      .flag_count = flag_count,
  };
  memset(&rig->problems, 0, sizeof rig->problems);
  rig->loaded = true;
  return sp_config_load(&source, &rig->config, &rig->problems);
}

/* The one complaint about `text`: its line, its field, and a word of its sentence. */
static void refuses(struct rig *rig, const char *text, int line, const char *field, const char *word) {
  char where[128];
  assert_int_not_equal(load(rig, text, NULL, NULL, 0), 0);
  assert_int_equal(rig->problems.count, 1);
  const struct sp_problem *problem = &rig->problems.list[0];
  snprintf(where, sizeof where, "%s:%d", rig->file, line);
  assert_string_equal(problem->where, where);
  assert_string_equal(problem->error.field, field);
  assert_non_null(strstr(problem->error.message, word));
}

static void test_defaults_are_enough(void **state) {
  struct rig *rig = *state;
  assert_int_equal(load(rig, NULL, NULL, NULL, 0), 0);
  const struct sp_config *config = &rig->config;
  assert_string_equal(config->host, "127.0.0.1");
  assert_int_equal(config->port, 7070);
  assert_string_equal(config->store.code, "S001");
  assert_string_equal(config->store.zone, "Asia/Shanghai");
  assert_string_equal(config->store.currency, "CNY");
  assert_int_equal(config->store.cutoff_minute, 240);
  assert_string_equal(config->tills[0], "T01");
  assert_string_equal(config->tills[1], "T02");
  assert_null(config->tills[2]);
  assert_null(config->hosts[0]);
  assert_int_equal(config->workers, 2);
  assert_int_equal(config->language, SP_LANG_ZH);
  assert_int_equal(config->log_level, SP_LOG_INFO);
  assert_int_equal(config->policy.session_ms, 16 * 3600000LL);
  assert_int_equal(config->policy.idempotency_ms, 7 * 86400000LL);
  assert_int_equal(config->policy.print_days, 400);
  assert_string_equal(config->tls_cert, "");
}

static void test_every_setting_is_declared_well(void **state) {
  struct rig *rig = *state;
  assert_int_equal(load(rig, NULL, NULL, NULL, 0), 0);
  for (int i = 0; i < rig->config.setting_count; i++) {
    const struct sp_config_setting *setting = &rig->config.settings[i];
    assert_true(setting->title_en[0] != '\0');
    assert_true(setting->title_zh[0] != '\0');
    assert_true(setting->min <= setting->max);
    assert_string_equal(setting->where, "");
    for (int j = 0; j < i; j++)
      assert_string_not_equal(setting->name, rig->config.settings[j].name);
  }
  assert_true(rig->config.setting_count > 20);
}

static void test_file_is_read_with_its_lines(void **state) {
  struct rig *rig = *state;
  char where[128];
  assert_int_equal(load(rig,
                        "{\n  \"workers\": 4,\n  \"store\": {\n    \"name\": \"晨光店\",\n    \"cutoff\": \"05:30\"},\n"
                        "  \"tills\": [\"A\", \"B\", \"C\"], \"language\": \"en\",\n  \"data\": \"books\"\n}\n",
                        NULL, NULL, 0),
                   0);
  assert_int_equal(rig->config.workers, 4);
  assert_string_equal(rig->config.store.name, "晨光店");
  assert_int_equal(rig->config.store.cutoff_minute, 330);
  assert_string_equal(rig->config.tills[2], "C");
  assert_int_equal(rig->config.language, SP_LANG_EN);
  snprintf(where, sizeof where, "%s:5", rig->file);
  assert_string_equal(sp_config_setting(&rig->config, "store.cutoff")->where, where);
  snprintf(where, sizeof where, "%s/books", rig->folder);
  assert_string_equal(rig->config.data, where); /* relative to the file's folder */
}

static void test_unknown_keys_are_named_with_their_line(void **state) {
  struct rig *rig = *state;
  refuses(rig, "{\n\n  \"worker\": 2\n}", 3, "worker", "no such setting");
  refuses(rig, "{\"store\": {\"code\": \"S1\",\n \"nmae\": \"x\"}}", 2, "store.nmae", "no such setting");
  refuses(rig, "{\"hosts\": [\"{\", \"]\\\"\"]}", 1, "hosts", "no host name");
  refuses(rig, "{\"hosts\": [],\n\n\"a.b\": {}}", 3, "a.b", "no such setting");
  refuses(rig, "{\"store\": {\"name\": \"} ] \\\" {\"},\n\n\"tls\": {}, \"x\": [1, {\"y\": 2}]}", 3, "x",
          "no such setting");
  refuses(rig, "{\"store\": 5}", 1, "store", "must be an object");
}

static void test_types_and_bounds_are_checked_with_their_line(void **state) {
  struct rig *rig = *state;
  refuses(rig, "{\n\"workers\": 17}", 2, "workers", "between 1 and 16");
  refuses(rig, "{\n\"workers\": 1.5}", 2, "workers", "whole number");
  refuses(rig, "{\n\"workers\": \"2\"}", 2, "workers", "whole number");
  refuses(rig, "{\"store\":\n{\"code\": 7}}", 2, "store.code", "text");
  refuses(rig, "{\"store\":\n{\"code\": \"\"}}", 2, "store.code", "1 to 20");
  refuses(rig, "{\"store\":\n{\"code\": \"S 1\"}}", 2, "store.code", "no code");
  refuses(rig, "{\"store\":\n{\"currency\": \"cny\"}}", 2, "store.currency", "capital");
  refuses(rig, "{\"store\":\n{\"cutoff\": \"24:00\"}}", 2, "store.cutoff", "time of day");
  refuses(rig, "{\"store\":\n{\"zone\": \"Asia/Nowhere\"}}", 2, "store.zone", "no time zone");
  refuses(rig, "{\"language\": \"fr\"}", 1, "language", "zh, en");
  refuses(rig, "{\n\"tills\": []}", 2, "tills", "1 to 64");
  refuses(rig, "{\n\"tills\": [\"A\",\"A\"]}", 2, "tills", "twice");
  refuses(rig, "{\n\"tills\": [1]}", 2, "tills", "list of texts");
  refuses(rig, "{\n\"tills\": [\"T-1\"]}", 2, "tills", "till");
  refuses(rig, "{\n\"printer\": \"lpt1\"}", 2, "printer", "lpt1");
  refuses(rig, "{\"log\": {\n\"level\": \"loud\"}}", 2, "log.level", "debug, info, warn, error");
  refuses(rig, "{\"listen\": \"localhost:1\"}", 1, "listen", "no address");
}

static void test_what_is_not_json_is_refused(void **state) {
  struct rig *rig = *state;
  assert_int_not_equal(load(rig, "{\n  \"workers\": 2,\n}\n", NULL, NULL, 0), 0);
  assert_string_equal(rig->problems.list[0].where, rig->file);
  assert_non_null(strstr(rig->problems.list[0].error.message, "3"));
  assert_int_not_equal(load(rig, "[]", NULL, NULL, 0), 0);
  assert_int_not_equal(load(rig, "{\"workers\": 2, \"workers\": 3}", NULL, NULL, 0), 0);
  const struct sp_config_source source = {.file = "/nowhere/suanpan.json"};
  sp_config_free(&rig->config);
  memset(&rig->problems, 0, sizeof rig->problems);
  assert_int_equal(sp_config_load(&source, &rig->config, &rig->problems), SP_E_NOT_FOUND);
}

static void test_all_problems_are_told_at_once(void **state) {
  struct rig *rig = *state;
  struct sp_buf text;
  assert_int_not_equal(load(rig, "{\"workers\": 0,\n\"nope\": 1,\n\"store\": {\"code\": \"\"}}", NULL, NULL, 0), 0);
  assert_int_equal(rig->problems.count, 3);
  sp_buf_init(&text, 4096);
  sp_problems_print(&rig->problems, &text);
  assert_non_null(strstr(sp_buf_text(&text), "suanpan.json:2: nope: There is no such setting\n"));
  sp_buf_free(&text);
}

static void test_many_problems_stay_in_their_list(void **state) {
  struct rig *rig = *state;
  struct sp_buf text;
  sp_buf_init(&text, 65536);
  sp_buf_puts(&text, "{\"workers\": 2");
  for (int i = 0; i < 3 * SP_PROBLEMS_MAX; i++)
    sp_buf_printf(&text, ",\n\"k%d\": 1", i);
  sp_buf_puts(&text, "}");
  assert_int_not_equal(load(rig, sp_buf_text(&text), NULL, NULL, 0), 0);
  assert_int_equal(rig->problems.count, 3 * SP_PROBLEMS_MAX);
  sp_buf_free(&text);
}

static void test_environment_and_flags_go_over_the_file(void **state) {
  struct rig *rig = *state;
  static const char *const environment[] = {"SUANPAN_WORKERS=3", "SUANPAN_STORE_CODE=E1", "SUANPAN_TILLS=X,Y", "HOME=/",
                                            NULL};
  static const struct sp_config_flag flags[] = {
      {.key = "store.code", .flag = "--set", .value = "F0"},
      {.key = "store.code", .flag = "--set", .value = "F1"},
  };
  const char *text = "{\"workers\": 5, \"store\": {\"code\": \"A1\", \"name\": \"N\"}}";
  assert_int_equal(load(rig, text, environment, flags, 2), 0);
  assert_int_equal(rig->config.workers, 3);
  assert_string_equal(rig->config.store.code, "F1");
  assert_string_equal(rig->config.store.name, "N");
  assert_string_equal(rig->config.tills[1], "Y");
  assert_string_equal(sp_config_setting(&rig->config, "workers")->where, "SUANPAN_WORKERS");
  assert_string_equal(sp_config_setting(&rig->config, "store.code")->where, "--set");
}

static void test_environment_and_flags_are_checked_too(void **state) {
  struct rig *rig = *state;
  static const char *const environment[] = {"SUANPAN_WORKERS=many", NULL};
  static const struct sp_config_flag flags[] = {
      {.key = "store.nmae", .flag = "--set", .value = "x"},
      {.key = "listen", .flag = "--listen", .value = "127.0.0.1:99999"},
  };
  assert_int_not_equal(load(rig, NULL, environment, flags, 2), 0);
  assert_int_equal(rig->problems.count, 3);
  assert_string_equal(rig->problems.list[0].where, "SUANPAN_WORKERS");
  assert_string_equal(rig->problems.list[1].error.field, "store.nmae");
  assert_string_equal(rig->problems.list[2].where, "--listen");
}

static void test_variables_that_are_no_setting_are_found(void **state) {
  struct rig *rig = *state;
  static const char *const environment[] = {"SUANPAN_WORKERS=2", "SUANPAN_CONFIG=x", "SUANPAN_WORKER=2", "SUANPAN_C=1",
                                            NULL};
  assert_int_equal(load(rig, NULL, environment, NULL, 0), 0);
  sp_config_strangers(&rig->config, environment, &rig->problems);
  assert_int_equal(rig->problems.count, 2);
  assert_string_equal(rig->problems.list[0].where, "SUANPAN_WORKER");
}

static int load_listen(struct rig *rig, const char *listen, const char *cert, const char *key) {
  const struct sp_config_flag flags[] = {
      {.key = "listen", .flag = "--listen", .value = listen},
      {.key = "tls.cert", .flag = "--set", .value = cert},
      {.key = "tls.key", .flag = "--set", .value = key},
  };
  return load(rig, NULL, NULL, flags, 3);
}

static void test_only_this_machine_without_a_certificate(void **state) {
  struct rig *rig = *state;
  file_write(rig, "x");
  assert_int_equal(load_listen(rig, "127.9.9.9:0", "", ""), 0);
  assert_int_equal(load_listen(rig, "[::1]:80", "", ""), 0);
  assert_string_equal(rig->config.host, "::1");
  assert_int_equal(rig->config.port, 80);
  assert_int_equal(load_listen(rig, "0.0.0.0:7070", "", ""), SP_E_INVALID);
  assert_int_equal(load_listen(rig, "192.168.1.5:7070", "", ""), SP_E_INVALID);
  assert_int_equal(load_listen(rig, "[::]:7070", "", ""), SP_E_INVALID);
  assert_int_equal(load_listen(rig, "0.0.0.0:7070", rig->file, ""), SP_E_INVALID);
  assert_int_equal(load_listen(rig, "0.0.0.0:7070", rig->file, "/nowhere/key.pem"), SP_E_NOT_FOUND);
  assert_int_equal(load_listen(rig, "0.0.0.0:7070", rig->file, rig->file), 0);
}

static void test_addresses(void **state) {
  (void)state;
  static const char *const bad[] = {"",       ":80",   "127.0.0.1", "127.0.0.1:",     "127.0.0.1:x",
                                    "::1:80", "[::1]", "[::1]:",    "[127.0.0.1]:80", "1.2.3:80",
                                    "[]:1",   "]:1",   "[:1",       "127.0.0.1:-1",   "127.0.0.1:65536"};
  struct sp_arena arena;
  const char *host = NULL;
  int port = 0;
  sp_arena_init(&arena, 65536);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(sp_address_split(bad[i], &arena, &host, &port, NULL), SP_E_INVALID);
  assert_int_equal(sp_address_split("127.0.0.1:65535", &arena, &host, &port, NULL), 0);
  assert_int_equal(port, 65535);
  sp_arena_free(&arena);
}

static void test_chinese_sentences(void **state) {
  struct rig *rig = *state;
  file_write(rig, "{\"workers\": 0}");
  const struct sp_config_source source = {.file = rig->file};
  struct sp_problems *problems = &rig->problems;
  *problems = (struct sp_problems){.lang = SP_LANG_ZH};
  rig->loaded = true;
  assert_int_not_equal(sp_config_load(&source, &rig->config, problems), 0);
  assert_string_equal(problems->list[0].error.message, "必须在 1 与 16 之间");
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
      WITH(test_defaults_are_enough),
      WITH(test_every_setting_is_declared_well),
      WITH(test_file_is_read_with_its_lines),
      WITH(test_unknown_keys_are_named_with_their_line),
      WITH(test_types_and_bounds_are_checked_with_their_line),
      WITH(test_what_is_not_json_is_refused),
      WITH(test_all_problems_are_told_at_once),
      WITH(test_many_problems_stay_in_their_list),
      WITH(test_environment_and_flags_go_over_the_file),
      WITH(test_environment_and_flags_are_checked_too),
      WITH(test_variables_that_are_no_setting_are_found),
      WITH(test_only_this_machine_without_a_certificate),
      WITH(test_addresses),
      WITH(test_chinese_sentences),
#undef WITH
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
