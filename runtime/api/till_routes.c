/* Tills: where people sell, and where their receipts are printed. */
#include "api/device_link.h"

#include <string.h>

#define PRINTER_MAX 200

#define UNSAID (-1)

/* What may be said of a till; null or UNSAID: left as it is. */
struct till {
  const char *name, *printer, *mode;
  int64_t columns; /* 0: as many as its printer has */
};

int sp_route_till_list(struct sp_call *call) {
  struct sp_rows *rows = NULL;
  struct sp_json_writer *w = &call->w;
  struct sp_id id;
  int rc = sp_db_query(call->work.db, SP_Q_TILL_LIST, NULL, 0, &rows, call->work.err);
  if (rc != 0) return rc;
  sp_json_open_array(w);
  while ((rc = sp_rows_next(rows, call->work.err)) > 0) {
    sp_rows_id(rows, 0, &id);
    sp_json_open_object(w);
    sp_json_put_id(w, "id", id.bytes);
    sp_json_put_text(w, "code", sp_rows_text(rows, 1));
    sp_json_put_text(w, "name", sp_rows_text(rows, 2));
    sp_json_put_text(w, "printer", sp_rows_text(rows, 3));
    if (sp_rows_int(rows, 4) > 0) sp_json_put_int(w, "columns", sp_rows_int(rows, 4));
    sp_json_put_text(w, "mode", sp_rows_text(rows, 6));
    sp_rows_id(rows, 5, &id);
    if (!sp_id_is_nil(&id)) sp_json_put_id(w, "shift", id.bytes);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_rows_finish(rows);
  return rc;
}

static bool code_valid(const char *code) {
  size_t len = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  return len > 0 && len <= 20 && code[len] == '\0';
}

static int check_printer(struct sp_call *call, const char *printer) {
  if (printer == NULL || printer[0] == '\0') return 0;
  /* As with a backup: a path of this machine is a thing for whoever sits at this machine. */
  if (strncmp(printer, "file:", 5) == 0 && !call->request->is_local) {
    return sp_fail(call->work.err, SP_E_DENIED, "printer", "A printer that is a file is set on the machine itself");
  }
  if (call->options->printer_check == NULL) return 0;
  int rc = call->options->printer_check(printer, call->work.err);
  if (rc != 0) sp_error_prefix(call->work.err, "printer");
  return rc;
}

static int read_till(struct sp_call *call, struct till *out) {
  struct sp_error *err = call->work.err;
  int rc = sp_json_get_text(call->body, "name", SP_OPTIONAL, 60, &out->name, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "printer", SP_OPTIONAL, PRINTER_MAX, &out->printer, err);
  if (rc == 0) {
    rc = sp_json_get_int(call->body, "columns", SP_OPTIONAL, 0, SP_PRINT_COLUMNS_MAX, &out->columns, err);
  }
  if (rc == 0 && out->columns > 0 && out->columns < SP_PRINT_COLUMNS_MIN)
    rc = sp_fail(err, SP_E_INVALID, "columns", "columns must be between %d and %d, or 0 for those of the printer",
                 SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX);
  if (rc == 0) rc = sp_json_get_text(call->body, "mode", SP_OPTIONAL, 10, &out->mode, err);
  if (rc == 0) rc = check_printer(call, out->printer);
  if (rc == 0 && out->mode != NULL && strcmp(out->mode, "staffed") != 0 && strcmp(out->mode, "self") != 0)
    rc = sp_fail(err, SP_E_INVALID, "mode", "A till is staffed or self");
  if (out->name != NULL) out->name = sp_arena_text(&call->task.arena, out->name);
  if (out->printer != NULL) out->printer = sp_arena_text(&call->task.arena, out->printer);
  if (out->mode != NULL) out->mode = sp_arena_text(&call->task.arena, out->mode);
  return rc;
}

static void plan_mode(struct sp_call *call, const struct sp_id *id, const char *mode) {
  const struct sp_value params[] = {sp_v_blob(id->bytes, SP_ID_LEN), sp_v_text(mode)};
  if (mode == NULL) return;
  sp_plan_add(&call->task.plan, SP_Q_TILL_SET_MODE, params, 2);
  call->all_tills = true;
}

static int check_free(struct sp_call *call, const char *code, const char *printer) {
  const struct sp_link_use use = {.link = printer != NULL && printer[0] != '\0' ? printer : NULL,
                                  .till = code,
                                  .printer = true,
                                  .field = "printer"};
  return sp_call_link_free(call, &use);
}

/* On the loop, when it is on disk: the till may have another printer now. */
static int tell_devices(struct sp_call *call) {
  const struct sp_api_devices *devices = call->options->devices;
  if (devices != NULL && devices->tills != NULL) devices->tills(devices->ctx);
  return 0;
}

static int answer(struct sp_call *call, int status, const struct sp_id *id, const char *code) {
  call->after = tell_devices;
  call->status = status;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "id", id->bytes);
  sp_json_put_text(&call->w, "code", code);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_till_create(struct sp_call *call) {
  static const char *const known[] = {"code", "name", "printer", "columns", "mode", NULL};
  struct sp_error *err = call->work.err;
  struct till till = {.columns = 0};
  struct sp_rows *rows = NULL;
  const char *code = NULL;
  struct sp_id id;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "code", SP_REQUIRED, 20, &code, err);
  if (rc == 0) rc = read_till(call, &till);
  if (rc != 0) return rc;
  if (!code_valid(code)) {
    return sp_fail(err, SP_E_INVALID, "code", "A till code has 1 to 20 letters, digits or underscores");
  }
  code = sp_arena_text(&call->task.arena, code);
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(call->work.db, SP_Q_TILL_BY_CODE, key, 1, &rows, err);
  if (got < 0) return got;
  sp_rows_finish(rows);
  if (got > 0) return sp_fail(err, SP_E_EXISTS, "code", "There is a till %s already", code);
  rc = check_free(call, code, till.printer);
  if (rc != 0) return rc;
  rc = sp_id_new(call->work.now, &id);
  if (rc != 0) return sp_fail(err, rc, NULL, "No randomness for an id");
  const struct sp_value params[] = {
      sp_v_blob(id.bytes, SP_ID_LEN),
      sp_v_blob(call->work.app->store.id.bytes, SP_ID_LEN),
      sp_v_text(code),
      sp_v_text(till.name != NULL ? till.name : code),
      sp_v_text(till.printer != NULL ? till.printer : ""),
      sp_v_int(till.columns),
      sp_v_int(call->work.now),
  };
  sp_plan_add(&call->task.plan, SP_Q_TILL_INSERT, params, 7);
  plan_mode(call, &id, till.mode);
  return answer(call, 201, &id, code);
}

/* What is not named stays; a till keeps its code, which its receipts carry. */
int sp_route_till_change(struct sp_call *call) {
  static const char *const known[] = {"name", "printer", "columns", "mode", NULL};
  struct sp_error *err = call->work.err;
  struct till till = {.columns = UNSAID};
  struct sp_rows *rows = NULL;
  struct sp_id id;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = read_till(call, &till);
  if (rc == 0) rc = check_free(call, call->params[0], till.printer);
  if (rc != 0) return rc;
  const struct sp_value key[] = {sp_v_text(call->params[0])};
  int got = sp_db_one(call->work.db, SP_Q_TILL_BY_CODE, key, 1, &rows, err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(err, SP_E_NOT_FOUND, "till", "There is no till %s", call->params[0]);
  sp_rows_id(rows, 0, &id);
  const struct sp_value params[] = {
      sp_v_blob(id.bytes, SP_ID_LEN),
      sp_v_text(till.name != NULL ? till.name : sp_work_column(&call->work, rows, 2)),
      sp_v_text(till.printer != NULL ? till.printer : sp_work_column(&call->work, rows, 3)),
      sp_v_int(till.columns != UNSAID ? till.columns : sp_rows_int(rows, 4)),
  };
  sp_rows_finish(rows);
  sp_plan_add(&call->task.plan, SP_Q_TILL_UPDATE, params, 4);
  plan_mode(call, &id, till.mode);
  return answer(call, 200, &id, call->params[0]);
}
