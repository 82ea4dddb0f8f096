/* What a rule may say: everything is looked at before anything is applied, so a rule that is wrong in one place changes
 * nothing. */
#include "base/json.h"
#include "base/text.h"
#include "domain/money.h"
#include "engine/pricing.h"

#include <string.h>

#define KIND(kind) ((uint32_t)1 << (kind))

#define MONEY_KINDS                                                                                                    \
  (KIND(SP_OFFER_PERCENT) | KIND(SP_OFFER_AMOUNT) | KIND(SP_OFFER_PRICE) | KIND(SP_OFFER_FREE) |                       \
   KIND(SP_OFFER_TOTAL_OFF) | KIND(SP_OFFER_TOTAL_PRICE))
#define SAYING_KINDS (KIND(SP_OFFER_COUNT) | KIND(SP_OFFER_NOTE))

static const uint32_t allowed[SP_PHASE_COUNT] = {
    [SP_PHASE_CLASSIFY] = KIND(SP_OFFER_TAG),
    [SP_PHASE_COMPOSE] = KIND(SP_OFFER_ADD),
    [SP_PHASE_PRICE] = KIND(SP_OFFER_PRICE) | KIND(SP_OFFER_LISTED),
    [SP_PHASE_PROMOTION] = MONEY_KINDS,
    [SP_PHASE_COUPON] = MONEY_KINDS,
    [SP_PHASE_TENDER] = KIND(SP_OFFER_TENDER),
    [SP_PHASE_CHECK] = KIND(SP_OFFER_CONFIRM) | KIND(SP_OFFER_APPROVE) | KIND(SP_OFFER_REFUSE),
    [SP_PHASE_STOCK] = KIND(SP_OFFER_BLOCK),
};

bool sp_offer_takes_money(enum sp_offer_kind kind) {
  return (MONEY_KINDS & KIND(kind)) != 0;
}

bool sp_offer_acts(enum sp_offer_kind kind) {
  return (SAYING_KINDS & KIND(kind)) == 0;
}

/* ---- Parts of one offer ---- */

static bool has_text(enum sp_offer_kind kind) {
  return kind == SP_OFFER_TAG || kind == SP_OFFER_ADD || kind == SP_OFFER_CONFIRM || kind == SP_OFFER_APPROVE ||
         kind == SP_OFFER_REFUSE || kind == SP_OFFER_TENDER;
}

static bool is_text(const char *text) {
  size_t len = text ? strnlen(text, SP_OFFER_TEXT_MAX + 1) : 0;
  if (len == 0 || len > SP_OFFER_TEXT_MAX || !sp_utf8_valid(text, len)) return false;
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return false;
  return true;
}

static bool is_reason(const char *reason) {
  size_t len = strnlen(reason, SP_RULE_REASON_MAX + 1);
  return len <= SP_RULE_REASON_MAX && reason[0] == '{' && sp_json_check(reason, len, NULL) == 0;
}

static bool is_value(const struct sp_offer *offer) {
  int64_t max = SP_MONEY_MAX;
  if (offer->kind == SP_OFFER_PERCENT) max = SP_PPM;
  if (offer->kind == SP_OFFER_ADD || offer->kind == SP_OFFER_COUNT) max = SP_QUANTITY_MAX;
  return offer->value >= (offer->kind == SP_OFFER_ADD ? 1 : 0) && offer->value <= max;
}

static const char *wrong_targets(const struct sp_basket *basket, const struct sp_offer_target *targets, int32_t count) {
  if (count < 0 || (count > 0 && !targets)) return "a list of units is broken";
  for (int32_t i = 0; i < count; i++) {
    const struct sp_offer_target *target = &targets[i];
    if (target->line < 0 || target->line >= basket->count) return "a line is not in the basket";
    int64_t units = sp_stack_units(&basket->lines[target->line]);
    if (target->first < 0 || target->count < 1 || target->first > units || target->count > units - target->first)
      return "a unit is not in its line";
  }
  return NULL;
}

/* Prices are decided for lines; taking money off single units is what promotions are for. */
static const char *wrong_price(const struct sp_basket *basket, const struct sp_offer *offer) {
  for (int32_t i = 0; i < offer->target_count; i++) {
    const struct sp_line *line = &basket->lines[offer->targets[i].line];
    int64_t gross;
    if (offer->targets[i].count != sp_stack_units(line)) return "a price is for whole lines";
    if (offer->kind == SP_OFFER_PRICE && sp_money_amount(offer->value, line->quantity, &gross))
      return "a price is too large";
  }
  return NULL;
}

static const char *wrong_offer(const struct sp_pricing *p, enum sp_phase phase, const struct sp_offer *offer) {
  bool known = offer->kind <= SP_OFFER_NOTE;
  if (!known || !((allowed[phase] | SAYING_KINDS) & KIND(offer->kind)))
    return "a rule of this phase may not make this offer";
  if (offer->base != SP_BASE_GROSS && offer->base != SP_BASE_REMAINING) return "the base of an offer is unknown";
  if (!is_value(offer)) return "the value of an offer is out of range";
  if (has_text(offer->kind) && !is_text(offer->text)) return "the text of an offer is missing or too long";
  const char *wrong = wrong_targets(p->basket, offer->targets, offer->target_count);
  if (!wrong) wrong = wrong_targets(p->basket, offer->with, offer->with_count);
  if (wrong) return wrong;
  if (offer->with_count > 0 && !sp_phase_stacks(phase)) return "only promotions and coupons use units up";
  if (offer->kind == SP_OFFER_ADD && offer->target_count != 1) return "what is added belongs to one line";
  if (offer->kind == SP_OFFER_NOTE && !offer->reason) return "a note needs a reason";
  return phase == SP_PHASE_PRICE && sp_offer_acts(offer->kind) ? wrong_price(p->basket, offer) : NULL;
}

/* Only these are passed on: where a rule speaks of each line by itself, all of them. */
static bool shows_reason(enum sp_phase phase, const struct sp_rule_result *result, int32_t i) {
  if (phase == SP_PHASE_PRICE || phase == SP_PHASE_COUPON) return true;
  return i == 0 || !sp_offer_takes_money(result->offers[i].kind) || !sp_offer_acts(result->offers[i - 1].kind);
}

const char *sp_offers_wrong(const struct sp_pricing *p, enum sp_phase phase, const struct sp_rule_result *result,
                            int32_t *at) {
  int64_t targets = 0;
  *at = -1;
  if (result->count < 0 || result->count > SP_RULE_OFFERS_MAX || (result->count > 0 && !result->offers))
    return "the list of offers is broken";
  for (int32_t i = 0; i < result->count; i++) {
    const struct sp_offer *offer = &result->offers[i];
    *at = i;
    const char *wrong = wrong_offer(p, phase, offer);
    if (wrong) return wrong;
    if (offer->reason && !p->vm->api->writes_json && shows_reason(phase, result, i) && !is_reason(offer->reason))
      return "the reason of an offer is broken";
    targets += (offer->target_count > 0 ? offer->target_count : p->basket->count) + offer->with_count;
    if (targets > SP_RESULT_TARGETS_MAX) return "the offers have too many targets";
  }
  return NULL;
}
