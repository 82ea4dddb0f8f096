/* A node in a test: a fresh SQLite database with one store, one till and its people, the rules, and the two things an
 * executor does: run a task like a worker, commit its plan like the writer.
 *
 *   struct sp_fixture node;
 *   if (sp_fixture_open(&node, NULL, &error)) fail_msg("%s", error.message);
 *   sp_fixture_shift(&node, &error);                       // till T01 may sell now
 *   sp_fixture_do(&node, use, &context, &error);           // use(work, context), then the commit
 *   assert_int_equal(sp_fixture_scalar(&node, "SELECT COUNT(*) FROM sale"), 1);
 *   sp_fixture_close(&node);
 *
 * One thread. What a use case handed out lives in its arena until the next sp_fixture_do.
 */
#ifndef SP_TESTS_SUPPORT_NODE_FIXTURE_H
#define SP_TESTS_SUPPORT_NODE_FIXTURE_H

#include "app/work.h"

struct sqlite3;

struct sp_fixture_options {
  const char *vfs;  /* another VFS: the file is "node.db" on it, and one that is there is used again; null: a temporary
                       folder, removed by close */
  const char *zone; /* null: "Asia/Shanghai" */
  const char *folder;               /* a chain's pack on disk, or null */
  const struct sp_pack_file *files; /* a chain's pack in memory, or null */
  int32_t file_count;
};

struct sp_fixture {
  struct sp_app
      app; /* store S1, location "shop", currency CNY, cut-off 04:00, no 抹零, cap of blind refunds 500 yuan */
  struct sp_worker worker; /* read connection and rule machine */
  struct sp_db *writer;
  struct sp_bundle *bundle;
  struct sp_zone *zone;
  struct sp_id till, other_till;        /* codes T01, T02 */
  struct sp_id admin, manager, cashier; /* codes admin, manager, cashier; no PIN */
  struct sp_actor actor;                /* who sp_fixture_do acts for: the admin at T01; change it freely */
  int64_t now;                          /* 2026-11-22T05:00:00Z; change it freely */
  enum sp_lang lang;
  struct sp_arena arena;           /* of the last sp_fixture_do */
  struct sp_plan plan;             /* the plan it committed */
  int64_t commits, reruns;         /* plans committed; tasks run again after SP_E_CONFLICT */
  int (*before_commit)(void *ctx); /* may be null; not 0: the process "dies" here and the task gets that code */
  void *ctx;
  struct sqlite3 *probe; /* of sp_fixture_scalar */
  char directory[64], location[96];
  const char *vfs;
};

/* `options` may be null. On failure nothing is left to close. */
int sp_fixture_open(struct sp_fixture *fixture, const struct sp_fixture_options *options, struct sp_error *err);
void sp_fixture_close(struct sp_fixture *fixture);

/* A work of `actor` at `now` over the worker's connection, on `arena` and `plan`. No transaction is open in it. */
struct sp_work sp_fixture_work(struct sp_fixture *fixture, struct sp_arena *arena, struct sp_plan *plan,
                               struct sp_error *err);

/* Run a task as an executor would: work in a read transaction, commit, again after SP_E_CONFLICT. Its signature is that
 * of sp_import_options.commit, with the fixture as `ctx`. Returns task->result; `done` is not called. */
int sp_fixture_commit(void *fixture, struct sp_task *task);

/* Run one use case the same way. A receipt number of a failed attempt is given back. */
typedef int sp_fixture_use(struct sp_work *work, void *ctx);
int sp_fixture_do(struct sp_fixture *fixture, sp_fixture_use *use, void *ctx, struct sp_error *err);

/* Open a shift with an empty drawer at the actor's till. */
int sp_fixture_shift(struct sp_fixture *fixture, struct sp_error *err);

/* The one integer of a SELECT on what is committed; INT64_MIN (and a line on stderr) when it fails. */
int64_t sp_fixture_scalar(struct sp_fixture *fixture, const char *sql);
/* Change the database behind the program's back. 0 or an error. */
int sp_fixture_exec(struct sp_fixture *fixture, const char *sql, struct sp_error *err);

#endif
