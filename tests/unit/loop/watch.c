/* A folder that is watched: writes, moves, new folders, the folder itself replaced; many events are one call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "loop/watch.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define QUIET_MS 30
#define WAIT_MS  3000

struct world {
  struct uv_loop_s *loop;
  struct sp_loop_watch *watch;
  uv_timer_t alive; /* a watch does not keep the loop running */
  struct sp_error err;
  char root[64], folder[96];
  int calls;
};

static void changed(void *ctx) {
  ((struct world *)ctx)->calls++;
}

static void put(const struct world *world, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", world->root, name);
  FILE *file = fopen(path, "we");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static void make(const struct world *world, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", world->root, name);
  assert_int_equal(mkdir(path, 0755), 0);
}

static void move(const struct world *world, const char *from, const char *to) {
  char old[256], new[256];
  snprintf(old, sizeof old, "%s/%s", world->root, from);
  snprintf(new, sizeof new, "%s/%s", world->root, to);
  assert_int_equal(rename(old, new), 0);
}

static void turn(struct world *world, int64_t ms) {
  const int64_t until = sp_clock_now_ms() + ms;
  while (sp_clock_now_ms() < until) {
    uv_run(world->loop, UV_RUN_NOWAIT);
    usleep(1000);
  }
}

/* Run until it was called `calls` times. */
static bool called(struct world *world, int calls) {
  const int64_t until = sp_clock_now_ms() + WAIT_MS;
  while (world->calls < calls && sp_clock_now_ms() < until)
    turn(world, 5);
  return world->calls >= calls;
}

static void nothing(uv_timer_t *timer) {
  (void)timer;
}

static int open_world(void **state) {
  struct world *world = calloc(1, sizeof *world);
  assert_non_null(world);
  snprintf(world->root, sizeof world->root, "/tmp/suanpan-watch-XXXXXX");
  assert_non_null(mkdtemp(world->root));
  snprintf(world->folder, sizeof world->folder, "%s/pack", world->root);
  make(world, "pack");
  make(world, "pack/rules");
  assert_int_equal(sp_loop_new(&world->loop, &world->err), 0);
  assert_int_equal(sp_loop_watch_new(world->loop, world->folder, QUIET_MS, changed, world, &world->watch, &world->err),
                   0);
  uv_timer_init(world->loop, &world->alive);
  uv_timer_start(&world->alive, nothing, 1000, 1000);
  *state = world;
  return 0;
}

static int close_world(void **state) {
  struct world *world = *state;
  char command[128];
  sp_loop_watch_close(world->watch);
  uv_close((uv_handle_t *)&world->alive, NULL);
  int rc = sp_loop_free(world->loop);
  snprintf(command, sizeof command, "rm -rf %s", world->root);
  if (system(command) != 0) rc = -1;
  free(world);
  return rc;
}

static void a_write_below_is_seen_once(void **state) {
  struct world *world = *state;
  for (int i = 0; i < 20; i++)
    put(world, "pack/rules/a.lua", "return 1");
  assert_true(called(world, 1));
  turn(world, 4 * QUIET_MS);
  assert_int_equal(world->calls, 1);
  put(world, "pack/pack.json", "{}");
  assert_true(called(world, 2));
}

static void moves_and_removals_are_seen(void **state) {
  struct world *world = *state;
  put(world, "pack/rules/a.lua", "return 1");
  assert_true(called(world, 1));
  move(world, "pack/rules/a.lua", "pack/rules/b.lua");
  assert_true(called(world, 2));
  char path[256];
  snprintf(path, sizeof path, "%s/rules/b.lua", world->folder);
  assert_int_equal(unlink(path), 0);
  assert_true(called(world, 3));
}

static void folders_made_later_are_watched(void **state) {
  struct world *world = *state;
  make(world, "pack/rules/promotion");
  assert_true(called(world, 1));
  put(world, "pack/rules/promotion/x.lua", "return 1");
  assert_true(called(world, 2));
}

static void the_folder_itself_may_be_replaced(void **state) {
  struct world *world = *state;
  make(world, "next");
  move(world, "pack", "old");
  move(world, "next", "pack");
  assert_true(called(world, 1));
  turn(world, 4 * QUIET_MS);
  int calls = world->calls;
  put(world, "pack/pack.json", "{}");
  assert_true(called(world, calls + 1));
}

static void what_lies_beside_is_nobodys_business(void **state) {
  struct world *world = *state;
  put(world, "beside.txt", "x");
  make(world, "packs");
  turn(world, 4 * QUIET_MS);
  assert_int_equal(world->calls, 0);
}

static void reading_is_no_change(void **state) {
  struct world *world = *state;
  put(world, "pack/pack.json", "{}");
  assert_true(called(world, 1));
  char path[256], bytes[8];
  snprintf(path, sizeof path, "%s/pack.json", world->folder);
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  assert_non_null(fgets(bytes, sizeof bytes, file));
  assert_int_equal(fclose(file), 0);
  turn(world, 4 * QUIET_MS);
  assert_int_equal(world->calls, 1);
}

static void a_folder_that_is_not_there_is_an_error(void **state) {
  struct world *world = *state;
  struct sp_loop_watch *none = NULL;
  assert_int_equal(sp_loop_watch_new(world->loop, "/nowhere/at/all", QUIET_MS, changed, world, &none, &world->err),
                   SP_E_IO);
  assert_null(none);
  sp_loop_watch_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_write_below_is_seen_once, open_world, close_world),
      cmocka_unit_test_setup_teardown(moves_and_removals_are_seen, open_world, close_world),
      cmocka_unit_test_setup_teardown(folders_made_later_are_watched, open_world, close_world),
      cmocka_unit_test_setup_teardown(the_folder_itself_may_be_replaced, open_world, close_world),
      cmocka_unit_test_setup_teardown(what_lies_beside_is_nobodys_business, open_world, close_world),
      cmocka_unit_test_setup_teardown(reading_is_no_change, open_world, close_world),
      cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_an_error, open_world, close_world),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
