#include "adapters/table/xlsx_parts.h"
#include "base/clock.h"
#include <string.h>

#define KEPT_DIGITS 15 /* what a spreadsheet keeps and shows of a number */
#define POINT_MAX   40 /* a number further from 1 than 10^±40 stays as stored */

/* 0.d1d2d3… × 10^point. Exact: no binary floating point anywhere. */
struct decimal {
  char digits[SP_XLSX_NUMBER_MAX];
  int count; /* 0 is zero */
  int point;
  bool negative;
  bool whole; /* stored without point and exponent */
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static const char *parse_exponent(const char *at, int *exponent) {
  bool negative = at[1] == '-';
  int value = 0;
  at += at[1] == '-' || at[1] == '+' ? 2 : 1;
  if (!is_digit(*at)) {
    return NULL;
  }
  for (; is_digit(*at); at++) {
    value = value < 10000 ? value * 10 + (*at - '0') : value;
  }
  *exponent = negative ? -value : value;
  return at;
}

static void add_digit(struct decimal *out, char digit, bool after_point) {
  if (out->count == 0 && digit == '0') {
    out->point -= after_point ? 1 : 0;
    return;
  }
  out->digits[out->count++] = digit;
  out->point += after_point ? 0 : 1;
}

static bool parse(const char *text, struct decimal *out) {
  *out = (struct decimal){.whole = true};
  bool any = false;
  int exponent = 0;
  if (strlen(text) > SP_XLSX_NUMBER_MAX) {
    return false;
  }
  out->negative = *text == '-';
  text += *text == '-' || *text == '+' ? 1 : 0;
  for (; is_digit(*text) || (*text == '.' && out->whole); text++) {
    any = any || *text != '.';
    if (*text == '.') {
      out->whole = false;
    } else {
      add_digit(out, *text, !out->whole);
    }
  }
  if (any && (*text == 'e' || *text == 'E')) {
    out->whole = false;
    text = parse_exponent(text, &exponent);
  }
  out->point += exponent;
  return any && text != NULL && *text == '\0';
}

static void round_off(struct decimal *value) {
  if (value->count > KEPT_DIGITS) {
    bool up = value->digits[KEPT_DIGITS] >= '5';
    value->count = KEPT_DIGITS;
    int at = KEPT_DIGITS - 1;
    while (up && at >= 0 && value->digits[at] == '9') {
      value->digits[at--] = '0';
    }
    if (up && at >= 0) {
      value->digits[at]++;
    } else if (up) {
      value->digits[0] = '1'; /* 0.999… became 1: the zeros behind are cut below */
      value->point++;
    }
  }
  while (value->count > 0 && value->digits[value->count - 1] == '0') {
    value->count--;
  }
}

static void print(const struct decimal *value, char *out) {
  if (value->count == 0) {
    memcpy(out, "0", 2);
    return;
  }
  if (value->negative) {
    *out++ = '-';
  }
  if (value->point <= 0) {
    *out++ = '0';
  }
  for (int i = value->point < 0 ? value->point : 0; i < value->count || i < value->point; i++) {
    if (i == value->point) {
      *out++ = '.';
    }
    *out++ = i >= 0 && i < value->count ? value->digits[i] : '0';
  }
  *out = '\0';
}

void sp_xlsx_number_text(const char *stored, char out[SP_XLSX_NUMBER_TEXT]) {
  struct decimal value;
  if (!parse(stored, &value) || value.whole || value.point > POINT_MAX || value.point < -POINT_MAX) {
    snprintf(out, SP_XLSX_NUMBER_TEXT, "%s", stored);
    return;
  }
  round_off(&value);
  print(&value, out);
}

/* Days and seconds of a serial number, rounded to the second. */
static bool split_serial(const struct decimal *value, int64_t *days, int64_t *seconds) {
  int64_t part = 0;
  int64_t scale = 1;
  if (value->negative || value->point > 7) {
    return false;
  }
  *days = 0;
  for (int i = 0; i < value->point; i++) {
    *days = *days * 10 + (i < value->count ? value->digits[i] - '0' : 0);
  }
  for (int i = value->point; i < value->count && scale < 1000000000000LL; i++) {
    part = part * 10 + (i >= 0 ? value->digits[i] - '0' : 0);
    scale *= 10;
  }
  *seconds = (part * 86400 + scale / 2) / scale;
  *days += *seconds / 86400;
  *seconds %= 86400;
  return true;
}

bool sp_xlsx_date_text(const char *stored, bool base1904, char out[SP_XLSX_NUMBER_TEXT]) {
  struct decimal value;
  int64_t days = 0;
  int64_t seconds = 0;
  char text[SP_TIME_TEXT];
  if (!parse(stored, &value) || !split_serial(&value, &days, &seconds)) {
    return false;
  }
  if (days == 0 && !base1904) {
    snprintf(out, SP_XLSX_NUMBER_TEXT, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
             (int)(seconds % 60));
    return true;
  }
  days += base1904 ? 1462 : 0;
  if (days > 2958465) { /* 9999-12-31 */
    return false;
  }
  /* Day 60 is 1900-02-29, which never was: spreadsheets count it all the same. */
  bool never = days == 60;
  int64_t epoch_days = days - 25569 + (days < 60 ? 1 : 0) - (never ? 1 : 0);
  sp_time_format((epoch_days * 86400 + seconds) * 1000, text);
  snprintf(out, SP_XLSX_NUMBER_TEXT, "%.10s %.8s", never ? "1900-02-29" : text, text + 11);
  return true;
}
