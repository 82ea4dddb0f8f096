/* Keeping the write-ahead log bounded.
 *
 * A checkpoint writes every page once, however often the log holds it, and the pages of stock balances come back with
 * every sale: at 3,000 pages it costs a sale half of what it does at 1,000. It begins PASSIVE, which waits for nobody;
 * when no reader is in the log at the next commit, the log begins anew. With busy readers that instant may never come
 * (measured: 123 MiB after 6 s), so at 4,000 pages a RESTART waits for them, up to 20 ms. When a long reader makes it
 * fail, checkpoints stop waiting for a quarter of a second. */
#include "adapters/storage/sqlite/connection.h"
#include "base/log.h"

#define PASSIVE_FRAMES  3000 /* pages in the log that make a checkpoint due */
#define RESTART_FRAMES  4000 /* and that make it wait for readers: 16 MiB */
#define STEP_FRAMES     1000 /* between two that did not wait */
#define RESTART_WAIT_MS 20
#define PASSIVE_MS      250
#define BUSY_MS         1000
#define WARN_FRAMES     16384 /* 64 MiB of pages: some reader never ends */

static int on_commit(void *context, sqlite3 *handle, const char *name, int frames) {
  (void)handle;
  (void)name;
  struct sp_db *db = context;
  if (frames < db->frames) { /* the log began anew */
    db->tried = 0;
    db->warned = false;
  }
  db->frames = frames;
  return SQLITE_OK;
}

void sp_sqlite_maintain_start(struct sp_db *db) {
  sqlite3_wal_hook(db->handle, on_commit, db);
}

static int checkpoint(struct sp_db *db, int mode) {
  return sqlite3_wal_checkpoint_v2(db->handle, "main", mode, NULL, NULL);
}

static void restart(struct sp_db *db, int64_t now_ms) {
  sqlite3_busy_timeout(db->handle, RESTART_WAIT_MS);
  int rc = checkpoint(db, SQLITE_CHECKPOINT_RESTART);
  sqlite3_busy_timeout(db->handle, BUSY_MS);
  if (rc == SQLITE_OK) {
    db->frames = 0;
    db->tried = 0;
    return;
  }
  db->tried = db->frames;
  db->passive_until = now_ms + PASSIVE_MS;
  if (sp_sqlite_code(rc) != SP_E_BUSY)
    sp_log(SP_LOG_ERROR, "storage", "checkpoint failed: %s", sqlite3_errmsg(db->handle));
}

void sp_sqlite_maintain(struct sp_db *db, int64_t now_ms) {
  if (db->mode != SP_DB_WRITE || db->frames < PASSIVE_FRAMES || !sqlite3_get_autocommit(db->handle)) return;
  if (db->passive_until - now_ms > PASSIVE_MS) /* the clock went back */
    db->passive_until = now_ms;
  if (db->frames >= RESTART_FRAMES && now_ms >= db->passive_until) {
    restart(db, now_ms);
  } else if (db->frames - db->tried >= STEP_FRAMES) {
    checkpoint(db, SQLITE_CHECKPOINT_PASSIVE);
    db->tried = db->frames;
  }
  if (db->frames > WARN_FRAMES && !db->warned) {
    db->warned = true;
    sp_log(SP_LOG_WARN, "storage", "the write-ahead log holds %d pages: a reader keeps it from beginning anew",
           db->frames);
  }
}
