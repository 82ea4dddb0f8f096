/* Limits of campaigns: read when a campaign is asked, held when its offers are applied. They are consumed where the
 * sale is written, and checked there again. */
#include "domain/money.h"
#include "engine/pricing.h"

#include <stdio.h>
#include <string.h>

static bool any(const struct sp_campaign_use *use) {
  return use->max_uses > 0 || use->max_amount > 0 || use->max_units > 0;
}

static bool is_reached(const struct sp_campaign_use *use) {
  return (use->max_uses > 0 && use->uses >= use->max_uses) || (use->max_amount > 0 && use->amount >= use->max_amount) ||
         (use->max_units > 0 && use->units >= use->max_units);
}

static int read_used(const struct sp_pricing *p, struct sp_campaign_use *use, struct sp_error *err) {
  const struct sp_usage_source *source = p->context->usage;
  struct sp_usage used = {0};
  int rc = source ? source->read(source, use->campaign, use->subject, &used, err) : 0;
  use->uses = used.uses;
  use->amount = used.amount;
  use->units = used.units;
  return rc;
}

static int add_subject(struct sp_pricing *p, struct sp_budget *out, const struct sp_campaign_use *use, bool *spent,
                       struct sp_error *err) {
  struct sp_campaign_use *added = &out->subjects[out->count++];
  *added = *use;
  if (!added->subject) return sp_error_nomem(err, __func__);
  int rc = read_used(p, added, err);
  if (!rc && is_reached(added)) *spent = true;
  return rc;
}

/* Of the coupons that match, the first that is not used up: a customer may hold two of one kind. */
static int add_coupon(struct sp_pricing *p, int32_t campaign, struct sp_budget *out, bool *spent,
                      struct sp_error *err) {
  const struct sp_campaign *made = sp_pricing_campaign(p, campaign);
  bool used_up = false;
  for (int32_t i = 0; i < p->basket->coupon_count; i++) {
    const char *coupon = p->basket->coupons[i];
    if (!sp_index_coupon(&p->bundle->index, coupon, campaign)) continue;
    if (used_up) out->count--;
    used_up = false;
    int rc = add_subject(p, out,
                         &(struct sp_campaign_use){.campaign = made->code,
                                                   .subject = sp_arena_printf(p->arena, "c:%s", coupon),
                                                   .max_uses = made->limits->coupon_uses},
                         &used_up, err);
    if (rc || !used_up) return rc;
  }
  *spent = *spent || used_up;
  return 0;
}

int sp_budget_read(struct sp_pricing *p, int32_t campaign, struct sp_budget *out, bool *spent, struct sp_error *err) {
  static const struct sp_campaign_limits none = {0};
  const struct sp_campaign *made = sp_pricing_campaign(p, campaign);
  const struct sp_campaign_limits *limits = made->limits ? made->limits : &none;
  const char *member = p->basket->member.code;
  bool told = member && member[0] && (sp_pricing_rule(p, campaign)->info.needs & SP_NEED_USED);
  int rc = 0;
  *spent = false;
  out->count = 0;
  struct sp_campaign_use all = {.campaign = made->code,
                                .subject = "",
                                .max_uses = limits->uses,
                                .max_amount = limits->amount,
                                .max_units = limits->units};
  struct sp_campaign_use one = {.campaign = made->code,
                                .max_uses = limits->member_uses,
                                .max_amount = limits->member_amount,
                                .max_units = limits->member_units};
  if (any(&all)) rc = add_subject(p, out, &all, spent, err);
  if (!rc && (any(&one) || told)) {
    one.subject = sp_arena_printf(p->arena, "m:%s", member ? member : "");
    rc = add_subject(p, out, &one, spent, err);
  }
  return rc || limits->coupon_uses == 0 ? rc : add_coupon(p, campaign, out, spent, err);
}

static bool fits(int64_t used, int64_t more, int64_t max) {
  return max == 0 || (used <= max && more <= max - used);
}

bool sp_budget_allows(const struct sp_budget *budget, int64_t amount, int64_t units) {
  for (int32_t i = 0; i < budget->count; i++) {
    const struct sp_campaign_use *use = &budget->subjects[i];
    if (!fits(use->uses, 1, use->max_uses) || !fits(use->amount, amount, use->max_amount) ||
        !fits(use->units, units, use->max_units))
      return false;
  }
  return true;
}

int sp_budget_use(struct sp_pricing *p, const struct sp_budget *budget, int64_t amount, int64_t units,
                  struct sp_error *err) {
  for (int32_t i = 0; i < budget->count; i++) {
    p->out->uses = sp_pricing_room(p, p->out->uses, p->out->use_count, &p->use_capacity, sizeof *p->out->uses);
    if (!p->out->uses) return sp_error_nomem(err, __func__);
    struct sp_campaign_use *use = &p->out->uses[p->out->use_count++];
    *use = budget->subjects[i];
    use->uses = 1;
    use->amount = amount;
    use->units = units;
  }
  return 0;
}

int sp_budget_spent(struct sp_pricing *p, int32_t campaign, struct sp_error *err) {
  p->out->spent = sp_pricing_room(p, p->out->spent, p->out->spent_count, &p->spent_capacity, sizeof *p->out->spent);
  if (!p->out->spent) return sp_error_nomem(err, __func__);
  p->out->spent[p->out->spent_count++] = sp_pricing_campaign(p, campaign)->code;
  return 0;
}
