/* Real devices of ours in a real loop: what a node does with them, with everything they say written down.
 *
 * One thread. Waits are waits of the clock, because a kernel has no other; each has a deadline, after which the test
 * fails by what it asserts.
 */
#ifndef SP_TESTS_VM_WORLD_H
#define SP_TESTS_VM_WORLD_H

#include "devices/driver/device.h"
#include "devices/link/hotplug.h"
#include <uv.h>

#define VM_DEVICES_MAX 3

struct vm_world;

/* What one device has said. */
struct vm_device {
  struct vm_world *world;
  struct sp_device *device;
  enum sp_device_state state; /* of the last SP_DEVICE_STATUS */
  uint32_t faults;
  bool was_ready; /* it was, at any time since vm_forget */
  int scans, lost;
  char text[SP_SCAN_MAX + 1]; /* the last code */
  char aim[4];
  int64_t scan_us; /* when it was told, of the monotonic clock */
  int weights;
  struct sp_scale_reading reading; /* the last weight */
  bool sellable;
  int jobs_done, jobs_unsure;
  int64_t state_us; /* when the state was told */
};

struct vm_world {
  uv_loop_t loop;
  uv_timer_t timer;
  struct sp_hotplug *hotplug;
  struct vm_device devices[VM_DEVICES_MAX];
  int count;
  void (*turn)(
      void *ctx); /* called every few milliseconds: a counterpart that lives in the same program; may be null */
  void *turn_ctx;
};

/* Fail the test when something cannot be made. */
void vm_begin(struct vm_world *world);
void vm_end(struct vm_world *world);
/* A device as configured, started. It lives as long as the world. */
struct vm_device *vm_device(struct vm_world *world, const char *json);
/* What was said so far counts no more; state and faults stay. */
void vm_forget(struct vm_device *device);

/* Let `ms` pass. */
void vm_run(struct vm_world *world, int ms);
/* Let time pass until the device is so; false after `ms`. */
bool vm_until(struct vm_device *device, bool (*so)(const struct vm_device *device), int ms);
bool vm_is_ready(const struct vm_device *device);
bool vm_is_offline(const struct vm_device *device);
bool vm_has_scan(const struct vm_device *device);
bool vm_has_loss(const struct vm_device *device);

/* Ask the machine that runs this one; it does what it is asked in order. "plug", "unplug", "play WHAT". */
void vm_host(const char *wish);
/* Wait for a device file to come or go; false after `ms`. */
bool vm_file(const char *path, bool there, int ms);

#endif
