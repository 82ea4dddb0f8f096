/* suanpan check [FILE|PACK]: is everything a node needs well? All that is wrong at once. */
#include "adapters/storage/sqlite/sqlite.h"
#include "base/clock.h"
#include "base/text.h"
#include "main/check_rules.h"
#include "main/client.h"
#include "main/command.h"
#include "main/ledger.h"
#include "main/node.h"
#include "main/report.h"
#include "ports/migrate.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUT_MAX (16u << 20)

struct check {
  const struct sp_args *args;
  struct sp_config config;
  struct sp_problems problems;
  struct sp_buf out;
  int warnings;
};

/* ---- Settings ---- */

/* Whoever knows the path of a webhook may often post there: only scheme and host are shown. */
static void url_put(const char *url, struct sp_buf *out) {
  const char *host = strstr(url, "://");
  size_t len = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/") : strlen(url);
  sp_buf_add(out, url, len);
  if (url[len] != '\0' && url[len + 1] != '\0') sp_buf_puts(out, "/***");
}

static void value_put(const struct sp_config_setting *setting, struct sp_buf *out) {
  if (setting->type == SP_SETTING_INT) {
    sp_buf_int(out, setting->integer);
    return;
  }
  if (setting->type == SP_SETTING_TEXT && setting->text[0] != '\0' && strcmp(setting->format, "secret") == 0) {
    sp_buf_puts(out, "***");
    return;
  }
  if (setting->type == SP_SETTING_TEXT && strcmp(setting->format, "url") == 0) {
    url_put(setting->text, out);
    return;
  }
  if (setting->type == SP_SETTING_TEXT) {
    sp_buf_puts(out, setting->text);
    return;
  }
  for (const char *const *item = setting->list; *item; item++)
    sp_buf_printf(out, "%s%s", item == setting->list ? "" : ",", *item);
}

static void settings_put(struct check *check) {
  struct sp_grid grid;
  sp_grid_start(&grid, 4);
  sp_grid_cell(&grid, sp_tr(check->args->lang, "setting"));
  sp_grid_cell(&grid, sp_tr(check->args->lang, "value"));
  sp_grid_cell(&grid, sp_tr(check->args->lang, "from"));
  sp_grid_cell(&grid, sp_tr(check->args->lang, "what it is"));
  for (int i = 0; i < check->config.setting_count; i++) {
    const struct sp_config_setting *setting = &check->config.settings[i];
    struct sp_buf value;
    if (!check->args->settings && setting->where[0] == '\0') continue;
    sp_buf_init(&value, 4096);
    value_put(setting, &value);
    sp_grid_cell(&grid, setting->key);
    sp_grid_cell(&grid, sp_buf_text(&value));
    sp_grid_cell(&grid, setting->where[0] != '\0' ? setting->where : sp_tr(check->args->lang, "default"));
    sp_grid_cell(&grid, check->args->lang == SP_LANG_ZH ? setting->title_zh : setting->title_en);
    sp_buf_free(&value);
  }
  if (grid.rows > grid.columns) sp_grid_print(&grid, &check->out);
  sp_buf_free(&grid.text);
}

static void config_check(struct check *check) {
  int result = sp_command_config_load(check->args, &check->config, &check->problems);
  if (!result) sp_config_strangers(&check->config, (const char *const *)environ, &check->problems);
  const char *file = check->config.file[0] != '\0' ? check->config.file : sp_tr(check->args->lang, "no file");
  sp_buf_printf(&check->out, sp_tr(check->args->lang, "Configuration: %s\n"), file);
  settings_put(check);
}

/* ---- Rules ---- */

static void rules_check(struct check *check, const char *folder, const char *store) {
  const struct sp_rules_check rules = {
      .lang = check->args->lang, .folder = folder, .store = store, .now = sp_clock_now_ms()};
  check->warnings += sp_check_rules(&rules, &check->problems, &check->out);
}

/* ---- Database ---- */

static void node_ask(struct check *check) {
  char socket[SP_FOLDER_PATH_MAX + 64];
  struct sp_client_reply reply = {0};
  struct sp_error error = {.lang = check->args->lang};
  const struct sp_client_request request = {
      .method = "GET", .target = "/healthz", .lang = check->args->lang, .timeout_ms = 5000};
  sp_command_socket(&check->config, socket);
  int result = sp_client_call(socket, &request, &reply, &error);
  if (!result && reply.status != 200)
    result = sp_fail(&error, SP_E_STATE, NULL, "The running node is not well: %.200s", sp_buf_text(&reply.body));
  if (!result) result = sp_ledger_ask(socket, check->args->lang, &error);
  if (result)
    *sp_problems_add(&check->problems, socket) = error;
  else
    sp_buf_printf(&check->out,
                  sp_tr(check->args->lang, "\nDatabase: a node is running and well, its ledgers agree (%s)\n"),
                  check->config.data);
  sp_buf_free(&reply.body);
}

static int database_look(struct check *check, const char *path, struct sp_error *err) {
  const struct sp_db_options options = {.location = path, .mode = SP_DB_WRITE};
  struct sp_db *db = NULL;
  int64_t version = 0;
  bool unclean = sp_sqlite_was_unclean(path);
  int result = sp_sqlite_api()->open(&options, &db, err);
  if (!result) result = sp_sqlite_api()->check(db, false, err);
  if (!result) result = sp_sqlite_api()->version(db, &version, err);
  if (!result && version > sp_migrate_latest())
    result = sp_fail(err, SP_E_UNSUPPORTED, NULL, "The database has schema %lld, this program knows %lld",
                     (long long)version, (long long)sp_migrate_latest());
  sp_db_close(db);
  if (result) return result;
  sp_buf_printf(&check->out, sp_tr(check->args->lang, "\nDatabase: %s, schema %lld of %lld, sound\n"), path,
                (long long)version, (long long)sp_migrate_latest());
  if (unclean) sp_buf_puts(&check->out, sp_tr(check->args->lang, "It was not closed in order last time.\n"));
  if (version != sp_migrate_latest()) {
    sp_buf_puts(&check->out,
                sp_tr(check->args->lang, "Its ledgers are proved after the next start has migrated it.\n"));
    return 0;
  }
  result = sp_ledger_prove(path, sp_tr(check->args->lang, "Proof"), err);
  if (!result) sp_buf_puts(&check->out, sp_tr(check->args->lang, "Its ledgers agree and its chains verify.\n"));
  return result;
}

static void database_check(struct check *check) {
  struct sp_folder folder;
  struct sp_error error = {.lang = check->args->lang};
  struct stat info;
  char path[SP_FOLDER_PATH_MAX + 64] = "";
  int result = sp_folder_open_existing(check->config.data, "suanpan check", &folder, &error);
  if (result == SP_E_BUSY) {
    node_ask(check);
    return;
  }
  if (!result) sp_folder_name(&folder, SP_NODE_DATABASE, path);
  if (result == SP_E_NOT_FOUND || (!result && stat(path, &info) != 0)) {
    sp_buf_printf(&check->out, sp_tr(check->args->lang, "\nDatabase: none yet in %s; the first start makes it\n"),
                  check->config.data);
    result = 0;
  } else if (!result) {
    result = database_look(check, path, &error);
  }
  if (result) *sp_problems_add(&check->problems, path[0] != '\0' ? path : "data") = error;
  sp_folder_close(&folder);
}

/* ---- The command ---- */

static int finish(struct check *check) {
  fputs(sp_buf_text(&check->out), stdout);
  fflush(stdout);
  sp_buf_reset(&check->out);
  sp_problems_print(&check->problems, &check->out);
  fputs(sp_buf_text(&check->out), stderr);
  if (check->warnings > 0) printf(sp_tr(check->args->lang, "warnings: %d\n"), check->warnings);
  if (check->problems.count == 0 && check->warnings == 0)
    puts(sp_tr(check->args->lang, "Everything is well."));
  else if (check->problems.count > 0)
    fprintf(stderr, sp_tr(check->args->lang, "problems: %d\n"), check->problems.count);
  sp_buf_free(&check->out);
  if (check->problems.count > 0) return SP_EXIT_BAD;
  return check->warnings > 0 && check->args->strict ? SP_EXIT_WARNED : SP_EXIT_GOOD;
}

int sp_command_check(const struct sp_args *args) {
  struct check check = {.args = args, .problems = {.lang = args->lang}};
  struct stat info;
  const char *file = args->word_count > 0 ? args->words[0] : NULL;
  if (args->word_count > 1) {
    struct sp_error error = {.lang = args->lang};
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan check [FILE]");
    return sp_command_misuse(args, &error);
  }
  sp_log_init(SP_LOG_ERROR, 2);
  sp_buf_init(&check.out, OUT_MAX);
  sp_sqlite_init();
  if (file && stat(file, &info) == 0 && S_ISDIR(info.st_mode)) {
    rules_check(&check, file, "");
    return finish(&check);
  }
  struct sp_args named = *args;
  if (file) named.config_file = file;
  check.args = &named;
  config_check(&check);
  if (check.config.data) {
    rules_check(&check, check.config.rules_folder, check.config.store.code);
    if (!file) database_check(&check);
  }
  int status = finish(&check);
  sp_config_free(&check.config);
  return status;
}
