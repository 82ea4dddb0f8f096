#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/escpos.h"
#include "devices/codec/escpos_ask.h"
#include "devices/codec/printer_status.h"
#include "devices/sim/printer.h"
#include <string.h>

#define TEXT_MAX (1 << 20)

#define FEED(printer, bytes)                                                                                           \
  assert_int_equal(sp_vprinter_feed((printer), (bytes), sizeof(bytes) - 1), sizeof(bytes) - 1)

static struct sp_vprinter *start(const struct sp_vprinter_options *options) {
  struct sp_vprinter *printer = NULL;
  static const struct sp_vprinter_options plain = {.width = 0};
  assert_int_equal(sp_vprinter_new(options ? options : &plain, &printer, NULL), 0);
  return printer;
}

static void expect_text(struct sp_vprinter *printer, const char *want) {
  struct sp_buf text;
  sp_buf_init(&text, TEXT_MAX);
  assert_int_equal(sp_vp_page_text(sp_vprinter_page(printer), &text), 0);
  assert_string_equal(sp_buf_text(&text), want);
  sp_buf_free(&text);
}

static void expect_reply(struct sp_vprinter *printer, const char *want, size_t len) {
  struct sp_buf *replies = sp_vprinter_replies(printer);
  assert_int_equal(replies->len, len);
  if (len > 0) assert_memory_equal(replies->data, want, len);
  sp_buf_reset(replies);
}

static void test_text(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  FEED(printer, "\x1B@\x1C&\xB5\xEA \xA3\xA4"
                "1.00\n\x81\x39\xEF\x31!\n\x1B"
                "a\x01"
                "mid\n\x1B"
                "a\x02"
                "end\n\x1B"
                "a\x00"
                "left\x1B$\x20\x01right\n");
  expect_text(printer, "店 ￥1.00\n㐂!\n                      mid\n                                             end\n"
                       "left                    right\n");
  sp_vprinter_tear(printer);
  FEED(printer, "\x1D!\x11"
                "big\x1D!\x00"
                " \x1B"
                "E\x01"
                "bold\x1B"
                "E\x00\n");
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  assert_int_equal(page->item_count, 1);
  assert_int_equal(page->cells[0].width, 24);
  assert_int_equal(page->cells[0].height, 48);
  assert_int_equal(page->cells[3].width, 12);
  assert_int_equal(page->cells[4].style, SP_VP_BOLD);
  assert_int_equal(page->items[0].height, 48);
  sp_vprinter_free(printer);
}

/* What a clone without four-byte glyphs makes of them, broken pairs, and the other character sets. */
static void test_sets(void **state) {
  (void)state;
  struct sp_vprinter *clone = start(&(struct sp_vprinter_options){.two_byte_only = true});
  FEED(clone, "\x81\x39\xEF\x31\n\xB5\n");
  expect_text(clone, "\xEF\xBF\xBD"
                     "9\xEF\xBF\xBD"
                     "1\n\xEF\xBF\xBD\n");
  sp_vprinter_free(clone);
  struct sp_vprinter *printer = start(NULL);
  FEED(printer, "\x1C&\x1C"
                "C\xFF\xE5\xBA\x97\xC2\xA5\xF0\x9F\x98\x80\xFF\n\x1C.\x1Bt\x00\x82\x1Bt\x10\xE9\x1Bt\x11\x80\n");
  expect_text(printer, "店¥😀\xEF\xBF\xBD\néé"
                       "А\n");
  sp_vprinter_free(printer);
}

/* A full line goes on in the next; no Chinese character is cut in two. */
static void test_wrap(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(&(struct sp_vprinter_options){.width = 384});
  for (int i = 0; i < 31; i++)
    FEED(printer, "x");
  FEED(printer, "\xB5\xEAy\n");
  expect_text(printer, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n店y\n");
  assert_true(sp_vprinter_page(printer)->items[0].wrapped);
  sp_vprinter_free(printer);
}

/* The paper ends: the line that had begun is finished, the next waits, nothing is lost or printed twice. */
static void test_paper(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  sp_vprinter_set(printer, SP_VP_PAPER, 40);
  FEED(printer, "\x1D"
                "a\xFF");
  expect_reply(printer, "\x10\x00\x03\x00", 4);
  FEED(printer, "one\ntwo\nthree\n\x1Dr\x01");
  expect_text(printer, "one\ntwo\n");
  expect_reply(printer, "\x18\x00\x0F\x00", 4);
  FEED(printer, "\x10\x04\x01\x10\x04\x02\x10\x04\x04");
  expect_reply(printer, "\x1A\x32\x7E", 3);
  assert_false(sp_vprinter_online(printer));
  sp_vprinter_set(printer, SP_VP_PAPER, -1);
  expect_text(printer, "one\ntwo\nthree\n");
  expect_reply(printer, "\x10\x00\x00\x00\x00", 5); /* ASB, then GS r: everything before it is on paper */
  sp_vprinter_free(printer);
}

static void test_cover(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  FEED(printer, "\x1D"
                "a\x02");
  expect_reply(printer, "\x10\x00\x00\x00", 4);
  FEED(printer, "half");
  sp_vprinter_set(printer, SP_VP_COVER, 1);
  expect_reply(printer, "\x38\x00\x00\x00", 4);
  FEED(printer, " a line\n\x10\x04\x02");
  expect_text(printer, "");
  expect_reply(printer, "\x16", 1);
  sp_vprinter_set(printer, SP_VP_COVER, 0);
  expect_text(printer, "half a line\n");
  expect_reply(printer, "\x10\x00\x00\x00", 4);
  sp_vprinter_set(printer, SP_VP_HEAT, 1);
  FEED(printer, "hot\n\x10\x04\x03");
  expect_reply(printer, "\x18\x40\x00\x00\x52", 5);
  sp_vprinter_set(printer, SP_VP_HEAT, 0);
  expect_text(printer, "half a line\nhot\n");
  sp_vprinter_free(printer);
}

/* A stuck knife waits for a hand and for DLE ENQ: 1 goes on with the cut, 2 forgets what waits. */
static void test_cutter(void **state) {
  (void)state;
  for (char how = 1; how <= 2; how++) {
    struct sp_vprinter *printer = start(NULL);
    const char recover[] = {0x10, 0x05, how};
    sp_vprinter_set(printer, SP_VP_CUTTER_JAM, 1);
    FEED(printer, "a\n\x1DV\x42\x00"
                  "b\n\x10\x04\x03");
    expect_text(printer, "a\n");
    expect_reply(printer, "\x1A", 1);
    assert_int_equal(sp_vprinter_feed(printer, recover, 3), 3);
    assert_false(sp_vprinter_online(printer)); /* still stuck */
    sp_vprinter_set(printer, SP_VP_CUTTER_JAM, 0);
    assert_false(sp_vprinter_online(printer));
    FEED(printer, "c\n");
    assert_int_equal(sp_vprinter_feed(printer, recover, 3), 3);
    assert_true(sp_vprinter_online(printer));
    expect_text(printer, how == 1 ? "a\n[cut]\nb\nc\n" : "a\n");
    sp_vprinter_free(printer);
  }
}

static void test_errors(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  sp_vprinter_set(printer, SP_VP_MECHANICAL, 1);
  sp_vprinter_set(printer, SP_VP_MECHANICAL, 0);
  FEED(printer, "\x10\x04\x03\x10\x04\x01");
  expect_reply(printer, "\x16\x3A", 2);
  FEED(printer, "\x10\x05\x01");
  assert_true(sp_vprinter_online(printer));
  sp_vprinter_set(printer, SP_VP_BROKEN, 1);
  sp_vprinter_set(printer, SP_VP_BROKEN, 0);
  FEED(printer, "x\n\x10\x05\x02\x10\x04\x03");
  expect_reply(printer, "\x32", 1);
  sp_vprinter_set(printer, SP_VP_POWER, 0);
  assert_int_equal(sp_vprinter_feed(printer, "y\n", 2), 0);
  sp_vprinter_set(printer, SP_VP_POWER, 1);
  FEED(printer, "z\n");
  expect_text(printer, "z\n"); /* x was only buffered */
  sp_vprinter_free(printer);
}

/* A full buffer refuses, but hears real-time commands. */
static void test_buffer(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(&(struct sp_vprinter_options){.buffer = 64});
  char many[100];
  memset(many, 'x', sizeof many);
  sp_vprinter_set(printer, SP_VP_COVER, 1);
  assert_int_equal(sp_vprinter_feed(printer, many, sizeof many), 64);
  assert_int_equal(sp_vprinter_feed(printer, many, sizeof many), 0);
  FEED(printer, "\x10\x04\x02");
  expect_reply(printer, "\x16", 1);
  assert_int_equal(sp_vprinter_waiting(printer), 64);
  sp_vprinter_set(printer, SP_VP_COVER, 0);
  assert_int_equal(sp_vprinter_waiting(printer), 0);
  FEED(printer, "\n");
  expect_text(printer, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nxxxxxxxxxxxxxxxx\n");
  sp_vprinter_free(printer);
}

/* 2000 dots a second: a line of 30 dots takes 15 ms, and its answer comes after it. */
static void test_speed(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(&(struct sp_vprinter_options){.speed = 2000});
  FEED(printer, "1\n2\n3\n\x1D(H\x06\x00\x30\x30"
                "ab12");
  expect_text(printer, "1\n");
  sp_vprinter_tick(printer, 14);
  expect_text(printer, "1\n");
  sp_vprinter_tick(printer, 1);
  expect_text(printer, "1\n2\n");
  expect_reply(printer, "", 0);
  sp_vprinter_tick(printer, 15);
  expect_text(printer, "1\n2\n3\n");
  expect_reply(printer,
               "\x37\x22"
               "ab12\x00",
               7);
  sp_vprinter_free(printer);
}

/* The drawer: in its turn, or at once in the middle of a picture, and its switch. */
static void test_drawer(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  FEED(printer, "\x1Bp\x00\x19\xFA\x10\x04\x01");
  expect_reply(printer, "\x16", 1);
  sp_vprinter_set(printer, SP_VP_DRAWER, 0);
  FEED(printer, "\x10\x04\x01\x1D"
                "a\x01");
  expect_reply(printer, "\x12\x10\x00\x00\x00", 5);
  FEED(printer, "\x1Dv0\x00\x05\x00\x01\x00\x10\x14\x01\x01\x01");
  expect_reply(printer, "\x14\x00\x00\x00", 4);
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  assert_int_equal(page->pulses, 2);
  assert_int_equal(page->items[0].pin, 2);
  assert_int_equal(page->items[0].on_ms, 50);
  assert_true(page->items[1].realtime);
  assert_int_equal(page->items[1].pin, 5);
  expect_text(printer, "[drawer 2]\n[drawer 5]\n[image 40x1]\n");
  sp_vprinter_free(printer);
}

/* Our questions, its answers, our reader. */
static void test_conversation(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  struct sp_buf ask;
  struct sp_printer_reader reader = {.len = 0};
  struct sp_printer_status status = {.offline = false};
  static const enum sp_printer_reply_kind want[] = {SP_PRINTER_AUTO,     SP_PRINTER_REALTIME, SP_PRINTER_AUTO,
                                                    SP_PRINTER_IDENTITY, SP_PRINTER_DONE,     SP_PRINTER_WAITING};
  sp_buf_init(&ask, 256);
  sp_escpos_auto_status(0x0F, &ask);
  sp_escpos_realtime_status(SP_ESCPOS_PRINTER, &ask);
  sp_escpos_kick(SP_ESCPOS_PIN_2, &ask);
  sp_escpos_ask_identity(SP_ESCPOS_MODEL, &ask);
  assert_int_equal(sp_escpos_ask_done("J001", &ask, NULL), 0);
  sp_escpos_ask_paper(&ask);
  assert_int_equal(sp_vprinter_feed(printer, ask.data, ask.len), ask.len);
  struct sp_buf *replies = sp_vprinter_replies(printer);
  for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
    struct sp_printer_reply reply;
    sp_buf_drop(replies, sp_printer_read(&reader, replies->data, replies->len, &reply));
    assert_int_equal(reply.kind, want[i]);
    if (i == 2) assert_int_equal(sp_printer_status_auto(&status, reply.bytes), 0);
    if (i == 3) assert_string_equal((const char *)reply.bytes, "VPRINTER");
    if (i == 4) assert_memory_equal(reply.bytes, "J001", 4);
  }
  assert_int_equal(replies->len, 0);
  assert_true(status.drawer_high);
  assert_true(sp_printer_can_print(&status));
  sp_buf_free(&ask);
  sp_vprinter_free(printer);
}

/* Clones: silent where they are said to be, and losing bytes after a real-time command. */
static void test_quirks(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(&(struct sp_vprinter_options){.swallow = 2,
                                                                    .no_asb = true,
                                                                    .no_process_id = true,
                                                                    .no_identity = true,
                                                                    .no_paper_reply = true,
                                                                    .no_cutter = true});
  FEED(printer, "\x1D"
                "a\xFF\x1D(H\x06\x00\x30\x30"
                "ab12\x1DI\x42\x1Dr\x01\x1DV\x42\x00");
  expect_reply(printer, "", 0);
  FEED(printer, "\x10\x04\x01"
                "12345\n");
  expect_reply(printer, "\x12", 1);
  expect_text(printer, "345\n");
  sp_vprinter_free(printer);
}

/* Commands are stepped over by their length; what nobody knows is kept. */
static void test_unknown(void **state) {
  (void)state;
  struct sp_vprinter *printer = start(NULL);
  FEED(printer, "\x1B{\x01\x1BR\x0F\x1D(A\x02\x00\x00\x02\x1C(E\x01\x00z\x1B~ok\n");
  expect_text(printer, "[unknown \\x1B~]\nok\n");
  assert_int_equal(sp_vprinter_page(printer)->unknown, 1);
  sp_vprinter_free(printer);
}

static void test_options(void **state) {
  (void)state;
  struct sp_vprinter *printer = NULL;
  struct sp_error err = {.lang = SP_LANG_ZH};
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 95}, &printer, &err), SP_E_INVALID);
  assert_string_equal(err.field, "width");
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.buffer = 8}, &printer, &err), SP_E_INVALID);
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.speed = -1}, &printer, &err), SP_E_INVALID);
  assert_null(printer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),    cmocka_unit_test(test_sets),    cmocka_unit_test(test_wrap),
      cmocka_unit_test(test_paper),   cmocka_unit_test(test_cover),   cmocka_unit_test(test_cutter),
      cmocka_unit_test(test_errors),  cmocka_unit_test(test_buffer),  cmocka_unit_test(test_speed),
      cmocka_unit_test(test_drawer),  cmocka_unit_test(test_quirks),  cmocka_unit_test(test_conversation),
      cmocka_unit_test(test_unknown), cmocka_unit_test(test_options),
  };
  return cmocka_run_group_tests_name("printer", tests, NULL, NULL);
}
