#include "engine/trace.h"

#include <string.h>

void sp_trace_start(struct sp_trace *trace, bool off) {
  trace->off = off;
  sp_buf_init(&trace->text, SP_TRACE_MAX);
  if (off) return;
  (void)sp_buf_reserve(&trace->text, 4096); /* most traces fit: one allocation */
  sp_json_start(&trace->writer, &trace->text);
  sp_json_open_array(&trace->writer);
}

static void put_lines(struct sp_json_writer *w, const struct sp_trace_entry *entry) {
  if (entry->line_count == 0) return;
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < entry->line_count; i++) {
    sp_json_open_array(w);
    sp_json_int(w, entry->lines[i].n);
    sp_json_int(w, entry->lines[i].amount);
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

static void put_used(struct sp_json_writer *w, const struct sp_trace_entry *entry) {
  sp_json_key(w, "used");
  sp_json_open_array(w);
  sp_json_int(w, 1);
  sp_json_int(w, entry->used_amount);
  sp_json_int(w, entry->used_units);
  sp_json_close_array(w);
}

void sp_trace_add(struct sp_trace *trace, const struct sp_trace_entry *entry) {
  struct sp_json_writer *w = &trace->writer;
  if (trace->off) return;
  const struct sp_campaign *campaign = &entry->bundle->campaigns[entry->campaign];
  const struct sp_rule_info *rule = &entry->bundle->rules[campaign->rule].info;
  sp_json_open_object(w);
  sp_json_put_text(w, "campaign", campaign->code);
  sp_json_put_text(w, "rule", rule->name);
  sp_json_put_text(w, "version", rule->version);
  sp_json_put_text(w, "file", entry->bundle->program.rules[campaign->rule].file);
  if (entry->first && entry->first->at > 0) sp_json_put_int(w, "line", entry->first->at);
  sp_json_put_text(w, "phase", sp_phase_name(rule->phase));
  sp_json_put_text(w, "outcome", entry->outcome);
  sp_json_put_int(w, "amount", entry->amount);
  put_lines(w, entry);
  if (entry->first && entry->first->reason) {
    sp_json_key(w, "reason");
    sp_json_raw(w, entry->first->reason, strlen(entry->first->reason));
  }
  if (entry->why) sp_json_put_text(w, "why", entry->why);
  if (entry->by) sp_json_put_text(w, "by", entry->by);
  if (rule->stacking[0]) sp_json_put_text(w, "group", rule->stacking);
  if (entry->limited) put_used(w, entry);
  if (entry->note) {
    sp_json_key(w, "note");
    sp_json_raw(w, entry->note, strlen(entry->note));
  }
  sp_json_close_object(w);
}

int sp_trace_finish(struct sp_trace *trace, struct sp_arena *arena, const char **out, size_t *len,
                    struct sp_error *err) {
  *out = "[]";
  *len = 2;
  if (trace->off) return 0;
  sp_json_close_array(&trace->writer);
  if (trace->text.failed) return sp_fail(err, trace->text.failed, "trace", "The trace of the basket is too long");
  *len = trace->text.len;
  *out = sp_arena_copy(arena, trace->text.data, trace->text.len);
  return *out ? 0 : sp_error_nomem(err, __func__);
}

void sp_trace_free(struct sp_trace *trace) {
  sp_buf_free(&trace->text);
}
