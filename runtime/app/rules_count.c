#include "app/rules_count.h"

#include "app/rules_parts.h"
#include "domain/money.h"

#include <stdlib.h>
#include <string.h>

#define PPM      1000000
#define GATE_MAX 1000000

enum { LIVE, CANARY };

/* ---- Counters ---- */

static void counter_set(struct sp_counter *counter, const struct sp_counts *counts) {
  atomic_store_explicit(&counter->sales, counts->sales, memory_order_relaxed);
  atomic_store_explicit(&counter->alarms, counts->alarms, memory_order_relaxed);
  atomic_store_explicit(&counter->gross, counts->gross, memory_order_relaxed);
  atomic_store_explicit(&counter->discount, counts->discount, memory_order_relaxed);
}

static struct sp_counts counter_get(struct sp_counter *counter) {
  return (struct sp_counts){
      .sales = atomic_load_explicit(&counter->sales, memory_order_relaxed),
      .alarms = atomic_load_explicit(&counter->alarms, memory_order_relaxed),
      .gross = atomic_load_explicit(&counter->gross, memory_order_relaxed),
      .discount = atomic_load_explicit(&counter->discount, memory_order_relaxed),
  };
}

/* The registry's lock is held. */
void sp_counts_reset(struct sp_rules *rules) {
  const struct sp_counts none = {.sales = 0};
  counter_set(&rules->counters[LIVE], &none);
  counter_set(&rules->counters[CANARY], &none);
  atomic_store(&rules->counted[LIVE], rules->live);
  atomic_store(&rules->counted[CANARY], rules->canary);
}

void sp_rules_count(struct sp_rules *rules, const struct sp_bundle *bundle, const struct sp_counts *sale) {
  for (int i = LIVE; i <= CANARY; i++) {
    struct sp_counter *counter = &rules->counters[i];
    if (bundle == NULL || atomic_load_explicit(&rules->counted[i], memory_order_relaxed) != bundle) continue;
    atomic_fetch_add_explicit(&counter->sales, sale->sales, memory_order_relaxed);
    atomic_fetch_add_explicit(&counter->alarms, sale->alarms, memory_order_relaxed);
    atomic_fetch_add_explicit(&counter->gross, sale->gross, memory_order_relaxed);
    atomic_fetch_add_explicit(&counter->discount, sale->discount, memory_order_relaxed);
  }
}

void sp_rules_counts(struct sp_rules *rules, struct sp_counts *live, struct sp_counts *canary) {
  *live = counter_get(&rules->counters[LIVE]);
  *canary = counter_get(&rules->counters[CANARY]);
}

void sp_rules_counts_set(struct sp_rules *rules, const struct sp_counts *live, const struct sp_counts *canary) {
  counter_set(&rules->counters[LIVE], live);
  counter_set(&rules->counters[CANARY], canary);
}

void sp_counts_write(const struct sp_counts *counts, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_int(w, "sales", counts->sales);
  sp_json_put_int(w, "alarms", counts->alarms);
  sp_json_put_int(w, "gross", counts->gross);
  sp_json_put_int(w, "discount", counts->discount);
  sp_json_close_object(w);
}

/* ---- The gate ---- */

static int64_t rate(int64_t part, int64_t whole) {
  int64_t out = 0;
  if (whole <= 0 || part <= 0) return 0;
  return sp_money_muldiv(part, PPM, whole, &out) == 0 ? out : INT64_MAX;
}

bool sp_rules_judge(struct sp_rules *rules, struct sp_verdict *out) {
  struct sp_rules_state state;
  struct sp_counts live, canary;
  sp_rules_state(rules, &state);
  if (!state.has_canary) return false;
  sp_rules_counts(rules, &live, &canary);
  const struct sp_rules_gate *gate = &state.gate;
  if (canary.sales == 0 || canary.sales < gate->min_sales) return false;
  int64_t alarms = rate(canary.alarms, canary.sales);
  if (gate->max_alarm_ppm >= 0 && alarms > gate->max_alarm_ppm) {
    *out = (struct sp_verdict){.why = "alarms", .rate = alarms, .bound = gate->max_alarm_ppm};
    return true;
  }
  if (gate->max_discount_change_ppm < 0 || live.gross <= 0) return false; /* nothing to compare with yet */
  int64_t change = rate(canary.discount, canary.gross) - rate(live.discount, live.gross);
  if (change < 0) change = -change;
  if (change <= gate->max_discount_change_ppm) return false;
  *out = (struct sp_verdict){.why = "discount", .rate = change, .bound = gate->max_discount_change_ppm};
  return true;
}

void sp_rules_gate_write(const struct sp_rules_gate *gate, struct sp_json_writer *w) {
  sp_json_open_object(w);
  if (gate->max_alarm_ppm >= 0) sp_json_put_int(w, "max_alarm_ppm", gate->max_alarm_ppm);
  if (gate->max_discount_change_ppm >= 0) {
    sp_json_put_int(w, "max_discount_change_ppm", gate->max_discount_change_ppm);
  }
  if (gate->min_sales > 0) sp_json_put_int(w, "min_sales", gate->min_sales);
  sp_json_close_object(w);
}

int sp_rules_gate_read(const struct cJSON *object, struct sp_rules_gate *out, struct sp_error *err) {
  *out = (struct sp_rules_gate){.max_alarm_ppm = -1, .max_discount_change_ppm = -1};
  if (object == NULL) return 0;
  int rc = sp_json_get_int(object, "max_alarm_ppm", SP_OPTIONAL, 0, SP_JSON_INT_MAX, &out->max_alarm_ppm, err);
  if (rc == 0) {
    rc = sp_json_get_int(object, "max_discount_change_ppm", SP_OPTIONAL, 0, PPM, &out->max_discount_change_ppm, err);
  }
  if (rc == 0) rc = sp_json_get_int(object, "min_sales", SP_OPTIONAL, 0, GATE_MAX, &out->min_sales, err);
  return rc;
}

/* ---- The shadow ---- */

void sp_shadow_clear(struct sp_shadow *shadow) {
  free(shadow->differ);
  free(shadow->campaigns);
  *shadow = (struct sp_shadow){.sales = 0};
}

static void count_campaign(struct sp_shadow *shadow, const struct sp_shadow_change *change) {
  struct sp_shadow_campaign *entry = shadow->campaigns;
  struct sp_shadow_campaign *end = shadow->campaigns + shadow->campaign_count;
  while (entry < end && strcmp(entry->code, change->campaign) != 0)
    entry++;
  if (entry == end) {
    if (shadow->campaign_count == SP_SHADOW_CAMPAIGNS_MAX || strlen(change->campaign) > SP_CAMPAIGN_CODE_MAX) {
      shadow->overflow = true;
      return;
    }
    *entry = (struct sp_shadow_campaign){.sales = 0};
    memcpy(entry->code, change->campaign, strlen(change->campaign) + 1);
    shadow->campaign_count++;
  }
  entry->sales++;
  entry->amount += change->amount;
}

static int ensure(struct sp_shadow *shadow) {
  if (shadow->differ == NULL) shadow->differ = calloc(SP_SHADOW_SALES_MAX, sizeof *shadow->differ);
  if (shadow->campaigns == NULL) shadow->campaigns = calloc(SP_SHADOW_CAMPAIGNS_MAX, sizeof *shadow->campaigns);
  return shadow->differ != NULL && shadow->campaigns != NULL ? 0 : SP_E_NOMEM;
}

static void add(struct sp_shadow *shadow, const struct sp_shadow_sale *sale) {
  shadow->sales++;
  shadow->alarms += sale->alarms;
  if (sale->failed) {
    shadow->failed++;
    return;
  }
  if (sale->difference == 0 && sale->count == 0) return;
  shadow->differ[shadow->differing++ % SP_SHADOW_SALES_MAX] = sale->id;
  if (sale->difference > 0) shadow->more += sale->difference;
  if (sale->difference < 0) shadow->less -= sale->difference;
  for (int32_t i = 0; i < sale->count; i++)
    count_campaign(shadow, &sale->changes[i]);
}

static bool is_shadow(const struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN]) {
  return rules->state.has_shadow && memcmp(rules->state.shadow, hash, SP_HASH_LEN) == 0;
}

int sp_rules_shadow_add(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN], const struct sp_shadow_sale *sale) {
  pthread_mutex_lock(&rules->lock);
  int rc = is_shadow(rules, hash) ? ensure(&rules->tried) : 0;
  if (rc == 0 && is_shadow(rules, hash)) add(&rules->tried, sale);
  pthread_mutex_unlock(&rules->lock);
  return rc;
}

void sp_rules_shadow_at(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN], int64_t seq) {
  pthread_mutex_lock(&rules->lock);
  if (is_shadow(rules, hash)) rules->tried.at = seq;
  pthread_mutex_unlock(&rules->lock);
}

static void campaigns_write(const struct sp_shadow *shadow, struct sp_json_writer *w) {
  sp_json_key(w, "campaigns");
  sp_json_open_array(w);
  for (int i = 0; i < shadow->campaign_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "code", shadow->campaigns[i].code);
    sp_json_put_int(w, "sales", shadow->campaigns[i].sales);
    sp_json_put_int(w, "amount", shadow->campaigns[i].amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  if (shadow->overflow) sp_json_put_bool(w, "more_campaigns", true);
}

static void differ_write(const struct sp_shadow *shadow, struct sp_json_writer *w) {
  int64_t count = shadow->differing < SP_SHADOW_SALES_MAX ? shadow->differing : SP_SHADOW_SALES_MAX;
  char id[SP_ID_TEXT];
  sp_json_key(w, "sales_differing"); /* newest first */
  sp_json_open_array(w);
  for (int64_t i = 1; i <= count; i++) {
    sp_id_format(&shadow->differ[(shadow->differing - i) % SP_SHADOW_SALES_MAX], id);
    sp_json_text(w, id);
  }
  sp_json_close_array(w);
}

void sp_rules_shadow_write(struct sp_rules *rules, struct sp_json_writer *w) {
  pthread_mutex_lock(&rules->lock);
  const struct sp_shadow *shadow = &rules->tried;
  sp_json_put_int(w, "sales", shadow->sales);
  sp_json_put_int(w, "differing", shadow->differing);
  sp_json_put_int(w, "failed", shadow->failed);
  sp_json_put_int(w, "alarms", shadow->alarms);
  sp_json_put_int(w, "more", shadow->more);
  sp_json_put_int(w, "less", shadow->less);
  sp_json_put_int(w, "journal", shadow->at);
  campaigns_write(shadow, w);
  differ_write(shadow, w);
  pthread_mutex_unlock(&rules->lock);
}
