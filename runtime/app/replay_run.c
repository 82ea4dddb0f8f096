/* Many sales on many threads: the range is cut into slices of time, and whoever is free takes the next one. Each thread
 * has a connection, a machine, an arena and sums of its own; the sums are folded at the end. */
#include "app/replay_parts.h"
#include "app/rules.h"
#include "domain/money.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SALE_ARENA_MAX ((size_t)64 << 20)
#define SLICES         512
#define TELL_EVERY     64 /* sales */
#define PPM            1000000

struct replay;

struct part {
  struct replay *replay;
  pthread_t thread;
  bool started;
  struct sp_db *db;
  struct sp_meter *meter;      /* or null: every sale under its own generation */
  struct sp_machines machines; /* for those */
  struct sp_arena head, arena; /* of the row; of its sale */
  struct sp_sums sums;
  int64_t since_told;
  int result;
  struct sp_error error;
};

struct replay {
  const struct sp_replay_options *options;
  int64_t from, to, total; /* the range as it really is, and its sales */
  atomic_int next;         /* slice */
  atomic_bool stop;
  pthread_mutex_t tell;
  int64_t done;
  struct part parts[SP_REPLAY_THREADS_MAX];
  int count;
};

/* ---- One sale ---- */

/* The same sales in every run with the same seed. */
static bool is_sampled(const struct sp_replay_options *options, const struct sp_id *id) {
  uint64_t value = options->seed;
  if (options->sample_ppm <= 0 || options->sample_ppm >= PPM) return true;
  for (int i = 0; i < SP_ID_LEN; i++)
    value = (value ^ id->bytes[i]) * 1099511628211u;
  value ^= value >> 29;
  return (int64_t)(value % PPM) < options->sample_ppm;
}

/* What says that one sale cannot be computed, not that the replay cannot go on. */
static bool is_of_sale(int rc) {
  return rc == SP_E_CORRUPT || rc == SP_E_RANGE || rc == SP_E_LIMIT || rc == SP_E_NOT_FOUND || rc == SP_E_RULE ||
         rc == SP_E_UNSUPPORTED || rc == SP_E_INVALID;
}

static int price(struct part *part, struct sp_work *work, struct sp_stored_sale *sale) {
  struct sp_replayed replayed;
  int rc = 0;
  work->arena = &part->arena;
  if (part->replay->options->own) rc = sp_rules_use(work, sale->generation);
  if (rc == 0) rc = sp_replay_body(work, sale);
  if (rc == 0) rc = sp_replay_price(work, sale, part->replay->options->promotions, &replayed);
  if (rc == 0) {
    rc = sp_sums_add(&part->sums, &replayed);
  } else if (is_of_sale(rc)) {
    rc = sp_sums_failed(&part->sums, sale, work->err);
  }
  if (part->replay->options->own) sp_rules_leave(work);
  sp_arena_reset(&part->arena);
  return rc;
}

static void tell(struct part *part) {
  struct replay *replay = part->replay;
  const struct sp_replay_options *options = replay->options;
  pthread_mutex_lock(&replay->tell);
  replay->done += part->since_told;
  part->since_told = 0;
  if (options->progress != NULL) options->progress(options->ctx, replay->done, replay->total);
  pthread_mutex_unlock(&replay->tell);
  if (options->cancelled != NULL && options->cancelled(options->ctx)) atomic_store(&replay->stop, true);
}

static struct sp_work work_of(struct part *part) {
  const struct sp_replay_options *options = part->replay->options;
  return (struct sp_work){
      .app = options->app,
      .db = part->db,
      .bundle = options->own ? NULL : options->bundle,
      .vm = part->meter != NULL ? &part->meter->base : NULL,
      .machines = &part->machines,
      .now = part->replay->to,
      .lang = options->lang,
      .err = &part->error,
  };
}

/* ---- One slice ---- */

static int run_slice(struct part *part, int64_t from, int64_t to) {
  const struct sp_value range[] = {sp_v_int(from), sp_v_int(to)};
  struct sp_rows *rows = NULL;
  int rc = sp_db_begin(part->db, &part->error);
  if (rc != 0) return rc;
  rc = sp_db_query(part->db, SP_Q_REPLAY_SALES, range, 2, &rows, &part->error);
  while (rc == 0 && !atomic_load(&part->replay->stop) && (rc = sp_rows_next(rows, &part->error)) > 0) {
    struct sp_work work = work_of(part);
    struct sp_stored_sale sale;
    work.arena = &part->head;
    rc = sp_replay_head(&work, rows, &sale);
    if (rc == 0 && is_sampled(part->replay->options, &sale.id)) rc = price(part, &work, &sale);
    sp_arena_reset(&part->head);
    if (++part->since_told >= TELL_EVERY) tell(part);
  }
  sp_rows_finish(rows);
  sp_db_rollback(part->db);
  return rc;
}

static void *run_part(void *argument) {
  struct part *part = argument;
  struct replay *replay = part->replay;
  int64_t span = (replay->to - replay->from + SLICES - 1) / SLICES;
  while (part->result == 0 && !atomic_load(&replay->stop)) {
    int64_t from = replay->from + span * atomic_fetch_add(&replay->next, 1);
    if (from >= replay->to) break;
    int64_t to = from + span < replay->to ? from + span : replay->to;
    part->result = run_slice(part, from, to);
    if (part->result != 0) atomic_store(&replay->stop, true);
  }
  tell(part);
  return NULL;
}

/* ---- The range ---- */

static int open_part(struct replay *replay, struct part *part) {
  const struct sp_replay_options *options = replay->options;
  part->replay = replay;
  part->error = (struct sp_error){.lang = options->lang};
  sp_arena_init(&part->head, SALE_ARENA_MAX);
  sp_arena_init(&part->arena, SALE_ARENA_MAX);
  int rc = sp_sums_init(&part->sums, options->top > 0 ? options->top : SP_REPLAY_TOP_MAX);
  if (rc != 0) return sp_error_nomem(&part->error, __func__);
  rc = options->open(options->ctx, &part->db, &part->error);
  if (rc == 0 && !options->own) rc = sp_meter_open(options->bundle, &part->meter, &part->error);
  return rc;
}

static void close_part(struct part *part) {
  sp_meter_close(part->meter);
  sp_machines_close(&part->machines);
  sp_db_close(part->db);
  sp_sums_free(&part->sums);
  sp_arena_free(&part->head);
  sp_arena_free(&part->arena);
}

static int look(struct replay *replay, struct sp_db *db, struct sp_error *err) {
  const struct sp_replay_options *options = replay->options;
  struct sp_rows *rows = NULL;
  int64_t to = options->to > 0 ? options->to : INT64_MAX;
  const struct sp_value range[] = {sp_v_int(options->from), sp_v_int(to)};
  int got = sp_db_one(db, SP_Q_REPLAY_RANGE, range, 2, &rows, err);
  if (got <= 0) return got;
  replay->total = sp_rows_int(rows, 0);
  replay->from = sp_rows_int(rows, 1);
  replay->to = replay->total > 0 ? sp_rows_int(rows, 2) + 1 : replay->from;
  sp_rows_finish(rows);
  return 0;
}

static int start(struct replay *replay, struct sp_error *err) {
  int wanted = replay->options->threads > 1 ? replay->options->threads : 1;
  int rc = 0;
  if (wanted > SP_REPLAY_THREADS_MAX) wanted = SP_REPLAY_THREADS_MAX;
  for (; replay->count < wanted && rc == 0; replay->count++) {
    rc = open_part(replay, &replay->parts[replay->count]);
    if (rc != 0 && err != NULL) *err = replay->parts[replay->count].error;
  }
  if (rc == 0) rc = look(replay, replay->parts[0].db, err);
  for (int i = 1; i < replay->count && rc == 0; i++) /* fewer threads are as good: the first part is this one's */
    replay->parts[i].started = pthread_create(&replay->parts[i].thread, NULL, run_part, &replay->parts[i]) == 0;
  return rc;
}

static int finish(struct replay *replay, struct sp_error *err) {
  int rc = 0;
  for (int i = 0; i < replay->count; i++) {
    struct part *part = &replay->parts[i];
    if (part->started) pthread_join(part->thread, NULL);
    if (rc == 0 && part->result != 0 && err != NULL) *err = part->error;
    if (rc == 0) rc = part->result;
  }
  if (rc == 0 && atomic_load(&replay->stop)) rc = sp_fail(err, SP_E_STATE, NULL, "The replay was cancelled");
  for (int i = 1; i < replay->count && rc == 0; i++) {
    rc = sp_sums_merge(&replay->parts[0].sums, &replay->parts[i].sums);
    if (rc != 0) rc = sp_error_nomem(err, __func__);
  }
  return rc;
}

/* A difference of one fen in a million yuan is not none. */
static int64_t rate(int64_t difference, int64_t stored) {
  int64_t ppm = 0;
  if (difference == 0) return 0;
  if (stored <= 0 || sp_money_muldiv(llabs(difference), PPM, stored, &ppm) != 0) ppm = PPM;
  if (ppm == 0) ppm = 1;
  return difference < 0 ? -ppm : ppm;
}

static void judge(const struct sp_replay_options *options, struct sp_replay_result *result) {
  result->difference = result->candidate - result->stored;
  result->difference_ppm = rate(result->difference, result->stored);
  bool near = options->max_difference_ppm < 0 || llabs(result->difference_ppm) <= options->max_difference_ppm;
  result->within = near && result->failed == 0 && result->alarms == 0;
}

int sp_replay_run(const struct sp_replay_options *options, struct sp_buf *report, struct sp_replay_result *result,
                  struct sp_error *err) {
  struct replay *replay = calloc(1, sizeof *replay);
  const struct sp_meter *meters[SP_REPLAY_THREADS_MAX];
  int64_t began = sp_clock_monotonic_us();
  if (replay == NULL) return sp_error_nomem(err, __func__);
  replay->options = options;
  pthread_mutex_init(&replay->tell, NULL);
  int rc = start(replay, err);
  if (rc == 0) (void)run_part(&replay->parts[0]);
  if (rc != 0) atomic_store(&replay->stop, true);
  int ended = finish(replay, rc == 0 ? err : NULL);
  if (rc == 0) rc = ended;
  if (rc == 0) {
    struct sp_sums *sums = &replay->parts[0].sums;
    sums->totals.ms = (sp_clock_monotonic_us() - began) / 1000;
    judge(options, &sums->totals);
    sp_sums_settle(sums);
    *result = sums->totals;
    for (int i = 0; i < replay->count; i++)
      meters[i] = replay->parts[i].meter;
    rc = sp_replay_report(options, sums, meters, options->own ? 0 : replay->count, report, err);
  }
  for (int i = 0; i < replay->count; i++)
    close_part(&replay->parts[i]);
  pthread_mutex_destroy(&replay->tell);
  free(replay);
  return rc;
}
