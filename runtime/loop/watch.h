/* Watching a folder for changes: something below it was written, moved, made or removed.
 *
 * For development: a folder of rules is read again when an editor saves. Many events in a row are one call, made
 * `quiet_ms` after the first of them, so a change is never waited for longer. Linux's inotify (inotify(7)); the folder
 * itself may be replaced or be a symbolic link that is set anew. Loop thread.
 */
#ifndef SP_LOOP_WATCH_H
#define SP_LOOP_WATCH_H

#include "base/error.h"
#include <stdint.h>

struct uv_loop_s;
struct sp_loop_watch;

#define SP_WATCH_FOLDERS_MAX 1024
#define SP_WATCH_DEPTH_MAX   6

/* Does not keep the loop alive. SP_E_IO: it cannot be watched (no such folder, too many watches); SP_E_LIMIT (the path
 * is too long), SP_E_NOMEM. */
int sp_loop_watch_new(struct uv_loop_s *loop, const char *folder, uint64_t quiet_ms, void (*changed)(void *ctx),
                      void *ctx, struct sp_loop_watch **out, struct sp_error *err);
void sp_loop_watch_close(struct sp_loop_watch *watch); /* null is allowed */

#endif
