/* Names to addresses, with a deadline: getaddrinfo has none, so it runs on a thread that nobody has to wait for.
 * Whoever comes last, the thread or the one who asked, frees what they share. */
#include "base/clock.h"
#include "http/client_parts.h"
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define STACK_SIZE 262144

struct lookup {
  pthread_mutex_t lock;
  pthread_cond_t over;
  int holders;
  bool done;
  int result; /* of getaddrinfo */
  struct addrinfo *list;
  char host[SP_HTTP_HOST_MAX + 1];
  char port[8];
};

int sp_http_patience_slice(const struct sp_http_patience *patience) {
  int64_t left = patience->until_us - sp_clock_monotonic_us();
  if (left <= 0) return SP_E_TIMEOUT;
  if (patience->cancelled && patience->cancelled(patience->ctx)) return SP_E_BUSY;
  int64_t ms = left / 1000 + 1;
  return ms < SP_HTTP_SLICE_MS ? (int)ms : SP_HTTP_SLICE_MS;
}

static struct lookup *lookup_new(const struct sp_http_url *url) {
  pthread_condattr_t attributes;
  struct lookup *lookup = calloc(1, sizeof *lookup);
  if (!lookup) return NULL;
  memcpy(lookup->host, url->host, sizeof lookup->host);
  snprintf(lookup->port, sizeof lookup->port, "%d", url->port);
  lookup->holders = 1;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&lookup->lock, NULL);
  pthread_cond_init(&lookup->over, &attributes);
  pthread_condattr_destroy(&attributes);
  return lookup;
}

static void lookup_leave(struct lookup *lookup) {
  pthread_mutex_lock(&lookup->lock);
  bool last = --lookup->holders == 0;
  pthread_mutex_unlock(&lookup->lock);
  if (!last) return;
  if (lookup->list) freeaddrinfo(lookup->list);
  pthread_cond_destroy(&lookup->over);
  pthread_mutex_destroy(&lookup->lock);
  free(lookup);
}

static int ask(const char *host, const char *port, int flags, struct addrinfo **out) {
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};
  return getaddrinfo(host, port, &hints, out);
}

static void *look_up(void *argument) {
  struct lookup *lookup = argument;
  struct addrinfo *list = NULL;
  int result = ask(lookup->host, lookup->port, AI_ADDRCONFIG, &list);
  pthread_mutex_lock(&lookup->lock);
  lookup->done = true;
  lookup->result = result;
  lookup->list = result == 0 ? list : NULL;
  pthread_cond_signal(&lookup->over);
  pthread_mutex_unlock(&lookup->lock);
  lookup_leave(lookup);
  return NULL;
}

static int thread_start(struct lookup *lookup) {
  sigset_t all, before;
  pthread_attr_t attributes;
  pthread_t thread;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  lookup->holders++;
  int result = pthread_create(&thread, &attributes, look_up, lookup);
  if (result != 0) lookup->holders--;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return result == 0 ? 0 : SP_E_NOMEM;
}

/* Until it is done or patience ends. The lock is held. */
static int await(struct lookup *lookup, const struct sp_http_patience *patience) {
  while (!lookup->done) {
    struct timespec when;
    int slice = sp_http_patience_slice(patience);
    if (slice < 0) return slice;
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_nsec += slice * 1000000L;
    when.tv_sec += when.tv_nsec / 1000000000L;
    when.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&lookup->over, &lookup->lock, &when);
  }
  return 0;
}

int sp_http_name_resolve(const struct sp_http_url *url, const struct sp_http_patience *patience, struct addrinfo **out,
                         struct sp_error *err) {
  char port[8];
  snprintf(port, sizeof port, "%d", url->port);
  *out = NULL;
  if (ask(url->host, port, AI_NUMERICHOST, out) == 0) return 0;
  struct lookup *lookup = lookup_new(url);
  if (!lookup) return sp_error_nomem(err, __func__);
  int result = thread_start(lookup);
  int cause = 0;
  pthread_mutex_lock(&lookup->lock);
  if (!result) result = await(lookup, patience);
  if (!result) {
    cause = lookup->result;
    *out = lookup->list;
    lookup->list = NULL;
  }
  pthread_mutex_unlock(&lookup->lock);
  lookup_leave(lookup);
  if (result == SP_E_TIMEOUT) return sp_fail(err, result, NULL, "The name %s was not resolved in time", url->host);
  if (result == SP_E_BUSY) return sp_fail(err, result, NULL, "It was called off");
  if (result) return sp_error_nomem(err, __func__);
  if (cause == 0 && *out) return 0;
  return sp_fail(err, SP_E_NOT_FOUND, NULL, "The name %s cannot be resolved: %s", url->host, gai_strerror(cause));
}
