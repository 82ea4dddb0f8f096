/* The online copy.
 *
 * The pages are copied by the write connection itself, a few between two transactions: what it writes meanwhile reaches
 * the copy too, so the copy never starts over. Closing, checking and syncing the copy takes as long as the file is
 * large, touches no connection of the node, and so runs on a thread of its own while the writer goes on. */
#include "adapters/storage/sqlite/connection.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FINISH_WAIT_MS 5 /* how long a step waits for the finishing thread: no spinning, no stall */

struct sp_sqlite_backup {
  char path[4096];
  char part[4096]; /* the unfinished copy, beside `path` */
  sqlite3 *copy;
  sqlite3_backup *run;      /* null once all pages are over */
  int64_t remaining, total; /* pages, as of the last step */
  bool threaded;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool done; /* under lock; then result and error are final */
  int result;
  struct sp_error error;
};

static void part_remove(const struct sp_sqlite_backup *backup) {
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
  char name[sizeof backup->part + 16];
  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    snprintf(name, sizeof name, "%s%s", backup->part, suffixes[i]);
    unlink(name);
  }
}

static int system_fail(const char *path, struct sp_error *err) {
  int code = errno == ENOSPC || errno == EDQUOT ? SP_E_FULL : SP_E_IO;
  return sp_fail(err, code, NULL, "The backup %s cannot be written (%s)", path, strerror(errno));
}

static int path_sync(const char *path, int flags, struct sp_error *err) {
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) return system_fail(path, err);
  int result = fsync(fd) == 0 ? 0 : system_fail(path, err);
  close(fd);
  return result;
}

static int folder_sync(const char *path, struct sp_error *err) {
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", path);
  return path_sync(dirname(copy), O_RDONLY | O_DIRECTORY, err);
}

/* The copied header says WAL; a copy must be one file. Opens it anew, so what is checked is what is on the disk. */
static int part_check(const struct sp_sqlite_backup *backup, struct sp_error *err) {
  sqlite3 *handle = NULL;
  int rc =
      sqlite3_open_v2(backup->part, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(handle, "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  int result = rc == SQLITE_OK ? sp_sqlite_inspect(handle, true, err) : sp_sqlite_fault(handle, rc, "backup", err);
  sqlite3_close(handle);
  return result;
}

static int part_finish(const struct sp_sqlite_backup *backup, struct sp_error *err) {
  int result = part_check(backup, err);
  if (!result) result = path_sync(backup->part, O_RDONLY, err);
  if (result) return result;
  if (rename(backup->part, backup->path) != 0) return system_fail(backup->path, err);
  return folder_sync(backup->path, err);
}

static void *finish_main(void *argument) {
  struct sp_sqlite_backup *backup = argument;
  int result = part_finish(backup, &backup->error);
  pthread_mutex_lock(&backup->lock);
  backup->result = result;
  backup->done = true;
  pthread_cond_signal(&backup->changed);
  pthread_mutex_unlock(&backup->lock);
  return NULL;
}

static void backup_free(struct sp_sqlite_backup *backup) {
  if (backup->threaded) pthread_join(backup->thread, NULL);
  sqlite3_backup_finish(backup->run);
  sqlite3_close(backup->copy);
  part_remove(backup);
  pthread_cond_destroy(&backup->changed);
  pthread_mutex_destroy(&backup->lock);
  free(backup);
}

void sp_sqlite_backup_abandon(struct sp_db *db) {
  if (db->backup) backup_free(db->backup);
  db->backup = NULL;
}

/* The unfinished copy is worth nothing after a crash, so it is written without journal and synced once, at the end. */
static int copy_open(struct sp_db *db, struct sp_sqlite_backup *backup, struct sp_error *err) {
  part_remove(backup);
  int rc =
      sqlite3_open_v2(backup->part, &backup->copy,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(backup->copy, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL);
  if (rc != SQLITE_OK) return sp_sqlite_fault(backup->copy, rc, "backup", err);
  backup->run = sqlite3_backup_init(backup->copy, "main", db->handle, "main");
  if (!backup->run) return sp_sqlite_fault(backup->copy, sqlite3_extended_errcode(backup->copy), "backup", err);
  return 0;
}

int sp_sqlite_backup_begin(struct sp_db *db, const char *path, struct sp_error *err) {
  if (db->mode != SP_DB_WRITE) return sp_fail(err, SP_E_INTERNAL, NULL, "Only the write connection makes a backup");
  if (db->backup) return sp_fail(err, SP_E_BUSY, NULL, "A backup is already running");
  struct sp_sqlite_backup *backup = calloc(1, sizeof *backup);
  if (!backup) return sp_error_nomem(err, __func__);
  if (strlen(path) + sizeof ".part-journal" > sizeof backup->path) {
    free(backup);
    return sp_fail(err, SP_E_LIMIT, "path", "The file name is too long");
  }
  snprintf(backup->path, sizeof backup->path, "%s", path);
  snprintf(backup->part, sizeof backup->part, "%s.part", path);
  backup->error.lang = err ? err->lang : SP_LANG_EN;
  pthread_mutex_init(&backup->lock, NULL);
  pthread_cond_init(&backup->changed, NULL);
  db->backup = backup;
  int result = copy_open(db, backup, err);
  if (result) sp_sqlite_backup_abandon(db);
  return result;
}

/* All pages are over: hand the copy to the finishing thread. */
static int finish_start(struct sp_sqlite_backup *backup, struct sp_error *err) {
  int rc = sqlite3_backup_finish(backup->run);
  backup->run = NULL;
  if (rc == SQLITE_OK) rc = sqlite3_close(backup->copy);
  if (rc != SQLITE_OK) return sp_sqlite_fault(backup->copy, rc, "backup", err);
  backup->copy = NULL;
  if (pthread_create(&backup->thread, NULL, finish_main, backup) != 0) return sp_error_nomem(err, __func__);
  backup->threaded = true;
  return 1;
}

static int finish_wait(struct sp_sqlite_backup *backup, struct sp_error *err) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += FINISH_WAIT_MS * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  pthread_mutex_lock(&backup->lock);
  if (!backup->done) pthread_cond_timedwait(&backup->changed, &backup->lock, &until);
  int result = backup->done ? backup->result : 1;
  if (result < 0 && err) *err = backup->error;
  pthread_mutex_unlock(&backup->lock);
  return result;
}

static int pages_copy(struct sp_db *db, struct sp_sqlite_backup *backup, int pages, struct sp_error *err) {
  int rc = sqlite3_backup_step(backup->run, pages);
  backup->remaining = sqlite3_backup_remaining(backup->run);
  backup->total = sqlite3_backup_pagecount(backup->run);
  switch (rc & 0xff) {
  case SQLITE_OK:
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return 1;
  case SQLITE_DONE:
    return finish_start(backup, err);
  default:
    return sp_sqlite_fault(db->handle, rc, "backup", err);
  }
}

int sp_sqlite_backup_step(struct sp_db *db, int pages, int64_t *remaining, int64_t *total, struct sp_error *err) {
  struct sp_sqlite_backup *backup = db->backup;
  if (!backup) return sp_fail(err, SP_E_INTERNAL, NULL, "No backup is running");
  int result = backup->run ? pages_copy(db, backup, pages, err) : finish_wait(backup, err);
  if (remaining) *remaining = backup->remaining;
  if (total) *total = backup->total;
  if (result <= 0) sp_sqlite_backup_abandon(db);
  return result;
}
