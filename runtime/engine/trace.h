/* The trace: why every fen is what it is, as a JSON array stored with the sale, one object a campaign that was asked.
 *
 *   campaign, rule, version, file   which code ran
 *   line                            line of that file where its first offer was made (absent when it made none)
 *   phase                           "classify" … "observe"
 *   outcome   "applied"  it changed money, or what its phase is about
 *             "lost"     what it wanted it could not have: why "taken" (by a campaign of its stacking group, named in
 *                        `by`), "excluded" (by one of a group that excludes its own), "given-price" (an override
 *                        holds), "limit" (its budget is used up) or "no-effect" (nothing was left to take off)
 *             "silent"   it had nothing to offer: why "no-offer"
 *             "error"    it was skipped and counted as an alarm: why is the error's sentence
 *   amount                          fen taken off (promotion, coupon), the value of the lines it priced (price) or the
 *                                   most that may be tendered (tender); 0 in the other phases
 *   lines [[n, amount], …]          by line: fen taken off, or the unit price where it is not the list price; pairs,
 *                                   because every sale stores them
 *   added [[n, code, quantity], …]  compose: what it wants to come along, a triple a line: which line it is for, the
 *                                   product, thousandths
 *   reason {...}                    of its first offer, as the rule gave it
 *   reasons [[n, {...}], …]         price and coupon phase: those of later offers for one line that say something else
 *   why, by                         see outcome
 *   group                           its stacking group, where there are any
 *   used [uses, amount, units]      what the sale takes from its limits, when it has some
 *   note {...}                      the first remark of a campaign that is silent: what is missing
 *
 * The compose phase is asked before the price and the stock policy after it (sp_engine_join), so theirs are the first
 * and the last entries. What a rule adds and cannot be sold is told by one more entry of its campaign: an "error".
 *
 * Campaigns the index did not find are not in it: nothing in the basket concerned them. Of those that came when their
 * group had taken every unit of the basket, and so were not asked, the first 20 are.
 */
#ifndef SP_ENGINE_TRACE_H
#define SP_ENGINE_TRACE_H

#include "base/buf.h"
#include "engine/bundle.h"

#define SP_TRACE_MAX ((size_t)4 << 20)

struct sp_trace {
  bool off; /* nothing is written: what tracing costs is measured so */
  struct sp_buf text;
};

struct sp_trace_line {
  int32_t n;
  int64_t amount;
};

struct sp_trace_entry {
  const struct sp_bundle *bundle;
  int32_t campaign;
  const char *outcome;
  const char *why; /* or null */
  const char *by;  /* or null */
  int64_t amount;
  const struct sp_trace_line *lines;
  int32_t line_count;
  const struct sp_addition *added; /* or null */
  int32_t added_count;
  const struct sp_offer *first; /* offer, or null */
  const struct sp_offer *told;  /* offers that may say something else of their line, or null … */
  int32_t told_count;
  const struct sp_basket *basket; /* … whose lines they name */
  const char *note;               /* or null */
  bool limited;                   /* uses limits, by … */
  int64_t used_amount, used_units;
};

/* When a bundle is built: what all entries of a rule begin with. SP_E_LIMIT, SP_E_NOMEM. */
int sp_trace_prepare(struct sp_bundle *bundle, struct sp_error *err);

void sp_trace_start(struct sp_trace *trace, bool off);
void sp_trace_add(struct sp_trace *trace, const struct sp_trace_entry *entry);
/* Close the array and copy it into `arena`. SP_E_LIMIT, SP_E_NOMEM. */
int sp_trace_finish(struct sp_trace *trace, struct sp_arena *arena, const char **out, size_t *len,
                    struct sp_error *err);
void sp_trace_free(struct sp_trace *trace);

#endif
