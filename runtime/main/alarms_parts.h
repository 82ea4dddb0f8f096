/* The insides of a node's alarms; private to main/alarms*.c. */
#ifndef SP_MAIN_ALARMS_PARTS_H
#define SP_MAIN_ALARMS_PARTS_H

#include "app/device_alarms.h"
#include "base/log.h"
#include "http/webhook.h"
#include "loop/loop.h"
#include "main/alarms.h"

#define SP_NODE_ALARMS_BATCH 16 /* changes in one plan */

/* The webhook's side. The job's thread fills `round` and nothing else; the loop reads it when the job is done. */
struct sp_alarm_webhook {
  bool on;
  struct sp_webhook_key key;
  struct sp_loop_job *job;
  int64_t due_at;   /* when to look next; 0: nothing waits */
  bool again;       /* something was written while the job ran */
  int64_t failures; /* rounds in a row that ended badly */
  int64_t waiting, pushed, failed, given_up;
  struct {
    int64_t waiting, next_at, pushed, failed, given_up;
    bool down; /* the receiver is not there, or not well */
  } round;
};

struct sp_node_alarms {
  struct sp_node_alarms_options options;
  struct sp_alarm_set *set;
  struct sp_loop_timer *timer;
  bool stopping;
  /* Waiting for the disk, oldest first; the first `batch_count` are being written, from a copy. */
  struct sp_alarm_change queue[SP_NODE_ALARMS_QUEUE];
  int count;
  struct sp_task task;
  struct sp_alarm_change batch[SP_NODE_ALARMS_BATCH];
  int batch_count; /* 0: nothing is being written */
  int64_t retry_at, pruned_at;
  bool prune;
  uint64_t raised[SP_ALARM_FAULTS][SP_ALARM_SEVERITIES];
  struct sp_alarm_webhook webhook;
};

/* alarms_push.c */
void sp_alarms_push_kick(struct sp_node_alarms *alarms, int64_t now); /* something new is in the outbox */
void sp_alarms_push_tick(struct sp_node_alarms *alarms, int64_t now);

#endif
