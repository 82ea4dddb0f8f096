/* What the rules of the check phase ask for before goods may go: confirmed by the cashier, approved by a manager. */
#include "app/approval.h"
#include "app/sale_parts.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool listed(const char *const *list, int32_t count, const char *code) {
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(list[i], code) == 0) return true;
  }
  return false;
}

/* The actor may allow it alone: a person with a manager's role, or a quote that asks as if one sold. */
static bool manages(const struct sp_work *work, const struct sp_sale_request *request) {
  enum sp_role role = request->role > 0 ? (enum sp_role)(request->role - 1) : work->actor.role;
  bool person = request->role > 0 || !work->actor.is_program;
  return person && (role == SP_ROLE_MANAGER || role == SP_ROLE_ADMIN);
}

static bool is_approved(struct sp_work *work, struct sp_ticket *ticket, const char *code) {
  const struct sp_sale_request *request = ticket->request;
  if (manages(work, request) || !sp_id_is_nil(&request->approved_by)) return true;
  if (work->approval != NULL) {
    ticket->sale->approved_by = work->approval->staff;
    return true;
  }
  if (!listed(request->approved, request->approved_count, code)) return false;
  ticket->sale->approved_by = request->approver;
  return true;
}

void sp_ticket_meet(struct sp_work *work, struct sp_ticket *ticket) {
  struct sp_priced *priced = &ticket->priced;
  for (int32_t i = 0; i < priced->requirement_count; i++) {
    struct sp_requirement *asked = &priced->requirements[i];
    if (asked->kind == SP_REQUIRE_APPROVE) asked->met = is_approved(work, ticket, asked->code);
    if (asked->kind == SP_REQUIRE_REFUSE) asked->met = false;
  }
  ticket->sale->requirements = priced->requirements;
  ticket->sale->requirement_count = priced->requirement_count;
}

/* What was only met because somebody signed for this very request. */
static void journal_approvals(struct sp_work *work, const struct sp_ticket *ticket) {
  const struct sp_sale *sale = ticket->sale;
  const struct sp_sale_request *request = ticket->request;
  if (work->approval == NULL || manages(work, request)) return;
  for (int32_t i = 0; i < sale->requirement_count; i++) {
    const struct sp_requirement *asked = &sale->requirements[i];
    bool known = asked->kind != SP_REQUIRE_APPROVE || listed(request->approved, request->approved_count, asked->code);
    for (int32_t j = 0; j < i && !known; j++)
      known = sale->requirements[j].kind == SP_REQUIRE_APPROVE && strcmp(sale->requirements[j].code, asked->code) == 0;
    if (!known) sp_approval_journal(work, "confirm", sale->total, asked->code);
  }
}

/* What somebody is asked, as the rule says it; its code when it says nothing. */
static const char *said(struct sp_work *work, const struct sp_requirement *asked) {
  const char *rule = sp_bundle_campaign_rule(work->bundle, asked->campaign), *out = NULL;
  struct sp_buf text;
  if (rule == NULL || asked->reason == NULL) return asked->code;
  sp_buf_init(&text, SP_RULE_REASON_MAX);
  if (sp_bundle_sentence(work->bundle, rule, asked->reason, work->lang, &text) && text.failed == 0) {
    out = sp_arena_text(work->arena, sp_buf_text(&text));
  }
  sp_buf_free(&text);
  return out != NULL ? out : asked->code;
}

bool sp_requirement_same(const struct sp_requirement *a, const struct sp_requirement *b) {
  const char *first = a->reason != NULL ? a->reason : "", *second = b->reason != NULL ? b->reason : "";
  return a->kind == b->kind && strcmp(a->code, b->code) == 0 && strcmp(a->campaign, b->campaign) == 0 &&
         strcmp(first, second) == 0;
}

int sp_ticket_permit(struct sp_work *work, const struct sp_ticket *ticket) {
  const struct sp_sale *sale = ticket->sale;
  char list[400] = "";
  size_t len = 0;
  int32_t unmet = 0;
  for (int32_t i = 0; i < sale->requirement_count; i++) {
    const struct sp_requirement *asked = &sale->requirements[i];
    bool named = false;
    if (asked->met) continue;
    unmet++;
    for (int32_t j = 0; j < i && !named; j++)
      named = sp_requirement_same(&sale->requirements[j], asked);
    const char *sentence = named ? "" : said(work, asked);
    if (named || len + strlen(sentence) + 3 >= sizeof list) continue;
    len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", len > 0 ? "; " : "", sentence);
  }
  if (unmet == 0) {
    journal_approvals(work, ticket);
    return 0;
  }
  return sp_fail(work->err, SP_E_STATE, "confirmed", "This must be confirmed or approved before it can be sold: %s",
                 list);
}
