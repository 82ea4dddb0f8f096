/* For cmd_device*.c only: a loop on which links and drivers are tried for a while, without a node. Blocks while it
 * runs; one thread. */
#ifndef SP_MAIN_DEVICE_BENCH_H
#define SP_MAIN_DEVICE_BENCH_H

#include "devices/driver/device.h"
#include <uv.h>

#define SP_TAP_PATIENCE_MS 3000 /* for a link to come up */

struct sp_bench {
  uv_loop_t loop;
  uv_timer_t timer;
  uv_signal_t signal; /* SIGINT ends what runs, and the command tells what it has */
  struct sp_link_maker links;
  bool stopped;
};

/* SP_E_IO. */
int sp_bench_open(struct sp_bench *bench, struct sp_error *err);
/* Let `ms` pass, or less when `done` (asked often, may be null) says true or a person pressed Ctrl-C. */
void sp_bench_run(struct sp_bench *bench, int64_t ms, bool (*done)(void *ctx), void *ctx);
void sp_bench_close(struct sp_bench *bench);

/* One link and what comes out of it. */
struct sp_tap {
  struct sp_bench *bench;
  struct sp_link *link;
  bool up, down;
  struct sp_error why;
  void (*hear)(void *ctx, bool in, const uint8_t *bytes, size_t len, int64_t now_us); /* also what goes out */
  void *ctx;
};

/* Open and wait until it is up. `hear` and `ctx` are set by the caller before. The error of the link. */
int sp_tap_open(struct sp_tap *tap, struct sp_bench *bench, const struct sp_link_config *config, struct sp_error *err);
int sp_tap_send(struct sp_tap *tap, const void *bytes, size_t len, struct sp_error *err);
void sp_tap_close(struct sp_tap *tap);

/* A device of a configuration on the bench, ticked while the bench runs. */
struct sp_trial {
  struct sp_bench *bench;
  struct sp_device *device;
  uv_timer_t ticker;
  bool ticking, closed;
};

/* `env` without `links` and `seed`: those are the bench's. Not started before the bench runs. */
int sp_trial_open(struct sp_trial *trial, struct sp_bench *bench, const char *json, const struct sp_device_env *env,
                  struct sp_error *err);
void sp_trial_close(struct sp_trial *trial);

/* Is the file of a serial or USB link held open by any program we may look at? */
bool sp_bench_is_held(const char *address);

#endif
