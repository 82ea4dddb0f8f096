#include "loop/loop.h"
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#define SIGNALS     3
#define CLOSE_TURNS 16 /* more than any close needs: libuv closes in one turn, a stream in two */

struct sp_loop_signals {
  uv_signal_t handles[SIGNALS];
  int open;
  void (*on)(void *ctx, int number);
  void *ctx;
};

struct sp_loop_timer {
  uv_timer_t handle;
  void (*tick)(void *ctx);
  void *ctx;
};

int sp_loop_new(struct uv_loop_s **out, struct sp_error *err) {
  uv_loop_t *loop = calloc(1, sizeof *loop);
  if (!loop) return sp_error_nomem(err, __func__);
  int status = uv_loop_init(loop);
  if (status != 0) {
    free(loop);
    return sp_fail(err, SP_E_IO, NULL, "The event loop could not start: %s", uv_strerror(status));
  }
  *out = loop;
  return 0;
}

void sp_loop_run(struct uv_loop_s *loop) {
  uv_run(loop, UV_RUN_DEFAULT);
}

int sp_loop_free(struct uv_loop_s *loop) {
  if (!loop) return 0;
  for (int turn = 0; uv_loop_close(loop) != 0; turn++) {
    if (turn == CLOSE_TURNS) return SP_E_STATE;
    uv_run(loop, UV_RUN_NOWAIT);
  }
  free(loop);
  return 0;
}

static void on_signal(uv_signal_t *handle, int number) {
  struct sp_loop_signals *signals = handle->data;
  signals->on(signals->ctx, number);
}

static void on_signal_closed(uv_handle_t *handle) {
  struct sp_loop_signals *signals = handle->data;
  if (--signals->open == 0) free(signals);
}

void sp_loop_signals_close(struct sp_loop_signals *signals) {
  if (!signals) return;
  /* Count first: the last handle's callback frees. */
  int open = signals->open;
  if (open == 0) free(signals);
  for (int i = 0; i < open; i++) {
    uv_close((uv_handle_t *)&signals->handles[i], on_signal_closed);
  }
}

int sp_loop_signals_new(struct uv_loop_s *loop, void (*on)(void *ctx, int number), void *ctx,
                        struct sp_loop_signals **out, struct sp_error *err) {
  static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};
  struct sp_loop_signals *signals = calloc(1, sizeof *signals);
  if (!signals) return sp_error_nomem(err, __func__);
  signals->on = on;
  signals->ctx = ctx;
  int status = 0;
  for (int i = 0; i < SIGNALS && status == 0; i++) {
    status = uv_signal_init(loop, &signals->handles[i]);
    if (status != 0) break;
    signals->handles[i].data = signals;
    signals->open++;
    uv_unref((uv_handle_t *)&signals->handles[i]);
    status = uv_signal_start(&signals->handles[i], on_signal, numbers[i]);
  }
  if (status != 0) {
    sp_loop_signals_close(signals);
    return sp_fail(err, SP_E_IO, NULL, "Signals could not be watched: %s", uv_strerror(status));
  }
  signal(SIGPIPE, SIG_IGN);
  *out = signals;
  return 0;
}

static void on_timer(uv_timer_t *handle) {
  struct sp_loop_timer *timer = handle->data;
  timer->tick(timer->ctx);
}

static void on_timer_closed(uv_handle_t *handle) {
  free(handle->data);
}

int sp_loop_timer_new(struct uv_loop_s *loop, uint64_t every_ms, void (*tick)(void *ctx), void *ctx,
                      struct sp_loop_timer **out, struct sp_error *err) {
  struct sp_loop_timer *timer = calloc(1, sizeof *timer);
  if (!timer) return sp_error_nomem(err, __func__);
  timer->tick = tick;
  timer->ctx = ctx;
  uv_timer_init(loop, &timer->handle);
  timer->handle.data = timer;
  uv_unref((uv_handle_t *)&timer->handle);
  uv_timer_start(&timer->handle, on_timer, every_ms, every_ms);
  *out = timer;
  return 0;
}

void sp_loop_timer_close(struct sp_loop_timer *timer) {
  if (timer) uv_close((uv_handle_t *)&timer->handle, on_timer_closed);
}
