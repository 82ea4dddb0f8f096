#include "main/training.h"
#include "api/till_hub.h"
#include "base/text.h"
#include "devices/driver/device.h"
#include "generated/till_assets.h"
#include "http/problem.h"
#include "main/training_copy.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOLDER   "suanpan serve, training"
#define FOLDER   "training"
#define PAGES    "/till"
#define RETRY_MS 5000 /* after a failure the same answer for as long, then another try */

enum state { SHUT, MAKING, OPEN, CLOSING };

struct sp_training {
  struct sp_training_options options;
  char folder[SP_FOLDER_PATH_MAX + 64];
  struct sp_config config; /* the shop's, but for the folder and whatever reaches out; its arena is the shop's */
  enum state state;
  struct sp_node node; /* the making thread's until it ends */
  struct sp_api *api;
  struct sp_loop_job *job;
  bool anew;  /* make a new copy, whatever there is */
  bool again; /* after closing: make and open */
  int64_t used, failed;
  struct sp_error problem; /* of the last try, at `failed` */
  bool stopping;
  void (*stopped)(void *ctx);
  void *stopped_ctx;
};

int sp_training_new(const struct sp_training_options *options, struct sp_training **out, struct sp_error *err) {
  struct sp_training *training = calloc(1, sizeof *training);
  if (!training) return sp_error_nomem(err, __func__);
  training->options = *options;
  sp_folder_name(&options->shop->folder, FOLDER, training->folder);
  training->config = *options->shop->config;
  training->config.data = training->folder;
  training->config.printer = training->config.rules_folder = "";
  training->config.webhook = training->config.webhook_secret = training->config.webhook_ca = "";
  training->node = (struct sp_node){.folder = {.lock = -1}};
  *out = training;
  return 0;
}

void sp_training_free(struct sp_training *training) {
  free(training);
}

/* ---- Making, on a thread of its own ---- */

static int open_fresh(struct sp_training *training, struct sp_error *err) {
  int result = sp_node_open_another(&training->config, HOLDER, &training->node, err);
  if (result) return result;
  int64_t age = sp_clock_now_ms() - training->node.made;
  if (age >= 0 && age < SP_TRAINING_FRESH_MS) return 0;
  sp_node_close(&training->node);
  return SP_E_NOT_FOUND;
}

static bool is_there(const struct sp_training *training) {
  char name[sizeof training->folder + 32];
  snprintf(name, sizeof name, "%s/%s", training->folder, SP_NODE_DATABASE);
  FILE *file = fopen(name, "rb");
  if (file) fclose(file);
  return file != NULL;
}

static int make_run(struct sp_loop_job *job, void *ctx, struct sp_error *err) {
  struct sp_training *training = ctx;
  struct sp_error before = {.lang = SP_LANG_EN};
  if (!training->anew && is_there(training) && open_fresh(training, &before) == 0) return 0;
  int result = sp_training_copy(training->options.shop, training->folder, job, err);
  return result ? result : sp_node_open_another(&training->config, HOLDER, &training->node, err);
}

/* ---- Opening ---- */

static void on_reset(void *ctx);

static int api_open(struct sp_training *training, struct sp_error *err) {
  struct sp_node *node = &training->node;
  const struct sp_api_options options = {
      .app = &node->app,
      .executor = sp_loop_executor_port(node->executor),
      .product = node->product,
      .system = node->system,
      .now = sp_clock_now_ms,
      .encode = training->options.encode,
      .printer_check = sp_printer_address_check,
      .reset = on_reset,
      .ctx = training,
      .devices = sp_node_devices_training_api(training->options.devices),
      .assets = sp_till_assets,
      .asset_count = sp_till_asset_count,
      .training = true,
      .paper = node->config->language,
  };
  return sp_api_new(&options, &training->api) ? sp_error_nomem(err, __func__) : 0;
}

static void open_failed(struct sp_training *training, const struct sp_error *err, int result) {
  training->state = SHUT;
  training->failed = sp_clock_now_ms();
  training->problem = *err;
  if (training->problem.code == 0) training->problem.code = result;
  sp_log(SP_LOG_ERROR, "training", "it cannot be opened: %s", err->message);
}

static void close_finish(void *ctx);

static void open_now(struct sp_training *training) {
  struct sp_error err = {.lang = training->config.language};
  training->node.app.training = true;
  int result = sp_node_start(&training->node, training->options.shop->loop, 1, &err);
  if (!result) result = api_open(training, &err);
  if (!result) {
    training->state = OPEN;
    training->used = sp_clock_now_ms();
    sp_node_devices_training(training->options.devices, sp_api_till_hub(training->api));
    sp_log(SP_LOG_INFO, "training", "open");
    return;
  }
  open_failed(training, &err, result);
  training->state = CLOSING;
  if (training->node.executor)
    sp_loop_executor_stop(training->node.executor, close_finish, training);
  else
    close_finish(training);
}

static void say_stopped(struct sp_training *training) {
  if (training->stopped) training->stopped(training->stopped_ctx);
  training->stopped = NULL;
}

static void make_done(void *ctx, int result, const struct sp_error *err) {
  struct sp_training *training = ctx;
  training->job = NULL;
  training->anew = result != 0 && training->anew;
  if (result == 0 && !training->stopping) {
    open_now(training);
    return;
  }
  if (result == 0) sp_node_close(&training->node);
  if (result != 0 && !training->stopping) open_failed(training, err, result);
  training->state = SHUT;
  if (training->stopping) say_stopped(training);
}

static void make_start(struct sp_training *training) {
  const struct sp_loop_job_options options = {
      .name = "training", .run = make_run, .done = make_done, .ctx = training, .lang = training->config.language};
  struct sp_error err = {.lang = training->config.language};
  training->state = MAKING;
  sp_log(SP_LOG_INFO, "training", "being made ready");
  int result = sp_loop_job_start(training->options.shop->executor, &options, &training->job, &err);
  if (result) open_failed(training, &err, result);
}

/* ---- Closing ---- */

static void close_finish(void *ctx) {
  struct sp_training *training = ctx;
  sp_api_free(training->api);
  training->api = NULL;
  sp_node_close(&training->node);
  training->state = SHUT;
  sp_log(SP_LOG_INFO, "training", "closed");
  if (training->stopping)
    say_stopped(training);
  else if (training->again)
    make_start(training);
  training->again = false;
}

static void close_start(struct sp_training *training) {
  training->state = CLOSING;
  sp_node_devices_training(training->options.devices, NULL);
  sp_loop_executor_stop(training->node.executor, close_finish, training);
}

/* The request that asks for it is answered still. */
static void on_reset(void *ctx) {
  struct sp_training *training = ctx;
  if (training->state != OPEN || training->stopping) return;
  sp_log(SP_LOG_INFO, "training", "begins anew");
  training->anew = training->again = true;
  close_start(training);
}

void sp_training_tick(struct sp_training *training) {
  if (training->state != OPEN) return;
  struct sp_till_hub *hub = sp_api_till_hub(training->api);
  int64_t now = sp_clock_now_ms();
  sp_till_hub_tick(hub);
  if (sp_till_hub_streams(hub) > 0) training->used = now;
  if (now - training->used > SP_TRAINING_IDLE_MS) close_start(training);
}

void sp_training_stop(struct sp_training *training, void (*stopped)(void *ctx), void *ctx) {
  training->stopping = true;
  training->stopped = stopped;
  training->stopped_ctx = ctx;
  if (training->state == OPEN) close_start(training);
  if (training->state == SHUT) say_stopped(training);
  if (training->state == MAKING) sp_loop_job_cancel(training->job);
}

/* ---- Requests ---- */

static void refuse(const struct sp_training *training, struct sp_http_exchange *exchange) {
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  struct sp_error err = {.lang = sp_lang_from(sp_http_header(request, "Accept-Language"))};
  const char *why = training->problem.message;
  if (training->state != SHUT || training->stopping)
    sp_fail(&err, SP_E_BUSY, NULL, "Training is being made ready: try again in a moment");
  else
    sp_fail(&err, SP_E_BUSY, NULL, "Training cannot be opened: %s", why);
  sp_http_reply_problem(exchange, &err, 503, NULL, 0);
}

static bool is_page(const char *path) {
  size_t len = strlen(PAGES);
  return strncmp(path, PAGES, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

bool sp_training_handle(struct sp_training *training, struct sp_http_exchange *exchange) {
  if (!sp_http_exchange_rebase(exchange, SP_API_TRAINING)) return false;
  if (is_page(sp_http_exchange_request(exchange)->path)) {
    sp_api_handle(training->options.shop_api, exchange);
    return true;
  }
  bool patient = training->failed == 0 || sp_clock_now_ms() - training->failed > RETRY_MS;
  if (training->state == SHUT && !training->stopping && patient) make_start(training);
  if (training->state != OPEN) {
    refuse(training, exchange);
    return true;
  }
  training->used = sp_clock_now_ms();
  sp_api_handle(training->api, exchange);
  return true;
}

bool sp_training_body_plan(struct sp_training *training, const struct sp_http_request *request,
                           struct sp_http_body_plan *plan) {
  struct sp_http_request inner;
  if (!sp_http_request_rebase(request, SP_API_TRAINING, &inner)) return false;
  (void)sp_api_body_plan(training->options.shop_api, &inner, plan); /* the routes are the same */
  return true;
}
