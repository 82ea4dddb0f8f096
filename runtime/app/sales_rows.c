/* Rows of a file of historical invoices: columns, numbers, dates. */
#include "app/sales_import_parts.h"
#include "domain/money.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const names[SP_SALES_COLUMNS] = {
    [SP_SALES_INVOICE] = "InvoiceNo",   [SP_SALES_CODE] = "StockCode",   [SP_SALES_NAME] = "Description",
    [SP_SALES_QUANTITY] = "Quantity",   [SP_SALES_DATE] = "InvoiceDate", [SP_SALES_PRICE] = "UnitPrice",
    [SP_SALES_CUSTOMER] = "CustomerID",
};

const char *sp_sales_column_name(enum sp_sales_column column) {
  return names[column];
}

int sp_sales_header(const struct sp_table_row *row, struct sp_sales_style *style, struct sp_error *err) {
  for (int column = 0; column < SP_SALES_COLUMNS; column++) {
    style->columns[column] = -1;
    for (int i = 0; i < row->count; i++) {
      if (strcasecmp(row->cells[i], names[column]) == 0) style->columns[column] = i;
    }
    bool needed = column != SP_SALES_NAME && column != SP_SALES_CUSTOMER;
    if (style->columns[column] < 0 && needed) {
      return sp_fail(err, SP_E_INVALID, names[column], "The file has no column %s", names[column]);
    }
  }
  return 0;
}

/* Two to four numbers with separators; returns how many were read. */
static int read_numbers(const char **text, const char *separators, int *out, int max) {
  int count = 0;
  while (count < max) {
    char *end = NULL;
    if (**text < '0' || **text > '9') break;
    long value = strtol(*text, &end, 10);
    if (value > 9999) return 0;
    out[count++] = (int)value;
    *text = end;
    if (**text == '\0' || strchr(separators, **text) == NULL) break;
    (*text)++;
  }
  return count;
}

static int days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

int sp_sales_time(const char *text, bool month_first, const struct sp_zone *zone, int64_t *out, struct sp_error *err) {
  int date[3] = {0}, clock[3] = {0};
  const char *at = text;
  int parts = read_numbers(&at, "/-.", date, 3);
  while (*at == ' ' || *at == 'T')
    at++;
  int times = read_numbers(&at, ":", clock, 3);
  bool year_first = date[0] > 31;
  int year = year_first ? date[0] : date[2];
  int month = year_first || !month_first ? date[1] : date[0];
  int day = year_first ? date[2] : month_first ? date[1] : date[0];
  bool valid = parts == 3 && times >= 2 && *at == '\0' && year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
               day <= days_in(year, month) && clock[0] < 24 && clock[1] < 60 && clock[2] < 60;
  if (!valid) {
    return sp_fail(err, SP_E_INVALID, names[SP_SALES_DATE], "%s is not a date and time", text);
  }
  const struct sp_date local = {.year = year,
                                .month = (int8_t)month,
                                .day = (int8_t)day,
                                .minute = (int16_t)(60 * clock[0] + clock[1]),
                                .second = (int8_t)clock[2]};
  *out = sp_zone_to_utc(zone, &local);
  return 0;
}

/* "-12", "2,55", "2.5" with `digits` decimals as a whole number. */
static int read_decimal(const char *text, char point, int digits, int64_t *out) {
  bool negative = *text == '-';
  if (negative) text++;
  int64_t value = 0;
  int decimals = -1, figures = 0;
  for (; *text != '\0'; text++) {
    if (*text == point && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (*text < '0' || *text > '9') return SP_E_INVALID;
    if (decimals == digits) {
      if (*text != '0') return SP_E_INVALID; /* more decimals than there are units for */
      continue;
    }
    if (value > SP_MONEY_MAX / 10 - 10) return SP_E_RANGE;
    value = 10 * value + (*text - '0');
    figures++;
    if (decimals >= 0) decimals++;
  }
  if (figures == 0) return SP_E_INVALID;
  for (int i = decimals < 0 ? 0 : decimals; i < digits; i++) {
    if (value > SP_MONEY_MAX / 10) return SP_E_RANGE;
    value *= 10;
  }
  *out = negative ? -value : value;
  return 0;
}

static const char *cell(const struct sp_table_row *row, const struct sp_sales_style *style, int column) {
  int at = style->columns[column];
  return at >= 0 && at < row->count ? row->cells[at] : "";
}

int sp_sales_row_read(const struct sp_table_row *row, const struct sp_sales_style *style, struct sp_arena *arena,
                      struct sp_sales_row *out, struct sp_error *err) {
  char point = style->decimal_comma ? ',' : '.';
  const char *quantity = cell(row, style, SP_SALES_QUANTITY), *price = cell(row, style, SP_SALES_PRICE);
  *out = (struct sp_sales_row){.number = row->number};
  if (cell(row, style, SP_SALES_CODE)[0] == '\0') {
    return sp_fail(err, SP_E_INVALID, names[SP_SALES_CODE], "A row needs a product code");
  }
  if (read_decimal(quantity, point, 3, &out->quantity) != 0 || out->quantity == 0) {
    return sp_fail(err, SP_E_INVALID, names[SP_SALES_QUANTITY], "%s is not a quantity", quantity);
  }
  if (read_decimal(price, point, 2, &out->price) != 0) {
    return sp_fail(err, SP_E_INVALID, names[SP_SALES_PRICE], "%s is not a price", price);
  }
  if (out->price < 0) return sp_fail(err, SP_E_INVALID, names[SP_SALES_PRICE], "A price must not be negative");
  out->code = sp_arena_text(arena, cell(row, style, SP_SALES_CODE));
  out->name = sp_arena_text(arena, cell(row, style, SP_SALES_NAME));
  out->customer = sp_arena_text(arena, cell(row, style, SP_SALES_CUSTOMER));
  if (out->code == NULL || out->name == NULL || out->customer == NULL) return sp_error_nomem(err, __func__);
  return 0;
}
