/* Replays of past sales, and why things cost what they cost. */
#include "api/call.h"
#include "app/explain.h"
#include "app/replay.h"
#include "app/rules.h"
#include "app/till.h"
#include "base/calendar.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define PPM_MAX 1000000
#define DAY_MS  86400000LL

/* ---- Replays ---- */

/* A time, or a day in the store: its first moment, or with `whole` its last, as `suanpan replay` reads them. */
static int read_time(struct sp_call *call, const char *name, bool whole, int64_t *out) {
  const char *text = NULL;
  char midnight[32];
  struct sp_date date;
  int64_t utc = 0;
  int rc = sp_json_get_text(call->body, name, SP_OPTIONAL, 40, &text, call->work.err);
  if (rc != 0 || text == NULL) return rc;
  if (sp_time_parse(text, out) == 0) return 0;
  snprintf(midnight, sizeof midnight, "%.10sT00:00:00Z", text);
  if (strlen(text) != 10 || sp_time_parse(midnight, &utc) != 0) {
    return sp_fail(call->work.err, SP_E_INVALID, name, "Write %s as 2026-11-22 or 2026-11-22T08:00:00+08:00", name);
  }
  sp_date_from_days(sp_div_floor(utc, DAY_MS) + (whole ? 1 : 0), &date);
  *out = sp_zone_to_utc(call->options->app->store.zone, &date);
  return 0;
}

static int read_numbers(struct sp_call *call, struct sp_replay_request *out) {
  struct sp_error *err = call->work.err;
  int64_t threads = 0, top = 0, sample = 0;
  int rc = sp_json_get_int(call->body, "threads", SP_OPTIONAL, 1, SP_REPLAY_THREADS_MAX, &threads, err);
  if (rc == 0) rc = sp_json_get_int(call->body, "top", SP_OPTIONAL, 1, SP_REPLAY_TOP_MAX, &top, err);
  if (rc == 0) rc = sp_json_get_int(call->body, "sample_ppm", SP_OPTIONAL, 1, PPM_MAX, &sample, err);
  if (rc == 0) {
    rc = sp_json_get_int(call->body, "max_difference_ppm", SP_OPTIONAL, 0, SP_JSON_INT_MAX, &out->max_difference_ppm,
                         err);
  }
  out->threads = (int)threads;
  out->top = (int32_t)top;
  out->sample_ppm = (int32_t)sample;
  return rc;
}

/* The candidate: a stored generation, named by its hash, or what is live; none when each sale has its own. */
static int read_bundle(struct sp_call *call, struct sp_replay_request *out) {
  const char *hash = NULL;
  int rc = sp_json_get_text(call->body, "bundle", SP_OPTIONAL, SP_HASH_HEX, &hash, call->work.err);
  if (rc != 0 || out->own) return rc;
  if (hash != NULL && !sp_rules_hash_parse(hash, out->generation)) {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "bundle", "There is nothing under %s", hash);
  }
  if (hash == NULL) {
    memcpy(out->generation, sp_bundle_hash(call->work.bundle), SP_HASH_LEN);
    return 0;
  }
  return sp_rules_use(&call->work, out->generation); /* it can be built, and the job finds it warm */
}

int sp_route_replay_start(struct sp_call *call) {
  static const char *const known[] = {
      "bundle", "own", "from", "to", "threads", "top", "promotions", "sample_ppm", "max_difference_ppm", NULL};
  struct sp_error *err = call->work.err;
  struct sp_replay_request *request = sp_arena_alloc(&call->task.arena, sizeof *request);
  if (request == NULL) return sp_error_nomem(err, __func__);
  *request = (struct sp_replay_request){.max_difference_ppm = -1};
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "own", SP_OPTIONAL, &request->own, err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "promotions", SP_OPTIONAL, &request->promotions, err);
  if (rc == 0) rc = read_time(call, "from", false, &request->from);
  if (rc == 0) rc = read_time(call, "to", true, &request->to);
  if (rc == 0) rc = read_numbers(call, request);
  if (rc == 0) rc = read_bundle(call, request);
  if (rc != 0) return rc;
  const struct sp_job_request job = {.kind = "replay", .replay = request};
  return sp_call_job(call, &job);
}

/* ---- Explanations ---- */

static int write_explanation(struct sp_call *call, const struct sp_explanation *what) {
  const char *format = sp_http_query(call->request, "format");
  if (format == NULL || strcmp(format, "json") == 0) {
    sp_explain_json(what, &call->w);
    return 0;
  }
  if (strcmp(format, "text") != 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "format", "The formats are json and text, not %s", format);
  }
  call->content_type = "text/plain; charset=utf-8";
  return sp_explain_text(&call->work, what, &call->out);
}

#define CURRENT 4 /* columns of till_state_get */
#define LAST    5

/* Does the till that is asked from show this now? SP_E_DENIED. */
static int is_shown(struct sp_call *call, int column, const struct sp_id *id) {
  struct sp_work *work = &call->work;
  struct sp_rows *rows = NULL;
  struct sp_id shown = {{0}};
  const struct sp_value key[] = {sp_v_blob(work->actor.till.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_STATE_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got > 0) {
    sp_rows_id(rows, column, &shown);
    sp_rows_finish(rows);
  }
  if (sp_id_equal(id, &shown)) return 0;
  return sp_fail(work->err, SP_E_DENIED, "till", "A session of a self-checkout may only use its till");
}

/* Customers at a self-checkout are told of what it sells now and of what it sold last, and of nothing else. */
static int serves_self(struct sp_call *call, bool *out) {
  *out = false;
  return call->work.actor.is_program ? 0 : sp_till_is_self(&call->work, out);
}

int sp_route_explain_sale(struct sp_call *call) {
  struct sp_explanation what;
  struct sp_sale sale;
  bool self = false;
  int rc = serves_self(call, &self);
  if (rc == 0 && self) rc = sp_call_sale(call, &sale);
  if (rc == 0 && self) rc = is_shown(call, LAST, &sale.id);
  if (rc == 0) rc = sp_explain_named(&call->work, call->params[0], &what);
  return rc == 0 ? write_explanation(call, &what) : rc;
}

int sp_route_explain_basket(struct sp_call *call) {
  struct sp_explanation what;
  struct sp_id id;
  bool self = false;
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = serves_self(call, &self);
  if (rc == 0 && self) rc = is_shown(call, CURRENT, &id);
  if (rc == 0) rc = sp_explain_basket(&call->work, &id, &what);
  return rc == 0 ? write_explanation(call, &what) : rc;
}
