/* What is configured becomes drivers: rows of the table device, printers that tills name, the node's own printer. */
#include "base/clock.h"
#include "base/text.h"
#include "devices/codec/capture.h"
#include "main/devices_parts.h"
#include <stdlib.h>
#include <string.h>

#define ID_SEED UINT64_C(0x9E3779B97F4A7C15)

/* ---- What a driver says ---- */

static void on_scan(struct sp_node_devices *devices, struct entry *entry, const struct sp_device_event *event) {
  struct sp_till_hub *hub = sp_devices_hub(devices, entry->till);
  sp_till_hub_scan(hub, entry->till, event->scan->text, event->scan->len, event->scan->aim, event->now_us);
}

static void on_scan_lost(struct sp_node_devices *devices, const struct entry *entry) {
  struct sp_till_hub *hub = sp_devices_hub(devices, entry->till);
  enum sp_lang lang = sp_till_hub_lang(hub, entry->till);
  sp_till_hub_notice(hub, entry->till, "warn", "scan-lost", sp_tr(lang, "A code was not read whole: scan again"));
}

static void on_event(void *ctx, const struct sp_device_event *event) {
  struct sp_node_devices *devices = ctx;
  struct entry *entry = sp_devices_find(devices, sp_device_id(event->device));
  if (!entry || devices->stopping) return;
  switch (event->kind) {
  case SP_DEVICE_STATUS:
    sp_devices_faults(devices, entry);
    if (entry->till[0] != '\0') sp_devices_show(devices, entry->till);
    break;
  case SP_DEVICE_SCAN:
    if (entry->till[0] != '\0') on_scan(devices, entry, event);
    break;
  case SP_DEVICE_SCAN_LOST:
    if (entry->till[0] != '\0') on_scan_lost(devices, entry);
    break;
  case SP_DEVICE_WEIGHT:
    sp_devices_show_weight(devices, entry, event);
    break;
  case SP_DEVICE_JOB:
    sp_devices_job_event(devices, entry, event);
    break;
  }
}

static void on_trace(void *ctx, const struct sp_device *device, bool in, const uint8_t *bytes, size_t len,
                     int64_t now_us) {
  struct sp_node_devices *devices = ctx;
  struct entry *entry = sp_devices_find(devices, sp_device_id(device));
  if (!entry || !entry->capture) return;
  (void)sp_capture_put(now_us, in, bytes, len, entry->capture); /* what does not fit any more is left out */
}

static void on_wake(void *ctx, struct sp_device *device) {
  struct sp_node_devices *devices = ctx;
  struct entry *entry = sp_devices_find(devices, sp_device_id(device));
  if (!entry) return;
  entry->due_us = 0;
  sp_devices_rearm(devices);
}

/* ---- Making and dropping ---- */

/* A link has one device: two connections to one printer print into one another. */
static int check_link(const struct sp_node_devices *devices, struct entry *entry, const char *address,
                      struct sp_error *err) {
  entry->twice = false;
  for (int i = 0; i < devices->count; i++) {
    const struct entry *other = devices->entries[i];
    if (other == entry || !other->device || !sp_link_same(address, sp_device_address(other->device))) continue;
    entry->twice = true;
    return sp_fail(err, SP_E_EXISTS, "link", "Device %s has this link already, and a link has one device", other->id);
  }
  return 0;
}

static int driver_make(struct sp_node_devices *devices, struct entry *entry) {
  const struct sp_device_env env = {.links = sp_links_on(devices->node->loop),
                                    .event = on_event,
                                    .trace = on_trace,
                                    .wake = on_wake,
                                    .ctx = devices,
                                    .seed = ID_SEED ^ (uint64_t)sp_clock_monotonic_us()};
  struct sp_error error = {.lang = devices->node->config->language};
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(entry->config, strlen(entry->config), &tree, &error);
  if (!rc) rc = sp_device_new(entry->id, tree, &env, &entry->device, &error);
  sp_json_free(tree);
  if (rc == 0) rc = check_link(devices, entry, sp_device_address(entry->device), &error);
  if (rc == 0) return 0;
  sp_device_free(entry->device);
  entry->device = NULL;
  snprintf(entry->problem, sizeof entry->problem, "%s", error.message);
  sp_log(SP_LOG_WARN, "devices", "%s: %s%s%s", entry->id, error.field, error.field[0] ? ": " : "", error.message);
  return rc;
}

int sp_devices_place(struct sp_node_devices *devices, const char *id, const char *till, const char *config) {
  struct entry *entry = sp_devices_find(devices, id);
  bool same = entry && strcmp(entry->till, till) == 0 && strcmp(entry->config, config) == 0;
  if (same && !entry->twice) return 0;
  if (entry) sp_devices_drop(devices, entry);
  if (devices->count == SP_NODE_DEVICES_MAX) return SP_E_LIMIT;
  entry = calloc(1, sizeof *entry);
  if (!entry) return SP_E_NOMEM;
  entry->config = strdup(config);
  if (!entry->config) {
    free(entry);
    return SP_E_NOMEM;
  }
  snprintf(entry->id, sizeof entry->id, "%s", id);
  snprintf(entry->till, sizeof entry->till, "%s", till);
  devices->entries[devices->count++] = entry;
  if (driver_make(devices, entry) == 0) {
    sp_device_start(entry->device, sp_clock_monotonic_us());
    sp_devices_verification(devices, entry);
    /* A display that comes in the middle of a sale: after a start, or configured anew. */
    if (sp_device_class(entry->device) == SP_DEVICE_DISPLAY && entry->till[0] != '\0')
      sp_till_hub_show(devices->hub, entry->till);
  }
  return 0;
}

void sp_devices_drop(struct sp_node_devices *devices, struct entry *entry) {
  for (int i = 0; i < devices->count; i++) {
    if (devices->entries[i] != entry) continue;
    devices->entries[i] = devices->entries[--devices->count];
    break;
  }
  sp_device_free(entry->device);
  sp_devices_jobs_lost(devices, entry->id);
  if (!devices->stopping) sp_node_alarms_forget(devices->alarms, entry->till, entry->id);
  if (entry->capture) sp_buf_free(entry->capture);
  free(entry->capture);
  free(entry->config);
  free(entry);
}

/* ---- Loading ---- */

struct row {
  char id[SP_DEVICE_ID_MAX + 1], till[SP_ALARM_TILL_MAX + 1];
  char *config;
};

struct load {
  struct chore chore; /* first */
  struct row rows[SP_NODE_DEVICES_MAX];
  int count;
};

static int row_add(struct load *load, const char *id, const char *till, const char *config) {
  if (load->count == SP_NODE_DEVICES_MAX || !config) return config ? 0 : SP_E_NOMEM;
  struct row *row = &load->rows[load->count];
  row->config = strdup(config);
  if (!row->config) return SP_E_NOMEM;
  snprintf(row->id, sizeof row->id, "%s", id);
  snprintf(row->till, sizeof row->till, "%s", till);
  load->count++;
  return 0;
}

static void rows_free(struct load *load) {
  while (load->count > 0)
    free(load->rows[--load->count].config);
}

/* A printer that is named by its target only: whatever it is, plain ESC/POS will do, and what it understands it must
 * answer, for what was sent is not on paper. One that never answers is configured as a device that says so. */
static int target_add(struct load *load, const char *id, const char *till, const char *target, int64_t columns) {
  struct sp_buf json;
  struct sp_json_writer w;
  sp_buf_init(&json, 1024);
  sp_json_start(&w, &json);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "class", "printer");
  sp_json_put_text(&w, "link", target);
  sp_json_put_text(&w, "profile", columns > 0 && columns <= 32 ? "generic-58" : "generic-80");
  sp_json_close_object(&w);
  int rc = json.failed ? json.failed : row_add(load, id, till, sp_buf_text(&json));
  sp_buf_free(&json);
  return rc;
}

static int load_stored(struct load *load, struct sp_work *work) {
  struct sp_rows *rows = NULL;
  int rc = sp_db_query(work->db, SP_Q_HUB_DEVICES, NULL, 0, &rows, work->err);
  if (rc) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    int added = row_add(load, sp_rows_text(rows, 0), sp_rows_text(rows, 1), sp_rows_text(rows, 2));
    if (added) rc = added;
    if (added) break;
  }
  sp_rows_finish(rows);
  return rc;
}

/* Of the printers that tills name; the node's own is one device for all who name it. */
static int load_targets(struct load *load, struct sp_work *work, const char *shared) {
  struct sp_rows *rows = NULL;
  char id[SP_DEVICE_ID_MAX + 1];
  int rc = sp_db_query(work->db, SP_Q_HUB_PRINTERS, NULL, 0, &rows, work->err);
  if (rc) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    if (strcmp(sp_rows_text(rows, 1), shared) == 0) continue;
    snprintf(id, sizeof id, "%.20s.printer", sp_rows_text(rows, 0));
    int added = target_add(load, id, sp_rows_text(rows, 0), sp_rows_text(rows, 1), sp_rows_int(rows, 2));
    if (added) rc = added;
    if (added) break;
  }
  sp_rows_finish(rows);
  return rc;
}

static int load_run(struct chore *chore, struct sp_work *work) {
  struct load *load = (struct load *)(void *)chore;
  const char *shared = chore->devices->node->config->printer;
  rows_free(load);
  int rc = load_stored(load, work);
  if (!rc) rc = load_targets(load, work, shared);
  if (!rc && shared[0] != '\0') rc = target_add(load, SP_PRINT_SHARED, "", shared, 48);
  return rc;
}

static bool is_loaded(const struct load *load, const struct entry *entry) {
  for (int i = 0; i < load->count; i++) {
    const struct row *row = &load->rows[i];
    if (strcmp(row->id, entry->id) == 0)
      return strcmp(row->till, entry->till) == 0 && !strcmp(row->config, entry->config);
  }
  return false;
}

/* What is no more, or is another one now, goes first: it may have the link of one that comes. */
static void reconcile(struct sp_node_devices *devices, const struct load *load) {
  for (int i = devices->count - 1; i >= 0; i--) {
    if (!is_loaded(load, devices->entries[i])) sp_devices_drop(devices, devices->entries[i]);
  }
  for (int i = 0; i < load->count; i++) {
    if (sp_devices_place(devices, load->rows[i].id, load->rows[i].till, load->rows[i].config) != 0)
      sp_log(SP_LOG_ERROR, "devices", "%s cannot be taken up", load->rows[i].id);
  }
}

static void load_end(struct chore *chore) {
  struct load *load = (struct load *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  if (sp_devices_chore_may_pass(chore, "the list of devices")) {
    sp_devices_chore_again(chore);
    return;
  }
  devices->loading = false;
  if (chore->task.result == 0 && !devices->stopping) {
    reconcile(devices, load);
    sp_devices_show_print(devices);
    sp_devices_show(devices, NULL);
    sp_devices_rearm(devices);
    sp_devices_look(devices);
  } else if (chore->task.result != 0 && !devices->stopping) {
    sp_log(SP_LOG_ERROR, "devices", "the devices could not be read: %s", chore->task.error.message);
  }
  rows_free(load);
  free(load);
  if (devices->load_again) sp_devices_load(devices);
}

void sp_devices_load(struct sp_node_devices *devices) {
  devices->load_again = devices->loading;
  if (devices->loading || devices->stopping) return;
  struct load *load = calloc(1, sizeof *load);
  if (!load) return;
  devices->loading = true;
  load->chore.run = load_run;
  load->chore.end = load_end;
  sp_devices_chore(devices, &load->chore);
}
