#include "base/text.h"
#include "devices/sim/printer_state.h"
#include <string.h>

#define MAKER     "SUANPAN"
#define MODEL     "VPRINTER"
#define VERSION   "1.00"
#define SERIAL    "V000001"
#define FORM_FEED 12

void sp_vp_reset_modes(struct sp_vprinter *printer) {
  struct sp_vp_modes *modes = &printer->modes;
  *modes = (struct sp_vp_modes){.chinese = !printer->options.single_byte,
                                .scale_x = 1,
                                .scale_y = 1,
                                .pitch = SP_VP_PITCH,
                                .area = printer->options.width,
                                .qr_module = 3,
                                .bar_height = 162,
                                .bar_module = 3};
  for (int column = 8; column < 256; column += 8)
    modes->tabs[modes->tab_count++] = column;
  printer->line_len = printer->x = printer->tallest = 0;
  printer->graphic = false;
  sp_vp_sheet_leave(printer);
}

static int most(int a, int b) {
  return a > b ? a : b;
}

static int least(int a, int b) {
  return a < b ? a : b;
}

static int word(const unsigned char *bytes) {
  return bytes[0] | bytes[1] << 8;
}

static int cell_width(const struct sp_vp_modes *modes, bool wide) {
  int width = wide ? 24 : modes->style & SP_VP_SMALL ? 9 : 12;
  return width * modes->scale_x;
}

/* Paper to the right of the margin. */
static int area_width(const struct sp_vprinter *printer) {
  if (printer->sheet.on) return sp_vp_sheet_width(printer);
  return most(least(printer->modes.area, printer->options.width - printer->modes.left), 0);
}

/* ---- Lines ---- */

bool sp_vp_print_line(struct sp_vprinter *printer, bool wrapped) {
  struct sp_vp_modes *modes = &printer->modes;
  if (printer->sheet.on) {
    sp_vp_sheet_feed(printer, modes->pitch);
    return true;
  }
  int height = most(modes->pitch, printer->tallest);
  uint32_t y = printer->page.height;
  bool drawn = printer->graphic && printer->line_len == 0; /* a picture is its own item, and no line of text */
  if (!sp_vp_advance(printer, height)) return false;
  struct sp_vp_item *item =
      drawn ? NULL : sp_vp_page_add_line(&printer->page, printer->line, (size_t)printer->line_len);
  if (item) {
    int slack = most(area_width(printer) - printer->x, 0);
    item->align = modes->align;
    item->x = (uint32_t)(modes->left + (modes->align == SP_VP_CENTRE  ? slack / 2
                                        : modes->align == SP_VP_RIGHT ? slack
                                                                      : 0));
    item->y = y;
    item->width = (uint32_t)printer->x;
    item->height = (uint32_t)height;
    item->wrapped = wrapped;
  }
  printer->line_len = printer->x = printer->tallest = 0;
  printer->graphic = false;
  return true;
}

static bool put_character(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  const struct sp_vp_modes *modes = &printer->modes;
  bool wide = false;
  uint32_t code = sp_vp_text_decode(printer, bytes, len, &wide);
  int width = cell_width(modes, wide);
  if (printer->x > 0 && printer->x + width > area_width(printer) && !sp_vp_print_line(printer, true)) return false;
  if (printer->line_len == SP_VP_LINE_CELLS && !sp_vp_print_line(printer, true)) return false;
  int height = (modes->style & SP_VP_SMALL && !wide ? 17 : 24) * modes->scale_y;
  uint8_t style = modes->style;
  if (wide) style &= (uint8_t) ~(SP_VP_UNDERLINE | SP_VP_SMALL);
  if (wide && modes->underline_chinese) style |= SP_VP_UNDERLINE;
  printer->line[printer->line_len++] = (struct sp_vp_cell){.code = code,
                                                           .x = (uint16_t)printer->x,
                                                           .width = (uint16_t)width,
                                                           .height = (uint16_t)height,
                                                           .scale_x = modes->scale_x,
                                                           .scale_y = modes->scale_y,
                                                           .style = style};
  printer->x += width + modes->spacing * modes->scale_x;
  printer->tallest = most(printer->tallest, height);
  return true;
}

static void tab(struct sp_vprinter *printer) {
  for (int i = 0; i < printer->modes.tab_count; i++) {
    int stop = printer->modes.tabs[i] * cell_width(&printer->modes, false);
    if (stop <= printer->x) continue;
    printer->x = least(stop, area_width(printer));
    return;
  }
}

/* ESC d, ESC J: print what stands in the line, then move on. */
static bool print_and_feed(struct sp_vprinter *printer, int dots) {
  if (printer->sheet.on) {
    sp_vp_sheet_feed(printer, dots);
    return true;
  }
  bool text = printer->line_len > 0 || printer->graphic;
  int height = most(text ? printer->tallest : 0, dots);
  if (text) {
    int pitch = printer->modes.pitch;
    printer->modes.pitch = dots;
    bool done = sp_vp_print_line(printer, false);
    printer->modes.pitch = pitch;
    return done;
  }
  uint32_t y = printer->page.height;
  if (!sp_vp_advance(printer, height)) return false;
  struct sp_vp_item *item = sp_vp_page_add(&printer->page, SP_VP_FEED, NULL, 0);
  if (item) {
    item->y = y;
    item->height = (uint32_t)height;
  }
  return true;
}

static bool cut(struct sp_vprinter *printer, bool full, int feed) {
  if (printer->sheet.on) return true; /* page mode has no knife */
  bool text = printer->line_len > 0 || printer->graphic;
  if (text && !sp_vp_print_line(printer, false)) return false;
  if (printer->jammed && !printer->options.no_cutter) {
    printer->cutter_error = true;
    return false;
  }
  if (feed >= 0 && !sp_vp_advance(printer, feed)) return false;
  if (printer->options.no_cutter) return true;
  struct sp_vp_item *item = sp_vp_page_add(&printer->page, SP_VP_CUT, NULL, 0);
  printer->page.cuts++;
  if (item) {
    item->full = full;
    item->height = feed > 0 ? (uint32_t)feed : 0;
  }
  return true;
}

static bool gs_cut(struct sp_vprinter *printer, const unsigned char *bytes) {
  bool full = bytes[2] == 0 || bytes[2] == 48 || bytes[2] == 65 || bytes[2] == 97;
  return cut(printer, full, bytes[2] >= 65 ? bytes[3] : -1);
}

/* ---- Answers that wait their turn ---- */

static void answer_waiting(struct sp_vprinter *printer, unsigned char n) {
  int paper = sp_vp_paper_bits(printer);
  unsigned char byte = 0;
  if (printer->options.no_paper_reply) return;
  if (n == 1 || n == 49)
    byte = (unsigned char)((paper ? 0x03 : 0) | (paper == 2 ? 0x0C : 0));
  else if (n == 2 || n == 50)
    byte = printer->drawer ? 1 : 0;
  else
    return;
  sp_vp_reply(printer, &byte, 1);
}

static void identify(struct sp_vprinter *printer, unsigned char n) {
  static const char *const texts[] = {[65] = VERSION, [66] = MAKER, [67] = MODEL, [68] = SERIAL};
  char block[32] = {0x5F};
  if (printer->options.no_identity) return;
  if (n >= 65 && n <= 68) {
    size_t len = strlen(texts[n]);
    memcpy(block + 1, texts[n], len);
    sp_vp_reply(printer, block, len + 2);
  } else if ((n >= 1 && n <= 3) || (n >= 49 && n <= 51)) {
    sp_vp_reply(printer, n % 16 == 2 ? "\x03" : "\x20", 1); /* type: Chinese glyphs and a knife */
  }
}

/* GS ( H pL pH 30h m …: function 48 is "tell me when you are here". */
static void process_id(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  char block[7] = {0x37, 0x22};
  if (printer->options.no_process_id || len != 11 || bytes[5] != 48 || bytes[6] != 48) return;
  for (int i = 0; i < 4; i++)
    if (bytes[7 + i] < 0x20 || bytes[7 + i] > 0x7E) return;
  memcpy(block + 2, bytes + 7, 4);
  sp_vp_reply(printer, block, sizeof block);
}

/* ---- Modes ---- */

static void set_bit(uint8_t *style, uint8_t bit, bool on) {
  *style = (uint8_t)(on ? *style | bit : *style & ~bit);
}

static void set_scale(struct sp_vp_modes *modes, int x, int y) {
  modes->scale_x = (uint8_t)least(x, 8);
  modes->scale_y = (uint8_t)least(y, 8);
}

/* ESC ! for everything, FS ! for Chinese: one set of scales serves both here, as on most models. */
static void print_mode(struct sp_vp_modes *modes, unsigned char n) {
  set_bit(&modes->style, SP_VP_SMALL, n & 0x01);
  set_bit(&modes->style, SP_VP_BOLD, n & 0x08);
  set_bit(&modes->style, SP_VP_UNDERLINE, n & 0x80);
  set_scale(modes, n & 0x20 ? 2 : 1, n & 0x10 ? 2 : 1);
}

static void chinese_mode(struct sp_vp_modes *modes, unsigned char n) {
  modes->underline_chinese = n & 0x80;
  set_scale(modes, n & 0x04 ? 2 : 1, n & 0x08 ? 2 : 1);
}

static void set_align(struct sp_vprinter *printer, unsigned char n) {
  if (printer->line_len > 0 || printer->x > 0) return; /* only at the beginning of a line */
  if (n >= 48) n = (unsigned char)(n - 48);
  if (n <= 2) printer->modes.align = (enum sp_vp_align)n;
}

static void set_tabs(struct sp_vp_modes *modes, const unsigned char *bytes, size_t len) {
  modes->tab_count = 0;
  for (size_t i = 2; i < len && bytes[i] && modes->tab_count < 32; i++)
    modes->tabs[modes->tab_count++] = bytes[i];
}

static void set_x(struct sp_vprinter *printer, int x) {
  printer->x = most(0, least(x, area_width(printer)));
}

static void note_unknown(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  (void)sp_vp_page_add(&printer->page, SP_VP_UNKNOWN, bytes, len < 8 ? len : 8);
  printer->page.unknown++;
}

/* ---- Which command is it? ---- */

static void run_esc_mode(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  struct sp_vp_modes *modes = &printer->modes;
  unsigned char n = len > 2 ? bytes[2] : 0;
  switch (bytes[1]) {
  case '@':
    sp_vp_reset_modes(printer);
    break;
  case '!':
    print_mode(modes, n);
    break;
  case ' ':
    modes->spacing = n;
    break;
  case '$':
    set_x(printer, word(bytes + 2));
    break;
  case '\\':
    set_x(printer, printer->x + (int16_t)word(bytes + 2));
    break;
  case '-':
    set_bit(&modes->style, SP_VP_UNDERLINE, (n & 0x0F) != 0);
    break;
  case '2':
    modes->pitch = SP_VP_PITCH;
    break;
  case '3':
    modes->pitch = n;
    break;
  case 'D':
    set_tabs(modes, bytes, len);
    break;
  case 'E':
  case 'G':
    set_bit(&modes->style, SP_VP_BOLD, n & 1);
    break;
  case 'M':
    set_bit(&modes->style, SP_VP_SMALL, n & 1);
    break;
  case 'a':
    set_align(printer, n);
    break;
  case 't':
    modes->code_page = n;
    break;
  default: /* known by their length, without effect on the paper */
    if (len == 2) note_unknown(printer, bytes, len);
  }
}

static bool run_esc(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  unsigned char n = len > 2 ? bytes[2] : 0;
  switch (bytes[1]) {
  case '*':
    return sp_vp_run_columns(printer, bytes, len);
  case 'J':
    return print_and_feed(printer, n);
  case 'd':
    return print_and_feed(printer, n * printer->modes.pitch);
  case 'i':
    return cut(printer, true, -1);
  case 'm':
    return cut(printer, false, -1);
  case 'p':
    sp_vp_pulse(printer, n & 1 ? 5 : 2, bytes[3] * 2, bytes[4] * 2, false);
    return true;
  case 'B':
    (void)sp_vp_page_add(&printer->page, SP_VP_BUZZER, NULL, 0);
    return true;
  case FORM_FEED:
    return printer->sheet.on ? sp_vp_sheet_print(printer) : true;
  case 'L':
    sp_vp_sheet_enter(printer);
    return true;
  case 'S':
    if (printer->sheet.on) sp_vp_sheet_leave(printer);
    return true;
  case 'T':
    sp_vp_sheet_turn(printer, n);
    return true;
  case 'W':
    sp_vp_sheet_area(printer, bytes);
    return true;
  default:
    run_esc_mode(printer, bytes, len);
    return true;
  }
}

static void run_gs_mode(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  struct sp_vp_modes *modes = &printer->modes;
  unsigned char n = len > 2 ? bytes[2] : 0;
  switch (bytes[1]) {
  case '!':
    set_scale(modes, (n >> 4 & 7) + 1, (n & 7) + 1);
    break;
  case 'B':
    set_bit(&modes->style, SP_VP_REVERSE, n & 1);
    break;
  case 'H':
    modes->hri = n & 3;
    break;
  case 'L':
    modes->left = least(word(bytes + 2), printer->options.width);
    break;
  case 'W':
    modes->area = least(word(bytes + 2), printer->options.width);
    break;
  case 'a':
    sp_vp_asb_start(printer, n);
    break;
  case 'h':
    modes->bar_height = n ? n : 1;
    break;
  case 'w':
    if (n >= 1 && n <= 6) modes->bar_module = n;
    break;
  case 'r':
    answer_waiting(printer, n);
    break;
  case 'I':
    identify(printer, n);
    break;
  default:
    if (len == 2) note_unknown(printer, bytes, len);
  }
}

static bool run_gs(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  switch (bytes[1]) {
  case 'V':
    return gs_cut(printer, bytes);
  case '$':
  case '\\':
    sp_vp_sheet_move(printer, bytes);
    return true;
  case 'v':
    return sp_vp_run_raster(printer, bytes, len);
  case 'k':
    return sp_vp_run_barcode(printer, bytes, len);
  case '8':
    return sp_vp_run_graphics(printer, bytes + 7, len - 7);
  case '(':
    if (bytes[2] == 'k') return sp_vp_run_symbol(printer, bytes + 5, len - 5);
    if (bytes[2] == 'L') return sp_vp_run_graphics(printer, bytes + 5, len - 5);
    if (bytes[2] == 'H') process_id(printer, bytes, len);
    return true;
  default:
    run_gs_mode(printer, bytes, len);
    return true;
  }
}

static void run_fs(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  struct sp_vp_modes *modes = &printer->modes;
  unsigned char n = len > 2 ? bytes[2] : 0;
  switch (bytes[1]) {
  case '&':
    modes->chinese = true;
    break;
  case '.':
    modes->chinese = modes->utf8 = false;
    break;
  case 'C':
    modes->utf8 = n == 0xFF;
    break;
  case '!':
    chinese_mode(modes, n);
    break;
  case '-':
    modes->underline_chinese = (n & 0x0F) != 0;
    break;
  case 'W':
    set_scale(modes, n & 1 ? 2 : 1, n & 1 ? 2 : 1);
    break;
  default:
    if (len == 2) note_unknown(printer, bytes, len);
  }
}

static bool print_sheet(struct sp_vprinter *printer) {
  if (!sp_vp_sheet_print(printer)) return false;
  sp_vp_sheet_leave(printer);
  return true;
}

bool sp_vp_run(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  switch (bytes[0]) {
  case SP_VP_ESC:
    return run_esc(printer, bytes, len);
  case SP_VP_GS:
    return run_gs(printer, bytes, len);
  case SP_VP_FS:
    run_fs(printer, bytes, len);
    return true;
  case '\n':
    return sp_vp_print_line(printer, false);
  case '\t':
    tab(printer);
    return true;
  case FORM_FEED:
    return printer->sheet.on ? print_sheet(printer) : true;
  case 0x18: /* CAN */
    if (printer->sheet.on) sp_vp_sheet_cancel(printer);
    printer->line_len = printer->x = printer->tallest = 0;
    return true;
  default:
    return bytes[0] < 0x20 || bytes[0] == 0x7F ? true : put_character(printer, bytes, len);
  }
}
