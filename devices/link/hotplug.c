#include "devices/link/hotplug.h"
#include <errno.h>
#include <libudev.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <uv.h>

struct sp_hotplug {
  uv_timer_t timer;
  uv_poll_t udev_poll, inotify_poll;
  struct udev *udev;
  struct udev_monitor *monitor;
  int inotify;
  bool told, polls_udev, polls_inotify;
  int handles;
  void (*changed)(void *ctx);
  void *ctx;
};

static void on_timer(uv_timer_t *timer) {
  struct sp_hotplug *hotplug = timer->data;
  hotplug->told = false;
  hotplug->changed(hotplug->ctx);
}

static void something(struct sp_hotplug *hotplug) {
  if (hotplug->told) return;
  hotplug->told = true;
  uv_timer_start(&hotplug->timer, on_timer, SP_HOTPLUG_QUIET_MS, 0);
}

static void on_udev(uv_poll_t *handle, int status, int events) {
  struct sp_hotplug *hotplug = handle->data;
  (void)events;
  if (status < 0) {
    uv_poll_stop(handle);
    return;
  }
  struct udev_device *device = udev_monitor_receive_device(hotplug->monitor);
  if (!device) return;
  udev_device_unref(device);
  something(hotplug);
}

/* Folders come with the first device in them and go with the last; watching one again changes nothing. */
static int watch_folders(struct sp_hotplug *hotplug) {
  static const char *const folders[] = {"/dev", "/dev/usb", "/dev/input", "/dev/serial", "/dev/serial/by-id"};
  int watches = 0;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    watches += inotify_add_watch(hotplug->inotify, folders[i], IN_CREATE | IN_DELETE | IN_ATTRIB) >= 0;
  return watches;
}

static void on_inotify(uv_poll_t *handle, int status, int events) {
  struct sp_hotplug *hotplug = handle->data;
  alignas(struct inotify_event) char bytes[4096];
  (void)events;
  if (status < 0) {
    uv_poll_stop(handle);
    return;
  }
  while (read(hotplug->inotify, bytes, sizeof bytes) > 0)
    something(hotplug);
  watch_folders(hotplug);
}

static void poll_start(struct sp_hotplug *hotplug, uv_poll_t *poll, int fd, uv_poll_cb on, bool *started) {
  if (uv_poll_init(hotplug->timer.loop, poll, fd) != 0) return;
  poll->data = hotplug;
  hotplug->handles++;
  *started = true;
  uv_poll_start(poll, UV_READABLE, on);
  uv_unref((uv_handle_t *)poll);
}

static void udev_start(struct sp_hotplug *hotplug) {
  static const char *const subsystems[] = {"tty", "usbmisc", "input", "hidraw", "usb"};
  hotplug->udev = udev_new();
  if (!hotplug->udev) return;
  hotplug->monitor = udev_monitor_new_from_netlink(hotplug->udev, "udev");
  if (!hotplug->monitor) return;
  for (size_t i = 0; i < sizeof subsystems / sizeof *subsystems; i++)
    udev_monitor_filter_add_match_subsystem_devtype(hotplug->monitor, subsystems[i], NULL);
  if (udev_monitor_enable_receiving(hotplug->monitor) < 0) return;
  poll_start(hotplug, &hotplug->udev_poll, udev_monitor_get_fd(hotplug->monitor), on_udev, &hotplug->polls_udev);
}

static void inotify_start(struct sp_hotplug *hotplug) {
  hotplug->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (hotplug->inotify < 0) return;
  if (watch_folders(hotplug) == 0) return;
  poll_start(hotplug, &hotplug->inotify_poll, hotplug->inotify, on_inotify, &hotplug->polls_inotify);
}

int sp_hotplug_new(struct uv_loop_s *loop, void (*changed)(void *ctx), void *ctx, struct sp_hotplug **out,
                   struct sp_error *err) {
  struct sp_hotplug *hotplug = calloc(1, sizeof *hotplug);
  if (!hotplug) return sp_error_nomem(err, __func__);
  hotplug->changed = changed;
  hotplug->ctx = ctx;
  hotplug->inotify = -1;
  hotplug->handles = 1;
  uv_timer_init(loop, &hotplug->timer);
  hotplug->timer.data = hotplug;
  uv_unref((uv_handle_t *)&hotplug->timer);
  udev_start(hotplug);
  inotify_start(hotplug);
  if (hotplug->polls_udev || hotplug->polls_inotify) {
    *out = hotplug;
    return 0;
  }
  sp_hotplug_close(hotplug);
  return sp_fail(err, SP_E_IO, NULL, "Devices that are plugged in cannot be watched for");
}

static void on_closed(uv_handle_t *handle) {
  struct sp_hotplug *hotplug = handle->data;
  if (--hotplug->handles > 0) return;
  if (hotplug->monitor) udev_monitor_unref(hotplug->monitor);
  if (hotplug->udev) udev_unref(hotplug->udev);
  if (hotplug->inotify >= 0) close(hotplug->inotify);
  free(hotplug);
}

void sp_hotplug_close(struct sp_hotplug *hotplug) {
  if (!hotplug) return;
  uv_close((uv_handle_t *)&hotplug->timer, on_closed);
  if (hotplug->polls_udev) uv_close((uv_handle_t *)&hotplug->udev_poll, on_closed);
  if (hotplug->polls_inotify) uv_close((uv_handle_t *)&hotplug->inotify_poll, on_closed);
}
