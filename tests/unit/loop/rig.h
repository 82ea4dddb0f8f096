/* A loop, a store and an executor for one test, and tasks that write numbers. */
#ifndef SP_TESTS_LOOP_RIG_H
#define SP_TESTS_LOOP_RIG_H

#include "fake_db.h"
#include "loop/executor.h"
#include "loop/loop.h"
#include <stdio.h>

struct rig {
  struct fake_store *store;
  struct uv_loop_s *loop;
  struct sp_loop_executor *executor;
  struct sp_executor *port;
  int worker_to_fail; /* open_worker fails for this index; −1 for none */
  bool stopped;
};

static int rig_open_worker(void *ctx, struct sp_worker *worker, struct sp_error *err) {
  struct rig *rig = ctx;
  if (worker->index == rig->worker_to_fail) return sp_fail(err, SP_E_CORRUPT, NULL, "no database here");
  worker->db = fake_open(rig->store, false);
  return worker->db ? 0 : sp_error_nomem(err, __func__);
}

static void rig_close_worker(void *ctx, struct sp_worker *worker) {
  (void)ctx;
  fake_close(worker->db);
}

static int rig_open_writer(void *ctx, struct sp_db **db, struct sp_error *err) {
  struct rig *rig = ctx;
  *db = fake_open(rig->store, true);
  return *db ? 0 : sp_error_nomem(err, __func__);
}

static inline int rig_start(struct rig *rig, struct sp_loop_options options, struct sp_error *err) {
  if (!rig->store) rig->store = calloc(1, sizeof *rig->store);
  if (sp_loop_new(&rig->loop, err) != 0) return SP_E_IO;
  options.loop = rig->loop;
  options.ctx = rig;
  options.open_worker = rig_open_worker;
  options.close_worker = rig_close_worker;
  options.open_writer = rig_open_writer;
  int result = sp_loop_executor_new(&options, &rig->executor, err);
  if (result == 0) rig->port = sp_loop_executor_port(rig->executor);
  return result;
}

static void rig_on_stopped(void *ctx) {
  struct rig *rig = ctx;
  rig->stopped = true;
}

static inline void rig_stop(struct rig *rig) {
  sp_loop_executor_stop(rig->executor, rig_on_stopped, rig);
}

/* Run the loop to its end and take everything down; the store stays for the test to look at. */
static inline void rig_end(struct rig *rig) {
  sp_loop_run(rig->loop);
  assert_true(rig->stopped);
  sp_loop_executor_free(rig->executor);
  assert_int_equal(sp_loop_free(rig->loop), 0);
  assert_int_equal(rig->store->overlaps, 0);
  assert_int_equal(rig->store->open_readers, 0);
  assert_int_equal(rig->store->open_writers, 0);
  assert_false(rig->store->closed_out_of_order);
}

struct number {
  struct sp_task task; /* first */
  struct rig *rig;
  int number;
  enum fake_act act; /* of the last try … */
  int conflicts;     /* … after so many lost races */
  bool writes;
  int pause_us; /* inside work */
  int done;     /* calls of done */
  int works;    /* calls of work */
  bool dirty;   /* the executor handed over a task that was not reset */
  void (*then)(struct number *number);
};

static void number_work(struct sp_worker *worker, struct sp_task *task) {
  struct number *self = (struct number *)task;
  self->works++;
  if (task->plan.steps != 0 || task->result != 0 || task->error.message[0] || task->arena.used != 0) self->dirty = true;
  if (!fake_of(worker->db)->open || self->works != task->tries) self->dirty = true;
  fake_pause(self->pause_us);
  if (!self->writes) return;
  enum fake_act act = task->tries <= self->conflicts ? FAKE_CONFLICT : self->act;
  const struct sp_value params[] = {sp_v_int(self->number), sp_v_int((int64_t)act)};
  sp_plan_add(&task->plan, (enum sp_query)0, params, 2);
}

static void number_done(struct sp_task *task) {
  struct number *self = (struct number *)task;
  self->done++;
  if (self->then) self->then(self);
}

static inline void number_init(struct number *self, struct rig *rig, int number, bool writes) {
  *self = (struct number){
      .task = {.work = number_work, .done = number_done}, .rig = rig, .number = number, .writes = writes};
  sp_arena_init(&self->task.arena, 1 << 16);
}

/* Only the failures a test asks for are errors in the setup of `submit`. */
static inline int number_submit(struct number *self) {
  return self->rig->port->submit(self->rig->port, &self->task);
}

#endif
