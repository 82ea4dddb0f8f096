/* What the rules are shown of a sale: its lines, the moment, the member, what was presented, chosen and confirmed. */
#include "app/sale_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRESENTED_MAX 64 /* bytes of a coupon's or a requirement's code */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_code(struct sp_work *work, const char *list, int32_t i, const char *member, const char *code) {
  if (code != NULL && code[0] != '\0' && strlen(code) <= PRESENTED_MAX) return 0;
  char field[64];
  snprintf(field, sizeof field, "%s[%d]%s", list, (int)i, member);
  return sp_fail(work->err, SP_E_INVALID, field, "A code has 1 to %d bytes", PRESENTED_MAX);
}

/* A copy of the list, sorted when asked for, no entry twice. */
static int take_codes(struct sp_work *work, const char *field, const char *const *list, int32_t count, bool sorted,
                      const char *const **out, int32_t *taken) {
  *out = NULL;
  *taken = 0;
  if (count == 0) return 0;
  if (count > SP_COUPONS_MAX) return sp_fail(work->err, SP_E_LIMIT, field, "At most %d codes", SP_COUPONS_MAX);
  const char **codes = sp_arena_array(work->arena, (size_t)count, sizeof *codes);
  if (codes == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < count; i++) {
    int32_t at = 0;
    int rc = check_code(work, field, i, "", list[i]);
    if (rc != 0) return rc;
    while (at < *taken && strcmp(codes[at], list[i]) != 0)
      at++;
    codes[at] = list[i];
    if (at == *taken) (*taken)++;
  }
  if (sorted) qsort(codes, (size_t)*taken, sizeof *codes, by_text);
  *out = codes;
  return 0;
}

static int check_choices(struct sp_work *work, const struct sp_sale_request *request) {
  if (request->choice_count > SP_CHOICES_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "choices", "At most %d choices", SP_CHOICES_MAX);
  }
  for (int32_t i = 0; i < request->choice_count; i++) {
    int rc = check_code(work, "choices", i, ".campaign", request->choices[i].campaign);
    if (rc == 0) rc = check_code(work, "choices", i, ".product", request->choices[i].product);
    if (rc != 0) return rc;
  }
  return 0;
}

static int view_member(struct sp_work *work, const struct sp_sale_request *request, struct sp_member *out) {
  bool there = request->member != NULL && request->member[0] != '\0';
  *out = (struct sp_member){.level = ""};
  if (there || request->facts != NULL) {
    *out = (struct sp_member){.level = "",
                              .points = SP_UNKNOWN,
                              .purchases = SP_UNKNOWN,
                              .joined_days = SP_UNKNOWN,
                              .birthday_days = SP_UNKNOWN};
  }
  if (request->facts != NULL) *out = *request->facts;
  out->code = there ? request->member : "";
  if (out->level == NULL) out->level = "";
  return take_codes(work, "member.tags", out->tags, out->tag_count, true, &out->tags, &out->tag_count);
}

static void view_moment(struct sp_work *work, struct sp_ticket *ticket) {
  const struct sp_sale_request *request = ticket->request;
  struct sp_context *context = &ticket->context;
  *context = sp_work_context(work, ticket->sale->at, request->source);
  context->promotions = request->promotions;
  context->role = sp_role_name(request->role > 0 ? (enum sp_role)(request->role - 1) : work->actor.role);
  if (request->store != NULL) context->store = request->store;
  if (!request->promotions) return;
  sp_usage_open(work, &ticket->usage);
  context->usage = &ticket->usage.source;
}

int sp_ticket_view(struct sp_work *work, struct sp_ticket *ticket) {
  const struct sp_sale_request *request = ticket->request;
  struct sp_basket *basket = &ticket->basket;
  *basket = (struct sp_basket){.lines = ticket->facts,
                               .count = ticket->sold,
                               .choices = request->choices,
                               .choice_count = request->choice_count,
                               .markdown = request->discount.markdown};
  int rc = sp_discount_check(work, &basket->markdown, false);
  if (rc == 0) rc = view_member(work, request, &basket->member);
  if (rc == 0) rc = check_choices(work, request);
  if (rc == 0) {
    rc = take_codes(work, "coupons", request->coupons, request->coupon_count, false, &basket->coupons,
                    &basket->coupon_count);
  }
  if (rc == 0) {
    rc = take_codes(work, "confirmed", request->confirmed, request->confirmed_count, true, &basket->confirmed,
                    &basket->confirmed_count);
  }
  if (rc == 0) view_moment(work, ticket);
  return rc;
}
