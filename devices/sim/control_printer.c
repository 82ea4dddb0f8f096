#include "base/error.h"
#include "devices/sim/control.h"
#include "devices/sim/control_word.h"
#include "devices/sim/printer_state.h"
#include <string.h>

#define CONTENT_MAX   (64u << 20)
#define DOTS_MOST     100000000
#define DOTS_A_MM     8
#define TICK_MS_MOST  3600000
#define NOT_A_COMMAND "no such command of a printer; try help"

struct knob {
  const char *name, *on, *off;
  enum sp_vprinter_knob knob;
};

static const struct knob knobs[] = {
    {"power", "on", "off", SP_VP_POWER},        {"cover", "open", "closed", SP_VP_COVER},
    {"heat", "hot", "cool", SP_VP_HEAT},        {"cutter", "jam", "free", SP_VP_CUTTER_JAM},
    {"broken", "on", "off", SP_VP_BROKEN},      {"mechanical", "on", "off", SP_VP_MECHANICAL},
    {"drawer", "open", "closed", SP_VP_DRAWER}, {"button", "down", "up", SP_VP_BUTTON},
};

static int turn(struct sp_vprinter *printer, const struct knob *knob, const char *word, struct sp_buf *answer) {
  int value = sp_vcontrol_switch(word, knob->on, knob->off);
  if (value < 0) {
    sp_buf_printf(answer, "error: %s takes %s or %s\n", knob->name, knob->on, knob->off);
    return SP_E_INVALID;
  }
  sp_vprinter_set(printer, knob->knob, value);
  return sp_vcontrol_answer(0, NULL, answer);
}

static int set_paper(struct sp_vprinter *printer, const char *word, struct sp_buf *answer) {
  int dots = -1;
  if (sp_vcontrol_number(word, "mm", DOTS_MOST / DOTS_A_MM, &dots)) {
    dots *= DOTS_A_MM;
  } else if (strcmp(word, "endless") != 0 && !sp_vcontrol_number(word, "", DOTS_MOST, &dots)) {
    return sp_vcontrol_answer(SP_E_INVALID, "paper takes dots, millimetres (80mm) or endless", answer);
  }
  sp_vprinter_set(printer, SP_VP_PAPER, dots);
  return sp_vcontrol_answer(0, NULL, answer);
}

static int tick(struct sp_vprinter *printer, const char *word, struct sp_buf *answer) {
  int ms = 0;
  if (!sp_vcontrol_number(word, "", TICK_MS_MOST, &ms) || ms < 0)
    return sp_vcontrol_answer(SP_E_INVALID, "tick takes milliseconds", answer);
  sp_vprinter_tick(printer, ms);
  return sp_vcontrol_answer(0, NULL, answer);
}

static const char *yes(bool value, const char *word) {
  return value ? word : "";
}

static int tell_state(const struct sp_vprinter *printer, struct sp_buf *answer) {
  static const char *const paper[] = {"", " paper-near-end", " paper-out"};
  const struct sp_vp_page *page = &printer->page;
  sp_buf_printf(answer, "%s%s%s%s%s%s%s%s%s", sp_vprinter_online(printer) ? "online" : "offline",
                yes(printer->off, " power-off"), yes(printer->cover, " cover-open"), paper[sp_vp_paper_bits(printer)],
                yes(printer->cutter_error, " cutter-error"), yes(printer->mechanical_error, " mechanical-error"),
                yes(printer->broken_error, " broken"), yes(printer->hot, " hot"), yes(printer->drawer, " drawer-open"));
  sp_buf_printf(answer, " waiting=%zu height=%u cuts=%d pulses=%d unknown=%d lost-replies=%d\n",
                sp_vprinter_waiting(printer), (unsigned)page->height, page->cuts, page->pulses, page->unknown,
                page->lost_replies);
  return sp_vcontrol_answer(0, NULL, answer);
}

static int help(struct sp_buf *answer) {
  for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++)
    sp_buf_printf(answer, "%s %s|%s\n", knobs[i].name, knobs[i].on, knobs[i].off);
  sp_buf_puts(answer, "paper DOTS|MMmm|endless\ntick MS\ntear\nstate\ntext [FILE]\njson [FILE]\npng FILE\n");
  return sp_vcontrol_answer(0, NULL, answer);
}

static int put_marked(const struct sp_vp_page *page, struct sp_buf *answer) {
  struct sp_buf text;
  sp_buf_init(&text, CONTENT_MAX);
  int rc = sp_vp_page_text(page, &text);
  bool begins = true;
  for (size_t i = 0; !rc && i < text.len; i++) {
    if (begins) sp_buf_puts(answer, "| ");
    sp_buf_putc(answer, text.data[i]);
    begins = text.data[i] == '\n';
  }
  sp_buf_free(&text);
  return rc;
}

/* `text`, `json`, `png`: -1 when it is none of these. */
static int show(const struct sp_vprinter *printer, const char *verb, bool to_file, struct sp_buf *answer) {
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  int rc = 0;
  if (strcmp(verb, "png") == 0)
    rc = to_file ? sp_vp_page_png(page, answer) : SP_E_INVALID;
  else if (strcmp(verb, "json") == 0)
    rc = sp_vp_page_json(page, answer);
  else
    rc = to_file ? sp_vp_page_text(page, answer) : put_marked(page, answer);
  if (rc == SP_E_INVALID) return sp_vcontrol_answer(rc, "png needs the name of a file", answer);
  if (rc || to_file) return rc ? rc : answer->failed;
  if (strcmp(verb, "json") == 0) sp_buf_putc(answer, '\n');
  return sp_vcontrol_answer(0, NULL, answer);
}

int sp_vcontrol_printer(struct sp_vprinter *printer, const char *line, struct sp_buf *answer) {
  struct sp_vcontrol_words words;
  sp_vcontrol_split(line, &words);
  const char *verb = words.word[0];
  size_t file_len = 0;
  bool to_file = sp_vcontrol_file(line, &file_len) != NULL;
  if (words.count == 0 && !words.too_many) return 0;
  if (*verb == '#') return 0;
  if (strcmp(verb, "text") == 0 || strcmp(verb, "json") == 0 || strcmp(verb, "png") == 0)
    return show(printer, verb, to_file, answer);
  if (words.count == 1 && !words.too_many) {
    if (strcmp(verb, "help") == 0) return help(answer);
    if (strcmp(verb, "state") == 0) return tell_state(printer, answer);
    if (strcmp(verb, "tear") == 0) {
      sp_vprinter_tear(printer);
      return sp_vcontrol_answer(0, NULL, answer);
    }
  }
  if (words.count != 2 || words.too_many) return sp_vcontrol_answer(SP_E_INVALID, NOT_A_COMMAND, answer);
  if (strcmp(verb, "paper") == 0) return set_paper(printer, words.word[1], answer);
  if (strcmp(verb, "tick") == 0) return tick(printer, words.word[1], answer);
  for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++)
    if (strcmp(verb, knobs[i].name) == 0) return turn(printer, &knobs[i], words.word[1], answer);
  return sp_vcontrol_answer(SP_E_INVALID, NOT_A_COMMAND, answer);
}
