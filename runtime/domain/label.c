#include "domain/label.h"

#include "domain/label_rule.h"
#include "domain/money.h"
#include <stdio.h>
#include <string.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* ---- The table ---- */

unsigned sp_label_moments(enum sp_label_kind kind) {
  switch (kind) {
  case SP_LABEL_GOODS:
  case SP_LABEL_ITEM:
    return SP_LABEL_AT_SALE | SP_LABEL_AT_RETURN;
  case SP_LABEL_COUPON:
  case SP_LABEL_MEMBER:
    return SP_LABEL_AT_SALE | SP_LABEL_AT_TENDER;
  case SP_LABEL_STAFF:
    return SP_LABEL_AT_SALE | SP_LABEL_AT_TENDER | SP_LABEL_AT_RETURN | SP_LABEL_AT_REST;
  case SP_LABEL_PAYMENT:
    return SP_LABEL_AT_TENDER;
  case SP_LABEL_RECEIPT:
    return SP_LABEL_AT_SALE | SP_LABEL_AT_RETURN | SP_LABEL_AT_REST;
  }
  return 0;
}

const struct sp_label_pattern *sp_label_defaults(size_t *count) {
  static const struct sp_label_pattern patterns[] = {
      {.name = "price 20", .pattern = "20WWWWWEEEEEC", .kind = SP_LABEL_ITEM, .sample = "2000123008356"},
      {.name = "price 22", .pattern = "22WWWWWEEEEEC", .kind = SP_LABEL_ITEM},
      {.name = "weight 21", .pattern = "21WWWWWNNNNNC", .kind = SP_LABEL_ITEM, .sample = "2100123006526"},
      {.name = "price and weight 20", .pattern = "20WWWWWEEEEENNNNNC", .kind = SP_LABEL_ITEM},
      {.name = "price and weight 22",
       .pattern = "22WWWWWEEEEENNNNNC",
       .kind = SP_LABEL_ITEM,
       .sample = "220012300835006527"},
      {.name = "weight and price 21", .pattern = "21WWWWWNNNNNEEEEEC", .kind = SP_LABEL_ITEM},
      {.name = "coupon 99", .pattern = "99W{10}C", .kind = SP_LABEL_COUPON},
      {.name = "coupon", .pattern = "'C-'X{4-40}", .kind = SP_LABEL_COUPON},
      {.name = "member", .pattern = "'M-'X{4-40}", .kind = SP_LABEL_MEMBER},
      {.name = "badge", .pattern = "'S-'X{4-40}", .kind = SP_LABEL_STAFF},
      {.name = "receipt 980", .pattern = "980W{9}C", .kind = SP_LABEL_RECEIPT},
      {.name = "receipt", .pattern = "'R-'X{4-40}", .kind = SP_LABEL_RECEIPT},
      {.name = "wechat", .pattern = "[10-15]D{16}", .kind = SP_LABEL_PAYMENT},
      {.name = "alipay", .pattern = "[25-30]D{14-22}", .kind = SP_LABEL_PAYMENT},
      {.name = "unionpay", .pattern = "62D{14-22}", .kind = SP_LABEL_PAYMENT},
      {.name = "bestpay", .pattern = "51D{14-22}", .kind = SP_LABEL_PAYMENT},
      {.name = "suning", .pattern = "83D{14-22}", .kind = SP_LABEL_PAYMENT},
  };
  *count = sizeof patterns / sizeof patterns[0];
  return patterns;
}

int sp_label_order(const struct sp_label_rule *a, const struct sp_label_rule *b, bool names) {
  int spread_a = a->max - a->min;
  int spread_b = b->max - b->min;
  if (a->fixed != b->fixed) return b->fixed - a->fixed;
  if (a->checked != b->checked) return b->checked - a->checked;
  if (spread_a != spread_b) return spread_a - spread_b;
  if (a->min != b->min) return b->min - a->min;
  return names ? strcmp(a->name, b->name) : 0;
}

static int insert_rule(struct sp_label_table *table, const struct sp_label_rule *rule, struct sp_error *err) {
  for (int i = 0; i < table->count; i++)
    if (strcmp(table->rules[i].name, rule->name) == 0)
      return sp_fail(err, SP_E_INVALID, "name", "Two patterns are called %s", rule->name);
  int at = table->count++;
  for (; at > 0 && sp_label_order(rule, &table->rules[at - 1], true) < 0; at--)
    table->rules[at] = table->rules[at - 1];
  table->rules[at] = *rule;
  return 0;
}

int sp_label_table_make(struct sp_label_table *table, const struct sp_label_pattern *patterns, size_t count,
                        struct sp_error *err) {
  table->count = 0;
  if (count > SP_LABEL_PATTERNS_MAX)
    return sp_fail(err, SP_E_LIMIT, "patterns", "A table has at most %d patterns", SP_LABEL_PATTERNS_MAX);
  for (size_t i = 0; i < count; i++) {
    struct sp_label_rule rule;
    int rc = sp_label_compile(&patterns[i], &rule, err);
    if (rc == 0) rc = insert_rule(table, &rule, err);
    if (rc == 0) continue;
    char place[32];
    snprintf(place, sizeof place, "patterns[%zu]", i);
    sp_error_prefix(err, place);
    table->count = 0;
    return rc;
  }
  return 0;
}

/* ---- One pattern ---- */

char sp_label_slot(const struct sp_label_rule *rule, int len, int at, char *literal) {
  int extra = len - rule->min;
  if (rule->stretch >= 0 && at > rule->stretch) at = at <= rule->stretch + extra ? rule->stretch : at - extra;
  *literal = rule->literals[at];
  return rule->slots[at];
}

/* What the digits of a code add up to while it is read. */
struct sums {
  int64_t amount, weight, pieces;
  char prices[SP_LABEL_TEXT]; /* the digits of E */
  int price_digits;
  char verifier; /* the digit at V, 0 for none */
  bool has_weight, has_pieces;
};

static bool take_digit(struct sums *sums, char slot, char c) {
  if (!is_digit(c)) return false;
  int digit = c - '0';
  switch (slot) {
  case 'E':
    sums->amount = sums->amount * 10 + digit;
    sums->prices[sums->price_digits++] = c;
    break;
  case 'N':
    sums->weight = sums->weight * 10 + digit;
    sums->has_weight = true;
    break;
  case 'Q':
    sums->pieces = sums->pieces * 10 + digit;
    sums->has_pieces = true;
    break;
  case 'V':
    sums->verifier = c;
    break;
  default:
    break;
  }
  return true;
}

static bool in_range(const struct sp_label_rule *rule, const char *text) {
  int value = 0;
  for (int i = 0; i < rule->range; i++)
    value = is_digit(text[i]) ? value * 10 + (text[i] - '0') : 10000;
  return rule->range == 0 || (value >= rule->low && value <= rule->high);
}

static void fill(const struct sp_label_rule *rule, const char *text, const char *code, const struct sums *sums,
                 struct sp_label *out) {
  *out = (struct sp_label){
      .kind = rule->kind,
      .rule = rule,
      .has_amount = sums->price_digits > 0,
      .has_grams = sums->has_weight,
      .has_pieces = sums->has_pieces,
      .amount = sums->amount * rule->amount_unit,
      .grams = sums->weight * rule->gram_unit,
      .pieces = sums->pieces,
      .unchecked = rule->kind == SP_LABEL_ITEM && rule->checked == 0,
  };
  snprintf(out->code, sizeof out->code, "%s", code[0] ? code : text);
}

enum sp_label_fit sp_label_fit(const struct sp_label_rule *rule, const char *text, int len, struct sp_label *out) {
  if (len < rule->min || len > rule->max || !in_range(rule, text)) return SP_LABEL_NO;
  struct sums sums = {0};
  char code[SP_LABEL_TEXT] = "";
  int code_len = 0;
  bool right = true;
  for (int i = 0; i < len; i++) {
    char literal = 0;
    char slot = sp_label_slot(rule, len, i, &literal);
    if (slot == 'L' ? text[i] != literal : slot != 'X' && !take_digit(&sums, slot, text[i])) return SP_LABEL_NO;
    if (slot == 'W' || slot == 'X') code[code_len++] = text[i];
    if (slot == 'C') right = right && text[i] == sp_barcode_check_digit(text, i);
  }
  if (sums.verifier) right = right && sums.verifier == sp_barcode_price_digit(sums.prices, sums.price_digits);
  if (out) fill(rule, text, code, &sums, out);
  return right ? SP_LABEL_FITS : SP_LABEL_WRONG;
}

void sp_label_fill_checks(const struct sp_label_rule *rule, char *text, int len) {
  char prices[SP_LABEL_TEXT];
  int price_digits = 0;
  int verifier = -1;
  char literal = 0;
  for (int i = 0; i < len; i++) {
    char slot = sp_label_slot(rule, len, i, &literal);
    if (slot == 'E') prices[price_digits++] = text[i];
    if (slot == 'V') verifier = i;
  }
  if (verifier >= 0) text[verifier] = sp_barcode_price_digit(prices, price_digits);
  for (int i = 0; i < len; i++)
    if (sp_label_slot(rule, len, i, &literal) == 'C') text[i] = sp_barcode_check_digit(text, i);
}

/* ---- One code ---- */

static int check_label(const struct sp_label *label, struct sp_error *err) {
  if (label->has_amount && label->amount == 0)
    return sp_fail(err, SP_E_INVALID, "amount", "This label has a price of zero: weigh the goods again");
  if (label->has_grams && label->grams == 0)
    return sp_fail(err, SP_E_INVALID, "grams", "This label has a weight of zero: weigh the goods again");
  if (label->has_pieces && label->pieces == 0)
    return sp_fail(err, SP_E_INVALID, "pieces", "This label counts no pieces: print it again");
  return 0;
}

/* Walk the table from the most specific pattern on. What fits now ends the walk; what would fit at another moment and
 * what has a wrong check digit are kept for the case that nothing does. */
struct candidates {
  struct sp_label now, later;        /* rule null: none */
  const struct sp_label_rule *wrong; /* fits now but for a check digit */
};

static void collect(const struct sp_label_table *table, const char *text, int len, unsigned moments,
                    struct candidates *found) {
  for (int i = 0; i < table->count && !found->now.rule; i++) {
    const struct sp_label_rule *rule = &table->rules[i];
    struct sp_label label;
    bool timely = (rule->moments & moments) != 0;
    enum sp_label_fit fit = sp_label_fit(rule, text, len, &label);
    if (fit == SP_LABEL_FITS && timely) found->now = label;
    if (fit == SP_LABEL_FITS && !timely && !found->later.rule) found->later = label;
    if (fit == SP_LABEL_WRONG && timely && !found->wrong) found->wrong = rule;
  }
}

static int read_text(const struct sp_label_table *table, const char *text, int len, unsigned moments,
                     struct sp_label *out, struct sp_error *err) {
  struct candidates found = {0};
  collect(table, text, len, moments, &found);
  if (found.now.rule) {
    *out = found.now;
    return check_label(out, err);
  }
  /* Eighteen digits from 25 on with a check digit that is not a label's: somebody shows his wallet early. */
  bool payment = found.later.rule && found.later.kind == SP_LABEL_PAYMENT;
  if (found.wrong && !payment)
    return sp_fail(err, SP_E_INVALID, "code", "This is a code of %s with a wrong check digit: scan it again",
                   found.wrong->name);
  if (found.later.rule) {
    *out = found.later;
    out->early = true;
    return check_label(out, err);
  }
  *out = (struct sp_label){.kind = SP_LABEL_GOODS};
  out->early = (sp_label_moments(SP_LABEL_GOODS) & moments) == 0;
  snprintf(out->code, sizeof out->code, "%s", text);
  return 0;
}

int sp_label_read(const struct sp_label_table *table, const char *text, size_t len, unsigned moments,
                  struct sp_label *out, struct sp_error *err) {
  char copy[SP_LABEL_TEXT];
  *out = (struct sp_label){0};
  if (len > SP_LABEL_TEXT_MAX)
    return sp_fail(err, SP_E_INVALID, "code", "A code has at most %d characters", SP_LABEL_TEXT_MAX);
  memcpy(copy, text, len);
  copy[len] = '\0';
  if (strlen(copy) != len || !sp_barcode_valid(copy))
    return sp_fail(err, SP_E_INVALID, "code", "This code is empty or has characters no code has");
  int rc = read_text(table, copy, (int)len, moments, out, err);
  if (rc != 0) *out = (struct sp_label){0};
  return rc;
}

bool sp_label_adds_up(const struct sp_label *label, int64_t kilogram_price) {
  int64_t amount = 0;
  if (!label->has_amount || !label->has_grams) return true;
  if (sp_money_amount(kilogram_price, label->grams, &amount) != 0) return false;
  return amount - label->amount <= 1 && label->amount - amount <= 1;
}

const char *sp_label_safe(const char *text, char out[SP_LABEL_TEXT]) {
  enum { SHORTEST = 16, LONGEST = 24 };
  size_t len = strlen(text);
  bool money = len >= SHORTEST && len <= LONGEST && strspn(text, "0123456789") == len;
  if (money) sp_label_mask(text, out);
  return money ? out : text;
}

void sp_label_mask(const char *text, char out[SP_LABEL_TEXT]) {
  enum { HEAD = 2, TAIL = 4 };
  size_t len = strnlen(text, SP_LABEL_TEXT_MAX);
  for (size_t i = 0; i < len; i++)
    out[i] = len > HEAD + TAIL && (i < HEAD || i + TAIL >= len) ? text[i] : '*';
  out[len] = '\0';
}
