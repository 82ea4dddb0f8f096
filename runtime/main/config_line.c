#include "main/config_parts.h"

static const char *blanks_skip(const char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
    at++;
  return at;
}

static const char *string_skip(const char *at) {
  for (at++; *at != '"' && *at != '\0'; at++)
    if (*at == '\\' && at[1] != '\0') at++;
  return *at == '"' ? at + 1 : at;
}

/* Past one value; brackets inside strings do not count. */
static const char *value_skip(const char *at) {
  int depth = 0;
  do {
    if (*at == '"') {
      at = string_skip(at);
      continue;
    }
    if (*at == '{' || *at == '[') depth++;
    if (*at == '}' || *at == ']') depth--;
    at++;
  } while (*at != '\0' && (depth > 0 || (*at != ',' && *at != '}' && *at != ']')));
  return at;
}

/* Past "key:" when there is one. */
static const char *key_skip(const char *at) {
  if (*at != '"') return at;
  const char *after = blanks_skip(string_skip(at));
  return *after == ':' ? blanks_skip(after + 1) : at;
}

int sp_json_line_of(const char *text, const int *path, int depth) {
  const char *at = blanks_skip(text);
  for (int level = 0; level < depth; level++) {
    at = key_skip(at);
    if (*at != '{' && *at != '[') break;
    at = blanks_skip(at + 1);
    for (int i = 0; i < path[level] && *at != '\0'; i++) {
      at = blanks_skip(value_skip(key_skip(at)));
      if (*at == ',') at = blanks_skip(at + 1);
    }
  }
  int line = 1;
  for (const char *c = text; c < at; c++)
    line += *c == '\n';
  return line;
}
