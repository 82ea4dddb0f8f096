#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/keyboard.h"
#include "tests/unit/random.h"
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { KEY_US = 1000, F8 = SP_KEY_F8, CTRL = SP_KEY_LEFT_CTRL, ALT = SP_KEY_LEFT_ALT };

struct typist {
  struct sp_keyboard keyboard;
  int64_t now_us;
  struct sp_scan scan;
  int done, lost;
};

static void start(struct typist *typist, const struct sp_scan_options *options) {
  *typist = (struct typist){.now_us = 5000000};
  sp_keyboard_start(&typist->keyboard, options);
}

static void note(struct typist *typist, enum sp_scan_status status) {
  typist->done += status == SP_SCAN_DONE;
  typist->lost += status == SP_SCAN_LOST;
}

static void event(struct typist *typist, int code, int value) {
  typist->now_us += KEY_US;
  note(typist, sp_keyboard_key(&typist->keyboard, code, value, typist->now_us, &typist->scan));
}

static void press(struct typist *typist, int code) {
  event(typist, code, 1);
  event(typist, code, 0);
}

static void press_with(struct typist *typist, int modifier, int code) {
  event(typist, modifier, 1);
  press(typist, code);
  event(typist, modifier, 0);
}

/* The keys that type a character: what a scanner does. '^' is GS by Ctrl+]. */
static void type(struct typist *typist, const char *text) {
  for (; *text; text++) {
    int found = 0;
    for (int code = 1; code < 58 && !found; code++)
      for (int shift = 0; shift < 2 && !found; shift++) {
        if (code == 55 || sp_keyboard_character(code, shift) != *text) continue;
        found = code;
        if (shift)
          press_with(typist, SP_KEY_RIGHT_SHIFT, code);
        else
          press(typist, code);
      }
    assert_true(found != 0);
  }
}

static void expect(const struct typist *typist, int done, const char *text) {
  assert_int_equal(typist->lost, 0);
  assert_int_equal(typist->done, done);
  assert_string_equal(typist->scan.text, text);
  assert_int_equal(typist->scan.len, strlen(text));
}

/* The numbers of <linux/input-event-codes.h>, by hand. */
static void test_map(void **state) {
  (void)state;
  static const struct {
    int code;
    char plain, shifted;
  } rows[] = {
      {2, '1', '!'},  {3, '2', '@'},   {6, '5', '%'},  {11, '0', ')'}, {12, '-', '_'}, {13, '=', '+'}, {16, 'q', 'Q'},
      {25, 'p', 'P'}, {26, '[', '{'},  {27, ']', '}'}, {30, 'a', 'A'}, {38, 'l', 'L'}, {39, ';', ':'}, {40, '\'', '"'},
      {41, '`', '~'}, {43, '\\', '|'}, {44, 'z', 'Z'}, {50, 'm', 'M'}, {51, ',', '<'}, {52, '.', '>'}, {53, '/', '?'},
      {57, ' ', ' '}, {55, '*', '*'},  {71, '7', '7'}, {73, '9', '9'}, {74, '-', '-'}, {76, '5', '5'}, {78, '+', '+'},
      {79, '1', '1'}, {82, '0', '0'},  {83, '.', '.'}, {98, '/', '/'}, {0, 0, 0},      {1, 0, 0},      {14, 0, 0},
      {15, 0, 0},     {28, 0, 0},      {29, 0, 0},     {42, 0, 0},     {54, 0, 0},     {56, 0, 0},     {58, 0, 0},
      {70, 0, 0},     {84, 0, 0},      {-1, 0, 0},     {767, 0, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    assert_int_equal(sp_keyboard_character(rows[i].code, false), rows[i].plain);
    assert_int_equal(sp_keyboard_character(rows[i].code, true), rows[i].shifted);
  }
}

static void test_codes(void **state) {
  (void)state;
  struct typist typist;
  static const int ends[] = {SP_KEY_ENTER, SP_KEY_KP_ENTER, SP_KEY_TAB};
  for (size_t i = 0; i < COUNT(ends); i++) {
    start(&typist, NULL);
    type(&typist, "6901234567892");
    press(&typist, ends[i]);
    expect(&typist, 1, "6901234567892");
    assert_string_equal(typist.scan.aim, "");
    press(&typist, ends[i]); /* a second one alone is nothing */
    expect(&typist, 1, "6901234567892");
  }
  static const int controls[] = {SP_KEY_J, SP_KEY_M, 23}; /* LF, CR, and Ctrl+I: a tab */
  for (size_t i = 0; i < COUNT(controls); i++) {
    start(&typist, NULL);
    press_with(&typist, CTRL, 48); /* Ctrl+B, STX */
    type(&typist, "]C0Ab-9$%/+.~");
    press_with(&typist, SP_KEY_RIGHT_CTRL, 46); /* Ctrl+C, ETX */
    press_with(&typist, CTRL, controls[i]);
    expect(&typist, 1, "Ab-9$%/+.~");
    assert_string_equal(typist.scan.aim, "]C0");
  }
}

static void test_separators(void **state) {
  (void)state;
  struct typist typist;
  start(&typist, NULL);
  type(&typist, "]C110A");
  press_with(&typist, CTRL, SP_KEY_RIGHT_BRACE);
  type(&typist, "21B");
  press(&typist, F8);
  type(&typist, "3012");
  event(&typist, ALT, 1);
  press(&typist, 82);
  press(&typist, 80);
  press(&typist, 73); /* Alt+029 */
  event(&typist, ALT, 0);
  type(&typist, "37");
  event(&typist, ALT, 1);
  press(&typist, 75);
  press(&typist, 73); /* Alt+49 is a 1 */
  event(&typist, ALT, 0);
  press(&typist, SP_KEY_ENTER);
  expect(&typist, 1,
         "10A\x1D"
         "21B\x1D"
         "3012\x1D"
         "371");
  assert_string_equal(typist.scan.aim, "]C1");
}

static void test_modifiers(void **state) {
  (void)state;
  struct typist typist;
  start(&typist, NULL);
  press(&typist, SP_KEY_CAPS_LOCK);
  type(&typist, "aB1!");
  press(&typist, SP_KEY_CAPS_LOCK);
  type(&typist, "aB");
  event(&typist, SP_KEY_LEFT_SHIFT, 1); /* both shifts down, one up: still shifted */
  event(&typist, SP_KEY_RIGHT_SHIFT, 1);
  press(&typist, SP_KEY_A);
  event(&typist, SP_KEY_LEFT_SHIFT, 0);
  press(&typist, SP_KEY_A);
  event(&typist, SP_KEY_RIGHT_SHIFT, 0);
  event(&typist, SP_KEY_A, 1);
  event(&typist, SP_KEY_A, 2); /* the key repeats itself: not another a */
  event(&typist, SP_KEY_A, 0);
  press(&typist, 108); /* down arrow */
  press(&typist, SP_KEY_ENTER);
  expect(&typist, 1, "Ab1!aBAAa");
}

/* What cannot be told is lost as a whole: never a code with a hole in it. */
static void test_lost(void **state) {
  (void)state;
  struct typist typist;
  start(&typist, NULL);
  type(&typist, "123");
  press_with(&typist, CTRL, SP_KEY_A);
  type(&typist, "456");
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 0 && typist.lost == 1);
  type(&typist, "123");
  sp_keyboard_dropped(&typist.keyboard, typist.now_us);
  type(&typist, "456");
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 0 && typist.lost == 2);
  event(&typist, ALT, 1);
  press(&typist, 72);
  press(&typist, 72);
  press(&typist, 72);
  event(&typist, ALT, 0); /* Alt+888 */
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 0 && typist.lost == 3);
  type(&typist, "789");
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 1 && typist.lost == 3);
  assert_string_equal(typist.scan.text, "789");
}

static void test_gaps(void **state) {
  (void)state;
  struct typist typist;
  start(&typist, NULL); /* unplugged in the middle, plugged in again */
  type(&typist, "690123");
  typist.now_us += SP_SCAN_GAP_US + 1;
  type(&typist, "96385074");
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 1 && typist.lost == 1);
  assert_string_equal(typist.scan.text, "96385074");

  struct sp_scan_options silent = {.gap_us = 20000, .gap_ends = true};
  start(&typist, &silent); /* a scanner without a terminator */
  int64_t first = typist.now_us + KEY_US;
  type(&typist, "96385074");
  int64_t last = typist.now_us - KEY_US;
  note(&typist, sp_keyboard_tick(&typist.keyboard, last + 20000, &typist.scan));
  assert_int_equal(typist.done, 0);
  note(&typist, sp_keyboard_tick(&typist.keyboard, last + 20001, &typist.scan));
  expect(&typist, 1, "96385074");
  assert_int_equal(typist.scan.first_us, first);
  assert_int_equal(typist.scan.last_us, last);
  assert_int_equal(typist.scan.widest_gap_us, 2 * KEY_US);
  note(&typist, sp_keyboard_tick(&typist.keyboard, last + 90000, &typist.scan));
  type(&typist, "1");
  typist.now_us += 30000;
  type(&typist, "2"); /* the key itself tells that the code before it ended */
  expect(&typist, 2, "1");

  struct sp_scan_options hands = {.gap_us = -1};
  start(&typist, &hands); /* typed by hand: no gap is too long */
  type(&typist, "12");
  typist.now_us += 60000000;
  type(&typist, "3");
  press(&typist, SP_KEY_ENTER);
  expect(&typist, 1, "123");
  assert_true(typist.scan.widest_gap_us > 60000000);
}

static void test_options(void **state) {
  (void)state;
  struct typist typist;
  struct sp_scan_options options = {.max = 12, .prefix = "~~", .suffix = "!"};
  start(&typist, &options);
  type(&typist, "~~]E0690!");
  press(&typist, SP_KEY_ENTER);
  expect(&typist, 1, "690");
  assert_string_equal(typist.scan.aim, "]E0");
  static const char *const bad[] = {"690", "~~690", "690!", "~690!", "~~!", "~", "~~1234567890!", "~~]E0!"};
  for (size_t i = 0; i < COUNT(bad); i++) {
    start(&typist, &options);
    type(&typist, bad[i]);
    press(&typist, SP_KEY_ENTER);
    assert_true(typist.done == 0 && typist.lost == 1);
  }
  start(&typist, &options);
  type(&typist, "~~123456789!");
  press(&typist, SP_KEY_ENTER);
  expect(&typist, 1, "123456789");
}

static void test_longest(void **state) {
  (void)state;
  struct typist typist;
  start(&typist, NULL);
  for (int i = 0; i < SP_SCAN_MAX; i++)
    press(&typist, SP_KEY_1);
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 1 && typist.scan.len == SP_SCAN_MAX);
  for (int i = 0; i <= SP_SCAN_MAX; i++)
    press(&typist, SP_KEY_1);
  press(&typist, SP_KEY_ENTER);
  assert_true(typist.done == 1 && typist.lost == 1);
}

/* Ten thousand scans, none lost, in their order. */
static void property_scans(void **state) {
  (void)state;
  struct random random = random_start("scans arrive");
  struct typist typist;
  start(&typist, NULL);
  for (int i = 0; i < CASES; i++) {
    char text[41] = "";
    size_t len = 1 + random_next(&random) % 40;
    for (size_t k = 0; k < len; k++)
      text[k] = (char)(' ' + 1 + random_next(&random) % 94);
    if (text[0] == ']') text[0] = '[';
    type(&typist, text);
    press(&typist, SP_KEY_ENTER);
    typist.now_us += (int64_t)(random_next(&random) % 50000);
    expect(&typist, i + 1, text);
  }
}

/* Any events at all: nothing but printable text and GS ever comes out, and never more than is allowed. */
static void property_noise(void **state) {
  (void)state;
  struct random random = random_start("any keys");
  struct typist typist;
  struct sp_scan_options options = {.max = 20};
  start(&typist, &options);
  for (int i = 0; i < 10 * CASES; i++) {
    int done = typist.done;
    event(&typist, (int)random_between(&random, 0, 110), (int)random_between(&random, 0, 2));
    if (random_next(&random) % 500 == 0) sp_keyboard_dropped(&typist.keyboard, typist.now_us);
    if (random_next(&random) % 100 == 0) typist.now_us += 50000;
    if (typist.done == done) continue;
    assert_in_range(typist.scan.len, 1, 20);
    assert_int_equal(strlen(typist.scan.text), typist.scan.len);
    assert_true(typist.scan.first_us <= typist.scan.last_us);
    for (size_t k = 0; k < typist.scan.len; k++) {
      unsigned char c = (unsigned char)typist.scan.text[k];
      assert_true((c >= ' ' && c < 127) || c == 29);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_map),       cmocka_unit_test(test_codes),   cmocka_unit_test(test_separators),
      cmocka_unit_test(test_modifiers), cmocka_unit_test(test_lost),    cmocka_unit_test(test_gaps),
      cmocka_unit_test(test_options),   cmocka_unit_test(test_longest), cmocka_unit_test(property_scans),
      cmocka_unit_test(property_noise),
  };
  return cmocka_run_group_tests_name("keyboard", tests, NULL, NULL);
}
