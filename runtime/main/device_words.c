#include "main/device_words.h"
#include "base/json.h"
#include "base/text.h"
#include <string.h>

/* ---- Scales ---- */

static void put_number(const struct sp_scale_number *number, struct sp_buf *out) {
  int64_t scale = 1;
  for (int i = 0; i < number->decimals; i++)
    scale *= 10;
  uint64_t value = number->value < 0 ? 0 - (uint64_t)number->value : (uint64_t)number->value;
  sp_buf_printf(out, "%s%llu", number->value < 0 ? "-" : "", (unsigned long long)(value / (uint64_t)scale));
  if (number->decimals > 0)
    sp_buf_printf(out, ".%0*llu", (int)number->decimals, (unsigned long long)(value % (uint64_t)scale));
}

static void put_word(bool wanted, const char *word, struct sp_buf *out) {
  if (!wanted) return;
  if (out->len > 0) sp_buf_puts(out, ", ");
  sp_buf_puts(out, word);
}

void sp_words_reading(const struct sp_scale_reading *reading, enum sp_lang lang, struct sp_buf *out) {
  static const char *const units[] = {"?", "g", "kg", "lb", "oz"};
  struct sp_buf words;
  sp_buf_init(&words, 512);
  if (reading->kind == SP_SCALE_ACK) put_word(true, sp_tr(lang, "took it"), &words);
  if (reading->kind == SP_SCALE_NAK) put_word(true, sp_tr(lang, "refused, or has no weight"), &words);
  if (reading->weight.told) {
    put_number(&reading->weight, &words);
    sp_buf_printf(&words, " %s", units[reading->unit]);
  }
  put_word(reading->motion == SP_SCALE_STABLE, sp_tr(lang, "stable"), &words);
  put_word(reading->motion == SP_SCALE_MOVING, sp_tr(lang, "moving"), &words);
  put_word(reading->zero, sp_tr(lang, "nothing on the pan"), &words);
  put_word(reading->over, sp_tr(lang, "too heavy"), &words);
  put_word(reading->under, sp_tr(lang, "below its least weight"), &words);
  put_word(reading->fault, sp_tr(lang, "cannot weigh now"), &words);
  put_word(reading->odd_checksum, sp_tr(lang, "another maker's checksum"), &words);
  if (reading->tare.told && reading->tare.value != 0) {
    put_word(true, sp_tr(lang, "tare"), &words);
    sp_buf_putc(&words, ' ');
    put_number(&reading->tare, &words);
  }
  if (reading->amount.told) {
    put_word(true, sp_tr(lang, "amount"), &words);
    sp_buf_putc(&words, ' ');
    put_number(&reading->amount, &words);
  }
  sp_buf_puts(out, sp_buf_text(&words));
  sp_buf_free(&words);
}

/* ---- Printers ---- */

void sp_words_printer(const struct sp_printer_status *status, enum sp_lang lang, struct sp_buf *out) {
  struct sp_buf words;
  sp_buf_init(&words, 512);
  put_word(status->paper_end, sp_tr(lang, "paper out"), &words);
  put_word(status->paper_near_end && !status->paper_end, sp_tr(lang, "paper near its end"), &words);
  put_word(status->cover_open, sp_tr(lang, "cover open"), &words);
  put_word(status->cutter, sp_tr(lang, "knife stuck"), &words);
  put_word(status->mechanical, sp_tr(lang, "mechanical error"), &words);
  put_word(status->broken, sp_tr(lang, "needs a technician"), &words);
  put_word(status->recovers, sp_tr(lang, "hot, or otherwise waiting"), &words);
  put_word(status->waiting, sp_tr(lang, "waits to be told to go on"), &words);
  put_word(status->feed_button, sp_tr(lang, "somebody holds the feed button"), &words);
  put_word(status->offline && words.len == 0, sp_tr(lang, "offline"), &words);
  put_word(status->error && words.len == 0, sp_tr(lang, "error"), &words);
  put_word(words.len == 0, sp_tr(lang, "nothing wrong"), &words);
  put_word(status->drawer_high, sp_tr(lang, "drawer pin high"), &words);
  sp_buf_puts(out, sp_buf_text(&words));
  sp_buf_free(&words);
}

/* ---- Bytes ---- */

void sp_words_bytes(const char *bytes, size_t len, struct sp_buf *out) {
  static const char *const names[] = {"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "TAB", "LF",
                                      "VT",  "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
                                      "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US"};
  for (size_t i = 0; i < len;) {
    uint32_t code = 0;
    int size = sp_utf8_next(bytes + i, len - i, &code);
    unsigned char byte = (unsigned char)bytes[i];
    if (byte < 0x20)
      sp_buf_printf(out, "<%s>", names[byte]);
    else if (size <= 0 || byte == 0x7F)
      sp_buf_printf(out, "<%02X>", byte);
    else
      sp_buf_add(out, bytes + i, (size_t)size);
    i += size > 0 ? (size_t)size : 1;
  }
}

void sp_words_config(const char *class, const char *link, const char *serial, const char *name, const char *value,
                     struct sp_buf *out) {
  struct sp_json_writer w;
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "class", class);
  sp_json_put_text(&w, "link", link);
  if (serial && strncmp(link, "serial:", 7) == 0) sp_json_put_text(&w, "serial", serial);
  if (name) sp_json_put_text(&w, name, value);
  sp_json_close_object(&w);
}
