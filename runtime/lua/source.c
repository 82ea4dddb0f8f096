/* A look at the text of a rule before Lua compiles it: only its words, no grammar.
 *
 * Two things are refused because stock Lua does them at a cost nothing could meter: "..." copies any number of values
 * behind one instruction, and a text with zero bytes is compared piece by piece. Where texts are joined is remembered
 * for the budget. */
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

struct reader {
  const char *at, *end;
  int32_t line;
  struct sp_lua_source *out;
  int32_t capacity;
  const char *refused; /* why */
  bool starved;
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char peek(const struct reader *r, ptrdiff_t ahead) {
  return r->end - r->at > ahead ? r->at[ahead] : '\0';
}

/* "[[", "[==[" …: how many signs, −1 when it is no long bracket. */
static int bracket_level(const struct reader *r) {
  int level = 0;
  if (peek(r, 0) != '[') return -1;
  while (peek(r, level + 1) == '=')
    level++;
  return peek(r, level + 1) == '[' ? level : -1;
}

static bool closes(const struct reader *r, int level) {
  if (peek(r, 0) != ']' || peek(r, level + 1) != ']') return false;
  for (int i = 1; i <= level; i++)
    if (peek(r, i) != '=') return false;
  return true;
}

static void skip_long(struct reader *r, int level) {
  r->at += level + 2;
  while (r->at < r->end && !closes(r, level)) {
    if (*r->at == '\n') r->line++;
    r->at++;
  }
  r->at += r->at < r->end ? level + 2 : 0;
}

static void skip_comment(struct reader *r) {
  r->at += 2;
  int level = bracket_level(r);
  if (level >= 0) {
    skip_long(r, level);
    return;
  }
  while (r->at < r->end && *r->at != '\n')
    r->at++;
}

/* Behind a backslash: does this escape stand for a zero byte? */
static bool is_zero(const struct reader *r) {
  if (peek(r, 0) == 'x') return peek(r, 1) == '0' && peek(r, 2) == '0';
  if (peek(r, 0) == 'u' && peek(r, 1) == '{') {
    ptrdiff_t at = 2;
    while (peek(r, at) == '0')
      at++;
    return at > 2 && peek(r, at) == '}';
  }
  for (ptrdiff_t at = 0; at < 3 && is_digit(peek(r, at)); at++)
    if (peek(r, at) != '0') return false;
  return is_digit(peek(r, 0));
}

static void skip_quoted(struct reader *r, char quote) {
  for (r->at++; r->at < r->end && *r->at != quote; r->at++) {
    if (*r->at == '\\') {
      r->at++;
      if (is_zero(r)) r->refused = "a text has no zero bytes";
    }
    if (peek(r, 0) == '\n') r->line++;
  }
  if (r->at < r->end) r->at++;
}

/* As Lua reads a numeral: every letter, digit and point, and a sign behind an exponent. */
static void skip_number(struct reader *r) {
  bool hex = peek(r, 0) == '0' && (peek(r, 1) == 'x' || peek(r, 1) == 'X');
  for (; r->at < r->end && (is_word(*r->at) || *r->at == '.'); r->at++) {
    bool exponent = hex ? *r->at == 'p' || *r->at == 'P' : *r->at == 'e' || *r->at == 'E';
    if (*r->at == '.' || exponent || (hex ? false : !is_digit(*r->at))) r->out->floats = true;
    if (exponent && (peek(r, 1) == '+' || peek(r, 1) == '-')) r->at++;
  }
}

static void add_join(struct reader *r) {
  struct sp_lua_source *out = r->out;
  if (out->join_count > 0 && out->joins[out->join_count - 1] == r->line) return;
  if (out->join_count == r->capacity) {
    int32_t capacity = r->capacity ? r->capacity * 2 : 16;
    int32_t *joins = realloc(out->joins, (size_t)capacity * sizeof *joins);
    if (!joins) {
      r->starved = true;
      return;
    }
    out->joins = joins;
    r->capacity = capacity;
  }
  out->joins[out->join_count++] = r->line;
}

static void read_dots(struct reader *r) {
  int dots = 1;
  while (peek(r, dots) == '.' && dots < 3)
    dots++;
  if (dots == 3) r->refused = "a rule has no '...': name the arguments, or take a list";
  if (dots == 2) add_join(r);
  r->at += dots;
}

static void read_token(struct reader *r) {
  char c = *r->at;
  if (c == '-' && peek(r, 1) == '-') {
    skip_comment(r);
  } else if (c == '"' || c == '\'') {
    skip_quoted(r, c);
  } else if (bracket_level(r) >= 0) {
    skip_long(r, bracket_level(r));
  } else if (is_digit(c) || (c == '.' && is_digit(peek(r, 1)))) {
    skip_number(r);
  } else if (is_word(c)) {
    while (r->at < r->end && is_word(*r->at))
      r->at++;
  } else if (c == '.') {
    read_dots(r);
  } else {
    if (c == '\n') r->line++;
    if (c == '^' || (c == '/' && peek(r, 1) != '/')) r->out->floats = true;
    r->at += c == '/' && peek(r, 1) == '/' ? 2 : 1;
  }
}

int sp_lua_source_read(const struct sp_rule_source *source, struct sp_lua_source *out, struct sp_error *err) {
  struct reader r = {.at = source->text, .end = source->text + source->len, .line = 1, .out = out};
  *out = (struct sp_lua_source){0};
  if (source->len > 0 && memchr(source->text, '\0', source->len)) r.refused = "a rule has no zero bytes";
  while (r.at < r.end && !r.refused && !r.starved)
    read_token(&r);
  if (!r.refused && !r.starved) return 0;
  sp_lua_source_free(out);
  if (r.starved) return sp_error_nomem(err, __func__);
  return sp_fail(err, SP_E_RULE, source->file, "%s:%d: %s", source->file, (int)r.line, r.refused);
}

void sp_lua_source_free(struct sp_lua_source *source) {
  free(source->joins);
  *source = (struct sp_lua_source){0};
}

bool sp_lua_source_joins(const struct sp_lua_source *source, int first, int last) {
  if (last < 0) return source->join_count > 0;
  int32_t low = 0;
  for (int32_t high = source->join_count; low < high;) {
    int32_t middle = low + (high - low) / 2;
    if (source->joins[middle] < first)
      low = middle + 1;
    else
      high = middle;
  }
  return low < source->join_count && source->joins[low] <= last;
}
