#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/label.h"
#include "tests/unit/random.h"
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

#define SALE   SP_LABEL_AT_SALE
#define TENDER SP_LABEL_AT_TENDER
#define RETURN SP_LABEL_AT_RETURN
#define REST   SP_LABEL_AT_REST

/* Every layout that label scales of the Chinese market print, and what else a shop scans. */
static const struct sp_label_pattern shop[] = {
    {.name = "price", .pattern = "20WWWWWEEEEEC", .kind = SP_LABEL_ITEM},
    {.name = "weight", .pattern = "21WWWWWNNNNNC", .kind = SP_LABEL_ITEM},
    {.name = "price weight", .pattern = "22W{5}E{5}N{5}C", .kind = SP_LABEL_ITEM, .sample = "220012300835006527"},
    {.name = "weight price", .pattern = "23W{5}N{5}E{5}C", .kind = SP_LABEL_ITEM},
    {.name = "six digits", .pattern = "28W{5}E{5}N{5}C", .kind = SP_LABEL_ITEM},
    {.name = "unknown check", .pattern = "24W{5}N{5}E{5}O", .kind = SP_LABEL_ITEM},
    {.name = "jiao", .pattern = "25WWWWWEEEEEC", .kind = SP_LABEL_ITEM, .amount_unit = 10},
    {.name = "ten grams", .pattern = "26WWWWWNNNNNC", .kind = SP_LABEL_ITEM, .gram_unit = 10},
    {.name = "pieces", .pattern = "27WWWWWQQQQQC", .kind = SP_LABEL_ITEM},
    {.name = "verified", .pattern = "02WWWWWVEEEEC", .kind = SP_LABEL_ITEM},
    {.name = "verified five", .pattern = "04WWWWVEEEEEC", .kind = SP_LABEL_ITEM},
    {.name = "add-on", .pattern = "290W{4}E{5}CNNNNN", .kind = SP_LABEL_ITEM},
    {.name = "item only", .pattern = "2W{6}C", .kind = SP_LABEL_ITEM},
    {.name = "letters", .pattern = "'W'/X{3}/N{4}", .kind = SP_LABEL_ITEM},
    {.name = "coupon", .pattern = "99W{10}C", .kind = SP_LABEL_COUPON},
    {.name = "member", .pattern = "'M-'X{4-20}", .kind = SP_LABEL_MEMBER},
    {.name = "phone", .pattern = "1W{10}", .kind = SP_LABEL_MEMBER},
    {.name = "badge", .pattern = "'S-'W{4}", .kind = SP_LABEL_STAFF},
    {.name = "receipt", .pattern = "'R'W{3-16}", .kind = SP_LABEL_RECEIPT},
    {.name = "wechat", .pattern = "[10-15]D{16}", .kind = SP_LABEL_PAYMENT},
    {.name = "alipay", .pattern = "[25-30]D{14-22}", .kind = SP_LABEL_PAYMENT},
    {.name = "unionpay", .pattern = "62D{14-17}", .kind = SP_LABEL_PAYMENT},
};

static void make(struct sp_label_table *table, const struct sp_label_pattern *patterns, size_t count) {
  struct sp_error err = {0};
  int rc = sp_label_table_make(table, patterns, count, &err);
  if (rc != 0) print_message("# %s: %s\n", err.field, err.message);
  assert_int_equal(rc, 0);
}

enum { NO = -1 };

struct row {
  const char *code;
  enum sp_label_moment moment;
  const char *name; /* of the pattern, "" for none */
  enum sp_label_kind kind;
  bool early;
  const char *names; /* what the label names */
  int64_t amount, grams, pieces;
};

static void check_row(const struct sp_label_table *table, const struct row *row) {
  struct sp_label label;
  struct sp_error err = {0};
  int rc = sp_label_read(table, row->code, strlen(row->code), row->moment, &label, &err);
  const char *name = label.rule ? label.rule->name : "";
  if (rc != 0 || strcmp(name, row->name) != 0)
    print_message("# %s at %d: %s %s\n", row->code, (int)row->moment, name, err.message);
  assert_int_equal(rc, 0);
  assert_string_equal(name, row->name);
  assert_int_equal(label.kind, row->kind);
  assert_int_equal(label.early, row->early);
  assert_string_equal(label.code, row->names);
  assert_int_equal(label.has_amount ? label.amount : NO, row->amount);
  assert_int_equal(label.has_grams ? label.grams : NO, row->grams);
  assert_int_equal(label.has_pieces ? label.pieces : NO, row->pieces);
}

static const struct row label_rows[] = {
    /* the vectors of the scales' makers */
    {"2000123008356", SALE, "price", SP_LABEL_ITEM, false, "00123", 835, NO, NO},
    {"2100123006526", SALE, "weight", SP_LABEL_ITEM, false, "00123", NO, 652, NO},
    {"2112345015002", SALE, "weight", SP_LABEL_ITEM, false, "12345", NO, 1500, NO},
    {"220012300835006527", SALE, "price weight", SP_LABEL_ITEM, false, "00123", 835, 652, NO},
    {"230012300652008352", SALE, "weight price", SP_LABEL_ITEM, false, "00123", 835, 652, NO},
    {"240012300652008350", SALE, "unknown check", SP_LABEL_ITEM, false, "00123", 835, 652, NO},
    {"240012300652008359", SALE, "unknown check", SP_LABEL_ITEM, false, "00123", 835, 652, NO},
    {"2500123000836", SALE, "jiao", SP_LABEL_ITEM, false, "00123", 830, NO, NO},
    {"2600123000659", SALE, "ten grams", SP_LABEL_ITEM, false, "00123", NO, 650, NO},
    {"2700123000120", SALE, "pieces", SP_LABEL_ITEM, false, "00123", NO, NO, 12},
    {"0200123928759", SALE, "verified", SP_LABEL_ITEM, false, "00123", 2875, NO, NO},
    {"0401236146850", SALE, "verified five", SP_LABEL_ITEM, false, "0123", 14685, NO, NO},
    {"290012300835900652", SALE, "add-on", SP_LABEL_ITEM, false, "0123", 835, 652, NO},
    {"20001230", SALE, "item only", SP_LABEL_ITEM, false, "000123", NO, NO, NO},
    {"W/A-1/0652", SALE, "letters", SP_LABEL_ITEM, false, "A-1", NO, 652, NO},
    {"2000123008356", RETURN, "price", SP_LABEL_ITEM, false, "00123", 835, NO, NO},
    {"2000123008356", TENDER, "price", SP_LABEL_ITEM, true, "00123", 835, NO, NO},
    {"2000123008356", REST, "price", SP_LABEL_ITEM, true, "00123", 835, NO, NO},
    {"2099999999998", SALE, "price", SP_LABEL_ITEM, false, "99999", 99999, NO, NO},
    /* goods */
    {"6901234567892", SALE, "", SP_LABEL_GOODS, false, "6901234567892", NO, NO, NO},
    {"6901234567892", RETURN, "", SP_LABEL_GOODS, false, "6901234567892", NO, NO, NO},
    {"6901234567892", TENDER, "", SP_LABEL_GOODS, true, "6901234567892", NO, NO, NO},
    {"6901234567892", REST, "", SP_LABEL_GOODS, true, "6901234567892", NO, NO, NO},
    {"96385074", SALE, "", SP_LABEL_GOODS, false, "96385074", NO, NO, NO},
    {"036000291452", SALE, "", SP_LABEL_GOODS, false, "036000291452", NO, NO, NO},
    {"SKU-1", SALE, "", SP_LABEL_GOODS, false, "SKU-1", NO, NO, NO},
    {"0123456789012345678901234567890123456789012345678901234567890123", SALE, "", SP_LABEL_GOODS, false,
     "0123456789012345678901234567890123456789012345678901234567890123", NO, NO, NO},
    /* people and papers */
    {"9912345678909", SALE, "coupon", SP_LABEL_COUPON, false, "1234567890", NO, NO, NO},
    {"9912345678909", TENDER, "coupon", SP_LABEL_COUPON, false, "1234567890", NO, NO, NO},
    {"9912345678909", RETURN, "coupon", SP_LABEL_COUPON, true, "1234567890", NO, NO, NO},
    {"M-ab12", SALE, "member", SP_LABEL_MEMBER, false, "ab12", NO, NO, NO},
    {"M-abcdefghijklmnopqrst", TENDER, "member", SP_LABEL_MEMBER, false, "abcdefghijklmnopqrst", NO, NO, NO},
    {"M-abcdefghijklmnopqrstu", SALE, "", SP_LABEL_GOODS, false, "M-abcdefghijklmnopqrstu", NO, NO, NO},
    {"M-abc", SALE, "", SP_LABEL_GOODS, false, "M-abc", NO, NO, NO},
    {"13800138000", SALE, "phone", SP_LABEL_MEMBER, false, "3800138000", NO, NO, NO},
    {"S-0007", REST, "badge", SP_LABEL_STAFF, false, "0007", NO, NO, NO},
    {"S-0007", SALE, "badge", SP_LABEL_STAFF, false, "0007", NO, NO, NO},
    {"R123", RETURN, "receipt", SP_LABEL_RECEIPT, false, "123", NO, NO, NO},
    {"R1234567890123456", REST, "receipt", SP_LABEL_RECEIPT, false, "1234567890123456", NO, NO, NO},
    {"R123", TENDER, "receipt", SP_LABEL_RECEIPT, true, "123", NO, NO, NO},
    /* wallets */
    {"101234567890123456", TENDER, "wechat", SP_LABEL_PAYMENT, false, "101234567890123456", NO, NO, NO},
    {"151234567890123456", TENDER, "wechat", SP_LABEL_PAYMENT, false, "151234567890123456", NO, NO, NO},
    {"161234567890123456", TENDER, "", SP_LABEL_GOODS, true, "161234567890123456", NO, NO, NO},
    {"091234567890123456", TENDER, "", SP_LABEL_GOODS, true, "091234567890123456", NO, NO, NO},
    {"101234567890123456", SALE, "wechat", SP_LABEL_PAYMENT, true, "101234567890123456", NO, NO, NO},
    {"10123456789012345", TENDER, "", SP_LABEL_GOODS, true, "10123456789012345", NO, NO, NO},
    {"2512345678901234", TENDER, "alipay", SP_LABEL_PAYMENT, false, "2512345678901234", NO, NO, NO},
    {"301234567890123456789012", TENDER, "alipay", SP_LABEL_PAYMENT, false, "301234567890123456789012", NO, NO, NO},
    {"3012345678901234567890123", TENDER, "", SP_LABEL_GOODS, true, "3012345678901234567890123", NO, NO, NO},
    {"241234567890123456", TENDER, "unknown check", SP_LABEL_ITEM, true, "12345", 12345, 67890, NO},
    {"311234567890123456", TENDER, "", SP_LABEL_GOODS, true, "311234567890123456", NO, NO, NO},
    {"6212345678901234567", TENDER, "unionpay", SP_LABEL_PAYMENT, false, "6212345678901234567", NO, NO, NO},
    {"6212345678901234", SALE, "unionpay", SP_LABEL_PAYMENT, true, "6212345678901234", NO, NO, NO},
    /* the collision: one number, two meanings, decided by the till, then by the check digit */
    {"280012300835006521", SALE, "six digits", SP_LABEL_ITEM, false, "00123", 835, 652, NO},
    {"280012300835006521", TENDER, "alipay", SP_LABEL_PAYMENT, false, "280012300835006521", NO, NO, NO},
    {"280012300835006526", SALE, "alipay", SP_LABEL_PAYMENT, true, "280012300835006526", NO, NO, NO},
    {"280012300835006526", TENDER, "alipay", SP_LABEL_PAYMENT, false, "280012300835006526", NO, NO, NO},
};

static void test_labels(void **state) {
  (void)state;
  struct sp_label_table table;
  make(&table, shop, COUNT(shop));
  for (size_t i = 0; i < COUNT(label_rows); i++)
    check_row(&table, &label_rows[i]);
  static const struct sp_label_pattern other = {.name = "n-e", .pattern = "22W{5}N{5}E{5}C", .kind = SP_LABEL_ITEM};
  static const struct row vector = {"220012300652008353", SALE, "n-e", SP_LABEL_ITEM, false, "00123", 835, 652, NO};
  make(&table, &other, 1);
  check_row(&table, &vector);
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *code, *field, *words;
  } rows[] = {
      {"", "code", "empty"},
      {"12 34", "code", "characters no code has"},
      {"12\x1D"
       "34",
       "code", "characters no code has"},
      {"价格", "code", "characters no code has"},
      {"01234567890123456789012345678901234567890123456789012345678901234", "code", "at most 64"},
      {"2000123008357", "code", "of price with a wrong check digit"},
      {"2100123006527", "code", "of weight with a wrong check digit"},
      {"220012300835006528", "code", "of price weight with a wrong check digit"},
      {"0200123828752", "code", "of verified with a wrong check digit"}, /* the inner one */
      {"2000123000008", "amount", "zero"},
      {"2100123000005", "grams", "zero"},
      {"2700123000007", "pieces", "no pieces"},
      {"220012300835000006", "grams", "zero"},
      {"9912345678901", "code", "of coupon with a wrong check digit"},
  };
  struct sp_label_table table;
  make(&table, shop, COUNT(shop));
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sp_label label;
    struct sp_error err = {0};
    int rc = sp_label_read(&table, rows[i].code, strlen(rows[i].code), SP_LABEL_AT_SALE, &label, &err);
    if (rc == 0 || !strstr(err.message, rows[i].words)) print_message("# %s: %d %s\n", rows[i].code, rc, err.message);
    assert_int_equal(rc, SP_E_INVALID);
    assert_string_equal(err.field, rows[i].field);
    assert_non_null(strstr(err.message, rows[i].words));
    assert_true(label.rule == NULL && label.code[0] == '\0');
  }
  struct sp_label label;
  assert_int_equal(sp_label_read(&table,
                                 "12\0"
                                 "34",
                                 5, SP_LABEL_AT_SALE, &label, NULL),
                   SP_E_INVALID);
}

/* ---- Patterns that are no patterns ---- */

static const struct {
  struct sp_label_pattern pattern;
  const char *field, *words;
} pattern_rows[] = {
    {{.pattern = "1"}, "patterns[0].name", "name"},
    {{.name = "a name of more than thirty-one bytes", .pattern = "1"}, "patterns[0].name", "name"},
    {{.name = "a"}, "patterns[0].pattern", "1 to 95"},
    {{.name = "a", .pattern = ""}, "patterns[0].pattern", "1 to 95"},
    {{.name = "a", .pattern = "M-X"}, "patterns[0].pattern", "from here: M-X"},
    {{.name = "a", .pattern = "12w"}, "patterns[0].pattern", "from here: w"},
    {{.name = "a", .pattern = "1 2"}, "patterns[0].pattern", "from here:  2"},
    {{.name = "a", .pattern = "'AB"}, "patterns[0].pattern", "from here: 'AB"},
    {{.name = "a", .pattern = "''1"}, "patterns[0].pattern", "from here: ''1"},
    {{.name = "a", .pattern = "1[10-15]"}, "patterns[0].pattern", "from here: [10-15]"},
    {{.name = "a", .pattern = "[15-10]"}, "patterns[0].pattern", "from here: [15"},
    {{.name = "a", .pattern = "[1-15]"}, "patterns[0].pattern", "from here: [1-"},
    {{.name = "a", .pattern = "[1000-1500]"}, "patterns[0].pattern", "from here: [1000"},
    {{.name = "a", .pattern = "[10-15"}, "patterns[0].pattern", "from here: [10"},
    {{.name = "a", .pattern = "W{}"}, "patterns[0].pattern", "from here: W{}"},
    {{.name = "a", .pattern = "W{0}"}, "patterns[0].pattern", "from here: W{0}"},
    {{.name = "a", .pattern = "W{5-5}"}, "patterns[0].pattern", "from here: W{5-5}"},
    {{.name = "a", .pattern = "W{5"}, "patterns[0].pattern", "from here: W{5"},
    {{.name = "a", .pattern = "W}"}, "patterns[0].pattern", "from here: }"},
    {{.name = "a", .pattern = "E{3-5}"}, "patterns[0].pattern", "from here: E{3-5}"},
    {{.name = "a", .pattern = "W{3-5}D{1-2}"}, "patterns[0].pattern", "from here: D{1-2}"},
    {{.name = "a", .pattern = "W{65}"}, "patterns[0].pattern", "longer than any code"},
    {{.name = "a", .pattern = "1W{1-64}"}, "patterns[0].pattern", "longer than any code"},
    {{.name = "a", .pattern = "W{1-60}12345"}, "patterns[0].pattern", "longer than any code"},
    {{.name = "a", .pattern = "WE{10}", .kind = SP_LABEL_ITEM}, "patterns[0].pattern", "more than 9"},
    {{.name = "a", .pattern = "WVEEE", .kind = SP_LABEL_ITEM}, "patterns[0].pattern", "one V"},
    {{.name = "a", .pattern = "WVVEEEE", .kind = SP_LABEL_ITEM}, "patterns[0].pattern", "one V"},
    {{.name = "a", .pattern = "WEEE", .kind = SP_LABEL_COUPON}, "patterns[0].pattern", "Only a label"},
    {{.name = "a", .pattern = "22EEEE", .kind = SP_LABEL_ITEM}, "patterns[0].pattern", "names no goods"},
    {{.name = "a", .pattern = "'A'WWC"}, "patterns[0].pattern", "stands before C"},
    {{.name = "a", .pattern = "CWW"}, "patterns[0].pattern", "stands before C"},
    {{.name = "a", .pattern = "12X{1-3}C"}, "patterns[0].pattern", "stands before C"},
    {{.name = "a", .pattern = "1", .sample = "1 2"}, "patterns[0].sample", "sample"},
    {{.name = "a", .pattern = "1", .moments = 16}, "patterns[0].moments", "when a is taken"},
    {{.name = "a", .pattern = "1", .amount_unit = -1}, "patterns[0].unit", "units"},
    {{.name = "a", .pattern = "1", .gram_unit = 10001}, "patterns[0].unit", "units"},
};

static void test_patterns(void **state) {
  (void)state;
  struct sp_label_table table;
  for (size_t i = 0; i < COUNT(pattern_rows); i++) {
    struct sp_error err = {0};
    int rc = sp_label_table_make(&table, &pattern_rows[i].pattern, 1, &err);
    if (rc == 0 || !strstr(err.message, pattern_rows[i].words))
      print_message("# row %zu: %d %s %s\n", i, rc, err.field, err.message);
    assert_int_equal(rc, SP_E_INVALID);
    assert_string_equal(err.field, pattern_rows[i].field);
    assert_non_null(strstr(err.message, pattern_rows[i].words));
    assert_int_equal(table.count, 0);
  }
  static const struct sp_label_pattern twins[] = {{.name = "a", .pattern = "1"}, {.name = "a", .pattern = "2"}};
  struct sp_error err = {0};
  assert_int_equal(sp_label_table_make(&table, twins, 2, &err), SP_E_INVALID);
  assert_string_equal(err.field, "patterns[1].name");
  assert_int_equal(sp_label_table_make(&table, shop, SP_LABEL_PATTERNS_MAX + 1, &err), SP_E_LIMIT);
  assert_int_equal(sp_label_table_make(&table, NULL, 0, &err), 0);
}

/* The order does not depend on how the table was written. */
static void property_order(void **state) {
  (void)state;
  struct random random = random_start("the order is total");
  struct sp_label_table first;
  make(&first, shop, COUNT(shop));
  for (int i = 0; i < 200; i++) {
    struct sp_label_pattern mixed[COUNT(shop)];
    memcpy(mixed, shop, sizeof mixed);
    for (size_t k = COUNT(shop) - 1; k > 0; k--) {
      size_t at = random_next(&random) % (k + 1);
      struct sp_label_pattern other = mixed[k];
      mixed[k] = mixed[at];
      mixed[at] = other;
    }
    struct sp_label_table table;
    make(&table, mixed, COUNT(shop));
    for (int k = 0; k < table.count; k++)
      assert_string_equal(table.rules[k].name, first.rules[k].name);
  }
}

/* ---- Self-test ---- */

struct heard {
  int count;
  struct sp_label_finding findings[64];
};

static void hear(void *ctx, const struct sp_label_finding *finding) {
  struct heard *heard = ctx;
  assert_true(heard->count < 64);
  heard->findings[heard->count++] = *finding;
}

static const struct sp_label_finding *about(const struct heard *heard, const char *winner, const char *other) {
  for (int i = 0; i < heard->count; i++) {
    const struct sp_label_finding *finding = &heard->findings[i];
    const char *name = finding->winner ? finding->winner->name : "";
    if (strcmp(name, winner) == 0 && strcmp(finding->other->name, other) == 0) return finding;
  }
  return NULL;
}

static void test_self_test(void **state) {
  (void)state;
  struct sp_label_table table;
  struct heard heard = {0};
  make(&table, shop, COUNT(shop));
  assert_int_equal(sp_label_test(&table, hear, &heard), 0);
  const struct sp_label_finding *finding = about(&heard, "six digits", "alipay");
  assert_non_null(finding);
  assert_int_equal(finding->verdict, SP_LABEL_BY_MOMENT);
  assert_int_equal(strlen(finding->code), 18);
  assert_null(about(&heard, "price", "weight"));
  assert_int_equal(sp_label_test(&table, NULL, NULL), 0);
}

static void test_mistakes(void **state) {
  (void)state;
  static const struct sp_label_pattern patterns[] = {
      {.name = "a", .pattern = "22W{5}E{5}N{5}C", .kind = SP_LABEL_ITEM},
      {.name = "b", .pattern = "22W{5}N{5}E{5}C", .kind = SP_LABEL_ITEM},
      {.name = "wide", .pattern = "2W{7-20}", .kind = SP_LABEL_MEMBER, .sample = "220012300835006527"},
      {.name = "off", .pattern = "31W{5}", .kind = SP_LABEL_MEMBER, .sample = "3212345"},
      {.name = "front", .pattern = "[300-399]D{4}", .kind = SP_LABEL_MEMBER},
      {.name = "short", .pattern = "[2-3]DC", .kind = SP_LABEL_MEMBER},
      {.name = "any", .pattern = "X{3-7}", .kind = SP_LABEL_MEMBER},
  };
  struct sp_label_table table;
  struct heard heard = {0};
  make(&table, patterns, COUNT(patterns));
  int mistakes = sp_label_test(&table, hear, &heard);
  assert_int_equal(about(&heard, "a", "b")->verdict, SP_LABEL_BY_NAME);
  assert_int_equal(about(&heard, "a", "wide")->verdict, SP_LABEL_SAMPLE_LOST);
  assert_int_equal(about(&heard, "", "off")->verdict, SP_LABEL_SAMPLE_BAD);
  assert_int_equal(about(&heard, "off", "front")->verdict, SP_LABEL_BY_ORDER);
  assert_int_equal(about(&heard, "front", "any")->verdict, SP_LABEL_BY_ORDER);
  assert_int_equal(about(&heard, "short", "any")->verdict, SP_LABEL_BY_ORDER);
  assert_null(about(&heard, "a", "any"));
  assert_null(about(&heard, "front", "short"));
  assert_int_equal(mistakes, 3);
}

/* The built-in table has no mistake, and its proofs are codes both patterns match. */
static void test_defaults(void **state) {
  (void)state;
  struct sp_label_table table;
  struct heard heard = {0};
  size_t count = 0;
  const struct sp_label_pattern *patterns = sp_label_defaults(&count);
  make(&table, patterns, count);
  assert_int_equal(sp_label_test(&table, hear, &heard), 0);
  for (int i = 0; i < heard.count; i++)
    assert_int_equal(heard.findings[i].verdict, SP_LABEL_BY_MOMENT);
  static const struct row rows[] = {
      {"2000123008356", SALE, "price 20", SP_LABEL_ITEM, false, "00123", 835, NO, NO},
      {"220012300835006527", SALE, "price and weight 22", SP_LABEL_ITEM, false, "00123", 835, 652, NO},
      {"101234567890123456", TENDER, "wechat", SP_LABEL_PAYMENT, false, "101234567890123456", NO, NO, NO},
      {"281234567890123456", SALE, "alipay", SP_LABEL_PAYMENT, true, "281234567890123456", NO, NO, NO},
      {"511234567890123456", TENDER, "bestpay", SP_LABEL_PAYMENT, false, "511234567890123456", NO, NO, NO},
      {"831234567890123456", SALE, "suning", SP_LABEL_PAYMENT, true, "831234567890123456", NO, NO, NO},
      {"6901234567892", SALE, "", SP_LABEL_GOODS, false, "6901234567892", NO, NO, NO},
      {"R-0001", RETURN, "receipt", SP_LABEL_RECEIPT, false, "0001", NO, NO, NO},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    check_row(&table, &rows[i]);
}

static void test_safe(void **state) {
  (void)state;
  char out[SP_LABEL_TEXT];
  assert_string_equal(sp_label_safe("7712345678901234", out), "77**********1234");
  assert_string_equal(sp_label_safe("771234567890123456789012", out), "77******************9012");
  static const char *const plain[] = {"", "771234567890123", "7712345678901234567890123", "ABC4567890123456"};
  for (size_t i = 0; i < COUNT(plain); i++)
    assert_string_equal(sp_label_safe(plain[i], out), plain[i]);
}

/* Two patterns of a random table overlap only with a proof, and where they are said not to, no random code fits both.
 */
static void property_overlaps(void **state) {
  (void)state;
  struct random random = random_start("overlaps have proofs");
  static const char *const parts[] = {"1", "2", "W", "W{2}", "D", "W{1-3}", "X", "E", "N"};
  for (int i = 0; i < 1000; i++) {
    char text[2][64];
    struct sp_label_pattern patterns[2] = {{.name = "a"}, {.name = "b"}};
    for (int k = 0; k < 2; k++) {
      bool range = random_next(&random) % 3 == 0;
      int len = snprintf(text[k], sizeof text[k], "%sW", range ? "[1-2]" : "");
      bool varies = false;
      for (uint64_t n = random_next(&random) % 4; n > 0; n--) {
        const char *part = parts[random_next(&random) % COUNT(parts)];
        if (strchr(part, '-') && varies) continue;
        varies = varies || strchr(part, '-');
        len += snprintf(text[k] + len, sizeof text[k] - (size_t)len, "%s", part);
      }
      patterns[k].pattern = text[k];
      patterns[k].kind = SP_LABEL_ITEM;
    }
    struct sp_label_table table;
    struct sp_label_table one[2];
    struct heard heard = {0};
    make(&table, patterns, 2);
    make(&one[0], &patterns[0], 1);
    make(&one[1], &patterns[1], 1);
    (void)sp_label_test(&table, hear, &heard);
    bool overlap = heard.count > 0;
    for (int tries = 0; tries < 50; tries++) {
      char code[SP_LABEL_TEXT] = "";
      size_t len = 1 + random_next(&random) % 8;
      for (size_t k = 0; k < len; k++)
        code[k] = (char)('1' + random_next(&random) % 3);
      if (tries == 0 && overlap) snprintf(code, sizeof code, "%s", heard.findings[0].code);
      struct sp_label a;
      struct sp_label b;
      int rc = sp_label_read(&one[0], code, strlen(code), SP_LABEL_AT_SALE, &a, NULL);
      rc = rc ? rc : sp_label_read(&one[1], code, strlen(code), SP_LABEL_AT_SALE, &b, NULL);
      bool both = rc == 0 && a.rule && b.rule;
      if (tries == 0 && overlap) assert_true(both);
      if (both && !overlap) print_message("# %s and %s: %s\n", text[0], text[1], code);
      assert_true(!both || overlap);
    }
  }
}

/* What a scale prints is what the till reads; one wrong digit is never another price. */
static void property_label_round_trip(void **state) {
  (void)state;
  struct random random = random_start("labels round trip");
  struct sp_label_table table;
  make(&table, shop, 4);
  for (int i = 0; i < CASES; i++) {
    int item = (int)random_between(&random, 0, 99999);
    int amount = (int)random_between(&random, 1, 99999);
    int grams = (int)random_between(&random, 1, 99999);
    char code[SP_LABEL_TEXT];
    int kind = (int)(random_next(&random) % 4);
    if (kind == 0) snprintf(code, sizeof code, "20%05d%05d", item, amount);
    if (kind == 1) snprintf(code, sizeof code, "21%05d%05d", item, grams);
    if (kind == 2) snprintf(code, sizeof code, "22%05d%05d%05d", item, amount, grams);
    if (kind == 3) snprintf(code, sizeof code, "23%05d%05d%05d", item, grams, amount);
    size_t len = strlen(code);
    code[len] = sp_barcode_check_digit(code, (int)len);
    code[++len] = '\0';
    struct sp_label label;
    assert_int_equal(sp_label_read(&table, code, len, SP_LABEL_AT_SALE, &label, NULL), 0);
    assert_true(label.rule && !label.unchecked);
    assert_int_equal(strtol(label.code, NULL, 10), item);
    assert_true(label.has_amount == (kind != 1) && label.has_grams == (kind != 0));
    if (label.has_amount) assert_int_equal(label.amount, amount);
    if (label.has_grams) assert_int_equal(label.grams, grams);
    size_t at = 2 + random_next(&random) % (len - 2);
    code[at] = (char)('0' + ((unsigned)(code[at] - '0') + 1 + random_next(&random) % 9) % 10);
    assert_int_equal(sp_label_read(&table, code, len, SP_LABEL_AT_SALE, &label, NULL), SP_E_INVALID);
  }
}

/* ---- The rest ---- */

static void test_adds_up(void **state) {
  (void)state;
  struct sp_label label = {.has_amount = true, .has_grams = true, .amount = 835, .grams = 652};
  assert_true(sp_label_adds_up(&label, 1280)); /* 8.3456 */
  assert_true(sp_label_adds_up(&label, 1282));
  assert_false(sp_label_adds_up(&label, 1290));
  assert_false(sp_label_adds_up(&label, 1000));
  assert_false(sp_label_adds_up(&label, INT64_MAX));
  label.has_amount = false;
  assert_true(sp_label_adds_up(&label, 1000));
}

static void test_mask(void **state) {
  (void)state;
  char out[SP_LABEL_TEXT];
  sp_label_mask("281234567890123456", out);
  assert_string_equal(out, "28************3456");
  sp_label_mask("1234567", out);
  assert_string_equal(out, "12*4567");
  sp_label_mask("123456", out);
  assert_string_equal(out, "******");
  sp_label_mask("", out);
  assert_string_equal(out, "");
  char longer[100];
  memset(longer, '7', sizeof longer);
  longer[99] = '\0';
  sp_label_mask(longer, out);
  assert_int_equal(strlen(out), SP_LABEL_TEXT_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_labels),       cmocka_unit_test(test_refused),
      cmocka_unit_test(test_patterns),     cmocka_unit_test(property_order),
      cmocka_unit_test(test_self_test),    cmocka_unit_test(test_mistakes),
      cmocka_unit_test(test_defaults),     cmocka_unit_test(test_safe),
      cmocka_unit_test(property_overlaps), cmocka_unit_test(property_label_round_trip),
      cmocka_unit_test(test_adds_up),      cmocka_unit_test(test_mask),
  };
  return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
