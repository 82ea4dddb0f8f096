/* The sections of both screens. */
#include "app/till_parts.h"

#include "app/print_ledger.h"
#include <string.h>

static const char *step_name(const struct sp_till *till) {
  if (till->locked) return "locked";
  if (!till->has_shift) return "closed";
  if (till->step == SP_TILL_AT_PAID) return "paid";
  return till->step == SP_TILL_AT_TENDER ? "tender" : "sale";
}

static void put_till(struct sp_work *work, const struct sp_till *till, bool training, struct sp_json_writer *w) {
  sp_json_key(w, "till");
  sp_json_open_object(w);
  sp_json_put_text(w, "code", till->code);
  sp_json_put_text(w, "name", till->name);
  sp_json_put_text(w, "mode", till->self ? "self" : "staffed");
  sp_json_put_bool(w, "training", training);
  sp_json_put_text(w, "currency", work->app->store.currency);
  sp_json_close_object(w);
  sp_json_key(w, "store");
  sp_json_open_object(w);
  sp_json_put_text(w, "code", work->app->store.code);
  sp_json_put_text(w, "name", work->app->store.name);
  if (work->app->store.zone != NULL) sp_json_put_text(w, "zone", sp_zone_name(work->app->store.zone));
  sp_json_close_object(w);
  sp_json_put_time(w, "now", work->now);
}

static void put_staff(const struct sp_till *till, struct sp_json_writer *w) {
  sp_json_key(w, "staff");
  if (till->staff_code[0] == '\0') {
    sp_json_null(w);
    return;
  }
  sp_json_open_object(w);
  sp_json_put_text(w, "code", till->staff_code);
  sp_json_put_text(w, "name", till->staff_name);
  sp_json_put_text(w, "role", sp_role_name(till->staff_role));
  sp_json_close_object(w);
}

static void put_clock(const struct sp_work *work, struct sp_json_writer *w, const char *name, int64_t at) {
  char text[SP_HOURS_TEXT];
  if (at != 0) sp_hours_text(work->app->store.zone, at, text);
  sp_json_put_text(w, name, at != 0 ? text : NULL);
}

static void put_hours(const struct sp_work *work, const struct sp_till *till, struct sp_json_writer *w) {
  sp_json_key(w, "hours");
  sp_json_open_object(w);
  sp_json_put_bool(w, "open", till->hours_now.open);
  put_clock(work, w, "until", till->hours_now.until);
  put_clock(work, w, "opens", till->hours_now.opens);
  sp_json_close_object(w);
}

static void put_shift(const struct sp_till *till, struct sp_json_writer *w) {
  sp_json_key(w, "shift");
  if (!till->has_shift) {
    sp_json_null(w);
    return;
  }
  sp_json_open_object(w);
  sp_json_put_id(w, "id", till->shift.id.bytes);
  sp_json_put_int(w, "number", till->shift.number);
  sp_json_put_int(w, "business_day", till->shift.business_day);
  sp_json_put_time(w, "opened_at", till->shift.opened_at);
  sp_json_put_int(w, "opening_float", till->shift.opening_float);
  sp_json_put_int(w, "entries", till->shift.entries);
  sp_json_close_object(w);
}

/* ---- The sale before ---- */

static int find_print(struct sp_work *work, struct sp_till_last *last) {
  enum sp_paper state = SP_PAPER_NONE;
  if (last->print != NULL) return 0;
  int rc = sp_print_state_of(work, &last->sale, &state);
  last->print = sp_paper_name(state);
  return rc;
}

static int put_last(struct sp_work *work, struct sp_till *till, bool customer, struct sp_json_writer *w) {
  struct sp_till_last *last = &till->last;
  bool shown = !sp_id_is_nil(&last->sale) && (!customer || till->step == SP_TILL_AT_PAID);
  int rc = shown ? sp_till_load_last(work, till) : 0;
  if (rc == 0 && shown) rc = find_print(work, last);
  sp_json_key(w, "last");
  if (!shown || rc != 0) {
    sp_json_null(w);
    return rc;
  }
  sp_json_open_object(w);
  sp_json_put_id(w, "sale", last->sale.bytes);
  sp_json_put_text(w, "receipt", last->receipt);
  sp_json_put_text(w, "kind", last->kind);
  sp_json_put_int(w, "total", last->total);
  sp_json_put_int(w, "tendered", last->tendered);
  sp_json_put_int(w, "change", last->change);
  sp_json_key(w, "tenders");
  sp_json_open_array(w);
  for (int32_t i = 0; i < last->tender_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "method", sp_method_name(last->tenders[i].method));
    sp_json_put_int(w, "amount", last->tenders[i].amount);
    sp_json_put_int(w, "tendered", last->tenders[i].tendered);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_put_text(w, "print", last->print);
  sp_json_put_time(w, "at", last->at);
  sp_json_close_object(w);
  return 0;
}

/* ---- Other baskets, other tills ---- */

/* `label` is what a cashier wrote on it, often a name or a phone: "" where customers read it. */
struct parked {
  struct sp_id id;
  const char *label, *till;
  int64_t lines, opened_at, changed_at;
};

static void put_one_parked(const struct parked *parked, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_id(w, "id", parked->id.bytes);
  sp_json_put_text(w, "label", parked->label);
  sp_json_put_int(w, "lines", parked->lines);
  sp_json_put_time(w, "opened_at", parked->opened_at);
  sp_json_put_time(w, "changed_at", parked->changed_at);
  sp_json_put_text(w, "till", parked->till);
  sp_json_close_object(w);
}

/* The database does not know yet what this command parked or recalled. */
static int put_parked(struct sp_work *work, const struct sp_till *till, struct sp_json_writer *w) {
  struct sp_rows *rows = NULL;
  sp_json_key(w, "parked");
  sp_json_open_array(w);
  if (till->has_parked) {
    const struct sp_open_basket *basket = &till->parked;
    const struct parked parked = {basket->id,        till->self ? "" : basket->label,
                                  till->code,        basket->item_count + basket->return_count,
                                  basket->opened_at, basket->changed_at};
    put_one_parked(&parked, w);
  }
  int rc = sp_db_query(work->db, SP_Q_TILL_PARKED, NULL, 0, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    struct parked parked = {.label = till->self ? "" : sp_rows_text(rows, 1),
                            .opened_at = sp_rows_int(rows, 2),
                            .changed_at = sp_rows_int(rows, 3),
                            .till = sp_rows_null(rows, 4) ? NULL : sp_rows_text(rows, 4),
                            .lines = sp_rows_int(rows, 5)};
    sp_rows_id(rows, 0, &parked.id);
    if (!sp_id_equal(&parked.id, &till->recalled)) put_one_parked(&parked, w);
    rc = 0;
  }
  sp_rows_finish(rows);
  sp_json_close_array(w);
  return rc < 0 ? rc : 0;
}

static int put_calls(struct sp_work *work, const struct sp_till *till, struct sp_json_writer *w) {
  struct sp_rows *rows = NULL;
  sp_json_put_bool(w, "calling", till->calling);
  sp_json_key(w, "calls");
  sp_json_open_array(w);
  int rc = sp_db_query(work->db, SP_Q_TILL_CALLS, NULL, 0, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    if (strcmp(sp_rows_text(rows, 0), till->code) != 0) sp_json_text(w, sp_rows_text(rows, 0));
    rc = 0;
  }
  sp_rows_finish(rows);
  sp_json_close_array(w);
  return rc < 0 ? rc : 0;
}

static void put_ask(const struct sp_till *till, struct sp_json_writer *w) {
  sp_json_key(w, "ask");
  if (till->ask[0] != '\0') {
    sp_json_raw(w, till->ask, strlen(till->ask));
  } else {
    sp_json_null(w);
  }
}

static void put_unsynced(const struct sp_till_facts *facts, struct sp_json_writer *w) {
  sp_json_key(w, "unsynced");
  sp_json_open_object(w);
  sp_json_put_int(w, "count", facts->unsynced);
  sp_json_key(w, "since");
  if (facts->unsynced_since != 0) {
    char text[SP_TIME_TEXT];
    sp_time_format(facts->unsynced_since, text);
    sp_json_text(w, text);
  } else {
    sp_json_null(w);
  }
  sp_json_close_object(w);
}

int sp_till_view_json(struct sp_work *work, struct sp_till *till, const struct sp_till_facts *facts,
                      struct sp_json_writer *w) {
  sp_json_open_object(w);
  put_till(work, till, facts->training, w);
  put_staff(till, w);
  sp_json_put_text(w, "step", step_name(till));
  put_hours(work, till, w);
  sp_json_key(w, "settings");
  sp_setting_till_json(&till->setting, w);
  put_shift(till, w);
  int rc = sp_till_view_sale(work, till, false, w);
  if (rc == 0) rc = put_last(work, till, false, w);
  if (rc == 0) rc = put_parked(work, till, w);
  put_ask(till, w);
  if (rc == 0) rc = put_calls(work, till, w);
  put_unsynced(facts, w);
  sp_json_close_object(w);
  return rc;
}

int sp_till_screen_json(struct sp_work *work, struct sp_till *till, struct sp_json_writer *w) {
  sp_json_open_object(w);
  put_till(work, till, false, w);
  sp_json_put_text(w, "step", step_name(till));
  int rc = sp_till_view_sale(work, till, true, w);
  if (rc == 0) rc = put_last(work, till, true, w);
  sp_json_close_object(w);
  return rc;
}
