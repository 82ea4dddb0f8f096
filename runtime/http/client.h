/* An HTTP/1.1 client for what a node sends out: one request, one answer, one connection. It blocks: call it on a thread
 * of its own (loop/executor.h has jobs), never on the loop.
 *
 * Everything has a bound: the whole exchange a deadline, names included (the resolver runs beside us, so a name server
 * that is silent costs the deadline and no more), the answer's head 16 KiB, its body `answer_max`. Of a name's
 * addresses the first that connects is taken. https is TLS 1.2 or later; the certificate must be good for the host by
 * the system's authorities or by `ca_file`, and there is no way to switch that off. A redirect is an answer like any
 * other: it is never followed, since it would carry what was sent to whoever is named in it.
 */
#ifndef SP_HTTP_CLIENT_H
#define SP_HTTP_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include "http/server.h"
#include <stdbool.h>
#include <stddef.h>

#define SP_HTTP_URL_MAX  1024
#define SP_HTTP_HOST_MAX 253

struct sp_http_url {
  bool tls;
  bool six; /* the host is an IPv6 address */
  char host[SP_HTTP_HOST_MAX + 1];
  int port;
  const char *target; /* path and query, in the url's own text; never empty: "/" */
};

/* "https://host[:port][/path][?query]": printable ASCII, no user, no fragment. Pure. SP_E_INVALID says what is wrong
 * without repeating the url: its path may be a secret. */
int sp_http_url_parse(const char *url, struct sp_http_url *out, struct sp_error *err);

struct sp_http_client_request {
  const char *method; /* null: "POST" */
  const char *url;
  const struct sp_http_field *fields; /* beside Host, Content-Length, Connection and User-Agent */
  size_t field_count;
  const void *body;
  size_t body_len;
  int timeout_ms;               /* of everything; 0: 10000 */
  size_t answer_max;            /* bytes of the answer's body; 0: 64 KiB */
  const char *ca_file;          /* PEM; null or "": the system's authorities */
  bool (*cancelled)(void *ctx); /* asked ten times a second; may be null */
  void *ctx;
};

struct sp_http_client_answer {
  int status; /* 200..599 */
  struct sp_buf body;
};

/* 0 with an answer of any status, whose body is the caller's to free; nothing to free otherwise. SP_E_INVALID: the url,
 * a field or the ca_file. SP_E_NOT_FOUND: no such host. SP_E_DENIED: the certificate. SP_E_TIMEOUT, SP_E_IO (refused,
 * reset, no HTTP), SP_E_LIMIT (the answer), SP_E_BUSY (cancelled), SP_E_NOMEM. The sentences name the host, never path,
 * fields or body. */
int sp_http_client_send(const struct sp_http_client_request *request, struct sp_http_client_answer *out,
                        struct sp_error *err);

#endif
