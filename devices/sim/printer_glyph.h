/* Glyphs of GNU Unifont, read from the file its Debian package installs: 8×16 or 16×16 dots for every character of the
 * basic plane. Format: lines "4E00:" and 32 or 64 hexadecimal digits, sorted by code point, a row after a row.
 */
#ifndef SP_DEVICES_SIM_PRINTER_GLYPH_H
#define SP_DEVICES_SIM_PRINTER_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_VP_GLYPH_ROWS 16

struct sp_vp_glyphs {
  char *text; /* the file; null: there is none */
  size_t len;
};

struct sp_vp_glyph {
  int width;                       /* 8 or 16 */
  uint16_t rows[SP_VP_GLYPH_ROWS]; /* the leftmost dot is bit width - 1 */
};

/* Read the file (at most 16 MB; blocks). Without it, or when it cannot be read, `out` is empty. */
void sp_vp_glyphs_open(const char *path, struct sp_vp_glyphs *out);
void sp_vp_glyphs_close(struct sp_vp_glyphs *glyphs);
/* False when the file has no such character. */
bool sp_vp_glyphs_find(const struct sp_vp_glyphs *glyphs, uint32_t code, struct sp_vp_glyph *out);

/* Is there ink at (x, y) of the glyph stretched to width × height dots? At one and a half times its size every stroke
 * is two dots wide and every gap between two strokes at least one. */
bool sp_vp_glyph_dot(const struct sp_vp_glyph *glyph, int x, int y, int width, int height);

#endif
