/* Printed exactly once: a till that is killed at every step of a print job, with a printer that says when paper is out
 * and one that does not, and a person who says "printed", "reprint" or "cancel" afterwards.
 *
 * Each life is a process over the same database; the paper is memory that outlives them, as paper does. However lives
 * end, the paper never shows two originals, a copy only after somebody asked for it, and what was queued and never
 * begun is printed without a question. SP_SEED repeats the random lives, SP_LIVES=… sets how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/print_ledger.h"
#include "generated/queries.h"
#include "tests/contract/counter/counter.h"
#include "tests/unit/random.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define VFS       "unix"
#define PAPER_MAX 65536
#define JOB_SIGN  '\x02' /* the printer begins */
#define CUT_SIGN  '\x03' /* the printer has cut */
#define LIVES_MAX 12

/* Where a life may end. Of a printer that says nothing, ACK is its silence, and there is no DONE. */
enum step {
  BEFORE_QUEUE,
  AFTER_QUEUE,
  BEFORE_SENDING,
  AFTER_SENDING,
  FIRST_BYTE,
  MID_BYTES,
  LAST_BYTE,
  AFTER_SENT,
  BEFORE_ACK,
  AFTER_ACK,
  BEFORE_DONE,
  AFTER_DONE,
  NEVER,
};

/* What outlives a process. */
struct world {
  char paper[PAPER_MAX];
  int length, kicks;
  struct sp_id sale;
  bool sold;         /* the plan of the sale is on disk */
  bool begun;        /* `sending` of the original was on disk */
  int asked, wanted; /* questions a person was asked; copies asked for */
  enum step end;     /* of the life that runs */
  bool acks;
};

static struct world *world;

static void at(enum step step) {
  if (step != NEVER && world->end == step) (void)kill(getpid(), SIGKILL);
}

static void print_byte(char byte) {
  if (world->length < PAPER_MAX - 1) world->paper[world->length++] = byte;
}

/* ---- What a node does: the real ledger, and a printer ---- */

struct node {
  struct counter counter;
  struct ticket ticket;
  struct sp_print_job job;
  enum sp_paper to;
  const char *reason;
  enum sp_print_answer answer;
  int32_t count;
};

static int die_before(void *ctx) {
  at(*(const enum step *)ctx);
  return 0;
}

/* Run a use case; the process may end before its commit or behind it. */
static int commit(struct node *node, sp_fixture_use *use, enum step before, enum step after) {
  struct sp_fixture *fixture = &node->counter.node;
  fixture->before_commit = die_before;
  fixture->ctx = &before;
  int rc = sp_fixture_do(fixture, use, node, &node->counter.error);
  fixture->before_commit = NULL;
  if (rc == 0) at(after);
  return rc;
}

static int sell(struct sp_work *work, void *ctx) {
  struct node *node = ctx;
  const struct sp_print_options options = {.drawer = true};
  int rc = sp_sale_post(work, &node->ticket.request, &node->ticket.sale);
  if (rc == 0) rc = sp_print_queue_sale(work, &node->ticket.sale, &options, &node->job);
  world->sale = node->ticket.sale.id;
  return rc;
}

static int step_job(struct sp_work *work, void *ctx) {
  struct node *node = ctx;
  struct sp_print_job after;
  return sp_print_step(work, &node->job.id, node->to, 0, node->reason, &after);
}

static int step_to(struct node *node, enum sp_paper to, const char *reason, enum step before, enum step after) {
  node->to = to;
  node->reason = reason;
  return commit(node, step_job, before, after);
}

/* The first job that waits, with its document; state NONE when none does. */
static int take(struct sp_work *work, void *ctx) {
  struct node *node = ctx;
  struct sp_rows *rows = NULL;
  struct sp_id id;
  node->job = (struct sp_print_job){.state = SP_PAPER_NONE};
  int got = sp_db_one(work->db, SP_Q_HUB_PRINT_WAITING, NULL, 0, &rows, work->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, &id);
  sp_rows_finish(rows);
  return sp_print_load(work, &id, &node->job);
}

static int put_on_paper(struct node *node) {
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf text;
  sp_arena_init(&arena, 4 << 20);
  sp_buf_init(&text, PAPER_MAX);
  int rc = sp_print_parse(node->job.json, strlen(node->job.json), &arena, &print, &node->counter.error);
  if (rc == 0) rc = sp_print_text(&print, &text);
  print_byte(JOB_SIGN);
  at(FIRST_BYTE);
  for (size_t i = 0; rc == 0 && i < text.len; i++) {
    if (i == text.len / 2) at(MID_BYTES);
    print_byte(text.data[i]);
  }
  print_byte(CUT_SIGN);
  at(LAST_BYTE);
  sp_buf_free(&text);
  sp_arena_free(&arena);
  return rc;
}

static int kick(struct node *node) {
  int rc = step_to(node, SP_PAPER_SENDING, "", NEVER, NEVER);
  world->kicks++;
  if (rc == 0) rc = step_to(node, SP_PAPER_SENT, "", NEVER, NEVER);
  if (rc == 0) rc = step_to(node, SP_PAPER_DONE, "", NEVER, NEVER);
  return rc;
}

/* One job through the printer, each step on disk before the next. */
static int send_job(struct node *node) {
  if (strcmp(node->job.kind, "drawer") == 0) return kick(node);
  int rc = step_to(node, SP_PAPER_SENDING, "", BEFORE_SENDING, NEVER);
  if (rc == 0 && node->job.copy == 0) world->begun = true;
  if (rc == 0) at(AFTER_SENDING);
  if (rc == 0) rc = put_on_paper(node);
  if (rc == 0) rc = step_to(node, SP_PAPER_SENT, "", NEVER, AFTER_SENT);
  if (rc == 0 && !world->acks) return step_to(node, SP_PAPER_UNCERTAIN, "silent", BEFORE_ACK, AFTER_ACK);
  if (rc == 0) rc = step_to(node, SP_PAPER_ACKED, "", BEFORE_ACK, AFTER_ACK);
  if (rc == 0) rc = step_to(node, SP_PAPER_DONE, "", BEFORE_DONE, AFTER_DONE);
  return rc;
}

static int send_all(struct node *node) {
  for (int i = 0; i < 20; i++) {
    int rc = sp_fixture_do(&node->counter.node, take, node, &node->counter.error);
    if (rc != 0 || node->job.state == SP_PAPER_NONE) return rc;
    struct sp_print_job job = node->job;
    job.json = strdup(job.json); /* the fixture's arena is emptied by the next thing it does */
    node->job = job;
    rc = send_job(node);
    free((void *)(uintptr_t)job.json);
    if (rc != 0) return rc;
  }
  return SP_E_INTERNAL;
}

static int recover(struct sp_work *work, void *ctx) {
  struct node *node = ctx;
  return sp_print_recover(work, &node->count);
}

static int decide(struct sp_work *work, void *ctx) {
  struct node *node = ctx;
  struct sp_print_job after, copy;
  return sp_print_decide(work, &node->job.id, node->answer, NULL, &after, &copy);
}

/* ---- Lives ---- */

static int open_node(struct node *node, const char *directory) {
  *node = (struct node){.count = 0};
  if (chdir(directory) != 0) return SP_E_IO;
  int rc = counter_start(&node->counter, NULL, VFS);
  node->counter.node.app.printer = "tcp:printer:9100";
  return rc;
}

static int life_of_sale(struct node *node) {
  ticket_new(&node->ticket);
  ticket_item(&node->ticket, "cola", 1000);
  ticket_pay(&node->ticket, SP_METHOD_CASH, 300);
  node->ticket.request.items = node->ticket.items;
  node->ticket.request.tenders = node->ticket.tenders;
  int rc = commit(node, sell, BEFORE_QUEUE, NEVER);
  world->sold = rc == 0;
  at(AFTER_QUEUE);
  return rc != 0 ? rc : send_all(node);
}

/* The first job that waits for a person; state NONE when none does. */
static int find_uncertain(struct sp_work *work, void *ctx) {
  struct node *node = ctx;
  struct sp_buf text;
  struct sp_json_writer w;
  struct cJSON *list = NULL;
  const struct cJSON *job = NULL;
  node->job = (struct sp_print_job){.state = SP_PAPER_NONE};
  sp_buf_init(&text, 1 << 20);
  sp_json_start(&w, &text);
  int rc = sp_print_list_json(work, true, NULL, 50, &w);
  if (rc == 0) rc = sp_json_parse(text.data, text.len, &list, work->err);
  cJSON_ArrayForEach(job, list) {
    const char *state = "", *id = "";
    (void)sp_json_get_text(job, "state", SP_REQUIRED, 20, &state, NULL);
    (void)sp_json_get_text(job, "id", SP_REQUIRED, 40, &id, NULL);
    if (strcmp(state, "uncertain") != 0 || sp_id_parse(id, &node->job.id) != 0) continue;
    node->job.state = SP_PAPER_UNCERTAIN;
  }
  sp_json_free(list);
  sp_buf_free(&text);
  return rc;
}

/* What is uncertain is shown to a person, who answers; everything else goes on by itself. */
static int ask_person(struct node *node, enum sp_print_answer answer) {
  for (;;) {
    int rc = sp_fixture_do(&node->counter.node, find_uncertain, node, &node->counter.error);
    if (rc != 0 || node->job.state == SP_PAPER_NONE) return rc;
    node->answer = answer;
    world->asked++;
    if (answer == SP_PRINT_REPRINT) world->wanted++;
    rc = sp_fixture_do(&node->counter.node, decide, node, &node->counter.error);
    if (rc != 0) return rc;
  }
}

static int life_after(struct node *node, enum sp_print_answer answer) {
  int rc = sp_fixture_do(&node->counter.node, recover, node, &node->counter.error);
  if (rc == 0) rc = ask_person(node, answer);
  return rc != 0 ? rc : send_all(node);
}

/* Fork, live, and tell whether it ended by itself. */
static bool live(const char *directory, enum step end, bool acks, int answer) {
  world->end = end;
  world->acks = acks;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    static struct node node;
    int rc = open_node(&node, directory);
    if (rc == 0) rc = answer < 0 ? life_of_sale(&node) : life_after(&node, (enum sp_print_answer)answer);
    if (rc != 0) fprintf(stderr, "a life failed with %d: %s\n", rc, node.counter.error.message);
    _exit(rc == 0 ? 0 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  return true;
}

/* ---- The paper ---- */

struct seen {
  int originals, copies; /* begun */
  int whole_originals, whole_copies;
};

static struct seen look(void) {
  struct seen seen = {0};
  const char *begin = NULL;
  world->paper[world->length] = '\0';
  for (char *at_byte = world->paper; *at_byte; at_byte++) {
    if (*at_byte != JOB_SIGN) continue;
    begin = at_byte + 1;
    size_t len = strcspn(begin, "\x02\x03");
    char sheet[8192];
    snprintf(sheet, sizeof sheet, "%.*s", (int)len, begin);
    /* A copy says so at its top and at its foot: however little of it came out, it is no original. */
    bool copy = strstr(sheet, "*** COPY no.") != NULL || (len == 0 && seen.originals > 0);
    bool whole = begin[len] == CUT_SIGN;
    if (copy) {
      seen.copies++;
      seen.whole_copies += whole;
    } else {
      seen.originals++;
      seen.whole_originals += whole;
    }
  }
  return seen;
}

static void judge(const char *what) {
  struct seen seen = look();
  bool fine =
      seen.originals <= 1 && seen.copies <= world->wanted && world->kicks <= 1 && seen.whole_copies <= world->wanted;
  if (!fine)
    fail_msg("%s: %d originals (%d whole), %d copies (%d whole) of %d asked for, %d kicks\n%s", what, seen.originals,
             seen.whole_originals, seen.copies, seen.whole_copies, world->wanted, world->kicks, world->paper);
}

/* ---- Scenes ---- */

static char template[64];

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk) {
  (void)info;
  (void)kind;
  (void)walk;
  return remove(path);
}

static void remove_folder(const char *path) {
  (void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A counter with goods and a shift, closed in order: every scene begins with a copy of its file. */
static int make_template(void **state) {
  (void)state;
  world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  snprintf(template, sizeof template, "/tmp/suanpan-print-XXXXXX");
  if (world == MAP_FAILED || mkdtemp(template) == NULL) return -1;
  pid_t child = fork();
  if (child == 0) {
    static struct node node;
    int rc = open_node(&node, template);
    if (rc == 0) counter_close(&node.counter);
    _exit(rc == 0 ? 0 : 1);
  }
  int status = 1;
  return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static int drop_template(void **state) {
  (void)state;
  remove_folder(template);
  munmap(world, sizeof *world);
  return 0;
}

static void copy_file(const char *from, const char *to) {
  char block[65536];
  ssize_t got = 0;
  int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_true(in >= 0 && out >= 0);
  while ((got = read(in, block, sizeof block)) > 0)
    assert_int_equal(write(out, block, (size_t)got), got);
  close(in);
  close(out);
}

static void scene_open(char directory[64]) {
  char from[128], to[128];
  snprintf(directory, 64, "/tmp/suanpan-print-XXXXXX");
  assert_non_null(mkdtemp(directory));
  snprintf(from, sizeof from, "%s/node.db", template);
  snprintf(to, sizeof to, "%s/node.db", directory);
  copy_file(from, to);
  memset(world, 0, sizeof *world);
}

/* One life that ends at a step, one that goes on: what the paper must show then. */
static void killed_once(enum step end, bool acks, enum sp_print_answer answer) {
  char directory[64], what[120];
  scene_open(directory);
  snprintf(what, sizeof what, "end %d, %s, answer %d", (int)end, acks ? "acknowledges" : "says nothing", (int)answer);
  bool over = live(directory, end, acks, -1);
  bool reached = end == NEVER || (!acks && end > AFTER_ACK);
  assert_int_equal(over, reached);
  bool sold = world->sold, begun = world->begun;
  assert_true(live(directory, NEVER, true, answer));
  judge(what);
  struct seen seen = look();
  bool done = acks && end >= AFTER_ACK; /* the printer's word is on disk: nobody is asked */
  if (!sold) {
    assert_int_equal(seen.originals + seen.copies, 0);
  } else if (!begun) {
    if (seen.whole_originals != 1 || world->asked != 0) fail_msg("%s: a queued job was lost or asked about", what);
  } else if (done) {
    if (seen.whole_originals != 1 || world->asked != 0) fail_msg("%s: a printed job was asked about", what);
  } else {
    if (world->asked != 1) fail_msg("%s: asked %d times", what, world->asked);
    if (seen.whole_copies != (answer == SP_PRINT_REPRINT)) fail_msg("%s: %d copies", what, seen.whole_copies);
    if (seen.whole_originals != (end >= LAST_BYTE)) fail_msg("%s: %d originals", what, seen.whole_originals);
  }
  assert_true(live(directory, NEVER, true, answer)); /* and a start later nothing is left to do */
  struct seen later = look();
  assert_memory_equal(&later, &seen, sizeof seen);
  remove_folder(directory);
}

static void at_every_step(void **state) {
  (void)state;
  for (int end = BEFORE_QUEUE; end <= NEVER; end++)
    for (int acks = 0; acks < 2; acks++)
      for (int answer = SP_PRINT_PRINTED; answer <= SP_PRINT_CANCEL; answer++)
        killed_once((enum step)end, acks == 1, (enum sp_print_answer)answer);
}

/* Lives that end anywhere, again and again, with whatever people say. */
static void in_many_lives(void **state) {
  struct random random = random_start("print jobs through many lives");
  const char *wanted = getenv("SP_LIVES");
  long scenes = wanted ? strtol(wanted, NULL, 10) : 12;
  (void)state;
  for (long i = 0; i < scenes; i++) {
    char directory[64], what[64];
    scene_open(directory);
    snprintf(what, sizeof what, "scene %ld", i);
    enum step end = (enum step)random_between(&random, AFTER_QUEUE, NEVER);
    live(directory, end, random_next(&random) % 2 == 0, -1);
    for (int k = 0; k < LIVES_MAX; k++) {
      int answer = (int)random_between(&random, SP_PRINT_PRINTED, SP_PRINT_CANCEL);
      end = k == LIVES_MAX - 1 ? NEVER : (enum step)random_between(&random, BEFORE_SENDING, NEVER);
      live(directory, end, k == LIVES_MAX - 1 || random_next(&random) % 2 == 0, answer);
      judge(what);
    }
    /* On paper, or a person decided what becomes of it. */
    assert_true(!world->sold || look().whole_originals == 1 || world->asked > 0);
    remove_folder(directory);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(at_every_step),
      cmocka_unit_test(in_many_lives),
  };
  return cmocka_run_group_tests_name("print ledger", tests, make_template, drop_template);
}
