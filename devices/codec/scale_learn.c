#include "devices/codec/scale_learn.h"

#include <string.h>

/* What speaks against a codec, in points of a hundred. */
#define AGAINST_ODD       10 /* its checksum is right only by another maker's scope */
#define AGAINST_UNCHECKED 3  /* nothing in its frames proves them */
#define AGAINST_ONE       10 /* one frame may be chance */
#define AGAINST_BAD       20 /* frames with a wrong checksum */

struct heard {
  struct sp_scale_learner *learner;
  size_t index;
};

void sp_scale_learn_start(struct sp_scale_learner *learner) {
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  memset(learner, 0, sizeof *learner);
  learner->count = count < SP_SCALE_LEARN_MAX ? count : SP_SCALE_LEARN_MAX;
  for (size_t i = 0; i < learner->count; i++)
    sp_scale_init(&learner->tries[i].decoder, codecs[i]);
}

/* An acknowledgement is one byte and may be anybody's: it proves nothing. */
static void hear(void *ctx, const struct sp_scale_reading *reading) {
  struct heard *heard = ctx;
  if (reading->kind != SP_SCALE_READING) return;
  uint64_t noise = heard->learner->tries[heard->index].decoder.noise;
  if (heard->learner->tries[heard->index].last.kind == SP_SCALE_NOTHING)
    heard->learner->tries[heard->index].joined = noise < SP_SCALE_FRAME_MAX ? noise : SP_SCALE_FRAME_MAX;
  heard->learner->tries[heard->index].last = *reading;
  heard->learner->tries[heard->index].odd += reading->odd_checksum;
}

void sp_scale_learn_feed(struct sp_scale_learner *learner, const uint8_t *bytes, size_t len) {
  learner->bytes += len;
  for (size_t i = 0; i < learner->count; i++) {
    struct heard heard = {.learner = learner, .index = i};
    sp_scale_feed(&learner->tries[i].decoder, bytes, len, hear, &heard);
  }
}

static int score_of(const struct sp_scale_learner *learner, size_t index) {
  const struct sp_scale *decoder = &learner->tries[index].decoder;
  uint64_t joined = learner->tries[index].joined, bytes = learner->bytes - joined, lost = decoder->noise - joined;
  int score = bytes > lost ? (int)((bytes - lost) * 100 / bytes) : 0;
  if (learner->tries[index].odd > 0) score -= AGAINST_ODD;
  if (!decoder->codec->checked) score -= AGAINST_UNCHECKED;
  if (decoder->frames == 1) score -= AGAINST_ONE;
  if (decoder->bad * 20 > decoder->frames) score -= AGAINST_BAD;
  return score > 0 ? score : 0;
}

int sp_scale_learn_guess(const struct sp_scale_learner *learner, struct sp_scale_guess *out, int max) {
  int count = 0;
  for (size_t i = 0; i < learner->count; i++) {
    const struct sp_scale *decoder = &learner->tries[i].decoder;
    const struct sp_scale_guess guess = {.codec = decoder->codec,
                                         .frames = decoder->frames,
                                         .bad = decoder->bad,
                                         .noise = decoder->noise,
                                         .score = score_of(learner, i),
                                         .last = learner->tries[i].last};
    if (guess.last.kind != SP_SCALE_READING || guess.score == 0) continue;
    int place = count;
    while (place > 0 && out[place - 1].score < guess.score)
      place--;
    if (place >= max) continue;
    if (count < max) count++;
    for (int at = count - 1; at > place; at--)
      out[at] = out[at - 1];
    out[place] = guess;
  }
  return count;
}
