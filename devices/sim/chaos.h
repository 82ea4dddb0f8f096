/* A bad line between a program and a device that is not there. Pure: time is passed in, chance is a seed.
 *
 * Bytes go two ways, each with its own troubles: TO the device (a job, a question) and FROM it (weights, codes,
 * answers). They wait in a bounded queue and arrive in order, late or spoiled or not at all, as they were told. The
 * owner puts in what one read or one write of the line gave, takes out what has arrived, and drops the connection when
 * sp_chaos_cut says so.
 *
 * Told by lines, where WAY is `to`, `from` or `both` (absent: the usual one of the device; of delay and stall: both):
 *   delay MS [WAY]       every byte comes so much later
 *   half [WAY]           of the next write only the first half arrives
 *   swallow N [WAY]      the next N bytes get lost
 *   garble PPM [WAY]     so many of a million bytes have a bit flipped (0: none); for a serial line without parity
 *   duplicate on|off [WAY]  every write arrives twice, as some adapters do with a serial line. Never on the way to a
 *                        printer: TCP and USB do not, and a receipt printed twice would be the chaos' own
 *   stall on|off [WAY]   nothing arrives; it waits, and when the queue is full the sender feels it
 *   cut                  the connection is dropped now
 *   cut-after N [WAY]    … when N more bytes have arrived
 *   refuse on|off        no new connection
 *   calm                 none of all that any more
 */
#ifndef SP_DEVICES_SIM_CHAOS_H
#define SP_DEVICES_SIM_CHAOS_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_CHAOS_ROOM     4096 /* bytes that wait one way */
#define SP_CHAOS_SEGMENTS 256  /* writes that wait one way; more share their time with the last */
#define SP_CHAOS_NEVER    INT64_MAX

enum sp_chaos_way { SP_CHAOS_TO, SP_CHAOS_FROM, SP_CHAOS_WAYS };

struct sp_chaos_lane {
  int32_t delay_ms, garble_ppm;
  bool half, duplicate, stall;
  int64_t swallow;
  int64_t cut_after; /* −1: never */
  uint8_t bytes[2 * SP_CHAOS_ROOM];
  size_t len;
  struct {
    size_t len;
    int64_t due_us;
  } segments[SP_CHAOS_SEGMENTS];
  int segment_count;
};

/* The caller's memory; only `refuse` is to be read. */
struct sp_chaos {
  struct sp_chaos_lane lanes[SP_CHAOS_WAYS];
  enum sp_chaos_way usual;
  bool jobs; /* a printer: nothing is doubled on the way to it */
  bool refuse, cut;
  uint64_t dice;
};

void sp_chaos_init(struct sp_chaos *chaos, enum sp_chaos_way usual, bool jobs, uint64_t seed);
/* A new connection: what waited is gone, and a cut that was due; the troubles stay. */
void sp_chaos_reset(struct sp_chaos *chaos);

/* Bytes that may be put in now without loss. */
size_t sp_chaos_room(const struct sp_chaos *chaos, enum sp_chaos_way way);
/* One write begins its way. What has no room is lost, as on a line that nobody reads. */
void sp_chaos_put(struct sp_chaos *chaos, enum sp_chaos_way way, const void *bytes, size_t len, int64_t now_us);
/* What has arrived: returns how much, `*bytes` is where, until the next call that is not const. */
size_t sp_chaos_ready(const struct sp_chaos *chaos, enum sp_chaos_way way, int64_t now_us, const uint8_t **bytes);
/* The first `len` of it were taken. */
void sp_chaos_take(struct sp_chaos *chaos, enum sp_chaos_way way, size_t len);
/* When the next bytes arrive: SP_CHAOS_NEVER when none are on their way. */
int64_t sp_chaos_due(const struct sp_chaos *chaos, enum sp_chaos_way way);
/* Is the connection to be dropped? The owner does it and calls sp_chaos_reset. */
bool sp_chaos_cut(const struct sp_chaos *chaos);

/* Do what `line` says and append the answer: "ok", or "error: …". SP_E_NOT_FOUND, and nothing appended: the line is
 * none of those above. SP_E_INVALID, SP_E_STATE (duplicate to a printer). */
int sp_chaos_control(struct sp_chaos *chaos, const char *line, struct sp_buf *answer);
/* Append the lines above, for `help`. */
void sp_chaos_help(struct sp_buf *answer);

#endif
