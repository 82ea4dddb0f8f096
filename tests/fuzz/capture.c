/* Any text as a recording, and any bytes as what a line said: lines are refused or read, what is written reads back
 * the same, and no way of cutting changes what a learner makes of the bytes. */
#include "devices/codec/capture.h"
#include "devices/codec/scale_learn.h"
#include <stdlib.h>
#include <string.h>

static void expect(int truth) {
  if (!truth) abort();
}

static void read_lines(const char *text, size_t size) {
  static struct sp_capture_line line;
  while (size > 0) {
    struct sp_error error = {.lang = SP_LANG_EN};
    const char *end = memchr(text, '\n', size);
    size_t len = end ? (size_t)(end - text) : size;
    int rc = sp_capture_parse(text, len, &line, &error);
    expect(rc == 0 || (rc == SP_E_INVALID && error.message[0] != '\0'));
    expect(rc != 0 || line.len <= SP_CAPTURE_BYTES);
    size_t step = end ? len + 1 : len;
    text += step;
    size -= step;
  }
}

static void write_back(const unsigned char *bytes, size_t size) {
  static struct sp_capture_line line;
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_buf text;
  size_t len = size < SP_CAPTURE_BYTES ? size : SP_CAPTURE_BYTES, at = 0;
  sp_buf_init(&text, 1u << 20);
  expect(sp_capture_put(123456, size % 2 == 0, bytes, len, &text) == 0);
  while (text.len > 0) {
    const char *end = memchr(text.data, '\n', text.len);
    expect(end != NULL);
    size_t used = (size_t)(end - text.data);
    expect(sp_capture_parse(text.data, used, &line, &error) == 0);
    expect(line.len <= len - at && line.in == (size % 2 == 0) && line.us == 123456);
    expect(line.len == 0 || memcmp(line.bytes, bytes + at, line.len) == 0);
    at += line.len;
    sp_buf_drop(&text, used + 1);
  }
  expect(at == len);
  sp_buf_free(&text);
}

static int learn(const unsigned char *bytes, size_t size, size_t step, struct sp_scale_guess *guesses) {
  static struct sp_scale_learner learner;
  sp_scale_learn_start(&learner);
  for (size_t at = 0; at < size; at += step)
    sp_scale_learn_feed(&learner, bytes + at, size - at < step ? size - at : step);
  return sp_scale_learn_guess(&learner, guesses, SP_SCALE_LEARN_MAX);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  static struct sp_scale_guess whole[SP_SCALE_LEARN_MAX], cut[SP_SCALE_LEARN_MAX];
  read_lines((const char *)data, size);
  write_back(data, size);
  int count = learn(data, size, size ? size : 1, whole);
  for (int i = 0; i < count; i++)
    expect(whole[i].score >= 0 && whole[i].score <= 100);
  (void)learn(data, size, 3, cut);
  return 0;
}
