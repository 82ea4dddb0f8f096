/* suanpan device simulate printer. */
#include "base/clock.h"
#include "devices/sim/control.h"
#include "main/command.h"
#include "main/device_sim.h"
#include <stdlib.h>
#include <string.h>

#define TICK_US     5000
#define DOTS_A_MM   8
#define SWALLOW_DEF 3 /* bytes a bad clone loses behind a real-time command */

struct printer {
  struct sp_sim sim; /* first: a simulator is cast back */
  struct sp_vprinter *machine;
  bool timed, narrow;
  int64_t last_us;
};

static struct printer *printer_of(struct sp_sim *sim) {
  return (struct printer *)(void *)sim;
}

static void fetch(struct printer *printer) {
  struct sp_buf *replies = sp_vprinter_replies(printer->machine);
  if (replies->len > 0) sp_buf_add(&printer->sim.out, replies->data, replies->len);
  sp_buf_reset(replies);
}

static int read_options(const struct sp_args *args, struct sp_vprinter_options *out, int *paper, struct sp_error *err) {
  int64_t speed = 0, buffer = 0, paper_mm = -1;
  int rc = sp_command_number("--speed", sp_args_given(args, "--speed"), 1, 1000, &speed, err);
  if (!rc) rc = sp_command_number("--buffer", sp_args_given(args, "--buffer"), 64, 1 << 20, &buffer, err);
  if (!rc) rc = sp_command_number("--paper", sp_args_given(args, "--paper"), 0, 1000000, &paper_mm, err);
  bool clone = sp_args_given(args, "--clone") != NULL;
  *paper = paper_mm < 0 ? -1 : (int)paper_mm * DOTS_A_MM;
  *out = (struct sp_vprinter_options){
      .width = sp_args_given(args, "--58") ? 384 : 576,
      .buffer = (size_t)buffer,
      .speed = (int)speed * DOTS_A_MM,
      .swallow = clone ? SWALLOW_DEF : 0,
      .two_byte_only = clone,
      .single_byte = sp_args_given(args, "--latin") != NULL,
      .no_cutter = sp_args_given(args, "--no-cutter") != NULL,
      .no_asb = clone || sp_args_given(args, "--no-asb"),
      .no_process_id = clone || sp_args_given(args, "--no-process-id"),
      .no_identity = clone,
      .no_paper_reply = sp_args_given(args, "--mute") != NULL,
  };
  return rc;
}

static int open_printer(const struct sp_args *args, struct sp_sim **out, struct sp_error *err) {
  struct sp_vprinter_options options;
  int paper = -1;
  int rc = read_options(args, &options, &paper, err);
  if (rc) return rc;
  struct printer *printer = calloc(1, sizeof *printer);
  if (!printer) return sp_error_nomem(err, __func__);
  printer->sim.kind = &sp_sim_printer;
  printer->timed = options.speed > 0;
  printer->narrow = options.width < 576;
  rc = sp_vprinter_new(&options, &printer->machine, err);
  if (rc) {
    free(printer);
    return rc;
  }
  sp_vprinter_set(printer->machine, SP_VP_PAPER, paper);
  *out = &printer->sim;
  return 0;
}

static size_t take(struct sp_sim *sim, const uint8_t *bytes, size_t len) {
  struct printer *printer = printer_of(sim);
  size_t taken = sp_vprinter_feed(printer->machine, bytes, len);
  fetch(printer);
  return taken;
}

static int64_t tick(struct sp_sim *sim, int64_t now_us) {
  struct printer *printer = printer_of(sim);
  if (!printer->timed) return SP_CHAOS_NEVER;
  int64_t ms = (now_us - printer->last_us) / 1000;
  if (printer->last_us == 0 || ms > 1000) ms = 1, printer->last_us = now_us - 1000;
  if (ms > 0) {
    sp_vprinter_tick(printer->machine, (int)ms);
    printer->last_us += ms * 1000;
  }
  fetch(printer);
  return now_us + TICK_US;
}

static int control(struct sp_sim *sim, const char *line, struct sp_buf *answer) {
  struct printer *printer = printer_of(sim);
  int rc = sp_vcontrol_printer(printer->machine, line, answer);
  bool off = !sp_vprinter_is_on(printer->machine);
  if (sim->off && !off) sim->cut = true; /* it starts afresh and knows no connection */
  sim->off = off;
  fetch(printer);
  return rc;
}

static void line(struct sp_sim *sim, bool up) {
  (void)sim;
  (void)up;
}

static void configuration(const struct sp_sim *sim, struct sp_buf *out) {
  const struct printer *printer = (const struct printer *)(const void *)sim;
  sp_buf_printf(out, ",\"profile\":\"%s\"", printer->narrow ? "generic-58" : "generic-80");
}

static void close_printer(struct sp_sim *sim) {
  sp_vprinter_free(printer_of(sim)->machine);
  free(sim);
}

const struct sp_sim_kind sp_sim_printer = {
    .name = "printer",
    .options = " --speed --paper --buffer --58 --clone --latin --no-cutter --no-asb --no-process-id --mute ",
    .usual = SP_CHAOS_TO,
    .jobs = true,
    .open = open_printer,
    .take = take,
    .tick = tick,
    .control = control,
    .line = line,
    .configuration = configuration,
    .close = close_printer,
};
