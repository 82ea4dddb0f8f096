/* Replays: stored sales priced again, by the rules that priced them or by a candidate, and what would differ.
 *
 * A sale stores everything its price depended on (app/sale_inputs.c, product_card), so its basket is rebuilt exactly as
 * the rules saw it: facts of the goods at that revision, prices given at the till, lots, member, coupons, choices, the
 * moment, and what limits had used up. Money that came back is not looked at: a refund asks no rule. 抹零 is not
 * compared, it follows from the total. Amounts are fen; a difference is candidate − stored, of what the goods cost
 * after all discounts.
 *
 * Nothing is ever written.
 */
#ifndef SP_APP_REPLAY_H
#define SP_APP_REPLAY_H

#include "app/work.h"
#include "base/hash.h"
#include "base/json.h"

/* ---- One sale ---- */

/* A line that was sold, or that the candidate would add. */
struct sp_replayed_line {
  int32_t n;
  struct sp_id product;
  const char *code, *name;
  int64_t quantity;
  int64_t stored, candidate; /* what it costs; 0 where it does not exist */
};

/* A campaign that took something off, then or now. */
struct sp_replayed_campaign {
  const char *campaign, *rule;
  int64_t stored, candidate;
};

struct sp_replayed {
  struct sp_id id;
  int64_t at;
  const char *till; /* code */
  int64_t number;
  uint8_t generation[SP_HASH_LEN];      /* that priced it */
  bool historic;                        /* sold without promotions: an import */
  const struct sp_replayed_line *lines; /* by n */
  int32_t count;
  const struct sp_replayed_campaign *campaigns; /* by code */
  int32_t campaign_count;
  const struct sp_allocation *stored_allocations;
  int32_t stored_allocation_count;
  int64_t stored, candidate; /* sums of the lines */
  int32_t alarms;
  /* As the candidate saw and priced it. */
  struct sp_basket basket;
  struct sp_context context;
  struct sp_priced priced;
};

/* Price the sale `id` with work->bundle on work->vm. Uses db, app, arena, err, now and lang of the work; everything
 * lives in the arena. `promotions`: run them also for a sale that was made without. SP_E_NOT_FOUND, SP_E_CORRUPT (its
 * inputs cannot be read) and the errors of sp_engine_price. */
int sp_replay_sale(struct sp_work *work, const struct sp_id *id, bool promotions, struct sp_replayed *out);

/* ---- Many ---- */

#define SP_REPLAY_THREADS_MAX 16
#define SP_REPLAY_TOP_MAX     1000

struct sp_replay_options {
  struct sp_app *app; /* its store; its registry when `own` */
  /* A read connection for each thread, closed with sp_db_close. */
  int (*open)(void *ctx, struct sp_db **out, struct sp_error *err);
  const struct sp_bundle *bundle; /* the candidate */
  bool own;                       /* instead: each sale under the generation that priced it, from app->rules */
  int64_t from, to;               /* UTC ms: sales in [from, to); 0, 0: all */
  int threads;                    /* 1 .. SP_REPLAY_THREADS_MAX; 0: 1 */
  int32_t top;                    /* sales named in the report; 0: SP_REPLAY_TOP_MAX */
  int32_t sample_ppm;             /* so many of them, chosen by their id; 0: all */
  uint64_t seed;                  /* of the sample */
  bool promotions;
  int64_t max_difference_ppm; /* the envelope: |candidate − stored| of all sales together; < 0: none */
  enum sp_lang lang;
  void (*progress)(void *ctx, int64_t done, int64_t total); /* sales; any thread, one at a time; or null */
  bool (*cancelled)(void *ctx);                             /* any thread; or null */
  void *ctx;                                                /* of the three functions */
};

struct sp_replay_result {
  int64_t sales, lines, differing; /* sales that differ by a fen or more in any line */
  int64_t stored, candidate;
  int64_t difference;     /* candidate − stored */
  int64_t difference_ppm; /* of stored, rounded, but not to 0 */
  int64_t alarms;         /* rules that failed */
  int64_t failed;         /* sales that could not be priced again */
  int64_t ms;
  bool within; /* the envelope holds, nothing failed, no rule raised an alarm */
};

/* Replay a range on `threads` threads. `report` gets one JSON object: totals; sales, products, campaigns with the
 * largest differences; pairs of campaigns that take from one line; rules and campaigns that never did anything; cost
 * per rule; alarms. Memory is bounded whatever the range. The same whatever the number of threads. SP_E_STATE
 * "cancelled", and the errors of the storage port and the engine that are not of one sale. Blocks for as long as it
 * takes. */
int sp_replay_run(const struct sp_replay_options *options, struct sp_buf *report, struct sp_replay_result *result,
                  struct sp_error *err);

/* A replay as somebody asks for it: what a request and a command line have in common. */
struct sp_replay_request {
  uint8_t generation[SP_HASH_LEN]; /* stored; unless `own` */
  bool own, promotions;
  int64_t from, to;
  int threads;
  int32_t top, sample_ppm;
  int64_t max_difference_ppm; /* < 0: none */
};

/* ---- Hooks ---- */

/* Ask a hook the recorded inputs of `text`, one JSON object a line: {"input": {…}, "at": "2026-11-22T05:00:00Z"?,
 * "answers": [{…}, …]?}, and compare what the candidate answers with what was recorded, or, where nothing was, with
 * what `before` answers (may be null: nothing to compare with). Uses db, app, arena, err, now, lang, bundle and vm of
 * the work. */
struct sp_replay_hook {
  const char *hook, *text;
  size_t len;
  const struct sp_bundle *before;
  struct sp_rule_vm *before_vm;
};

struct sp_replay_hook_result {
  int64_t asked, differing, alarms;
};

/* `report` gets one JSON object: hook, asked, differing, alarms and the first SP_REPLAY_TOP_MAX that differ
 * [{line, before, candidate}]. SP_E_INVALID names the line of the text in `field`; SP_E_NOT_FOUND: no such hook. */
int sp_replay_hook(struct sp_work *work, const struct sp_replay_hook *what, struct sp_buf *report,
                   struct sp_replay_hook_result *result);

#endif
