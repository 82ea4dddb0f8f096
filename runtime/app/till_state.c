/* What a till is doing, out of its row and back into it. */
#include "app/till_parts.h"

#include <cjson/cJSON.h>
#include <string.h>

static const char *const step_names[] = {
    [SP_TILL_AT_SALE] = "sale", [SP_TILL_AT_TENDER] = "tender", [SP_TILL_AT_PAID] = "paid"};

static enum sp_till_step step_of(const char *name) {
  for (int i = SP_TILL_AT_TENDER; name != NULL && i <= SP_TILL_AT_PAID; i++) {
    if (strcmp(step_names[i], name) == 0) return (enum sp_till_step)i;
  }
  return SP_TILL_AT_SALE;
}

static int read_row(struct sp_work *work, struct sp_till *out, struct sp_id *basket) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(work->actor.till.bytes, SP_ID_LEN)};
  if (sp_id_is_nil(&work->actor.till)) {
    return sp_fail(work->err, SP_E_STATE, "till", "This needs a till: sign in at one, or name one in the token");
  }
  int got = sp_db_one(work->db, SP_Q_TILL_STATE_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "till", "There is no such till");
  *out = (struct sp_till){
      .id = work->actor.till,
      .code = sp_work_column(work, rows, 0),
      .name = sp_work_column(work, rows, 1),
      .self = strcmp(sp_rows_text(rows, 2), "self") == 0,
      .step = step_of(sp_rows_text(rows, 3)),
      .locked = sp_rows_int(rows, 6) != 0,
      .calling = sp_rows_int(rows, 7) != 0,
      .ask = sp_work_column(work, rows, 8),
      .staff_role = work->actor.role,
      .staff_code = "",
      .staff_name = "",
  };
  sp_rows_id(rows, 4, basket);
  sp_rows_id(rows, 5, &out->last.sale);
  sp_rows_finish(rows);
  return out->code != NULL && out->name != NULL && out->ask != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static int read_staff(struct sp_work *work, struct sp_till *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(work->actor.staff.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_STAFF, key, 1, &rows, work->err);
  if (got <= 0) return got;
  out->staff_code = sp_work_column(work, rows, 0);
  out->staff_name = sp_work_column(work, rows, 1);
  sp_rows_finish(rows);
  return out->staff_code != NULL && out->staff_name != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static int read_shift(struct sp_work *work, struct sp_till *out) {
  struct sp_rows *rows = NULL;
  struct sp_id id;
  const struct sp_value key[] = {sp_v_blob(out->id.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_SHIFT, key, 1, &rows, work->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 1, &id);
  sp_rows_finish(rows);
  out->has_shift = !sp_id_is_nil(&id);
  return out->has_shift ? sp_shift_load(work, &id, &out->shift) : 0;
}

/* The basket on the screen, when it still is this till's to change: other requests may have parked or paid it. */
static int read_basket(struct sp_work *work, const struct sp_id *id, struct sp_till *out) {
  if (sp_id_is_nil(id)) return 0;
  int rc = sp_basket_load(work, id, &out->basket);
  if (rc != 0) return rc;
  bool lives = out->basket.state == SP_BASKET_OPEN || out->basket.state == SP_BASKET_FROZEN;
  out->has_basket = lives && sp_id_equal(&out->basket.holder, &out->id);
  if (out->has_basket && out->basket.state == SP_BASKET_FROZEN) out->step = SP_TILL_AT_TENDER;
  if (!out->has_basket && out->step == SP_TILL_AT_TENDER) out->step = SP_TILL_AT_SALE;
  return 0;
}

int sp_till_load(struct sp_work *work, struct sp_till *out) {
  struct sp_id basket = {{0}};
  int rc = read_row(work, out, &basket);
  if (rc == 0) rc = read_staff(work, out);
  if (rc == 0) rc = sp_setting_till(work, &out->setting);
  if (rc == 0) rc = sp_setting_hours(work, &out->hours);
  if (rc == 0) rc = read_shift(work, out);
  if (rc == 0) rc = read_basket(work, &basket, out);
  if (rc == 0) sp_hours_at(&out->hours, work->app->store.zone, work->now, &out->hours_now);
  return rc;
}

void sp_till_save(struct sp_work *work, struct sp_till *till) {
  if (!till->changed) return;
  const struct sp_value row[] = {
      sp_v_blob(till->id.bytes, SP_ID_LEN),
      sp_v_text(step_names[till->step]),
      till->has_basket ? sp_v_id(&till->basket.id) : sp_v_null(),
      sp_v_id(&till->last.sale),
      sp_v_int(till->locked ? 1 : 0),
      sp_v_int(till->calling ? 1 : 0),
      sp_v_text(till->ask),
      sp_v_int(work->now),
  };
  sp_plan_add(work->plan, SP_Q_TILL_STATE_PUT, row, 8);
  till->changed = false;
}

void sp_till_set_step(struct sp_till *till, enum sp_till_step step) {
  till->changed = till->changed || till->step != step;
  till->step = step;
}

void sp_till_set_ask(struct sp_till *till, const char *ask) {
  till->changed = till->changed || strcmp(till->ask, ask) != 0;
  till->ask = ask;
}

/* ---- The question ---- */

static const char *ask_text(struct sp_till_doing *doing, const char *name, int64_t *number) {
  struct sp_work *work = doing->work;
  struct cJSON *tree = NULL;
  struct sp_error lost = {.lang = work->lang};
  const char *value = "";
  if (doing->till->ask[0] == '\0') return "";
  if (sp_json_parse(doing->till->ask, strlen(doing->till->ask), &tree, &lost) != 0) return "";
  if (number != NULL) {
    sp_json_get_int(tree, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, number, &lost);
  } else {
    sp_json_get_text(tree, name, SP_OPTIONAL, 1024, &value, &lost);
  }
  value = sp_arena_text(work->arena, value);
  sp_json_free(tree);
  return value != NULL ? value : "";
}

const char *sp_till_ask_kind(struct sp_till_doing *doing) {
  return ask_text(doing, "kind", NULL);
}

const char *sp_till_ask_text(struct sp_till_doing *doing, const char *name) {
  return ask_text(doing, name, NULL);
}

int64_t sp_till_ask_int(struct sp_till_doing *doing, const char *name) {
  int64_t value = 0;
  ask_text(doing, name, &value);
  return value;
}

/* ---- The sale before ---- */

static void sum_tenders(struct sp_till_last *last) {
  last->tendered = last->change = 0;
  for (int32_t i = 0; i < last->tender_count; i++) {
    last->tendered += last->tenders[i].tendered;
    last->change += last->tenders[i].change;
  }
}

static int read_tenders(struct sp_work *work, struct sp_till_last *last) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(last->sale.bytes, SP_ID_LEN)};
  struct sp_tender *list = sp_arena_array(work->arena, SP_TENDERS_MAX, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_db_query(work->db, SP_Q_PAYMENTS_GET, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  last->tenders = list;
  while ((rc = sp_rows_next(rows, work->err)) > 0 && last->tender_count < SP_TENDERS_MAX) {
    list[last->tender_count++] = (struct sp_tender){
        .method = (enum sp_method)sp_method_parse(sp_rows_text(rows, 0)),
        .amount = sp_rows_int(rows, 1),
        .tendered = sp_rows_int(rows, 2),
        .change = sp_rows_int(rows, 3),
        .reference = sp_work_column(work, rows, 4),
    };
  }
  sp_rows_finish(rows);
  sum_tenders(last);
  return rc < 0 ? rc : 0;
}

int sp_till_load_last(struct sp_work *work, struct sp_till *till) {
  struct sp_till_last *last = &till->last;
  struct sp_rows *rows = NULL;
  if (sp_id_is_nil(&last->sale) || last->receipt != NULL) return 0;
  const struct sp_value key[] = {sp_v_blob(last->sale.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_LAST, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_CORRUPT, "till", "The last sale of this till is not there");
  last->receipt = sp_work_receipt_number(work, sp_rows_text(rows, 0), sp_rows_int(rows, 1));
  last->kind = sp_work_column(work, rows, 2);
  last->total = sp_rows_int(rows, 3);
  last->at = sp_rows_int(rows, 4);
  sp_rows_finish(rows);
  if (last->receipt == NULL || last->kind == NULL) return sp_error_nomem(work->err, __func__);
  return read_tenders(work, last);
}

int sp_till_keep_last(struct sp_work *work, struct sp_till *till, const struct sp_sale *sale) {
  till->last = (struct sp_till_last){
      .sale = sale->id,
      .receipt = sp_work_receipt_number(work, till->code, sale->number),
      .kind = sale->kind,
      .total = sale->total,
      .at = sale->at,
      .tenders = sale->tenders,
      .tender_count = sale->tender_count,
      .print = "none",
  };
  till->changed = true;
  sum_tenders(&till->last);
  return till->last.receipt != NULL ? 0 : sp_error_nomem(work->err, __func__);
}
