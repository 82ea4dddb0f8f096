/* A link that is not there, with time that is not either: a peer of C functions on one side, a device on the other.
 *
 * Bytes of the device reach the peer at the next step, and the peer's answers the device at the step after. Steps are
 * STEP_US of virtual time, so a day is a second. A test sets what the link does: refuse, take its time, stall (bytes do
 * not leave), cut after so many bytes. Every event is kept. */
#ifndef SP_TESTS_DRIVER_FAKE_H
#define SP_TESTS_DRIVER_FAKE_H

#include "devices/driver/driver.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_US     INT64_C(1000)
#define MS(n)       ((n)*INT64_C(1000))
#define SECONDS(n)  ((n)*INT64_C(1000000))
#define EVENTS_MAX  4096
#define FAKE_WIRE   (1u << 20)
#define FAKE_DETAIL "the plug was pulled"

struct fake_event {
  enum sp_device_event_kind kind;
  int64_t now_us;
  enum sp_device_state state; /* as it was when the event came */
  uint32_t faults;
  uint64_t job;
  enum sp_print_step step;
  char reason[32];
  struct sp_scan scan;
  struct sp_scale_reading reading;
  bool old, sellable;
};

struct fake_link {
  struct sp_link head; /* first: the device sees only this */
  struct fake *fake;
};

struct fake {
  int64_t now_us, due_us;
  struct sp_device *device;
  /* The one link that is open, if any. */
  struct fake_link *link;
  struct sp_link_events events;
  bool up, refuse, stall;
  int64_t up_after_us; /* how long a connection takes */
  int64_t up_at_us;
  int64_t cut_after; /* bytes that still get through before the cable is cut; −1: all */
  int opens, writes, ticks;
  struct sp_buf out;  /* written, and on the way to the peer */
  struct sp_buf in;   /* said by the peer, and on the way to the device */
  struct sp_buf sent; /* everything that ever reached the peer */
  size_t piece;       /* answers come in pieces of at most this many bytes; 0: as they are */
  void (*peer)(struct fake *fake, const uint8_t *bytes, size_t len); /* bytes arrived at the peer; may be null */
  void (*peer_up)(struct fake *fake);                                /* a new connection; may be null */
  void (*peer_tick)(struct fake *fake, int64_t step_us);             /* may be null */
  /* Told of each event as it comes, to answer it (sp_printer_go); may be null. */
  void (*owner)(struct fake *fake, const struct sp_device_event *event);
  void *ctx; /* the test's own */
  struct fake_event *log;
  size_t log_count;
  int control[3]; /* the last value of each control; −1 never */
};

static inline void fake_down(struct fake *fake, const char *why) {
  if (!fake->link) return;
  struct sp_error err = {.code = SP_E_IO};
  (void)snprintf(err.message, sizeof err.message, "%s", why);
  fake->up = false;
  sp_buf_reset(&fake->in);
  sp_buf_reset(&fake->out);
  fake->events.down(fake->events.ctx, &err);
}

/* Pull the cable: the device hears of it, what was on the way is lost. */
static inline void fake_cut(struct fake *fake) {
  fake_down(fake, FAKE_DETAIL);
}

/* The peer says something. */
static inline void fake_say(struct fake *fake, const void *bytes, size_t len) {
  sp_buf_add(&fake->in, bytes, len);
}

static inline int fake_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  struct fake *fake = ((struct fake_link *)(void *)link)->fake;
  if (!fake->up) return sp_fail(err, SP_E_STATE, "", "not up");
  if (fake->out.len + len > SP_LINK_OUT_MAX) return sp_fail(err, SP_E_BUSY, "", "full");
  fake->writes++;
  return sp_buf_add(&fake->out, bytes, len);
}

static inline int fake_control(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err) {
  struct fake *fake = ((struct fake_link *)(void *)link)->fake;
  (void)err;
  fake->control[what] = value;
  return 0;
}

static inline size_t fake_waiting(const struct sp_link *link) {
  return ((const struct fake_link *)(const void *)link)->fake->out.len;
}

static inline void fake_close(struct sp_link *link) {
  struct fake_link *own = (struct fake_link *)(void *)link;
  own->fake->link = NULL;
  own->fake->up = false;
  sp_buf_reset(&own->fake->in);
  sp_buf_reset(&own->fake->out);
  free(own);
}

static inline int fake_open(void *ctx, const struct sp_link_config *config, const struct sp_link_events *events,
                            struct sp_link **out, struct sp_error *err) {
  static const struct sp_link_ops ops = {
      .scheme = "fake", .write = fake_write, .control = fake_control, .waiting = fake_waiting, .close = fake_close};
  struct fake *fake = ctx;
  (void)config;
  struct fake_link *link = calloc(1, sizeof *link);
  if (!link) return sp_error_nomem(err, __func__);
  link->head.ops = &ops;
  link->fake = fake;
  fake->link = link;
  fake->events = *events;
  fake->opens++;
  fake->up_at_us = fake->now_us + fake->up_after_us;
  *out = &link->head;
  if (fake->refuse) fake_down(fake, "Connection refused");
  return 0;
}

static inline void fake_event(void *ctx, const struct sp_device_event *event) {
  struct fake *fake = ctx;
  if (fake->log_count < EVENTS_MAX) {
    struct fake_event *kept = &fake->log[fake->log_count++];
    struct sp_device_status status;
    sp_device_status(event->device, &status);
    *kept = (struct fake_event){.kind = event->kind,
                                .now_us = event->now_us,
                                .state = status.state,
                                .faults = status.faults,
                                .job = event->job.id,
                                .step = event->job.step,
                                .old = event->old,
                                .sellable = event->sellable};
    if (event->job.reason) (void)snprintf(kept->reason, sizeof kept->reason, "%s", event->job.reason);
    if (event->scan) kept->scan = *event->scan;
    if (event->reading) kept->reading = *event->reading;
  }
  if (fake->owner) fake->owner(fake, event);
}

static inline void fake_wake(void *ctx, struct sp_device *device) {
  struct fake *fake = ctx;
  (void)device;
  fake->due_us = 0;
}

static inline void fake_init(struct fake *fake) {
  *fake = (struct fake){.cut_after = -1, .now_us = SECONDS(1000), .control = {-1, -1, -1}};
  sp_buf_init(&fake->out, FAKE_WIRE * 2);
  sp_buf_init(&fake->in, FAKE_WIRE);
  sp_buf_init(&fake->sent, 64u << 20);
  fake->log = calloc(EVENTS_MAX, sizeof *fake->log);
}

static inline struct sp_device_env fake_env(struct fake *fake) {
  return (struct sp_device_env){
      .links = {.open = fake_open, .ctx = fake}, .event = fake_event, .wake = fake_wake, .ctx = fake, .seed = 7};
}

/* Make the device of `driver` (null: by class) from JSON text. 0 or the code. */
static inline int fake_device(struct fake *fake, const struct sp_device_driver *driver, const char *json,
                              struct sp_error *err) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(json, strlen(json), &tree, err);
  if (rc) return rc;
  struct sp_device_env env = fake_env(fake);
  rc = sp_device_make(driver, "d1", tree, &env, &fake->device, err);
  sp_json_free(tree);
  return rc;
}

static inline void fake_free(struct fake *fake) {
  sp_device_free(fake->device);
  sp_buf_free(&fake->out);
  sp_buf_free(&fake->in);
  sp_buf_free(&fake->sent);
  free(fake->log);
}

/* What was written arrives, as far as the cable allows. */
static inline void fake_carry_out(struct fake *fake) {
  size_t len = fake->out.len;
  if (!fake->up || fake->stall || len == 0) return;
  bool cut = fake->cut_after >= 0 && (uint64_t)fake->cut_after < len;
  if (cut) len = (size_t)fake->cut_after;
  uint8_t *bytes = malloc(len ? len : 1);
  if (!bytes) return;
  memcpy(bytes, fake->out.data, len);
  sp_buf_drop(&fake->out, len);
  sp_buf_add(&fake->sent, bytes, len);
  if (fake->cut_after >= 0) fake->cut_after -= (int64_t)len;
  if (fake->peer && len) fake->peer(fake, bytes, len);
  free(bytes);
  if (cut) {
    fake->cut_after = -1;
    fake_cut(fake);
  } else if (fake->link && fake->out.len == 0) {
    fake->events.drained(fake->events.ctx);
  }
}

static inline void fake_carry_in(struct fake *fake) {
  while (fake->up && fake->in.len > 0) {
    uint8_t bytes[256];
    size_t len = fake->piece && fake->piece < sizeof bytes ? fake->piece : sizeof bytes;
    if (len > fake->in.len) len = fake->in.len;
    memcpy(bytes, fake->in.data, len);
    sp_buf_drop(&fake->in, len);
    fake->due_us = 0;
    fake->events.bytes(fake->events.ctx, bytes, len, fake->now_us);
  }
}

/* One step of the world. */
static inline void fake_step(struct fake *fake) {
  fake->now_us += STEP_US;
  if (fake->link && !fake->up && !fake->refuse && fake->up_at_us >= 0 && fake->now_us >= fake->up_at_us) {
    fake->up = true;
    fake->up_at_us = -1; /* a link comes up once */
    if (fake->peer_up) fake->peer_up(fake);
    fake->events.up(fake->events.ctx);
  }
  fake_carry_in(fake);
  fake_carry_out(fake);
  if (fake->peer_tick) fake->peer_tick(fake, STEP_US);
  if (fake->device && fake->now_us >= fake->due_us) {
    fake->due_us = SP_NEVER; /* a wake inside the tick wins */
    int64_t due = sp_device_tick(fake->device, fake->now_us);
    fake->ticks++;
    if (due < fake->due_us) fake->due_us = due;
  }
}

static inline void fake_run(struct fake *fake, int64_t us) {
  int64_t end = fake->now_us + us;
  while (fake->now_us < end)
    fake_step(fake);
}

static inline void fake_start(struct fake *fake) {
  sp_device_start(fake->device, fake->now_us);
  fake->due_us = 0;
}

/* The state now, as everybody sees it. */
static inline struct sp_device_status fake_status(const struct fake *fake) {
  struct sp_device_status status;
  sp_device_status(fake->device, &status);
  return status;
}

/* How many events of a kind were told. */
static inline size_t fake_count(const struct fake *fake, enum sp_device_event_kind kind) {
  size_t count = 0;
  for (size_t i = 0; i < fake->log_count; i++)
    count += fake->log[i].kind == kind;
  return count;
}

#endif
