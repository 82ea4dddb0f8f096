/* The head of a request, read from bytes: pure functions, no sockets, the fuzzer's entrance.
 *
 * Three steps, each of which may refuse. The pre-scan walks the lines: CRLF only, no NUL, no control bytes, no folding,
 * names are tokens, all bounds. The policy decides what this server takes. Then llhttp, strict, reads the same bytes
 * and must come to the same method, version and framing; where two readers differ there is something to smuggle.
 *
 *   400  a byte, line, escape or field that breaks the grammar; no Host or several; Content-Length with chunked; a
 * second Content-Length, Content-Type, Authorization, Cookie …; a body with GET, HEAD, DELETE or OPTIONS; Upgrade;
 *        absolute-form and "*"; chunked on 1.0; chunk extensions; trailers
 *   405  CONNECT, TRACE                  411  1.0 with a body of unsaid length
 *   413  body too long                   414  target too long
 *   417  Expect: anything but 100-continue
 *   421  a Host that is not ours         431  head, field or number of fields too large
 *   501  another method, another transfer coding
 *   505  not HTTP/1.0 or 1.1
 *
 * Facts: RFC 9112 §2.2 (lines), §3.2 (target, Host), §6 (body), RFC 9110 §10.1.1 (Expect); CVE-2023-30589 and
 * CVE-2024-27982 for what llhttp 8.1.0 itself lets through.
 */
#ifndef SP_HTTP_HEAD_H
#define SP_HTTP_HEAD_H

#include "base/arena.h"
#include "base/error.h"
#include "http/server.h"
#include <llhttp/llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_HTTP_MORE       1 /* not complete yet */
#define SP_HTTP_FIELDS_MAX 64
#define SP_HTTP_HEAD_MAX   (60u * 1024u) /* so that positions fit 16 bits */
#define SP_HTTP_PARAMS_MAX 64

struct sp_http_limits {
  size_t target;
  size_t field;
  size_t head;              /* at most SP_HTTP_HEAD_MAX */
  int fields;               /* at most SP_HTTP_FIELDS_MAX */
  const char *const *hosts; /* null-terminated, or null for any */
};

struct sp_http_span {
  uint16_t at; /* from the first byte given to sp_http_head_parse */
  uint16_t len;
};

struct sp_http_head {
  size_t len;         /* bytes of the head, the empty line included */
  const char *method; /* static text */
  struct sp_http_span target;
  struct {
    struct sp_http_span name;
    struct sp_http_span value; /* without blanks around it */
  } fields[SP_HTTP_FIELDS_MAX];
  int field_count;
  uint64_t content_length; /* 0 when there is none */
  bool has_length;
  bool chunked;
  bool is_http10;
  bool keep_alive;
  bool expect_continue; /* and a body is to come */
  llhttp_t parser;      /* stands behind the head; sp_http_body_start goes on with it */
};

/* Read the head at the start of `bytes`, of which `len` have arrived. One empty line before it is skipped. Returns 0
 * when it is complete and good, SP_HTTP_MORE, or the HTTP status to refuse it with and `err` filled. */
int sp_http_head_parse(const char *bytes, size_t len, const struct sp_http_limits *limits, struct sp_http_head *out,
                       struct sp_error *err);
/* Is there a body to read? */
bool sp_http_head_has_body(const struct sp_http_head *head);

/* Decode the path of a target once. 0, or 400 for a bad escape, a control byte, an encoded '/' or '\', a segment "." or
 * "..", or bytes that are not UTF-8; 503 when `arena` is full. */
int sp_http_path_decode(const char *target, size_t len, struct sp_arena *arena, const char **path,
                        struct sp_error *err);
/* Decode the parameters behind '?'. 0, or 400 for a bad escape, a NUL, bytes that are not UTF-8 or more than
 * SP_HTTP_PARAMS_MAX; 503 when `arena` is full. */
int sp_http_query_decode(const char *target, size_t len, struct sp_arena *arena, const struct sp_http_field **params,
                         size_t *count, struct sp_error *err);

/* ---- The body: counted or chunked, told to a sink piece by piece ---- */

struct sp_http_body {
  llhttp_t parser;
  int (*sink)(void *ctx, const char *bytes, size_t len); /* 0 or an error code, which refuses the request */
  void *ctx;
  size_t max;
  size_t len;      /* bytes told so far */
  int refused;     /* HTTP status of a refusal found in a callback */
  const char *why; /* its sentence, in English */
  bool done;
};

/* `head` must have a body. */
void sp_http_body_start(struct sp_http_body *body, const struct sp_http_head *head, size_t max,
                        int (*sink)(void *ctx, const char *bytes, size_t len), void *ctx);
/* Take bytes; `*used` says how many belonged to this body. 0 when it is complete, SP_HTTP_MORE, or the HTTP status to
 * refuse it with. `body` must not have moved since sp_http_body_start. */
int sp_http_body_feed(struct sp_http_body *body, const char *bytes, size_t len, size_t *used, struct sp_error *err);

/* Shared with the checks of our own answers. */
bool sp_http_is_token(const char *text, size_t len);
/* The settings of every parser here. */
const llhttp_settings_t *sp_http_parser_settings(void);

#endif
