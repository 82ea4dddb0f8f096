/* Slow peers, too many peers, large bodies, draining, and the local socket. */
#include "rig.h"
#include <dirent.h>
#include <poll.h>
#include <sys/stat.h>

#define HOST "Host: till\r\n"

enum { UPLOAD = 3000000 };

static struct rig *make(void (*adjust)(struct rig *rig)) {
  struct rig *rig = malloc(sizeof *rig);
  assert_non_null(rig);
  rig_prepare(rig);
  adjust(rig);
  rig_start(rig);
  return rig;
}

static void done_with(struct rig *rig) {
  rig_stop(rig);
  free(rig);
}

static void read_counters(struct rig *rig, void *argument) {
  *(struct sp_http_counters *)argument = *sp_http_server_counters(rig->server);
}

static void answer_held(struct rig *rig, void *argument) {
  (void)argument;
  for (int i = 0; i < rig->held_count; i++)
    rig_reply_text(rig->held[i], 200, "held", 4);
  rig->held_count = 0;
}

/* ---- Slow ---- */

static void short_times(struct rig *rig) {
  rig->options.head_timeout_ms = 100;
  rig->options.body_window_ms = 100;
  rig->options.idle_timeout_ms = 150;
  rig->options.write_timeout_ms = 150;
  rig->options.rate_min = 4096;
}

/* Send `text` a byte at a time until the server has enough of it. */
static void dribble(struct rig *rig, const char *text, int status) {
  int fd = client_open(rig);
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  for (size_t i = 0; text[i] && poll(&ready, 1, 10) == 0; i++)
    (void)client_send(fd, text + i, 1);
  struct answer answer = client_read_all(fd);
  assert_int_equal(answer_status(&answer), status);
  assert_true(answer.closed);
  free(answer.bytes);
  close(fd);
}

static void slow_peers_are_dropped(void **state) {
  (void)state;
  struct rig *rig = make(short_times);
  struct sp_http_counters seen;
  dribble(rig, "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n", 408);
  dribble(rig, "GET / HTTP/1.1\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\n", 408);
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\nabc")));
  struct answer answer = client_read_all(fd);
  assert_int_equal(answer_status(&answer), 408);
  free(answer.bytes);
  close(fd);
  fd = client_open(rig); /* says nothing at all: closed without a word */
  answer = client_read_all(fd);
  assert_int_equal(answer.len, 0);
  assert_true(answer.closed);
  free(answer.bytes);
  close(fd);
  fd = client_open(rig); /* idle after a request */
  client_expect(fd, RAW("GET /a HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /a");
  answer = client_read_all(fd);
  assert_int_equal(answer.len, 0);
  assert_true(answer.closed);
  free(answer.bytes);
  close(fd);
  rig_call(rig, read_counters, &seen);
  assert_int_equal(seen.timed_out, 3);
  done_with(rig);
}

static void steady_body_is_taken(void **state) {
  (void)state;
  struct rig *rig = make(short_times);
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("POST / HTTP/1.1\r\n" HOST "Connection: close\r\nContent-Length: 20000\r\n\r\n")));
  char part[1000];
  memset(part, 'x', sizeof part);
  for (int i = 0; i < 20; i++) { /* four windows long */
    assert_true(client_send(fd, part, sizeof part));
    (void)usleep(20000);
  }
  struct answer answer = client_read_all(fd);
  assert_int_equal(answer_status(&answer), 200);
  free(answer.bytes);
  close(fd);
  done_with(rig);
}

static void answer_much(void *ctx, struct sp_http_exchange *exchange) {
  (void)ctx;
  static char much[16 * 1024 * 1024];
  struct sp_http_reply reply = {.status = 200, .body = much, .body_len = sizeof much, .body_lasts = true};
  (void)sp_http_reply(exchange, &reply);
}

static void much_and_short(struct rig *rig) {
  short_times(rig);
  rig->handler = answer_much;
}

static void peers_that_do_not_read_are_cut(void **state) {
  (void)state;
  struct rig *rig = make(much_and_short);
  struct sp_http_counters seen = {0};
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("GET / HTTP/1.1\r\n" HOST "\r\n")));
  rig_wait(rig, &rig->aborted, 1);
  rig_call(rig, read_counters, &seen);
  assert_int_equal(seen.timed_out, 1);
  close(fd);
  done_with(rig);
}

static void large_answers_arrive(void **state) {
  (void)state;
  struct rig *rig = make(much_and_short);
  char *bytes = malloc(1 << 16);
  assert_non_null(bytes);
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n")));
  size_t all = 0;
  ssize_t got = 0;
  while ((got = recv(fd, bytes, 1 << 16, 0)) > 0)
    all += (size_t)got;
  assert_int_equal(got, 0);
  assert_in_range(all, 16 * 1024 * 1024 + 100, 16 * 1024 * 1024 + 500);
  free(bytes);
  close(fd);
  done_with(rig);
}

/* ---- Many ---- */

static void two_connections(struct rig *rig) {
  rig->options.connections_max = 2;
}

static void connections_wait_for_room(void **state) {
  (void)state;
  struct rig *rig = make(two_connections);
  int first = client_open(rig);
  int second = client_open(rig);
  client_expect(first, RAW("GET /a HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /a");
  client_expect(second, RAW("GET /b HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /b");
  int third = client_open(rig);
  int fourth = client_open(rig);
  assert_true(client_send(third, RAW("GET /c HTTP/1.1\r\n" HOST "\r\n")));
  struct pollfd ready = {.fd = third, .events = POLLIN};
  assert_int_equal(poll(&ready, 1, 50), 0);
  close(first);
  client_expect(third, "", 0, 200, "GET /c");
  close(second);
  client_expect(fourth, RAW("GET /d HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /d");
  close(third);
  close(fourth);
  done_with(rig);
}

static void two_of_one_peer(struct rig *rig) {
  rig->options.per_peer_max = 2;
}

static void one_peer_gets_its_share(void **state) {
  (void)state;
  struct rig *rig = make(two_of_one_peer);
  struct sp_http_counters seen;
  int first = client_open(rig);
  int second = client_open(rig);
  client_expect(first, RAW("GET /a HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /a");
  client_expect(second, RAW("GET /b HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /b");
  int third = client_open(rig);
  struct answer answer = client_read_all(third);
  assert_int_equal(answer.len, 0);
  free(answer.bytes);
  close(third);
  rig_call(rig, read_counters, &seen);
  assert_int_equal(seen.turned_away, 1);
  close(first);
  close(second);
  done_with(rig);
}

/* ---- Large bodies ---- */

static char folder[] = "/tmp/sp_http_spool_XXXXXX";

static bool plan(void *ctx, const struct sp_http_request *request, struct sp_http_body_plan *body) {
  (void)ctx;
  if (strcmp(request->path, "/unknown") == 0) return false;
  body->spool = strcmp(request->path, "/import") == 0;
  if (body->spool) body->max = 8 << 20;
  return true;
}

static void check_upload(void *ctx, struct sp_http_exchange *exchange) {
  (void)ctx;
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  struct stat found = {0};
  bool good = request->body_path && stat(request->body_path, &found) == 0 && found.st_size == UPLOAD &&
              request->body_len == UPLOAD && (found.st_mode & 0777) == 0600;
  FILE *file = good ? fopen(request->body_path, "rb") : NULL;
  for (int i = 0; file && good && i < UPLOAD; i++)
    good = getc(file) == (unsigned char)(i % 251);
  if (file) (void)fclose(file);
  rig_reply_text(exchange, 200, good && file ? "same" : "differs", good && file ? 4 : 7);
}

static void spooling(struct rig *rig) {
  rig->options.spool_folder = folder;
  rig->options.body_plan = plan;
  rig->handler = check_upload;
}

static int visible(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

/* scandir, not opendir: libuv closes its files behind the thread sanitizer's back, so a reused number looks shared. */
static int files_left(void) {
  struct dirent **found = NULL;
  int count = scandir(folder, &found, visible, NULL);
  assert_true(count >= 0);
  for (int i = 0; i < count; i++)
    free(found[i]);
  free(found);
  return count;
}

static void no_files_left(void) {
  for (int i = 0; i < 500 && files_left() > 0; i++)
    (void)usleep(2000);
  assert_int_equal(files_left(), 0);
}

static void upload(int fd, bool chunked, size_t len) {
  char *bytes = malloc(len);
  assert_non_null(bytes);
  for (size_t i = 0; i < len; i++)
    bytes[i] = (char)(i % 251);
  char head[160];
  int head_len = snprintf(head, sizeof head, "POST /import HTTP/1.1\r\n" HOST "%s\r\n",
                          chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 3000000\r\n");
  assert_true(client_send(fd, head, (size_t)head_len));
  for (size_t at = 0; at < len;) {
    size_t part = len - at < 70000 ? len - at : 70000;
    char size[16];
    int size_len = snprintf(size, sizeof size, "%zx\r\n", part);
    if (chunked) assert_true(client_send(fd, size, (size_t)size_len));
    assert_true(client_send(fd, bytes + at, part));
    if (chunked) assert_true(client_send(fd, "\r\n", 2));
    at += part;
  }
  if (chunked) assert_true(client_send(fd, "0\r\n\r\n", 5));
  free(bytes);
}

static void large_bodies_go_to_files(void **state) {
  (void)state;
  struct rig *rig = make(spooling);
  int fd = client_open(rig);
  for (int i = 0; i < 4; i++) {
    upload(fd, i % 2, UPLOAD);
    client_expect(fd, "", 0, 200, "same");
  }
  no_files_left();
  client_expect(fd, RAW("POST /small HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"), 200, "differs");
  client_expect(fd, RAW("POST /unknown HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"), 404, "/problems/not-found");
  close(fd);
  fd = client_open(rig); /* goes away in the middle */
  upload(fd, false, UPLOAD / 2);
  close(fd);
  fd = client_open(rig);
  client_expect(fd, RAW("POST /import HTTP/1.1\r\n" HOST "Content-Length: 9000000\r\n\r\n"), 413, "limit-reached");
  close(fd);
  (void)usleep(20000);
  no_files_left();
  done_with(rig);
}

static void spool_nowhere(struct rig *rig) {
  spooling(rig);
  rig->options.spool_folder = "/nonexistent/folder";
}

static void a_file_that_cannot_be_made(void **state) {
  (void)state;
  struct rig *rig = make(spool_nowhere);
  int fd = client_open(rig);
  client_expect(fd, RAW("POST /import HTTP/1.1\r\n" HOST "Accept-Language: zh-CN\r\nContent-Length: 2\r\n\r\nab"), 500,
                "/problems/io-error");
  close(fd);
  done_with(rig);
}

/* ---- Draining ---- */

struct drain {
  struct rig *rig;
  int timeout_ms;
  int done;
  int open;
};

static void on_drained(void *ctx, int open) {
  struct drain *drain = ctx;
  uv_mutex_lock(&drain->rig->lock);
  drain->done++;
  drain->open = open;
  uv_cond_broadcast(&drain->rig->changed);
  uv_mutex_unlock(&drain->rig->lock);
}

static void begin_drain(struct rig *rig, void *argument) {
  struct drain *drain = argument;
  sp_http_server_drain(rig->server, drain->timeout_ms, on_drained, drain);
}

static void ordinary(struct rig *rig) {
  (void)rig;
}

static void draining_finishes_what_began(void **state) {
  (void)state;
  struct rig *rig = make(ordinary);
  struct drain drain = {.rig = rig, .timeout_ms = 20000};
  int idle = client_open(rig);
  int busy = client_open(rig);
  int half = client_open(rig);
  client_expect(idle, RAW("GET /a HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /a");
  assert_true(client_send(half, RAW("GET /half HTT")));
  assert_true(client_send(busy, RAW("GET /hold HTTP/1.1\r\n" HOST "\r\nGET /behind HTTP/1.1\r\n" HOST "\r\n")));
  rig_wait(rig, &rig->held_count, 1);
  (void)usleep(20000);
  rig_call(rig, begin_drain, &drain);
  struct answer answer = client_read_all(idle);
  assert_int_equal(answer.len, 0);
  assert_true(answer.closed);
  free(answer.bytes);
  int late = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rig->port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)usleep(20000);
  assert_int_equal(connect(late, (struct sockaddr *)&at, sizeof at), -1);
  close(late);
  client_expect(half, RAW("P/1.1\r\n" HOST "\r\n"), 200, "Connection: close\r\n");
  close(half);
  close(idle);
  assert_int_equal(drain.done, 0);
  rig_call(rig, answer_held, NULL);
  answer = client_read_all(busy);
  assert_true(answer.closed);
  assert_non_null(strstr(answer.bytes, "held"));
  assert_non_null(strstr(answer.bytes, "GET /behind"));
  free(answer.bytes);
  close(busy);
  rig_wait(rig, &drain.done, 1);
  assert_int_equal(drain.open, 0);
  done_with(rig);
}

static void draining_gives_up_in_time(void **state) {
  (void)state;
  struct rig *rig = make(ordinary);
  struct drain drain = {.rig = rig, .timeout_ms = 100};
  int busy = client_open(rig);
  assert_true(client_send(busy, RAW("GET /hold HTTP/1.1\r\n" HOST "\r\n")));
  rig_wait(rig, &rig->held_count, 1);
  rig_call(rig, begin_drain, &drain);
  rig_wait(rig, &drain.done, 1);
  assert_int_equal(drain.open, 1);
  struct answer answer = client_read_all(busy);
  assert_int_equal(answer.len, 0);
  free(answer.bytes);
  close(busy);
  done_with(rig); /* frees first, then gives the late reply */
}

/* ---- The local socket ---- */

static char socket_path[64];

static void say_who(void *ctx, struct sp_http_exchange *exchange) {
  (void)ctx;
  char text[64];
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  int len = snprintf(text, sizeof text, "local=%d uid=%u peer=%s", request->is_local, request->peer_uid, request->peer);
  rig_reply_text(exchange, 200, text, (size_t)len);
}

static void local_too(struct rig *rig) {
  (void)snprintf(socket_path, sizeof socket_path, "%s/socket", folder);
  rig->unix_path = socket_path;
  rig->handler = say_who;
}

static void local_peers_are_known(void **state) {
  (void)state;
  char wanted[64];
  for (int i = 0; i < 2; i++) { /* the second finds the first one's socket */
    struct rig *rig = make(local_too);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", socket_path);
    struct stat found;
    assert_int_equal(stat(socket_path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    (void)snprintf(wanted, sizeof wanted, "local=1 uid=%u peer=unix", (unsigned)getuid());
    client_expect(fd, RAW("GET / HTTP/1.1\r\n" HOST "\r\n"), 200, wanted);
    close(fd);
    fd = client_open(rig);
    client_expect(fd, RAW("GET / HTTP/1.1\r\n" HOST "\r\n"), 200, "local=0");
    close(fd);
    if (i == 0) assert_int_equal(rename(socket_path, "/tmp/sp_http_old_socket"), 0);
    done_with(rig);
    if (i == 0) assert_int_equal(rename("/tmp/sp_http_old_socket", socket_path), 0);
  }
}

static void wrong_places_are_refused(void **state) {
  (void)state;
  struct sp_error err = {0};
  struct sp_http_options options;
  struct sp_http_server *server = NULL;
  uv_loop_t loop;
  assert_int_equal(uv_loop_init(&loop), 0);
  sp_http_options_init(&options);
  options.pipeline_max = 0;
  assert_int_equal(sp_http_server_new(&loop, &options, say_who, NULL, &server, &err), SP_E_INVALID);
  assert_string_equal(err.field, "pipeline_max");
  sp_http_options_init(&options);
  options.cert_file = "/nonexistent.pem";
  assert_int_equal(sp_http_server_new(&loop, &options, say_who, NULL, &server, &err), SP_E_INVALID);
  options.key_file = "/nonexistent.pem";
  assert_int_equal(sp_http_server_new(&loop, &options, say_who, NULL, &server, &err), SP_E_INVALID);
  assert_string_equal(err.field, "cert_file");
  sp_http_options_init(&options);
  assert_int_equal(sp_http_server_new(&loop, &options, say_who, NULL, &server, &err), 0);
  assert_int_equal(sp_http_server_listen(server, "localhost", 0, &err), SP_E_INVALID);
  assert_int_equal(sp_http_server_listen(server, "127.0.0.1", 70000, &err), SP_E_INVALID);
  assert_int_equal(sp_http_server_listen(server, "127.0.0.1", 0, &err), 0);
  int port = sp_http_server_port(server);
  assert_int_equal(sp_http_server_listen(server, "127.0.0.1", port, &err), SP_E_EXISTS);
  assert_int_equal(sp_http_server_listen_unix(server, "/tmp", &err), SP_E_EXISTS);
  sp_http_server_free(server);
  assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
  assert_int_equal(uv_loop_close(&loop), 0);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  (void)unlink(socket_path);
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slow_peers_are_dropped),         cmocka_unit_test(steady_body_is_taken),
      cmocka_unit_test(peers_that_do_not_read_are_cut), cmocka_unit_test(large_answers_arrive),
      cmocka_unit_test(connections_wait_for_room),      cmocka_unit_test(one_peer_gets_its_share),
      cmocka_unit_test(large_bodies_go_to_files),       cmocka_unit_test(a_file_that_cannot_be_made),
      cmocka_unit_test(draining_finishes_what_began),   cmocka_unit_test(draining_gives_up_in_time),
      cmocka_unit_test(local_peers_are_known),          cmocka_unit_test(wrong_places_are_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
