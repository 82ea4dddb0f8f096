#include "tests/support/crash_disk.h"
#include <stdlib.h>

static struct crash_handle *enter(sqlite3_file *base) {
  struct crash_handle *handle = (struct crash_handle *)(void *)base;
  pthread_mutex_lock(&handle->disk->mutex);
  return handle;
}

static int leave(struct crash_handle *handle, int rc) {
  pthread_mutex_unlock(&handle->disk->mutex);
  return rc;
}

static bool held_by_other(const struct crash_handle *holder, const struct crash_handle *self) {
  return holder && holder != self;
}

static int lock_raise(struct crash_handle *handle, int level) {
  struct crash_file *file = handle->file;
  if (held_by_other(file->exclusive, handle)) return SQLITE_BUSY;
  if (handle->level == SQLITE_LOCK_NONE) {
    if (held_by_other(file->pending, handle)) return SQLITE_BUSY;
    file->shared++;
    handle->level = SQLITE_LOCK_SHARED;
  }
  if (level == SQLITE_LOCK_SHARED) return SQLITE_OK;
  if (held_by_other(file->reserved, handle) || held_by_other(file->pending, handle)) return SQLITE_BUSY;
  if (level == SQLITE_LOCK_RESERVED) {
    file->reserved = handle;
    handle->level = level;
    return SQLITE_OK;
  }
  file->pending = handle;
  handle->level = SQLITE_LOCK_PENDING;
  if (level == SQLITE_LOCK_PENDING) return SQLITE_OK;
  if (file->shared > 1) return SQLITE_BUSY;
  file->exclusive = handle;
  handle->level = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

int crash_lock(sqlite3_file *base, int level) {
  struct crash_handle *handle = enter(base);
  return leave(handle, handle->level >= level ? SQLITE_OK : lock_raise(handle, level));
}

int crash_unlock(sqlite3_file *base, int level) {
  struct crash_handle *handle = enter(base);
  struct crash_file *file = handle->file;
  if (handle->level <= level) return leave(handle, SQLITE_OK);
  if (file->reserved == handle) file->reserved = NULL;
  if (file->pending == handle) file->pending = NULL;
  if (file->exclusive == handle) file->exclusive = NULL;
  if (level == SQLITE_LOCK_NONE) file->shared--;
  handle->level = level;
  return leave(handle, SQLITE_OK);
}

int crash_reserved(sqlite3_file *base, int *out) {
  struct crash_handle *handle = enter(base);
  *out = handle->file->reserved || handle->file->pending || handle->file->exclusive;
  return leave(handle, SQLITE_OK);
}

int crash_shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **out) {
  struct crash_handle *handle = enter(base);
  struct crash_file *file = handle->file;
  *out = NULL;
  if (file->dead || crash_strike(handle->disk, CRASH_READ) != SP_CRASH_NONE || region >= CRASH_REGIONS)
    return leave(handle, SQLITE_IOERR_SHMMAP);
  if (!handle->mapped) {
    handle->mapped = true;
    file->mappers++;
  }
  if (region >= file->region_count && !extend) return leave(handle, SQLITE_OK);
  for (; file->region_count <= region; file->region_count++) {
    file->regions[file->region_count] = calloc(1, (size_t)size);
    if (!file->regions[file->region_count]) return leave(handle, SQLITE_IOERR_NOMEM);
  }
  *out = file->regions[region];
  return leave(handle, SQLITE_OK);
}

static void slots_release(struct crash_handle *handle, unsigned mask) {
  for (int i = 0; i < SQLITE_SHM_NLOCK; i++) {
    unsigned bit = 1U << i;
    if (mask & handle->shm_exclusive & bit)
      handle->file->slots[i] = 0;
    else if (mask & handle->shm_shared & bit)
      handle->file->slots[i]--;
  }
  handle->shm_shared &= ~mask;
  handle->shm_exclusive &= ~mask;
}

static int slots_take(struct crash_handle *handle, unsigned mask, bool exclusive) {
  int *slots = handle->file->slots;
  for (int i = 0; i < SQLITE_SHM_NLOCK; i++)
    if ((mask & (1U << i)) && (slots[i] < 0 || (exclusive && slots[i] > 0))) return SQLITE_BUSY;
  for (int i = 0; i < SQLITE_SHM_NLOCK; i++)
    if (mask & (1U << i)) slots[i] = exclusive ? -1 : slots[i] + 1;
  if (exclusive)
    handle->shm_exclusive |= mask;
  else
    handle->shm_shared |= mask;
  return SQLITE_OK;
}

int crash_shm_lock(sqlite3_file *base, int offset, int count, int flags) {
  struct crash_handle *handle = enter(base);
  unsigned mask = ((1U << (offset + count)) - 1U) & ~((1U << offset) - 1U);
  bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;
  int rc = SQLITE_OK;
  if (flags & SQLITE_SHM_UNLOCK)
    slots_release(handle, mask);
  else if ((handle->shm_shared & mask) != mask || exclusive)
    rc = slots_take(handle, mask, exclusive);
  return leave(handle, rc);
}

void crash_shm_barrier(sqlite3_file *base) {
  leave(enter(base), SQLITE_OK); /* a mutex is a full barrier */
}

int crash_shm_unmap(sqlite3_file *base, int remove) {
  (void)remove; /* the wal-index lives as long as somebody looks at it */
  struct crash_handle *handle = enter(base);
  struct crash_file *file = handle->file;
  slots_release(handle, ~0U);
  if (handle->mapped && --file->mappers == 0)
    for (; file->region_count > 0; file->region_count--)
      free(file->regions[file->region_count - 1]);
  handle->mapped = false;
  return leave(handle, SQLITE_OK);
}
