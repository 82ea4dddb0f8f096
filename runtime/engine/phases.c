/* The phases that are not about single units: tags, prices, what may be tendered, what must be confirmed, remarks. */
#include "domain/money.h"
#include "engine/pricing.h"

#include <string.h>

static void show(struct sp_asked *asked, struct sp_trace_line *lines, int32_t n, int64_t amount) {
  lines[asked->entry.line_count++] = (struct sp_trace_line){.n = n, .amount = amount};
}

/* ---- Classify ---- */

static bool has_tag(const struct sp_line *line, const char *tag) {
  for (int32_t i = 0; i < line->tag_count; i++)
    if (strcmp(line->tags[i], tag) == 0) return true;
  return false;
}

static int add_tag(struct sp_pricing *p, struct sp_line *line, const char *tag, struct sp_error *err) {
  const char **tags = sp_arena_array(p->arena, (size_t)line->tag_count + 1, sizeof *tags);
  if (!tags) return sp_error_nomem(err, __func__);
  if (line->tag_count > 0) memcpy(tags, line->tags, (size_t)line->tag_count * sizeof *tags);
  tags[line->tag_count++] = tag;
  line->tags = tags;
  p->retagged = true;
  return 0;
}

static int32_t target_lines(const struct sp_pricing *p, const struct sp_offer *offer) {
  return offer->target_count > 0 ? offer->target_count : p->basket->count;
}

static int32_t target_line(const struct sp_offer *offer, int32_t i) {
  return offer->target_count > 0 ? offer->targets[i].line : i;
}

static bool too_many_tags(struct sp_pricing *p, const struct sp_asked *asked) {
  memset(p->wants, 0, (size_t)p->basket->count * sizeof *p->wants);
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    for (int32_t t = 0; offer->kind == SP_OFFER_TAG && t < target_lines(p, offer); t++) {
      int32_t line = target_line(offer, t);
      if (!has_tag(&p->tagged[line], offer->text) && ++p->wants[line] + p->tagged[line].tag_count > SP_LINE_TAGS_MAX)
        return true;
    }
  }
  return false;
}

/* Every rule of the phase sees the basket as it was scanned; what they say is put into a copy of its lines. */
static int settle_tags(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  if (too_many_tags(p, asked)) return sp_pricing_fault(p, asked, "a line has too many tags", err);
  if (!sp_budget_allows(&asked->budget, 0, sp_asked_units(asked, 0))) return sp_pricing_over_limit(p, asked, err);
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    for (int32_t t = 0; offer->kind == SP_OFFER_TAG && t < target_lines(p, offer); t++) {
      struct sp_line *line = &p->tagged[target_line(offer, t)];
      int rc = has_tag(line, offer->text) ? 0 : add_tag(p, line, offer->text, err);
      if (rc) return rc;
    }
  }
  return sp_pricing_applied(p, asked, 0, 0, err);
}

int sp_phase_classify(struct sp_pricing *p, struct sp_error *err) {
  size_t count = (size_t)p->basket->count;
  p->tagged = sp_arena_array(p->arena, count, sizeof *p->tagged);
  if (count > 0 && !p->tagged) return sp_error_nomem(err, __func__);
  if (count > 0) memcpy(p->tagged, p->basket->lines, count * sizeof *p->tagged);
  int rc = sp_pricing_each(p, SP_PHASE_CLASSIFY, settle_tags, err);
  if (rc || !p->retagged) return rc;
  p->own_basket = *p->basket;
  p->own_basket.lines = p->tagged;
  p->basket = &p->own_basket;
  return 0;
}

/* ---- Price ---- */

static int64_t known_price(const struct sp_line *line) {
  return line->given_price >= 0 ? line->given_price : line->list_price;
}

static int64_t gross_at(const struct sp_pricing *p, int32_t i, int64_t unit_price) {
  int64_t gross = SP_MONEY_MAX;
  (void)sp_line_gross(&p->basket->lines[i], unit_price, &gross); /* checked before */
  return gross;
}

/* First in order wins a line; a price that was given at the till or by history is kept. */
static bool want_prices(struct sp_pricing *p, const struct sp_asked *asked) {
  bool kept = false;
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    for (int32_t t = 0; sp_offer_acts(offer->kind) && t < target_lines(p, offer); t++) {
      int32_t at = target_line(offer, t);
      const struct sp_line *line = &p->basket->lines[at];
      int64_t price = offer->kind == SP_OFFER_LISTED ? known_price(line) : offer->value;
      if (p->decided[at] || p->wants[at] != SP_NO_PRICE) continue;
      if (line->given_price >= 0 && line->given_price != price)
        kept = true;
      else
        p->wants[at] = price;
    }
  }
  return kept;
}

struct price_sums {
  int64_t before, after; /* Σ gross of the lines wanted */
  int64_t off;           /* what the customer saves against the list */
  int64_t units;
};

static int sum_prices(const struct sp_pricing *p, struct price_sums *sums) {
  *sums = (struct price_sums){0};
  int rc = 0;
  for (int32_t i = 0; i < p->basket->count && !rc; i++) {
    const struct sp_line *line = &p->basket->lines[i];
    int64_t listed;
    if (p->wants[i] == SP_NO_PRICE) continue;
    int64_t gross = gross_at(p, i, p->wants[i]);
    rc = sp_money_accumulate(&sums->before, p->out->lines[i].gross);
    if (!rc) rc = sp_money_accumulate(&sums->after, gross);
    if (!rc && !sp_money_amount(line->list_price, line->quantity, &listed) && listed > gross)
      rc = sp_money_accumulate(&sums->off, listed - gross);
    sums->units += sp_stack_units(line);
  }
  return rc;
}

static int set_prices(struct sp_pricing *p, struct sp_asked *asked, const struct price_sums *sums,
                      struct sp_error *err) {
  for (int32_t i = 0; i < p->basket->count; i++) {
    int64_t price = p->wants[i];
    if (price == SP_NO_PRICE) continue;
    struct sp_line_price *line = &p->out->lines[i];
    line->unit_price = price;
    line->gross = line->net = gross_at(p, i, price);
    p->decided[i] = true;
    if (price != p->basket->lines[i].list_price) show(asked, p->shown, line->n, price);
  }
  p->value += sums->after - sums->before;
  asked->entry.amount = sums->after;
  return sp_pricing_applied(p, asked, sums->off, sums->units, err);
}

static int settle_prices(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  struct price_sums sums;
  bool any = false;
  for (int32_t i = 0; i < p->basket->count; i++)
    p->wants[i] = SP_NO_PRICE;
  bool kept = want_prices(p, asked);
  for (int32_t i = 0; i < p->basket->count && !any; i++)
    any = p->wants[i] != SP_NO_PRICE;
  if (!any) {
    asked->entry.outcome = "lost";
    asked->entry.why = kept ? "given-price" : "taken";
    return 0;
  }
  if (sum_prices(p, &sums) || (sums.after > sums.before && p->value - sums.before + sums.after > SP_SALE_MAX))
    return sp_pricing_fault(p, asked, "a price is too large", err);
  if (!sp_budget_allows(&asked->budget, sums.off, sp_asked_units(asked, sums.units)))
    return sp_pricing_over_limit(p, asked, err);
  return set_prices(p, asked, &sums, err);
}

int sp_phase_price(struct sp_pricing *p, struct sp_error *err) {
  return sp_pricing_each(p, SP_PHASE_PRICE, settle_prices, err);
}

/* ---- Compose ---- */

/* Lines that came along bring nothing along themselves. */
static int settle_additions(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  if (p->addition_count + asked->result.count > SP_ADDITIONS_MAX)
    return sp_pricing_fault(p, asked, "the rules add too many lines", err);
  if (!sp_budget_allows(&asked->budget, 0, sp_asked_units(asked, 0))) return sp_pricing_over_limit(p, asked, err);
  int32_t first = p->addition_count;
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    const struct sp_line *line = offer->kind == SP_OFFER_ADD ? &p->basket->lines[offer->targets[0].line] : NULL;
    if (!line || line->parent > 0) continue;
    p->additions = sp_pricing_room(p, p->additions, p->addition_count, &p->addition_capacity, sizeof *p->additions);
    if (!p->additions) return sp_error_nomem(err, __func__);
    p->additions[p->addition_count++] =
        (struct sp_addition){.parent = line->n,
                             .code = offer->text,
                             .quantity = offer->value,
                             .campaign = sp_pricing_campaign(p, asked->entry.campaign)->code};
  }
  asked->entry.added_count = p->addition_count - first;
  asked->entry.added = asked->entry.added_count > 0 ? &p->additions[first] : NULL;
  return sp_pricing_applied(p, asked, 0, 0, err);
}

int sp_phase_compose(struct sp_pricing *p, struct sp_error *err) {
  return sp_pricing_each(p, SP_PHASE_COMPOSE, settle_additions, err);
}

/* ---- Stock ---- */

static int settle_stock(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    for (int32_t t = 0; offer->kind == SP_OFFER_BLOCK && t < target_lines(p, offer); t++)
      p->blocked[target_line(offer, t)] = true;
  }
  return sp_pricing_applied(p, asked, 0, 0, err);
}

int sp_phase_stock(struct sp_pricing *p, struct sp_error *err) {
  return sp_pricing_each(p, SP_PHASE_STOCK, settle_stock, err);
}

/* ---- Tender ---- */

static int settle_tender(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  int64_t most = 0;
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    if (offer->kind != SP_OFFER_TENDER) continue;
    int64_t amount = offer->value < p->net ? offer->value : p->net;
    if (amount > most) most = amount;
  }
  if (!sp_budget_allows(&asked->budget, most, sp_asked_units(asked, 0))) return sp_pricing_over_limit(p, asked, err);
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    int64_t amount = offer->value < p->net ? offer->value : p->net;
    if (offer->kind != SP_OFFER_TENDER || amount == 0) continue;
    int rc = sp_out_tender(p,
                           &(struct sp_tender_cap){.method = offer->text,
                                                   .campaign = sp_pricing_campaign(p, asked->entry.campaign)->code,
                                                   .reason = offer->reason,
                                                   .amount = amount},
                           err);
    if (rc) return rc;
  }
  asked->entry.amount = most;
  return sp_pricing_applied(p, asked, most, 0, err);
}

int sp_phase_tender(struct sp_pricing *p, struct sp_error *err) {
  p->net = 0;
  for (int32_t i = 0; i < p->out->count; i++)
    if (sp_money_accumulate(&p->net, p->out->lines[i].net))
      return sp_fail(err, SP_E_RANGE, "lines", "The sum of the basket is too large");
  return sp_pricing_each(p, SP_PHASE_TENDER, settle_tender, err);
}

/* ---- Check ---- */

static bool is_met(const struct sp_pricing *p, enum sp_requirement_kind kind, const char *code) {
  const char *role = p->context->role ? p->context->role : "";
  if (kind == SP_REQUIRE_REFUSE) return false;
  if (kind == SP_REQUIRE_APPROVE && (strcmp(role, "manager") == 0 || strcmp(role, "admin") == 0)) return true;
  for (int32_t i = 0; i < p->basket->confirmed_count; i++)
    if (strcmp(p->basket->confirmed[i], code) == 0) return true;
  return false;
}

static int require(struct sp_pricing *p, struct sp_asked *asked, const struct sp_offer *offer, int32_t line,
                   struct sp_error *err) {
  enum sp_requirement_kind kind = SP_REQUIRE_REFUSE;
  if (offer->kind == SP_OFFER_CONFIRM) kind = SP_REQUIRE_CONFIRM;
  if (offer->kind == SP_OFFER_APPROVE) kind = SP_REQUIRE_APPROVE;
  return sp_out_requirement(p,
                            &(struct sp_requirement){.kind = kind,
                                                     .code = offer->text,
                                                     .campaign = sp_pricing_campaign(p, asked->entry.campaign)->code,
                                                     .reason = offer->reason,
                                                     .line = line < 0 ? 0 : p->basket->lines[line].n,
                                                     .met = is_met(p, kind, offer->text)},
                            err);
}

static int settle_check(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  int64_t wanted = p->out->requirement_count;
  for (int32_t i = 0; i < asked->result.count; i++)
    if (sp_offer_acts(asked->result.offers[i].kind))
      wanted += asked->result.offers[i].target_count > 0 ? asked->result.offers[i].target_count : 1;
  if (wanted > SP_REQUIREMENTS_MAX) return sp_pricing_fault(p, asked, "the rules ask for too much", err);
  if (!sp_budget_allows(&asked->budget, 0, sp_asked_units(asked, 0))) return sp_pricing_over_limit(p, asked, err);
  int rc = 0;
  for (int32_t i = 0; i < asked->result.count && !rc; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    if (!sp_offer_acts(offer->kind)) continue;
    if (offer->target_count == 0) rc = require(p, asked, offer, -1, err);
    for (int32_t t = 0; t < offer->target_count && !rc; t++)
      rc = require(p, asked, offer, offer->targets[t].line, err);
  }
  return rc ? rc : sp_pricing_applied(p, asked, 0, 0, err);
}

int sp_phase_check(struct sp_pricing *p, struct sp_error *err) {
  return sp_pricing_each(p, SP_PHASE_CHECK, settle_check, err);
}

/* ---- Observe ---- */

static int settle_observe(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  if (!sp_budget_allows(&asked->budget, 0, sp_asked_units(asked, 0))) return sp_pricing_over_limit(p, asked, err);
  return sp_pricing_applied(p, asked, 0, 0, err);
}

int sp_phase_observe(struct sp_pricing *p, struct sp_error *err) {
  return sp_pricing_each(p, SP_PHASE_OBSERVE, settle_observe, err);
}
