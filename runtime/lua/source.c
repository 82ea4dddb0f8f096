/* A look at the text of a rule before Lua compiles it.
 *
 * Two things are refused because stock Lua does them at a cost nothing could meter: "..." copies any number of values
 * behind one instruction, and a text with zero bytes is compared piece by piece. Where texts are joined is remembered
 * for the budget, and which names are written to for what is put back after a call (instance.c). */
#include "lua/impl.h"
#include "lua/token.h"

#include <stdlib.h>
#include <string.h>

struct look {
  struct sp_token_reader reader;
  struct sp_token earlier, before, now; /* the last three tokens */
  struct sp_lua_source *out;
  int32_t capacity;
  const char *refused; /* why */
  bool starved;
  bool local; /* in the list of names behind a `local` */
};

static void add_join(struct look *look, int32_t line) {
  struct sp_lua_source *out = look->out;
  if (out->join_count > 0 && out->joins[out->join_count - 1] == line) return;
  if (out->join_count == look->capacity) {
    int32_t capacity = look->capacity ? look->capacity * 2 : 16;
    int32_t *joins = realloc(out->joins, (size_t)capacity * sizeof *joins);
    if (!joins) {
      look->starved = true;
      return;
    }
    out->joins = joins;
    look->capacity = capacity;
  }
  out->joins[out->join_count++] = line;
}

/* ---- Names that are written to ---- */

/* Which word holds the bit of a name. */
static size_t written_word(size_t len) {
  return len % SP_LUA_WRITTEN_WORDS;
}

/* Is `token` still in the list of names behind a `local`? Those are new variables. */
static bool stays_local(const struct look *look, const struct sp_token *token) {
  bool name = look->now.kind == SP_TOKEN_WORD;
  if (sp_token_is(&look->now, "local") || sp_token_is(&look->now, ",") || sp_token_is(&look->now, "<"))
    return token->kind == SP_TOKEN_WORD;
  return sp_token_is(token, ",") || (name && (sp_token_is(token, "<") || sp_token_is(token, ">")));
}

/* Before an assignment stands a bare name, and behind it "=" or ","; a function statement writes to its name too. Names
 * of arguments and of fields of constructors are taken for written, which costs a little and is never wrong. */
static void note_written(struct look *look, const struct sp_token *token) {
  const struct sp_token *name = &look->now;
  bool behind = sp_token_is(token, "=") || sp_token_is(token, ",");
  bool bare = behind && !look->local && !sp_token_is(&look->before, ".");
  bool function =
      sp_token_is(token, "(") && sp_token_is(&look->before, "function") && !sp_token_is(&look->earlier, "local");
  if (name->kind == SP_TOKEN_WORD && (bare || function))
    look->out->written[written_word(name->len)] |= sp_lua_bit(name->text, name->len);
  look->local = sp_token_is(token, "local") || (look->local && stays_local(look, token));
}

bool sp_lua_source_writes(const struct sp_lua_source *source, const char *name) {
  size_t len = strlen(name);
  return (source->written[written_word(len)] & sp_lua_bit(name, len)) != 0;
}

static void look_at(struct look *look, const struct sp_token *token) {
  if (token->has_zero) look->refused = "a text has no zero bytes";
  if (sp_token_is(token, "...")) look->refused = "a rule has no '...': name the arguments, or take a list";
  if (sp_token_is(token, "..")) add_join(look, token->line);
  if (token->kind == SP_TOKEN_FLOAT || sp_token_is(token, "/") || sp_token_is(token, "^")) look->out->floats = true;
  note_written(look, token);
}

int sp_lua_source_read(const struct sp_rule_source *source, struct sp_lua_source *out, struct sp_error *err) {
  struct look look = {.out = out};
  struct sp_token token = {.line = 1};
  *out = (struct sp_lua_source){0};
  sp_token_start(&look.reader, source->text, source->len);
  if (source->len > 0 && memchr(source->text, '\0', source->len)) look.refused = "a rule has no zero bytes";
  while (!look.refused && !look.starved) {
    token = sp_token_next(&look.reader);
    if (token.kind == SP_TOKEN_END) break;
    look_at(&look, &token);
    look.earlier = look.before;
    look.before = look.now;
    look.now = token;
  }
  if (!look.refused && !look.starved) return 0;
  sp_lua_source_free(out);
  if (!look.refused) return sp_error_nomem(err, __func__);
  return sp_fail(err, SP_E_RULE, source->file, "%s:%d: %s", source->file, (int)token.line, look.refused);
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
