/* Bringing a database to the schema of this build.
 *
 * schema/migrations/NNNN_name.sql reach C as `sp_migrations`, ascending, each applied once, in one transaction together
 * with the version it leads to. So a power cut leaves the version before or the one after, never something between, and
 * the next start goes on from there.
 */
#ifndef SP_PORTS_MIGRATE_H
#define SP_PORTS_MIGRATE_H

#include "generated/migrations.h"
#include "ports/database.h"

/* Apply what is missing. `from` and `to` (may be null) get the version before and after; on failure `to` is how far it
 * got. Write connection, no transaction open. Blocks for as long as the migrations take. SP_E_UNSUPPORTED when the
 * database is newer than this build (nothing is touched then), and every error of the storage port, with the
 * migration's name. */
int sp_migrate(struct sp_db *db, int64_t *from, int64_t *to, struct sp_error *err);

/* The same with another list, ended by version 0 and ascending (SP_E_INTERNAL when it is not). */
int sp_migrate_list(struct sp_db *db, const struct sp_migration *list, int64_t *from, int64_t *to,
                    struct sp_error *err);

/* The version this build's schema has. */
int64_t sp_migrate_latest(void);

#endif
