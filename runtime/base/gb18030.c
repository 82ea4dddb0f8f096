#include "base/text.h"
#include <errno.h>
#include <iconv.h>

/* Convert as far as it goes. Returns 0 at the end of the input, 1 where a sequence has no place, or the buffer's code.
 */
static int convert(iconv_t set, char **in, size_t *left, struct sp_buf *out) {
  while (*left > 0) {
    size_t room = *left * 2 + 8;
    size_t most = out->max - out->len;
    if (room > most) room = most;
    char *to = sp_buf_reserve(out, room);
    if (!to) return out->failed;
    size_t free_room = room;
    size_t code = iconv(set, in, left, &to, &free_room);
    int cause = errno;
    out->len += room - free_room;
    if (code != (size_t)-1) return 0;
    if (cause != E2BIG) return 1;
    if (free_room == room || room == most) { /* no progress, or the buffer's bound: let the buffer say so */
      (void)sp_buf_reserve(out, most + 1);
      return out->failed;
    }
  }
  return 0;
}

int sp_gb18030_from_utf8(const char *text, size_t len, struct sp_buf *out) {
  iconv_t set = iconv_open("GB18030", "UTF-8");
  if (set == (iconv_t)-1) return errno == ENOMEM ? SP_E_NOMEM : SP_E_UNSUPPORTED;
  char *in = (char *)(uintptr_t)text; /* iconv takes char ** but does not write through it */
  size_t left = len;
  int code = out->failed;
  while (!code && left > 0) {
    code = convert(set, &in, &left, out);
    if (code <= 0) break;
    uint32_t skipped = 0;
    int step = sp_utf8_next(in, left, &skipped);
    in += step > 0 ? step : 1;
    left -= step > 0 ? (size_t)step : 1;
    code = sp_buf_putc(out, '?');
  }
  (void)iconv_close(set);
  (void)sp_buf_text(out);
  return code;
}

int sp_gb18030_to_utf8(const char *bytes, size_t len, struct sp_buf *out) {
  iconv_t set = iconv_open("UTF-8", "GB18030");
  if (set == (iconv_t)-1) return errno == ENOMEM ? SP_E_NOMEM : SP_E_UNSUPPORTED;
  char *in = (char *)(uintptr_t)bytes;
  size_t left = len;
  int code = out->failed ? out->failed : convert(set, &in, &left, out);
  (void)iconv_close(set);
  (void)sp_buf_text(out);
  return code > 0 ? SP_E_INVALID : code;
}
