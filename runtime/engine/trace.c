#include "engine/trace.h"

#include "base/json.h"
#include <string.h>

#define PLAIN_MAX  64   /* of a word that is written as it is */
#define HEAD_MAX   1024 /* of what all entries of a rule have in common */
#define NUMBER_MAX 20   /* bytes of an int64 */
#define PAIR_MAX   (2 * NUMBER_MAX + 4)
#define FIXED_MAX  512 /* names, outcome, amount and limits of one entry */

/* ---- What all entries of a rule have in common ---- */

int sp_trace_prepare(struct sp_bundle *bundle, struct sp_error *err) {
  for (int32_t i = 0; i < bundle->program.rule_count; i++) {
    struct sp_rule *rule = &bundle->rules[i];
    struct sp_json_writer w;
    struct sp_buf text;
    sp_buf_init(&text, HEAD_MAX);
    sp_json_start(&w, &text);
    sp_json_open_object(&w);
    sp_json_put_text(&w, "rule", rule->info.name);
    sp_json_put_text(&w, "version", rule->info.version);
    sp_json_put_text(&w, "file", bundle->program.rules[i].file);
    sp_json_close_object(&w);
    /* Without the brackets. */
    rule->head_len = text.failed ? 0 : text.len - 2;
    rule->head = text.failed ? NULL : sp_arena_copy(&bundle->arena, text.data + 1, rule->head_len);
    int failed = text.failed;
    sp_buf_free(&text);
    if (failed) return sp_fail(err, failed, "name", "The name of a rule or its file is too long");
    if (!rule->head) return sp_error_nomem(err, __func__);
  }
  return 0;
}

/* ---- Writing: room for an entry is reserved once, for there is one for every campaign of every sale ---- */

static char *put(char *to, const char *text, size_t len) {
  memcpy(to, text, len);
  return to + len;
}

static char *put_text(char *to, const char *text) {
  return put(to, text, strlen(text));
}

static char *put_number(char *to, int64_t value) {
  char digits[NUMBER_MAX];
  size_t at = sizeof digits;
  uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do
    digits[--at] = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  if (value < 0) *to++ = '-';
  return put(to, digits + at, sizeof digits - at);
}

static char *put_pair(char *to, int64_t first, int64_t second) {
  *to++ = '[';
  to = put_number(to, first);
  *to++ = ',';
  to = put_number(to, second);
  *to++ = ']';
  return to;
}

static char *put_lines(char *to, const struct sp_trace_entry *entry) {
  to = put_text(to, ",\"lines\":[");
  for (int32_t i = 0; i < entry->line_count; i++) {
    if (i > 0) *to++ = ',';
    to = put_pair(to, entry->lines[i].n, entry->lines[i].amount);
  }
  *to++ = ']';
  return to;
}

/* Words as they are in codes: what needs no escape. */
static bool is_plain(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (text[i] < 0x20 || text[i] >= 0x7f || text[i] == '"' || text[i] == '\\') return false;
  return true;
}

/* Text that may need to be escaped; hardly any does. */
static void add_text(struct sp_buf *out, const char *name, const char *text) {
  struct sp_json_writer w;
  size_t len = strlen(text);
  if (len <= PLAIN_MAX && is_plain(text, len)) {
    char *to = sp_buf_reserve(out, strlen(name) + len + 2);
    if (!to) return;
    char *end = put_text(to, name);
    *end++ = '"';
    end = put(end, text, len);
    *end++ = '"';
    out->len += (size_t)(end - to);
    return;
  }
  sp_buf_puts(out, name);
  sp_json_start(&w, out);
  sp_json_text(&w, text);
}

static void add_raw(struct sp_buf *out, const char *name, const char *json) {
  sp_buf_puts(out, name);
  sp_buf_puts(out, json);
}

static void add_numbers(struct sp_buf *out, const struct sp_trace_entry *entry, const struct sp_rule *rule) {
  size_t room = FIXED_MAX + rule->head_len + (size_t)entry->line_count * PAIR_MAX;
  char *start = sp_buf_reserve(out, room);
  if (!start) return;
  char *to = start;
  *to++ = ',';
  to = put(to, rule->head, rule->head_len);
  if (entry->first && entry->first->at > 0) to = put_number(put_text(to, ",\"line\":"), entry->first->at);
  to = put_text(put_text(to, ",\"phase\":\""), sp_phase_name(rule->info.phase));
  to = put_text(put_text(to, "\",\"outcome\":\""), entry->outcome);
  to = put_number(put_text(to, "\",\"amount\":"), entry->amount);
  if (entry->line_count > 0) to = put_lines(to, entry);
  out->len += (size_t)(to - start);
}

static void add_added(struct sp_buf *out, const struct sp_trace_entry *entry) {
  struct sp_json_writer w;
  sp_buf_puts(out, ",\"added\":");
  sp_json_start(&w, out);
  sp_json_open_array(&w);
  for (int32_t i = 0; i < entry->added_count; i++) {
    sp_json_open_array(&w);
    sp_json_int(&w, entry->added[i].parent);
    sp_json_text(&w, entry->added[i].code);
    sp_json_int(&w, entry->added[i].quantity);
    sp_json_close_array(&w);
  }
  sp_json_close_array(&w);
}

static void add_used(struct sp_buf *out, const struct sp_trace_entry *entry) {
  char text[PAIR_MAX + 16];
  char *to = put_text(text, ",\"used\":[1,");
  to = put_number(to, entry->used_amount);
  *to++ = ',';
  to = put_number(to, entry->used_units);
  *to++ = ']';
  sp_buf_add(out, text, (size_t)(to - text));
}

void sp_trace_start(struct sp_trace *trace, bool off) {
  trace->off = off;
  sp_buf_init(&trace->text, SP_TRACE_MAX);
  if (off) return;
  (void)sp_buf_reserve(&trace->text, 4096); /* most traces fit: one allocation */
  sp_buf_putc(&trace->text, '[');
}

void sp_trace_add(struct sp_trace *trace, const struct sp_trace_entry *entry) {
  struct sp_buf *out = &trace->text;
  if (trace->off) return;
  const struct sp_campaign *campaign = &entry->bundle->campaigns[entry->campaign];
  const struct sp_rule *rule = &entry->bundle->rules[campaign->rule];
  add_text(out, out->len > 1 ? ",{\"campaign\":" : "{\"campaign\":", campaign->code);
  add_numbers(out, entry, rule);
  if (entry->added_count > 0) add_added(out, entry);
  if (entry->first && entry->first->reason) add_raw(out, ",\"reason\":", entry->first->reason);
  if (entry->why) add_text(out, ",\"why\":", entry->why);
  if (entry->by) add_text(out, ",\"by\":", entry->by);
  if (rule->info.stacking[0]) add_text(out, ",\"group\":", rule->info.stacking);
  if (entry->limited) add_used(out, entry);
  if (entry->note) add_raw(out, ",\"note\":", entry->note);
  sp_buf_putc(out, '}');
}

int sp_trace_finish(struct sp_trace *trace, struct sp_arena *arena, const char **out, size_t *len,
                    struct sp_error *err) {
  *out = "[]";
  *len = 2;
  if (trace->off) return 0;
  sp_buf_putc(&trace->text, ']');
  if (trace->text.failed) return sp_fail(err, trace->text.failed, "trace", "The trace of the basket is too long");
  *len = trace->text.len;
  *out = sp_arena_copy(arena, trace->text.data, trace->text.len);
  return *out ? 0 : sp_error_nomem(err, __func__);
}

void sp_trace_free(struct sp_trace *trace) {
  sp_buf_free(&trace->text);
}
