#include "domain/alarm_parts.h"

#include "base/text.h"
#include <stdlib.h>
#include <string.h>

static const struct sp_alarm_rule store_rule = {.severity = SP_ALARM_CRITICAL, .owner = SP_ALARM_HQ};

/* ---- Entries ---- */

struct sp_alarm_entry *sp_alarm_entry_find(struct sp_alarm_set *set, const char *till, const char *device,
                                           enum sp_alarm_fault fault) {
  for (size_t i = 0; i < SP_ALARM_KEYS; i++) {
    struct sp_alarm_entry *entry = &set->entries[i];
    const struct sp_alarm_key *key = &entry->alarm.key;
    if (entry->used && key->fault == fault && strcmp(key->device, device) == 0 && strcmp(key->till, till) == 0)
      return entry;
  }
  return NULL;
}

struct sp_alarm_entry *sp_alarm_entry_need(struct sp_alarm_set *set, const char *till, const char *device,
                                           enum sp_alarm_fault fault) {
  struct sp_alarm_entry *entry = sp_alarm_entry_find(set, till, device, fault);
  if (entry) return entry;
  for (size_t i = 0; i < SP_ALARM_KEYS && !entry; i++)
    if (!set->entries[i].used) entry = &set->entries[i];
  if (!entry) return NULL;
  *entry = (struct sp_alarm_entry){.used = true, .alarm = {.key = {.fault = fault}}};
  sp_text_copy(entry->alarm.key.till, sizeof entry->alarm.key.till, till);
  sp_text_copy(entry->alarm.key.device, sizeof entry->alarm.key.device, device);
  set->used++;
  return entry;
}

static void drop(struct sp_alarm_set *set, struct sp_alarm_entry *entry) {
  entry->used = false;
  entry->open = false;
  set->used--;
}

static bool is_group(const struct sp_alarm_entry *entry) {
  return entry->alarm.key.device[0] == '\0';
}

static const struct sp_alarm_rule *rule_of(const struct sp_alarm_entry *entry) {
  return is_group(entry) ? &store_rule : sp_alarm_rule_of(entry->alarm.key.fault, entry->printer);
}

void sp_alarm_entry_say(struct sp_alarm_entry *entry, enum sp_alarm_source source, bool present, int64_t now) {
  bool was = entry->sources != 0;
  if (present)
    entry->sources |= (unsigned)source;
  else
    entry->sources &= ~(unsigned)source;
  bool is = entry->sources != 0;
  if (entry->unsure) { /* what was before the start and what is now are one fault */
    entry->unsure = false;
    if (!is) entry->gone_at = now;
    return;
  }
  if (is && !was && entry->open && !rule_of(entry)->roll) entry->again++;
  if (is && !was && !entry->open) entry->since = now;
  if (!is && was) entry->gone_at = now;
}

/* ---- Changes ---- */

static bool tell(struct sp_alarm_set *set, struct sp_alarm_entry *entry, enum sp_alarm_change_kind kind,
                 struct sp_alarm *next, bool quiet, int64_t now) {
  next->n++;
  next->changed_at = now;
  memcpy(next->detail, entry->detail, sizeof next->detail);
  memcpy(next->job, entry->job, sizeof next->job);
  const struct sp_alarm_change change = {.kind = kind, .alarm = *next, .quiet = quiet};
  if (!set->options.emit(set->options.ctx, &change)) return false;
  entry->alarm = *next;
  entry->told_at = now;
  return true;
}

/* How bad it is by now, and whose. */
static void grade(const struct sp_alarm_entry *entry, int64_t now, struct sp_alarm *out) {
  const struct sp_alarm_rule *rule = rule_of(entry);
  enum sp_alarm_severity severity = rule->severity;
  enum sp_alarm_owner owner = rule->owner;
  for (int i = 0; i < SP_ALARM_STEPS; i++) {
    const struct sp_alarm_step *step = &rule->steps[i];
    if (step->after_ms == 0 || now - entry->since < step->after_ms) continue;
    severity = step->severity;
    owner = step->owner;
  }
  if (severity < out->severity) return; /* it does not get better before it is over */
  out->severity = severity;
  out->owner = owner;
}

static void settle_raise(struct sp_alarm_set *set, struct sp_alarm_entry *entry, int64_t now) {
  const struct sp_alarm_rule *rule = rule_of(entry);
  int64_t wait = rule->job_hurries && entry->job_waits ? 0 : rule->raise_ms;
  if (rule->reconnects && wait < SP_ALARM_STEADY_MS && sp_alarm_is_flapping(set, &entry->alarm.key))
    wait = SP_ALARM_STEADY_MS;
  if (now - entry->since < wait) return;
  struct sp_alarm next = {.key = entry->alarm.key, .raised_at = now, .count = 1};
  int rc = set->options.id ? set->options.id(set->options.ctx, now, &next.id) : sp_id_new(now, &next.id);
  if (rc != 0) return;
  next.quiet = !is_group(entry) && sp_alarm_is_grouped(set, next.key.fault);
  grade(entry, now, &next);
  if (!tell(set, entry, SP_ALARM_IS_RAISED, &next, next.quiet, now)) return;
  entry->open = true;
  entry->seen = false;
  entry->again = 0;
  entry->rolled_at = 0;
  set->regroup = true;
}

static bool is_over(const struct sp_alarm_entry *entry, int64_t now) {
  if (entry->sources != 0) return false;
  const struct sp_alarm_rule *rule = rule_of(entry);
  int64_t gone = now - entry->gone_at;
  if (!rule->roll || gone >= SP_ALARM_ROLL_MS) return gone >= (rule->clear_ms ? rule->clear_ms : SP_ALARM_CLEAR_MS);
  return entry->rolled_at != 0 && entry->gone_at <= entry->rolled_at + SP_ALARM_COVER_MS && gone >= SP_ALARM_CLEAR_MS;
}

static void settle_clear(struct sp_alarm_set *set, struct sp_alarm_entry *entry, int64_t now) {
  struct sp_alarm next = entry->alarm;
  next.state = SP_ALARM_CLEARED;
  next.cleared_at = now;
  if (!tell(set, entry, SP_ALARM_IS_CLEARED, &next, next.quiet, now)) return;
  drop(set, entry);
  set->regroup = true;
}

static void settle_seen(struct sp_alarm_set *set, struct sp_alarm_entry *entry, int64_t now) {
  struct sp_alarm next = entry->alarm;
  if (!entry->seen || next.state != SP_ALARM_RAISED) return;
  next.state = SP_ALARM_ACKNOWLEDGED;
  (void)tell(set, entry, SP_ALARM_IS_ACKNOWLEDGED, &next, next.quiet, now);
}

static void settle_open(struct sp_alarm_set *set, struct sp_alarm_entry *entry, int64_t now) {
  struct sp_alarm next = entry->alarm;
  if (entry->sources != 0) grade(entry, now, &next);
  bool worse = next.severity != entry->alarm.severity || next.owner != entry->alarm.owner;
  bool again = entry->again > 0 && now - entry->told_at >= SP_ALARM_REPEAT_MS &&
               !(rule_of(entry)->reconnects && sp_alarm_is_flapping(set, &next.key));
  if (!worse && !again) return;
  bool quiet = next.quiet || (!is_group(entry) && sp_alarm_is_grouped(set, next.key.fault));
  next.count += entry->again;
  if (!tell(set, entry, worse ? SP_ALARM_IS_ESCALATED : SP_ALARM_IS_REPEATED, &next, quiet, now)) return;
  entry->again = 0;
}

void sp_alarm_entry_settle(struct sp_alarm_set *set, struct sp_alarm_entry *entry, int64_t now) {
  if (!entry->open) {
    if (entry->sources != 0)
      settle_raise(set, entry, now);
    else
      drop(set, entry);
    return;
  }
  settle_seen(set, entry, now);
  if (entry->unsure) {
    if (now - entry->restored_at < SP_ALARM_CONFIRM_MS) return;
    entry->unsure = false;
    set->regroup = true;
    if (!is_group(entry)) entry->sources = 0; /* a group's tills say what becomes of it */
    entry->gone_at = now;
  }
  if (is_over(entry, now))
    settle_clear(set, entry, now);
  else
    settle_open(set, entry, now);
}

/* ---- Time ---- */

static void shift(int64_t *time, int64_t old, int64_t by) {
  if (*time != 0 && *time <= old) *time += by;
}

/* A clock that was put back takes what waits with it; what lies ahead by its date stays. */
static void clock_is(struct sp_alarm_set *set, int64_t now) {
  int64_t old = set->now, by = now - old;
  set->now = now;
  if (old == 0 || by >= 0) return;
  for (size_t i = 0; i < SP_ALARM_KEYS; i++) {
    struct sp_alarm_entry *entry = &set->entries[i];
    shift(&entry->since, old, by);
    shift(&entry->gone_at, old, by);
    shift(&entry->rolled_at, old, by);
    shift(&entry->restored_at, old, by);
    shift(&entry->told_at, old, by);
  }
  for (size_t i = 0; i < SP_ALARM_DEVICES; i++) {
    shift(&set->flaps[i].last, old, by);
    for (size_t j = 0; j <= SP_ALARM_FLAPS; j++)
      shift(&set->flaps[i].times[j], old, by);
  }
}

void sp_alarm_tick(struct sp_alarm_set *set, int64_t now) {
  clock_is(set, now);
  for (size_t i = 0; i < SP_ALARM_KEYS; i++)
    if (set->entries[i].used) sp_alarm_entry_settle(set, &set->entries[i], now);
  sp_alarm_flaps_tick(set, now);
  sp_alarm_groups_look(set, now);
}

/* ---- What goes in ---- */

static void facts_take(struct sp_alarm_entry *entry, const struct sp_alarm_fact *fact) {
  const struct sp_alarm_rule *rule = sp_alarm_rule_of(fact->fault, fact->printer);
  bool other = rule->counts && entry->open && entry->sources && fact->job && strcmp(fact->job, entry->job) != 0;
  entry->job_waits = fact->job_waits;
  entry->printer = fact->printer;
  if (!fact->present) return;
  if (other) entry->again++;
  sp_text_copy(entry->detail, sizeof entry->detail, fact->detail);
  sp_text_copy(entry->job, sizeof entry->job, fact->job);
}

/* Paper that was out or uncovered may be another roll. */
static void roll_note(struct sp_alarm_set *set, const struct sp_alarm_key *key, int64_t now) {
  if (key->fault != SP_ALARM_COVER && key->fault != SP_ALARM_PAPER_OUT) return;
  struct sp_alarm_entry *low = sp_alarm_entry_find(set, key->till, key->device, SP_ALARM_PAPER_LOW);
  if (low && low->open) low->rolled_at = now;
}

int sp_alarm_feed(struct sp_alarm_set *set, const struct sp_alarm_fact *fact, int64_t now) {
  struct sp_alarm_key key = {.fault = fact->fault};
  sp_text_copy(key.till, sizeof key.till, fact->till);
  sp_text_copy(key.device, sizeof key.device, fact->device);
  if (key.device[0] == '\0' || (unsigned)key.fault >= SP_ALARM_FAULTS) return SP_E_INVALID;
  clock_is(set, now);
  struct sp_alarm_entry *entry = fact->present ? sp_alarm_entry_need(set, key.till, key.device, key.fault)
                                               : sp_alarm_entry_find(set, key.till, key.device, key.fault);
  if (!entry) return fact->present ? SP_E_LIMIT : 0;
  bool was = (entry->sources & SP_ALARM_BY_DEVICE) != 0, unsure = entry->unsure;
  if (fact->present != was || unsure) roll_note(set, &key, now);
  facts_take(entry, fact);
  sp_alarm_entry_say(entry, SP_ALARM_BY_DEVICE, fact->present, now);
  if (fact->present && fact->since != 0) entry->since = fact->since;
  if (fact->present && !was && sp_alarm_rule_of(key.fault, false)->reconnects) sp_alarm_flap(set, &key, now);
  sp_alarm_entry_settle(set, entry, now);
  sp_alarm_groups_look(set, now);
  return 0;
}

void sp_alarm_forget(struct sp_alarm_set *set, const char *till, const char *device, int64_t now) {
  clock_is(set, now);
  sp_alarm_flaps_forget(set, till, device);
  for (size_t i = 0; i < SP_ALARM_KEYS; i++) {
    struct sp_alarm_entry *entry = &set->entries[i];
    const struct sp_alarm_key *key = &entry->alarm.key;
    if (!entry->used || strcmp(key->device, device) != 0 || strcmp(key->till, till) != 0) continue;
    entry->unsure = false;
    entry->sources = 0;
    entry->gone_at = now - SP_ALARM_ROLL_MS;
    sp_alarm_entry_settle(set, entry, now);
  }
  sp_alarm_groups_look(set, now);
}

int sp_alarm_acknowledge(struct sp_alarm_set *set, const struct sp_id *id, int64_t now) {
  for (size_t i = 0; i < SP_ALARM_KEYS; i++) {
    struct sp_alarm_entry *entry = &set->entries[i];
    if (!entry->used || !entry->open || !sp_id_equal(&entry->alarm.id, id)) continue;
    clock_is(set, now);
    entry->seen = true;
    sp_alarm_entry_settle(set, entry, now);
    sp_alarm_groups_look(set, now);
    return 0;
  }
  return SP_E_NOT_FOUND;
}

int sp_alarm_restore(struct sp_alarm_set *set, const struct sp_alarm *alarm, int64_t now) {
  const struct sp_alarm_key *key = &alarm->key;
  clock_is(set, now);
  if (sp_alarm_entry_find(set, key->till, key->device, key->fault)) return SP_E_EXISTS;
  struct sp_alarm_entry *entry = sp_alarm_entry_need(set, key->till, key->device, key->fault);
  if (!entry) return SP_E_LIMIT;
  entry->open = true;
  entry->unsure = true;
  entry->alarm = *alarm;
  entry->sources = is_group(entry) ? SP_ALARM_BY_GROUP : SP_ALARM_BY_DEVICE;
  entry->seen = alarm->state != SP_ALARM_RAISED;
  entry->restored_at = now;
  entry->since = alarm->raised_at < now ? alarm->raised_at : now;
  entry->told_at = now;
  memcpy(entry->detail, alarm->detail, sizeof entry->detail);
  memcpy(entry->job, alarm->job, sizeof entry->job);
  return 0;
}

/* ---- The set ---- */

int sp_alarm_set_new(const struct sp_alarm_options *options, struct sp_alarm_set **out) {
  struct sp_alarm_set *set = calloc(1, sizeof *set);
  if (!set) return SP_E_NOMEM;
  set->options = *options;
  *out = set;
  return 0;
}

void sp_alarm_set_free(struct sp_alarm_set *set) {
  free(set);
}

const struct sp_alarm *sp_alarm_open_at(const struct sp_alarm_set *set, size_t *index) {
  while (*index < SP_ALARM_KEYS) {
    const struct sp_alarm_entry *entry = &set->entries[(*index)++];
    if (entry->used && entry->open) return &entry->alarm;
  }
  return NULL;
}

size_t sp_alarm_used(const struct sp_alarm_set *set) {
  return set->used;
}
