/* One invoice through the same path as the till: missing products first, then the sale, then stock adjustments. */
#include "app/number.h"
#include "app/rules.h"
#include "app/sales_import_parts.h"

#include <string.h>

#define ARENA_MAX (64u * 1024u * 1024u)
#define NAME_MAX  200

/* A task of the import: what it works on, and what it found out. */
struct step {
  struct sp_task task; /* first: a task is cast back to its step */
  const struct sp_import_options *options;
  const struct sp_resource *product;
  const struct sp_invoice *invoice;
  int (*run)(struct step *step, struct sp_work *work);
  struct sp_work work;             /* of the last try */
  struct sp_invoice_result result; /* the same */
};

static void give_number_back(struct step *step) {
  struct sp_work *work = &step->work;
  if (work->number != 0) sp_numbers_return(step->options->app->numbers, &work->number_till, work->number);
  work->number = 0;
}

static void work_step(struct sp_worker *worker, struct sp_task *task) {
  struct step *step = (struct step *)task;
  give_number_back(step);
  sp_rules_leave(&step->work);
  step->result = (struct sp_invoice_result){.known = false};
  step->work = (struct sp_work){
      .app = step->options->app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .actor = step->options->actor,
      .now = step->options->now,
      .lang = step->options->lang,
      .err = &task->error,
  };
  task->result = sp_rules_enter(&step->work, worker);
  if (task->result == 0) task->result = step->run(step, &step->work);
}

static int run_step(const struct sp_import_options *options, struct step *step,
                    int (*run)(struct step *step, struct sp_work *work), struct sp_error *err) {
  step->run = run;
  step->task = (struct sp_task){.work = work_step, .bulk = true, .error = {.lang = options->lang}};
  sp_arena_init(&step->task.arena, ARENA_MAX);
  int rc = options->commit(options->ctx, &step->task);
  if (rc != 0) {
    give_number_back(step);
    if (err != NULL) *err = step->task.error;
    if (err != NULL && err->code == 0) err->code = rc;
  }
  step->work.number = 0;
  sp_rules_leave(&step->work);
  sp_arena_free(&step->task.arena);
  return rc;
}

/* ---- Products that the history sold and the catalogue does not know ---- */

static int put_product(struct step *step, struct sp_work *work, const struct sp_sales_row *row) {
  struct sp_field_value values[SP_FIELDS_MAX] = {{.given = false}};
  struct sp_id id;
  bool changed = false;
  const char *name = row->name[0] != '\0' && strlen(row->name) <= NAME_MAX
                         ? row->name
                         : sp_arena_printf(work->arena, "Item %s", row->code);
  int code_at = sp_resource_field(step->product, "code"), name_at = sp_resource_field(step->product, "name");
  int price_at = sp_resource_field(step->product, "price"), unit_at = sp_resource_field(step->product, "unit");
  int tax_at = sp_resource_field(step->product, "tax_rate");
  if (code_at < 0 || name_at < 0 || price_at < 0 || unit_at < 0 || tax_at < 0 || name == NULL) return SP_E_INTERNAL;
  values[code_at] = (struct sp_field_value){.given = true, .text = row->code};
  values[name_at] = (struct sp_field_value){.given = true, .text = name};
  values[price_at] = (struct sp_field_value){.given = true, .integer = row->price};
  values[unit_at] = (struct sp_field_value){.given = true, .text = step->product->fields[unit_at].default_text};
  values[tax_at] = (struct sp_field_value){.given = true, .integer = step->product->fields[tax_at].default_int};
  const struct sp_product_put put = {.resource = step->product, .values = values, .create_only = true};
  int rc = sp_product_put(work, &put, &id, &changed);
  if (rc == 0) step->result.products++;
  return rc;
}

static bool named_before(const struct sp_invoice *invoice, int32_t i) {
  for (int32_t j = 0; j < i; j++) {
    if (strcmp(invoice->rows[i].code, invoice->rows[j].code) == 0) return true;
  }
  return false;
}

static int add_products(struct step *step, struct sp_work *work) {
  const struct sp_invoice *invoice = step->invoice;
  for (int32_t i = 0; i < invoice->count; i++) {
    struct sp_rows *rows = NULL;
    const struct sp_value key[] = {sp_v_text(invoice->rows[i].code)};
    int got = sp_db_one(work->db, SP_Q_PRODUCT_BY_CODE, key, 1, &rows, work->err);
    sp_rows_finish(rows);
    if (got < 0) return got;
    if (got > 0 || named_before(invoice, i)) continue;
    int rc = put_product(step, work, &invoice->rows[i]);
    if (rc != 0) return rc;
  }
  return 0;
}

/* ---- The sale ---- */

static int exists(struct sp_work *work, enum sp_query query, const struct sp_id *id) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, query, key, 1, &rows, work->err);
  sp_rows_finish(rows);
  return got;
}

/* The returns as they can be posted: what somebody gave back at a till since then cannot be given back again. */
static int check_links(struct step *step, struct sp_work *work, struct sp_sale_return **out) {
  const struct sp_invoice *invoice = step->invoice;
  *out = sp_arena_array(work->arena, (size_t)invoice->return_count + 1, sizeof **out);
  if (*out == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < invoice->return_count; i++) {
    struct sp_sale_return *back = &(*out)[i];
    struct sp_rows *rows = NULL;
    *back = invoice->returns[i];
    if (sp_id_is_nil(&back->original)) continue;
    const struct sp_value key[] = {sp_v_blob(back->original.bytes, SP_ID_LEN), sp_v_int(back->original_n)};
    int got = sp_db_one(work->db, SP_Q_SALE_LINE_ORIGINAL, key, 2, &rows, work->err);
    if (got < 0) return got;
    bool enough = got > 0 && sp_rows_int(rows, 5) - sp_rows_int(rows, 14) >= back->quantity;
    sp_rows_finish(rows);
    if (enough) continue;
    back->original = (struct sp_id){.bytes = {0}};
    back->original_n = 0;
    step->result.unlinked++;
  }
  return 0;
}

static int add_sale(struct step *step, struct sp_work *work) {
  const struct sp_invoice *invoice = step->invoice;
  int got = exists(work, SP_Q_SALE_GET, &invoice->id);
  if (got != 0) {
    step->result.known = got > 0;
    return got < 0 ? got : 0;
  }
  struct sp_sale *sale = sp_arena_alloc(work->arena, sizeof *sale);
  struct sp_sale_request *request = sp_arena_alloc(work->arena, sizeof *request);
  if (sale == NULL || request == NULL) return sp_error_nomem(work->err, __func__);
  struct sp_sale_return *returns = NULL;
  int rc = check_links(step, work, &returns);
  if (rc != 0) return rc;
  *request = (struct sp_sale_request){
      .id = invoice->id,
      .source = "import",
      .reference = invoice->reference,
      .items = invoice->items,
      .item_count = invoice->item_count,
      .returns = returns,
      .return_count = invoice->return_count,
      .expected_total = SP_NO_TOTAL,
      .reason = invoice->return_count > 0 ? "import" : "",
      .at = invoice->at,
      .given_prices = true,
      .exact_tender = true,
  };
  return sp_sale_post(work, request, sale);
}

static int add_adjustment(struct step *step, struct sp_work *work) {
  const struct sp_invoice *invoice = step->invoice;
  struct sp_id id;
  int got = exists(work, SP_Q_STOCK_DOCUMENT_GET, &invoice->adjustment_id);
  if (got != 0) {
    step->result.known = got > 0;
    return got < 0 ? got : 0;
  }
  for (int32_t i = 0; i < invoice->adjustment_count; i++) {
    struct sp_found found;
    struct sp_stock_line *line = &invoice->adjustments[i];
    int rc = sp_product_find(work, NULL, line->lot, NULL, &found); /* the code stood in for the product until here */
    if (rc != 0) return rc;
    line->product = found.id;
  }
  struct sp_stock_line *lines = sp_arena_array(work->arena, (size_t)invoice->adjustment_count, sizeof *lines);
  if (lines == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < invoice->adjustment_count; i++) {
    lines[i] = invoice->adjustments[i];
    lines[i].lot = "";
  }
  const struct sp_stock_document document = {
      .id = invoice->adjustment_id,
      .kind = SP_STOCK_ADJUSTMENT,
      .reason = "import",
      .reference = invoice->reference,
      .at = invoice->at,
      .lines = lines,
      .count = invoice->adjustment_count,
  };
  return sp_stock_post(work, &document, &id);
}

int sp_invoice_commit(const struct sp_import_options *options, const struct sp_resource *product,
                      const struct sp_invoice *invoice, struct sp_invoice_result *out, struct sp_error *err) {
  struct step step = {.options = options, .product = product, .invoice = invoice};
  int rc = run_step(options, &step, add_products, err);
  *out = step.result;
  if (rc == 0 && invoice->item_count + invoice->return_count > 0) {
    rc = run_step(options, &step, add_sale, err);
    out->known = step.result.known;
    out->unlinked = step.result.unlinked;
  }
  if (rc == 0 && invoice->adjustment_count > 0) {
    rc = run_step(options, &step, add_adjustment, err);
    out->known = step.result.known;
  }
  return rc;
}
