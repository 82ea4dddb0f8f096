#include "main/errand.h"
#include "base/json.h"
#include "main/client.h"
#include "main/command.h"
#include "main/jobs.h"
#include "main/progress.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define POLL_MS 100

/* ---- What both ways share ---- */

/* Read a job's JSON: shows how far it is; true when it ended. */
static bool status_look(const struct sp_buf *status, struct sp_progress *progress) {
  struct cJSON *tree = NULL;
  const char *state = "";
  int64_t done = 0, total = 0;
  if (sp_json_parse(sp_buf_text(status), status->len, &tree, NULL) != 0) return true;
  sp_json_get_text(tree, "state", SP_OPTIONAL, 20, &state, NULL);
  sp_json_get_int(tree, "done", SP_OPTIONAL, 0, SP_JSON_INT_MAX, &done, NULL);
  sp_json_get_int(tree, "total", SP_OPTIONAL, 0, SP_JSON_INT_MAX, &total, NULL);
  bool ended = strcmp(state, "running") != 0;
  sp_json_free(tree);
  if (!ended) sp_progress_show(progress, done, total);
  return ended;
}

/* ---- By a node of our own ---- */

struct local {
  struct sp_node node;
  struct sp_jobs *jobs;
  struct sp_id id;
  struct sp_progress progress;
  struct sp_loop_timer *timer;
  struct sp_loop_signals *signals;
  struct sp_buf *status;
  bool ended;
};

static void on_stopped(void *ctx) {
  struct local *local = ctx;
  sp_loop_timer_close(local->timer);
  sp_loop_signals_close(local->signals);
}

static void on_signal(void *ctx, int number) {
  struct local *local = ctx;
  (void)number;
  sp_loop_executor_stop(local->node.executor, on_stopped, local);
}

static void on_tick(void *ctx) {
  struct local *local = ctx;
  struct sp_json_writer w;
  if (local->ended) return;
  sp_buf_reset(local->status);
  sp_json_start(&w, local->status);
  int result = sp_jobs_status(local->jobs, &local->id, &w, NULL);
  if (!result && !status_look(local->status, &local->progress)) return;
  local->ended = true;
  sp_loop_executor_stop(local->node.executor, on_stopped, local);
}

static int local_start(struct local *local, const char *scratch, const struct sp_errand *errand, struct sp_error *err) {
  struct sp_node *node = &local->node;
  const struct sp_job_request request = {
      .kind = errand->kind,
      .path = errand->path,
      .dry_run = errand->dry_run,
      .skip_bad = errand->skip_bad,
      .actor = {.staff = node->system, .role = SP_ROLE_ADMIN, .scopes = ""},
      .lang = errand->lang,
  };
  int result = sp_jobs_new(node, scratch, &local->jobs);
  if (result) return sp_error_nomem(err, __func__);
  result = sp_loop_signals_new(node->loop, on_signal, local, &local->signals, err);
  if (!result) result = sp_loop_timer_new(node->loop, POLL_MS, on_tick, local, &local->timer, err);
  return result ? result : sp_jobs_start(local->jobs, &request, &local->id, err);
}

/* The node is open; it is closed here. */
static int local_run(struct local *local, const struct sp_errand *errand, struct sp_error *err) {
  char scratch[SP_FOLDER_PATH_MAX + 64];
  int result = sp_folder_scratch(&local->node.folder, scratch, err);
  if (!result) result = sp_node_start(&local->node, NULL, 1, err);
  if (!result) result = local_start(local, scratch, errand, err);
  if (local->node.executor) {
    if (result) sp_loop_executor_stop(local->node.executor, on_stopped, local);
    sp_loop_run(local->node.loop);
  }
  if (!result && !local->ended) result = sp_fail(err, SP_E_STATE, NULL, "Stopped before the end; run it again");
  sp_jobs_free(local->jobs);
  sp_node_close(&local->node);
  return result;
}

/* ---- By the running node ---- */

static void target_make(const struct sp_errand *errand, char out[160]) {
  bool import = strcmp(errand->kind, "products") == 0 || strcmp(errand->kind, "sales") == 0;
  if (import)
    snprintf(out, 160, "/v1/imports/%s?dry_run=%d&skip_bad=%d", errand->kind, errand->dry_run, errand->skip_bad);
  else
    snprintf(out, 160, "/v1/jobs");
}

static void body_make(const struct sp_errand *errand, struct sp_buf *out) {
  struct sp_json_writer w;
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "kind", errand->kind);
  sp_json_put_text(&w, "path", errand->path);
  sp_json_close_object(&w);
}

static int remote_start(const char *socket, const struct sp_errand *errand, char id[SP_ID_TEXT], struct sp_error *err) {
  char target[160];
  struct sp_buf body;
  struct sp_client_reply reply;
  struct cJSON *tree = NULL;
  const char *text = "";
  target_make(errand, target);
  bool import = strchr(target, '?') != NULL;
  sp_buf_init(&body, 16384);
  if (!import) body_make(errand, &body);
  const struct sp_client_request request = {
      .method = "POST",
      .target = target,
      .content_type = import ? "application/octet-stream" : "application/json",
      .body = body.data,
      .len = body.len,
      .file = import ? errand->path : NULL,
      .lang = errand->lang,
  };
  int result = sp_client_call(socket, &request, &reply, err);
  if (!result && reply.status >= 300) result = sp_client_problem(&reply, err);
  if (!result) result = sp_json_parse(sp_buf_text(&reply.body), reply.body.len, &tree, err);
  if (!result) result = sp_json_get_text(tree, "job", SP_REQUIRED, SP_ID_TEXT, &text, err);
  if (!result) snprintf(id, SP_ID_TEXT, "%s", text);
  sp_json_free(tree);
  sp_buf_free(&reply.body);
  sp_buf_free(&body);
  return result;
}

int sp_errand_wait(const char *socket, const char *id, enum sp_lang lang, const char *what, struct sp_buf *status,
                   struct sp_error *err) {
  char target[64];
  int result;
  struct sp_progress progress;
  struct sp_client_reply reply;
  snprintf(target, sizeof target, "/v1/jobs/%.36s", id);
  const struct sp_client_request request = {.method = "GET", .target = target, .lang = lang};
  sp_progress_start(&progress, lang, what);
  for (;;) {
    result = sp_client_call(socket, &request, &reply, err);
    if (!result && reply.status >= 300) result = sp_client_problem(&reply, err);
    if (result || status_look(&reply.body, &progress)) break;
    sp_buf_free(&reply.body);
    nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
  }
  if (!result) result = sp_buf_add(status, reply.body.data, reply.body.len);
  sp_buf_free(&reply.body);
  sp_progress_end(&progress);
  return result;
}

static int remote_run(const char *socket, const struct sp_errand *errand, struct sp_buf *status, struct sp_error *err) {
  char id[SP_ID_TEXT];
  int result = remote_start(socket, errand, id, err);
  return result ? result : sp_errand_wait(socket, id, errand->lang, errand->what, status, err);
}

int sp_errand_run(const struct sp_config *config, const struct sp_errand *errand, struct sp_buf *status,
                  struct sp_error *err) {
  char socket[SP_FOLDER_PATH_MAX + 64];
  struct sp_error unheard = {.lang = errand->lang};
  struct local local = {.status = status};
  int result = sp_node_open(config, errand->holder, &local.node, err);
  if (!result) {
    sp_progress_start(&local.progress, errand->lang, errand->what);
    result = local_run(&local, errand, err);
    sp_progress_end(&local.progress);
    return result;
  }
  if (result != SP_E_BUSY) return result;
  sp_command_socket(config, socket);
  result = remote_run(socket, errand, status, &unheard);
  if (result == SP_E_NOT_FOUND && unheard.field[0] == '\0') return SP_E_BUSY; /* no node: `err` says who it is */
  if (result && err) *err = unheard;
  return result;
}
