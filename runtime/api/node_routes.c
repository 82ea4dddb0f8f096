/* The node itself: health, numbers, proofs and long jobs. */
#include "api/call.h"
#include "app/reconcile.h"
#include "base/version.h"

#include <string.h>

int sp_route_health(struct sp_call *call) {
  sp_json_open_object(&call->w);
  bool well = call->options->health == NULL || call->options->health(call->options->ctx, &call->w);
  sp_json_put_text(&call->w, "status", well ? "ok" : "failing");
  sp_json_put_text(&call->w, "version", SP_VERSION);
  const struct sp_zone *zone = call->options->app->store.zone;
  if (zone != NULL) sp_json_put_text(&call->w, "zone", sp_zone_name(zone)); /* clocks of screens nobody signed in at */
  sp_json_close_object(&call->w);
  call->status = well ? 200 : 503;
  return 0;
}

int sp_route_metrics(struct sp_call *call) {
  call->content_type = "text/plain; version=0.0.4; charset=utf-8";
  if (call->options->metrics != NULL) call->options->metrics(call->options->ctx, &call->out);
  return 0;
}

int sp_route_version(struct sp_call *call) {
  sp_json_open_object(&call->w);
  sp_json_put_text(&call->w, "version", SP_VERSION);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_reconcile(struct sp_call *call) {
  struct sp_reconciliation result;
  int rc = sp_reconcile(call->work.db, &result, call->work.err);
  if (rc == 0) sp_reconcile_json(&result, &call->w);
  return rc;
}

static void write_record(struct sp_json_writer *w, struct sp_rows *rows) {
  struct sp_id actor;
  char hash[SP_HASH_HEX];
  size_t body_len = 0, hash_len = 0;
  const char *body = sp_rows_blob(rows, 6, &body_len);
  const void *stored = sp_rows_blob(rows, 7, &hash_len);
  char generation[SP_HASH_HEX];
  size_t generation_len = 0;
  const void *priced_by = sp_rows_blob(rows, 5, &generation_len);
  sp_rows_id(rows, 4, &actor);
  sp_json_open_object(w);
  sp_json_put_int(w, "seq", sp_rows_int(rows, 0));
  sp_json_put_text(w, "kind", sp_rows_text(rows, 1));
  sp_json_put_int(w, "version", sp_rows_int(rows, 2));
  sp_json_put_time(w, "at", sp_rows_int(rows, 3));
  sp_json_put_id(w, "actor", actor.bytes);
  if (generation_len == SP_HASH_LEN) {
    sp_hash_hex(priced_by, generation);
    sp_json_put_text(w, "generation", generation);
  }
  if (hash_len == SP_HASH_LEN) {
    sp_hash_hex(stored, hash);
    sp_json_put_text(w, "hash", hash);
  }
  sp_json_key(w, "body");
  sp_json_raw(w, body, body_len);
  sp_json_close_object(w);
}

int sp_route_journal(struct sp_call *call) {
  int64_t after = 0, limit = 100;
  int rc = sp_call_query_int(call, "after", 0, SP_JSON_INT_MAX, &after);
  if (rc == 0) rc = sp_call_query_int(call, "limit", 1, 1000, &limit);
  const struct sp_value params[] = {sp_v_int(after), sp_v_int(limit)};
  return rc == 0 ? sp_write_rows(call, SP_Q_JOURNAL_PAGE, params, 2, write_record) : rc;
}

/* ---- Jobs ---- */

int sp_route_job_start(struct sp_call *call) {
  static const char *const known[] = {"kind", "path", NULL};
  struct sp_error *err = call->work.err;
  const char *kind = NULL, *path = NULL;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "kind", SP_REQUIRED, 20, &kind, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "path", SP_OPTIONAL, 4000, &path, err);
  if (rc != 0) return rc;
  bool backup = strcmp(kind, "backup") == 0;
  if (!backup && strcmp(kind, "reconcile") != 0) return sp_fail(err, SP_E_INVALID, "kind", "There is no job %s", kind);
  /* A path of this machine is a thing for whoever sits at this machine. */
  if (backup && !call->request->is_local) {
    return sp_fail(err, SP_E_DENIED, "kind", "A backup is started on the machine itself: suanpan backup");
  }
  if (backup && (path == NULL || path[0] != '/')) {
    return sp_fail(err, SP_E_INVALID, "path", "A backup needs an absolute path");
  }
  const struct sp_job_request request = {.kind = backup ? "backup" : "reconcile",
                                         .path = sp_arena_text(&call->task.arena, path)};
  return sp_call_job(call, &request);
}

int sp_route_import(struct sp_call *call) {
  bool sales = strcmp(call->params[0], "sales") == 0;
  if (!sales && strcmp(call->params[0], "products") != 0) {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "kind", "There is nothing under %s", call->params[0]);
  }
  if (call->request->body_path == NULL || call->request->body_len == 0) {
    return sp_fail(call->work.err, SP_E_INVALID, NULL, "Send the file as the body");
  }
  const struct sp_job_request request = {.kind = sales ? "sales" : "products",
                                         .path = call->request->body_path,
                                         .dry_run = sp_call_flag(call, "dry_run"),
                                         .skip_bad = sp_call_flag(call, "skip_bad"),
                                         .remove = true};
  return sp_call_job(call, &request);
}

int sp_route_job_get(struct sp_call *call) {
  struct sp_id *id = sp_arena_alloc(&call->task.arena, sizeof *id);
  if (id == NULL) return sp_error_nomem(call->work.err, __func__);
  int rc = sp_call_id(call, 0, id);
  if (rc == 0) call->job_asked = id;
  return rc;
}

/* ---- Training ---- */

static int reset(struct sp_call *call) {
  call->options->reset(call->options->ctx);
  return 0;
}

int sp_route_reset(struct sp_call *call) {
  if (call->options->reset == NULL)
    return sp_fail(call->work.err, SP_E_NOT_FOUND, NULL, "Only training can begin anew");
  call->after = reset;
  call->status = 202;
  sp_json_open_object(&call->w);
  sp_json_close_object(&call->w);
  return 0;
}
