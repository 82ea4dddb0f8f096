#include "devices/sim/printer.h"

#include "devices/sim/printer_state.h"
#include <stdlib.h>
#include <string.h>

#define REPLIES_MAX 4096
#define BUFFER_MAX  (1u << 20)

/* ---- Birth ---- */

static int check(const struct sp_vprinter_options *options, struct sp_error *err) {
  if (options->width < 96 || options->width > 1024)
    return sp_fail(err, SP_E_INVALID, "width", "The virtual paper is 96 to 1024 dots wide");
  if (options->buffer < 64 || options->buffer > BUFFER_MAX)
    return sp_fail(err, SP_E_INVALID, "buffer", "The receive buffer has 64 bytes to 1 MiB");
  if (options->speed < 0 || options->near_dots < 0 || options->swallow < 0)
    return sp_fail(err, SP_E_INVALID, "speed", "Speed, near end and swallowed bytes are not negative");
  return 0;
}

int sp_vprinter_new(const struct sp_vprinter_options *options, struct sp_vprinter **out, struct sp_error *err) {
  struct sp_vprinter_options all = *options;
  if (all.width == 0) all.width = 576;
  if (all.buffer == 0) all.buffer = 4096;
  if (all.near_dots == 0) all.near_dots = 1280;
  int rc = check(&all, err);
  if (rc) return rc;
  struct sp_vprinter *printer = calloc(1, sizeof *printer);
  if (!printer) return sp_error_nomem(err, __func__);
  printer->options = all;
  printer->paper = -1;
  printer->page.width = all.width;
  sp_buf_init(&printer->page.data, SP_VP_DATA_MAX);
  sp_buf_init(&printer->replies, REPLIES_MAX);
  sp_buf_init(&printer->command, SP_VP_COMMAND_MAX);
  sp_buf_init(&printer->qr, SP_VP_QR_MAX);
  sp_buf_init(&printer->stored, SP_VP_COMMAND_MAX);
  sp_buf_init(&printer->pdf417, SP_VP_PDF417_MAX);
  sp_buf_init(&printer->sheet.ink.data, SP_VP_DATA_MAX);
  printer->queue = malloc(all.buffer);
  if (!printer->queue) {
    sp_vprinter_free(printer);
    return sp_error_nomem(err, __func__);
  }
  sp_vp_reset_modes(printer);
  *out = printer;
  return 0;
}

void sp_vprinter_free(struct sp_vprinter *printer) {
  if (!printer) return;
  sp_vp_page_free(&printer->page);
  sp_buf_free(&printer->replies);
  sp_buf_free(&printer->command);
  sp_buf_free(&printer->qr);
  sp_buf_free(&printer->stored);
  sp_buf_free(&printer->pdf417);
  sp_vp_page_free(&printer->sheet.ink);
  free(printer->queue);
  free(printer);
}

/* ---- Status ---- */

static bool paper_out(const struct sp_vprinter *printer) {
  return printer->paper == 0;
}

static bool in_error(const struct sp_vprinter *printer) {
  return printer->cutter_error || printer->mechanical_error || printer->broken_error || printer->hot;
}

bool sp_vp_ready(const struct sp_vprinter *printer) {
  return !printer->off && !printer->cover && !paper_out(printer) && !in_error(printer) && !printer->button;
}

bool sp_vprinter_is_on(const struct sp_vprinter *printer) {
  return !printer->off;
}

bool sp_vprinter_online(const struct sp_vprinter *printer) {
  return sp_vp_ready(printer);
}

int sp_vp_paper_bits(const struct sp_vprinter *printer) {
  if (paper_out(printer)) return 2;
  return printer->paper > 0 && printer->paper <= printer->options.near_dots ? 1 : 0;
}

static bool waits_for_recovery(const struct sp_vprinter *printer) {
  return printer->cutter_error || printer->mechanical_error;
}

static unsigned char bits(unsigned base, bool bit2, bool bit3, bool bit5, bool bit6) {
  return (unsigned char)(base | (bit2 ? 0x04u : 0) | (bit3 ? 0x08u : 0) | (bit5 ? 0x20u : 0) | (bit6 ? 0x40u : 0));
}

static void answer_status(struct sp_vprinter *printer, unsigned char n) {
  int paper = sp_vp_paper_bits(printer);
  unsigned char byte = 0x12;
  if (n == 1)
    byte = bits(0x12, printer->drawer, !sp_vp_ready(printer), waits_for_recovery(printer), printer->button);
  else if (n == 2)
    byte = bits(0x12, printer->cover, printer->button, paper == 2, in_error(printer));
  else if (n == 3)
    byte = bits(0x12, printer->mechanical_error, printer->cutter_error, printer->broken_error, printer->hot);
  else
    byte = (unsigned char)(0x12 | (paper ? 0x0C : 0) | (paper == 2 ? 0x60 : 0));
  sp_vp_reply(printer, &byte, 1);
}

static void status_back(const struct sp_vprinter *printer, unsigned char out[4]) {
  int paper = sp_vp_paper_bits(printer);
  out[0] = bits(0x10, printer->drawer, !sp_vp_ready(printer), printer->cover, printer->button);
  out[1] = bits(waits_for_recovery(printer) ? 1u : 0, printer->mechanical_error, printer->cutter_error,
                printer->broken_error, printer->hot);
  if (printer->button) out[1] |= 0x02;
  out[2] = (unsigned char)((paper ? 0x03 : 0) | (paper == 2 ? 0x0C : 0));
  out[3] = 0;
}

/* Did something change of what the host asked to be told about? */
static bool worth_telling(const struct sp_vprinter *printer, const unsigned char now[4]) {
  unsigned char changed[3] = {now[0] ^ printer->told[0], now[1] ^ printer->told[1], now[2] ^ printer->told[2]};
  if ((printer->asb & 1) && (changed[0] & 0x04)) return true;
  if ((printer->asb & 2) && (changed[0] & 0x28)) return true;
  if ((printer->asb & 4) && (changed[1] & 0x6C)) return true;
  if ((printer->asb & 8) && changed[2]) return true;
  return (printer->asb & 0x40) && (changed[0] & 0x40);
}

static void tell(struct sp_vprinter *printer) {
  unsigned char now[4];
  if (!printer->asb || printer->off) return;
  status_back(printer, now);
  if (!worth_telling(printer, now)) return;
  memcpy(printer->told, now, sizeof now);
  sp_vp_reply(printer, now, sizeof now);
}

void sp_vp_asb_start(struct sp_vprinter *printer, uint8_t mask) {
  if (printer->options.no_asb) return;
  printer->asb = mask;
  if (!mask) return;
  status_back(printer, printer->told);
  sp_vp_reply(printer, printer->told, sizeof printer->told);
}

void sp_vp_reply(struct sp_vprinter *printer, const void *bytes, size_t len) {
  if (printer->off) return;
  if (printer->replies.len + len > REPLIES_MAX || sp_buf_add(&printer->replies, bytes, len))
    printer->page.lost_replies++;
}

/* ---- Paper and drawer ---- */

bool sp_vp_advance(struct sp_vprinter *printer, int64_t dots) {
  if (!sp_vp_ready(printer)) return false;
  if (printer->options.speed > 0) {
    if (printer->budget < 0) return false;
    printer->budget -= dots * 1000;
  }
  printer->page.height += (uint32_t)dots;
  if (printer->paper > 0) {
    printer->paper = printer->paper > dots ? printer->paper - dots : 0;
    tell(printer);
  }
  return true;
}

void sp_vp_pulse(struct sp_vprinter *printer, int pin, int on_ms, int off_ms, bool realtime) {
  if (printer->options.no_open_kick && printer->cover) return;
  struct sp_vp_item *item = sp_vp_page_add(&printer->page, SP_VP_PULSE, NULL, 0);
  printer->page.pulses++;
  if (item) {
    item->pin = pin;
    item->on_ms = on_ms;
    item->off_ms = off_ms;
    item->realtime = realtime;
  }
  printer->drawer = true;
  tell(printer);
}

/* ---- Waiting commands ---- */

static void forget_buffers(struct sp_vprinter *printer) {
  printer->queued = 0;
  printer->skip = printer->wanted = 0;
  sp_buf_reset(&printer->command);
  printer->line_len = printer->x = printer->tallest = 0;
  printer->graphic = false;
  sp_vp_sheet_leave(printer);
}

static unsigned char take(struct sp_vprinter *printer) {
  unsigned char byte = printer->queue[printer->head];
  printer->head = (printer->head + 1) % printer->options.buffer;
  printer->queued--;
  return byte;
}

static void collect(struct sp_vprinter *printer, unsigned char byte) {
  struct sp_buf *command = &printer->command;
  if (printer->skip > 0) {
    printer->skip--;
    return;
  }
  sp_buf_putc(command, (char)byte);
  if (command->len < printer->wanted) return;
  printer->wanted = sp_vp_measure(printer, (const unsigned char *)command->data, command->len);
  bool too_long = printer->wanted > SP_VP_COMMAND_MAX;
  if (!command->failed && !too_long) return;
  if (sp_vp_page_add(&printer->page, SP_VP_UNKNOWN, command->data, command->len < 8 ? command->len : 8))
    printer->page.unknown++;
  printer->skip = too_long ? printer->wanted - command->len : 0;
  printer->wanted = 0;
  sp_buf_reset(command);
}

/* A character may turn out shorter than what was collected: the rest begins the next command. */
static bool run_collected(struct sp_vprinter *printer) {
  struct sp_buf *command = &printer->command;
  while (command->len > 0 && printer->wanted > 0 && command->len >= printer->wanted) {
    if (!sp_vp_run(printer, (const unsigned char *)command->data, printer->wanted)) return false;
    sp_buf_drop(command, printer->wanted);
    printer->wanted = command->len > 0 ? sp_vp_measure(printer, (const unsigned char *)command->data, command->len) : 0;
  }
  return true;
}

static void pump(struct sp_vprinter *printer) {
  while (sp_vp_ready(printer) && run_collected(printer)) {
    if (printer->queued == 0 || !sp_vp_ready(printer)) return;
    collect(printer, take(printer));
  }
}

/* ---- Real-time commands ---- */

static void recover(struct sp_vprinter *printer, bool forget) {
  if (!waits_for_recovery(printer)) return;
  if (printer->cutter_error && !printer->jammed) printer->cutter_error = false;
  if (printer->mechanical_error && !printer->mechanical) printer->mechanical_error = false;
  if (forget) forget_buffers(printer);
}

struct realtime {
  unsigned char bytes[10], mask[10];
  int len;
};

static const struct realtime realtime_commands[] = {
    {{0x10, 0x04}, {0xFF, 0xFF, 0}, 3},
    {{0x10, 0x05}, {0xFF, 0xFF, 0}, 3},
    {{0x10, 0x14, 0x01}, {0xFF, 0xFF, 0xFF, 0, 0}, 5},
    {{0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08},
     {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     10},
};

/* Length of the command that begins like `bytes`, 0 when none does. */
static int begins_realtime(const unsigned char *bytes, int len) {
  for (size_t k = 0; k < sizeof realtime_commands / sizeof realtime_commands[0]; k++) {
    const struct realtime *command = &realtime_commands[k];
    bool same = len <= command->len;
    for (int i = 0; same && i < len; i++)
      same = (bytes[i] & command->mask[i]) == command->bytes[i];
    if (same) return command->len;
  }
  return 0;
}

static void run_realtime(struct sp_vprinter *printer, const unsigned char *bytes) {
  if (bytes[1] == 0x04 && bytes[2] >= 1 && bytes[2] <= 4) {
    answer_status(printer, bytes[2]);
  } else if (bytes[1] == 0x05 && (bytes[2] == 1 || bytes[2] == 2)) {
    recover(printer, bytes[2] == 2);
  } else if (bytes[1] == 0x14 && bytes[2] == 1 && bytes[3] <= 1 && bytes[4] >= 1 && bytes[4] <= 8) {
    sp_vp_pulse(printer, bytes[3] ? 5 : 2, bytes[4] * 100, bytes[4] * 100, true);
  } else if (bytes[1] == 0x14 && bytes[2] == 8) {
    forget_buffers(printer);
    sp_vp_reply(printer, "\x37\x25", 3); /* with the NUL: "cleared" */
  }
}

/* Look at every byte as it arrives; true when it completed a real-time command. */
static bool watch(struct sp_vprinter *printer, unsigned char byte) {
  printer->recent[printer->recent_len++] = byte;
  int whole = 0;
  while (printer->recent_len > 0 && (whole = begins_realtime(printer->recent, printer->recent_len)) == 0) {
    printer->recent_len--;
    memmove(printer->recent, printer->recent + 1, (size_t)printer->recent_len);
  }
  if (printer->recent_len == 0 || printer->recent_len < whole) return false;
  printer->recent_len = 0;
  return true;
}

/* ---- The outside ---- */

/* A full buffer takes nothing but bytes that may be a real-time command, and does not keep those. */
static bool accept(struct sp_vprinter *printer, unsigned char byte) {
  unsigned char command[10];
  if (printer->swallow > 0) {
    printer->swallow--;
    return true;
  }
  bool full = printer->queued == printer->options.buffer;
  if (full && printer->recent_len == 0 && byte != SP_VP_DLE) return false;
  if (!full) {
    printer->queue[(printer->head + printer->queued) % printer->options.buffer] = byte;
    printer->queued++;
  }
  memcpy(command, printer->recent, sizeof command);
  if (printer->recent_len < (int)sizeof command) command[printer->recent_len] = byte;
  if (watch(printer, byte)) {
    run_realtime(printer, command);
    printer->swallow = printer->options.swallow;
  }
  pump(printer);
  tell(printer);
  return true;
}

size_t sp_vprinter_feed(struct sp_vprinter *printer, const void *bytes, size_t len) {
  size_t at = 0;
  while (!printer->off && at < len && accept(printer, ((const unsigned char *)bytes)[at]))
    at++;
  return at;
}

void sp_vprinter_tick(struct sp_vprinter *printer, int ms) {
  if (printer->budget > 0) printer->budget = 0; /* an idle motor does not save up */
  printer->budget += (int64_t)printer->options.speed * (ms > 0 ? ms : 0);
  pump(printer);
  tell(printer);
}

static void power(struct sp_vprinter *printer, bool on) {
  if (printer->off == !on) return;
  printer->off = !on;
  forget_buffers(printer);
  sp_buf_reset(&printer->replies);
  sp_buf_reset(&printer->qr);
  sp_buf_reset(&printer->stored);
  sp_buf_reset(&printer->pdf417);
  printer->recent_len = printer->swallow = 0;
  printer->asb = 0;
  printer->budget = 0;
  printer->cutter_error = false; /* the knife goes home */
  printer->mechanical_error = printer->mechanical;
  printer->broken_error = printer->broken;
  sp_vp_reset_modes(printer);
}

static void turn(struct sp_vprinter *printer, enum sp_vprinter_knob knob, int value) {
  bool on = value != 0;
  switch (knob) {
  case SP_VP_POWER:
    power(printer, on);
    break;
  case SP_VP_COVER:
    printer->cover = on;
    break;
  case SP_VP_PAPER:
    printer->paper = value < 0 ? -1 : value;
    break;
  case SP_VP_CUTTER_JAM:
    printer->jammed = on;
    break;
  case SP_VP_HEAT:
    printer->hot = on;
    break;
  case SP_VP_MECHANICAL:
    printer->mechanical = on;
    if (on) printer->mechanical_error = true;
    break;
  case SP_VP_BROKEN:
    printer->broken = on;
    if (on) printer->broken_error = true;
    break;
  case SP_VP_DRAWER:
    printer->drawer = on;
    break;
  case SP_VP_BUTTON:
    printer->button = on;
    break;
  default:
    break;
  }
}

void sp_vprinter_set(struct sp_vprinter *printer, enum sp_vprinter_knob knob, int value) {
  turn(printer, knob, value);
  tell(printer);
  pump(printer);
  tell(printer);
}

struct sp_buf *sp_vprinter_replies(struct sp_vprinter *printer) {
  return &printer->replies;
}

const struct sp_vp_page *sp_vprinter_page(const struct sp_vprinter *printer) {
  return &printer->page;
}

void sp_vprinter_tear(struct sp_vprinter *printer) {
  sp_vp_page_free(&printer->page);
  printer->page = (struct sp_vp_page){.width = printer->options.width};
  sp_buf_init(&printer->page.data, SP_VP_DATA_MAX);
}

size_t sp_vprinter_waiting(const struct sp_vprinter *printer) {
  return printer->queued + printer->command.len;
}
