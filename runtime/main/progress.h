/* A line that shows how far long work is: on a terminal it is redrawn, elsewhere a line every few seconds. On standard
 * error, and only when the work takes longer than a second. */
#ifndef SP_MAIN_PROGRESS_H
#define SP_MAIN_PROGRESS_H

#include "base/error.h"
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct sp_progress {
  enum sp_lang lang;
  const char *what; /* "Import", in that language */
  bool terminal;
  bool drawn;
  int64_t started_us, last_us;
};

void sp_progress_start(struct sp_progress *progress, enum sp_lang lang, const char *what);
/* As often as you like; `total` 0 while unknown. */
void sp_progress_show(struct sp_progress *progress, int64_t done, int64_t total);
/* Only that it goes on, for work that cannot say how far it is. */
void sp_progress_alive(struct sp_progress *progress);
/* Wipe the line. */
void sp_progress_end(struct sp_progress *progress);

/* A thread that keeps such a line alive beside one long call that reports nothing. Without memory for it the line is
 * missing and nothing else. */
struct sp_ticker {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t ended_now;
  bool running, ended;
  struct sp_progress progress;
};

void sp_ticker_start(struct sp_ticker *ticker, enum sp_lang lang, const char *what);
void sp_ticker_end(struct sp_ticker *ticker);

#endif
