/* Closing a line that still has bytes to send: the kernel would wait for them for half a minute, with the loop. A
 * pseudo-terminal never has any, so what the kernel says of them is said here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "devices/link/fd.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>
#include <uv.h>

/* The kernel of these tests: so much waits, so much of it leaves each time somebody asks. */
struct kernel {
  int waiting, leaves, asked, dropped;
};

static struct kernel *kernel_now(void) {
  static struct kernel kernel;
  return &kernel;
}

int ioctl(int fd, unsigned long request, ...) {
  struct kernel *kernel = kernel_now();
  va_list args;
  va_start(args, request);
  void *arg = va_arg(args, void *);
  va_end(args);
  if (request != TIOCOUTQ) return (int)syscall(SYS_ioctl, fd, request, arg);
  *(int *)arg = kernel->waiting;
  kernel->asked++;
  kernel->waiting -= kernel->waiting < kernel->leaves ? kernel->waiting : kernel->leaves;
  return 0;
}

int tcflush(int fd, int queue_selector) {
  (void)fd;
  if (queue_selector == TCOFLUSH) {
    kernel_now()->dropped += kernel_now()->waiting;
    kernel_now()->waiting = 0;
  }
  return 0;
}

struct seen {
  int ups, downs;
};

static void on_up(void *ctx) {
  ((struct seen *)ctx)->ups++;
}

static void on_down(void *ctx, const struct sp_error *why) {
  (void)why;
  ((struct seen *)ctx)->downs++;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len, int64_t now_us) {
  (void)ctx, (void)bytes, (void)len, (void)now_us;
}

static void on_drained(void *ctx) {
  (void)ctx;
}

struct bench {
  uv_loop_t loop;
  int master;
  struct sp_link_config config;
  struct seen seen;
  struct sp_link *link;
};

static void open_link(struct bench *bench) {
  const struct sp_link_events events = {on_up, on_down, on_bytes, on_drained, &bench->seen};
  struct sp_link_maker maker = sp_links_on(&bench->loop);
  int ups = bench->seen.ups;
  assert_int_equal(sp_link_open(&maker, &bench->config, &events, &bench->link, NULL), 0);
  for (int i = 0; i < 5000 && bench->seen.ups == ups && bench->seen.downs == 0; i++) {
    uv_run(&bench->loop, UV_RUN_NOWAIT);
    usleep(1000);
  }
  assert_int_equal(bench->seen.ups, ups + 1);
}

static void begin(struct bench *bench, int waiting, int leaves) {
  char path[64];
  *bench = (struct bench){.config = {.serial = {.baud = 9600, .bits = 8, .parity = 'N', .stops = 1}}};
  bench->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  assert_true(bench->master >= 0);
  assert_int_equal(grantpt(bench->master), 0);
  assert_int_equal(unlockpt(bench->master), 0);
  assert_int_equal(ptsname_r(bench->master, path, sizeof path), 0);
  snprintf(bench->config.address, sizeof bench->config.address, "serial:%s", path);
  assert_int_equal(uv_loop_init(&bench->loop), 0);
  *kernel_now() = (struct kernel){0};
  open_link(bench);
  *kernel_now() = (struct kernel){.waiting = waiting, .leaves = leaves};
}

/* Close it, and see the loop end; answers how many times it looked whether the bytes have left. */
static int end(struct bench *bench) {
  sp_link_close(bench->link);
  uv_run(&bench->loop, UV_RUN_DEFAULT);
  assert_int_equal(bench->seen.downs, 0);
  assert_int_equal(uv_loop_close(&bench->loop), 0);
  close(bench->master);
  return kernel_now()->asked;
}

static void what_leaves_may_leave(void **state) {
  (void)state;
  struct bench bench;
  begin(&bench, 100, 30);
  assert_in_range(end(&bench), 4, 7);
  assert_int_equal(kernel_now()->dropped, 0);
}

static void what_does_not_move_is_dropped(void **state) {
  (void)state;
  struct bench bench;
  begin(&bench, 4096, 0);
  assert_in_range(end(&bench), 5, 8);
  assert_int_equal(kernel_now()->dropped, 4096);
}

static void nobody_waits_for_ever(void **state) {
  (void)state;
  struct bench bench;
  begin(&bench, 1000000, 1);
  int64_t since = sp_clock_monotonic_us();
  assert_true(end(&bench) <= SP_FD_LEAVE_MS / 40 + 3);
  assert_true(sp_clock_monotonic_us() - since > 1000 * 1000); /* but some time it had */
  assert_true(kernel_now()->dropped > 0);
}

static void an_empty_line_closes_at_once(void **state) {
  (void)state;
  struct bench bench;
  begin(&bench, 0, 0);
  assert_in_range(end(&bench), 1, 2);
  assert_int_equal(kernel_now()->dropped, 0);
}

static void the_port_is_free_again(void **state) {
  (void)state;
  struct bench bench;
  begin(&bench, 4096, 0);
  sp_link_close(bench.link);
  uv_run(&bench.loop, UV_RUN_DEFAULT);
  assert_int_equal(kernel_now()->dropped, 4096);
  open_link(&bench);
  end(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_leaves_may_leave),  cmocka_unit_test(what_does_not_move_is_dropped),
      cmocka_unit_test(nobody_waits_for_ever),  cmocka_unit_test(an_empty_line_closes_at_once),
      cmocka_unit_test(the_port_is_free_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
