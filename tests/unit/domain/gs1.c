#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/barcode.h"
#include "domain/gs1.h"
#include "tests/unit/random.h"
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { OUT_MAX = 2048 };

/* In the rows below a '^' is GS (1Dh), which cannot be typed. */
static size_t scanned(const char *text, char out[OUT_MAX]) {
  size_t len = strlen(text);
  assert_true(len < OUT_MAX);
  for (size_t i = 0; i <= len; i++)
    out[i] = text[i];
  for (size_t i = 0; i < len; i++)
    if (out[i] == '^') out[i] = SP_GS1_SEPARATOR;
  return len;
}

static int parse(const char *text, struct sp_gs1 *out, struct sp_error *err) {
  char bytes[OUT_MAX];
  size_t len = scanned(text, bytes);
  return sp_gs1_parse(bytes, len, out, err);
}

/* ---- What is read: the code and how it would be printed under the bars ---- */

static const struct {
  const char *code, *printed;
} good_rows[] = {
    {"]C101069012345678923103000652", "(01)06901234567892(3103)000652"},
    {"]C1010690123456789231030006523922000835", "(01)06901234567892(3103)000652(3922)000835"},
    {"]e00106901234567892", "(01)06901234567892"},
    {"]d2^0106901234567892^10A1", "(01)06901234567892(10)A1"},
    {"]Q30106901234567892", "(01)06901234567892"},
    {"]J110A", "(10)A"},
    {"^0106901234567892", "(01)06901234567892"},
    {"0106901234567892", "(01)06901234567892"},
    {"10LOT^21SER", "(10)LOT(21)SER"},
    {"10LOT^", "(10)LOT"},
    {"17260131^10LOT", "(17)260131(10)LOT"},
    {"1726013110LOT", "(17)260131(10)LOT"},
    {"1726020010X", "(17)260200(10)X"},
    {"11000229", "(11)000229"},
    {"13240229", "(13)240229"},
    {"15261231", "(15)261231"},
    {"16991130", "(16)991130"},
    {"12260101", "(12)260101"},
    {"2001", "(20)01"},
    {"3012345678", "(30)12345678"},
    {"301^3712", "(30)1(37)12"},
    {"0206901234567892378", "(02)06901234567892(37)8"},
    {"3105000001", "(3105)000001"},
    {"3160999999", "(3160)999999"},
    {"3202001000", "(3202)001000"},
    {"3690000001", "(3690)000001"},
    {"3920100", "(3920)100"},
    {"3922835^10A", "(3922)835(10)A"},
    {"39321560000835", "(3932)1560000835"},
    {"39021", "(3902)1"},
    {"39121561", "(3912)1561"},
    {"39411234", "(3941)1234"},
    {"3952001299", "(3952)001299"},
    {"400ORDER-1", "(400)ORDER-1"},
    {"4106901234567892", "(410)6901234567892"},
    {"421156200000", "(421)156200000"},
    {"422156", "(422)156"},
    {"00106141411234567897", "(00)106141411234567897"},
    {"2531234567890128DOC", "(253)1234567890128DOC"},
    {"8005001299", "(8005)001299"},
    {"8020REF/1", "(8020)REF/1"},
    {"8200HTTPS://EXAMPLE.CN/X?A=1", "(8200)HTTPS://EXAMPLE.CN/X?A=1"},
    {"710PZN", "(710)PZN"},
    {"99%&'()*+,-./:;<=>?_", "(99)%&'\\()*+,-./:;<=>?_"},
    {"10A(17)B", "(10)A\\(17)B"},
    {"(01)06901234567892(10)A1", "(01)06901234567892(10)A1"},
    {"]C1(01)06901234567892", "(01)06901234567892"},
    {"(01) 06901234567892 (10) A1", "(01)06901234567892(10)A1"},
    {"(10)A\\(17)B", "(10)A\\(17)B"},
    {"(10)A)B", "(10)A)B"},
    {"010690123456789210A^0106901234567892", "(01)06901234567892(10)A"}, /* twice alike */
};

static void test_good(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(good_rows); i++) {
    struct sp_gs1 gs1;
    struct sp_error err = {0};
    struct sp_buf out;
    sp_buf_init(&out, OUT_MAX);
    int rc = parse(good_rows[i].code, &gs1, &err);
    if (rc != 0) print_message("# %s: %s\n", good_rows[i].code, err.message);
    assert_int_equal(rc, 0);
    assert_int_equal(sp_gs1_write(&gs1, true, &out), 0);
    assert_string_equal(sp_buf_text(&out), good_rows[i].printed);
    sp_buf_free(&out);
  }
}

/* ---- What is refused, and the AI that is blamed ---- */

static const struct {
  const char *code;
  int rc;
  const char *ai, *words;
} bad_rows[] = {
    {"", SP_E_INVALID, "", "empty"},
    {"]C1", SP_E_INVALID, "", "empty"},
    {"]E06901234567892", SP_E_UNSUPPORTED, "", "no GS1"},
    {"0106901234567893", SP_E_INVALID, "01", "check digit"},
    {"010690123456789", SP_E_INVALID, "01", "too short"},
    {"01069012345678X2", SP_E_INVALID, "01", "digits only"},
    {"00106141411234567898", SP_E_INVALID, "00", "check digit"},
    {"4106901234567893", SP_E_INVALID, "410", "check digit"},
    {"2531234567890129DOC", SP_E_INVALID, "253", "check digit"},
    {"17261301", SP_E_INVALID, "17", "date"},
    {"17260230", SP_E_INVALID, "17", "date"},
    {"17250229", SP_E_INVALID, "17", "date"},
    {"17260001", SP_E_INVALID, "17", "date"},
    {"11260132", SP_E_INVALID, "11", "date"},
    {"1526AB01", SP_E_INVALID, "15", "digits only"},
    {"14260101", SP_E_UNSUPPORTED, "1426", "begins with 1426"},
    {"18260101", SP_E_UNSUPPORTED, "1826", "begins with 1826"},
    {"10", SP_E_INVALID, "10", "too short"},
    {"10^17260131", SP_E_INVALID, "10", "too short"},
    {"10123456789012345678901", SP_E_INVALID, "10", "separator is missing"},
    {"10A B", SP_E_INVALID, "10", "character"},
    {"10A#B", SP_E_INVALID, "10", "character"},
    {"10\xE4\xB8\x80", SP_E_INVALID, "10", "character"},
    {"301234567890", SP_E_INVALID, "30", "separator is missing"},
    {"3106000001", SP_E_UNSUPPORTED, "3106", "begins with 3106"},
    {"31030006", SP_E_INVALID, "3103", "too short"},
    {"3103^000652", SP_E_INVALID, "3103", "too short"},
    {"3103 00652", SP_E_INVALID, "3103", "digits only"},
    {"39220008353103000652", SP_E_INVALID, "3922", "separator is missing"}, /* 16 digits */
    {"39220008351012345", SP_E_INVALID, "3922", "larger than any price"},   /* 13 of them, all digits */
    {"392200083510LOT", SP_E_INVALID, "3922", "digits only"},
    {"3932156", SP_E_INVALID, "3932", "too short"},
    {"3944123", SP_E_UNSUPPORTED, "3944", "begins with 3944"},
    {"3952", SP_E_INVALID, "3952", "too short"},
    {"39", SP_E_UNSUPPORTED, "39", "begins with 39"},
    {"310", SP_E_UNSUPPORTED, "310", "begins with 310"},
    {"ABC", SP_E_UNSUPPORTED, "", "begins with ?"},
    {"1:260101", SP_E_UNSUPPORTED, "1", "begins with 1"},
    {"6901234567892", SP_E_UNSUPPORTED, "6901", "begins with 6901"},
    {"0106901234567892^^10A", SP_E_UNSUPPORTED, "", "begins with ?"},
    {"10A^10B", SP_E_INVALID, "10", "twice"},
    {"(01)06901234567893", SP_E_INVALID, "01", "check digit"},
    {"(01 06901234567892", SP_E_INVALID, "01", "bracket"},
    {"(01)06901234567892(10", SP_E_INVALID, "10", "bracket"},
    {"(01)069012345678921", SP_E_INVALID, "01", "too long"},
    {"(05)1", SP_E_UNSUPPORTED, "05", "begins with 05"},
    {"(10)A\\", SP_E_INVALID, "10", "character"},
};

static void test_bad(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(bad_rows); i++) {
    struct sp_gs1 gs1;
    struct sp_error err = {0};
    int rc = parse(bad_rows[i].code, &gs1, &err);
    if (rc != bad_rows[i].rc || strcmp(err.field, bad_rows[i].ai) != 0)
      print_message("# %s: %d (%s) %s\n", bad_rows[i].code, rc, err.field, err.message);
    assert_int_equal(rc, bad_rows[i].rc);
    assert_string_equal(err.field, bad_rows[i].ai);
    assert_non_null(strstr(err.message, bad_rows[i].words));
    assert_int_equal(gs1.count, 0);
    assert_int_equal(parse(bad_rows[i].code, &gs1, NULL), rc);
  }
}

static void test_bounds(void **state) {
  (void)state;
  struct sp_gs1 gs1;
  char text[SP_GS1_TEXT_MAX + 2];
  memset(text, '1', sizeof text);
  assert_int_equal(sp_gs1_parse(text, SP_GS1_TEXT_MAX + 1, &gs1, NULL), SP_E_LIMIT);
  char many[OUT_MAX] = "";
  int len = 0;
  for (int i = 0; i <= SP_GS1_ELEMENTS_MAX; i++) /* 310n to 334n: another measure each time */
    len += snprintf(many + len, sizeof many - (size_t)len, "%d%d000001", 310 + i % 7 + 10 * (i / 7), i % 2);
  struct sp_error err = {0};
  assert_int_equal(sp_gs1_parse(many, (size_t)len, &gs1, &err), SP_E_LIMIT);
  assert_int_equal(sp_gs1_parse(many, (size_t)len - 10, &gs1, &err), 0);
  assert_int_equal(gs1.count, SP_GS1_ELEMENTS_MAX);
}

static void test_is(void **state) {
  (void)state;
  static const char *const yes[] = {"]C101", "]e0", "]d2x", "]Q3", "\03501", "(01)0"};
  static const char *const no[] = {"", "]E0690", "]C0", "]Q1", "6901234567892", "(A)", "(1", "0106901234567892"};
  for (size_t i = 0; i < COUNT(yes); i++)
    assert_true(sp_gs1_is(yes[i], strlen(yes[i])));
  for (size_t i = 0; i < COUNT(no); i++)
    assert_false(sp_gs1_is(no[i], strlen(no[i])));
}

static void test_bare(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool bare, separated;
  } cases[] = {
      {"0106901234567892\x1D", true, true},
      {"010690123456789210AB\x1D"
       "3103000652",
       true, true},
      {"010690123456789210AB\x1D"
       "3103000652\x1D",
       true, true},
      {"01069012345678923103000652", true, false},
      {"010690123456789217270131", true, false},
      {"01069012345678923922000835", true, false},
      {"010690123456789210AB39220500", false, false}, /* a lost separator would hide the price in the lot */
      {"0106901234567893"
       "3103000652",
       false, false},                     /* check digit */
      {"0106901234567892", false, false}, /* sixteen digits are anybody's */
      {"10AB\x1D"
       "3103000652",
       false, true},
      {"6901234567892", false, false},
      {"", false, false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    bool separated = false;
    assert_int_equal(sp_gs1_bare(cases[i].text, strlen(cases[i].text), &separated), cases[i].bare);
    assert_int_equal(separated, cases[i].separated);
  }
}

static void test_find(void **state) {
  (void)state;
  struct sp_gs1 gs1;
  assert_int_equal(parse("01069012345678923103000652422156", &gs1, NULL), 0);
  assert_string_equal(sp_gs1_find(&gs1, "310")->ai, "3103");
  assert_int_equal(sp_gs1_find(&gs1, "3103")->number, 652);
  assert_int_equal(sp_gs1_find(&gs1, "3103")->decimals, 3);
  assert_string_equal(sp_gs1_find(&gs1, "422")->value, "156");
  assert_null(sp_gs1_find(&gs1, "3102"));
  assert_null(sp_gs1_find(&gs1, "31"));
  assert_null(sp_gs1_find(&gs1, "42"));
}

/* ---- Dates ---- */

static void test_dates(void **state) {
  (void)state;
  static const struct {
    const char *yymmdd;
    int32_t year;
    bool start;
    int32_t want; /* 0: refused */
  } rows[] = {
      {"261122", 2026, false, 20261122},
      {"760101", 2026, false, 20760101},
      {"770101", 2026, false, 19770101},
      {"991231", 2026, false, 19991231},
      {"000229", 2026, false, 20000229},
      {"250229", 2026, false, 0},
      {"240200", 2026, false, 20240229},
      {"250200", 2026, false, 20250228},
      {"260400", 2026, false, 20260430},
      {"261200", 2026, false, 20261231},
      {"261200", 2026, true, 20261201},
      {"490101", 2099, false, 21490101},
      {"500101", 2099, false, 20500101},
      {"000101", 2099, false, 21000101},
      {"000229", 2099, false, 0},
      {"000101", 2051, false, 20000101 + 1000000},
      {"010101", 2051, false, 21010101},
      {"020101", 2051, false, 20020101},
      {"510101", 2000, false, 19510101},
      {"500101", 2000, false, 20500101},
      {"261301", 2026, false, 0},
      {"260010", 2026, false, 0},
      {"26010", 2026, false, 0},
      {"2601011", 2026, false, 0},
      {"26O101", 2026, false, 0},
      {"260431", 2026, false, 0},
      {"", 2026, false, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    int32_t day = 0;
    int rc = sp_gs1_date(rows[i].yymmdd, rows[i].year, rows[i].start, &day);
    if (day != rows[i].want) print_message("# %s in %d: %d\n", rows[i].yymmdd, rows[i].year, day);
    assert_int_equal(rc, rows[i].want ? 0 : SP_E_INVALID);
    assert_int_equal(day, rows[i].want);
  }
}

/* ---- What a till wants ---- */

static void test_goods(void **state) {
  (void)state;
  struct sp_gs1 gs1;
  struct sp_gs1_goods goods;
  assert_int_equal(
      parse("]C101069012345678923103000652392200083510L-1^21S2^11261100132611011526113016261125172612003012", &gs1,
            NULL),
      SP_E_INVALID); /* 392n swallows the lot: its separator is missing */
  assert_int_equal(
      parse("]C1010690123456789231030006523922000835^10L-1^21S2^11261100132611011526113016261125172612003012", &gs1,
            NULL),
      0);
  assert_int_equal(sp_gs1_goods(&gs1, 2026, 2, &goods, NULL), 0);
  assert_string_equal(goods.gtin, "06901234567892");
  assert_string_equal(goods.lot, "L-1");
  assert_string_equal(goods.serial, "S2");
  assert_string_equal(goods.content, "");
  assert_string_equal(goods.currency, "");
  assert_true(goods.has_grams && goods.has_amount && !goods.has_unit_price);
  assert_int_equal(goods.grams, 652);
  assert_int_equal(goods.amount, 835);
  assert_int_equal(goods.produced, 20261101);
  assert_int_equal(goods.packed, 20261101);
  assert_int_equal(goods.best_before, 20261130);
  assert_int_equal(goods.sell_by, 20261125);
  assert_int_equal(goods.expires, 20261231);
  assert_int_equal(goods.count, 12);
}

static void test_goods_numbers(void **state) {
  (void)state;
  static const struct {
    const char *code;
    int digits;
    int64_t grams, amount, unit_price; /* −1: not said */
    const char *blamed;
  } rows[] = {
      {"3100000003", 2, 3000, -1, -1, NULL},
      {"3105000150", 2, 2, -1, -1, NULL}, /* 1.5 g, away from zero */
      {"3105000149", 2, 1, -1, -1, NULL},
      {"3202000100", 2, 454, -1, -1, NULL}, /* 1.00 lb */
      {"3200000002", 2, 907, -1, -1, NULL},
      {"3922000835", 2, -1, 835, -1, NULL},
      {"3920000008", 2, -1, 800, -1, NULL},
      {"3921000083", 2, -1, 830, -1, NULL},
      {"3923008350", 2, -1, 835, -1, NULL},
      {"3923008355", 2, -1, -1, -1, "3923"},
      {"3922000835", 0, -1, -1, -1, "3922"},
      {"3920000835", 0, -1, 835, -1, NULL},
      {"39321560000835", 2, -1, 835, -1, NULL},
      {"3952001299", 2, -1, -1, 1299, NULL},
      {"3953012990", 2, -1, -1, 1299, NULL},
      {"3922835^3923008350", 2, -1, 835, -1, NULL},
      {"3922835^3923008360", 2, -1, -1, -1, "3923"},
      {"31030006523102000065", 2, -1, -1, -1, "3102"},
      {"31030006503102000065", 2, 650, -1, -1, NULL},
      {"3902000835", 2, -1, -1, -1, NULL},
      {"3303000652", 2, -1, -1, -1, NULL}, /* gross: a pallet's, not the goods' */
      {"3922100000000", 2, -1, 100000000, -1, NULL},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sp_gs1 gs1;
    struct sp_gs1_goods goods;
    struct sp_error err = {0};
    assert_int_equal(parse(rows[i].code, &gs1, &err), 0);
    int rc = sp_gs1_goods(&gs1, 2026, rows[i].digits, &goods, &err);
    if (rc != (rows[i].blamed ? SP_E_INVALID : 0)) print_message("# %s: %s\n", rows[i].code, err.message);
    assert_int_equal(rc, rows[i].blamed ? SP_E_INVALID : 0);
    if (rows[i].blamed) {
      assert_string_equal(err.field, rows[i].blamed);
      continue;
    }
    assert_int_equal(goods.has_grams ? goods.grams : -1, rows[i].grams);
    assert_int_equal(goods.has_amount ? goods.amount : -1, rows[i].amount);
    assert_int_equal(goods.has_unit_price ? goods.unit_price : -1, rows[i].unit_price);
  }
}

/* ---- Numbers on their own ---- */

static void test_numbers(void **state) {
  (void)state;
  char out[15];
  static const char *const upce[][2] = {
      {"01234505", "012000003455"}, {"123450", "012000003455"}, {"0123450", "012000003455"},
      {"04252614", "042100005264"}, {"654321", "065100004327"}, {"04963406", "049000006346"},
      {"123453", "012300000451"},   {"123454", "012340000053"}, {"123459", "012345000096"},
  };
  for (size_t i = 0; i < COUNT(upce); i++) {
    assert_true(sp_barcode_expand_upce(upce[i][0], out));
    assert_string_equal(out, upce[i][1]);
    assert_true(sp_barcode_is_gtin(out));
  }
  static const char *const not_upce[] = {"", "12345", "21234505", "01234506", "012345050", "12345a"};
  for (size_t i = 0; i < COUNT(not_upce); i++)
    assert_false(sp_barcode_expand_upce(not_upce[i], out));
  static const char *const forms[][2] = {
      {"06901234567892", "6901234567892"},
      {"00000096385074", "96385074"},
      {"00036000291452", "0036000291452"},
      {"10614141000415", "10614141000415"},
  };
  for (size_t i = 0; i < COUNT(forms); i++) {
    char back[15];
    assert_true(sp_barcode_from_gtin14(forms[i][0], back));
    assert_string_equal(back, forms[i][1]);
  }
  assert_false(sp_barcode_from_gtin14("6901234567892", out));
  assert_false(sp_barcode_from_gtin14("06901234567893", out));
  assert_int_equal(sp_barcode_price_digit("2875", 4), '9');
  assert_int_equal(sp_barcode_price_digit("14685", 5), '6');
  assert_int_equal(sp_barcode_price_digit("28a5", 4), 0);
  assert_int_equal(sp_barcode_price_digit("287", 3), 0);
  assert_int_equal(sp_barcode_aim("]E0690"), 3);
  assert_int_equal(sp_barcode_aim("]E"), 0);
  assert_int_equal(sp_barcode_aim("E0"), 0);
  assert_int_equal(sp_barcode_aim("]1x"), 0);
}

/* A single wrong digit of a price is always noticed (that is why the weights are odd). */
static void property_price_digit(void **state) {
  (void)state;
  struct random random = random_start("a wrong digit of a price is noticed");
  for (int i = 0; i < CASES; i++) {
    int count = 4 + (int)(random_next(&random) % 2);
    char text[6] = "";
    for (int k = 0; k < count; k++)
      text[k] = (char)('0' + random_next(&random) % 10);
    char digit = sp_barcode_price_digit(text, count);
    assert_in_range(digit, '0', '9');
    size_t at = random_next(&random) % (size_t)count;
    text[at] = (char)('0' + ((unsigned)(text[at] - '0') + 1 + random_next(&random) % 9) % 10);
    assert_int_not_equal(sp_barcode_price_digit(text, count), digit);
  }
}

/* ---- Random element strings ---- */

static void put_digits(struct random *random, char *out, int count) {
  for (int i = 0; i < count; i++)
    out[i] = (char)('0' + random_next(random) % 10);
  out[count] = '\0';
}

static void put_text(struct random *random, char *out, int count) {
  static const char characters[] = "()ABCxyz0123456789-/_*";
  for (int i = 0; i < count; i++)
    out[i] = characters[random_next(random) % (sizeof characters - 1)];
  out[count] = '\0';
}

/* One element that is right, and whether it is of known length. */
static bool put_element(struct random *random, int kind, char ai[5], char *value) {
  static const char *const ais[] = {"01", "10", "17", "21", "3103", "3922", "30", "400", "37", "240"};
  snprintf(ai, 5, "%s", ais[kind]);
  switch (kind) {
  case 0:
    put_digits(random, value, 13);
    value[13] = sp_barcode_check_digit(value, 13);
    value[14] = '\0';
    return true;
  case 2:
    snprintf(value, 7, "%02d%02d%02d", (int)(random_next(random) % 100), (int)(random_next(random) % 12) + 1,
             (int)(random_next(random) % 29 % 28));
    return true;
  case 4:
    put_digits(random, value, 6);
    return true;
  case 5:
  case 6:
  case 8:
    put_digits(random, value, 1 + (int)(random_next(random) % 8));
    return false;
  default:
    put_text(random, value, 1 + (int)(random_next(random) % 20));
    return false;
  }
}

static void assert_same(const struct sp_gs1_element *a, const struct sp_gs1_element *b) {
  assert_string_equal(a->ai, b->ai);
  assert_string_equal(a->value, b->value);
  assert_string_equal(a->currency, b->currency);
  assert_true(a->kind == b->kind && a->decimals == b->decimals && a->number == b->number);
}

/* Whatever is right is read as it was written, in both spellings, and comes out the same. */
static void property_round_trip(void **state) {
  (void)state;
  struct random random = random_start("element strings round trip");
  for (int i = 0; i < CASES; i++) {
    char text[OUT_MAX] = "";
    char values[10][SP_GS1_VALUE_MAX + 1];
    char ais[10][5];
    size_t len = 0;
    int count = 1 + (int)(random_next(&random) % 10);
    int first = (int)(random_next(&random) % 10);
    for (int k = 0; k < count; k++) {
      bool known = put_element(&random, (first + k * 3) % 10, ais[k], values[k]);
      len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s", ais[k], values[k],
                              known && random_next(&random) % 4 ? "" : "\x1D");
    }
    struct sp_gs1 gs1;
    struct sp_gs1 again;
    struct sp_error err = {0};
    int rc = sp_gs1_parse(text, len, &gs1, &err);
    if (rc != 0) print_message("# %s: %s\n", text, err.message);
    assert_int_equal(rc, 0);
    assert_int_equal(gs1.count, count);
    for (int k = 0; k < count; k++) {
      assert_string_equal(gs1.elements[k].ai, ais[k]);
      assert_string_equal(gs1.elements[k].value, values[k]);
    }
    for (int printed = 0; printed < 2; printed++) {
      struct sp_buf out;
      sp_buf_init(&out, OUT_MAX);
      assert_int_equal(sp_gs1_write(&gs1, printed, &out), 0);
      assert_int_equal(sp_gs1_parse(out.data, out.len, &again, NULL), 0);
      assert_int_equal(again.count, count);
      for (int k = 0; k < count; k++)
        assert_same(&again.elements[k], &gs1.elements[k]);
      sp_buf_free(&out);
    }
  }
}

/* Random bytes are refused or read; an error always names what it is about, and nothing is left behind. */
static void property_noise(void **state) {
  (void)state;
  struct random random = random_start("noise is no element string");
  static const char bytes[] = "0123456789^()\\ ]CAZ";
  for (int i = 0; i < CASES; i++) {
    char text[64] = "";
    size_t len = random_next(&random) % 60;
    for (size_t k = 0; k < len; k++)
      text[k] = bytes[random_next(&random) % (sizeof bytes - 1)];
    struct sp_gs1 gs1;
    struct sp_error err = {0};
    int rc = parse(text, &gs1, &err);
    if (rc == 0)
      assert_true(gs1.count > 0);
    else
      assert_true(gs1.count == 0 && err.code == rc && err.message[0]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good),
      cmocka_unit_test(test_bad),
      cmocka_unit_test(test_bounds),
      cmocka_unit_test(test_is),
      cmocka_unit_test(test_bare),
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_dates),
      cmocka_unit_test(test_goods),
      cmocka_unit_test(test_goods_numbers),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(property_price_digit),
      cmocka_unit_test(property_round_trip),
      cmocka_unit_test(property_noise),
  };
  return cmocka_run_group_tests_name("gs1", tests, NULL, NULL);
}
