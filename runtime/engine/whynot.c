/* Why a campaign gave nothing: what the trace says of it when it was asked, else what kept it from being asked. */
#include "base/json.h"
#include "engine/pricing.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_SHOWN 20

/* What the trace says of a campaign, or null. */
struct told {
  const struct cJSON *entry;
};

struct why {
  const struct sp_bundle *bundle;
  const struct sp_basket *basket;
  const struct sp_context *context;
  const struct sp_priced *priced;
  struct sp_moment moment;
  struct cJSON *trace;
  struct told *entries; /* by campaign */
  uint64_t *found;      /* campaigns the index finds */
  struct sp_json_writer w;
};

/* ---- Parts of an answer ---- */

static const char *text_of(const struct cJSON *entry, const char *name) {
  const struct cJSON *item = sp_json_member(entry, name);
  return item && cJSON_IsString(item) ? item->valuestring : NULL;
}

static void put_list(struct sp_json_writer *w, const char *name, const char *const *list, int32_t count) {
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count && i < KEYS_SHOWN; i++)
    sp_json_text(w, list[i]);
  sp_json_close_array(w);
}

static void put_days(struct sp_json_writer *w, const char *name, uint32_t days) {
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int day = 1; day < 32; day++)
    if (days & ((uint32_t)1 << day)) sp_json_int(w, day);
  sp_json_close_array(w);
}

static void put_hours(struct sp_json_writer *w, const struct sp_campaign *campaign) {
  sp_json_key(w, "hours");
  sp_json_open_array(w);
  for (int16_t i = 0; i < campaign->hour_count; i++) {
    sp_json_open_array(w);
    sp_json_int(w, campaign->hours[i].from);
    sp_json_int(w, campaign->hours[i].to);
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

/* The window that is shut, as the campaign says it. */
static void put_window(struct sp_json_writer *w, const struct sp_campaign *campaign, const char *away) {
  sp_json_put_text(w, "why", away);
  if (strcmp(away, "not-yet") == 0) sp_json_put_time(w, "from", campaign->from);
  if (strcmp(away, "ended") == 0) sp_json_put_time(w, "to", campaign->to);
  if (strcmp(away, "store") == 0) put_list(w, "stores", campaign->stores, campaign->store_count);
  if (strcmp(away, "channel") == 0) put_list(w, "channels", campaign->channels, campaign->channel_count);
  if (strcmp(away, "level") == 0) put_list(w, "levels", campaign->levels, campaign->level_count);
  if (strcmp(away, "weekday") == 0) put_days(w, "weekdays", campaign->weekdays);
  if (strcmp(away, "day") == 0) put_days(w, "days", campaign->month_days);
  if (strcmp(away, "hours") == 0) put_hours(w, campaign);
}

static void put_keys(struct why *why, int32_t campaign) {
  static const struct {
    char kind;
    const char *name;
  } kinds[] = {{'t', "tag"}, {'c', "category"}, {'p', "product"}, {'k', "coupon"}, {'l', "level"}, {'m', "markdown"}};
  const struct sp_index *index = &why->bundle->index;
  int shown = 0;
  sp_json_put_text(&why->w, "why", "no-match");
  sp_json_key(&why->w, "keys");
  sp_json_open_array(&why->w);
  for (size_t at = 0; at <= index->mask && shown < KEYS_SHOWN; at++) {
    const struct sp_index_slot *slot = &index->slots[at];
    if (!slot->text || !sp_index_holds(index, slot, campaign)) continue;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
      if (kinds[k].kind != slot->kind) continue;
      sp_json_open_object(&why->w);
      sp_json_put_text(&why->w, kinds[k].name, slot->text);
      sp_json_close_object(&why->w);
      shown++;
    }
  }
  sp_json_close_array(&why->w);
}

static bool is_spent(const struct why *why, const char *code) {
  for (int32_t i = 0; i < why->priced->spent_count; i++)
    if (strcmp(why->priced->spent[i], code) == 0) return true;
  return false;
}

/* It was asked: its own words. */
static void put_entry(struct why *why, const struct cJSON *entry, const char *code) {
  const char *outcome = text_of(entry, "outcome");
  const char *reason = text_of(entry, "why");
  const char *by = text_of(entry, "by");
  const struct cJSON *note = sp_json_member(entry, "note");
  bool limit = is_spent(why, code);
  sp_json_put_text(&why->w, "why", limit ? "limit" : outcome);
  if (!limit && reason) sp_json_put_text(&why->w, "because", reason);
  if (by) sp_json_put_text(&why->w, "by", by);
  if (!note) return;
  char *text = cJSON_PrintUnformatted(note);
  if (text) {
    sp_json_key(&why->w, "note");
    sp_json_raw(&why->w, text, strlen(text));
  }
  cJSON_free(text);
}

/* Live and found, but not in the trace: it came when all units were taken, or the basket is of the past. */
static void put_unasked(struct why *why, enum sp_phase phase) {
  bool late = sp_phase_stacks(phase) && why->context->promotions && !why->context->untraced;
  sp_json_put_text(&why->w, "why", late ? "lost" : "silent");
  if (late) sp_json_put_text(&why->w, "because", "taken");
}

static void put_campaign(struct why *why, int32_t at) {
  const struct sp_campaign *campaign = &why->bundle->campaigns[at];
  const struct sp_rule_info *rule = &why->bundle->rules[campaign->rule].info;
  const char *away = sp_campaign_away(campaign, why->basket, why->context, &why->moment);
  bool found = (why->found[at / 64] >> (at % 64)) & 1;
  sp_json_open_object(&why->w);
  sp_json_put_text(&why->w, "campaign", campaign->code);
  sp_json_put_text(&why->w, "rule", rule->name);
  if (why->entries[at].entry)
    put_entry(why, why->entries[at].entry, campaign->code);
  else if (is_spent(why, campaign->code))
    sp_json_put_text(&why->w, "why", "limit");
  else if (away)
    put_window(&why->w, campaign, away);
  else if (!found)
    put_keys(why, at);
  else
    put_unasked(why, rule->phase);
  sp_json_close_object(&why->w);
}

/* ---- Reading what happened ---- */

static int read_trace(struct why *why, struct sp_error *err) {
  int rc = sp_json_parse(why->priced->trace, why->priced->trace_len, &why->trace, err);
  if (rc) return rc;
  for (const struct cJSON *entry = why->trace->child; entry; entry = entry->next) {
    const char *code = text_of(entry, "campaign");
    int32_t at = code ? sp_bundle_find(why->bundle, code) : -1;
    if (at >= 0) why->entries[at].entry = entry;
  }
  return 0;
}

static int begin(struct why *why, struct sp_buf *out, struct sp_error *err) {
  size_t campaigns = (size_t)why->bundle->program.campaign_count;
  why->entries = calloc(campaigns + 1, sizeof *why->entries);
  why->found = calloc((size_t)why->bundle->index.words + 1, sizeof *why->found);
  if (!why->entries || !why->found) return sp_error_nomem(err, __func__);
  why->moment = sp_moment_of(why->context);
  sp_index_find(&why->bundle->index, why->basket, why->found);
  sp_json_start(&why->w, out);
  return read_trace(why, err);
}

static int finish(struct why *why, int rc, const struct sp_buf *out, struct sp_error *err) {
  free(why->entries);
  free(why->found);
  sp_json_free(why->trace);
  if (rc || !out->failed) return rc;
  return sp_fail(err, out->failed, NULL, "The account of why nothing was given is too long");
}

static bool gave(const struct why *why, int32_t at) {
  const struct cJSON *entry = why->entries[at].entry;
  const char *outcome = entry ? text_of(entry, "outcome") : NULL;
  return outcome && strcmp(outcome, "applied") == 0;
}

/* Those that have to do with the basket come first. */
int sp_engine_why_nothing(const struct sp_bundle *bundle, const struct sp_basket *basket,
                          const struct sp_context *context, const struct sp_priced *priced, int32_t max,
                          struct sp_buf *out, struct sp_error *err) {
  struct why why = {.bundle = bundle, .basket = basket, .context = context, .priced = priced};
  int32_t end = bundle->phase_first[SP_PHASE_HOOK];
  int32_t count = 0;
  int rc = begin(&why, out, err);
  if (rc) return finish(&why, rc, out, err);
  sp_json_open_array(&why.w);
  for (int pass = 0; pass < 2; pass++) {
    for (int32_t at = 0; at < end && count < max; at++) {
      bool concerned = why.entries[at].entry || ((why.found[at / 64] >> (at % 64)) & 1);
      if (concerned != (pass == 0) || gave(&why, at)) continue;
      put_campaign(&why, at);
      count++;
    }
  }
  sp_json_close_array(&why.w);
  return finish(&why, rc, out, err);
}
