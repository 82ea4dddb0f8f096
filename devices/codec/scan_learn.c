#include "devices/codec/scan_learn.h"

#include <string.h>

enum { STX = 2, ETX = 3 };

void sp_scan_learn_start(struct sp_scan_learner *learner) {
  memset(learner, 0, sizeof *learner);
}

/* A terminator ends a code even when the next follows at once; LF behind CR belongs to it. */
static bool ends_here(const char *text, size_t len, char next) {
  char last = text[len - 1];
  if (last == '\r') return next != '\n';
  return last == '\n' || last == ETX;
}

static void add(struct sp_scan_learner *learner, char byte) {
  int at = learner->count - 1;
  if (!learner->open || ends_here(learner->codes[at].text, learner->codes[at].len, byte)) {
    if (learner->count == SP_SCAN_LEARN_CODES) {
      learner->open = false;
      return;
    }
    at = learner->count++;
    learner->open = true;
    learner->codes[at].len = 0;
  }
  if (learner->codes[at].len == SP_SCAN_MAX) return;
  learner->codes[at].text[learner->codes[at].len++] = byte;
  learner->codes[at].text[learner->codes[at].len] = '\0';
}

void sp_scan_learn_feed(struct sp_scan_learner *learner, const void *bytes, size_t len, int64_t now_us) {
  const char *at = bytes;
  int64_t gap_us = now_us - learner->last_us;
  if (learner->open && gap_us > SP_SCAN_LEARN_GAP) learner->open = false;
  if (learner->open && gap_us > learner->widest_gap_us) learner->widest_gap_us = gap_us;
  learner->last_us = now_us;
  for (size_t i = 0; i < len; i++)
    add(learner, at[i]);
}

/* ---- What stands around ---- */

static const char *terminator_of(const char *text, size_t len, size_t *size) {
  char last = len > 0 ? text[len - 1] : '\0';
  *size = 1;
  if (last == '\n' && len > 1 && text[len - 2] == '\r') {
    *size = 2;
    return "CR LF";
  }
  if (last == '\n') return "LF";
  if (last == '\r') return "CR";
  if (last == ETX) return "ETX";
  if (last == '\t') return "TAB";
  *size = 0;
  return "none";
}

static bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static const char *inner(const struct sp_scan_learner *learner, int index, size_t *len);

/* Codes of many lengths: what letters they share were put around them. */
static bool differ_much(const struct sp_scan_learner *learner) {
  size_t lengths[3] = {0};
  int known = 0;
  for (int i = 0; i < learner->count && known < 3; i++) {
    size_t len = 0;
    (void)inner(learner, i, &len);
    bool seen = false;
    for (int j = 0; j < known; j++)
      seen = seen || lengths[j] == len;
    if (!seen) lengths[known++] = len;
  }
  return learner->count >= SP_SCAN_LEARN_MANY && known == 3;
}

/* May this stand around a code without being a part of it? */
static bool may_frame(const struct sp_scan_learner *learner, char c) {
  return !is_plain(c) || (!is_digit(c) && differ_much(learner));
}

static bool is_aim(const char *text, size_t len) {
  return len > 3 && text[0] == ']' && is_plain(text[1]) && is_plain(text[2]);
}

/* The code without STX and terminator. */
static const char *inner(const struct sp_scan_learner *learner, int index, size_t *len) {
  const char *text = learner->codes[index].text;
  size_t end = 0;
  *len = learner->codes[index].len;
  (void)terminator_of(text, *len, &end);
  *len -= end;
  if (*len == 0 || *text != STX) return text;
  (*len)--;
  return text + 1;
}

static void learn_prefix(const struct sp_scan_learner *learner, struct sp_scan_guess *out) {
  size_t first_len = 0, len = 0, shared = 0;
  const char *first = inner(learner, 0, &first_len);
  for (; shared < SP_SCAN_FIX_MAX && shared < first_len && may_frame(learner, first[shared]); shared++) {
    for (int i = 1; i < learner->count; i++) {
      const char *text = inner(learner, i, &len);
      if (shared >= len || text[shared] != first[shared]) goto done;
    }
    if (is_aim(first + shared, first_len - shared)) break;
  }
done:
  memcpy(out->prefix, first, shared);
  out->prefix[shared] = '\0';
}

static void learn_suffix(const struct sp_scan_learner *learner, struct sp_scan_guess *out) {
  size_t first_len = 0, len = 0, shared = 0;
  size_t before = strlen(out->prefix);
  const char *first = inner(learner, 0, &first_len);
  for (; shared < SP_SCAN_FIX_MAX && shared + before < first_len; shared++) {
    char byte = first[first_len - 1 - shared];
    bool same = may_frame(learner, byte);
    for (int i = 1; i < learner->count && same; i++) {
      const char *text = inner(learner, i, &len);
      same = shared + before < len && text[len - 1 - shared] == byte;
    }
    if (!same) break;
  }
  memcpy(out->suffix, first + first_len - shared, shared);
  out->suffix[shared] = '\0';
}

void sp_scan_learn_guess(const struct sp_scan_learner *learner, struct sp_scan_guess *out) {
  size_t size = 0, len = 0;
  *out = (struct sp_scan_guess){.codes = learner->count, .terminator = "none", .widest_gap_us = learner->widest_gap_us};
  if (learner->count == 0) return;
  out->stx = out->aim = true;
  for (int i = 0; i < learner->count; i++) {
    const char *name = terminator_of(learner->codes[i].text, learner->codes[i].len, &size);
    if (i == 0) out->terminator = name;
    if (strcmp(out->terminator, name) != 0) out->terminator = "mixed";
    out->stx = out->stx && learner->codes[i].text[0] == STX;
  }
  learn_prefix(learner, out);
  learn_suffix(learner, out);
  for (int i = 0; i < learner->count; i++) {
    const char *text = inner(learner, i, &len);
    size_t before = strlen(out->prefix);
    out->aim = out->aim && len > before && is_aim(text + before, len - before);
  }
}

size_t sp_scan_learn_code(const struct sp_scan_learner *learner, const struct sp_scan_guess *guess, int index,
                          char out[SP_SCAN_MAX + 1]) {
  size_t len = 0;
  const char *text = inner(learner, index, &len);
  size_t before = strlen(guess->prefix), behind = strlen(guess->suffix);
  if (len >= before + behind) {
    text += before;
    len -= before + behind;
  }
  if (guess->aim && len > 3) {
    text += 3;
    len -= 3;
  }
  memcpy(out, text, len);
  out[len] = '\0';
  return len;
}
