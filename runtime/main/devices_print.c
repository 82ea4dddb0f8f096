/* Jobs in the hands of printers: what a driver says of one goes to the ledger, in the order in which it happened. */
#include "base/clock.h"
#include "base/text.h"
#include "main/devices_parts.h"
#include <stdlib.h>
#include <string.h>

#define DRAWER_LATE_MS 5000 /* a drawer that was wanted longer ago stays shut */

/* ---- Jobs in hand ---- */

struct job *sp_devices_job_find(const struct sp_node_devices *devices, uint64_t mark) {
  for (int i = 0; i < devices->job_count; i++) {
    if (devices->jobs[i]->mark == mark) return devices->jobs[i];
  }
  return NULL;
}

static void job_drop(struct sp_node_devices *devices, struct job *job) {
  for (int i = 0; i < devices->job_count; i++) {
    if (devices->jobs[i] != job) continue;
    devices->jobs[i] = devices->jobs[--devices->job_count];
    break;
  }
  free(job);
}

bool sp_devices_job_waits(const struct sp_node_devices *devices, const char *device) {
  for (int i = 0; i < devices->job_count; i++) {
    const struct job *job = devices->jobs[i];
    if (!job->over && !job->drawer && strcmp(job->device, device) == 0) return true;
  }
  return false;
}

bool sp_devices_job_idle(const struct job *job) {
  return !job->begun && !job->writing && !job->over && job->count == 0;
}

/* ---- Steps, one after another on the disk ---- */

struct stepping {
  struct chore chore; /* first */
  struct sp_id id;
  uint64_t mark;
  struct step step;
};

static void step_write(struct sp_node_devices *devices, struct job *job);

static int step_run(struct chore *chore, struct sp_work *work) {
  struct stepping *stepping = (struct stepping *)(void *)chore;
  return sp_print_step(work, &stepping->id, stepping->step.to, 0, stepping->step.reason, NULL);
}

/* The last step that is not on its way to the disk yet; or null. */
static struct step *last_waiting(struct job *job) {
  if (job->count <= (job->writing ? 1 : 0)) return NULL;
  return &job->steps[(job->first + job->count - 1) % STEPS_MAX];
}

static void step_add(struct sp_node_devices *devices, struct job *job, enum sp_paper to, const char *reason) {
  struct step *step = last_waiting(job);
  if (!step || step->to != to) { /* else it is the same with another remark */
    if (job->count == STEPS_MAX) {
      sp_log(SP_LOG_ERROR, "devices", "job %llu: too many steps wait for the disk", (unsigned long long)job->mark);
      return;
    }
    step = &job->steps[(job->first + job->count) % STEPS_MAX];
    job->count++;
  }
  step->to = to;
  snprintf(step->reason, sizeof step->reason, "%s", reason ? reason : "");
  step_write(devices, job);
}

/* Nothing of it has left. What was to be written of a try that did not come about is not written. */
static void hold(struct sp_node_devices *devices, struct job *job, const char *reason) {
  const struct step *step = NULL;
  job->begun = false;
  while ((step = last_waiting(job)) != NULL &&
         (step->to == SP_PAPER_QUEUED || step->to == SP_PAPER_SENDING || step->to == SP_PAPER_HELD))
    job->count--;
  step_add(devices, job, SP_PAPER_HELD, reason);
}

/* Somebody stands there with money in the hand: told once, as soon as it is known. */
static void tell_drawer(struct sp_node_devices *devices, struct job *job, bool sent) {
  enum sp_lang lang = sp_till_hub_lang(devices->hub, job->till);
  if (!job->drawer || job->drawer_told || job->till[0] == '\0' || devices->stopping) return;
  job->drawer_told = true;
  sp_till_hub_notice(devices->hub, job->till, "warn", "drawer",
                     sent ? sp_tr(lang, "The drawer was told to open and did not answer: use the key if it is shut")
                          : sp_tr(lang, "The drawer could not be opened: use the key"));
}

/* A drawer that is not opened now stays shut. */
static void give_up_drawer(struct sp_node_devices *devices, struct job *job, const char *reason) {
  tell_drawer(devices, job, false);
  job->over = true;
  job->begun = false;
  step_add(devices, job, SP_PAPER_CANCELLED, reason);
}

/* Nothing of it has left, and this driver has nothing to do with it any more. */
static void give_back(struct sp_node_devices *devices, struct job *job, const char *reason) {
  if (job->drawer) {
    give_up_drawer(devices, job, reason);
    return;
  }
  job->over = true;
  hold(devices, job, reason);
}

static void doubt(struct sp_node_devices *devices, struct job *job, const char *reason) {
  tell_drawer(devices, job, true);
  job->over = true;
  step_add(devices, job, job->drawer ? SP_PAPER_CANCELLED : SP_PAPER_UNCERTAIN, reason);
}

static void take_back(struct sp_node_devices *devices, const struct job *job) {
  const struct entry *entry = sp_devices_find(devices, job->device);
  struct sp_error ignored = {.lang = SP_LANG_EN};
  if (entry && entry->device) (void)sp_printer_cancel(entry->device, job->mark, &ignored);
}

/* The ledger knows: the first byte may leave. */
static void go(struct sp_node_devices *devices, struct job *job) {
  struct entry *entry = sp_devices_find(devices, job->device);
  struct sp_error error = {.lang = SP_LANG_EN};
  bool gone = job->over || !entry || !entry->device; /* its driver went while this was being written */
  job->begun = !gone;
  if (!gone && sp_printer_go(entry->device, job->mark, sp_clock_monotonic_us(), &error) == 0) return;
  job->begun = false;
  if (job->count > 0) return; /* the driver said why */
  if (!gone) take_back(devices, job);
  give_back(devices, job, gone ? "removed" : "link");
}

/* Somebody cancelled it meanwhile: nothing of it has left, and nothing will. */
static void refused(struct sp_node_devices *devices, struct job *job) {
  take_back(devices, job);
  job->count = 0;
  job->over = true;
}

static void step_written(struct sp_node_devices *devices, struct job *job, enum sp_paper to, int result) {
  job->writing = false;
  job->first = (job->first + 1) % STEPS_MAX;
  job->count--;
  if (result != 0) {
    if (to == SP_PAPER_SENDING) refused(devices, job);
    return;
  }
  job->written = to;
  devices->printed[to]++;
  if (devices->stopping) return;
  /* With more to write, the driver has thought better of it since. */
  if (to == SP_PAPER_SENDING && job->count == 0) go(devices, job);
  if (to == SP_PAPER_HELD && !job->over && job->till[0] != '\0') sp_till_hub_refresh(devices->hub, job->till);
}

static void step_end(struct chore *chore) {
  struct stepping *stepping = (struct stepping *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  struct job *job = sp_devices_job_find(devices, stepping->mark);
  if (sp_devices_chore_may_pass(chore, "a print job")) {
    sp_devices_chore_again(chore);
    return;
  }
  if (chore->task.result != 0) {
    sp_log(SP_LOG_WARN, "devices", "job %llu is not %s: %s", (unsigned long long)stepping->mark,
           sp_paper_name(stepping->step.to), chore->task.error.message);
  }
  if (job) {
    step_written(devices, job, stepping->step.to, chore->task.result);
    step_write(devices, job);
  }
  free(stepping);
  sp_devices_show_print(devices);
}

static void job_end(struct sp_node_devices *devices, struct job *job) {
  char till[sizeof job->till];
  memcpy(till, job->till, sizeof till);
  job_drop(devices, job);
  if (devices->stopping) return;
  sp_till_hub_refresh(devices->hub, till[0] != '\0' ? till : NULL);
  sp_devices_look(devices); /* there is room for the next */
}

static void step_write(struct sp_node_devices *devices, struct job *job) {
  if (job->writing) return;
  if (job->count == 0) {
    if (job->over) job_end(devices, job);
    return;
  }
  struct stepping *stepping = calloc(1, sizeof *stepping);
  if (!stepping) return; /* the ledger keeps it as it was: uncertain after the next start */
  stepping->chore.run = step_run;
  stepping->chore.end = step_end;
  stepping->id = job->id;
  stepping->mark = job->mark;
  stepping->step = job->steps[job->first];
  job->writing = true;
  sp_devices_chore(devices, &stepping->chore);
}

/* ---- What a printer says of a job ---- */

/* When the node is ending nothing new begins: it is the first thing after the next start. */
static void on_wanted(struct sp_node_devices *devices, struct job *job) {
  if (devices->finishing) return;
  if (job->written == SP_PAPER_HELD && job->count == 0) step_add(devices, job, SP_PAPER_QUEUED, "");
  step_add(devices, job, SP_PAPER_SENDING, "");
}

/* A drawer that nobody waits for any more stays shut; paper waits for its printer. */
static void on_held(struct sp_node_devices *devices, struct job *job, const char *reason, bool last) {
  if (last && job->drawer)
    give_up_drawer(devices, job, reason);
  else if (last)
    give_back(devices, job, reason);
  else
    hold(devices, job, reason);
  bool soon = strcmp(reason, "link") == 0 || strcmp(reason, "proving") == 0; /* it may be back in a moment */
  if (!soon) tell_drawer(devices, job, false);
}

void sp_devices_job_event(struct sp_node_devices *devices, struct entry *entry, const struct sp_device_event *event) {
  struct job *job = sp_devices_job_find(devices, event->job.id);
  const char *reason = event->job.reason;
  struct sp_error error = {.lang = SP_LANG_EN};
  if (!job) { /* what the ledger does not have is not printed */
    bool kick = event->job.step == SP_PRINT_WANTED && event->job.id >= KICK_MARK;
    if (kick) (void)sp_printer_go(entry->device, event->job.id, event->now_us, &error);
    return;
  }
  switch (event->job.step) {
  case SP_PRINT_WANTED:
    on_wanted(devices, job);
    break;
  case SP_PRINT_SENT:
    step_add(devices, job, SP_PAPER_SENT, reason);
    break;
  case SP_PRINT_ACKED:
    step_add(devices, job, SP_PAPER_ACKED, reason);
    break;
  case SP_PRINT_DONE:
    job->over = true;
    step_add(devices, job, SP_PAPER_DONE, reason);
    break;
  case SP_PRINT_HELD:
    on_held(devices, job, reason, event->job.last);
    break;
  case SP_PRINT_UNCERTAIN:
    doubt(devices, job, reason);
    break;
  }
}

/* The driver is gone: what may have begun is uncertain, the rest is still in the ledger's queue. */
void sp_devices_jobs_lost(struct sp_node_devices *devices, const char *device) {
  for (int i = devices->job_count - 1; i >= 0; i--) {
    struct job *job = devices->jobs[i];
    if (strcmp(job->device, device) != 0 || job->over || devices->stopping) continue;
    if (job->begun) {
      doubt(devices, job, "removed");
    } else if (job->drawer && job->written == SP_PAPER_QUEUED && job->count == 0) {
      give_up_drawer(devices, job, "removed");
    } else {
      job->over = true; /* when `sending` is being written, go() gives it back */
      step_write(devices, job);
    }
  }
}

void sp_devices_job_forget(struct sp_node_devices *devices, struct job *job) {
  take_back(devices, job);
  job->over = true;
  step_write(devices, job);
}

/* ---- Taking jobs ---- */

/* Nobody will ever see this paper: the till is told, and the ledger keeps why. */
static void impossible(struct sp_node_devices *devices, struct job *job, const char *why) {
  sp_log(SP_LOG_ERROR, "devices", "job %llu: %s", (unsigned long long)job->mark, why);
  if (job->till[0] != '\0' && !job->drawer) {
    enum sp_lang lang = sp_till_hub_lang(devices->hub, job->till);
    sp_till_hub_notice(devices->hub, job->till, "error", "device",
                       sp_tr(lang, "This printer cannot print that printout"));
  }
  job->over = true;
  step_add(devices, job, SP_PAPER_CANCELLED, why);
}

static bool is_late(const struct sp_print_job *job) {
  int64_t age = sp_clock_now_ms() - job->created_at;
  return age > DRAWER_LATE_MS;
}

void sp_devices_job_take(struct sp_node_devices *devices, struct entry *entry, const struct sp_print_job *from,
                         const char *till, const struct sp_print *print, const char *problem) {
  struct sp_error error = {.lang = SP_LANG_EN};
  bool drawer = strcmp(from->kind, "drawer") == 0;
  struct job *job = devices->job_count < SP_NODE_JOBS_MAX ? calloc(1, sizeof *job) : NULL;
  if (!job) return;
  job->id = from->id;
  job->mark = (uint64_t)from->mark;
  job->drawer = drawer;
  job->written = from->state;
  snprintf(job->device, sizeof job->device, "%s", from->device);
  snprintf(job->till, sizeof job->till, "%s", till);
  devices->jobs[devices->job_count++] = job;
  if (drawer && is_late(from)) {
    give_up_drawer(devices, job, "late");
    return;
  }
  const struct sp_printer_job submitted = {.id = job->mark, .drawer = drawer, .may_wait = !drawer};
  int rc = problem ? sp_fail(&error, SP_E_CORRUPT, "document", "%s", problem)
                   : sp_printer_submit(entry->device, &submitted, drawer ? NULL : print, NULL, &error);
  if (rc == 0)
    entry->due_us = 0;
  else if (rc == SP_E_BUSY || rc == SP_E_NOMEM)
    job_drop(devices, job); /* the next look tries again */
  else
    impossible(devices, job, error.message);
}
