#include "devices/sim/scanner.h"

#include "base/error.h"
#include "devices/sim/control_word.h"
#include <string.h>

bool sp_scanner_sim_terminator(struct sp_scanner_sim *sim, const char *word) {
  static const struct {
    const char *name, *bytes;
  } known[] = {{"cr", "\r"}, {"lf", "\n"}, {"crlf", "\r\n"}, {"etx", "\x03"}, {"tab", "\t"}, {"none", ""}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strcmp(known[i].name, word) != 0) continue;
    memcpy(sim->terminator, known[i].bytes, strlen(known[i].bytes) + 1);
    return true;
  }
  return false;
}

/* ---- Escapes ---- */

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte at `*at`, which moves behind it; −1 for an escape that is none. */
static int next_byte(const char **at) {
  const char *text = *at;
  (*at)++;
  if (*text != '\\') return (unsigned char)*text;
  (*at)++;
  if (text[1] == '\\') return '\\';
  if (text[1] != 'x' || hex_digit(text[2]) < 0 || hex_digit(text[3]) < 0) return -1;
  *at += 2;
  return hex_digit(text[2]) * 16 + hex_digit(text[3]);
}

static int put_bytes(const char *text, struct sp_buf *out) {
  while (*text != '\0') {
    int byte = next_byte(&text);
    if (byte < 0) return SP_E_INVALID;
    sp_buf_putc(out, (char)byte);
  }
  return out->failed;
}

bool sp_scanner_sim_fix(const char *text, char out[SP_SCANNER_SIM_FIX]) {
  size_t len = 0;
  while (*text != '\0') {
    int byte = next_byte(&text);
    if (byte <= 0 || len == SP_SCANNER_SIM_FIX - 1) return false;
    out[len++] = (char)byte;
  }
  out[len] = '\0';
  return true;
}

/* ---- Control ---- */

/* What stands behind the first word, without the end of the line; in `room`. */
static const char *rest_of(const char *line, const char *verb, char room[SP_SCANNER_SIM_CODE]) {
  const char *at = strstr(line, verb) + strlen(verb);
  at += strspn(at, " \t");
  size_t len = strcspn(at, "\r\n");
  if (len >= SP_SCANNER_SIM_CODE) len = 0;
  memcpy(room, at, len);
  room[len] = '\0';
  return room;
}

static int put_frame(const struct sp_scanner_sim *sim, const char *code, struct sp_buf *out) {
  size_t before = out->len;
  sp_buf_puts(out, sim->prefix);
  int rc = put_bytes(code, out);
  sp_buf_puts(out, sim->suffix);
  sp_buf_puts(out, sim->terminator);
  if (!rc) return out->failed;
  out->len = before;
  return rc;
}

static int set_terminator(struct sp_scanner_sim *sim, const char *word, struct sp_buf *answer) {
  bool good = sp_scanner_sim_terminator(sim, word);
  return sp_vcontrol_answer(good ? 0 : SP_E_INVALID, "terminator takes cr, lf, crlf, etx, tab or none", answer);
}

int sp_vcontrol_scanner(struct sp_scanner_sim *sim, const char *line, struct sp_scanner_deed *deed,
                        struct sp_buf *bytes, struct sp_buf *answer) {
  struct sp_vcontrol_words words;
  char room[SP_SCANNER_SIM_CODE];
  *deed = (struct sp_scanner_deed){.gap_ms = 0};
  sp_vcontrol_split(line, &words);
  const char *verb = words.word[0];
  if (strcmp(verb, "help") == 0) {
    sp_buf_puts(answer, "scan CODE\nscan-slowly CODE\ncut CODE\nterminator cr|lf|crlf|etx|tab|none\n");
    return sp_vcontrol_answer(0, NULL, answer);
  }
  if (strcmp(verb, "terminator") == 0) return set_terminator(sim, words.word[1], answer);
  bool slowly = strcmp(verb, "scan-slowly") == 0, cut = strcmp(verb, "cut") == 0;
  if (strcmp(verb, "scan") != 0 && !slowly && !cut) return SP_E_NOT_FOUND;
  const char *code = rest_of(line, verb, room);
  if (*code == '\0') return cut ? SP_E_NOT_FOUND : sp_vcontrol_answer(SP_E_INVALID, "write scan CODE", answer);
  size_t before = bytes->len;
  if (put_frame(sim, code, bytes))
    return sp_vcontrol_answer(SP_E_INVALID, "a code has \\xHH and \\\\ as escapes", answer);
  deed->gap_ms = slowly ? SP_SCANNER_SIM_SLOW : 0;
  deed->cut = cut;
  if (cut) bytes->len = before + (bytes->len - before + 1) / 2;
  return sp_vcontrol_answer(0, NULL, answer);
}
