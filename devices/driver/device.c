/* The core of all devices: link, back-off, grace, state, counters. */
#include "devices/driver/driver.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKOFF_FIRST_US (250 * SP_MILLI_US)
#define BACKOFF_MOST_US  (10 * SP_SECOND_US)
#define MINUTE_US        (60 * SP_SECOND_US)
#define BAD_LEAST        3 /* bad frames in a minute that may happen to anybody */

/* What a new link does not end: it is about the past, or about paper in a drawer somewhere. */
#define OUTLIVE_LINK                                                                                                   \
  ((uint32_t)(SP_FAULT_UNCERTAIN_JOB | SP_FAULT_VERIFICATION | SP_FAULT_GARBLED | SP_FAULT_UNACKNOWLEDGED))
/* What is wrong with who answers: only a proof, or something else that is wrong, ends it. */
#define WHO_ANSWERS ((uint32_t)(SP_FAULT_SILENT | SP_FAULT_WRONG_DEVICE))

const struct sp_device_driver *sp_device_driver(enum sp_device_class class) {
  static const struct sp_device_driver *const drivers[SP_DEVICE_CLASSES] = {
      [SP_DEVICE_PRINTER] = &sp_printer_driver,
      [SP_DEVICE_SCANNER] = &sp_scanner_driver,
      [SP_DEVICE_SCALE] = &sp_scale_driver,
      [SP_DEVICE_DISPLAY] = &sp_display_driver,
  };
  return drivers[class];
}

int64_t sp_earlier(int64_t one, int64_t other) {
  return one < other ? one : other;
}

/* Time never runs backwards for a driver, whoever tells it. */
static void hear(struct sp_device *device, int64_t now_us) {
  if (now_us > device->now_us) device->now_us = now_us;
}

static uint64_t draw(struct sp_device *device) {
  device->random ^= device->random >> 12;
  device->random ^= device->random << 25;
  device->random ^= device->random >> 27;
  return device->random * UINT64_C(2685821657736338717);
}

/* ---- State ---- */

static bool worked(enum sp_device_state state) {
  return state == SP_DEVICE_READY || state == SP_DEVICE_DEGRADED || state == SP_DEVICE_FAULT;
}

static enum sp_device_state state_of(const struct sp_device *device) {
  if (!device->up) return device->ever_ready ? SP_DEVICE_OFFLINE : SP_DEVICE_ABSENT;
  if (!device->proved) return SP_DEVICE_PROVING;
  if (device->faults & device->driver->blocking) return SP_DEVICE_FAULT;
  return device->faults ? SP_DEVICE_DEGRADED : SP_DEVICE_READY;
}

static bool in_grace(const struct sp_device *device) {
  return device->lost_us != SP_NEVER && device->now_us - device->lost_us < SP_GRACE_US;
}

static void tell_status(struct sp_device *device) {
  struct sp_device_event event = {.kind = SP_DEVICE_STATUS};
  device->changed = false;
  sp_device_tell(device, &event);
}

/* ---- Flapping ---- */

static void note_reconnect(struct sp_device *device) {
  device->status.reconnects++;
  device->changed = true;
  int64_t oldest = device->flaps[(device->flap_at + 1) % SP_FLAPS]; /* of the last six, with this one */
  device->flaps[device->flap_at] = device->now_us;
  device->flap_at = (device->flap_at + 1) % SP_FLAPS;
  if (device->status.flapping || oldest == 0 || device->now_us - oldest > SP_FLAP_US) return;
  device->status.flapping = true;
  sp_device_detail(device, "%d reconnects in %d s", SP_FLAPS, (int)((device->now_us - oldest) / SP_SECOND_US));
}

static bool is_steady(const struct sp_device *device) {
  return device->up && device->proved && device->now_us - device->up_us >= SP_FLAP_US;
}

static void end_flapping(struct sp_device *device) {
  if (!device->status.flapping || !is_steady(device)) return;
  device->status.flapping = false;
  device->changed = true;
  memset(device->flaps, 0, sizeof device->flaps);
}

/* ---- Settling ---- */

/* What the driver says, and what nothing has disproved since. */
static uint32_t faults_told(struct sp_device *device) {
  uint32_t faults = device->faults;
  bool linked = device->up && device->now_us - device->up_us >= SP_STAYED_US;
  if (device->started && !device->up && !device->own_loss && !in_grace(device)) device->held |= SP_FAULT_LINK;
  if (linked) device->held &= ~(uint32_t)SP_FAULT_LINK;
  if (!device->proved) device->held |= faults & SP_FAULT_WRONG_DEVICE;
  if (device->up && device->proved) device->held = 0;
  if (device->held & SP_FAULT_WRONG_DEVICE) faults &= ~(uint32_t)SP_FAULT_SILENT; /* it draws breath */
  if (device->status.flapping) faults |= SP_FAULT_GARBLED;
  return faults | device->held;
}

void sp_device_settle(struct sp_device *device) {
  enum sp_device_state state = state_of(device);
  if (worked(state)) {
    device->ever_ready = true;
    device->lost_us = SP_NEVER;
  } else if (device->lost_us == SP_NEVER) {
    device->lost_us = device->now_us;
  }
  bool hidden = !worked(state) && worked(device->status.state) && in_grace(device);
  if (hidden) return;
  uint32_t faults = faults_told(device);
  if (state == SP_DEVICE_READY && faults != 0) state = SP_DEVICE_DEGRADED;
  if (state != device->status.state) {
    device->status.state = state;
    device->status.since_us = device->now_us;
    device->changed = true;
  }
  if (faults != device->status.faults) {
    device->status.faults = faults;
    device->changed = true;
  }
  if (device->changed && device->started) tell_status(device);
}

void sp_device_proved(struct sp_device *device) {
  bool is_loss = device->why.message[0] != '\0' && strcmp(device->status.detail, device->why.message) == 0;
  if (!device->proved && is_loss) sp_device_detail(device, "%s", ""); /* of before */
  device->proved = true;
  device->attempt = 0;
}

void sp_device_faults(struct sp_device *device, uint32_t mask, uint32_t faults) {
  device->faults = (device->faults & ~mask) | (faults & mask);
  if (faults & mask & SP_FAULT_WRONG_DEVICE) device->held &= ~(uint32_t)SP_FAULT_SILENT; /* one of them at a time */
}

void sp_device_frames(struct sp_device *device, uint32_t good, uint32_t bad) {
  device->status.frames += good;
  device->status.bad += bad;
  device->minute_frames += good;
  device->minute_bad += bad;
  uint64_t all = (uint64_t)device->minute_frames + device->minute_bad;
  if (device->minute_bad >= BAD_LEAST && (uint64_t)device->minute_bad * 100 > all)
    sp_device_faults(device, SP_FAULT_GARBLED, SP_FAULT_GARBLED);
}

/* A minute that was clean ends the fault, of a device that is there and what it should be. */
static void end_minute(struct sp_device *device) {
  if (device->now_us - device->minute_us < MINUTE_US) return;
  uint64_t all = (uint64_t)device->minute_frames + device->minute_bad;
  bool clean = device->minute_bad < BAD_LEAST || (uint64_t)device->minute_bad * 100 <= all;
  if (clean && device->up && device->proved && device->now_us - device->up_us >= MINUTE_US)
    sp_device_faults(device, SP_FAULT_GARBLED, 0);
  device->minute_us = device->now_us;
  device->minute_frames = 0;
  device->minute_bad = 0;
}

void sp_device_detail(struct sp_device *device, const char *format, ...) {
  char text[SP_DEVICE_DETAIL_MAX + 1];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (strcmp(text, device->status.detail) == 0) return;
  memcpy(device->status.detail, text, strlen(text) + 1);
  device->changed = true;
}

void sp_device_model(struct sp_device *device, const char *model) {
  if (strncmp(model, device->status.model, sizeof device->status.model - 1) == 0) return;
  (void)snprintf(device->status.model, sizeof device->status.model, "%s", model);
  device->changed = true;
}

void sp_device_drawer(struct sp_device *device, bool known, bool open) {
  if (known == device->status.drawer_known && open == device->status.drawer_open) return;
  device->status.drawer_known = known;
  device->status.drawer_open = open;
  device->changed = true;
}

void sp_device_tell(struct sp_device *device, struct sp_device_event *event) {
  event->device = device;
  event->now_us = device->now_us;
  if (device->env.event) device->env.event(device->env.ctx, event);
}

/* ---- The link ---- */

static void wake(struct sp_device *device) {
  if (device->env.wake) device->env.wake(device->env.ctx, device);
}

static void on_up(void *ctx) {
  struct sp_device *device = ctx;
  device->up_seen = true;
  wake(device);
}

static void on_down(void *ctx, const struct sp_error *why) {
  struct sp_device *device = ctx;
  if (!device->down_seen) device->own_loss = false;
  device->down_seen = true;
  device->why = why ? *why : (struct sp_error){0};
  wake(device);
}

static void on_drained(void *ctx) {
  struct sp_device *device = ctx;
  device->drained_seen = true;
  wake(device);
}

static void take_up(struct sp_device *device) {
  device->up_seen = false;
  if (device->up || !device->link) return;
  device->up = true;
  device->up_us = device->now_us;
  if (device->ever_ready && !device->own_loss) note_reconnect(device);
  device->own_loss = false;
  device->driver->link_up(device);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len, int64_t now_us) {
  struct sp_device *device = ctx;
  if (device->down_seen) return;
  hear(device, now_us);
  if (device->up_seen) take_up(device);
  if (!device->up) return;
  device->status.received += len;
  if (device->env.trace) device->env.trace(device->env.ctx, device, true, bytes, len, device->now_us);
  device->driver->bytes(device, bytes, len);
  sp_device_settle(device);
  wake(device); /* what came may have to be looked at sooner than the last tick thought: half a code, an open drawer */
}

int sp_device_send(struct sp_device *device, const void *bytes, size_t len, struct sp_error *err) {
  if (!device->up || !device->link || device->down_seen)
    return sp_fail(err, SP_E_STATE, "", "The device is not connected");
  int rc = sp_link_write(device->link, bytes, len, err);
  if (rc) return rc;
  device->status.sent += len;
  if (device->env.trace) device->env.trace(device->env.ctx, device, false, bytes, len, device->now_us);
  return 0;
}

/* The wait before the next try: doubled up to the most, a fifth more or less. */
static int64_t backoff(struct sp_device *device) {
  int64_t wait = BACKOFF_FIRST_US;
  for (int i = 0; i < device->attempt && wait < BACKOFF_MOST_US; i++)
    wait *= 2;
  if (wait > BACKOFF_MOST_US) wait = BACKOFF_MOST_US;
  if (device->attempt < 30) device->attempt++;
  return wait - wait / 5 + (int64_t)(draw(device) % (uint64_t)(wait / 5 * 2 + 1));
}

static void drop_link(struct sp_device *device) {
  struct sp_link *link = device->link;
  bool was_up = device->up;
  device->link = NULL;
  device->up = device->proved = false;
  device->up_seen = device->down_seen = device->drained_seen = false;
  sp_link_close(link);
  device->held |= device->faults & WHO_ANSWERS;
  device->faults &= OUTLIVE_LINK;
  device->retry_us = device->now_us + backoff(device);
  if (was_up) device->driver->link_down(device);
}

static void open_link(struct sp_device *device) {
  const struct sp_link_events events = {
      .up = on_up, .down = on_down, .bytes = on_bytes, .drained = on_drained, .ctx = device};
  device->linking_us = device->now_us;
  device->up_seen = device->down_seen = device->drained_seen = false;
  struct sp_error err = {0};
  if (sp_link_open(&device->env.links, &device->config, &events, &device->link, &err) == 0) return;
  device->link = NULL;
  device->own_loss = false;
  device->retry_us = device->now_us + backoff(device);
  sp_device_detail(device, "%s", err.message);
}

void sp_device_relink(struct sp_device *device, const char *why) {
  if (!device->link) return;
  if (!device->down_seen) device->own_loss = device->up || device->up_seen;
  device->down_seen = true;
  (void)snprintf(device->why.message, sizeof device->why.message, "%s", why);
}

static void tend_link(struct sp_device *device) {
  bool stuck = device->link && !device->up && !device->up_seen && device->now_us - device->linking_us >= SP_LINKING_US;
  if (stuck) sp_device_relink(device, "No connection came about");
  if (device->down_seen) {
    sp_device_detail(device, "%s", device->why.message);
    drop_link(device);
  }
  if (!device->link && device->now_us >= device->retry_us) open_link(device);
  if (device->up_seen && !device->down_seen) take_up(device);
  if (device->drained_seen && device->up && !device->down_seen) {
    device->drained_seen = false;
    if (device->driver->drained) device->driver->drained(device);
  }
}

/* ---- Life ---- */

int sp_device_make(const struct sp_device_driver *driver, const char *id, const struct cJSON *json,
                   const struct sp_device_env *env, struct sp_device **out, struct sp_error *err) {
  struct sp_device_config config;
  *out = NULL;
  int rc = sp_device_config_parse(driver, id, json, &config, err);
  if (rc) return rc;
  if (!driver) driver = sp_device_driver(config.class);
  if (!driver) return sp_fail(err, SP_E_INTERNAL, "", "A class without a driver was let through");
  struct sp_device *device = calloc(1, driver->size);
  if (!device) return sp_error_nomem(err, __func__);
  device->driver = driver;
  memcpy(device->id, config.id, sizeof device->id);
  device->config = config.link;
  device->env = *env;
  device->random = env->seed ? env->seed : 1;
  for (const char *at = device->id; *at; at++) /* two devices of one node do not try in step */
    device->random = device->random * 1099511628211u ^ (unsigned char)*at;
  if (device->random == 0) device->random = 1;
  device->lost_us = SP_NEVER;
  rc = driver->open(device, &config, err);
  if (rc) {
    sp_device_free(device);
    return rc;
  }
  *out = device;
  return 0;
}

int sp_device_new(const char *id, const struct cJSON *json, const struct sp_device_env *env, struct sp_device **out,
                  struct sp_error *err) {
  return sp_device_make(NULL, id, json, env, out, err);
}

void sp_device_start(struct sp_device *device, int64_t now_us) {
  if (device->started) return;
  device->started = true;
  hear(device, now_us);
  device->status.since_us = device->minute_us = device->lost_us = device->retry_us = device->now_us;
  tend_link(device);
  sp_device_settle(device);
}

/* When the core itself wants to be called. */
static int64_t core_due(const struct sp_device *device) {
  int64_t due = SP_NEVER;
  if (!device->link) due = device->retry_us;
  if (device->link && !device->up) due = device->linking_us + SP_LINKING_US;
  if (device->up_seen || device->down_seen || device->drained_seen) due = device->now_us;
  if (in_grace(device)) due = sp_earlier(due, device->lost_us + SP_GRACE_US);
  if (device->up && (device->held & SP_FAULT_LINK)) due = sp_earlier(due, device->up_us + SP_STAYED_US);
  if (device->up && device->status.flapping && !is_steady(device)) due = sp_earlier(due, device->up_us + SP_FLAP_US);
  if (device->minute_bad > 0 || (device->faults & SP_FAULT_GARBLED))
    due = sp_earlier(due, device->minute_us + MINUTE_US);
  if (!device->env.wake) due = sp_earlier(due, device->now_us + SP_DEVICE_TICK_US);
  return due;
}

int64_t sp_device_tick(struct sp_device *device, int64_t now_us) {
  hear(device, now_us);
  if (!device->started) return SP_NEVER;
  tend_link(device);
  end_minute(device);
  end_flapping(device);
  int64_t due = device->driver->tick(device);
  if (device->down_seen) tend_link(device);
  sp_device_settle(device);
  return sp_earlier(due, core_due(device));
}

void sp_device_hotplug(struct sp_device *device, int64_t now_us) {
  hear(device, now_us);
  if (!device->started || device->link) return;
  device->attempt = 0;
  device->retry_us = device->now_us;
  tend_link(device);
  sp_device_settle(device);
}

void sp_device_free(struct sp_device *device) {
  if (!device) return;
  sp_link_close(device->link);
  device->link = NULL;
  if (device->driver->close) device->driver->close(device);
  free(device);
}

const char *sp_device_id(const struct sp_device *device) {
  return device->id;
}

enum sp_device_class sp_device_class(const struct sp_device *device) {
  return device->driver->class;
}

const char *sp_device_address(const struct sp_device *device) {
  return device->config.address;
}

void sp_device_status(const struct sp_device *device, struct sp_device_status *out) {
  *out = device->status;
}

int sp_device_selftest(struct sp_device *device, int64_t now_us, struct sp_error *err) {
  hear(device, now_us);
  if (!device->driver->selftest)
    return sp_fail(err, SP_E_UNSUPPORTED, "", "A %s has no self-test", sp_device_class_name(device->driver->class));
  int rc = device->driver->selftest(device, err);
  sp_device_settle(device);
  return rc;
}
