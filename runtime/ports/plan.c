#include "ports/plan.h"
#include "base/text.h"
#include <string.h>

void sp_plan_init(struct sp_plan *plan, struct sp_arena *arena) {
  *plan = (struct sp_plan){.arena = arena};
}

static struct sp_plan_step *step_append(struct sp_plan *plan) {
  if (plan->failed) return NULL;
  if (plan->steps >= SP_PLAN_STEPS_MAX) {
    plan->failed = SP_E_LIMIT;
    return NULL;
  }
  struct sp_plan_step *step = sp_arena_alloc(plan->arena, sizeof *step);
  if (!step) {
    plan->failed = SP_E_NOMEM;
    return NULL;
  }
  if (plan->last)
    plan->last->next = step;
  else
    plan->first = step;
  plan->last = step;
  plan->steps++;
  return step;
}

/* Values and the bytes of short blobs in one allocation. */
static struct sp_value *params_copy(struct sp_plan *plan, const struct sp_value *params, size_t count) {
  size_t blobs = 0;
  for (size_t i = 0; i < count; i++) {
    if (params[i].kind == SP_VALUE_BLOB && params[i].len <= SP_PLAN_BLOB_COPIED) blobs += params[i].len;
  }
  struct sp_value *copy = sp_arena_alloc(plan->arena, count * sizeof *copy + blobs);
  if (!copy) {
    plan->failed = SP_E_NOMEM;
    return NULL;
  }
  char *bytes = (char *)(copy + count);
  memcpy(copy, params, count * sizeof *copy);
  for (size_t i = 0; i < count; i++) {
    if (copy[i].kind != SP_VALUE_BLOB || copy[i].len > SP_PLAN_BLOB_COPIED || copy[i].len == 0) continue;
    memcpy(bytes, copy[i].bytes, copy[i].len);
    copy[i].bytes = bytes;
    bytes += copy[i].len;
  }
  return copy;
}

static struct sp_plan_step *statement_append(struct sp_plan *plan, enum sp_query query, const struct sp_value *params,
                                             int count) {
  if (!plan->failed && (count < 0 || count > SP_PARAMS_MAX)) plan->failed = SP_E_LIMIT;
  struct sp_plan_step *step = step_append(plan);
  if (!step) return NULL;
  step->query = query;
  step->count = count;
  if (count <= 0) return step;
  step->params = params_copy(plan, params, (size_t)count);
  return step->params ? step : NULL;
}

void sp_plan_add(struct sp_plan *plan, enum sp_query query, const struct sp_value *params, int count) {
  statement_append(plan, query, params, count);
}

void sp_plan_expect(struct sp_plan *plan, enum sp_query query, const struct sp_value *params, int count, int code,
                    const char *field, const char *message) {
  struct sp_plan_step *step = statement_append(plan, query, params, count);
  if (!step) return;
  step->expect = SP_EXPECT_ONE;
  step->code = code;
  step->field = field;
  step->message = message;
}

void sp_plan_call_add(struct sp_plan *plan, sp_plan_call *call, void *argument) {
  struct sp_plan_step *step = step_append(plan);
  if (!step) return;
  step->call = call;
  step->argument = argument;
}

static int step_run(const struct sp_plan_step *step, struct sp_db *db, struct sp_error *err) {
  if (step->call) return step->call(db, step->argument, err);
  int64_t changed = 0;
  int result = sp_db_exec(db, step->query, step->params, step->count, &changed, err);
  if (result || step->expect == SP_EXPECT_ANY || changed == 1) return result;
  return sp_fail(err, step->code, step->field, "%s", sp_tr(err ? err->lang : SP_LANG_EN, step->message));
}

int sp_plan_run(const struct sp_plan *plan, struct sp_db *db, struct sp_error *err) {
  if (plan->failed == SP_E_LIMIT)
    return sp_fail(err, SP_E_LIMIT, NULL, "One request may write at most %d statements", SP_PLAN_STEPS_MAX);
  if (plan->failed) return sp_error_nomem(err, __func__);
  for (const struct sp_plan_step *step = plan->first; step; step = step->next) {
    int result = step_run(step, db, err);
    if (result) return result;
  }
  return 0;
}
