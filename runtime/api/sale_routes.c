#include "api/call.h"
#include "app/explain.h"
#include "app/policy.h"
#include "app/receipt.h"
#include "app/till.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define LIST_MAX 200

static bool has_weights(const struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->count; i++)
    if (sale->lines[i].facts.weighed && !sale->lines[i].returned) return true;
  return false;
}

/* Somebody who stands at a till; a program with the scope sells when its shop wants. */
static bool stands(const struct sp_call *call) {
  return !call->work.actor.is_program && !sp_id_is_nil(&call->work.actor.till);
}

int sp_route_sale_post(struct sp_call *call) {
  struct sp_sale_request request;
  struct sp_sale *sale = sp_arena_alloc(&call->task.arena, sizeof *sale);
  if (sale == NULL) return sp_error_nomem(call->work.err, __func__);
  int rc = sp_read_sale(call, false, &request);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_sale_post(&call->work, &request, sale);
  if (rc == 0 && stands(call)) rc = sp_till_hours(&call->work, "sale", &sale->id); /* as with a basket */
  if (rc == 0 && stands(call) && has_weights(sale)) rc = sp_till_typed(&call->work);
  if (rc != 0) return rc;
  call->status = 201;
  sp_write_sale(call, sale, false);
  return 0;
}

/* The quote, and with "explain" why it is what it is. */
static int quote(struct sp_call *call, const struct sp_sale_request *request, struct sp_sale *sale,
                 struct sp_explanation *what, bool *explain) {
  bool cash = false;
  int rc = sp_json_get_bool(call->body, "cash", SP_OPTIONAL, &cash, call->work.err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "explain", SP_OPTIONAL, explain, call->work.err);
  if (rc == 0 && !*explain) return sp_sale_quote(&call->work, request, cash, sale);
  if (rc == 0) rc = sp_explain_quote(&call->work, request, cash, what);
  if (rc == 0) *sale = *what->sale;
  return rc;
}

int sp_route_sale_quote(struct sp_call *call) {
  struct sp_sale_request request;
  struct sp_sale sale;
  struct sp_explanation what;
  bool explain = false;
  int rc = sp_read_sale(call, true, &request);
  if (rc == 0) rc = quote(call, &request, &sale, &what, &explain);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  sp_json_put_int(&call->w, "gross", sale.gross);
  sp_json_put_int(&call->w, "discount", sale.discount);
  sp_json_put_int(&call->w, "rounding", sale.rounding);
  sp_json_put_int(&call->w, "total", sale.total);
  sp_json_put_int(&call->w, "tax", sale.tax);
  sp_write_lines(&call->w, &sale);
  sp_write_asks(call, &sale);
  if (sale.alarms > 0) sp_json_put_int(&call->w, "alarms", sale.alarms);
  sp_json_key(&call->w, "trace");
  sp_json_raw(&call->w, sale.trace, sale.trace_len);
  if (explain) {
    sp_json_key(&call->w, "explain");
    sp_explain_json(&what, &call->w);
  }
  sp_json_close_object(&call->w);
  return 0;
}

/* A sale by id, or by its receipt number as printed: "T01-000042". */
int sp_call_sale(struct sp_call *call, struct sp_sale *out) {
  struct sp_id id;
  const char *text = call->params[0], *dash = strrchr(text, '-');
  if (sp_id_parse(text, &id) == 0) return sp_sale_load(&call->work, &id, out);
  struct sp_rows *rows = NULL;
  size_t len = dash != NULL ? strspn(dash + 1, "0123456789") : 0;
  if (len == 0 || len > 15 || dash[1 + len] != '\0') {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "id", "There is nothing under %s", text);
  }
  int64_t number = 0;
  for (const char *digit = dash + 1; *digit != '\0'; digit++)
    number = 10 * number + (*digit - '0');
  const struct sp_value key[] = {sp_v_text_n(text, (size_t)(dash - text)), sp_v_int(number)};
  int got = sp_db_one(call->work.db, SP_Q_SALE_BY_NUMBER, key, 2, &rows, call->work.err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(call->work.err, SP_E_NOT_FOUND, "id", "There is nothing under %s", text);
  sp_rows_id(rows, 0, &id);
  sp_rows_finish(rows);
  return sp_sale_load(&call->work, &id, out);
}

int sp_route_sale_get(struct sp_call *call) {
  struct sp_sale sale;
  int rc = sp_call_sale(call, &sale);
  if (rc != 0) return rc;
  sp_write_sale(call, &sale, true);
  return 0;
}

int sp_route_sale_trace(struct sp_call *call) {
  struct sp_sale sale;
  int rc = sp_call_sale(call, &sale);
  if (rc != 0) return rc;
  sp_json_raw(&call->w, sale.trace, sale.trace_len);
  return 0;
}

static void write_row(struct sp_json_writer *w, struct sp_rows *rows) {
  struct sp_id id;
  sp_rows_id(rows, 0, &id);
  sp_json_open_object(w);
  sp_json_put_id(w, "id", id.bytes);
  sp_json_put_text(w, "till", sp_rows_text(rows, 1));
  sp_json_put_int(w, "number", sp_rows_int(rows, 2));
  sp_json_put_text(w, "kind", sp_rows_text(rows, 3));
  sp_json_put_time(w, "at", sp_rows_int(rows, 4));
  sp_json_put_int(w, "total", sp_rows_int(rows, 5));
  sp_json_put_int(w, "business_day", sp_rows_int(rows, 6));
  sp_json_put_text(w, "reference", sp_rows_text(rows, 7));
  sp_json_close_object(w);
}

/* Newest first; the cursor is the id of the last sale shown. */
int sp_route_sale_list(struct sp_call *call) {
  struct sp_rows *rows = NULL;
  struct sp_id before = {{0}};
  int64_t limit = 50, before_at = SP_JSON_INT_MAX;
  const char *cursor = sp_http_query(call->request, "cursor");
  int rc = sp_call_query_int(call, "limit", 1, LIST_MAX, &limit);
  if (rc != 0) return rc;
  if (cursor != NULL) {
    struct sp_sale last;
    if (sp_id_parse(cursor, &before) != 0) {
      return sp_fail(call->work.err, SP_E_INVALID, "cursor", "%s is not an id", cursor);
    }
    rc = sp_sale_load(&call->work, &before, &last);
    if (rc != 0) return rc;
    before_at = last.at;
  }
  const struct sp_value params[] = {sp_v_int(before_at), sp_v_blob(before.bytes, SP_ID_LEN), sp_v_int(limit)};
  rc = sp_db_query(call->work.db, SP_Q_SALE_LIST, params, 3, &rows, call->work.err);
  if (rc != 0) return rc;
  int64_t count = 0;
  struct sp_id last = {{0}};
  sp_json_open_object(&call->w);
  sp_json_key(&call->w, "sales");
  sp_json_open_array(&call->w);
  while ((rc = sp_rows_next(rows, call->work.err)) > 0) {
    write_row(&call->w, rows);
    sp_rows_id(rows, 0, &last);
    count++;
  }
  sp_json_close_array(&call->w);
  if (count == limit) sp_json_put_id(&call->w, "cursor", last.bytes);
  sp_json_close_object(&call->w);
  sp_rows_finish(rows);
  return rc;
}

/* ---- Refund of a sale: all that is left of it, or the lines named ---- */

static int all_lines(struct sp_call *call, const struct sp_sale *sale, struct sp_sale_request *request) {
  struct sp_sale_return *returns = sp_arena_array(&call->task.arena, (size_t)sale->count + 1, sizeof *returns);
  if (returns == NULL) return sp_error_nomem(call->work.err, __func__);
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    struct sp_rows *rows = NULL;
    if (line->returned) continue;
    const struct sp_value key[] = {sp_v_blob(sale->id.bytes, SP_ID_LEN), sp_v_int(line->n)};
    int got = sp_db_one(call->work.db, SP_Q_SALE_LINE_ORIGINAL, key, 2, &rows, call->work.err);
    if (got < 0) return got;
    int64_t left = got > 0 ? sp_rows_int(rows, 5) - sp_rows_int(rows, 14) : 0;
    sp_rows_finish(rows);
    if (left <= 0) continue;
    returns[request->return_count++] =
        (struct sp_sale_return){.original = sale->id, .original_n = line->n, .price = SP_NO_PRICE, .quantity = left};
  }
  request->returns = returns;
  if (request->return_count > 0) return 0;
  return sp_fail(call->work.err, SP_E_STATE, "sale", "Everything of this sale came back already");
}

static int named_lines(struct sp_call *call, const struct sp_id *sale, const struct cJSON *array, int count,
                       struct sp_sale_request *request) {
  static const char *const known[] = {"line", "quantity", NULL};
  struct sp_sale_return *returns = sp_arena_array(&call->task.arena, (size_t)count + 1, sizeof *returns);
  const struct cJSON *item = NULL;
  if (returns == NULL) return sp_error_nomem(call->work.err, __func__);
  cJSON_ArrayForEach(item, array) {
    int64_t line = 0, quantity = 0;
    int rc = sp_json_only(item, known, call->work.err);
    if (rc == 0) rc = sp_json_get_int(item, "line", SP_REQUIRED, 1, INT32_MAX, &line, call->work.err);
    if (rc == 0) rc = sp_json_get_int(item, "quantity", SP_REQUIRED, 1, SP_QUANTITY_MAX, &quantity, call->work.err);
    if (rc != 0) {
      char prefix[32];
      snprintf(prefix, sizeof prefix, "lines[%d]", (int)request->return_count);
      sp_error_prefix(call->work.err, prefix);
      return rc;
    }
    returns[request->return_count++] = (struct sp_sale_return){
        .original = *sale, .original_n = (int32_t)line, .price = SP_NO_PRICE, .quantity = quantity};
  }
  request->returns = returns;
  return 0;
}

/* Pay back the way it was paid when nothing else is said. */
static int pay_back(struct sp_call *call, struct sp_sale_request *request) {
  struct sp_sale quote;
  if (request->tender_count > 0) return 0;
  int rc = sp_sale_quote(&call->work, request, false, &quote);
  if (rc != 0 || quote.total == 0) return rc;
  const struct sp_way_back asked = {
      .returns = request->returns, .return_count = request->return_count, .amount = -quote.total};
  return sp_sale_pay_back(&call->work, &asked, &request->tenders, &request->tender_count);
}

/* The body says "lines" where the use case says "returns". */
static void name_lines(struct sp_error *err) {
  static const char theirs[] = "returns[", ours[] = "lines[";
  if (strncmp(err->field, theirs, sizeof theirs - 1) != 0) return;
  const char *rest = err->field + sizeof theirs - 1;
  memmove(err->field + sizeof ours - 1, rest, strlen(rest) + 1);
  memcpy(err->field, ours, sizeof ours - 1);
}

int sp_route_sale_refund(struct sp_call *call) {
  static const char *const known[] = {"lines", "tenders", "reason", "total", "approval", NULL};
  struct sp_error *err = call->work.err;
  struct sp_sale original, *sale = sp_arena_alloc(&call->task.arena, sizeof *sale);
  const struct cJSON *array = NULL;
  const char *reason = NULL;
  int count = 0;
  struct sp_sale_request request = {.expected_total = SP_NO_TOTAL};
  request.source = call->work.actor.is_program ? "api" : "till";
  if (sale == NULL) return sp_error_nomem(err, __func__);
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_call_sale(call, &original);
  if (rc == 0) rc = sp_json_get_text(call->body, "reason", SP_REQUIRED, 200, &reason, err);
  if (rc == 0)
    rc = sp_json_get_int(call->body, "total", SP_OPTIONAL, -SP_JSON_INT_MAX, 0, &request.expected_total, err);
  if (rc == 0) rc = sp_json_get_array(call->body, "lines", SP_OPTIONAL, SP_SALE_RETURNS_MAX, &array, &count, err);
  if (rc == 0) rc = sp_read_tenders(call, call->body, &request.tenders, &request.tender_count);
  if (rc != 0) return rc;
  request.reason = sp_arena_text(&call->task.arena, reason);
  rc = array == NULL ? all_lines(call, &original, &request) : named_lines(call, &original.id, array, count, &request);
  if (rc == 0) rc = pay_back(call, &request);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_sale_post(&call->work, &request, sale);
  if (rc == 0 && stands(call)) rc = sp_till_hours(&call->work, "sale", &sale->id);
  if (rc != 0) {
    name_lines(err);
    return rc;
  }
  call->status = 201;
  sp_write_sale(call, sale, false);
  return 0;
}

/* ---- Receipts ---- */

static int print_receipt(struct sp_call *call, const struct sp_receipt *receipt, const char *format, int columns) {
  struct sp_print print;
  int rc = sp_receipt_print(&call->work, receipt, columns, &print);
  if (rc != 0) return rc;
  sp_buf_reset(&call->out);
  if (strcmp(format, "escpos") == 0) {
    call->content_type = "application/octet-stream";
    return call->options->encode(&print, &call->out, call->work.err);
  }
  call->content_type = "text/plain; charset=utf-8";
  return sp_print_text(&print, &call->out);
}

int sp_route_sale_receipt(struct sp_call *call) {
  struct sp_sale sale;
  struct sp_receipt receipt;
  int64_t columns = SP_PRINT_COLUMNS_80;
  const char *format = sp_http_query(call->request, "format");
  const char *copy = sp_http_query(call->request, "copy");
  if (format == NULL) format = "json";
  bool known = strcmp(format, "json") == 0 || strcmp(format, "text") == 0 || strcmp(format, "escpos") == 0;
  if (!known) return sp_fail(call->work.err, SP_E_INVALID, "format", "A receipt comes as json, text or escpos");
  int rc = sp_call_query_int(call, "columns", SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &columns);
  if (rc == 0) rc = sp_call_sale(call, &sale);
  if (rc == 0) rc = sp_receipt_make(&call->work, &sale, copy != NULL && strcmp(copy, "0") != 0, &receipt);
  if (rc != 0) return rc;
  receipt.gift = sp_call_flag(call, "gift");
  if (strcmp(format, "json") != 0) return print_receipt(call, &receipt, format, (int)columns);
  sp_receipt_json(&receipt, &call->w);
  return 0;
}
