/* For cmd_device_simulate.c and device_sim_*.c: one device that is not there, behind a line. The simulators themselves
 * are pure and live in devices/sim; here they get their options, their time and their control lines. */
#ifndef SP_MAIN_DEVICE_SIM_H
#define SP_MAIN_DEVICE_SIM_H

#include "base/buf.h"
#include "devices/sim/chaos.h"
#include "main/args.h"

#define SP_SIM_OUT_MAX    (64u << 10)
#define SP_SIM_ANSWER_MAX (64u << 20) /* bytes of a page as a picture */

struct sp_sim;

struct sp_sim_kind {
  const char *name;
  const char *options; /* " --protocol --rate ": those of `simulate` that mean something to it */
  enum sp_chaos_way usual;
  bool jobs; /* struct sp_chaos */
  /* SP_E_INVALID names the option. */
  int (*open)(const struct sp_args *args, struct sp_sim **out, struct sp_error *err);
  /* Bytes have arrived; returns how many were taken. */
  size_t (*take)(struct sp_sim *sim, const uint8_t *bytes, size_t len);
  /* Time has come to `now_us`; returns when it wants to be called next, SP_CHAOS_NEVER for never. */
  int64_t (*tick)(struct sp_sim *sim, int64_t now_us);
  /* SP_E_NOT_FOUND, and nothing appended, for a line it does not know. */
  int (*control)(struct sp_sim *sim, const char *line, struct sp_buf *answer);
  /* A program connected, or is gone. */
  void (*line)(struct sp_sim *sim, bool up);
  /* How it is configured in a till, behind the link: ,"protocol":"mt8217". */
  void (*configuration)(const struct sp_sim *sim, struct sp_buf *out);
  void (*close)(struct sp_sim *sim);
};

/* The head of each. */
struct sp_sim {
  const struct sp_sim_kind *kind;
  struct sp_buf out;  /* what it says, for the line */
  struct sp_buf news; /* lines for a bystander, each "# …" */
  bool cut;           /* pull the cable, once `out` has left */
  bool off;           /* no power: nobody reads the line */
  bool packets;       /* each tick's bytes are one write */
};

extern const struct sp_sim_kind sp_sim_printer, sp_sim_scale, sp_sim_scanner, sp_sim_display;

#endif
