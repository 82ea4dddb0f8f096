/* What names a generation (its hash) and what people read of it (its description).
 *
 * The manifest is everything that decides a price, and the campaigns that are disabled: the same whatever files it came
 * from, in whatever order they were read. The description is the same facts with where they come from, and what forms
 * need. */
#include "base/json.h"
#include "engine/bundle.h"

#include <stdlib.h>
#include <string.h>

#define MANIFEST_MAX ((size_t)256 << 20)

struct describe {
  struct sp_json_writer w;
  const struct sp_bundle *bundle;
  bool full; /* the description; else the manifest */
};

static void put_list(struct sp_json_writer *w, const char *name, const char *const *texts, int32_t count) {
  if (count == 0) return;
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++)
    sp_json_text(w, texts[i]);
  sp_json_close_array(w);
}

static void put_days(struct sp_json_writer *w, const char *name, uint32_t days) {
  if (days == 0) return;
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int day = 1; day <= 31; day++)
    if (days & (uint32_t)1 << day) sp_json_int(w, day);
  sp_json_close_array(w);
}

static void put_some_text(struct sp_json_writer *w, const char *name, const char *text) {
  if (text) sp_json_put_text(w, name, text);
}

static void put_both(struct sp_json_writer *w, const char *name, const char *zh, const char *en) {
  if (!zh && !en) return;
  sp_json_key(w, name);
  sp_json_open_object(w);
  put_some_text(w, "zh", zh);
  put_some_text(w, "en", en);
  sp_json_close_object(w);
}

/* ---- Campaigns ---- */

static void put_when(struct sp_json_writer *w, const struct sp_campaign *campaign) {
  char text[SP_MINUTE_TEXT];
  if (campaign->from != INT64_MIN) sp_json_put_time(w, "from", campaign->from);
  if (campaign->to != INT64_MAX) sp_json_put_time(w, "to", campaign->to);
  put_days(w, "weekdays", campaign->weekdays);
  put_days(w, "month_days", campaign->month_days);
  if (campaign->hour_count == 0) return;
  sp_json_key(w, "hours");
  sp_json_open_array(w);
  for (int i = 0; i < campaign->hour_count; i++) {
    sp_json_open_array(w);
    sp_minute_text(campaign->hours[i].from, text);
    sp_json_text(w, text);
    sp_minute_text(campaign->hours[i].to, text);
    sp_json_text(w, text);
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

static void put_limit(struct sp_json_writer *w, const char *name, int64_t limit) {
  if (limit > 0) sp_json_put_int(w, name, limit);
}

static void put_limits(struct sp_json_writer *w, const struct sp_campaign_limits *limits) {
  if (!limits) return;
  sp_json_key(w, "limits");
  sp_json_open_object(w);
  put_limit(w, "uses", limits->uses);
  put_limit(w, "amount", limits->amount);
  put_limit(w, "units", limits->units);
  put_limit(w, "member_uses", limits->member_uses);
  put_limit(w, "member_amount", limits->member_amount);
  put_limit(w, "member_units", limits->member_units);
  put_limit(w, "coupon_uses", limits->coupon_uses);
  sp_json_close_object(w);
}

static void put_origins(struct sp_json_writer *w, const struct sp_campaign *campaign) {
  sp_json_put_text(w, "file", campaign->file);
  if (campaign->number >= 0) sp_json_put_int(w, "number", campaign->number);
  put_some_text(w, "window_origin", campaign->window_origin);
  put_some_text(w, "enabled_origin", campaign->enabled_origin);
  sp_json_key(w, "origins");
  sp_json_open_object(w);
  for (int32_t i = 0; i < campaign->param_count; i++)
    sp_json_put_text(w, campaign->params[i].name, campaign->origins[i]);
  sp_json_close_object(w);
}

static void put_campaign(struct describe *d, const struct sp_campaign *campaign) {
  struct sp_json_writer *w = &d->w;
  const struct sp_rule_info *rule = &d->bundle->rules[campaign->rule].info;
  sp_json_open_object(w);
  sp_json_put_text(w, "code", campaign->code);
  sp_json_put_text(w, "rule", rule->name);
  sp_json_put_text(w, "phase", sp_phase_name(rule->phase));
  sp_json_put_int(w, "priority", campaign->priority);
  if (rule->stacking[0]) sp_json_put_text(w, "stacking", rule->stacking);
  if (d->full && campaign->off) sp_json_put_bool(w, "enabled", false);
  put_when(w, campaign);
  put_list(w, "stores", campaign->stores, campaign->store_count);
  put_list(w, "levels", campaign->levels, campaign->level_count);
  put_list(w, "channels", campaign->channels, campaign->channel_count);
  if (campaign->members) sp_json_put_bool(w, "members", true);
  put_limits(w, campaign->limits);
  put_both(w, "title", campaign->title_zh, campaign->title_en);
  sp_json_key(w, "params");
  sp_json_open_object(w);
  for (int32_t i = 0; i < campaign->param_count; i++) {
    sp_json_key(w, campaign->params[i].name);
    sp_param_put(w, &campaign->params[i]);
  }
  sp_json_close_object(w);
  if (d->full) put_origins(w, campaign);
  sp_json_close_object(w);
}

static void put_campaigns(struct describe *d) {
  sp_json_key(&d->w, "campaigns");
  sp_json_open_array(&d->w);
  for (int32_t i = 0; i < d->bundle->program.campaign_count; i++)
    put_campaign(d, &d->bundle->campaigns[i]);
  sp_json_close_array(&d->w);
  /* They decide no price, but a generation that is made live again brings its campaigns back, the disabled ones too. */
  if (!d->full && d->bundle->off_count == 0) return;
  sp_json_key(&d->w, "disabled");
  sp_json_open_array(&d->w);
  for (int32_t i = 0; i < d->bundle->off_count; i++)
    put_campaign(d, &d->bundle->off[i]);
  sp_json_close_array(&d->w);
}

/* ---- Rules ---- */

static void put_param(struct sp_json_writer *w, const struct sp_rule *rule, int32_t at) {
  const struct sp_param *param = &rule->info.params[at];
  sp_json_open_object(w);
  sp_json_put_text(w, "name", param->name);
  sp_json_put_text(w, "type", sp_param_type_name(param->type));
  sp_json_put_bool(w, "required", param->required);
  if (param->type == SP_PARAM_CHOICE) {
    put_list(w, "options", param->options, param->option_count);
  } else if (param->type != SP_PARAM_BOOLEAN) {
    sp_json_put_int(w, "min", param->min);
    sp_json_put_int(w, "max", param->max);
  }
  if (param->has_default) {
    sp_json_key(w, "default");
    sp_param_put(w, &param->fallback);
    put_some_text(w, "origin", rule->origins[at]);
  }
  put_some_text(w, "locked_by", rule->locks[at]);
  put_both(w, "label", param->label_zh, param->label_en);
  put_some_text(w, "doc", param->doc);
  sp_json_close_object(w);
}

static void put_phrases(struct sp_json_writer *w, const struct sp_rule_info *rule) {
  if (rule->phrase_count == 0) return;
  sp_json_key(w, "phrases");
  sp_json_open_object(w);
  for (int32_t i = 0; i < rule->phrase_count; i++)
    put_both(w, rule->phrases[i].code, rule->phrases[i].zh, rule->phrases[i].en);
  sp_json_close_object(w);
}

static void put_needs(struct sp_json_writer *w, uint32_t needs) {
  static const char *const names[] = {"member.tags",   "member.points",    "member.birthday",
                                      "member.joined", "member.purchases", "member.used"};
  if (needs == 0) return;
  sp_json_key(w, "needs");
  sp_json_open_array(w);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (needs & sp_rule_need_parse(names[i])) sp_json_text(w, names[i]);
  sp_json_close_array(w);
}

static void put_form(struct describe *d, const struct sp_rule *rule, int32_t at) {
  struct sp_json_writer *w = &d->w;
  const struct sp_rule_info *info = &rule->info;
  if (rule->off) {
    sp_json_put_bool(w, "enabled", false);
    sp_json_put_text(w, "enabled_origin", rule->off_by);
  }
  if (rule->instead >= 0) sp_json_put_text(w, "replaced_by", d->bundle->rules[rule->instead].info.name);
  if (rule->replaces >= 0) sp_json_put_text(w, "replaces", d->bundle->rules[rule->replaces].info.name);
  sp_json_put_text(w, "file", d->bundle->program.rules[at].file);
  sp_json_put_text(w, "summary", info->summary);
  put_some_text(w, "campaign", info->campaign);
  put_needs(w, info->needs);
  put_phrases(w, info);
  sp_json_key(w, "params");
  sp_json_open_array(w);
  for (int32_t i = 0; i < info->param_count; i++)
    put_param(w, rule, i);
  sp_json_close_array(w);
}

static void put_rule(struct describe *d, int32_t at) {
  struct sp_json_writer *w = &d->w;
  const struct sp_rule *rule = &d->bundle->rules[at];
  char hex[SP_HASH_HEX];
  if (rule->off && !d->full) return; /* it decides nothing */
  sp_hash_hex(rule->hash, hex);
  sp_json_open_object(w);
  sp_json_put_text(w, "name", rule->info.name);
  sp_json_put_text(w, "version", rule->info.version);
  sp_json_put_text(w, "path", rule->path);
  sp_json_put_text(w, "hash", hex);
  sp_json_put_text(w, "phase", sp_phase_name(rule->info.phase));
  put_some_text(w, "hook", rule->info.hook);
  if (rule->info.stacking[0]) sp_json_put_text(w, "stacking", rule->info.stacking);
  sp_json_put_int(w, "priority", rule->info.priority);
  if (d->full) put_form(d, rule, at);
  sp_json_close_object(w);
}

/* By name, so that the hash does not depend on where the files lie. */
static void put_rules(struct describe *d) {
  sp_json_key(&d->w, "rules");
  sp_json_open_array(&d->w);
  for (int32_t i = 0; i < d->bundle->program.rule_count; i++)
    put_rule(d, d->bundle->rules_by_name[i]);
  sp_json_close_array(&d->w);
}

/* ---- Groups ---- */

static const char *mode_name(enum sp_group_mode mode) {
  if (mode == SP_GROUP_BEST) return "best";
  return mode == SP_GROUP_ALL ? "all" : "first";
}

static int by_group_name(const void *a, const void *b, void *ctx) {
  const struct sp_group *groups = ctx;
  return strcmp(groups[*(const int32_t *)a].name, groups[*(const int32_t *)b].name);
}

static void put_groups(struct describe *d) {
  const struct sp_bundle *bundle = d->bundle;
  int32_t order[SP_GROUPS_MAX];
  for (int32_t i = 0; i < bundle->group_count; i++)
    order[i] = i;
  qsort_r(order, (size_t)bundle->group_count, sizeof *order, by_group_name, (void *)bundle->groups);
  sp_json_key(&d->w, "groups");
  sp_json_open_array(&d->w);
  for (int32_t i = 0; i < bundle->group_count; i++) {
    const struct sp_group *group = &bundle->groups[order[i]];
    const char *excluded[SP_GROUPS_MAX];
    int32_t count = 0;
    for (int32_t k = 0; k < bundle->group_count; k++)
      if (group->excludes & (uint64_t)1 << order[k]) excluded[count++] = bundle->groups[order[k]].name;
    sp_json_open_object(&d->w);
    sp_json_put_text(&d->w, "name", group->name);
    sp_json_put_text(&d->w, "mode", mode_name(group->mode));
    sp_json_put_text(&d->w, "per", group->per_basket ? "basket" : "unit");
    put_list(&d->w, "excludes", excluded, count);
    if (d->full) put_some_text(&d->w, "origin", group->origin);
    sp_json_close_object(&d->w);
  }
  sp_json_close_array(&d->w);
}

/* ---- All ---- */

static void put_head(struct describe *d) {
  const struct sp_bundle *bundle = d->bundle;
  char hex[SP_HASH_HEX];
  sp_json_put_int(&d->w, "api", SP_RULE_API_VERSION);
  if (d->full) {
    sp_hash_hex(bundle->hash, hex);
    sp_json_put_text(&d->w, "hash", hex);
  }
  sp_json_put_text(&d->w, "name", bundle->name);
  sp_json_put_text(&d->w, "version", bundle->version);
  if (!d->full) return;
  if (bundle->store[0]) sp_json_put_text(&d->w, "store", bundle->store);
  sp_json_key(&d->w, "gate");
  sp_json_open_object(&d->w);
  sp_json_put_bool(&d->w, "specs", bundle->gate.specs);
  sp_json_put_bool(&d->w, "cases", bundle->gate.cases);
  if (bundle->gate.max_difference_ppm >= 0)
    sp_json_put_int(&d->w, "max_difference_ppm", bundle->gate.max_difference_ppm);
  if (bundle->gate.days > 0) sp_json_put_int(&d->w, "days", bundle->gate.days);
  sp_json_close_object(&d->w);
}

static int put_bundle(const struct sp_bundle *bundle, bool full, struct sp_buf *out, struct sp_error *err) {
  struct describe d = {.bundle = bundle, .full = full};
  sp_json_start(&d.w, out);
  sp_json_open_object(&d.w);
  put_head(&d);
  put_groups(&d);
  put_rules(&d);
  put_campaigns(&d);
  sp_json_close_object(&d.w);
  return out->failed ? sp_fail(err, out->failed, NULL, "The description of the bundle is too long") : 0;
}

int sp_manifest_hash(struct sp_bundle *bundle, struct sp_error *err) {
  struct sp_buf text;
  sp_buf_init(&text, MANIFEST_MAX);
  int rc = put_bundle(bundle, false, &text, err);
  struct sp_slice slice = {.bytes = text.data, .len = text.len};
  if (!rc && sp_hash(&slice, 1, bundle->hash)) rc = sp_fail(err, SP_E_INTERNAL, NULL, "The hash of the bundle failed");
  sp_buf_free(&text);
  return rc;
}

int sp_bundle_describe(const struct sp_bundle *bundle, struct sp_buf *out, struct sp_error *err) {
  return put_bundle(bundle, true, out, err);
}
