/* Answers and events of a node, cut at every byte: what comes out is the same. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "main/tui_http.h"
#include "main/tui_sse.h"
#include <stdio.h>
#include <string.h>

/* ---- Events ---- */

/* "name|id|data;" of each event of `text`, fed in two parts. Negative when the stream cannot be read on. */
static int events(const char *text, size_t cut, size_t max, struct sp_buf *out) {
  struct sp_sse sse;
  size_t len = strlen(text), at = 0;
  int result = 0;
  sp_sse_init(&sse, max);
  while (at < len && result >= 0) {
    size_t end = at < cut ? cut : len, used = 0;
    result = sp_sse_feed(&sse, text + at, end - at, &used);
    assert_true(used <= end - at && (used == end - at || result != 0));
    if (result == 1) sp_buf_printf(out, "%s|%s|%s;", sse.name, sse.id, sp_buf_text(&sse.data));
    at += used;
  }
  sp_sse_free(&sse);
  return result;
}

static void check_events(const char *text, const char *want) {
  for (size_t cut = 0; cut <= strlen(text); cut++) {
    struct sp_buf out;
    sp_buf_init(&out, 4096);
    assert_true(events(text, cut, 1000, &out) >= 0);
    assert_string_equal(sp_buf_text(&out), want);
    sp_buf_free(&out);
  }
}

static void test_events(void **state) {
  (void)state;
  check_events("id: b-1\nevent: till\ndata: {\"seq\":1}\n\n", "till|b-1|{\"seq\":1};");
  check_events("data: a\ndata: b\n\ndata\n\ndata:\n\n", "message||a\nb;message||;message||;");
  check_events(": comment\n\nevent: ping\ndata: {}\n\n", "ping||{};");
  check_events("id: 7\n\nevent:x\ndata:y\n\nevent\ndata: z\n\n", "x|7|y;message|7|z;");
  check_events("event: a\r\ndata: 1\r\n\r\nevent: b\rdata: 2\r\rdata: 3\n\r\n", "a||1;b||2;message||3;");
  check_events("\xEF\xBB\xBF"
               "data: x\n\ndata:  two\nretry: 5\nunknown: 1\n\n",
               "message||x;message|| two;");
  check_events("data: cut off\n", "");
  check_events("event: gone\n\ndata: x\n\n", "message||x;");
}

static void test_event_bounds(void **state) {
  (void)state;
  struct sp_buf out;
  sp_buf_init(&out, 4096);
  assert_int_equal(events("data: 12345678901234567890\n\n", 0, 20, &out), SP_E_LIMIT);
  assert_int_equal(events("data: 1234567890\ndata: 1234567890\n\n", 0, 20, &out), SP_E_LIMIT);
  assert_int_equal(events("event: a name that is far too long for one\n\n", 0, 1000, &out), SP_E_LIMIT);
  assert_int_equal(out.len, 0);
  sp_buf_free(&out);
}

static void test_reset(void **state) {
  (void)state;
  struct sp_sse sse;
  size_t used = 0;
  sp_sse_init(&sse, 100);
  assert_int_equal(sp_sse_feed(&sse, "id: 9\ndata: half", 16, &used), 0);
  sp_sse_reset(&sse);
  assert_string_equal(sse.id, "9");
  assert_int_equal(sp_sse_feed(&sse, "data: whole\n\n", 13, &used), 1);
  assert_string_equal(sp_buf_text(&sse.data), "whole");
  sp_sse_free(&sse);
}

/* ---- Answers ---- */

/* The body of `text`, fed in two parts; the code when it is refused. */
static int answer(const char *text, size_t cut, struct sp_tui_answer *out, struct sp_buf *body) {
  size_t len = strlen(text), at = 0;
  sp_tui_answer_start(out);
  while (at < len) {
    const char *piece = NULL;
    size_t end = at < cut ? cut : len, used = 0, piece_len = 0;
    int result = sp_tui_answer_feed(out, text + at, end - at, &used, &piece, &piece_len);
    if (result) return result;
    assert_true(used > 0 && used <= end - at);
    if (piece) sp_buf_add(body, piece, piece_len);
    at += used;
  }
  return 0;
}

static void check_answer(const char *text, int status, const char *want, bool done) {
  for (size_t cut = 0; cut <= strlen(text); cut++) {
    struct sp_tui_answer got;
    struct sp_buf body;
    sp_buf_init(&body, 4096);
    assert_int_equal(answer(text, cut, &got, &body), 0);
    assert_int_equal(got.status, status);
    assert_string_equal(sp_buf_text(&body), want);
    assert_int_equal(got.done, done);
    sp_buf_free(&body);
  }
}

static void test_answers(void **state) {
  (void)state;
  check_answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", true);
  check_answer("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true);
  check_answer("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, "", true);
  check_answer("HTTP/1.1 200 OK\r\n\r\nuntil it ends", 200, "until it ends", false);
  check_answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 201, "x", true);
  check_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0a;x=y\r\n0123456789\r\n0\r\n\r\n",
               200, "abc0123456789", true);
  check_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nTrailer: 1\r\n\r\n", 200, "a",
               true);
  check_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 200, "ab", false);
}

static void test_refused_answers(void **state) {
  (void)state;
  static const char *const bad[] = {
      "SSH-2.0-OpenSSH\r\n",
      "HTTP/1.1 20 OK\r\n",
      "HTTP/1.1 abc\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    for (size_t cut = 0; cut <= strlen(bad[i]); cut++) {
      struct sp_tui_answer got;
      struct sp_buf body;
      sp_buf_init(&body, 4096);
      assert_true(answer(bad[i], cut, &got, &body) < 0);
      sp_buf_free(&body);
    }
  }
}

static void test_head_is_bounded(void **state) {
  (void)state;
  struct sp_tui_answer got;
  const char *piece = NULL;
  size_t used = 0, len = 0;
  int result = 0;
  sp_tui_answer_start(&got);
  assert_int_equal(sp_tui_answer_feed(&got, "HTTP/1.1 200 OK\r\n", 17, &used, &piece, &len), 0);
  for (int i = 0; i < 2000 && result == 0; i++)
    result = sp_tui_answer_feed(&got, "X-Header: 0123456789\r\n", 22, &used, &piece, &len);
  assert_int_equal(result, SP_E_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_events),  cmocka_unit_test(test_event_bounds),    cmocka_unit_test(test_reset),
      cmocka_unit_test(test_answers), cmocka_unit_test(test_refused_answers), cmocka_unit_test(test_head_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
