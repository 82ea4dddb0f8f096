#include "base/clock.h"
#include "main/devices_parts.h"
#include <stdlib.h>
#include <string.h>

#define BUSY_MS   50 /* the workers have enough to do, or the disk: try again then */
#define BUSY_MOST 2000

/* ---- Chores ---- */

static void chore_submit(struct chore *chore);
static void chore_wait(struct chore *chore);

static void chore_work(struct sp_worker *worker, struct sp_task *task) {
  struct chore *chore = (struct chore *)(void *)task;
  struct sp_node *node = chore->devices->node;
  struct sp_work work = {
      .app = &node->app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .actor = {.staff = node->system, .role = SP_ROLE_ADMIN, .scopes = ""},
      .now = sp_clock_now_ms(),
      .lang = node->config->language,
      .err = &task->error,
  };
  task->error = (struct sp_error){.lang = work.lang};
  task->result = chore->run(chore, &work);
}

static void chore_end(struct chore *chore) {
  struct sp_node_devices *devices = chore->devices;
  struct sp_arena arena = chore->task.arena;
  devices->chores--;
  chore->end(chore);
  sp_arena_free(&arena);
}

void sp_devices_chore_again(struct chore *chore) {
  chore->devices->chores++;
  sp_arena_init(&chore->task.arena, CHORE_ARENA_MAX);
  chore_wait(chore);
}

static void chore_done(struct sp_task *task) {
  chore_end((struct chore *)(void *)task);
}

struct patience {
  uv_timer_t timer; /* first */
  struct chore *chore;
};

static void patience_closed(uv_handle_t *handle) {
  free(handle);
}

static void patience_over(uv_timer_t *timer) {
  struct patience *patience = (struct patience *)(void *)timer;
  struct chore *chore = patience->chore;
  uv_close((uv_handle_t *)timer, patience_closed);
  chore_submit(chore);
}

static void chore_wait(struct chore *chore) {
  struct patience *patience = calloc(1, sizeof *patience);
  if (!patience) {
    chore->task.result = SP_E_NOMEM;
    chore_end(chore);
    return;
  }
  uint64_t wait = (uint64_t)BUSY_MS << (chore->tries < 6 ? chore->tries : 6);
  chore->tries++;
  patience->chore = chore;
  uv_timer_init(chore->devices->node->loop, &patience->timer);
  uv_timer_start(&patience->timer, patience_over, wait < BUSY_MOST ? wait : BUSY_MOST, 0);
}

static void chore_submit(struct chore *chore) {
  struct sp_node_devices *devices = chore->devices;
  struct sp_executor *executor = sp_loop_executor_port(devices->node->executor);
  int rc = executor->submit(executor, &chore->task);
  if (rc == 0) return;
  if (!devices->stopping) {
    chore_wait(chore);
    return;
  }
  chore->task.result = rc;
  chore_end(chore);
}

void sp_devices_chore(struct sp_node_devices *devices, struct chore *chore) {
  chore->devices = devices;
  chore->task.work = chore_work;
  chore->task.done = chore_done;
  sp_arena_init(&chore->task.arena, CHORE_ARENA_MAX);
  devices->chores++;
  chore_submit(chore);
}

bool sp_devices_chore_may_pass(const struct chore *chore, const char *what) {
  int result = chore->task.result;
  bool may = result == SP_E_CONFLICT || result == SP_E_BUSY || result == SP_E_IO || result == SP_E_FULL;
  if (!may || chore->devices->stopping) return false;
  if (chore->tries == 0) sp_log(SP_LOG_WARN, "devices", "%s waits for the disk: %s", what, chore->task.error.message);
  return true;
}

/* ---- Finding ---- */

struct entry *sp_devices_find(struct sp_node_devices *devices, const char *id) {
  for (int i = 0; i < devices->count; i++) {
    if (strcmp(devices->entries[i]->id, id) == 0) return devices->entries[i];
  }
  return NULL;
}

struct entry *sp_devices_of(struct sp_node_devices *devices, const char *till, enum sp_device_class class) {
  for (int i = 0; i < devices->count; i++) {
    struct entry *entry = devices->entries[i];
    if (entry->device && strcmp(entry->till, till) == 0 && sp_device_class(entry->device) == class) return entry;
  }
  return NULL;
}

/* ---- Time ---- */

static void on_timer(uv_timer_t *timer) {
  struct sp_node_devices *devices = timer->data;
  int64_t now = sp_clock_monotonic_us();
  for (int i = 0; i < devices->count && !devices->stopping; i++) {
    struct entry *entry = devices->entries[i];
    if (!entry->device || entry->due_us > now) continue;
    entry->due_us = INT64_MAX; /* a wake from inside wins */
    int64_t due = sp_device_tick(entry->device, now);
    if (due < entry->due_us) entry->due_us = due;
  }
  sp_devices_rearm(devices);
}

void sp_devices_rearm(struct sp_node_devices *devices) {
  int64_t due = INT64_MAX, now = sp_clock_monotonic_us();
  if (devices->stopping || !devices->timer_open) return;
  for (int i = 0; i < devices->count; i++) {
    if (devices->entries[i]->device && devices->entries[i]->due_us < due) due = devices->entries[i]->due_us;
  }
  if (due == INT64_MAX) {
    uv_timer_stop(&devices->timer);
    return;
  }
  uv_update_time(devices->node->loop);
  uv_timer_start(&devices->timer, on_timer, due <= now ? 0 : (uint64_t)((due - now + 999) / 1000), 0);
}

static void on_plug(void *ctx) {
  struct sp_node_devices *devices = ctx;
  int64_t now = sp_clock_monotonic_us();
  for (int i = 0; i < devices->count; i++) {
    if (!devices->entries[i]->device) continue;
    sp_device_hotplug(devices->entries[i]->device, now);
    devices->entries[i]->due_us = now;
  }
  sp_devices_rearm(devices);
}

/* ---- What the api asks ---- */

static int action_error(struct sp_error *err, const char *action) {
  return sp_fail(err, SP_E_UNSUPPORTED, "do", "This device cannot do %s", action);
}

static int capture(struct entry *entry, struct sp_json_writer *w) {
  bool begin = !entry->capture;
  if (begin) {
    entry->capture = calloc(1, sizeof *entry->capture);
    if (!entry->capture) return SP_E_NOMEM;
    sp_buf_init(entry->capture, SP_CAPTURE_MAX);
  } else {
    sp_json_put_text(w, "bytes", sp_buf_text(entry->capture));
    sp_buf_free(entry->capture);
    free(entry->capture);
    entry->capture = NULL;
  }
  sp_json_put_bool(w, "capturing", begin);
  return 0;
}

static int kick(struct entry *entry, struct sp_error *err);

static int test(struct sp_node_devices *devices, struct entry *entry, struct sp_error *err);

static int act(void *ctx, const char *id, const char *action, struct sp_json_writer *w, struct sp_error *err) {
  struct sp_node_devices *devices = ctx;
  struct entry *entry = sp_devices_find(devices, id);
  if (!entry) return sp_fail(err, SP_E_NOT_FOUND, "id", "There is no device %s", id);
  if (!entry->device) return sp_fail(err, SP_E_STATE, "id", "%s", entry->problem);
  int rc = 0;
  if (strcmp(action, "zero") == 0)
    rc = sp_scale_zero(entry->device, err);
  else if (strcmp(action, "tare") == 0)
    rc = sp_scale_tare(entry->device, err);
  else if (strcmp(action, "test") == 0)
    rc = test(devices, entry, err);
  else if (strcmp(action, "kick") == 0)
    rc = kick(entry, err);
  else if (strcmp(action, "capture") == 0)
    rc = capture(entry, w);
  else if (strcmp(action, "reset") == 0) {
    char till[sizeof entry->till], *config = strdup(entry->config), name[sizeof entry->id];
    if (!config) return sp_error_nomem(err, __func__);
    memcpy(till, entry->till, sizeof till);
    memcpy(name, entry->id, sizeof name);
    sp_devices_drop(devices, entry);
    rc = sp_devices_place(devices, name, till, config) ? sp_error_nomem(err, __func__) : 0;
    free(config);
  } else {
    rc = action_error(err, action);
  }
  sp_devices_rearm(devices);
  return rc;
}

static int scale_act(void *ctx, const char *till, const char *action, struct sp_error *err) {
  struct sp_node_devices *devices = ctx;
  struct entry *entry = sp_devices_of(devices, till, SP_DEVICE_SCALE);
  if (!entry) return sp_fail(err, SP_E_NOT_FOUND, "till", "This till has no scale");
  if (strcmp(action, "taken") == 0) return sp_scale_taken(entry->device, err);
  return strcmp(action, "zero") == 0 ? sp_scale_zero(entry->device, err) : sp_scale_tare(entry->device, err);
}

static int check(const char *id, const struct cJSON *config, const char **class, struct sp_error *err) {
  const char *name = NULL;
  int rc = sp_device_config_check(id, config, err);
  if (rc) return rc;
  rc = sp_json_get_text(config, "class", SP_REQUIRED, 31, &name, err);
  if (rc) return rc;
  int parsed = sp_device_class_parse(name);
  *class = sp_device_class_name((enum sp_device_class)(parsed < 0 ? 0 : parsed));
  return 0;
}

static void put(void *ctx, const char *id, const char *till, const char *config) {
  struct sp_node_devices *devices = ctx;
  (void)id, (void)till, (void)config;
  sp_devices_load(devices); /* a till's own printer may give way to it, so all of them are looked at */
}

static void removed(void *ctx, const char *id) {
  (void)id;
  sp_devices_load(ctx);
}

static void tills(void *ctx) {
  sp_devices_load(ctx);
}

static void print_wake(void *ctx) {
  struct sp_node_devices *devices = ctx;
  devices->may_load = true;
  sp_devices_look(devices);
  sp_devices_show_print(devices);
}

/* ---- Jobs of a person at a device: through the ledger like any other ---- */

struct wish {
  struct chore chore; /* first */
  char device[SP_DEVICE_ID_MAX + 1];
  int columns;
};

static int wish_run(struct chore *chore, struct sp_work *work) {
  struct wish *wish = (struct wish *)(void *)chore;
  struct sp_print_job job;
  return sp_print_queue_test(work, wish->device, wish->columns, &job);
}

static void wish_end(struct chore *chore) {
  struct sp_node_devices *devices = chore->devices;
  if (chore->task.result != 0) {
    sp_log(SP_LOG_WARN, "devices", "a test page was not queued: %s", chore->task.error.message);
  } else {
    sp_devices_look(devices);
  }
  free(chore);
}

static int test(struct sp_node_devices *devices, struct entry *entry, struct sp_error *err) {
  if (sp_device_class(entry->device) != SP_DEVICE_PRINTER) {
    return sp_device_selftest(entry->device, sp_clock_monotonic_us(), err);
  }
  struct wish *wish = calloc(1, sizeof *wish);
  if (!wish) return sp_error_nomem(err, __func__);
  wish->chore.run = wish_run;
  wish->chore.end = wish_end;
  wish->columns = sp_printer_columns(entry->device);
  memcpy(wish->device, entry->id, sizeof wish->device);
  sp_devices_chore(devices, &wish->chore);
  return 0;
}

/* A pulse to try the drawer with: no sale hangs on it, so it is not in the ledger. */
static int kick(struct entry *entry, struct sp_error *err) {
  const struct sp_printer_job job = {.id = KICK_MARK, .drawer = true};
  return sp_printer_submit(entry->device, &job, NULL, NULL, err);
}

/* ---- Life ---- */

int sp_node_devices_new(struct sp_node *node, struct sp_node_alarms *alarms, struct sp_node_devices **out,
                        struct sp_error *err) {
  struct sp_node_devices *devices = calloc(1, sizeof *devices);
  if (!devices) return sp_error_nomem(err, __func__);
  devices->node = node;
  devices->alarms = alarms;
  devices->api = (struct sp_api_devices){
      .ctx = devices,
      .scale = sp_devices_scale,
      .check = check,
      .same_link = sp_link_same,
      .list = sp_devices_list,
      .put = put,
      .remove = removed,
      .tills = tills,
      .action = act,
      .scale_action = scale_act,
      .print_wake = print_wake,
      .screen = sp_devices_screen,
  };
  devices->training_api = (struct sp_api_devices){
      .ctx = devices, .scale = sp_devices_scale, .list = sp_devices_list, .scale_action = scale_act};
  *out = devices;
  return 0;
}

const struct sp_api_devices *sp_node_devices_api(struct sp_node_devices *devices) {
  return &devices->api;
}

void sp_node_devices_start(struct sp_node_devices *devices, struct sp_till_hub *hub) {
  struct sp_error error = {.lang = SP_LANG_EN};
  if (devices->started) return;
  devices->started = true;
  devices->hub = hub;
  uv_timer_init(devices->node->loop, &devices->timer);
  uv_unref((uv_handle_t *)&devices->timer);
  devices->timer.data = devices;
  devices->timer_open = true;
  if (sp_hotplug_new(devices->node->loop, on_plug, devices, &devices->hotplug, &error) != 0) {
    sp_log(SP_LOG_WARN, "devices", "%s", error.message);
  }
  sp_devices_recover(devices);
}

static bool job_begun(const struct sp_node_devices *devices) {
  for (int i = 0; i < devices->job_count; i++) {
    if (devices->jobs[i]->begun || devices->jobs[i]->writing) return true;
  }
  return false;
}

static void on_finish_closed(uv_handle_t *handle) {
  struct sp_node_devices *devices = handle->data;
  devices->finished(devices->finished_ctx);
}

static void on_finish(uv_timer_t *timer) {
  struct sp_node_devices *devices = timer->data;
  if (job_begun(devices) && sp_clock_monotonic_us() < devices->finish_us) return;
  uv_close((uv_handle_t *)timer, on_finish_closed);
}

void sp_node_devices_finish(struct sp_node_devices *devices, void (*done)(void *ctx), void *ctx) {
  devices->finishing = true;
  devices->finished = done;
  devices->finished_ctx = ctx;
  devices->finish_us = sp_clock_monotonic_us() + (int64_t)SP_DEVICES_FINISH_MS * 1000;
  uv_timer_init(devices->node->loop, &devices->finish);
  devices->finish.data = devices;
  uv_timer_start(&devices->finish, on_finish, 0, 20);
}

void sp_node_devices_stop(struct sp_node_devices *devices) {
  if (!devices || devices->stopping) return;
  devices->stopping = true;
  while (devices->count > 0)
    sp_devices_drop(devices, devices->entries[devices->count - 1]);
  sp_hotplug_close(devices->hotplug);
  devices->hotplug = NULL;
  if (devices->timer_open) uv_close((uv_handle_t *)&devices->timer, NULL);
  devices->timer_open = false;
}

void sp_node_devices_free(struct sp_node_devices *devices) {
  if (!devices) return;
  for (int i = 0; i < devices->job_count; i++)
    free(devices->jobs[i]);
  free(devices);
}

void sp_node_devices_metrics(const struct sp_node_devices *devices, struct sp_buf *out) {
  if (!devices) return;
  sp_buf_puts(out, "# HELP suanpan_device_up Whether a device is ready to work.\n# TYPE suanpan_device_up gauge\n");
  for (int i = 0; i < devices->count; i++) {
    struct sp_device_status status = {.state = SP_DEVICE_ABSENT};
    const struct entry *entry = devices->entries[i];
    if (entry->device) sp_device_status(entry->device, &status);
    bool up = status.state == SP_DEVICE_READY || status.state == SP_DEVICE_DEGRADED;
    sp_buf_printf(out, "suanpan_device_up{device=\"%s\"} %d\n", entry->id, up);
  }
  sp_buf_puts(out, "# HELP suanpan_print_steps_total What became of print jobs.\n"
                   "# TYPE suanpan_print_steps_total counter\n");
  for (int state = SP_PAPER_SENDING; state <= SP_PAPER_CANCELLED; state++) {
    sp_buf_printf(out, "suanpan_print_steps_total{state=\"%s\"} %llu\n", sp_paper_name((enum sp_paper)state),
                  (unsigned long long)devices->printed[state]);
  }
}
