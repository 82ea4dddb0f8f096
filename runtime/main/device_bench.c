#include "main/device_bench.h"
#include "base/clock.h"
#include "base/json.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 10

/* ---- The loop ---- */

static void look(uv_timer_t *timer) {
  (void)timer; /* it is enough that the loop turns */
}

static void stop(uv_signal_t *handle, int number) {
  struct sp_bench *bench = handle->data;
  (void)number;
  bench->stopped = true;
}

int sp_bench_open(struct sp_bench *bench, struct sp_error *err) {
  *bench = (struct sp_bench){.stopped = false};
  signal(SIGPIPE, SIG_IGN);
  int rc = uv_loop_init(&bench->loop);
  if (rc) return sp_fail(err, SP_E_IO, NULL, "No event loop can be had: %s", uv_strerror(rc));
  uv_timer_init(&bench->loop, &bench->timer);
  uv_timer_start(&bench->timer, look, LOOK_MS, LOOK_MS);
  uv_signal_init(&bench->loop, &bench->signal);
  bench->signal.data = bench;
  uv_signal_start(&bench->signal, stop, SIGINT);
  bench->links = sp_links_on(&bench->loop);
  return 0;
}

void sp_bench_run(struct sp_bench *bench, int64_t ms, bool (*done)(void *ctx), void *ctx) {
  int64_t end_us = sp_clock_monotonic_us() + ms * 1000;
  while (!bench->stopped && !(done && done(ctx)) && sp_clock_monotonic_us() < end_us)
    uv_run(&bench->loop, UV_RUN_ONCE);
}

void sp_bench_close(struct sp_bench *bench) {
  uv_close((uv_handle_t *)&bench->timer, NULL);
  uv_close((uv_handle_t *)&bench->signal, NULL);
  uv_run(&bench->loop, UV_RUN_DEFAULT);
  uv_loop_close(&bench->loop);
}

/* ---- A link ---- */

static void tap_up(void *ctx) {
  struct sp_tap *tap = ctx;
  tap->up = true;
}

static void tap_down(void *ctx, const struct sp_error *why) {
  struct sp_tap *tap = ctx;
  tap->why = *why;
  tap->down = true;
  tap->up = false;
}

static void tap_bytes(void *ctx, const uint8_t *bytes, size_t len, int64_t now_us) {
  struct sp_tap *tap = ctx;
  if (tap->hear) tap->hear(tap->ctx, true, bytes, len, now_us);
}

static void tap_drained(void *ctx) {
  (void)ctx;
}

static bool tap_settled(void *ctx) {
  const struct sp_tap *tap = ctx;
  return tap->up || tap->down;
}

int sp_tap_open(struct sp_tap *tap, struct sp_bench *bench, const struct sp_link_config *config, struct sp_error *err) {
  const struct sp_link_events events = {
      .up = tap_up, .down = tap_down, .bytes = tap_bytes, .drained = tap_drained, .ctx = tap};
  tap->bench = bench;
  tap->link = NULL;
  tap->up = tap->down = false;
  int rc = sp_link_open(&bench->links, config, &events, &tap->link, err);
  if (rc) return rc;
  sp_bench_run(bench, SP_TAP_PATIENCE_MS, tap_settled, tap);
  if (tap->up) return 0;
  if (tap->down && err) {
    enum sp_lang lang = err->lang;
    *err = tap->why;
    err->lang = lang;
  }
  rc = tap->down ? tap->why.code : sp_fail(err, SP_E_TIMEOUT, NULL, "%s does not answer", config->address);
  sp_tap_close(tap);
  return rc;
}

int sp_tap_send(struct sp_tap *tap, const void *bytes, size_t len, struct sp_error *err) {
  if (!tap->up) return sp_fail(err, SP_E_STATE, NULL, "The device is not connected");
  int rc = sp_link_write(tap->link, bytes, len, err);
  if (!rc && tap->hear) tap->hear(tap->ctx, false, bytes, len, sp_clock_monotonic_us());
  return rc;
}

void sp_tap_close(struct sp_tap *tap) {
  if (!tap->link) return;
  sp_link_close(tap->link);
  tap->link = NULL;
  tap->up = false;
  sp_bench_run(tap->bench, 2 * LOOK_MS, NULL, NULL); /* closing is asynchronous */
}

/* ---- A device ---- */

static void trial_tick(uv_timer_t *timer) {
  struct sp_trial *trial = timer->data;
  if (trial->device) (void)sp_device_tick(trial->device, sp_clock_monotonic_us());
}

static void trial_gone(uv_handle_t *handle) {
  struct sp_trial *trial = handle->data;
  trial->closed = true;
}

static bool is_gone(void *ctx) {
  const struct sp_trial *trial = ctx;
  return trial->closed;
}

int sp_trial_open(struct sp_trial *trial, struct sp_bench *bench, const char *json, const struct sp_device_env *env,
                  struct sp_error *err) {
  struct cJSON *config = NULL;
  struct sp_device_env own = *env;
  *trial = (struct sp_trial){.bench = bench};
  own.links = bench->links;
  own.seed = (uint64_t)sp_clock_monotonic_us();
  int rc = sp_json_parse(json, strlen(json), &config, err);
  if (!rc) rc = sp_device_new("trial", config, &own, &trial->device, err);
  sp_json_free(config);
  if (rc) return rc;
  uv_timer_init(&bench->loop, &trial->ticker);
  trial->ticker.data = trial;
  trial->ticking = true;
  uv_timer_start(&trial->ticker, trial_tick, LOOK_MS, LOOK_MS);
  sp_device_start(trial->device, sp_clock_monotonic_us());
  return 0;
}

void sp_trial_close(struct sp_trial *trial) {
  sp_device_free(trial->device);
  trial->device = NULL;
  if (!trial->ticking) return;
  trial->ticking = false;
  uv_close((uv_handle_t *)&trial->ticker, trial_gone);
  while (!is_gone(trial))
    uv_run(&trial->bench->loop, UV_RUN_ONCE);
}

/* ---- In use ---- */

static bool process_holds(const char *pid, const char *target) {
  char folder[PATH_MAX], path[PATH_MAX], to[PATH_MAX];
  struct dirent **fds = NULL;
  bool held = false;
  snprintf(folder, sizeof folder, "/proc/%.20s/fd", pid);
  int count = scandir(folder, &fds, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    snprintf(path, sizeof path, "/proc/%.20s/fd/%.20s", pid, fds[i]->d_name);
    ssize_t len = held ? 0 : readlink(path, to, sizeof to - 1);
    if (len > 0) {
      to[len] = '\0';
      held = strcmp(to, target) == 0;
    }
    free(fds[i]);
  }
  free((void *)fds);
  return held;
}

/* Has a program of this machine a connection there? /proc/net/tcp has the other end as the bytes lie in memory. */
static bool is_connected(const char *place) {
  char host[64], wanted[32], line[512];
  struct in_addr where;
  const char *colon = strrchr(place, ':');
  bool held = false;
  snprintf(host, sizeof host, "%.*s", colon ? (int)(colon - place) : 0, place);
  if (!colon || inet_pton(AF_INET, host, &where) != 1) return false;
  snprintf(wanted, sizeof wanted, " %08X:%04lX 01 ", where.s_addr, strtoul(colon + 1, NULL, 10));
  FILE *file = fopen("/proc/net/tcp", "re");
  while (file && !held && fgets(line, sizeof line, file))
    held = strstr(line, wanted) != NULL;
  if (file) fclose(file);
  return held;
}

bool sp_bench_is_held(const char *address) {
  if (strncmp(address, "tcp:", 4) == 0) return is_connected(address + 4);
  const char *path = strchr(address, ':');
  char *target = path ? realpath(path + 1, NULL) : NULL;
  struct dirent **processes = NULL;
  bool held = false;
  int count = target ? scandir("/proc", &processes, NULL, alphasort) : 0;
  for (int i = 0; i < count; i++) {
    const char *name = processes[i]->d_name;
    held = held || (name[0] >= '1' && name[0] <= '9' && process_holds(name, target));
    free(processes[i]);
  }
  free((void *)processes);
  free(target);
  return held;
}
