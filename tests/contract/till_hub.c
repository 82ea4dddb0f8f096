/* The hub of tills over real sockets, with an executor that works when the test says so: what waits, in which order it
 * is done, as whom a scan acts, and what the screens are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/till_hub.h"
#include "app/till.h"
#include "base/hash.h"
#include "tests/contract/counter/counter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define ANSWER_MAX (256 * 1024)
#define TOKEN      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define TURNS      20000

struct rig {
  struct sp_executor executor; /* first: submit is given it */
  struct counter counter;      /* T01 has an open shift, "cola" and "bread" are on the shelf */
  struct sp_api *api;
  struct sp_till_hub *hub;
  uv_loop_t loop;
  struct sp_http_server *server;
  struct sp_task *first, *last; /* submitted, not worked on */
  bool full;                    /* submit refuses */
  bool sleeps;                  /* nothing is worked on */
  int scales, screens;          /* times the devices were asked and told */
  int keys;
  char *bytes; /* of the last answer */
};

static struct rig rig;

static int64_t now(void) {
  return rig.counter.node.now;
}

static int submit(struct sp_executor *self, struct sp_task *task) {
  (void)self;
  if (rig.full) return SP_E_BUSY;
  task->next = NULL;
  if (rig.last != NULL)
    rig.last->next = task;
  else
    rig.first = task;
  rig.last = task;
  return 0;
}

static bool work_one(void) {
  struct sp_task *task = rig.first;
  if (task == NULL || rig.sleeps) return false;
  rig.first = task->next;
  if (rig.first == NULL) rig.last = NULL;
  (void)sp_fixture_commit(&rig.counter.node, task);
  task->done(task);
  return true;
}

static void turn(void) {
  (void)uv_run(&rig.loop, UV_RUN_NOWAIT);
  while (work_one())
    (void)uv_run(&rig.loop, UV_RUN_NOWAIT);
}

/* ---- Devices ---- */

static void on_scale(void *ctx, const char *till, struct sp_scale_fact *out) {
  (void)ctx;
  out->there = strcmp(till, "T01") == 0;
  rig.scales += out->there;
}

static void on_screen(void *ctx, const char *till, const char *json, size_t len) {
  (void)ctx;
  (void)till;
  assert_int_equal(strlen(json), len);
  rig.screens++;
}

static const struct sp_api_devices devices = {.scale = on_scale, .screen = on_screen};

/* ---- A client beside the loop ---- */

static int client_open_from(const char *address) {
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address)};
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)sp_http_server_port(rig.server))};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(fd >= 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
  assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
  assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  return fd;
}

static int client_open(void) {
  return client_open_from("127.0.0.1");
}

static void client_send(int fd, const char *method, const char *path, const char *body) {
  char request[2048];
  int len = snprintf(request, sizeof request,
                     "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " TOKEN "\r\nAccept-Language: en\r\n"
                     "Idempotency-Key: k%d\r\n",
                     method, path, ++rig.keys);
  if (body != NULL)
    len += snprintf(request + len, sizeof request - (size_t)len,
                    "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
  len += snprintf(request + len, sizeof request - (size_t)len, "\r\n%s", body != NULL ? body : "");
  assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
}

/* Let the node run until what came on `fd` holds `text`; `bytes` keeps all of it. */
static bool client_wait(int fd, char *bytes, const char *text) {
  size_t len = strlen(bytes);
  for (int i = 0; i < TURNS && strstr(bytes, text) == NULL; i++) {
    turn();
    ssize_t got = recv(fd, bytes + len, ANSWER_MAX - len, 0);
    if (got == 0) return strcmp(text, "") == 0;
    if (got < 0) {
      (void)usleep(50);
      continue;
    }
    len += (size_t)got;
    bytes[len] = '\0';
  }
  return strstr(bytes, text) != NULL;
}

/* One request and its whole answer; its status. */
static int ask(const char *method, const char *path, const char *body) {
  int fd = client_open();
  client_send(fd, method, path, body);
  rig.bytes[0] = '\0';
  assert_true(client_wait(fd, rig.bytes, "\r\n\r\n"));
  const char *length = strstr(rig.bytes, "Content-Length: ");
  const char *from = strstr(rig.bytes, "\r\n\r\n") + 4;
  size_t want = length != NULL ? strtoul(length + 16, NULL, 10) : 0, len = strlen(rig.bytes);
  while ((size_t)(rig.bytes + len - from) < want) {
    turn();
    ssize_t got = recv(fd, rig.bytes + len, ANSWER_MAX - len, 0);
    assert_true(got != 0);
    if (got > 0) len += (size_t)got;
    rig.bytes[len] = '\0';
  }
  close(fd);
  return (int)strtol(rig.bytes + 9, NULL, 10);
}

static void command(const char *body) {
  int status = ask("POST", "/v1/tills/T01/commands", body);
  if (status != 200) print_error("%s: %s\n", body, rig.bytes);
  assert_int_equal(status, 200);
}

struct stream {
  int fd;
  char *bytes;
};

static struct stream watch(void) {
  struct stream stream = {.fd = client_open(), .bytes = calloc(1, ANSWER_MAX + 1)};
  assert_non_null(stream.bytes);
  client_send(stream.fd, "GET", "/v1/tills/T01/events", NULL);
  assert_true(client_wait(stream.fd, stream.bytes, "event: till"));
  return stream;
}

static void expect(struct stream *stream, const char *text) {
  if (client_wait(stream->fd, stream->bytes, text)) return;
  size_t len = strlen(stream->bytes);
  print_error("%s\n", stream->bytes + (len > 900 ? len - 900 : 0));
  fail_msg("the stream never says %s", text);
}

static void leave(struct stream *stream) {
  close(stream->fd);
  free(stream->bytes);
  for (int i = 0; i < 20; i++)
    turn();
}

/* ---- The shop ---- */

/* `before`, `detail` and `after` are one statement. */
static void exec(const char *before, const char *detail, const char *after) {
  char sql[1024];
  struct sp_error err = {0};
  (void)snprintf(sql, sizeof sql, "%s%s%s", before, detail, after);
  int rc = sp_fixture_exec(&rig.counter.node, sql, &err);
  if (rc != 0) fail_msg("%s: %s", sql, err.message);
}

static void fill(void) {
  uint8_t hash[SP_HASH_LEN];
  char hex[SP_HASH_HEX];
  const struct sp_slice token = {TOKEN, sizeof TOKEN - 1};
  assert_int_equal(sp_hash(&token, 1, hash), 0);
  sp_hash_hex(hash, hex);
  exec("INSERT INTO credential (hash, id, kind, name, staff_id, till_id, created_at, expires_at) SELECT x'", hex,
       "', randomblob(16), 'session', '', s.id, t.id, 0, 9000000000000 FROM staff s, till t WHERE s.code = 'cashier' "
       "AND "
       "t.code = 'T01'");
}

static int set_up(void **state) {
  struct sp_error err = {0};
  struct sp_http_options options;
  (void)state;
  rig = (struct rig){.executor = {.submit = submit}, .bytes = calloc(1, ANSWER_MAX + 1)};
  if (rig.bytes == NULL || counter_start(&rig.counter, NULL, NULL) != 0) return -1;
  const struct sp_api_options api = {
      .app = &rig.counter.node.app, .executor = &rig.executor, .now = now, .devices = &devices};
  if (sp_api_new(&api, &rig.api) != 0 || uv_loop_init(&rig.loop) != 0) return -1;
  rig.hub = sp_api_till_hub(rig.api);
  sp_http_options_init(&options);
  if (sp_http_server_new(&rig.loop, &options, sp_api_handle, rig.api, &rig.server, &err) != 0) return -1;
  if (sp_http_server_listen(rig.server, "127.0.0.1", 0, &err) != 0) return -1;
  fill();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  turn();
  sp_http_server_free(rig.server);
  (void)uv_run(&rig.loop, UV_RUN_DEFAULT);
  int open = uv_loop_close(&rig.loop);
  sp_api_free(rig.api);
  counter_close(&rig.counter);
  free(rig.bytes);
  return open;
}

static void scan(const char *code) {
  sp_till_hub_scan(rig.hub, "T01", code, strlen(code), "]E0", 0);
}

static int64_t lines(void) {
  return sp_fixture_scalar(&rig.counter.node, "SELECT COUNT(*) FROM basket_event WHERE kind = 'add'");
}

static int64_t count(const char *sql) {
  return sp_fixture_scalar(&rig.counter.node, sql);
}

/* Codes of the open basket in the order of their lines, "cola bread ". */
static void expect_sold(const char *words) {
  char seen[4096] = "";
  assert_int_equal(ask("GET", "/v1/tills/T01/view", NULL), 200);
  const char *at = strstr(rig.bytes, "\"lines\":");
  while (at != NULL && (at = strstr(at, "\"code\":\"")) != NULL) {
    at += 8;
    size_t len = strlen(seen), word = strcspn(at, "\"");
    if (strncmp(at, "T01", word) == 0) break;
    (void)snprintf(seen + len, sizeof seen - len, "%.*s ", (int)word, at);
  }
  assert_string_equal(seen, words);
}

static void pause_work(bool sleeps) {
  rig.sleeps = sleeps;
}

/* ---- Tests ---- */

static void scans_act_as_who_was_there(void **state) {
  (void)state;
  scan("cola");
  for (int i = 0; i < 20; i++)
    turn();
  assert_int_equal(lines(), 0);
  struct stream stream = watch();
  expect(&stream, "\"code\":\"nobody\"");
  scan("cola");
  expect(&stream, "\"code\":\"cola\"");
  assert_int_equal(lines(), 1);
  assert_int_equal(
      count("SELECT COUNT(*) FROM basket_event e JOIN staff s ON s.id = e.actor_id WHERE s.code = 'cashier'"), 1);
  assert_true(rig.scales >= 2 && rig.screens >= 1);
  leave(&stream);
}

/* Page and scanner at once: what was first in is first done. */
static void one_queue(void **state) {
  (void)state;
  int fd = client_open();
  command("{\"do\":\"scan\",\"code\":\"cola\"}");
  pause_work(true);
  scan("bread");
  client_send(fd, "POST", "/v1/tills/T01/commands", "{\"do\":\"scan\",\"code\":\"cola\"}");
  for (int i = 0; i < 50; i++) {
    (void)usleep(100);
    turn();
  }
  scan("bread");
  scan("bread");
  pause_work(false);
  rig.bytes[0] = '\0';
  assert_true(client_wait(fd, rig.bytes, "\r\n\r\n"));
  close(fd);
  expect_sold("cola bread cola bread bread ");
}

static void a_full_queue_loses_scans_aloud(void **state) {
  (void)state;
  struct stream stream = watch();
  pause_work(true);
  for (int i = 0; i < 1 + SP_TILL_QUEUE_MAX; i++)
    scan("cola");
  assert_int_equal(ask("POST", "/v1/tills/T01/commands", "{\"do\":\"scan\",\"code\":\"cola\"}"), 503);
  assert_null(strstr(stream.bytes, "scan-lost"));
  scan("bread");
  expect(&stream, "\"code\":\"scan-lost\"");
  pause_work(false);
  for (int i = 0; i < 200; i++)
    turn();
  assert_int_equal(lines(), 1 + SP_TILL_QUEUE_MAX);
  leave(&stream);
}

/* ---- Strangers ---- */

static int knock(const char *address) {
  static const char request[] = "GET /v1/tills/T01/view HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\r\n\r\n";
  int fd = client_open_from(address);
  assert_int_equal(send(fd, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
  for (int i = 0; i < 20; i++) {
    (void)usleep(100);
    turn();
  }
  return fd;
}

/* Was it turned away while nobody worked? */
static bool turned_away(int fd) {
  char start[16] = "";
  if (recv(fd, start, sizeof start - 1, MSG_PEEK) <= 0) return false;
  assert_non_null(strstr(start, " 503"));
  return true;
}

static void let_in(int fd, const char *status) {
  rig.bytes[0] = '\0';
  assert_true(client_wait(fd, rig.bytes, "\r\n\r\n"));
  assert_non_null(strstr(rig.bytes, status));
  close(fd);
}

/* Whoever asks without being known takes a few places, and never those of the people at the till. */
static void strangers_take_few_places(void **state) {
  static const char *const from[] = {"127.0.0.2", "127.0.0.3", "127.0.0.4"};
  int strangers[3][SP_TILL_PEER_MAX + 2], staff[SP_TILL_QUEUE_MAX - SP_TILL_STRANGERS_MAX];
  (void)state;
  command("{\"do\":\"scan\",\"code\":\"cola\"}");
  pause_work(true);
  scan("bread");
  for (int at = 0; at < 3; at++)
    for (int i = 0; i < SP_TILL_PEER_MAX + 2; i++) {
      strangers[at][i] = knock(from[at]);
      bool few = i < SP_TILL_PEER_MAX && at * SP_TILL_PEER_MAX + i < SP_TILL_STRANGERS_MAX;
      assert_int_equal(turned_away(strangers[at][i]), !few);
    }
  for (int i = 0; i < SP_TILL_QUEUE_MAX - SP_TILL_STRANGERS_MAX; i++) {
    staff[i] = client_open();
    client_send(staff[i], "POST", "/v1/tills/T01/commands", "{\"do\":\"scan\",\"code\":\"cola\"}");
  }
  pause_work(false);
  for (int i = 0; i < SP_TILL_QUEUE_MAX - SP_TILL_STRANGERS_MAX; i++)
    let_in(staff[i], " 200 ");
  for (int at = 0; at < 3; at++)
    for (int i = 0; i < SP_TILL_PEER_MAX + 2; i++)
      let_in(strangers[at][i], i < SP_TILL_PEER_MAX && at < 2 ? " 401 " : " 503 ");
  assert_int_equal(lines(), 2 + SP_TILL_QUEUE_MAX - SP_TILL_STRANGERS_MAX);
}

static void a_busy_node_loses_nothing_in_silence(void **state) {
  (void)state;
  struct stream stream = watch();
  rig.full = true;
  assert_int_equal(ask("POST", "/v1/tills/T01/commands", "{\"do\":\"scan\",\"code\":\"cola\"}"), 503);
  scan("cola");
  expect(&stream, "\"code\":\"scan-lost\"");
  rig.full = false;
  command("{\"do\":\"scan\",\"code\":\"cola\"}");
  assert_int_equal(lines(), 1);
  leave(&stream);
}

static void a_session_that_ended(void **state) {
  (void)state;
  struct stream stream = watch();
  command("{\"do\":\"scan\",\"code\":\"cola\"}");
  exec("UPDATE credential SET revoked_at = 1", "", "");
  scan("cola");
  expect(&stream, "\"code\":\"nobody\"");
  expect(&stream, "\r\n0\r\n\r\n");
  assert_int_equal(lines(), 1);
  assert_int_equal(ask("GET", "/v1/tills/T01/events", NULL), 401);
  leave(&stream);
}

static void tell(const char *till, const char *section, const char *json) {
  sp_till_hub_section(rig.hub, till, section, json, strlen(json));
}

static void a_section_of_all_but_some(void **state) {
  (void)state;
  static const char *const some[] = {"T01"};
  static const char rest[] = "[{\"id\":\"rest\"}]";
  tell("T01", "print", "[{\"id\":\"own\"}]");
  sp_till_hub_section_rest(rig.hub, some, 1, "print", rest, strlen(rest));
  struct stream stream = watch();
  expect(&stream, "event: print\ndata: [{\"id\":\"own\"}]\n\n");
  sp_till_hub_section_rest(rig.hub, some, 1, "print", "[]", 2);
  sp_till_hub_section_rest(rig.hub, NULL, 0, "print", rest, strlen(rest));
  expect(&stream, "event: print\ndata: [{\"id\":\"rest\"}]\n\n");
  assert_null(strstr(stream.bytes, "print\ndata: []"));
  leave(&stream);
}

static void sections_are_told_when_they_change(void **state) {
  (void)state;
  tell(NULL, "devices", "[{\"id\":\"common\"}]");
  tell("T01", "weight", "{\n\"net\":1\r\n}");
  struct stream stream = watch();
  expect(&stream, "event: devices\ndata: [{\"id\":\"common\"}]\n\n");
  expect(&stream, "event: weight\ndata: { \"net\":1  }\n\n");
  tell("T01", "weight", "{\"net\":2}");
  tell("T01", "weight", "{\"net\":2}");
  tell("T02", "weight", "{\"net\":7}");
  tell("T01", "nonsense", "{\"net\":8}");
  tell("T01", "till", "{\"net\":9}");
  sp_till_hub_notice(rig.hub, NULL, "warn", "device", "Paper is low");
  expect(&stream, "Paper is low");
  const char *first = strstr(stream.bytes, "{\"net\":2}");
  assert_non_null(first);
  assert_null(strstr(first + 1, "{\"net\":2}"));
  assert_null(strstr(stream.bytes, "{\"net\":7}"));
  assert_null(strstr(stream.bytes, "{\"net\":8}"));
  assert_null(strstr(stream.bytes, "{\"net\":9}"));
  leave(&stream);
}

/* Customers read a self-checkout's screen: nothing on it says where devices are in the shop's network. */
static void customers_see_no_addresses(void **state) {
  (void)state;
  exec("UPDATE till SET mode = 'self' WHERE code = 'T01'", "", "");
  tell("T01", "devices",
       "[{\"id\":\"receipt1\",\"link\":\"tcp:192.168.8.50:9100\",\"detail\":\"192.168.8.50 refused\"}]");
  tell("T01", "alarms", "[{\"id\":\"a\",\"sev\":\"major\",\"detail\":\"192.168.8.51 refused\"}]");
  struct stream stream = watch();
  expect(&stream, "event: devices\ndata: [{\"id\":\"receipt1\"}]\n\n");
  expect(&stream, "event: alarms\ndata: [{\"id\":\"a\",\"sev\":\"major\"}]\n\n");
  assert_null(strstr(stream.bytes, "192.168"));
  leave(&stream);
}

/* What another session changed is read again, once for many calls. */
static void a_refresh_is_gathered(void **state) {
  (void)state;
  struct stream stream = watch();
  for (int i = 0; i < 50; i++)
    turn();
  int64_t before = rig.scales;
  pause_work(true);
  for (int i = 0; i < 100; i++)
    sp_till_hub_refresh(rig.hub, NULL);
  exec("UPDATE till SET name = 'Door'", "", "");
  pause_work(false);
  expect(&stream, "\"name\":\"Door\"");
  for (int i = 0; i < 50; i++)
    turn();
  assert_true(rig.scales - before <= 2);
  leave(&stream);
  before = rig.scales;
  sp_till_hub_refresh(rig.hub, NULL);
  for (int i = 0; i < 50; i++)
    turn();
  assert_int_equal(rig.scales, before); /* nobody watches */
}

static void time_passes(void **state) {
  (void)state;
  struct stream stream = watch();
  command("{\"do\":\"scan\",\"code\":\"cola\"}");
  for (int i = 0; i < 5; i++) {
    assert_null(strstr(stream.bytes, "event: ping"));
    sp_till_hub_tick(rig.hub);
  }
  expect(&stream, "event: ping\ndata: {\"now\":\"2026-");
  rig.counter.node.now += 299 * 1000;
  sp_till_hub_tick(rig.hub);
  for (int i = 0; i < 50; i++)
    turn();
  assert_null(strstr(stream.bytes, "\"step\":\"locked\""));
  rig.counter.node.now += 2 * 1000;
  sp_till_hub_tick(rig.hub);
  expect(&stream, "\"step\":\"locked\"");
  assert_int_equal(ask("POST", "/v1/tills/T01/commands", "{\"do\":\"scan\",\"code\":\"cola\"}"), 409);
  leave(&stream);
}

/* Strange bytes of a scanner reach nobody but the notice. */
static void scans_are_bytes(void **state) {
  (void)state;
  static char much[4096];
  struct stream stream = watch();
  sp_till_hub_scan(rig.hub, "T01", "\xff\xfe\x01", 3, NULL, 0);
  expect(&stream, "\"code\":\"bad-label\"");
  memset(much, '7', sizeof much);
  sp_till_hub_scan(rig.hub, "T01", much, sizeof much, "]C1", 0);
  expect(&stream, "\"code\":\"scan-lost\"");
  sp_till_hub_scan(rig.hub, "no such till, its name is too long", "1", 1, "", 0);
  sp_till_hub_scan(rig.hub, "T99", "1", 1, "", 0);
  for (int i = 0; i < 50; i++)
    turn();
  assert_int_equal(lines(), 0);
  leave(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(scans_act_as_who_was_there, set_up, tear_down),
      cmocka_unit_test_setup_teardown(one_queue, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_full_queue_loses_scans_aloud, set_up, tear_down),
      cmocka_unit_test_setup_teardown(strangers_take_few_places, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_busy_node_loses_nothing_in_silence, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_session_that_ended, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_section_of_all_but_some, set_up, tear_down),
      cmocka_unit_test_setup_teardown(sections_are_told_when_they_change, set_up, tear_down),
      cmocka_unit_test_setup_teardown(customers_see_no_addresses, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_refresh_is_gathered, set_up, tear_down),
      cmocka_unit_test_setup_teardown(time_passes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(scans_are_bytes, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
