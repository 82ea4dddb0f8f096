/* A printer driver with a virtual printer behind a fake link. */
#ifndef SP_TESTS_DRIVER_PRINTER_FIXTURE_H
#define SP_TESTS_DRIVER_PRINTER_FIXTURE_H

#include "devices/sim/printer.h"
#include "tests/unit/driver/fake.h"

struct outcome {
  int wanted, sent, acked, done, held, uncertain;
  char reason[32]; /* of the last one */
  int64_t done_us;
};

struct bench {
  struct fake fake;
  struct sp_vprinter *printer;
  struct sp_buf backlog; /* what the printer does not take yet */
  bool keep_going;       /* false: nobody answers WANTED */
  bool off;
  bool stuck; /* answers wait on their way */
};

static inline void bench_feed(struct bench *bench) {
  if (bench->off) sp_buf_reset(&bench->backlog); /* what is sent to it then is gone */
  size_t taken = sp_vprinter_feed(bench->printer, bench->backlog.data, bench->backlog.len);
  sp_buf_drop(&bench->backlog, taken);
  struct sp_buf *replies = sp_vprinter_replies(bench->printer);
  if (bench->stuck) return;
  if (bench->fake.up) fake_say(&bench->fake, replies->data, replies->len);
  sp_buf_reset(replies);
}

static inline void bench_power(struct bench *bench, bool on) {
  sp_vprinter_set(bench->printer, SP_VP_POWER, on);
  bench->off = !on;
}

static inline void bench_peer(struct fake *fake, const uint8_t *bytes, size_t len) {
  struct bench *bench = fake->ctx;
  sp_buf_add(&bench->backlog, bytes, len);
  bench_feed(bench);
}

static inline void bench_tick(struct fake *fake, int64_t step_us) {
  struct bench *bench = fake->ctx;
  sp_vprinter_tick(bench->printer, (int)(step_us / 1000));
  bench_feed(bench);
}

static inline void bench_owner(struct fake *fake, const struct sp_device_event *event) {
  struct bench *bench = fake->ctx;
  if (event->kind != SP_DEVICE_JOB || event->job.step != SP_PRINT_WANTED || !bench->keep_going) return;
  assert_int_equal(sp_printer_go(event->device, event->job.id, fake->now_us, NULL), 0);
}

/* A device of this configuration before a printer of these options, started but not yet connected. */
static inline void bench_begin(struct bench *bench, const struct sp_vprinter_options *options, const char *json) {
  struct sp_error err = {0};
  *bench = (struct bench){.keep_going = true};
  fake_init(&bench->fake);
  bench->fake.ctx = bench;
  bench->fake.peer = bench_peer;
  bench->fake.peer_tick = bench_tick;
  bench->fake.owner = bench_owner;
  sp_buf_init(&bench->backlog, 4u << 20);
  assert_int_equal(sp_vprinter_new(options, &bench->printer, NULL), 0);
  if (fake_device(&bench->fake, NULL, json, &err)) fail_msg("%s: %s: %s", json, err.field, err.message);
  fake_start(&bench->fake);
}

static inline void bench_free(struct bench *bench) {
  fake_free(&bench->fake);
  sp_vprinter_free(bench->printer);
  sp_buf_free(&bench->backlog);
}

/* A receipt of `lines` lines that begins with its title. */
static inline void bench_receipt(struct sp_print *print, struct sp_arena *arena, int columns, const char *title,
                                 int lines) {
  char text[64];
  sp_arena_init(arena, 4u << 20);
  assert_int_equal(sp_print_init(print, columns, SP_LANG_ZH, arena, NULL), 0);
  sp_print_heading(print, title);
  for (int i = 1; i < lines; i++) {
    (void)snprintf(text, sizeof text, "%d 可口可乐 500ml", i);
    sp_print_row(print, 0, 0, text, "¥3.50");
  }
}

static inline int bench_submit_wait(struct bench *bench, uint64_t id, const char *title, int lines, bool may_wait) {
  struct sp_arena arena;
  struct sp_print print;
  bench_receipt(&print, &arena, sp_printer_columns(bench->fake.device), title, lines);
  const struct sp_printer_job job = {.id = id, .may_wait = may_wait};
  int rc = sp_printer_submit(bench->fake.device, &job, &print, NULL, NULL);
  sp_arena_free(&arena);
  return rc;
}

static inline void bench_submit(struct bench *bench, uint64_t id, const char *title, int lines) {
  assert_int_equal(bench_submit_wait(bench, id, title, lines, true), 0);
}

static inline void bench_drawer(struct bench *bench, uint64_t id) {
  const struct sp_printer_job job = {.id = id, .drawer = true};
  assert_int_equal(sp_printer_submit(bench->fake.device, &job, NULL, NULL, NULL), 0);
}

static inline struct outcome bench_outcome(const struct bench *bench, uint64_t id) {
  struct outcome out = {0};
  for (size_t i = 0; i < bench->fake.log_count; i++) {
    const struct fake_event *event = &bench->fake.log[i];
    if (event->kind != SP_DEVICE_JOB || event->job != id) continue;
    out.wanted += event->step == SP_PRINT_WANTED;
    out.sent += event->step == SP_PRINT_SENT;
    out.acked += event->step == SP_PRINT_ACKED;
    out.done += event->step == SP_PRINT_DONE;
    out.held += event->step == SP_PRINT_HELD;
    out.uncertain += event->step == SP_PRINT_UNCERTAIN;
    (void)snprintf(out.reason, sizeof out.reason, "%s", event->reason);
    out.done_us = event->now_us;
  }
  return out;
}

/* How often a text stands on the paper. */
static inline int bench_on_paper(struct bench *bench, const char *text) {
  struct sp_buf lines;
  int count = 0;
  sp_buf_init(&lines, 4u << 20);
  assert_int_equal(sp_vp_page_lines(sp_vprinter_page(bench->printer), &lines), 0);
  for (const char *at = sp_buf_text(&lines); (at = strstr(at, text)) != NULL; at += strlen(text))
    count++;
  sp_buf_free(&lines);
  return count;
}

/* Wait until the printer is ready, or say that it never was. */
static inline void bench_ready(struct bench *bench) {
  for (int i = 0; i < 5000 && fake_status(&bench->fake).state != SP_DEVICE_READY; i++)
    fake_step(&bench->fake);
  assert_int_equal(fake_status(&bench->fake).state, SP_DEVICE_READY);
}

/* Run until a fault is told; returns how long it took. */
static inline int64_t bench_until(struct bench *bench, uint32_t faults, int64_t most_us) {
  int64_t begin = bench->fake.now_us;
  while ((fake_status(&bench->fake).faults & faults) != faults && bench->fake.now_us - begin < most_us)
    fake_step(&bench->fake);
  assert_int_equal(fake_status(&bench->fake).faults & faults, faults);
  return bench->fake.now_us - begin;
}

#define EPSON   "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"epson-tm-t82iii-ch\"}"
#define XPRINT  "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"xprinter-80\"}"
#define GENERIC "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"generic-80\"}"
#define SERIAL  "{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"profile\":\"hprt-tp80k\"}"
#define MUTE    "{\"class\":\"printer\",\"link\":\"usb:/dev/usb/lp0\",\"profile\":\"generic-mute\"}"

#endif
