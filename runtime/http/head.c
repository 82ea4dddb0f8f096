#include "http/head.h"
#include "http/scan.h"
#include <string.h>
#include <strings.h>

static bool span_is(const char *bytes, struct sp_http_span span, const char *text) {
  return strlen(text) == span.len && strncasecmp(bytes + span.at, text, span.len) == 0;
}

/* ---- The request line ---- */

static const char *const served[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", NULL};

static int check_method(const char *text, size_t len, struct sp_http_head *out, struct sp_error *err) {
  for (int i = 0; served[i]; i++)
    if (strlen(served[i]) == len && memcmp(served[i], text, len) == 0) out->method = served[i];
  if (out->method) return 0;
  if (!sp_http_is_token(text, len))
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "method", "The request line has no method"));
  if ((len == 7 && memcmp(text, "CONNECT", 7) == 0) || (len == 5 && memcmp(text, "TRACE", 5) == 0))
    return sp_http_refused(405, sp_fail(err, SP_E_UNSUPPORTED, "method", "This method is not allowed here"));
  return sp_http_refused(501, sp_fail(err, SP_E_UNSUPPORTED, "method", "This server does not know the method"));
}

static int check_version(const char *text, size_t len, struct sp_http_head *out, struct sp_error *err) {
  bool grammar = len == 8 && memcmp(text, "HTTP/", 5) == 0 && text[5] >= '0' && text[5] <= '9' && text[6] == '.' &&
                 text[7] >= '0' && text[7] <= '9';
  if (!grammar)
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "version", "The request line names no HTTP version"));
  if (text[5] != '1' || (text[7] != '0' && text[7] != '1'))
    return sp_http_refused(505, sp_fail(err, SP_E_UNSUPPORTED, "version", "This server speaks HTTP/1.0 and HTTP/1.1"));
  out->is_http10 = text[7] == '0';
  return 0;
}

static int check_target(const char *text, size_t len, size_t max, struct sp_error *err) {
  if (len > max) return sp_http_refused(414, sp_fail(err, SP_E_LIMIT, NULL, "The request's target is too long"));
  if (len == 0 || text[0] != '/')
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "target", "The target of a request must begin with /"));
  for (size_t i = 0; i < len; i++) {
    if (text[i] > ' ' && text[i] < 0x7f && text[i] != '#' && text[i] != '\\') continue;
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "target", "The target of a request holds a forbidden byte"));
  }
  return 0;
}

static int check_line(const char *bytes, struct sp_http_span line, size_t target_max, struct sp_http_head *out,
                      struct sp_error *err) {
  const char *text = bytes + line.at;
  const char *first = memchr(text, ' ', line.len);
  const char *last = memrchr(text, ' ', line.len);
  if (!first || first == last)
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "version", "The request line names no HTTP version"));
  int status = check_version(last + 1, (size_t)(text + line.len - last - 1), out, err);
  if (!status) status = check_method(text, (size_t)(first - text), out, err);
  if (!status) status = check_target(first + 1, (size_t)(last - first - 1), target_max, err);
  if (status) return status;
  out->target = (struct sp_http_span){(uint16_t)(first + 1 - bytes), (uint16_t)(last - first - 1)};
  return 0;
}

/* ---- Fields ---- */

/* Fields that may come once. The first five are looked at below, by these numbers. */
enum { HOST, LENGTH, CODING, EXPECT, UPGRADE, SINGLE_COUNT = 12 };

static const char *const single[SINGLE_COUNT] = {[HOST] = "Host",
                                                 [LENGTH] = "Content-Length",
                                                 [CODING] = "Transfer-Encoding",
                                                 [EXPECT] = "Expect",
                                                 [UPGRADE] = "Upgrade",
                                                 "Content-Type",
                                                 "Content-Encoding",
                                                 "Authorization",
                                                 "Cookie",
                                                 "Idempotency-Key",
                                                 "If-Match",
                                                 "Origin"};

/* What the elements of a Connection field ask for, as llhttp's flags. */
static unsigned connection_flags(const char *text, size_t len) {
  unsigned flags = 0;
  while (len > 0) {
    const char *comma = memchr(text, ',', len);
    size_t part = comma ? (size_t)(comma - text) : len;
    size_t from = 0;
    size_t to = part;
    while (from < to && (text[from] == ' ' || text[from] == '\t'))
      from++;
    while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t'))
      to--;
    if (to - from == 5 && strncasecmp(text + from, "close", 5) == 0) flags |= F_CONNECTION_CLOSE;
    if (to - from == 10 && strncasecmp(text + from, "keep-alive", 10) == 0) flags |= F_CONNECTION_KEEP_ALIVE;
    text += comma ? part + 1 : part;
    len -= comma ? part + 1 : part;
  }
  return flags;
}

static int collect(const char *bytes, struct sp_http_head *out, const struct sp_http_span *found[SINGLE_COUNT],
                   struct sp_error *err) {
  unsigned flags = 0;
  for (int i = 0; i < out->field_count; i++) {
    struct sp_http_span name = out->fields[i].name;
    if (span_is(bytes, name, "Connection"))
      flags |= connection_flags(bytes + out->fields[i].value.at, out->fields[i].value.len);
    for (int s = 0; s < SINGLE_COUNT; s++) {
      if (!span_is(bytes, name, single[s])) continue;
      if (found[s])
        return sp_http_refused(400,
                               sp_fail(err, SP_E_INVALID, single[s], "A header field that may come once came twice"));
      found[s] = &out->fields[i].value;
    }
  }
  out->keep_alive = !(flags & F_CONNECTION_CLOSE) && (!out->is_http10 || (flags & F_CONNECTION_KEEP_ALIVE));
  return 0;
}

/* Characters of a host and port (RFC 3986 §3.2.2), without user information. */
static bool is_host(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    unsigned char byte = (unsigned char)text[i];
    bool alnum = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    if (!alnum && (byte == '\0' || !strchr("-._~!$&'()*+;=:[]%", byte))) return false;
  }
  return len > 0;
}

static bool host_allowed(const char *text, size_t len, const char *const *hosts) {
  const char *end = text[0] == '[' ? memchr(text, ']', len) : NULL;
  const char *colon = end ? end + 1 : memchr(text, ':', len);
  size_t name = colon ? (size_t)(colon - text) : len;
  for (int i = 0; hosts[i]; i++)
    if (strlen(hosts[i]) == name && strncasecmp(hosts[i], text, name) == 0) return true;
  return false;
}

static int check_host(const char *bytes, const struct sp_http_span *host, const struct sp_http_limits *limits,
                      const struct sp_http_head *out, struct sp_error *err) {
  if (!host && out->is_http10) return 0;
  if (!host) return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "Host", "The request names no host"));
  if (!is_host(bytes + host->at, host->len))
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "Host", "The Host field is not a host"));
  if (limits->hosts && !host_allowed(bytes + host->at, host->len, limits->hosts))
    return sp_http_refused(421, sp_fail(err, SP_E_INVALID, "Host", "This server does not answer for that host"));
  return 0;
}

static int read_length(const char *text, size_t len, struct sp_http_head *out, struct sp_error *err) {
  enum { DIGITS_MAX = 15 };
  for (size_t i = 0; i < len; i++)
    if (text[i] < '0' || text[i] > '9') len = 0;
  if (len == 0)
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "Content-Length", "Content-Length is not a number"));
  if (len > DIGITS_MAX)
    return sp_http_refused(413, sp_fail(err, SP_E_LIMIT, "Content-Length", "The request's body is too long"));
  for (size_t i = 0; i < len; i++)
    out->content_length = out->content_length * 10 + (uint64_t)(text[i] - '0');
  out->has_length = true;
  return 0;
}

static bool takes_body(const char *method) {
  return method[0] == 'P';
}

static int check_framing(const char *bytes, const struct sp_http_span *found[SINGLE_COUNT], struct sp_http_head *out,
                         struct sp_error *err) {
  if (found[LENGTH] && found[CODING])
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "Transfer-Encoding",
                                        "Content-Length and Transfer-Encoding exclude each other"));
  if (found[CODING] && out->is_http10)
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "Transfer-Encoding", "HTTP/1.0 has no Transfer-Encoding"));
  if (found[CODING] && !span_is(bytes, *found[CODING], "chunked"))
    return sp_http_refused(
        501, sp_fail(err, SP_E_UNSUPPORTED, "Transfer-Encoding", "The only transfer coding taken is chunked"));
  out->chunked = found[CODING] != NULL;
  int status = found[LENGTH] ? read_length(bytes + found[LENGTH]->at, found[LENGTH]->len, out, err) : 0;
  if (status) return status;
  if (!takes_body(out->method) && sp_http_head_has_body(out))
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "method", "A %s request has no body", out->method));
  if (takes_body(out->method) && out->is_http10 && !out->has_length)
    return sp_http_refused(
        411, sp_fail(err, SP_E_INVALID, "Content-Length", "The request does not say how long its body is"));
  return 0;
}

static int check_fields(const char *bytes, const struct sp_http_limits *limits, struct sp_http_head *out,
                        struct sp_error *err) {
  const struct sp_http_span *found[SINGLE_COUNT] = {NULL};
  int status = collect(bytes, out, found, err);
  if (!status) status = check_host(bytes, found[HOST], limits, out, err);
  if (!status) status = check_framing(bytes, found, out, err);
  if (status) return status;
  if (found[UPGRADE])
    return sp_http_refused(400, sp_fail(err, SP_E_UNSUPPORTED, "Upgrade", "This server does not change protocols"));
  if (!found[EXPECT] || out->is_http10) return 0;
  if (!span_is(bytes, *found[EXPECT], "100-continue"))
    return sp_http_refused(417, sp_fail(err, SP_E_UNSUPPORTED, "Expect", "The only expectation met is 100-continue"));
  out->expect_continue = sp_http_head_has_body(out);
  return 0;
}

/* ---- The second reader ---- */

static int confirm(const char *bytes, struct sp_http_span line, struct sp_http_head *out, struct sp_error *err) {
  llhttp_t *parser = &out->parser;
  llhttp_init(parser, HTTP_REQUEST, sp_http_parser_settings());
  bool same = llhttp_execute(parser, bytes + line.at, out->len - line.at) == HPE_OK;
  same = same && strcmp(llhttp_method_name((llhttp_method_t)parser->method), out->method) == 0;
  same = same && parser->http_major == 1 && parser->http_minor == (out->is_http10 ? 0 : 1);
  uint16_t framing = parser->flags & (F_CHUNKED | F_CONTENT_LENGTH | F_TRANSFER_ENCODING);
  if (out->chunked)
    same = same && framing == (F_CHUNKED | F_TRANSFER_ENCODING);
  else if (out->content_length > 0)
    same = same && framing == F_CONTENT_LENGTH && parser->content_length == out->content_length;
  else
    same = same && framing == 0; /* llhttp has already finished the message */
  if (same) return 0;
  return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "The request's head is malformed"));
}

bool sp_http_head_has_body(const struct sp_http_head *head) {
  return head->chunked || head->content_length > 0;
}

int sp_http_head_parse(const char *bytes, size_t len, const struct sp_http_limits *limits, struct sp_http_head *out,
                       struct sp_error *err) {
  struct sp_http_span line = {0};
  *out = (struct sp_http_head){0};
  int status = sp_http_head_scan(bytes, len, limits, out, &line, err);
  if (!status) status = check_line(bytes, line, limits->target, out, err);
  if (!status) status = check_fields(bytes, limits, out, err);
  if (!status) status = confirm(bytes, line, out, err);
  return status;
}
