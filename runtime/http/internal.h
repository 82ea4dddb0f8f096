/* What the parts of the server share. Private to this folder.
 *
 * server.c  options, listening, the tick, draining, freeing      conn.c      a connection's life: bytes in, closing
 * receive.c bytes to requests                                    send.c      answers to bytes out, in order
 * exchange.c requests and their pool                             reply.c     the head of an answer
 * stream.c   answers that go on
 * tls.c     OpenSSL over memory                                  spool.c     a body to a temporary file
 *
 * A connection's queue holds its exchanges in the order of their requests. One is RECEIVING (always the last), some are
 * HANDLING (the handler owes the reply), some are READY (replied to, waiting for those before them, or being sent).
 * A READY one with a stream stays at the front until the stream is over: `out` is on its way, `taken` is written to.
 * When the peer goes, HANDLING exchanges lose their connection and live on until their reply.
 */
#ifndef SP_HTTP_INTERNAL_H
#define SP_HTTP_INTERNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "http/head.h"
#include "http/stream.h"
#include <sys/queue.h>
#include <uv.h>

enum {
  READ_CHUNK = 64 * 1024,  /* one read from a socket; the buffer is the server's, idle connections hold none */
  TLS_RECORD = 16 * 1024,  /* plain bytes of one TLS record */
  TLS_AHEAD = 64 * 1024,   /* encrypted bytes waiting for the kernel */
  SPOOL_CHUNK = 64 * 1024, /* one write to a spool file */
  PEER_BUCKETS = 1024,     /* hash of connections by address */
  POOL_MAX = 128,          /* exchanges kept for reuse */
  KEEP_BYTES = 16 * 1024,  /* a pooled exchange keeps buffers up to this size */
  ARENA_MAX = 192 * 1024,  /* head, path and parameters of one request */
  PEER_TEXT = 46,          /* an IPv6 address and a NUL */
  ID_TEXT = 28,
  DATE_TEXT = 80
};

enum exchange_state { RECEIVING, HANDLING, READY };

struct sp_http_conn;
struct sp_http_spool;
struct sp_http_tls;

struct sp_http_exchange {
  STAILQ_ENTRY(sp_http_exchange) link; /* the connection's queue, or the server's pool */
  struct sp_http_server *server;
  struct sp_http_conn *conn; /* null once the peer went away */
  struct sp_http_request request;
  const char *whole_path; /* before it was rebased; null: it never was */
  struct sp_arena arena;  /* head, path, parameters */
  struct sp_buf body;
  struct sp_http_spool *spool; /* null unless the body goes to a file */
  enum exchange_state state;
  bool want_continue; /* "100 Continue" is due when it comes to the front */
  bool is_head;       /* HEAD: the body stays here */
  bool is_http10;
  int status;
  uint64_t started_ns;
  struct sp_buf out;   /* head of the answer, with the body when that is small */
  struct sp_buf taken; /* a body taken over */
  const char *tail;    /* the rest of the body: in `taken` or lasting */
  size_t tail_len;
  size_t sent;                   /* bytes of out and tail that left */
  struct sp_http_stream *stream; /* open; null once it is over, or never was */
  bool is_stream;
  size_t sent_before;   /* of a stream: bytes that left before `out` */
  uint64_t head_micros; /* of a stream: how long its head took, which is its latency */
  char peer[PEER_TEXT];
  char id[ID_TEXT];
  char actor[SP_HTTP_ACTOR_MAX];
};

STAILQ_HEAD(sp_http_queue, sp_http_exchange);

enum conn_state { IN_HEAD, IN_BODY, CLOSING };

struct sp_http_conn {
  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } io;
  struct sp_http_server *server;
  LIST_ENTRY(sp_http_conn) all;
  LIST_ENTRY(sp_http_conn) same_peer;
  LIST_ENTRY(sp_http_conn) dirty;
  struct sp_http_tls *tls; /* null: plain */
  struct sp_http_queue queue;
  struct sp_http_exchange *receiving; /* the queue's last when its body is coming, else null */
  int queued;
  struct sp_buf in;         /* bytes that wait: part of a head, or what came while paused */
  struct sp_http_body body; /* in IN_BODY */
  enum conn_state state;
  bool last;     /* no further head is read */
  bool partial;  /* part of a head has come */
  bool skipped;  /* the rest is dropped: the request was refused */
  bool said_bye; /* close_notify is on its way */
  bool spooling; /* a file write is under way: nothing is read */
  bool reading;  /* uv_read_start is on */
  bool eof;      /* the peer sends no more */
  bool is_dirty; /* on the server's list */
  bool sending;  /* a uv_write is under way */
  bool shut;     /* our end is closed; the rest is drained */
  bool is_local;
  bool cut;            /* to be closed as soon as the loop turns */
  int streams;         /* open in its queue */
  uint64_t since;      /* uv_now: the phase it is in began */
  uint64_t send_since; /* the same for the current write window */
  size_t mark;         /* body bytes at the window's start */
  size_t send_mark;    /* bytes in the kernel's way at the window's start */
  size_t send_len;     /* bytes of the write under way */
  uv_write_t write;
  uv_shutdown_t shutdown;
  uint8_t key[16]; /* what counts as one peer: an IPv4 address or an IPv6 /64 */
  uint32_t peer_uid;
  char peer[PEER_TEXT];
};

struct sp_http_listener {
  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } io;
  struct sp_http_server *server;
  bool is_local;
  bool waiting; /* a connection is there but there is no room for it */
};

LIST_HEAD(sp_http_conns, sp_http_conn);

struct sp_http_server {
  uv_loop_t *loop;
  struct sp_http_options options;
  struct sp_http_limits limits;
  sp_http_handler *handler;
  void *ctx;
  struct ssl_ctx_st *tls; /* null: plain */
  struct sp_http_listener *listeners[SP_HTTP_LISTEN_MAX];
  int listener_count;
  int port;
  uv_timer_t tick;
  uv_prepare_t before; /* before and after the loop waits, answers made meanwhile are sent: one write a connection */
  uv_check_t after;
  int handles;   /* open or closing: the server's own, listeners, connections, spools */
  int exchanges; /* in queues or owing a reply */
  int streams;   /* open */
  bool freed;    /* by its owner */
  bool draining;
  uint64_t drain_until; /* uv_now */
  void (*drained)(void *ctx, int open);
  void *drained_ctx;
  struct sp_http_conns conns;
  struct sp_http_conns dirty;
  struct sp_http_conns peers[PEER_BUCKETS];
  struct sp_http_queue pool;
  int pooled;
  uint32_t salt; /* of the hash of peers, and of request ids */
  uint64_t requests;
  int64_t date_second;
  char date[DATE_TEXT]; /* "Date: …\r\nX-Content-Type-Options: nosniff\r\n" */
  struct sp_http_counters counters;
  char read_buffer[READ_CHUNK];
  char plain[TLS_RECORD];
};

/* server.c */
void sp_http_server_unref(struct sp_http_server *server);   /* a handle closed; frees a freed server after the last */
void sp_http_server_release(struct sp_http_server *server); /* the same for an exchange */
void sp_http_server_room(struct sp_http_server *server);    /* a connection went: take a waiting one, end a drain */

/* conn.c */
void sp_http_conn_open(struct sp_http_listener *listener);
void sp_http_conn_close(struct sp_http_conn *conn);  /* at once; the memory lives until its close callback */
void sp_http_conn_finish(struct sp_http_conn *conn); /* all is answered: shut our end, drain theirs, close */
void sp_http_conn_tick(struct sp_http_conn *conn, uint64_t now);
void sp_http_conn_resume(struct sp_http_conn *conn); /* what was paused may go on */
bool sp_http_conn_paused(const struct sp_http_conn *conn);
bool sp_http_conn_is_closing(const struct sp_http_conn *conn);
/* Nothing of a request is there: it may be closed without loss. */
bool sp_http_conn_is_idle(const struct sp_http_conn *conn);

/* Open streams of the same peer, its own included. */
int sp_http_conn_peer_streams(const struct sp_http_conn *conn);

/* receive.c */
void sp_http_conn_input(struct sp_http_conn *conn, const char *bytes, size_t len); /* plain bytes; (null, 0) goes on */
void sp_http_conn_refuse(struct sp_http_conn *conn, int status, const struct sp_error *err);

/* send.c */
void sp_http_conn_dirty(struct sp_http_conn *conn); /* send what is ready when the loop turns */
void sp_http_conn_clean(struct sp_http_conn *conn); /* take it off that list */
void sp_http_conn_flush(struct sp_http_conn *conn);

/* exchange.c */
struct sp_http_exchange *
sp_http_exchange_new(struct sp_http_conn *conn); /* at the end of its queue, RECEIVING; or null */
int sp_http_exchange_read(struct sp_http_exchange *exchange, const char *bytes, const struct sp_http_head *head,
                          struct sp_error *err); /* 0 or the status to refuse it with */
void sp_http_exchange_dispatch(struct sp_http_exchange *exchange);
/* Off its queue, told to the access log, back into the pool. */
void sp_http_exchange_end(struct sp_http_exchange *exchange, bool aborted);

/* reply.c */
/* The exchange becomes READY with the head of a stream in `out`. SP_E_INVALID, SP_E_NOMEM: it still owes a reply. */
int sp_http_reply_begin(struct sp_http_exchange *exchange, const struct sp_http_reply *reply);

/* stream.c */
void sp_http_stream_over(struct sp_http_exchange *exchange); /* tell the owner and let go; nothing without a stream */
void sp_http_stream_drained(struct sp_http_exchange *exchange);
void sp_http_stream_end_all(struct sp_http_conn *conn); /* in order, because the server drains */

/* tls.c */
int sp_http_tls_load(const char *cert_file, const char *key_file, struct ssl_ctx_st **out, struct sp_error *err);
void sp_http_tls_unload(struct ssl_ctx_st *context);
struct sp_http_tls *sp_http_tls_new(struct ssl_ctx_st *context);
void sp_http_tls_free(struct sp_http_tls *tls);
bool sp_http_tls_ready(const struct sp_http_tls *tls);                       /* the handshake is over */
int sp_http_tls_put(struct sp_http_tls *tls, const char *bytes, size_t len); /* encrypted bytes that came */
/* Plain bytes: their number, 0 when more must come first, −1 at the peer's end, −2 on a broken stream. */
int sp_http_tls_read(struct sp_http_tls *tls, char *out, int room);
int sp_http_tls_write(struct sp_http_tls *tls, const char *bytes, int len); /* 0 or −1 */
void sp_http_tls_bye(struct sp_http_tls *tls);                              /* queue close_notify */
/* What must go to the peer, gathered at the end of what is there; sent bytes are dropped by the caller. */
struct sp_buf *sp_http_tls_out(struct sp_http_tls *tls);

/* spool.c */
/* `done` is told, later, that the flush is over: 0 or SP_E_IO, SP_E_FULL, SP_E_NOMEM. */
struct sp_http_spool *sp_http_spool_new(struct sp_http_server *server, const char *folder,
                                        void (*done)(void *ctx, int code), void *ctx);
int sp_http_spool_add(struct sp_http_spool *spool, const char *bytes, size_t len); /* only gathers */
bool sp_http_spool_is_full(const struct sp_http_spool *spool);
void sp_http_spool_flush(struct sp_http_spool *spool,
                         bool final); /* write what was gathered; `final` closes the file */
const char *sp_http_spool_path(const struct sp_http_spool *spool);
void sp_http_spool_drop(struct sp_http_spool *spool); /* remove the file; `done` is not told any more */

#endif
