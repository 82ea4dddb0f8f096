/* What pricing hands back beside the prices of lines. */
#include "domain/money.h"
#include "engine/pricing.h"

#include <string.h>

void *sp_pricing_room(struct sp_pricing *p, void *list, int32_t count, int32_t *capacity, size_t size) {
  if (count < *capacity) return list;
  int32_t more = *capacity > 0 ? *capacity * 2 : 16;
  void *grown = sp_arena_array(p->arena, (size_t)more, size);
  if (!grown) return NULL;
  if (count > 0) memcpy(grown, list, (size_t)count * size);
  *capacity = more;
  return grown;
}

/* A remark for lines is told once, at the first of them; one with a value is for the trace alone. */
int sp_out_notes(struct sp_pricing *p, const struct sp_asked *asked, struct sp_error *err) {
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    if (offer->kind != SP_OFFER_NOTE || offer->value > 0 || p->out->note_count >= SP_NOTES_MAX) continue;
    p->out->notes = sp_pricing_room(p, p->out->notes, p->out->note_count, &p->note_capacity, sizeof *p->out->notes);
    if (!p->out->notes) return sp_error_nomem(err, __func__);
    p->out->notes[p->out->note_count++] =
        (struct sp_note){.campaign = sp_pricing_campaign(p, asked->entry.campaign)->code,
                         .reason = offer->reason,
                         .line = offer->target_count > 0 ? p->basket->lines[offer->targets[0].line].n : 0};
  }
  return 0;
}

/* Two campaigns that want the same thing confirmed ask once. */
int sp_out_requirement(struct sp_pricing *p, const struct sp_requirement *requirement, struct sp_error *err) {
  struct sp_priced *out = p->out;
  for (int32_t i = 0; i < out->requirement_count; i++) {
    const struct sp_requirement *other = &out->requirements[i];
    if (other->kind == requirement->kind && other->line == requirement->line &&
        strcmp(other->code, requirement->code) == 0)
      return 0;
  }
  out->requirements = sp_pricing_room(p, out->requirements, out->requirement_count, &p->requirement_capacity,
                                      sizeof *out->requirements);
  if (!out->requirements) return sp_error_nomem(err, __func__);
  out->requirements[out->requirement_count++] = *requirement;
  return 0;
}

/* The largest that any campaign allows holds, never their sum. */
int sp_out_tender(struct sp_pricing *p, const struct sp_tender_cap *cap, struct sp_error *err) {
  struct sp_priced *out = p->out;
  for (int32_t i = 0; i < out->tender_cap_count; i++) {
    struct sp_tender_cap *other = &out->tender_caps[i];
    if (strcmp(other->method, cap->method) != 0) continue;
    if (cap->amount > other->amount) *other = *cap;
    return 0;
  }
  if (out->tender_cap_count == SP_TENDER_CAPS_MAX) return 0;
  out->tender_caps =
      sp_pricing_room(p, out->tender_caps, out->tender_cap_count, &p->cap_capacity, sizeof *out->tender_caps);
  if (!out->tender_caps) return sp_error_nomem(err, __func__);
  out->tender_caps[out->tender_cap_count++] = *cap;
  return 0;
}

/* By line, and within a line in the order in which they applied: a counting sort. */
int sp_out_allocations(struct sp_pricing *p, struct sp_error *err) {
  struct sp_priced *out = p->out;
  int32_t count = 0;
  for (int32_t i = 0; i < p->taking_count; i++)
    count += p->takings[i].amount > 0;
  if (count == 0) return 0;
  int32_t *place = sp_arena_array(p->arena, (size_t)p->basket->count + 1, sizeof *place);
  out->allocations = sp_arena_array(p->arena, (size_t)count, sizeof *out->allocations);
  if (!place || !out->allocations) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < p->taking_count; i++)
    place[p->takings[i].line + 1] += p->takings[i].amount > 0;
  for (int32_t i = 0; i < p->basket->count; i++)
    place[i + 1] += place[i];
  for (int32_t i = 0; i < p->taking_count; i++) {
    const struct sp_taking *from = &p->takings[i];
    if (from->amount == 0) continue;
    out->allocations[place[from->line]++] =
        (struct sp_allocation){.line = p->basket->lines[from->line].n,
                               .campaign = sp_pricing_campaign(p, from->campaign)->code,
                               .rule = sp_pricing_rule(p, from->campaign)->info.name,
                               .amount = from->amount};
  }
  out->allocation_count = count;
  return 0;
}

/* ---- What else was asked ---- */

/* The inside of a trace behind what is there. */
static void append(struct sp_buf *out, const char *trace, size_t len) {
  if (!trace || len <= 2) return;
  if (out->len > 1) (void)sp_buf_putc(out, ',');
  (void)sp_buf_add(out, trace + 1, len - 2);
}

static bool says_something(const struct sp_aside *aside) {
  return aside && aside->trace && aside->trace_len > 2;
}

int sp_engine_join(struct sp_priced *priced, const struct sp_aside *before, const struct sp_aside *after,
                   struct sp_arena *arena, struct sp_error *err) {
  struct sp_buf text;
  priced->alarms += (before ? before->alarms : 0) + (after ? after->alarms : 0);
  if (!says_something(before) && !says_something(after)) return 0;
  sp_buf_init(&text, 3 * SP_TRACE_MAX);
  (void)sp_buf_putc(&text, '[');
  if (before) append(&text, before->trace, before->trace_len);
  append(&text, priced->trace, priced->trace_len);
  if (after) append(&text, after->trace, after->trace_len);
  (void)sp_buf_putc(&text, ']');
  const char *copy = text.failed ? NULL : sp_arena_copy(arena, text.data, text.len);
  priced->trace_len = copy ? text.len : priced->trace_len;
  priced->trace = copy ? copy : priced->trace;
  sp_buf_free(&text);
  return copy ? 0 : sp_error_nomem(err, __func__);
}
