/* What a replay found, as JSON: the largest differences first, everything in an order of its own, so that two runs over
 * the same sales give the same text but for the time they took. */
#include "app/replay_parts.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX    1000 /* of products, campaigns, rules */
#define PAIRS_MAX    200
#define DESCRIBE_MAX ((size_t)256 << 20)

/* What the description says of a rule. */
struct about {
  const cJSON *entry;
};

struct report {
  const struct sp_replay_options *options;
  const struct sp_sums *sums;
  struct sp_json_writer w;
  struct cJSON *tree;         /* the candidate's description; null when every sale had its own rules */
  struct about *rules;        /* as the program's rules: entries of the description */
  struct sp_rule_cost *costs; /* as the program's rules, of all threads */
  int64_t *asked;             /* as its campaigns */
  const struct sp_rule_program *program;
};

/* ---- Totals and sales ---- */

static void put_totals(struct report *r) {
  const struct sp_replay_result *totals = &r->sums->totals;
  struct sp_json_writer *w = &r->w;
  char hash[SP_HASH_HEX];
  if (r->options->bundle != NULL && !r->options->own) {
    sp_hash_hex(sp_bundle_hash(r->options->bundle), hash);
    sp_json_put_text(w, "generation", hash);
  }
  sp_json_put_bool(w, "own", r->options->own);
  sp_json_put_time(w, "from", r->options->from);
  if (r->options->to > 0) sp_json_put_time(w, "to", r->options->to);
  sp_json_put_int(w, "ms", totals->ms);
  sp_json_put_int(w, "sales", totals->sales);
  sp_json_put_int(w, "lines", totals->lines);
  sp_json_put_int(w, "differing", totals->differing);
  sp_json_put_int(w, "stored", totals->stored);
  sp_json_put_int(w, "candidate", totals->candidate);
  sp_json_put_int(w, "difference", totals->difference);
  sp_json_put_int(w, "difference_ppm", totals->difference_ppm);
  sp_json_put_int(w, "alarms", totals->alarms);
  sp_json_put_int(w, "failed", totals->failed);
  if (r->options->max_difference_ppm >= 0) sp_json_put_int(w, "max_difference_ppm", r->options->max_difference_ppm);
  sp_json_put_bool(w, "within", totals->within);
}

static void put_sales(struct report *r) {
  struct sp_json_writer *w = &r->w;
  sp_json_key(w, "sales_differing");
  sp_json_open_array(w);
  for (int32_t i = 0; i < r->sums->top_count; i++) {
    const struct sp_sum_sale *sale = &r->sums->top[i];
    sp_json_open_object(w);
    sp_json_put_id(w, "sale", sale->id.bytes);
    sp_json_put_text(w, "till", sale->till);
    sp_json_put_int(w, "number", sale->number);
    sp_json_put_time(w, "at", sale->at);
    if (sale->failed) {
      sp_json_put_text(w, "failed", sale->why);
    } else {
      sp_json_put_int(w, "stored", sale->stored);
      sp_json_put_int(w, "candidate", sale->candidate);
      sp_json_put_int(w, "difference", sale->candidate - sale->stored);
    }
    if (sale->alarms > 0) sp_json_put_int(w, "alarms", sale->alarms);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

/* ---- Tables, sorted ---- */

struct item {
  const void *record;
  const struct sp_table_key *key;
  int64_t first, second; /* falling */
};

static int by_text(const struct sp_table_key *a, const struct sp_table_key *b) {
  size_t len = a->len < b->len ? a->len : b->len;
  int order = memcmp(a->bytes, b->bytes, len);
  return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int by_worth(const void *a, const void *b) {
  const struct item *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? 1 : -1;
  if (x->second != y->second) return x->second < y->second ? 1 : -1;
  return by_text(x->key, y->key);
}

/* The records with what they are sorted by; free it. Null when there are none, or no memory: then `*count` is 0. */
static struct item *sorted(const struct sp_table *table, void (*weigh)(struct item *item), int32_t *count) {
  struct item *items = table->count > 0 ? calloc((size_t)table->count, sizeof *items) : NULL;
  *count = items != NULL ? table->count : 0;
  for (int32_t i = 0; i < *count; i++) {
    items[i] = (struct item){.record = sp_table_get(table, i), .key = &table->list[i]};
    weigh(&items[i]);
  }
  if (items != NULL) qsort(items, (size_t)*count, sizeof *items, by_worth);
  return items;
}

static void weigh_product(struct item *item) {
  const struct sp_sum_product *product = item->record;
  item->first = llabs(product->candidate - product->stored);
}

static void weigh_campaign(struct item *item) {
  const struct sp_sum_campaign *campaign = item->record;
  item->first = llabs(campaign->candidate - campaign->stored);
  item->second = campaign->stored;
}

static void weigh_pair(struct item *item) {
  const struct sp_sum_pair *pair = item->record;
  item->first = pair->extra;
  item->second = pair->joint;
}

static void weigh_alarm(struct item *item) {
  const struct sp_sum_alarm *alarm = item->record;
  item->first = alarm->count;
}

static void put_change(struct sp_json_writer *w, int64_t stored, int64_t candidate) {
  sp_json_put_int(w, "stored", stored);
  sp_json_put_int(w, "candidate", candidate);
  sp_json_put_int(w, "difference", candidate - stored);
}

static void put_products(struct report *r) {
  struct sp_json_writer *w = &r->w;
  int32_t count;
  struct item *items = sorted(&r->sums->products, weigh_product, &count);
  sp_json_key(w, "products");
  sp_json_open_array(w);
  for (int32_t i = 0; i < count && i < SHOWN_MAX && items[i].first > 0; i++) {
    const struct sp_sum_product *product = items[i].record;
    sp_json_open_object(w);
    sp_json_put_text(w, "code", product->code);
    sp_json_put_text(w, "name", product->name);
    sp_json_put_int(w, "lines", product->lines);
    put_change(w, product->stored, product->candidate);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  free(items);
}

static const char *rule_of(const struct report *r, const char *campaign, const char *otherwise) {
  const char *rule = r->options->bundle != NULL ? sp_bundle_campaign_rule(r->options->bundle, campaign) : NULL;
  return rule != NULL ? rule : otherwise;
}

static void put_campaigns(struct report *r) {
  struct sp_json_writer *w = &r->w;
  int32_t count;
  struct item *items = sorted(&r->sums->campaigns, weigh_campaign, &count);
  sp_json_key(w, "campaigns");
  sp_json_open_array(w);
  for (int32_t i = 0; i < count && i < SHOWN_MAX; i++) {
    const struct sp_sum_campaign *campaign = items[i].record;
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", items[i].key->bytes);
    sp_json_put_text(w, "rule", rule_of(r, items[i].key->bytes, campaign->rule));
    put_change(w, campaign->stored, campaign->candidate);
    sp_json_put_int(w, "stored_sales", campaign->stored_sales);
    sp_json_put_int(w, "candidate_sales", campaign->candidate_sales);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  free(items);
}

/* "A\nB" as ["A", "B"], and their rules. */
static void put_pair_names(struct report *r, const struct sp_table_key *key) {
  char first[SP_REPLAY_CODE_MAX + 1] = "";
  const char *text = key->bytes, *line = strchr(text, '\n');
  size_t len = line != NULL ? (size_t)(line - text) : 0;
  if (line == NULL || len > SP_REPLAY_CODE_MAX) return;
  memcpy(first, text, len);
  sp_json_key(&r->w, "campaigns");
  sp_json_open_array(&r->w);
  sp_json_text(&r->w, first);
  sp_json_text(&r->w, line + 1);
  sp_json_close_array(&r->w);
  sp_json_key(&r->w, "rules");
  sp_json_open_array(&r->w);
  sp_json_text(&r->w, rule_of(r, first, ""));
  sp_json_text(&r->w, rule_of(r, line + 1, ""));
  sp_json_close_array(&r->w);
}

static void put_pairs(struct report *r) {
  struct sp_json_writer *w = &r->w;
  int32_t count;
  struct item *items = sorted(&r->sums->pairs, weigh_pair, &count);
  sp_json_key(w, "pairs");
  sp_json_open_array(w);
  for (int32_t i = 0; i < count && i < PAIRS_MAX; i++) {
    const struct sp_sum_pair *pair = items[i].record;
    sp_json_open_object(w);
    put_pair_names(r, items[i].key);
    sp_json_put_int(w, "sales", pair->sales);
    sp_json_put_int(w, "lines", pair->lines);
    sp_json_put_int(w, "joint", pair->joint);
    sp_json_put_int(w, "extra", pair->extra);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  free(items);
}

static void put_alarms(struct report *r) {
  struct sp_json_writer *w = &r->w;
  int32_t count;
  struct item *items = sorted(&r->sums->alarms, weigh_alarm, &count);
  sp_json_key(w, "failing_rules");
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++) {
    const struct sp_sum_alarm *alarm = items[i].record;
    sp_json_open_object(w);
    sp_json_put_text(w, "rule", items[i].key->bytes);
    sp_json_put_text(w, "campaign", alarm->campaign);
    sp_json_put_int(w, "count", alarm->count);
    sp_json_put_text(w, "why", alarm->why);
    sp_json_put_id(w, "sale", alarm->sale.bytes);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  free(items);
}

/* ---- Rules: what they cost, which never did anything ---- */

static const char *member(const cJSON *object, const char *name) {
  const char *text = cJSON_GetStringValue(sp_json_member(object, name));
  return text != NULL ? text : "";
}

static bool takes_money(const cJSON *rule) {
  return strcmp(member(rule, "phase"), "promotion") == 0 || strcmp(member(rule, "phase"), "coupon") == 0;
}

/* Hooks and the stock policy are not asked by a replay: nothing can be said of them. */
static bool is_asked_by_pricing(const cJSON *rule) {
  return strcmp(member(rule, "phase"), "hook") != 0 && strcmp(member(rule, "phase"), "stock") != 0;
}

static bool took(const struct report *r, const char *campaign) {
  const struct sp_sum_campaign *sum = sp_table_look(&r->sums->campaigns, campaign, strlen(campaign));
  return sum != NULL && sum->candidate_sales > 0;
}

/* Null: it did something. */
static const char *why_dead(const struct report *r, int32_t campaign) {
  const struct sp_rule_binding *binding = &r->program->campaigns[campaign];
  const cJSON *rule = r->rules[binding->rule].entry;
  if (!is_asked_by_pricing(rule)) return NULL;
  if (r->asked[campaign] == 0) return "never-asked";
  return takes_money(rule) && !took(r, binding->code) ? "never-applied" : NULL;
}

static void put_dead_campaigns(struct report *r) {
  struct sp_json_writer *w = &r->w;
  int64_t count = 0;
  sp_json_key(w, "dead_campaigns");
  sp_json_open_array(w);
  for (int32_t i = 0; i < r->program->campaign_count; i++) {
    const char *why = why_dead(r, i);
    if (why == NULL || count++ >= SHOWN_MAX) continue;
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", r->program->campaigns[i].code);
    sp_json_put_text(w, "rule", member(r->rules[r->program->campaigns[i].rule].entry, "name"));
    sp_json_put_text(w, "why", why);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_put_int(w, "dead_campaign_count", count);
}

/* The best that can be said of a rule's campaigns: one that did something is enough. */
static const char *why_dead_rule(const struct report *r, int32_t rule) {
  const char *why = "no-campaign";
  if (!is_asked_by_pricing(r->rules[rule].entry)) return NULL;
  for (int32_t i = 0; i < r->program->campaign_count; i++) {
    if (r->program->campaigns[i].rule != rule) continue;
    const char *dead = why_dead(r, i);
    if (dead == NULL) return NULL;
    if (strcmp(why, "never-applied") != 0) why = dead;
  }
  return why;
}

static void put_dead_rules(struct report *r) {
  struct sp_json_writer *w = &r->w;
  sp_json_key(w, "dead_rules");
  sp_json_open_array(w);
  for (int32_t i = 0; i < r->program->rule_count; i++) {
    const char *why = why_dead_rule(r, i);
    if (why == NULL) continue;
    sp_json_open_object(w);
    sp_json_put_text(w, "rule", member(r->rules[i].entry, "name"));
    sp_json_put_text(w, "file", r->program->rules[i].file);
    sp_json_put_text(w, "why", why);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

struct cost {
  int32_t rule;
  const struct sp_rule_cost *cost;
};

static int by_cost(const void *a, const void *b) {
  const struct cost *x = a, *y = b;
  if (x->cost->instructions != y->cost->instructions) return x->cost->instructions < y->cost->instructions ? 1 : -1;
  return (x->rule > y->rule) - (x->rule < y->rule);
}

static void put_costs(struct report *r) {
  struct sp_json_writer *w = &r->w;
  int32_t rules = r->program->rule_count;
  struct cost *list = calloc((size_t)rules + 1, sizeof *list);
  for (int32_t i = 0; list != NULL && i < rules; i++)
    list[i] = (struct cost){.rule = i, .cost = &r->costs[i]};
  if (list != NULL) qsort(list, (size_t)rules, sizeof *list, by_cost);
  sp_json_key(w, "costs");
  sp_json_open_array(w);
  for (int32_t i = 0; list != NULL && i < rules && list[i].cost->evaluations > 0; i++) {
    const struct sp_rule_cost *cost = list[i].cost;
    sp_json_open_object(w);
    sp_json_put_text(w, "rule", member(r->rules[list[i].rule].entry, "name"));
    sp_json_put_text(w, "file", r->program->rules[list[i].rule].file);
    sp_json_put_int(w, "evaluations", cost->evaluations);
    sp_json_put_int(w, "instructions", cost->instructions);
    sp_json_put_int(w, "mean", cost->instructions / cost->evaluations);
    sp_json_put_int(w, "most", cost->most);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  free(list);
}

/* ---- Getting ready ---- */

static int describe(struct report *r, struct sp_error *err) {
  struct sp_buf text;
  const cJSON *list, *entry;
  sp_buf_init(&text, DESCRIBE_MAX);
  int rc = sp_bundle_describe(r->options->bundle, &text, err);
  if (rc == 0) rc = sp_json_parse(sp_buf_text(&text), text.len, &r->tree, err);
  sp_buf_free(&text);
  if (rc != 0) return rc;
  list = sp_json_member(r->tree, "rules");
  cJSON_ArrayForEach(entry, list) {
    for (int32_t i = 0; i < r->program->rule_count; i++)
      if (strcmp(r->program->rules[i].file, member(entry, "file")) == 0) r->rules[i].entry = entry;
  }
  return 0;
}

static int gather(struct report *r, const struct sp_meter *const *meters, int count, struct sp_error *err) {
  if (count == 0) return 0;
  r->program = meters[0]->base.program;
  r->rules = calloc((size_t)r->program->rule_count + 1, sizeof *r->rules);
  r->costs = calloc((size_t)r->program->rule_count + 1, sizeof *r->costs);
  r->asked = calloc((size_t)r->program->campaign_count + 1, sizeof *r->asked);
  if (r->rules == NULL || r->costs == NULL || r->asked == NULL) return sp_error_nomem(err, __func__);
  for (int m = 0; m < count; m++) {
    for (int32_t i = 0; i < r->program->rule_count; i++) {
      const struct sp_rule_cost *cost = &meters[m]->rules[i];
      r->costs[i].evaluations += cost->evaluations;
      r->costs[i].instructions += cost->instructions;
      if (cost->most > r->costs[i].most) r->costs[i].most = cost->most;
    }
    for (int32_t i = 0; i < r->program->campaign_count; i++)
      r->asked[i] += meters[m]->asked[i];
  }
  return describe(r, err);
}

int sp_replay_report(const struct sp_replay_options *options, const struct sp_sums *sums,
                     const struct sp_meter *const *meters, int meter_count, struct sp_buf *out, struct sp_error *err) {
  struct report r = {.options = options, .sums = sums};
  int rc = gather(&r, meters, meter_count, err);
  if (rc == 0) {
    sp_json_start(&r.w, out);
    sp_json_open_object(&r.w);
    put_totals(&r);
    put_sales(&r);
    put_products(&r);
    put_campaigns(&r);
    put_pairs(&r);
    put_alarms(&r);
    if (r.program != NULL) {
      put_dead_rules(&r);
      put_dead_campaigns(&r);
      put_costs(&r);
    }
    sp_json_close_object(&r.w);
    if (out->failed != 0) rc = sp_fail(err, out->failed, NULL, "The report of the replay is too long");
  }
  sp_json_free(r.tree);
  free(r.rules);
  free(r.costs);
  free(r.asked);
  return rc;
}
