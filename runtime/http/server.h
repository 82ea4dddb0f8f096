/* An HTTP/1.1 server (RFC 9110, RFC 9112) on libuv and llhttp. It knows no business.
 *
 * One server belongs to one loop; every function here is called on that loop's thread, nothing blocks. A complete
 * request is handed to the handler as an exchange; the handler answers it, at once or later, by exactly one
 * sp_http_reply (or sp_http_reply_problem, problem.h). Only the const request may be read from other threads, between
 * handler and reply.
 *
 * What reaches a handler is already clean: one reading of the head by two parsers that agree (a strict pre-scan and
 * llhttp), at most one of Content-Length and chunked, one Host, one Content-Type, Authorization and Cookie, no
 * trailers, no chunk extensions, no upgrade, a path decoded once without NUL, control bytes, dot segments or encoded
 * slashes. Everything else got its 4xx or 5xx as application/problem+json and a closed connection (head.h has the
 * table).
 *
 * Pipelined requests are answered in order; `pipeline_max` of them are taken ahead, then reading stops until some are
 * answered. A body is in memory (NUL-terminated) or, where the body plan says so, in a temporary file.
 */
#ifndef SP_HTTP_SERVER_H
#define SP_HTTP_SERVER_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_HTTP_REPLY_MAX  (64u * 1024u * 1024u) /* bytes of one answer's body */
#define SP_HTTP_ACTOR_MAX  64                    /* bytes of an actor's text in the access log, NUL included */
#define SP_HTTP_BUCKETS    14                    /* latency buckets with an upper bound; one more has none */
#define SP_HTTP_LISTEN_MAX 4                     /* addresses one server listens on */

struct uv_loop_s;
struct sp_http_server;
struct sp_http_exchange;

struct sp_http_field {
  const char *name;
  const char *value;
};

/* ---- A request, read-only, alive until its reply ---- */

struct sp_http_request {
  const char *method;    /* "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS" */
  const char *target;    /* as sent: "/v1/a%20b?x=1" */
  const char *path;      /* decoded once, valid UTF-8, starts with '/': "/v1/a b" */
  const char *body;      /* followed by a NUL that is not counted; "" when empty or spooled */
  size_t body_len;       /* bytes of the body, spooled or not */
  const char *body_path; /* the temporary file when the body was spooled, else null. Removed after the reply. */
  const struct sp_http_field *fields; /* header fields in order; names as sent, values without outer blanks */
  size_t field_count;
  const struct sp_http_field *params; /* query parameters in order, decoded ('+' is a blank), valid UTF-8 */
  size_t param_count;
  const char *peer;  /* the peer's address as text, "unix" for the local socket */
  uint32_t peer_uid; /* who is at the other end of the local socket (SO_PEERCRED); meaningless unless is_local */
  bool is_local;     /* came over the unix socket */
  bool is_tls;
  int64_t started_ms; /* UTC, when its head was complete */
  const char *id;     /* unique while the machine lives; also sent back as X-Request-Id */
};

/* The first field of that name in any case, or null. */
const char *sp_http_header(const struct sp_http_request *request, const char *name);
/* The first query parameter of exactly that name, "" when it has no value, or null. */
const char *sp_http_query(const struct sp_http_request *request, const char *name);

/* ---- An exchange: a request and the duty to answer it ---- */

const struct sp_http_request *sp_http_exchange_request(const struct sp_http_exchange *exchange);
/* Did the peer go away? Then the reply will go nowhere; it must still be given. */
bool sp_http_exchange_gone(const struct sp_http_exchange *exchange);
/* An application under `prefix` ("/shop"): a request for "/shop/a" becomes one for "/a". True when it was under it;
 * only `path` changes, not `target`, and the access log keeps the whole path. Before the handler lets go of it. */
bool sp_http_exchange_rebase(struct sp_http_exchange *exchange, const char *prefix);
/* The same for a request that is only looked at (a body plan): a view of it in `out`. */
bool sp_http_request_rebase(const struct sp_http_request *request, const char *prefix, struct sp_http_request *out);
/* Who it turned out to be, for the access log: an id, never a person's name. Cut at SP_HTTP_ACTOR_MAX. */
void sp_http_exchange_set_actor(struct sp_http_exchange *exchange, const char *actor);

struct sp_http_reply {
  int status;                         /* 200..599 */
  const char *content_type;           /* null: no Content-Type */
  const struct sp_http_field *fields; /* more header fields, e.g. Location, ETag, Cache-Control */
  size_t field_count;
  const void *body; /* body_len bytes, copied unless `body_lasts` */
  size_t body_len;
  bool body_lasts;     /* `body` outlives the server (a page embedded in the program): not copied */
  struct sp_buf *take; /* instead of `body`: the bytes are taken over, the buffer is left empty */
  bool close;          /* close the connection after it */
};

/* Answer. The exchange is gone afterwards, whatever is returned: 0; SP_E_INVALID for a status out of range, or a field
 * with CR, LF, NUL or a name that is no token or is ours; SP_E_LIMIT or SP_E_NOMEM from the body. In the error cases
 * the peer gets a plain 500. Adds Content-Length (not to 204 and 304), Date, X-Request-Id, X-Content-Type-Options:
 * nosniff, Cache-Control: no-store unless `fields` has its own, and Connection. A body for HEAD is measured, not sent.
 */
int sp_http_reply(struct sp_http_exchange *exchange, const struct sp_http_reply *reply);

/* ---- The server ---- */

typedef void sp_http_handler(void *ctx, struct sp_http_exchange *exchange);

/* Where a request's body may go; asked after its head is accepted, before any byte of the body. */
struct sp_http_body_plan {
  size_t max; /* in: body_max; larger bodies get 413 */
  bool spool; /* in: false; true writes the body to a file in `spool_folder` instead of memory */
};

struct sp_http_access {
  const char *method; /* "" when the head could not be read */
  const char *path;   /* decoded, without the query; "" as above */
  const char *peer;
  const char *request_id;
  const char *actor; /* "" unless set */
  int status;
  uint64_t bytes;  /* of the answer, head included */
  uint64_t micros; /* from complete head to last byte handed to the kernel; of a stream its whole life */
  bool aborted;    /* the peer left before it had everything */
};

struct sp_http_options {
  /* Bytes. */
  size_t target_max; /* 4 KiB: else 414 */
  size_t field_max;  /* 8 KiB a header field, name to end of line: else 431 */
  size_t head_max;   /* 16 KiB for the whole head, at most 60 KiB: else 431 */
  int fields_max;    /* 64, at most 64: else 431 */
  size_t body_max;   /* 1 MiB: else 413 */
  /* Connections. */
  int connections_max;      /* 2000; more wait in the kernel's queue */
  int per_peer_max;         /* 200 of one IPv4 address or IPv6 /64, more are closed at once; 0 is no limit */
  int pipeline_max;         /* 32 requests taken ahead of the answers */
  int streams_max;          /* 512 answers that go on (stream.h); more get 503 */
  int streams_per_peer_max; /* 64 of one peer, as above; 0 is no limit */
  /* Milliseconds. */
  int head_timeout_ms;  /* 10000 from the first byte of a head to its end: else 408. Also for a TLS handshake. */
  int body_window_ms;   /* 10000: in each such window a body must gain `rate_min` bytes a second: else 408 */
  int idle_timeout_ms;  /* 30000 without a request */
  int write_timeout_ms; /* 10000: in each such window an answer must drain at `rate_min`: else a close */
  int linger_ms;        /* 1000: how long a closed connection's rest is read and dropped, so that the answer arrives */
  int tick_ms;          /* 250: the grain of all these times */
  int rate_min;         /* 1024 bytes a second */

  const char *const
      *hosts;            /* null-terminated names allowed in Host (without port, any case); null allows any: else 421 */
  const char *cert_file; /* PEM chain; with key_file every TCP address speaks TLS 1.2 or 1.3 and nothing else */
  const char *key_file;  /* PEM */
  const char *spool_folder; /* must exist when a plan spools */
  bool (*body_plan)(void *ctx, const struct sp_http_request *request, struct sp_http_body_plan *plan); /* or null;
                                                        false refuses the request with 404 before its body is read */
  void (*access)(void *ctx, const struct sp_http_access *entry); /* or null; after the answer left. Must be quick. */
  bool show_origin; /* problems of the server itself name the C function that found them */
};

/* The values named above. */
void sp_http_options_init(struct sp_http_options *options);

/* A server that listens nowhere yet. Strings and lists in `options` are not copied, except the PEM files, which are
 * read now. `ctx` goes to handler, body_plan and access. SIGPIPE, when it has its default action, is
 * ignored from here on, in the whole process. Errors: SP_E_INVALID naming the option (a PEM file that cannot be read
 * included), SP_E_IO without random bytes, SP_E_NOMEM. */
int sp_http_server_new(struct uv_loop_s *loop, const struct sp_http_options *options, sp_http_handler *handler,
                       void *ctx, struct sp_http_server **out, struct sp_error *err);
/* Listen on a numeric address ("127.0.0.1", "::") and port; port 0 lets the kernel choose. SP_E_INVALID for the
 * address, SP_E_EXISTS when taken, SP_E_DENIED, SP_E_LIMIT, SP_E_IO. */
int sp_http_server_listen(struct sp_http_server *server, const char *address, int port, struct sp_error *err);
/* Listen on a unix socket, mode 0600, never TLS. A socket left there by a dead process is replaced, anything else is
 * SP_E_EXISTS. */
int sp_http_server_listen_unix(struct sp_http_server *server, const char *path, struct sp_error *err);
/* The port of the first TCP address; 0 before. */
int sp_http_server_port(const struct sp_http_server *server);

/* Stop accepting, close idle connections, let requests that began be answered with `Connection: close`. `done` is
 * called once, later, when no connection is left and no exchange is open, or after `timeout_ms`, when the remaining
 * connections are cut; `open` is the number of exchanges that still owe a reply. */
void sp_http_server_drain(struct sp_http_server *server, int timeout_ms, void (*done)(void *ctx, int open), void *ctx);
/* Cut everything and free the server as soon as the loop ran its close callbacks and the last exchange was replied to.
 * The caller's pointer is dead at once; exchanges stay valid and must still be replied to. */
void sp_http_server_free(struct sp_http_server *server);

/* ---- Numbers for /metrics; read on the loop's thread ---- */

struct sp_http_counters {
  uint64_t requests[6]; /* answered, by status class: [2] is 2xx; [0] and [1] stay 0 */
  uint64_t accepted;    /* connections ever */
  uint64_t turned_away; /* closed at once: too many of one peer */
  uint64_t timed_out;   /* closed by any of the times above except idle */
  uint64_t bytes_in;
  uint64_t bytes_out;
  uint64_t latency_us;                   /* sum over all requests */
  uint64_t latency[SP_HTTP_BUCKETS + 1]; /* not cumulative: answers within the bound, not within the one before */
  int connections;                       /* now */
  int in_flight;                         /* exchanges that owe a reply, now */
  int streams;                           /* open, now */
  uint64_t streams_cut;                  /* for their backlog */
};

extern const uint32_t sp_http_bucket_us[SP_HTTP_BUCKETS]; /* upper bounds in microseconds: 100 .. 2,500,000 */

const struct sp_http_counters *sp_http_server_counters(const struct sp_http_server *server);

#endif
