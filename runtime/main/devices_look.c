/* The ledger is asked for work: printouts for printers that have room, jobs that somebody ended, printers that are not
 * there. Every printer has its own share of a look, so one that is dead holds up nobody else's paper. */
#include "main/devices_parts.h"
#include <stdlib.h>
#include <string.h>

#define LOOK_MAX   32 /* documents read in one look */
#define PARK_MAX   32 /* jobs for printers that are not there, held in one look */
#define DOUBTS_MAX 64 /* printers with an uncertain printout */

/* ---- Looking for work ---- */

struct share {
  char device[SP_DEVICE_ID_MAX + 1];
  int paper, drawers; /* room for so many more */
};

struct wanted {
  struct sp_print_job job;
  struct sp_print print;
  bool readable;
  char till[SP_ALARM_TILL_MAX + 1];
};

struct known {
  uint64_t mark;
  char device[SP_DEVICE_ID_MAX + 1];
  bool idle; /* it could still be taken back … */
  bool gone; /* … and is not this printer's any more: somebody ended it, or it is for another one now */
};

struct look {
  struct chore chore; /* first */
  bool park;          /* jobs of unknown printers are held */
  struct share shares[SP_NODE_DEVICES_MAX];
  int share_count;
  struct known *known;
  int known_count;
  struct wanted wanted[LOOK_MAX];
  int count;
  bool more, strange;
  int parked;
};

static struct share *share_of(struct look *look, const char *device) {
  for (int i = 0; i < look->share_count; i++) {
    if (strcmp(look->shares[i].device, device) == 0) return &look->shares[i];
  }
  return NULL;
}

static bool is_known(const struct look *look, uint64_t mark) {
  for (int i = 0; i < look->known_count; i++) {
    if (look->known[i].mark == mark) return true;
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

static int look_at(struct look *look, struct sp_work *work, const struct sp_id *id) {
  struct wanted *wanted = &look->wanted[look->count];
  struct sp_error ignored = {.lang = work->lang};
  int rc = sp_print_load(work, id, &wanted->job);
  if (!rc) rc = till_code(work, &wanted->job.till, wanted->till);
  if (rc) return rc;
  wanted->readable =
      wanted->job.json && wanted->job.json[0] != '\0' &&
      sp_print_parse(wanted->job.json, strlen(wanted->job.json), work->arena, &wanted->print, &ignored) == 0;
  look->count++;
  return 0;
}

static int check_known(struct look *look, struct sp_work *work) {
  for (int i = 0; i < look->known_count; i++) {
    struct known *known = &look->known[i];
    struct sp_rows *rows = NULL;
    const struct sp_value key = sp_v_int((int64_t)known->mark);
    if (!known->idle) continue;
    int got = sp_db_one(work->db, SP_Q_HUB_PRINT_STILL, &key, 1, &rows, work->err);
    if (got < 0) return got;
    known->gone = got == 0 || strcmp(sp_rows_text(rows, 0), known->device) != 0;
    sp_rows_finish(rows);
  }
  return 0;
}

/* A printer that is not there any more: people are told, and it waits until that printer is back or they decide. */
static int park(struct look *look, struct sp_work *work, const struct sp_id *id, bool drawer, bool held) {
  if (!drawer && held) return 0;
  look->parked++;
  return sp_print_step(work, id, drawer ? SP_PAPER_CANCELLED : SP_PAPER_HELD, 0, "removed", NULL);
}

/* Queued and held jobs, those of a printer together, drawers first and then the oldest. */
static int look_run(struct chore *chore, struct sp_work *work) {
  struct look *look = (struct look *)(void *)chore;
  struct sp_rows *rows = NULL;
  struct sp_id id;
  look->count = look->parked = 0;
  look->more = look->strange = false;
  int rc = sp_db_query(work->db, SP_Q_HUB_PRINT_WAITING, NULL, 0, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    struct share *share = share_of(look, sp_rows_text(rows, 1));
    bool drawer = strcmp(sp_rows_text(rows, 2), "drawer") == 0, held = strcmp(sp_rows_text(rows, 4), "held") == 0;
    sp_rows_id(rows, 0, &id);
    rc = 0;
    if (is_known(look, (uint64_t)sp_rows_int(rows, 3))) continue;
    look->strange |= !share;
    int *room = !share ? NULL : drawer ? &share->drawers : &share->paper;
    if (!share && look->park && look->parked < PARK_MAX) rc = park(look, work, &id, drawer, held);
    if (!room || *room == 0) continue;
    look->more = look->count == LOOK_MAX;
    if (look->more) break;
    --*room;
    rc = look_at(look, work, &id);
  }
  sp_rows_finish(rows);
  return rc == 0 ? check_known(look, work) : rc;
}

/* Into the hands of its printer, if that is still there. */
static void hand_over(struct sp_node_devices *devices, const struct wanted *wanted) {
  struct entry *entry = sp_devices_find(devices, wanted->job.device);
  if (!entry || !entry->device || sp_device_class(entry->device) != SP_DEVICE_PRINTER) return;
  if (sp_devices_job_find(devices, (uint64_t)wanted->job.mark)) return;
  bool drawer = strcmp(wanted->job.kind, "drawer") == 0;
  sp_devices_job_take(devices, entry, &wanted->job, wanted->till, &wanted->print,
                      drawer || wanted->readable ? NULL : "The stored printout cannot be read");
}

static void take_back(struct sp_node_devices *devices, const struct look *look) {
  for (int i = 0; i < look->known_count; i++) {
    struct job *job = look->known[i].gone ? sp_devices_job_find(devices, look->known[i].mark) : NULL;
    if (job && sp_devices_job_idle(job)) sp_devices_job_forget(devices, job);
  }
}

static void look_end(struct chore *chore) {
  struct look *look = (struct look *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  if (sp_devices_chore_may_pass(chore, "a look for print jobs")) {
    sp_devices_chore_again(chore);
    return;
  }
  bool good = chore->task.result == 0 && !devices->stopping;
  if (chore->task.result != 0 && !devices->stopping)
    sp_log(SP_LOG_ERROR, "devices", "the print jobs could not be read: %s", chore->task.error.message);
  devices->looking = false;
  if (good) take_back(devices, look);
  for (int i = 0; i < look->count && good; i++)
    hand_over(devices, &look->wanted[i]);
  bool strange = good && look->strange, load = strange && devices->may_load;
  bool again = devices->look_again || (good && (look->more || look->parked == PARK_MAX));
  bool parked = good && look->parked > 0;
  free(look->known);
  free(look);
  sp_devices_rearm(devices);
  if (parked) sp_devices_show_print(devices);
  if (load) {
    devices->may_load = false;
    sp_devices_load(devices); /* a till was given a printer; the load looks again */
  } else if (again) {
    sp_devices_look(devices);
  }
}

static void share_out(const struct sp_node_devices *devices, struct look *look) {
  for (int i = 0; i < devices->count; i++) {
    const struct entry *entry = devices->entries[i];
    if (!entry->device || sp_device_class(entry->device) != SP_DEVICE_PRINTER) continue;
    struct share *share = &look->shares[look->share_count++];
    memcpy(share->device, entry->id, sizeof share->device);
    share->paper = HAND_PAPER_MAX;
    share->drawers = HAND_DRAWER_MAX;
  }
  for (int i = 0; i < devices->job_count; i++) {
    const struct job *job = devices->jobs[i];
    struct known *known = &look->known[look->known_count++];
    known->mark = job->mark;
    known->idle = sp_devices_job_idle(job);
    memcpy(known->device, job->device, sizeof known->device);
    struct share *share = share_of(look, job->device);
    int *room = !share ? NULL : job->drawer ? &share->drawers : &share->paper;
    if (room && *room > 0) --*room;
  }
}

void sp_devices_look(struct sp_node_devices *devices) {
  devices->look_again = devices->looking;
  if (devices->looking || devices->finishing || devices->stopping || !devices->recovered) return;
  struct look *look = calloc(1, sizeof *look);
  if (look) look->known = calloc((size_t)devices->job_count + 1, sizeof *look->known);
  if (!look || !look->known) {
    free(look);
    return;
  }
  share_out(devices, look);
  look->park = !devices->may_load && !devices->loading;
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
  if (sp_devices_chore_may_pass(chore, "the print ledger of before the start")) {
    sp_devices_chore_again(chore);
    return;
  }
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
  devices->may_load = false;
  sp_devices_load(devices);
}

void sp_devices_recover(struct sp_node_devices *devices) {
  struct recovery *recovery = calloc(1, sizeof *recovery);
  if (!recovery) return;
  recovery->chore.run = recover_run;
  recovery->chore.end = recover_end;
  sp_devices_chore(devices, &recovery->chore);
}

/* ---- The section "print": to each till its jobs that are not over; and which printer left a doubt ---- */

struct doubt {
  char device[SP_DEVICE_ID_MAX + 1];
  char title[SP_ALARM_JOB_MAX + 1];
};

struct show {
  struct chore chore;            /* first */
  struct sp_print_share *shares; /* in the task's arena */
  int32_t share_count;
  struct doubt doubts[DOUBTS_MAX];
  int count;
};

static int read_doubts(struct show *show, struct sp_work *work) {
  struct sp_rows *rows = NULL;
  show->count = 0;
  int rc = sp_db_query(work->db, SP_Q_HUB_PRINT_DOUBTS, NULL, 0, &rows, work->err);
  while (rc == 0 && show->count < DOUBTS_MAX && (rc = sp_rows_next(rows, work->err)) > 0) {
    struct doubt *doubt = &show->doubts[show->count++];
    snprintf(doubt->device, sizeof doubt->device, "%s", sp_rows_text(rows, 0));
    snprintf(doubt->title, sizeof doubt->title, "%s", sp_rows_text(rows, 1));
    rc = 0;
  }
  sp_rows_finish(rows);
  return rc;
}

static int show_run(struct chore *chore, struct sp_work *work) {
  struct show *show = (struct show *)(void *)chore;
  int rc = sp_print_shares(work, &show->shares, &show->share_count);
  return rc == 0 ? read_doubts(show, work) : rc;
}

static void tell_doubts(struct sp_node_devices *devices, const struct show *show) {
  for (int i = 0; i < devices->count; i++) {
    const char *title = "";
    for (int k = 0; k < show->count; k++) {
      if (strcmp(show->doubts[k].device, devices->entries[i]->id) == 0) title = show->doubts[k].title;
    }
    sp_devices_uncertain(devices, devices->entries[i], title);
  }
}

/* The last share is that of the tills which wait for nothing. */
static void tell_tills(struct sp_node_devices *devices, const struct show *show) {
  const char *tills[SP_PRINT_SHARES_MAX];
  int last = show->share_count - 1;
  for (int i = 0; i < last; i++) {
    const struct sp_print_share *share = &show->shares[i];
    tills[i] = share->till;
    sp_till_hub_section(devices->hub, share->till, "print", share->json, share->len);
  }
  sp_till_hub_section_rest(devices->hub, tills, last, "print", show->shares[last].json, show->shares[last].len);
}

static void show_end(struct chore *chore) {
  struct show *show = (struct show *)(void *)chore;
  struct sp_node_devices *devices = chore->devices;
  if (sp_devices_chore_may_pass(chore, "the list of print jobs")) {
    sp_devices_chore_again(chore);
    return;
  }
  devices->showing = false;
  if (chore->task.result == 0 && !devices->stopping) {
    tell_tills(devices, show);
    tell_doubts(devices, show);
  }
  free(show);
  if (devices->show_again) sp_devices_show_print(devices);
}

void sp_devices_show_print(struct sp_node_devices *devices) {
  devices->show_again = devices->showing;
  if (devices->showing || devices->stopping) return;
  struct show *show = calloc(1, sizeof *show);
  if (!show) return;
  devices->showing = true;
  show->chore.run = show_run;
  show->chore.end = show_end;
  sp_devices_chore(devices, &show->chore);
}
