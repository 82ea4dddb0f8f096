/* A product as its resource describes it. */
#include "app/product_parts.h"

#include "app/stock.h"

#include <string.h>

static void put_pack(struct sp_json_writer *w, const char *kind, const struct sp_barcode_row *pack) {
  char name[32];
  static const char *const ends[] = {"_barcode", "_name", "_quantity"};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    size_t len = strlen(kind), end = strlen(ends[i]);
    memcpy(name, kind, len);
    memcpy(name + len, ends[i], end + 1);
    if (i == 0) sp_json_put_text(w, name, pack->barcode);
    if (i == 1) sp_json_put_text(w, name, pack->pack);
    if (i == 2) sp_json_put_int(w, name, pack->quantity);
  }
}

/* As the resource has them: one text of pieces, and up to two packs. */
static int put_barcode_fields(struct sp_work *work, const struct sp_product_row *row, struct sp_json_writer *w) {
  int pieces = sp_product_pieces(row);
  int packs = row->barcode_count - pieces;
  const char *list = "";
  for (int i = 0; i < pieces; i++) {
    list = sp_arena_printf(work->arena, "%s%s%s", list, i > 0 ? " " : "", row->barcodes[i].barcode);
    if (list == NULL) return sp_error_nomem(work->err, __func__);
  }
  sp_json_put_text(w, "barcode", list);
  if (packs > 1) put_pack(w, "inner", &row->barcodes[row->barcode_count - 2]);
  if (packs > 0) put_pack(w, "pack", &row->barcodes[row->barcode_count - 1]);
  return 0;
}

static void put_barcode_list(const struct sp_product_row *row, struct sp_json_writer *w) {
  sp_json_key(w, "barcodes");
  sp_json_open_array(w);
  for (int i = 0; i < row->barcode_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "barcode", row->barcodes[i].barcode);
    sp_json_put_text(w, "pack", row->barcodes[i].pack);
    sp_json_put_int(w, "quantity", row->barcodes[i].quantity);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

int sp_product_json(struct sp_work *work, const struct sp_found *product, struct sp_json_writer *w, int64_t *revision) {
  struct sp_product_row row;
  int64_t on_hand = 0;
  int got = sp_product_row_load(work, product->code, &row);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "code", "No product has the code %s", product->code);
  int rc = sp_stock_on_hand(work, &row.id, &on_hand);
  if (rc != 0) return rc;
  *revision = row.revision;
  sp_json_open_object(w);
  sp_json_put_id(w, "id", row.id.bytes);
  sp_json_put_int(w, "revision", row.revision);
  for (int i = 0; i < SP_PRODUCT_TEXTS; i++)
    sp_json_put_text(w, sp_product_text_names[i], row.texts[i]);
  sp_json_put_bool(w, "weighed", row.numbers[SP_PRODUCT_WEIGHED] != 0);
  sp_json_put_int(w, "price", row.numbers[SP_PRODUCT_PRICE]);
  sp_json_put_int(w, "tax_rate", row.numbers[SP_PRODUCT_TAX]);
  sp_json_put_bool(w, "style", row.style);
  rc = put_barcode_fields(work, &row, w);
  put_barcode_list(&row, w);
  sp_json_put_int(w, "on_hand", on_hand);
  sp_json_close_object(w);
  return rc;
}
