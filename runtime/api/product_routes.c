#include "api/call.h"
#include "app/product.h"
#include "app/stock.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_found(struct sp_json_writer *w, const struct sp_found *found) {
  sp_json_open_object(w);
  sp_json_put_id(w, "id", found->id.bytes);
  sp_json_put_text(w, "code", found->code);
  sp_json_put_text(w, "name", found->name);
  if (found->variant[0] != '\0') sp_json_put_text(w, "variant", found->variant);
  sp_json_put_text(w, "unit", found->unit);
  sp_json_put_text(w, "category", found->category);
  sp_json_put_bool(w, "weighed", found->weighed);
  sp_json_put_bool(w, "listed", found->listed);
  sp_json_put_bool(w, "style", found->style);
  sp_json_put_int(w, "price", found->price);
  sp_json_put_int(w, "tax_rate", found->tax_ppm);
  sp_json_put_int(w, "quantity", found->quantity);
  if (found->pack[0] != '\0') sp_json_put_text(w, "pack", found->pack);
  sp_json_close_object(w);
}

/* One scan: a barcode or a typed code. */
int sp_route_product_lookup(struct sp_call *call) {
  struct sp_found found;
  const char *code = sp_http_query(call->request, "code");
  if (code == NULL || code[0] == '\0') {
    return sp_fail(call->work.err, SP_E_INVALID, "code", "Say what to look for: ?code=");
  }
  int rc = sp_product_find(&call->work, code, NULL, NULL, &found);
  if (rc == 0) write_found(&call->w, &found);
  return rc;
}

int sp_route_product_search(struct sp_call *call) {
  struct sp_found *list = sp_arena_array(&call->task.arena, SP_SEARCH_MAX, sizeof *list);
  const char *text = sp_http_query(call->request, "q");
  int64_t limit = 20;
  int count = 0;
  if (list == NULL) return sp_error_nomem(call->work.err, __func__);
  if (text == NULL || text[0] == '\0' || strlen(text) > 200) {
    return sp_fail(call->work.err, SP_E_INVALID, "q", "Say what to look for, in at most 200 bytes: ?q=");
  }
  int rc = sp_call_query_int(call, "limit", 1, SP_SEARCH_MAX, &limit);
  if (rc == 0) rc = sp_product_search(&call->work, text, (int)limit, list, &count);
  if (rc != 0) return rc;
  sp_json_open_array(&call->w);
  for (int i = 0; i < count; i++)
    write_found(&call->w, &list[i]);
  sp_json_close_array(&call->w);
  return 0;
}

int sp_route_product_get(struct sp_call *call) {
  struct sp_found found;
  int rc = sp_product_find(&call->work, NULL, call->params[0], NULL, &found);
  return rc == 0 ? sp_product_json(&call->work, &found, &call->w, &call->revision) : rc;
}

static void write_category(struct sp_json_writer *w, struct sp_rows *rows) {
  struct sp_id id, parent;
  sp_rows_id(rows, 0, &id);
  sp_rows_id(rows, 1, &parent);
  sp_json_open_object(w);
  sp_json_put_id(w, "id", id.bytes);
  if (!sp_id_is_nil(&parent)) sp_json_put_id(w, "parent", parent.bytes);
  sp_json_put_text(w, "name", sp_rows_text(rows, 2));
  sp_json_put_text(w, "path", sp_rows_text(rows, 3));
  sp_json_close_object(w);
}

/* The tree as rows, parents before children. */
int sp_route_category_list(struct sp_call *call) {
  return sp_write_rows(call, SP_Q_CATEGORY_LIST, NULL, 0, write_category);
}

static int put(struct sp_call *call, bool create, int64_t revision) {
  const struct sp_resource *resource = call->options->product;
  struct sp_field_value *values = sp_arena_array(&call->task.arena, SP_FIELDS_MAX, sizeof *values);
  struct sp_id id;
  bool changed = false;
  if (values == NULL) return sp_error_nomem(call->work.err, __func__);
  int rc = sp_resource_read_json(resource, call->body, !create, &call->task.arena, values, call->work.err);
  if (rc != 0) return rc;
  int code = sp_resource_field(resource, "code");
  if (!create && !values[code].given) {
    values[code] = (struct sp_field_value){.given = true, .text = call->params[0]};
  }
  if (!create && strcmp(values[code].text, call->params[0]) != 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "code", "A product keeps its code");
  }
  const struct sp_product_put request = {.resource = resource,
                                         .values = values,
                                         .create_only = create,
                                         .update_only = !create,
                                         .expected_revision = revision};
  rc = sp_product_put(&call->work, &request, &id, &changed);
  if (rc != 0) return rc;
  call->status = create ? 201 : 200;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "id", id.bytes);
  sp_json_put_text(&call->w, "code", values[code].text);
  sp_json_put_bool(&call->w, "changed", changed);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_product_create(struct sp_call *call) {
  return put(call, true, 0);
}

int sp_route_product_change(struct sp_call *call) {
  int64_t revision = 0;
  int rc = sp_call_if_match(call, &revision);
  return rc == 0 ? put(call, false, revision) : rc;
}

/* ---- Stock ---- */

int sp_route_stock_get(struct sp_call *call) {
  struct sp_found found;
  struct sp_rows *rows = NULL;
  int64_t on_hand = 0;
  int rc = sp_product_find(&call->work, NULL, call->params[0], NULL, &found);
  if (rc == 0) rc = sp_stock_on_hand(&call->work, &found.id, &on_hand);
  if (rc != 0) return rc;
  const struct sp_value key[] = {sp_v_blob(found.id.bytes, SP_ID_LEN), sp_v_text(call->work.app->store.location)};
  rc = sp_db_query(call->work.db, SP_Q_STOCK_LOTS, key, 2, &rows, call->work.err);
  if (rc != 0) return rc;
  struct sp_json_writer *w = &call->w;
  sp_json_open_object(w);
  sp_json_put_text(w, "code", found.code);
  sp_json_put_text(w, "location", call->work.app->store.location);
  sp_json_put_int(w, "on_hand", on_hand);
  sp_json_key(w, "lots");
  sp_json_open_array(w);
  while ((rc = sp_rows_next(rows, call->work.err)) > 0) {
    sp_json_open_object(w);
    sp_json_put_text(w, "lot", sp_rows_text(rows, 0));
    sp_json_put_int(w, "on_hand", sp_rows_int(rows, 1));
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_close_object(w);
  sp_rows_finish(rows);
  return rc;
}

static int read_stock_line(struct sp_call *call, const struct cJSON *object, struct sp_stock_line *out) {
  static const char *const known[] = {"code", "barcode", "lot", "quantity", NULL};
  struct sp_error *err = call->work.err;
  const char *code = NULL, *barcode = NULL, *lot = NULL;
  struct sp_found found;
  int rc = sp_json_only(object, known, err);
  if (rc == 0) rc = sp_json_get_text(object, "code", SP_OPTIONAL, 64, &code, err);
  if (rc == 0) rc = sp_json_get_text(object, "barcode", SP_OPTIONAL, 64, &barcode, err);
  if (rc == 0) rc = sp_json_get_text(object, "lot", SP_OPTIONAL, 40, &lot, err);
  if (rc == 0) {
    rc = sp_json_get_int(object, "quantity", SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &out->quantity, err);
  }
  if (rc == 0) rc = sp_product_find(&call->work, barcode, code, NULL, &found);
  if (rc != 0) return rc;
  out->product = found.id;
  out->lot = lot != NULL ? sp_arena_text(&call->task.arena, lot) : "";
  return 0;
}

static int read_stock_lines(struct sp_call *call, struct sp_stock_document *out) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0;
  int rc = sp_json_get_array(call->body, "lines", SP_REQUIRED, SP_STOCK_LINES_MAX, &array, &count, call->work.err);
  if (rc != 0) return rc;
  struct sp_stock_line *lines = sp_arena_array(&call->task.arena, (size_t)count + 1, sizeof *lines);
  if (lines == NULL) return sp_error_nomem(call->work.err, __func__);
  cJSON_ArrayForEach(item, array) {
    rc = read_stock_line(call, item, &lines[out->count]);
    if (rc != 0) {
      char prefix[48];
      snprintf(prefix, sizeof prefix, "lines[%d]", out->count);
      sp_error_prefix(call->work.err, prefix);
      return rc;
    }
    out->count++;
  }
  out->lines = lines;
  return 0;
}

static int answer_document(struct sp_call *call, const struct sp_id *id) {
  call->status = 201;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "id", id->bytes);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_stock_post(struct sp_call *call) {
  static const char *const known[] = {"kind", "reason", "reference", "lines", NULL};
  struct sp_error *err = call->work.err;
  const char *kind = NULL, *reason = NULL, *reference = NULL;
  struct sp_stock_document document = {.count = 0};
  struct sp_id id;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "kind", SP_REQUIRED, 20, &kind, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "reason", SP_OPTIONAL, 200, &reason, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "reference", SP_OPTIONAL, 64, &reference, err);
  if (rc != 0) return rc;
  int parsed = sp_stock_kind_parse(kind);
  if (parsed < 0) return sp_fail(err, SP_E_INVALID, "kind", "There is no stock document %s", kind);
  document.kind = (enum sp_stock_kind)parsed;
  document.reason = sp_arena_text(&call->task.arena, reason);
  document.reference = sp_arena_text(&call->task.arena, reference);
  rc = read_stock_lines(call, &document);
  if (rc == 0) rc = sp_stock_post(&call->work, &document, &id);
  return rc == 0 ? answer_document(call, &id) : rc;
}

int sp_route_stock_reverse(struct sp_call *call) {
  static const char *const known[] = {"reason", NULL};
  const char *reason = NULL;
  struct sp_id document, id;
  int rc = sp_call_id(call, 0, &document);
  if (rc == 0) rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_json_get_text(call->body, "reason", SP_REQUIRED, 200, &reason, call->work.err);
  if (rc == 0) rc = sp_stock_reverse(&call->work, &document, sp_arena_text(&call->task.arena, reason), &id);
  return rc == 0 ? answer_document(call, &id) : rc;
}
