/* Devices whose link comes and goes: one alarm instead of many. */
#include "domain/alarm_parts.h"
#include <string.h>

#define TOGETHER_MS 1000 /* link and silent told together are one loss */

static const struct sp_alarm_flaps *find(const struct sp_alarm_set *set, const char *till, const char *device) {
  for (size_t i = 0; i < SP_ALARM_DEVICES; i++) {
    const struct sp_alarm_flaps *flaps = &set->flaps[i];
    if (flaps->last && strcmp(flaps->device, device) == 0 && strcmp(flaps->till, till) == 0) return flaps;
  }
  return NULL;
}

static struct sp_alarm_flaps *find_mutable(struct sp_alarm_set *set, const char *till, const char *device) {
  const struct sp_alarm_flaps *flaps = find(set, till, device);
  return flaps ? &set->flaps[flaps - set->flaps] : NULL;
}

/* A free place, or that of the device that has been well for longest. */
static struct sp_alarm_flaps *take(struct sp_alarm_set *set, const struct sp_alarm_key *key) {
  struct sp_alarm_flaps *place = &set->flaps[0];
  for (size_t i = 1; i < SP_ALARM_DEVICES; i++)
    if (set->flaps[i].last < place->last) place = &set->flaps[i];
  if (place->flapping) return NULL; /* that many devices flap: this one's alarms come one by one */
  *place = (struct sp_alarm_flaps){.last = 0};
  memcpy(place->till, key->till, sizeof place->till);
  memcpy(place->device, key->device, sizeof place->device);
  return place;
}

bool sp_alarm_is_flapping(const struct sp_alarm_set *set, const struct sp_alarm_key *key) {
  const struct sp_alarm_flaps *flaps = find(set, key->till, key->device);
  return flaps && flaps->flapping;
}

static void say(struct sp_alarm_set *set, const struct sp_alarm_flaps *flaps, bool present, int64_t now) {
  static const char detail[] = "flapping";
  struct sp_alarm_entry *entry = present ? sp_alarm_entry_need(set, flaps->till, flaps->device, SP_ALARM_GARBLED)
                                         : sp_alarm_entry_find(set, flaps->till, flaps->device, SP_ALARM_GARBLED);
  if (!entry) return;
  if (present && entry->sources == 0) memcpy(entry->detail, detail, sizeof detail);
  sp_alarm_entry_say(entry, SP_ALARM_BY_FLAPPING, present, now);
  sp_alarm_entry_settle(set, entry, now);
}

void sp_alarm_flap(struct sp_alarm_set *set, const struct sp_alarm_key *key, int64_t now) {
  struct sp_alarm_flaps *flaps = find_mutable(set, key->till, key->device);
  if (!flaps) flaps = take(set, key);
  if (!flaps) return;
  if (flaps->last && now - flaps->last < TOGETHER_MS) return;
  flaps->last = now;
  flaps->times[flaps->at] = now;
  flaps->at = (flaps->at + 1) % (SP_ALARM_FLAPS + 1);
  int64_t oldest = flaps->times[flaps->at]; /* of the last SP_ALARM_FLAPS + 1; 0: there were fewer */
  if (flaps->flapping || !oldest || now - oldest > SP_ALARM_FLAP_MS) return;
  flaps->flapping = true;
  say(set, flaps, true, now);
}

void sp_alarm_flaps_tick(struct sp_alarm_set *set, int64_t now) {
  for (size_t i = 0; i < SP_ALARM_DEVICES; i++) {
    struct sp_alarm_flaps *flaps = &set->flaps[i];
    if (!flaps->last || now - flaps->last < SP_ALARM_FLAP_MS) continue;
    if (flaps->flapping) say(set, flaps, false, now);
    *flaps = (struct sp_alarm_flaps){.last = 0};
  }
}

void sp_alarm_flaps_forget(struct sp_alarm_set *set, const char *till, const char *device) {
  struct sp_alarm_flaps *flaps = find_mutable(set, till, device);
  if (flaps) *flaps = (struct sp_alarm_flaps){.last = 0};
}
