/* The words of a Lua source, without grammar: enough to look for things before Lua compiles it. Comments are skipped.
 */
#ifndef SP_LUA_TOKEN_H
#define SP_LUA_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sp_token_kind {
  SP_TOKEN_END,
  SP_TOKEN_WORD,   /* a name or a keyword */
  SP_TOKEN_NUMBER, /* an integer in decimal or hexadecimal */
  SP_TOKEN_FLOAT,
  SP_TOKEN_TEXT, /* quoted or in long brackets */
  SP_TOKEN_SIGN  /* one character, but "..", "...", "//", "==", "~=", "<=", ">=" */
};

struct sp_token {
  enum sp_token_kind kind;
  const char *text; /* in the source */
  size_t len;
  int32_t line;  /* where it begins, from 1 */
  bool has_zero; /* of a text: an escape in it stands for a zero byte */
};

struct sp_token_reader {
  const char *at, *end;
  int32_t line;
};

void sp_token_start(struct sp_token_reader *reader, const char *text, size_t len);
/* The next token; SP_TOKEN_END again and again at the end. A text that is not closed ends with the source. */
struct sp_token sp_token_next(struct sp_token_reader *reader);
bool sp_token_is(const struct sp_token *token, const char *text); /* exactly this word or sign */

#endif
