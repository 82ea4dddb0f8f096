#include "http/internal.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One step at a time on libuv's pool: make the file, write, close. Dropped in the middle of a step, it ends with that
 * step. */
enum { PATH_ROOM = 512 };

struct sp_http_spool {
  struct sp_http_server *server;
  void (*done)(void *ctx, int code);
  void *ctx;
  uv_fs_t work;
  int fd; /* −1: not open */
  struct sp_buf pending;
  size_t written; /* of pending */
  int code;
  bool made; /* the file has its name */
  bool busy; /* a step is under way */
  bool final;
  bool dropped;
  char path[PATH_ROOM];
};

struct sp_http_spool *sp_http_spool_new(struct sp_http_server *server, const char *folder,
                                        void (*done)(void *ctx, int code), void *ctx) {
  struct sp_http_spool *spool = calloc(1, sizeof *spool);
  if (!spool) return NULL;
  spool->server = server;
  spool->done = done;
  spool->ctx = ctx;
  spool->fd = -1;
  spool->work.data = spool;
  sp_buf_init(&spool->pending, SPOOL_CHUNK + READ_CHUNK + SP_HTTP_HEAD_MAX + 2 * READ_CHUNK);
  int len = snprintf(spool->path, sizeof spool->path, "%s/upload-XXXXXX", folder ? folder : "");
  if (!folder || len < 0 || (size_t)len >= sizeof spool->path) {
    free(spool);
    return NULL;
  }
  server->handles++;
  return spool;
}

int sp_http_spool_add(struct sp_http_spool *spool, const char *bytes, size_t len) {
  return sp_buf_add(&spool->pending, bytes, len);
}

bool sp_http_spool_is_full(const struct sp_http_spool *spool) {
  return spool->pending.len >= SPOOL_CHUNK;
}

const char *sp_http_spool_path(const struct sp_http_spool *spool) {
  return spool->path;
}

static void step(struct sp_http_spool *spool);

static void release(struct sp_http_spool *spool) {
  struct sp_http_server *server = spool->server;
  sp_buf_free(&spool->pending);
  free(spool);
  sp_http_server_unref(server);
}

static void on_removed(uv_fs_t *work) {
  struct sp_http_spool *spool = work->data;
  uv_fs_req_cleanup(work);
  release(spool);
}

static void remove_file(struct sp_http_spool *spool) {
  if (spool->fd >= 0) {
    uv_fs_t close = {0};
    (void)uv_fs_close(NULL, &close, spool->fd, NULL);
    uv_fs_req_cleanup(&close);
    spool->fd = -1;
  }
  if (!spool->made || uv_fs_unlink(spool->server->loop, &spool->work, spool->path, on_removed) < 0) release(spool);
}

static int code_of(ssize_t result) {
  if (result == UV_ENOSPC || result == -EDQUOT) return SP_E_FULL;
  return result == UV_ENOMEM ? SP_E_NOMEM : SP_E_IO;
}

static void on_step(uv_fs_t *work) {
  struct sp_http_spool *spool = work->data;
  ssize_t result = work->result;
  uv_fs_type kind = work->fs_type;
  if (kind == UV_FS_MKSTEMP && result >= 0) {
    spool->fd = (int)result;
    spool->made = true;
    (void)snprintf(spool->path, sizeof spool->path, "%s", work->path);
  } else if (kind == UV_FS_WRITE && result > 0) {
    spool->written += (size_t)result;
  } else if (kind == UV_FS_CLOSE) {
    spool->fd = -1;
  }
  uv_fs_req_cleanup(work);
  spool->busy = false;
  if (result < 0 || (kind == UV_FS_WRITE && result == 0)) spool->code = code_of(result);
  if (spool->dropped)
    remove_file(spool);
  else
    step(spool);
}

static void step(struct sp_http_spool *spool) {
  uv_loop_t *loop = spool->server->loop;
  int started = 0;
  spool->busy = true;
  if (spool->code == 0 && !spool->made) {
    char name[PATH_ROOM];
    memcpy(name, spool->path, sizeof name);
    started = uv_fs_mkstemp(loop, &spool->work, name, on_step);
  } else if (spool->code == 0 && spool->written < spool->pending.len) {
    uv_buf_t rest = uv_buf_init(spool->pending.data + spool->written, (unsigned)(spool->pending.len - spool->written));
    started = uv_fs_write(loop, &spool->work, spool->fd, &rest, 1, -1, on_step);
  } else if (spool->code == 0 && spool->final && spool->fd >= 0) {
    started = uv_fs_close(loop, &spool->work, spool->fd, on_step);
  } else {
    spool->busy = false;
    spool->written = 0;
    sp_buf_reset(&spool->pending);
    spool->done(spool->ctx, spool->code);
    return;
  }
  if (started == 0) return;
  spool->busy = false;
  spool->code = code_of(started);
  spool->done(spool->ctx, spool->code);
}

void sp_http_spool_flush(struct sp_http_spool *spool, bool final) {
  spool->final = final;
  step(spool);
}

void sp_http_spool_drop(struct sp_http_spool *spool) {
  spool->dropped = true;
  if (!spool->busy) remove_file(spool);
}
