/* Any bytes as what a node answers on the event stream, cut in two ways: nothing breaks, and the same events come out.
 */
#include "main/tui_http.h"
#include "main/tui_key.h"
#include "main/tui_sse.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int truth) {
  if (!truth) abort();
}

static uint64_t mix(uint64_t sum, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++)
    sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
  return sum * 31 + len;
}

/* A number that depends on every event. */
static int take_events(struct sp_sse *sse, const char *bytes, size_t len, uint64_t *sum) {
  int result = 0;
  while (len > 0 && result >= 0) {
    size_t used = 0;
    result = sp_sse_feed(sse, bytes, len, &used);
    expect(used <= len && (used == len || result != 0));
    expect(sse->data.len <= MOST && strlen(sse->name) < SP_SSE_NAME_MAX && strlen(sse->id) < SP_SSE_ID_MAX);
    if (result == 1) {
      *sum = mix(*sum, sse->name, strlen(sse->name));
      *sum = mix(*sum, sp_buf_text(&sse->data), sse->data.len);
    }
    bytes += used;
    len -= used;
  }
  return result < 0 ? result : 0;
}

static uint64_t try_stream(const char *bytes, size_t len, size_t step, bool framed) {
  struct sp_tui_answer answer;
  struct sp_sse sse;
  uint64_t sum = 0;
  int result = 0;
  sp_tui_answer_start(&answer);
  sp_sse_init(&sse, MOST);
  for (size_t at = 0; at < len && result == 0;) {
    size_t part = len - at < step ? len - at : step, used = part, body_len = part;
    const char *body = bytes + at;
    if (framed) result = sp_tui_answer_feed(&answer, bytes + at, part, &used, &body, &body_len);
    expect(used <= part);
    if (result == 0 && body_len > 0) result = take_events(&sse, body, body_len, &sum);
    expect(result != 0 || used > 0);
    at += used;
  }
  sp_sse_free(&sse);
  return sum * 31 + (uint64_t)(result < 0) + (uint64_t)answer.status * 64 + answer.done * 2u;
}

static void try_keys(const uint8_t *data, size_t size) {
  struct sp_tui_keys keys = {.len = 0};
  struct sp_tui_key key;
  for (size_t i = 0; i < size; i++)
    if (sp_tui_keys_feed(&keys, data[i], &key)) expect(key.kind != SP_TUI_KEY_NONE && key.kind <= SP_TUI_KEY_F);
  (void)sp_tui_keys_flush(&keys, &key);
  expect(!sp_tui_keys_waits(&keys));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = size > 0 ? (const char *)data : "";
  for (int framed = 0; framed < 2; framed++) {
    uint64_t whole = try_stream(bytes, size, size + 1, framed);
    expect(try_stream(bytes, size, 1, framed) == whole);
    expect(try_stream(bytes, size, 7, framed) == whole);
  }
  try_keys(data, size);
  return 0;
}
