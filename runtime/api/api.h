/* The HTTP face of a node: routes, who may use them, JSON in and out. It translates requests to use cases and knows no
 * SQL.
 *
 * Deny by default: every route names the role a person needs and the scope a program needs; a route without is not
 * reachable. A request runs as one task: authenticate, authorise, parse, find an earlier answer by Idempotency-Key, run
 * the use case, write the answer; the reply leaves after the plan is on disk. Errors are problem+json (http/problem.h).
 *
 * Who asks: `Authorization: Bearer <session or token>`. The unix socket of the data folder (mode 0600) is the node's
 * own user and acts as the person "system", an admin.
 */
#ifndef SP_API_API_H
#define SP_API_API_H

#include "api/asset.h"
#include "app/rules_change.h"
#include "base/json.h"
#include "domain/print.h"
#include "http/server.h"

/* Long work behind /v1/jobs: implemented in main, over the loop's job threads. */
struct sp_job_request {
  const char *kind; /* "products", "sales", "backup", "reconcile", "publish", "replay" */
  const char *path; /* the file to read, or to write for a backup */
  bool dry_run, skip_bad;
  bool remove;                            /* the file is a temporary one: remove it afterwards */
  const struct sp_publish *publish;       /* of "publish"; or null */
  const struct sp_replay_request *replay; /* of "replay"; or null */
  struct sp_actor actor;
  enum sp_lang lang;
};

struct sp_api_jobs {
  /* On the loop. `id` names the job. SP_E_BUSY. Takes copies of what it needs. */
  int (*start)(void *ctx, const struct sp_job_request *request, struct sp_id *id, struct sp_error *err);
  /* One JSON object: id, kind, state, done, total, report or problem. SP_E_NOT_FOUND. */
  int (*status)(void *ctx, const struct sp_id *id, struct sp_json_writer *w, struct sp_error *err);
};

struct cJSON;
struct sp_scale_fact;

/* The devices of the node: implemented in main, over the drivers. All but `check` and `same_link` are called on the
 * loop and block for nothing. Any member may be null: then there is no such thing. */
struct sp_api_devices {
  void *ctx;
  /* The till's scale at this moment (app/till.h); `out` is zero before. Called just before a command is submitted. */
  void (*scale)(void *ctx, const char *till, struct sp_scale_fact *out);
  /* Is this a device's configuration? Pure, on a worker. SP_E_INVALID names the member. `class` is its class. */
  int (*check)(const char *id, const struct cJSON *config, const char **class, struct sp_error *err);
  /* Do two links lead to one device? On a worker; may look at the file system. */
  bool (*same_link)(const char *one, const char *other);
  /* One JSON array: every device there is now, each an object with at least "id" and "till", and what its driver says
   * ("class", "state", "faults", "detail", …); devices made from a till's `printer` have no row and stand here too. */
  void (*list)(void *ctx, struct sp_json_writer *w);
  /* A device was stored (`config` is one JSON object) or removed, and that is on disk. */
  void (*put)(void *ctx, const char *id, const char *till, const char *config);
  void (*remove)(void *ctx, const char *id);
  /* A till was made or changed: it may name another printer. */
  void (*tills)(void *ctx);
  /* "test", "zero", "tare", "kick", "reset" or "capture"; members of the answer are put into the open object of `w`.
   * SP_E_NOT_FOUND, SP_E_UNSUPPORTED (not of this class), SP_E_STATE. */
  int (*action)(void *ctx, const char *id, const char *action, struct sp_json_writer *w, struct sp_error *err);
  /* The same for the scale of a till: "zero" or "tare". */
  int (*scale_action)(void *ctx, const char *till, const char *action, struct sp_error *err);
  /* There are new print jobs on disk. */
  void (*print_wake)(void *ctx);
  /* A till's new section, for pole displays. */
  void (*screen)(void *ctx, const char *till, const char *json, size_t len);
};

struct sp_api_options {
  struct sp_app *app;
  struct sp_executor *executor;
  struct sp_resource *product; /* the product resource, loaded */
  struct sp_id system;         /* the staff id the local socket acts as */
  int64_t (*now)(void);
  const struct sp_api_jobs *jobs;
  void (*metrics)(void *ctx, struct sp_buf *out); /* append Prometheus text of the other layers */
  /* Is everything well? Appends members to the /healthz object and returns false for 503. */
  bool (*health)(void *ctx, struct sp_json_writer *w);
  /* Encode a printout for a receipt printer; pure, called on a worker. */
  int (*encode)(const struct sp_print *print, struct sp_buf *out, struct sp_error *err);
  /* The rules have changed, and the canary has left its gate: on the loop, when that is on disk. May be null. */
  void (*rules_changed)(void *ctx);
  void (*canary_left)(void *ctx, const struct sp_verdict *verdict);
  /* Somebody has seen this alarm of a device: on the loop, when that is on disk. May be null. */
  void (*alarm_seen)(void *ctx, const struct sp_id *id);
  /* Is this a printer's target? Pure. May be null: any is taken. */
  int (*printer_check)(const char *target, struct sp_error *err);
  /* Of a node for training: begin anew from the shop's books. On the loop, once somebody signed in asked for it; the
   * api is freed later. Null: POST /v1/reset is no address. */
  void (*reset)(void *ctx);
  void *ctx;                            /* for all of the above but encode and printer_check */
  const struct sp_api_devices *devices; /* may be null */
  const struct sp_asset *assets;        /* of the till's pages */
  size_t asset_count;
  bool training;       /* the node's database is for training; its paths are seen below SP_API_TRAINING */
  const char *printer; /* where tills print that name no printer of their own; null: nowhere */
  enum sp_lang paper;  /* the language of printed receipts: the customer's, not the asker's */
};

/* Where the server shows the api of the training node: cookies of its pages reach nothing else. */
#define SP_API_TRAINING "/training"

struct sp_api;

/* Options are copied, what they point to must outlive the api. SP_E_NOMEM. */
int sp_api_new(const struct sp_api_options *options, struct sp_api **out);
void sp_api_free(struct sp_api *api);

/* The server's handler and body plan; `ctx` is the api. */
void sp_api_handle(void *ctx, struct sp_http_exchange *exchange);
bool sp_api_body_plan(void *ctx, const struct sp_http_request *request, struct sp_http_body_plan *plan);

#endif
