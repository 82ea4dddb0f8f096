/* What the files of the crashing VFS share. */
#ifndef SP_TESTS_SUPPORT_CRASH_DISK_H
#define SP_TESTS_SUPPORT_CRASH_DISK_H

#include "tests/support/crash_image.h"
#include "tests/support/crash_vfs.h"
#include <pthread.h>
#include <sqlite3.h>

#define CRASH_NAME_MAX 256
#define CRASH_REGIONS  64 /* of 32 KiB shared memory: a WAL of a million frames */

#define CRASH_SPARE 8

struct crash_file {
  char name[CRASH_NAME_MAX];
  struct crash_image image;
  int handles;
  bool linked; /* found by its name */
  bool kept;   /* its name is surely in the folder on the disk */
  bool dead;   /* of before the power cut */
  int shared;  /* handles with at least a shared lock */
  const struct crash_handle *reserved, *pending, *exclusive;
  void *regions[CRASH_REGIONS];
  int region_count, mappers;
  int slots[SQLITE_SHM_NLOCK]; /* holders of a shared lock, or −1: exclusive */
  struct crash_file *next;
};

/* What SQLite holds for an open file. */
struct crash_handle {
  sqlite3_file base;
  struct sp_crash *disk;
  struct crash_file *file;
  int level;
  bool mapped;
  unsigned shm_shared, shm_exclusive; /* slots this handle holds */
};

struct sp_crash {
  sqlite3_vfs vfs;
  sqlite3_vfs *system; /* for time, sleep and randomness */
  pthread_mutex_t mutex;
  struct crash_file *files;
  struct crash_image spare[CRASH_SPARE]; /* memory of files that are gone: a run costs no page faults */
  int spares;
  uint64_t random;
  enum sp_crash_fault fault;
  int64_t nth;
  bool forever, struck;
  struct sp_crash_counts counts;
};

/* Locks and shared memory: memory only, so never a fault except in the mapping. crash_lock.c */
int crash_lock(sqlite3_file *base, int level);
int crash_unlock(sqlite3_file *base, int level);
int crash_reserved(sqlite3_file *base, int *out);
int crash_shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **out);
int crash_shm_lock(sqlite3_file *base, int offset, int count, int flags);
void crash_shm_barrier(sqlite3_file *base);
int crash_shm_unmap(sqlite3_file *base, int remove);

/* Count an operation and say whether it fails; the disk's mutex is held. crash_vfs.c */
enum crash_kind { CRASH_READ, CRASH_WRITE, CRASH_SYNC, CRASH_CHANGE };
enum sp_crash_fault crash_strike(struct sp_crash *disk, enum crash_kind kind);

/* The operations on an open file. crash_file.c */
extern const sqlite3_io_methods crash_methods;

#endif
