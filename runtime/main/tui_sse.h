/* Server-sent events out of a stream of bytes (WHATWG HTML §9.2.6). Pure: it is fed, it never reads.
 *
 * An event is complete at the empty line behind it; lines end in LF, CR or CR LF, wherever the bytes are cut. What a
 * field holds beyond its bound ends the stream: half a screen would be a lie.
 */
#ifndef SP_MAIN_TUI_SSE_H
#define SP_MAIN_TUI_SSE_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>

#define SP_SSE_NAME_MAX 32
#define SP_SSE_ID_MAX   64

struct sp_sse {
  char name[SP_SSE_NAME_MAX]; /* of the event; "message" when it has none */
  char id[SP_SSE_ID_MAX];     /* the last one told, also by events before: what Last-Event-ID says */
  struct sp_buf data;         /* lines of data, joined by LF */
  struct sp_buf line;
  bool has_data, begun, after_cr, given;
};

/* `max` bounds the bytes of one event's data, and of one line. Keeps no memory until something comes. */
void sp_sse_init(struct sp_sse *sse, size_t max);
void sp_sse_free(struct sp_sse *sse);
/* A new connection: everything is forgotten but the id. */
void sp_sse_reset(struct sp_sse *sse);
/* Reads up to `len` bytes and says how many in `*used`. 1: an event is complete in `name` and `data`, good until the
 * next call; 0: all bytes are read and none is. SP_E_LIMIT, SP_E_NOMEM: the stream cannot be read on. */
int sp_sse_feed(struct sp_sse *sse, const char *bytes, size_t len, size_t *used);

#endif
