/* The insides of replays; private to replay*.c. */
#ifndef SP_APP_REPLAY_PARTS_H
#define SP_APP_REPLAY_PARTS_H

#include "app/replay.h"

/* ---- A stored sale as it was (replay_load.c) ---- */

struct sp_stored_line {
  struct sp_line facts;
  int64_t cost; /* gross − discount */
};

/* Balances of limits as the sale saw them. */
struct sp_stored_usage {
  struct sp_usage_source source;
  const struct sp_campaign_use *list;
  int32_t count;
};

struct sp_stored_sale {
  struct sp_id id;
  int64_t at, priced_at, number;
  const char *source, *member, *till;
  const char *role;
  uint8_t generation[SP_HASH_LEN];
  bool promotions;
  struct sp_stored_line *lines; /* by n: scanned ones and those that rules added */
  int32_t count;
  struct sp_allocation *allocations;
  int32_t allocation_count;
  struct sp_basket basket; /* member, coupons, choices, confirmed; no lines yet */
  struct sp_stored_usage usage;
  const char *inputs; /* JSON or null, until it is read */
};

/* The columns of replay_sales and replay_sale into an empty sale. SP_E_NOMEM. */
int sp_replay_head(struct sp_work *work, struct sp_rows *rows, struct sp_stored_sale *out);
/* Inputs, lines and allocations of a sale whose head is read. */
int sp_replay_body(struct sp_work *work, struct sp_stored_sale *sale);
/* Both, by the sale's id. SP_E_NOT_FOUND. */
int sp_replay_load(struct sp_work *work, const struct sp_id *id, struct sp_stored_sale *out);
/* Rebuild, price and compare. The sale must outlive what is made of it. */
int sp_replay_price(struct sp_work *work, struct sp_stored_sale *sale, bool promotions, struct sp_replayed *out);

/* What a JSON of app/sale_inputs.c says; its lines are read. (replay_inputs.c) */
int sp_replay_inputs(struct sp_work *work, struct sp_stored_sale *sale);
/* The same of what lines were charged by their labels; its lines are read. */
int sp_replay_labels(struct sp_work *work, struct sp_stored_sale *sale);

/* ---- A machine that tells what each rule costs (replay_meter.c) ---- */

struct sp_rule_cost {
  int64_t evaluations, instructions, most;
};

/* Runs everything on a machine of its own. */
struct sp_meter {
  struct sp_rule_vm base; /* first: what the engine is given */
  struct sp_rule_vm_api api;
  struct sp_rule_vm *inner;
  struct sp_rule_cost *rules; /* as program.rules */
  int64_t *asked;             /* evaluations, as program.campaigns */
};

int sp_meter_open(const struct sp_bundle *bundle, struct sp_meter **out, struct sp_error *err);
void sp_meter_close(struct sp_meter *meter); /* null is allowed */

/* ---- Sums by key (replay_table.c) ---- */

/* Records of one size found by a key of bytes; at most `max`, then new keys are not taken and counted in `left_out`. */
struct sp_table {
  struct sp_arena keys;
  char *records;
  struct sp_table_key {
    const void *bytes;
    size_t len;
  } * list;
  int32_t *slots;
  size_t size;
  int32_t count, capacity, max;
  uint32_t mask;
  int64_t left_out;
};

void sp_table_init(struct sp_table *table, size_t size, int32_t max);
void sp_table_free(struct sp_table *table);
/* The record of a key, all zero when new; valid until the next call. `*out` is null when the table is full.
 * SP_E_NOMEM. */
int sp_table_at(struct sp_table *table, const void *key, size_t len, void **out);
/* What is there, by place from 0; or null when the key is unknown. */
void *sp_table_get(const struct sp_table *table, int32_t i);
void *sp_table_look(const struct sp_table *table, const void *key, size_t len);

/* ---- What many sales sum up to (replay_sums.c) ---- */

#define SP_REPLAY_PRODUCTS_MAX  200000
#define SP_REPLAY_CAMPAIGNS_MAX 200000
#define SP_REPLAY_PAIRS_MAX     100000
#define SP_REPLAY_ALARMS_MAX    1000
#define SP_REPLAY_CODE_MAX      64 /* bytes of a campaign's code */

struct sp_sum_product {
  struct sp_id id;
  const char *code, *name; /* in the table's keys */
  int64_t lines, stored, candidate;
};

struct sp_sum_campaign {
  const char *rule; /* of the candidate, else of the sale */
  int64_t stored, candidate;
  int64_t stored_sales, candidate_sales; /* sales in which it took something off */
};

/* Two campaigns that took from one line. */
struct sp_sum_pair {
  int64_t sales, lines;
  int64_t joint; /* what both took off together */
  int64_t extra; /* what these lines cost less than when they were sold, where they did not both take part then */
};

struct sp_sum_alarm {
  int64_t count;
  const char *campaign, *why;
  struct sp_id sale;
};

struct sp_sum_sale {
  struct sp_id id;
  int64_t at, number, stored, candidate;
  int32_t alarms;
  bool failed;
  char till[24];
  char why[160]; /* of one that failed */
};

struct sp_sums {
  struct sp_replay_result totals;
  struct sp_table products, campaigns, pairs, alarms;
  struct sp_sum_sale *top; /* a heap: the least of them first */
  int32_t top_count, top_max;
};

int sp_sums_init(struct sp_sums *sums, int32_t top); /* SP_E_NOMEM */
void sp_sums_free(struct sp_sums *sums);
int sp_sums_add(struct sp_sums *sums, const struct sp_replayed *sale);
/* A sale that could not be priced. */
int sp_sums_failed(struct sp_sums *sums, const struct sp_stored_sale *sale, const struct sp_error *why);
/* Fold `from` into `sums`; the order of folding changes nothing. */
int sp_sums_merge(struct sp_sums *sums, const struct sp_sums *from);
/* The top sales by falling |difference|, then id. Ends the heap. */
void sp_sums_settle(struct sp_sums *sums);

/* ---- The report (replay_report.c) ---- */

/* `meters` of all threads (none when every sale ran under its own generation). */
int sp_replay_report(const struct sp_replay_options *options, const struct sp_sums *sums,
                     const struct sp_meter *const *meters, int meter_count, struct sp_buf *out, struct sp_error *err);

#endif
