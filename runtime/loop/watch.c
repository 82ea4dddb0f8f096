#include "loop/watch.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define INSIDE (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE)
#define ABOVE  (IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE)

struct sp_loop_watch {
  uv_poll_t poll;
  uv_timer_t timer;
  int open; /* handles not yet closed */
  int fd;
  int above;    /* watch of the folder that holds it, −1: none */
  int folders;  /* watched in the last look around */
  bool waiting; /* the timer runs */
  char folder[PATH_MAX];
  const char *name; /* its last part, in `folder` */
  uint64_t quiet_ms;
  void (*changed)(void *ctx);
  void *ctx;
};

/* ---- Watches ---- */

static void look(struct sp_loop_watch *watch, const char *folder, int depth);

static void look_inside(struct sp_loop_watch *watch, const char *folder, int depth) {
  struct dirent **entries = NULL;
  char path[PATH_MAX];
  int count = scandir(folder, &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    struct stat info;
    int len = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    bool fits = entries[i]->d_name[0] != '.' && len > 0 && (size_t)len < sizeof path;
    if (fits && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) look(watch, path, depth + 1);
    free(entries[i]);
  }
  free((void *)entries);
}

/* A folder that is watched already keeps its watch: adding it again changes nothing. */
static void look(struct sp_loop_watch *watch, const char *folder, int depth) {
  if (depth > SP_WATCH_DEPTH_MAX || watch->folders >= SP_WATCH_FOLDERS_MAX) return;
  if (inotify_add_watch(watch->fd, folder, INSIDE | IN_ONLYDIR) < 0) return;
  watch->folders++;
  look_inside(watch, folder, depth);
}

static void look_around(struct sp_loop_watch *watch) {
  watch->folders = 0;
  look(watch, watch->folder, 0);
}

/* ---- Events ---- */

static void on_timer(uv_timer_t *handle) {
  struct sp_loop_watch *watch = handle->data;
  watch->waiting = false;
  look_around(watch); /* folders that were made meanwhile */
  watch->changed(watch->ctx);
}

static bool concerns(const struct sp_loop_watch *watch, const struct inotify_event *event) {
  if ((event->mask & IN_IGNORED) != 0) return false;
  if (event->wd != watch->above || (event->mask & IN_Q_OVERFLOW) != 0) return true;
  return event->len > 0 && strcmp(event->name, watch->name) == 0;
}

static void on_readable(uv_poll_t *handle, int status, int events) {
  struct sp_loop_watch *watch = handle->data;
  alignas(struct inotify_event) char bytes[8192];
  bool changed = false;
  (void)events;
  if (status < 0) return;
  for (;;) {
    ssize_t got = read(watch->fd, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (size_t at = 0; at + sizeof(struct inotify_event) <= (size_t)got;) {
      const struct inotify_event *event = (const struct inotify_event *)(const void *)(bytes + at);
      changed |= concerns(watch, event);
      at += sizeof *event + event->len;
    }
  }
  if (!changed || watch->waiting) return;
  watch->waiting = true;
  uv_timer_start(&watch->timer, on_timer, watch->quiet_ms, 0);
}

/* ---- Life ---- */

static void on_closed(uv_handle_t *handle) {
  struct sp_loop_watch *watch = handle->data;
  if (--watch->open > 0) return;
  close(watch->fd);
  free(watch);
}

void sp_loop_watch_close(struct sp_loop_watch *watch) {
  if (!watch) return;
  uv_close((uv_handle_t *)&watch->poll, on_closed);
  uv_close((uv_handle_t *)&watch->timer, on_closed);
}

static int watch_open(struct sp_loop_watch *watch, const char *folder, struct sp_error *err) {
  char above[PATH_MAX];
  size_t len = strlen(folder);
  while (len > 1 && folder[len - 1] == '/')
    len--;
  if (len >= sizeof watch->folder) return sp_fail(err, SP_E_LIMIT, NULL, "The name of the folder is too long");
  memcpy(watch->folder, folder, len);
  watch->folder[len] = '\0';
  char *slash = strrchr(watch->folder, '/');
  watch->name = slash ? slash + 1 : watch->folder;
  snprintf(above, sizeof above, "%s", watch->folder);
  if (slash) above[slash == watch->folder ? 1 : slash - watch->folder] = '\0';
  watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch->fd < 0) return sp_fail(err, SP_E_IO, NULL, "%s cannot be watched: %s", folder, strerror(errno));
  watch->above = inotify_add_watch(watch->fd, slash ? above : ".", ABOVE | IN_ONLYDIR);
  look_around(watch);
  if (watch->folders == 0) return sp_fail(err, SP_E_IO, NULL, "%s cannot be watched: %s", folder, strerror(errno));
  return 0;
}

int sp_loop_watch_new(struct uv_loop_s *loop, const char *folder, uint64_t quiet_ms, void (*changed)(void *ctx),
                      void *ctx, struct sp_loop_watch **out, struct sp_error *err) {
  struct sp_loop_watch *watch = calloc(1, sizeof *watch);
  if (!watch) return sp_error_nomem(err, __func__);
  watch->fd = -1;
  watch->quiet_ms = quiet_ms;
  watch->changed = changed;
  watch->ctx = ctx;
  int result = watch_open(watch, folder, err);
  int status = result ? 0 : uv_poll_init(loop, &watch->poll, watch->fd);
  if (result || status != 0) {
    if (!result) result = sp_fail(err, SP_E_IO, NULL, "%s cannot be watched: %s", folder, uv_strerror(status));
    if (watch->fd >= 0) close(watch->fd);
    free(watch);
    return result;
  }
  watch->open = 2;
  watch->poll.data = watch;
  uv_timer_init(loop, &watch->timer);
  watch->timer.data = watch;
  uv_poll_start(&watch->poll, UV_READABLE, on_readable);
  uv_unref((uv_handle_t *)&watch->poll);
  uv_unref((uv_handle_t *)&watch->timer);
  *out = watch;
  return 0;
}
