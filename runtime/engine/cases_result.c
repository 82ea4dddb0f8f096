/* Pricing a trial, and the answer as JSON. */
#include "engine/cases.h"

#include "domain/basket_json.h"

#include <string.h>

#define SENTENCE_MAX 4096

/* ---- Pricing ---- */

static const struct sp_line *product_find(const struct sp_trial *trial, const char *code) {
  for (int32_t i = 0; i < trial->good_count; i++)
    if (strcmp(trial->goods[i].code, code) == 0) return &trial->goods[i];
  for (int32_t i = 0; i < trial->basket.count; i++)
    if (strcmp(trial->basket.lines[i].code, code) == 0) return &trial->basket.lines[i];
  return NULL;
}

/* The lines that rules add, behind those that were scanned. */
static int lines_add(struct sp_trial *trial, const struct sp_addition *added, int32_t count, struct sp_arena *arena,
                     struct sp_error *err) {
  struct sp_basket *basket = &trial->basket;
  if (count == 0) return 0;
  if (basket->count + count > SP_BASKET_LINES_MAX)
    return sp_fail(err, SP_E_LIMIT, "basket", "A basket has at most %d lines", SP_BASKET_LINES_MAX);
  struct sp_line *lines = sp_arena_array(arena, (size_t)basket->count + (size_t)count, sizeof *lines);
  if (!lines) return sp_error_nomem(err, __func__);
  if (basket->count > 0) memcpy(lines, basket->lines, (size_t)basket->count * sizeof *lines);
  int32_t n = basket->count > 0 ? lines[basket->count - 1].n : 0;
  for (int32_t i = 0; i < count; i++) {
    const struct sp_line *product = product_find(trial, added[i].code);
    if (!product)
      return sp_fail(err, SP_E_NOT_FOUND, "goods", "The campaign %s adds %s, which is not among the goods",
                     added[i].campaign, added[i].code);
    struct sp_line *line = &lines[basket->count + i];
    *line = *product;
    line->n = ++n;
    line->quantity = added[i].quantity;
    line->given_price = SP_NO_PRICE;
    line->parent = added[i].parent;
  }
  basket->lines = lines;
  basket->count += count;
  return 0;
}

int sp_trial_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, struct sp_trial *trial,
                   struct sp_arena *arena, struct sp_priced *out, struct sp_error *err) {
  struct sp_additions added;
  struct sp_aside aside;
  int rc = sp_engine_compose(bundle, vm, &trial->basket, &trial->context, arena, &added, &aside, err);
  if (!rc) rc = lines_add(trial, added.list, added.count, arena, err);
  if (!rc) rc = sp_engine_price(bundle, vm, &trial->basket, &trial->context, arena, out, err);
  return rc ? rc : sp_engine_join(out, &aside, NULL, arena, err);
}

/* ---- The answer ---- */

static void line_put(struct sp_json_writer *w, const struct sp_line *line, const struct sp_line_price *price) {
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  sp_json_put_text(w, "code", line->code);
  sp_json_put_text(w, "item", line->name);
  sp_json_put_int(w, line->weighed ? "weight" : "quantity", line->weighed ? line->quantity : line->quantity / 1000);
  sp_json_put_int(w, "list_price", line->list_price);
  sp_json_put_int(w, "price", price->unit_price);
  sp_json_put_int(w, "gross", price->gross);
  sp_json_put_int(w, "discount", price->discount);
  sp_json_put_int(w, "net", price->net);
  if (line->parent > 0) sp_json_put_int(w, "parent", line->parent);
  sp_json_close_object(w);
}

/* Where the answer goes, and in which language its sentences are. */
struct answer {
  struct sp_json_writer *w;
  const struct sp_bundle *bundle;
  enum sp_lang lang;
};

/* The reason as it was given, and the rule's sentence for it when it has one. */
static void reason_put(const struct answer *answer, const char *campaign, const char *reason) {
  struct sp_json_writer *w = answer->w;
  const char *rule = sp_bundle_campaign_rule(answer->bundle, campaign);
  struct sp_buf sentence;
  if (!reason) return;
  sp_json_key(w, "reason");
  sp_json_raw(w, reason, strlen(reason));
  sp_buf_init(&sentence, SENTENCE_MAX);
  if (rule && sp_bundle_sentence(answer->bundle, rule, reason, answer->lang, &sentence) && !sentence.failed)
    sp_json_put_text(w, "text", sp_buf_text(&sentence));
  sp_buf_free(&sentence);
}

static void lines_put(struct sp_json_writer *w, const struct sp_trial *trial, const struct sp_priced *priced) {
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->count; i++)
    line_put(w, &trial->basket.lines[i], &priced->lines[i]);
  sp_json_close_array(w);
  sp_json_key(w, "added");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->count; i++)
    if (trial->basket.lines[i].parent > 0) line_put(w, &trial->basket.lines[i], &priced->lines[i]);
  sp_json_close_array(w);
}

static bool seen_before(const struct sp_priced *priced, int32_t at) {
  for (int32_t i = 0; i < at; i++)
    if (strcmp(priced->allocations[i].campaign, priced->allocations[at].campaign) == 0) return true;
  return false;
}

/* What each campaign took off in all. */
static void discounts_put(struct sp_json_writer *w, const struct sp_priced *priced) {
  sp_json_key(w, "discounts");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->allocation_count; i++) {
    const struct sp_allocation *first = &priced->allocations[i];
    int64_t amount = 0;
    if (seen_before(priced, i)) continue;
    for (int32_t k = i; k < priced->allocation_count; k++)
      if (strcmp(priced->allocations[k].campaign, first->campaign) == 0) amount += priced->allocations[k].amount;
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", first->campaign);
    sp_json_put_text(w, "rule", first->rule);
    sp_json_put_int(w, "amount", amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void notes_put(const struct answer *answer, const struct sp_priced *priced) {
  struct sp_json_writer *w = answer->w;
  sp_json_key(w, "notes");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->note_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", priced->notes[i].campaign);
    if (priced->notes[i].line > 0) sp_json_put_int(w, "line", priced->notes[i].line);
    reason_put(answer, priced->notes[i].campaign, priced->notes[i].reason);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void requirements_put(const struct answer *answer, const struct sp_priced *priced) {
  struct sp_json_writer *w = answer->w;
  static const char *const kinds[] = {
      [SP_REQUIRE_CONFIRM] = "confirm", [SP_REQUIRE_APPROVE] = "approve", [SP_REQUIRE_REFUSE] = "refuse"};
  sp_json_key(w, "requirements");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->requirement_count; i++) {
    const struct sp_requirement *each = &priced->requirements[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "kind", kinds[each->kind]);
    sp_json_put_text(w, "code", each->code);
    sp_json_put_text(w, "campaign", each->campaign);
    if (each->line > 0) sp_json_put_int(w, "line", each->line);
    sp_json_put_bool(w, "met", each->met);
    reason_put(answer, each->campaign, each->reason);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void tenders_put(const struct answer *answer, const struct sp_priced *priced) {
  struct sp_json_writer *w = answer->w;
  sp_json_key(w, "tender_caps");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->tender_cap_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "method", priced->tender_caps[i].method);
    sp_json_put_text(w, "campaign", priced->tender_caps[i].campaign);
    sp_json_put_int(w, "amount", priced->tender_caps[i].amount);
    reason_put(answer, priced->tender_caps[i].campaign, priced->tender_caps[i].reason);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void uses_put(struct sp_json_writer *w, const struct sp_priced *priced) {
  sp_json_key(w, "uses");
  sp_campaign_uses_json(priced->uses, priced->use_count, w);
  sp_json_key(w, "spent");
  sp_json_open_array(w);
  for (int32_t i = 0; i < priced->spent_count; i++)
    sp_json_text(w, priced->spent[i]);
  sp_json_close_array(w);
}

static int blocked_put(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_trial *trial,
                       struct sp_priced *priced, struct sp_arena *arena, struct sp_json_writer *w,
                       struct sp_error *err) {
  const struct sp_basket *basket = &trial->basket;
  struct sp_aside aside;
  bool *blocked = sp_arena_array(arena, (size_t)basket->count + 1, sizeof *blocked);
  if (!blocked) return sp_error_nomem(err, __func__);
  int rc = sp_engine_stock_policy(bundle, vm, basket, &trial->context, arena, blocked, &aside, err);
  if (!rc) rc = sp_engine_join(priced, NULL, &aside, arena, err);
  if (rc) return rc;
  sp_json_key(w, "blocked");
  sp_json_open_array(w);
  for (int32_t i = 0; i < basket->count; i++)
    if (blocked[i]) sp_json_int(w, basket->lines[i].n);
  sp_json_close_array(w);
  return 0;
}

int sp_trial_result(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_trial *trial,
                    const struct sp_priced *priced, struct sp_arena *arena, struct sp_json_writer *w,
                    struct sp_error *err) {
  const struct answer answer = {.w = w, .bundle = bundle, .lang = err ? err->lang : SP_LANG_EN};
  sp_json_open_object(w);
  sp_json_put_int(w, "total", priced->net);
  sp_json_put_int(w, "gross", priced->gross);
  sp_json_put_int(w, "discount", priced->discount);
  lines_put(w, trial, priced);
  sp_json_key(w, "allocations");
  sp_allocations_json(priced->allocations, priced->allocation_count, w);
  discounts_put(w, priced);
  notes_put(&answer, priced);
  requirements_put(&answer, priced);
  tenders_put(&answer, priced);
  uses_put(w, priced);
  struct sp_priced all = *priced;
  int rc = blocked_put(bundle, vm, trial, &all, arena, w, err);
  sp_json_put_int(w, "alarms", all.alarms);
  sp_json_key(w, "trace");
  sp_json_raw(w, all.trace, all.trace_len);
  sp_json_close_object(w);
  return rc;
}
