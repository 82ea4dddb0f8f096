/* What is allowed in a pack but looks wrong. Nothing here is certain: each warning says what to look at. */
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/conflict.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 100 /* warnings of one kind */
#define LOOK_MAX  16  /* campaigns one is compared with: the nearest before it */

struct warnings {
  const struct sp_bundle *bundle;
  enum sp_lang lang;
  struct sp_json_writer w;
  struct sp_buf message;
  const char *kind;
  int32_t count;    /* of this kind */
  int32_t *partner; /* by campaign: who makes it unreachable or is tied with it, −1 */
  bool *covered;    /* by campaign: it is unreachable */
  bool *loses;      /* by campaign: it comes too late */
  int32_t *order;   /* room to sort campaigns */
};

/* ---- Out ---- */

/* False when this kind has had its share. The message is then written with sp_buf_printf. */
static bool start(struct warnings *out) {
  if (++out->count > SHOWN_MAX) return false;
  sp_buf_reset(&out->message);
  sp_json_open_object(&out->w);
  sp_json_put_text(&out->w, "kind", out->kind);
  return true;
}

static void finish(struct warnings *out) {
  sp_json_put_text(&out->w, "message", sp_buf_text(&out->message));
  sp_json_close_object(&out->w);
}

static bool start_campaign(struct warnings *out, int32_t at) {
  const struct sp_campaign *campaign = &out->bundle->campaigns[at];
  if (!start(out)) return false;
  sp_json_put_text(&out->w, "campaign", campaign->code);
  sp_json_put_text(&out->w, "rule", out->bundle->rules[campaign->rule].info.name);
  sp_json_put_text(&out->w, "file", campaign->file);
  return true;
}

static void begin_kind(struct warnings *out, const char *kind) {
  out->kind = kind;
  out->count = 0;
}

static void end_kind(struct warnings *out) {
  if (out->count <= SHOWN_MAX) return;
  int32_t more = out->count - SHOWN_MAX;
  out->count = 0;
  (void)start(out);
  (void)sp_buf_printf(&out->message, sp_tr(out->lang, "%d more warnings of this kind"), (int)more);
  finish(out);
}

/* ---- Rules nobody uses ---- */

static int dead_rules(struct warnings *out, struct sp_error *err) {
  const struct sp_bundle *bundle = out->bundle;
  bool *used = calloc((size_t)bundle->program.rule_count + 1, sizeof *used);
  if (!used) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < bundle->program.campaign_count; i++)
    used[bundle->campaigns[i].rule] = true;
  for (int32_t i = 0; i < bundle->off_count; i++)
    used[bundle->off[i].rule] = true;
  begin_kind(out, "dead-rule");
  for (int32_t i = 0; i < bundle->program.rule_count; i++) {
    const struct sp_rule *rule = &bundle->rules[bundle->rules_by_name[i]];
    if (used[bundle->rules_by_name[i]] || !rule->own || rule->off || !start(out)) continue;
    sp_json_put_text(&out->w, "rule", rule->info.name);
    sp_json_put_text(&out->w, "file", bundle->program.rules[bundle->rules_by_name[i]].file);
    (void)sp_buf_printf(&out->message, sp_tr(out->lang, "No campaign uses the rule %s"), rule->info.name);
    finish(out);
  }
  end_kind(out);
  free(used);
  return 0;
}

/* ---- Prices ---- */

/* The built-in price.list can be disabled like any rule. */
static void prices(struct warnings *out) {
  const struct sp_bundle *bundle = out->bundle;
  begin_kind(out, "no-price");
  if (bundle->phase_first[SP_PHASE_PRICE] < bundle->phase_first[SP_PHASE_PRICE + 1] || !start(out)) return;
  (void)sp_buf_puts(&out->message,
                    sp_tr(out->lang, "No rule of the price phase is left: everything costs its list price"));
  finish(out);
}

/* ---- Campaigns that are over ---- */

static void ended(struct warnings *out, int64_t now) {
  char when[SP_TIME_TEXT];
  begin_kind(out, "ended");
  for (int32_t i = 0; i < out->bundle->program.campaign_count; i++) {
    const struct sp_campaign *campaign = &out->bundle->campaigns[i];
    if (campaign->to > now || !start_campaign(out, i)) continue;
    sp_time_format(campaign->to, when);
    (void)sp_buf_printf(&out->message, sp_tr(out->lang, "The campaign %s ended at %s"), campaign->code,
                        campaign->to_text ? campaign->to_text : when);
    finish(out);
  }
  end_kind(out);
}

/* ---- Campaigns that never get a turn ---- */

static int by_params(const void *a, const void *b, void *ctx) {
  const struct sp_campaign *campaigns = ctx;
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  int order = sp_conflict_params(&campaigns[x], &campaigns[y]);
  return order ? order : (x > y) - (x < y);
}

/* Same rule, same parameters, and one before it that is live whenever it is: there is never a unit left for it. */
static void find_covered(struct warnings *out) {
  const struct sp_bundle *bundle = out->bundle;
  int32_t count = bundle->program.campaign_count;
  for (int32_t i = 0; i < count; i++)
    out->order[i] = i;
  qsort_r(out->order, (size_t)count, sizeof *out->order, by_params, bundle->campaigns);
  for (int32_t i = 1; i < count; i++) {
    int32_t at = out->order[i];
    if (!sp_conflict_competes(bundle, at)) continue;
    for (int32_t k = i - 1; k >= 0 && k >= i - LOOK_MAX && out->partner[at] < 0; k--) {
      const struct sp_campaign *before = &bundle->campaigns[out->order[k]];
      if (sp_conflict_params(before, &bundle->campaigns[at]) != 0) break;
      if (sp_conflict_covers(before, &bundle->campaigns[at])) out->partner[at] = out->order[k];
    }
    out->covered[at] = out->partner[at] >= 0;
  }
}

static bool is_always(const struct sp_bundle *bundle, int32_t at) {
  return (bundle->index.always[at / 64] >> (at % 64) & 1) != 0;
}

/* Does it take whatever goods there are, as far as one can see: no filter, no condition but one number? */
static bool takes_all(const struct sp_bundle *bundle, int32_t at) {
  const struct sp_campaign *campaign = &bundle->campaigns[at];
  const struct sp_rule *rule = &bundle->rules[campaign->rule];
  return is_always(bundle, at) && rule->group >= 0 && bundle->groups[rule->group].mode == SP_GROUP_FIRST &&
         campaign->param_count == 1 && sp_param_form(campaign->params[0].type) == SP_FORM_INTEGER;
}

/* Same rule, and one before it that takes everything whenever it is live. */
static int find_losers(struct warnings *out, struct sp_error *err) {
  const struct sp_bundle *bundle = out->bundle;
  int32_t *taker = calloc((size_t)bundle->program.rule_count + 1, sizeof *taker); /* by rule: campaign + 1 */
  if (!taker) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < bundle->program.campaign_count; i++) {
    const struct sp_campaign *campaign = &bundle->campaigns[i];
    int32_t before = taker[campaign->rule] - 1;
    out->loses[i] = before >= 0 && !out->covered[i] && sp_conflict_covers(&bundle->campaigns[before], campaign);
    if (out->loses[i]) out->partner[i] = before;
    if (before < 0 && takes_all(bundle, i)) taker[campaign->rule] = i + 1;
  }
  free(taker);
  return 0;
}

static void tell_unreachable(struct warnings *out, int32_t at, bool never) {
  const char *code = out->bundle->campaigns[at].code;
  if (never) {
    (void)sp_buf_printf(&out->message,
                        sp_tr(out->lang, "The campaign %s is never live: its days do not meet its dates"), code);
    return;
  }
  const char *other = out->bundle->campaigns[out->partner[at]].code;
  sp_json_put_text(&out->w, "by", other);
  if (out->loses[at]) {
    (void)sp_buf_printf(&out->message,
                        sp_tr(out->lang, "The campaign %s will hardly get anything: %s takes all goods before it"),
                        code, other);
  } else {
    (void)sp_buf_printf(&out->message, sp_tr(out->lang, "The campaign %s gets nothing: %s does the same before it"),
                        code, other);
  }
}

static int unreachable(struct warnings *out, struct sp_error *err) {
  const struct sp_bundle *bundle = out->bundle;
  find_covered(out);
  int rc = find_losers(out, err);
  if (rc) return rc;
  begin_kind(out, "unreachable");
  for (int32_t i = 0; i < bundle->program.campaign_count; i++) {
    const struct sp_campaign *campaign = &bundle->campaigns[i];
    bool never = sp_conflict_never(campaign);
    if ((!never && !out->covered[i] && !out->loses[i]) || !start_campaign(out, i)) continue;
    tell_unreachable(out, i, never);
    finish(out);
  }
  end_kind(out);
  return 0;
}

/* ---- Ties ---- */

static bool same_rank(const struct sp_bundle *bundle, int32_t a, int32_t b) {
  return bundle->campaigns[a].rule == bundle->campaigns[b].rule &&
         bundle->campaigns[a].priority == bundle->campaigns[b].priority;
}

static void tie(struct warnings *out, int32_t first, int32_t second) {
  const struct sp_bundle *bundle = out->bundle;
  if (out->partner[second] >= 0 || !sp_conflict_meet(&bundle->campaigns[first], &bundle->campaigns[second])) return;
  out->partner[second] = first;
}

/* Campaigns that look for the same tag, category, product, coupon or level. */
static void find_keyed_ties(struct warnings *out) {
  const struct sp_index *index = &out->bundle->index;
  for (size_t s = 0; s <= index->mask; s++) {
    const struct sp_index_slot *slot = &index->slots[s];
    for (int32_t i = 1; slot->text && i < slot->count; i++) {
      int32_t at = index->postings[slot->first + i];
      if (!sp_conflict_competes(out->bundle, at)) continue;
      for (int32_t k = i - 1; k >= 0 && k >= i - LOOK_MAX; k--) {
        int32_t before = index->postings[slot->first + k];
        if (!same_rank(out->bundle, before, at)) break;
        tie(out, before, at);
      }
    }
  }
}

/* A campaign for every basket meets all of its rank. */
static void find_always_ties(struct warnings *out) {
  const struct sp_bundle *bundle = out->bundle;
  int32_t last = -1;
  for (int32_t i = 0; i < bundle->program.campaign_count; i++) {
    if (last >= 0 && !same_rank(bundle, last, i)) last = -1;
    if (last >= 0 && sp_conflict_competes(bundle, i)) tie(out, last, i);
    for (int32_t k = i - 1; is_always(bundle, i) && last < 0 && k >= 0 && k >= i - LOOK_MAX; k--)
      if (sp_conflict_competes(bundle, i) && same_rank(bundle, k, i)) tie(out, k, i);
    if (is_always(bundle, i)) last = i;
  }
}

static void ties(struct warnings *out) {
  const struct sp_bundle *bundle = out->bundle;
  find_keyed_ties(out);
  find_always_ties(out);
  begin_kind(out, "tie");
  for (int32_t i = 0; i < bundle->program.campaign_count; i++) {
    if (out->partner[i] < 0 || out->covered[i] || out->loses[i] || !start_campaign(out, i)) continue;
    const char *other = bundle->campaigns[out->partner[i]].code;
    sp_json_put_text(&out->w, "by", other);
    (void)sp_buf_printf(&out->message,
                        sp_tr(out->lang, "Only its code puts %s before %s: give one of them a priority of its own"),
                        other, bundle->campaigns[i].code);
    finish(out);
  }
  end_kind(out);
}

static int write_all(struct warnings *warnings, int64_t now, struct sp_buf *out, struct sp_error *err) {
  for (int32_t i = 0; i < warnings->bundle->program.campaign_count; i++)
    warnings->partner[i] = -1;
  sp_json_start(&warnings->w, out);
  sp_json_open_array(&warnings->w);
  int rc = dead_rules(warnings, err);
  if (rc) return rc;
  prices(warnings);
  ended(warnings, now);
  rc = unreachable(warnings, err);
  if (rc) return rc;
  ties(warnings);
  sp_json_close_array(&warnings->w);
  return out->failed ? sp_fail(err, out->failed, NULL, "The description of the bundle is too long") : 0;
}

int sp_bundle_warnings(const struct sp_bundle *bundle, int64_t now, enum sp_lang lang, struct sp_buf *out,
                       struct sp_error *err) {
  struct warnings warnings = {.bundle = bundle, .lang = lang};
  size_t count = (size_t)bundle->program.campaign_count + 1;
  sp_buf_init(&warnings.message, 4096);
  warnings.partner = calloc(count, sizeof *warnings.partner);
  warnings.covered = calloc(count, sizeof *warnings.covered);
  warnings.loses = calloc(count, sizeof *warnings.loses);
  warnings.order = calloc(count, sizeof *warnings.order);
  bool room = warnings.partner && warnings.covered && warnings.loses && warnings.order;
  int rc = room ? write_all(&warnings, now, out, err) : sp_error_nomem(err, __func__);
  free(warnings.order);
  free(warnings.loses);
  free(warnings.covered);
  free(warnings.partner);
  sp_buf_free(&warnings.message);
  return rc;
}
