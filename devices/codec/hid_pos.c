#include "devices/codec/hid_pos.h"

#include <string.h>

/* ---- The report descriptor ---- */

enum { PAGE_DESKTOP = 0x01, PAGE_SCANNER = 0x8C };
enum { BYTE_COUNT = 0x3B, AIM_1 = 0xFB, AIM_3 = 0xFD, DECODED = 0xFE, CONTINUED = 0xFF };
enum { USAGES_MAX = 32, REPORTS_MAX = 16, STACK_MAX = 8 };

struct globals {
  uint32_t page, size, count, id;
};

/* How far each report has come, in bits. */
struct report {
  uint32_t id, bits;
};

struct walker {
  struct globals now, stack[STACK_MAX];
  int depth;
  uint32_t usages[USAGES_MAX]; /* page in the upper half */
  int usage_count;
  uint32_t usage_low;
  struct report reports[REPORTS_MAX];
  int report_count;
  struct sp_hid_pos_layout *out;
  struct sp_error *err;
};

static int fail(const struct walker *walker) {
  return sp_fail(walker->err, SP_E_INVALID, "descriptor", "The scanner describes its reports in a way that cannot be");
}

static struct report *report_of(struct walker *walker) {
  for (int i = 0; i < walker->report_count; i++)
    if (walker->reports[i].id == walker->now.id) return &walker->reports[i];
  if (walker->report_count == REPORTS_MAX) return NULL;
  struct report *report = &walker->reports[walker->report_count++];
  *report = (struct report){.id = walker->now.id, .bits = walker->now.id ? 8 : 0};
  return report;
}

static void note_field(struct walker *walker, uint32_t usage, uint32_t bit, uint32_t count) {
  struct sp_hid_pos_layout *out = walker->out;
  bool bytes = walker->now.size == 8 && bit % 8 == 0;
  int16_t at = (int16_t)(bit / 8);
  uint32_t page = usage >> 16;
  uint32_t id = usage & 0xFFFF;
  if (page == PAGE_DESKTOP && id == BYTE_COUNT && bytes) out->count = at;
  if (page != PAGE_SCANNER) return;
  if (id >= AIM_1 && id <= AIM_3 && bytes) out->aim[id - AIM_1] = at;
  if (id == CONTINUED && walker->now.size > 0) out->more = (int32_t)bit;
  if (id != DECODED || !bytes) return;
  out->data = at;
  out->data_max = (int16_t)count;
}

/* One Input item: `count` fields of `size` bits. The last usage counts for all fields that are left (§6.2.2.8). Fields
 * are noted per report; those of a report without decoded data are forgotten when the next one begins. */
static int take_input(struct walker *walker, bool constant) {
  struct report *report = report_of(walker);
  struct globals now = walker->now;
  if (!report || now.size > 32 || now.count > SP_HID_REPORT_MAX) return fail(walker);
  if (report->bits + now.size * now.count > 8 * SP_HID_REPORT_MAX) return fail(walker);
  if (walker->out->data < 0 && walker->out->id != (int16_t)now.id)
    *walker->out =
        (struct sp_hid_pos_layout){.id = (int16_t)now.id, .count = -1, .aim = {-1, -1, -1}, .data = -1, .more = -1};
  bool ours = walker->out->id == (int16_t)now.id && !constant;
  for (int i = 0; ours && i < walker->usage_count && (uint32_t)i < now.count; i++) {
    uint32_t fields = i + 1 == walker->usage_count ? now.count - (uint32_t)i : 1;
    note_field(walker, walker->usages[i], report->bits + (uint32_t)i * now.size, fields);
  }
  report->bits += now.size * now.count;
  return 0;
}

static void add_usage(struct walker *walker, uint32_t usage, int bytes) {
  if (bytes < 4) usage |= walker->now.page << 16;
  if (walker->usage_count < USAGES_MAX) walker->usages[walker->usage_count++] = usage;
}

static int take_main(struct walker *walker, int tag, uint32_t value) {
  enum { INPUT = 8, IS_CONSTANT = 1 };
  int rc = tag == INPUT ? take_input(walker, (value & IS_CONSTANT) != 0) : 0;
  walker->usage_count = 0;
  walker->usage_low = 0;
  return rc;
}

static int take_global(struct walker *walker, int tag, uint32_t value) {
  enum { USAGE_PAGE = 0, REPORT_SIZE = 7, REPORT_ID = 8, REPORT_COUNT = 9, PUSH = 10, POP = 11 };
  switch (tag) {
  case USAGE_PAGE:
    walker->now.page = value & 0xFFFF;
    break;
  case REPORT_SIZE:
    walker->now.size = value;
    break;
  case REPORT_COUNT:
    walker->now.count = value;
    break;
  case REPORT_ID:
    if (value == 0 || value > 255) return fail(walker);
    walker->now.id = value;
    break;
  case PUSH:
    if (walker->depth == STACK_MAX) return fail(walker);
    walker->stack[walker->depth++] = walker->now;
    break;
  case POP:
    if (walker->depth == 0) return fail(walker);
    walker->now = walker->stack[--walker->depth];
    break;
  default:
    break;
  }
  return 0;
}

static void take_local(struct walker *walker, int tag, uint32_t value, int bytes) {
  enum { USAGE = 0, USAGE_MINIMUM = 1, USAGE_MAXIMUM = 2 };
  if (tag == USAGE) add_usage(walker, value, bytes);
  if (tag == USAGE_MINIMUM) walker->usage_low = value;
  if (tag != USAGE_MAXIMUM) return;
  for (uint32_t usage = walker->usage_low; usage <= value && walker->usage_count < USAGES_MAX; usage++)
    add_usage(walker, usage, bytes);
}

static int walk(struct walker *walker, const uint8_t *bytes, size_t len) {
  enum { LONG_ITEM = 0xFE, MAIN = 0, GLOBAL = 1, LOCAL = 2 };
  for (size_t at = 0; at < len;) {
    uint8_t head = bytes[at++];
    if (head == LONG_ITEM) {
      if (len - at < 2 || len - at - 2 < bytes[at]) return fail(walker);
      at += (size_t)bytes[at] + 2;
      continue;
    }
    int size = (head & 3) == 3 ? 4 : head & 3;
    if (len - at < (size_t)size) return fail(walker);
    uint32_t value = 0;
    for (int i = 0; i < size; i++)
      value |= (uint32_t)bytes[at + (size_t)i] << (8 * i);
    at += (size_t)size;
    int type = head >> 2 & 3;
    int tag = head >> 4;
    int rc = type == MAIN ? take_main(walker, tag, value) : type == GLOBAL ? take_global(walker, tag, value) : 0;
    if (type == LOCAL) take_local(walker, tag, value, size);
    if (rc != 0) return rc;
  }
  return 0;
}

int sp_hid_pos_layout(const uint8_t *descriptor, size_t len, struct sp_hid_pos_layout *out, struct sp_error *err) {
  struct walker walker = {.out = out, .err = err};
  *out = (struct sp_hid_pos_layout){.id = -1, .count = -1, .aim = {-1, -1, -1}, .data = -1, .more = -1};
  if (len > SP_HID_DESCRIPTOR_MAX) return fail(&walker);
  int rc = walk(&walker, descriptor, len);
  if (rc != 0) return rc;
  if (out->data < 0)
    return sp_fail(err, SP_E_UNSUPPORTED, "descriptor", "This device reports no scanned codes: is it in POS mode?");
  for (int i = 0; i < walker.report_count; i++)
    if ((int16_t)walker.reports[i].id == out->id) out->length = (int16_t)((walker.reports[i].bits + 7) / 8);
  return 0;
}

/* ---- Reports ---- */

void sp_hid_pos_start(struct sp_hid_pos *scanner, const struct sp_hid_pos_layout *layout,
                      const struct sp_scan_options *options) {
  *scanner = (struct sp_hid_pos){.layout = *layout};
  sp_scan_frame_start(&scanner->frame, options);
  scanner->frame.options.gap_ends = false;
}

static void take_aim(struct sp_hid_pos *scanner, const uint8_t *report) {
  for (int i = 0; i < 3; i++) {
    int at = scanner->layout.aim[i];
    scanner->aim[i] = at >= 0 ? (char)report[at] : '\0';
  }
}

/* How many bytes of this report are data. Without a count they end at the first NUL. */
static int data_length(const struct sp_hid_pos_layout *layout, const uint8_t *report) {
  if (layout->count >= 0) return report[layout->count];
  const uint8_t *end = memchr(report + layout->data, 0, (size_t)layout->data_max);
  return end ? (int)(end - (report + layout->data)) : layout->data_max;
}

static enum sp_scan_status finish(struct sp_hid_pos *scanner, struct sp_scan *out) {
  enum sp_scan_status status = sp_scan_frame_end(&scanner->frame, out);
  bool said = scanner->aim[0] == ']' && scanner->aim[1] && scanner->aim[2];
  if (status == SP_SCAN_DONE && said && !out->aim[0]) memcpy(out->aim, scanner->aim, sizeof out->aim);
  return status;
}

enum sp_scan_status sp_hid_pos_report(struct sp_hid_pos *scanner, const uint8_t *report, size_t len, int64_t now_us,
                                      struct sp_scan *out) {
  const struct sp_hid_pos_layout *layout = &scanner->layout;
  if (len == 0 || (layout->id != 0 && report[0] != layout->id)) return SP_SCAN_NONE;
  enum sp_scan_status before = sp_scan_frame_tick(&scanner->frame, now_us, out);
  if (len < (size_t)layout->length) {
    sp_scan_frame_spoil(&scanner->frame, now_us);
    return finish(scanner, out);
  }
  if (!scanner->frame.open) take_aim(scanner, report);
  int count = data_length(layout, report);
  bool more = layout->more >= 0 && (report[layout->more / 8] >> (layout->more % 8) & 1);
  if (count > layout->data_max) sp_scan_frame_spoil(&scanner->frame, now_us);
  if (count > layout->data_max) count = 0;
  const uint8_t *data = report + layout->data;
  while (!more && count > 0 && (data[count - 1] == '\r' || data[count - 1] == '\n'))
    count--;
  for (int i = 0; i < count; i++)
    sp_scan_frame_add(&scanner->frame, (char)data[i], now_us);
  if (more) return before;
  /* One whole report after a part that was left alone: what is new is worth more than the word that something is lost.
   */
  enum sp_scan_status status = finish(scanner, out);
  return status == SP_SCAN_NONE ? before : status;
}

enum sp_scan_status sp_hid_pos_tick(struct sp_hid_pos *scanner, int64_t now_us, struct sp_scan *out) {
  return sp_scan_frame_tick(&scanner->frame, now_us, out);
}
