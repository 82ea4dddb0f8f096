/* suanpan restore FILE: put a checked backup in the database's place. */
#include "adapters/storage/sqlite/sqlite.h"
#include "base/crypto.h"
#include "base/text.h"
#include "main/command.h"
#include "main/ledger.h"
#include "main/node.h"
#include "main/progress.h"
#include "ports/migrate.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_ROOM (SP_FOLDER_PATH_MAX + 96)

struct restore {
  struct sp_folder folder;
  char database[PATH_ROOM], part[PATH_ROOM], aside[PATH_ROOM];
  bool replaced; /* there was a database before */
  struct sp_progress progress;
  struct sp_error *err;
};

static int system_fail(struct restore *restore, const char *path) {
  int code = errno == ENOSPC || errno == EDQUOT ? SP_E_FULL : errno == ENOENT ? SP_E_NOT_FOUND : SP_E_IO;
  return sp_fail(restore->err, code, NULL, "%s: %s", path, strerror(errno));
}

static void with_suffix(char out[PATH_ROOM], const char *path, const char *suffix) {
  snprintf(out, PATH_ROOM, "%.*s%s", SP_FOLDER_PATH_MAX + 80, path, suffix);
}

static void files_remove(const char *path) {
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
  char name[PATH_ROOM];
  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    with_suffix(name, path, suffixes[i]);
    unlink(name);
  }
}

/* ---- A copy beside the database, checked before it counts ---- */

static int bytes_copy(struct restore *restore, int from, int to, const char *path) {
  struct stat info;
  int64_t so_far = 0;
  char piece[65536];
  if (fstat(from, &info) != 0) return system_fail(restore, path);
  for (;;) {
    ssize_t got = read(from, piece, sizeof piece);
    if (got < 0) return system_fail(restore, path);
    if (got == 0) break;
    if (write(to, piece, (size_t)got) != got) return system_fail(restore, restore->part);
    so_far += got;
    sp_progress_show(&restore->progress, so_far, (int64_t)info.st_size);
  }
  return fsync(to) == 0 ? 0 : system_fail(restore, restore->part);
}

static int copy(struct restore *restore, const char *path) {
  int result = 0;
  char wal[SP_FOLDER_PATH_MAX + 96];
  struct stat info;
  with_suffix(wal, path, "-wal");
  if (stat(wal, &info) == 0 && info.st_size > 0)
    return sp_fail(restore->err, SP_E_INVALID, NULL, "%s is a database in use, not a finished backup", path);
  int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) return system_fail(restore, path);
  files_remove(restore->part);
  int to = open(restore->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  result = to < 0 ? system_fail(restore, restore->part) : bytes_copy(restore, from, to, path);
  if (to >= 0) close(to);
  close(from);
  return result;
}

/* A restored backup is a fork: whoever has seen more of this node's journal must be able to tell. */
static int epoch_renew(struct restore *restore, struct sp_db *db) {
  struct sp_rows *rows = NULL;
  uint8_t epoch[SP_ID_LEN];
  int got = sp_db_one(db, SP_Q_NODE_GET, NULL, 0, &rows, restore->err);
  sp_rows_finish(rows);
  if (got < 0) return got;
  if (got == 0) return sp_fail(restore->err, SP_E_INVALID, NULL, "The backup holds no node");
  if (sp_random(epoch, sizeof epoch) != 0)
    return sp_fail(restore->err, SP_E_IO, NULL, "The system gives no random bytes");
  const struct sp_value params[] = {sp_v_blob(epoch, sizeof epoch)};
  int result = sp_db_begin(db, restore->err);
  if (!result) result = sp_db_exec(db, SP_Q_NODE_SET_EPOCH, params, 1, NULL, restore->err);
  if (!result) return sp_db_commit(db, restore->err);
  sp_db_rollback(db);
  return result;
}

static int file_prove(struct restore *restore) {
  const struct sp_db_options options = {.location = restore->part, .mode = SP_DB_WRITE};
  struct sp_db *db = NULL;
  int64_t version = 0;
  int result = sp_sqlite_api()->open(&options, &db, restore->err);
  if (!result) result = sp_sqlite_api()->check(db, true, restore->err);
  if (!result) result = sp_sqlite_api()->version(db, &version, restore->err);
  if (!result && version == 0) result = sp_fail(restore->err, SP_E_INVALID, NULL, "The backup is empty");
  if (!result) result = sp_migrate(db, NULL, NULL, restore->err);
  sp_db_close(db);
  return result;
}

static int fork_mark(struct restore *restore) {
  const struct sp_db_options options = {.location = restore->part, .mode = SP_DB_WRITE};
  struct sp_db *db = NULL;
  int result = sp_sqlite_api()->open(&options, &db, restore->err);
  if (!result) result = epoch_renew(restore, db);
  sp_db_close(db);
  return result;
}

/* The storage names the copy it was given; whoever restores knows only the backup's name. */
static void backup_name(struct restore *restore, const char *path) {
  struct sp_error told = *restore->err;
  size_t part = strlen(restore->part);
  const char *at = strstr(told.message, restore->part);
  const char *rest = at ? at + part : told.message;
  if (at)
    sp_fail(restore->err, told.code, told.field, "%.*s%s%s", (int)(at - told.message), told.message, path, rest);
  else
    sp_fail(restore->err, told.code, told.field, "%s: %s", path, rest);
}

/* Page by page, then what the pages say: a backup that was changed with care is sound and does not add up. */
static int prove(struct restore *restore, const char *path) {
  int result = file_prove(restore);
  if (!result) result = sp_ledger_prove(restore->part, sp_tr(restore->err->lang, "Proof"), restore->err);
  if (!result) result = fork_mark(restore);
  if (result) backup_name(restore, path);
  return result;
}

/* ---- The swap ---- */

static void aside_name(struct restore *restore) {
  char when[SP_TIME_TEXT];
  sp_time_format(sp_clock_now_ms(), when);
  when[19] = '\0';
  for (char *at = when; *at != '\0'; at++)
    if (*at == ':') *at = '-';
  snprintf(restore->aside, sizeof restore->aside, "%s/" SP_NODE_DATABASE ".before-restore-%s", restore->folder.path,
           when);
}

/* Fold the old log into the old file where that works; what is left of it moves along under the same name, so that the
 * old database can still be opened. A log must never lie beside a database it does not belong to. */
static int old_keep(struct restore *restore) {
  static const char *const suffixes[] = {"-wal", "-journal"};
  const struct sp_db_options options = {.location = restore->database, .mode = SP_DB_WRITE};
  char from[PATH_ROOM], to[PATH_ROOM];
  struct sp_db *db = NULL;
  if (access(restore->database, F_OK) != 0) return 0;
  restore->replaced = true;
  if (sp_sqlite_api()->open(&options, &db, NULL) == 0) sp_db_close(db);
  if (link(restore->database, restore->aside) != 0) return system_fail(restore, restore->aside);
  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    with_suffix(from, restore->database, suffixes[i]);
    with_suffix(to, restore->aside, suffixes[i]);
    if (rename(from, to) != 0 && errno != ENOENT) return system_fail(restore, from);
  }
  with_suffix(from, restore->database, "-shm");
  unlink(from);
  return 0;
}

static int swap(struct restore *restore) {
  aside_name(restore);
  int result = old_keep(restore);
  if (result) return result;
  if (rename(restore->part, restore->database) != 0) return system_fail(restore, restore->database);
  int fd = open(restore->folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) != 0) result = system_fail(restore, restore->folder.path);
  if (fd >= 0) close(fd);
  return result;
}

static int restore_run(struct restore *restore, const char *path) {
  sp_folder_name(&restore->folder, SP_NODE_DATABASE, restore->database);
  with_suffix(restore->part, restore->database, ".restore");
  int result = copy(restore, path);
  if (!result) {
    sp_progress_end(&restore->progress);
    result = prove(restore, path);
  }
  if (!result) result = swap(restore);
  files_remove(restore->part);
  return result;
}

int sp_command_restore(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct restore restore = {.err = &error, .folder = {.lock = -1}};
  if (args->word_count != 1) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan restore FILE");
    return sp_command_misuse(args, &error);
  }
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  sp_sqlite_init();
  sp_progress_start(&restore.progress, args->lang, sp_tr(args->lang, "Restore"));
  int result = sp_folder_open(config.data, "suanpan restore", &restore.folder, &error);
  if (!result) result = restore_run(&restore, args->words[0]);
  sp_progress_end(&restore.progress);
  if (!result) printf(sp_tr(args->lang, "%s restored under a new epoch\n"), restore.database);
  if (!result && restore.replaced) printf(sp_tr(args->lang, "The database before it: %s\n"), restore.aside);
  sp_folder_close(&restore.folder);
  sp_config_free(&config);
  return result ? sp_command_fail(&error) : SP_EXIT_GOOD;
}
