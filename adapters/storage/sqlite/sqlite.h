/* The SQLite driver of the storage port (ports/database.h).
 *
 * One file, WAL, synchronous=FULL. Exactly one connection writes, and the same one checkpoints and copies: SQLite
 * before 3.51.3 has a race that needs two (sqlite.org/wal.html, "the WAL-reset bug"), and Debian 12 ships 3.40.1. Read
 * connections never checkpoint, not even when they close. Close the readers before the writer: its close is the one
 * that folds the WAL into the file, and a WAL left behind is how the next start knows of a crash.
 *
 * A real number never leaves this driver: SQLite turns an overflowing integer sum into one, so a row that holds one is
 * SP_E_RANGE.
 */
#ifndef SP_ADAPTERS_STORAGE_SQLITE_H
#define SP_ADAPTERS_STORAGE_SQLITE_H

#include "ports/database.h"
#include <stdbool.h>

/* The functions of the driver. Static, for any thread. */
const struct sp_db_api *sp_sqlite_api(void);

/* Process-wide settings: no allocation statistics (they cost a lock per allocation), SQLite's own warnings go to the
 * log. Call once, before the first connection and before threads; without it everything works, a little slower and
 * silent. */
void sp_sqlite_init(void);

/* True when the file at `path` was not closed in order (a write-ahead log or journal with content lies beside it). Ask
 * before opening; when true, run `check(db, false, …)` on a read connection off the start path. Does one or two stat().
 */
bool sp_sqlite_was_unclean(const char *path);

#endif
