/* Any bytes on the line of any scale. The first byte chooses the protocol, the rest is what came. Read whole, a byte at
 * a time and in odd pieces it says the same; nothing leaves its bounds; what is sellable is a weight above nothing, at
 * rest and in range; and every frame, read again by itself, says the same again. */
#include "devices/codec/scale.h"
#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 4096 };

struct seen {
  const struct sp_scale_codec *codec;
  size_t count;
  uint64_t sum;
};

static void expect(int truth) {
  if (!truth) abort();
}

static uint64_t mix(uint64_t sum, uint64_t value) {
  return (sum ^ value) * 1099511628211u;
}

static uint64_t sum_of(const struct sp_scale_reading *reading) {
  uint64_t sum = mix((uint64_t)reading->kind, (uint64_t)reading->weight.value);
  sum = mix(sum, reading->weight.decimals);
  sum = mix(sum, (uint64_t)reading->unit * 8 + (uint64_t)reading->motion);
  for (size_t i = 0; i < reading->raw_len; i++)
    sum = mix(sum, reading->raw[i]);
  return mix(sum, (uint64_t)sp_scale_in_range(reading) * 2 + sp_scale_sellable(reading));
}

static void check_number(const struct sp_scale_number *number) {
  expect(number->decimals <= 6 && number->value < 1000000000 && number->value > -1000000000);
  expect(number->told || (number->value == 0 && number->decimals == 0));
}

static void see(void *ctx, const struct sp_scale_reading *reading) {
  struct seen *seen = ctx;
  int64_t thousandths = 0;
  expect(reading->kind != SP_SCALE_NOTHING && reading->raw_len > 0 && reading->raw_len <= SP_SCALE_FRAME_MAX);
  check_number(&reading->weight);
  check_number(&reading->tare);
  check_number(&reading->price);
  check_number(&reading->amount);
  if (reading->weight.told && reading->weight.value < 0) expect(reading->negative);
  if (sp_scale_thousandths(reading, &thousandths) == 0) expect((thousandths < 0) == (reading->weight.value < 0));
  if (sp_scale_sellable(reading)) {
    expect(seen->codec->tells_motion && reading->weight.value > 0 && reading->motion == SP_SCALE_STABLE);
    expect(!reading->over && !reading->under && !reading->fault && !reading->negative);
  }
  if (!seen->codec->tells_motion) expect(reading->motion == SP_SCALE_UNTOLD);
  seen->count++;
  seen->sum = mix(seen->sum, sum_of(reading));
}

static struct seen run(const struct sp_scale_codec *codec, const uint8_t *data, size_t size, size_t step) {
  struct seen seen = {.codec = codec};
  struct sp_scale scale;
  sp_scale_init(&scale, codec);
  for (size_t at = 0; at < size; at += step) {
    sp_scale_feed(&scale, data + at, size - at < step ? size - at : step, see, &seen);
    expect(scale.len < SP_SCALE_FRAME_MAX);
  }
  expect(scale.frames == seen.count && scale.noise <= size && scale.frames <= size);
  sp_scale_reset(&scale);
  expect(scale.len == 0 && scale.noise <= size);
  return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  if (size < 1 || size > SEEN_MAX) return 0;
  const struct sp_scale_codec *codec = codecs[data[0] % count];
  struct seen whole = run(codec, data + 1, size - 1, size);
  for (size_t step = 1; step <= 5 && !codec->packets; step += 2) {
    struct seen again = run(codec, data + 1, size - 1, step);
    expect(again.count == whole.count && again.sum == whole.sum);
  }
  return 0;
}
