/* The writer: the holder of the write connection, its groups, its calls and its housekeeping. */
#include "base/clock.h"
#include "loop/internal.h"

#define GROUPS_BEFORE_BULK 4  /* a bulk plan waits for at most so many groups of tills */
#define DIRECT_PER_TIDY    16 /* commits by workers before the writer looks after the log */

const int64_t sp_loop_commit_bounds[SP_LOOP_BUCKETS - 1] = {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 102400};

static int pick(struct sp_loop_executor *executor, struct sp_task **tasks) {
  bool bulk = executor->bulk_plans.count > 0;
  if (bulk && (executor->plans.count == 0 || executor->till_groups >= GROUPS_BEFORE_BULK)) {
    executor->till_groups = 0;
    tasks[0] = sp_loop_list_pop(&executor->bulk_plans);
    return 1;
  }
  int count = 0;
  while (count < executor->options.group_max && executor->plans.count > 0) {
    tasks[count++] = sp_loop_list_pop(&executor->plans);
  }
  if (count > 0 && bulk) executor->till_groups++;
  return count;
}

int64_t sp_loop_commit(struct sp_loop_executor *executor, struct sp_task **tasks, int count) {
  for (int i = 0; i < count; i++) {
    struct sp_plan_entry *entry = &executor->entries[i];
    entry->plan = &tasks[i]->plan;
    entry->result = 0;
    entry->error = tasks[i]->error;
  }
  int64_t start = sp_clock_monotonic_us();
  sp_plan_commit(executor->db, executor->entries, count);
  int64_t us = sp_clock_monotonic_us() - start;
  for (int i = 0; i < count; i++) {
    tasks[i]->result = executor->entries[i].result;
    if (tasks[i]->result != 0) tasks[i]->error = executor->entries[i].error;
  }
  return us;
}

static void count_group(struct sp_loop_stats *stats, int count, int64_t us) {
  int bucket = 0;
  while (bucket < SP_LOOP_BUCKETS - 1 && us > sp_loop_commit_bounds[bucket]) {
    bucket++;
  }
  stats->commit_buckets[bucket]++;
  stats->commit_us += us;
  stats->groups++;
  stats->plans += count;
  if (count > stats->max_group) stats->max_group = count;
}

/* A disk that takes nothing fails every plan of a group; a plan's own fault says nothing of the disk. */
static void note_storage(struct sp_loop_stats *stats, int result) {
  if (result == 0 || result == SP_E_FULL || result == SP_E_IO) stats->storage = result;
}

void sp_loop_settle(struct sp_loop_executor *executor, struct sp_task **tasks, int count, int64_t us,
                    struct sp_loop_wake *wake) {
  struct sp_loop_stats *stats = &executor->stats;
  count_group(stats, count, us);
  /* Backwards, because a lost race goes to the front of the queue and order among the losers is kept. */
  for (int i = count - 1; i >= 0; i--) {
    note_storage(stats, tasks[i]->result);
    if (tasks[i]->result == 0) continue;
    stats->failures++;
    if (tasks[i]->result != SP_E_CONFLICT) continue;
    stats->conflicts++;
    if (tasks[i]->tries >= SP_TASK_TRIES) continue;
    sp_loop_list_push_front(tasks[i]->bulk ? &executor->bulk : &executor->tills, tasks[i]);
    tasks[i] = NULL;
    if (wake->workers < executor->idle_workers) wake->workers++;
  }
  for (int i = 0; i < count; i++) {
    if (tasks[i]) sp_loop_finish(executor, tasks[i], wake);
  }
}

bool sp_loop_writer_wanted(const struct sp_loop_executor *executor) {
  return executor->plans.count > 0 || executor->bulk_plans.count > 0 || executor->calls.first ||
         executor->unmaintained >= DIRECT_PER_TIDY;
}

/* Housekeeping with the connection held; called and left with the lock held. */
static void tidy(struct sp_loop_executor *executor) {
  executor->writing = true;
  executor->unmaintained = 0;
  pthread_mutex_unlock(&executor->lock);
  const struct sp_db_api *api = *(const struct sp_db_api *const *)(const void *)executor->db; /* by database.h */
  api->maintain(executor->db, executor->options.now());
  pthread_mutex_lock(&executor->lock);
  executor->writing = false;
}

static void run_group(struct sp_loop_executor *executor, struct sp_task **tasks, int count) {
  executor->writing = true;
  pthread_mutex_unlock(&executor->lock);
  struct sp_loop_wake wake = {0};
  int64_t us = sp_loop_commit(executor, tasks, count);
  pthread_mutex_lock(&executor->lock);
  sp_loop_settle(executor, tasks, count, us, &wake);
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, &wake); /* the answers go out before the housekeeping */
  pthread_mutex_lock(&executor->lock);
  tidy(executor);
}

static void run_call(struct sp_loop_executor *executor) {
  struct sp_loop_call *call = sp_loop_calls_pop(&executor->calls);
  struct sp_loop_wake wake = {0};
  executor->writing = true;
  pthread_mutex_unlock(&executor->lock);
  call->result = call->run(executor->db, call);
  pthread_mutex_lock(&executor->lock);
  executor->writing = false;
  struct sp_loop_job *job = call->waiter;
  if (call->result > 0) {
    sp_loop_calls_push(&executor->calls, call);
  } else if (job) {
    job->finished = true;
    pthread_cond_signal(&job->ready);
  } else {
    sp_loop_calls_push(&executor->calls_done, call);
    sp_loop_notify(executor, &wake);
  }
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, &wake);
  pthread_mutex_lock(&executor->lock);
}

/* Nothing to write, or a worker is at it. Called and left with the lock held. */
static void rest(struct sp_loop_executor *executor) {
  if (!executor->writing && executor->unmaintained >= DIRECT_PER_TIDY) {
    tidy(executor);
    return;
  }
  executor->writer_idle = true;
  pthread_cond_wait(&executor->write_ready, &executor->lock);
  executor->writer_idle = false;
}

void *sp_loop_writer_main(void *arg) {
  struct sp_loop_executor *executor = arg;
  struct sp_task *tasks[SP_LOOP_GROUP_MAX];
  pthread_mutex_lock(&executor->lock);
  while (!(executor->quit && executor->workers_gone == executor->options.workers)) {
    int count = executor->writing ? 0 : pick(executor, tasks);
    if (count > 0) run_group(executor, tasks, count);
    if (!executor->writing && executor->calls.first) {
      run_call(executor);
    } else if (count == 0) {
      rest(executor);
    }
  }
  pthread_mutex_unlock(&executor->lock);
  sp_db_close(executor->db);
  executor->db = NULL;
  struct sp_loop_wake wake = {0};
  pthread_mutex_lock(&executor->lock);
  executor->writer_gone = true;
  sp_loop_notify(executor, &wake);
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, &wake);
  return NULL;
}
