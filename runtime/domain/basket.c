#include "domain/basket.h"

#include "domain/money.h"

#include <stdlib.h>
#include <string.h>

static bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static const char *const markdown_names[] = {
    [SP_MARKDOWN_NONE] = "",
    [SP_MARKDOWN_PERCENT] = "percent",
    [SP_MARKDOWN_AMOUNT] = "amount",
    [SP_MARKDOWN_PRICE] = "price",
};

const char *sp_markdown_name(enum sp_markdown_kind kind) {
  return (unsigned)kind <= SP_MARKDOWN_PRICE ? markdown_names[kind] : "";
}

bool sp_coupon_is(const char *presented, const char *code, size_t len) {
  if (strncmp(presented, code, len) != 0) return false;
  const char *rest = presented + len;
  if (rest[0] == '\0') return true;
  if (rest[0] != '-' || rest[1] == '\0') return false;
  for (rest++; is_alnum(*rest);)
    rest++;
  return *rest == '\0';
}

int sp_line_gross(const struct sp_line *line, int64_t unit_price, int64_t *out) {
  if (line->given_amount <= 0) return sp_money_amount(unit_price, line->quantity, out);
  *out = line->given_amount;
  return line->given_amount <= SP_SALE_MAX ? 0 : SP_E_RANGE;
}

int64_t sp_line_units(const struct sp_line *line) {
  if (line->weighed) return 1;
  return line->quantity % SP_QUANTITY_ONE == 0 ? line->quantity / SP_QUANTITY_ONE : 0;
}

/* The allocations of line `n` start at `*next`; adds them up and moves `*next` past them. */
static int sum_allocations(const struct sp_priced *priced, int32_t n, int32_t *next, int64_t *sum,
                           struct sp_error *err) {
  *sum = 0;
  for (; *next < priced->allocation_count && priced->allocations[*next].line == n; (*next)++) {
    int64_t amount = priced->allocations[*next].amount;
    if (amount <= 0)
      return sp_fail(err, SP_E_INTERNAL, "allocations", "Line %d has an allocation that is not positive", n);
    if (sp_money_accumulate(sum, amount))
      return sp_fail(err, SP_E_INTERNAL, "allocations", "The allocations of line %d are out of range", n);
  }
  return 0;
}

static int check_line(const struct sp_line *line, const struct sp_line_price *price, struct sp_error *err) {
  int64_t gross;
  if (price->n != line->n)
    return sp_fail(err, SP_E_INTERNAL, "lines", "Line %d was priced in the place of line %d", price->n, line->n);
  if (price->unit_price < 0) return sp_fail(err, SP_E_INTERNAL, "lines", "Line %d has a negative price", line->n);
  if (sp_line_gross(line, price->unit_price, &gross) || gross != price->gross)
    return sp_fail(err, SP_E_INTERNAL, "lines", "Line %d is not its price times its quantity", line->n);
  if (price->discount < 0 || price->discount > price->gross)
    return sp_fail(err, SP_E_INTERNAL, "lines", "Line %d has a discount outside its price", line->n);
  if (price->net != price->gross - price->discount)
    return sp_fail(err, SP_E_INTERNAL, "lines", "Line %d is not its price less its discount", line->n);
  return 0;
}

static int add_sums(struct sp_priced *priced, const struct sp_line_price *price) {
  int rc = sp_money_accumulate(&priced->gross, price->gross);
  if (!rc) rc = sp_money_accumulate(&priced->discount, price->discount);
  if (!rc) rc = sp_money_accumulate(&priced->net, price->net);
  return rc;
}

static int check_lines(const struct sp_basket *basket, struct sp_priced *priced, struct sp_error *err) {
  int32_t next = 0;
  for (int32_t i = 0; i < basket->count; i++) {
    const struct sp_line_price *price = &priced->lines[i];
    int64_t allocated;
    int rc = check_line(&basket->lines[i], price, err);
    if (!rc) rc = sum_allocations(priced, price->n, &next, &allocated, err);
    if (rc) return rc;
    if (allocated != price->discount)
      return sp_fail(err, SP_E_INTERNAL, "allocations", "The allocations of line %d are not its discount", price->n);
    if (add_sums(priced, price)) return sp_fail(err, SP_E_RANGE, "lines", "The sum of the basket is too large");
  }
  if (next != priced->allocation_count)
    return sp_fail(err, SP_E_INTERNAL, "allocations", "An allocation names line %d out of order",
                   priced->allocations[next].line);
  return 0;
}

/* ---- What is not money of a line ---- */

static int by_number(const void *key, const void *item) {
  int32_t n = *(const int32_t *)key;
  const struct sp_line_price *line = item;
  return (n > line->n) - (n < line->n);
}

static bool has_line(const struct sp_priced *priced, int32_t n) {
  return n == 0 ||
         (priced->count > 0 && bsearch(&n, priced->lines, (size_t)priced->count, sizeof *priced->lines, by_number));
}

static bool has_text(const char *text) {
  return text && text[0];
}

static int check_sayings(const struct sp_priced *priced, struct sp_error *err) {
  for (int32_t i = 0; i < priced->requirement_count; i++) {
    const struct sp_requirement *asked = &priced->requirements[i];
    if (!has_text(asked->code) || !has_text(asked->campaign) || !has_line(priced, asked->line) ||
        (unsigned)asked->kind > SP_REQUIRE_REFUSE || (asked->kind == SP_REQUIRE_REFUSE && asked->met))
      return sp_fail(err, SP_E_INTERNAL, "requirements", "Requirement %d is broken", i);
  }
  for (int32_t i = 0; i < priced->note_count; i++) {
    const struct sp_note *note = &priced->notes[i];
    if (!has_text(note->campaign) || !has_text(note->reason) || !has_line(priced, note->line))
      return sp_fail(err, SP_E_INTERNAL, "notes", "Remark %d is broken", i);
  }
  return 0;
}

static int check_caps(const struct sp_priced *priced, struct sp_error *err) {
  for (int32_t i = 0; i < priced->tender_cap_count; i++) {
    const struct sp_tender_cap *cap = &priced->tender_caps[i];
    bool right = has_text(cap->method) && has_text(cap->campaign) && cap->amount > 0 && cap->amount <= priced->net;
    for (int32_t before = 0; before < i && right; before++)
      right = strcmp(priced->tender_caps[before].method, cap->method) != 0;
    if (!right) return sp_fail(err, SP_E_INTERNAL, "tender_caps", "What may be tendered is broken at %d", i);
  }
  return 0;
}

static bool within(int64_t value, int64_t max) {
  return value >= 0 && (max == 0 || value <= max);
}

static int check_uses(const struct sp_priced *priced, struct sp_error *err) {
  for (int32_t i = 0; i < priced->use_count; i++) {
    const struct sp_campaign_use *use = &priced->uses[i];
    if (!has_text(use->campaign) || !use->subject || use->uses < 1 || !within(use->uses, use->max_uses) ||
        !within(use->amount, use->max_amount) || !within(use->units, use->max_units))
      return sp_fail(err, SP_E_INTERNAL, "uses", "Use %d of a limit is broken", i);
  }
  for (int32_t i = 0; i < priced->spent_count; i++)
    if (!has_text(priced->spent[i])) return sp_fail(err, SP_E_INTERNAL, "spent", "A spent campaign has no code");
  return 0;
}

int sp_priced_check(const struct sp_basket *basket, struct sp_priced *priced, struct sp_error *err) {
  if (priced->count != basket->count)
    return sp_fail(err, SP_E_INTERNAL, "lines", "%d lines were priced where the basket has %d", priced->count,
                   basket->count);
  priced->gross = priced->discount = priced->net = 0;
  int rc = check_lines(basket, priced, err);
  if (!rc) rc = check_sayings(priced, err);
  if (!rc) rc = check_caps(priced, err);
  return rc ? rc : check_uses(priced, err);
}
