#include "main/serve.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "api/till_hub.h"
#include "app/idempotency.h"
#include "app/print_ledger.h"
#include "base/text.h"
#include "devices/codec/escpos.h"
#include "devices/driver/device.h"
#include "generated/till_assets.h"
#include "main/alarms.h"
#include "main/devices.h"
#include "main/generations.h"
#include "main/jobs.h"
#include "main/metrics.h"
#include "main/training.h"
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TICK_MS        60000
#define TILL_TICK_MS   1000
#define PURGE_TICKS    10 /* looks at every kept answer, so not too often */
#define TASK_ARENA_MAX (1u << 20)
#define HOSTS_MAX      40

enum soundness { SOUND, CHECKING, DAMAGED };

struct serve {
  struct sp_node *node;
  char scratch[SP_FOLDER_PATH_MAX + 64];
  const char *hosts[HOSTS_MAX];
  struct sp_api *api;
  struct sp_http_server *server;
  struct sp_jobs *jobs;
  struct sp_generations *generations;
  struct sp_node_devices *devices;
  struct sp_node_alarms *alarms;
  struct sp_training *training;
  struct sp_loop_signals *signals;
  struct sp_loop_timer *timer, *tills;
  int64_t started, ticks;
  bool stopping;
  enum soundness database;
  struct sp_task purge;
  bool purging;
  struct sp_loop_call tidy;
  bool tidying;
};

/* ---- What the API asks of the node ---- */

static int job_start(void *ctx, const struct sp_job_request *request, struct sp_id *id, struct sp_error *err) {
  struct serve *serve = ctx;
  return sp_jobs_start(serve->jobs, request, id, err);
}

static int job_status(void *ctx, const struct sp_id *id, struct sp_json_writer *w, struct sp_error *err) {
  struct serve *serve = ctx;
  return sp_jobs_status(serve->jobs, id, w, err);
}

static const struct sp_api_jobs jobs_api = {.start = job_start, .status = job_status};

static void metrics(void *ctx, struct sp_buf *out) {
  struct serve *serve = ctx;
  sp_metrics_write(serve->node, serve->server, serve->started, out);
  sp_node_alarms_metrics(serve->alarms, out);
  sp_node_devices_metrics(serve->devices, out);
}

static bool health(void *ctx, struct sp_json_writer *w) {
  static const char *const words[] = {"ok", "checking", "damaged"};
  struct serve *serve = ctx;
  struct sp_loop_stats stats;
  sp_loop_executor_stats(serve->node->executor, &stats);
  const char *storage = stats.storage == 0 ? "ok" : stats.storage == SP_E_FULL ? "full" : "failing";
  sp_json_put_text(w, "database", words[serve->database]);
  sp_json_put_text(w, "storage", storage);
  sp_json_put_bool(w, "unclean_start", serve->node->unclean);
  sp_json_put_bool(w, "stopping", serve->stopping);
  return serve->database != DAMAGED && stats.storage == 0;
}

static void rules_changed(void *ctx) {
  struct serve *serve = ctx;
  sp_generations_changed(serve->generations);
}

static void canary_left(void *ctx, const struct sp_verdict *verdict) {
  struct serve *serve = ctx;
  sp_generations_withdraw(serve->generations, verdict);
}

static void alarm_seen(void *ctx, const struct sp_id *id) {
  struct serve *serve = ctx;
  sp_node_alarms_acknowledged(serve->alarms, id);
}

static int encode(const struct sp_print *print, struct sp_buf *out, struct sp_error *err) {
  return sp_escpos_encode(print, NULL, out, err);
}

/* ---- What the server asks ---- */

static void handle(void *ctx, struct sp_http_exchange *exchange) {
  struct serve *serve = ctx;
  if (!sp_training_handle(serve->training, exchange)) sp_api_handle(serve->api, exchange);
}

static bool body_plan(void *ctx, const struct sp_http_request *request, struct sp_http_body_plan *plan) {
  struct serve *serve = ctx;
  return sp_training_body_plan(serve->training, request, plan) || sp_api_body_plan(serve->api, request, plan);
}

/* A line a request. Ids only: no names, no query, no body. */
static void access_log(void *ctx, const struct sp_http_access *entry) {
  (void)ctx;
  char line[900];
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, sizeof line);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "method", entry->method);
  sp_json_key(&w, "path");
  sp_json_text_n(&w, entry->path, sp_utf8_cut(entry->path, strnlen(entry->path, 300)));
  sp_json_put_int(&w, "status", entry->status);
  sp_json_put_int(&w, "us", (int64_t)entry->micros);
  sp_json_put_int(&w, "bytes", (int64_t)entry->bytes);
  sp_json_put_text(&w, "peer", entry->peer);
  sp_json_put_text(&w, "actor", entry->actor);
  sp_json_put_text(&w, "request", entry->request_id);
  if (entry->aborted) sp_json_put_bool(&w, "aborted", true);
  sp_json_close_object(&w);
  if (out.failed == 0) sp_log_json(SP_LOG_INFO, "access", out.data, out.len);
  sp_buf_free(&out);
}

/* ---- Housekeeping ---- */

static void purge_work(struct sp_worker *worker, struct sp_task *task) {
  const struct serve *serve = (const struct serve *)(const void *)((const char *)task - offsetof(struct serve, purge));
  struct sp_work work = {
      .app = &serve->node->app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .now = sp_clock_now_ms(),
      .err = &task->error,
  };
  int32_t printouts = 0;
  sp_idempotency_purge(&work);
  task->result = sp_print_purge(&work, &printouts);
}

static void purge_done(struct sp_task *task) {
  struct serve *serve = (struct serve *)(void *)((char *)task - offsetof(struct serve, purge));
  if (task->result != 0) sp_log(SP_LOG_WARN, "purge", "kept answers and printouts: %s", task->error.message);
  sp_arena_free(&task->arena);
  serve->purging = false;
}

static void purge_start(struct serve *serve) {
  struct sp_executor *executor = sp_loop_executor_port(serve->node->executor);
  if (serve->purging) return;
  serve->purge = (struct sp_task){.work = purge_work, .done = purge_done, .bulk = true};
  sp_arena_init(&serve->purge.arena, TASK_ARENA_MAX);
  serve->purging = executor->submit(executor, &serve->purge) == 0;
}

static int tidy_run(struct sp_db *db, struct sp_loop_call *call) {
  (void)call;
  sp_sqlite_api()->maintain(db, sp_clock_now_ms());
  return 0;
}

static void tidy_done(struct sp_loop_call *call) {
  struct serve *serve = (struct serve *)(void *)((char *)call - offsetof(struct serve, tidy));
  serve->tidying = false;
}

static void on_tick(void *ctx) {
  struct serve *serve = ctx;
  if (serve->stopping) return;
  if (serve->ticks++ % PURGE_TICKS == 0) purge_start(serve);
  if (serve->ticks % PURGE_TICKS == PURGE_TICKS / 2) sp_generations_sweep(serve->generations);
  if (serve->tidying) return;
  serve->tidy = (struct sp_loop_call){.run = tidy_run, .done = tidy_done};
  serve->tidying = sp_loop_writer_run(serve->node->executor, &serve->tidy) == 0;
}

static void on_till_tick(void *ctx) {
  const struct serve *serve = ctx;
  if (serve->stopping) return;
  sp_till_hub_tick(sp_api_till_hub(serve->api));
  sp_training_tick(serve->training);
}

/* ---- After a crash: look at the whole file, while the shop is open ---- */

static int check_run(struct sp_loop_job *job, void *ctx, struct sp_error *err) {
  const struct serve *serve = ctx;
  struct sp_db *db = NULL;
  (void)job;
  int result = sp_node_read(serve->node, &db, err);
  if (!result) result = sp_sqlite_api()->check(db, false, err);
  sp_db_close(db);
  return result;
}

static void check_done(void *ctx, int result, const struct sp_error *err) {
  struct serve *serve = ctx;
  serve->database = result == 0 ? SOUND : DAMAGED;
  if (result == 0)
    sp_log(SP_LOG_INFO, "check", "the database was not closed in order; it is sound");
  else
    sp_log(SP_LOG_ERROR, "check", "the database was not closed in order: %s", err->message);
}

static int check_start(struct serve *serve, struct sp_error *err) {
  const struct sp_loop_job_options options = {.name = "check", .run = check_run, .done = check_done, .ctx = serve};
  if (!serve->node->unclean) return 0;
  serve->database = CHECKING;
  return sp_loop_job_start(serve->node->executor, &options, NULL, err);
}

/* ---- The end ---- */

static void on_stopped(void *ctx) {
  struct serve *serve = ctx;
  sp_http_server_free(serve->server);
  serve->server = NULL;
  sp_loop_timer_close(serve->timer);
  sp_loop_timer_close(serve->tills);
  sp_loop_signals_close(serve->signals);
}

static void on_printed(void *ctx) {
  struct serve *serve = ctx;
  sp_node_devices_stop(serve->devices);
  sp_node_alarms_stop(serve->alarms);
  sp_loop_executor_stop(serve->node->executor, on_stopped, serve);
}

static void on_trained(void *ctx) {
  struct serve *serve = ctx;
  sp_node_devices_finish(serve->devices, on_printed, serve);
}

static void on_drained(void *ctx, int open) {
  struct serve *serve = ctx;
  if (open > 0) sp_log(SP_LOG_WARN, "serve", "requests cut off: %d", open);
  sp_training_stop(serve->training, on_trained, serve);
}

static void on_signal(void *ctx, int number) {
  struct serve *serve = ctx;
  if (number == SIGHUP) {
    sp_log(SP_LOG_INFO, "serve", "SIGHUP: nothing to reopen");
    return;
  }
  if (serve->stopping) return;
  serve->stopping = true;
  sp_log(SP_LOG_INFO, "serve", "stopping");
  sp_generations_stop(serve->generations);
  sp_http_server_drain(serve->server, SP_SERVE_DRAIN_MS, on_drained, serve);
}

/* ---- The start ---- */

static int api_open(struct serve *serve, struct sp_error *err) {
  struct sp_node *node = serve->node;
  const struct sp_api_options options = {
      .app = &node->app,
      .executor = sp_loop_executor_port(node->executor),
      .product = node->product,
      .system = node->system,
      .now = sp_clock_now_ms,
      .jobs = &jobs_api,
      .metrics = metrics,
      .health = health,
      .encode = encode,
      .rules_changed = rules_changed,
      .canary_left = canary_left,
      .alarm_seen = alarm_seen,
      .printer_check = sp_printer_address_check,
      .ctx = serve,
      .devices = sp_node_devices_api(serve->devices),
      .assets = sp_till_assets,
      .asset_count = sp_till_asset_count,
      .printer = node->config->printer,
      .paper = node->config->language,
  };
  return sp_api_new(&options, &serve->api) ? sp_error_nomem(err, __func__) : 0;
}

/* The node's own commands call it localhost. */
static const char *const *hosts_make(struct serve *serve) {
  int count = 0;
  const char *const *from = serve->node->config->hosts;
  if (!from[0]) return NULL;
  while (count < HOSTS_MAX - 2 && from[count]) {
    serve->hosts[count] = from[count];
    count++;
  }
  serve->hosts[count] = "localhost";
  return serve->hosts;
}

static int server_open(struct serve *serve, struct sp_error *err) {
  const struct sp_config *config = serve->node->config;
  struct sp_http_options options;
  char socket[SP_FOLDER_PATH_MAX + 64];
  sp_http_options_init(&options);
  options.body_max = (size_t)config->body_max;
  options.connections_max = (int)config->connections_max;
  options.per_peer_max = (int)config->per_peer_max;
  options.idle_timeout_ms = (int)config->idle_seconds * 1000;
  options.hosts = hosts_make(serve);
  options.spool_folder = serve->scratch;
  options.body_plan = body_plan;
  options.access = config->log_level <= SP_LOG_INFO ? access_log : NULL;
  if (config->tls_cert[0] != '\0') {
    options.cert_file = config->tls_cert;
    options.key_file = config->tls_key;
  }
  sp_folder_name(&serve->node->folder, "node.sock", socket);
  int result = sp_http_server_new(serve->node->loop, &options, handle, serve, &serve->server, err);
  if (!result) result = sp_http_server_listen_unix(serve->server, socket, err);
  if (!result) result = sp_http_server_listen(serve->server, config->host, config->port, err);
  return result;
}

static void address_say(const struct serve *serve) {
  const struct sp_config *config = serve->node->config;
  struct sp_bundle *rules = sp_rules_live(serve->node->rules);
  bool six = strchr(config->host, ':') != NULL;
  char address[128];
  snprintf(address, sizeof address, "%s://%s%s%s:%d", config->tls_cert[0] != '\0' ? "https" : "http", six ? "[" : "",
           config->host, six ? "]" : "", sp_http_server_port(serve->server));
  printf("listening on %s\n", address);
  fflush(stdout);
  sp_log(SP_LOG_INFO, "serve", "listening on %s, schema %lld, %d campaigns", address, (long long)serve->node->schema,
         (int)sp_bundle_campaign_count(rules));
  sp_bundle_release(rules);
}

static int alarm_read(void *ctx, struct sp_db **out, struct sp_error *err) {
  return sp_node_read(ctx, out, err);
}

static void alarms_changed(void *ctx) {
  const struct serve *serve = ctx;
  sp_node_devices_alarms(serve->devices);
}

static int alarms_open(struct serve *serve, struct sp_error *err) {
  struct sp_node *node = serve->node;
  const struct sp_node_alarms_options options = {
      .loop = node->loop,
      .executor = node->executor,
      .app = &node->app,
      .read = alarm_read,
      .read_ctx = node,
      .webhook = node->config->webhook,
      .secret = node->config->webhook_secret,
      .ca_file = node->config->webhook_ca,
      .changed = alarms_changed,
      .changed_ctx = serve,
  };
  return sp_node_alarms_new(&options, &serve->alarms, err);
}

static int training_open(struct serve *serve, struct sp_error *err) {
  const struct sp_training_options options = {
      .shop = serve->node, .devices = serve->devices, .shop_api = serve->api, .encode = encode};
  return sp_training_new(&options, &serve->training, err);
}

static int open_all(struct serve *serve, struct sp_error *err) {
  struct sp_node *node = serve->node;
  int result = sp_folder_scratch(&node->folder, serve->scratch, err);
  if (!result) result = sp_node_start(node, NULL, node->config->workers, err);
  if (!result && sp_jobs_new(node, serve->scratch, &serve->jobs) != 0) result = sp_error_nomem(err, __func__);
  if (!result) result = alarms_open(serve, err);
  if (!result) result = sp_node_devices_new(node, serve->alarms, &serve->devices, err);
  if (!result) result = api_open(serve, err);
  if (!result) result = training_open(serve, err);
  if (!result) result = sp_generations_new(node, &serve->generations, err);
  if (!result) result = sp_loop_signals_new(node->loop, on_signal, serve, &serve->signals, err);
  if (!result) result = sp_loop_timer_new(node->loop, TICK_MS, on_tick, serve, &serve->timer, err);
  if (!result) result = sp_loop_timer_new(node->loop, TILL_TICK_MS, on_till_tick, serve, &serve->tills, err);
  if (!result) result = server_open(serve, err);
  return result ? result : check_start(serve, err);
}

int sp_serve(struct sp_node *node, struct sp_error *err) {
  struct serve serve = {.node = node, .started = sp_clock_now_ms(), .database = SOUND};
  int result = open_all(&serve, err);
  if (result && node->executor) {
    sp_generations_stop(serve.generations);
    sp_node_devices_stop(serve.devices);
    sp_node_alarms_stop(serve.alarms);
    sp_loop_executor_stop(node->executor, on_stopped, &serve);
  } else if (!result) {
    sp_node_devices_start(serve.devices, sp_api_till_hub(serve.api));
    address_say(&serve);
  }
  if (node->executor) sp_loop_run(node->loop);
  sp_jobs_free(serve.jobs);
  sp_generations_free(serve.generations);
  sp_node_devices_free(serve.devices);
  sp_node_alarms_free(serve.alarms);
  sp_training_free(serve.training);
  sp_api_free(serve.api);
  sp_node_close(node);
  if (!result) sp_log(SP_LOG_INFO, "serve", "stopped");
  return result;
}
