#include "base/text.h"
#include "http/head.h"
#include "http/scan.h"

/* Parsers without data stand in a head: there the callbacks have nothing to tell. */
static int refuse(llhttp_t *parser, int status, const char *why) {
  struct sp_http_body *body = parser->data;
  if (!body) return 0;
  body->refused = status;
  body->why = why;
  return -1;
}

static int on_body(llhttp_t *parser, const char *bytes, size_t len) {
  struct sp_http_body *body = parser->data;
  if (!body) return -1;
  if (len > body->max - body->len) return refuse(parser, 413, "The request's body is too long");
  body->len += len;
  int code = body->sink(body->ctx, bytes, len);
  return code ? refuse(parser, 503, "There is no room for the request's body") : 0;
}

/* llhttp keeps the size a chunk announces in content_length. */
static int on_chunk(llhttp_t *parser) {
  const struct sp_http_body *body = parser->data;
  if (!body || parser->content_length <= body->max - body->len) return 0;
  return refuse(parser, 413, "The request's body is too long");
}

static int on_extension(llhttp_t *parser, const char *bytes, size_t len) {
  (void)bytes;
  (void)len;
  return refuse(parser, 400, "Chunk extensions are not taken");
}

/* Behind the last chunk a field is a trailer; in the head this parser only confirms what the scan found. */
static int on_field(llhttp_t *parser, const char *bytes, size_t len) {
  (void)bytes;
  (void)len;
  return refuse(parser, 400, "Trailers are not taken");
}

static int on_complete(llhttp_t *parser) {
  struct sp_http_body *body = parser->data;
  if (!body) return 0;
  body->done = true;
  return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_body = on_body,
    .on_chunk_header = on_chunk,
    .on_chunk_extension_name = on_extension,
    .on_chunk_extension_value = on_extension,
    .on_header_field = on_field,
    .on_message_complete = on_complete,
};

const llhttp_settings_t *sp_http_parser_settings(void) {
  return &settings;
}

void sp_http_body_start(struct sp_http_body *body, const struct sp_http_head *head, size_t max,
                        int (*sink)(void *ctx, const char *bytes, size_t len), void *ctx) {
  *body = (struct sp_http_body){.parser = head->parser, .sink = sink, .ctx = ctx, .max = max};
  body->parser.data = body;
}

int sp_http_body_feed(struct sp_http_body *body, const char *bytes, size_t len, size_t *used, struct sp_error *err) {
  llhttp_errno_t code = llhttp_execute(&body->parser, bytes, len);
  *used = len;
  if (code == HPE_OK) return SP_HTTP_MORE;
  if (body->done) {
    *used = (size_t)(llhttp_get_error_pos(&body->parser) - bytes);
    return 0;
  }
  if (!body->refused) return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "The request's body is malformed"));
  const char *why = sp_tr(err ? err->lang : SP_LANG_EN, body->why);
  int kind = body->refused == 413 ? SP_E_LIMIT : body->refused == 503 ? SP_E_FULL : SP_E_INVALID;
  return sp_http_refused(body->refused, sp_fail(err, kind, NULL, "%s", why));
}
