#include "domain/label_rule.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 9, RANGE_DIGITS_MAX = 3, UNIT_MAX = 10000 };

/* Where the compiler is in the pattern. */
struct compiler {
  const char *at;
  struct sp_label_rule *rule;
  struct sp_error *err;
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static int fail_syntax(const struct compiler *c) {
  return sp_fail(c->err, SP_E_INVALID, "pattern", "The pattern of %s cannot be read from here: %s", c->rule->name,
                 c->at);
}

static int add_slot(struct compiler *c, char slot, char literal) {
  struct sp_label_rule *rule = c->rule;
  if (rule->max == SP_LABEL_TEXT_MAX)
    return sp_fail(c->err, SP_E_INVALID, "pattern", "The pattern of %s is longer than any code", rule->name);
  rule->slots[rule->min] = slot;
  rule->literals[rule->min] = literal;
  rule->min++;
  rule->max++;
  return 0;
}

/* A number of one to `most` digits. */
static bool take_number(struct compiler *c, int most, int *digits, int *value) {
  *digits = *value = 0;
  while (*digits < most && is_digit(*c->at)) {
    *value = *value * 10 + (*c->at++ - '0');
    (*digits)++;
  }
  return *digits > 0;
}

/* What a range fixes, in halves of a character: [300-399] as much as one digit, [25-30] too, [10-12] one and a half. */
static int16_t range_weight(int digits, int width) {
  int all = 1;
  for (int i = 0; i < digits; i++)
    all *= 10;
  int weight = 0;
  for (; width * 10 <= all; width *= 10)
    weight += 2;
  return (int16_t)(weight + (width * 3 <= all));
}

/* [10-15] */
static int take_range(struct compiler *c) {
  const char *start = c->at;
  struct sp_label_rule *rule = c->rule;
  int digits = 0;
  int again = 0;
  int low = 0;
  int high = 0;
  c->at++;
  bool good = rule->min == 0 && take_number(c, RANGE_DIGITS_MAX, &digits, &low) && *c->at++ == '-' &&
              take_number(c, RANGE_DIGITS_MAX, &again, &high) && *c->at == ']' && again == digits && low <= high;
  if (!good) {
    c->at = start;
    return fail_syntax(c);
  }
  c->at++;
  rule->range = (int8_t)digits;
  rule->low = (int16_t)low;
  rule->high = (int16_t)high;
  rule->fixed = range_weight(digits, high - low + 1);
  for (int i = 0; i < digits; i++)
    (void)add_slot(c, 'R', 0); /* at most three in front: there is room */
  return 0;
}

/* 'text' */
static int take_quoted(struct compiler *c) {
  const char *start = c->at++;
  int rc = 0;
  while (rc == 0 && *c->at > ' ' && *c->at <= '~' && *c->at != '\'') {
    rc = add_slot(c, 'L', *c->at++);
    c->rule->fixed = (int16_t)(c->rule->fixed + 2);
  }
  if (rc != 0) return rc;
  if (*c->at == '\'' && c->at > start + 1) {
    c->at++;
    return 0;
  }
  c->at = start;
  return fail_syntax(c);
}

/* W, W{5} or W{4-20} */
static int take_class(struct compiler *c) {
  const char *start = c->at;
  char letter = *c->at++;
  int digits = 0;
  int least = 1;
  int most = 1;
  if (*c->at == '{') {
    c->at++;
    bool good = take_number(c, 2, &digits, &least) && least > 0;
    most = least;
    if (good && *c->at == '-') {
      c->at++;
      good = strchr("WXD", letter) && c->rule->stretch < 0 && take_number(c, 2, &digits, &most) && most > least;
    }
    if (!good || *c->at != '}') {
      c->at = start;
      return fail_syntax(c);
    }
    c->at++;
  }
  for (int i = 0; i < least; i++) {
    int rc = add_slot(c, letter, 0);
    if (rc != 0) return rc;
  }
  if (most == least) return 0;
  c->rule->stretch = (int16_t)(c->rule->min - 1);
  c->rule->max = (int16_t)(c->rule->max + most - least);
  if (c->rule->max <= SP_LABEL_TEXT_MAX) return 0;
  return sp_fail(c->err, SP_E_INVALID, "pattern", "The pattern of %s is longer than any code", c->rule->name);
}

static int take_part(struct compiler *c) {
  char next = *c->at;
  if (next == '[') return take_range(c);
  if (next == '\'') return take_quoted(c);
  if (strchr("WXDENQVCO", next)) return take_class(c);
  bool letter = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
  if (letter || next <= ' ' || next > '~' || strchr("]{}", next)) return fail_syntax(c);
  c->at++;
  c->rule->fixed = (int16_t)(c->rule->fixed + 2);
  return add_slot(c, 'L', next);
}

static int count_slots(const struct sp_label_rule *rule, char slot) {
  int count = 0;
  for (int i = 0; i < rule->min; i++)
    count += rule->slots[i] == slot;
  return count;
}

/* A check digit is computed over all digits before it, so there must be some and nothing else. */
static int check_check(const struct sp_label_rule *rule, struct sp_error *err) {
  bool digits = true;
  for (int i = 0; i < rule->min; i++) {
    char slot = rule->slots[i];
    if (slot == 'C' && (!digits || i == 0))
      return sp_fail(err, SP_E_INVALID, "pattern", "In the pattern of %s something other than digits stands before C",
                     rule->name);
    if (slot == 'X' || (slot == 'L' && !is_digit(rule->literals[i]))) digits = false;
  }
  return 0;
}

static int check_slots(struct sp_label_rule *rule, struct sp_error *err) {
  static const char numbers[] = "ENQ";
  for (const char *letter = numbers; *letter; letter++)
    if (count_slots(rule, *letter) > NUMBER_MAX)
      return sp_fail(err, SP_E_INVALID, "pattern", "In the pattern of %s a number has more than %d digits", rule->name,
                     (int)NUMBER_MAX);
  int amount = count_slots(rule, 'E');
  int verifiers = count_slots(rule, 'V');
  if (verifiers > 1 || (verifiers == 1 && amount != 4 && amount != 5))
    return sp_fail(err, SP_E_INVALID, "pattern", "In the pattern of %s there must be one V for 4 or 5 E", rule->name);
  bool item = rule->kind == SP_LABEL_ITEM;
  bool numbered = amount + count_slots(rule, 'N') + count_slots(rule, 'Q') > 0;
  if (numbered && !item)
    return sp_fail(err, SP_E_INVALID, "pattern", "Only a label of goods has E, N or Q: %s", rule->name);
  if (item && count_slots(rule, 'W') + count_slots(rule, 'X') == 0)
    return sp_fail(err, SP_E_INVALID, "pattern", "The pattern of %s has no W or X: it names no goods", rule->name);
  rule->checked = (int16_t)(count_slots(rule, 'C') + verifiers);
  return check_check(rule, err);
}

static int32_t unit_of(int32_t given) {
  return given == 0 ? 1 : given;
}

static int take_fields(const struct sp_label_pattern *from, struct sp_label_rule *rule, struct sp_error *err) {
  size_t name = from->name ? strnlen(from->name, SP_LABEL_NAME_MAX + 1) : 0;
  if (name == 0 || name > SP_LABEL_NAME_MAX)
    return sp_fail(err, SP_E_INVALID, "name", "A pattern needs a name of 1 to %d bytes", SP_LABEL_NAME_MAX);
  snprintf(rule->name, sizeof rule->name, "%s", from->name);
  const char *sample = from->sample ? from->sample : "";
  if (sample[0] && !sp_barcode_valid(sample))
    return sp_fail(err, SP_E_INVALID, "sample", "The sample of %s is no code", rule->name);
  snprintf(rule->sample, sizeof rule->sample, "%s", sample);
  rule->kind = from->kind;
  rule->moments = from->moments ? from->moments : sp_label_moments(from->kind);
  const unsigned all = SP_LABEL_AT_SALE | SP_LABEL_AT_TENDER | SP_LABEL_AT_RETURN | SP_LABEL_AT_REST;
  if (rule->moments == 0 || (rule->moments & ~all))
    return sp_fail(err, SP_E_INVALID, "moments", "Nobody knows when %s is taken", rule->name);
  rule->amount_unit = unit_of(from->amount_unit);
  rule->gram_unit = unit_of(from->gram_unit);
  if (rule->amount_unit < 1 || rule->amount_unit > UNIT_MAX || rule->gram_unit < 1 || rule->gram_unit > UNIT_MAX)
    return sp_fail(err, SP_E_INVALID, "unit", "The units of %s must be from 1 to %d", rule->name, (int)UNIT_MAX);
  return 0;
}

int sp_label_compile(const struct sp_label_pattern *from, struct sp_label_rule *rule, struct sp_error *err) {
  *rule = (struct sp_label_rule){.stretch = -1};
  int rc = take_fields(from, rule, err);
  if (rc != 0) return rc;
  size_t len = from->pattern ? strnlen(from->pattern, SP_LABEL_PATTERN_MAX + 1) : 0;
  if (len == 0 || len > SP_LABEL_PATTERN_MAX)
    return sp_fail(err, SP_E_INVALID, "pattern", "The pattern of %s must have 1 to %d bytes", rule->name,
                   SP_LABEL_PATTERN_MAX);
  struct compiler c = {.at = from->pattern, .rule = rule, .err = err};
  while (rc == 0 && *c.at)
    rc = take_part(&c);
  if (rc == 0) rc = check_slots(rule, err);
  return rc;
}
