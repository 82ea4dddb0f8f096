#include "app/shift.h"

#include "app/journal.h"
#include "app/policy.h"
#include "app/till.h"
#include "base/json.h"
#include "domain/money.h"

#include <string.h>

#define REASON_MAX 200

static struct sp_value id_value(const struct sp_id *id) {
  return sp_v_blob(id->bytes, SP_ID_LEN);
}

int sp_shift_load(struct sp_work *work, const struct sp_id *id, struct sp_shift *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {id_value(id)};
  int got = sp_db_one(work->db, SP_Q_SHIFT_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "shift", "There is no such shift");
  *out = (struct sp_shift){
      .number = sp_rows_int(rows, 2),
      .opened_at = sp_rows_int(rows, 4),
      .business_day = (int32_t)sp_rows_int(rows, 5),
      .opening_float = sp_rows_int(rows, 6),
      .cash = sp_rows_int(rows, 7),
      .closed_at = sp_rows_int(rows, 9),
      .counted = sp_rows_int(rows, 10),
      .till_code = sp_work_column(work, rows, 11),
      .entries = sp_rows_int(rows, 12),
  };
  sp_rows_id(rows, 0, &out->id);
  sp_rows_id(rows, 1, &out->till);
  sp_rows_id(rows, 3, &out->opened_by);
  sp_rows_id(rows, 8, &out->closed_by);
  sp_rows_finish(rows);
  return out->till_code != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static int need_till(struct sp_work *work) {
  if (!sp_id_is_nil(&work->actor.till)) return 0;
  return sp_fail(work->err, SP_E_STATE, "till", "This needs a till: sign in at one, or name one in the token");
}

int sp_shift_current(struct sp_work *work, struct sp_shift *out) {
  struct sp_rows *rows = NULL;
  struct sp_id id;
  int rc = need_till(work);
  if (rc != 0) return rc;
  const struct sp_value key[] = {id_value(&work->actor.till)};
  int got = sp_db_one(work->db, SP_Q_TILL_SHIFT, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "till", "There is no such till");
  sp_rows_id(rows, 1, &id);
  sp_rows_finish(rows);
  if (sp_id_is_nil(&id)) {
    return sp_fail(work->err, SP_E_STATE, "shift", "No shift is open at this till: open one first");
  }
  return sp_shift_load(work, &id, out);
}

static void journal_shift(struct sp_work *work, const char *kind, const struct sp_shift *shift, int64_t amount,
                          const char *reason) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, SP_JOURNAL_BODY_MAX);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "shift", shift->id.bytes);
  sp_json_put_id(&w, "till", shift->till.bytes);
  sp_json_put_int(&w, "number", shift->number);
  sp_json_put_int(&w, "amount", amount);
  if (reason != NULL) sp_json_put_text(&w, "reason", reason);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  sp_journal_add(work, kind, 1, copy, body.len, false);
  sp_buf_free(&body);
}

static void plan_entry(struct sp_work *work, const struct sp_id *document, const struct sp_id *shift, const char *kind,
                       int64_t amount, const char *reason) {
  const struct sp_value params[] = {
      id_value(document),
      sp_v_int(1),
      id_value(shift),
      sp_v_text(kind),
      sp_v_int(amount),
      sp_v_text(reason),
      id_value(&work->actor.staff),
      sp_v_int(work->now),
  };
  sp_plan_add(work->plan, SP_Q_CASH_ENTRY_INSERT, params, 8);
}

static int refuse_second(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {id_value(&work->actor.till)};
  int got = sp_db_one(work->db, SP_Q_TILL_SHIFT, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "till", "There is no such till");
  bool open = !sp_rows_null(rows, 1);
  sp_rows_finish(rows);
  return open ? sp_fail(work->err, SP_E_EXISTS, "till", "A shift is open at this till already") : 0;
}

int sp_shift_open(struct sp_work *work, int64_t opening_float, struct sp_shift *out) {
  struct sp_rows *rows = NULL;
  if (opening_float < 0 || opening_float > SP_MONEY_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "opening_float", "The opening float must not be negative");
  }
  int rc = need_till(work);
  if (rc == 0) rc = sp_till_attend(work, "shift_open");
  if (rc == 0) rc = refuse_second(work);
  if (rc != 0) return rc;
  *out = (struct sp_shift){.till = work->actor.till,
                           .opened_by = work->actor.staff,
                           .opened_at = work->now,
                           .business_day = sp_work_day(work, work->now),
                           .opening_float = opening_float,
                           .cash = opening_float};
  const struct sp_value till[] = {id_value(&out->till)};
  int got = sp_db_one(work->db, SP_Q_SHIFT_LAST_NUMBER, till, 1, &rows, work->err);
  if (got < 0) return got;
  out->number = (got > 0 ? sp_rows_int(rows, 0) : 0) + 1;
  sp_rows_finish(rows);
  rc = sp_id_new(work->now, &out->id);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for an id");
  const struct sp_value params[] = {
      id_value(&out->id),       id_value(&out->till),        sp_v_int(out->number),   id_value(&out->opened_by),
      sp_v_int(out->opened_at), sp_v_int(out->business_day), sp_v_int(opening_float),
  };
  sp_plan_add(work->plan, SP_Q_SHIFT_INSERT, params, 7);
  if (opening_float != 0) plan_entry(work, &out->id, &out->id, "float", opening_float, "");
  journal_shift(work, "shift_open", out, opening_float, NULL);
  return 0;
}

static int allow_out(struct sp_work *work, int64_t amount, const char *reason) {
  const struct sp_policy_ask ask = {.action = "cash-out", .amount = -amount, .reason = reason};
  return amount < 0 ? sp_policy_check(work, &ask) : sp_till_attend(work, "cash-in");
}

int sp_shift_move_cash(struct sp_work *work, int64_t amount, const char *reason, struct sp_id *id) {
  struct sp_shift shift;
  int64_t after = 0;
  if (amount == 0 || amount > SP_MONEY_MAX || amount < -SP_MONEY_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "amount", "The amount must not be zero");
  }
  if (reason == NULL || reason[0] == '\0' || strlen(reason) > REASON_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "reason", "Cash moves need a reason of at most %d bytes", REASON_MAX);
  }
  int rc = sp_shift_current(work, &shift);
  if (rc != 0) return rc;
  if (sp_money_add(shift.cash, amount, &after) != 0) { /* such a drawer could not be counted and closed */
    return sp_fail(work->err, SP_E_RANGE, "amount", "No drawer holds so much cash");
  }
  if (amount < 0 && after < 0) { /* refunds of cards may have left it below zero: putting in helps */
    return sp_fail(work->err, SP_E_INVALID, "amount", "There is not so much cash in the drawer");
  }
  rc = allow_out(work, amount, reason);
  if (rc != 0) return rc;
  rc = sp_id_new(work->now, id);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for an id");
  plan_entry(work, id, &shift.id, amount > 0 ? "paid_in" : "paid_out", amount, reason);
  const struct sp_value balance[] = {id_value(&shift.id), sp_v_int(amount)};
  sp_plan_expect(work->plan, SP_Q_SHIFT_CASH_ADD, balance, 2, SP_E_CONFLICT, "shift",
                 "The shift was closed in the meantime");
  journal_shift(work, amount > 0 ? "paid_in" : "paid_out", &shift, amount, reason);
  return 0;
}

/* What the writer needs to number and chain a Z report. */
struct closing {
  struct sp_id till, shift;
  int64_t at;
  const char *body;
  size_t len;
};

static int chain(const uint8_t previous[SP_HASH_LEN], const struct sp_id *till, int64_t number, const char *body,
                 size_t len, uint8_t out[SP_HASH_LEN]) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; i++)
    bytes[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
  const struct sp_slice parts[] = {{previous, SP_HASH_LEN}, {till->bytes, SP_ID_LEN}, {bytes, 8}, {body, len}};
  return sp_hash(parts, 4, out);
}

/* The number and the previous hash of a till's next Z report. */
static int next_z(struct sp_db *db, const struct sp_id *till, int64_t *number, uint8_t previous[SP_HASH_LEN],
                  struct sp_error *err) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {id_value(till)};
  *number = 1;
  memset(previous, 0, SP_HASH_LEN);
  int got = sp_db_one(db, SP_Q_Z_LAST, key, 1, &rows, err);
  if (got <= 0) return got;
  size_t len = 0;
  *number = sp_rows_int(rows, 0) + 1;
  const void *stored = sp_rows_blob(rows, 1, &len);
  if (len == SP_HASH_LEN) memcpy(previous, stored, len);
  sp_rows_finish(rows);
  return len == SP_HASH_LEN ? 0 : sp_fail(err, SP_E_CORRUPT, "z", "The last Z report's hash is damaged");
}

static int append_z(struct sp_db *db, void *argument, struct sp_error *err) {
  const struct closing *closing = argument;
  uint8_t previous[SP_HASH_LEN], hash[SP_HASH_LEN];
  int64_t number = 0;
  int rc = next_z(db, &closing->till, &number, previous, err);
  if (rc != 0) return rc;
  rc = chain(previous, &closing->till, number, closing->body, closing->len, hash);
  if (rc != 0) return rc;
  const struct sp_value params[] = {
      id_value(&closing->till),
      sp_v_int(number),
      id_value(&closing->shift),
      sp_v_int(closing->at),
      sp_v_text_n(closing->body, closing->len),
      sp_v_blob(previous, SP_HASH_LEN),
      sp_v_blob(hash, SP_HASH_LEN),
  };
  return sp_db_exec(db, SP_Q_Z_INSERT, params, 7, NULL, err);
}

static const char *report_body(struct sp_work *work, const struct sp_shift_report *report, size_t *len) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, SP_JOURNAL_BODY_MAX);
  sp_json_start(&w, &body);
  sp_shift_report_json(report, &w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  *len = body.len;
  sp_buf_free(&body);
  return copy;
}

int sp_z_expect(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *report) {
  uint8_t previous[SP_HASH_LEN], hash[SP_HASH_LEN];
  size_t len = 0;
  const char *body = report_body(work, report, &len);
  char *text = sp_arena_alloc(work->arena, SP_HASH_HEX), *before = sp_arena_alloc(work->arena, SP_HASH_HEX);
  if (body == NULL || text == NULL || before == NULL) return sp_error_nomem(work->err, __func__);
  int rc = next_z(work->db, &shift->till, &report->number, previous, work->err);
  if (rc == 0) rc = chain(previous, &shift->till, report->number, body, len, hash);
  if (rc != 0) return rc;
  sp_hash_hex(hash, text);
  sp_hash_hex(previous, before);
  report->hash = text;
  report->previous_hash = before;
  return 0;
}

int sp_shift_close(struct sp_work *work, int64_t counted, struct sp_shift *out) {
  struct sp_shift_report report;
  if (counted < 0 || counted > SP_MONEY_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "counted", "The counted cash must not be negative");
  }
  int rc = sp_shift_current(work, out);
  if (rc == 0) rc = sp_till_attend(work, "shift_close");
  if (rc != 0) return rc;
  out->closed_at = work->now;
  out->closed_by = work->actor.staff;
  out->counted = counted;
  rc = sp_shift_report_make(work, out, &report);
  if (rc != 0) return rc;
  struct closing *closing = sp_arena_alloc(work->arena, sizeof *closing);
  if (closing == NULL) return sp_error_nomem(work->err, __func__);
  *closing = (struct closing){.till = out->till, .shift = out->id, .at = work->now};
  closing->body = report_body(work, &report, &closing->len);
  if (closing->body == NULL) return sp_error_nomem(work->err, __func__);
  const struct sp_value params[] = {id_value(&out->id), id_value(&out->closed_by), sp_v_int(out->closed_at),
                                    sp_v_int(counted), sp_v_int(out->entries)};
  sp_plan_expect(work->plan, SP_Q_SHIFT_CLOSE, params, 5, SP_E_CONFLICT, "shift",
                 "Something was sold while the report was made");
  sp_plan_call_add(work->plan, append_z, closing);
  sp_journal_add(work, "z_report", 1, closing->body, closing->len, false);
  return 0;
}

static int read_z(struct sp_work *work, struct sp_rows *rows, int first, struct sp_z *out) {
  size_t previous_len = 0, hash_len = 0;
  out->at = sp_rows_int(rows, first);
  out->body = sp_work_column(work, rows, first + 1);
  const void *previous = sp_rows_blob(rows, first + 2, &previous_len);
  const void *hash = sp_rows_blob(rows, first + 3, &hash_len);
  if (out->body == NULL) return sp_error_nomem(work->err, __func__);
  if (previous_len != SP_HASH_LEN || hash_len != SP_HASH_LEN) {
    return sp_fail(work->err, SP_E_CORRUPT, "z", "The Z report's hash is damaged");
  }
  memcpy(out->previous, previous, SP_HASH_LEN);
  memcpy(out->hash, hash, SP_HASH_LEN);
  return 0;
}

int sp_z_of_shift(struct sp_work *work, const struct sp_id *shift, struct sp_z *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {id_value(shift)};
  int got = sp_db_one(work->db, SP_Q_Z_BY_SHIFT, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "shift", "This shift has no Z report yet");
  *out = (struct sp_z){.number = sp_rows_int(rows, 0), .shift = *shift};
  int rc = read_z(work, rows, 1, out);
  sp_rows_finish(rows);
  return rc;
}

int sp_z_load(struct sp_work *work, const struct sp_id *till, int64_t number, struct sp_z *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {id_value(till), sp_v_int(number)};
  int got = sp_db_one(work->db, SP_Q_Z_GET, key, 2, &rows, work->err);
  if (got < 0) return got;
  if (got == 0)
    return sp_fail(work->err, SP_E_NOT_FOUND, "number", "This till has no Z report %lld", (long long)number);
  *out = (struct sp_z){.number = sp_rows_int(rows, 0)};
  sp_rows_id(rows, 1, &out->shift);
  int rc = read_z(work, rows, 2, out);
  sp_rows_finish(rows);
  return rc;
}

/* One step along the chains: rows come by till and number. */
struct walk {
  struct sp_id till;
  int64_t number;
  uint8_t hash[SP_HASH_LEN];
};

static int verify_row(struct sp_rows *rows, struct walk *walk, struct sp_error *err) {
  struct sp_id till;
  uint8_t hash[SP_HASH_LEN];
  size_t previous_len = 0, hash_len = 0;
  sp_rows_id(rows, 0, &till);
  if (!sp_id_equal(&till, &walk->till)) *walk = (struct walk){.till = till};
  int64_t number = sp_rows_int(rows, 1);
  const char *body = sp_rows_text(rows, 3);
  const void *previous = sp_rows_blob(rows, 4, &previous_len);
  const void *stored = sp_rows_blob(rows, 5, &hash_len);
  bool follows = number == walk->number + 1 && previous_len == SP_HASH_LEN && hash_len == SP_HASH_LEN &&
                 memcmp(previous, walk->hash, SP_HASH_LEN) == 0;
  if (!follows) {
    return sp_fail(err, SP_E_CORRUPT, "z", "Z report %lld does not follow Z report %lld", (long long)number,
                   (long long)walk->number);
  }
  int rc = chain(walk->hash, &till, number, body, strlen(body), hash);
  if (rc != 0) return rc;
  if (memcmp(hash, stored, SP_HASH_LEN) != 0) {
    return sp_fail(err, SP_E_CORRUPT, "z", "Z report %lld was changed after it was written", (long long)number);
  }
  walk->number = number;
  memcpy(walk->hash, hash, SP_HASH_LEN);
  return 0;
}

int sp_z_verify(struct sp_db *db, int64_t *count, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  struct walk walk = {.number = 0};
  *count = 0;
  int rc = sp_db_query(db, SP_Q_Z_WALK, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0) {
    rc = verify_row(rows, &walk, err);
    if (rc != 0) break;
    (*count)++;
  }
  sp_rows_finish(rows);
  return rc;
}
