/* A recording of a line, as text: what came in and what went out, with times. Pure functions.
 *
 *   # anything                        a remark
 *   1200345 < 02 30 30 2e 36 0d       bytes from the device, microseconds of some clock
 *   1300001 > 57                      bytes to it
 *
 * Blanks between bytes are optional. One line holds at most SP_CAPTURE_BYTES; more are written as more lines of the
 * same time.
 */
#ifndef SP_DEVICES_CODEC_CAPTURE_H
#define SP_DEVICES_CODEC_CAPTURE_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_CAPTURE_BYTES 4096

struct sp_capture_line {
  int64_t us;
  bool in;
  size_t len; /* 0: a remark or an empty line */
  uint8_t bytes[SP_CAPTURE_BYTES];
};

/* Append lines. Returns the sticky code of `out`. */
int sp_capture_put(int64_t us, bool in, const void *bytes, size_t len, struct sp_buf *out);
/* One line, `len` bytes without its end. SP_E_INVALID: it is none. */
int sp_capture_parse(const char *line, size_t len, struct sp_capture_line *out, struct sp_error *err);

#endif
