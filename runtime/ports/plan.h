/* A plan: the bounded list of statements one request wants written, together or not at all.
 *
 * A worker reads, decides and writes down a plan; the writer runs it inside a savepoint of a group transaction. Because
 * the group may be rolled back and the plan run again alone, running a plan changes nothing of it: it re-checks what
 * was read
 * (`expect`), and a step that needs the database of that moment (the journal's head) is a function that only reads its
 * argument.
 */
#ifndef SP_PORTS_PLAN_H
#define SP_PORTS_PLAN_H

#include "base/arena.h"
#include "ports/database.h"

#define SP_PLAN_STEPS_MAX   8192
#define SP_PLAN_BLOB_COPIED 32 /* ids and hashes */

enum sp_expect {
  SP_EXPECT_ANY, /* any number of rows */
  SP_EXPECT_ONE, /* exactly one row changed, or the step's error */
};

/* A step in C, run by the writer inside the plan's savepoint. It must be repeatable and may not block. */
typedef int sp_plan_call(struct sp_db *db, void *argument, struct sp_error *err);

struct sp_plan_step {
  sp_plan_call *call; /* or null: a statement */
  void *argument;
  enum sp_query query;
  const struct sp_value *params;
  int count;
  enum sp_expect expect;
  int code;            /* when the expectation fails: this error … */
  const char *field;   /* … with this field … */
  const char *message; /* … and this sentence (no printf conversions) */
  struct sp_plan_step *next;
};

struct sp_plan {
  struct sp_arena *arena; /* owns the steps and everything they point to; outlives the plan's run */
  struct sp_plan_step *first, *last;
  int steps;
  int failed; /* sticky: SP_E_NOMEM or SP_E_LIMIT while building */
};

void sp_plan_init(struct sp_plan *plan, struct sp_arena *arena);
/* Add a statement; `params` are copied, and so are blobs of up to SP_PLAN_BLOB_COPIED bytes. Texts and longer blobs are
 * not: they must live in the plan's arena or longer. Failure is sticky. */
void sp_plan_add(struct sp_plan *plan, enum sp_query query, const struct sp_value *params, int count);
/* The same, and exactly one row must change, or the plan fails with `code`, `field`, `message`. */
void sp_plan_expect(struct sp_plan *plan, enum sp_query query, const struct sp_value *params, int count, int code,
                    const char *field, const char *message);
void sp_plan_call_add(struct sp_plan *plan, sp_plan_call *call, void *argument);

/* Run every step on `db` inside the caller's savepoint; stops at the first failure. */
int sp_plan_run(const struct sp_plan *plan, struct sp_db *db, struct sp_error *err);

/* One plan of a group, with its own outcome. */
struct sp_plan_entry {
  const struct sp_plan *plan;
  int result;            /* out */
  struct sp_error error; /* in: lang; out: the rest */
};

/* Commit a group: one transaction, one synced commit. When a plan fails, the group begins again with a savepoint a
 * plan, and what fails alone is undone alone. When the engine drops the whole group (full disk, I/O error), the plans
 * run again one by one. On return every entry has its final result, and every 0 is on stable storage. Blocks for the
 * disk. Write connection only. */
void sp_plan_commit(struct sp_db *db, struct sp_plan_entry *entries, int count);

#endif
