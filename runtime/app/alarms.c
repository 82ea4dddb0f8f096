#include "app/alarms.h"

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX 80
#define WHY_MAX  1024

struct counted {
  char rule[NAME_MAX];
  int64_t count, logged_at;
  bool paper, failing; /* it prints receipts; its last answer was none */
  bool whole;          /* not a rule but the hook: an evaluation that comes about mends it */
  int64_t failed_at;
  char why[SP_ALARM_WHY_MAX + 1];
};

struct sp_alarms {
  pthread_mutex_t lock;
  int used;
  struct counted rules[SP_ALARM_RULES + 1]; /* the last one: all others */
};

int sp_alarms_new(struct sp_alarms **out) {
  struct sp_alarms *alarms = calloc(1, sizeof *alarms);
  if (alarms == NULL) return SP_E_NOMEM;
  if (pthread_mutex_init(&alarms->lock, NULL) != 0) {
    free(alarms);
    return SP_E_NOMEM;
  }
  snprintf(alarms->rules[SP_ALARM_RULES].rule, NAME_MAX, "other");
  *out = alarms;
  return 0;
}

void sp_alarms_free(struct sp_alarms *alarms) {
  if (alarms == NULL) return;
  pthread_mutex_destroy(&alarms->lock);
  free(alarms);
}

static struct counted *find(struct sp_alarms *alarms, const char *rule) {
  for (int i = 0; i < alarms->used; i++) {
    if (strcmp(alarms->rules[i].rule, rule) == 0) return &alarms->rules[i];
  }
  return NULL;
}

static struct counted *place(struct sp_alarms *alarms, const char *rule) {
  struct counted *found = find(alarms, rule);
  if (found != NULL) return found;
  if (alarms->used == SP_ALARM_RULES || strlen(rule) >= NAME_MAX) return &alarms->rules[SP_ALARM_RULES];
  struct counted *added = &alarms->rules[alarms->used++];
  snprintf(added->rule, sizeof added->rule, "%s", rule);
  return added;
}

/* Is it time to say so again? */
static bool count(struct sp_alarms *alarms, const char *rule, int64_t now) {
  if (alarms == NULL) return true;
  pthread_mutex_lock(&alarms->lock);
  struct counted *counted = place(alarms, rule);
  bool due = counted->count == 0 || now - counted->logged_at >= SP_ALARM_EVERY_MS || now < counted->logged_at;
  counted->count++;
  if (due) counted->logged_at = now;
  pthread_mutex_unlock(&alarms->lock);
  return due;
}

void sp_alarms_add(struct sp_alarms *alarms, const char *rule, const char *campaign, const char *why, int64_t now) {
  if (!count(alarms, rule, now)) return;
  sp_log(SP_LOG_WARN, "rules", "rule %s of campaign %s failed and was skipped: %s", rule, campaign, why);
}

void sp_alarms_raise(struct sp_alarms *alarms, const char *trace, size_t len, int64_t now) {
  struct cJSON *tree = NULL;
  const struct cJSON *entry = NULL;
  if (sp_json_parse(trace, len, &tree, NULL) != 0) return;
  cJSON_ArrayForEach(entry, tree) {
    const char *outcome = "", *rule = "", *campaign = "", *why = "";
    sp_json_get_text(entry, "outcome", SP_OPTIONAL, 40, &outcome, NULL);
    if (strcmp(outcome, "error") != 0) continue;
    sp_json_get_text(entry, "rule", SP_OPTIONAL, NAME_MAX, &rule, NULL);
    sp_json_get_text(entry, "campaign", SP_OPTIONAL, NAME_MAX, &campaign, NULL);
    sp_json_get_text(entry, "why", SP_OPTIONAL, WHY_MAX, &why, NULL);
    sp_alarms_add(alarms, rule, campaign, why, now);
  }
  sp_json_free(tree);
}

/* ---- Rules of paper ---- */

static void paper_failed(struct sp_alarms *alarms, const char *rule, bool whole, const char *why, int64_t now) {
  if (alarms == NULL) return;
  pthread_mutex_lock(&alarms->lock);
  struct counted *counted = find(alarms, rule);
  if (counted != NULL) { /* the rest count together, and nobody knows which it is */
    counted->paper = counted->failing = true;
    counted->whole = whole;
    counted->failed_at = now;
    size_t len = strnlen(why, sizeof counted->why - 1);
    if (why[len] != '\0') len = sp_utf8_cut(why, len);
    memcpy(counted->why, why, len);
    counted->why[len] = '\0';
  }
  pthread_mutex_unlock(&alarms->lock);
}

static bool any_failing(struct sp_alarms *alarms) {
  bool any = false;
  pthread_mutex_lock(&alarms->lock);
  for (int i = 0; i < alarms->used && !any; i++)
    any = alarms->rules[i].failing;
  pthread_mutex_unlock(&alarms->lock);
  return any;
}

/* Its last word in this evaluation: a rule of two campaigns is well when both are. */
static bool is_well(const struct cJSON *trace, const char *rule, bool *asked) {
  const struct cJSON *entry = NULL;
  *asked = false;
  cJSON_ArrayForEach(entry, trace) {
    const char *outcome = "", *name = "";
    sp_json_get_text(entry, "rule", SP_OPTIONAL, NAME_MAX, &name, NULL);
    sp_json_get_text(entry, "outcome", SP_OPTIONAL, 40, &outcome, NULL);
    if (strcmp(name, rule) != 0) continue;
    *asked = true;
    if (strcmp(outcome, "error") == 0) return false;
  }
  return true;
}

static void paper_mend(struct sp_alarms *alarms, const struct cJSON *trace, int64_t now) {
  pthread_mutex_lock(&alarms->lock);
  for (int i = 0; i < alarms->used; i++) {
    struct counted *counted = &alarms->rules[i];
    bool asked = false;
    if (!counted->failing || !is_well(trace, counted->rule, &asked)) continue;
    bool unasked = now - counted->failed_at >= SP_ALARM_UNASKED_MS || now < counted->failed_at;
    if (asked || counted->whole || unasked) counted->failing = false;
  }
  pthread_mutex_unlock(&alarms->lock);
}

void sp_alarms_paper(struct sp_alarms *alarms, const char *trace, size_t len, int failed, int64_t now) {
  struct cJSON *tree = NULL;
  const struct cJSON *entry = NULL;
  if (failed > 0) sp_alarms_raise(alarms, trace, len, now);
  if (alarms == NULL || (failed == 0 && !any_failing(alarms)) || sp_json_parse(trace, len, &tree, NULL) != 0) return;
  cJSON_ArrayForEach(entry, tree) {
    const char *outcome = "", *rule = "", *why = "";
    sp_json_get_text(entry, "outcome", SP_OPTIONAL, 40, &outcome, NULL);
    sp_json_get_text(entry, "rule", SP_OPTIONAL, NAME_MAX, &rule, NULL);
    sp_json_get_text(entry, "why", SP_OPTIONAL, WHY_MAX, &why, NULL);
    if (strcmp(outcome, "error") == 0) paper_failed(alarms, rule, false, why, now);
  }
  paper_mend(alarms, tree, now);
  sp_json_free(tree);
}

void sp_alarms_paper_lost(struct sp_alarms *alarms, const char *hook, const char *why, int64_t now) {
  sp_alarms_add(alarms, hook, "", why, now);
  paper_failed(alarms, hook, true, why, now);
}

bool sp_alarms_paper_at(struct sp_alarms *alarms, int *index, struct sp_paper_rule *out) {
  bool found = false;
  if (alarms == NULL) return false;
  pthread_mutex_lock(&alarms->lock);
  while (*index < alarms->used && !found) {
    const struct counted *counted = &alarms->rules[(*index)++];
    found = counted->paper;
    if (!found) continue;
    out->failing = counted->failing;
    memcpy(out->rule, counted->rule, sizeof out->rule);
    memcpy(out->why, counted->why, sizeof out->why);
  }
  pthread_mutex_unlock(&alarms->lock);
  return found;
}

int64_t sp_alarms_count(struct sp_alarms *alarms, const char *rule) {
  pthread_mutex_lock(&alarms->lock);
  const struct counted *found = find(alarms, rule);
  int64_t result = found != NULL ? found->count : -1;
  pthread_mutex_unlock(&alarms->lock);
  return result;
}

static void write_one(const struct counted *counted, struct sp_buf *out) {
  if (counted->count == 0) return;
  sp_buf_printf(out, "suanpan_rule_failures_total{rule=\"%s\"} %" PRId64 "\n", counted->rule, counted->count);
}

void sp_alarms_metrics(struct sp_alarms *alarms, struct sp_buf *out) {
  sp_buf_puts(out, "# HELP suanpan_rule_failures_total Evaluations in which a rule failed and was skipped\n"
                   "# TYPE suanpan_rule_failures_total counter\n");
  if (alarms == NULL) return;
  pthread_mutex_lock(&alarms->lock);
  for (int i = 0; i < alarms->used; i++)
    write_one(&alarms->rules[i], out);
  write_one(&alarms->rules[SP_ALARM_RULES], out);
  pthread_mutex_unlock(&alarms->lock);
}
