#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/printer_status.h"
#include <string.h>

/* Every question, byte by byte. */
static void test_questions(void **state) {
  (void)state;
  struct sp_buf out;
  char mark[4];
  sp_buf_init(&out, 256);
  sp_escpos_realtime_status(SP_ESCPOS_PAPER, &out);
  sp_escpos_realtime_resume(&out);
  sp_escpos_realtime_forget(&out);
  sp_escpos_realtime_kick(5, &out);
  sp_escpos_auto_status(SP_ESCPOS_ASB_ERROR | SP_ESCPOS_ASB_PAPER, &out);
  sp_escpos_ask_paper(&out);
  sp_escpos_ask_identity(SP_ESCPOS_MAKER, &out);
  sp_escpos_mark(62 * 62 * 62 + 10, mark);
  assert_memory_equal(mark, "100A", 4);
  assert_int_equal(sp_escpos_ask_done(mark, &out, NULL), 0);
  static const char want[] = "\x10\x04\x04\x10\x05\x01\x10\x05\x02\x10\x14\x01\x01\x01\x1D"
                             "a\x0C\x1Dr\x01\x1DI\x42\x1D(H\x06\x00\x30\x30"
                             "100A";
  assert_int_equal(out.len, sizeof want - 1);
  assert_memory_equal(out.data, want, out.len);
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_escpos_ask_done("a\nbc", &out, &err), SP_E_INVALID);
  assert_string_equal(err.field, "mark");
  assert_int_equal(out.len, sizeof want - 1);
  assert_int_equal(sp_escpos_qr("", 0, 4, 'M', &out, NULL), SP_E_INVALID);
  assert_int_equal(sp_escpos_qr("x", 1, 17, 'M', &out, NULL), SP_E_INVALID);
  assert_int_equal(sp_escpos_qr("x", 1, 4, 'X', &out, NULL), SP_E_INVALID);
  assert_int_equal(sp_escpos_qr("\x10\x14", 2, 4, 'M', &out, NULL), SP_E_INVALID);
  sp_buf_free(&out);
}

/* The table of the manuals, bit by bit. */
static void test_realtime(void **state) {
  (void)state;
  static const struct {
    enum sp_escpos_status which;
    uint8_t byte;
    struct sp_printer_status want;
  } cases[] = {
      {SP_ESCPOS_PRINTER, 0x12, {.offline = false}},
      {SP_ESCPOS_PRINTER, 0x16, {.drawer_high = true}},
      {SP_ESCPOS_PRINTER, 0x1A, {.offline = true}},
      {SP_ESCPOS_PRINTER, 0x32, {.waiting = true}},
      {SP_ESCPOS_PRINTER, 0x52, {.feed_button = true}},
      {SP_ESCPOS_OFFLINE, 0x16, {.cover_open = true}},
      {SP_ESCPOS_OFFLINE, 0x32, {.paper_end = true}},
      {SP_ESCPOS_OFFLINE, 0x52, {.error = true}},
      {SP_ESCPOS_ERROR, 0x16, {.mechanical = true, .error = true}},
      {SP_ESCPOS_ERROR, 0x1A, {.cutter = true, .error = true}},
      {SP_ESCPOS_ERROR, 0x32, {.broken = true, .error = true}},
      {SP_ESCPOS_ERROR, 0x52, {.recovers = true, .error = true}},
      {SP_ESCPOS_PAPER, 0x1E, {.paper_near_end = true}},
      {SP_ESCPOS_PAPER, 0x7E, {.paper_near_end = true, .paper_end = true}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_printer_status status = {.offline = false};
    assert_int_equal(sp_printer_status_realtime(&status, cases[i].which, cases[i].byte), 0);
    assert_memory_equal(&status, &cases[i].want, sizeof status);
  }
  struct sp_printer_status status = {.cover_open = true};
  assert_int_equal(sp_printer_status_realtime(&status, SP_ESCPOS_OFFLINE, 0x10), SP_E_INVALID);
  assert_true(status.cover_open);
}

static void test_auto(void **state) {
  (void)state;
  struct sp_printer_status status = {.waiting = true};
  assert_int_equal(sp_printer_status_auto(&status, (const uint8_t[]){0x10, 0, 0, 0x0F}), 0);
  assert_true(sp_printer_can_print(&status));
  assert_int_equal(sp_printer_status_auto(&status, (const uint8_t[]){0x3C, 0x00, 0x0F, 0}), 0);
  assert_true(status.cover_open && status.offline && status.drawer_high && status.paper_end && status.paper_near_end);
  assert_false(status.error || sp_printer_can_print(&status));
  assert_int_equal(sp_printer_status_auto(&status, (const uint8_t[]){0x18, 0x09, 0, 0}), 0);
  assert_true(status.cutter && status.waiting && status.error && !status.cover_open);
  assert_int_equal(sp_printer_status_auto(&status, (const uint8_t[]){0x10, 0, 0x10, 0}), SP_E_INVALID);
  assert_int_equal(sp_printer_status_auto(&status, (const uint8_t[]){0x12, 0, 0, 0}), SP_E_INVALID);
  assert_true(status.cutter);
  assert_int_equal(sp_printer_status_paper(&status, 0x0F), 0);
  assert_true(status.paper_end);
  assert_int_equal(sp_printer_status_paper(&status, 0x10), SP_E_INVALID);
}

/* ---- The stream ---- */

struct heard {
  struct sp_printer_reply replies[64];
  size_t count;
};

static void hear(struct sp_printer_reader *reader, const char *bytes, size_t len, struct heard *heard) {
  for (;;) {
    struct sp_printer_reply reply = {.len = 0};
    size_t taken = sp_printer_read(reader, bytes, len, &reply);
    bytes += taken;
    len -= taken;
    if (reply.kind == SP_PRINTER_NONE) break;
    assert_true(heard->count < 64);
    heard->replies[heard->count++] = reply;
  }
  assert_int_equal(len, 0);
}

static void test_stream(void **state) {
  (void)state;
  static const char bytes[] = "\x12\x18\x00\x0C\x00\x13\x37\x22"
                              "ab12\x00\x5F"
                              "EPSON\x00\x03\x37\x25\x00\x10\x00\x92\x16";
  static const enum sp_printer_reply_kind want[] = {
      SP_PRINTER_REALTIME, SP_PRINTER_AUTO,    SP_PRINTER_NOISE,    SP_PRINTER_DONE,
      SP_PRINTER_IDENTITY, SP_PRINTER_WAITING, SP_PRINTER_BLOCK,    SP_PRINTER_NOISE,
      SP_PRINTER_WAITING,  SP_PRINTER_NOISE,   SP_PRINTER_REALTIME,
  };
  size_t len = sizeof bytes - 1;
  for (size_t cut = 0; cut <= len; cut++) {
    struct heard heard = {.count = 0};
    struct sp_printer_reader reader = {.len = 0};
    hear(&reader, bytes, cut, &heard);
    hear(&reader, bytes + cut, len - cut, &heard);
    assert_int_equal(heard.count, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < heard.count; i++)
      assert_int_equal(heard.replies[i].kind, want[i]);
    assert_memory_equal(heard.replies[1].bytes, "\x18\x00\x0C\x00", 4);
    assert_memory_equal(heard.replies[3].bytes, "ab12", 4);
    assert_string_equal((const char *)heard.replies[4].bytes, "EPSON");
  }
}

/* A block that never ends is noise, byte by byte, and what follows is heard. */
static void test_endless(void **state) {
  (void)state;
  char bytes[100];
  struct heard heard = {.count = 0};
  struct sp_printer_reader reader = {.len = 0};
  memset(bytes, 0x92, sizeof bytes);
  bytes[0] = 0x5F;
  bytes[99] = 0x12;
  hear(&reader, bytes, 60, &heard);
  assert_int_equal(heard.count, 0);
  size_t noise = 0;
  for (size_t at = 60; at < sizeof bytes;) {
    struct sp_printer_reply reply;
    at += sp_printer_read(&reader, bytes + at, sizeof bytes - at, &reply);
    if (reply.kind == SP_PRINTER_NOISE) noise++;
    if (at == sizeof bytes) {
      while (reply.kind == SP_PRINTER_NOISE) {
        (void)sp_printer_read(&reader, NULL, 0, &reply);
        if (reply.kind == SP_PRINTER_NOISE) noise++;
      }
      assert_int_equal(reply.kind, SP_PRINTER_REALTIME);
    }
  }
  assert_int_equal(noise, 99);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_questions), cmocka_unit_test(test_realtime), cmocka_unit_test(test_auto),
      cmocka_unit_test(test_stream),    cmocka_unit_test(test_endless),
  };
  return cmocka_run_group_tests_name("printer_status", tests, NULL, NULL);
}
