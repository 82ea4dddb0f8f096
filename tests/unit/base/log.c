/* The log: one JSON line a call, escaped, bounded, cut at a character, one write even from many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/log.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct pipe_ends {
  int read;
  int write;
};

static struct pipe_ends open_pipe(enum sp_log_level level) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  sp_log_init(level, ends[1]);
  return (struct pipe_ends){.read = ends[0], .write = ends[1]};
}

static void close_pipe(struct pipe_ends ends) {
  sp_log_init(SP_LOG_INFO, STDERR_FILENO);
  (void)close(ends.read);
  (void)close(ends.write);
}

/* The one line in the pipe, checked as JSON; the caller frees the tree. */
static struct cJSON *read_line(struct pipe_ends ends) {
  char line[2048];
  ssize_t len = read(ends.read, line, sizeof line);
  assert_true(len > 1 && len <= 1024);
  assert_ptr_equal(memchr(line, '\n', (size_t)len), line + len - 1);
  struct cJSON *tree = NULL;
  struct sp_error err = {.lang = SP_LANG_EN};
  if (sp_json_parse(line, (size_t)len - 1, &tree, &err)) print_error("%s\n", err.message);
  assert_non_null(tree);
  return tree;
}

static const char *member(const struct cJSON *tree, const char *name) {
  const struct cJSON *item = sp_json_member(tree, name);
  assert_non_null(item);
  return item->valuestring;
}

static void writes_one_json_line(void **state) {
  (void)state;
  struct pipe_ends ends = open_pipe(SP_LOG_INFO);
  errno = 77;
  sp_log(SP_LOG_WARN, "writer", "group of %d took %s", 64, "long");
  assert_int_equal(errno, 77);
  struct cJSON *tree = read_line(ends);
  assert_string_equal(member(tree, "level"), "warn");
  assert_string_equal(member(tree, "at"), "writer");
  assert_string_equal(member(tree, "msg"), "group of 64 took long");
  assert_int_equal(strlen(member(tree, "t")), 24);
  sp_json_free(tree);
  close_pipe(ends);
}

static void drops_what_is_below_its_level(void **state) {
  (void)state;
  struct pipe_ends ends = open_pipe(SP_LOG_WARN);
  sp_log(SP_LOG_DEBUG, "a", "no");
  sp_log(SP_LOG_INFO, "a", "no");
  sp_log(SP_LOG_ERROR, "a", "yes");
  struct cJSON *tree = read_line(ends);
  assert_string_equal(member(tree, "msg"), "yes");
  assert_string_equal(member(tree, "level"), "error");
  sp_json_free(tree);
  close_pipe(ends);
}

static void cannot_be_forged(void **state) {
  (void)state;
  struct pipe_ends ends = open_pipe(SP_LOG_INFO);
  sp_log(SP_LOG_INFO, "h\"x", "%s", "a\n{\"t\":1}\r\x1B[31m\\ \xFF \xC2\x85 可");
  struct cJSON *tree = read_line(ends);
  assert_string_equal(member(tree, "at"), "h\"x");
  assert_string_equal(member(tree, "msg"), "a\n{\"t\":1}\r\x1B[31m\\ \xEF\xBF\xBD \xC2\x85 可");
  sp_json_free(tree);
  close_pipe(ends);
}

/* Whatever is cut off, the line stays whole: escapes, characters and the closing brace. */
static void cuts_long_lines(void **state) {
  (void)state;
  static const char *const fillers[] = {"a", "\xE5\x8F\xAF", "\xF0\x9F\x98\x80", "\"", "\n", "\xFF", "\x01"};
  struct pipe_ends ends = open_pipe(SP_LOG_INFO);
  for (size_t kind = 0; kind < sizeof fillers / sizeof fillers[0]; kind++) {
    for (int shift = 0; shift < 8; shift++) {
      struct sp_buf text;
      sp_buf_init(&text, 8192);
      sp_buf_printf(&text, "%.*s", shift, "12345678");
      while (text.len < 2000)
        sp_buf_puts(&text, fillers[kind]);
      sp_log(SP_LOG_INFO, "test", "%s", sp_buf_text(&text));
      struct cJSON *tree = read_line(ends);
      const char *message = member(tree, "msg");
      assert_true(strlen(message) >= 150);
      if (kind != 5) assert_memory_equal(message, text.data, strlen(message));
      sp_json_free(tree);
      sp_buf_free(&text);
    }
  }
  close_pipe(ends);
}

enum { THREADS = 4, LINES = 200 };

static void *chatter(void *who) {
  for (int i = 0; i < LINES; i++)
    sp_log(SP_LOG_INFO, who, "line %d", i);
  return NULL;
}

static void keeps_lines_apart(void **state) {
  (void)state;
  static char names[THREADS][4] = {"a", "b", "c", "d"};
  FILE *file = tmpfile();
  assert_non_null(file);
  sp_log_init(SP_LOG_INFO, fileno(file));
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, chatter, names[i]), 0);
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  sp_log_init(SP_LOG_INFO, STDERR_FILENO);
  rewind(file);
  int count = 0;
  char line[2048];
  while (fgets(line, sizeof line, file)) {
    assert_int_equal(sp_json_check(line, strlen(line), NULL), 0);
    count++;
  }
  assert_int_equal(count, THREADS * LINES);
  (void)fclose(file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_one_json_line), cmocka_unit_test(drops_what_is_below_its_level),
      cmocka_unit_test(cannot_be_forged),     cmocka_unit_test(cuts_long_lines),
      cmocka_unit_test(keeps_lines_apart),
  };
  return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
