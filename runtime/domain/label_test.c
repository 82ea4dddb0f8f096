#include "domain/label_rule.h"

#include <stdio.h>
#include <string.h>

/* Where the check digits of two patterns fall on different places, a code that satisfies both is found by trying. */
enum { ATTEMPTS = 300 };

struct tester {
  const struct sp_label_table *table;
  void (*report)(void *ctx, const struct sp_label_finding *finding);
  void *ctx;
  int mistakes;
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static void tell(struct tester *tester, const struct sp_label_finding *finding) {
  bool mistake = finding->verdict != SP_LABEL_BY_MOMENT && finding->verdict != SP_LABEL_BY_ORDER;
  tester->mistakes += mistake;
  if (tester->report) tester->report(tester->ctx, finding);
}

/* ---- A code that two patterns match ---- */

static bool slot_takes(char slot, char literal, char c) {
  if (slot == 'L') return c == literal;
  return slot == 'X' || is_digit(c);
}

/* A character both slots take, `wish` (a digit) where there is a choice; 0 when there is none. */
static char common_character(const struct sp_label_rule *a, const struct sp_label_rule *b, int len, int at, char wish) {
  char literal_a = 0;
  char literal_b = 0;
  char slot_a = sp_label_slot(a, len, at, &literal_a);
  char slot_b = sp_label_slot(b, len, at, &literal_b);
  char c = slot_a == 'L' ? literal_a : slot_b == 'L' ? literal_b : wish;
  return slot_takes(slot_a, literal_a, c) && slot_takes(slot_b, literal_b, c) ? c : 0;
}

/* The digits in front that both ranges admit, tried from a different one each time. */
static bool common_front(const struct sp_label_rule *a, const struct sp_label_rule *b, int len, int attempt,
                         char *text) {
  int digits = a->range > b->range ? a->range : b->range;
  if (digits > len) return false;
  int limit = digits == 3 ? 1000 : digits == 2 ? 100 : digits == 1 ? 10 : 1;
  for (int i = 0; i < limit; i++) {
    int value = (i + attempt * 7) % limit;
    bool good = true;
    for (int at = digits - 1; at >= 0; at--, value /= 10) {
      char c = (char)('0' + value % 10);
      text[at] = c;
      good = good && common_character(a, b, len, at, c) == c;
    }
    for (int which = 0; which < 2 && good; which++) {
      const struct sp_label_rule *rule = which == 0 ? a : b;
      int number = 0;
      for (int at = 0; at < rule->range; at++)
        number = number * 10 + (text[at] - '0');
      good = rule->range == 0 || (number >= rule->low && number <= rule->high);
    }
    if (good) return true;
  }
  return false;
}

static bool try_code(const struct sp_label_rule *a, const struct sp_label_rule *b, int len, int attempt, char *text) {
  if (!common_front(a, b, len, attempt, text)) return false;
  unsigned state = (unsigned)attempt * 2654435761u + 12345u;
  for (int at = a->range > b->range ? a->range : b->range; at < len; at++) {
    state = state * 1664525u + 1013904223u;
    text[at] = common_character(a, b, len, at, (char)('1' + (state >> 16) % 9));
    if (!text[at]) return false;
  }
  text[len] = '\0';
  sp_label_fill_checks(b, text, len);
  sp_label_fill_checks(a, text, len);
  return true;
}

static bool common_code(const struct sp_label_rule *a, const struct sp_label_rule *b, char text[SP_LABEL_TEXT]) {
  int least = a->min > b->min ? a->min : b->min;
  int most = a->max < b->max ? a->max : b->max;
  for (int len = least; len <= most; len++)
    for (int attempt = 0; attempt < ATTEMPTS && try_code(a, b, len, attempt, text); attempt++)
      if (sp_label_fit(a, text, len, NULL) == SP_LABEL_FITS && sp_label_fit(b, text, len, NULL) == SP_LABEL_FITS)
        return true;
  return false;
}

/* ---- The two tests ---- */

static void test_sample(struct tester *tester, const struct sp_label_rule *rule) {
  struct sp_label_finding finding = {.verdict = SP_LABEL_SAMPLE_BAD, .other = rule};
  snprintf(finding.code, sizeof finding.code, "%s", rule->sample);
  if (!rule->sample[0] && !common_code(rule, rule, finding.code)) {
    finding.code[0] = '\0';
    tell(tester, &finding);
    return;
  }
  int len = (int)strlen(finding.code);
  if (sp_label_fit(rule, finding.code, len, NULL) != SP_LABEL_FITS) {
    tell(tester, &finding);
    return;
  }
  /* A sample that was made up says nothing about which pattern ought to have it: that is the other test's business. */
  if (!rule->sample[0]) return;
  for (int i = 0; &tester->table->rules[i] != rule; i++) {
    const struct sp_label_rule *other = &tester->table->rules[i];
    if (!(other->moments & rule->moments) || sp_label_fit(other, finding.code, len, NULL) != SP_LABEL_FITS) continue;
    finding.verdict = SP_LABEL_SAMPLE_LOST;
    finding.winner = other;
    tell(tester, &finding);
    return;
  }
}

static void test_pair(struct tester *tester, const struct sp_label_rule *a, const struct sp_label_rule *b) {
  struct sp_label_finding finding = {.verdict = SP_LABEL_BY_ORDER, .winner = a, .other = b};
  if (!common_code(a, b, finding.code)) return;
  if (!(a->moments & b->moments))
    finding.verdict = SP_LABEL_BY_MOMENT;
  else if (sp_label_order(a, b, false) == 0)
    finding.verdict = SP_LABEL_BY_NAME;
  tell(tester, &finding);
}

int sp_label_test(const struct sp_label_table *table, void (*report)(void *ctx, const struct sp_label_finding *finding),
                  void *ctx) {
  struct tester tester = {.table = table, .report = report, .ctx = ctx};
  for (int i = 0; i < table->count; i++)
    test_sample(&tester, &table->rules[i]);
  for (int i = 0; i < table->count; i++)
    for (int k = i + 1; k < table->count; k++)
      test_pair(&tester, &table->rules[i], &table->rules[k]);
  return tester.mistakes;
}
