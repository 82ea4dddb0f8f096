#include "api/api.h"

#include "api/call.h"
#include "api/till_turn.h"
#include "app/approval.h"
#include "app/idempotency.h"
#include "app/number.h"
#include "app/rules.h"
#include "app/till.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/problem.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ARENA_MAX (16u * 1024u * 1024u) /* one request */

struct sp_api {
  struct sp_api_options options;
  struct sp_till_hub *hub;
};

int sp_api_new(const struct sp_api_options *options, struct sp_api **out) {
  struct sp_api *api = calloc(1, sizeof *api);
  if (api == NULL) return SP_E_NOMEM;
  api->options = *options;
  api->hub = sp_till_hub_new(api, &api->options);
  if (api->hub == NULL) {
    free(api);
    return SP_E_NOMEM;
  }
  *out = api;
  return 0;
}

struct sp_till_hub *sp_api_till_hub(struct sp_api *api) {
  return api->hub;
}

void sp_api_free(struct sp_api *api) {
  if (api == NULL) return;
  sp_till_hub_free(api->hub);
  free(api);
}

/* ---- Matching ---- */

/* Does `path` fit `pattern`? A segment in braces fits any one segment that is not empty. */
static bool fits(const char *pattern, const char *path) {
  while (*pattern != '\0') {
    if (*pattern == '{') {
      size_t len = strcspn(path, "/");
      if (len == 0) return false;
      path += len;
      pattern += strcspn(pattern, "}") + 1;
      continue;
    }
    if (*pattern++ != *path++) return false;
  }
  return *path == '\0';
}

/* The route, or null with `*status` 404 or 405. HEAD is GET without the body. */
static const struct sp_route *match(const struct sp_http_request *request, int *status) {
  const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
  *status = 404;
  for (const struct sp_route *route = sp_routes; route->method != NULL; route++) {
    if (!fits(route->path, request->path)) continue;
    if (strcmp(route->method, method) == 0) return route;
    *status = 405;
  }
  return NULL;
}

/* "GET, HEAD, POST": what an address knows (RFC 9110 §10.2.1). */
static void list_methods(const char *path, char *out, size_t size) {
  size_t len = 0;
  out[0] = '\0';
  for (const struct sp_route *route = sp_routes; route->method != NULL; route++) {
    if (!fits(route->path, path)) continue;
    bool get = strcmp(route->method, "GET") == 0;
    int n = snprintf(out + len, size - len, "%s%s%s", len > 0 ? ", " : "", route->method, get ? ", HEAD" : "");
    if (n < 0 || (size_t)n >= size - len) return;
    len += (size_t)n;
  }
}

static void cut_params(struct sp_call *call) {
  const char *pattern = call->route->path;
  char *at = call->path;
  int count = 0;
  while (*pattern != '\0') {
    if (*pattern == '{') {
      call->params[count++] = at;
      at += strcspn(at, "/");
      pattern += strcspn(pattern, "}") + 1;
      if (*pattern == '/') {
        *at++ = '\0';
        pattern++;
      }
      continue;
    }
    pattern++;
    at++;
  }
}

bool sp_api_body_plan(void *ctx, const struct sp_http_request *request, struct sp_http_body_plan *plan) {
  (void)ctx;
  int status = 0;
  const struct sp_route *route = match(request, &status);
  if (route == NULL) return true; /* the handler says why */
  if ((route->flags & SP_ROUTE_UPLOAD) != 0) {
    plan->max = 256u * 1024u * 1024u;
    plan->spool = true;
  }
  if ((route->flags & SP_ROUTE_LARGE) != 0) plan->max = SP_LARGE_BODY_MAX;
  return true;
}

/* ---- A call's life ---- */

static void call_free(struct sp_call *call) {
  if (call == NULL) return;
  sp_rules_leave(&call->work);
  sp_till_turn_free(call->turn);
  sp_json_free(call->body);
  sp_buf_free(&call->out);
  sp_arena_free(&call->task.arena);
  free(call->path);
  free(call);
}

static void work(struct sp_worker *worker, struct sp_task *task);
static void done(struct sp_task *task);

static struct sp_call *call_new(struct sp_api *api, const struct sp_http_request *request, const char *path,
                                const struct sp_route *route) {
  struct sp_call *call = calloc(1, sizeof *call);
  if (call == NULL) return NULL;
  call->api = api;
  call->options = &api->options;
  call->request = request;
  call->route = route;
  call->status = 200;
  call->content_type = "application/json";
  call->path = strdup(path);
  call->work.lang = sp_lang_from(sp_http_header(request, "Accept-Language"));
  call->task.error.lang = call->work.lang;
  sp_arena_init(&call->task.arena, ARENA_MAX);
  sp_buf_init(&call->out, SP_ANSWER_MAX);
  call->task.work = work;
  call->task.done = done;
  call->task.bulk = (route->flags & SP_ROUTE_BULK) != 0;
  bool till = (route->flags & SP_ROUTE_TILL) != 0;
  if (till) call->turn = sp_till_turn_new();
  if (call->path == NULL || (till && call->turn == NULL)) {
    call_free(call);
    return NULL;
  }
  cut_params(call);
  return call;
}

struct sp_call *sp_call_new_inner(struct sp_api *api, const struct sp_route *route, const char *till,
                                  enum sp_lang lang) {
  static const struct sp_http_request none = {
      .method = "POST", .target = "", .path = "", .body = "", .peer = "", .id = ""};
  char path[64];
  (void)snprintf(path, sizeof path, "/v1/tills/%.32s/commands", till);
  struct sp_call *call = call_new(api, &none, path, route);
  if (call != NULL) call->work.lang = call->task.error.lang = lang;
  return call;
}

/* ---- On a worker ---- */

static int parse_body(struct sp_call *call) {
  if ((call->route->flags & SP_ROUTE_BODY) == 0 || call->body != NULL) return 0;
  const char *type = sp_http_header(call->request, "Content-Type");
  bool json = type != NULL && strncasecmp(type, "application/json", 16) == 0 && strchr("; \t", type[16]) != NULL;
  if (!json) {
    return sp_fail(call->work.err, SP_E_INVALID, "Content-Type", "The body must be application/json");
  }
  int rc = sp_json_parse(call->request->body, call->request->body_len, &call->body, call->work.err);
  if (rc != 0 || cJSON_IsObject(call->body)) return rc;
  return sp_fail(call->work.err, SP_E_INVALID, NULL, "The body must be a JSON object");
}

/* Who, which key, which request: 1 when it was answered before and the answer is in `out`. */
static int answered_before(struct sp_call *call, const char *key, uint8_t hash[SP_HASH_LEN]) {
  struct sp_stored_answer answer = {.status = 0, .body = ""};
  const struct sp_http_request *request = call->request;
  if (strlen(key) == 0 || strlen(key) > SP_IDEMPOTENCY_KEY_MAX || !sp_utf8_valid(key, strlen(key))) {
    return sp_fail(call->work.err, SP_E_INVALID, "Idempotency-Key", "An Idempotency-Key has 1 to %d bytes",
                   SP_IDEMPOTENCY_KEY_MAX);
  }
  const struct sp_slice parts[] = {{request->method, strlen(request->method) + 1},
                                   {request->target, strlen(request->target) + 1},
                                   {request->body, request->body_len}};
  int rc = sp_hash(parts, 3, hash);
  if (rc == 0) rc = sp_idempotency_find(&call->work, key, hash, &answer);
  if (rc != 1) return rc;
  call->status = answer.status;
  sp_buf_reset(&call->out);
  sp_buf_puts(&call->out, answer.body);
  return 1;
}

static int run_route(struct sp_call *call, struct sp_worker *worker) {
  uint8_t hash[SP_HASH_LEN];
  const char *key =
      (call->route->flags & SP_ROUTE_IDEMPOTENT) != 0 ? sp_http_header(call->request, "Idempotency-Key") : NULL;
  int rc = 0;
  if ((call->route->flags & SP_ROUTE_PUBLIC) == 0) {
    rc = sp_call_authenticate(call);
    if (rc == 0) rc = sp_call_authorise(call);
    if (rc == 0) rc = sp_rules_enter(&call->work, worker);
  }
  if (rc == 0) rc = parse_body(call);
  if (rc == 0 && key != NULL) rc = answered_before(call, key, hash);
  if (rc != 0 && rc != 1) return rc;
  call->repeated = rc == 1;
  if (call->turn != NULL && rc == 1) return sp_till_turn_show(call);
  if (rc == 1) return 0;
  if ((call->route->flags & SP_ROUTE_TOUCHES) != 0) rc = sp_till_unlocked(&call->work);
  if (rc == 0) rc = call->route->run(call);
  if (rc != 0) return rc;
  if (call->out.failed != 0) {
    return sp_fail(call->work.err, call->out.failed, NULL, "The answer is too large");
  }
  if (key == NULL || call->task.plan.steps == 0) return 0;
  sp_idempotency_store(&call->work, key, hash, call->status,
                       sp_arena_copy(&call->task.arena, sp_buf_text(&call->out), call->out.len));
  return 0;
}

static void give_number_back(struct sp_call *call) {
  if (call->work.number == 0) return;
  sp_numbers_return(call->options->app->numbers, &call->work.number_till, call->work.number);
  call->work.number = 0;
}

static void work(struct sp_worker *worker, struct sp_task *task) {
  struct sp_call *call = (struct sp_call *)task;
  enum sp_lang lang = call->work.lang;
  give_number_back(call); /* of a try that met a conflict */
  sp_rules_leave(&call->work);
  call->work = (struct sp_work){
      .app = call->options->app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .now = call->options->now(),
      .lang = lang,
      .err = &task->error,
  };
  task->error = (struct sp_error){.lang = lang};
  sp_buf_reset(&call->out);
  sp_json_start(&call->w, &call->out);
  call->status = 200;
  call->revision = 0;
  call->commit_anyway = false;
  call->job = NULL;
  call->job_asked = NULL;
  call->alarm_seen = (struct sp_id){{0}};
  call->cookie[0] = '\0';
  call->repeated = call->all_tills = false;
  call->asset = NULL;
  call->after = NULL;
  if (call->turn != NULL) sp_till_turn_reset(call->turn);
  call->problem = NULL;
  task->result = run_route(call, worker);
  if (call->turn != NULL) call->turn->worked_us = sp_clock_monotonic_us();
  if (task->result != 0 && task->result != SP_E_CONFLICT && call->work.approval != NULL) {
    sp_approval_keep(&call->work);
    call->commit_anyway = true;
  }
  if (task->result == 0 || !call->commit_anyway) return;
  call->late = task->result;
  call->late_error = task->error;
  task->result = 0;
}

/* ---- Back on the loop ---- */

static void set_actor(struct sp_call *call) {
  char id[SP_ID_TEXT];
  if (sp_id_is_nil(&call->work.actor.staff) || call->exchange == NULL) return;
  sp_id_format(&call->work.actor.staff, id);
  sp_http_exchange_set_actor(call->exchange, id);
}

static void reply(struct sp_call *call) {
  char revision[32];
  struct sp_http_field fields[2];
  size_t count = 0;
  snprintf(revision, sizeof revision, "\"%lld\"", (long long)call->revision);
  if (call->revision > 0) fields[count++] = (struct sp_http_field){"ETag", revision};
  if (call->cookie[0] != '\0') fields[count++] = (struct sp_http_field){"Set-Cookie", call->cookie};
  const struct sp_http_reply answer = {
      .status = call->status,
      .content_type = call->content_type,
      .fields = fields,
      .field_count = count,
      .take = &call->out,
  };
  sp_http_reply(call->exchange, &answer);
}

static void reply_problem(struct sp_call *call, const struct sp_error *error) {
  sp_http_reply_problem_more(call->exchange, error, call->problem);
}

/* What only the loop may touch: alarms, jobs, and what a route says. */
static int on_loop(struct sp_call *call) {
  const struct sp_api_jobs *jobs = call->options->jobs;
  struct sp_id id;
  if (!sp_id_is_nil(&call->alarm_seen) && call->options->alarm_seen != NULL) {
    call->options->alarm_seen(call->options->ctx, &call->alarm_seen);
  }
  if (call->after != NULL) {
    int rc = call->after(call);
    if (rc != 0) return rc;
  }
  if (call->job == NULL && call->job_asked == NULL) return 0;
  if (jobs == NULL) return sp_fail(call->work.err, SP_E_UNSUPPORTED, NULL, "This node runs no jobs");
  if (call->job_asked != NULL) return jobs->status(call->options->ctx, call->job_asked, &call->w, call->work.err);
  int rc = jobs->start(call->options->ctx, call->job, &id, call->work.err);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "job", id.bytes);
  sp_json_close_object(&call->w);
  return 0;
}

/* What is on disk becomes what prices, and a sale counts. */
static void settle_rules(struct sp_call *call) {
  const struct sp_api_options *options = call->options;
  struct sp_rules *rules = options->app->rules;
  struct sp_verdict verdict;
  if (rules == NULL) return;
  if (call->work.rules != NULL) {
    sp_rules_settle(rules, call->work.rules);
    if (options->rules_changed != NULL) options->rules_changed(options->ctx);
  }
  if (call->work.sold.sales == 0) return;
  sp_rules_count(rules, call->work.bundle, &call->work.sold);
  if (options->canary_left != NULL && sp_rules_judge(rules, &verdict)) options->canary_left(options->ctx, &verdict);
}

static void touch(const struct sp_call *call) {
  bool own = (call->route->flags & SP_ROUTE_TOUCHES) != 0 && call->task.plan.steps > 0;
  if (call->all_tills)
    sp_till_hub_refresh(call->api->hub, NULL);
  else if (own)
    sp_till_hub_touch(call->api->hub, &call->work.actor.till);
}

/* The answer, by whoever gives it: an asset, a till's hub, or this file. `error` null: it went well. */
static void finish(struct sp_call *call, const struct sp_error *error) {
  if (call->turn != NULL) sp_till_hub_done(call->api->hub, call, error); /* it may answer with a stream, or nobody */
  if (call->exchange == NULL) return;
  if (error != NULL)
    reply_problem(call, error);
  else if (call->asset != NULL)
    sp_asset_reply(call);
  else
    reply(call);
}

static void done(struct sp_task *task) {
  struct sp_call *call = (struct sp_call *)task;
  set_actor(call);
  if (task->result == 0) settle_rules(call);
  if (task->result == 0) task->result = on_loop(call);
  bool late = task->result == 0 && call->commit_anyway;
  if (task->result == 0 && !late) {
    call->work.number = 0;
    touch(call);
    finish(call, NULL);
  } else {
    give_number_back(call);
    const struct sp_error *error = late ? &call->late_error : &task->error;
    struct sp_error shown = *error;
    if (shown.code == 0) shown.code = late ? call->late : task->result;
    finish(call, &shown);
  }
  call_free(call);
}

static void refuse(struct sp_http_exchange *exchange, int code, const char *sentence) {
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  struct sp_error error = {.lang = sp_lang_from(sp_http_header(request, "Accept-Language"))};
  sp_fail(&error, code, NULL, "%s", sp_tr(error.lang, sentence));
  sp_http_reply_problem(exchange, &error, 0, NULL, 0);
}

int sp_call_submit(struct sp_call *call) {
  struct sp_executor *executor = call->options->executor;
  return executor->submit(executor, &call->task);
}

void sp_call_refuse(struct sp_call *call, int code) {
  if (call->exchange != NULL) refuse(call->exchange, code, "The node is busy: try again in a moment");
  call_free(call);
}

static void refuse_method(struct sp_http_exchange *exchange) {
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  struct sp_error error = {.lang = sp_lang_from(sp_http_header(request, "Accept-Language"))};
  char methods[128];
  list_methods(request->path, methods, sizeof methods);
  const struct sp_http_field allow = {"Allow", methods};
  sp_fail(&error, SP_E_UNSUPPORTED, NULL, "%s", sp_tr(error.lang, "This address does not know that method"));
  sp_http_reply_problem(exchange, &error, 405, &allow, 1);
}

void sp_api_handle(void *ctx, struct sp_http_exchange *exchange) {
  struct sp_api *api = ctx;
  int status = 0;
  const struct sp_route *route = match(sp_http_exchange_request(exchange), &status);
  if (route == NULL && status == 405) {
    refuse_method(exchange);
    return;
  }
  if (route == NULL) {
    refuse(exchange, SP_E_NOT_FOUND, "There is no such address");
    return;
  }
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  struct sp_call *call = call_new(api, request, request->path, route);
  if (call == NULL) {
    refuse(exchange, SP_E_NOMEM, "Out of memory");
    return;
  }
  call->exchange = exchange;
  if ((route->flags & SP_ROUTE_LOOP) != 0) {
    call->work.err = &call->task.error;
    sp_json_start(&call->w, &call->out);
    call->task.result = route->run(call);
    done(&call->task);
    return;
  }
  int rc = call->turn != NULL ? sp_till_hub_enter(api->hub, call->params[0], call) : sp_call_submit(call);
  if (rc != 0) sp_call_refuse(call, rc);
}
