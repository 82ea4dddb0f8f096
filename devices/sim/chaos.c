#include "devices/sim/chaos.h"

#include "base/error.h"
#include "devices/sim/control_word.h"
#include <string.h>

#define DELAY_MOST 600000
#define PPM_MOST   1000000
#define BYTES_MOST 100000000

static void lane_calm(struct sp_chaos_lane *lane) {
  lane->delay_ms = lane->garble_ppm = 0;
  lane->half = lane->duplicate = lane->stall = false;
  lane->swallow = 0;
  lane->cut_after = -1;
}

void sp_chaos_init(struct sp_chaos *chaos, enum sp_chaos_way usual, bool jobs, uint64_t seed) {
  *chaos = (struct sp_chaos){.usual = usual, .jobs = jobs, .dice = seed ? seed : 1};
  for (int way = 0; way < SP_CHAOS_WAYS; way++)
    lane_calm(&chaos->lanes[way]);
}

void sp_chaos_reset(struct sp_chaos *chaos) {
  for (int way = 0; way < SP_CHAOS_WAYS; way++)
    chaos->lanes[way].len = 0, chaos->lanes[way].segment_count = 0;
  chaos->cut = false;
}

/* ---- Bytes ---- */

size_t sp_chaos_room(const struct sp_chaos *chaos, enum sp_chaos_way way) {
  size_t len = chaos->lanes[way].len;
  return len < SP_CHAOS_ROOM ? SP_CHAOS_ROOM - len : 0;
}

static uint64_t throw_dice(struct sp_chaos *chaos) {
  chaos->dice ^= chaos->dice << 13;
  chaos->dice ^= chaos->dice >> 7;
  chaos->dice ^= chaos->dice << 17;
  return chaos->dice;
}

static void add_segment(struct sp_chaos_lane *lane, size_t len, int64_t due_us) {
  int count = lane->segment_count;
  if (len == 0) return;
  if (count == SP_CHAOS_SEGMENTS || (count > 0 && lane->segments[count - 1].due_us >= due_us)) {
    lane->segments[count - 1].len += len;
    return;
  }
  lane->segments[count].len = len;
  lane->segments[count].due_us = due_us;
  lane->segment_count++;
}

static void add_bytes(struct sp_chaos *chaos, struct sp_chaos_lane *lane, const uint8_t *bytes, size_t len,
                      int64_t due_us) {
  size_t room = sizeof lane->bytes - lane->len;
  if (len > room) len = room;
  for (size_t i = 0; i < len; i++) {
    uint8_t byte = bytes[i];
    if (lane->garble_ppm > 0 && throw_dice(chaos) % PPM_MOST < (uint64_t)lane->garble_ppm)
      byte ^= (uint8_t)(1u << (throw_dice(chaos) % 8));
    lane->bytes[lane->len++] = byte;
  }
  add_segment(lane, len, due_us);
}

void sp_chaos_put(struct sp_chaos *chaos, enum sp_chaos_way way, const void *bytes, size_t len, int64_t now_us) {
  struct sp_chaos_lane *lane = &chaos->lanes[way];
  const uint8_t *at = bytes;
  int64_t due_us = now_us + (int64_t)lane->delay_ms * 1000;
  if (len == 0) return;
  if (lane->half) {
    lane->half = false;
    len /= 2;
  }
  size_t lost = lane->swallow < (int64_t)len ? (size_t)lane->swallow : len;
  lane->swallow -= (int64_t)lost;
  at += lost;
  len -= lost;
  size_t room = sp_chaos_room(chaos, way);
  if (len > room) len = room;
  add_bytes(chaos, lane, at, len, due_us);
  if (lane->duplicate) add_bytes(chaos, lane, at, len, due_us);
}

size_t sp_chaos_ready(const struct sp_chaos *chaos, enum sp_chaos_way way, int64_t now_us, const uint8_t **bytes) {
  const struct sp_chaos_lane *lane = &chaos->lanes[way];
  size_t len = 0;
  *bytes = lane->bytes;
  if (lane->stall || chaos->cut) return 0;
  for (int i = 0; i < lane->segment_count && lane->segments[i].due_us <= now_us; i++)
    len += lane->segments[i].len;
  return lane->cut_after >= 0 && len > (size_t)lane->cut_after ? (size_t)lane->cut_after : len;
}

void sp_chaos_take(struct sp_chaos *chaos, enum sp_chaos_way way, size_t len) {
  struct sp_chaos_lane *lane = &chaos->lanes[way];
  if (len > lane->len) len = lane->len;
  lane->len -= len;
  memmove(lane->bytes, lane->bytes + len, lane->len);
  if (lane->cut_after >= 0) {
    lane->cut_after -= (int64_t)len;
    if (lane->cut_after <= 0) {
      lane->cut_after = -1;
      chaos->cut = true;
    }
  }
  int gone = 0;
  while (gone < lane->segment_count && len >= lane->segments[gone].len)
    len -= lane->segments[gone++].len;
  lane->segment_count -= gone;
  memmove(lane->segments, lane->segments + gone, (size_t)lane->segment_count * sizeof lane->segments[0]);
  if (len > 0) lane->segments[0].len -= len;
}

int64_t sp_chaos_due(const struct sp_chaos *chaos, enum sp_chaos_way way) {
  const struct sp_chaos_lane *lane = &chaos->lanes[way];
  return lane->segment_count == 0 || lane->stall ? SP_CHAOS_NEVER : lane->segments[0].due_us;
}

bool sp_chaos_cut(const struct sp_chaos *chaos) {
  return chaos->cut;
}

/* ---- Control ---- */

enum verb { DELAY, HALF, SWALLOW, GARBLE, DUPLICATE, STALL, CUT, CUT_AFTER, REFUSE, CALM, VERBS };

struct command {
  const char *name, *value; /* of the value: what it is called in help; null: none */
  int most;                 /* of a number; 0: a switch */
  bool way, both;           /* takes a way; absent means both */
};

static const struct command commands[VERBS] = {
    [DELAY] = {"delay", "MS", DELAY_MOST, true, true},
    [HALF] = {"half", NULL, 0, true, false},
    [SWALLOW] = {"swallow", "N", BYTES_MOST, true, false},
    [GARBLE] = {"garble", "PPM", PPM_MOST, true, false},
    [DUPLICATE] = {"duplicate", "on|off", 0, true, false},
    [STALL] = {"stall", "on|off", 0, true, true},
    [CUT] = {"cut", NULL, 0, false, false},
    [CUT_AFTER] = {"cut-after", "N", BYTES_MOST, true, false},
    [REFUSE] = {"refuse", "on|off", 0, false, false},
    [CALM] = {"calm", NULL, 0, false, false},
};

void sp_chaos_help(struct sp_buf *answer) {
  for (int verb = 0; verb < VERBS; verb++) {
    const struct command *command = &commands[verb];
    sp_buf_printf(answer, "%s%s%s%s\n", command->name, command->value ? " " : "", command->value ? command->value : "",
                  command->way ? " [to|from|both]" : "");
  }
}

static void lane_set(struct sp_chaos *chaos, enum sp_chaos_way way, int verb, int value) {
  struct sp_chaos_lane *lane = &chaos->lanes[way];
  if (verb == DELAY) lane->delay_ms = value;
  if (verb == HALF) lane->half = true;
  if (verb == SWALLOW) lane->swallow = value;
  if (verb == GARBLE) lane->garble_ppm = value;
  if (verb == DUPLICATE && !(chaos->jobs && way == SP_CHAOS_TO)) lane->duplicate = value != 0;
  if (verb == STALL) lane->stall = value != 0;
  if (verb == CUT_AFTER) lane->cut_after = value;
  if (verb == CUT_AFTER && value == 0) chaos->cut = true;
}

/* The ways a word means, a bit each; 0 for a word that means none. */
static int ways_of(const struct sp_chaos *chaos, const struct command *command, const char *word) {
  int both = 1 << SP_CHAOS_TO | 1 << SP_CHAOS_FROM;
  if (*word == '\0') return command->both ? both : 1 << chaos->usual;
  if (!command->way) return 0;
  if (strcmp(word, "both") == 0) return both;
  return strcmp(word, "to") == 0 ? 1 << SP_CHAOS_TO : strcmp(word, "from") == 0 ? 1 << SP_CHAOS_FROM : 0;
}

static void calm(struct sp_chaos *chaos) {
  chaos->refuse = false;
  for (int way = 0; way < SP_CHAOS_WAYS; way++)
    lane_calm(&chaos->lanes[way]);
}

static bool value_of(const struct command *command, const char *word, int *out) {
  if (!command->value) return true;
  if (command->most > 0) return sp_vcontrol_number(word, "", command->most, out) && *out >= 0;
  *out = sp_vcontrol_switch(word, "on", "off");
  return *out >= 0;
}

int sp_chaos_control(struct sp_chaos *chaos, const char *line, struct sp_buf *answer) {
  struct sp_vcontrol_words words;
  int verb = 0, value = 0;
  sp_vcontrol_split(line, &words);
  while (verb < VERBS && strcmp(words.word[0], commands[verb].name) != 0)
    verb++;
  if (verb == VERBS || (verb == CUT && words.count > 1)) return SP_E_NOT_FOUND; /* "cut CODE" is a scanner's */
  const struct command *command = &commands[verb];
  int way_at = command->value ? 2 : 1;
  int ways = ways_of(chaos, command, way_at < words.count ? words.word[way_at] : "");
  if (words.too_many || words.count > way_at + 1 || ways == 0 || !value_of(command, words.word[1], &value)) {
    sp_buf_printf(answer, "error: write %s%s%s%s\n", command->name, command->value ? " " : "",
                  command->value ? command->value : "", command->way ? " [to|from|both]" : "");
    return SP_E_INVALID;
  }
  if (verb == DUPLICATE && chaos->jobs && ways == 1 << SP_CHAOS_TO && value)
    return sp_vcontrol_answer(SP_E_STATE, "no line doubles what goes to a printer; try: duplicate on from", answer);
  if (verb == CUT) chaos->cut = true;
  if (verb == REFUSE) chaos->refuse = value != 0;
  if (verb == CALM) calm(chaos);
  for (int way = 0; way < SP_CHAOS_WAYS; way++)
    if (ways & 1 << way) lane_set(chaos, (enum sp_chaos_way)way, verb, value);
  return sp_vcontrol_answer(0, NULL, answer);
}
