/* Scanners: three codecs behind one manner. The same code again within the bounce is one. A wedge or a HID scanner is
 * known by what the kernel says of it, so it is ready when it is there. One on a line cannot be asked and is silent
 * until somebody scans: it is ready when the line has been open for a while and brought no rubbish. */
#include "devices/codec/hid_pos.h"
#include "devices/codec/keyboard.h"
#include "devices/codec/scale.h"
#include "devices/codec/scanner_serial.h"
#include "devices/driver/driver.h"
#include <linux/input.h>
#include <string.h>

#define BOUNCE_MS   150
#define LINE_GAP_US (250 * SP_MILLI_US) /* inside a code with an end of its own: a busy loop reads its halves apart */
#define SLACK_US    (500 * SP_MILLI_US) /* keys that wait in the kernel while the loop is busy are not late */

#define WEIGHERS  16                 /* protocols in which scales speak without being asked */
#define WEIGHS_US (2 * SP_SECOND_US) /* so long after a frame of a scale nothing on the line is a code */
#define WEIGHS    3                  /* frames that are no chance */

enum scanner_kind { WEDGE, REPORTS, LINES };

struct scanner {
  struct sp_device device; /* first: a device is cast back */
  enum scanner_kind kind;
  struct sp_scan_options options;
  int64_t bounce_us;
  bool beeps;
  union {
    struct sp_keyboard keyboard;
    struct sp_hid_pos reports;
    struct sp_scanner_serial lines;
  } codec;
  char last[SP_SCAN_MAX + 1];
  int64_t last_us;
  uint8_t held[sizeof(struct input_event)]; /* an event that came in pieces */
  size_t held_len;
  uint64_t bad;                       /* how much rubbish had come before the link was up */
  struct sp_scale weighers[WEIGHERS]; /* of a line: is it a scale that speaks there? */
  size_t weigher_count;
  const struct sp_scale_codec *weighs; /* the last that made sense */
  int frames;                          /* of it, each soon after the other */
  int64_t frame_us;
};

static struct scanner *scanner_of(struct sp_device *device) {
  return (struct scanner *)(void *)device;
}

static const char *const members[] = {"prefix", "suffix", "gap_ms", "gap_ends", "bounce_ms", "max", "beep", NULL};

/* ---- Configuration ---- */

static int read_fix(const struct cJSON *json, const char *name, char out[SP_SCAN_FIX_MAX + 1], struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(json, name, SP_OPTIONAL, SP_SCAN_FIX_MAX, &text, err);
  if (rc || !text) return rc;
  memcpy(out, text, strlen(text) + 1);
  return 0;
}

static int read_options(const struct cJSON *json, struct scanner *out, struct sp_error *err) {
  int64_t gap = 0, bounce = BOUNCE_MS, max = 0;
  out->beeps = true;
  int rc = sp_json_get_int(json, "gap_ms", SP_OPTIONAL, 5, 2000, &gap, err);
  if (!rc) rc = sp_json_get_int(json, "bounce_ms", SP_OPTIONAL, 0, 5000, &bounce, err);
  if (!rc) rc = sp_json_get_int(json, "max", SP_OPTIONAL, 1, SP_SCAN_MAX, &max, err);
  if (!rc) rc = sp_json_get_bool(json, "gap_ends", SP_OPTIONAL, &out->options.gap_ends, err);
  if (!rc) rc = sp_json_get_bool(json, "beep", SP_OPTIONAL, &out->beeps, err);
  if (!rc) rc = read_fix(json, "prefix", out->options.prefix, err);
  if (!rc) rc = read_fix(json, "suffix", out->options.suffix, err);
  out->options.gap_us = gap * SP_MILLI_US;
  out->options.max = (int)max;
  out->bounce_us = bounce * SP_MILLI_US;
  return rc;
}

static int kind_of(const char *address, enum scanner_kind *out, struct sp_error *err) {
  *out = LINES;
  if (strncmp(address, "evdev:", 6) == 0) *out = WEDGE;
  if (strncmp(address, "hidraw:", 7) == 0) *out = REPORTS;
  if (strncmp(address, "usb:", 4) != 0 && strncmp(address, "file:", 5) != 0) return 0;
  return sp_fail(err, SP_E_INVALID, "link", "A scanner has an evdev, hidraw, serial or tcp link");
}

static int check(struct sp_device_config *config, struct sp_error *err) {
  struct scanner scanner = {.kind = LINES};
  int rc = kind_of(config->link.address, &scanner.kind, err);
  return rc ? rc : read_options(config->json, &scanner, err);
}

static int open_scanner(struct sp_device *device, const struct sp_device_config *config, struct sp_error *err) {
  struct scanner *scanner = scanner_of(device);
  scanner->last_us = INT64_MIN / 2;
  int rc = kind_of(config->link.address, &scanner->kind, err);
  if (!rc) rc = read_options(config->json, scanner, err);
  bool has_end = scanner->kind == LINES && !scanner->options.gap_ends;
  if (has_end && scanner->options.gap_us == 0) scanner->options.gap_us = LINE_GAP_US;
  return rc;
}

/* ---- Codes ---- */

static void lost(struct scanner *scanner) {
  struct sp_device_event event = {.kind = SP_DEVICE_SCAN_LOST};
  sp_device_frames(&scanner->device, 0, 1);
  sp_device_tell(&scanner->device, &event);
}

static bool bounces(struct scanner *scanner, const struct sp_scan *scan) {
  bool same = strcmp(scanner->last, scan->text) == 0 && scan->first_us - scanner->last_us < scanner->bounce_us;
  memcpy(scanner->last, scan->text, scan->len + 1);
  scanner->last_us = scan->last_us;
  return same;
}

static bool is_plain(const char *text) {
  for (; *text; text++)
    if ((*text < '0' || *text > '9') && (*text < 'A' || *text > 'Z') && (*text < 'a' || *text > 'z')) return false;
  return true;
}

/* Is a scale speaking here? One frame of it may be chance when what was read looks like a code. */
static bool is_weighing(const struct scanner *scanner, const char *text) {
  if (!scanner->weighs || scanner->device.now_us - scanner->frame_us >= WEIGHS_US) return false;
  return !scanner->device.proved || scanner->frames >= WEIGHS || !is_plain(text);
}

static void take(struct scanner *scanner, enum sp_scan_status status, const struct sp_scan *scan) {
  if (is_weighing(scanner, status == SP_SCAN_DONE ? scan->text : "?")) return; /* weights are not sold as codes */
  if (status == SP_SCAN_LOST) lost(scanner);
  if (status != SP_SCAN_DONE) return;
  sp_device_faults(&scanner->device, SP_FAULT_WRONG_DEVICE, 0);
  sp_device_proved(&scanner->device);
  sp_device_frames(&scanner->device, 1, 0);
  if (bounces(scanner, scan)) return;
  struct sp_device_event event = {.kind = SP_DEVICE_SCAN, .scan = scan};
  sp_device_tell(&scanner->device, &event);
}

/* ---- Bytes ---- */

static void key(struct scanner *scanner, const struct input_event *event) {
  struct sp_scan scan;
  int64_t at = (int64_t)event->input_event_sec * 1000000 + (int64_t)event->input_event_usec;
  if (event->type == EV_SYN && event->code == SYN_DROPPED) sp_keyboard_dropped(&scanner->codec.keyboard, at);
  if (event->type != EV_KEY) return;
  take(scanner, sp_keyboard_key(&scanner->codec.keyboard, event->code, event->value, at, &scan), &scan);
}

static void feed_keys(struct scanner *scanner, const uint8_t *bytes, size_t len) {
  struct input_event event;
  while (len > 0) {
    size_t part = sizeof event - scanner->held_len;
    if (part > len) part = len;
    memcpy(scanner->held + scanner->held_len, bytes, part);
    scanner->held_len += part;
    bytes += part;
    len -= part;
    if (scanner->held_len < sizeof event) return;
    memcpy(&event, scanner->held, sizeof event);
    scanner->held_len = 0;
    key(scanner, &event);
  }
}

static void weigh(void *ctx, const struct sp_scale_reading *reading) {
  int *frames = ctx;
  *frames += reading->kind == SP_SCALE_READING;
}

/* A scale on this line sends frame after frame; what it says often ends as codes do. */
static void look_for_scale(struct scanner *scanner, const uint8_t *bytes, size_t len) {
  struct sp_device *device = &scanner->device;
  for (size_t i = 0; i < scanner->weigher_count; i++) {
    int frames = 0;
    sp_scale_feed(&scanner->weighers[i], bytes, len, weigh, &frames);
    if (frames == 0) continue;
    bool again = scanner->weighs == scanner->weighers[i].codec && device->now_us - scanner->frame_us < WEIGHS_US;
    scanner->frames = again ? scanner->frames + frames : frames;
    scanner->weighs = scanner->weighers[i].codec;
    scanner->frame_us = device->now_us;
    break;
  }
  if (!is_weighing(scanner, "?") || scanner->frames < WEIGHS) return;
  sp_device_faults(device, SP_FAULT_WRONG_DEVICE, SP_FAULT_WRONG_DEVICE);
  sp_device_detail(device, "it talks like a scale: %s", scanner->weighs->id);
}

static void feed_lines(struct scanner *scanner, const uint8_t *bytes, size_t len) {
  struct sp_scan scan;
  look_for_scale(scanner, bytes, len);
  while (len > 0) {
    size_t used = 0;
    enum sp_scan_status status =
        sp_scanner_serial_feed(&scanner->codec.lines, (const char *)bytes, len, scanner->device.now_us, &used, &scan);
    bytes += used;
    len -= used;
    take(scanner, status, &scan); /* with nothing used: what lay there was broken off before these bytes */
    if (used == 0 && status == SP_SCAN_NONE) return;
  }
}

static void on_bytes(struct sp_device *device, const uint8_t *bytes, size_t len) {
  struct scanner *scanner = scanner_of(device);
  struct sp_scan scan;
  if (scanner->kind == WEDGE) feed_keys(scanner, bytes, len);
  if (scanner->kind == LINES) feed_lines(scanner, bytes, len);
  if (scanner->kind == REPORTS) {
    take(scanner, sp_hid_pos_report(&scanner->codec.reports, bytes, len, device->now_us, &scan), &scan);
  }
}

/* ---- The link ---- */

static void start_reports(struct scanner *scanner) {
  struct sp_hid_pos_layout layout;
  struct sp_error error = {.lang = SP_LANG_EN};
  size_t len = 0;
  const uint8_t *descriptor = sp_link_descriptor(scanner->device.link, &len);
  int rc = descriptor ? sp_hid_pos_layout(descriptor, len, &layout, &error) : SP_E_UNSUPPORTED;
  if (rc == 0) {
    sp_hid_pos_start(&scanner->codec.reports, &layout, &scanner->options);
    sp_device_proved(&scanner->device);
    return;
  }
  sp_device_faults(&scanner->device, SP_FAULT_WRONG_DEVICE, SP_FAULT_WRONG_DEVICE);
  sp_device_relink(&scanner->device, "Its reports are not those of a scanner");
}

static void start_lines(struct scanner *scanner) {
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  sp_scanner_serial_start(&scanner->codec.lines, &scanner->options);
  scanner->weigher_count = 0;
  scanner->weighs = NULL;
  for (size_t i = 0; i < count && scanner->weigher_count < WEIGHERS; i++)
    if (codecs[i]->streams && !codecs[i]->packets)
      sp_scale_init(&scanner->weighers[scanner->weigher_count++], codecs[i]);
}

static void on_up(struct sp_device *device) {
  struct scanner *scanner = scanner_of(device);
  scanner->held_len = 0;
  scanner->bad = device->status.bad;
  if (scanner->kind == LINES) start_lines(scanner);
  if (scanner->kind == REPORTS) start_reports(scanner);
  if (scanner->kind != WEDGE) return;
  sp_keyboard_start(&scanner->codec.keyboard, &scanner->options);
  sp_device_proved(device);
}

static struct sp_scan_frame *frame_of(struct scanner *scanner) {
  if (scanner->kind == WEDGE) return &scanner->codec.keyboard.frame;
  return scanner->kind == LINES ? &scanner->codec.lines.frame : &scanner->codec.reports.frame;
}

/* A code that the unplugging cut in two is never handed out. */
static void on_down(struct sp_device *device) {
  struct scanner *scanner = scanner_of(device);
  if (sp_scan_frame_drop(frame_of(scanner))) lost(scanner);
}

/* The next time to look. What was wrong with the line before is waited out as for every device. */
static int64_t watch_line(struct scanner *scanner) {
  struct sp_device *device = &scanner->device;
  if (scanner->kind != LINES || !device->up || device->proved || device->status.bad != scanner->bad) return SP_NEVER;
  if (device->held != 0 || is_weighing(scanner, "?")) return device->now_us + SP_SECOND_US;
  if (device->now_us < device->up_us + SP_GRACE_US) return device->up_us + SP_GRACE_US;
  sp_device_proved(device);
  return SP_NEVER;
}

static int64_t watch_frame(struct sp_device *device) {
  struct scanner *scanner = scanner_of(device);
  struct sp_scan_frame *frame = frame_of(scanner);
  struct sp_scan scan;
  enum sp_scan_status status = SP_SCAN_NONE;
  if (!device->up || !frame->open) return SP_NEVER;
  int64_t gap = frame->options.gap_us > 0 ? frame->options.gap_us : SP_SCAN_GAP_US;
  int64_t due = frame->last_us + gap + (scanner->options.gap_ends ? SP_MILLI_US : SLACK_US);
  if (device->now_us < due) return due;
  if (scanner->kind == WEDGE) status = sp_keyboard_tick(&scanner->codec.keyboard, device->now_us, &scan);
  if (scanner->kind == LINES) status = sp_scanner_serial_tick(&scanner->codec.lines, device->now_us, &scan);
  if (scanner->kind == REPORTS) status = sp_hid_pos_tick(&scanner->codec.reports, device->now_us, &scan);
  take(scanner, status, &scan);
  return SP_NEVER;
}

static int64_t tick(struct sp_device *device) {
  int64_t frame = watch_frame(device);
  return sp_earlier(frame, watch_line(scanner_of(device)));
}

static int beep(struct sp_device *device, struct sp_error *err) {
  struct scanner *scanner = scanner_of(device);
  if (scanner->kind != LINES || !scanner->beeps) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "This scanner cannot be told to beep");
  }
  return sp_device_send(device, "\x07", 1, err);
}

const struct sp_device_driver sp_scanner_driver = {
    .class = SP_DEVICE_SCANNER,
    .size = sizeof(struct scanner),
    .blocking = SP_FAULT_WRONG_DEVICE,
    .members = members,
    .check = check,
    .open = open_scanner,
    .link_up = on_up,
    .bytes = on_bytes,
    .link_down = on_down,
    .tick = tick,
    .selftest = beep,
};
