/* The executor port: who runs what where.
 *
 * The loop thread answers sockets and never touches SQL or Lua. `submit` runs `work` on one of a few workers and then
 * `done` back on the loop thread. When `work` left a plan, it is committed by the writer before `done`; a plan that
 * failed with SP_E_CONFLICT has `work` run again (at most SP_TASK_TRIES times), because it read a snapshot that has
 * passed.
 */
#ifndef SP_PORTS_EXECUTOR_H
#define SP_PORTS_EXECUTOR_H

#include "ports/plan.h"
#include "ports/rule_vm.h"

#define SP_TASK_TRIES 5

struct sp_machines;

/* What a worker owns; one per thread. */
struct sp_worker {
  struct sp_db *db;             /* read connection */
  struct sp_rule_vm *vm;        /* the machine of a node with one generation (tests); else null */
  struct sp_machines *machines; /* rule machines of this thread, by generation (engine/engine.h) */
  int index;
};

struct sp_task {
  /* On a worker thread, inside one read transaction. Fills `plan` (may stay empty) and `result`. */
  void (*work)(struct sp_worker *worker, struct sp_task *task);
  /* On the loop thread, after the plan's commit is on disk (or failed: `result` and `error` say so). */
  void (*done)(struct sp_task *task);
  /* Made by the submitter (sp_arena_init) and freed by it after `done`. The executor empties it before every try, the
   * first included, so what `work` is given lives elsewhere and `work` builds everything anew. */
  struct sp_arena arena;
  struct sp_plan plan; /* on `arena`; made empty before every try */
  int result;          /* 0 or an error code: of work, then of the commit */
  struct sp_error error;
  bool bulk; /* an import slice: runs behind the tills */
  int tries;
  struct sp_task *next; /* the executor's */
  void *waiter;         /* the executor's: a thread that waits for the task instead of `done` */
};

struct sp_executor {
  /* Takes the task until `done` is called. SP_E_BUSY when the queue is full (bounded at birth): nothing was taken.
   * Callable from the loop thread only. */
  int (*submit)(struct sp_executor *self, struct sp_task *task);
};

#endif
