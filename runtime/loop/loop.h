/* The loop thread's small things: the loop itself, signals and timers, so that nobody above needs <uv.h>.
 *
 * Everything here belongs to the thread that runs the loop. Closing is asynchronous, as libuv's is: the memory goes
 * when the loop has seen the close, so keep running it (sp_loop_free does) after the last close call.
 */
#ifndef SP_LOOP_LOOP_H
#define SP_LOOP_LOOP_H

#include "base/error.h"
#include <stdint.h>

struct uv_loop_s; /* libuv's uv_loop_t */

/* SP_E_NOMEM, SP_E_IO (no file descriptors left). */
int sp_loop_new(struct uv_loop_s **out, struct sp_error *err);
/* Run until nothing keeps the loop alive: no socket, no executor. Signals and timers of this header do not. */
void sp_loop_run(struct uv_loop_s *loop);
/* Run what is still closing, then free. SP_E_STATE when a handle was never closed (the loop is kept). Null is allowed.
 */
int sp_loop_free(struct uv_loop_s *loop);

/* SIGTERM, SIGINT and SIGHUP reach `on` as ordinary calls on the loop. From now on they no longer end the process;
 * SIGPIPE is ignored, so a peer that hung up is an error of write(). */
struct sp_loop_signals;
int sp_loop_signals_new(struct uv_loop_s *loop, void (*on)(void *ctx, int number), void *ctx,
                        struct sp_loop_signals **out, struct sp_error *err);
void sp_loop_signals_close(struct sp_loop_signals *signals); /* null is allowed */

/* Calls `tick` every `every_ms` milliseconds; when the loop is late, missed ticks are not made up for. SP_E_NOMEM. */
struct sp_loop_timer;
int sp_loop_timer_new(struct uv_loop_s *loop, uint64_t every_ms, void (*tick)(void *ctx), void *ctx,
                      struct sp_loop_timer **out, struct sp_error *err);
void sp_loop_timer_close(struct sp_loop_timer *timer); /* null is allowed; may be called from `tick` */

#endif
