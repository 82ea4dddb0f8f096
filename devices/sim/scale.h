/* A scale that is not there: what lies on its pan goes in, the bytes its protocol would send come out.
 *
 * Written from the descriptions named in devices/codec/scale_*.c and sharing no code with them. Pure: no clock, no
 * randomness of its own.
 */
#ifndef SP_DEVICES_SIM_SCALE_H
#define SP_DEVICES_SIM_SCALE_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sp_scale_sim {
  const char *protocol; /* the id of a codec: "mt8217" */
  int32_t gross;        /* grams on the pan; below 0 when something it was zeroed with is gone */
  int32_t zero;         /* grams that count as nothing: what a "zero" took away */
  int32_t tare;         /* grams */
  int32_t capacity;     /* grams it can weigh, at most 99999 (9999 for dahua_acs) */
  int32_t price;        /* per kg, as last told by the till */
  bool moving;          /* the pan has not come to rest */
  bool unzeroed;        /* switched on with a load: has no weight until it is zeroed */
};

/* What it shows: grams without zero and tare. */
int32_t sp_scale_sim_net(const struct sp_scale_sim *sim);
bool sp_scale_sim_is_over(const struct sp_scale_sim *sim);

/* The next frame of a scale that streams, or the answer of one that was asked; nothing when such a scale stays silent.
 * SP_E_UNSUPPORTED: no such protocol. Otherwise what `out` says. */
int sp_scale_sim_frame(const struct sp_scale_sim *sim, struct sp_buf *out);

/* Give it a whole request; the answer, if any, is appended. Zero, tare and price change `sim`. A moving scale takes
 * neither zero nor tare. Bytes it does not know are not answered. */
int sp_scale_sim_hear(struct sp_scale_sim *sim, const uint8_t *bytes, size_t len, struct sp_buf *out);

/* What arrives on a line, until it is a whole request. Zero it when the line begins. */
struct sp_scale_ear {
  uint8_t bytes[32];
  size_t len;
};

/* As sp_scale_sim_hear, for bytes cut anyhow: waits for the rest of what may become a request and passes over, one byte
 * at a time, what cannot. Several answers may be appended. */
int sp_scale_sim_listen(struct sp_scale_sim *sim, struct sp_scale_ear *ear, const uint8_t *bytes, size_t len,
                        struct sp_buf *out);

/* The keys of the scale itself. False, and nothing happened, when it does not take them now: moving, or no load (above
 * nothing, within the capacity) to be a tare. */
bool sp_scale_sim_zero(struct sp_scale_sim *sim);
bool sp_scale_sim_tare(struct sp_scale_sim *sim);

enum sp_scale_spoil {
  SP_SPOIL_CUT,    /* only the first part arrives */
  SP_SPOIL_BEHEAD, /* only the last part */
  SP_SPOIL_DROP,   /* one byte is lost */
  SP_SPOIL_DOUBLE, /* one byte comes twice */
  SP_SPOIL_FLIP,   /* one bit is wrong */
  SP_SPOILS        /* how many there are */
};

/* The frame as a bad line delivers it. `dice` chooses the place; the same dice, the same damage. */
int sp_scale_sim_spoil(enum sp_scale_spoil how, uint64_t dice, const uint8_t *bytes, size_t len, struct sp_buf *out);

#endif
