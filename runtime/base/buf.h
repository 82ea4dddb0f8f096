/* A growing byte buffer that cannot be made without a maximum.
 *
 * Failure is sticky: after a byte did not fit or memory ran out, later adds do nothing and `failed` keeps the code, so
 * a writer adds freely and asks once at the end. The content is followed by a NUL that `len` does not count; after
 * writing into a reserve it is sp_buf_text that puts it back.
 */
#ifndef SP_BASE_BUF_H
#define SP_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct sp_buf {
  char *data; /* null until the first add */
  size_t len; /* bytes in use */
  size_t cap; /* bytes allocated */
  size_t max; /* `len` never exceeds this */
  int failed; /* 0, SP_E_LIMIT or SP_E_NOMEM */
};

/* An empty buffer that will hold at most `max` bytes. Allocates nothing. */
void sp_buf_init(struct sp_buf *buf, size_t max);
void sp_buf_free(struct sp_buf *buf);
/* Forget content and failure, keep the memory. */
void sp_buf_reset(struct sp_buf *buf);

/* Each returns 0 or the sticky code. */
int sp_buf_add(struct sp_buf *buf, const void *bytes, size_t len);
int sp_buf_puts(struct sp_buf *buf, const char *text);
int sp_buf_putc(struct sp_buf *buf, char byte);
int sp_buf_printf(struct sp_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
int sp_buf_vprintf(struct sp_buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
int sp_buf_int(struct sp_buf *buf, int64_t value); /* decimal; faster than printf */
/* Make room for `len` more bytes and return where to write them, or null; the caller then adds to buf->len. */
char *sp_buf_reserve(struct sp_buf *buf, size_t len);
/* Drop the first `len` bytes (at most all). */
void sp_buf_drop(struct sp_buf *buf, size_t len);
/* The content as NUL-terminated text, "" when empty. Owned by the buffer. */
const char *sp_buf_text(const struct sp_buf *buf);
/* Hand the NUL-terminated bytes over to the caller (who calls free), leaving an empty buffer. Null when failed: then
 * the buffer keeps what it has. `len` may be null. */
char *sp_buf_take(struct sp_buf *buf, size_t *len);

#endif
