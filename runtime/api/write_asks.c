/* What rules ask and remark, as JSON. */
#include "api/call.h"

#include <string.h>

/* The reason as the rule gave it, and its sentence in the asker's language when the rule has one. */
static void put_reason(struct sp_call *call, const char *campaign, const char *reason) {
  struct sp_json_writer *w = &call->w;
  sp_json_put_text(w, "campaign", campaign);
  if (reason == NULL) return;
  sp_json_key(w, "reason");
  sp_json_raw(w, reason, strlen(reason));
  struct sp_buf text;
  const char *rule = sp_bundle_campaign_rule(call->work.bundle, campaign);
  sp_buf_init(&text, 4096);
  if (rule != NULL && sp_bundle_sentence(call->work.bundle, rule, reason, call->work.lang, &text)) {
    sp_json_put_text(w, "text", sp_buf_text(&text));
  }
  sp_buf_free(&text);
}

static void put_line(struct sp_json_writer *w, int32_t line) {
  if (line != 0) sp_json_put_int(w, "line", line);
}

static void write_requirements(struct sp_call *call, const struct sp_sale *sale) {
  static const char *const kinds[] = {
      [SP_REQUIRE_CONFIRM] = "confirm", [SP_REQUIRE_APPROVE] = "approve", [SP_REQUIRE_REFUSE] = "refuse"};
  struct sp_json_writer *w = &call->w;
  sp_json_key(w, "requirements");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->requirement_count; i++) {
    const struct sp_requirement *asked = &sale->requirements[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "kind", kinds[asked->kind]);
    sp_json_put_text(w, "code", asked->code);
    sp_json_put_bool(w, "met", asked->met);
    put_line(w, asked->line);
    put_reason(call, asked->campaign, asked->reason);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void write_notes(struct sp_call *call, const struct sp_sale *sale) {
  struct sp_json_writer *w = &call->w;
  sp_json_key(w, "notes");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->note_count; i++) {
    sp_json_open_object(w);
    put_line(w, sale->notes[i].line);
    put_reason(call, sale->notes[i].campaign, sale->notes[i].reason);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void write_caps(struct sp_call *call, const struct sp_sale *sale) {
  struct sp_json_writer *w = &call->w;
  sp_json_key(w, "tender_caps");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->tender_cap_count; i++) {
    const struct sp_tender_cap *cap = &sale->tender_caps[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "method", cap->method);
    sp_json_put_int(w, "amount", cap->amount);
    put_reason(call, cap->campaign, cap->reason);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

void sp_write_asks(struct sp_call *call, const struct sp_sale *sale) {
  if (sale->requirement_count > 0) write_requirements(call, sale);
  if (sale->note_count > 0) write_notes(call, sale);
  if (sale->tender_cap_count > 0) write_caps(call, sale);
}
