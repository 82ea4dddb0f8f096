/* What many sales sum up to. Sums of 64 bits cannot overflow here: a sale is worth at most 10^11 fen, and a range holds
 * far fewer than 9 · 10^7 of the largest. */
#include "app/replay_parts.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sp_sums_init(struct sp_sums *sums, int32_t top) {
  *sums = (struct sp_sums){.top_max = top};
  sp_table_init(&sums->products, sizeof(struct sp_sum_product), SP_REPLAY_PRODUCTS_MAX);
  sp_table_init(&sums->campaigns, sizeof(struct sp_sum_campaign), SP_REPLAY_CAMPAIGNS_MAX);
  sp_table_init(&sums->pairs, sizeof(struct sp_sum_pair), SP_REPLAY_PAIRS_MAX);
  sp_table_init(&sums->alarms, sizeof(struct sp_sum_alarm), SP_REPLAY_ALARMS_MAX);
  sums->top = calloc((size_t)top + 1, sizeof *sums->top);
  return sums->top != NULL ? 0 : SP_E_NOMEM;
}

void sp_sums_free(struct sp_sums *sums) {
  sp_table_free(&sums->products);
  sp_table_free(&sums->campaigns);
  sp_table_free(&sums->pairs);
  sp_table_free(&sums->alarms);
  free(sums->top);
  sums->top = NULL;
}

/* ---- The sales that differ most: a heap with the least of them on top ---- */

/* Failed ones first, then by |difference|, then by id: total, so that threads do not matter. > 0: a matters more. */
static int compare_sales(const struct sp_sum_sale *a, const struct sp_sum_sale *b) {
  if (a->failed != b->failed) return a->failed ? 1 : -1;
  int64_t x = llabs(a->candidate - a->stored), y = llabs(b->candidate - b->stored);
  if (x != y) return x > y ? 1 : -1;
  return memcmp(b->id.bytes, a->id.bytes, SP_ID_LEN);
}

static void sift_down(struct sp_sum_sale *heap, int32_t count, int32_t at) {
  for (;;) {
    int32_t least = at;
    for (int32_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
      if (compare_sales(&heap[child], &heap[least]) < 0) least = child;
    if (least == at) return;
    struct sp_sum_sale kept = heap[at];
    heap[at] = heap[least];
    heap[least] = kept;
    at = least;
  }
}

static void offer(struct sp_sums *sums, const struct sp_sum_sale *sale) {
  struct sp_sum_sale *heap = sums->top;
  if (sums->top_max == 0) return;
  if (sums->top_count == sums->top_max) {
    if (compare_sales(sale, &heap[0]) < 0) return;
    heap[0] = *sale;
    sift_down(heap, sums->top_count, 0);
    return;
  }
  int32_t at = sums->top_count++;
  for (; at > 0 && compare_sales(sale, &heap[(at - 1) / 2]) < 0; at = (at - 1) / 2)
    heap[at] = heap[(at - 1) / 2];
  heap[at] = *sale;
}

static int by_weight(const void *a, const void *b) {
  return -compare_sales(a, b);
}

void sp_sums_settle(struct sp_sums *sums) {
  if (sums->top_count > 0) qsort(sums->top, (size_t)sums->top_count, sizeof *sums->top, by_weight);
}

/* ---- One sale ---- */

static int add_product(struct sp_sums *sums, const struct sp_replayed_line *line) {
  void *record = NULL;
  int rc = sp_table_at(&sums->products, line->product.bytes, SP_ID_LEN, &record);
  struct sp_sum_product *product = record;
  if (product == NULL) return rc;
  if (product->code == NULL) {
    product->id = line->product;
    product->code = sp_arena_text(&sums->products.keys, line->code);
  }
  /* A product may have been renamed: the first name in order, so that threads do not matter. */
  if (product->name == NULL || strcmp(line->name, product->name) < 0) {
    product->name = sp_arena_text(&sums->products.keys, line->name);
  }
  if (product->code == NULL || product->name == NULL) return SP_E_NOMEM;
  product->lines++;
  product->stored += line->stored;
  product->candidate += line->candidate;
  return 0;
}

static int add_campaign(struct sp_sums *sums, const struct sp_replayed_campaign *campaign) {
  void *record = NULL;
  int rc = sp_table_at(&sums->campaigns, campaign->campaign, strlen(campaign->campaign), &record);
  struct sp_sum_campaign *sum = record;
  if (sum == NULL) return rc;
  if (sum->rule == NULL) sum->rule = sp_arena_text(&sums->campaigns.keys, campaign->rule);
  if (sum->rule == NULL) return SP_E_NOMEM;
  sum->stored += campaign->stored;
  sum->candidate += campaign->candidate;
  sum->stored_sales += campaign->stored > 0;
  sum->candidate_sales += campaign->candidate > 0;
  return 0;
}

static bool took_then(const struct sp_replayed *sale, int32_t n, const char *campaign) {
  for (int32_t i = 0; i < sale->stored_allocation_count; i++) {
    const struct sp_allocation *then = &sale->stored_allocations[i];
    if (then->line == n && strcmp(then->campaign, campaign) == 0) return true;
  }
  return false;
}

/* What a line costs less than when it was sold. */
static int64_t cheaper(const struct sp_replayed *sale, int32_t n) {
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_replayed_line *line = &sale->lines[i];
    if (line->n == n) return line->stored > line->candidate ? line->stored - line->candidate : 0;
  }
  return 0;
}

static int add_pair(struct sp_sums *sums, const struct sp_replayed *sale, const struct sp_allocation *a,
                    const struct sp_allocation *b, bool counted) {
  char key[2 * SP_REPLAY_CODE_MAX + 2];
  bool swap = strcmp(a->campaign, b->campaign) > 0;
  const char *first = swap ? b->campaign : a->campaign, *second = swap ? a->campaign : b->campaign;
  int len = snprintf(key, sizeof key, "%s\n%s", first, second);
  void *record = NULL;
  if (len < 0 || (size_t)len >= sizeof key) return 0;
  int rc = sp_table_at(&sums->pairs, key, (size_t)len, &record);
  struct sp_sum_pair *pair = record;
  if (pair == NULL) return rc;
  pair->lines++;
  if (!counted) pair->sales++;
  pair->joint += a->amount + b->amount;
  if (!took_then(sale, a->line, a->campaign) || !took_then(sale, a->line, b->campaign)) {
    pair->extra += cheaper(sale, a->line);
  }
  return 0;
}

/* Did this pair meet on an earlier line of the sale? Allocations come by line. */
static bool met_before(const struct sp_replayed *sale, int32_t first, const struct sp_allocation *a,
                       const struct sp_allocation *b) {
  const struct sp_allocation *list = sale->priced.allocations;
  for (int32_t i = 0; i < first; i++) {
    if (strcmp(list[i].campaign, a->campaign) != 0) continue;
    for (int32_t j = 0; j < first; j++)
      if (list[j].line == list[i].line && strcmp(list[j].campaign, b->campaign) == 0) return true;
  }
  return false;
}

static int add_pairs(struct sp_sums *sums, const struct sp_replayed *sale) {
  const struct sp_allocation *list = sale->priced.allocations;
  int32_t count = sale->priced.allocation_count, rc = 0;
  for (int32_t first = 0, end; first < count && rc == 0; first = end) {
    for (end = first + 1; end < count && list[end].line == list[first].line; end++) {
    }
    for (int32_t i = first; i < end && rc == 0; i++)
      for (int32_t j = i + 1; j < end && rc == 0; j++)
        rc = add_pair(sums, sale, &list[i], &list[j], met_before(sale, first, &list[i], &list[j]));
  }
  return rc;
}

static int add_alarm(struct sp_sums *sums, const struct sp_replayed *sale, const char *rule, const char *campaign,
                     const char *why) {
  void *record = NULL;
  int rc = sp_table_at(&sums->alarms, rule, strlen(rule), &record);
  struct sp_sum_alarm *alarm = record;
  if (alarm == NULL) return rc;
  if (alarm->why == NULL || memcmp(sale->id.bytes, alarm->sale.bytes, SP_ID_LEN) < 0) {
    alarm->campaign = sp_arena_text(&sums->alarms.keys, campaign);
    alarm->why = sp_arena_text(&sums->alarms.keys, why);
    alarm->sale = sale->id;
    if (alarm->campaign == NULL || alarm->why == NULL) return SP_E_NOMEM;
  }
  alarm->count++;
  return 0;
}

static const char *text_of(const cJSON *object, const char *name) {
  const char *text = cJSON_GetStringValue(sp_json_member(object, name));
  return text != NULL ? text : "";
}

/* The trace names the rules that failed. */
static int add_alarms(struct sp_sums *sums, const struct sp_replayed *sale) {
  struct cJSON *tree = NULL;
  const cJSON *entry;
  int rc = sp_json_parse(sale->priced.trace, sale->priced.trace_len, &tree, NULL);
  if (rc != 0) return rc == SP_E_NOMEM ? rc : 0;
  cJSON_ArrayForEach(entry, tree) {
    if (strcmp(text_of(entry, "outcome"), "error") != 0) continue;
    rc = add_alarm(sums, sale, text_of(entry, "rule"), text_of(entry, "campaign"), text_of(entry, "why"));
    if (rc != 0) break;
  }
  sp_json_free(tree);
  return rc;
}

static bool differs(const struct sp_replayed *sale) {
  for (int32_t i = 0; i < sale->count; i++)
    if (sale->lines[i].stored != sale->lines[i].candidate) return true;
  return false;
}

int sp_sums_add(struct sp_sums *sums, const struct sp_replayed *sale) {
  struct sp_replay_result *totals = &sums->totals;
  int rc = 0;
  totals->sales++;
  totals->lines += sale->count;
  totals->stored += sale->stored;
  totals->candidate += sale->candidate;
  totals->alarms += sale->alarms;
  for (int32_t i = 0; i < sale->count && rc == 0; i++)
    rc = add_product(sums, &sale->lines[i]);
  for (int32_t i = 0; i < sale->campaign_count && rc == 0; i++)
    rc = add_campaign(sums, &sale->campaigns[i]);
  if (rc == 0) rc = add_pairs(sums, sale);
  if (rc == 0 && sale->alarms > 0) rc = add_alarms(sums, sale);
  if (rc != 0 || !differs(sale)) return rc;
  struct sp_sum_sale named = {.id = sale->id,
                              .at = sale->at,
                              .number = sale->number,
                              .stored = sale->stored,
                              .candidate = sale->candidate,
                              .alarms = sale->alarms};
  snprintf(named.till, sizeof named.till, "%s", sale->till);
  totals->differing++;
  offer(sums, &named);
  return 0;
}

int sp_sums_failed(struct sp_sums *sums, const struct sp_stored_sale *sale, const struct sp_error *why) {
  struct sp_sum_sale named = {.id = sale->id, .at = sale->at, .number = sale->number, .failed = true};
  snprintf(named.till, sizeof named.till, "%s", sale->till != NULL ? sale->till : "");
  snprintf(named.why, sizeof named.why, "%.*s", (int)sizeof named.why - 1, why->message);
  sums->totals.sales++;
  sums->totals.failed++;
  offer(sums, &named);
  return 0;
}

/* ---- Folding ---- */

static int merge_products(struct sp_sums *sums, const struct sp_table *from) {
  for (int32_t i = 0; i < from->count; i++) {
    const struct sp_sum_product *other = sp_table_get(from, i);
    const struct sp_replayed_line line = {.product = other->id, .code = other->code, .name = other->name};
    int rc = add_product(sums, &line);
    struct sp_sum_product *product = sp_table_look(&sums->products, other->id.bytes, SP_ID_LEN);
    if (rc != 0) return rc;
    if (product == NULL) continue;
    product->lines += other->lines - 1; /* one was counted just now */
    product->stored += other->stored;
    product->candidate += other->candidate;
  }
  return 0;
}

static int merge_campaigns(struct sp_sums *sums, const struct sp_table *from) {
  for (int32_t i = 0; i < from->count; i++) {
    const struct sp_sum_campaign *other = sp_table_get(from, i);
    void *record = NULL;
    int rc = sp_table_at(&sums->campaigns, from->list[i].bytes, from->list[i].len, &record);
    struct sp_sum_campaign *sum = record;
    if (rc != 0) return rc;
    if (sum == NULL) continue;
    if (sum->rule == NULL) sum->rule = sp_arena_text(&sums->campaigns.keys, other->rule);
    if (sum->rule == NULL) return SP_E_NOMEM;
    sum->stored += other->stored;
    sum->candidate += other->candidate;
    sum->stored_sales += other->stored_sales;
    sum->candidate_sales += other->candidate_sales;
  }
  return 0;
}

static int merge_pairs(struct sp_sums *sums, const struct sp_table *from) {
  for (int32_t i = 0; i < from->count; i++) {
    const struct sp_sum_pair *other = sp_table_get(from, i);
    void *record = NULL;
    int rc = sp_table_at(&sums->pairs, from->list[i].bytes, from->list[i].len, &record);
    struct sp_sum_pair *pair = record;
    if (rc != 0) return rc;
    if (pair == NULL) continue;
    pair->sales += other->sales;
    pair->lines += other->lines;
    pair->joint += other->joint;
    pair->extra += other->extra;
  }
  return 0;
}

static int merge_alarms(struct sp_sums *sums, const struct sp_table *from) {
  for (int32_t i = 0; i < from->count; i++) {
    const struct sp_sum_alarm *other = sp_table_get(from, i);
    const struct sp_replayed sale = {.id = other->sale};
    const char *rule = sp_arena_copy(&sums->alarms.keys, from->list[i].bytes, from->list[i].len);
    int rc = rule != NULL ? add_alarm(sums, &sale, rule, other->campaign, other->why) : SP_E_NOMEM;
    struct sp_sum_alarm *alarm = rc == 0 ? sp_table_look(&sums->alarms, rule, from->list[i].len) : NULL;
    if (rc != 0) return rc;
    if (alarm != NULL) alarm->count += other->count - 1;
  }
  return 0;
}

int sp_sums_merge(struct sp_sums *sums, const struct sp_sums *from) {
  struct sp_replay_result *totals = &sums->totals;
  totals->sales += from->totals.sales;
  totals->lines += from->totals.lines;
  totals->differing += from->totals.differing;
  totals->stored += from->totals.stored;
  totals->candidate += from->totals.candidate;
  totals->alarms += from->totals.alarms;
  totals->failed += from->totals.failed;
  for (int32_t i = 0; i < from->top_count; i++)
    offer(sums, &from->top[i]);
  int rc = merge_products(sums, &from->products);
  if (rc == 0) rc = merge_campaigns(sums, &from->campaigns);
  if (rc == 0) rc = merge_pairs(sums, &from->pairs);
  return rc == 0 ? merge_alarms(sums, &from->alarms) : rc;
}
