#include "tests/support/node_fixture.h"

#include "adapters/storage/sqlite/sqlite.h"
#include "app/number.h"
#include "app/shelf.h"
#include "app/shift.h"
#include "base/clock.h"
#include "lua/machine.h"
#include "ports/migrate.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAX ((size_t)64 << 20)
#define NOW_MS    1795323600000LL /* 2026-11-22T05:00:00Z */

/* Ids a person recognizes in a dump: sixteen equal bytes. */
static struct sp_id fixed_id(int byte) {
  struct sp_id id;
  memset(id.bytes, byte, sizeof id.bytes);
  return id;
}

#define ID(byte) "X'" byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte "'"

static const char people_sql[] = "INSERT INTO node (id, epoch, created_at) VALUES (" ID("11") "," ID(
    "12") ", 0);"
          "INSERT INTO store (id, code, name, zone, cutoff_minute, currency) VALUES (" ID(
              "21") ", 'S1', '测试店',"
                    " 'Asia/Shanghai', 240, 'CNY');"
                    "INSERT INTO location (code, store_id, name) VALUES ('shop', " ID(
                        "21") ", '店面');"
                              "INSERT INTO till (id, store_id, code, name, created_at) VALUES (" ID("31") "," ID(
                                  "21") ", 'T01', '1号机', 0);"
                                        "INSERT INTO till (id, store_id, code, name, created_at) VALUES (" ID(
                                            "32") "," ID("21") ", 'T02', '2号机', 0);"
                                                               "INSERT INTO staff (id, code, name, role, created_at) "
                                                               "VALUES (" ID(
                                                                   "41") ", 'admin', '总', 'admin', 0);"
                                                                         "INSERT INTO staff (id, code, name, role, "
                                                                         "created_at) VALUES (" ID(
                                                                             "42") ", 'manager', '店长', 'manager', 0);"
                                                                                   "INSERT INTO staff (id, code, name, "
                                                                                   "role, created_at) VALUES (" ID(
                                                                                       "43") ", 'cashier', '收银', "
                                                                                             "'cashier', 0);";

static void fill_app(struct sp_fixture *fixture) {
  fixture->till = fixed_id(0x31);
  fixture->other_till = fixed_id(0x32);
  fixture->admin = fixed_id(0x41);
  fixture->manager = fixed_id(0x42);
  fixture->cashier = fixed_id(0x43);
  fixture->app.node = fixed_id(0x11);
  fixture->app.epoch = fixed_id(0x12);
  fixture->app.bundle = fixture->bundle;
  fixture->app.store = (struct sp_store){.id = fixed_id(0x21),
                                         .code = "S1",
                                         .name = "测试店",
                                         .address = "",
                                         .phone = "",
                                         .currency = "CNY",
                                         .location = "shop",
                                         .cutoff_minute = 240,
                                         .zone = fixture->zone};
  fixture->app.policy = (struct sp_policy){
      .blind_refund_max = 50000,
      .session_ms = 12 * 3600000LL,
      .idempotency_ms = 86400000,
      .discount_max_ppm = 100000,
      .print_days = 400,
  };
  fixture->actor = (struct sp_actor){.staff = fixture->admin,
                                     .credential = fixed_id(0x51),
                                     .till = fixture->till,
                                     .role = SP_ROLE_ADMIN,
                                     .scopes = ""};
  fixture->now = NOW_MS;
}

static int open_database(struct sp_fixture *fixture, struct sp_error *err) {
  const struct sp_db_api *api = sp_sqlite_api();
  struct sp_db_options options = {
      .location = fixture->location, .mode = SP_DB_WRITE, .create = true, .vfs = fixture->vfs};
  int64_t version = 0;
  int rc = api->open(&options, &fixture->writer, err);
  if (rc == 0) rc = sp_migrate(fixture->writer, &version, NULL, err);
  if (rc == 0 && version == 0) rc = api->script(fixture->writer, people_sql, err);
  options.mode = SP_DB_READ;
  options.create = false;
  if (rc == 0) rc = api->open(&options, &fixture->worker.db, err);
  return rc;
}

static int open_rules(struct sp_fixture *fixture, const struct sp_fixture_options *options, struct sp_error *err) {
  const struct sp_bundle_options bundle = {
      .folder = options->folder, .files = options->files, .file_count = options->file_count};
  int rc = sp_bundle_build(&bundle, sp_lua_api(), &fixture->bundle, err);
  if (rc == 0) rc = sp_bundle_vm_open(fixture->bundle, &fixture->worker.vm, err);
  if (rc == 0) rc = sp_zone_load(options->zone != NULL ? options->zone : "Asia/Shanghai", &fixture->zone, err);
  if (rc == 0) rc = sp_numbers_new(&fixture->app.numbers);
  if (rc == 0) rc = sp_shelf_new(&fixture->app.shelf);
  return rc;
}

int sp_fixture_open(struct sp_fixture *fixture, const struct sp_fixture_options *options, struct sp_error *err) {
  static const struct sp_fixture_options plain = {.vfs = NULL};
  if (options == NULL) options = &plain;
  *fixture = (struct sp_fixture){.vfs = options->vfs, .location = "node.db"};
  sp_arena_init(&fixture->arena, ARENA_MAX);
  if (options->vfs == NULL) {
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/suanpan-test-XXXXXX");
    if (mkdtemp(fixture->directory) == NULL) return sp_fail(err, SP_E_IO, NULL, "No temporary folder");
    snprintf(fixture->location, sizeof fixture->location, "%s/node.db", fixture->directory);
  }
  int rc = open_database(fixture, err);
  if (rc == 0) rc = open_rules(fixture, options, err);
  if (rc != 0) {
    sp_fixture_close(fixture);
    return rc;
  }
  fill_app(fixture);
  return 0;
}

static void remove_files(const struct sp_fixture *fixture) {
  static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s%s", fixture->location, ends[i]);
    unlink(path);
  }
  rmdir(fixture->directory);
}

void sp_fixture_close(struct sp_fixture *fixture) {
  sqlite3_close(fixture->probe);
  if (fixture->worker.vm != NULL) fixture->worker.vm->api->close(fixture->worker.vm);
  sp_bundle_release(fixture->bundle);
  sp_db_close(fixture->worker.db);
  sp_db_close(fixture->writer);
  sp_zone_free(fixture->zone);
  sp_numbers_free(fixture->app.numbers);
  sp_shelf_free(fixture->app.shelf);
  sp_arena_free(&fixture->arena);
  if (fixture->directory[0] != '\0') remove_files(fixture);
  *fixture = (struct sp_fixture){.now = 0};
}

struct sp_work sp_fixture_work(struct sp_fixture *fixture, struct sp_arena *arena, struct sp_plan *plan,
                               struct sp_error *err) {
  return (struct sp_work){
      .app = &fixture->app,
      .db = fixture->worker.db,
      .bundle = fixture->app.bundle,
      .vm = fixture->worker.vm,
      .arena = arena,
      .plan = plan,
      .actor = fixture->actor,
      .now = fixture->now,
      .lang = fixture->lang,
      .err = err,
  };
}

static int commit_plan(struct sp_fixture *fixture, const struct sp_plan *plan, struct sp_error *err) {
  if (fixture->before_commit != NULL) {
    int rc = fixture->before_commit(fixture->ctx);
    if (rc != 0) return sp_fail(err, rc, NULL, "The test stopped the commit");
  }
  struct sp_plan_entry entry = {.plan = plan, .error = *err};
  sp_plan_commit(fixture->writer, &entry, 1);
  *err = entry.error;
  if (entry.result == 0) fixture->commits++;
  sp_sqlite_api()->maintain(fixture->writer, sp_clock_now_ms());
  return entry.result;
}

/* One try: the reading part in a transaction, then the plan. */
static void attempt(struct sp_fixture *fixture, struct sp_task *task) {
  sp_arena_reset(&task->arena);
  sp_plan_init(&task->plan, &task->arena);
  task->error = (struct sp_error){.lang = task->error.lang};
  task->tries++;
  task->result = sp_db_begin(fixture->worker.db, &task->error);
  if (task->result != 0) return;
  task->work(&fixture->worker, task);
  if (sp_db_commit(fixture->worker.db, NULL) != 0) sp_db_rollback(fixture->worker.db);
  if (task->result == 0 && task->plan.failed != 0) {
    task->result = sp_fail(&task->error, task->plan.failed, NULL, "The plan failed while it was built");
  }
  if (task->result == 0 && task->plan.steps > 0) task->result = commit_plan(fixture, &task->plan, &task->error);
}

int sp_fixture_commit(void *fixture, struct sp_task *task) {
  struct sp_fixture *node = fixture;
  task->tries = 0;
  do {
    if (task->tries > 0) node->reruns++;
    attempt(node, task);
  } while (task->result == SP_E_CONFLICT && task->tries < SP_TASK_TRIES);
  return task->result;
}

/* A task made of one use case. */
struct use_task {
  struct sp_task task; /* first: a task is cast back */
  struct sp_fixture *fixture;
  sp_fixture_use *use;
  void *ctx;
  struct sp_id till;
  int64_t number; /* taken by the last try */
};

static void return_number(struct use_task *self) {
  if (self->number != 0) sp_numbers_return(self->fixture->app.numbers, &self->till, self->number);
  self->number = 0;
}

static void use_work(struct sp_worker *worker, struct sp_task *task) {
  struct use_task *self = (struct use_task *)(void *)task;
  (void)worker;
  return_number(self);
  struct sp_work work = sp_fixture_work(self->fixture, &task->arena, &task->plan, &task->error);
  task->result = self->use(&work, self->ctx);
  self->till = work.number_till;
  self->number = work.number;
}

int sp_fixture_do(struct sp_fixture *fixture, sp_fixture_use *use, void *ctx, struct sp_error *err) {
  struct use_task self = {.fixture = fixture, .use = use, .ctx = ctx};
  self.task.work = use_work;
  self.task.arena = fixture->arena;
  self.task.error.lang = fixture->lang;
  int rc = sp_fixture_commit(fixture, &self.task);
  if (rc != 0) return_number(&self);
  fixture->arena = self.task.arena;
  fixture->plan = self.task.plan;
  if (err != NULL) *err = self.task.error;
  return rc;
}

static int open_shift(struct sp_work *work, void *ctx) {
  return sp_shift_open(work, 0, ctx);
}

int sp_fixture_shift(struct sp_fixture *fixture, struct sp_error *err) {
  struct sp_shift shift;
  return sp_fixture_do(fixture, open_shift, &shift, err);
}

int64_t sp_fixture_scalar(struct sp_fixture *fixture, const char *sql) {
  sqlite3_stmt *statement = NULL;
  int64_t value = INT64_MIN;
  if (fixture->probe == NULL) {
    sqlite3_open_v2(fixture->location, &fixture->probe, SQLITE_OPEN_READWRITE, fixture->vfs);
    sqlite3_db_config(fixture->probe, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  }
  if (sqlite3_prepare_v2(fixture->probe, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  } else {
    fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(fixture->probe));
  }
  sqlite3_finalize(statement);
  return value;
}

int sp_fixture_exec(struct sp_fixture *fixture, const char *sql, struct sp_error *err) {
  return sp_sqlite_api()->script(fixture->writer, sql, err);
}
