/* The print sink against a loopback peer that behaves and one that does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "devices/link/sink.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOB_LEN (8 << 20) /* far more than a socket's buffers hold */

enum manner { READ_ALL, READ_SLOWLY, TALK_BACK, STALL, HANG_UP };

struct peer {
  int listener;
  enum manner manner;
  int stop[2]; /* closing the writing end ends a stall */
  pthread_t thread;
  size_t got;
  uint64_t sum;
  char target[64];
};

static void take(struct peer *peer, int fd, size_t most) {
  unsigned char piece[65536];
  ssize_t got = 0;
  while (peer->got < most && (got = recv(fd, piece, peer->manner == READ_SLOWLY ? 1000 : sizeof piece, 0)) > 0) {
    for (ssize_t i = 0; i < got; i++) {
      peer->sum = peer->sum * 31 + piece[i];
    }
    peer->got += (size_t)got;
    if (peer->manner == READ_SLOWLY && peer->got % 64000 < 1000) {
      usleep(500);
    }
    if (peer->manner == TALK_BACK) {
      send(fd, piece, (size_t)got, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }
}

static void *serve(void *arg) {
  struct peer *peer = arg;
  char byte = 0;
  int fd = accept(peer->listener, NULL, NULL);
  if (peer->manner == STALL) {
    ssize_t ended = read(peer->stop[0], &byte, 1);
    (void)ended;
  } else {
    take(peer, fd, peer->manner == HANG_UP ? 1000 : SIZE_MAX);
  }
  const struct linger now = {.l_onoff = peer->manner == HANG_UP ? 1 : 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(fd);
  return NULL;
}

static void listen_on_loopback(struct peer *peer, int family) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&six : (struct sockaddr *)&four;
  socklen_t size = family == AF_INET6 ? sizeof six : sizeof four;
  peer->listener = socket(family, SOCK_STREAM, 0);
  assert_true(peer->listener >= 0);
  if (bind(peer->listener, address, size) != 0) {
    skip(); /* a machine without IPv6 */
  }
  assert_int_equal(listen(peer->listener, 4), 0);
  assert_int_equal(getsockname(peer->listener, address, &size), 0);
  int port = ntohs(family == AF_INET6 ? six.sin6_port : four.sin_port);
  snprintf(peer->target, sizeof peer->target, family == AF_INET6 ? "tcp:[::1]:%d" : "tcp:127.0.0.1:%d", port);
}

static void start_peer(struct peer *peer, enum manner manner, int family) {
  *peer = (struct peer){.manner = manner};
  listen_on_loopback(peer, family);
  assert_int_equal(pipe(peer->stop), 0);
  assert_int_equal(pthread_create(&peer->thread, NULL, serve, peer), 0);
}

static void end_peer(struct peer *peer) {
  close(peer->stop[1]);
  pthread_join(peer->thread, NULL);
  close(peer->stop[0]);
  close(peer->listener);
}

static unsigned char *make_job(size_t len, uint64_t *sum) {
  unsigned char *job = malloc(len);
  assert_non_null(job);
  *sum = 0;
  for (size_t i = 0; i < len; i++) {
    job[i] = (unsigned char)(i * 7 + i / 251);
    *sum = *sum * 31 + job[i];
  }
  return job;
}

static void a_job_arrives_whole(void **state) {
  static const enum manner manners[] = {READ_ALL, READ_SLOWLY, TALK_BACK};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    struct peer peer;
    struct sp_error err = {0};
    uint64_t sum = 0;
    unsigned char *job = make_job(JOB_LEN, &sum);
    start_peer(&peer, manners[i], AF_INET);
    int rc = sp_sink_send(peer.target, job, JOB_LEN, 20000, &err);
    end_peer(&peer);
    assert_string_equal(err.message, "");
    assert_int_equal(rc, 0);
    assert_int_equal(peer.got, JOB_LEN);
    assert_int_equal(peer.sum, sum);
    free(job);
  }
}

static void small_and_empty_jobs_and_ipv6(void **state) {
  struct peer peer;
  (void)state;
  start_peer(&peer, READ_ALL, AF_INET6);
  assert_int_equal(sp_sink_send(peer.target, "receipt\n", 8, 5000, NULL), 0);
  end_peer(&peer);
  assert_int_equal(peer.got, 8);
  start_peer(&peer, READ_ALL, AF_INET);
  assert_int_equal(sp_sink_send(peer.target, "", 0, 5000, NULL), 0);
  end_peer(&peer);
  assert_int_equal(peer.got, 0);
}

static void nobody_listens(void **state) {
  struct peer peer = {0};
  struct sp_error err = {0};
  (void)state;
  listen_on_loopback(&peer, AF_INET);
  close(peer.listener);
  int64_t begin = sp_clock_monotonic_us();
  assert_int_equal(sp_sink_send(peer.target, "x", 1, 10000, &err), SP_E_IO);
  assert_true(sp_clock_monotonic_us() - begin < 5000000);
  assert_non_null(strstr(err.message, "cannot be reached"));
  assert_non_null(strstr(err.message, peer.target));
}

static void a_peer_that_stalls_costs_the_deadline_only(void **state) {
  struct peer peer;
  struct sp_error err = {0};
  uint64_t sum = 0;
  unsigned char *job = make_job(JOB_LEN, &sum);
  (void)state;
  start_peer(&peer, STALL, AF_INET);
  int64_t begin = sp_clock_monotonic_us();
  int rc = sp_sink_send(peer.target, job, JOB_LEN, 300, &err);
  int64_t took = sp_clock_monotonic_us() - begin;
  end_peer(&peer);
  assert_int_equal(rc, SP_E_TIMEOUT);
  assert_non_null(strstr(err.message, "of 8388608 bytes in time"));
  assert_true(took >= 290000 && took < 5000000);
  free(job);
}

/* A full queue of connections leaves the next one unanswered. */
static void a_connection_that_is_never_made_costs_the_deadline_only(void **state) {
  struct peer peer = {0};
  struct sp_error err = {0};
  int others[64];
  (void)state;
  listen_on_loopback(&peer, AF_INET);
  assert_int_equal(listen(peer.listener, 0), 0);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  assert_int_equal(getsockname(peer.listener, (struct sockaddr *)&address, &size), 0);
  for (int i = 0; i < 64; i++) {
    others[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int started = connect(others[i], (struct sockaddr *)&address, size);
    (void)started;
  }
  usleep(50000);
  int64_t begin = sp_clock_monotonic_us();
  int rc = sp_sink_send(peer.target, "x", 1, 300, &err);
  int64_t took = sp_clock_monotonic_us() - begin;
  for (int i = 0; i < 64; i++) {
    close(others[i]);
  }
  close(peer.listener);
  assert_int_equal(rc, SP_E_TIMEOUT);
  assert_non_null(strstr(err.message, "does not answer"));
  assert_true(took >= 290000 && took < 5000000);
}

static void a_peer_that_hangs_up_is_told(void **state) {
  struct peer peer;
  struct sp_error err = {0};
  uint64_t sum = 0;
  unsigned char *job = make_job(JOB_LEN, &sum);
  (void)state;
  start_peer(&peer, HANG_UP, AF_INET);
  int rc = sp_sink_send(peer.target, job, JOB_LEN, 10000, &err);
  end_peer(&peer);
  assert_int_equal(rc, SP_E_IO);
  assert_non_null(strstr(err.message, "of 8388608 bytes: "));
  free(job);
}

/* ---- Files ---- */

static void files_are_appended_to(void **state) {
  char target[80];
  char text[64] = "";
  struct stat stat_now;
  (void)state;
  snprintf(target, sizeof target, "file:/tmp/sp_sink_%d.bin", (int)getpid());
  assert_int_equal(sp_sink_send(target, "one\n", 4, 1000, NULL), 0);
  assert_int_equal(sp_sink_send(target, "two\n", 4, 1000, NULL), 0);
  FILE *file = fopen(target + 5, "rb");
  assert_non_null(file);
  assert_int_equal(fread(text, 1, sizeof text, file), 8);
  fclose(file);
  assert_string_equal(text, "one\ntwo\n");
  assert_int_equal(stat(target + 5, &stat_now), 0);
  assert_int_equal(stat_now.st_mode & 077, 0);
  unlink(target + 5);
}

static void files_that_cannot_be_written_are_told(void **state) {
  struct sp_error err = {0};
  char target[80];
  (void)state;
  assert_int_equal(sp_sink_send("file:/nonexistent/dir/x", "x", 1, 1000, &err), SP_E_IO);
  assert_non_null(strstr(err.message, "/nonexistent/dir/x cannot be reached"));
  assert_int_equal(sp_sink_send("file:/dev/full", "x", 1, 1000, &err), SP_E_FULL);
  assert_non_null(strstr(err.message, "after 0 of 1 bytes"));
  snprintf(target, sizeof target, "file:/tmp/sp_sink_pipe_%d", (int)getpid());
  assert_int_equal(mkfifo(target + 5, 0600), 0);
  assert_int_equal(sp_sink_send(target, "x", 1, 1000, &err), SP_E_IO); /* nobody reads */
  int reader = open(target + 5, O_RDONLY | O_NONBLOCK);
  uint64_t sum = 0;
  unsigned char *job = make_job(1 << 20, &sum);
  assert_int_equal(sp_sink_send(target, job, 1 << 20, 200, &err),
                   SP_E_TIMEOUT); /* somebody has it open, but does not read */
  close(reader);
  unlink(target + 5);
  free(job);
}

/* ---- Targets ---- */

static void targets_are_checked(void **state) {
  static const char *const good[] = {"tcp:192.168.1.50:9100", "tcp:printer-1.shop.example:1",
                                     "tcp:[::1]:65535",       "tcp:[fe80::1%eth0]:9100",
                                     "file:/dev/usb/lp0",     "file:/tmp/a b.bin"};
  static const char *const bad[] = {"",
                                    "tcp:",
                                    "tcp:host",
                                    "tcp::9100",
                                    "tcp:host:",
                                    "tcp:host:0",
                                    "tcp:host:65536",
                                    "tcp:host:91x0",
                                    "tcp:host:-1",
                                    "tcp:ho st:9100",
                                    "tcp:::1:9100",
                                    "tcp:[]:9100",
                                    "tcp:-host:9100",
                                    "tcp:a\nb:9100",
                                    "udp:host:1",
                                    "file:",
                                    "file:relative",
                                    "file:/tmp/",
                                    "file:/",
                                    "/tmp/x",
                                    "FILE:/x",
                                    "file:/a\tb"};
  char longest[SP_SINK_TARGET_MAX + 1];
  struct sp_error err = {0};
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    assert_int_equal(sp_sink_target_check(good[i], &err), 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    err.message[0] = '\0';
    assert_int_equal(sp_sink_target_check(bad[i], &err), SP_E_INVALID);
    assert_string_not_equal(err.message, "");
    assert_int_equal(sp_sink_send(bad[i], "x", 1, 100, NULL), SP_E_INVALID);
  }
  assert_int_equal(sp_sink_target_check(NULL, NULL), SP_E_INVALID);
  memset(longest, 'a', sizeof longest);
  memcpy(longest, "file:/", 6);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(sp_sink_target_check(longest, NULL), 0);
  char longer[SP_SINK_TARGET_MAX + 2];
  snprintf(longer, sizeof longer, "%sa", longest);
  assert_int_equal(sp_sink_target_check(longer, NULL), SP_E_INVALID);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_job_arrives_whole),
      cmocka_unit_test(small_and_empty_jobs_and_ipv6),
      cmocka_unit_test(nobody_listens),
      cmocka_unit_test(a_peer_that_stalls_costs_the_deadline_only),
      cmocka_unit_test(a_connection_that_is_never_made_costs_the_deadline_only),
      cmocka_unit_test(a_peer_that_hangs_up_is_told),
      cmocka_unit_test(files_are_appended_to),
      cmocka_unit_test(files_that_cannot_be_written_are_told),
      cmocka_unit_test(targets_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
