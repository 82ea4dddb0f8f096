#include "devices/sim/printer_glyph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (16u << 20)

void sp_vp_glyphs_open(const char *path, struct sp_vp_glyphs *out) {
  long size = 0;
  *out = (struct sp_vp_glyphs){.text = NULL};
  FILE *file = path ? fopen(path, "rb") : NULL;
  if (!file) return;
  if (fseek(file, 0, SEEK_END) == 0) size = ftell(file);
  if (size > 0 && size <= (long)FILE_MAX && fseek(file, 0, SEEK_SET) == 0) {
    out->text = malloc((size_t)size);
    if (out->text && fread(out->text, 1, (size_t)size, file) == (size_t)size)
      out->len = (size_t)size;
    else
      sp_vp_glyphs_close(out);
  }
  (void)fclose(file);
}

void sp_vp_glyphs_close(struct sp_vp_glyphs *glyphs) {
  free(glyphs->text);
  *glyphs = (struct sp_vp_glyphs){.text = NULL};
}

static int hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

/* Hexadecimal digits from `at` to `end`; stops at the first that is none. */
static size_t hex(const char *at, const char *end, uint32_t *value) {
  const char *start = at;
  *value = 0;
  for (; at < end && at - start < 8 && hex_digit(*at) >= 0; at++)
    *value = *value << 4 | (uint32_t)hex_digit(*at);
  return (size_t)(at - start);
}

static bool read_rows(const char *at, const char *end, struct sp_vp_glyph *out) {
  const char *stop = memchr(at, '\n', (size_t)(end - at));
  size_t digits = (size_t)((stop ? stop : end) - at);
  if (digits != 2 * SP_VP_GLYPH_ROWS && digits != 4 * SP_VP_GLYPH_ROWS) return false;
  size_t row = digits / SP_VP_GLYPH_ROWS;
  out->width = (int)row * 4;
  for (size_t i = 0; i < SP_VP_GLYPH_ROWS; i++) {
    uint32_t value = 0;
    if (hex(at + i * row, at + (i + 1) * row, &value) != row) return false;
    out->rows[i] = (uint16_t)value;
  }
  return true;
}

bool sp_vp_glyphs_find(const struct sp_vp_glyphs *glyphs, uint32_t code, struct sp_vp_glyph *out) {
  size_t low = 0;
  size_t high = glyphs->len;
  while (low < high) { /* halves of the text; each look begins at the start of a line */
    size_t at = low + (high - low) / 2;
    uint32_t found = 0;
    while (at > low && glyphs->text[at - 1] != '\n')
      at--;
    const char *line = glyphs->text + at;
    const char *end = glyphs->text + glyphs->len;
    size_t digits = hex(line, end, &found);
    if (digits == 0 || line + digits >= end || line[digits] != ':') return false;
    if (found == code) return read_rows(line + digits + 1, end, out);
    const char *next = memchr(line, '\n', (size_t)(end - line));
    if (found > code)
      high = at;
    else
      low = next ? (size_t)(next + 1 - glyphs->text) : high;
  }
  return false;
}

bool sp_vp_glyph_dot(const struct sp_vp_glyph *glyph, int x, int y, int width, int height) {
  int left = x * glyph->width / width;
  int right = ((x + 1) * glyph->width - 1) / width;
  int top = y * SP_VP_GLYPH_ROWS / height;
  int bottom = ((y + 1) * SP_VP_GLYPH_ROWS - 1) / height;
  for (int row = top; row <= bottom; row++)
    for (int column = left; column <= right; column++)
      if (glyph->rows[row] >> (glyph->width - 1 - column) & 1) return true;
  return false;
}
