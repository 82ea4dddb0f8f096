/* The print ledger as a till sees it: where jobs go, one original a document, numbered copies, steps and decisions that
 * fit, races, what a start finds, and what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/print_ledger.h"
#include "tests/contract/counter/counter.h"
#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

#define TOLD_MAX 4

/* What a till would be told: how many jobs, and the titles of the first four. */
struct told {
  char till[21];
  int jobs;
  char titles[96];
};

struct scene {
  struct told told[TOLD_MAX];
  struct counter counter;
  struct ticket ticket;
  struct sp_print_options options;
  struct sp_print_job job, copy;
  struct sp_id id;
  struct sp_shift shift;
  enum sp_paper to;
  enum sp_print_answer answer;
  const char *reason;
  int64_t attempt;
  int32_t count;
};

static int setup(void **state) {
  static struct scene scene;
  scene = (struct scene){.count = 0};
  counter_open(&scene.counter, NULL, NULL);
  scene.counter.node.app.printer = "tcp:printer:9100";
  *state = &scene;
  return 0;
}

static int teardown(void **state) {
  struct scene *scene = *state;
  counter_agrees(&scene->counter);
  counter_close(&scene->counter);
  return 0;
}

static int run(struct scene *scene, sp_fixture_use *use) {
  return sp_fixture_do(&scene->counter.node, use, scene, &scene->counter.error);
}

static int64_t scalar(struct scene *scene, const char *sql) {
  return sp_fixture_scalar(&scene->counter.node, sql);
}

static void change(struct scene *scene, const char *sql) {
  assert_int_equal(sp_fixture_exec(&scene->counter.node, sql, &scene->counter.error), 0);
}

/* ---- Uses ---- */

static int sell_and_queue(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  int rc = sp_sale_post(work, &scene->ticket.request, &scene->ticket.sale);
  if (rc == 0) rc = sp_print_queue_sale(work, &scene->ticket.sale, &scene->options, &scene->job);
  if (rc == 0) scene->id = scene->ticket.sale.id;
  return rc;
}

static int queue_again(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  struct sp_sale sale;
  int rc = sp_sale_load(work, &scene->id, &sale);
  return rc == 0 ? sp_print_queue_sale(work, &sale, &scene->options, &scene->job) : rc;
}

static int take_step(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  struct sp_id id = scene->job.id;
  return sp_print_step(work, &id, scene->to, scene->attempt, scene->reason, &scene->job);
}

static int decide(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  struct sp_id id = scene->job.id;
  return sp_print_decide(work, &id, scene->answer, scene->reason, &scene->job, &scene->copy);
}

static int load(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  struct sp_id id = scene->job.id;
  return sp_print_load(work, &id, &scene->job);
}

static int queue_report(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  int rc = sp_shift_current(work, &scene->shift);
  return rc == 0 ? sp_print_queue_report(work, &scene->shift, &scene->job) : rc;
}

static int close_and_report(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  int rc = sp_shift_close(work, 0, &scene->shift);
  return rc == 0 ? sp_print_queue_report(work, &scene->shift, &scene->job) : rc;
}

static int report_again(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  struct sp_shift shift;
  int rc = sp_shift_load(work, &scene->id, &shift);
  return rc == 0 ? sp_print_queue_report(work, &shift, &scene->job) : rc;
}

static int queue_drawer(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  return sp_print_queue_drawer(work, scene->reason, &scene->job);
}

static int queue_test(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  return sp_print_queue_test(work, "printer", 48, &scene->job);
}

static int recover(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  return sp_print_recover(work, &scene->count);
}

static int purge(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  return sp_print_purge(work, &scene->count);
}

/* ---- In a few words ---- */

static int sell(struct scene *scene) {
  ticket_new(&scene->ticket);
  ticket_item(&scene->ticket, "cola", 1000);
  scene->ticket.request.items = scene->ticket.items;
  scene->ticket.request.exact_tender = true;
  return run(scene, sell_and_queue);
}

static void sold(struct scene *scene) {
  if (sell(scene) != 0) fail_msg("%s", scene->counter.error.message);
  assert_int_equal(scene->job.state, SP_PAPER_QUEUED);
}

static int step(struct scene *scene, enum sp_paper to) {
  scene->to = to;
  scene->attempt = 0;
  scene->reason = NULL;
  return run(scene, take_step);
}

static void steps(struct scene *scene, const enum sp_paper *path, int count) {
  for (int i = 0; i < count; i++)
    if (step(scene, path[i]) != 0) fail_msg("%s: %s", sp_paper_name(path[i]), scene->counter.error.message);
}

static const enum sp_paper whole[] = {SP_PAPER_SENDING, SP_PAPER_SENT, SP_PAPER_ACKED, SP_PAPER_DONE};

static int say(struct scene *scene, enum sp_print_answer answer) {
  scene->answer = answer;
  scene->reason = NULL;
  return run(scene, decide);
}

static bool text_says(struct scene *scene, const struct sp_print_job *job, const char *what) {
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf text;
  sp_arena_init(&arena, 4 << 20);
  sp_buf_init(&text, 1 << 20);
  assert_int_equal(sp_print_parse(job->json, strlen(job->json), &arena, &print, &scene->counter.error), 0);
  assert_int_equal(sp_print_text(&print, &text), 0);
  bool there = strstr(text.data, what) != NULL;
  sp_buf_free(&text);
  sp_arena_free(&arena);
  return there;
}

/* ---- Tests ---- */

static void where_a_till_prints(void **state) {
  struct scene *scene = *state;
  sold(scene);
  assert_string_equal(scene->job.device, SP_PRINT_SHARED);
  change(scene, "UPDATE till SET printer = 'tcp:10.0.0.9:9100' WHERE code = 'T02'");
  change(scene, "UPDATE till SET printer = 'tcp:10.0.0.9:9100', columns = 32 WHERE code = 'T01'");
  sold(scene);
  assert_string_equal(scene->job.device, "T01.printer");
  assert_non_null(strstr(scene->job.json, "\"columns\":32"));
  scene->counter.node.actor.till = scene->counter.node.other_till; /* the same target is the same device */
  assert_int_equal(run(scene, queue_drawer), 0);
  assert_string_equal(scene->job.device, "T01.printer");
  scene->counter.node.actor.till = scene->counter.node.till;
  change(scene, "UPDATE till SET printer = 'tcp:printer:9100' WHERE code = 'T01'");
  sold(scene);
  assert_string_equal(scene->job.device, SP_PRINT_SHARED);
  change(scene, "INSERT INTO device (id, till_id, class, config, updated_at) SELECT 'receipt1', id, 'printer', '{}', 1 "
                "FROM till WHERE code = 'T01'");
  sold(scene);
  assert_string_equal(scene->job.device, "receipt1");
}

/* No printer: the sale goes on, and there is no job. */
static void without_a_printer(void **state) {
  struct scene *scene = *state;
  scene->counter.node.app.printer = NULL;
  assert_int_equal(sell(scene), 0);
  assert_int_equal(scene->job.state, SP_PAPER_NONE);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_job"), 0);
}

static void one_original(void **state) {
  struct scene *scene = *state;
  scene->options = (struct sp_print_options){.drawer = true};
  sold(scene);
  struct sp_id first = scene->job.id;
  assert_int_equal(scalar(scene, "SELECT mark FROM print_job WHERE kind = 'drawer'"), 1);
  assert_int_equal(scalar(scene, "SELECT mark FROM print_job WHERE kind = 'receipt'"), 2);
  scene->options.drawer = false;
  assert_int_equal(run(scene, queue_again), 0);
  assert_true(sp_id_equal(&first, &scene->job.id)); /* it is on its way: no second */
  steps(scene, whole, 4);
  assert_int_equal(run(scene, queue_again), 0);
  assert_false(sp_id_equal(&first, &scene->job.id));
  assert_int_equal(scene->job.copy, 1);
  assert_true(sp_id_equal(&first, &scene->job.of));
  assert_true(text_says(scene, &scene->job, "*** COPY no. 1 ***"));
  scene->options.copy = true;
  assert_int_equal(run(scene, queue_again), 0);
  assert_int_equal(scene->job.copy, 2);
  assert_true(text_says(scene, &scene->job, "*** COPY no. 2 ***"));
  assert_false(text_says(scene, &scene->job, "*** COPY no. 1 ***"));
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM journal WHERE kind = 'print'"), 2);
  scene->options = (struct sp_print_options){.gift = true};
  assert_int_equal(run(scene, queue_again), 0);
  assert_int_equal(scene->job.copy, 0); /* a document of its own */
  assert_string_equal(scene->job.kind, "gift");
  assert_false(text_says(scene, &scene->job, "3.00"));
}

/* The first paper somebody asks for as a copy says that it is one; the second is laid out anew, not marked twice. */
static void a_copy_without_an_original(void **state) {
  struct scene *scene = *state;
  scene->options.copy = true;
  sold(scene);
  assert_int_equal(scene->job.copy, 1);
  assert_true(text_says(scene, &scene->job, "*** COPY no. 1 ***"));
  assert_int_equal(run(scene, queue_again), 0);
  assert_int_equal(scene->job.copy, 2);
  assert_false(text_says(scene, &scene->job, "no. 1"));
}

/* Every pair of states, against the table written down a second time. */
static void only_legal_steps(void **state) {
  static const char legal[] = "queued>sending queued>held queued>cancelled sending>sent sending>held sending>uncertain "
                              "sent>acked sent>done sent>uncertain acked>done held>queued held>sending held>cancelled "
                              "uncertain>acked uncertain>done uncertain>cancelled ";
  struct scene *scene = *state;
  for (int from = SP_PAPER_NONE; from <= SP_PAPER_CANCELLED; from++) {
    for (int to = SP_PAPER_NONE; to <= SP_PAPER_CANCELLED; to++) {
      char pair[48];
      bool over = from == SP_PAPER_DONE || from == SP_PAPER_CANCELLED || from == SP_PAPER_NONE;
      snprintf(pair, sizeof pair, "%s>%s ", sp_paper_name((enum sp_paper)from), sp_paper_name((enum sp_paper)to));
      const char *found = strstr(legal, pair);
      bool expected = from == to ? !over : found != NULL && (found == legal || found[-1] == ' ');
      if (sp_paper_follows((enum sp_paper)from, (enum sp_paper)to) != expected) fail_msg("%s", pair);
    }
  }
  assert_int_equal(sp_paper_parse("lost"), -1);
  assert_int_equal(sp_paper_parse(NULL), -1);
  sold(scene);
  assert_int_equal(step(scene, SP_PAPER_DONE), SP_E_STATE);
  assert_string_equal(scene->counter.error.field, "state");
  steps(scene, whole, 4);
  assert_int_equal(step(scene, SP_PAPER_SENDING), SP_E_STATE);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_event"), 5);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_event WHERE n = 5 AND state = 'done'"), 1);
}

static void attempts_and_remarks(void **state) {
  struct scene *scene = *state;
  static const enum sp_paper path[] = {SP_PAPER_SENDING, SP_PAPER_HELD, SP_PAPER_SENDING};
  sold(scene);
  steps(scene, path, 3);
  assert_int_equal(scene->job.attempt, 2);
  assert_non_null(scene->job.json);
  scene->to = SP_PAPER_SENT;
  scene->attempt = 1; /* a word of the attempt before */
  assert_int_equal(run(scene, take_step), SP_E_STATE);
  scene->attempt = 2;
  scene->reason = "paper_out";
  assert_int_equal(run(scene, take_step), 0);
  scene->reason = "cover";
  assert_int_equal(run(scene, take_step), 0);
  int64_t events = scalar(scene, "SELECT COUNT(*) FROM print_event");
  assert_int_equal(run(scene, take_step), 0); /* nothing new */
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_event"), events);
  assert_string_equal(scene->job.reason, "cover");
}

static void cancel_it(struct counter *counter) {
  (void)sp_fixture_exec(&counter->node, "UPDATE print_job SET state = 'cancelled'", &counter->error);
}

/* Somebody cancels between the look and the commit: the first byte must not leave. */
static void a_race_is_lost(void **state) {
  struct scene *scene = *state;
  sold(scene);
  counter_meanwhile(&scene->counter, cancel_it);
  assert_int_equal(step(scene, SP_PAPER_SENDING), SP_E_STATE);
  assert_int_equal(scene->job.state, SP_PAPER_CANCELLED);
  assert_int_equal(scene->counter.node.reruns, 1);
}

static void what_people_say(void **state) {
  struct scene *scene = *state;
  static const enum sp_paper doubtful[] = {SP_PAPER_SENDING, SP_PAPER_UNCERTAIN};
  sold(scene);
  assert_int_equal(say(scene, SP_PRINT_PRINTED), SP_E_STATE);
  assert_int_equal(say(scene, SP_PRINT_RETRY), SP_E_STATE);
  assert_int_equal(say(scene, SP_PRINT_REPRINT), SP_E_STATE);
  assert_int_equal(say(scene, SP_PRINT_CANCEL), 0);
  assert_int_equal(scene->job.state, SP_PAPER_CANCELLED);
  assert_int_equal(say(scene, SP_PRINT_CANCEL), SP_E_STATE);
  sold(scene);
  steps(scene, doubtful, 2);
  assert_int_equal(say(scene, SP_PRINT_RETRY), SP_E_STATE); /* it may be on paper */
  assert_int_equal(say(scene, SP_PRINT_REPRINT), 0);
  assert_int_equal(scene->job.state, SP_PAPER_DONE);
  assert_string_equal(scene->job.reason, "reprinted");
  assert_int_equal(scene->copy.copy, 1);
  assert_true(text_says(scene, &scene->copy, "*** COPY no. 1 ***"));
  /* The question was answered: the second who answers makes no second copy. */
  assert_int_equal(say(scene, SP_PRINT_REPRINT), SP_E_STATE);
  assert_int_equal(say(scene, SP_PRINT_PRINTED), SP_E_STATE);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_job WHERE copy > 0"), 1);
  sold(scene);
  steps(scene, doubtful, 2);
  assert_int_equal(say(scene, SP_PRINT_PRINTED), 0);
  assert_string_equal(scene->job.reason, "printed");
  assert_int_equal(scene->copy.state, SP_PAPER_NONE);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM journal WHERE kind = 'print'"), 4);
  memset(&scene->job.id, 7, sizeof scene->job.id);
  assert_int_equal(say(scene, SP_PRINT_CANCEL), SP_E_NOT_FOUND);
}

/* Whoever asks for the paper of an uncertain job has looked: it is settled by that. */
static void asking_again_settles(void **state) {
  struct scene *scene = *state;
  static const enum sp_paper doubtful[] = {SP_PAPER_SENDING, SP_PAPER_SENT, SP_PAPER_UNCERTAIN};
  sold(scene);
  steps(scene, doubtful, 3);
  assert_int_equal(run(scene, queue_again), 0);
  assert_int_equal(scene->job.copy, 1);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_job WHERE state = 'uncertain'"), 0);
}

static void a_start_settles(void **state) {
  static const char *const states[][3] = {{"receipt", "queued", "queued"},     {"receipt", "held", "held"},
                                          {"receipt", "sending", "uncertain"}, {"receipt", "sent", "uncertain"},
                                          {"receipt", "acked", "done"},        {"receipt", "uncertain", "uncertain"},
                                          {"drawer", "queued", "cancelled"},   {"drawer", "sending", "cancelled"},
                                          {"drawer", "acked", "done"},         {"drawer", "held", "cancelled"}};
  struct scene *scene = *state;
  for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
    char sql[200];
    change(scene, "DELETE FROM print_event");
    change(scene, "DELETE FROM print_job");
    if (states[i][0][0] == 'd')
      assert_int_equal(run(scene, queue_drawer), 0);
    else
      sold(scene);
    snprintf(sql, sizeof sql, "UPDATE print_job SET state = '%s'", states[i][1]);
    change(scene, sql);
    do
      assert_int_equal(run(scene, recover), 0);
    while (scene->count > 0);
    assert_int_equal(run(scene, load), 0);
    if (strcmp(sp_paper_name(scene->job.state), states[i][2]) != 0)
      fail_msg("%s %s became %s", states[i][0], states[i][1], sp_paper_name(scene->job.state));
  }
}

static void reports(void **state) {
  struct scene *scene = *state;
  assert_int_equal(run(scene, queue_report), 0);
  struct sp_id first = scene->job.id;
  assert_string_equal(scene->job.title, "X 1");
  assert_true(text_says(scene, &scene->job, "X report"));
  assert_int_equal(run(scene, queue_report), 0); /* another look, another paper */
  assert_false(sp_id_equal(&first, &scene->job.id));
  assert_int_equal(scene->job.copy, 0);
  assert_int_equal(run(scene, close_and_report), 0);
  scene->id = scene->shift.id;
  assert_string_equal(scene->job.title, "Z 1");
  assert_true(text_says(scene, &scene->job, "Z report"));
  assert_true(text_says(scene, &scene->job, "Z number: 1"));
  char hash[20], sql[200];
  for (int i = 0; i < 8; i++) {
    snprintf(sql, sizeof sql, "SELECT instr('0123456789abcdef', substr(lower(hex(hash)), %d, 1)) - 1 FROM z_report",
             i + 1);
    hash[i] = "0123456789abcdef"[scalar(scene, sql)];
  }
  hash[8] = '\0';
  assert_true(text_says(scene, &scene->job, hash)); /* what the writer gave it */
  steps(scene, whole, 4);
  assert_int_equal(run(scene, report_again), 0);
  assert_int_equal(scene->job.copy, 1);
  assert_true(text_says(scene, &scene->job, "*** COPY no. 1 ***"));
  steps(scene, whole, 4);
  change(scene, "UPDATE till SET columns = 32"); /* other paper: anew, of what is stored */
  assert_int_equal(run(scene, report_again), 0);
  assert_non_null(strstr(scene->job.json, "\"columns\":32"));
  assert_true(text_says(scene, &scene->job, "*** COPY no. 2 ***"));
  assert_true(text_says(scene, &scene->job, "Z number: 1"));
  assert_true(text_says(scene, &scene->job, hash));
}

static void a_test_page(void **state) {
  struct scene *scene = *state;
  assert_int_equal(run(scene, queue_test), 0);
  assert_true(text_says(scene, &scene->job, "[QR] "));
  assert_true(text_says(scene, &scene->job, "[CODE128] "));
  assert_string_equal(scene->job.device, "printer");
}

/* Old printouts go, jobs stay; a copy is laid out anew then. */
static void forgetting(void **state) {
  struct scene *scene = *state;
  sold(scene);
  steps(scene, whole, 4);
  assert_int_equal(run(scene, purge), 0);
  assert_int_equal(scene->count, 0);
  scene->counter.node.now += 401 * INT64_C(86400000);
  assert_int_equal(run(scene, purge), 0);
  assert_int_equal(scene->count, 1);
  assert_int_equal(run(scene, purge), 0);
  assert_int_equal(scene->count, 0);
  assert_int_equal(run(scene, load), 0);
  assert_string_equal(scene->job.json, "");
  assert_int_equal(run(scene, queue_again), 0);
  assert_int_equal(scene->job.copy, 1);
  assert_true(text_says(scene, &scene->job, "*** COPY no. 1 ***"));
}

/* Whatever printer the shop has, nothing of training waits for one: every job is over as it is made, and says so. */
static void in_training(void **state) {
  struct scene *scene = *state;
  scene->counter.node.app.training = true;
  change(scene, "UPDATE till SET printer = 'tcp:10.0.0.9:9100' WHERE code = 'T01'");
  scene->options = (struct sp_print_options){.drawer = true};
  if (sell(scene) != 0) fail_msg("%s", scene->counter.error.message);
  assert_string_equal(scene->job.device, SP_PRINT_TRAINING);
  assert_int_equal(scene->job.state, SP_PAPER_DONE);
  assert_true(text_says(scene, &scene->job, "*** 培训模式 非销售凭证 ***") ||
              text_says(scene, &scene->job, "*** TRAINING: NO SALE ***"));
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_job"), 2);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_job WHERE state = 'done' AND reason = 'training' AND "
                                 "device = 'training' AND attempt = 0"),
                   2);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_event WHERE state = 'queued' AND n = 1"), 2);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_event WHERE state = 'done' AND n = 2"), 2);
  assert_int_equal(run(scene, queue_again), 0);
  assert_int_equal(scene->job.copy, 1);
  assert_int_equal(scene->job.state, SP_PAPER_DONE);
  assert_int_equal(run(scene, queue_report), 0);
  assert_true(text_says(scene, &scene->job, "*** 培训模式 非销售凭证 ***") ||
              text_says(scene, &scene->job, "*** TRAINING: NO SALE ***"));
  assert_int_equal(step(scene, SP_PAPER_SENDING), SP_E_STATE);
  assert_int_equal(scalar(scene, "SELECT COUNT(*) FROM print_job WHERE state <> 'done'"), 0);
  assert_int_equal(run(scene, recover), 0);
  assert_int_equal(scene->count, 0);
  scene->counter.node.app.printer = NULL; /* and a shop without a printer practises all the same */
  change(scene, "UPDATE till SET printer = '' WHERE code = 'T01'");
  scene->options = (struct sp_print_options){.copy = false};
  if (sell(scene) != 0) fail_msg("%s", scene->counter.error.message);
  assert_int_equal(scene->job.state, SP_PAPER_DONE);
  scene->counter.node.app.training = false;
}

/* ---- What pages are told ---- */

static int share_out(struct sp_work *work, void *ctx) {
  struct scene *scene = ctx;
  struct sp_print_share *shares = NULL;
  int32_t count = 0;
  int rc = sp_print_shares(work, &shares, &count);
  scene->count = count;
  for (int32_t i = 0; rc == 0 && i < count; i++) {
    struct told *told = &scene->told[i % TOLD_MAX];
    snprintf(told->till, sizeof told->till, "%s", shares[i].till != NULL ? shares[i].till : "");
    told->jobs = 0;
    told->titles[0] = '\0';
    struct cJSON *list = NULL;
    const cJSON *job = NULL;
    rc = sp_json_parse(shares[i].json, shares[i].len, &list, work->err);
    cJSON_ArrayForEach(job, list) {
      const char *title = "";
      (void)sp_json_get_text(job, "title", SP_REQUIRED, 60, &title, NULL);
      size_t len = strlen(told->titles);
      if (told->jobs++ < 4) snprintf(told->titles + len, sizeof told->titles - len, "%s ", title);
    }
    sp_json_free(list);
  }
  return rc;
}

static void till_is_told(const struct scene *scene, int32_t at, const char *till, int jobs, const char *titles) {
  assert_true(at < scene->count);
  assert_string_equal(scene->told[at].till, till);
  assert_int_equal(scene->told[at].jobs, jobs);
  assert_string_equal(scene->told[at].titles, titles);
}

#define JOB(id, mark, device, till, title)                                                                             \
  "INSERT INTO print_job (id, mark, device, till_id, kind, title, state, created_at, changed_at) SELECT " id ", " mark \
  ", '" device "', " till ", 'receipt', '" title "', 'held', 0, 0;"
#define TILL(code) "(SELECT id FROM till WHERE code = '" code "')"

static void each_till_hears_of_its_own(void **state) {
  struct scene *scene = *state;
  assert_int_equal(run(scene, share_out), 0);
  assert_int_equal(scene->count, 1);
  till_is_told(scene, 0, "", 0, "");
  change(scene,
         "INSERT INTO device (id, till_id, class, config, revision, updated_at) SELECT 'own2', id, 'printer', '{}', "
         "1, 0 FROM till WHERE code = 'T02';" JOB("X'01'", "101", "printer", TILL("T01"), "a")
             JOB("X'02'", "102", "printer", TILL("T02"), "b") JOB("X'03'", "103", "printer", TILL("T01"), "c")
                 JOB("X'04'", "104", "own2", "NULL", "d"));
  assert_int_equal(run(scene, share_out), 0);
  assert_int_equal(scene->count, 3);
  till_is_told(scene, 0, "T01", 2, "c a ");
  till_is_told(scene, 1, "T02", 2, "d b ");
  till_is_told(scene, 2, "", 0, "");
  /* What is nobody's is everybody's, and the lists have an end. */
  change(
      scene,
      JOB("X'05'", "105", "printer", "NULL",
          "e") "INSERT INTO print_job (id, mark, device, till_id, kind, title, state, created_at, changed_at) WITH "
               "RECURSIVE "
               "n(i) AS (SELECT 200 UNION ALL SELECT i + 1 FROM n WHERE i < 299) SELECT CAST(i AS BLOB), i, 'printer', "
               "CASE WHEN i < 270 THEN " TILL("T01") " END, 'receipt', 'x' || i, 'queued', 0, 0 FROM n;");
  assert_int_equal(run(scene, share_out), 0);
  assert_int_equal(scene->count, 3);
  till_is_told(scene, 0, "T01", SP_PRINT_SHARE_JOBS + SP_PRINT_NOBODYS_MAX, "x269 x268 x267 x266 ");
  till_is_told(scene, 1, "T02", 2 + SP_PRINT_NOBODYS_MAX, "d b x299 x298 ");
  till_is_told(scene, 2, "", SP_PRINT_NOBODYS_MAX, "x299 x298 x297 x296 ");
  change(scene, "UPDATE print_job SET state = 'done'");
  assert_int_equal(run(scene, share_out), 0);
  assert_int_equal(scene->count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(where_a_till_prints),
      TEST(without_a_printer),
      TEST(one_original),
      TEST(a_copy_without_an_original),
      TEST(only_legal_steps),
      TEST(attempts_and_remarks),
      TEST(a_race_is_lost),
      TEST(what_people_say),
      TEST(asking_again_settles),
      TEST(a_start_settles),
      TEST(reports),
      TEST(a_test_page),
      TEST(forgetting),
      TEST(in_training),
      TEST(each_till_hears_of_its_own),
  };
  return cmocka_run_group_tests_name("print queue", tests, NULL, NULL);
}
