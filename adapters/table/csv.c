#include "adapters/table/csv.h"
#include "adapters/table/decode.h"
#include <string.h>

#define PIECE 65536

enum state { AT_START, IN_PLAIN, IN_QUOTED, AFTER_QUOTE };

struct csv {
  struct sp_table_build build;
  enum sp_encoding encoding;
  char separator;
  enum state state;
  bool after_cr; /* an LF that follows belongs to the line break already seen */
};

static int end_cell(struct csv *csv, struct sp_error *err) {
  csv->state = AT_START;
  return sp_table_build_cell(&csv->build, err);
}

static int end_row(struct csv *csv, struct sp_error *err) {
  int rc = end_cell(csv, err);
  return rc != 0 ? rc : sp_table_build_row(&csv->build, err);
}

/* A separator or line break after a field. */
static int end_field(struct csv *csv, char byte, struct sp_error *err) {
  if (byte == csv->separator) {
    return end_cell(csv, err);
  }
  csv->after_cr = byte == '\r';
  return end_row(csv, err);
}

static bool ends_field(const struct csv *csv, char byte) {
  return byte == csv->separator || byte == '\n' || byte == '\r';
}

/* Adds the bytes up to the next that means something and eats that one too. */
static int plain(struct csv *csv, const char *text, size_t len, size_t *at, struct sp_error *err) {
  size_t end = *at;
  while (end < len && !ends_field(csv, text[end])) {
    end++;
  }
  int rc = sp_table_build_add(&csv->build, text + *at, end - *at, err);
  *at = end;
  if (rc != 0 || end == len) {
    return rc;
  }
  (*at)++;
  return end_field(csv, text[end], err);
}

static int quoted(struct csv *csv, const char *text, size_t len, size_t *at, struct sp_error *err) {
  size_t end = *at;
  while (end < len && text[end] != '"' && text[end] != '\r') {
    end++;
  }
  int rc = sp_table_build_add(&csv->build, text + *at, end - *at, err);
  *at = end;
  if (rc != 0 || end == len) {
    return rc;
  }
  (*at)++;
  if (text[end] == '"') {
    csv->state = AFTER_QUOTE;
    return 0;
  }
  csv->after_cr = true;
  return sp_table_build_add(&csv->build, "\n", 1, err);
}

static int after_quote(struct csv *csv, char byte, struct sp_error *err) {
  char field[32];
  if (byte == '"') {
    csv->state = IN_QUOTED;
    return sp_table_build_add(&csv->build, "\"", 1, err);
  }
  if (ends_field(csv, byte)) {
    return end_field(csv, byte, err);
  }
  return sp_fail(err, SP_E_INVALID, sp_table_row_field(csv->build.number, field),
                 "Row %lld, column %d: text follows a closing quotation mark; double a mark that belongs to the text",
                 (long long)csv->build.number, csv->build.count + 1);
}

static int feed(struct csv *csv, const char *text, size_t len, struct sp_error *err) {
  size_t at = 0;
  int rc = 0;
  while (rc == 0 && at < len) {
    if (csv->after_cr) {
      csv->after_cr = false;
      at += text[at] == '\n' ? 1 : 0;
      continue;
    }
    switch (csv->state) {
    case AT_START:
      csv->state = text[at] == '"' ? IN_QUOTED : IN_PLAIN;
      at += text[at] == '"' ? 1 : 0;
      break;
    case IN_PLAIN:
      rc = plain(csv, text, len, &at, err);
      break;
    case IN_QUOTED:
      rc = quoted(csv, text, len, &at, err);
      break;
    case AFTER_QUOTE:
      rc = after_quote(csv, text[at++], err);
      break;
    }
  }
  return rc;
}

/* Everything up to the first zero byte, which no text has. */
static int feed_text(struct csv *csv, const char *text, size_t len, struct sp_error *err) {
  char field[32];
  const char *nul = len == 0 ? NULL : memchr(text, 0, len);
  int rc = feed(csv, text, nul == NULL ? len : (size_t)(nul - text), err);
  if (rc != 0 || nul == NULL) {
    return rc;
  }
  return sp_fail(err, SP_E_INVALID, sp_table_row_field(csv->build.number, field), "Row %lld contains a zero byte",
                 (long long)csv->build.number);
}

static int finish(struct csv *csv, struct sp_error *err) {
  char field[32];
  if (csv->state == IN_QUOTED) {
    return sp_fail(err, SP_E_INVALID, sp_table_row_field(csv->build.number, field),
                   "Row %lld, column %d: a quotation mark opens here and is never closed", (long long)csv->build.number,
                   csv->build.count + 1);
  }
  if (csv->state == AT_START && csv->build.count == 0) {
    return 0;
  }
  return end_row(csv, err);
}

/* Excel's line "sep=;" names the separator and is no row. Returns the bytes it takes, 0 when there is none. */
static size_t directive(const char *text, size_t len, char *separator) {
  if (len < 5 || memcmp(text, "sep=", 4) != 0 || strchr(",;\t|", text[4]) == NULL || text[4] == '\0') {
    return 0;
  }
  size_t used = 5;
  if (used < len && text[used] != '\r' && text[used] != '\n') {
    return 0;
  }
  *separator = text[4];
  used += used < len && text[used] == '\r' ? 1 : 0;
  used += used < len && text[used] == '\n' ? 1 : 0;
  return used;
}

/* The first piece tells the separator. Returns how much of it is not data. */
static size_t begin(struct csv *csv, const char *text, size_t len, bool complete) {
  size_t skip = directive(text, len, &csv->separator);
  if (skip == 0) {
    csv->separator = sp_csv_guess(text, len, complete);
  }
  csv->build.sink->info->separator = csv->separator;
  return skip;
}

/* `*last` says whether the file has ended. */
static int read_piece(struct csv *csv, FILE *file, uint8_t *raw, size_t *held, struct sp_buf *text, bool *last,
                      struct sp_error *err) {
  char field[32];
  size_t got = fread(raw + *held, 1, PIECE, file);
  if (got < PIECE && ferror(file)) {
    return sp_fail(err, SP_E_IO, NULL, "The file cannot be read");
  }
  *last = got < PIECE;
  size_t len = *held + got;
  size_t used = 0;
  sp_buf_reset(text);
  int bad = sp_decode(csv->encoding, raw, len, *last, text, &used);
  if (bad != 0 && bad != SP_E_INVALID) {
    return sp_error_nomem(err, __func__);
  }
  csv->build.done += (int64_t)got;
  const char *data = sp_buf_text(text);
  size_t skip = csv->separator == 0 ? begin(csv, data, text->len, *last) : 0;
  int rc = feed_text(csv, data + skip, text->len - skip, err);
  if (rc == 0 && bad != 0) {
    rc = sp_fail(err, SP_E_INVALID, sp_table_row_field(csv->build.number, field),
                 "Row %lld contains bytes that are not %s; save the file as UTF-8", (long long)csv->build.number,
                 sp_encoding_name(csv->encoding));
  }
  *held = bad != 0 ? 0 : len - used;
  memmove(raw, raw + used, *held);
  return rc;
}

int sp_csv_read(FILE *file, const struct sp_table_sink *sink, struct sp_error *err) {
  struct csv csv = {0};
  uint8_t raw[PIECE + 4];
  size_t held = 0;
  struct sp_buf text;
  sp_buf_init(&text, (size_t)4 * PIECE);
  sp_table_build_init(&csv.build, sink);
  csv.build.total = sink->info->size;
  int rc = sp_encoding_detect(file, &csv.encoding, err);
  if (rc != 0) {
    goto done;
  }
  snprintf(sink->info->format, sizeof sink->info->format, "csv");
  snprintf(sink->info->encoding, sizeof sink->info->encoding, "%s", sp_encoding_name(csv.encoding));
  for (bool last = false; rc == 0 && !last;) {
    rc = read_piece(&csv, file, raw, &held, &text, &last, err);
  }
  rc = rc != 0 ? rc : finish(&csv, err);
  if (rc == 0) {
    sp_table_build_end(&csv.build);
  }
done:
  sp_buf_free(&text);
  sp_table_build_free(&csv.build);
  return rc;
}
