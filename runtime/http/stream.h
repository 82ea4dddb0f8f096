/* An answer that goes on: server-sent events, a few bytes now and then for as long as somebody listens.
 *
 * A stream begins instead of a reply, inside or after the handler, and takes over its connection: it is sent with
 * chunked transfer coding (HTTP/1.0: until the connection closes), and nothing that the peer asks for behind it on the
 * same connection is read. Nothing blocks. What is written is copied and leaves when the loop turns.
 *
 * Times: idleness never ends a stream; a peer that takes nothing does, by write_timeout_ms and rate_min, and so does a
 * backlog. The peer's leaving, a half-closed connection included, is noticed at once; one that vanished without a word
 * after two windows of write_timeout_ms, if something was written meanwhile.
 *
 * All on the loop's thread, like server.h.
 */
#ifndef SP_HTTP_STREAM_H
#define SP_HTTP_STREAM_H

#include "http/server.h"

#define SP_HTTP_STREAM_BACKLOG (256u * 1024u)       /* more bytes waiting than this: the stream is cut */
#define SP_HTTP_STREAM_WRITE   (4u * 1024u * 1024u) /* of one write */

struct sp_http_stream;

struct sp_http_stream_events {
  /* The stream is over, by the peer, a timeout, the backlog, or the server's drain or end; `stream` is dead when it
   * returns. Told once, and not after sp_http_stream_close. Never from inside another function of this header. */
  void (*closed)(void *ctx);
  /* Every byte that waited has been taken. May write and close. May be null. */
  void (*drained)(void *ctx);
  void *ctx;
};

/* Answer with the head and keep the body open. The exchange is gone afterwards, whatever is returned; its request must
 * not be read any more. `head`: status, content_type and fields as in a reply; body and close are not looked at. Adds
 * Cache-Control: no-store and X-Accel-Buffering: no (a proxy in between must not gather), both unless `fields` has
 * them.
 *
 * 0 with a stream; 0 with null for HEAD, which has been answered. SP_E_IO: the peer has left already. SP_E_BUSY, and
 * the peer got 503: the server is draining, or has streams_max, or the peer streams_per_peer_max of them. SP_E_INVALID,
 * SP_E_NOMEM as sp_http_reply, and the peer got 500. */
int sp_http_stream_open(struct sp_http_exchange *exchange, const struct sp_http_reply *head,
                        const struct sp_http_stream_events *events, struct sp_http_stream **out);
/* Append. SP_E_LIMIT: more than SP_HTTP_STREAM_BACKLOG bytes are waiting already, or `len` is above
 * SP_HTTP_STREAM_WRITE; SP_E_NOMEM. After an error nothing more is sent, and `closed` follows. A write of nothing is
 * nothing. */
int sp_http_stream_write(struct sp_http_stream *stream, const void *bytes, size_t len);
/* Bytes written that the kernel has not taken yet: a writer whose news replace each other waits while there are many.
 */
size_t sp_http_stream_waiting(const struct sp_http_stream *stream);
/* End it in order: what was written is still sent. The pointer is dead. */
void sp_http_stream_close(struct sp_http_stream *stream);

#endif
