/* Which protocol does this scale speak? Every codec is fed the same bytes, and those that make sense of them are named,
 * the likeliest first. Pure. */
#ifndef SP_DEVICES_CODEC_SCALE_LEARN_H
#define SP_DEVICES_CODEC_SCALE_LEARN_H

#include "devices/codec/scale.h"

#define SP_SCALE_LEARN_MAX  32 /* codecs */
#define SP_SCALE_LEARN_SURE 80 /* a score from which a person need not doubt */

struct sp_scale_guess {
  const struct sp_scale_codec *codec;
  uint64_t frames, bad, noise; /* as struct sp_scale has them */
  int score;                   /* 0 to 100: how much of the bytes it explains, less what speaks against it */
  struct sp_scale_reading last;
};

/* The caller's memory. */
struct sp_scale_learner {
  size_t count;
  uint64_t bytes;
  struct {
    struct sp_scale decoder;
    uint64_t odd;    /* frames right only by the other scope of the checksum */
    uint64_t joined; /* noise before the first frame: listening began in the middle of one */
    struct sp_scale_reading last;
  } tries[SP_SCALE_LEARN_MAX];
};

void sp_scale_learn_start(struct sp_scale_learner *learner);
void sp_scale_learn_feed(struct sp_scale_learner *learner, const uint8_t *bytes, size_t len);
/* Those with a frame at least, the best first; returns how many of at most `max`. */
int sp_scale_learn_guess(const struct sp_scale_learner *learner, struct sp_scale_guess *out, int max);

#endif
