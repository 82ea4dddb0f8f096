/* A printer that answers anything at any time, hangs up and comes back: whatever it says, every job that was begun has
 * exactly one end, a job is begun once for each time it was asked for, and no byte leaves before that. */
#include "base/json.h"
#include "devices/driver/device.h"
#include "devices/driver/driver.h"
#include <stdlib.h>
#include <string.h>

#define JOBS 16

static void expect(int truth) {
  if (!truth) abort();
}

struct world {
  struct sp_link link;
  struct sp_link_events events;
  struct sp_device *device;
  int64_t now_us;
  bool open, up;
  bool wanted[JOBS], going[JOBS], ended[JOBS];
};

static int write_link(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  struct world *world = (struct world *)(void *)link;
  (void)bytes;
  (void)len;
  (void)err;
  return world->up ? 0 : SP_E_STATE;
}

static void close_link(struct sp_link *link) {
  struct world *world = (struct world *)(void *)link;
  world->open = world->up = false;
}

static int open_link(void *ctx, const struct sp_link_config *config, const struct sp_link_events *events,
                     struct sp_link **out, struct sp_error *err) {
  static const struct sp_link_ops ops = {.scheme = "fuzz", .write = write_link, .close = close_link};
  struct world *world = ctx;
  (void)config;
  (void)err;
  world->link.ops = &ops;
  world->events = *events;
  world->open = true;
  *out = &world->link;
  return 0;
}

static void hear(void *ctx, const struct sp_device_event *event) {
  struct world *world = ctx;
  if (event->kind != SP_DEVICE_JOB) return;
  expect(event->job.id < JOBS);
  size_t id = (size_t)event->job.id;
  expect(!world->ended[id]);
  switch (event->job.step) {
  case SP_PRINT_WANTED:
    expect(!world->wanted[id] && !world->going[id]);
    world->wanted[id] = true;
    return;
  case SP_PRINT_HELD:
    expect(!world->going[id]);
    world->wanted[id] = false;
    return;
  case SP_PRINT_SENT:
  case SP_PRINT_ACKED:
    expect(world->going[id]);
    return;
  default:
    expect(world->going[id]);
    world->ended[id] = true;
  }
}

static void submit(struct world *world, uint64_t id) {
  struct sp_print_line line = {.text = "receipt"};
  const struct sp_print print = {.lines = &line, .count = 1, .columns = 48};
  const struct sp_printer_job job = {.id = id, .may_wait = true, .drawer = id % 3 == 0};
  (void)sp_printer_submit(world->device, &job, job.drawer ? NULL : &print, NULL, NULL);
}

static void go(struct world *world) {
  for (size_t id = 0; id < JOBS; id++) {
    if (!world->wanted[id] || world->going[id]) continue;
    world->going[id] = true; /* it may be held from inside */
    if (sp_printer_go(world->device, id, world->now_us, NULL)) world->going[id] = false;
    return;
  }
}

/* One byte says what happens; returns how many bytes it took besides. */
static size_t step(struct world *world, const unsigned char *data, size_t size, unsigned *jobs) {
  size_t len = data[0] >> 3;
  switch (data[0] & 7) {
  case 0:
  case 1:
    if (len > size - 1) len = size - 1;
    if (world->up) world->events.bytes(world->events.ctx, data + 1, len, world->now_us);
    return world->up ? len : 0;
  case 2:
    world->now_us += (int64_t)len * 50000;
    break;
  case 3:
    world->now_us += (int64_t)(len * len) * 200000;
    break;
  case 4:
    if (world->open && !world->up) {
      world->up = true;
      world->events.up(world->events.ctx);
    } else if (world->open && len > 28) {
      world->up = false;
      world->events.down(world->events.ctx, NULL);
    }
    break;
  case 5:
    if (*jobs < JOBS) submit(world, (*jobs)++);
    break;
  case 6:
    go(world);
    break;
  default:
    if (world->up) world->events.drained(world->events.ctx);
  }
  (void)sp_device_tick(world->device, world->now_us);
  return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  static const char *const configs[] = {
      "{\"class\":\"printer\",\"link\":\"tcp:a:1\",\"profile\":\"epson-tm-t82iii-ch\"}",
      "{\"class\":\"printer\",\"link\":\"tcp:a:1\",\"drawer\":{\"open_level\":\"low\"}}",
      "{\"class\":\"printer\",\"link\":\"tcp:a:1\",\"profile\":\"star-mcp31\"}",
      "{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"profile\":\"generic-mute\"}",
  };
  if (size == 0) return 0;
  const char *config = configs[data[0] & 3];
  struct world world = {.now_us = 1000000};
  struct cJSON *json = NULL;
  unsigned jobs = 0;
  expect(sp_json_parse(config, strlen(config), &json, NULL) == 0);
  const struct sp_device_env env = {
      .links = {.open = open_link, .ctx = &world}, .event = hear, .ctx = &world, .seed = 1};
  expect(sp_device_new("fuzz", json, &env, &world.device, NULL) == 0);
  sp_json_free(json);
  sp_device_start(world.device, world.now_us);
  for (size_t at = 1; at < size; at++)
    at += step(&world, data + at, size - at, &jobs);
  sp_device_free(world.device);
  return 0;
}
