/* What the files of the product import share. */
#ifndef SP_APP_IMPORT_PARTS_H
#define SP_APP_IMPORT_PARTS_H

#include "app/product_import.h"
#include "app/product_parts.h"
#include "base/hash.h"
#include "domain/barcode.h"

#define SP_IMPORT_ARENA ((size_t)32 << 20) /* of a row or a slice */

/* ---- Small things that remember rows (import_rows.c) ---- */

/* Where a text was seen first. 16 bytes a text: its hash and the row. */
struct sp_row_set {
  struct sp_row_seen *entries;
  size_t room, count;
};
/* 1 when it is new, 0 with the row it was seen at in `*first`, SP_E_NOMEM. */
int sp_row_set_add(struct sp_row_set *set, const char *text, int64_t row, int64_t *first);
bool sp_row_set_has(const struct sp_row_set *set, const char *text);
void sp_row_set_free(struct sp_row_set *set);

/* A bit a row. */
struct sp_row_bits {
  uint8_t *bytes;
  size_t room;
};
int sp_row_bits_set(struct sp_row_bits *bits, int64_t row); /* 0 or SP_E_NOMEM */
bool sp_row_bits_get(const struct sp_row_bits *bits, int64_t row);

/* Does this number use a decimal comma (1), a decimal point (−1), or can one not tell (0)? */
int sp_decimal_hint(const char *cell);

/* A digest of a file's bytes: SHA-256 over the digest so far and the next megabyte, from 32 zero bytes on. SP_E_IO. */
int sp_file_digest(const char *path, uint8_t out[SP_HASH_LEN], struct sp_error *err);

/* ---- The import ---- */

/* A row of the table as values of the resource. */
struct sp_import_row {
  int64_t number;
  struct sp_field_value values[SP_FIELDS_MAX];
};

struct sp_product_job {
  const struct sp_import_options *options;
  struct sp_import_report *report;
  struct sp_resource *resource;
  int column_of[SP_FIELDS_MAX];     /* −1: the table has no such column */
  char headings[SP_FIELDS_MAX][64]; /* as in the file */
  int commas, points;               /* numbers with a decimal comma, with a decimal point */
  bool headed;
  int width;             /* columns up to the last heading */
  int64_t overhangs;     /* rows longer than that */
  struct sp_arena arena; /* of the row looked at, or of the slice gathered */
  struct sp_row_set codes, barcodes;
  struct sp_row_bits bad;
  struct sp_import_row *slice; /* SP_IMPORT_SLICE of them */
  int gathered;
  int64_t total; /* rows, known after the check */
  uint8_t digest[SP_HASH_LEN];
};

/* Say what is wrong with the row at a field (its name, or "" for the whole row). */
void sp_product_job_note(struct sp_product_job *job, const struct sp_table_row *cells, int64_t row, const char *field,
                         const char *message);
/* Read a row's cells into `out`, texts in job->arena. 0, SP_E_INVALID when a cell is bad (each was noted), SP_E_NOMEM.
 */
int sp_product_job_read(struct sp_product_job *job, const struct sp_table_row *cells, struct sp_import_row *out);
/* Commit the gathered rows, and forget them. */
int sp_product_job_flush(struct sp_product_job *job, struct sp_error *err);
/* The import's own journal record, when it changed anything. */
int sp_product_job_journal(struct sp_product_job *job, struct sp_error *err);
/* The index of a field, which the resource is known to have. */
const struct sp_field_value *sp_import_value(const struct sp_product_job *job, const struct sp_import_row *row,
                                             const char *name);

#endif
