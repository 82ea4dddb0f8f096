#include "tests/vm/world.h"
#include "base/clock.h"
#include "tests/vm/check.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 5

/* ---- What devices say ---- */

static struct vm_device *said_by(struct vm_world *world, const struct sp_device *device) {
  for (int i = 0; i < world->count; i++) {
    if (world->devices[i].device == device) return &world->devices[i];
  }
  return NULL;
}

static void note_job(struct vm_device *seen, const struct sp_device_event *event) {
  if (event->job.step == SP_PRINT_WANTED) sp_printer_go(seen->device, event->job.id, event->now_us, NULL);
  seen->jobs_done += event->job.step == SP_PRINT_DONE;
  seen->jobs_unsure += event->job.step == SP_PRINT_UNCERTAIN;
}

static void on_event(void *ctx, const struct sp_device_event *event) {
  struct vm_device *seen = said_by(ctx, event->device);
  struct sp_device_status status;
  if (!seen) return;
  switch (event->kind) {
  case SP_DEVICE_STATUS:
    sp_device_status(event->device, &status);
    if (status.state != seen->state) seen->state_us = sp_clock_monotonic_us();
    seen->state = status.state;
    seen->faults = status.faults;
    seen->was_ready |= status.state == SP_DEVICE_READY || status.state == SP_DEVICE_DEGRADED;
    break;
  case SP_DEVICE_SCAN:
    seen->scans++;
    memcpy(seen->text, event->scan->text, event->scan->len + 1);
    memcpy(seen->aim, event->scan->aim, sizeof seen->aim);
    seen->scan_us = sp_clock_monotonic_us();
    break;
  case SP_DEVICE_SCAN_LOST:
    seen->lost++;
    break;
  case SP_DEVICE_WEIGHT:
    seen->weights++;
    seen->reading = *event->reading;
    seen->sellable = event->sellable;
    break;
  case SP_DEVICE_JOB:
    note_job(seen, event);
    break;
  }
}

/* ---- The loop ---- */

static void on_timer(uv_timer_t *timer) {
  struct vm_world *world = timer->data;
  int64_t now = sp_clock_monotonic_us();
  for (int i = 0; i < world->count; i++)
    sp_device_tick(world->devices[i].device, now);
  if (world->turn) world->turn(world->turn_ctx);
}

static void on_wake(void *ctx, struct sp_device *device) {
  struct vm_world *world = ctx;
  (void)device;
  uv_timer_start(&world->timer, on_timer, 0, TICK_MS);
}

static void on_plug(void *ctx) {
  struct vm_world *world = ctx;
  for (int i = 0; i < world->count; i++)
    sp_device_hotplug(world->devices[i].device, sp_clock_monotonic_us());
}

void vm_begin(struct vm_world *world) {
  struct sp_error error = {.lang = SP_LANG_EN};
  *world = (struct vm_world){.count = 0};
  assert_int_equal(uv_loop_init(&world->loop), 0);
  uv_timer_init(&world->loop, &world->timer);
  world->timer.data = world;
  uv_timer_start(&world->timer, on_timer, TICK_MS, TICK_MS);
  if (sp_hotplug_new(&world->loop, on_plug, world, &world->hotplug, &error)) fail_msg("%s", error.message);
}

void vm_end(struct vm_world *world) {
  for (int i = 0; i < world->count; i++)
    sp_device_free(world->devices[i].device);
  world->count = 0;
  sp_hotplug_close(world->hotplug);
  uv_close((uv_handle_t *)&world->timer, NULL);
  while (uv_run(&world->loop, UV_RUN_DEFAULT) != 0) {
  }
  assert_int_equal(uv_loop_close(&world->loop), 0);
}

struct vm_device *vm_device(struct vm_world *world, const char *json) {
  struct sp_error error = {.lang = SP_LANG_EN};
  const struct sp_device_env env = {
      .links = sp_links_on(&world->loop), .event = on_event, .wake = on_wake, .ctx = world};
  char id[8];
  assert_true(world->count < VM_DEVICES_MAX);
  struct vm_device *seen = &world->devices[world->count];
  struct cJSON *config = cJSON_Parse(json);
  *seen = (struct vm_device){.world = world};
  snprintf(id, sizeof id, "vm%d", world->count);
  if (sp_device_new(id, config, &env, &seen->device, &error)) fail_msg("%s: %s: %s", json, error.field, error.message);
  cJSON_Delete(config);
  world->count++;
  sp_device_start(seen->device, sp_clock_monotonic_us());
  return seen;
}

void vm_forget(struct vm_device *device) {
  *device = (struct vm_device){
      .world = device->world, .device = device->device, .state = device->state, .faults = device->faults};
}

/* ---- Waiting ---- */

void vm_run(struct vm_world *world, int ms) {
  int64_t end = sp_clock_monotonic_us() + (int64_t)ms * 1000;
  do
    uv_run(&world->loop, UV_RUN_ONCE);
  while (sp_clock_monotonic_us() < end);
}

bool vm_until(struct vm_device *device, bool (*so)(const struct vm_device *device), int ms) {
  int64_t end = sp_clock_monotonic_us() + (int64_t)ms * 1000;
  while (!so(device)) {
    if (sp_clock_monotonic_us() >= end) return false;
    uv_run(&device->world->loop, UV_RUN_ONCE);
  }
  return true;
}

bool vm_is_ready(const struct vm_device *device) {
  return device->state == SP_DEVICE_READY;
}

bool vm_is_offline(const struct vm_device *device) {
  return device->state == SP_DEVICE_OFFLINE;
}

bool vm_has_scan(const struct vm_device *device) {
  return device->scans > 0;
}

bool vm_has_loss(const struct vm_device *device) {
  return device->lost > 0;
}

/* ---- The machine around this one ---- */

void vm_host(const char *wish) {
  printf("@%s\n", wish);
  fflush(stdout);
}

bool vm_file(const char *path, bool there, int ms) {
  for (int waited = 0; (access(path, F_OK) == 0) != there; waited++) {
    if (waited >= ms) return false;
    usleep(1000);
  }
  return true;
}
