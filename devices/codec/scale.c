#include "devices/codec/scale_frame.h"

#include <string.h>

static const struct sp_scale_codec *const codecs[] = {
    &sp_scale_aclas_os2,   &sp_scale_aclas_os2_asked,
    &sp_scale_aclas_ns1,   &sp_scale_dahua_acs,
    &sp_scale_dahua_lines, &sp_scale_cas_ap1,
    &sp_scale_cas22,       &sp_scale_bcd6,
    &sp_scale_toledo_cont, &sp_scale_toledo_plain,
    &sp_scale_mt8217,      &sp_scale_mt_sics,
    &sp_scale_dialog06,    &sp_scale_tisa,
    &sp_scale_nci,         &sp_scale_and18,
    &sp_scale_adam,        &sp_scale_hid,
};

const struct sp_scale_codec *const *sp_scale_codecs(size_t *count) {
  *count = sizeof codecs / sizeof codecs[0];
  return codecs;
}

const struct sp_scale_codec *sp_scale_codec_find(const char *id) {
  for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
    if (strcmp(codecs[i]->id, id) == 0) return codecs[i];
  return NULL;
}

void sp_scale_init(struct sp_scale *scale, const struct sp_scale_codec *codec) {
  *scale = (struct sp_scale){.codec = codec};
}

void sp_scale_reset(struct sp_scale *scale) {
  scale->noise += scale->len;
  scale->len = 0;
}

static void drop(struct sp_scale *scale, size_t len) {
  scale->len -= len;
  memmove(scale->window, scale->window + len, scale->len);
}

static void take(struct sp_scale *scale, struct sp_scale_reading *reading, size_t len, sp_scale_emit emit, void *ctx) {
  if (reading->weight.told && reading->weight.value < 0) reading->negative = true;
  if (reading->weight.told && reading->weight.value == 0) reading->zero = true;
  reading->raw_len = (uint8_t)len;
  memcpy(reading->raw, scale->window, len);
  scale->frames++;
  if (emit) emit(ctx, reading);
}

/* Frames leave the window from its start until what is left may still become one. */
static void settle(struct sp_scale *scale, sp_scale_emit emit, void *ctx) {
  while (scale->len > 0) {
    struct sp_scale_reading reading = {.kind = SP_SCALE_READING};
    int used = scale->codec->scan(scale->codec, scale->window, scale->len, &reading);
    if (used == 0 && scale->len < sizeof scale->window) return;
    if (used > 0) {
      take(scale, &reading, (size_t)used, emit, ctx);
      drop(scale, (size_t)used);
      continue;
    }
    if (used == SP_SCALE_BAD) scale->bad++;
    scale->noise++;
    drop(scale, 1);
  }
}

static void feed_packets(struct sp_scale *scale, const uint8_t *bytes, size_t len, sp_scale_emit emit, void *ctx) {
  size_t size = scale->codec->frame_len;
  if (len % size != 0) {
    scale->noise += len;
    return;
  }
  for (size_t at = 0; at < len; at += size) {
    struct sp_scale_reading reading = {.kind = SP_SCALE_READING};
    memcpy(scale->window, bytes + at, size);
    if (scale->codec->scan(scale->codec, scale->window, size, &reading) > 0)
      take(scale, &reading, size, emit, ctx);
    else
      scale->noise += size;
  }
}

void sp_scale_feed(struct sp_scale *scale, const uint8_t *bytes, size_t len, sp_scale_emit emit, void *ctx) {
  if (scale->codec->packets) {
    feed_packets(scale, bytes, len, emit, ctx);
    return;
  }
  for (size_t i = 0; i < len; i++) {
    scale->window[scale->len++] = bytes[i];
    settle(scale, emit, ctx);
  }
}

int sp_scale_request(const struct sp_scale_codec *codec, enum sp_scale_ask ask, const struct sp_scale_offer *offer,
                     struct sp_scale_bytes *out) {
  out->len = 0;
  if ((int)ask < 0 || ask >= SP_SCALE_ASKS) return SP_E_UNSUPPORTED;
  if (ask == SP_SCALE_PRICE) {
    if (!codec->offer) return SP_E_UNSUPPORTED;
    int rc = offer ? codec->offer(offer, out) : SP_E_RANGE;
    if (rc) out->len = 0;
    return rc;
  }
  if (!codec->requests[ask]) return SP_E_UNSUPPORTED;
  sp_scale_put(out, codec->requests[ask]);
  return 0;
}

bool sp_scale_in_range(const struct sp_scale_reading *reading) {
  return !reading->over && !reading->under && !reading->negative && !reading->fault;
}

bool sp_scale_sellable(const struct sp_scale_reading *reading) {
  return reading->kind == SP_SCALE_READING && reading->weight.told && reading->weight.value > 0 &&
         reading->motion == SP_SCALE_STABLE && reading->unit != SP_SCALE_OTHER && sp_scale_in_range(reading);
}

int sp_scale_thousandths(const struct sp_scale_reading *reading, int64_t *out) {
  if (!reading->weight.told) return SP_E_STATE;
  int64_t value = reading->weight.value;
  int decimals = reading->weight.decimals;
  for (; decimals < 3; decimals++)
    value *= 10;
  for (; decimals > 3; decimals--) {
    if (value % 10 != 0) return SP_E_RANGE;
    value /= 10;
  }
  *out = value;
  return 0;
}

int sp_scale_grams(const struct sp_scale_reading *reading, int64_t *out) {
  int64_t thousandths = 0;
  if (!reading->weight.told) return SP_E_STATE;
  if (reading->unit != SP_SCALE_KG && reading->unit != SP_SCALE_G) return SP_E_UNSUPPORTED;
  int rc = sp_scale_thousandths(reading, &thousandths);
  if (rc) return rc;
  if (reading->unit == SP_SCALE_G && thousandths % 1000 != 0) return SP_E_RANGE;
  *out = reading->unit == SP_SCALE_G ? thousandths / 1000 : thousandths;
  return 0;
}
