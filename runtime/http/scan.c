#include "http/scan.h"
#include <string.h>

/* What a byte may be part of. */
enum { TOKEN = 1, VALUE = 2 };

static unsigned char kind(unsigned char byte) {
  if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'))
    return TOKEN | VALUE;
  if (byte > ' ' && byte < 0x7f && strchr("!#$%&'*+-.^_`|~", byte)) return TOKEN | VALUE;
  return byte == '\t' || (byte >= ' ' && byte != 0x7f) ? VALUE : 0;
}

int sp_http_refused(int status, int told) {
  (void)told;
  return status;
}

bool sp_http_is_token(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (!(kind((unsigned char)text[i]) & TOKEN)) return false;
  return len > 0;
}

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

/* A line without its CRLF: nothing but visible bytes, blanks and bytes above ASCII. */
static int check_bytes(const char *line, size_t len, struct sp_error *err) {
  for (size_t i = 0; i < len; i++) {
    if ((unsigned char)line[i] >= ' ' && line[i] != 0x7f) continue;
    if (line[i] == '\t') continue;
    if (line[i] == '\r')
      return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "A line of the request holds a bare CR"));
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "The request's head holds a control byte"));
  }
  return 0;
}

static int add_field(const char *bytes, struct sp_http_span line, int max, struct sp_http_head *out,
                     struct sp_error *err) {
  const char *text = bytes + line.at;
  if (is_blank(text[0]))
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "A header field continues on a second line"));
  if (out->field_count >= max)
    return sp_http_refused(431, sp_fail(err, SP_E_LIMIT, NULL, "The request has more than %d header fields", max));
  const char *colon = memchr(text, ':', line.len);
  if (!colon || !sp_http_is_token(text, (size_t)(colon - text)))
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "A header field's name is not a name"));
  size_t name = (size_t)(colon - text);
  size_t from = name + 1;
  size_t to = line.len;
  while (from < to && is_blank(text[from]))
    from++;
  while (to > from && is_blank(text[to - 1]))
    to--;
  int i = out->field_count++;
  out->fields[i].name = (struct sp_http_span){line.at, (uint16_t)name};
  out->fields[i].value = (struct sp_http_span){(uint16_t)(line.at + from), (uint16_t)(to - from)};
  return 0;
}

/* Room in the request line beside the target: the longest method and version with their blanks. */
enum { LINE_REST = 32 };

static int check_size(size_t at, size_t end, bool first, const struct sp_http_limits *limits, struct sp_error *err) {
  if (first && end - at > limits->target + LINE_REST)
    return sp_http_refused(414, sp_fail(err, SP_E_LIMIT, NULL, "The request's target is too long"));
  if (!first && end - at > limits->field + 1) /* its CR */
    return sp_http_refused(431, sp_fail(err, SP_E_LIMIT, NULL, "A header field is too long"));
  if (end >= limits->head)
    return sp_http_refused(431, sp_fail(err, SP_E_LIMIT, NULL, "The request's head is too long"));
  return 0;
}

int sp_http_head_scan(const char *bytes, size_t len, const struct sp_http_limits *limits, struct sp_http_head *out,
                      struct sp_http_span *line, struct sp_error *err) {
  if (len == 0 || (len == 1 && bytes[0] == '\r')) return SP_HTTP_MORE;
  size_t at = bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
  for (bool first = true;; first = false) {
    const char *lf = at < len ? memchr(bytes + at, '\n', len - at) : NULL;
    size_t end = lf ? (size_t)(lf - bytes) : len;
    int status = check_size(at, end, first, limits, err);
    if (status) return status;
    if (!lf) return SP_HTTP_MORE;
    if (end == at || bytes[end - 1] != '\r')
      return sp_http_refused(400, sp_fail(err, SP_E_INVALID, NULL, "A line of the request ends without CR"));
    struct sp_http_span found = {(uint16_t)at, (uint16_t)(end - 1 - at)};
    status = check_bytes(bytes + at, found.len, err);
    if (status) return status;
    at = end + 1;
    if (first) {
      *line = found;
      continue;
    }
    if (found.len == 0) break;
    status = add_field(bytes, found, limits->fields, out, err);
    if (status) return status;
  }
  out->len = at;
  return 0;
}
