/* A database of numbers for the tests of the executor: a statement writes its first parameter, a commit makes the
 * pending numbers durable. The second parameter, an enum fake_act, says how the statement behaves. */
#ifndef SP_TESTS_LOOP_FAKE_DB_H
#define SP_TESTS_LOOP_FAKE_DB_H

#include "ports/database.h"
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FAKE_NUMBERS 20000

enum fake_act {
  FAKE_WRITE,
  FAKE_CONFLICT, /* this plan lost a race */
  FAKE_EXISTS,   /* this plan breaks a unique index */
  FAKE_FULL,     /* the disk is full: the engine drops the whole transaction */
};

/* One store. What is not atomic belongs to whoever holds the write connection: TSan sees when the executor gives it to
 * two. */
struct fake_store {
  uint8_t durable[FAKE_NUMBERS]; /* how often each number was committed */
  int order[FAKE_NUMBERS];       /* numbers in commit order */
  int count;
  int commits;
  int fail_every; /* every so many commits fail and drop everything; 0 never */
  int slow_us;    /* a commit takes so long */
  int maintained;
  sem_t *held, *open;   /* when set before the start, a commit posts `held` and waits for `open` */
  _Atomic int writers;  /* threads inside the write connection right now */
  _Atomic int overlaps; /* … were two */
  _Atomic int open_readers, open_writers;
  _Atomic bool closed_out_of_order;
  _Atomic bool refuse_begin; /* of readers */
};

struct fake_db {
  const struct sp_db_api *api; /* first, as the port says */
  struct fake_store *store;
  bool writes, open;
  int pending[FAKE_NUMBERS];
  int count, saved;
};

static inline struct fake_db *fake_of(struct sp_db *db) {
  return (struct fake_db *)(void *)db;
}

static inline void fake_pause(int us) {
  struct timespec time = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L};
  if (us > 0) nanosleep(&time, NULL);
}

static inline void fake_wait(sem_t *gate) {
  while (sem_wait(gate) != 0) { /* a signal */
  }
}

static inline void fake_enter(struct fake_db *db) {
  if (db->writes && atomic_fetch_add(&db->store->writers, 1) != 0) atomic_fetch_add(&db->store->overlaps, 1);
}

static inline void fake_leave(struct fake_db *db) {
  if (db->writes) atomic_fetch_sub(&db->store->writers, 1);
}

static int fake_begin(struct sp_db *handle, struct sp_error *err) {
  struct fake_db *db = fake_of(handle);
  if (db->open) return sp_fail(err, SP_E_INTERNAL, NULL, "begin inside a transaction");
  if (!db->writes && db->store->refuse_begin) return sp_fail(err, SP_E_BUSY, NULL, "no snapshot");
  fake_enter(db);
  db->open = true;
  db->count = 0;
  fake_leave(db);
  return 0;
}

static void fake_rollback(struct sp_db *handle) {
  struct fake_db *db = fake_of(handle);
  db->open = false;
  db->count = 0;
}

static int fake_commit(struct sp_db *handle, struct sp_error *err) {
  struct fake_db *db = fake_of(handle);
  struct fake_store *store = db->store;
  if (!db->open) return sp_fail(err, SP_E_INTERNAL, NULL, "commit without a transaction");
  if (!db->writes) {
    db->open = false;
    return 0;
  }
  fake_enter(db);
  fake_pause(store->slow_us);
  if (store->held) sem_post(store->held);
  if (store->open) fake_wait(store->open);
  store->commits++;
  bool fails = store->fail_every > 0 && store->commits % store->fail_every == 0;
  for (int i = 0; i < db->count && !fails; i++) {
    store->durable[db->pending[i]]++;
    if (store->count < FAKE_NUMBERS) store->order[store->count++] = db->pending[i];
  }
  db->open = false;
  db->count = 0;
  fake_leave(db);
  return fails ? sp_fail(err, SP_E_IO, NULL, "the disk said no") : 0;
}

static bool fake_in_transaction(struct sp_db *handle) {
  return fake_of(handle)->open;
}

static int fake_savepoint(struct sp_db *handle, struct sp_error *err) {
  (void)err;
  struct fake_db *db = fake_of(handle);
  db->saved = db->count;
  return 0;
}

static int fake_release(struct sp_db *handle, struct sp_error *err) {
  (void)handle;
  (void)err;
  return 0;
}

static int fake_rollback_to(struct sp_db *handle, struct sp_error *err) {
  (void)err;
  struct fake_db *db = fake_of(handle);
  db->count = db->saved;
  return 0;
}

static int fake_exec(struct sp_db *handle, enum sp_query query, const struct sp_value *params, int count,
                     int64_t *changed, struct sp_error *err) {
  (void)query;
  struct fake_db *db = fake_of(handle);
  if (!db->open || !db->writes || count != 2) return sp_fail(err, SP_E_INTERNAL, NULL, "misused");
  if (changed) *changed = 1;
  switch ((enum fake_act)params[1].integer) {
  case FAKE_CONFLICT:
    return sp_fail(err, SP_E_CONFLICT, "revision", "it changed meanwhile");
  case FAKE_EXISTS:
    return sp_fail(err, SP_E_EXISTS, "code", "it is there already");
  case FAKE_FULL:
    fake_rollback(handle);
    return sp_fail(err, SP_E_FULL, NULL, "no room");
  case FAKE_WRITE:
    break;
  }
  if (db->count == FAKE_NUMBERS) return sp_fail(err, SP_E_LIMIT, NULL, "too much");
  db->pending[db->count++] = (int)params[0].integer;
  return 0;
}

static void fake_maintain(struct sp_db *handle, int64_t now_ms) {
  (void)now_ms;
  struct fake_db *db = fake_of(handle);
  fake_enter(db);
  db->store->maintained++;
  fake_leave(db);
}

static void fake_close(struct sp_db *handle) {
  if (!handle) return;
  struct fake_db *db = fake_of(handle);
  if (db->writes && db->store->open_readers > 0) db->store->closed_out_of_order = true;
  atomic_fetch_sub(db->writes ? &db->store->open_writers : &db->store->open_readers, 1);
  free(db);
}

static const struct sp_db_api fake_api = {
    .name = "fake",
    .close = fake_close,
    .begin = fake_begin,
    .commit = fake_commit,
    .rollback = fake_rollback,
    .in_transaction = fake_in_transaction,
    .savepoint = fake_savepoint,
    .release = fake_release,
    .rollback_to = fake_rollback_to,
    .exec = fake_exec,
    .maintain = fake_maintain,
};

static inline struct sp_db *fake_open(struct fake_store *store, bool writes) {
  struct fake_db *db = calloc(1, sizeof *db);
  if (!db) return NULL;
  db->api = &fake_api;
  db->store = store;
  db->writes = writes;
  atomic_fetch_add(writes ? &store->open_writers : &store->open_readers, 1);
  return (struct sp_db *)(void *)db;
}

#endif
