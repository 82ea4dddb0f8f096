/* Creating and changing a product. */
#include "app/derive.h"
#include "app/journal.h"
#include "app/product_parts.h"

#include <string.h>

#define TERMS_AT_ONCE 8 /* of the statement product_terms_insert */

const char *const sp_product_text_names[SP_PRODUCT_TEXTS] = {
    [SP_PRODUCT_CODE] = "code",         [SP_PRODUCT_NAME] = "name",     [SP_PRODUCT_NAME_EN] = "name_en",
    [SP_PRODUCT_CATEGORY] = "category", [SP_PRODUCT_PARENT] = "parent", [SP_PRODUCT_VARIANT] = "variant",
    [SP_PRODUCT_UNIT] = "unit",         [SP_PRODUCT_TAGS] = "tags",     [SP_PRODUCT_STATUS] = "status",
};
const char *const sp_product_number_names[SP_PRODUCT_NUMBERS] = {
    [SP_PRODUCT_WEIGHED] = "weighed", [SP_PRODUCT_PRICE] = "price", [SP_PRODUCT_TAX] = "tax_rate"};

/* ---- What is stored ---- */

static int load_barcodes(struct sp_work *work, struct sp_product_row *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(out->id.bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_PRODUCT_BARCODES, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0 && out->barcode_count < SP_BARCODES_MAX) {
    struct sp_barcode_row *barcode = &out->barcodes[out->barcode_count++];
    *barcode = (struct sp_barcode_row){.barcode = sp_work_column(work, rows, 0),
                                       .pack = sp_work_column(work, rows, 1),
                                       .quantity = sp_rows_int(rows, 2)};
    if (barcode->barcode == NULL || barcode->pack == NULL) {
      rc = sp_error_nomem(work->err, __func__);
      break;
    }
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_product_row_load(struct sp_work *work, const char *code, struct sp_product_row *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  *out = (struct sp_product_row){.revision = 0};
  int got = sp_db_one(work->db, SP_Q_PRODUCT_STORED, key, 1, &rows, work->err);
  if (got <= 0) return got;
  bool whole = true;
  sp_rows_id(rows, 0, &out->id);
  out->revision = sp_rows_int(rows, 1);
  out->style = sp_rows_int(rows, 2) != 0;
  for (int i = 0; i < SP_PRODUCT_TEXTS; i++) {
    out->texts[i] = sp_work_column(work, rows, 3 + i);
    whole = whole && out->texts[i] != NULL;
  }
  for (int i = 0; i < SP_PRODUCT_NUMBERS; i++)
    out->numbers[i] = sp_rows_int(rows, 3 + SP_PRODUCT_TEXTS + i);
  sp_rows_finish(rows);
  if (!whole) return sp_error_nomem(work->err, __func__);
  int rc = load_barcodes(work, out);
  return rc == 0 ? 1 : rc;
}

/* ---- What it shall be ---- */

/* A new id. Ids of one instant are random; a counter of 26 bits in front of what is random keeps those of an import in
 * order, so that it writes its rows side by side and not all over the tables. */
static int make_id(struct sp_work *work, const struct sp_product_put *put, struct sp_id *out) {
  if (sp_id_new(work->now, out) != 0) return sp_fail(work->err, SP_E_IO, NULL, "No randomness for an id");
  if (put->sequence <= 0) return 0;
  out->bytes[6] = (uint8_t)((out->bytes[6] & 0xF0) | ((put->sequence >> 22) & 0x0F));
  out->bytes[7] = (uint8_t)(put->sequence >> 14 & 0xFF);
  out->bytes[8] = (uint8_t)((out->bytes[8] & 0xC0) | ((put->sequence >> 8) & 0x3F));
  out->bytes[9] = (uint8_t)(put->sequence & 0xFF);
  return 0;
}

static int merge(struct sp_work *work, const struct sp_product_put *put, const struct sp_product_row *stored,
                 struct sp_product_row *row) {
  *row = (struct sp_product_row){.revision = 0};
  if (stored != NULL) *row = *stored;
  for (int i = 0; i < SP_PRODUCT_TEXTS; i++) {
    const struct sp_field_value *value = sp_product_given(put, sp_product_text_names[i]);
    if (value != NULL) row->texts[i] = value->text;
    if (row->texts[i] == NULL) row->texts[i] = "";
  }
  for (int i = 0; i < SP_PRODUCT_NUMBERS; i++) {
    const struct sp_field_value *value = sp_product_given(put, sp_product_number_names[i]);
    if (value != NULL) row->numbers[i] = value->integer;
  }
  int rc = stored == NULL ? make_id(work, put, &row->id) : 0;
  return rc == 0 ? sp_product_merge_barcodes(work, put, stored, row) : rc;
}

static bool same_texts(const struct sp_product_row *a, const struct sp_product_row *b, int first, int last) {
  for (int i = first; i <= last; i++) {
    if (strcmp(a->texts[i], b->texts[i]) != 0) return false;
  }
  return true;
}

static bool same(const struct sp_product_row *a, const struct sp_product_row *b) {
  return same_texts(a, b, SP_PRODUCT_NAME, SP_PRODUCT_STATUS) &&
         memcmp(a->numbers, b->numbers, sizeof a->numbers) == 0 && sp_product_same_barcodes(a, b);
}

/* Families have one level: a style and its variants. Whether the style is there, the plan finds out. */
static int check_parent(struct sp_work *work, const struct sp_product_row *row) {
  const char *parent = row->texts[SP_PRODUCT_PARENT];
  if (parent[0] == '\0') return 0;
  if (strcmp(parent, row->texts[SP_PRODUCT_CODE]) == 0) {
    return sp_fail(work->err, SP_E_INVALID, "parent", "A product cannot be a variant of itself");
  }
  if (row->style) {
    return sp_fail(work->err, SP_E_INVALID, "parent", "%s has variants of its own, so it cannot become one",
                   row->texts[SP_PRODUCT_CODE]);
  }
  return 0;
}

/* ---- The plan ---- */

static int plan_category(struct sp_work *work, const char *path) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(path)};
  int got = path[0] == '\0' ? 1 : sp_db_one(work->db, SP_Q_CATEGORY_BY_PATH, key, 1, &rows, work->err);
  sp_rows_finish(rows);
  if (got != 0) return got < 0 ? got : 0;
  const char *above = NULL;
  for (size_t len = 0; path[len] != '\0';) {
    size_t begin = len + (path[len] == '/' ? 1 : 0);
    len = begin + strcspn(path + begin, "/");
    struct sp_id id;
    const char *here = sp_arena_copy(work->arena, path, len);
    const char *name = sp_arena_copy(work->arena, path + begin, len - begin);
    if (here == NULL || name == NULL) return sp_error_nomem(work->err, __func__);
    int rc = sp_id_derive("category", &(struct sp_slice){here, len}, 1, &id);
    if (rc != 0) return sp_fail(work->err, rc, "category", "No id for a category");
    const struct sp_value node[] = {sp_v_blob(id.bytes, SP_ID_LEN), sp_v_text(above), sp_v_text(name), sp_v_text(here)};
    sp_plan_add(work->plan, SP_Q_CATEGORY_INSERT, node, 4);
    above = here;
  }
  return 0;
}

/* Tills keep what they looked up for as long as this number stands (app/shelf.h). */
static void plan_revision(struct sp_work *work, const struct sp_product_row *stored, const struct sp_product_row *row) {
  bool changes = stored != NULL || row->texts[SP_PRODUCT_PARENT][0] != '\0';
  if (changes) sp_plan_add(work->plan, SP_Q_CATALOGUE_RAISE, NULL, 0);
}

/* What a line sold from now on shows of the product, and what the rules saw of it: a replay needs both. */
static void plan_card(struct sp_work *work, const char *code) {
  const struct sp_value key[] = {sp_v_text(code)};
  sp_plan_add(work->plan, SP_Q_PRODUCT_CARD_KEEP, key, 1);
}

static void plan_row(struct sp_work *work, const struct sp_product_row *stored, const struct sp_product_row *row) {
  const char *const *texts = row->texts;
  const char *parent = texts[SP_PRODUCT_PARENT];
  if (parent[0] != '\0' && (stored == NULL || strcmp(stored->texts[SP_PRODUCT_PARENT], parent) != 0)) {
    const struct sp_value key[] = {sp_v_text(parent)};
    sp_plan_expect(work->plan, SP_Q_PRODUCT_STYLE_SET, key, 1, SP_E_NOT_FOUND, "parent",
                   "The style this is a variant of is not there, or is itself a variant");
    plan_card(work, parent);
  }
  const struct sp_value params[] = {
      sp_v_blob(row->id.bytes, SP_ID_LEN),
      sp_v_text(texts[SP_PRODUCT_CODE]),
      sp_v_text(texts[SP_PRODUCT_NAME]),
      sp_v_text(texts[SP_PRODUCT_NAME_EN]),
      sp_v_text(texts[SP_PRODUCT_CATEGORY]),
      sp_v_text(parent),
      sp_v_text(texts[SP_PRODUCT_VARIANT]),
      sp_v_text(texts[SP_PRODUCT_UNIT]),
      sp_v_text(texts[SP_PRODUCT_TAGS]),
      sp_v_text(texts[SP_PRODUCT_STATUS]),
      sp_v_int(row->numbers[SP_PRODUCT_WEIGHED]),
      sp_v_int(row->numbers[SP_PRODUCT_PRICE]),
      sp_v_int(row->numbers[SP_PRODUCT_TAX]),
      sp_v_int(work->now),
      sp_v_int(row->revision),
  };
  if (stored == NULL) {
    sp_plan_add(work->plan, SP_Q_PRODUCT_INSERT, params, 14);
    plan_card(work, texts[SP_PRODUCT_CODE]);
    return;
  }
  sp_plan_expect(work->plan, SP_Q_PRODUCT_UPDATE, params, 15, SP_E_CONFLICT, "revision",
                 "The product was changed in the meantime");
  plan_card(work, texts[SP_PRODUCT_CODE]);
  const char *left = stored->texts[SP_PRODUCT_PARENT];
  const struct sp_value key[] = {sp_v_text(left)};
  if (left[0] == '\0' || strcmp(left, parent) == 0) return;
  sp_plan_add(work->plan, SP_Q_PRODUCT_STYLE_CLEAR, key, 1);
  plan_card(work, left);
}

static int plan_terms(struct sp_work *work, const struct sp_product_row *stored, const struct sp_product_row *row) {
  const char *terms[SP_TERMS_MAX];
  if (stored != NULL && same_texts(stored, row, SP_PRODUCT_NAME, SP_PRODUCT_NAME_EN) &&
      same_texts(stored, row, SP_PRODUCT_VARIANT, SP_PRODUCT_VARIANT)) {
    return 0;
  }
  int count = sp_product_terms(row, work->arena, terms);
  if (count < 0) return sp_error_nomem(work->err, __func__);
  const struct sp_value key[] = {sp_v_blob(row->id.bytes, SP_ID_LEN)};
  if (stored != NULL) sp_plan_add(work->plan, SP_Q_PRODUCT_TERMS_DELETE, key, 1);
  for (int first = 0; first < count; first += TERMS_AT_ONCE) {
    struct sp_value params[TERMS_AT_ONCE + 1] = {key[0]};
    for (int i = 0; i < TERMS_AT_ONCE; i++) {
      params[i + 1] = sp_v_text(terms[first + i < count ? first + i : count - 1]);
    }
    sp_plan_add(work->plan, SP_Q_PRODUCT_TERMS_INSERT, params, TERMS_AT_ONCE + 1);
  }
  return 0;
}

/* Journal body, version 1: the product as it is from now on. */
static void journal(struct sp_work *work, const struct sp_product_row *row) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, SP_JOURNAL_BODY_MAX);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "id", row->id.bytes);
  sp_json_put_int(&w, "revision", row->revision + 1);
  for (int i = 0; i < SP_PRODUCT_TEXTS; i++)
    sp_json_put_text(&w, sp_product_text_names[i], row->texts[i]);
  for (int i = 0; i < SP_PRODUCT_NUMBERS; i++)
    sp_json_put_int(&w, sp_product_number_names[i], row->numbers[i]);
  sp_json_key(&w, "barcodes"); /* [barcode, pack, thousandths] */
  sp_json_open_array(&w);
  for (int i = 0; i < row->barcode_count; i++) {
    sp_json_open_array(&w);
    sp_json_text(&w, row->barcodes[i].barcode);
    sp_json_text(&w, row->barcodes[i].pack);
    sp_json_int(&w, row->barcodes[i].quantity);
    sp_json_close_array(&w);
  }
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  sp_journal_add(work, "product", 1, copy, body.len, false);
  sp_buf_free(&body);
}

static int plan_all(struct sp_work *work, const struct sp_product_row *stored, const struct sp_product_row *row,
                    bool quiet) {
  int rc = plan_category(work, row->texts[SP_PRODUCT_CATEGORY]);
  if (rc != 0) return rc;
  plan_row(work, stored, row);
  plan_revision(work, stored, row);
  sp_product_plan_barcodes(work, stored, row);
  rc = plan_terms(work, stored, row);
  if (rc == 0 && !quiet) journal(work, row);
  if (rc != 0 || work->plan->failed == 0) return rc;
  return sp_fail(work->err, work->plan->failed, NULL, "The product does not fit one transaction");
}

/* ---- The use case ---- */

static int check_stored(struct sp_work *work, const struct sp_product_put *put, const struct sp_product_row *stored,
                        const char *code) {
  if (stored == NULL) {
    if (!put->update_only) return 0;
    return sp_fail(work->err, SP_E_NOT_FOUND, "code", "No product has the code %s", code);
  }
  if (put->create_only)
    return sp_fail(work->err, SP_E_EXISTS, "code", "The code %s belongs to %s", code, stored->texts[SP_PRODUCT_NAME]);
  if (put->expected_revision == 0 || put->expected_revision == stored->revision) return 0;
  return sp_fail(work->err, SP_E_STALE, "If-Match", "The product was changed in the meantime: it is at revision %lld",
                 (long long)stored->revision);
}

/* A new product must be complete; a change may name only what changes. */
static int complete(struct sp_work *work, struct sp_product_put *put) {
  struct sp_field_value *values = sp_arena_array(work->arena, SP_FIELDS_MAX, sizeof *values);
  if (values == NULL) return sp_error_nomem(work->err, __func__);
  memcpy(values, put->values, (size_t)put->resource->count * sizeof *values);
  put->values = values;
  return sp_resource_complete(put->resource, values, work->err);
}

int sp_product_save(struct sp_work *work, const struct sp_product_put *put, bool quiet, struct sp_product_saved *out) {
  struct sp_product_put whole = *put;
  struct sp_product_row *stored = sp_arena_array(work->arena, 2, sizeof *stored);
  if (stored == NULL) return sp_error_nomem(work->err, __func__);
  struct sp_product_row *row = stored + 1;
  const struct sp_field_value *code = sp_product_given(put, "code");
  int rc = sp_work_require(work, put->resource->write);
  if (rc != 0) return rc;
  if (code == NULL) return sp_fail(work->err, SP_E_INVALID, "code", "%s is required", "code");
  int got = sp_product_row_load(work, code->text, stored);
  if (got < 0) return got;
  if (got == 0) stored = NULL;
  rc = check_stored(work, put, stored, code->text);
  if (rc == 0 && stored == NULL) rc = complete(work, &whole);
  if (rc == 0) rc = merge(work, &whole, stored, row);
  if (rc != 0) return rc;
  *out = (struct sp_product_saved){
      .id = row->id, .created = stored == NULL, .weighed = row->numbers[SP_PRODUCT_WEIGHED] != 0};
  out->changed = out->created || !same(stored, row);
  if (!out->changed) return 0;
  rc = check_parent(work, row);
  if (rc == 0) rc = sp_product_check_barcodes(work, row);
  return rc == 0 ? plan_all(work, stored, row, quiet) : rc;
}

int sp_product_put(struct sp_work *work, const struct sp_product_put *put, struct sp_id *id, bool *changed) {
  struct sp_product_saved saved = {.changed = false};
  int rc = sp_product_save(work, put, false, &saved);
  *id = saved.id;
  *changed = saved.changed;
  return rc;
}
