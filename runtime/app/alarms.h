/* Alarms of rules: a rule that fails is skipped and the sale goes on, so somebody must hear its name.
 *
 * Each failure is counted by rule for /metrics and logged with campaign, file and line, a rule at most once a minute.
 * A rule of paper (receipt.layout) fails in front of nobody: the till prints the built-in layout. So it is followed,
 * too: failing since an answer that was none, well again with the next one that is, or when it was asked no more for an
 * hour. Whoever has alarms that people see asks for it with sp_alarms_paper_at.
 *
 * Bounded: SP_ALARM_RULES rules are told apart, the rest count together as "other". One lock, held for a few compares.
 * Any thread.
 */
#ifndef SP_APP_ALARMS_H
#define SP_APP_ALARMS_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_ALARM_RULES      64
#define SP_ALARM_EVERY_MS   60000
#define SP_ALARM_UNASKED_MS 3600000
#define SP_ALARM_WHY_MAX    159

struct sp_alarms;

int sp_alarms_new(struct sp_alarms **out); /* SP_E_NOMEM */
void sp_alarms_free(struct sp_alarms *alarms);

/* One failure; `why` is a sentence with the file and line. Without `alarms` (null) it is only logged. */
void sp_alarms_add(struct sp_alarms *alarms, const char *rule, const char *campaign, const char *why, int64_t now);
/* Every failure a trace tells of (engine/trace.h: outcome "error"). */
void sp_alarms_raise(struct sp_alarms *alarms, const char *trace, size_t len, int64_t now);

/* How the rules of paper did in one evaluation: those that failed are counted, those that answered are well again.
 * `failed`: how many did; with none, and none failing before, the trace is not read. */
void sp_alarms_paper(struct sp_alarms *alarms, const char *trace, size_t len, int failed, int64_t now);
/* The evaluation itself failed, for all of them: counted and followed under the hook's name. */
void sp_alarms_paper_lost(struct sp_alarms *alarms, const char *hook, const char *why, int64_t now);

struct sp_paper_rule {
  char rule[80];
  bool failing;
  char why[SP_ALARM_WHY_MAX + 1];
};
/* The next rule of paper that ever failed, from `*index` (0 and up); false at the end. Null `alarms`: none. */
bool sp_alarms_paper_at(struct sp_alarms *alarms, int *index, struct sp_paper_rule *out);

/* Failures of one rule since the start, −1 when it is not told apart. */
int64_t sp_alarms_count(struct sp_alarms *alarms, const char *rule);
/* Prometheus text: suanpan_rule_failures_total{rule="…"}. */
void sp_alarms_metrics(struct sp_alarms *alarms, struct sp_buf *out);

#endif
