/* suanpan device simulate scanner: one on a serial line. Bytes a till sends (a beep) are dropped. */
#include "devices/sim/scanner.h"
#include "main/command.h"
#include "main/device_sim.h"
#include <stdlib.h>
#include <string.h>

#define WAIT_MAX (64u << 10)

struct scanner {
  struct sp_sim sim; /* first: a simulator is cast back */
  struct sp_scanner_sim head;
  struct sp_buf waiting; /* typed by a slow hand */
  int gap_ms;
  int64_t next_us;
  uint64_t beeps;
};

static struct scanner *scanner_of(struct sp_sim *sim) {
  return (struct scanner *)(void *)sim;
}

static int read_fix(const struct sp_args *args, const char *option, char out[SP_SCANNER_SIM_FIX],
                    struct sp_error *err) {
  const char *text = sp_args_given(args, option);
  if (!text || sp_scanner_sim_fix(text, out)) return 0;
  return sp_fail(err, SP_E_INVALID, option, "%s is at most %d bytes; \\x02 is written for a byte of that number",
                 option, SP_SCANNER_SIM_FIX - 1);
}

static int open_scanner(const struct sp_args *args, struct sp_sim **out, struct sp_error *err) {
  const char *end = sp_args_given(args, "--terminator");
  struct sp_scanner_sim head = {.terminator = "\r"};
  int rc = read_fix(args, "--prefix", head.prefix, err);
  if (!rc) rc = read_fix(args, "--suffix", head.suffix, err);
  if (!rc && end && !sp_scanner_sim_terminator(&head, end))
    rc = sp_fail(err, SP_E_INVALID, "--terminator", "A code ends with cr, lf, crlf, etx, tab or none, not \"%s\"", end);
  if (rc) return rc;
  struct scanner *scanner = calloc(1, sizeof *scanner);
  if (!scanner) return sp_error_nomem(err, __func__);
  scanner->sim.kind = &sp_sim_scanner;
  scanner->head = head;
  sp_buf_init(&scanner->waiting, WAIT_MAX);
  *out = &scanner->sim;
  return 0;
}

static size_t take(struct sp_sim *sim, const uint8_t *bytes, size_t len) {
  struct scanner *scanner = scanner_of(sim);
  for (size_t i = 0; i < len; i++) {
    if (bytes[i] != '\a') continue;
    scanner->beeps++;
    sp_buf_puts(&sim->news, "# beep\n");
  }
  return len;
}

static int64_t tick(struct sp_sim *sim, int64_t now_us) {
  struct scanner *scanner = scanner_of(sim);
  if (scanner->waiting.len == 0) return SP_CHAOS_NEVER;
  if (now_us >= scanner->next_us) {
    sp_buf_putc(&sim->out, scanner->waiting.data[0]);
    sp_buf_drop(&scanner->waiting, 1);
    scanner->next_us = now_us + scanner->gap_ms * 1000;
  }
  return scanner->waiting.len > 0 ? scanner->next_us : SP_CHAOS_NEVER;
}

static int control(struct sp_sim *sim, const char *line, struct sp_buf *answer) {
  struct scanner *scanner = scanner_of(sim);
  struct sp_scanner_deed deed;
  struct sp_buf bytes;
  if (strncmp(line, "state", 5) == 0 && line[5 + strspn(line + 5, "\r\n ")] == '\0') {
    sp_buf_printf(answer, "typing=%zu beeps=%llu\nok\n", scanner->waiting.len, (unsigned long long)scanner->beeps);
    return answer->failed;
  }
  sp_buf_init(&bytes, SP_SCANNER_SIM_CODE + 3 * SP_SCANNER_SIM_FIX);
  int rc = sp_vcontrol_scanner(&scanner->head, line, &deed, &bytes, answer);
  bool slow = deed.gap_ms > 0;
  if (!rc && bytes.len > 0) sp_buf_add(slow ? &scanner->waiting : &sim->out, bytes.data, bytes.len);
  if (slow) scanner->gap_ms = deed.gap_ms;
  if (deed.cut) sim->cut = true;
  sp_buf_free(&bytes);
  return rc;
}

static void line(struct sp_sim *sim, bool up) {
  if (!up) sp_buf_reset(&scanner_of(sim)->waiting);
}

static void configuration(const struct sp_sim *sim, struct sp_buf *out) {
  const struct scanner *scanner = (const struct scanner *)(const void *)sim;
  if (scanner->head.terminator[0] == '\0') sp_buf_puts(out, ",\"gap_ends\":true");
}

static void close_scanner(struct sp_sim *sim) {
  sp_buf_free(&scanner_of(sim)->waiting);
  free(sim);
}

const struct sp_sim_kind sp_sim_scanner = {
    .name = "scanner",
    .options = " --prefix --suffix --terminator ",
    .usual = SP_CHAOS_FROM,
    .open = open_scanner,
    .take = take,
    .tick = tick,
    .control = control,
    .line = line,
    .configuration = configuration,
    .close = close_scanner,
};
