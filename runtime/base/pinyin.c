#include "generated/pinyin.h"
#include "base/text.h"

/* U+00C0 … U+00FF without their accents; a blank where there is no letter. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

/* Full-width forms are ASCII shifted up, and the ideographic space is a space. */
static uint32_t half_width(uint32_t code) {
  if (code >= 0xFF01 && code <= 0xFF5E) return code - 0xFF01 + '!';
  return code == 0x3000 || code == 0xA0 ? ' ' : code;
}

static uint32_t lower(uint32_t code) {
  return code >= 'A' && code <= 'Z' ? code - 'A' + 'a' : code;
}

/* The key's letter for a character, or a blank. */
static char initial(uint32_t code) {
  code = lower(half_width(code));
  if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')) return (char)code;
  if (code >= 0xC0 && code <= 0xFF) return latin[code - 0xC0];
  if (code >= SP_PINYIN_FIRST && code <= SP_PINYIN_LAST) return sp_pinyin_letters[code - SP_PINYIN_FIRST];
  return ' ';
}

int sp_pinyin_initials(const char *text, size_t len, struct sp_buf *out) {
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    char key = step > 0 ? initial(code) : ' ';
    if (key != ' ') sp_buf_putc(out, key);
    at += step > 0 ? (size_t)step : 1;
  }
  return out->failed;
}

static bool is_space(uint32_t code) {
  return code == ' ' || (code >= '\t' && code <= '\r');
}

int sp_text_fold(const char *text, size_t len, struct sp_buf *out) {
  bool started = false;
  bool space = false;
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    at += step > 0 ? (size_t)step : 1;
    code = step > 0 ? lower(half_width(code)) : 0xFFFD;
    if (is_space(code)) {
      space = started; /* none at the start, and none at the end because it waits for what follows */
      continue;
    }
    if (space) sp_buf_putc(out, ' ');
    space = false;
    started = true;
    sp_utf8_put(out, code);
  }
  return out->failed;
}
