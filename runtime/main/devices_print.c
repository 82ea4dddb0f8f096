/* The ledger and the printers: what is queued goes to a driver, what the driver says goes to the ledger. */
#include "base/clock.h"
#include "main/devices_parts.h"
#include <stdlib.h>
#include <string.h>

#define LOOK_MAX 32 /* documents read in one look */
#define LIST_MAX 50 /* jobs a page is told of */

/* ---- Jobs in hand ---- */

static struct job *job_find(struct sp_node_devices *devices, uint64_t mark) {
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

/* The ledger knows: the first byte may leave. */
static void go(struct sp_node_devices *devices, struct job *job) {
  struct entry *entry = sp_devices_find(devices, job->device);
  struct sp_error error = {.lang = SP_LANG_EN};
  if (!entry || !entry->device) return;
  job->begun = true;
  if (sp_printer_go(entry->device, job->mark, sp_clock_monotonic_us(), &error) == 0) return;
  sp_log(SP_LOG_WARN, "devices", "job %llu: %s", (unsigned long long)job->mark, error.message);
}

/* Somebody cancelled it meanwhile: nothing of it has left, and nothing will. */
static void refused(struct sp_node_devices *devices, struct job *job) {
  struct entry *entry = sp_devices_find(devices, job->device);
  struct sp_error error = {.lang = SP_LANG_EN};
  if (entry && entry->device) sp_printer_cancel(entry->device, job->mark, &error);
  job->count = 0;
  job->over = true;
}

static bool may_pass(int result) {
  return result == SP_E_CONFLICT || result == SP_E_BUSY || result == SP_E_IO || result == SP_E_FULL;
}

static void step_end(struct chore *chore) {
  struct stepping *stepping = (struct stepping *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  struct job *job = job_find(devices, stepping->mark);
  int result = chore->task.result;
  if (!devices->stopping && may_pass(result)) {
    sp_log(SP_LOG_WARN, "devices", "job %llu waits for the disk: %s", (unsigned long long)stepping->mark,
           chore->task.error.message);
    sp_devices_chore_again(chore);
    return;
  }
  if (job) {
    job->writing = false;
    job->first = (job->first + 1) % STEPS_MAX;
    job->count--;
    if (result == 0) {
      job->written = stepping->step.to;
      devices->printed[stepping->step.to]++;
      if (stepping->step.to == SP_PAPER_SENDING && !devices->stopping) go(devices, job);
    } else if (stepping->step.to == SP_PAPER_SENDING) {
      refused(devices, job);
    }
    step_write(devices, job);
  }
  free(stepping);
  sp_devices_show_print(devices);
}

static void step_write(struct sp_node_devices *devices, struct job *job) {
  if (job->writing) return;
  if (job->count == 0) {
    char till[sizeof job->till];
    if (!job->over) return;
    memcpy(till, job->till, sizeof till);
    job_drop(devices, job);
    if (devices->stopping) return;
    sp_till_hub_refresh(devices->hub, till[0] != '\0' ? till : NULL);
    sp_devices_look(devices); /* there is room for the next */
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

static void step_add(struct sp_node_devices *devices, struct job *job, enum sp_paper to, const char *reason) {
  if (job->count == STEPS_MAX) {
    sp_log(SP_LOG_ERROR, "devices", "job %llu: too many steps wait for the disk", (unsigned long long)job->mark);
    return;
  }
  struct step *step = &job->steps[(job->first + job->count) % STEPS_MAX];
  step->to = to;
  snprintf(step->reason, sizeof step->reason, "%s", reason ? reason : "");
  job->count++;
  step_write(devices, job);
}

/* ---- What a printer says of a job ---- */

static void on_wanted(struct sp_node_devices *devices, struct job *job) {
  if (job->written == SP_PAPER_HELD) step_add(devices, job, SP_PAPER_QUEUED, "");
  step_add(devices, job, SP_PAPER_SENDING, "");
}

/* A drawer that nobody waits for any more stays shut; paper waits for its printer. */
static void on_held(struct sp_node_devices *devices, struct job *job, const char *reason) {
  job->over = job->drawer;
  job->begun = false;
  step_add(devices, job, job->drawer ? SP_PAPER_CANCELLED : SP_PAPER_HELD, reason);
}

void sp_devices_job_event(struct sp_node_devices *devices, struct entry *entry, const struct sp_device_event *event) {
  struct job *job = job_find(devices, event->job.id);
  struct sp_error error = {.lang = SP_LANG_EN};
  if (!job) { /* a kick to try the drawer with */
    if (event->job.step == SP_PRINT_WANTED) sp_printer_go(entry->device, event->job.id, event->now_us, &error);
    return;
  }
  switch (event->job.step) {
  case SP_PRINT_WANTED:
    on_wanted(devices, job);
    break;
  case SP_PRINT_SENT:
    step_add(devices, job, SP_PAPER_SENT, event->job.reason);
    break;
  case SP_PRINT_ACKED:
    step_add(devices, job, SP_PAPER_ACKED, event->job.reason);
    break;
  case SP_PRINT_DONE:
    job->over = true;
    step_add(devices, job, SP_PAPER_DONE, event->job.reason);
    break;
  case SP_PRINT_HELD:
    on_held(devices, job, event->job.reason);
    break;
  case SP_PRINT_UNCERTAIN:
    job->over = true;
    step_add(devices, job, job->drawer ? SP_PAPER_CANCELLED : SP_PAPER_UNCERTAIN, event->job.reason);
    sp_devices_faults(devices, entry);
    break;
  }
}

/* The driver is gone: what may have begun is uncertain, the rest is still in the ledger's queue. */
void sp_devices_jobs_lost(struct sp_node_devices *devices, const char *device) {
  for (int i = devices->job_count - 1; i >= 0; i--) {
    struct job *job = devices->jobs[i];
    if (strcmp(job->device, device) != 0 || job->over || devices->stopping) continue;
    job->over = true;
    if (job->begun)
      step_add(devices, job, job->drawer ? SP_PAPER_CANCELLED : SP_PAPER_UNCERTAIN, "removed");
    else
      step_write(devices, job);
  }
}

/* ---- Looking for work ---- */

struct wanted {
  struct sp_print_job job;
  struct sp_print print;
  bool readable;
};

struct look {
  struct chore chore; /* first */
  uint64_t known[SP_NODE_JOBS_MAX];
  int known_count;
  struct wanted wanted[LOOK_MAX];
  char tills[LOOK_MAX][SP_ALARM_TILL_MAX + 1];
  int count;
  bool more;
};

static bool is_known(const struct look *look, uint64_t mark) {
  for (int i = 0; i < look->known_count; i++) {
    if (look->known[i] == mark) return true;
  }
  return false;
}

static int till_code(struct sp_work *work, const struct sp_id *till, char out[SP_ALARM_TILL_MAX + 1]) {
  struct sp_rows *rows = NULL;
  const struct sp_value key = sp_v_blob(till->bytes, SP_ID_LEN);
  out[0] = '\0';
  if (sp_id_is_nil(till)) return 0;
  int got = sp_db_one(work->db, SP_Q_TILL_STATE_GET, &key, 1, &rows, work->err);
  if (got > 0) snprintf(out, SP_ALARM_TILL_MAX + 1, "%s", sp_rows_text(rows, 0));
  sp_rows_finish(rows);
  return got < 0 ? got : 0;
}

static int look_at(struct look *look, struct sp_work *work, const struct sp_print_job *job) {
  struct wanted *wanted = &look->wanted[look->count];
  struct sp_error ignored = {.lang = work->lang};
  int rc = sp_print_load(work, &job->id, &wanted->job);
  if (!rc) rc = till_code(work, &job->till, look->tills[look->count]);
  if (rc) return rc;
  wanted->readable =
      wanted->job.json && wanted->job.json[0] != '\0' &&
      sp_print_parse(wanted->job.json, strlen(wanted->job.json), work->arena, &wanted->print, &ignored) == 0;
  look->count++;
  return 0;
}

static int look_run(struct chore *chore, struct sp_work *work) {
  struct look *look = (struct look *)(void *)chore;
  struct sp_print_job *jobs = NULL;
  int32_t count = 0;
  look->count = 0;
  look->more = false;
  int rc = sp_print_pending(work, NULL, &jobs, &count);
  for (int32_t i = 0; i < count && !rc; i++) {
    if (is_known(look, (uint64_t)jobs[i].mark)) continue;
    look->more = look->count == LOOK_MAX;
    if (look->more) break;
    rc = look_at(look, work, &jobs[i]);
  }
  return rc;
}

/* Into the hands of its printer. False when that has no room now. */
static bool hand_over(struct sp_node_devices *devices, const struct wanted *wanted, const char *till) {
  struct entry *entry = sp_devices_find(devices, wanted->job.device);
  struct sp_error error = {.lang = SP_LANG_EN};
  bool drawer = strcmp(wanted->job.kind, "drawer") == 0;
  if (!entry || !entry->device || devices->job_count == SP_NODE_JOBS_MAX) return false;
  if (sp_device_class(entry->device) != SP_DEVICE_PRINTER) return false;
  struct job *job = calloc(1, sizeof *job);
  if (!job) return false;
  job->id = wanted->job.id;
  job->mark = (uint64_t)wanted->job.mark;
  job->drawer = drawer;
  job->written = wanted->job.state;
  snprintf(job->device, sizeof job->device, "%s", wanted->job.device);
  snprintf(job->till, sizeof job->till, "%s", till);
  devices->jobs[devices->job_count++] = job;
  const struct sp_printer_job submitted = {.id = job->mark, .drawer = drawer, .may_wait = !drawer};
  int rc = drawer || wanted->readable
               ? sp_printer_submit(entry->device, &submitted, drawer ? NULL : &wanted->print, NULL, &error)
               : sp_fail(&error, SP_E_CORRUPT, "document", "The stored printout cannot be read");
  if (rc == 0) {
    entry->due_us = 0;
    return true;
  }
  if (rc == SP_E_BUSY) {
    job_drop(devices, job);
    return false;
  }
  sp_log(SP_LOG_ERROR, "devices", "job %llu: %s", (unsigned long long)job->mark, error.message);
  job->over = true;
  step_add(devices, job, SP_PAPER_CANCELLED, error.message);
  return true;
}

static void look_end(struct chore *chore) {
  struct look *look = (struct look *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  bool strange = false, taken = false;
  devices->looking = false;
  for (int i = 0; i < look->count && chore->task.result == 0 && !devices->stopping; i++) {
    if (job_find(devices, (uint64_t)look->wanted[i].job.mark)) continue;
    strange |= !sp_devices_find(devices, look->wanted[i].job.device);
    taken |= hand_over(devices, &look->wanted[i], look->tills[i]);
  }
  bool again = devices->look_again || (look->more && taken);
  free(look);
  sp_devices_rearm(devices);
  if (strange && !devices->loading) sp_devices_load(devices); /* a till was given a printer; the load looks again */
  if (again && !strange) sp_devices_look(devices);
}

void sp_devices_look(struct sp_node_devices *devices) {
  devices->look_again = devices->looking;
  if (devices->looking || devices->finishing || devices->stopping || !devices->recovered) return;
  struct look *look = calloc(1, sizeof *look);
  if (!look) return;
  for (int i = 0; i < devices->job_count; i++)
    look->known[look->known_count++] = devices->jobs[i]->mark;
  devices->looking = true;
  look->chore.run = look_run;
  look->chore.end = look_end;
  sp_devices_chore(devices, &look->chore);
}

/* ---- After a start ---- */

struct recovery {
  struct chore chore; /* first */
  int32_t count;
};

static int recover_run(struct chore *chore, struct sp_work *work) {
  return sp_print_recover(work, &((struct recovery *)(void *)chore)->count);
}

static void recover_end(struct chore *chore) {
  struct recovery *recovery = (struct recovery *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  int32_t count = recovery->count;
  int result = chore->task.result;
  if (result != 0) sp_log(SP_LOG_ERROR, "devices", "the print ledger: %s", chore->task.error.message);
  free(recovery);
  if (devices->stopping) return;
  if (result == 0 && count > 0) {
    sp_log(SP_LOG_INFO, "devices", "print jobs of before the start: %d", (int)count);
    sp_devices_recover(devices);
    return;
  }
  devices->recovered = result == 0;
  sp_devices_show_print(devices);
  sp_devices_load(devices);
}

void sp_devices_recover(struct sp_node_devices *devices) {
  struct recovery *recovery = calloc(1, sizeof *recovery);
  if (!recovery) return;
  recovery->chore.run = recover_run;
  recovery->chore.end = recover_end;
  sp_devices_chore(devices, &recovery->chore);
}

/* ---- The section "print": jobs that are not over, of all tills ---- */

struct show {
  struct chore chore; /* first */
  struct sp_buf json;
};

static int show_run(struct chore *chore, struct sp_work *work) {
  struct show *show = (struct show *)(void *)chore;
  struct sp_json_writer w;
  sp_buf_reset(&show->json);
  sp_json_start(&w, &show->json);
  return sp_print_list_json(work, true, &(struct sp_id){{0}}, LIST_MAX, &w);
}

static void show_end(struct chore *chore) {
  struct show *show = (struct show *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  devices->showing = false;
  if (chore->task.result == 0 && !devices->stopping && show->json.failed == 0) {
    sp_till_hub_section(devices->hub, NULL, "print", sp_buf_text(&show->json), show->json.len);
  }
  sp_buf_free(&show->json);
  free(show);
  if (devices->show_again) sp_devices_show_print(devices);
}

void sp_devices_show_print(struct sp_node_devices *devices) {
  devices->show_again = devices->showing;
  if (devices->showing || devices->stopping) return;
  struct show *show = calloc(1, sizeof *show);
  if (!show) return;
  sp_buf_init(&show->json, SP_TILL_SECTION_MAX);
  devices->showing = true;
  show->chore.run = show_run;
  show->chore.end = show_end;
  sp_devices_chore(devices, &show->chore);
}
