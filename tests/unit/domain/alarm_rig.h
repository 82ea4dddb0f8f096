/* A set of alarms on a clock of the test's own. */
#ifndef SP_TESTS_UNIT_DOMAIN_ALARM_RIG_H
#define SP_TESTS_UNIT_DOMAIN_ALARM_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/alarm.h"
#include <stdlib.h>
#include <string.h>

#define START INT64_C(1763780400000)
#define LOG   4096
#define DAY   INT64_C(86400000)

struct rig {
  struct sp_alarm_set *set;
  int64_t now;
  uint64_t ids;
  bool full; /* emit takes nothing */
  int count;
  struct sp_alarm_change log[LOG];
};

static inline bool emit(void *ctx, const struct sp_alarm_change *change) {
  struct rig *rig = ctx;
  if (rig->full) return false;
  assert_true(rig->count < LOG);
  rig->log[rig->count++] = *change;
  return true;
}

static inline int next_id(void *ctx, int64_t now, struct sp_id *out) {
  struct rig *rig = ctx;
  (void)now;
  *out = (struct sp_id){{0}};
  rig->ids++;
  memcpy(out->bytes, &rig->ids, sizeof rig->ids);
  return 0;
}

static inline int start(void **state) {
  struct rig *rig = calloc(1, sizeof *rig);
  if (!rig) return -1;
  rig->now = START;
  const struct sp_alarm_options options = {.emit = emit, .id = next_id, .ctx = rig};
  if (sp_alarm_set_new(&options, &rig->set) != 0) return -1;
  *state = rig;
  return 0;
}

static inline int stop(void **state) {
  struct rig *rig = *state;
  sp_alarm_set_free(rig->set);
  free(rig);
  return 0;
}

static inline void pass(struct rig *rig, int64_t ms) {
  for (int64_t end = rig->now + ms; rig->now < end;) {
    rig->now += end - rig->now < 250 ? end - rig->now : 250;
    sp_alarm_tick(rig->set, rig->now);
  }
}

#endif
