/* The life of a print job: which step may follow which, what a start finds, what people decide, what is forgotten. */
#include "app/approval.h"
#include "app/journal.h"
#include "app/print_parts.h"
#include "app/till.h"
#include "base/text.h"

#include <string.h>

#define RECOVER_MAX 1000 /* jobs a plan of a recovery changes */
#define PURGE_MAX   1000
#define PURGE_DAYS  100 /* behind the last day to keep: how far back a purge looks */
#define DAY_MS      86400000LL

static const char *const names[] = {
    [SP_PAPER_NONE] = "none", [SP_PAPER_QUEUED] = "queued",       [SP_PAPER_SENDING] = "sending",
    [SP_PAPER_SENT] = "sent", [SP_PAPER_ACKED] = "acked",         [SP_PAPER_DONE] = "done",
    [SP_PAPER_HELD] = "held", [SP_PAPER_UNCERTAIN] = "uncertain", [SP_PAPER_CANCELLED] = "cancelled",
};

static const char *const answers[] = {
    [SP_PRINT_PRINTED] = "printed",
    [SP_PRINT_REPRINT] = "reprint",
    [SP_PRINT_CANCEL] = "cancel",
    [SP_PRINT_RETRY] = "retry",
};

const char *sp_paper_name(enum sp_paper state) {
  return (unsigned)state <= SP_PAPER_CANCELLED ? names[state] : "";
}

int sp_paper_parse(const char *name) {
  for (int state = SP_PAPER_NONE; name && state <= SP_PAPER_CANCELLED; state++)
    if (strcmp(names[state], name) == 0) return state;
  return -1;
}

int sp_print_answer_parse(const char *name) {
  for (int answer = SP_PRINT_PRINTED; name && answer <= SP_PRINT_RETRY; answer++)
    if (strcmp(answers[answer], name) == 0) return answer;
  return -1;
}

/* What has been `sending` never comes back to the queue, but as held: the printer's driver knows that nothing left. */
bool sp_paper_follows(enum sp_paper from, enum sp_paper to) {
  static const unsigned after[] = {
      [SP_PAPER_QUEUED] = 1U << SP_PAPER_SENDING | 1U << SP_PAPER_HELD | 1U << SP_PAPER_CANCELLED,
      [SP_PAPER_SENDING] = 1U << SP_PAPER_SENT | 1U << SP_PAPER_HELD | 1U << SP_PAPER_UNCERTAIN,
      [SP_PAPER_SENT] = 1U << SP_PAPER_ACKED | 1U << SP_PAPER_DONE | 1U << SP_PAPER_UNCERTAIN,
      [SP_PAPER_ACKED] = 1U << SP_PAPER_DONE,
      [SP_PAPER_HELD] = 1U << SP_PAPER_QUEUED | 1U << SP_PAPER_SENDING | 1U << SP_PAPER_CANCELLED,
      [SP_PAPER_UNCERTAIN] = 1U << SP_PAPER_ACKED | 1U << SP_PAPER_DONE | 1U << SP_PAPER_CANCELLED,
      [SP_PAPER_CANCELLED] = 0,
  };
  bool over = from == SP_PAPER_DONE || from == SP_PAPER_CANCELLED || from == SP_PAPER_NONE;
  return !over && (from == to || (after[from] & 1U << to) != 0);
}

/* ---- Steps ---- */

static void put_event(struct sp_work *work, const struct sp_print_job *job) {
  const struct sp_value event[] = {
      sp_v_blob(job->id.bytes, SP_ID_LEN),
      sp_v_text(sp_paper_name(job->state)),
      sp_v_int(job->attempt),
      sp_v_text(job->reason),
      sp_v_id(&work->actor.staff),
      sp_v_int(work->now),
  };
  sp_plan_add(work->plan, SP_Q_PRINT_EVENT_ADD, event, 6);
}

int sp_print_move(struct sp_work *work, struct sp_print_job *job, enum sp_paper to, const char *reason) {
  char kept[SP_PRINT_REASON_MAX + 1] = "";
  bool on_its_way = job->state == SP_PAPER_SENDING || job->state == SP_PAPER_SENT;
  bool stays_shut = on_its_way && to == SP_PAPER_CANCELLED && strcmp(job->kind, "drawer") == 0;
  if (!stays_shut && !sp_paper_follows(job->state, to))
    return sp_fail(work->err, SP_E_STATE, "state", "A print job that is %s cannot become %s", sp_paper_name(job->state),
                   sp_paper_name(to));
  if (reason) memcpy(kept, reason, sp_utf8_cut(reason, strnlen(reason, SP_PRINT_REASON_MAX)));
  if (to == job->state && strcmp(kept, job->reason) == 0) return 0;
  enum sp_paper from = job->state;
  int64_t attempt = job->attempt;
  if (to == SP_PAPER_SENDING && from != SP_PAPER_SENDING) job->attempt++;
  job->state = to;
  job->reason = sp_arena_text(work->arena, kept);
  job->changed_at = work->now;
  if (!job->reason) return sp_error_nomem(work->err, __func__);
  const struct sp_value step[] = {
      sp_v_blob(job->id.bytes, SP_ID_LEN),
      sp_v_text(sp_paper_name(to)),
      sp_v_text(job->reason),
      sp_v_int(job->attempt),
      sp_v_int(work->now),
      sp_v_text(sp_paper_name(from)),
      sp_v_int(attempt),
  };
  sp_plan_expect(work->plan, SP_Q_PRINT_STEP, step, 7, SP_E_CONFLICT, "state",
                 "The print job was changed by somebody else at this moment");
  put_event(work, job);
  return 0;
}

/* Nothing of training leaves the node: the job is over as it is made, and the page shows what would be on paper. */
static void end_training(struct sp_work *work, struct sp_print_job *job) {
  job->state = SP_PAPER_DONE;
  job->reason = SP_PRINT_TRAINING;
  const struct sp_value step[] = {
      sp_v_blob(job->id.bytes, SP_ID_LEN),
      sp_v_text(sp_paper_name(SP_PAPER_DONE)),
      sp_v_text(job->reason),
      sp_v_int(0),
      sp_v_int(work->now),
      sp_v_text(sp_paper_name(SP_PAPER_QUEUED)),
      sp_v_int(0),
  };
  sp_plan_add(work->plan, SP_Q_PRINT_STEP, step, 7);
  put_event(work, job);
}

int sp_print_insert(struct sp_work *work, struct sp_print_job *job) {
  int rc = sp_id_new(work->now, &job->id);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for an id");
  job->state = SP_PAPER_QUEUED;
  job->reason = "";
  job->staff = work->actor.staff;
  job->created_at = job->changed_at = work->now;
  const struct sp_value row[] = {
      sp_v_blob(job->id.bytes, SP_ID_LEN),
      sp_v_text(job->device),
      sp_v_id(&job->till),
      sp_v_text(job->kind),
      sp_v_text(job->title),
      sp_v_id(&job->document),
      sp_v_text(job->json),
      sp_v_int(job->copy),
      sp_v_id(&job->of),
      sp_v_id(&job->staff),
      sp_v_int(work->now),
  };
  sp_plan_expect(work->plan, SP_Q_PRINT_INSERT, row, 11, SP_E_CONFLICT, "copy",
                 "The same document is being printed at this moment");
  put_event(work, job);
  if (work->app->training) end_training(work, job);
  return 0;
}

int sp_print_step(struct sp_work *work, const struct sp_id *id, enum sp_paper to, int64_t attempt, const char *reason,
                  struct sp_print_job *out) {
  struct sp_print_job job;
  int rc = sp_print_load(work, id, &job);
  if (rc == 0 && attempt != 0 && attempt != job.attempt)
    rc = sp_fail(work->err, SP_E_STATE, "attempt", "The print job is in attempt %lld", (long long)job.attempt);
  if (rc == 0) rc = sp_print_move(work, &job, to, reason);
  if (out) *out = job;
  return rc;
}

/* ---- After a start ---- */

/* A job is what it can be known to be. A drawer is not opened for what happened before, whatever became of it. */
static int settle(struct sp_work *work, struct sp_print_job *job) {
  if (job->state == SP_PAPER_ACKED) return sp_print_move(work, job, SP_PAPER_DONE, "");
  bool drawer = strcmp(job->kind, "drawer") == 0;
  return sp_print_move(work, job, drawer ? SP_PAPER_CANCELLED : SP_PAPER_UNCERTAIN, "restart");
}

int sp_print_recover(struct sp_work *work, int32_t *count) {
  struct sp_rows *rows = NULL;
  const struct sp_value most[] = {sp_v_int(RECOVER_MAX)};
  *count = 0;
  int rc = sp_db_query(work->db, SP_Q_PRINT_UNSETTLED, most, 1, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    struct sp_print_job job = {0};
    sp_rows_id(rows, 0, &job.id);
    int state = sp_paper_parse(sp_rows_text(rows, 1));
    job.state = state > 0 ? (enum sp_paper)state : SP_PAPER_NONE;
    job.kind = sp_work_column(work, rows, 2);
    job.attempt = sp_rows_int(rows, 3);
    job.reason = "";
    rc = job.kind ? settle(work, &job) : sp_error_nomem(work->err, __func__);
    ++*count;
  }
  sp_rows_finish(rows);
  return rc;
}

/* ---- People ---- */

static bool manages(enum sp_role role) {
  return sp_role_rank(role) >= sp_role_rank(SP_ROLE_MANAGER);
}

int sp_print_may_answer(struct sp_work *work, const struct sp_print_job *job) {
  struct sp_rows *rows = NULL;
  struct sp_id till = {{0}};
  const struct sp_value key[] = {sp_v_blob(job->id.bytes, SP_ID_LEN)};
  if (manages(sp_work_till_role(work))) return 0;
  int got = sp_db_one(work->db, SP_Q_PRINT_OWNER, key, 1, &rows, work->err);
  if (got < 0) return got;
  const char *code = got > 0 ? sp_work_column(work, rows, 1) : "";
  if (got > 0) sp_rows_id(rows, 0, &till);
  sp_rows_finish(rows);
  if (code == NULL) return sp_error_nomem(work->err, __func__);
  if (sp_id_is_nil(&till) || sp_id_equal(&till, &work->actor.till)) return sp_till_attend(work, "print-answer");
  if (work->approval != NULL && manages(work->approval->role)) {
    sp_approval_journal(work, "print-answer", 0, "other-till");
    return 0;
  }
  return sp_fail(work->err, SP_E_DENIED, "approval",
                 "This printout is the till %s's: who sees the paper there answers, or a manager", code);
}

static int reprint(struct sp_work *work, struct sp_print_job *job, const char *reason, struct sp_print_job *copy) {
  int columns = 0;
  const char *device = NULL;
  struct sp_print_job newest;
  const struct sp_value key[] = {sp_v_id(&job->document), sp_v_text(job->kind)};
  if (job->state != SP_PAPER_UNCERTAIN) /* who answers second finds that it is done; sales are printed again by name */
    return sp_fail(work->err, SP_E_STATE, "answer", "A print job that is %s is not reprinted",
                   sp_paper_name(job->state));
  if (strcmp(job->kind, "drawer") == 0) return sp_fail(work->err, SP_E_STATE, "answer", "A drawer is not reprinted");
  int rc =
      sp_print_device_of(work, sp_id_is_nil(&work->actor.till) ? &job->till : &work->actor.till, &device, &columns);
  if (rc == 0 && device == NULL) device = job->device;
  if (rc == 0) rc = sp_print_one(work, SP_Q_PRINT_NEWEST_OF, key, 2, &newest);
  if (rc == 0 && newest.state == SP_PAPER_NONE) newest = *job;
  if (rc == 0) rc = sp_print_copy(work, &newest, NULL, device, columns, reason, copy);
  return rc == 0 ? sp_print_move(work, job, SP_PAPER_DONE, "reprinted") : rc;
}

/* Its printer may be gone for good: it goes to the one that its till has now. */
static int readdress(struct sp_work *work, struct sp_print_job *job) {
  const char *device = NULL;
  int columns = 0;
  int rc = sp_print_device_of(work, &job->till, &device, &columns);
  if (rc != 0 || device == NULL || strcmp(device, job->device) == 0) return rc;
  const struct sp_value params[] = {sp_v_blob(job->id.bytes, SP_ID_LEN), sp_v_text(device)};
  sp_plan_add(work->plan, SP_Q_PRINT_READDRESS, params, 2);
  job->device = device;
  return 0;
}

int sp_print_decide(struct sp_work *work, const struct sp_id *id, enum sp_print_answer answer, const char *reason,
                    struct sp_print_job *out, struct sp_print_job *copy) {
  static const struct {
    enum sp_paper to;
    const char *reason;
  } ends[] = {[SP_PRINT_PRINTED] = {SP_PAPER_DONE, "printed"},
              [SP_PRINT_CANCEL] = {SP_PAPER_CANCELLED, "cancelled"},
              [SP_PRINT_RETRY] = {SP_PAPER_QUEUED, "retry"}};
  *copy = (struct sp_print_job){.state = SP_PAPER_NONE};
  int rc = sp_print_load(work, id, out);
  if (rc == 0) rc = sp_print_may_answer(work, out);
  if (rc != 0) return rc;
  if (answer == SP_PRINT_REPRINT) {
    rc = reprint(work, out, reason, copy);
  } else {
    /* Nobody has to say so of what the printer says itself, and nothing is retried that may be on paper. */
    bool fits = (answer == SP_PRINT_PRINTED && out->state == SP_PAPER_UNCERTAIN) ||
                (answer == SP_PRINT_RETRY && out->state == SP_PAPER_HELD) ||
                (answer == SP_PRINT_CANCEL && sp_paper_follows(out->state, SP_PAPER_CANCELLED));
    rc = fits ? sp_print_move(work, out, ends[answer].to, ends[answer].reason)
              : sp_fail(work->err, SP_E_STATE, "answer", "This answer does not fit a print job that is %s",
                        sp_paper_name(out->state));
    if (rc == 0 && answer == SP_PRINT_RETRY) rc = readdress(work, out);
  }
  if (rc == 0) sp_print_journal(work, out, answers[answer], reason);
  return rc;
}

/* ---- Forgetting ---- */

/* The least id that is made at a time. */
static struct sp_id id_at(int64_t ms) {
  struct sp_id id = {{0}};
  for (int i = 5; i >= 0 && ms > 0; i--, ms >>= 8)
    id.bytes[i] = (uint8_t)(ms & 0xFF);
  return id;
}

int sp_print_purge(struct sp_work *work, int32_t *count) {
  const int64_t days = work->app->policy.print_days;
  const struct sp_id first = id_at(work->now - (days + PURGE_DAYS) * DAY_MS);
  const struct sp_id end = id_at(work->now - days * DAY_MS);
  const struct sp_value range[] = {sp_v_blob(first.bytes, SP_ID_LEN), sp_v_blob(end.bytes, SP_ID_LEN),
                                   sp_v_int(PURGE_MAX)};
  struct sp_rows *rows = NULL;
  struct sp_id id;
  *count = 0;
  int rc = sp_db_query(work->db, SP_Q_PRINT_OLD, range, 3, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    sp_rows_id(rows, 0, &id);
    const struct sp_value key[] = {sp_v_blob(id.bytes, SP_ID_LEN)};
    sp_plan_add(work->plan, SP_Q_PRINT_FORGET, key, 1);
    ++*count;
    rc = 0;
  }
  sp_rows_finish(rows);
  return rc;
}
