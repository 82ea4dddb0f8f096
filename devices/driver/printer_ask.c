/* What a printer is asked, what it answers, and what that means for the device. */
#include "devices/driver/printer.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_US     (400 * SP_MILLI_US)
#define BUSY_US       SP_SECOND_US       /* while it prints it may take its time */
#define FIRST_US      (5 * SP_SECOND_US) /* for the first answer on a link, and the most for any */
#define MISSES        3
#define RELINK_US     (15 * SP_SECOND_US)
#define MUTE_US       SP_SECOND_US
#define RECOVER_US    (3 * SP_SECOND_US)
#define RECOVER_MOST  (30 * SP_SECOND_US)
#define NOISE_MOST    16                  /* bytes that are no answers, before anything was proved */
#define QUIET_US      (250 * SP_MILLI_US) /* a printer says nothing unasked after its answers */
#define DRAWER_US     (30 * SP_SECOND_US)
#define KICK_SLACK_US SP_SECOND_US

#define STATUS_FAULTS                                                                                                  \
  ((uint32_t)(SP_FAULT_PAPER_OUT | SP_FAULT_PAPER_LOW | SP_FAULT_COVER | SP_FAULT_CUTTER | SP_FAULT_HOT |              \
              SP_FAULT_UNRECOVERABLE))

static bool is_star(const struct sp_printer *printer) {
  return printer->profile.star;
}

/* ---- Asking ---- */

static void send(struct sp_printer *printer, struct sp_buf *bytes) {
  if (!bytes->failed) (void)sp_device_send(&printer->head, sp_buf_text(bytes), bytes->len, NULL);
  sp_buf_free(bytes);
}

/* Some printers lose what follows a real-time question: then NULs follow, which mean nothing. */
static void ask(struct sp_printer *printer, int which) {
  static const char pad[SP_PRINTER_PAD] = {0};
  struct sp_buf bytes;
  sp_buf_init(&bytes, 64);
  if (is_star(printer))
    sp_star_ask_status(&bytes);
  else
    sp_escpos_realtime_status((enum sp_escpos_status)which, &bytes);
  if (!is_star(printer) && !printer->profile.rt_safe) sp_buf_add(&bytes, pad, sizeof pad);
  send(printer, &bytes);
  printer->asked = which;
  printer->asked_us = printer->head.now_us;
}

static void begin_round(struct sp_printer *printer) {
  printer->asking = printer->status;
  printer->round_us = printer->head.now_us;
  ask(printer, SP_ESCPOS_PRINTER);
}

void sp_printer_claim(struct sp_printer *printer) {
  printer->claim_us = SP_NEVER;
  if (printer->mute) {
    printer->poll_at_us = printer->head.now_us + MUTE_US;
    return;
  }
  sp_printer_flush(printer);
  if (printer->asb) {
    struct sp_buf bytes;
    sp_buf_init(&bytes, 64);
    if (is_star(printer))
      sp_star_auto_status(&bytes);
    else
      sp_escpos_auto_status(SP_ESCPOS_ASB_DRAWER | SP_ESCPOS_ASB_ONLINE | SP_ESCPOS_ASB_ERROR | SP_ESCPOS_ASB_PAPER,
                            &bytes);
    send(printer, &bytes);
  }
  begin_round(printer);
}

void sp_printer_ask_soon(struct sp_printer *printer) {
  if (printer->missed == 0) printer->poll_at_us = sp_earlier(printer->poll_at_us, printer->head.now_us);
}

/* A job is on its way to the printer: a question between its bytes could become a part of a picture. */
static bool sending(struct sp_printer *printer) {
  const struct sp_job *job = sp_printer_current(printer);
  return job && job->state == SP_JOB_SENDING;
}

/* Some take their time: as long as nothing is known, and then twice what this one took lately. */
static int64_t patience(const struct sp_printer *printer) {
  if (!printer->answered) return FIRST_US;
  int64_t least = printer->count > 0 && printer->jobs[0].state >= SP_JOB_SENDING ? BUSY_US : ANSWER_US;
  int64_t wait = 2 * printer->pace_us > least ? 2 * printer->pace_us : least;
  return sp_earlier(wait, FIRST_US);
}

/* An answer to the question that was asked. What came while it printed says nothing of its pace. */
static void answer_came(struct sp_printer *printer) {
  int64_t took = printer->head.now_us - printer->asked_us;
  printer->answered = true;
  if (sp_printer_current(printer)) return;
  printer->pace_us = took > printer->pace_us ? took : printer->pace_us - (printer->pace_us - took) / 4;
}

static void miss(struct sp_printer *printer) {
  printer->reader = (struct sp_printer_reader){0}; /* the rest of an answer that never came */
  printer->star = (struct sp_star_reader){0};
  printer->asked = 0;
  printer->doubtful = true;
  printer->poll_at_us = printer->head.now_us;
  bool printing = sp_printer_current(printer) && !printer->profile.rt_safe; /* clones are deaf while they print */
  if (printing) {
    printer->poll_at_us += printer->poll_us;
    return;
  }
  if (printer->answered && ++printer->missed < MISSES) return;
  printer->poll_at_us += printer->poll_us;
  if (printer->silent_us != SP_NEVER) return;
  printer->silent_us = printer->head.now_us;
  sp_device_faults(&printer->head, SP_FAULT_SILENT, SP_FAULT_SILENT);
  if (printer->answered)
    sp_device_detail(&printer->head, "no answer to %d questions", MISSES);
  else
    sp_device_detail(&printer->head, "no answer within %d s", (int)(FIRST_US / SP_SECOND_US));
}

/* ---- Meaning ---- */

static void heard(struct sp_printer *printer) {
  printer->missed = 0;
  printer->silent_us = SP_NEVER;
  sp_device_faults(&printer->head, SP_FAULT_SILENT, 0);
  sp_device_frames(&printer->head, 1, 0);
}

static void prove(struct sp_printer *printer) {
  sp_device_proved(&printer->head);
  printer->noise = 0;
  sp_device_faults(&printer->head, SP_FAULT_WRONG_DEVICE, 0);
}

static void noise(struct sp_printer *printer, uint8_t byte) {
  if (byte == 0x11 || byte == 0x13) return; /* XON, XOFF */
  sp_device_frames(&printer->head, 0, 1);
  if (printer->head.proved) return;
  printer->quiet_us = SP_NEVER;
  printer->doubtful = true; /* some letters look like answers: between noise they prove nothing */
  if (++printer->noise < NOISE_MOST) return;
  sp_device_faults(&printer->head, SP_FAULT_WRONG_DEVICE, SP_FAULT_WRONG_DEVICE);
  sp_device_detail(&printer->head, "it talks, but not like a printer");
}

static uint32_t faults_of(const struct sp_printer_status *status) {
  uint32_t faults = 0;
  if (status->paper_end) faults |= SP_FAULT_PAPER_OUT;
  if (status->paper_near_end && !status->paper_end) faults |= SP_FAULT_PAPER_LOW;
  if (status->cover_open) faults |= SP_FAULT_COVER;
  if (status->cutter || status->mechanical) faults |= SP_FAULT_CUTTER;
  if (status->recovers && !status->cover_open) faults |= SP_FAULT_HOT;
  if (status->broken) faults |= SP_FAULT_UNRECOVERABLE;
  return faults;
}

static void watch_drawer(struct sp_printer *printer) {
  if (printer->open_level == SP_OPEN_UNKNOWN) return;
  int64_t now = printer->head.now_us;
  bool open = printer->status.drawer_high == (printer->open_level == SP_OPEN_HIGH);
  if (!open) {
    printer->closed_us = now;
    sp_device_faults(&printer->head, SP_FAULT_DRAWER_OPEN | SP_FAULT_DRAWER_FORCED, 0);
  } else if (!printer->drawer_open) {
    printer->opened_us = now;
    bool ours = printer->kick_us != -1 && printer->kick_us >= printer->closed_us - KICK_SLACK_US;
    if (printer->drawer_seen && !ours) sp_device_faults(&printer->head, SP_FAULT_DRAWER_FORCED, SP_FAULT_DRAWER_FORCED);
  }
  printer->drawer_seen = true;
  printer->drawer_open = open;
  sp_device_drawer(&printer->head, true, open);
}

static void judge(struct sp_printer *printer) {
  sp_device_faults(&printer->head, STATUS_FAULTS, faults_of(&printer->status));
  bool waits = printer->status.waiting || printer->status.cutter || printer->status.mechanical;
  if (!waits) printer->recoveries = 0;
  if (!waits)
    printer->recover_us = SP_NEVER;
  else if (printer->recover_us == SP_NEVER)
    printer->recover_us = printer->head.now_us + RECOVER_US;
  watch_drawer(printer);
}

/* ---- Answers ---- */

/* Answers do not say what they answer. One that came too late was taken for that of the question after it, and so all
 * of this round were: an open drawer reads as an open cover. The rest is waited for, then asked once more. */
static bool settle(struct sp_printer *printer) {
  if (!printer->doubtful) return false;
  printer->doubtful = false;
  printer->poll_at_us = printer->head.now_us + patience(printer);
  return true;
}

static void conclude_round(struct sp_printer *printer) {
  const uint8_t *answers = printer->answers;
  printer->quiet_us = SP_NEVER;
  printer->status = printer->asking;
  printer->whole_us = printer->round_us;
  prove(printer);
  judge(printer);
  if (sp_printer_promise_broken(printer)) return; /* its sentence stays to be read */
  sp_device_detail(&printer->head, "eot %02X %02X %02X %02X", answers[0], answers[1], answers[2], answers[3]);
}

static void take_realtime(struct sp_printer *printer, uint8_t byte) {
  if (!printer->asked || sp_printer_status_realtime(&printer->asking, (enum sp_escpos_status)printer->asked, byte)) {
    noise(printer, byte);
    return;
  }
  int which = printer->asked;
  printer->asked = 0;
  answer_came(printer);
  printer->answers[which - 1] = byte;
  heard(printer);
  if (sending(printer)) {
    printer->poll_at_us = printer->head.now_us + printer->poll_us;
    return;
  }
  if (which < SP_ESCPOS_PAPER) {
    ask(printer, which + 1);
    return;
  }
  if (settle(printer)) return;
  printer->poll_at_us = printer->head.now_us + printer->poll_us;
  if (printer->head.proved)
    conclude_round(printer);
  else
    printer->quiet_us = printer->head.now_us + QUIET_US;
}

static void take_auto(struct sp_printer *printer, const uint8_t bytes[4]) {
  if (!printer->asb || sp_printer_status_auto(&printer->status, bytes)) {
    noise(printer, bytes[0]);
    return;
  }
  printer->asking = printer->status;
  heard(printer);
  if (!printer->head.proved) return; /* four bytes that anybody could have said; the answers tell the same */
  judge(printer);
  if (!sp_printer_promise_broken(printer))
    sp_device_detail(&printer->head, "asb %02X %02X %02X %02X", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* GS r 1: bits 4 to 7 are 0. Nothing else is asked that would answer like this. */
static void take_waiting(struct sp_printer *printer, uint8_t byte) {
  const struct sp_job *job = sp_printer_current(printer);
  bool promised = printer->profile.completion == SP_COMPLETION_GS_R && !(byte & 0xF0);
  bool awaited = promised && job && job->at == job->len;
  bool kept = promised && sp_printer_promise_kept(printer);
  if (!awaited && !kept) {
    noise(printer, byte);
    return;
  }
  heard(printer);
  (void)sp_printer_status_paper(&printer->status, byte);
  judge(printer);
  if (awaited) sp_printer_acked(printer);
}

static void take_done(struct sp_printer *printer, const uint8_t mark[4]) {
  char want[4];
  const struct sp_job *job = sp_printer_current(printer);
  heard(printer);
  if (printer->profile.completion != SP_COMPLETION_GS_H) return;
  (void)sp_printer_promise_kept(printer);
  if (!job || job->at < job->len) return;
  sp_escpos_mark((uint32_t)job->id, want);
  if (memcmp(want, mark, sizeof want) == 0) sp_printer_acked(printer);
}

static void take_reply(struct sp_printer *printer, const struct sp_printer_reply *reply) {
  switch (reply->kind) {
  case SP_PRINTER_REALTIME:
    take_realtime(printer, reply->bytes[0]);
    return;
  case SP_PRINTER_AUTO:
    take_auto(printer, reply->bytes);
    return;
  case SP_PRINTER_WAITING:
    take_waiting(printer, reply->bytes[0]);
    return;
  case SP_PRINTER_DONE:
    take_done(printer, reply->bytes);
    return;
  case SP_PRINTER_IDENTITY:
  case SP_PRINTER_BLOCK:
    heard(printer);
    return;
  default:
    noise(printer, reply->bytes[0]);
  }
}

static void take_star(struct sp_printer *printer, const struct sp_star_status *status) {
  const struct sp_job *job = sp_printer_current(printer);
  heard(printer);
  if (printer->asked) { /* one that came by itself says the same */
    printer->asked = 0;
    answer_came(printer);
    printer->whole_us = printer->round_us;
    printer->poll_at_us = printer->head.now_us + printer->poll_us;
  }
  bool changed = memcmp(&printer->status, &status->printer, sizeof printer->status) != 0;
  printer->status = status->printer;
  if (status->has_etb) printer->etb = status->etb;
  prove(printer);
  judge(printer);
  if (changed) sp_device_detail(&printer->head, "star status, ETB %d", printer->etb);
  if (job && job->at == job->len && status->has_etb && status->etb == job->etb) sp_printer_acked(printer);
}

void sp_printer_take(struct sp_printer *printer, const uint8_t *bytes, size_t len) {
  struct sp_printer_reply reply;
  struct sp_star_status status;
  enum sp_star_reply kind = SP_STAR_NONE;
  if (printer->quiet_us != SP_NEVER) printer->quiet_us = printer->head.now_us + QUIET_US;
  for (size_t at = 0; printer->head.up;) {
    if (is_star(printer)) {
      at += sp_star_read(&printer->star, bytes + at, len - at, &kind, &status);
      if (kind == SP_STAR_NONE) return;
      if (kind == SP_STAR_STATUS)
        take_star(printer, &status);
      else
        noise(printer, 0);
      continue;
    }
    at += sp_printer_read(&printer->reader, bytes + at, len - at, &reply);
    if (reply.kind == SP_PRINTER_NONE) return;
    take_reply(printer, &reply);
  }
}

bool sp_printer_drawer_opened(const struct sp_printer *printer) {
  return printer->drawer_seen && printer->drawer_open && printer->opened_us >= printer->kick_us;
}

/* ---- May it print? ---- */

const char *sp_printer_stopped(const struct sp_printer *printer) {
  const struct sp_printer_status *status = &printer->status;
  if (status->broken) return "unrecoverable";
  if (status->cover_open) return "cover";
  if (status->paper_end) return "paper_out";
  if (status->cutter || status->mechanical) return "cutter";
  if (status->recovers) return "hot";
  if (status->offline || status->waiting || status->error) return "offline";
  return NULL;
}

const char *sp_printer_blocked(const struct sp_printer *printer) {
  if (!printer->head.up || printer->head.down_seen) return "link";
  if (printer->silent_us != SP_NEVER) return "silent";
  if (!printer->head.proved) return "proving";
  if (printer->profile.completion == SP_COMPLETION_ETB && printer->etb < 0) return "proving";
  return sp_printer_stopped(printer);
}

/* ---- Time ---- */

/* After a jam was cleared a printer waits to be told to go on: with the job, where it keeps that, else without. */
static void recover(struct sp_printer *printer) {
  struct sp_buf bytes;
  sp_buf_init(&bytes, 16);
  if (sp_printer_current(printer) && printer->profile.resume)
    sp_escpos_realtime_resume(&bytes);
  else
    sp_escpos_realtime_forget(&bytes);
  send(printer, &bytes);
  int64_t wait = RECOVER_US << (printer->recoveries < 4 ? printer->recoveries : 4);
  printer->recoveries++;
  printer->recover_us = printer->head.now_us + sp_earlier(wait, RECOVER_MOST);
}

static int64_t drawer_tick(struct sp_printer *printer) {
  if (!printer->drawer_open) return SP_NEVER;
  int64_t late = printer->opened_us + DRAWER_US;
  if (printer->head.now_us < late) return late;
  sp_device_faults(&printer->head, SP_FAULT_DRAWER_OPEN, SP_FAULT_DRAWER_OPEN);
  return SP_NEVER;
}

int64_t sp_printer_ask_tick(struct sp_printer *printer) {
  int64_t now = printer->head.now_us;
  if (now < printer->claim_us && printer->claim_us != SP_NEVER) return printer->claim_us;
  if (printer->claim_us != SP_NEVER) sp_printer_claim(printer);
  if (printer->mute) {
    if (now >= printer->poll_at_us) prove(printer);
    return printer->head.proved ? SP_NEVER : printer->poll_at_us;
  }
  if (now >= printer->quiet_us) conclude_round(printer);
  if (printer->asked && now >= printer->asked_us + patience(printer)) miss(printer);
  if (!printer->asked && now >= printer->poll_at_us && !sending(printer)) begin_round(printer);
  if (now >= printer->recover_us && !is_star(printer) && !printer->status.cover_open && !sending(printer))
    recover(printer);
  if (printer->silent_us != SP_NEVER && printer->head.proved && now >= printer->silent_us + RELINK_US)
    sp_device_relink(&printer->head, "The printer does not answer any more");
  int64_t due = printer->asked ? printer->asked_us + patience(printer) : printer->poll_at_us;
  if (sending(printer)) due = now + printer->poll_us;
  due = sp_earlier(due, printer->quiet_us);
  if (printer->recover_us > now) due = sp_earlier(due, printer->recover_us);
  return sp_earlier(due, drawer_tick(printer));
}
