#include "app/frozen.h"

#include "base/json.h"
#include <cjson/cJSON.h>
#include <string.h>

#define FROZEN_MAX (512 * 1024)

static void write_line(struct sp_json_writer *w, const struct sp_ticket *ticket, int32_t i) {
  const struct sp_sale_line *line = &ticket->sale->lines[i];
  const struct sp_line *facts = &line->facts;
  bool blocked = !line->returned && ticket->blocked[i];
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  sp_json_put_id(w, "product", facts->product.bytes);
  sp_json_put_text(w, "code", facts->code);
  sp_json_put_text(w, "name", facts->name);
  sp_json_put_text(w, "unit", facts->unit);
  sp_json_put_bool(w, "weighed", facts->weighed);
  sp_json_put_int(w, "quantity", facts->quantity);
  sp_json_put_int(w, "list_price", facts->list_price);
  sp_json_put_int(w, "tax_ppm", facts->tax_ppm);
  sp_json_put_text(w, "note", facts->note);
  if (!sp_id_is_nil(&facts->seller)) sp_json_put_id(w, "seller", facts->seller.bytes);
  sp_json_put_int(w, "unit_price", line->unit_price);
  sp_json_put_int(w, "gross", line->gross);
  sp_json_put_int(w, "discount", line->discount);
  sp_json_put_int(w, "rounding", line->rounding);
  sp_json_put_int(w, "paid", line->paid);
  sp_json_put_int(w, "tax", line->tax);
  sp_json_put_bool(w, "blocked", blocked);
  sp_json_put_bool(w, "returned", line->returned);
  if (!sp_id_is_nil(&line->original)) {
    sp_json_put_id(w, "original", line->original.bytes);
    sp_json_put_int(w, "original_n", line->original_n);
    sp_json_put_int(w, "before", ticket->before[i - ticket->request->item_count].quantity);
  }
  sp_json_close_object(w);
}

static void write_allocations(struct sp_json_writer *w, const struct sp_sale *sale) {
  sp_json_key(w, "allocations");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    const struct sp_allocation *allocation = &sale->allocations[i];
    sp_json_open_object(w);
    sp_json_put_int(w, "line", allocation->line);
    sp_json_put_text(w, "campaign", allocation->campaign);
    sp_json_put_text(w, "rule", allocation->rule);
    sp_json_put_int(w, "amount", allocation->amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

const char *sp_frozen_write(struct sp_work *work, const struct sp_ticket *ticket) {
  const struct sp_sale *sale = ticket->sale;
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, FROZEN_MAX);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "kind", sale->kind);
  sp_json_put_int(&w, "total", sale->total);
  sp_json_key(&w, "lines");
  sp_json_open_array(&w);
  for (int32_t i = 0; i < sale->count; i++)
    write_line(&w, ticket, i);
  sp_json_close_array(&w);
  write_allocations(&w, sale);
  sp_json_put_text(&w, "trace", sale->trace);
  sp_json_close_object(&w);
  const char *copy = out.failed != 0 ? NULL : sp_arena_copy(work->arena, out.data, out.len);
  sp_buf_free(&out);
  return copy;
}

/* Reads that cannot fail for what we wrote ourselves; any failure is damage. */
struct reader {
  struct sp_work *work;
  const struct cJSON *object;
  int failed;
};

static int64_t take_int(struct reader *r, const char *name) {
  int64_t value = 0;
  if (r->failed == 0) {
    r->failed = sp_json_get_int(r->object, name, SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, r->work->err);
  }
  return value;
}

static const char *take_text(struct reader *r, const char *name) {
  const char *value = "";
  if (r->failed == 0) r->failed = sp_json_get_text(r->object, name, SP_OPTIONAL, FROZEN_MAX, &value, r->work->err);
  const char *copy = sp_arena_text(r->work->arena, value);
  if (copy == NULL) r->failed = SP_E_NOMEM;
  return copy != NULL ? copy : "";
}

static bool take_bool(struct reader *r, const char *name) {
  bool value = false;
  if (r->failed == 0) r->failed = sp_json_get_bool(r->object, name, SP_REQUIRED, &value, r->work->err);
  return value;
}

static struct sp_id take_id(struct reader *r, const char *name) {
  struct sp_id id = {{0}};
  const char *text = take_text(r, name);
  if (text[0] != '\0' && sp_id_parse(text, &id) != 0) r->failed = SP_E_CORRUPT;
  return id;
}

static void read_line(struct reader *r, struct sp_sale_line *line) {
  *line = (struct sp_sale_line){
      .n = (int32_t)take_int(r, "n"),
      .returned = take_bool(r, "returned"),
      .unit_price = take_int(r, "unit_price"),
      .gross = take_int(r, "gross"),
      .discount = take_int(r, "discount"),
      .rounding = take_int(r, "rounding"),
      .paid = take_int(r, "paid"),
      .tax = take_int(r, "tax"),
  };
  line->facts = (struct sp_line){
      .n = line->n,
      .product = take_id(r, "product"),
      .code = take_text(r, "code"),
      .name = take_text(r, "name"),
      .unit = take_text(r, "unit"),
      .category = "",
      .weighed = take_bool(r, "weighed"),
      .quantity = take_int(r, "quantity"),
      .list_price = take_int(r, "list_price"),
      .given_price = SP_NO_PRICE,
      .tax_ppm = (int32_t)take_int(r, "tax_ppm"),
      .seller = take_id(r, "seller"),
      .note = take_text(r, "note"),
  };
  if (sp_json_member(r->object, "original") == NULL) return;
  line->original = take_id(r, "original");
  line->original_n = (int32_t)take_int(r, "original_n");
}

static int read_lines(struct reader *r, const struct cJSON *tree, struct sp_sale *sale, struct sp_ticket *ticket) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0, i = 0, returns = 0;
  int rc = sp_json_get_array(tree, "lines", SP_REQUIRED, SP_BASKET_LINES_MAX + SP_SALE_RETURNS_MAX, &array, &count,
                             r->work->err);
  if (rc != 0) return rc;
  sale->lines = sp_arena_array(r->work->arena, (size_t)count + 1, sizeof *sale->lines);
  ticket->before = sp_arena_array(r->work->arena, (size_t)count + 1, sizeof *ticket->before);
  ticket->blocked = sp_arena_array(r->work->arena, (size_t)count + 1, sizeof *ticket->blocked);
  if (sale->lines == NULL || ticket->before == NULL || ticket->blocked == NULL) {
    return sp_error_nomem(r->work->err, __func__);
  }
  sale->count = count;
  cJSON_ArrayForEach(item, array) {
    r->object = item;
    read_line(r, &sale->lines[i]);
    ticket->blocked[i] = take_bool(r, "blocked");
    if (sale->lines[i].returned) {
      bool linked = !sp_id_is_nil(&sale->lines[i].original);
      ticket->before[returns++].quantity = linked ? take_int(r, "before") : 0;
    }
    i++;
  }
  return r->failed;
}

static int read_allocations(struct reader *r, const struct cJSON *tree, struct sp_sale *sale) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0;
  int rc = sp_json_get_array(tree, "allocations", SP_REQUIRED, 1000000, &array, &count, r->work->err);
  if (rc != 0) return rc;
  sale->allocations = sp_arena_array(r->work->arena, (size_t)count + 1, sizeof *sale->allocations);
  if (sale->allocations == NULL) return sp_error_nomem(r->work->err, __func__);
  cJSON_ArrayForEach(item, array) {
    r->object = item;
    sale->allocations[sale->allocation_count++] = (struct sp_allocation){
        .line = (int32_t)take_int(r, "line"),
        .campaign = take_text(r, "campaign"),
        .rule = take_text(r, "rule"),
        .amount = take_int(r, "amount"),
    };
  }
  return r->failed;
}

static void sum(struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->count; i++) {
    sale->gross += sale->lines[i].gross;
    sale->discount += sale->lines[i].discount;
    sale->rounding += sale->lines[i].rounding;
    sale->total += sale->lines[i].paid;
    sale->tax += sale->lines[i].tax;
  }
}

int sp_frozen_read(struct sp_work *work, const char *json, struct sp_sale *sale, struct sp_ticket *ticket) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(json, strlen(json), &tree, work->err);
  if (rc != 0) return rc;
  struct reader r = {.work = work, .object = tree};
  const char *kind = take_text(&r, "kind");
  sale->kind = strcmp(kind, "refund") == 0 ? "refund" : strcmp(kind, "exchange") == 0 ? "exchange" : "sale";
  sale->trace = take_text(&r, "trace");
  sale->trace_len = strlen(sale->trace);
  int64_t total = take_int(&r, "total");
  rc = r.failed;
  if (rc == 0) rc = read_lines(&r, tree, sale, ticket);
  if (rc == 0) rc = read_allocations(&r, tree, sale);
  sp_json_free(tree);
  if (rc != 0)
    return sp_fail(work->err, rc == SP_E_NOMEM ? rc : SP_E_CORRUPT, "basket", "The frozen basket is damaged");
  sum(sale);
  if (sale->total != total) return sp_fail(work->err, SP_E_CORRUPT, "basket", "The frozen basket is damaged");
  return 0;
}
