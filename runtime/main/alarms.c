#include "main/alarms_parts.h"

#include "app/alarms.h"
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 20)
#define RETRY_MS  2000
#define PRUNE_MS  INT64_C(86400000)
#define EVENT_MAX 2048

/* ---- From the state machine ---- */

static bool on_change(void *ctx, const struct sp_alarm_change *change) {
  struct sp_node_alarms *alarms = ctx;
  if (alarms->count == SP_NODE_ALARMS_QUEUE) return false;
  alarms->queue[alarms->count++] = *change;
  const struct sp_alarm *alarm = &change->alarm;
  if (change->kind == SP_ALARM_IS_RAISED) alarms->raised[alarm->key.fault][alarm->severity]++;
  return true;
}

/* ---- To the disk ---- */

static struct sp_node_alarms *owner_of(struct sp_task *task) {
  return (struct sp_node_alarms *)(void *)((char *)task - offsetof(struct sp_node_alarms, task));
}

static void write_work(struct sp_worker *worker, struct sp_task *task) {
  const struct sp_node_alarms *alarms = owner_of(task);
  struct sp_work work = {
      .app = alarms->options.app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .now = sp_clock_now_ms(),
      .err = &task->error,
  };
  task->result = 0;
  for (int i = 0; i < alarms->batch_count && task->result == 0; i++)
    task->result = sp_device_alarm_write(&work, &alarms->batch[i], alarms->webhook.on);
  if (alarms->prune) sp_device_alarm_prune(&work);
}

static void say(const struct sp_node_alarms *alarms, const struct sp_alarm_change *change) {
  struct sp_buf text;
  struct sp_json_writer w;
  bool bad = change->alarm.severity >= SP_ALARM_WARN && change->kind != SP_ALARM_IS_CLEARED;
  sp_buf_init(&text, EVENT_MAX);
  sp_json_start(&w, &text);
  sp_device_alarm_event(alarms->options.app->store.code, change, &w);
  if (text.failed == 0) sp_log_json(bad ? SP_LOG_WARN : SP_LOG_INFO, "alarm", text.data, text.len);
  sp_buf_free(&text);
}

/* It is on disk: now it may be told. */
static void written(struct sp_node_alarms *alarms) {
  bool push = false;
  int left = alarms->count - alarms->batch_count;
  memmove(alarms->queue, alarms->queue + alarms->batch_count, (size_t)left * sizeof alarms->queue[0]);
  alarms->count = left;
  for (int i = 0; i < alarms->batch_count; i++) {
    say(alarms, &alarms->batch[i]);
    push = push || !alarms->batch[i].quiet;
  }
  if (alarms->options.changed) alarms->options.changed(alarms->options.changed_ctx);
  if (push) sp_alarms_push_kick(alarms, sp_clock_now_ms());
}

static void write_start(struct sp_node_alarms *alarms, int64_t now);

static void write_done(struct sp_task *task) {
  struct sp_node_alarms *alarms = owner_of(task);
  int64_t now = sp_clock_now_ms();
  if (task->result == 0) {
    written(alarms);
    if (alarms->prune) alarms->pruned_at = now;
  } else {
    sp_log(SP_LOG_ERROR, "alarm", "alarms could not be written: %s",
           task->error.code ? task->error.message : sp_code_name(task->result));
    alarms->retry_at = now + RETRY_MS;
  }
  sp_arena_free(&task->arena);
  alarms->batch_count = 0;
  write_start(alarms, now);
}

static void write_start(struct sp_node_alarms *alarms, int64_t now) {
  struct sp_executor *executor = sp_loop_executor_port(alarms->options.executor);
  if (alarms->batch_count > 0 || alarms->count == 0) return;
  if (now < alarms->retry_at && alarms->retry_at - now <= RETRY_MS) return;
  int count = alarms->count < SP_NODE_ALARMS_BATCH ? alarms->count : SP_NODE_ALARMS_BATCH;
  memcpy(alarms->batch, alarms->queue, (size_t)count * sizeof alarms->batch[0]);
  alarms->prune = now - alarms->pruned_at > PRUNE_MS;
  alarms->task = (struct sp_task){.work = write_work, .done = write_done};
  sp_arena_init(&alarms->task.arena, ARENA_MAX);
  alarms->batch_count = count;
  if (executor->submit(executor, &alarms->task) == 0) return;
  sp_arena_free(&alarms->task.arena);
  alarms->batch_count = 0; /* the next tick tries again */
}

/* ---- Time, faults, people ---- */

/* A rule that cannot make paper is a fault of the whole store; its name stands where a device's does. */
static void look_at_rules(struct sp_node_alarms *alarms, int64_t now) {
  struct sp_paper_rule rule;
  for (int index = 0; sp_alarms_paper_at(alarms->options.app->alarms, &index, &rule);) {
    const struct sp_alarm_fact fact = {
        .device = rule.rule, .fault = SP_ALARM_RULE_FAILED, .present = rule.failing, .detail = rule.why};
    (void)sp_alarm_feed(alarms->set, &fact, now);
  }
}

static void on_tick(void *ctx) {
  struct sp_node_alarms *alarms = ctx;
  int64_t now = sp_clock_now_ms();
  if (alarms->stopping) return;
  look_at_rules(alarms, now);
  sp_alarm_tick(alarms->set, now);
  write_start(alarms, now);
  sp_alarms_push_tick(alarms, now);
}

void sp_node_alarms_feed(struct sp_node_alarms *alarms, const struct sp_alarm_fact *fact) {
  int64_t now = sp_clock_now_ms();
  if (!alarms || alarms->stopping) return;
  if (sp_alarm_feed(alarms->set, fact, now) == SP_E_LIMIT)
    sp_log(SP_LOG_ERROR, "alarm", "too many faults at once: %s is not followed", sp_alarm_fault_name(fact->fault));
  write_start(alarms, now);
}

void sp_node_alarms_forget(struct sp_node_alarms *alarms, const char *till, const char *device) {
  int64_t now = sp_clock_now_ms();
  if (!alarms || alarms->stopping) return;
  sp_alarm_forget(alarms->set, till, device, now);
  write_start(alarms, now);
}

void sp_node_alarms_acknowledged(struct sp_node_alarms *alarms, const struct sp_id *id) {
  int64_t now = sp_clock_now_ms();
  if (!alarms || alarms->stopping) return;
  (void)sp_alarm_acknowledge(alarms->set, id, now); /* one that is over meanwhile needs nobody */
  write_start(alarms, now);
}

/* ---- The start and the end ---- */

/* What cannot be followed any more (another build's fault, a key twice) is over. */
static void take_up(struct sp_node_alarms *alarms, const struct sp_alarm *alarm, int64_t now) {
  bool known = (unsigned)alarm->key.fault < SP_ALARM_FAULTS;
  if (known && sp_alarm_restore(alarms->set, alarm, now) == 0) return;
  struct sp_alarm_change over = {.kind = SP_ALARM_IS_CLEARED, .alarm = *alarm, .quiet = alarm->quiet};
  over.alarm.state = SP_ALARM_CLEARED;
  over.alarm.n++;
  over.alarm.changed_at = over.alarm.cleared_at = now;
  (void)on_change(alarms, &over);
}

static int load(struct sp_node_alarms *alarms, struct sp_db *db, struct sp_error *err) {
  const struct sp_id newest = {{0}};
  struct sp_arena arena;
  int count = 0;
  int64_t now = sp_clock_now_ms(), due = 0;
  sp_arena_init(&arena, ARENA_MAX);
  struct sp_work work = {.app = alarms->options.app, .db = db, .arena = &arena, .now = now, .err = err};
  struct sp_device_alarm *list = sp_arena_array(&arena, SP_ALARM_KEYS, sizeof *list);
  int result = list ? sp_device_alarm_list(&work, SP_ALARM_LIST_MEMBERS, &newest, SP_ALARM_KEYS, list, &count)
                    : sp_error_nomem(err, __func__);
  for (int i = 0; i < count && !result; i++)
    take_up(alarms, &list[i].alarm, now);
  if (!result) result = sp_alarm_push_next(db, &alarms->webhook.waiting, &due, err);
  if (!result && alarms->webhook.waiting > 0) sp_alarms_push_kick(alarms, now);
  sp_arena_free(&arena);
  return result;
}

static int load_open(struct sp_node_alarms *alarms, struct sp_error *err) {
  struct sp_error own = {.lang = err ? err->lang : SP_LANG_EN};
  struct sp_db *db = NULL;
  int result = alarms->options.read(alarms->options.read_ctx, &db, &own);
  if (!result) result = sp_db_begin(db, &own);
  if (!result) result = load(alarms, db, &own);
  if (db) sp_db_rollback(db);
  sp_db_close(db);
  if (result && err) *err = own;
  return result;
}

int sp_node_alarms_new(const struct sp_node_alarms_options *options, struct sp_node_alarms **out,
                       struct sp_error *err) {
  struct sp_node_alarms *alarms = calloc(1, sizeof *alarms);
  if (!alarms) return sp_error_nomem(err, __func__);
  alarms->options = *options;
  alarms->pruned_at = sp_clock_now_ms() - PRUNE_MS;
  alarms->webhook.on = options->webhook && options->webhook[0] != '\0';
  const struct sp_alarm_options machine = {.emit = on_change, .ctx = alarms};
  int result = sp_alarm_set_new(&machine, &alarms->set) != 0 ? sp_error_nomem(err, __func__) : 0;
  if (!result && alarms->webhook.on)
    result = sp_webhook_key_parse(options->secret ? options->secret : "", &alarms->webhook.key, err);
  if (!result) result = load_open(alarms, err);
  if (!result) result = sp_loop_timer_new(options->loop, SP_NODE_ALARMS_TICK_MS, on_tick, alarms, &alarms->timer, err);
  if (result) {
    sp_node_alarms_free(alarms);
    return result;
  }
  *out = alarms;
  return 0;
}

void sp_node_alarms_stop(struct sp_node_alarms *alarms) {
  if (!alarms || alarms->stopping) return;
  alarms->stopping = true;
  sp_loop_timer_close(alarms->timer);
  alarms->timer = NULL;
  if (alarms->webhook.job) sp_loop_job_cancel(alarms->webhook.job);
  write_start(alarms, sp_clock_now_ms());
}

void sp_node_alarms_free(struct sp_node_alarms *alarms) {
  if (!alarms) return;
  sp_loop_timer_close(alarms->timer);
  sp_alarm_set_free(alarms->set);
  free(alarms);
}

/* ---- What is wrong now ---- */

/* The alarm of the whole store that stands for this one, or null. */
static const struct sp_alarm *group_of(const struct sp_node_alarms *alarms, const struct sp_alarm *alarm) {
  const struct sp_alarm *group = NULL;
  size_t index = 0;
  if (alarm->key.device[0] == '\0') return NULL;
  while ((group = sp_alarm_open_at(alarms->set, &index)))
    if (group->key.device[0] == '\0' && group->key.fault == alarm->key.fault) return group;
  return NULL;
}

/* Those it stands for: to be found, and to be seen one by one where they are mended. */
static void put_members(const struct sp_node_alarms *alarms, const struct sp_alarm *group, struct sp_json_writer *w) {
  const struct sp_alarm *alarm = NULL;
  size_t index = 0;
  sp_json_key(w, "members");
  sp_json_open_array(w);
  while ((alarm = sp_alarm_open_at(alarms->set, &index))) {
    if (alarm->key.device[0] == '\0' || alarm->key.fault != group->key.fault) continue;
    sp_json_open_object(w);
    sp_json_put_id(w, "id", alarm->id.bytes);
    sp_json_put_text(w, "till", alarm->key.till);
    sp_json_put_text(w, "dev", alarm->key.device);
    sp_json_put_text(w, "owner", sp_alarm_owner_name(alarm->owner));
    sp_json_put_text(w, "state", sp_alarm_state_name(alarm->state));
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void put_severity(const struct sp_node_alarms *alarms, enum sp_alarm_severity severity, const char *till,
                         struct sp_json_writer *w) {
  const struct sp_alarm *alarm = NULL;
  size_t index = 0;
  while ((alarm = sp_alarm_open_at(alarms->set, &index))) {
    bool here = !till || alarm->key.till[0] == '\0' || strcmp(alarm->key.till, till) == 0;
    if (alarm->severity != severity || !here || group_of(alarms, alarm)) continue;
    const struct sp_alarm_change change = {
        .kind = alarm->state == SP_ALARM_ACKNOWLEDGED ? SP_ALARM_IS_ACKNOWLEDGED : SP_ALARM_IS_RAISED,
        .alarm = *alarm,
    };
    sp_json_open_object(w);
    sp_device_alarm_members(alarms->options.app->store.code, &change, w);
    if (alarm->key.device[0] == '\0') put_members(alarms, alarm, w);
    sp_json_close_object(w);
  }
}

void sp_node_alarms_json(const struct sp_node_alarms *alarms, const char *till, struct sp_json_writer *w) {
  sp_json_open_array(w);
  for (int severity = SP_ALARM_SEVERITIES - 1; alarms && severity >= 0; severity--)
    put_severity(alarms, (enum sp_alarm_severity)severity, till, w);
  sp_json_close_array(w);
}

static void put_raised(const struct sp_node_alarms *alarms, struct sp_buf *out) {
  sp_buf_puts(out, "# HELP suanpan_device_alarms_total Alarms of devices raised\n"
                   "# TYPE suanpan_device_alarms_total counter\n");
  for (int fault = 0; fault < SP_ALARM_FAULTS; fault++)
    for (int severity = 0; severity < SP_ALARM_SEVERITIES; severity++) {
      uint64_t count = alarms->raised[fault][severity];
      if (count == 0) continue;
      sp_buf_printf(out, "suanpan_device_alarms_total{fault=\"%s\",severity=\"%s\"} %" PRIu64 "\n",
                    sp_alarm_fault_name((enum sp_alarm_fault)fault),
                    sp_alarm_severity_name((enum sp_alarm_severity)severity), count);
    }
}

static void put_number(struct sp_buf *out, const char *name, const char *type, const char *help, int64_t value) {
  sp_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, type, name, value);
}

void sp_node_alarms_metrics(const struct sp_node_alarms *alarms, struct sp_buf *out) {
  int64_t open[SP_ALARM_SEVERITIES] = {0};
  const struct sp_alarm *alarm = NULL;
  size_t index = 0;
  if (!alarms) return;
  put_raised(alarms, out);
  while ((alarm = sp_alarm_open_at(alarms->set, &index)))
    open[alarm->severity] += !group_of(alarms, alarm);
  sp_buf_puts(out, "# HELP suanpan_device_alarms_open Alarms of devices that are open\n"
                   "# TYPE suanpan_device_alarms_open gauge\n");
  for (int severity = 0; severity < SP_ALARM_SEVERITIES; severity++)
    sp_buf_printf(out, "suanpan_device_alarms_open{severity=\"%s\"} %" PRId64 "\n",
                  sp_alarm_severity_name((enum sp_alarm_severity)severity), open[severity]);
  const struct sp_alarm_webhook *webhook = &alarms->webhook;
  put_number(out, "suanpan_alarm_pushes_waiting", "gauge", "Events in the outbox of the webhook", webhook->waiting);
  put_number(out, "suanpan_alarm_pushes_total", "counter", "Events the webhook's receiver has taken", webhook->pushed);
  put_number(out, "suanpan_alarm_push_failures_total", "counter", "Tries that failed", webhook->failed);
  put_number(out, "suanpan_alarm_pushes_lost_total", "counter", "Events given up", webhook->given_up);
}
