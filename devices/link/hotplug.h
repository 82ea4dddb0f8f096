/* Was something plugged in or pulled out? Told by udev (libudev's monitor), and where no udev runs by new files in /dev
 * (inotify). Only that it happened: a device that waits tries again, whatever it was. Loop thread.
 */
#ifndef SP_DEVICES_LINK_HOTPLUG_H
#define SP_DEVICES_LINK_HOTPLUG_H

#include "base/error.h"

struct uv_loop_s;
struct sp_hotplug;

#define SP_HOTPLUG_QUIET_MS 100 /* one plug makes many events: they are told once, so long after the first */

/* Does not keep the loop alive. SP_E_NOMEM; SP_E_IO when neither way works. */
int sp_hotplug_new(struct uv_loop_s *loop, void (*changed)(void *ctx), void *ctx, struct sp_hotplug **out,
                   struct sp_error *err);
void sp_hotplug_close(struct sp_hotplug *hotplug); /* null is allowed */

#endif
