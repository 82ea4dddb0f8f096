/* The data folder: one process holds it at a time.
 *
 *   suanpan.db   the database (with suanpan.db-wal and -shm while it is open)
 *   node.sock    where commands talk to the running node; mode 0600, so only the node's own user can
 *   lock         held with flock(); its text names the holder
 *   tmp/         uploads on their way into an import; emptied at start
 */
#ifndef SP_MAIN_FOLDER_H
#define SP_MAIN_FOLDER_H

#include "base/error.h"
#include <stdbool.h>

#define SP_FOLDER_PATH_MAX 1024

struct sp_folder {
  char path[SP_FOLDER_PATH_MAX]; /* absolute */
  int lock;                      /* file descriptor, −1 when not held */
};

/* Make it (mode 0700, its parent must be there) and hold it as `holder` ("suanpan serve"). SP_E_BUSY says who holds it.
 * SP_E_IO, SP_E_LIMIT (too long). */
int sp_folder_open(const char *path, const char *holder, struct sp_folder *out, struct sp_error *err);
/* The same for a folder that must be there already: SP_E_NOT_FOUND. */
int sp_folder_open_existing(const char *path, const char *holder, struct sp_folder *out, struct sp_error *err);
/* Let go. Does nothing when it is not held. */
void sp_folder_close(struct sp_folder *folder);
/* "FOLDER/name" into `out`. */
void sp_folder_name(const struct sp_folder *folder, const char *name, char out[SP_FOLDER_PATH_MAX + 64]);
/* Make the folder's tmp/ and empty it. */
int sp_folder_scratch(const struct sp_folder *folder, char out[SP_FOLDER_PATH_MAX + 64], struct sp_error *err);

#endif
