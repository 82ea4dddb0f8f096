/* The queue of a printer, and the one outcome of each job. */
#include "devices/driver/printer.h"

#include <stdlib.h>
#include <string.h>

#define WAIT_US     (5 * SP_SECOND_US) /* what a drawer that nobody waits for is given */
#define WATCHDOG_US (50 * SP_SECOND_US)
#define WORD_US     (5 * SP_SECOND_US)     /* for the word that all is on paper, when it must be there by now */
#define KICK_US     (3 * SP_SECOND_US / 2) /* for a drawer's word; whoever waits for it looks at the drawer, not here */
#define KICK_ASK_US (300 * SP_MILLI_US)    /* without a word for so long, the printer is asked how it is */
#define DEBT        1064 /* of a short command that was cut off when the question behind it (10 04) became its length */
#define SLOW_BYTES  200  /* the slowest printer puts so many bytes a second on paper … */
#define SLOW_LINES  4    /* … and so many lines */
#define SETTLE_US   (500 * SP_MILLI_US)
#define LOOK_US     (100 * SP_MILLI_US)
#define MARK_MAX    14776336u /* marks that four digits tell apart */

struct sp_job *sp_printer_current(struct sp_printer *printer) {
  struct sp_job *first = printer->count > 0 ? &printer->jobs[0] : NULL;
  return first && first->state >= SP_JOB_SENDING ? first : NULL;
}

/* ---- Telling ---- */

static void tell_event(struct sp_printer *printer, const struct sp_job *job, enum sp_print_step step,
                       const char *reason, bool last) {
  if (job->own) return;
  struct sp_device_event event = {.kind = SP_DEVICE_JOB};
  event.job.id = job->id;
  event.job.step = step;
  event.job.reason = reason;
  event.job.last = last;
  sp_device_tell(&printer->head, &event);
}

static void tell(struct sp_printer *printer, const struct sp_job *job, enum sp_print_step step, const char *reason) {
  tell_event(printer, job, step, reason, false);
}

static void remove_job(struct sp_printer *printer, size_t at) {
  free(printer->jobs[at].bytes);
  printer->count--;
  memmove(&printer->jobs[at], &printer->jobs[at + 1], (printer->count - at) * sizeof printer->jobs[0]);
}

/* The end of a job: it is gone before anybody hears of it. */
static void finish(struct sp_printer *printer, size_t at, enum sp_print_step step, const char *reason) {
  struct sp_job job = printer->jobs[at];
  remove_job(printer, at);
  if (step == SP_PRINT_DONE) printer->head.status.jobs++;
  if (step == SP_PRINT_UNCERTAIN && !job.own && !job.drawer)
    sp_device_faults(&printer->head, SP_FAULT_UNCERTAIN_JOB, SP_FAULT_UNCERTAIN_JOB);
  if (step == SP_PRINT_DONE && !job.drawer) sp_device_faults(&printer->head, SP_FAULT_UNCERTAIN_JOB, 0);
  tell_event(printer, &job, step, reason, true);
}

/* Nothing of it has left: it goes back to the queue and is tried again later. */
static void hold(struct sp_printer *printer, struct sp_job *job, const char *reason) {
  static const int64_t waits[] = {1, 2, 4, 8, 15};
  int most = (int)(sizeof waits / sizeof *waits) - 1;
  job->state = SP_JOB_QUEUED;
  job->at = 0;
  job->retry_us = printer->head.now_us + waits[job->tries < most ? job->tries : most] * SP_SECOND_US;
  job->tries++;
  job->told = reason;
  tell(printer, job, SP_PRINT_HELD, reason);
}

/* The pulse is given the moment it arrives: it never waits in the printer for a cover to be closed. */
static bool kicks_at_once(const struct sp_printer *printer) {
  return !printer->profile.star && printer->profile.rt_safe && !printer->mute;
}

/* Change has to be given whatever paper and cover are like: a printer that hears is told to open the drawer. */
static bool kicks_anyway(const struct sp_printer *printer, const char *reason) {
  static const char *const deaf[] = {"link", "silent", "proving", "unrecoverable"};
  for (size_t i = 0; i < sizeof deaf / sizeof deaf[0]; i++)
    if (strcmp(deaf[i], reason) == 0) return false;
  return kicks_at_once(printer);
}

/* Why this job may not begin, or null. */
static const char *keeps_waiting(const struct sp_printer *printer, const struct sp_job *job) {
  const char *reason = sp_printer_blocked(printer);
  if (!reason && !job->drawer && sp_printer_promise_asked(printer)) return "proving";
  return reason && job->drawer && kicks_anyway(printer, reason) ? NULL : reason;
}

/* A pulse that still waits in the printer would open the drawer before nobody: it is asked to forget it. */
static void forget_kick(struct sp_printer *printer) {
  struct sp_buf bytes;
  if (printer->profile.star || printer->mute || kicks_at_once(printer) || !printer->head.up) return;
  sp_buf_init(&bytes, 16);
  sp_escpos_realtime_forget(&bytes);
  if (!bytes.failed) (void)sp_device_send(&printer->head, bytes.data, bytes.len, NULL);
  sp_buf_free(&bytes);
}

/* Some of it may be on paper. What the printer still waits for in the middle of a command is paid in NULs later. */
static void give_up(struct sp_printer *printer, const char *reason) {
  const struct sp_job *job = &printer->jobs[0];
  bool arrives = printer->head.up && job->state == SP_JOB_SENT; /* on this link, sooner or later */
  if (job->drawer) forget_kick(printer);
  if (!arrives) printer->broken = job->len < SP_PRINTER_FLUSH_MAX ? job->len : SP_PRINTER_FLUSH_MAX;
  if (job->drawer) printer->broken = DEBT;
  finish(printer, 0, SP_PRINT_UNCERTAIN, reason);
}

/* ---- Sending ---- */

void sp_printer_flush(struct sp_printer *printer) {
  static const uint8_t nothing[SP_PRINTER_FLUSH_MAX] = {0};
  if (printer->broken == 0 || sp_device_send(&printer->head, nothing, printer->broken, NULL)) return;
  printer->broken = 0;
}

/* One chunk at a time: the next when this one has left. */
static int send_chunk(struct sp_printer *printer, struct sp_job *job, struct sp_error *err) {
  size_t len = job->len - job->at < printer->chunk ? job->len - job->at : printer->chunk;
  int rc = sp_device_send(&printer->head, job->bytes + job->at, len, err);
  if (rc == 0) job->at += len;
  return rc;
}

static void sent(struct sp_printer *printer, struct sp_job *job) {
  job->state = SP_JOB_SENT;
  job->told = "";
  tell(printer, job, SP_PRINT_SENT, "");
  if (printer->mute) finish(printer, 0, SP_PRINT_DONE, "");
}

void sp_printer_jobs_drained(struct sp_printer *printer) {
  struct sp_job *job = sp_printer_current(printer);
  if (!job || job->state != SP_JOB_SENDING || sp_link_waiting(printer->head.link) > 0) return;
  job->progress_us = printer->head.now_us;
  if (job->at < job->len)
    (void)send_chunk(printer, job, NULL); /* a link that is dying says so itself */
  else
    sent(printer, job);
}

void sp_printer_acked(struct sp_printer *printer) {
  struct sp_job *job = sp_printer_current(printer);
  if (!job) return;
  if (job->state == SP_JOB_SENDING) { /* the answer was faster than the news that all had left */
    job->state = SP_JOB_SENT;
    tell(printer, job, SP_PRINT_SENT, "");
  }
  tell(printer, &printer->jobs[0], SP_PRINT_ACKED, "");
  finish(printer, 0, SP_PRINT_DONE, "");
}

static int start(struct sp_printer *printer, struct sp_job *job, struct sp_error *err) {
  sp_printer_flush(printer);
  job->etb = (printer->etb + 1) % SP_STAR_ETB_COUNTS;
  job->at = 0;
  job->state = SP_JOB_SENDING;
  job->progress_us = printer->head.now_us;
  job->fault_us = SP_NEVER;
  int rc = send_chunk(printer, job, err);
  if (rc) {
    hold(printer, job, "link");
    return sp_fail(err, SP_E_STATE, "", "The printer cannot take this job now");
  }
  if (job->drawer) printer->kick_us = printer->head.now_us;
  return 0;
}

/* ---- While it is under way ---- */

static bool person_mends(const char *reason) {
  return strcmp(reason, "paper_out") == 0 || strcmp(reason, "cover") == 0 || strcmp(reason, "hot") == 0;
}

/* A drawer is not opened late: it has opened, or it is given up while somebody still stands there. True: it is over. */
static bool watch_kick(struct sp_printer *printer, const struct sp_job *job, const char *reason) {
  int64_t passed = printer->head.now_us - job->fault_us;
  /* Some printers give no pulse while their cover is open; where the drawer can be seen, it says so. */
  bool shut = printer->drawer_seen && !sp_printer_drawer_opened(printer);
  if (shut) sp_printer_ask_soon(printer);
  if (kicks_at_once(printer) && passed >= SETTLE_US && strcmp(reason, "silent") != 0 && !shut) {
    finish(printer, 0, SP_PRINT_DONE, "");
    return true;
  }
  if (passed < WAIT_US) return false;
  give_up(printer, reason);
  return true;
}

/* Something is wrong in the middle of a job. A printer that keeps its buffer goes on by itself when it is mended. */
static void watch_fault(struct sp_printer *printer, struct sp_job *job, const char *reason) {
  int64_t now = printer->head.now_us;
  bool by_itself = strcmp(reason, "hot") == 0 || strcmp(reason, "offline") == 0;
  if (job->fault_us == SP_NEVER) job->fault_us = now;
  if (job->drawer && job->state == SP_JOB_SENT && watch_kick(printer, job, reason)) return;
  bool lost =
      strcmp(reason, "unrecoverable") == 0 || strcmp(reason, "silent") == 0 || (!printer->profile.resume && !by_itself);
  if (lost && now - job->fault_us >= SETTLE_US) {
    give_up(printer, reason);
    return;
  }
  if (job->state == SP_JOB_SENT || person_mends(reason)) job->progress_us = now;
  if (job->state != SP_JOB_SENT || lost || strcmp(job->told, reason) == 0) return;
  job->told = reason;
  tell(printer, job, SP_PRINT_SENT, reason);
}

/* The time this job's bytes can take to become paper. */
static int64_t paper_us(const struct sp_job *job) {
  size_t lines = 0;
  for (size_t i = 0; i < job->len; i++)
    lines += job->bytes[i] == '\n';
  size_t by_bytes = job->len / SLOW_BYTES, by_lines = lines / SLOW_LINES;
  return (int64_t)(by_bytes > by_lines ? by_bytes : by_lines) * SP_SECOND_US;
}

/* It has been sent whole, and the printer answered since that nothing is wrong. */
static bool is_well_since(const struct sp_printer *printer, const struct sp_job *job) {
  return job->state == SP_JOB_SENT && printer->whole_us > job->progress_us;
}

/* One lost word never keeps the drawer of the next customer waiting, nor paper. */
static void watch_drawer(struct sp_printer *printer, const struct sp_job *job) {
  int64_t passed = printer->head.now_us - job->progress_us;
  bool well = is_well_since(printer, job);
  if (job->state != SP_JOB_SENT && passed >= WAIT_US) {
    give_up(printer, "late");
    sp_device_relink(&printer->head, "The printer does not take a drawer's pulse"); /* nor later, from this link */
    return;
  }
  if (job->state != SP_JOB_SENT) return;
  if (passed >= KICK_ASK_US && !well) sp_printer_ask_soon(printer);
  if (passed < (well ? KICK_US : WAIT_US)) return;
  if (sp_printer_drawer_opened(printer)) {
    finish(printer, 0, SP_PRINT_DONE, "");
    return;
  }
  if (well) sp_printer_promise_doubt(printer); /* its word may still come: it must not be taken for a receipt's */
  give_up(printer, "silent");
}

static void watch_progress(struct sp_printer *printer, struct sp_job *job) {
  int64_t now = printer->head.now_us;
  job->fault_us = SP_NEVER;
  if (*job->told) {
    job->told = "";
    tell(printer, job, SP_PRINT_SENT, "");
    return;
  }
  bool wordless = printer->profile.completion == SP_COMPLETION_NONE || sp_printer_promise_broken(printer);
  if (wordless && is_well_since(printer, job)) {
    finish(printer, 0, SP_PRINT_DONE, "");
    return;
  }
  bool well = is_well_since(printer, job); /* some are deaf while they print */
  if (job->drawer) {
    watch_drawer(printer, job);
    return;
  }
  int64_t patience = (well ? WORD_US : WATCHDOG_US) + (job->state == SP_JOB_SENT ? paper_us(job) : 0);
  if (now - job->progress_us < patience) return;
  if (well) sp_printer_promise_doubt(printer);
  give_up(printer, "silent");
  sp_device_relink(&printer->head, "The printer took a job and never said that it was done");
}

static void watch_current(struct sp_printer *printer) {
  struct sp_job *job = sp_printer_current(printer);
  if (!job) return;
  const char *reason = printer->silent_us != SP_NEVER ? "silent" : sp_printer_stopped(printer);
  if (reason)
    watch_fault(printer, job, reason);
  else
    watch_progress(printer, job);
}

void sp_printer_jobs_lost(struct sp_printer *printer, const char *reason) {
  if (sp_printer_current(printer))
    give_up(printer, reason);
  else if (printer->count > 0 && printer->jobs[0].state == SP_JOB_WANTED)
    hold(printer, &printer->jobs[0], reason);
}

/* ---- Waiting ---- */

static void expire(struct sp_printer *printer) {
  int64_t now = printer->head.now_us;
  for (size_t i = 0; i < printer->count; i++) {
    struct sp_job *job = &printer->jobs[i];
    if (job->since_us < 0) job->since_us = now;
    if (job->state != SP_JOB_QUEUED || job->may_wait || now - job->since_us < WAIT_US) continue;
    const char *reason = sp_printer_blocked(printer);
    finish(printer, i, SP_PRINT_HELD, reason ? reason : "late");
    i--;
  }
}

/* A bumped cable is told to nobody. */
static bool worth_telling(const struct sp_printer *printer, const char *reason) {
  if (strcmp(reason, "link") != 0 && strcmp(reason, "proving") != 0) return true;
  return printer->head.lost_us != SP_NEVER && printer->head.now_us - printer->head.lost_us >= SP_GRACE_US;
}

/* What was held while a person saw to it goes as soon as that is over; a bumped cable keeps its waits. */
static void note_ready(struct sp_printer *printer) {
  const char *reason = sp_printer_blocked(printer);
  if (reason) {
    printer->was_blocked = printer->was_blocked || worth_telling(printer, reason);
    return;
  }
  for (size_t i = 0; i < printer->count && printer->was_blocked; i++) {
    if (printer->jobs[i].state != SP_JOB_QUEUED) continue;
    printer->jobs[i].retry_us = 0;
    printer->jobs[i].tries = 0;
  }
  printer->was_blocked = false;
}

static void want(struct sp_printer *printer) {
  if (printer->count == 0) return;
  struct sp_job *job = &printer->jobs[0];
  const char *reason = keeps_waiting(printer, job);
  if (job->state == SP_JOB_WANTED && reason) {
    hold(printer, job, reason);
    return;
  }
  if (job->state != SP_JOB_QUEUED) return;
  if (reason) {
    bool linked = printer->head.up && printer->head.proved && printer->silent_us == SP_NEVER;
    if (linked) job->retry_us = 0; /* a person sees to it: go on as soon as it is mended */
    if (strcmp(job->told, reason) == 0 || !worth_telling(printer, reason)) return;
    job->told = reason;
    tell(printer, job, SP_PRINT_HELD, reason);
    return;
  }
  if (printer->head.now_us < job->retry_us) return;
  job->state = SP_JOB_WANTED;
  job->told = "";
  if (job->own)
    (void)start(printer, job, NULL);
  else
    tell(printer, job, SP_PRINT_WANTED, "");
}

int64_t sp_printer_jobs_tick(struct sp_printer *printer) {
  expire(printer);
  watch_current(printer);
  note_ready(printer);
  want(printer);
  return printer->count > 0 ? printer->head.now_us + LOOK_US : SP_NEVER;
}

/* ---- Taking jobs ---- */

static int encode(struct sp_printer *printer, const struct sp_job *job, const struct sp_print *print,
                  struct sp_buf *out, struct sp_error *err) {
  const struct sp_profile *profile = &printer->profile;
  static const char pad[SP_PRINTER_PAD] = {0};
  if (!profile->star && !profile->rt_safe && !printer->mute) sp_buf_add(out, pad, sizeof pad);
  if (job->drawer && kicks_at_once(printer)) return sp_escpos_realtime_kick(printer->pin, out);
  if (job->drawer)
    return profile->star ? sp_star_kick(printer->pin == 5 ? 2 : 1, out)
                         : sp_escpos_kick(printer->pin == 5 ? SP_ESCPOS_PIN_5 : SP_ESCPOS_PIN_2, out);
  if (!print) return sp_fail(err, SP_E_INVALID, "print", "A job without a printout");
  int rc = profile->star ? sp_star_encode(print, &profile->options, out, err)
                         : sp_escpos_encode(print, &profile->options, out, err);
  if (rc || profile->star || sp_escpos_audit(out->data, out->len) == out->len) return rc;
  return sp_fail(err, SP_E_INTERNAL, "print", "The printout came out with a command to the printer in it");
}

int sp_printer_ask_done(const struct sp_printer *printer, uint64_t id, struct sp_buf *out, struct sp_error *err) {
  char mark[4];
  if (printer->mute) return 0;
  switch (printer->profile.completion) {
  case SP_COMPLETION_GS_R:
    return sp_escpos_ask_paper(out);
  case SP_COMPLETION_GS_H:
    sp_escpos_mark((uint32_t)(id % MARK_MAX), mark);
    return sp_escpos_ask_done(mark, out, err);
  case SP_COMPLETION_ETB:
    return sp_star_ask_done(out);
  default:
    return 0;
  }
}

/* A drawer goes before everything that waits, but not before another drawer nor what is asked for already. */
static size_t place_of(const struct sp_printer *printer, const struct sp_job *job) {
  if (!job->drawer) return printer->count;
  size_t at = 0;
  while (at < printer->count && (printer->jobs[at].drawer || printer->jobs[at].state != SP_JOB_QUEUED))
    at++;
  return at;
}

static bool known(const struct sp_printer *printer, uint64_t id) {
  for (size_t i = 0; i < printer->count; i++)
    if (!printer->jobs[i].own && printer->jobs[i].id == id) return true;
  return false;
}

int sp_printer_add(struct sp_printer *printer, const struct sp_job *job, const struct sp_print *print, size_t *bytes,
                   struct sp_error *err) {
  struct sp_buf out;
  if (printer->count == SP_DEVICE_JOBS_MAX)
    return sp_fail(err, SP_E_BUSY, "", "%d jobs wait for this printer already", SP_DEVICE_JOBS_MAX);
  if (!job->own && known(printer, job->id))
    return sp_fail(err, SP_E_EXISTS, "id", "This job waits for the printer already");
  if (job->drawer && !printer->profile.drawer)
    return sp_fail(err, SP_E_UNSUPPORTED, "drawer", "This printer has no connector for a drawer");
  sp_buf_init(&out, SP_PRINTER_JOB_MAX);
  int rc = encode(printer, job, print, &out, err);
  if (!rc) rc = sp_printer_ask_done(printer, job->id, &out, err);
  struct sp_job copy = *job;
  if (!rc) copy.bytes = (uint8_t *)sp_buf_take(&out, &copy.len);
  if (!rc && !copy.bytes) rc = out.failed == SP_E_LIMIT ? SP_E_LIMIT : sp_error_nomem(err, __func__);
  sp_buf_free(&out);
  if (rc) return rc;
  copy.state = SP_JOB_QUEUED;
  copy.since_us = -1;
  copy.fault_us = SP_NEVER;
  copy.told = "";
  size_t at = place_of(printer, job);
  memmove(&printer->jobs[at + 1], &printer->jobs[at], (printer->count - at) * sizeof copy);
  printer->jobs[at] = copy;
  printer->count++;
  if (bytes) *bytes = copy.len;
  if (printer->head.env.wake) printer->head.env.wake(printer->head.env.ctx, &printer->head);
  return 0;
}

void sp_printer_jobs_free(struct sp_printer *printer) {
  while (printer->count > 0)
    remove_job(printer, printer->count - 1);
}

/* ---- The face ---- */

static struct sp_printer *printer_of(struct sp_device *device, struct sp_error *err) {
  if (device->driver->class == SP_DEVICE_PRINTER) return (struct sp_printer *)(void *)device;
  (void)sp_fail(err, SP_E_UNSUPPORTED, "", "Only a printer does that");
  return NULL;
}

int sp_printer_submit(struct sp_device *device, const struct sp_printer_job *job, const struct sp_print *print,
                      size_t *bytes, struct sp_error *err) {
  struct sp_printer *printer = printer_of(device, err);
  if (!printer) return SP_E_UNSUPPORTED;
  const struct sp_job own = {.id = job->id, .drawer = job->drawer, .may_wait = job->may_wait};
  return sp_printer_add(printer, &own, print, bytes, err);
}

int sp_printer_go(struct sp_device *device, uint64_t job, int64_t now_us, struct sp_error *err) {
  struct sp_printer *printer = printer_of(device, err);
  if (!printer) return SP_E_UNSUPPORTED;
  if (now_us > device->now_us) device->now_us = now_us;
  struct sp_job *first = printer->count > 0 ? &printer->jobs[0] : NULL;
  if (!first || first->own || first->id != job || first->state != SP_JOB_WANTED)
    return sp_fail(err, SP_E_STATE, "", "The printer does not wait for this job");
  const char *reason = keeps_waiting(printer, first);
  int rc = 0;
  if (reason) {
    hold(printer, first, reason);
    rc = sp_fail(err, SP_E_STATE, "", "The printer cannot take this job now");
  } else {
    rc = start(printer, first, err);
  }
  sp_device_settle(device);
  return rc;
}

int sp_printer_cancel(struct sp_device *device, uint64_t job, struct sp_error *err) {
  struct sp_printer *printer = printer_of(device, err);
  if (!printer) return SP_E_UNSUPPORTED;
  for (size_t i = 0; i < printer->count; i++) {
    if (printer->jobs[i].own || printer->jobs[i].id != job) continue;
    if (printer->jobs[i].state >= SP_JOB_SENDING)
      return sp_fail(err, SP_E_STATE, "", "This job is on its way to the paper already");
    remove_job(printer, i);
    return 0;
  }
  return sp_fail(err, SP_E_STATE, "", "The printer does not wait for this job");
}
