#include "base/text.h"
#include "http/head.h"
#include "http/scan.h"
#include <string.h>

static int hex(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/* Decode %XX into `out`, which has room for `len` bytes and a NUL. `plus` is what '+' means. False for an escape that
 * is none, one of the bytes in `never` or below the blank, or a result that is not UTF-8. */
static bool decode(const char *text, size_t len, char plus, const char *never, char *out) {
  size_t used = 0;
  for (size_t i = 0; i < len; i++) {
    char byte = text[i] == '+' ? plus : text[i];
    if (byte == '%') {
      int high = i + 2 < len ? hex(text[i + 1]) : -1;
      int low = i + 2 < len ? hex(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      byte = (char)(high * 16 + low);
      if ((unsigned char)byte < ' ' || byte == 0x7f || strchr(never, byte)) return false;
      i += 2;
    }
    out[used++] = byte;
  }
  out[used] = '\0';
  return sp_utf8_valid(out, used);
}

/* Is "." or ".." a segment? */
static bool has_dots(const char *path) {
  while (path) {
    path++;
    size_t len = strcspn(path, "/");
    if ((len == 1 && path[0] == '.') || (len == 2 && path[0] == '.' && path[1] == '.')) return true;
    path = strchr(path, '/');
  }
  return false;
}

int sp_http_path_decode(const char *target, size_t len, struct sp_arena *arena, const char **path,
                        struct sp_error *err) {
  const char *question = memchr(target, '?', len);
  if (question) len = (size_t)(question - target);
  char *out = sp_arena_alloc(arena, len + 1);
  if (!out) return sp_http_refused(503, sp_error_nomem(err, __func__));
  if (!decode(target, len, '+', "/\\", out) || out[0] != '/' || has_dots(out))
    return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "target", "The path of the request is malformed"));
  *path = out;
  return 0;
}

static int bad_query(struct sp_error *err) {
  return sp_http_refused(400, sp_fail(err, SP_E_INVALID, "target", "The query of the request is malformed"));
}

/* The values keep line breaks and tabs out too: no parameter of ours has them, and they must not reach a log or a
 * header. */
static int decode_pair(const char *text, size_t len, struct sp_arena *arena, struct sp_http_field *out,
                       struct sp_error *err) {
  const char *equals = memchr(text, '=', len);
  size_t name_len = equals ? (size_t)(equals - text) : len;
  size_t value_len = equals ? len - name_len - 1 : 0;
  char *name = sp_arena_alloc(arena, name_len + 1);
  char *value = sp_arena_alloc(arena, value_len + 1);
  if (!name || !value) return sp_http_refused(503, sp_error_nomem(err, __func__));
  if (!decode(text, name_len, ' ', "", name)) return bad_query(err);
  if (equals && !decode(equals + 1, value_len, ' ', "", value)) return bad_query(err);
  *out = (struct sp_http_field){.name = name, .value = value};
  return 0;
}

int sp_http_query_decode(const char *target, size_t len, struct sp_arena *arena, const struct sp_http_field **params,
                         size_t *count, struct sp_error *err) {
  *params = NULL;
  *count = 0;
  const char *end = target + len;
  const char *at = memchr(target, '?', len);
  if (!at) return 0;
  size_t room = 1;
  for (const char *scan = at; scan < end; scan++)
    room += *scan == '&';
  if (room > SP_HTTP_PARAMS_MAX)
    return sp_http_refused(400, sp_fail(err, SP_E_LIMIT, "target", "The query of the request has too many parameters"));
  struct sp_http_field *list = sp_arena_array(arena, room, sizeof *list);
  if (!list) return sp_http_refused(503, sp_error_nomem(err, __func__));
  for (at++; at < end; at++) {
    const char *stop = memchr(at, '&', (size_t)(end - at));
    if (!stop) stop = end;
    int status = stop > at ? decode_pair(at, (size_t)(stop - at), arena, &list[*count], err) : 0;
    if (status) return status;
    *count += stop > at;
    at = stop;
  }
  *params = list;
  return 0;
}
