#include "app/device.h"

#include "app/journal.h"
#include "base/json.h"

#include <string.h>

#define BODY_MAX (SP_DEVICE_CONFIG_MAX + 1024)

bool sp_device_id_valid(const char *id) {
  size_t len = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
  return len > 0 && len <= SP_DEVICE_ID_BYTES && id[len] == '\0';
}

static int read_row(struct sp_work *work, struct sp_rows *rows, struct sp_device_row *out) {
  *out = (struct sp_device_row){
      .id = sp_work_column(work, rows, 0),
      .till = sp_work_column(work, rows, 1),
      .class = sp_work_column(work, rows, 2),
      .config = sp_work_column(work, rows, 3),
      .revision = sp_rows_int(rows, 4),
      .updated_at = sp_rows_int(rows, 5),
  };
  bool whole = out->id != NULL && out->till != NULL && out->class != NULL && out->config != NULL;
  return whole ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_device_rows(struct sp_work *work, struct sp_device_row **out, int32_t *count) {
  struct sp_rows *rows = NULL;
  struct sp_device_row *list = sp_arena_array(work->arena, SP_DEVICE_ROWS_MAX, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  *count = 0;
  *out = list;
  int rc = sp_db_query(work->db, SP_Q_DEVICE_LIST, NULL, 0, &rows, work->err);
  if (rc != 0) return rc;
  while (*count < SP_DEVICE_ROWS_MAX && (rc = sp_rows_next(rows, work->err)) > 0) {
    rc = read_row(work, rows, &list[*count]);
    if (rc != 0) break;
    (*count)++;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_device_till_printers(struct sp_work *work, const char *except, struct sp_till_printer **out, int32_t *count) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(except)};
  struct sp_till_printer *list = sp_arena_array(work->arena, SP_DEVICE_ROWS_MAX, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  *count = 0;
  *out = list;
  int rc = sp_db_query(work->db, SP_Q_DEVICE_TILL_PRINTERS, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while (*count < SP_DEVICE_ROWS_MAX && (rc = sp_rows_next(rows, work->err)) > 0) {
    struct sp_till_printer *one = &list[*count];
    *one = (struct sp_till_printer){.till = sp_work_column(work, rows, 0), .printer = sp_work_column(work, rows, 1)};
    rc = one->till != NULL && one->printer != NULL ? 0 : sp_error_nomem(work->err, __func__);
    if (rc != 0) break;
    (*count)++;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

/* 1 found, 0 not, or an error. */
static int find(struct sp_work *work, const char *id, struct sp_device_row *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(id)};
  int got = sp_db_one(work->db, SP_Q_DEVICE_GET, key, 1, &rows, work->err);
  if (got <= 0) return got;
  int rc = read_row(work, rows, out);
  sp_rows_finish(rows);
  return rc == 0 ? 1 : rc;
}

int sp_device_load(struct sp_work *work, const char *id, struct sp_device_row *out) {
  int got = find(work, id, out);
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "id", "There is no device %s", id);
  return got < 0 ? got : 0;
}

static void journal(struct sp_work *work, const struct sp_device_row *row, bool removed) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, BODY_MAX);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "id", row->id);
  sp_json_put_text(&w, "till", row->till);
  sp_json_put_text(&w, "class", row->class);
  sp_json_put_bool(&w, "removed", removed);
  sp_json_put_id(&w, "staff", work->actor.staff.bytes);
  if (!removed) {
    sp_json_key(&w, "config");
    sp_json_raw(&w, row->config, strlen(row->config));
  }
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  sp_journal_add(work, "device", 1, copy, body.len, false);
  sp_buf_free(&body);
}

static int check_room(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  int got = sp_db_one(work->db, SP_Q_DEVICE_COUNT, NULL, 0, &rows, work->err);
  if (got <= 0) return got;
  int64_t count = sp_rows_int(rows, 0);
  sp_rows_finish(rows);
  if (count < SP_DEVICE_ROWS_MAX) return 0;
  return sp_fail(work->err, SP_E_LIMIT, NULL, "A store has at most %d devices", SP_DEVICE_ROWS_MAX);
}

static int check(struct sp_work *work, const struct sp_device_row *row) {
  if (!sp_device_id_valid(row->id)) {
    return sp_fail(work->err, SP_E_INVALID, "id",
                   "The name of a device has 1 to %d letters, digits, dashes or underscores", SP_DEVICE_ID_BYTES);
  }
  if (strlen(row->config) <= SP_DEVICE_CONFIG_MAX) return 0;
  return sp_fail(work->err, SP_E_LIMIT, NULL, "The configuration of a device is too long");
}

int sp_device_put(struct sp_work *work, const struct sp_device_row *row, int64_t expected, int64_t *revision,
                  bool *made) {
  struct sp_device_row now = {.revision = 0};
  struct sp_id till;
  int rc = check(work, row);
  if (rc == 0) rc = sp_work_till_or_none(work, row->till, &till);
  if (rc != 0) return rc;
  int got = find(work, row->id, &now);
  if (got < 0) return got;
  if (got == 0) rc = check_room(work);
  if (rc != 0) return rc;
  if (expected >= 0 && expected != now.revision) {
    return sp_fail(work->err, SP_E_STALE, "If-Match", "Somebody has changed this meanwhile: load it again");
  }
  const struct sp_value params[] = {
      sp_v_text(row->id),     sp_v_id(&till),      sp_v_text(row->class),
      sp_v_text(row->config), sp_v_int(work->now), sp_v_int(now.revision),
  };
  sp_plan_expect(work->plan, got > 0 ? SP_Q_DEVICE_UPDATE : SP_Q_DEVICE_INSERT, params, got > 0 ? 6 : 5, SP_E_CONFLICT,
                 "If-Match", "Somebody has changed this meanwhile: load it again");
  journal(work, row, false);
  *made = got == 0;
  *revision = now.revision + 1;
  return 0;
}

int sp_device_remove(struct sp_work *work, const char *id) {
  struct sp_device_row now;
  int rc = sp_device_load(work, id, &now);
  if (rc != 0) return rc;
  const struct sp_value params[] = {sp_v_text(now.id), sp_v_int(now.revision)};
  sp_plan_expect(work->plan, SP_Q_DEVICE_DELETE, params, 2, SP_E_CONFLICT, "If-Match",
                 "Somebody has changed this meanwhile: load it again");
  journal(work, &now, true);
  return 0;
}
