#include "loop/internal.h"

void sp_loop_list_push(struct sp_loop_list *list, struct sp_task *task) {
  task->next = NULL;
  if (list->last) {
    list->last->next = task;
  } else {
    list->first = task;
  }
  list->last = task;
  list->count++;
}

void sp_loop_list_push_front(struct sp_loop_list *list, struct sp_task *task) {
  task->next = list->first;
  list->first = task;
  if (!list->last) list->last = task;
  list->count++;
}

struct sp_task *sp_loop_list_pop(struct sp_loop_list *list) {
  struct sp_task *task = list->first;
  if (!task) return NULL;
  list->first = task->next;
  if (!list->first) list->last = NULL;
  list->count--;
  task->next = NULL;
  return task;
}

void sp_loop_calls_push(struct sp_loop_calls *calls, struct sp_loop_call *call) {
  call->next = NULL;
  if (calls->last) {
    calls->last->next = call;
  } else {
    calls->first = call;
  }
  calls->last = call;
}

struct sp_loop_call *sp_loop_calls_pop(struct sp_loop_calls *calls) {
  struct sp_loop_call *call = calls->first;
  if (!call) return NULL;
  calls->first = call->next;
  if (!calls->first) calls->last = NULL;
  call->next = NULL;
  return call;
}
