/* Any text as a table of patterns and any codes against it: lines up to the first empty one are patterns, the rest are
 * codes. A table is refused with a reason or its self-test has proofs; a code is read within its bounds. */
#include "domain/label.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERNS = 6, LINE_MAX = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int truth) {
  if (!truth) abort();
}

/* The next line without its end; false at the end of the input. */
static bool next_line(const uint8_t **at, const uint8_t *end, char out[LINE_MAX]) {
  if (*at >= end) return false;
  size_t len = 0;
  while (*at < end && **at != '\n') {
    if (len < LINE_MAX - 1 && **at != '\0') out[len++] = (char)**at;
    (*at)++;
  }
  (*at)++;
  out[len] = '\0';
  return true;
}

static void check_finding(void *ctx, const struct sp_label_finding *finding) {
  const struct sp_label_table *table = ctx;
  expect(finding->other >= table->rules && finding->other < table->rules + table->count);
  if (!finding->winner) return;
  expect(finding->winner < finding->other); /* the more specific stands first */
  struct sp_label label;
  int moment = (int)(finding->winner->moments & (~finding->winner->moments + 1));
  int rc = sp_label_read(table, finding->code, strlen(finding->code), (enum sp_label_moment)moment, &label, NULL);
  expect(rc == 0 || rc == SP_E_INVALID);
  if (rc == 0) expect(label.rule != NULL && label.rule <= finding->winner && !label.early);
}

static void check_code(const struct sp_label_table *table, const char *code, enum sp_label_moment moment) {
  struct sp_label label;
  struct sp_error err = {.lang = SP_LANG_ZH};
  char masked[SP_LABEL_TEXT];
  sp_label_mask(code, masked);
  int rc = sp_label_read(table, code, strlen(code), moment, &label, &err);
  if (rc != 0) {
    expect(rc == SP_E_INVALID && err.field[0] && err.message[0] && label.code[0] == '\0');
    return;
  }
  expect(label.code[0] && strlen(label.code) <= strlen(code));
  expect(label.amount >= 0 && label.grams >= 0 && label.pieces >= 0);
  expect(label.has_amount == (label.amount > 0) && label.has_grams == (label.grams > 0));
  if (label.rule) expect(label.early == !(label.rule->moments & (unsigned)moment));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const enum sp_label_kind kinds[] = {SP_LABEL_ITEM, SP_LABEL_MEMBER, SP_LABEL_PAYMENT, SP_LABEL_GOODS};
  static const char *const names[PATTERNS] = {"a", "b", "c", "d", "e", "f"};
  char texts[PATTERNS][LINE_MAX];
  char line[LINE_MAX];
  struct sp_label_pattern patterns[PATTERNS];
  size_t count = 0;
  const uint8_t *at = data;
  const uint8_t *end = data + size;
  while (next_line(&at, end, line) && line[0] != '\0') {
    if (count == PATTERNS) continue;
    memcpy(texts[count], line + 1, LINE_MAX - 1);
    /* The first character of a line chooses the kind. */
    patterns[count] = (struct sp_label_pattern){
        .name = names[count], .pattern = texts[count], .kind = kinds[(unsigned char)line[0] % 4]};
    count++;
  }
  struct sp_label_table table;
  struct sp_error err = {0};
  int rc = sp_label_table_make(&table, patterns, count, &err);
  if (rc != 0) {
    expect(rc == SP_E_INVALID && err.field[0] && err.message[0] && table.count == 0);
    return 0;
  }
  expect(sp_label_test(&table, check_finding, &table) >= 0);
  while (next_line(&at, end, line))
    for (unsigned moment = 1; moment <= SP_LABEL_AT_REST; moment *= 2)
      check_code(&table, line, (enum sp_label_moment)moment);
  return 0;
}
