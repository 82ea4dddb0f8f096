/* The same fault on several tills has one cause: the network, the power. */
#include "domain/alarm_parts.h"
#include <stdio.h>
#include <string.h>

static bool counts(const struct sp_alarm_entry *entry, enum sp_alarm_fault fault, int64_t from, int64_t to) {
  const struct sp_alarm *alarm = &entry->alarm;
  return entry->used && entry->open && alarm->key.fault == fault && alarm->key.till[0] != '\0' &&
         alarm->raised_at >= from && alarm->raised_at <= to;
}

/* Tills with an open alarm of the fault that was raised in from..to, each counted at its first entry. */
static int tills_with(const struct sp_alarm_set *set, enum sp_alarm_fault fault, int64_t from, int64_t to) {
  int tills = 0;
  for (size_t i = 0; i < SP_ALARM_KEYS; i++) {
    if (!counts(&set->entries[i], fault, from, to)) continue;
    bool first = true;
    for (size_t j = 0; j < i && first; j++)
      first = !counts(&set->entries[j], fault, from, to) ||
              strcmp(set->entries[j].alarm.key.till, set->entries[i].alarm.key.till) != 0;
    tills += first;
  }
  return tills;
}

/* Did SP_ALARM_TILLS tills get it within SP_ALARM_GROUP_MS? Each alarm in turn is taken for the last of them. */
static int tills_together(const struct sp_alarm_set *set, enum sp_alarm_fault fault) {
  for (size_t i = 0; i < SP_ALARM_KEYS; i++) {
    int64_t last = set->entries[i].alarm.raised_at;
    if (!counts(&set->entries[i], fault, last, last)) continue;
    int tills = tills_with(set, fault, last - SP_ALARM_GROUP_MS, last);
    if (tills >= SP_ALARM_TILLS) return tills;
  }
  return 0;
}

bool sp_alarm_is_grouped(struct sp_alarm_set *set, enum sp_alarm_fault fault) {
  const struct sp_alarm_entry *entry = sp_alarm_entry_find(set, "", "", fault);
  return entry && entry->open;
}

static void look(struct sp_alarm_set *set, enum sp_alarm_fault fault, int64_t now) {
  struct sp_alarm_entry *group = sp_alarm_entry_find(set, "", "", fault);
  if (group && group->unsure) return; /* its tills are not sure yet either */
  int tills = group && group->sources ? tills_with(set, fault, INT64_MIN, INT64_MAX) : tills_together(set, fault);
  bool present = tills >= SP_ALARM_TILLS;
  if (!present && !group) return;
  if (!group) group = sp_alarm_entry_need(set, "", "", fault);
  if (!group) return;
  if (present && !group->open) snprintf(group->detail, sizeof group->detail, "%d tills", tills);
  sp_alarm_entry_say(group, SP_ALARM_BY_GROUP, present, now);
  sp_alarm_entry_settle(set, group, now);
}

void sp_alarm_groups_look(struct sp_alarm_set *set, int64_t now) {
  if (!set->regroup) return;
  set->regroup = false;
  for (int fault = 0; fault < SP_ALARM_FAULTS; fault++)
    if (sp_alarm_rule_of((enum sp_alarm_fault)fault, false)->groups) look(set, (enum sp_alarm_fault)fault, now);
  set->regroup = false; /* what the groups did does not count for groups */
}
