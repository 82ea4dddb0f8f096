#include "engine/trace.h"

#include "base/json.h"
#include "engine/pricing.h"
#include <string.h>

#define HEAD_MAX   1024 /* of what all entries of a rule or of a campaign have in common */
#define NUMBER_MAX 20   /* bytes of an int64 */
#define PAIR_MAX   (2 * NUMBER_MAX + 4)
#define FIXED_MAX  512 /* names, outcome, amount and limits of one entry */

/* ---- What all entries of a rule or of a campaign have in common ---- */

/* What was written, without its opening bracket when it is the beginning of an entry. */
static int take(struct sp_bundle *bundle, struct sp_buf *text, size_t skip, const char **out, size_t *len) {
  int failed = text->failed;
  *len = failed ? 0 : text->len - skip;
  *out = failed ? NULL : sp_arena_copy(&bundle->arena, text->data + skip, *len);
  sp_buf_free(text);
  if (failed) return failed;
  return *out ? 0 : SP_E_NOMEM;
}

static int prepare_rule(struct sp_bundle *bundle, struct sp_rule *rule, const char *file) {
  struct sp_json_writer w;
  struct sp_buf text;
  sp_buf_init(&text, HEAD_MAX);
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "rule", rule->info.name);
  sp_json_put_text(&w, "version", rule->info.version);
  sp_json_put_text(&w, "file", file);
  int rc = take(bundle, &text, 1, &rule->head, &rule->head_len);
  if (rc || !rule->info.stacking[0]) return rc;
  sp_buf_puts(&text, ",\"group\":");
  sp_json_start(&w, &text);
  sp_json_text(&w, rule->info.stacking);
  return take(bundle, &text, 0, &rule->tail, &rule->tail_len);
}

static int prepare_campaign(struct sp_bundle *bundle, struct sp_campaign *campaign) {
  struct sp_json_writer w;
  struct sp_buf text;
  sp_buf_init(&text, HEAD_MAX);
  sp_buf_puts(&text, "{\"campaign\":");
  sp_json_start(&w, &text);
  sp_json_text(&w, campaign->code);
  return take(bundle, &text, 0, &campaign->head, &campaign->head_len);
}

int sp_trace_prepare(struct sp_bundle *bundle, struct sp_error *err) {
  int rc = 0;
  for (int32_t i = 0; i < bundle->program.rule_count && !rc; i++)
    rc = prepare_rule(bundle, &bundle->rules[i], bundle->program.rules[i].file);
  for (int32_t i = 0; i < bundle->program.campaign_count && !rc; i++)
    rc = prepare_campaign(bundle, &bundle->campaigns[i]);
  if (rc == SP_E_NOMEM) return sp_error_nomem(err, __func__);
  return rc ? sp_fail(err, rc, "name", "The name of a rule or its file is too long") : 0;
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

/* Text that may need to be escaped. */
static void add_text(struct sp_buf *out, const char *name, const char *text) {
  struct sp_json_writer w;
  sp_buf_puts(out, name);
  sp_json_start(&w, out);
  sp_json_text(&w, text);
}

static void add_raw(struct sp_buf *out, const char *name, const char *json) {
  sp_buf_puts(out, name);
  sp_buf_puts(out, json);
}

static void add_head(struct sp_buf *out, const struct sp_trace_entry *entry, const struct sp_campaign *campaign,
                     const struct sp_rule *rule) {
  size_t room = FIXED_MAX + campaign->head_len + rule->head_len + (size_t)entry->line_count * PAIR_MAX;
  char *start = sp_buf_reserve(out, room);
  if (!start) return;
  char *to = start;
  if (out->len > 1) *to++ = ',';
  to = put(to, campaign->head, campaign->head_len);
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

/* A rule that speaks of each line by itself is heard for each. */
static void add_reasons(struct sp_buf *out, const struct sp_trace_entry *entry) {
  const char *first = entry->first->reason ? entry->first->reason : "";
  bool any = false;
  for (int32_t i = 0; i < entry->told_count; i++) {
    const struct sp_offer *offer = &entry->told[i];
    if (!offer->reason || offer->target_count != 1 || strcmp(offer->reason, first) == 0) continue;
    if (!sp_offer_acts(offer->kind)) continue;
    char text[NUMBER_MAX + 16];
    char *to = put_text(text, any ? ",[" : ",\"reasons\":[[");
    to = put_number(to, entry->basket->lines[offer->targets[0].line].n);
    *to++ = ',';
    sp_buf_add(out, text, (size_t)(to - text));
    sp_buf_puts(out, offer->reason);
    sp_buf_putc(out, ']');
    any = true;
  }
  if (any) sp_buf_putc(out, ']');
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
  add_head(out, entry, campaign, rule);
  if (entry->added_count > 0) add_added(out, entry);
  if (entry->first && entry->first->reason) add_raw(out, ",\"reason\":", entry->first->reason);
  if (entry->first && entry->told && strcmp(entry->outcome, "applied") == 0) add_reasons(out, entry);
  if (entry->why) add_text(out, ",\"why\":", entry->why);
  if (entry->by) add_text(out, ",\"by\":", entry->by);
  if (rule->tail) sp_buf_add(out, rule->tail, rule->tail_len);
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
