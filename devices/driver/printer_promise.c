/* Does it say when a job is on paper, as its profile promises? Printers sold under one name differ: one that does not
 * would make every receipt uncertain. So after the first such job it is asked with nothing to print. An idle printer
 * that answers everything else and not this never will: people are told, and jobs are judged as of one that does not
 * promise it. What was sent before that is uncertain and stays so. */
#include "devices/driver/printer.h"

#define WORD_US  (5 * SP_SECOND_US)
#define AFTER_US SP_SECOND_US /* after the answer: there may be two, the job's that came late and this one's */

static const char *promise_name(const struct sp_printer *printer) {
  return printer->profile.completion == SP_COMPLETION_GS_H ? "gs_h" : "gs_r";
}

void sp_printer_promise_doubt(struct sp_printer *printer) {
  bool can_ask = printer->profile.completion == SP_COMPLETION_GS_R || printer->profile.completion == SP_COMPLETION_GS_H;
  if (can_ask && printer->promise == SP_PROMISE_TRUSTED) printer->promise = SP_PROMISE_DOUBTED;
}

bool sp_printer_promise_kept(struct sp_printer *printer) {
  bool was_asked = printer->promise == SP_PROMISE_ASKED;
  printer->promise = SP_PROMISE_TRUSTED;
  if (was_asked) printer->promise_us = printer->head.now_us + AFTER_US;
  sp_device_faults(&printer->head, SP_FAULT_UNACKNOWLEDGED, 0);
  return was_asked;
}

bool sp_printer_promise_broken(const struct sp_printer *printer) {
  return printer->promise == SP_PROMISE_BROKEN;
}

bool sp_printer_promise_asked(const struct sp_printer *printer) {
  return printer->promise == SP_PROMISE_DOUBTED || printer->promise == SP_PROMISE_ASKED ||
         printer->head.now_us < printer->promise_us;
}

void sp_printer_promise_link_up(struct sp_printer *printer) {
  if (printer->promise == SP_PROMISE_ASKED) printer->promise = SP_PROMISE_DOUBTED;
}

static void ask(struct sp_printer *printer) {
  static const char pad[SP_PRINTER_PAD] = {0};
  struct sp_buf bytes;
  sp_buf_init(&bytes, 64);
  sp_printer_flush(printer); /* a pulse that was cut off would take the question for its rest */
  if (!printer->profile.star && !printer->profile.rt_safe) sp_buf_add(&bytes, pad, sizeof pad);
  int rc = sp_printer_ask_done(printer, 0, &bytes, NULL);
  if (!rc && !bytes.failed) rc = sp_device_send(&printer->head, bytes.data, bytes.len, NULL);
  sp_buf_free(&bytes);
  if (rc) return; /* the link says why */
  printer->promise = SP_PROMISE_ASKED;
  printer->promise_us = printer->head.now_us + WORD_US;
}

static void conclude(struct sp_printer *printer) {
  printer->promise = SP_PROMISE_BROKEN;
  sp_device_faults(&printer->head, SP_FAULT_UNACKNOWLEDGED, SP_FAULT_UNACKNOWLEDGED);
  sp_device_detail(&printer->head,
                   "profile %s promises completion %s, this printer never says so: set \"completion\":\"none\"",
                   printer->profile.id, promise_name(printer));
}

int64_t sp_printer_promise_tick(struct sp_printer *printer) {
  int64_t now = printer->head.now_us;
  bool idle = !sp_printer_blocked(printer) && !sp_printer_current(printer);
  if (printer->promise == SP_PROMISE_DOUBTED && idle) ask(printer);
  if (printer->promise != SP_PROMISE_ASKED) return SP_NEVER;
  if (!idle) printer->promise_us = now + WORD_US; /* what is wrong now may be why it keeps quiet */
  if (now < printer->promise_us) return printer->promise_us;
  if (printer->whole_us > printer->promise_us - WORD_US) conclude(printer); /* and it answered all else meanwhile */
  return now + WORD_US;
}
