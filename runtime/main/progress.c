#include "main/progress.h"
#include "base/clock.h"
#include "base/text.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_US    1000000
#define TERMINAL_US 200000
#define LINE_US     5000000
#define TICK_NS     200000000L

void sp_progress_start(struct sp_progress *progress, enum sp_lang lang, const char *what) {
  *progress = (struct sp_progress){
      .lang = lang,
      .what = what,
      .terminal = isatty(STDERR_FILENO) == 1,
      .started_us = sp_clock_monotonic_us(),
  };
}

/* Is it time for a line? `elapsed` in seconds since the start. */
static bool due(struct sp_progress *progress, int *elapsed) {
  int64_t now = sp_clock_monotonic_us();
  int64_t since = progress->drawn ? now - progress->last_us : now - progress->started_us;
  if (since < (progress->drawn ? (progress->terminal ? TERMINAL_US : LINE_US) : FIRST_US)) return false;
  progress->drawn = true;
  progress->last_us = now;
  *elapsed = (int)((now - progress->started_us) / 1000000);
  return true;
}

void sp_progress_show(struct sp_progress *progress, int64_t done, int64_t total) {
  int elapsed = 0;
  if (!due(progress, &elapsed)) return;
  const char *before = progress->terminal ? "\r\033[K" : "";
  const char *after = progress->terminal ? "" : "\n";
  fputs(before, stderr);
  if (total > 0)
    fprintf(stderr, sp_tr(progress->lang, "%s: %lld of %lld (%d %%), %d s"), progress->what, (long long)done,
            (long long)total, (int)(done * 100 / total), elapsed);
  else
    fprintf(stderr, sp_tr(progress->lang, "%s: %lld, %d s"), progress->what, (long long)done, elapsed);
  fputs(after, stderr);
  fflush(stderr);
}

void sp_progress_alive(struct sp_progress *progress) {
  int elapsed = 0;
  if (!due(progress, &elapsed)) return;
  fputs(progress->terminal ? "\r\033[K" : "", stderr);
  fprintf(stderr, sp_tr(progress->lang, "%s: %d s"), progress->what, elapsed);
  fputs(progress->terminal ? "" : "\n", stderr);
  fflush(stderr);
}

void sp_progress_end(struct sp_progress *progress) {
  if (progress->drawn && progress->terminal) fputs("\r\033[K", stderr);
  fflush(stderr);
}

static void *tick(void *arg) {
  struct sp_ticker *ticker = arg;
  pthread_mutex_lock(&ticker->lock);
  while (!ticker->ended) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TICK_NS;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&ticker->ended_now, &ticker->lock, &until);
    if (!ticker->ended) sp_progress_alive(&ticker->progress);
  }
  pthread_mutex_unlock(&ticker->lock);
  return NULL;
}

void sp_ticker_start(struct sp_ticker *ticker, enum sp_lang lang, const char *what) {
  *ticker = (struct sp_ticker){.ended = false};
  pthread_mutex_init(&ticker->lock, NULL);
  pthread_cond_init(&ticker->ended_now, NULL);
  sp_progress_start(&ticker->progress, lang, what);
  ticker->running = pthread_create(&ticker->thread, NULL, tick, ticker) == 0;
}

void sp_ticker_end(struct sp_ticker *ticker) {
  pthread_mutex_lock(&ticker->lock);
  ticker->ended = true;
  pthread_cond_signal(&ticker->ended_now);
  pthread_mutex_unlock(&ticker->lock);
  if (ticker->running) pthread_join(ticker->thread, NULL);
  sp_progress_end(&ticker->progress);
  pthread_cond_destroy(&ticker->ended_now);
  pthread_mutex_destroy(&ticker->lock);
}
