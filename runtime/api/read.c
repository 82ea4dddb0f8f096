/* JSON bodies of sales into requests. Names on the wire: quantities in thousandths, money in fen. */
#include "api/call.h"
#include "app/payment_code.h"
#include "domain/barcode.h"
#include "domain/money.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define NOTE_MAX 200

int sp_read_id(const struct cJSON *object, const char *name, enum sp_need need, struct sp_id *out,
               struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(object, name, need, SP_ID_TEXT - 1, &text, err);
  if (rc != 0 || text == NULL) return rc;
  if (sp_id_parse(text, out) == 0) return 0;
  return sp_fail(err, SP_E_INVALID, name, "%s is not an id", name);
}

/* A seller is named by staff code, as it stands on the badge. */
int sp_read_seller(struct sp_call *call, const struct cJSON *object, struct sp_id *out) {
  struct sp_rows *rows = NULL;
  const char *code = NULL;
  int rc = sp_json_get_text(object, "seller", SP_OPTIONAL, 20, &code, call->work.err);
  if (rc != 0 || code == NULL || code[0] == '\0') return rc;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(call->work.db, SP_Q_STAFF_BY_CODE, key, 1, &rows, call->work.err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(call->work.err, SP_E_NOT_FOUND, "seller", "Nobody here has the code %s", code);
  sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return 0;
}

static const char *kept(struct sp_call *call, const char *text) {
  return text != NULL ? sp_arena_text(&call->task.arena, text) : NULL;
}

static int read_item(struct sp_call *call, const struct cJSON *object, struct sp_sale_item *out) {
  static const char *const known[] = {"barcode", "code", "product", "quantity", "price", "note",
                                      "seller",  "lot",  "expires", "discount", NULL};
  struct sp_error *err = call->work.err;
  const char *barcode = NULL, *code = NULL, *note = NULL;
  *out = (struct sp_sale_item){.given_price = SP_NO_PRICE};
  int rc = sp_json_only(object, known, err);
  if (rc == 0) rc = sp_json_get_text(object, "barcode", SP_OPTIONAL, SP_BARCODE_MAX, &barcode, err);
  if (rc == 0) rc = sp_json_get_text(object, "code", SP_OPTIONAL, SP_BARCODE_MAX, &code, err);
  if (rc == 0) rc = sp_read_id(object, "product", SP_OPTIONAL, &out->product, err);
  if (rc == 0) rc = sp_json_get_int(object, "quantity", SP_OPTIONAL, 1, SP_QUANTITY_MAX, &out->quantity, err);
  if (rc == 0) rc = sp_json_get_int(object, "price", SP_OPTIONAL, 0, SP_MONEY_MAX, &out->given_price, err);
  if (rc == 0) rc = sp_json_get_text(object, "note", SP_OPTIONAL, NOTE_MAX, &note, err);
  if (rc == 0) rc = sp_read_seller(call, object, &out->seller);
  if (rc == 0) rc = sp_read_lot(call, object, &out->lot, &out->expires);
  if (rc == 0) rc = sp_read_discount(call, object, true, &out->discount.markdown);
  if (rc != 0) return rc;
  out->barcode = kept(call, barcode);
  out->code = kept(call, code);
  out->note = kept(call, note);
  return 0;
}

static int read_return(struct sp_call *call, const struct cJSON *object, struct sp_sale_return *out) {
  static const char *const known[] = {"sale", "line", "code", "quantity", "price", NULL};
  struct sp_error *err = call->work.err;
  const char *code = NULL;
  int64_t line = 0;
  *out = (struct sp_sale_return){.price = SP_NO_PRICE};
  int rc = sp_json_only(object, known, err);
  if (rc == 0) rc = sp_read_id(object, "sale", SP_OPTIONAL, &out->original, err);
  bool linked = !sp_id_is_nil(&out->original);
  if (rc == 0) rc = sp_json_get_int(object, "line", linked ? SP_REQUIRED : SP_OPTIONAL, 1, INT32_MAX, &line, err);
  if (rc == 0) rc = sp_json_get_text(object, "code", linked ? SP_OPTIONAL : SP_REQUIRED, SP_BARCODE_MAX, &code, err);
  if (rc == 0) rc = sp_json_get_int(object, "quantity", SP_REQUIRED, 1, SP_QUANTITY_MAX, &out->quantity, err);
  if (rc == 0) rc = sp_json_get_int(object, "price", SP_OPTIONAL, 0, SP_MONEY_MAX, &out->price, err);
  out->original_n = (int32_t)line;
  out->code = kept(call, code);
  return rc;
}

static int read_tender(struct sp_call *call, const struct cJSON *object, struct sp_tender *out) {
  static const char *const known[] = {"method", "amount", "reference", NULL};
  struct sp_error *err = call->work.err;
  const char *method = NULL, *reference = NULL;
  int64_t amount = 0;
  int rc = sp_json_only(object, known, err);
  if (rc == 0) rc = sp_json_get_text(object, "method", SP_REQUIRED, 20, &method, err);
  if (rc == 0) rc = sp_json_get_int(object, "amount", SP_REQUIRED, -SP_MONEY_MAX, SP_MONEY_MAX, &amount, err);
  if (rc == 0) rc = sp_json_get_text(object, "reference", SP_OPTIONAL, 64, &reference, err);
  if (rc != 0) return rc;
  int known_method = sp_method_parse(method);
  if (known_method < 0) return sp_fail(err, SP_E_INVALID, "method", "There is no tender %s", method);
  *out = (struct sp_tender){.method = (enum sp_method)known_method,
                            .tendered = amount,
                            .reference = reference != NULL ? kept(call, reference) : ""};
  return 0;
}

/* Read every object of an array; an error gets "name[i]." before its field. */
static int read_list(struct sp_call *call, const struct cJSON *object, const char *name, int max, size_t size,
                     int (*read)(struct sp_call *, const struct cJSON *, void *), void **out, int32_t *count) {
  const struct cJSON *array = NULL, *item = NULL;
  int found = 0, i = 0;
  int rc = sp_json_get_array(object, name, SP_OPTIONAL, max, &array, &found, call->work.err);
  if (rc != 0 || array == NULL) return rc;
  char *list = sp_arena_array(&call->task.arena, (size_t)found + 1, size);
  if (list == NULL) return sp_error_nomem(call->work.err, __func__);
  cJSON_ArrayForEach(item, array) {
    char prefix[48];
    rc = read(call, item, list + (size_t)i * size);
    if (rc == 0) {
      i++;
      continue;
    }
    snprintf(prefix, sizeof prefix, "%s[%d]", name, i);
    sp_error_prefix(call->work.err, prefix);
    return rc;
  }
  *out = list;
  *count = found;
  return 0;
}

static int read_any_item(struct sp_call *call, const struct cJSON *object, void *out) {
  return read_item(call, object, out);
}

static int read_any_return(struct sp_call *call, const struct cJSON *object, void *out) {
  return read_return(call, object, out);
}

static int read_any_tender(struct sp_call *call, const struct cJSON *object, void *out) {
  return read_tender(call, object, out);
}

int sp_read_tenders(struct sp_call *call, const struct cJSON *object, struct sp_tender **out, int32_t *count) {
  void *list = NULL;
  int rc = read_list(call, object, "tenders", SP_TENDERS_MAX, sizeof **out, read_any_tender, &list, count);
  *out = list;
  for (int32_t i = 0; rc == 0 && i < *count; i++)
    rc = sp_payment_code_mask(&call->work, &(*out)[i].reference);
  return rc;
}

static int read_head(struct sp_call *call, struct sp_sale_request *out) {
  struct sp_error *err = call->work.err;
  const struct cJSON *body = call->body;
  const char *reference = NULL, *reason = NULL;
  int rc = sp_read_id(body, "id", SP_OPTIONAL, &out->id, err);
  if (rc == 0) rc = sp_json_get_int(body, "total", SP_OPTIONAL, -SP_MONEY_MAX, SP_MONEY_MAX, &out->expected_total, err);
  if (rc == 0) rc = sp_json_get_text(body, "reference", SP_OPTIONAL, 64, &reference, err);
  if (rc == 0) rc = sp_json_get_text(body, "reason", SP_OPTIONAL, NOTE_MAX, &reason, err);
  out->reference = kept(call, reference);
  out->reason = kept(call, reason);
  return rc;
}

int sp_read_sale(struct sp_call *call, bool quote, struct sp_sale_request *out) {
  static const char *const known[] = {"id",        "items",     "returns",  "tenders",  "total",
                                      "reference", "member",    "reason",   "cash",     "coupons",
                                      "choices",   "confirmed", "discount", "approval", NULL};
  static const char *const of_quote[] = {"id",     "items", "returns",    "tenders", "total",     "reference", "member",
                                         "reason", "cash",  "coupons",    "choices", "confirmed", "at",        "level",
                                         "store",  "role",  "generation", "explain", "discount",  NULL};
  void *items = NULL, *returns = NULL;
  *out = (struct sp_sale_request){
      .source = call->work.actor.is_program ? "api" : "till", .expected_total = SP_NO_TOTAL, .promotions = true};
  /* Only a program that imports may bring its own prices. */
  out->given_prices = call->work.actor.is_program && sp_actor_has_scope(&call->work.actor, "import");
  int rc = sp_json_only(call->body, quote ? of_quote : known, call->work.err);
  if (rc == 0) rc = read_head(call, out);
  if (rc == 0) rc = sp_read_presented(call, quote, out);
  if (rc == 0) rc = sp_read_discount(call, call->body, false, &out->discount.markdown);
  if (rc == 0 && quote) rc = sp_read_quote(call, out);
  if (rc == 0) {
    rc = read_list(call, call->body, "items", SP_BASKET_LINES_MAX, sizeof *out->items, read_any_item, &items,
                   &out->item_count);
  }
  if (rc == 0) {
    rc = read_list(call, call->body, "returns", SP_SALE_RETURNS_MAX, sizeof *out->returns, read_any_return, &returns,
                   &out->return_count);
  }
  if (rc == 0) rc = sp_read_tenders(call, call->body, &out->tenders, &out->tender_count);
  out->items = items;
  out->returns = returns;
  return rc;
}
