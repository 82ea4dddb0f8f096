#include "devices/codec/scan.h"

#include <string.h>

#include "domain/barcode.h"

void sp_scan_frame_start(struct sp_scan_frame *frame, const struct sp_scan_options *options) {
  *frame = (struct sp_scan_frame){0};
  if (options) frame->options = *options;
  struct sp_scan_options *own = &frame->options;
  if (own->max <= 0 || own->max > SP_SCAN_MAX) own->max = SP_SCAN_MAX;
  if (own->gap_us == 0) own->gap_us = SP_SCAN_GAP_US;
  own->prefix[SP_SCAN_FIX_MAX] = '\0';
  own->suffix[SP_SCAN_FIX_MAX] = '\0';
}

static void touch(struct sp_scan_frame *frame, int64_t now_us) {
  if (!frame->open) {
    frame->open = true;
    frame->first_us = now_us;
  } else if (now_us - frame->last_us > frame->widest_gap_us) {
    frame->widest_gap_us = now_us - frame->last_us;
  }
  frame->last_us = now_us;
}

void sp_scan_frame_add(struct sp_scan_frame *frame, char byte, int64_t now_us) {
  touch(frame, now_us);
  bool printable = (unsigned char)byte >= ' ' && byte != 127;
  if (!printable && byte != SP_SCAN_SEPARATOR) frame->lost = true;
  if (frame->len == (size_t)frame->options.max) frame->lost = true;
  if (!frame->lost) frame->text[frame->len++] = byte;
}

void sp_scan_frame_spoil(struct sp_scan_frame *frame, int64_t now_us) {
  touch(frame, now_us);
  frame->lost = true;
}

bool sp_scan_frame_drop(struct sp_scan_frame *frame) {
  bool open = frame->open;
  frame->open = frame->lost = false;
  frame->len = 0;
  frame->first_us = frame->last_us = frame->widest_gap_us = 0;
  return open;
}

/* The code between prefix and suffix; false when they are not there. */
static bool cut(const struct sp_scan_frame *frame, const char **text, size_t *len) {
  size_t prefix = strlen(frame->options.prefix);
  size_t suffix = strlen(frame->options.suffix);
  if (frame->len < prefix + suffix) return false;
  if (memcmp(frame->text, frame->options.prefix, prefix) != 0) return false;
  if (memcmp(frame->text + frame->len - suffix, frame->options.suffix, suffix) != 0) return false;
  *text = frame->text + prefix;
  *len = frame->len - prefix - suffix;
  return true;
}

enum sp_scan_status sp_scan_frame_end(struct sp_scan_frame *frame, struct sp_scan *out) {
  if (!frame->open) return SP_SCAN_NONE;
  const char *text = NULL;
  size_t len = 0;
  bool whole = !frame->lost && cut(frame, &text, &len);
  *out =
      (struct sp_scan){.first_us = frame->first_us, .last_us = frame->last_us, .widest_gap_us = frame->widest_gap_us};
  if (whole) {
    memcpy(out->text, text, len);
    int aim = sp_barcode_aim(out->text);
    memcpy(out->aim, out->text, (size_t)aim);
    out->len = len - (size_t)aim;
    memmove(out->text, out->text + aim, out->len + 1);
  }
  (void)sp_scan_frame_drop(frame);
  return whole && out->len > 0 ? SP_SCAN_DONE : SP_SCAN_LOST;
}

enum sp_scan_status sp_scan_frame_tick(struct sp_scan_frame *frame, int64_t now_us, struct sp_scan *out) {
  if (!frame->open || frame->options.gap_us < 0 || now_us - frame->last_us <= frame->options.gap_us)
    return SP_SCAN_NONE;
  if (!frame->options.gap_ends) frame->lost = true;
  return sp_scan_frame_end(frame, out);
}
