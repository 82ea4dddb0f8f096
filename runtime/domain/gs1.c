#include "domain/gs1.h"

#include "domain/barcode.h"
#include "domain/gs1_ai.h"
#include <string.h>

#define KEY_LEN 16 /* of AI 01 with its value */

/* The 82 characters a value may have (General Specifications §7.11). */
static const char characters[] = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The AIM prefix of a symbol that carries GS1 elements: GS1-128, GS1 DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode. */
static bool is_gs1_prefix(const char *text, size_t len) {
  static const char prefixes[][4] = {"]C1", "]e0", "]d2", "]Q3", "]J1"};
  for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
    if (len >= 3 && memcmp(text, prefixes[i], 3) == 0) return true;
  return false;
}

bool sp_gs1_is(const char *text, size_t len) {
  if (is_gs1_prefix(text, len)) return true;
  if (len > 0 && text[0] == SP_GS1_SEPARATOR) return true;
  return len > 3 && text[0] == '(' && is_digit(text[1]) && is_digit(text[2]);
}

const struct sp_gs1_element *sp_gs1_find(const struct sp_gs1 *gs1, const char *ai) {
  size_t len = strlen(ai);
  for (int i = 0; i < gs1->count; i++) {
    const struct sp_gs1_element *element = &gs1->elements[i];
    if (strcmp(element->ai, ai) == 0) return element;
    if (len == 3 && element->ai[3] && element->decimals >= 0 && strncmp(element->ai, ai, len) == 0) return element;
  }
  return NULL;
}

/* ---- One value ---- */

static int check_characters(const struct sp_gs1_ai *row, const struct sp_gs1_element *element, struct sp_error *err) {
  for (size_t i = 0; element->value[i]; i++) {
    char c = element->value[i];
    if (i < row->digits && !is_digit(c))
      return sp_fail(err, SP_E_INVALID, element->ai, "(%s) takes digits only: %s", element->ai, element->value);
    if (!strchr(characters, c))
      return sp_fail(err, SP_E_INVALID, element->ai, "(%s) has a character that cannot stand there", element->ai);
  }
  return 0;
}

static int check_key(const struct sp_gs1_ai *row, const struct sp_gs1_element *element, struct sp_error *err) {
  if (row->check == 0) return 0;
  char digit = sp_barcode_check_digit(element->value, row->check - 1);
  if (digit && digit == element->value[row->check - 1]) return 0;
  return sp_fail(err, SP_E_INVALID, element->ai, "(%s) has a wrong check digit: %s", element->ai, element->value);
}

static int check_date(const struct sp_gs1_element *element, struct sp_error *err) {
  int32_t day = 0;
  /* Seen from 2049 the two digits are 2000 to 2099, where every fourth year has a 29th of February. Which century it
   * really is, the caller knows. */
  if (sp_gs1_date(element->value, 2049, false, &day) == 0) return 0;
  return sp_fail(err, SP_E_INVALID, element->ai, "(%s) is not a date: %s", element->ai, element->value);
}

/* The digits of the number: after the currency where one stands in front. */
static int read_number(struct sp_gs1_element *element, struct sp_error *err) {
  const char *digits = element->value;
  bool has_currency = element->kind == SP_GS1_AMOUNT && (element->ai[2] == '1' || element->ai[2] == '3');
  if (has_currency) {
    memcpy(element->currency, digits, 3);
    digits += 3;
  }
  for (; *digits; digits++)
    element->number = element->number * 10 + (*digits - '0');
  if (element->kind != SP_GS1_AMOUNT && element->kind != SP_GS1_UNIT_PRICE) return 0;
  int64_t most = SP_GS1_AMOUNT_MAX;
  for (int i = 0; i < element->decimals; i++)
    most *= 10;
  if (element->number <= most) return 0;
  return sp_fail(err, SP_E_INVALID, element->ai, "(%s) is larger than any price: %s; a separator is missing",
                 element->ai, element->value);
}

static int check_value(const struct sp_gs1_ai *row, struct sp_gs1_element *element, struct sp_error *err) {
  size_t len = strlen(element->value);
  if (len < row->min)
    return sp_fail(err, SP_E_INVALID, element->ai, "(%s) is too short: %s", element->ai, element->value);
  int rc = check_characters(row, element, err);
  if (rc != 0) return rc;
  rc = check_key(row, element, err);
  if (rc != 0) return rc;
  switch (element->kind) {
  case SP_GS1_DATE:
    return check_date(element, err);
  case SP_GS1_COUNT:
  case SP_GS1_MEASURE:
  case SP_GS1_AMOUNT:
  case SP_GS1_PERCENT:
  case SP_GS1_UNIT_PRICE:
    return read_number(element, err);
  case SP_GS1_TEXT:
  case SP_GS1_KEY:
    break;
  }
  return 0;
}

/* ---- One element ---- */

struct reader {
  const char *at, *end;
  struct sp_gs1 *out;
  struct sp_error *err;
};

static int fail_unknown(const struct reader *reader) {
  char ai[5] = "";
  for (int i = 0; i < 4 && reader->at + i < reader->end && is_digit(reader->at[i]); i++)
    ai[i] = reader->at[i];
  return sp_fail(reader->err, SP_E_UNSUPPORTED, ai, "No GS1 element begins with %s", ai[0] ? ai : "?");
}

static int start_element(struct reader *reader, const struct sp_gs1_ai **row, struct sp_gs1_element *element) {
  size_t len = 0;
  *row = sp_gs1_ai_of(reader->at, (size_t)(reader->end - reader->at), &len);
  if (!*row) return fail_unknown(reader);
  *element = (struct sp_gs1_element){.kind = (*row)->kind, .decimals = -1};
  memcpy(element->ai, reader->at, len);
  if ((*row)->decimals >= 0) element->decimals = (int8_t)(reader->at[len - 1] - '0');
  reader->at += len;
  return 0;
}

static int keep_element(const struct reader *reader, const struct sp_gs1_ai *row, struct sp_gs1_element *element) {
  int rc = check_value(row, element, reader->err);
  if (rc != 0) return rc;
  const struct sp_gs1_element *twin = sp_gs1_find(reader->out, element->ai);
  if (twin && strcmp(twin->value, element->value) != 0)
    return sp_fail(reader->err, SP_E_INVALID, element->ai, "(%s) stands twice with different values", element->ai);
  if (twin) return 0;
  if (reader->out->count == SP_GS1_ELEMENTS_MAX)
    return sp_fail(reader->err, SP_E_LIMIT, NULL, "A code has at most %d elements", SP_GS1_ELEMENTS_MAX);
  reader->out->elements[reader->out->count++] = *element;
  return 0;
}

static int fail_long(const struct reader *reader, const struct sp_gs1_element *element) {
  return sp_fail(reader->err, SP_E_INVALID, element->ai, "(%s) is too long; a separator is missing", element->ai);
}

static int read_scanned(struct reader *reader) {
  const struct sp_gs1_ai *row = NULL;
  struct sp_gs1_element element;
  int rc = start_element(reader, &row, &element);
  if (rc != 0) return rc;
  size_t left = (size_t)(reader->end - reader->at);
  const char *separator = memchr(reader->at, SP_GS1_SEPARATOR, left);
  size_t len = separator ? (size_t)(separator - reader->at) : left;
  if (row->predefined && len > row->max) len = row->max;
  if (len > row->max) return fail_long(reader, &element);
  memcpy(element.value, reader->at, len);
  reader->at += len;
  /* A separator after a value of known length is not needed but harmless (§7.8). */
  if (reader->at < reader->end && *reader->at == SP_GS1_SEPARATOR) reader->at++;
  return keep_element(reader, row, &element);
}

/* The next "(dd…)" begins the next element: a bracket inside a value is written "\(". */
static int read_printed(struct reader *reader) {
  const struct sp_gs1_ai *row = NULL;
  struct sp_gs1_element element;
  if (*reader->at != '(') return fail_unknown(reader);
  reader->at++;
  int rc = start_element(reader, &row, &element);
  if (rc != 0) return rc;
  if (reader->at == reader->end || *reader->at != ')')
    return sp_fail(reader->err, SP_E_INVALID, element.ai, "(%s) lacks its closing bracket", element.ai);
  reader->at++;
  size_t len = 0;
  while (reader->at < reader->end && *reader->at != '(') {
    if (*reader->at == '\\' && reader->at + 1 < reader->end && reader->at[1] == '(') reader->at++;
    char c = *reader->at++;
    if (c == ' ') continue; /* no value has a blank: it is paper between two elements */
    if (len == row->max) return fail_long(reader, &element);
    element.value[len++] = c;
  }
  element.value[len] = '\0';
  return keep_element(reader, row, &element);
}

static int read_all(struct reader *reader) {
  bool printed = *reader->at == '(';
  while (reader->at < reader->end) {
    int rc = printed ? read_printed(reader) : read_scanned(reader);
    if (rc != 0) return rc;
  }
  return 0;
}

int sp_gs1_parse(const char *text, size_t len, struct sp_gs1 *out, struct sp_error *err) {
  struct reader reader = {.at = text, .end = text + len, .out = out, .err = err};
  out->count = 0;
  if (len > SP_GS1_TEXT_MAX) return sp_fail(err, SP_E_LIMIT, NULL, "This code is too long");
  if (len > 0 && text[0] == ']') {
    if (!is_gs1_prefix(text, len)) return sp_fail(err, SP_E_UNSUPPORTED, NULL, "This symbol carries no GS1 elements");
    reader.at += 3;
  }
  if (reader.at < reader.end && *reader.at == SP_GS1_SEPARATOR) reader.at++;
  if (reader.at == reader.end) return sp_fail(err, SP_E_INVALID, NULL, "This code is empty");
  int rc = read_all(&reader);
  if (rc != 0) out->count = 0;
  return rc;
}

bool sp_gs1_bare(const char *text, size_t len, bool *separated) {
  struct sp_gs1 gs1;
  struct sp_error ignored = {.lang = SP_LANG_EN};
  *separated = memchr(text, SP_GS1_SEPARATOR, len) != NULL;
  if (len <= KEY_LEN || strncmp(text, "01", 2) != 0 || sp_gs1_parse(text, len, &gs1, &ignored) != 0) return false;
  bool texts = false;
  for (int i = 0; i < gs1.count; i++)
    texts = texts || gs1.elements[i].kind == SP_GS1_TEXT;
  return *separated || !texts;
}

/* ---- Back to text ---- */

static void write_printed(const struct sp_gs1_element *element, struct sp_buf *out) {
  sp_buf_printf(out, "(%s)", element->ai);
  for (const char *c = element->value; *c; c++) {
    if (*c == '(') sp_buf_putc(out, '\\');
    sp_buf_putc(out, *c);
  }
}

int sp_gs1_write(const struct sp_gs1 *gs1, bool printed, struct sp_buf *out) {
  for (int i = 0; i < gs1->count; i++) {
    const struct sp_gs1_element *element = &gs1->elements[i];
    if (printed) {
      write_printed(element, out);
      continue;
    }
    size_t len = 0;
    const struct sp_gs1_ai *row = sp_gs1_ai_of(element->ai, strlen(element->ai), &len);
    sp_buf_puts(out, element->ai);
    sp_buf_puts(out, element->value);
    if (row && !row->predefined && i + 1 < gs1->count) sp_buf_putc(out, SP_GS1_SEPARATOR);
  }
  return out->failed;
}
