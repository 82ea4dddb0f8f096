/* Control lines of the devices that are not there, and a scale that hears its requests cut anyhow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "devices/codec/scale.h"
#include "devices/sim/control.h"
#include <string.h>

#define ANSWER_MAX (1 << 20)

static void expect_printer(struct sp_vprinter *printer, const char *line, int rc, const char *want) {
  struct sp_buf answer;
  sp_buf_init(&answer, ANSWER_MAX);
  assert_int_equal(sp_vcontrol_printer(printer, line, &answer), rc);
  assert_string_equal(sp_buf_text(&answer), want);
  sp_buf_free(&answer);
}

static void expect_scale(struct sp_scale_sim *sim, const char *line, int rc, const char *want) {
  struct sp_buf answer;
  sp_buf_init(&answer, ANSWER_MAX);
  assert_int_equal(sp_vcontrol_scale(sim, line, &answer), rc);
  assert_string_equal(sp_buf_text(&answer), want);
  sp_buf_free(&answer);
}

#define NONE " waiting=0 height=0 cuts=0 pulses=0 unknown=0 lost-replies=0\nok\n"

static void test_printer_knobs(void **state) {
  (void)state;
  static const struct {
    const char *on, *shown, *off;
  } cases[] = {
      {"cover open", "offline cover-open" NONE, "cover closed"},
      {"paper 0", "offline paper-out" NONE, "paper endless"},
      {"paper 10mm\r\n", "online paper-near-end" NONE, "paper 4000mm"},
      {"heat 1", "offline hot" NONE, "heat cool"},
      {"drawer open", "online drawer-open" NONE, "drawer closed"},
      {"  button\tdown ", "offline" NONE, "button 0"},
      {"broken on", "offline broken" NONE, "broken off"},
      {"power off", "offline power-off broken" NONE, "power on"},
      {"mechanical on", "offline mechanical-error" NONE, "mechanical off"},
  };
  struct sp_vprinter *printer = NULL;
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 0}, &printer, NULL), 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    expect_printer(printer, cases[i].on, 0, "ok\n");
    if (strncmp(cases[i].on, "power", 5) != 0 || sp_vprinter_online(printer))
      expect_printer(printer, "state", 0, cases[i].shown);
    expect_printer(printer, cases[i].off, 0, "ok\n");
  }
  sp_vprinter_free(printer);
}

static void test_printer_paper(void **state) {
  (void)state;
  static const char job[] = "one\n two\n\x1Bm";
  struct sp_vprinter *printer = NULL;
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.speed = 1000}, &printer, NULL), 0);
  assert_int_equal(sp_vprinter_feed(printer, job, sizeof job - 1), sizeof job - 1);
  expect_printer(printer, "text", 0, "| one\nok\n");
  expect_printer(printer, "tick 100", 0, "ok\n");
  expect_printer(printer, "text", 0, "| one\n|  two\n| [cut]\nok\n");
  expect_printer(printer, "text some file", 0, "one\n two\n[cut]\n");
  expect_printer(printer, "tear", 0, "ok\n");
  expect_printer(printer, "text", 0, "ok\n");
  expect_printer(printer, "json", 0,
                 "{\"width\":576,\"height\":0,\"cuts\":0,\"pulses\":0,\"unknown\":0,\"lost_replies\":0,\"items\":[]}\n"
                 "ok\n");
  struct sp_buf png;
  sp_buf_init(&png, ANSWER_MAX);
  assert_int_equal(sp_vcontrol_printer(printer, "png /a/very/long/path/that/is/no/single/word/of/a/command.png", &png),
                   0);
  assert_true(png.len > 40);
  assert_memory_equal(png.data, "\x89PNG\r\n\x1A\n", 8);
  sp_buf_free(&png);
  sp_vprinter_free(printer);
}

static void test_printer_jam(void **state) {
  (void)state;
  struct sp_vprinter *printer = NULL;
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 0}, &printer, NULL), 0);
  expect_printer(printer, "cutter jam", 0, "ok\n");
  (void)sp_vprinter_feed(printer, "\x1Bm", 2);
  assert_false(sp_vprinter_online(printer));
  expect_printer(printer, "cutter free", 0, "ok\n");
  (void)sp_vprinter_feed(printer, "\x10\x05\x01", 3);
  assert_true(sp_vprinter_online(printer));
  assert_int_equal(sp_vprinter_page(printer)->cuts, 1);
  sp_vprinter_free(printer);
}

static void test_printer_refuses(void **state) {
  (void)state;
  static const char *const lines[] = {
      "paper", "paper x", "paper 5cm", "paper 99999999999", "cover maybe", "cover",     "covers 1",    "tick -1",
      "tick",  "png",     "png  \n",   "tear it",           "a b c d e",   "state now", "power on off"};
  struct sp_vprinter *printer = NULL;
  struct sp_buf answer;
  sp_buf_init(&answer, ANSWER_MAX);
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 0}, &printer, NULL), 0);
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    sp_buf_reset(&answer);
    assert_int_equal(sp_vcontrol_printer(printer, lines[i], &answer), SP_E_INVALID);
    assert_memory_equal(sp_buf_text(&answer), "error: ", 7);
  }
  sp_buf_free(&answer);
  expect_printer(printer, "", 0, "");
  expect_printer(printer, " # paper 0", 0, "");
  assert_true(sp_vprinter_online(printer));
  sp_vprinter_free(printer);
}

static void test_file(void **state) {
  (void)state;
  size_t len = 0;
  const char *file = sp_vcontrol_file(" png  a b.png \r\n", &len);
  assert_non_null(file);
  assert_int_equal(len, 7);
  assert_memory_equal(file, "a b.png", 7);
  assert_null(sp_vcontrol_file("png ", &len));
  assert_null(sp_vcontrol_file("pngs x", &len));
  assert_null(sp_vcontrol_file("tear x", &len));
  assert_null(sp_vcontrol_file("text", &len));
}

static void test_scale(void **state) {
  (void)state;
  struct sp_scale_sim sim = {.protocol = "mt8217", .capacity = 15000};
  expect_scale(&sim, "weight 652 stable", 0, "ok\n");
  expect_scale(&sim, "state", 0, "mt8217 net=652 gross=652 zero=0 tare=0 price=0 stable\nok\n");
  expect_scale(&sim, "weight 653 moving\n", 0, "ok\n");
  expect_scale(&sim, "zero", SP_E_STATE, "error: the scale does not take that now\n");
  expect_scale(&sim, "stable", 0, "ok\n");
  expect_scale(&sim, "tare", 0, "ok\n");
  assert_int_equal(sp_scale_sim_net(&sim), 0);
  expect_scale(&sim, "untare", 0, "ok\n");
  expect_scale(&sim, "weight 100", 0, "ok\n");
  expect_scale(&sim, "zero", 0, "ok\n");
  expect_scale(&sim, "weight 20", 0, "ok\n");
  assert_int_equal(sp_scale_sim_net(&sim), 20);
  expect_scale(&sim, "over", 0, "ok\n");
  assert_true(sp_scale_sim_is_over(&sim));
  expect_scale(&sim, "remove", 0, "ok\n");
  assert_int_equal(sp_scale_sim_net(&sim), 0);
  expect_scale(&sim, "tare", SP_E_STATE, "error: the scale does not take that now\n");
  expect_scale(&sim, "under", 0, "ok\n");
  assert_true(sp_scale_sim_net(&sim) < 0);
  expect_scale(&sim, "switched-on", 0, "ok\n");
  assert_true(sim.unzeroed);
  expect_scale(&sim, "zero", 0, "ok\n");
  assert_false(sim.unzeroed);
  static const char *const wrong[] = {"weight",  "weight x", "weight 1 sideways", "weight 1 stable now",
                                      "removes", "zero it"};
  struct sp_scale_sim before = sim;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    struct sp_buf answer;
    sp_buf_init(&answer, ANSWER_MAX);
    assert_int_equal(sp_vcontrol_scale(&sim, wrong[i], &answer), SP_E_INVALID);
    assert_memory_equal(sp_buf_text(&answer), "error: ", 7);
    sp_buf_free(&answer);
  }
  assert_memory_equal(&sim, &before, sizeof sim);
  expect_scale(&sim, "# nothing", 0, "");
}

/* Every request of every codec, alone, byte by byte, and after rubbish, is answered as the whole one is. */
static void test_listen(void **state) {
  (void)state;
  static const struct sp_scale_offer offer = {.price = 1250, .tare = 15};
  size_t count = 0;
  int asked = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (size_t i = 0; i < count; i++) {
    for (int ask = 0; ask < SP_SCALE_ASKS; ask++) {
      struct sp_scale_bytes request;
      if (sp_scale_request(codecs[i], (enum sp_scale_ask)ask, ask == SP_SCALE_PRICE ? &offer : NULL, &request))
        continue;
      struct sp_scale_sim one = {.protocol = codecs[i]->id, .capacity = 9999, .gross = 1234};
      struct sp_scale_sim two = one;
      struct sp_scale_ear ear = {.len = 0};
      struct sp_buf whole;
      struct sp_buf cut;
      sp_buf_init(&whole, ANSWER_MAX);
      sp_buf_init(&cut, ANSWER_MAX);
      assert_int_equal(sp_scale_sim_hear(&one, request.bytes, request.len, &whole), 0);
      assert_int_equal(sp_scale_sim_listen(&two, &ear, (const uint8_t *)"\xFE#", 2, &cut), 0);
      for (size_t k = 0; k < request.len; k++)
        assert_int_equal(sp_scale_sim_listen(&two, &ear, request.bytes + k, 1, &cut), 0);
      assert_int_equal(cut.len, whole.len);
      if (whole.len > 0) assert_memory_equal(cut.data, whole.data, whole.len);
      assert_memory_equal(&one, &two, sizeof one);
      asked += whole.len > 0;
      sp_buf_free(&whole);
      sp_buf_free(&cut);
    }
  }
  assert_true(asked > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_printer_knobs),   cmocka_unit_test(test_printer_paper), cmocka_unit_test(test_printer_jam),
      cmocka_unit_test(test_printer_refuses), cmocka_unit_test(test_file),          cmocka_unit_test(test_scale),
      cmocka_unit_test(test_listen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
