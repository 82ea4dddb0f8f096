#include "base/error.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int sp_error_set(struct sp_error *err, int code, const char *origin, const char *field, const char *format, ...) {
  if (!err) return code;
  char message[sizeof err->message + 1]; /* one more, to see that it was too long and not cut it twice */
  va_list args;
  va_start(args, format);
  int len = vsnprintf(message, sizeof message, sp_tr(err->lang, format), args);
  va_end(args);
  sp_text_copy(err->field, sizeof err->field, field); /* a caller may hand an error's own field back to it */
  sp_text_copy(err->origin, sizeof err->origin, origin);
  sp_text_copy(err->message, sizeof err->message, len < 0 ? format : message);
  err->code = code;
  return code;
}

void sp_error_prefix(struct sp_error *err, const char *prefix) {
  if (!err || !prefix || prefix[0] == '\0') return;
  char old[sizeof err->field];
  sp_text_copy(old, sizeof old, err->field);
  size_t len = strlen(prefix);
  while (len > 0 && prefix[len - 1] == '.')
    len--;
  const char *dot = old[0] == '\0' || old[0] == '[' ? "" : ".";
  char joined[2 * sizeof err->field + 2];
  int keep = (int)(len < sizeof err->field ? len : sizeof err->field);
  if (snprintf(joined, sizeof joined, "%.*s%s%s", keep, prefix, dot, old) >= 0)
    sp_text_copy(err->field, sizeof err->field, joined);
}

const char *sp_code_name(int code) {
  switch (code) {
  case SP_OK:
    return "ok";
#define XX(name, value, wire)                                                                                          \
  case SP_E_##name:                                                                                                    \
    return wire;
    SP_ERROR_MAP(XX)
#undef XX
  default:
    return "unknown";
  }
}

int sp_error_nomem(struct sp_error *err, const char *origin) {
  return sp_error_set(err, SP_E_NOMEM, origin, NULL, "There is not enough memory");
}
