/* Alarms of a node on a real loop, executor and database, with a receiver of its webhook: faults in, disk first, then
 * told; what was open is taken up again after a restart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "app/alarms.h"
#include "app/device_alarms.h"
#include "http/server.h"
#include "loop/loop.h"
#include "main/alarms.h"
#include "ports/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define PATIENCE_MS 20000

struct rig {
  char folder[64], file[96], url[64];
  uv_loop_t *loop;
  struct sp_loop_executor *executor;
  struct sp_app app;
  struct sp_node_alarms *alarms;
  struct sp_http_server *server;
  int status;          /* what the receiver answers */
  int changed, pushed; /* how often */
  int early;           /* pushes of what was not on disk */
  char last[2048];     /* the body it got last */
  int wanted;          /* pushes to wait for */
  uv_timer_t deadline, poll;
};

/* ---- Database ---- */

static int open_db(const struct rig *rig, enum sp_db_mode mode, struct sp_db **out, struct sp_error *err) {
  const struct sp_db_options options = {.location = rig->file, .mode = mode, .create = mode == SP_DB_WRITE};
  return sp_sqlite_api()->open(&options, out, err);
}

static int read_db(void *ctx, struct sp_db **out, struct sp_error *err) {
  return open_db(ctx, SP_DB_READ, out, err);
}

static int open_worker(void *ctx, struct sp_worker *worker, struct sp_error *err) {
  return open_db(ctx, SP_DB_READ, &worker->db, err);
}

static void close_worker(void *ctx, struct sp_worker *worker) {
  (void)ctx;
  sp_db_close(worker->db);
}

static int open_writer(void *ctx, struct sp_db **db, struct sp_error *err) {
  return open_db(ctx, SP_DB_WRITE, db, err);
}

static int64_t open_alarms(struct rig *rig) {
  struct sp_db *db = NULL;
  struct sp_arena arena;
  struct sp_error error = {.lang = SP_LANG_EN};
  const struct sp_id newest = {{0}};
  struct sp_device_alarm rows[16];
  int count = -1;
  sp_arena_init(&arena, 1 << 20);
  assert_int_equal(read_db(rig, &db, &error), 0);
  struct sp_work work = {.app = &rig->app, .db = db, .arena = &arena, .err = &error};
  assert_int_equal(sp_db_begin(db, &error), 0);
  assert_int_equal(sp_device_alarm_list(&work, SP_ALARM_LIST_MEMBERS, &newest, 16, rows, &count), 0);
  sp_db_close(db);
  sp_arena_free(&arena);
  return count;
}

/* ---- The receiver, on the same loop ---- */

static void receive(void *ctx, struct sp_http_exchange *exchange) {
  struct rig *rig = ctx;
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  snprintf(rig->last, sizeof rig->last, "%s", request->body);
  if (!sp_http_header(request, "webhook-signature")) rig->early++;
  if (strstr(request->body, "\"change\":\"raised\"") && open_alarms(rig) == 0) rig->early++;
  rig->pushed += rig->status == 204;
  const struct sp_http_reply reply = {.status = rig->status};
  assert_int_equal(sp_http_reply(exchange, &reply), 0);
}

static void on_changed(void *ctx) {
  ((struct rig *)ctx)->changed++;
}

/* ---- The rig ---- */

static void alarms_open(struct rig *rig) {
  struct sp_error error = {.lang = SP_LANG_EN};
  const struct sp_node_alarms_options options = {
      .loop = rig->loop,
      .executor = rig->executor,
      .app = &rig->app,
      .read = read_db,
      .read_ctx = rig,
      .webhook = rig->url,
      .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      .changed = on_changed,
      .changed_ctx = rig,
  };
  if (sp_node_alarms_new(&options, &rig->alarms, &error)) fail_msg("%s", error.message);
}

static void rig_open(struct rig *rig) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_http_options http;
  sp_http_options_init(&http);
  if (sp_loop_new(&rig->loop, &error)) fail_msg("%s", error.message);
  const struct sp_loop_options options = {.loop = rig->loop,
                                          .workers = 2,
                                          .ctx = rig,
                                          .open_worker = open_worker,
                                          .close_worker = close_worker,
                                          .open_writer = open_writer};
  if (sp_loop_executor_new(&options, &rig->executor, &error)) fail_msg("%s", error.message);
  assert_int_equal(sp_http_server_new(rig->loop, &http, receive, rig, &rig->server, &error), 0);
  assert_int_equal(sp_http_server_listen(rig->server, "127.0.0.1", 0, &error), 0);
  snprintf(rig->url, sizeof rig->url, "http://127.0.0.1:%d/hook", sp_http_server_port(rig->server));
  rig->app = (struct sp_app){.store = {.code = "S1"}};
  rig->status = 204;
  assert_int_equal(uv_timer_init(rig->loop, &rig->deadline), 0);
  assert_int_equal(uv_timer_init(rig->loop, &rig->poll), 0);
  rig->deadline.data = rig->poll.data = rig;
  alarms_open(rig);
}

static void on_stopped(void *ctx) {
  struct rig *rig = ctx;
  sp_http_server_free(rig->server);
  uv_close((uv_handle_t *)&rig->deadline, NULL);
  uv_close((uv_handle_t *)&rig->poll, NULL);
}

static void rig_close(struct rig *rig) {
  sp_node_alarms_stop(rig->alarms);
  sp_loop_executor_stop(rig->executor, on_stopped, rig);
  sp_loop_run(rig->loop);
  sp_node_alarms_free(rig->alarms);
  sp_loop_executor_free(rig->executor);
  assert_int_equal(sp_loop_free(rig->loop), 0);
}

static void on_deadline(uv_timer_t *timer) {
  uv_stop(timer->loop);
}

static void on_poll(uv_timer_t *timer) {
  const struct rig *rig = timer->data;
  if (rig->pushed >= rig->wanted) uv_stop(timer->loop);
}

/* Let the loop turn until so many events were taken. */
static void turn(struct rig *rig, int pushed, uint64_t ms) {
  rig->wanted = pushed;
  uv_timer_start(&rig->deadline, on_deadline, ms, 0);
  uv_timer_start(&rig->poll, on_poll, 10, 10);
  (void)uv_run(rig->loop, UV_RUN_DEFAULT);
  uv_timer_stop(&rig->deadline);
  uv_timer_stop(&rig->poll);
}

static int start(void **state) {
  struct rig *rig = calloc(1, sizeof *rig);
  struct sp_db *db = NULL;
  int64_t from = 0, to = 0;
  if (!rig) return -1;
  sp_sqlite_init();
  snprintf(rig->folder, sizeof rig->folder, "/tmp/sp-alarms-XXXXXX");
  if (!mkdtemp(rig->folder)) return -1;
  snprintf(rig->file, sizeof rig->file, "%s/node.db", rig->folder);
  if (open_db(rig, SP_DB_WRITE, &db, NULL) != 0 || sp_migrate(db, &from, &to, NULL) != 0) return -1;
  sp_db_close(db);
  rig_open(rig);
  *state = rig;
  return 0;
}

static int stop(void **state) {
  static const char *const tails[] = {"", "-wal", "-shm"};
  struct rig *rig = *state;
  char name[128];
  rig_close(rig);
  for (size_t i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s%s", rig->file, tails[i]);
    (void)unlink(name);
  }
  (void)rmdir(rig->folder);
  free(rig);
  return 0;
}

static void feed(struct rig *rig, const char *till, enum sp_alarm_fault fault, bool present) {
  const struct sp_alarm_fact fact = {
      .till = till, .device = "receipt1", .fault = fault, .present = present, .detail = "asb 18 00 0C 00"};
  sp_node_alarms_feed(rig->alarms, &fact);
}

/* ---- Tests ---- */

static void test_told(void **state) {
  struct rig *rig = *state;
  struct sp_buf text;
  feed(rig, "T01", SP_ALARM_DRAWER_FORCED, true);
  assert_int_equal(rig->changed, 0); /* not before the disk has it */
  turn(rig, 1, PATIENCE_MS);
  assert_int_equal(rig->pushed, 1);
  assert_int_equal(rig->changed, 1);
  assert_non_null(strstr(rig->last, "\"fault\":\"drawer_forced\",\"sev\":\"major\",\"owner\":\"manager\""));
  sp_buf_init(&text, 65536);
  sp_node_alarms_metrics(rig->alarms, &text);
  assert_non_null(
      strstr(sp_buf_text(&text), "suanpan_device_alarms_total{fault=\"drawer_forced\",severity=\"major\"} 1\n"));
  sp_buf_free(&text);
  feed(rig, "T01", SP_ALARM_DRAWER_FORCED, false);
  turn(rig, 2, PATIENCE_MS);
  assert_int_equal(rig->pushed, 2);
  assert_non_null(strstr(rig->last, "\"state\":\"cleared\""));
  assert_int_equal(open_alarms(rig), 0);
  assert_int_equal(rig->early, 0);
}

/* A rule of paper is followed by the ticks, under its own name. */
static void test_rule(void **state) {
  static const char fails[] =
      "[{\"campaign\":\"C1\",\"rule\":\"shop.paper\",\"outcome\":\"error\",\"why\":\"line 3\"}]";
  static const char answers[] = "[{\"campaign\":\"C1\",\"rule\":\"shop.paper\",\"outcome\":\"answered\"}]";
  struct rig *rig = *state;
  assert_int_equal(sp_alarms_new(&rig->app.alarms), 0);
  for (int i = 0; i < 3; i++)
    sp_alarms_paper(rig->app.alarms, fails, sizeof fails - 1, 1, 1000 + i);
  turn(rig, 1, PATIENCE_MS);
  assert_non_null(strstr(rig->last, "\"dev\":\"shop.paper\",\"fault\":\"rule_failed\""));
  assert_non_null(strstr(rig->last, "\"detail\":\"line 3\""));
  sp_alarms_paper(rig->app.alarms, answers, sizeof answers - 1, 0, 2000);
  turn(rig, 2, PATIENCE_MS);
  assert_non_null(strstr(rig->last, "\"state\":\"cleared\""));
  assert_int_equal(rig->pushed, 2);
  sp_alarms_free(rig->app.alarms);
  rig->app.alarms = NULL;
}

static void test_pages_see(void **state) {
  struct rig *rig = *state;
  struct sp_buf text;
  struct sp_json_writer w;
  feed(rig, "T01", SP_ALARM_PAPER_LOW, true);
  feed(rig, "T01", SP_ALARM_DRAWER_FORCED, true);
  feed(rig, "T02", SP_ALARM_DRAWER_FORCED, true);
  sp_buf_init(&text, 65536);
  sp_json_start(&w, &text);
  sp_node_alarms_json(rig->alarms, "T01", &w);
  const char *worst = strstr(sp_buf_text(&text), "drawer_forced"), *least = strstr(sp_buf_text(&text), "paper_low");
  assert_true(worst && least && worst < least);
  assert_null(strstr(sp_buf_text(&text), "T02"));
  sp_buf_free(&text);
  turn(rig, 3, PATIENCE_MS);
}

/* Three printers down are one alarm, which names them. */
static void test_pages_see_one(void **state) {
  static const char *const tills[] = {"T01", "T02", "T03"};
  struct rig *rig = *state;
  struct sp_buf text;
  struct sp_json_writer w;
  for (int i = 0; i < 3; i++)
    feed(rig, tills[i], SP_ALARM_UNRECOVERABLE, true);
  turn(rig, 4, PATIENCE_MS);
  sp_buf_init(&text, 65536);
  sp_json_start(&w, &text);
  sp_node_alarms_json(rig->alarms, NULL, &w);
  int events = 0;
  for (const char *at = sp_buf_text(&text); (at = strstr(at, "\"sev\":")) != NULL; at++)
    events++;
  assert_int_equal(events, 1);
  const char *members = strstr(sp_buf_text(&text), "\"members\":[");
  assert_non_null(members);
  for (int i = 0; i < 3; i++)
    assert_non_null(strstr(members, tills[i]));
  sp_buf_free(&text);
  sp_buf_init(&text, 65536);
  sp_node_alarms_metrics(rig->alarms, &text);
  assert_non_null(strstr(sp_buf_text(&text), "suanpan_device_alarms_open{severity=\"critical\"} 1\n"));
  assert_non_null(strstr(sp_buf_text(&text), "suanpan_device_alarms_open{severity=\"major\"} 0\n"));
  sp_buf_free(&text);
}

static void test_restart(void **state) {
  struct rig *rig = *state;
  rig->status = 503;
  feed(rig, "T01", SP_ALARM_UNRECOVERABLE, true);
  turn(rig, 1, 500);
  assert_int_equal(rig->pushed, 0);
  rig_close(rig);
  assert_int_equal(open_alarms(rig), 1);
  rig_open(rig);
  turn(rig, 1, PATIENCE_MS); /* what was written is pushed */
  assert_int_equal(rig->pushed, 1);
  assert_non_null(strstr(rig->last, "\"n\":1,"));
  feed(rig, "T01", SP_ALARM_UNRECOVERABLE, true); /* it is the same alarm still */
  turn(rig, 2, 500);
  assert_int_equal(rig->pushed, 1);
  feed(rig, "T01", SP_ALARM_UNRECOVERABLE, false);
  turn(rig, 2, PATIENCE_MS);
  assert_int_equal(rig->pushed, 2);
  assert_non_null(strstr(rig->last, "\"n\":2,"));
  assert_int_equal(open_alarms(rig), 0);
}

/* More changes than the queue holds: the state machine waits, nothing is lost. */
static void test_many(void **state) {
  struct rig *rig = *state;
  char till[16];
  for (int i = 0; i < 3 * SP_NODE_ALARMS_QUEUE; i++) {
    snprintf(till, sizeof till, "T%03d", i);
    feed(rig, till, SP_ALARM_DRAWER_FORCED, true);
  }
  turn(rig, 3 * SP_NODE_ALARMS_QUEUE, 4 * PATIENCE_MS);
  assert_int_equal(rig->pushed, 3 * SP_NODE_ALARMS_QUEUE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rule, start, stop),
      cmocka_unit_test_setup_teardown(test_told, start, stop),
      cmocka_unit_test_setup_teardown(test_pages_see, start, stop),
      cmocka_unit_test_setup_teardown(test_pages_see_one, start, stop),
      cmocka_unit_test_setup_teardown(test_restart, start, stop),
      cmocka_unit_test_setup_teardown(test_many, start, stop),
  };
  return cmocka_run_group_tests_name("node_alarms", tests, NULL, NULL);
}
