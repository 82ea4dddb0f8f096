#include "domain/gs1.h"

#include "base/calendar.h"
#include "domain/money.h"
#include <string.h>

static int two_digits(const char *text) {
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

/* How many days the month has: the days between its first and the next one's. */
static int month_days(int32_t year, int month) {
  int64_t next = month == 12 ? sp_days_from_date(year + 1, 1, 1) : sp_days_from_date(year, month + 1, 1);
  return (int)(next - sp_days_from_date(year, month, 1));
}

int sp_gs1_date(const char *yymmdd, int32_t year, bool month_start, int32_t *yyyymmdd) {
  if (strnlen(yymmdd, 7) != 6) return SP_E_INVALID;
  int yy = two_digits(yymmdd);
  int month = two_digits(yymmdd + 2);
  int day = two_digits(yymmdd + 4);
  if (yy < 0 || month < 1 || month > 12 || day < 0 || year < 100 || year > 9899) return SP_E_INVALID;
  int32_t full = year - year % 100 + yy;
  if (yy - year % 100 >= 51) full -= 100;
  if (yy - year % 100 <= -50) full += 100;
  int last = month_days(full, month);
  if (day > last) return SP_E_INVALID;
  if (day == 0) day = month_start ? 1 : last;
  *yyyymmdd = full * 10000 + month * 100 + day;
  return 0;
}

static int64_t power_of_ten(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; i++)
    power *= 10;
  return power;
}

static void take_text(const struct sp_gs1 *gs1, const char *ai, char *out, size_t size) {
  const struct sp_gs1_element *element = sp_gs1_find(gs1, ai);
  size_t len = element ? strnlen(element->value, size - 1) : 0; /* the AI's own bound is never larger */
  memcpy(out, element ? element->value : "", len);
  out[len] = '\0';
}

static int take_date(const struct sp_gs1 *gs1, const char *ai, int32_t year, bool month_start, int32_t *out,
                     struct sp_error *err) {
  const struct sp_gs1_element *element = sp_gs1_find(gs1, ai);
  if (!element || sp_gs1_date(element->value, year, month_start, out) == 0) return 0;
  return sp_fail(err, SP_E_INVALID, ai, "(%s) is not a date: %s", ai, element->value);
}

static int take_dates(const struct sp_gs1 *gs1, int32_t year, struct sp_gs1_goods *out, struct sp_error *err) {
  int rc = take_date(gs1, "11", year, true, &out->produced, err);
  if (rc == 0) rc = take_date(gs1, "13", year, true, &out->packed, err);
  if (rc == 0) rc = take_date(gs1, "15", year, false, &out->best_before, err);
  if (rc == 0) rc = take_date(gs1, "16", year, false, &out->sell_by, err);
  if (rc == 0) rc = take_date(gs1, "17", year, false, &out->expires, err);
  return rc;
}

/* Fill `value` from each element of the stem; two that disagree leave nobody to believe. */
static int take_number(const struct sp_gs1_element *element, bool *has, int64_t *value, int64_t found,
                       struct sp_error *err) {
  if (*has && *value != found)
    return sp_fail(err, SP_E_INVALID, element->ai, "(%s) contradicts what the code says elsewhere", element->ai);
  *has = true;
  *value = found;
  return 0;
}

static int take_weight(const struct sp_gs1_element *element, struct sp_gs1_goods *out, struct sp_error *err) {
  int64_t grams = 0;
  int64_t scale = power_of_ten(element->decimals);
  /* 1 lb is 453.59237 g by definition (1959). */
  int rc = element->ai[1] == '1' ? sp_money_muldiv(element->number, 1000, scale, &grams)
                                 : sp_money_muldiv(element->number, 45359237, 100000 * scale, &grams);
  if (rc != 0) return sp_fail(err, rc, element->ai, "(%s) is not a weight: %s", element->ai, element->value);
  return take_number(element, &out->has_grams, &out->grams, grams, err);
}

static int minor_units(const struct sp_gs1_element *element, int digits, int64_t *out, struct sp_error *err) {
  *out = element->number;
  if (element->decimals <= digits) {
    *out *= power_of_ten(digits - element->decimals);
    return 0;
  }
  int64_t finer = power_of_ten(element->decimals - digits);
  if (*out % finer != 0)
    return sp_fail(err, SP_E_INVALID, element->ai, "(%s) is finer than the smallest coin: %s", element->ai,
                   element->value);
  *out /= finer;
  return 0;
}

static int take_money(const struct sp_gs1_element *element, int digits, struct sp_gs1_goods *out,
                      struct sp_error *err) {
  int64_t amount = 0;
  int rc = minor_units(element, digits, &amount, err);
  if (rc != 0) return rc;
  if (element->kind == SP_GS1_UNIT_PRICE)
    return take_number(element, &out->has_unit_price, &out->unit_price, amount, err);
  if (element->currency[0]) memcpy(out->currency, element->currency, sizeof out->currency);
  return take_number(element, &out->has_amount, &out->amount, amount, err);
}

static int take_measures(const struct sp_gs1 *gs1, int digits, struct sp_gs1_goods *out, struct sp_error *err) {
  for (int i = 0; i < gs1->count; i++) {
    const struct sp_gs1_element *element = &gs1->elements[i];
    bool is_weight = strncmp(element->ai, "310", 3) == 0 || strncmp(element->ai, "320", 3) == 0;
    bool is_price = strncmp(element->ai, "392", 3) == 0 || strncmp(element->ai, "393", 3) == 0;
    int rc = 0;
    if (element->kind == SP_GS1_MEASURE && is_weight) rc = take_weight(element, out, err);
    if (element->kind == SP_GS1_UNIT_PRICE || (element->kind == SP_GS1_AMOUNT && is_price))
      rc = take_money(element, digits, out, err);
    if (rc != 0) return rc;
  }
  return 0;
}

int sp_gs1_goods(const struct sp_gs1 *gs1, int32_t year, int digits, struct sp_gs1_goods *out, struct sp_error *err) {
  *out = (struct sp_gs1_goods){0};
  if (digits < 0 || digits > SP_MONEY_DIGITS_MAX) return SP_E_INTERNAL;
  take_text(gs1, "01", out->gtin, sizeof out->gtin);
  take_text(gs1, "02", out->content, sizeof out->content);
  take_text(gs1, "10", out->lot, sizeof out->lot);
  take_text(gs1, "21", out->serial, sizeof out->serial);
  const struct sp_gs1_element *count = sp_gs1_find(gs1, "30");
  const struct sp_gs1_element *content_count = sp_gs1_find(gs1, "37");
  out->count = count ? count->number : 0;
  out->content_count = content_count ? content_count->number : 0;
  int rc = take_dates(gs1, year, out, err);
  if (rc == 0) rc = take_measures(gs1, digits, out, err);
  return rc;
}
