/* Alarms of rules: a rule that fails is skipped and the sale goes on, so somebody must hear its name.
 *
 * Each failure is counted by rule for /metrics and logged with campaign, file and line, a rule at most once a minute.
 * Bounded: SP_ALARM_RULES rules are told apart, the rest count together as "other". One lock, held for a few compares.
 * Any thread.
 */
#ifndef SP_APP_ALARMS_H
#define SP_APP_ALARMS_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

#define SP_ALARM_RULES    64
#define SP_ALARM_EVERY_MS 60000

struct sp_alarms;

int sp_alarms_new(struct sp_alarms **out); /* SP_E_NOMEM */
void sp_alarms_free(struct sp_alarms *alarms);

/* One failure; `why` is a sentence with the file and line. Without `alarms` (null) it is only logged. */
void sp_alarms_add(struct sp_alarms *alarms, const char *rule, const char *campaign, const char *why, int64_t now);
/* Every failure a trace tells of (engine/trace.h: outcome "error"). */
void sp_alarms_raise(struct sp_alarms *alarms, const char *trace, size_t len, int64_t now);

/* Failures of one rule since the start, −1 when it is not told apart. */
int64_t sp_alarms_count(struct sp_alarms *alarms, const char *rule);
/* Prometheus text: suanpan_rule_failures_total{rule="…"}. */
void sp_alarms_metrics(struct sp_alarms *alarms, struct sp_buf *out);

#endif
