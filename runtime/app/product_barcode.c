/* Barcodes of a product: pieces, an inner pack, an outer pack. */
#include "app/product_parts.h"

#include "domain/money.h"

#include <string.h>

/* One kind of pack in the resource's terms. */
struct pack_fields {
  const char *barcode, *name, *quantity;
};
static const struct pack_fields inner_fields = {"inner_barcode", "inner_name", "inner_quantity"};
static const struct pack_fields outer_fields = {"pack_barcode", "pack_name", "pack_quantity"};

const struct sp_field_value *sp_product_given(const struct sp_product_put *put, const char *name) {
  int field = sp_resource_field(put->resource, name);
  return field >= 0 && put->values[field].given ? &put->values[field] : NULL;
}

int sp_product_pieces(const struct sp_product_row *row) {
  int count = 0;
  while (count < row->barcode_count && row->barcodes[count].quantity == SP_QUANTITY_ONE &&
         row->barcodes[count].pack[0] == '\0') {
    count++;
  }
  return count;
}

static int add(struct sp_work *work, struct sp_product_row *row, const char *field, const char *barcode,
               const char *pack, int64_t quantity) {
  for (int i = 0; i < row->barcode_count; i++) {
    if (strcmp(row->barcodes[i].barcode, barcode) != 0) continue;
    return sp_fail(work->err, SP_E_INVALID, field, "The barcode %s is given twice", barcode);
  }
  if (row->barcode_count == SP_BARCODES_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, field, "A product has at most %d barcodes", SP_BARCODES_MAX);
  }
  row->barcodes[row->barcode_count++] = (struct sp_barcode_row){.barcode = barcode, .pack = pack, .quantity = quantity};
  return 0;
}

static int add_pieces(struct sp_work *work, const struct sp_product_put *put, const struct sp_product_row *stored,
                      struct sp_product_row *row) {
  const struct sp_field_value *list = sp_product_given(put, "barcode");
  int pieces = stored != NULL ? sp_product_pieces(stored) : 0;
  int rc = 0;
  for (int i = 0; list == NULL && rc == 0 && i < pieces; i++) {
    rc = add(work, row, "barcode", stored->barcodes[i].barcode, "", SP_QUANTITY_ONE);
  }
  for (const char *at = list != NULL ? list->text : ""; rc == 0 && *at != '\0';) {
    size_t len = strcspn(at, " ");
    const char *barcode = sp_arena_copy(work->arena, at, len);
    if (barcode == NULL) return sp_error_nomem(work->err, __func__);
    rc = add(work, row, "barcode", barcode, "", SP_QUANTITY_ONE);
    at += len + (at[len] == ' ' ? 1 : 0);
  }
  return rc;
}

/* The pack as it shall be: what is given, else what is stored. Without a barcode there is none. */
static int merge_pack(struct sp_work *work, const struct sp_product_put *put, const struct pack_fields *fields,
                      const struct sp_barcode_row *stored, bool weighed, struct sp_barcode_row *out) {
  const struct sp_field_value *barcode = sp_product_given(put, fields->barcode);
  const struct sp_field_value *name = sp_product_given(put, fields->name);
  const struct sp_field_value *quantity = sp_product_given(put, fields->quantity);
  *out = stored != NULL ? *stored : (struct sp_barcode_row){.barcode = "", .pack = ""};
  if (barcode != NULL) out->barcode = barcode->text;
  if (name != NULL) out->pack = name->text;
  if (quantity != NULL) out->quantity = quantity->integer;
  bool described = (name != NULL && name->text[0] != '\0') || quantity != NULL;
  if (out->barcode[0] == '\0') {
    if (!described || stored != NULL) return 0;
    return sp_fail(work->err, SP_E_INVALID, fields->barcode, "A pack needs a barcode of its own");
  }
  if (out->quantity <= SP_QUANTITY_ONE) {
    return sp_fail(work->err, SP_E_INVALID, fields->quantity, "A pack holds more than one unit: say how many");
  }
  if (weighed || out->quantity % SP_QUANTITY_ONE == 0) return 0;
  return sp_fail(work->err, SP_E_INVALID, fields->quantity, "A pack of goods sold by the piece holds whole pieces");
}

int sp_product_merge_barcodes(struct sp_work *work, const struct sp_product_put *put,
                              const struct sp_product_row *stored, struct sp_product_row *row) {
  struct sp_barcode_row inner, outer;
  int pieces = stored != NULL ? sp_product_pieces(stored) : 0;
  int packs = stored != NULL ? stored->barcode_count - pieces : 0;
  const struct sp_barcode_row *last = packs > 0 ? &stored->barcodes[stored->barcode_count - 1] : NULL;
  bool weighed = row->numbers[SP_PRODUCT_WEIGHED] != 0;
  row->barcode_count = 0;
  int rc = add_pieces(work, put, stored, row);
  if (rc == 0) rc = merge_pack(work, put, &outer_fields, last, weighed, &outer);
  if (rc == 0) rc = merge_pack(work, put, &inner_fields, packs > 1 ? last - 1 : NULL, weighed, &inner);
  if (rc != 0) return rc;
  if (inner.barcode[0] != '\0' && (outer.barcode[0] == '\0' || inner.quantity >= outer.quantity)) {
    return sp_fail(work->err, SP_E_INVALID, inner_fields.quantity, "An inner pack goes into a larger outer pack");
  }
  if (inner.barcode[0] != '\0') rc = add(work, row, inner_fields.barcode, inner.barcode, inner.pack, inner.quantity);
  if (rc == 0 && outer.barcode[0] != '\0') {
    rc = add(work, row, outer_fields.barcode, outer.barcode, outer.pack, outer.quantity);
  }
  return rc;
}

/* Which field a barcode of the row came from. */
static const char *field_of(const struct sp_product_row *row, int i) {
  if (i < sp_product_pieces(row)) return "barcode";
  return i == row->barcode_count - 1 ? outer_fields.barcode : inner_fields.barcode;
}

int sp_product_check_barcodes(struct sp_work *work, const struct sp_product_row *row) {
  for (int i = 0; i < row->barcode_count; i++) {
    struct sp_rows *rows = NULL;
    struct sp_id owner;
    const struct sp_value key[] = {sp_v_text(row->barcodes[i].barcode)};
    int got = sp_db_one(work->db, SP_Q_BARCODE_OWNER, key, 1, &rows, work->err);
    if (got < 0) return got;
    if (got == 0) continue;
    sp_rows_id(rows, 0, &owner);
    int rc = 0;
    if (!sp_id_equal(&owner, &row->id)) {
      rc = sp_fail(work->err, SP_E_EXISTS, field_of(row, i), "The barcode %s belongs to the product %s",
                   row->barcodes[i].barcode, sp_rows_text(rows, 1));
    }
    sp_rows_finish(rows);
    if (rc != 0) return rc;
  }
  return 0;
}

static bool has(const struct sp_product_row *row, const struct sp_barcode_row *barcode) {
  for (int i = 0; row != NULL && i < row->barcode_count; i++) {
    const struct sp_barcode_row *other = &row->barcodes[i];
    if (strcmp(other->barcode, barcode->barcode) != 0) continue;
    return other->quantity == barcode->quantity && strcmp(other->pack, barcode->pack) == 0;
  }
  return false;
}

bool sp_product_same_barcodes(const struct sp_product_row *a, const struct sp_product_row *b) {
  if (a->barcode_count != b->barcode_count) return false;
  for (int i = 0; i < a->barcode_count; i++) {
    if (!has(b, &a->barcodes[i])) return false;
  }
  return true;
}

void sp_product_plan_barcodes(struct sp_work *work, const struct sp_product_row *stored,
                              const struct sp_product_row *row) {
  for (int i = 0; stored != NULL && i < stored->barcode_count; i++) {
    if (has(row, &stored->barcodes[i])) continue;
    const struct sp_value gone[] = {sp_v_text(stored->barcodes[i].barcode), sp_v_blob(row->id.bytes, SP_ID_LEN)};
    sp_plan_add(work->plan, SP_Q_BARCODE_DELETE, gone, 2);
  }
  for (int i = 0; i < row->barcode_count; i++) {
    const struct sp_barcode_row *barcode = &row->barcodes[i];
    if (has(stored, barcode)) continue;
    const struct sp_value params[] = {sp_v_text(barcode->barcode), sp_v_blob(row->id.bytes, SP_ID_LEN),
                                      sp_v_text(barcode->pack), sp_v_int(barcode->quantity)};
    sp_plan_expect(work->plan, SP_Q_BARCODE_INSERT, params, 4, SP_E_CONFLICT, field_of(row, i),
                   "Another product took this barcode in the meantime");
  }
}
