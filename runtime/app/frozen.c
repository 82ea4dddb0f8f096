#include "app/frozen.h"

#include "base/json.h"
#include "domain/basket_json.h"
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
  if (facts->name_en != NULL && facts->name_en[0] != '\0') sp_json_put_text(w, "name_en", facts->name_en);
  sp_json_put_text(w, "unit", facts->unit);
  sp_json_put_bool(w, "weighed", facts->weighed);
  sp_json_put_int(w, "quantity", facts->quantity);
  sp_json_put_int(w, "list_price", facts->list_price);
  if (facts->given_price != SP_NO_PRICE) sp_json_put_int(w, "given_price", facts->given_price);
  if (facts->given_amount != 0) sp_json_put_int(w, "given_amount", facts->given_amount);
  sp_json_put_int(w, "tax_ppm", facts->tax_ppm);
  sp_json_put_text(w, "note", facts->note);
  sp_json_put_int(w, "revision", line->revision);
  if (facts->lot != NULL && facts->lot[0] != '\0') sp_json_put_text(w, "lot", facts->lot);
  if (facts->expires != 0) sp_json_put_int(w, "expires", facts->expires);
  if (facts->parent != 0) sp_json_put_int(w, "parent", facts->parent);
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
    sp_json_put_int(w, "before", ticket->before[i - ticket->sold].quantity);
  }
  sp_json_close_object(w);
}

static void write_uses(struct sp_json_writer *w, const struct sp_priced *priced) {
  if (priced->use_count == 0) return;
  sp_json_key(w, "uses");
  sp_campaign_uses_json(priced->uses, priced->use_count, w);
}

/* Remarks and bounds for tenders in one form: {campaign, reason?, line?, method?, amount?}. */
static void write_remark(struct sp_json_writer *w, const char *campaign, const char *reason) {
  sp_json_open_object(w);
  sp_json_put_text(w, "campaign", campaign);
  if (reason != NULL) sp_json_put_text(w, "reason", reason);
}

static void write_remarks(struct sp_json_writer *w, const struct sp_sale *sale) {
  if (sale->note_count > 0) sp_json_key(w, "notes");
  if (sale->note_count > 0) sp_json_open_array(w);
  for (int32_t i = 0; i < sale->note_count; i++) {
    write_remark(w, sale->notes[i].campaign, sale->notes[i].reason);
    sp_json_put_int(w, "line", sale->notes[i].line);
    sp_json_close_object(w);
  }
  if (sale->note_count > 0) sp_json_close_array(w);
  if (sale->tender_cap_count == 0) return;
  sp_json_key(w, "tender_caps");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->tender_cap_count; i++) {
    write_remark(w, sale->tender_caps[i].campaign, sale->tender_caps[i].reason);
    sp_json_put_text(w, "method", sale->tender_caps[i].method);
    sp_json_put_int(w, "amount", sale->tender_caps[i].amount);
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
  sp_json_key(&w, "allocations");
  sp_allocations_json(sale->allocations, sale->allocation_count, &w);
  sp_json_put_text(&w, "trace", sale->trace);
  sp_json_put_int(&w, "priced_at", sale->priced_at);
  if (sale->inputs != NULL) sp_json_put_text(&w, "inputs", sale->inputs);
  if (!sp_id_is_nil(&sale->approved_by)) sp_json_put_id(&w, "approved_by", sale->approved_by.bytes);
  write_uses(&w, &ticket->priced);
  write_remarks(&w, sale);
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

static int64_t take_optional(struct reader *r, const char *name) {
  int64_t value = 0;
  if (r->failed == 0) {
    r->failed = sp_json_get_int(r->object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, r->work->err);
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

/* Null when absent. */
static const char *take_text_or_null(struct reader *r, const char *name) {
  return sp_json_member(r->object, name) != NULL ? take_text(r, name) : NULL;
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
      .revision = take_optional(r, "revision"), /* as priced_at: not in one of the first schema */
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
      .name_en = take_text(r, "name_en"),
      .unit = take_text(r, "unit"),
      .category = "",
      .weighed = take_bool(r, "weighed"),
      .quantity = take_int(r, "quantity"),
      .list_price = take_int(r, "list_price"),
      .given_price = sp_json_member(r->object, "given_price") != NULL ? take_int(r, "given_price") : SP_NO_PRICE,
      .given_amount = take_optional(r, "given_amount"),
      .tax_ppm = (int32_t)take_int(r, "tax_ppm"),
      .seller = take_id(r, "seller"),
      .note = take_text(r, "note"),
      .lot = take_text(r, "lot"),
      .expires = (int32_t)take_optional(r, "expires"),
      .parent = (int32_t)take_optional(r, "parent"),
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
  ticket->sold = count - returns;
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

/* An array of `tree`, absent as often as empty; its entries are read by the caller, `*out` has room for them. */
static int open_list(struct reader *r, const struct cJSON *tree, const char *name, size_t size,
                     const struct cJSON **array, void **out) {
  int count = 0;
  *array = NULL;
  int rc = sp_json_get_array(tree, name, SP_OPTIONAL, 1000000, array, &count, r->work->err);
  if (rc != 0) return rc;
  *out = sp_arena_array(r->work->arena, (size_t)count + 1, size);
  return *out != NULL ? 0 : sp_error_nomem(r->work->err, __func__);
}

static int read_uses(struct reader *r, const struct cJSON *tree, struct sp_campaign_use **out, int32_t *count) {
  const struct cJSON *array = NULL, *item = NULL;
  void *list = NULL;
  int rc = open_list(r, tree, "uses", sizeof **out, &array, &list);
  if (rc != 0) return rc;
  *out = list;
  cJSON_ArrayForEach(item, array) {
    r->object = item;
    (*out)[(*count)++] = (struct sp_campaign_use){
        .campaign = take_text(r, "campaign"),
        .subject = take_text(r, "subject"),
        .uses = take_int(r, "uses"),
        .amount = take_int(r, "amount"),
        .units = take_int(r, "units"),
    };
  }
  return r->failed;
}

static int read_notes(struct reader *r, const struct cJSON *tree, struct sp_sale *sale) {
  const struct cJSON *array = NULL, *item = NULL;
  void *list = NULL;
  int rc = open_list(r, tree, "notes", sizeof *sale->notes, &array, &list);
  if (rc != 0) return rc;
  struct sp_note *notes = list;
  cJSON_ArrayForEach(item, array) {
    r->object = item;
    notes[sale->note_count++] = (struct sp_note){.campaign = take_text(r, "campaign"),
                                                 .reason = take_text_or_null(r, "reason"),
                                                 .line = (int32_t)take_int(r, "line")};
  }
  sale->notes = notes;
  return r->failed;
}

static int read_caps(struct reader *r, const struct cJSON *tree, struct sp_sale *sale) {
  const struct cJSON *array = NULL, *item = NULL;
  void *list = NULL;
  int rc = open_list(r, tree, "tender_caps", sizeof *sale->tender_caps, &array, &list);
  if (rc != 0) return rc;
  struct sp_tender_cap *caps = list;
  cJSON_ArrayForEach(item, array) {
    r->object = item;
    caps[sale->tender_cap_count++] = (struct sp_tender_cap){.campaign = take_text(r, "campaign"),
                                                            .reason = take_text_or_null(r, "reason"),
                                                            .method = take_text(r, "method"),
                                                            .amount = take_int(r, "amount")};
  }
  sale->tender_caps = caps;
  return r->failed;
}

static int damaged(struct sp_work *work, int rc) {
  return sp_fail(work->err, rc == SP_E_NOMEM ? rc : SP_E_CORRUPT, "basket", "The frozen basket is damaged");
}

int sp_frozen_uses(struct sp_work *work, const char *json, struct sp_campaign_use **out, int32_t *count) {
  struct cJSON *tree = NULL;
  *count = 0;
  int rc = sp_json_parse(json, strlen(json), &tree, work->err);
  if (rc != 0) return rc;
  struct reader r = {.work = work, .object = tree};
  rc = read_uses(&r, tree, out, count);
  sp_json_free(tree);
  return rc == 0 ? 0 : damaged(work, rc);
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
  sale->priced_at = take_optional(&r, "priced_at");
  if (sale->priced_at == 0) sale->priced_at = sale->at;
  sale->inputs = take_text_or_null(&r, "inputs");
  sale->approved_by = take_id(&r, "approved_by");
  int64_t total = take_int(&r, "total");
  rc = r.failed;
  if (rc == 0) rc = read_lines(&r, tree, sale, ticket);
  if (rc == 0) rc = read_allocations(&r, tree, sale);
  if (rc == 0) rc = read_notes(&r, tree, sale);
  if (rc == 0) rc = read_caps(&r, tree, sale);
  sp_json_free(tree);
  if (rc != 0) return damaged(work, rc);
  sp_sale_inputs_lines(sale);
  sum(sale);
  return sale->total == total ? 0 : damaged(work, SP_E_CORRUPT);
}
