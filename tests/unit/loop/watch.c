/* Signals and timers of the loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/loop.h"
#include <signal.h>
#include <unistd.h>
#include <uv.h>

struct watch {
  struct uv_loop_s *loop;
  struct sp_loop_timer *timer;
  struct sp_loop_signals *signals;
  uv_idle_t alive; /* keeps the loop running: the helpers do not */
  int ticks, last_signal, signals_seen;
};

static void on_idle(uv_idle_t *handle) {
  (void)handle;
}

static void end(struct watch *watch) {
  uv_close((uv_handle_t *)&watch->alive, NULL);
  sp_loop_timer_close(watch->timer);
  sp_loop_signals_close(watch->signals);
}

static void on_tick(void *ctx) {
  struct watch *watch = ctx;
  static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
  if (watch->ticks < 3) kill(getpid(), numbers[watch->ticks]);
  watch->ticks++;
}

static void on_signal(void *ctx, int number) {
  struct watch *watch = ctx;
  watch->signals_seen++;
  watch->last_signal = number;
  if (number == SIGTERM) end(watch);
}

static void test_signals_and_ticks(void **state) {
  (void)state;
  struct watch watch = {0};
  struct sp_error err = {0};
  assert_int_equal(sp_loop_new(&watch.loop, &err), 0);
  uv_idle_init(watch.loop, &watch.alive);
  uv_idle_start(&watch.alive, on_idle);
  assert_int_equal(sp_loop_signals_new(watch.loop, on_signal, &watch, &watch.signals, &err), 0);
  assert_int_equal(sp_loop_timer_new(watch.loop, 5, on_tick, &watch, &watch.timer, &err), 0);
  assert_int_equal(sp_loop_free(watch.loop), SP_E_STATE); /* handles are open: kept */
  sp_loop_run(watch.loop);
  assert_int_equal(watch.signals_seen, 3);
  assert_int_equal(watch.last_signal, SIGTERM);
  assert_true(watch.ticks >= 3);
  assert_int_equal(sp_loop_free(watch.loop), 0);
}

static void test_helpers_do_not_keep_the_loop(void **state) {
  (void)state;
  struct watch watch = {0};
  struct sp_error err = {0};
  assert_int_equal(sp_loop_new(&watch.loop, &err), 0);
  assert_int_equal(sp_loop_signals_new(watch.loop, on_signal, &watch, &watch.signals, &err), 0);
  assert_int_equal(sp_loop_timer_new(watch.loop, 100000, on_tick, &watch, &watch.timer, &err), 0);
  sp_loop_run(watch.loop); /* returns at once */
  sp_loop_timer_close(watch.timer);
  sp_loop_signals_close(watch.signals);
  assert_int_equal(sp_loop_free(watch.loop), 0);
  assert_int_equal(sp_loop_free(NULL), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_signals_and_ticks),
      cmocka_unit_test(test_helpers_do_not_keep_the_loop),
  };
  return cmocka_run_group_tests_name("loop/watch", tests, NULL, NULL);
}
