#include "app/stock.h"

#include "app/journal.h"
#include "base/json.h"
#include "domain/money.h"
#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [SP_STOCK_RECEIPT] = "receipt",       [SP_STOCK_SALE] = "sale", [SP_STOCK_RETURN] = "return",
    [SP_STOCK_ADJUSTMENT] = "adjustment", [SP_STOCK_LOSS] = "loss",
};

int sp_stock_kind_parse(const char *name) {
  for (int kind = 0; name != NULL && kind <= SP_STOCK_LOSS; kind++) {
    if (strcmp(kind_names[kind], name) == 0) return kind;
  }
  return -1;
}

const char *sp_stock_kind_name(enum sp_stock_kind kind) {
  return (unsigned)kind <= SP_STOCK_LOSS ? kind_names[kind] : "";
}

void sp_stock_move(struct sp_work *work, const struct sp_movement *movement, int64_t at) {
  const char *location = work->app->store.location;
  const char *lot = movement->lot != NULL ? movement->lot : "";
  const struct sp_value entry[] = {
      sp_v_blob(movement->document.bytes, SP_ID_LEN),
      sp_v_int(movement->n),
      sp_v_text(location),
      sp_v_blob(movement->product.bytes, SP_ID_LEN),
      sp_v_text(lot),
      sp_v_text(kind_names[movement->kind]),
      sp_v_int(movement->quantity),
      sp_v_int(at),
  };
  sp_plan_add(work->plan, SP_Q_STOCK_MOVEMENT_INSERT, entry, 8);
  bool take = movement->blocked && movement->quantity < 0;
  const struct sp_value balance[] = {
      sp_v_blob(movement->product.bytes, SP_ID_LEN),
      sp_v_text(location),
      sp_v_text(lot),
      sp_v_int(take ? -movement->quantity : movement->quantity),
  };
  if (!take) {
    sp_plan_add(work->plan, SP_Q_STOCK_ADD, balance, 4);
    return;
  }
  sp_plan_expect(work->plan, SP_Q_STOCK_TAKE, balance, 4, SP_E_STOCK, movement->field,
                 "Not enough of this is in stock, and its stock policy does not allow to go below zero");
}

static int check_line(const struct sp_stock_document *document, int32_t i, struct sp_error *err) {
  const struct sp_stock_line *line = &document->lines[i];
  char field[48];
  snprintf(field, sizeof field, "lines[%d].quantity", i);
  if (line->quantity == 0 || line->quantity > SP_MONEY_MAX || line->quantity < -SP_MONEY_MAX) {
    return sp_fail(err, SP_E_INVALID, field, "A quantity must not be zero");
  }
  if (document->kind != SP_STOCK_ADJUSTMENT && line->quantity < 0) {
    return sp_fail(err, SP_E_INVALID, field, "The quantity of a %s must be positive", kind_names[document->kind]);
  }
  return 0;
}

static int check_product(struct sp_work *work, const struct sp_stock_document *document, int32_t i) {
  struct sp_rows *rows = NULL;
  if (document->made_here) return 0;
  const struct sp_value key[] = {sp_v_blob(document->lines[i].product.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_PRODUCT_BY_ID, key, 1, &rows, work->err);
  bool parted = got > 0 && sp_rows_int(rows, 4) == 0 && document->lines[i].quantity % SP_QUANTITY_ONE != 0;
  char code[64], field[48];
  snprintf(code, sizeof code, "%s", parted ? sp_rows_text(rows, 1) : "");
  sp_rows_finish(rows);
  if (got < 0 || (got > 0 && !parted)) return got < 0 ? got : 0;
  snprintf(field, sizeof field, "lines[%d].%s", i, parted ? "quantity" : "product");
  if (parted) return sp_fail(work->err, SP_E_INVALID, field, "%s is sold by the piece, not in parts", code);
  return sp_fail(work->err, SP_E_NOT_FOUND, field, "There is no such product");
}

static int check_document(struct sp_work *work, const struct sp_stock_document *document) {
  struct sp_error *err = work->err;
  bool known =
      document->kind == SP_STOCK_RECEIPT || document->kind == SP_STOCK_ADJUSTMENT || document->kind == SP_STOCK_LOSS;
  if (!known) return sp_fail(err, SP_E_INVALID, "kind", "A stock document is a receipt, an adjustment or a loss");
  if (document->count < 1 || document->count > SP_STOCK_LINES_MAX) {
    return sp_fail(err, SP_E_INVALID, "lines", "A stock document has 1 to %d lines", SP_STOCK_LINES_MAX);
  }
  bool reasoned = document->reason != NULL && document->reason[0] != '\0';
  if (document->kind != SP_STOCK_RECEIPT && !reasoned) {
    return sp_fail(err, SP_E_INVALID, "reason", "An adjustment or a loss needs a reason");
  }
  for (int32_t i = 0; i < document->count; i++) {
    int rc = check_line(document, i, err);
    if (rc == 0) rc = check_product(work, document, i);
    if (rc != 0) return rc;
  }
  return 0;
}

static void plan_document(struct sp_work *work, const struct sp_stock_document *document, const struct sp_id *id,
                          const struct sp_id *reverses, int64_t at) {
  const struct sp_value params[] = {
      sp_v_blob(id->bytes, SP_ID_LEN),
      sp_v_text(sp_stock_kind_name(document->kind)),
      sp_v_text(work->app->store.location),
      sp_v_blob(work->actor.staff.bytes, SP_ID_LEN),
      sp_v_text(document->reason != NULL ? document->reason : ""),
      sp_v_text(document->reference != NULL ? document->reference : ""),
      reverses != NULL ? sp_v_blob(reverses->bytes, SP_ID_LEN) : sp_v_null(),
      sp_v_int(sp_work_day(work, at)),
      sp_v_int(at),
  };
  sp_plan_add(work->plan, SP_Q_STOCK_DOCUMENT_INSERT, params, 9);
}

static void journal_document(struct sp_work *work, const struct sp_stock_document *document, const struct sp_id *id,
                             const struct sp_id *reverses, int64_t at) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, SP_JOURNAL_BODY_MAX);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "id", id->bytes);
  sp_json_put_text(&w, "kind", sp_stock_kind_name(document->kind));
  sp_json_put_text(&w, "location", work->app->store.location);
  sp_json_put_int(&w, "at", at);
  if (reverses != NULL) sp_json_put_id(&w, "reverses", reverses->bytes);
  sp_json_key(&w, "lines");
  sp_json_open_array(&w);
  for (int32_t i = 0; i < document->count; i++) {
    const struct sp_stock_line *line = &document->lines[i];
    sp_json_open_object(&w);
    sp_json_put_id(&w, "product", line->product.bytes);
    if (line->lot != NULL && line->lot[0] != '\0') sp_json_put_text(&w, "lot", line->lot);
    sp_json_put_int(&w, "quantity", line->quantity);
    sp_json_close_object(&w);
  }
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  sp_journal_add(work, "stock", 1, copy, body.len, false);
  sp_buf_free(&body);
}

static int plan_all(struct sp_work *work, const struct sp_stock_document *document, const struct sp_id *reverses,
                    struct sp_id *out) {
  struct sp_id id = document->id;
  int64_t at = document->at != 0 ? document->at : work->now;
  if (sp_id_is_nil(&id)) {
    int rc = sp_id_new(work->now, &id);
    if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for an id");
  }
  plan_document(work, document, &id, reverses, at);
  for (int32_t i = 0; i < document->count; i++) {
    const struct sp_stock_line *line = &document->lines[i];
    bool off = document->kind == SP_STOCK_LOSS;
    const struct sp_movement movement = {
        .document = id,
        .n = i + 1,
        .kind = document->kind,
        .product = line->product,
        .lot = line->lot,
        .quantity = off ? -line->quantity : line->quantity,
    };
    sp_stock_move(work, &movement, at);
  }
  journal_document(work, document, &id, reverses, at);
  *out = id;
  return 0;
}

int sp_stock_post(struct sp_work *work, const struct sp_stock_document *document, struct sp_id *out) {
  int rc = sp_work_require(work, SP_ROLE_INTEGRATOR);
  if (rc == 0) rc = check_document(work, document);
  if (rc != 0) return rc;
  return plan_all(work, document, NULL, out);
}

/* The movements of a posted document, turned round. */
static int read_opposite(struct sp_work *work, const struct sp_id *document, bool loss, struct sp_stock_line *lines,
                         int32_t *count) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_blob(document->bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_STOCK_MOVEMENTS_OF, params, 1, &rows, work->err);
  if (rc != 0) return rc;
  *count = 0;
  while ((rc = sp_rows_next(rows, work->err)) > 0 && *count < SP_STOCK_LINES_MAX) {
    struct sp_stock_line *line = &lines[(*count)++];
    sp_rows_id(rows, 1, &line->product);
    line->lot = sp_work_column(work, rows, 2);
    /* A loss takes its quantity off by itself, so its opposite is the stored (negative) movement. */
    line->quantity = loss ? sp_rows_int(rows, 4) : -sp_rows_int(rows, 4);
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_stock_reverse(struct sp_work *work, const struct sp_id *document, const char *reason, struct sp_id *out) {
  int rc = sp_work_require(work, SP_ROLE_MANAGER);
  if (rc != 0) return rc;
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_blob(document->bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_STOCK_DOCUMENT_GET, params, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "document", "There is no such stock document");
  int kind = sp_stock_kind_parse(sp_rows_text(rows, 0));
  sp_rows_finish(rows);
  if (kind < 0) return sp_fail(work->err, SP_E_CORRUPT, "document", "There is no such stock document");
  got = sp_db_one(work->db, SP_Q_STOCK_DOCUMENT_REVERSED, params, 1, &rows, work->err);
  if (got < 0) return got;
  sp_rows_finish(rows);
  if (got > 0) return sp_fail(work->err, SP_E_EXISTS, "document", "This stock document was reversed before");
  struct sp_stock_line *lines = sp_arena_array(work->arena, SP_STOCK_LINES_MAX, sizeof *lines);
  if (lines == NULL) return sp_error_nomem(work->err, __func__);
  const struct sp_stock_document opposite = {
      .kind = (enum sp_stock_kind)kind, .reason = reason, .lines = lines, .count = 0};
  struct sp_stock_document filled = opposite;
  rc = read_opposite(work, document, kind == SP_STOCK_LOSS, lines, &filled.count);
  if (rc != 0) return rc;
  return plan_all(work, &filled, document, out);
}

int sp_stock_on_hand(struct sp_work *work, const struct sp_id *product, int64_t *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_blob(product->bytes, SP_ID_LEN), sp_v_text(work->app->store.location)};
  *out = 0;
  int got = sp_db_one(work->db, SP_Q_STOCK_ON_HAND, params, 2, &rows, work->err);
  if (got <= 0) return got;
  *out = sp_rows_int(rows, 0);
  sp_rows_finish(rows);
  return 0;
}

int sp_stock_prove(struct sp_db *db, struct sp_stock_proof *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  *out = (struct sp_stock_proof){.balances = 0};
  int rc = sp_db_query(db, SP_Q_STOCK_PROOF, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0) {
    out->balances++;
    if (sp_rows_int(rows, 3) != sp_rows_int(rows, 4)) out->differences++;
  }
  sp_rows_finish(rows);
  if (rc < 0) return rc;
  int got = sp_db_one(db, SP_Q_STOCK_MOVEMENT_COUNT, NULL, 0, &rows, err);
  if (got < 0) return got;
  out->movements = got > 0 ? sp_rows_int(rows, 0) : 0;
  sp_rows_finish(rows);
  return 0;
}
