#include "tests/support/crash_vfs.h"
#include "base/error.h"
#include "tests/support/crash_disk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sp_crash *disk_of(sqlite3_vfs *vfs) {
  return vfs->pAppData;
}

enum sp_crash_fault crash_strike(struct sp_crash *disk, enum crash_kind kind) {
  struct sp_crash_counts *counts = &disk->counts;
  counts->operations++;
  counts->changes += kind != CRASH_READ;
  counts->writes += kind == CRASH_WRITE;
  counts->syncs += kind == CRASH_SYNC;
  if (disk->fault == SP_CRASH_NONE) return SP_CRASH_NONE;
  if (disk->fault == SP_CRASH_CUT && disk->struck) return SP_CRASH_CUT; /* reads too: the machine is off */
  if ((disk->fault == SP_CRASH_FULL && kind != CRASH_WRITE) || (disk->fault == SP_CRASH_CUT && kind == CRASH_READ))
    return SP_CRASH_NONE;
  int64_t now = disk->fault == SP_CRASH_CUT    ? counts->changes
                : disk->fault == SP_CRASH_FULL ? counts->writes
                                               : counts->operations;
  if (now != disk->nth && !(disk->forever && now > disk->nth)) return SP_CRASH_NONE;
  disk->struck = true;
  return disk->fault;
}

static struct crash_file *file_find(struct sp_crash *disk, const char *name) {
  for (struct crash_file *file = disk->files; file; file = file->next)
    if (file->linked && strcmp(file->name, name) == 0) return file;
  return NULL;
}

static struct crash_file *file_make(struct sp_crash *disk, const char *name) {
  struct crash_file *file = calloc(1, sizeof *file);
  if (!file) return NULL;
  snprintf(file->name, sizeof file->name, "%s", name ? name : "");
  file->linked = name != NULL;
  if (disk->spares > 0) {
    file->image = disk->spare[--disk->spares];
    crash_image_clear(&file->image);
  }
  file->next = disk->files;
  disk->files = file;
  return file;
}

static void file_free(struct sp_crash *disk, struct crash_file *file) {
  for (int i = 0; i < file->region_count; i++)
    free(file->regions[i]);
  if (disk->spares < CRASH_SPARE)
    disk->spare[disk->spares++] = file->image;
  else
    crash_image_free(&file->image);
  free(file);
}

/* Drop the files that no handle holds and `gone` says are over. */
static void files_sweep(struct sp_crash *disk, bool all) {
  for (struct crash_file **at = &disk->files; *at;) {
    struct crash_file *file = *at;
    if (file->handles == 0 && (all || file->dead || (!file->linked && !file->kept))) {
      *at = file->next;
      file_free(disk, file);
    } else {
      at = &file->next;
    }
  }
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags) {
  struct sp_crash *disk = disk_of(vfs);
  struct crash_handle *handle = (struct crash_handle *)(void *)base;
  memset(handle, 0, sizeof *handle);
  int rc = SQLITE_OK;
  pthread_mutex_lock(&disk->mutex);
  struct crash_file *file = name ? file_find(disk, name) : NULL;
  enum sp_crash_fault fault = crash_strike(disk, file ? CRASH_READ : CRASH_CHANGE);
  if (fault == SP_CRASH_CUT || fault == SP_CRASH_EIO || (!file && !(flags & SQLITE_OPEN_CREATE))) {
    rc = SQLITE_CANTOPEN;
    goto done;
  }
  if (!file) file = file_make(disk, name);
  if (!file) {
    rc = SQLITE_NOMEM;
    goto done;
  }
  file->handles++;
  handle->disk = disk;
  handle->file = file;
  handle->base.pMethods = &crash_methods;
  if (out_flags) *out_flags = flags;
done:
  pthread_mutex_unlock(&disk->mutex);
  return rc;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
  struct sp_crash *disk = disk_of(vfs);
  pthread_mutex_lock(&disk->mutex);
  struct crash_file *file = file_find(disk, name);
  int rc = file ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
  if (crash_strike(disk, CRASH_CHANGE) != SP_CRASH_NONE) {
    rc = SQLITE_IOERR_DELETE;
  } else if (file) {
    file->linked = false;
    if (sync_folder) file->kept = false;
  }
  pthread_mutex_unlock(&disk->mutex);
  return rc;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
  (void)flags;
  struct sp_crash *disk = disk_of(vfs);
  pthread_mutex_lock(&disk->mutex);
  int rc = crash_strike(disk, CRASH_READ) == SP_CRASH_NONE ? SQLITE_OK : SQLITE_IOERR_ACCESS;
  struct crash_file *file = file_find(disk, name);
  *out = file && (flags != SQLITE_ACCESS_EXISTS || file->image.current.len > 0);
  pthread_mutex_unlock(&disk->mutex);
  return rc;
}

static int disk_path(sqlite3_vfs *vfs, const char *name, int len, char *out) {
  (void)vfs;
  int wanted = snprintf(out, (size_t)len, "%s", name);
  return wanted < len ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int disk_randomness(sqlite3_vfs *vfs, int len, char *out) {
  sqlite3_vfs *system = disk_of(vfs)->system;
  return system->xRandomness(system, len, out);
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds) {
  sqlite3_vfs *system = disk_of(vfs)->system;
  return system->xSleep(system, microseconds);
}

static int disk_time(sqlite3_vfs *vfs, double *out) {
  sqlite3_vfs *system = disk_of(vfs)->system;
  return system->xCurrentTime(system, out);
}

static int disk_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *out) {
  sqlite3_vfs *system = disk_of(vfs)->system;
  return system->xCurrentTimeInt64(system, out);
}

static int disk_error(sqlite3_vfs *vfs, int len, char *out) {
  (void)vfs;
  if (len > 0) out[0] = '\0';
  return 0;
}

struct sp_crash *sp_crash_new(const char *name, uint64_t seed) {
  struct sp_crash *disk = calloc(1, sizeof *disk);
  if (!disk) return NULL;
  disk->system = sqlite3_vfs_find(NULL);
  disk->vfs = (sqlite3_vfs){
      .iVersion = 2,
      .szOsFile = sizeof(struct crash_handle),
      .mxPathname = CRASH_NAME_MAX - 1,
      .zName = name,
      .pAppData = disk,
      .xOpen = disk_open,
      .xDelete = disk_delete,
      .xAccess = disk_access,
      .xFullPathname = disk_path,
      .xRandomness = disk_randomness,
      .xSleep = disk_sleep,
      .xCurrentTime = disk_time,
      .xGetLastError = disk_error,
      .xCurrentTimeInt64 = disk_time_ms,
  };
  pthread_mutex_init(&disk->mutex, NULL);
  sp_crash_reset(disk, seed);
  sqlite3_vfs_register(&disk->vfs, 0);
  return disk;
}

void sp_crash_free(struct sp_crash *disk) {
  if (!disk) return;
  sqlite3_vfs_unregister(&disk->vfs);
  files_sweep(disk, true);
  while (disk->spares > 0)
    crash_image_free(&disk->spare[--disk->spares]);
  pthread_mutex_destroy(&disk->mutex);
  free(disk);
}

void sp_crash_reset(struct sp_crash *disk, uint64_t seed) {
  files_sweep(disk, true);
  disk->random = seed * 0x9E3779B97F4A7C15ULL + 1; /* never 0 for a small seed, and neighbours differ */
  if (disk->random == 0) disk->random = 1;
  sp_crash_arm(disk, SP_CRASH_NONE, 0, false);
}

int sp_crash_load(struct sp_crash *disk, const char *file, const void *bytes, size_t len) {
  pthread_mutex_lock(&disk->mutex);
  struct crash_file *found = file_find(disk, file);
  if (!found) found = file_make(disk, file);
  bool ok = found && crash_image_set(&found->image, bytes, len);
  if (ok) found->kept = true;
  pthread_mutex_unlock(&disk->mutex);
  return ok ? 0 : SP_E_NOMEM;
}

const void *sp_crash_image(struct sp_crash *disk, const char *file, size_t *len) {
  pthread_mutex_lock(&disk->mutex);
  const struct crash_file *found = file_find(disk, file);
  *len = found ? found->image.current.len : 0;
  const void *bytes = found ? found->image.current.data : NULL;
  pthread_mutex_unlock(&disk->mutex);
  return bytes;
}

void sp_crash_arm(struct sp_crash *disk, enum sp_crash_fault fault, int64_t nth, bool forever) {
  pthread_mutex_lock(&disk->mutex);
  disk->fault = fault;
  disk->nth = nth;
  disk->forever = forever;
  disk->struck = false;
  disk->counts = (struct sp_crash_counts){0};
  pthread_mutex_unlock(&disk->mutex);
}

bool sp_crash_struck(struct sp_crash *disk) {
  pthread_mutex_lock(&disk->mutex);
  bool struck = disk->struck;
  pthread_mutex_unlock(&disk->mutex);
  return struck;
}

struct sp_crash_counts sp_crash_counted(struct sp_crash *disk) {
  pthread_mutex_lock(&disk->mutex);
  struct sp_crash_counts counts = disk->counts;
  pthread_mutex_unlock(&disk->mutex);
  return counts;
}

/* What of a file is there after the cut: nothing, or a new file of the same name with what survived of its bytes. */
static bool file_survive(struct sp_crash *disk, struct crash_file *file) {
  bool coin = crash_random(&disk->random) % 2;
  bool there = file->linked ? file->kept || coin : file->kept && coin && !file_find(disk, file->name);
  file->linked = false;
  file->kept = false;
  file->dead = true;
  if (!there) return true;
  if (!crash_image_cut(&file->image, &disk->random)) return false;
  struct crash_file *fresh = file_make(disk, file->name);
  if (!fresh) return false;
  struct crash_image unused = fresh->image;
  fresh->image = file->image;
  fresh->kept = true;
  file->image = unused;
  return true;
}

int sp_crash_restart(struct sp_crash *disk) {
  pthread_mutex_lock(&disk->mutex);
  bool ok = true;
  /* New files go to the front of the list, so this meets only the old ones. */
  for (struct crash_file *file = disk->files; file && ok; file = file->next)
    if (!file->dead) ok = file_survive(disk, file);
  files_sweep(disk, false);
  pthread_mutex_unlock(&disk->mutex);
  sp_crash_arm(disk, SP_CRASH_NONE, 0, false);
  return ok ? 0 : SP_E_NOMEM;
}
