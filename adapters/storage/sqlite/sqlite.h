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

/* Copy every row of a table into the table of the same name and shape in another database: a row that is there under
 * the same key is replaced. `from` in a read transaction, `to` (a write connection) in one of its own, whose foreign
 * keys are checked when it commits: so tables may come in any order. Two files are never in one transaction. Blocks for
 * as long as it takes; the shop goes on meanwhile. SP_E_INTERNAL for a table that is not one. */
int sp_sqlite_copy(struct sp_db *from, struct sp_db *to, const char *table, struct sp_error *err);

#endif
