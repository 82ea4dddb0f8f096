/* The insides of a set of alarms; private to domain/alarm*.c. */
#ifndef SP_DOMAIN_ALARM_PARTS_H
#define SP_DOMAIN_ALARM_PARTS_H

#include "domain/alarm.h"

/* Who says that a fault is there. A device that flaps may send bad frames as well: gone when nobody says so. */
enum sp_alarm_source { SP_ALARM_BY_DEVICE = 1, SP_ALARM_BY_FLAPPING = 2, SP_ALARM_BY_GROUP = 4 };

struct sp_alarm_entry {
  bool used, open;
  bool unsure;      /* restored, and nothing said since */
  bool seen;        /* acknowledged, perhaps not told yet */
  unsigned sources; /* 0: the fault is not there */
  bool job_waits, printer;
  int64_t since;     /* the fault began */
  int64_t gone_at;   /* … and went; of no meaning while it is there */
  int64_t rolled_at; /* of paper low: the cover was open or the paper out; 0: never */
  int64_t restored_at;
  int64_t told_at; /* of the last change: repetitions are held back from there */
  int64_t again;   /* repetitions not told yet */
  char detail[SP_ALARM_DETAIL_MAX + 1];
  char job[SP_ALARM_JOB_MAX + 1];
  struct sp_alarm alarm; /* key always; the rest while open */
};

/* A device that lost its link lately: the times of its last losses, the oldest overwritten. */
struct sp_alarm_flaps {
  char till[SP_ALARM_TILL_MAX + 1], device[SP_ALARM_DEVICE_MAX + 1];
  int64_t times[SP_ALARM_FLAPS + 1];
  int64_t last; /* 0: the place is free */
  unsigned at;
  bool flapping;
};

struct sp_alarm_set {
  struct sp_alarm_options options;
  int64_t now;
  bool regroup; /* something was raised or cleared since groups were looked at */
  size_t used;
  struct sp_alarm_entry entries[SP_ALARM_KEYS];
  struct sp_alarm_flaps flaps[SP_ALARM_DEVICES];
};

/* alarm.c: what one entry becomes now. */
struct sp_alarm_entry *sp_alarm_entry_find(struct sp_alarm_set *set, const char *till, const char *device,
                                           enum sp_alarm_fault fault);
/* The entry of a key, a new one if need be; null when all are taken. */
struct sp_alarm_entry *sp_alarm_entry_need(struct sp_alarm_set *set, const char *till, const char *device,
                                           enum sp_alarm_fault fault);
void sp_alarm_entry_say(struct sp_alarm_entry *entry, enum sp_alarm_source source, bool present, int64_t now);
void sp_alarm_entry_settle(struct sp_alarm_set *set, struct sp_alarm_entry *entry, int64_t now);

/* alarm_flap.c */
bool sp_alarm_is_flapping(const struct sp_alarm_set *set, const struct sp_alarm_key *key);
void sp_alarm_flap(struct sp_alarm_set *set, const struct sp_alarm_key *key, int64_t now); /* its link was lost */
void sp_alarm_flaps_tick(struct sp_alarm_set *set, int64_t now);
void sp_alarm_flaps_forget(struct sp_alarm_set *set, const char *till, const char *device);

/* alarm_group.c */
bool sp_alarm_is_grouped(struct sp_alarm_set *set, enum sp_alarm_fault fault); /* the store's alarm of it is open */
void sp_alarm_groups_look(struct sp_alarm_set *set, int64_t now);

#endif
