/* Scales: asking, proving, and the gate before a weight may be sold.
 *
 * A weight is sellable when the scale says stable (and three times the same, where frames have no checksum: a flipped
 * digit never sells), or, where its protocol has no word for that, after three equal frames over half a second; when it
 * is above zero, in range and at least the minimum (20 divisions unless told: class III); and when the pan was empty or
 * changed by 20 divisions since the last weight that was taken: the same apples are never sold twice. */
#include "devices/driver/driver.h"
#include <string.h>

#define POLL_MS       100
#define SILENT_US     (3 * SP_SECOND_US)     /* no valid frame for so long: offline, whatever the port says */
#define FRESH_US      (6 * SP_SECOND_US / 5) /* a weight older than this is not what lies there now … */
#define FRESH_ASKED   6                      /* … nor after so many questions without an answer */
#define REOPEN_US     (6 * SP_SECOND_US)     /* reopening cures some scales that came up wrong */
#define BREAK_US      (SP_SECOND_US / 2)     /* silence after which no frame is made of two halves */
#define EQUAL_US      (SP_SECOND_US / 2)
#define EQUAL_FRAMES  3
#define TELL_US       (200 * SP_MILLI_US)
#define OVERLOAD_US   (10 * SP_SECOND_US)
#define STEPS_CHANGE  20 /* divisions */
#define STEPS_MINIMUM 20

enum waiting { FOR_NOTHING, FOR_ACK, FOR_WEIGHT };

struct scale {
  struct sp_device device; /* first: a device is cast back */
  struct sp_scale codec;
  int64_t poll_us, min, max, step; /* min, max and step in grams */
  enum waiting waiting;
  int64_t asked_us, bytes_us, frame_us, up_us, told_us, over_us, fault_us;
  bool heard; /* something came since the link is up */
  struct sp_scale_reading last;
  int64_t last_us, equal_us; /* of `last`; since when frames are equal */
  int equal;
  bool sellable, old, latched;
  int64_t taken; /* grams of the weight that was sold */
  bool touched;  /* the pan was empty, or what lies on it changed, since the device was made */
  int64_t first; /* grams of what lay there then; −1: not known yet */
};

static struct scale *scale_of(struct sp_device *device) {
  return (struct scale *)(void *)device;
}

static const char *const members[] = {"protocol", "poll_ms", "max_g", "min_g", "e_g", "verification", NULL};

/* ---- Configuration ---- */

static int find_codec(const struct cJSON *json, const struct sp_scale_codec **out, struct sp_error *err) {
  const char *name = "";
  int rc = sp_json_get_text(json, "protocol", SP_REQUIRED, 31, &name, err);
  if (rc) return rc;
  *out = sp_scale_codec_find(name);
  return *out ? 0 : sp_fail(err, SP_E_INVALID, "protocol", "%s is no protocol of a scale", name);
}

static bool is_day(const char *text) {
  static const char form[] = "0000-00-00";
  if (strlen(text) != sizeof form - 1) return false;
  for (size_t i = 0; form[i]; i++)
    if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int read_numbers(const struct cJSON *json, struct scale *out, struct sp_error *err) {
  const char *day = NULL;
  int64_t poll = POLL_MS;
  out->step = 5;
  out->max = 15000;
  int rc = sp_json_get_int(json, "poll_ms", SP_OPTIONAL, 50, 5000, &poll, err);
  if (!rc) rc = sp_json_get_int(json, "e_g", SP_OPTIONAL, 1, 1000, &out->step, err);
  if (!rc) rc = sp_json_get_int(json, "max_g", SP_OPTIONAL, 1, 1000000, &out->max, err);
  out->min = STEPS_MINIMUM * out->step;
  if (!rc) rc = sp_json_get_int(json, "min_g", SP_OPTIONAL, 0, 1000000, &out->min, err);
  if (!rc) rc = sp_json_get_text(json, "verification", SP_OPTIONAL, 10, &day, err);
  if (!rc && day && !is_day(day))
    rc = sp_fail(err, SP_E_INVALID, "verification", "\"%s\" is no day; write it as 2026-11-22", day);
  out->poll_us = poll * SP_MILLI_US;
  if (rc || out->min < out->max) return rc;
  return sp_fail(err, SP_E_INVALID, "min_g", "The least weight must be below the most");
}

static int check(struct sp_device_config *config, struct sp_error *err) {
  struct scale scale = {.poll_us = 0};
  const struct sp_scale_codec *codec = NULL;
  int rc = find_codec(config->json, &codec, err);
  if (!rc) rc = read_numbers(config->json, &scale, err);
  if (rc || codec->line[0] == '\0' || sp_json_member(config->json, "serial")) return rc;
  return strncmp(config->link.address, "serial:", 7) == 0 ? sp_serial_parse(codec->line, &config->link.serial, err) : 0;
}

static int open_scale(struct sp_device *device, const struct sp_device_config *config, struct sp_error *err) {
  struct scale *scale = scale_of(device);
  const struct sp_scale_codec *codec = NULL;
  int rc = find_codec(config->json, &codec, err);
  if (!rc) rc = read_numbers(config->json, scale, err);
  scale->first = -1;
  if (!rc) sp_scale_init(&scale->codec, codec);
  return rc;
}

/* ---- Asking ---- */

static int ask(struct scale *scale, enum sp_scale_ask what, struct sp_error *err) {
  const struct sp_scale_offer offer = {.price = 1};
  struct sp_scale_bytes bytes;
  int rc = sp_scale_request(scale->codec.codec, what, what == SP_SCALE_PRICE ? &offer : NULL, &bytes);
  if (rc) return sp_fail(err, rc, NULL, "A scale of protocol %s has no such command", scale->codec.codec->id);
  return sp_device_send(&scale->device, bytes.bytes, bytes.len, err);
}

static bool has(const struct scale *scale, enum sp_scale_ask what) {
  const struct sp_scale_codec *codec = scale->codec.codec;
  return codec->requests[what] != NULL || (what == SP_SCALE_PRICE && codec->offer != NULL);
}

/* One round: "are you there" or a price first where the protocol wants it, then the weight. */
static void poll(struct scale *scale) {
  struct sp_error ignored = {.lang = SP_LANG_EN};
  enum sp_scale_ask first = SP_SCALE_WEIGH;
  if (has(scale, SP_SCALE_PRICE)) first = SP_SCALE_PRICE;
  if (has(scale, SP_SCALE_ENQUIRE)) first = SP_SCALE_ENQUIRE;
  scale->asked_us = scale->device.now_us;
  scale->waiting = first == SP_SCALE_WEIGH ? FOR_WEIGHT : FOR_ACK;
  ask(scale, first, &ignored);
}

static void answered(struct scale *scale, const struct sp_scale_reading *reading) {
  struct sp_error ignored = {.lang = SP_LANG_EN};
  bool was_ack = scale->waiting == FOR_ACK;
  scale->waiting = FOR_NOTHING;
  if (reading->kind == SP_SCALE_ACK && was_ack && has(scale, SP_SCALE_WEIGH)) {
    scale->waiting = FOR_WEIGHT;
    ask(scale, SP_SCALE_WEIGH, &ignored);
  } else if (reading->kind == SP_SCALE_NAK && has(scale, SP_SCALE_STATUS)) {
    ask(scale, SP_SCALE_STATUS, &ignored);
  } else if (reading->kind == SP_SCALE_READING && has(scale, SP_SCALE_END)) {
    ask(scale, SP_SCALE_END, &ignored);
  }
}

/* ---- The gate ---- */

static bool same(const struct sp_scale_reading *one, const struct sp_scale_reading *other) {
  return one->weight.told == other->weight.told && one->weight.value == other->weight.value &&
         one->weight.decimals == other->weight.decimals && one->unit == other->unit && one->motion == other->motion &&
         one->negative == other->negative && one->over == other->over && one->under == other->under &&
         one->fault == other->fault;
}

/* Grams, or −1: no weight, none in whole grams, or in a unit that is not metric. */
static int64_t grams_of(const struct sp_scale_reading *reading) {
  int64_t grams = 0;
  return sp_scale_grams(reading, &grams) == 0 ? grams : -1;
}

static bool is_metric(const struct sp_scale_reading *reading) {
  return reading->unit == SP_SCALE_KG || reading->unit == SP_SCALE_G;
}

static bool is_still(const struct scale *scale) {
  const struct sp_scale_codec *codec = scale->codec.codec;
  const struct sp_scale_reading *reading = &scale->last;
  if (reading->motion == SP_SCALE_MOVING) return false;
  if (!codec->tells_motion || reading->motion == SP_SCALE_UNTOLD) {
    return scale->equal >= EQUAL_FRAMES && scale->last_us - scale->equal_us >= EQUAL_US;
  }
  return codec->checked || scale->equal >= EQUAL_FRAMES;
}

/* What keeps this weight from being sold, whether it lies still or not; a price is for a kilogram. */
static const char *hindered(const struct scale *scale) {
  const struct sp_scale_reading *reading = &scale->last;
  int64_t grams = grams_of(reading);
  if (reading->fault) return "fault";
  if (reading->over || grams > scale->max) return "over";
  if (reading->negative || reading->under || reading->weight.value < 0) return "negative";
  if (!reading->weight.told) return reading->zero ? "empty" : "moving";
  if (reading->weight.value == 0) return "empty";
  if (!is_metric(reading)) return "unit";
  if (grams < 0) return "fine";
  return grams < scale->min ? "light" : "";
}

static const char *barred(const struct scale *scale) {
  const char *why = hindered(scale);
  bool moves = scale->last.motion == SP_SCALE_MOVING, bad = strcmp(why, "fault") == 0 || strcmp(why, "over") == 0;
  if (!scale->device.proved) return "old";
  if (moves && !bad) return "moving";
  if (why[0] != '\0') return why;
  if (scale->latched) return "taken";
  return is_still(scale) ? "" : "moving";
}

/* Has the pan been emptied, or does it hold something else than `grams`? */
static bool is_changed(const struct scale *scale, int64_t from) {
  const struct sp_scale_reading *reading = &scale->last;
  int64_t grams = grams_of(reading), change = grams > from ? grams - from : from - grams;
  if (reading->zero || reading->under || (grams >= 0 && grams < scale->min && scale->equal >= 2)) return true;
  return grams >= 0 && is_still(scale) && change >= STEPS_CHANGE * scale->step;
}

static void watch_pan(struct scale *scale) {
  if (scale->latched && is_changed(scale, scale->taken)) scale->latched = false;
  if (scale->touched) return;
  int64_t grams = grams_of(&scale->last);
  if (scale->first < 0 && is_still(scale)) scale->first = grams;
  scale->touched = is_changed(scale, scale->first < 0 ? grams : scale->first);
}

static void tell(struct scale *scale, bool sellable, bool old) {
  struct sp_device_event event = {.kind = SP_DEVICE_WEIGHT, .reading = &scale->last, .old = old, .sellable = sellable};
  bool changed = sellable != scale->sellable || old != scale->old;
  scale->sellable = sellable;
  scale->old = old;
  if (!changed && scale->device.now_us - scale->told_us < TELL_US) return;
  scale->told_us = scale->device.now_us;
  sp_device_tell(&scale->device, &event);
}

static void watch_faults(struct scale *scale) {
  const struct sp_scale_reading *reading = &scale->last;
  int64_t now = scale->device.now_us;
  uint32_t faults = 0;
  if (!reading->over) scale->over_us = now;
  if (!reading->fault) scale->fault_us = now;
  if (now - scale->over_us >= OVERLOAD_US) faults |= SP_FAULT_OVERLOAD;
  if (now - scale->fault_us >= SILENT_US) faults |= SP_FAULT_NOT_ZEROED;
  sp_device_faults(&scale->device, SP_FAULT_OVERLOAD | SP_FAULT_NOT_ZEROED, faults);
}

static void read_weight(struct scale *scale, const struct sp_scale_reading *reading) {
  int64_t now = scale->device.now_us;
  bool again = scale->frame_us > 0 && now - scale->last_us < SILENT_US && same(reading, &scale->last);
  if (!again) {
    scale->equal_us = now;
    scale->equal = 0;
  }
  scale->equal++;
  scale->last = *reading;
  scale->last_us = now;
  scale->frame_us = now;
  if (scale->codec.codec->checked || scale->equal >= 2) sp_device_proved(&scale->device);
  sp_device_faults(&scale->device, SP_FAULT_SILENT | SP_FAULT_WRONG_DEVICE, 0);
  watch_faults(scale);
  watch_pan(scale);
  tell(scale, barred(scale)[0] == '\0', false);
}

static void emit(void *ctx, const struct sp_scale_reading *reading) {
  struct scale *scale = ctx;
  if (reading->kind == SP_SCALE_READING) read_weight(scale, reading);
  if (reading->kind == SP_SCALE_ACK || reading->kind == SP_SCALE_NAK) scale->frame_us = scale->device.now_us;
  answered(scale, reading);
}

static void on_bytes(struct sp_device *device, const uint8_t *bytes, size_t len) {
  struct scale *scale = scale_of(device);
  uint64_t frames = scale->codec.frames, bad = scale->codec.bad;
  if (device->now_us - scale->bytes_us > BREAK_US) sp_scale_reset(&scale->codec);
  scale->bytes_us = device->now_us;
  scale->heard = true;
  sp_scale_feed(&scale->codec, bytes, len, emit, scale);
  sp_device_frames(device, (uint32_t)(scale->codec.frames - frames), (uint32_t)(scale->codec.bad - bad));
}

/* ---- The link ---- */

static void on_up(struct sp_device *device) {
  struct scale *scale = scale_of(device);
  scale->up_us = scale->frame_us = scale->over_us = scale->fault_us = device->now_us;
  scale->asked_us = device->now_us - scale->poll_us;
  scale->waiting = FOR_NOTHING;
  scale->heard = scale->sellable = false;
  scale->old = true; /* until it says something */
  scale->equal = 0;
  scale->last = (struct sp_scale_reading){0};
  scale->last_us = INT64_MIN / 2;
  sp_scale_reset(&scale->codec);
}

/* What was on the pan nobody knows any more. */
static void on_down(struct sp_device *device) {
  struct scale *scale = scale_of(device);
  scale->last = (struct sp_scale_reading){0};
  tell(scale, false, true);
}

static int64_t fresh_us(const struct scale *scale) {
  bool asks = scale->codec.codec->asks && !scale->codec.codec->streams;
  return asks ? FRESH_ASKED * scale->poll_us : FRESH_US;
}

/* What was on the pan a while ago may have changed since. */
static void watch_age(struct scale *scale) {
  if (scale->device.now_us - scale->last_us < fresh_us(scale)) return;
  scale->equal = 0;
  if (!scale->old) tell(scale, false, true);
}

/* Says nothing valid: is it silent, or does something else speak on this line? */
static void watch_silence(struct scale *scale) {
  struct sp_device *device = &scale->device;
  int64_t quiet = device->now_us - scale->frame_us;
  if (quiet < SILENT_US) return;
  bool talks = scale->heard && device->now_us - scale->bytes_us < SILENT_US;
  uint32_t fault = talks ? SP_FAULT_WRONG_DEVICE : SP_FAULT_SILENT;
  sp_device_faults(device, SP_FAULT_SILENT | SP_FAULT_WRONG_DEVICE, fault);
  if (quiet >= REOPEN_US) sp_device_relink(device, talks ? "It does not speak this protocol" : "It says nothing");
}

static int64_t tick(struct sp_device *device) {
  struct scale *scale = scale_of(device);
  if (!device->up) return SP_NEVER;
  bool asks = scale->codec.codec->asks && !scale->codec.codec->streams;
  if (asks && device->now_us - scale->asked_us >= scale->poll_us) poll(scale);
  watch_age(scale);
  watch_silence(scale);
  int64_t due = scale->frame_us + SILENT_US;
  if (device->now_us >= due) due = scale->frame_us + REOPEN_US;
  if (!scale->old) due = sp_earlier(due, scale->last_us + fresh_us(scale));
  return asks ? sp_earlier(due, scale->asked_us + scale->poll_us) : due;
}

static int selftest(struct sp_device *device, struct sp_error *err) {
  struct scale *scale = scale_of(device);
  if (device->proved && device->now_us - scale->last_us < SILENT_US) return 0;
  return sp_fail(err, SP_E_STATE, NULL, "The scale gives no weight");
}

const struct sp_device_driver sp_scale_driver = {
    .class = SP_DEVICE_SCALE,
    .size = sizeof(struct scale),
    .blocking = SP_FAULT_SILENT | SP_FAULT_WRONG_DEVICE,
    .members = members,
    .check = check,
    .open = open_scale,
    .link_up = on_up,
    .bytes = on_bytes,
    .link_down = on_down,
    .tick = tick,
    .selftest = selftest,
};

/* ---- What its owner asks ---- */

static int is_scale(const struct sp_device *device, struct sp_error *err) {
  if (device->driver == &sp_scale_driver) return 0;
  return sp_fail(err, SP_E_UNSUPPORTED, NULL, "%s is no %s", device->id, "scale");
}

int sp_scale_now(const struct sp_device *device, int64_t now_us, struct sp_scale_reading *reading, bool *sellable,
                 struct sp_error *err) {
  const struct scale *scale = (const struct scale *)(const void *)device;
  int rc = is_scale(device, err);
  if (rc) return rc;
  if (!device->proved || now_us - scale->last_us >= SILENT_US) {
    return sp_fail(err, SP_E_STATE, NULL, "The scale gives no weight");
  }
  *reading = scale->last;
  *sellable = scale->sellable && now_us - scale->last_us < fresh_us(scale);
  return 0;
}

const char *sp_scale_why(const struct sp_device *device, int64_t now_us) {
  const struct scale *scale = (const struct scale *)(const void *)device;
  if (device->driver != &sp_scale_driver || now_us - scale->last_us >= fresh_us(scale)) return "old";
  return barred(scale);
}

bool sp_scale_untouched(const struct sp_device *device) {
  const struct scale *scale = (const struct scale *)(const void *)device;
  return device->driver == &sp_scale_driver && !scale->touched;
}

int sp_scale_taken(struct sp_device *device, struct sp_error *err) {
  struct scale *scale = scale_of(device);
  int rc = is_scale(device, err);
  if (rc) return rc;
  scale->latched = true;
  scale->taken = grams_of(&scale->last);
  tell(scale, false, scale->old);
  sp_device_settle(device);
  return 0;
}

int sp_scale_zero(struct sp_device *device, struct sp_error *err) {
  int rc = is_scale(device, err);
  return rc ? rc : ask(scale_of(device), SP_SCALE_ZERO, err);
}

int sp_scale_tare(struct sp_device *device, struct sp_error *err) {
  int rc = is_scale(device, err);
  return rc ? rc : ask(scale_of(device), SP_SCALE_TARE, err);
}

int64_t sp_scale_least(const struct sp_device *device) {
  return device->driver == &sp_scale_driver ? ((const struct scale *)(const void *)device)->min : 0;
}
