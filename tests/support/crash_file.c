#include "tests/support/crash_disk.h"
#include <stdlib.h>
#include <string.h>

static struct crash_handle *enter(sqlite3_file *base) {
  struct crash_handle *handle = (struct crash_handle *)(void *)base;
  pthread_mutex_lock(&handle->disk->mutex);
  return handle;
}

static int leave(struct crash_handle *handle, int rc) {
  pthread_mutex_unlock(&handle->disk->mutex);
  return rc;
}

static int file_close(sqlite3_file *base) {
  crash_shm_unmap(base, 0);
  crash_unlock(base, SQLITE_LOCK_NONE);
  struct crash_handle *handle = enter(base);
  handle->file->handles--; /* the disk frees files nobody holds or finds, at its next restart or reset */
  return leave(handle, SQLITE_OK);
}

static int file_read(sqlite3_file *base, void *out, int len, sqlite3_int64 offset) {
  struct crash_handle *handle = enter(base);
  const struct crash_bytes *bytes = &handle->file->image.current;
  if (handle->file->dead || crash_strike(handle->disk, CRASH_READ) != SP_CRASH_NONE)
    return leave(handle, SQLITE_IOERR_READ);
  size_t want = (size_t)len, from = (size_t)offset;
  size_t have = from < bytes->len ? bytes->len - from : 0;
  if (have > want) have = want;
  if (have > 0) memcpy(out, bytes->data + from, have);
  memset((unsigned char *)out + have, 0, want - have);
  return leave(handle, have == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ);
}

static int file_write(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 offset) {
  struct crash_handle *handle = enter(base);
  struct crash_image *image = &handle->file->image;
  if (handle->file->dead) return leave(handle, SQLITE_IOERR_WRITE);
  enum sp_crash_fault fault = crash_strike(handle->disk, CRASH_WRITE);
  size_t part = (size_t)len;
  if (fault == SP_CRASH_FULL) /* what fits is written */
    part = crash_random(&handle->disk->random) % (size_t)len;
  else if (fault == SP_CRASH_EIO)
    part = 0;
  /* The write that meets the power cut may reach the disk like any other that was not synced. */
  if (part > 0 && !crash_image_write(image, bytes, part, (size_t)offset)) return leave(handle, SQLITE_IOERR_NOMEM);
  if (fault == SP_CRASH_FULL) return leave(handle, SQLITE_FULL);
  return leave(handle, fault == SP_CRASH_NONE ? SQLITE_OK : SQLITE_IOERR_WRITE);
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 len) {
  struct crash_handle *handle = enter(base);
  if (handle->file->dead || crash_strike(handle->disk, CRASH_CHANGE) != SP_CRASH_NONE)
    return leave(handle, SQLITE_IOERR_TRUNCATE);
  return leave(handle, crash_image_truncate(&handle->file->image, (size_t)len) ? SQLITE_OK : SQLITE_IOERR_NOMEM);
}

static int file_sync(sqlite3_file *base, int flags) {
  (void)flags;
  struct crash_handle *handle = enter(base);
  struct crash_file *file = handle->file;
  if (file->dead) return leave(handle, SQLITE_IOERR_FSYNC);
  enum sp_crash_fault fault = crash_strike(handle->disk, CRASH_SYNC);
  if (fault == SP_CRASH_EIO) crash_image_sync_failed(&file->image, &handle->disk->random);
  if (fault != SP_CRASH_NONE) return leave(handle, SQLITE_IOERR_FSYNC);
  file->kept = file->linked; /* SQLite's own VFS syncs the folder with the first sync of a new file */
  return leave(handle, crash_image_sync(&file->image) ? SQLITE_OK : SQLITE_IOERR_NOMEM);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *out) {
  struct crash_handle *handle = enter(base);
  if (handle->file->dead || crash_strike(handle->disk, CRASH_READ) != SP_CRASH_NONE)
    return leave(handle, SQLITE_IOERR_FSTAT);
  *out = (sqlite3_int64)handle->file->image.current.len;
  return leave(handle, SQLITE_OK);
}

static int file_control(sqlite3_file *base, int operation, void *argument) {
  (void)base;
  (void)operation;
  (void)argument;
  return SQLITE_NOTFOUND;
}

/* As the system's VFS says of an ordinary disk: a write harms nothing beside it, and that is all. */
static int sector_size(sqlite3_file *base) {
  (void)base;
  return 4096;
}

static int characteristics(sqlite3_file *base) {
  (void)base;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

const sqlite3_io_methods crash_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = crash_lock,
    .xUnlock = crash_unlock,
    .xCheckReservedLock = crash_reserved,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = crash_shm_map,
    .xShmLock = crash_shm_lock,
    .xShmBarrier = crash_shm_barrier,
    .xShmUnmap = crash_shm_unmap,
};
