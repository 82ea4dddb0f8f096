#include "lua/token.h"

#include <string.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char peek(const struct sp_token_reader *r, ptrdiff_t ahead) {
  return r->end - r->at > ahead ? r->at[ahead] : '\0';
}

static void step(struct sp_token_reader *r) {
  if (*r->at == '\n') r->line++;
  r->at++;
}

/* ---- Long brackets and comments ---- */

/* "[[", "[==[" …: how many signs, −1 when it is no long bracket. */
static int bracket_level(const struct sp_token_reader *r) {
  int level = 0;
  if (peek(r, 0) != '[') return -1;
  while (peek(r, level + 1) == '=')
    level++;
  return peek(r, level + 1) == '[' ? level : -1;
}

static bool closes(const struct sp_token_reader *r, int level) {
  if (peek(r, 0) != ']' || peek(r, level + 1) != ']') return false;
  for (int i = 1; i <= level; i++)
    if (peek(r, i) != '=') return false;
  return true;
}

static void skip_long(struct sp_token_reader *r, int level) {
  r->at += level + 2;
  while (r->at < r->end && !closes(r, level))
    step(r);
  if (r->at < r->end) r->at += level + 2;
}

static void skip_comment(struct sp_token_reader *r) {
  r->at += 2;
  int level = bracket_level(r);
  if (level >= 0) skip_long(r, level);
  while (level < 0 && r->at < r->end && *r->at != '\n')
    r->at++;
}

static void skip_blank(struct sp_token_reader *r) {
  while (r->at < r->end) {
    char c = *r->at;
    if (c == '-' && peek(r, 1) == '-')
      skip_comment(r);
    else if (c == ' ' || (c >= '\t' && c <= '\r'))
      step(r);
    else
      return;
  }
}

/* ---- Tokens ---- */

/* Behind a backslash: does this escape stand for a zero byte? */
static bool is_zero(const struct sp_token_reader *r) {
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

static bool skip_quoted(struct sp_token_reader *r) {
  char quote = *r->at++;
  bool zero = false;
  while (r->at < r->end && *r->at != quote) {
    if (*r->at == '\\') {
      r->at++;
      zero = zero || is_zero(r);
    }
    if (r->at < r->end) step(r);
  }
  if (r->at < r->end) r->at++;
  return zero;
}

/* As Lua reads a numeral: every letter, digit and point, and a sign behind an exponent. */
static bool skip_number(struct sp_token_reader *r) {
  bool hex = peek(r, 0) == '0' && (peek(r, 1) == 'x' || peek(r, 1) == 'X');
  bool is_float = false;
  for (; r->at < r->end && (is_word(*r->at) || *r->at == '.'); r->at++) {
    bool exponent = hex ? *r->at == 'p' || *r->at == 'P' : *r->at == 'e' || *r->at == 'E';
    if (*r->at == '.' || exponent || (!hex && !is_digit(*r->at))) is_float = true;
    if (exponent && (peek(r, 1) == '+' || peek(r, 1) == '-')) r->at++;
  }
  return is_float || !hex; /* a decimal integer may be too large for one */
}

static bool fits_integer(const struct sp_token *token) {
  if (token->len > 18) return false;
  for (size_t i = 0; i < token->len; i++)
    if (!is_digit(token->text[i])) return false;
  return true;
}

static void skip_sign(struct sp_token_reader *r) {
  char c = peek(r, 0);
  char next = peek(r, 1);
  bool twice = (c == '.' && next == '.') || (c == '/' && next == '/') ||
               (next == '=' && (c == '=' || c == '~' || c == '<' || c == '>'));
  if (c == '.' && next == '.' && peek(r, 2) == '.') r->at++;
  r->at += twice ? 2 : 1;
}

static void read_token(struct sp_token_reader *r, struct sp_token *token) {
  char c = *r->at;
  if (c == '"' || c == '\'') {
    token->kind = SP_TOKEN_TEXT;
    token->has_zero = skip_quoted(r);
  } else if (bracket_level(r) >= 0) {
    token->kind = SP_TOKEN_TEXT;
    skip_long(r, bracket_level(r));
  } else if (is_digit(c) || (c == '.' && is_digit(peek(r, 1)))) {
    bool maybe_float = skip_number(r);
    token->len = (size_t)(r->at - token->text);
    token->kind = maybe_float && !fits_integer(token) ? SP_TOKEN_FLOAT : SP_TOKEN_NUMBER;
  } else if (is_word(c)) {
    token->kind = SP_TOKEN_WORD;
    while (r->at < r->end && is_word(*r->at))
      r->at++;
  } else {
    token->kind = SP_TOKEN_SIGN;
    skip_sign(r);
  }
}

void sp_token_start(struct sp_token_reader *reader, const char *text, size_t len) {
  *reader = (struct sp_token_reader){.at = text, .end = text + len, .line = 1};
}

struct sp_token sp_token_next(struct sp_token_reader *reader) {
  skip_blank(reader);
  struct sp_token token = {.text = reader->at, .line = reader->line};
  if (reader->at < reader->end) read_token(reader, &token);
  token.len = (size_t)(reader->at - token.text);
  return token;
}

bool sp_token_is(const struct sp_token *token, const char *text) {
  bool named = token->kind == SP_TOKEN_WORD || token->kind == SP_TOKEN_SIGN;
  return named && strlen(text) == token->len && memcmp(token->text, text, token->len) == 0;
}
