/* A disk that loses its power: a VFS for SQLite, wholly in memory, that remembers what was synced.
 *
 * A file has the bytes a reader sees and the bytes that are surely on the disk. A write joins the first at once and the
 * second by a sync. At a power cut the disk keeps a random subset of the writes that were not synced, torn at 512-byte
 * sectors, in any combination; names of files made or removed since the last sync of theirs may or may not be there. A
 * sync that fails keeps a random part and forgets the rest, as Linux does. Everything is drawn from the seed.
 *
 * After a cut the same names hold new files with what survived, and every handle opened before fails all it is asked,
 * so the node of before can be torn down in peace. (A real VFS may not reopen a name in one process: SQLite would reuse
 * the old wal-index and fake damage. Here new files have new shared memory.)
 *
 * Several connections and threads may use one disk. The disk is meant to be used through sp_db_options.vfs.
 */
#ifndef SP_TESTS_SUPPORT_CRASH_VFS_H
#define SP_TESTS_SUPPORT_CRASH_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sp_crash;

/* Register a VFS called `name` (kept by reference). Null when memory ran out. */
struct sp_crash *sp_crash_new(const char *name, uint64_t seed);
/* Every connection must be closed before. Null is allowed. */
void sp_crash_free(struct sp_crash *disk);
/* Empty the disk and begin with another seed, cheaper than a new one. Every connection must be closed before. */
void sp_crash_reset(struct sp_crash *disk, uint64_t seed);

/* Put a file on the disk, surely. Returns 0 or SP_E_NOMEM. */
int sp_crash_load(struct sp_crash *disk, const char *file, const void *bytes, size_t len);
/* The bytes of a file as a reader sees them, or null. They live until the next call that touches the disk. */
const void *sp_crash_image(struct sp_crash *disk, const char *file, size_t *len);

enum sp_crash_fault {
  SP_CRASH_NONE,
  SP_CRASH_CUT,  /* the nth change (write, truncate, sync, delete, create) is the last thing tried before the power goes
                  */
  SP_CRASH_EIO,  /* the nth operation of any kind fails with an I/O error */
  SP_CRASH_FULL, /* the nth write finds the disk full */
};

/* Arm one fault, counted from 1 from now on. `forever`: all later operations of that kind fail too (a cut always does).
 */
void sp_crash_arm(struct sp_crash *disk, enum sp_crash_fault fault, int64_t nth, bool forever);
/* True once the armed fault has struck. */
bool sp_crash_struck(struct sp_crash *disk);

/* The power goes (if it has not) and comes back: files hold what survived, nothing is armed. Returns 0 or SP_E_NOMEM.
 */
int sp_crash_restart(struct sp_crash *disk);

struct sp_crash_counts {
  int64_t operations; /* since the last arm, reset or restart */
  int64_t changes;
  int64_t writes;
  int64_t syncs;
};

struct sp_crash_counts sp_crash_counted(struct sp_crash *disk);

#endif
