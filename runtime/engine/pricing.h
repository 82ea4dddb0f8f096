/* Inside of pricing: one basket on its way through the phases. Shared by pricing*.c, phases.c, group.c, limits.c and
 * whynot.c, and by nobody else.
 *
 * pricing.c runs the phases, pricing_live.c says which campaigns are live, pricing_offers.c what a rule may say at all,
 * pricing_out.c writes the answer; phases.c settles what is not about units, group.c what is.
 */
#ifndef SP_ENGINE_PRICING_H
#define SP_ENGINE_PRICING_H

#include "engine/bundle.h"
#include "engine/stacking.h"
#include "engine/trace.h"

#define SP_LINE_TAGS_MAX       64 /* of one line, with those that rules add */
#define SP_ADDITIONS_MAX       SP_BASKET_LINES_MAX
#define SP_REQUIREMENTS_MAX    1000  /* of one basket */
#define SP_NOTES_MAX           200   /* of one basket; the first ones are kept */
#define SP_TENDER_CAPS_MAX     16    /* methods of one basket */
#define SP_OFFER_TEXT_MAX      64    /* bytes of a tag, a product, a requirement, a method */
#define SP_RESULT_TARGETS_MAX  65536 /* targets and companions of one evaluation */
#define SP_UNASKED_MAX         20    /* entries of a trace for campaigns that came too late to be asked */
#define SP_BUDGET_SUBJECTS_MAX 3

/* ---- Which campaigns: pricing_live.c ---- */

/* A context, as windows are compared with it. A window that crosses midnight belongs to the day on which it began. */
struct sp_moment {
  int64_t now;
  int16_t minute;
  uint8_t weekday, weekday_before; /* as sp_campaign's bits, of today and of the day before */
  uint32_t day, day_before;
};

struct sp_moment sp_moment_of(const struct sp_context *context);

/* Null when the campaign is live for the basket; else the first thing that keeps it away: "not-yet", "ended", "store",
 * "channel", "member", "level", "weekday", "day" or "hours". */
const char *sp_campaign_away(const struct sp_campaign *campaign, const struct sp_basket *basket,
                             const struct sp_context *context, const struct sp_moment *moment);

/* The first campaign of `set` at or after `at` and before `end`; `end` when there is none. */
int32_t sp_set_next(const uint64_t *set, int32_t at, int32_t end);

/* ---- Limits: limits.c ---- */

/* What a campaign with limits may still give, for each subject that counts. */
struct sp_budget {
  struct sp_campaign_use subjects[SP_BUDGET_SUBJECTS_MAX]; /* uses, amount, units: what was used so far */
  int32_t count;
};

struct sp_pricing;

/* Read it; `*spent` when a limit is reached already. Errors of the source. */
int sp_budget_read(struct sp_pricing *p, int32_t campaign, struct sp_budget *out, bool *spent, struct sp_error *err);
/* Would one more use of so much stay within every limit? */
bool sp_budget_allows(const struct sp_budget *budget, int64_t amount, int64_t units);
/* List the use in the answer. */
int sp_budget_use(struct sp_pricing *p, const struct sp_budget *budget, int64_t amount, int64_t units,
                  struct sp_error *err);
/* List the campaign among those whose limits are reached. */
int sp_budget_spent(struct sp_pricing *p, int32_t campaign, struct sp_error *err);

/* ---- One basket ---- */

struct sp_taking {
  int32_t line; /* index */
  int32_t campaign;
  int64_t amount; /* 0: its units only made an offer possible */
};

/* One campaign being asked. */
struct sp_asked {
  struct sp_rule_result result;
  struct sp_trace_entry entry;
  struct sp_budget budget;
  int64_t counted; /* units by SP_OFFER_COUNT, −1: it made no such offer */
  int wrong_at;    /* line of the rule file that is at fault, 0 when unknown */
  bool failed;     /* the entry says why */
  bool written;    /* the entry is in the trace */
};

struct sp_pricing {
  const struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  const struct sp_basket *basket; /* with the tags of the classify phase */
  const struct sp_context *context;
  struct sp_arena *arena;
  struct sp_priced *out;
  struct sp_rule_view view;
  struct sp_moment moment;
  uint64_t *found; /* campaigns the index found */
  struct sp_trace trace;
  struct sp_trace_line *shown; /* lines of one trace entry */
  /* Classify phase. */
  struct sp_basket own_basket; /* what `basket` is when lines got tags */
  struct sp_line *tagged;
  bool retagged;
  /* Price phase. */
  bool *decided;  /* lines it has a price for */
  int64_t *wants; /* prices of the campaign being asked, SP_NO_PRICE: none */
  int64_t value;  /* Σ gross */
  int64_t net;    /* Σ net, from the tender phase on */
  /* From the promotion phase on. */
  bool stacked;
  struct sp_stack stack;
  struct sp_unit_source units;
  uint64_t exhausted;        /* bit a group that has no unit left in this basket */
  int32_t unasked;           /* campaigns of such groups in the trace */
  uint64_t settled;          /* bit a group of mode `best` that is done in this phase */
  struct sp_taking *takings; /* in the order in which they applied */
  int32_t taking_count, taking_capacity;
  /* Compose and stock phases. */
  struct sp_addition *additions;
  int32_t addition_count, addition_capacity;
  bool *blocked;
  int32_t requirement_capacity, note_capacity, cap_capacity, use_capacity, spent_capacity;
};

const struct sp_campaign *sp_pricing_campaign(const struct sp_pricing *p, int32_t campaign);
const struct sp_rule *sp_pricing_rule(const struct sp_pricing *p, int32_t campaign);

/* Ask the rule of asked->entry.campaign and check what it says; asked->failed when it raised or gave nonsense (counted
 * as an alarm). Opens a try of the stack. Errors are ours only: SP_E_NOMEM … */
int sp_pricing_ask(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err);
/* The campaign did something wrong that shows only when it is applied. */
int sp_pricing_fault(struct sp_pricing *p, struct sp_asked *asked, const char *wrong, struct sp_error *err);
/* Begin an entry and read the budget; `*go` is false when a limit is reached already (the entry says so). */
int sp_pricing_begin(struct sp_pricing *p, int32_t campaign, struct sp_asked *asked, bool *go, struct sp_error *err);

/* How it ends. It did something: its use and its notes go to the answer. */
int sp_pricing_applied(struct sp_pricing *p, struct sp_asked *asked, int64_t amount, int64_t units,
                       struct sp_error *err);
/* It had nothing to offer: only its notes do. */
int sp_pricing_silent(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err);
/* It would have passed a limit. */
int sp_pricing_over_limit(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err);
/* What it counts against its limits: what it says by SP_OFFER_COUNT, `otherwise` what it reached. */
int64_t sp_asked_units(const struct sp_asked *asked, int64_t otherwise);
/* Ask every live campaign the index found for a phase, in order; `settle` decides what an answer does and fills the
 * entry's outcome. */
typedef int (*sp_settle)(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err);
int sp_pricing_each(struct sp_pricing *p, enum sp_phase phase, sp_settle settle, struct sp_error *err);
/* An arena array with room for one more: `list`, or a larger copy of it, or null. */
void *sp_pricing_room(struct sp_pricing *p, void *list, int32_t count, int32_t *capacity, size_t size);

/* ---- What a rule may say: pricing_offers.c ---- */

/* Null when every offer fits the phase and the basket; else what is wrong, and which offer in `*at` (−1: the list). */
const char *sp_offers_wrong(const struct sp_pricing *p, enum sp_phase phase, const struct sp_rule_result *result,
                            int32_t *at);
bool sp_offer_takes_money(enum sp_offer_kind kind);
/* Does the offer do something by itself? A count and a note do not. */
bool sp_offer_acts(enum sp_offer_kind kind);

/* ---- Phases: phases.c and group.c ---- */

int sp_phase_classify(struct sp_pricing *p, struct sp_error *err);
int sp_phase_price(struct sp_pricing *p, struct sp_error *err);
int sp_phase_promotion(struct sp_pricing *p, enum sp_phase phase, struct sp_error *err);
int sp_phase_compose(struct sp_pricing *p, struct sp_error *err);
int sp_phase_stock(struct sp_pricing *p, struct sp_error *err);
int sp_phase_tender(struct sp_pricing *p, struct sp_error *err);
int sp_phase_check(struct sp_pricing *p, struct sp_error *err);
int sp_phase_observe(struct sp_pricing *p, struct sp_error *err);

/* ---- The answer: pricing_out.c ---- */

int sp_out_notes(struct sp_pricing *p, const struct sp_asked *asked, struct sp_error *err);
int sp_out_requirement(struct sp_pricing *p, const struct sp_requirement *requirement, struct sp_error *err);
int sp_out_tender(struct sp_pricing *p, const struct sp_tender_cap *cap, struct sp_error *err);
int sp_out_allocations(struct sp_pricing *p, struct sp_error *err);

#endif
