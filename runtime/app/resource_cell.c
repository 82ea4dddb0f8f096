/* Texts and cells: what people write, brought into the form that is stored. */
#include "app/resource_parts.h"

#include "base/text.h"
#include "domain/barcode.h"
#include "domain/money.h"

#include <string.h>

#define NUMBER_MAX 64 /* bytes of a number in a cell */

/* ---- Decimals ---- */

static const char *skip_sign(const char *at, bool *negative) {
  *negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  return at;
}

/* Currency signs come in front, with or without the number's own sign before them. */
static const char *skip_currency(const char *at) {
  static const char *const signs[] = {"¥", "￥", "£", "€", "$"};
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    size_t len = strlen(signs[i]);
    if (strncmp(at, signs[i], len) == 0) at += len;
  }
  return *at == ' ' ? at + 1 : at;
}

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

static int add_digit(int64_t *value, char digit) {
  int64_t more = digit - '0';
  if (*value > (SP_MONEY_MAX - more) / 10) return SP_E_RANGE;
  *value = *value * 10 + more;
  return 0;
}

/* The whole part, thousands in groups of three: "1299", "1,299". Leaves `*at` behind it. */
static int read_whole(const char **at, char group, int64_t *value, int *digits) {
  int since = 0; /* digits since a group mark */
  bool grouped = false;
  for (*digits = 0; is_digit(**at) || (**at == group && *digits > 0); (*at)++) {
    if (**at == group) {
      if (since > 3 || (grouped && since != 3)) return SP_E_INVALID;
      grouped = true;
      since = 0;
      continue;
    }
    int rc = add_digit(value, **at);
    if (rc != 0) return rc;
    since++;
    (*digits)++;
  }
  return grouped && since != 3 ? SP_E_INVALID : 0;
}

int sp_cell_decimal(const char *cell, int digits, bool decimal_comma, int64_t *out) {
  struct sp_buf folded;
  int64_t value = 0;
  int whole = 0, decimals = 0, seen = 0;
  bool negative = false;
  sp_buf_init(&folded, NUMBER_MAX);
  int rc = sp_text_fold(cell, strlen(cell), &folded) != 0 ? SP_E_INVALID : 0;
  const char *at = skip_currency(skip_sign(sp_buf_text(&folded), &negative));
  if (!negative) at = skip_sign(at, &negative);
  if (rc == 0) rc = read_whole(&at, decimal_comma ? '.' : ',', &value, &whole);
  if (rc == 0 && *at == (decimal_comma ? ',' : '.')) {
    for (at++; rc == 0 && is_digit(*at); at++, seen++) {
      if (decimals < digits)
        rc = add_digit(&value, *at);
      else if (*at != '0')
        rc = SP_E_INVALID;
      if (decimals < digits) decimals++;
    }
  }
  for (; rc == 0 && decimals < digits; decimals++)
    rc = add_digit(&value, '0');
  if (rc == 0 && (*at != '\0' || whole + seen == 0)) rc = SP_E_INVALID;
  sp_buf_free(&folded);
  if (rc == 0) *out = negative ? -value : value;
  return rc;
}

/* ---- Texts ---- */

static bool is_blank(const char *at, size_t *len) {
  static const char ideographic[] = "\xE3\x80\x80"; /* U+3000 */
  *len = strncmp(at, ideographic, 3) == 0 ? 3 : 1;
  return *len == 3 || *at == ' ' || *at == '\t' || *at == '\n' || *at == '\r';
}

/* Copy without outer blanks; with `words`, every run of blanks inside becomes one. */
static char *copy_trimmed(const char *text, bool words, struct sp_arena *arena) {
  size_t blank = 0, used = 0, end = 0;
  char *copy = sp_arena_alloc(arena, strlen(text) + 1);
  if (copy == NULL) return NULL;
  while (*text != '\0') {
    bool space = is_blank(text, &blank);
    if (space && (used == 0 || (words && copy[used - 1] == ' '))) {
      text += blank;
      continue;
    }
    if (space && words) {
      copy[used++] = ' ';
    } else {
      memcpy(copy + used, text, blank);
      used += blank;
    }
    text += blank;
    if (!space) end = used;
  }
  copy[end] = '\0';
  return copy;
}

static bool has_control(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
    if (*at < 0x20 || *at == 0x7F || (*at == 0xC2 && at[1] < 0xA0)) return true;
  }
  return false;
}

static bool barcodes_valid(const char *list) {
  char one[SP_BARCODE_MAX + 1];
  while (*list != '\0') {
    size_t len = strcspn(list, " ");
    if (len > SP_BARCODE_MAX) return false;
    memcpy(one, list, len);
    one[len] = '\0';
    if (!sp_barcode_valid(one)) return false;
    list += len + (list[len] == ' ' ? 1 : 0);
  }
  return true;
}

/* "食品 / 饮料" → "食品/饮料", in place. False for a path with an empty step. */
static bool tidy_path(char *path) {
  char *to = path;
  for (const char *from = path; *from != '\0';) {
    size_t len = strcspn(from, "/");
    size_t skip = strspn(from, " ");
    size_t end = len;
    while (end > skip && from[end - 1] == ' ')
      end--;
    if (skip >= end) return false;
    if (to != path) *to++ = '/';
    memmove(to, from + skip, end - skip);
    to += end - skip;
    bool last = from[len] == '\0';
    if (!last && from[len + 1] == '\0') return false;
    from += len + (last ? 0 : 1);
  }
  *to = '\0';
  return true;
}

static int check_format(const struct sp_field *field, char *text, struct sp_error *err) {
  const char *name = field->name;
  switch (field->format) {
  case SP_FORMAT_BARCODE:
    if (text[0] == '\0' || sp_barcode_valid(text)) return 0;
    return sp_fail(err, SP_E_INVALID, name, "A barcode has at most %d printable characters and no blanks",
                   SP_BARCODE_MAX);
  case SP_FORMAT_BARCODES:
    if (barcodes_valid(text)) return 0;
    return sp_fail(err, SP_E_INVALID, name, "A barcode has at most %d printable characters and no blanks",
                   SP_BARCODE_MAX);
  case SP_FORMAT_PATH:
    if (tidy_path(text)) return 0;
    return sp_fail(err, SP_E_INVALID, name, "A category is a path like food/drinks, without empty steps");
  case SP_FORMAT_NONE:
  case SP_FORMAT_MONEY:
  case SP_FORMAT_QUANTITY:
  case SP_FORMAT_PPM:
  case SP_FORMAT_WORDS:
    return 0;
  }
  return 0;
}

static const char *find_choice(const struct sp_field *field, const char *text) {
  for (const char *const *choice = field->choices; *choice != NULL; choice++) {
    if (strcasecmp(*choice, text) == 0) return *choice;
  }
  return NULL;
}

int sp_resource_check_text(const struct sp_field *field, const char *text, struct sp_arena *arena,
                           struct sp_field_value *out, struct sp_error *err) {
  const char *name = field->name;
  bool words = field->format == SP_FORMAT_WORDS || field->format == SP_FORMAT_BARCODES;
  char *copy = copy_trimmed(text, words, arena);
  if (copy == NULL) return sp_error_nomem(err, __func__);
  if (has_control(copy)) return sp_fail(err, SP_E_INVALID, name, "%s must not contain control characters", name);
  int rc = check_format(field, copy, err);
  if (rc != 0) return rc;
  size_t len = strlen(copy);
  if (len > (size_t)field->max) {
    return sp_fail(err, SP_E_INVALID, name, "%s must not be longer than %zu bytes", name, (size_t)field->max);
  }
  if (len < (size_t)field->min) return sp_fail(err, SP_E_INVALID, name, "%s is required", name);
  out->text = copy;
  if (field->choices == NULL) return 0;
  out->text = find_choice(field, copy);
  if (out->text != NULL) return 0;
  return sp_fail(err, SP_E_INVALID, name, "%s is not one of the values of %s", copy, name);
}

/* ---- Cells ---- */

static int read_flag(const struct sp_field *field, const char *cell, int64_t *out, struct sp_error *err) {
  static const char *const yes[] = {"1", "true", "yes", "y", "是", "√"};
  static const char *const no[] = {"0", "false", "no", "n", "否", "×"};
  struct sp_buf folded;
  int found = -1;
  sp_buf_init(&folded, NUMBER_MAX);
  if (sp_text_fold(cell, strlen(cell), &folded) == 0) {
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
      if (strcmp(sp_buf_text(&folded), yes[i]) == 0) found = 1;
      if (strcmp(sp_buf_text(&folded), no[i]) == 0) found = 0;
    }
  }
  sp_buf_free(&folded);
  if (found < 0) return sp_fail(err, SP_E_INVALID, field->name, "%s must be yes or no", field->name);
  *out = found;
  return 0;
}

/* "13%", "13", "0.13", "130000". SP_E_CONFLICT for "1". */
static int read_rate(const char *cell, bool decimal_comma, int64_t *out) {
  char text[NUMBER_MAX];
  size_t len = strlen(cell);
  if (len >= sizeof text) return SP_E_INVALID;
  memcpy(text, cell, len + 1);
  bool percent = false;
  static const char *const signs[] = {"%", "％"};
  for (size_t i = 0; i < 2; i++) {
    size_t sign = strlen(signs[i]);
    if (percent || len < sign || strcmp(text + len - sign, signs[i]) != 0) continue;
    percent = true;
    len -= sign;
    text[len] = '\0';
  }
  int64_t millionths = 0;
  int rc = sp_cell_decimal(text, 6, decimal_comma, &millionths);
  if (rc != 0) return rc;
  if (millionths < 0) return SP_E_RANGE;
  if (!percent && millionths == SP_PPM) return SP_E_CONFLICT; /* a hundredth, or the whole? */
  bool fraction = !percent && millionths < SP_PPM;
  bool ppm = !percent && millionths > 100 * (int64_t)SP_PPM;
  int64_t divisor = fraction ? 1 : ppm ? SP_PPM : 100;
  if (millionths % divisor != 0) return SP_E_INVALID;
  *out = millionths / divisor;
  return 0;
}

static int read_number(const struct sp_field *field, const char *cell, bool decimal_comma, int64_t *out,
                       struct sp_error *err) {
  const char *name = field->name;
  int rc = 0;
  switch (field->format) {
  case SP_FORMAT_MONEY:
    rc = sp_cell_decimal(cell, 2, decimal_comma, out);
    if (rc == SP_E_INVALID) return sp_fail(err, rc, name, "%s must be an amount with at most two decimals", name);
    break;
  case SP_FORMAT_QUANTITY:
    rc = sp_cell_decimal(cell, 3, decimal_comma, out);
    if (rc == SP_E_INVALID) return sp_fail(err, rc, name, "%s must be a number with at most three decimals", name);
    break;
  case SP_FORMAT_PPM:
    rc = read_rate(cell, decimal_comma, out);
    if (rc == SP_E_INVALID) return sp_fail(err, rc, name, "%s must be a rate like 13%% or 0.13", name);
    if (rc == SP_E_CONFLICT) return sp_fail(err, SP_E_INVALID, name, "%s can be 1%% or 100%%: write which", name);
    break;
  case SP_FORMAT_NONE:
  case SP_FORMAT_BARCODE:
  case SP_FORMAT_BARCODES:
  case SP_FORMAT_WORDS:
  case SP_FORMAT_PATH:
    rc = sp_cell_decimal(cell, 0, decimal_comma, out);
    if (rc == SP_E_INVALID) return sp_fail(err, rc, name, "%s must be a whole number", name);
    break;
  }
  if (rc == 0 && *out >= field->min && *out <= field->max) return 0;
  return sp_fail(err, SP_E_INVALID, name, "%s is outside of what %s may be", cell, name);
}

int sp_resource_read_cell(const struct sp_resource *resource, int field, const char *cell, bool decimal_comma,
                          struct sp_arena *arena, struct sp_field_value *out, struct sp_error *err) {
  const struct sp_field *about = &resource->fields[field];
  *out = (struct sp_field_value){.text = ""};
  const char *text = copy_trimmed(cell, false, arena);
  if (text == NULL) return sp_error_nomem(err, __func__);
  if (text[0] == '\0') return 0;
  out->given = true;
  switch (about->type) {
  case SP_FIELD_TEXT:
    return sp_resource_check_text(about, text, arena, out, err);
  case SP_FIELD_INT:
    return read_number(about, text, decimal_comma, &out->integer, err);
  case SP_FIELD_BOOL:
    return read_flag(about, text, &out->integer, err);
  }
  return sp_fail(err, SP_E_INTERNAL, about->name, "A field has no type");
}
