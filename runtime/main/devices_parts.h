/* Private to main/devices*.c. */
#ifndef SP_MAIN_DEVICES_PARTS_H
#define SP_MAIN_DEVICES_PARTS_H

#include "api/till_hub.h"
#include "app/print_ledger.h"
#include "devices/driver/device.h"
#include "devices/link/hotplug.h"
#include "main/devices.h"
#include <uv.h>

#define CHORE_ARENA_MAX ((size_t)8 << 20)
#define STEPS_MAX       8 /* steps of one job that wait for the disk */
#define HAND_PAPER_MAX                                                                                                 \
  8 /* printouts in the hands of one driver: more would only wait there instead of in the ledger                       \
     */
#define HAND_DRAWER_MAX 16 /* drawers: they end by themselves within seconds, and never wait behind paper */
#define KICK_MARK       (UINT64_C(1) << 63) /* marks from here on are no job's of the ledger */

struct entry {
  char id[SP_DEVICE_ID_MAX + 1];
  char till[SP_ALARM_TILL_MAX + 1]; /* "" when it belongs to none */
  char *config;                     /* JSON */
  struct sp_device *device;         /* null: the configuration is not good, see `problem` */
  char problem[384];
  bool twice; /* … because another device has its link */
  int64_t due_us;
  uint32_t faults; /* as the alarms know them */
  uint64_t reconnects;
  bool met;                             /* it worked since it is here: what alarms remember of it is judged */
  char uncertain[SP_ALARM_JOB_MAX + 1]; /* the newest printout that a person must look at; "" */
  struct sp_buf *capture;
};

/* A print job in the hands of a driver. */
struct job {
  struct sp_id id;
  uint64_t mark;
  char device[SP_DEVICE_ID_MAX + 1];
  char till[SP_ALARM_TILL_MAX + 1];
  bool drawer;
  bool drawer_told; /* the cashier, that it stays shut */
  struct step {
    enum sp_paper to;
    char reason[48];
  } steps[STEPS_MAX]; /* a ring */
  int first, count;
  enum sp_paper written; /* the last step that is on disk */
  bool writing;          /* the first step is on its way there */
  bool begun;            /* bytes may have left */
  bool over;             /* no more will come of it */
};

/* Work for a worker: read and plan, then back on the loop. Embedded as the first member. */
struct chore {
  struct sp_task task; /* first: a task is cast back */
  struct sp_node_devices *devices;
  int tries; /* in vain so far */
  int (*run)(struct chore *chore, struct sp_work *work);
  void (*end)(struct chore *chore); /* frees what it was embedded in; the arena lives until it returns */
};

struct sp_node_devices {
  struct sp_node *node;
  struct sp_node_alarms *alarms;
  struct sp_till_hub *hub;
  struct sp_till_hub *training; /* or null */
  struct sp_api_devices api, training_api;
  uv_timer_t timer;
  uv_timer_t finish;
  void (*finished)(void *ctx);
  void *finished_ctx;
  int64_t finish_us; /* when waiting ends */
  bool timer_open, started, finishing, stopping;
  struct sp_hotplug *hotplug;
  struct entry *entries[SP_NODE_DEVICES_MAX];
  int count;
  struct job *jobs[SP_NODE_JOBS_MAX];
  int job_count;
  bool recovered, loading, load_again, looking, look_again, showing, show_again;
  bool may_load; /* a job for an unknown printer may mean that the configuration has changed */
  int chores;    /* under way */
  uint64_t printed[SP_PAPER_CANCELLED + 1];
};

/* Take the chore (allocated by the caller) to a worker; when the queue is full it is tried again. On SP_E_NOMEM and
 * while stopping `end` is called with the result. */
void sp_devices_chore(struct sp_node_devices *devices, struct chore *chore);
/* From its `end`: the same once more, after a while that grows up to two seconds. `end` must not free it then. */
void sp_devices_chore_again(struct chore *chore);
/* Did it fail in a way that may pass, and is there time left for another try? Says so in the log, once. */
bool sp_devices_chore_may_pass(const struct chore *chore, const char *what);
struct entry *sp_devices_find(struct sp_node_devices *devices, const char *id);
struct entry *sp_devices_of(struct sp_node_devices *devices, const char *till, enum sp_device_class class);
void sp_devices_rearm(struct sp_node_devices *devices);

/* devices_load.c: what is configured becomes drivers. */
void sp_devices_load(struct sp_node_devices *devices);
void sp_devices_drop(struct sp_node_devices *devices, struct entry *entry);
int sp_devices_place(struct sp_node_devices *devices, const char *id, const char *till, const char *config);

/* devices_look.c: the ledger is asked for work, after a start and whenever there may be some. */
void sp_devices_recover(struct sp_node_devices *devices);
void sp_devices_look(struct sp_node_devices *devices);
void sp_devices_show_print(struct sp_node_devices *devices);

/* devices_print.c: the jobs in the hands of drivers, and what becomes of them. */
struct job *sp_devices_job_find(const struct sp_node_devices *devices, uint64_t mark);
/* A job into the hands of its driver. `print` is null for a drawer, `problem` says why it cannot be printed. */
void sp_devices_job_take(struct sp_node_devices *devices, struct entry *entry, const struct sp_print_job *from,
                         const char *till, const struct sp_print *print, const char *problem);
/* Nothing of it has begun, nothing of it is being written. */
bool sp_devices_job_idle(const struct job *job);
/* The ledger has it no more for this driver. */
void sp_devices_job_forget(struct sp_node_devices *devices, struct job *job);
void sp_devices_job_event(struct sp_node_devices *devices, struct entry *entry, const struct sp_device_event *event);
/* Is something queued for it? */
bool sp_devices_job_waits(const struct sp_node_devices *devices, const char *device);
void sp_devices_jobs_lost(struct sp_node_devices *devices, const char *device);

/* devices_show.c */
void sp_devices_show(struct sp_node_devices *devices, const char *till); /* the section "devices" */
/* Whose scans and notices are those of a till now: the shop's, or training's. */
struct sp_till_hub *sp_devices_hub(const struct sp_node_devices *devices, const char *till);
void sp_devices_show_weight(struct sp_node_devices *devices, struct entry *entry, const struct sp_device_event *event);
void sp_devices_show_alarms(struct sp_node_devices *devices);
void sp_devices_list(void *ctx, struct sp_json_writer *w);
void sp_devices_scale(void *ctx, const char *till, struct sp_scale_fact *out);
void sp_devices_screen(void *ctx, const char *till, const char *json, size_t len);
void sp_devices_faults(struct sp_node_devices *devices, struct entry *entry);
/* The newest printout of this printer that a person must look at; "" when there is none. */
void sp_devices_uncertain(struct sp_node_devices *devices, struct entry *entry, const char *title);
/* The end of a scale's verification, when its configuration names one: known to the alarms for as long as it is here.
 */
void sp_devices_verification(struct sp_node_devices *devices, const struct entry *entry);

#endif
