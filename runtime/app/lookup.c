#include "app/lookup.h"

#include "app/shelf.h"
#include <string.h>

#define TAGS_MAX 64

/* Split "soda bakery" into words in the arena. */
static int split_tags(struct sp_work *work, const char *text, struct sp_found *out) {
  out->tags = NULL;
  out->tag_count = 0;
  if (text[0] == '\0') return 0;
  const char **tags = sp_arena_array(work->arena, TAGS_MAX, sizeof *tags);
  if (tags == NULL) return SP_E_NOMEM;
  while (*text != '\0' && out->tag_count < TAGS_MAX) {
    size_t len = strcspn(text, " ");
    if (len > 0) {
      tags[out->tag_count] = sp_arena_copy(work->arena, text, len);
      if (tags[out->tag_count++] == NULL) return SP_E_NOMEM;
    }
    text += len + (text[len] == ' ' ? 1 : 0);
  }
  out->tags = tags;
  return 0;
}

static int read_row(struct sp_work *work, struct sp_rows *rows, struct sp_found *out) {
  *out = (struct sp_found){
      .code = sp_work_column(work, rows, 1),
      .name = sp_work_column(work, rows, 2),
      .unit = sp_work_column(work, rows, 3),
      .weighed = sp_rows_int(rows, 4) != 0,
      .price = sp_rows_int(rows, 5),
      .tax_ppm = (int32_t)sp_rows_int(rows, 6),
      .listed = strcmp(sp_rows_text(rows, 8), "active") == 0,
      .style = sp_rows_int(rows, 9) != 0,
      .category = sp_work_column(work, rows, 10),
      .quantity = sp_rows_int(rows, 11),
      .pack = sp_work_column(work, rows, 12),
      .name_en = sp_work_column(work, rows, 13),
      .variant = sp_work_column(work, rows, 14),
      .revision = sp_rows_int(rows, 15),
  };
  sp_rows_id(rows, 0, &out->id);
  bool whole = out->code != NULL && out->name != NULL && out->unit != NULL && out->category != NULL &&
               out->pack != NULL && out->name_en != NULL && out->variant != NULL;
  if (!whole || split_tags(work, sp_rows_text(rows, 7), out) != 0) return sp_error_nomem(work->err, __func__);
  return 0;
}

static int read_revision(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  int got = sp_db_one(work->db, SP_Q_CATALOGUE_REVISION, NULL, 0, &rows, work->err);
  if (got <= 0) return got < 0 ? got : sp_fail(work->err, SP_E_CORRUPT, NULL, "The catalogue has no revision");
  work->catalogue = sp_rows_int(rows, 0);
  sp_rows_finish(rows);
  return 0;
}

static int find_stored(struct sp_work *work, enum sp_query query, struct sp_value key, struct sp_found *out) {
  struct sp_rows *rows = NULL;
  int got = sp_db_one(work->db, query, &key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return SP_E_NOT_FOUND;
  int rc = read_row(work, rows, out);
  sp_rows_finish(rows);
  return rc;
}

/* From the shelf, or from the database and onto the shelf. `kind` says what the key is (app/shelf.h). */
static int find_by(struct sp_work *work, char kind, enum sp_query query, struct sp_value key, struct sp_found *out) {
  const struct sp_shelf_key place = {.kind = kind, .bytes = key.bytes, .len = key.len};
  struct sp_shelf *shelf = work->app->shelf;
  if (shelf == NULL) return find_stored(work, query, key, out);
  int rc = work->catalogue == 0 ? read_revision(work) : 0;
  if (rc != 0) return rc;
  int got = sp_shelf_get(shelf, &place, work->catalogue, work->arena, out);
  if (got != 0) return got > 0 ? 0 : sp_error_nomem(work->err, __func__);
  rc = find_stored(work, query, key, out);
  if (rc == 0) sp_shelf_put(shelf, &place, work->catalogue, out);
  return rc;
}

int sp_product_find(struct sp_work *work, const char *barcode, const char *code, const struct sp_id *id,
                    struct sp_found *out) {
  int rc = SP_E_NOT_FOUND;
  if (barcode != NULL) {
    rc = find_by(work, 'b', SP_Q_PRODUCT_BY_BARCODE, sp_v_text(barcode), out);
    if (rc == SP_E_NOT_FOUND) rc = find_by(work, 'c', SP_Q_PRODUCT_BY_CODE, sp_v_text(barcode), out);
    if (rc != SP_E_NOT_FOUND) return rc;
    return sp_fail(work->err, rc, "barcode", "No product has the barcode or code %s", barcode);
  }
  if (code != NULL) {
    rc = find_by(work, 'c', SP_Q_PRODUCT_BY_CODE, sp_v_text(code), out);
    if (rc != SP_E_NOT_FOUND) return rc;
    return sp_fail(work->err, rc, "code", "No product has the code %s", code);
  }
  if (id == NULL || sp_id_is_nil(id)) {
    return sp_fail(work->err, SP_E_INVALID, "barcode", "A line needs a barcode, a code or a product");
  }
  rc = find_by(work, 'i', SP_Q_PRODUCT_BY_ID, sp_v_blob(id->bytes, SP_ID_LEN), out);
  if (rc != SP_E_NOT_FOUND) return rc;
  return sp_fail(work->err, rc, "product", "There is no such product");
}

struct sp_line sp_found_line(const struct sp_found *found, int64_t quantity) {
  return (struct sp_line){
      .product = found->id,
      .code = found->code,
      .name = found->name,
      .name_en = found->name_en,
      .unit = found->unit,
      .category = found->category,
      .tags = found->tags,
      .tag_count = found->tag_count,
      .quantity = quantity,
      .weighed = found->weighed,
      .list_price = found->price,
      .given_price = SP_NO_PRICE,
      .tax_ppm = found->tax_ppm,
      .note = "",
      .lot = "",
  };
}
