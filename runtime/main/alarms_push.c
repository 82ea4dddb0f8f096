/* The webhook: what waits in the outbox is sent by a job that lives while something is due. */
#include "http/client.h"
#include "main/alarms_parts.h"
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 20)
#define AT_ONCE   16 /* read in one go */
#define BROKEN_MS 60000

struct settle {
  struct sp_task task; /* first: a task is cast back to it */
  const struct sp_node_alarms *alarms;
  const struct sp_alarm_push *push;
  enum sp_alarm_pushed how;
  bool kept; /* pushed, or to be tried again */
};

/* ---- One event ---- */

static bool cancelled(void *ctx) {
  return sp_loop_job_cancelled(ctx);
}

static enum sp_alarm_pushed judge(const struct sp_alarm_push *push, int status) {
  if (status >= 200 && status < 300) return SP_ALARM_PUSHED;
  sp_log(SP_LOG_WARN, "webhook", "event %s got the status %d", push->id, status);
  bool later = status == 408 || status == 429 || status >= 500;
  return later ? SP_ALARM_FAILED : SP_ALARM_REFUSED;
}

static enum sp_alarm_pushed send_one(struct sp_node_alarms *alarms, const struct sp_alarm_push *push,
                                     struct sp_loop_job *job) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_http_client_answer answer;
  char signature[SP_WEBHOOK_SIGNATURE], timestamp[24];
  int64_t seconds = sp_clock_now_ms() / 1000;
  snprintf(timestamp, sizeof timestamp, "%" PRId64, seconds);
  if (sp_webhook_sign(&alarms->webhook.key, push->id, seconds, push->body, push->len, signature) != 0)
    return SP_ALARM_FAILED;
  const struct sp_http_field fields[] = {
      {"Content-Type", "application/json"},
      {"webhook-id", push->id},
      {"webhook-timestamp", timestamp},
      {"webhook-signature", signature},
  };
  const struct sp_http_client_request request = {
      .url = alarms->options.webhook,
      .fields = fields,
      .field_count = sizeof fields / sizeof fields[0],
      .body = push->body,
      .body_len = push->len,
      .timeout_ms = SP_NODE_ALARMS_PUSH_MS,
      .ca_file = alarms->options.ca_file,
      .cancelled = cancelled,
      .ctx = job,
  };
  if (sp_http_client_send(&request, &answer, &error) != 0) {
    sp_log(SP_LOG_WARN, "webhook", "event %s waits: %s", push->id, error.message);
    return SP_ALARM_FAILED;
  }
  sp_buf_free(&answer.body);
  return judge(push, answer.status);
}

static void settle_work(struct sp_worker *worker, struct sp_task *task) {
  struct settle *settle = (struct settle *)task;
  struct sp_work work = {
      .app = settle->alarms->options.app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .now = sp_clock_now_ms(),
      .err = &task->error,
  };
  settle->kept = sp_alarm_push_settle(&work, settle->push, settle->how);
  task->result = 0;
}

/* Sent, and how it went is written down; until then it may be sent again. */
static int push_one(struct sp_node_alarms *alarms, const struct sp_alarm_push *push, struct sp_loop_job *job,
                    struct sp_error *err) {
  struct settle settle = {.task = {.work = settle_work, .bulk = true}, .alarms = alarms, .push = push};
  settle.how = send_one(alarms, push, job);
  if (settle.how == SP_ALARM_FAILED && sp_loop_job_cancelled(job)) return 0; /* our fault, not the receiver's */
  sp_arena_init(&settle.task.arena, ARENA_MAX);
  int result = sp_loop_job_commit(job, &settle.task);
  if (result && err) *err = settle.task.error;
  sp_arena_free(&settle.task.arena);
  alarms->webhook.round.pushed += settle.how == SP_ALARM_PUSHED;
  alarms->webhook.round.failed += settle.how != SP_ALARM_PUSHED;
  alarms->webhook.round.down = settle.how == SP_ALARM_FAILED;
  if (result || settle.kept) return result;
  alarms->webhook.round.given_up++;
  sp_log(SP_LOG_ERROR, "webhook", "event %s is given up", push->id);
  return 0;
}

/* ---- A round: until nothing is due, or the receiver is not well ---- */

static int read_due(struct sp_db *db, struct sp_arena *arena, struct sp_alarm_push *list, int *count,
                    struct sp_error *err) {
  sp_arena_reset(arena);
  int result = sp_db_begin(db, err);
  if (!result) result = sp_alarm_push_due(db, arena, sp_clock_now_ms(), AT_ONCE, list, count, err);
  sp_db_rollback(db);
  return result;
}

static int round_run(struct sp_node_alarms *alarms, struct sp_loop_job *job, struct sp_db *db, struct sp_error *err) {
  struct sp_alarm_push list[AT_ONCE];
  struct sp_arena arena;
  int count = 0, result = 0;
  sp_arena_init(&arena, ARENA_MAX);
  do {
    result = read_due(db, &arena, list, &count, err);
    for (int i = 0; i < count && !result && !alarms->webhook.round.down && !sp_loop_job_cancelled(job); i++)
      result = push_one(alarms, &list[i], job, err);
  } while (count > 0 && !result && !alarms->webhook.round.down && !sp_loop_job_cancelled(job));
  sp_arena_free(&arena);
  if (!result) result = sp_alarm_push_next(db, &alarms->webhook.round.waiting, &alarms->webhook.round.next_at, err);
  return result;
}

static int run(struct sp_loop_job *job, void *ctx, struct sp_error *err) {
  struct sp_node_alarms *alarms = ctx;
  struct sp_db *db = NULL;
  memset(&alarms->webhook.round, 0, sizeof alarms->webhook.round);
  int result = alarms->options.read(alarms->options.read_ctx, &db, err);
  if (!result) result = round_run(alarms, job, db, err);
  sp_db_close(db);
  return result;
}

static void done(void *ctx, int result, const struct sp_error *err) {
  struct sp_node_alarms *alarms = ctx;
  struct sp_alarm_webhook *webhook = &alarms->webhook;
  int64_t now = sp_clock_now_ms();
  webhook->job = NULL;
  webhook->pushed += webhook->round.pushed;
  webhook->failed += webhook->round.failed;
  webhook->given_up += webhook->round.given_up;
  if (result != 0) {
    if (!alarms->stopping) sp_log(SP_LOG_ERROR, "webhook", "the outbox cannot be read: %s", err->message);
    webhook->due_at = now + BROKEN_MS;
    return;
  }
  webhook->waiting = webhook->round.waiting;
  webhook->failures = webhook->round.down ? webhook->failures + 1 : 0;
  webhook->due_at = webhook->round.next_at;
  if (webhook->round.down) webhook->due_at = now + sp_alarm_push_delay(webhook->failures);
  if (webhook->again) webhook->due_at = now;
}

/* ---- When ---- */

void sp_alarms_push_kick(struct sp_node_alarms *alarms, int64_t now) {
  alarms->webhook.again = alarms->webhook.job != NULL;
  alarms->webhook.due_at = now;
  if (alarms->timer) sp_alarms_push_tick(alarms, now);
}

void sp_alarms_push_tick(struct sp_node_alarms *alarms, int64_t now) {
  struct sp_alarm_webhook *webhook = &alarms->webhook;
  struct sp_error error = {.lang = SP_LANG_EN};
  if (!webhook->on || webhook->job || webhook->due_at == 0 || alarms->stopping) return;
  /* A clock that was put back must not hold the outbox for longer than the longest wait. */
  if (now < webhook->due_at && webhook->due_at - now <= sp_alarm_push_delay(SP_ALARM_PUSH_TRIES)) return;
  const struct sp_loop_job_options options = {.name = "webhook", .run = run, .done = done, .ctx = alarms};
  webhook->again = false;
  if (sp_loop_job_start(alarms->options.executor, &options, &webhook->job, &error) == 0) return;
  webhook->job = NULL;
  webhook->due_at = now + 1000; /* other jobs are running */
}
