/* Hooks beyond pricing: questions other modules ask the chain's rules, with a contract each.
 *
 * A hook is a name ("points.earn"), what the rule is shown, what it must give back, and how several answers combine.
 * Both sides are JSON objects checked field by field here, so a rule that gives nonsense is skipped like any other and
 * a module never sees it. All are pure: the same input gives the same answer, which makes them replayable.
 *
 * What all contracts share: quantities are thousandths, money is fen, rates are ppm, dates yyyymmdd; nobody's name,
 * phone number or date of birth is shown; an optional field that is unknown is left out, never null; a rule answers a
 * table or nothing, and an empty table is nothing. What stays with the caller: it does an answer once (each hook says
 * by which key), writes who and why beside it, and has a default for no answer at all.
 */
#ifndef SP_ENGINE_HOOK_H
#define SP_ENGINE_HOOK_H

#include "engine/engine.h"

#define SP_HOOK_DEPTH_MAX 4

/* How several campaigns of one hook combine. */
enum sp_hook_mode {
  SP_HOOK_FIRST, /* the first in order that gives something decides */
  SP_HOOK_ALL    /* every answer counts */
};

enum sp_field_type {
  SP_FIELD_BOOLEAN,
  SP_FIELD_INTEGER,
  SP_FIELD_MONEY, /* fen, never negative unless min says so */
  SP_FIELD_PPM,
  SP_FIELD_DATE, /* yyyymmdd */
  SP_FIELD_TIME, /* UTC ms */
  SP_FIELD_TEXT,
  SP_FIELD_OBJECT, /* one without fields of its own is flat: texts, integers and booleans (a reason) */
  SP_FIELD_LIST    /* of objects when it has fields, of texts when it has none */
};

struct sp_field {
  const char *name; /* null ends a list of fields */
  enum sp_field_type type;
  bool required;
  int64_t min, max; /* of the number, bytes or entries; both 0: the type's own (texts 200 bytes, lists 1,000) */
  const struct sp_field *fields;
  const char *en, *zh; /* what it means */
  const char *options; /* of a text, "keep|refuse"; null: any */
};

struct sp_hook {
  const char *name;
  enum sp_hook_mode mode;
  const char *en, *zh; /* the question it answers */
  const struct sp_field *input, *output;
};

/* All hooks, by name; ends with a null name. */
extern const struct sp_hook sp_hooks[];
const struct sp_hook *sp_hook_find(const char *name); /* null when unknown */
/* Does an object fit a list of fields, nothing missing and nothing unknown? SP_E_INVALID naming "lines[3].code". */
int sp_hook_check(const struct sp_field *fields, const struct cJSON *object, struct sp_error *err);

/* One answer. */
struct sp_answer {
  const char *campaign, *rule;
  const char *json; /* an object that fits the hook's output */
  size_t len;
};

struct sp_answers {
  struct sp_answer *list; /* in order */
  int32_t count;
  int32_t alarms;    /* rules that failed or gave nonsense */
  const char *trace; /* JSON array of {campaign, rule, version, file, outcome "answered"|"silent"|"error", why} */
  size_t trace_len;
};

/* Check that `input` fits the hook, ask every live campaign of it (the first that answers ends it when the mode is
 * FIRST). Campaigns for members and levels look at input.member. Limits of campaigns are not held here: what an answer
 * costs is the caller's ledger. SP_E_INVALID naming the field of the input, SP_E_NOT_FOUND for an unknown hook. Nothing
 * of a basket is open.
 */
int sp_engine_ask(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const char *hook, const struct cJSON *input,
                  const struct sp_context *context, struct sp_arena *arena, struct sp_answers *out,
                  struct sp_error *err);

#endif
