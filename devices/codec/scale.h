/* Scales: the bytes of a serial or USB scale to readings, and the bytes that ask it something. Pure functions.
 *
 * A scale is sold and verified to a law: its number is shown and used as it came, in the scale's own unit and with the
 * scale's own decimals, never computed, rounded or edited. The frame it came in is kept beside it as evidence.
 *
 * No false weight, ever. A frame counts only when every byte of it is where its protocol puts it and its checksum, if
 * there is one, is right; anything else is noise, skipped a byte at a time until a frame begins again. How the bytes
 * are cut by the line makes no difference (but see `packets`). Memory is one window of SP_SCALE_FRAME_MAX bytes.
 *
 * What a codec cannot know is left to the driver: how old a reading is, whether a scale that never says "stable" has
 * said the same thing long enough, the least weight of its type plate, and whether this weight was sold before. After
 * a silence the driver calls sp_scale_reset, so that no frame is made of two halves.
 *
 * The sources of the facts stand in each scale_*.c above its protocol: [M] a maker's manual, [C] read in public source,
 * [F] field notes.
 */
#ifndef SP_DEVICES_CODEC_SCALE_H
#define SP_DEVICES_CODEC_SCALE_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_SCALE_FRAME_MAX   48 /* bytes of the longest frame of any protocol, and of the window */
#define SP_SCALE_REQUEST_MAX 32 /* bytes of the longest request */

#define SP_SCALE_NOISE (-1) /* what a scan says: no frame begins at the first byte */
#define SP_SCALE_BAD   (-2) /* one does, with a wrong checksum */

enum sp_scale_unit {
  SP_SCALE_OTHER = 0, /* told, but none we sell in (斤, tael, pieces), or not told */
  SP_SCALE_G,
  SP_SCALE_KG,
  SP_SCALE_LB,
  SP_SCALE_OZ
};

enum sp_scale_motion {
  SP_SCALE_UNTOLD = 0, /* this protocol has no word for it */
  SP_SCALE_MOVING,
  SP_SCALE_STABLE
};

enum sp_scale_kind {
  SP_SCALE_NOTHING = 0, /* never emitted */
  SP_SCALE_READING,
  SP_SCALE_ACK, /* the scale took what it was sent; a protocol with SP_SCALE_ENQUIRE is now asked for the weight */
  SP_SCALE_NAK  /* it did not, or has no weight to give: empty, moving, under or over */
};

/* A number as the scale wrote it: 652 with 3 decimals is 0.652. */
struct sp_scale_number {
  int64_t value;
  uint8_t decimals; /* 0 to 6 */
  bool told;        /* false: the frame has no such number, and the others here are 0 */
};

struct sp_scale_reading {
  enum sp_scale_kind kind;
  enum sp_scale_unit unit;
  enum sp_scale_motion motion;
  struct sp_scale_number weight; /* net; below 0 when negative. Not told: the scale only said how it is */
  struct sp_scale_number tare;
  struct sp_scale_number price;  /* per unit, digits as sent: the scale's settings say where the point stands */
  struct sp_scale_number amount; /* likewise; computed by the scale */
  bool zero;                     /* nothing on the pan, by its word or by its number */
  bool negative;
  bool over;         /* above its capacity */
  bool under;        /* below zero or below its least weight */
  bool net;          /* a tare is in effect */
  bool fault;        /* not zeroed, not calibrated, not ready, held: no weight of this frame may be used */
  bool odd_checksum; /* right only by the other scope some makers use (cas_ap1, aclas_*): worth one line in the log */
  uint8_t raw_len;
  uint8_t raw[SP_SCALE_FRAME_MAX]; /* the frame, for the journal */
};

enum sp_scale_ask {
  SP_SCALE_ENQUIRE, /* "are you there": wait for SP_SCALE_ACK, then ask for the weight */
  SP_SCALE_WEIGH,   /* the weight, or what keeps it from having one */
  SP_SCALE_STATUS,  /* why it refused */
  SP_SCALE_ZERO,
  SP_SCALE_TARE,
  SP_SCALE_UNTARE,
  SP_SCALE_STREAM_ON,
  SP_SCALE_STREAM_OFF,
  SP_SCALE_END,   /* closes an exchange */
  SP_SCALE_PRICE, /* here is the unit price (and the tare); the answer has the amount */
  SP_SCALE_ASKS   /* how many there are */
};

/* For SP_SCALE_PRICE: digits in the scale's own resolution. A tare of 0 is not sent. */
struct sp_scale_offer {
  int32_t price;
  int32_t tare;
};

struct sp_scale_bytes {
  uint8_t bytes[SP_SCALE_REQUEST_MAX];
  size_t len;
};

struct sp_scale_codec {
  const char *id;    /* what a configuration says, stable: "mt8217" */
  const char *title; /* for a person */
  const char *line;  /* settings of the serial line as delivered: "9600,7,E,1"; "" for USB */
  bool asks;         /* answers SP_SCALE_WEIGH (or SP_SCALE_PRICE) */
  bool streams;      /* speaks without being asked */
  bool tells_motion; /* false: every reading is SP_SCALE_UNTOLD and none is sellable by itself */
  bool checked;      /* frames have a checksum; where they have none, a driver wants two equal ones */
  bool packets;      /* each feed is whole reports, as a HID device delivers them; other lengths are noise */
  uint8_t frame_len; /* of a packet */
  uint8_t variant;   /* for the scan function, where several codecs share one */
  const char *requests[SP_SCALE_ASKS]; /* null: no such request, or SP_SCALE_PRICE, which is made by `offer` */
  int (*offer)(const struct sp_scale_offer *offer, struct sp_scale_bytes *out);
  /* The bytes of a frame at the start of `bytes`; 0: more are needed; SP_SCALE_NOISE, SP_SCALE_BAD. */
  int (*scan)(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len, struct sp_scale_reading *out);
};

/* A decoder. All of it may be read, none written but by the functions below. */
struct sp_scale {
  const struct sp_scale_codec *codec;
  uint64_t frames; /* taken since sp_scale_init */
  uint64_t noise;  /* bytes skipped */
  uint64_t bad;    /* whole frames refused for their checksum */
  size_t len;
  uint8_t window[SP_SCALE_FRAME_MAX];
};

/* Called once for each frame; `reading` is the decoder's and gone when the call returns. */
typedef void (*sp_scale_emit)(void *ctx, const struct sp_scale_reading *reading);

/* Every protocol, in the order a person should be offered them. Static. */
const struct sp_scale_codec *const *sp_scale_codecs(size_t *count);
/* Null when there is none of that name. */
const struct sp_scale_codec *sp_scale_codec_find(const char *id);

void sp_scale_init(struct sp_scale *scale, const struct sp_scale_codec *codec);
/* Forget the frame that has begun, keep the counts: after a silence, a reconnect, a change of line settings. */
void sp_scale_reset(struct sp_scale *scale);
void sp_scale_feed(struct sp_scale *scale, const uint8_t *bytes, size_t len, sp_scale_emit emit, void *ctx);

/* The bytes to send. `offer` is for SP_SCALE_PRICE and otherwise null. SP_E_UNSUPPORTED: this protocol has no such
 * request. SP_E_RANGE: a price or tare below 0 or too long for its field. */
int sp_scale_request(const struct sp_scale_codec *codec, enum sp_scale_ask ask, const struct sp_scale_offer *offer,
                     struct sp_scale_bytes *out);

/* Within its range, not negative, nothing wrong with it. Says nothing about motion. */
bool sp_scale_in_range(const struct sp_scale_reading *reading);
/* May this reading be sold by its own word: a weight above 0 in a unit we know, stable, in range. */
bool sp_scale_sellable(const struct sp_scale_reading *reading);
/* The weight in thousandths of its unit (grams, for kg), exactly. SP_E_STATE: no weight. SP_E_RANGE: the scale shows
 * finer than thousandths and the rest is not zero. */
int sp_scale_thousandths(const struct sp_scale_reading *reading, int64_t *out);
/* The weight in whole grams, exactly, as goods are sold. SP_E_STATE: no weight. SP_E_UNSUPPORTED: not metric.
 * SP_E_RANGE: the scale shows parts of a gram and they are not zero: cutting or rounding them would edit its number. */
int sp_scale_grams(const struct sp_scale_reading *reading, int64_t *out);

#endif
