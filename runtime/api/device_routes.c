/* Devices: as configured, which is a row, and as they are, which their drivers say on the loop. */
#include "api/device_link.h"
#include "app/device.h"
#include "app/till.h"

#include <cjson/cJSON.h>
#include <string.h>

/* What the loop needs of a request that a worker allowed. */
struct kept {
  struct sp_device_row row; /* of put; the id of the others */
  struct sp_device_row *rows;
  int32_t count;
  const char *action;
};

static struct kept *keep(struct sp_call *call, int (*after)(struct sp_call *call)) {
  struct kept *kept = sp_arena_alloc(&call->task.arena, sizeof *kept);
  if (kept == NULL) {
    (void)sp_error_nomem(call->work.err, __func__);
    return NULL;
  }
  call->after = after;
  call->after_data = kept;
  return kept;
}

/* ---- List ---- */

static const struct cJSON *find_live(const struct cJSON *list, const char *id) {
  const struct cJSON *device = NULL;
  cJSON_ArrayForEach(device, list) {
    const struct cJSON *name = sp_json_member(device, "id");
    if (cJSON_IsString(name) && strcmp(name->valuestring, id) == 0) return device;
  }
  return NULL;
}

static void write_row(struct sp_json_writer *w, const struct sp_device_row *row, const struct cJSON *live) {
  sp_json_open_object(w);
  sp_json_put_text(w, "id", row->id);
  sp_json_put_text(w, "till", row->till[0] != '\0' ? row->till : NULL);
  sp_json_put_text(w, "class", row->class);
  sp_json_put_int(w, "revision", row->revision);
  sp_json_key(w, "config");
  sp_json_raw(w, row->config, strlen(row->config));
  sp_json_key(w, "live");
  sp_write_tree(w, live);
  sp_json_close_object(w);
}

static bool has_row(const struct kept *kept, const char *id) {
  for (int32_t i = 0; i < kept->count; i++)
    if (strcmp(kept->rows[i].id, id) == 0) return true;
  return false;
}

/* Devices that the node made by itself, of a till's printer: there is nothing to edit. */
static void write_rest(struct sp_json_writer *w, const struct kept *kept, const struct cJSON *list) {
  const struct cJSON *device = NULL;
  cJSON_ArrayForEach(device, list) {
    const struct cJSON *id = sp_json_member(device, "id");
    if (!cJSON_IsString(id) || has_row(kept, id->valuestring)) continue;
    sp_json_open_object(w);
    sp_json_put_text(w, "id", id->valuestring);
    sp_json_key(w, "till");
    sp_write_tree(w, sp_json_member(device, "till"));
    sp_json_key(w, "class");
    sp_write_tree(w, sp_json_member(device, "class"));
    sp_json_put_int(w, "revision", 0);
    sp_json_key(w, "config");
    sp_json_null(w);
    sp_json_key(w, "live");
    sp_write_tree(w, device);
    sp_json_close_object(w);
  }
}

static int merge(struct sp_call *call) {
  const struct sp_api_devices *devices = call->options->devices;
  const struct kept *kept = call->after_data;
  struct cJSON *list = NULL;
  struct sp_buf live;
  struct sp_json_writer w;
  sp_buf_init(&live, SP_ANSWER_MAX);
  sp_json_start(&w, &live);
  if (devices != NULL && devices->list != NULL) devices->list(devices->ctx, &w);
  if (live.len > 0 && live.failed == 0) (void)sp_json_parse(live.data, live.len, &list, call->work.err);
  sp_json_open_array(&call->w);
  for (int32_t i = 0; i < kept->count; i++)
    write_row(&call->w, &kept->rows[i], find_live(list, kept->rows[i].id));
  write_rest(&call->w, kept, list);
  sp_json_close_array(&call->w);
  sp_json_free(list);
  sp_buf_free(&live);
  return 0;
}

int sp_route_device_list(struct sp_call *call) {
  struct kept *kept = keep(call, merge);
  return kept != NULL ? sp_device_rows(&call->work, &kept->rows, &kept->count) : SP_E_NOMEM;
}

/* ---- Put and remove ---- */

static int tell_put(struct sp_call *call) {
  const struct sp_api_devices *devices = call->options->devices;
  const struct kept *kept = call->after_data;
  if (devices != NULL && devices->put != NULL)
    devices->put(devices->ctx, kept->row.id, kept->row.till, kept->row.config);
  return 0;
}

static int check_config(struct sp_call *call, const char *id, const struct cJSON *config, const char **class) {
  static const char *const classes[] = {"printer", "scanner", "scale", "display", NULL};
  const struct sp_api_devices *devices = call->options->devices;
  struct sp_error *err = call->work.err;
  if (devices != NULL && devices->check != NULL) return devices->check(id, config, class, err);
  int rc = sp_json_get_text(config, "class", SP_REQUIRED, 20, class, err);
  for (int i = 0; rc == 0 && classes[i] != NULL; i++)
    if (strcmp(classes[i], *class) == 0) return 0;
  return rc != 0 ? rc : sp_fail(err, SP_E_INVALID, "class", "There is no class of devices %s", *class);
}

/* As with a till's printer: a path of this machine is a thing for whoever sits at this machine. */
static int check_link(struct sp_call *call) {
  const struct cJSON *link = sp_json_member(call->body, "link");
  bool file = cJSON_IsString(link) && strncmp(link->valuestring, "file:", 5) == 0;
  if (!file || call->request->is_local) return 0;
  return sp_fail(call->work.err, SP_E_DENIED, "link", "A device that is a file is set on the machine itself");
}

static int check_free(struct sp_call *call, const struct sp_device_row *row) {
  const struct cJSON *link = sp_json_member(call->body, "link");
  const struct sp_link_use use = {
      .link = cJSON_IsString(link) ? link->valuestring : NULL,
      .device = row->id,
      .till = row->till,
      .printer = strcmp(row->class, "printer") == 0,
      .field = "link",
  };
  return sp_call_link_free(call, &use);
}

/* The body is the configuration, but for the till. */
static int read_device(struct sp_call *call, struct sp_device_row *out) {
  struct sp_buf text;
  struct sp_json_writer w;
  const char *till = NULL, *class = NULL;
  int rc = sp_json_get_text(call->body, "till", SP_OPTIONAL, 40, &till, call->work.err);
  if (rc != 0) return rc;
  out->id = call->params[0];
  out->till = till != NULL ? sp_arena_text(&call->task.arena, till) : "";
  cJSON_DeleteItemFromObjectCaseSensitive(call->body, "till");
  rc = check_link(call);
  if (rc == 0 && out->till == NULL) rc = sp_error_nomem(call->work.err, __func__);
  if (rc == 0) rc = check_config(call, out->id, call->body, &class);
  if (rc != 0) return rc;
  sp_buf_init(&text, 2 * SP_DEVICE_CONFIG_MAX);
  sp_json_start(&w, &text);
  sp_write_tree(&w, call->body);
  out->class = sp_arena_text(&call->task.arena, class);
  out->config = text.failed == 0 ? sp_arena_copy(&call->task.arena, text.data, text.len) : NULL;
  rc = text.failed;
  sp_buf_free(&text);
  if (rc == SP_E_LIMIT) return sp_fail(call->work.err, rc, NULL, "The configuration of a device is too long");
  bool whole = out->till != NULL && out->class != NULL && out->config != NULL;
  return whole ? 0 : sp_error_nomem(call->work.err, __func__);
}

int sp_route_device_put(struct sp_call *call) {
  struct kept *kept = keep(call, tell_put);
  int64_t expected = -1;
  bool made = false;
  if (kept == NULL) return SP_E_NOMEM;
  int rc = sp_call_if_match(call, &expected);
  if (rc == 0) rc = read_device(call, &kept->row);
  if (rc == 0) rc = sp_device_put(&call->work, &kept->row, expected, &call->revision, &made);
  if (rc == 0) rc = check_free(call, &kept->row); /* of what is good otherwise */
  if (rc != 0) return rc;
  call->status = made ? 201 : 200;
  sp_json_open_object(&call->w);
  sp_json_put_text(&call->w, "id", kept->row.id);
  sp_json_put_int(&call->w, "revision", call->revision);
  sp_json_close_object(&call->w);
  return 0;
}

static int tell_removed(struct sp_call *call) {
  const struct sp_api_devices *devices = call->options->devices;
  const struct kept *kept = call->after_data;
  if (devices != NULL && devices->remove != NULL) devices->remove(devices->ctx, kept->row.id);
  return 0;
}

int sp_route_device_delete(struct sp_call *call) {
  struct kept *kept = keep(call, tell_removed);
  if (kept == NULL) return SP_E_NOMEM;
  kept->row.id = call->params[0];
  int rc = sp_device_remove(&call->work, kept->row.id);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  sp_json_close_object(&call->w);
  return 0;
}

/* ---- Actions ---- */

static int act(struct sp_call *call) {
  const struct sp_api_devices *devices = call->options->devices;
  const struct kept *kept = call->after_data;
  if (devices == NULL || devices->action == NULL)
    return sp_fail(call->work.err, SP_E_UNSUPPORTED, NULL, "This node drives no devices");
  sp_json_open_object(&call->w);
  int rc = devices->action(devices->ctx, kept->row.id, kept->action, &call->w, call->work.err);
  sp_json_close_object(&call->w);
  return rc;
}

/* Whoever changes what a scale says stands at its till, and that till is open: the sale there is weighed by it. */
static int may_adjust(struct sp_call *call, const char *id, const char *action) {
  struct sp_device_row row;
  struct sp_work there = call->work;
  bool adjusts = strcmp(action, "zero") == 0 || strcmp(action, "tare") == 0;
  int rc = adjusts ? sp_device_load(&call->work, id, &row) : 0;
  if (rc == SP_E_NOT_FOUND) return 0; /* the devices say so */
  if (rc != 0 || !adjusts || row.till[0] == '\0') return rc;
  rc = sp_work_till(&call->work, row.till, &there.actor.till);
  if (rc != 0) return rc;
  bool manages = sp_role_rank(sp_work_till_role(&call->work)) >= sp_role_rank(SP_ROLE_MANAGER);
  if (!manages && !sp_id_equal(&there.actor.till, &call->work.actor.till))
    return sp_fail(call->work.err, SP_E_DENIED, "till", "This session is not of the till %s: sign in there", row.till);
  return sp_till_unlocked(&there);
}

int sp_route_device_action(struct sp_call *call) {
  static const char *const known[] = {"do", NULL};
  static const struct {
    const char *name;
    enum sp_role role;
  } actions[] = {{"test", SP_ROLE_CASHIER}, {"zero", SP_ROLE_CASHIER},  {"tare", SP_ROLE_CASHIER},
                 {"kick", SP_ROLE_MANAGER}, {"reset", SP_ROLE_MANAGER}, {"capture", SP_ROLE_MANAGER}};
  struct kept *kept = keep(call, act);
  const char *name = NULL;
  if (kept == NULL) return SP_E_NOMEM;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_json_get_text(call->body, "do", SP_REQUIRED, 20, &name, call->work.err);
  if (rc != 0) return rc;
  kept->row.id = call->params[0];
  for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
    if (strcmp(actions[i].name, name) != 0) continue;
    kept->action = actions[i].name;
    rc = sp_work_require(&call->work, actions[i].role);
    return rc == 0 ? may_adjust(call, kept->row.id, kept->action) : rc;
  }
  return sp_fail(call->work.err, SP_E_INVALID, "do", "A device knows no action %s", name);
}
