/* Customer displays: what the customer reads, on poles of two lines and of eight digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/display.h"
#include "devices/sim/display.h"
#include "tests/unit/driver/fake.h"

struct pole {
  struct fake fake; /* first */
  struct sp_vdisplay seen;
};

static void hear(struct fake *fake, const uint8_t *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) /* a byte at a time, as a line of 2400 baud delivers them */
    sp_vdisplay_feed(&((struct pole *)(void *)fake)->seen, bytes + i, 1);
}

static void open_pole(struct pole *pole, const char *more) {
  struct sp_error error = {.lang = SP_LANG_EN};
  char json[160];
  fake_init(&pole->fake);
  sp_vdisplay_init(&pole->seen, strstr(more, "led8") != NULL);
  pole->fake.peer = hear;
  snprintf(json, sizeof json, "{\"class\":\"display\",\"link\":\"serial:/dev/ttyS1\",%s}", more);
  if (fake_device(&pole->fake, NULL, json, &error) != 0) fail_msg("%s: %s", error.field, error.message);
  fake_start(&pole->fake);
  fake_run(&pole->fake, MS(10));
  assert_int_equal(fake_status(&pole->fake).state, SP_DEVICE_READY);
}

static void show(struct pole *pole, const char *upper, const char *lower, int64_t amount, enum sp_display_lamp lamp) {
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_display_show(pole->fake.device, upper, lower, amount, lamp, &error), 0);
  fake_run(&pole->fake, MS(10));
}

static void reads(const struct pole *pole, const char *expected) {
  struct sp_buf text;
  sp_buf_init(&text, 512);
  assert_int_equal(sp_vdisplay_text(&pole->seen, &text), 0);
  assert_string_equal(sp_buf_text(&text), expected);
  assert_int_equal(pole->seen.rubbish, 0);
  sp_buf_free(&text);
}

static void two_lines(void **state) {
  (void)state;
  static const char *const protocols[] = {"\"protocol\":\"cd5220\",\"chinese\":true",
                                          "\"protocol\":\"dmd\",\"chinese\":true"};
  for (int i = 0; i < 2; i++) {
    struct pole pole;
    open_pole(&pole, protocols[i]);
    show(&pole, "Cola 330ml", "x3            9.00", 900, SP_LAMP_PRICE);
    reads(&pole, "Cola 330ml\nx3            9.00\n");
    show(&pole, "欢跃可乐 五百毫升 大瓶装", "\x1bQA\rrubbish", 0, SP_LAMP_NONE);
    reads(&pole, "欢跃可乐 五百毫升 大\nQArubbish\n"); /* cut between characters; commands in a name are only text */
    show(&pole, "", "", 0, SP_LAMP_NONE);
    reads(&pole, "\n\n");
    fake_free(&pole.fake);
  }
}

static void eight_digits(void **state) {
  (void)state;
  struct pole pole;
  open_pole(&pole, "\"protocol\":\"led8\"");
  show(&pole, "ignored", "", 50, SP_LAMP_PRICE);
  reads(&pole, "0.50\nprice\n");
  show(&pole, "", "", 123456789, SP_LAMP_TOTAL);
  reads(&pole, "--------\ntotal\n"); /* never a comma, never a wrong number */
  show(&pole, "", "", 99999999, SP_LAMP_PAID);
  reads(&pole, "999999.99\npaid\n");
  show(&pole, "", "", -520, SP_LAMP_CHANGE);
  reads(&pole, "-5.20\nchange\n");
  show(&pole, "", "", 0, SP_LAMP_NONE);
  reads(&pole, "0.00\n\n");
  fake_free(&pole.fake);
}

/* A line with an amount: the label gives way, a digit never does. */
static void amounts_are_whole(void **state) {
  (void)state;
  static const struct {
    const char *label, *line;
    int64_t amount;
    int digits;
  } cases[] = {
      {"TOTAL", "TOTAL           5.50", 550, 2},
      {"CHANGE", "CHANGE         -5.50", -550, 2},
      {"TOTAL", "TOTAL    50200000.16", 5020000016, 2},
      {"TOTAL", "TOT 502000000000.016", 502000000000016, 3},
      {"TOTAL", "50200000000000000.16", 5020000000000000016, 2},
      {"TOTAL", "-5020000000000000.16", -502000000000000016, 2},
      {"TOTAL", "--------------------", INT64_MIN, 2},
      {"", "                1234", 1234, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char line[SP_DISPLAY_COLUMNS + 1];
    sp_display_row(cases[i].label, cases[i].amount, cases[i].digits, line);
    assert_string_equal(line, cases[i].line);
  }
}

static void what_it_can_show(void **state) {
  (void)state;
  static const struct {
    const char *config;
    bool chinese;
  } poles[] = {{"\"protocol\":\"cd5220\"", false},
               {"\"protocol\":\"cd5220\",\"chinese\":true", true},
               {"\"protocol\":\"led8\"", true}};
  for (size_t i = 0; i < sizeof poles / sizeof poles[0]; i++) {
    struct pole pole;
    open_pole(&pole, poles[i].config);
    assert_true(sp_display_shows(pole.fake.device, "Cola 330ml"));
    assert_true(sp_display_shows(pole.fake.device, ""));
    assert_int_equal(sp_display_shows(pole.fake.device, "可乐 330ml"), poles[i].chinese);
    fake_free(&pole.fake);
  }
}

static void the_latest_wins_and_comes_back(void **state) {
  (void)state;
  struct pole pole;
  open_pole(&pole, "\"protocol\":\"led8\"");
  pole.fake.stall = true;
  for (int64_t amount = 0; amount < 500; amount++)
    show(&pole, "", "", amount, SP_LAMP_PRICE);
  assert_true(pole.fake.out.len < 64); /* one text on its way, not five hundred */
  pole.fake.stall = false;
  fake_run(&pole.fake, MS(20));
  reads(&pole, "4.99\nprice\n");
  fake_cut(&pole.fake);
  sp_vdisplay_init(&pole.seen, true); /* switched off and on */
  fake_run(&pole.fake, SECONDS(2));
  reads(&pole, "4.99\nprice\n");
  fake_free(&pole.fake);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_lines),
      cmocka_unit_test(eight_digits),
      cmocka_unit_test(amounts_are_whole),
      cmocka_unit_test(what_it_can_show),
      cmocka_unit_test(the_latest_wins_and_comes_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
