/* Frames as the makers' manuals and public sources show them (see devices/codec/scale_*.c), and what must not be taken
 * for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/scale.h"
#include <string.h>

struct seen {
  int count;
  struct sp_scale_reading last;
};

static void see(void *ctx, const struct sp_scale_reading *reading) {
  struct seen *seen = ctx;
  seen->count++;
  seen->last = *reading;
}

static const struct sp_scale_codec *find(const char *id) {
  const struct sp_scale_codec *codec = sp_scale_codec_find(id);
  if (!codec) fail_msg("no codec is called %s", id);
  return codec;
}

/* "02 30 2E" */
static size_t from_hex(const char *hex, uint8_t *bytes, size_t max) {
  static const char digits[] = "0123456789ABCDEF";
  size_t len = 0;
  for (; *hex; hex += hex[2] ? 3 : 2) {
    const char *high = strchr(digits, hex[0]);
    const char *low = strchr(digits, hex[1]);
    assert_true(high && low && len < max);
    bytes[len++] = (uint8_t)((high - digits) * 16 + (low - digits));
  }
  return len;
}

enum { OVER = 1, UNDER = 2, FAULT = 4, ZERO = 8, NEGATIVE = 16, NET = 32, ODD = 64, NO_WEIGHT = 128 };

struct frame {
  const char *protocol;
  const char *hex;
  int64_t value;
  int decimals;
  enum sp_scale_unit unit;
  enum sp_scale_motion motion;
  int flags;
};

#define STABLE  SP_SCALE_STABLE
#define MOVING  SP_SCALE_MOVING
#define UNTOLD  SP_SCALE_UNTOLD
#define KG      SP_SCALE_KG
#define GRAM    SP_SCALE_G
#define POUND   SP_SCALE_LB
#define UNKNOWN SP_SCALE_OTHER

static const struct frame frames[] = {
    {"mt8217", "02 30 30 2E 36 35 32 0D", 652, 3, KG, STABLE, 0},
    {"mt8217", "02 30 30 2E 36 35 32 4E 0D", 652, 3, KG, STABLE, NET},
    {"mt8217", "02 30 30 31 2E 34 34 0D", 144, 2, POUND, STABLE, 0},
    {"mt8217", "02 3F 41 0D", 0, 0, UNKNOWN, MOVING, NO_WEIGHT},
    {"mt8217", "02 3F 42 0D", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | OVER},
    {"mt8217", "02 3F 44 0D", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | UNDER},
    {"mt8217", "02 3F 48 0D", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | FAULT},
    {"mt8217", "02 3F 70 0D", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | ZERO | NET},
    {"mt_sics", "53 20 53 20 20 20 20 20 20 30 2E 36 35 32 20 6B 67 0D 0A", 652, 3, KG, STABLE, 0},
    {"mt_sics", "53 20 44 20 20 20 20 20 20 2D 31 32 2E 35 20 67 0D 0A", -125, 1, GRAM, MOVING, NEGATIVE},
    {"mt_sics", "53 20 53 20 20 20 20 20 20 20 20 20 31 32 20 50 43 53 0D 0A", 12, 0, UNKNOWN, STABLE, 0},
    {"mt_sics", "53 20 49 0D 0A", 0, 0, UNKNOWN, MOVING, NO_WEIGHT},
    {"mt_sics", "53 20 2B 0D 0A", 0, 0, UNKNOWN, MOVING, NO_WEIGHT | OVER},
    {"mt_sics", "53 20 2D 0D 0A", 0, 0, UNKNOWN, MOVING, NO_WEIGHT | UNDER},
    {"toledo_cont", "02 35 30 20 20 20 20 36 35 32 20 20 20 20 20 30 0D 1F", 652, 3, KG, STABLE, 0},
    {"toledo_cont", "02 35 39 20 20 20 20 36 33 32 20 20 20 20 32 30 0D 06", 632, 3, KG, MOVING, NET},
    {"toledo_plain", "02 35 30 20 20 20 20 36 35 32 20 20 20 20 20 30 0D", 652, 3, KG, STABLE, 0},
    {"toledo_plain", "02 34 22 20 20 20 20 31 34 34 20 20 20 20 20 30 0D", -144, 2, POUND, STABLE, NEGATIVE},
    {"toledo_plain", "02 35 34 20 20 20 20 20 20 20 20 20 20 20 20 30 0D", 0, 0, KG, STABLE, NO_WEIGHT | OVER},
    {"toledo_plain", "02 35 36 20 20 20 20 20 20 20 20 20 20 20 20 30 0D", 0, 0, KG, STABLE,
     NO_WEIGHT | UNDER | NEGATIVE},
    {"toledo_plain", "02 35 70 20 20 20 20 36 35 32 20 20 20 20 20 30 0D", 652, 3, KG, STABLE, FAULT},
    {"toledo_plain", "02 35 30 30 20 20 36 35 32 30 20 20 20 20 20 30 0D", 0, 0, KG, STABLE, NO_WEIGHT},
    {"toledo_plain", "02 35 30 21 20 20 20 36 35 32 20 20 20 20 20 30 0D", 652, 3, UNKNOWN, STABLE, 0},
    {"cas_ap1", "01 02 53 20 30 30 2E 36 35 32 6B 67 60 03 04", 652, 3, KG, STABLE, 0},
    {"cas_ap1", "01 02 53 20 30 30 2E 36 35 32 6B 67 63 03 04", 652, 3, KG, STABLE, ODD},
    {"cas_ap1", "01 02 55 46 46 46 46 46 46 46 6B 67 1F 03 04", 0, 0, KG, MOVING, NO_WEIGHT | OVER},
    {"aclas_os2", "01 02 53 20 30 30 2E 36 35 32 6B 67 63 03 04 00", 652, 3, KG, STABLE, 0},
    {"aclas_os2", "01 02 53 20 30 30 2E 36 35 32 6B 67 60 03 04 20", 652, 3, KG, STABLE, ODD | NET},
    {"aclas_os2", "01 02 53 20 30 30 2E 36 35 32 6B 67 63 03 04 40", 0, 0, KG, STABLE, NO_WEIGHT | OVER},
    {"aclas_os2", "01 02 53 20 30 30 2E 36 35 32 6B 67 63 03 04 04", 0, 0, KG, STABLE, NO_WEIGHT | OVER},
    {"aclas_os2_asked", "01 02 55 2D 30 30 2E 36 35 32 6B 67 68 03 04", -652, 3, KG, MOVING, NEGATIVE},
    {"aclas_os2_asked", "01 02 53 20 30 31 2E 33 30 34 53 4A 71 03 04", 1304, 3, UNKNOWN, STABLE, 0},
    {"aclas_ns1", "01 02 53 20 30 30 2C 36 35 32 6B 67 61 03 04", 652, 3, KG, STABLE, 0},
    {"dahua_acs", "02 20 20 30 2E 36 35 32 20 4B 47", 652, 3, KG, UNTOLD, 0},
    {"dahua_lines", "0A 0D 30 30 36 35 32 0A 0D 30 31 32 38 30 0A 0D 30 30 30 38 33 35 0A", 652, 0, GRAM, UNTOLD, 0},
    {"dialog06", "02 30 32 1B 33 1B 30 30 36 35 32 1B 30 30 31 32 38 30 1B 30 30 30 38 33 35 03", 652, 3, KG, STABLE,
     0},
    {"dialog06", "02 30 39 1B 30 30 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT},
    {"dialog06", "02 30 39 1B 32 30 03", 0, 0, UNKNOWN, MOVING, NO_WEIGHT},
    {"dialog06", "02 30 39 1B 32 31 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT},
    {"dialog06", "02 30 39 1B 32 32 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | FAULT},
    {"dialog06", "02 30 39 1B 33 30 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | UNDER},
    {"dialog06", "02 30 39 1B 33 31 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | UNDER | NEGATIVE},
    {"dialog06", "02 30 39 1B 33 32 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | OVER},
    {"dialog06", "02 31 31 1B 32 3B 32 03", 0, 0, UNKNOWN, UNTOLD, NO_WEIGHT | FAULT},
    {"dialog06", "02 31 31 1B 31 03", 0, 0, UNKNOWN, UNTOLD, NO_WEIGHT},
    {"tisa", "39 39 30 30 30 33 31 36 30 30 30 30 30 30 30 34 0D 0A", 316, 0, GRAM, STABLE, 0},
    {"tisa", "39 39 31 30 30 33 31 36 31 30 30 30 30 30 30 34 0D 0A", 316, 0, GRAM, MOVING, 0},
    {"nci", "0A 30 30 2E 36 35 32 4B 47 0D 0A 53 30 30 0D 03", 652, 3, KG, STABLE, 0},
    {"nci", "0A 30 31 2E 34 34 30 4C 42 0D 0A 53 30 70 34 0D 03", 1440, 3, POUND, STABLE, NET},
    {"nci", "0A 30 30 2E 36 35 32 6B 67 0D 0A 31 30 0D 03", 652, 3, KG, MOVING, 0},
    {"nci", "0A 53 30 32 0D 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | OVER},
    {"nci", "0A 53 30 31 0D 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | UNDER},
    {"nci", "0A 53 32 70 38 0D 03", 0, 0, UNKNOWN, STABLE, NO_WEIGHT | ZERO | FAULT},
    {"cas22", "53 54 2C 47 53 2C 31 C4 2C 30 30 30 30 31 33 2E 35 20 6B 67 0D 0A", 135, 1, KG, STABLE, 0},
    {"cas22", "55 53 2C 4E 54 2C 31 82 2C 20 20 2D 30 2E 36 35 32 20 6B 67 0D 0A", -652, 3, KG, MOVING, NET | NEGATIVE},
    {"cas22", "4F 4C 2C 47 53 2C 31 C4 2C 20 20 20 20 20 20 20 20 20 6B 67 0D 0A", 0, 0, KG, MOVING, NO_WEIGHT | OVER},
    {"cas22", "53 54 2C 47 53 2C 31 D4 2C 30 30 30 30 31 33 2E 35 20 6B 67 0D 0A", 135, 1, KG, STABLE, FAULT},
    {"and18", "53 54 2C 47 53 2C 2B 20 20 31 2E 32 33 34 6B 67 0D 0A", 1234, 3, KG, STABLE, 0},
    {"and18", "4F 4C 2C 47 53 2C 2B 20 20 20 20 20 20 20 6B 67 0D 0A", 0, 0, KG, MOVING, NO_WEIGHT | OVER},
    {"adam", "0D 0A 20 20 20 30 2E 36 35 32 6B 67 0D 0A", 652, 3, KG, UNTOLD, 0},
    {"bcd6", "FF 43 52 06 00 00 FF", 652, 3, KG, STABLE, 0},
    {"bcd6", "FF 23 52 06 00 01 FF", -652, 3, POUND, MOVING, NEGATIVE},
    {"bcd6", "FF C3 52 06 00 00 FF", 0, 0, KG, STABLE, NO_WEIGHT | OVER},
    {"bcd6", "FF 4B 52 06 00 00 FF", 0, 0, UNKNOWN, STABLE, NO_WEIGHT},
    {"hid_scale", "03 04 02 00 8C 02", 652, 0, GRAM, STABLE, 0},
    {"hid_scale", "03 04 03 FD 8C 02", 652, 3, KG, STABLE, 0},
    {"hid_scale", "03 04 0B FF 8C 02", 652, 1, SP_SCALE_OZ, STABLE, 0},
    {"hid_scale", "03 02 02 00 00 00", 0, 0, GRAM, STABLE, ZERO},
    {"hid_scale", "03 03 02 01 41 00", 650, 0, GRAM, MOVING, 0},
    {"hid_scale", "03 05 02 00 00 00", 0, 0, GRAM, MOVING, NO_WEIGHT | UNDER},
    {"hid_scale", "03 06 02 00 FF FF", 0, 0, GRAM, MOVING, NO_WEIGHT | OVER},
    {"hid_scale", "03 08 02 00 01 00", 0, 0, GRAM, MOVING, NO_WEIGHT | FAULT},
};

static void check_frame(const struct frame *want, const struct sp_scale_reading *got, const uint8_t *bytes,
                        size_t len) {
  bool sale = want->value > 0 && want->motion == STABLE && want->unit != UNKNOWN &&
              !(want->flags & (OVER | UNDER | FAULT | NEGATIVE | NO_WEIGHT));
  int flags = (got->over ? OVER : 0) | (got->under ? UNDER : 0) | (got->fault ? FAULT : 0) | (got->zero ? ZERO : 0) |
              (got->negative ? NEGATIVE : 0) | (got->net ? NET : 0) | (got->odd_checksum ? ODD : 0) |
              (got->weight.told ? 0 : NO_WEIGHT);
  if (got->kind != SP_SCALE_READING || flags != want->flags || got->weight.value != want->value ||
      got->weight.decimals != want->decimals || got->unit != want->unit || got->motion != want->motion)
    fail_msg("%s %s: flags %d, %d with %d decimals, unit %d, motion %d", want->protocol, want->hex, flags,
             (int)got->weight.value, (int)got->weight.decimals, (int)got->unit, (int)got->motion);
  if (sp_scale_sellable(got) != sale) fail_msg("%s %s: sellable is not %d", want->protocol, want->hex, sale);
  assert_true(got->raw_len > 0 && got->raw_len <= len);
  assert_memory_equal(got->raw, bytes, got->raw_len);
}

/* Each frame, cut at every byte, gives the same reading once. */
static void test_frames(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
    const struct sp_scale_codec *codec = find(frames[i].protocol);
    uint8_t bytes[64];
    size_t len = from_hex(frames[i].hex, bytes, sizeof bytes);
    for (size_t cut = 0; cut < (codec->packets ? 1 : len); cut++) {
      struct sp_scale scale;
      struct seen seen = {0};
      sp_scale_init(&scale, codec);
      sp_scale_feed(&scale, bytes, cut, see, &seen);
      assert_int_equal(seen.count, 0);
      sp_scale_feed(&scale, bytes + cut, len - cut, see, &seen);
      if (seen.count != 1) fail_msg("%s %s: %d readings", frames[i].protocol, frames[i].hex, seen.count);
      check_frame(&frames[i], &seen.last, bytes, len);
      assert_int_equal(scale.noise + scale.bad, 0);
    }
  }
}

/* A frame of one protocol is no frame of another, save where one is the other by design. */
static void test_other_protocols(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
    uint8_t bytes[64];
    size_t len = from_hex(frames[i].hex, bytes, sizeof bytes);
    for (size_t k = 0; k < count; k++) {
      struct sp_scale scale;
      struct seen seen = {0};
      sp_scale_init(&scale, codecs[k]);
      sp_scale_feed(&scale, bytes, len, see, &seen);
      if (seen.count == 0 || !seen.last.weight.told || strcmp(codecs[k]->id, frames[i].protocol) == 0) continue;
      if (bytes[0] == 0x01 && seen.last.weight.value == (frames[i].value ? frames[i].value : 652)) continue;
      if (strncmp(codecs[k]->id, "toledo", 6) == 0 && strncmp(frames[i].protocol, "toledo", 6) == 0) continue;
      fail_msg("%s %s: %s took it for %d", frames[i].protocol, frames[i].hex, codecs[k]->id,
               (int)seen.last.weight.value);
    }
  }
}

struct refused {
  const char *protocol;
  const char *hex;
  const char *why;
};

static const struct refused refused[] = {
    {"mt8217", "02 30 2E 36 35 32 0D", "a digit short"},
    {"mt8217", "02 30 30 30 2E 36 35 32 0D", "the high-resolution weight"},
    {"mt8217", "02 30 30 36 35 32 30 0D", "no point: grams, or the point was lost"},
    {"mt8217", "02 30 30 2E B6 35 B2 0D", "parity bits: the line is set to eight bits"},
    {"mt8217", "02 3F 0D", "the answer to a self-test"},
    {"mt8217", "02 45 0D 68 65 6C 6C 6F", "the answer to an echo"},
    {"mt_sics", "53 20 53 20 20 20 20 20 30 2E 36 35 32 20 6B 67 0D 0A", "a place short"},
    {"mt_sics", "53 20 53 20 20 20 20 20 20 30 2E 36 35 32 20 67 0D 0A", "the k of kg was lost"},
    {"mt_sics", "54 20 53 20 20 20 20 20 20 30 2E 36 35 32 20 6B 67 0D 0A", "a tare"},
    {"mt_sics", "53 20 51 20 20 20 20 20 20 30 2E 36 35 32 20 6B 67 0D 0A", "no status we know"},
    {"toledo_cont", "02 35 30 20 20 20 20 36 35 33 20 20 20 20 20 30 0D 1F", "the checksum of another weight"},
    {"toledo_cont", "02 35 30 20 20 20 20 36 35 32 20 20 20 20 20 30 0D", "no checksum yet"},
    {"toledo_plain", "02 35 30 20 20 20 36 35 32 20 20 20 20 20 30 0D", "a place short"},
    {"cas_ap1", "01 02 53 20 30 30 2E 36 35 33 6B 67 60 03 04", "wrong checksum"},
    {"cas_ap1", "01 02 53 20 30 30 2E 36 35 32 6B 67 60 03 03", "wrong end"},
    {"cas_ap1", "01 02 53 20 30 30 2C 36 35 32 6B 67 62 03 04", "a comma"},
    {"aclas_os2", "01 02 53 20 30 30 2E 36 35 32 6B 67 63 03 04 01", "the next frame where the flags should be"},
    {"dahua_acs", "02 20 20 30 2E 36 35 20 4B 47", "a digit short"},
    {"dahua_acs", "98 80 E6 98 80 E6 98", "what it sends after the till restarted"},
    {"dahua_acs", "6D 6D 6D 6D 6D 6D 6D", "the same"},
    {"dahua_lines", "0A 0D 30 31 32 38 30 0A 0D 30 30 30 38 33 35 0A 0D 30 30 36 35 32", "begun at the price"},
    {"dahua_lines", "0A 0D 30 30 30 38 33 35 0A 0D 30 30 36 35 32 0A 0D 30 31 32 38 30", "begun at the total"},
    {"dialog06", "02 30 32 1B 33 1B 30 36 35 32 1B 30 30 31 32 38 30 1B 30 30 30 38 33 35 03", "a digit short"},
    {"tisa", "39 39 30 30 30 33 31 36 30 30 30 30 30 30 30 35 0D 0A", "wrong checksum"},
    {"nci", "0A 30 2E 36 35 32 4B 47 0D 0A 53 30 30 0D", "a digit short"},
    {"nci", "0A 30 30 2E 36 35 32 4B 47 0D", "no status"},
    {"nci", "0A 3F 0D 03", "not understood"},
    {"cas22", "53 54 2C 47 53 2C 31 C4 2C 30 30 30 31 33 2E 35 20 6B 67 0D 0A", "a digit short"},
    {"cas22", "51 51 2C 47 53 2C 31 C4 2C 30 30 30 30 31 33 2E 35 20 6B 67 0D 0A", "no status we know"},
    {"and18", "53 54 2C 47 53 2C 2B 20 31 2E 32 33 34 6B 67 0D 0A", "a place short"},
    {"adam", "20 20 20 30 2E 36 35 32 6B 67 0D 0A", "the end of a line whose start was not seen"},
    {"bcd6", "FF 43 5A 06 00 00 FF", "no BCD"},
    {"bcd6", "FF 43 52 52 06 00 00 FF", "a byte twice"},
    {"bcd6", "FF 43 52 06 00 FF 43", "no unit byte"},
    {"bcd6", "FF 47 52 06 00 00", "seven decimals"},
    {"hid_scale", "03 04 02 00 8C", "half a report"},
    {"hid_scale", "04 04 02 00 8C 02", "another report"},
    {"hid_scale", "03 09 02 00 8C 02", "no status we know"},
};

static void test_refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    struct sp_scale scale;
    struct seen seen = {0};
    uint8_t bytes[64];
    size_t len = from_hex(refused[i].hex, bytes, sizeof bytes);
    sp_scale_init(&scale, find(refused[i].protocol));
    sp_scale_feed(&scale, bytes, len, see, &seen);
    if (seen.count) fail_msg("%s took %s: %s", refused[i].protocol, refused[i].hex, refused[i].why);
    sp_scale_reset(&scale);
    assert_int_equal(scale.noise, len);
  }
}

static void test_prices(void **state) {
  (void)state;
  struct sp_scale scale;
  struct seen seen = {0};
  static const uint8_t result[] = "\x02\x30\x32\x1B\x33\x1B\x30\x30\x36\x35\x32\x1B\x30\x30\x31\x32\x38\x30\x1B"
                                  "\x30\x30\x30\x38\x33\x35\x03";
  sp_scale_init(&scale, find("dialog06"));
  sp_scale_feed(&scale, result, sizeof result - 1, see, &seen);
  assert_true(seen.last.price.told && seen.last.amount.told && !seen.last.tare.told);
  assert_int_equal(seen.last.price.value, 1280);
  assert_int_equal(seen.last.amount.value, 835);
  static const uint8_t toledo[] = "\x02\x35\x39\x20   632    20\r\x06";
  sp_scale_init(&scale, find("toledo_cont"));
  sp_scale_feed(&scale, toledo, sizeof toledo - 1, see, &seen);
  assert_true(seen.last.tare.told);
  assert_int_equal(seen.last.tare.value, 20);
  assert_int_equal(seen.last.tare.decimals, 3);
}

static void test_answers(void **state) {
  (void)state;
  static const char *const with_enquiry[] = {"cas_ap1", "aclas_os2_asked", "dialog06"};
  for (size_t i = 0; i < 3; i++) {
    struct sp_scale scale;
    struct seen seen = {0};
    sp_scale_init(&scale, find(with_enquiry[i]));
    sp_scale_feed(&scale, (const uint8_t *)"\x06", 1, see, &seen);
    assert_int_equal(seen.last.kind, SP_SCALE_ACK);
    sp_scale_feed(&scale, (const uint8_t *)"\x15", 1, see, &seen);
    assert_int_equal(seen.last.kind, SP_SCALE_NAK);
    assert_false(sp_scale_sellable(&seen.last));
    assert_int_equal(seen.count, 2);
  }
}

static void expect_request(const char *protocol, enum sp_scale_ask ask, const struct sp_scale_offer *offer,
                           const char *hex) {
  struct sp_scale_bytes got;
  uint8_t want[SP_SCALE_REQUEST_MAX];
  size_t len = from_hex(hex, want, sizeof want);
  assert_int_equal(sp_scale_request(find(protocol), ask, offer, &got), 0);
  assert_int_equal(got.len, len);
  assert_memory_equal(got.bytes, want, len);
}

static void test_requests(void **state) {
  (void)state;
  const struct sp_scale_offer price = {.price = 1280};
  const struct sp_scale_offer tared = {.price = 1280, .tare = 20};
  const struct sp_scale_offer long_price = {.price = 1000000};
  const struct sp_scale_offer long_tare = {.price = 1, .tare = 10000};
  const struct sp_scale_offer below = {.price = -1};
  const struct sp_scale_offer nothing = {0};
  struct sp_scale_bytes out;
  expect_request("mt8217", SP_SCALE_WEIGH, NULL, "57");
  expect_request("mt_sics", SP_SCALE_WEIGH, NULL, "53 49 0D 0A");
  expect_request("toledo_cont", SP_SCALE_TARE, NULL, "54");
  expect_request("cas_ap1", SP_SCALE_ENQUIRE, NULL, "05");
  expect_request("cas_ap1", SP_SCALE_WEIGH, NULL, "11");
  expect_request("aclas_os2", SP_SCALE_TARE, NULL, "3C 54 4B 3E 09");
  expect_request("aclas_os2", SP_SCALE_ZERO, NULL, "3C 5A 4B 3E 09");
  expect_request("aclas_os2", SP_SCALE_STREAM_OFF, NULL, "3C 41 4C 3E 09");
  expect_request("aclas_os2", SP_SCALE_STREAM_ON, NULL, "3C 50 42 3E 09");
  expect_request("dahua_acs", SP_SCALE_WEIGH, NULL, "50");
  expect_request("dialog06", SP_SCALE_PRICE, &price, "04 02 30 31 1B 30 30 31 32 38 30 1B 03");
  expect_request("dialog06", SP_SCALE_PRICE, &tared, "04 02 30 33 1B 30 30 31 32 38 30 1B 30 30 32 30 03");
  expect_request("dialog06", SP_SCALE_WEIGH, NULL, "04 05");
  expect_request("dialog06", SP_SCALE_STATUS, NULL, "04 02 30 38 03");
  expect_request("tisa", SP_SCALE_PRICE, &nothing, "39 38 30 30 30 30 30 31 0D 0A");
  expect_request("nci", SP_SCALE_WEIGH, NULL, "57 0D");
  assert_int_equal(sp_scale_request(find("dialog06"), SP_SCALE_PRICE, &long_price, &out), SP_E_RANGE);
  assert_int_equal(sp_scale_request(find("dialog06"), SP_SCALE_PRICE, &long_tare, &out), SP_E_RANGE);
  assert_int_equal(sp_scale_request(find("dialog06"), SP_SCALE_PRICE, &below, &out), SP_E_RANGE);
  assert_int_equal(sp_scale_request(find("dialog06"), SP_SCALE_PRICE, NULL, &out), SP_E_RANGE);
  assert_int_equal(sp_scale_request(find("tisa"), SP_SCALE_PRICE, &tared, &out), SP_E_RANGE);
  assert_int_equal(out.len, 0);
  assert_int_equal(sp_scale_request(find("mt8217"), SP_SCALE_PRICE, &price, &out), SP_E_UNSUPPORTED);
  assert_int_equal(sp_scale_request(find("cas22"), SP_SCALE_TARE, NULL, &out), SP_E_UNSUPPORTED);
  assert_int_equal(sp_scale_request(find("mt8217"), SP_SCALE_ASKS, NULL, &out), SP_E_UNSUPPORTED);
}

/* Every codec says what a driver must know of it. */
static void test_list(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  assert_true(count >= 15);
  for (size_t i = 0; i < count; i++) {
    struct sp_scale_bytes out;
    bool asked = sp_scale_request(codecs[i], SP_SCALE_WEIGH, NULL, &out) == 0 || codecs[i]->offer;
    assert_ptr_equal(sp_scale_codec_find(codecs[i]->id), codecs[i]);
    assert_true(codecs[i]->title[0] && (codecs[i]->line[0] || codecs[i]->packets));
    assert_true(codecs[i]->asks == asked && (codecs[i]->asks || codecs[i]->streams));
  }
  assert_null(sp_scale_codec_find("abacus"));
}

static void test_thousandths(void **state) {
  (void)state;
  static const struct {
    int64_t value;
    uint8_t decimals;
    int rc;
    int64_t want;
  } cases[] = {{652, 3, 0, 652},
               {65, 1, 0, 6500},
               {7, 0, 0, 7000},
               {-652, 3, 0, -652},
               {65200, 5, 0, 652},
               {65201, 5, SP_E_RANGE, 0},
               {999999999, 0, 0, 999999999000}};
  struct sp_scale_reading reading = {.kind = SP_SCALE_READING};
  int64_t got = 0;
  assert_int_equal(sp_scale_thousandths(&reading, &got), SP_E_STATE);
  reading.weight.told = true;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    got = 0;
    reading.weight.value = cases[i].value;
    reading.weight.decimals = cases[i].decimals;
    assert_int_equal(sp_scale_thousandths(&reading, &got), cases[i].rc);
    assert_int_equal(got, cases[i].want);
  }
}

/* A frame that came in two halves with a silence between them is not put together. */
static void test_reset(void **state) {
  (void)state;
  struct sp_scale scale;
  struct seen seen = {0};
  sp_scale_init(&scale, find("mt8217"));
  sp_scale_feed(&scale, (const uint8_t *)"\x02\x30\x31", 3, see, &seen);
  sp_scale_reset(&scale);
  sp_scale_feed(&scale, (const uint8_t *)".652\r", 5, see, &seen);
  assert_int_equal(seen.count, 0);
  assert_int_equal(scale.noise, 8);
  sp_scale_feed(&scale, (const uint8_t *)"\x02\x30\x30.652\r", 8, see, &seen);
  assert_int_equal(seen.count, 1);
  assert_int_equal(scale.frames, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frames), cmocka_unit_test(test_other_protocols), cmocka_unit_test(test_refused),
      cmocka_unit_test(test_prices), cmocka_unit_test(test_answers),         cmocka_unit_test(test_requests),
      cmocka_unit_test(test_list),   cmocka_unit_test(test_thousandths),     cmocka_unit_test(test_reset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
