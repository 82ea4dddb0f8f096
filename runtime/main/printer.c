#include "main/printer.h"
#include "base/log.h"
#include "devices/link/sink.h"
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct paper {
  char target[SP_SINK_TARGET_MAX + 1];
  void *bytes;
  size_t len;
};

struct sp_printer {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t ready;
  struct paper queue[SP_PRINTER_QUEUE_MAX]; /* a ring */
  int first, count;
  bool stopping;
};

static void print(const struct paper *paper) {
  struct sp_error error = {.lang = SP_LANG_EN};
  int result = sp_sink_send(paper->target, paper->bytes, paper->len, SP_PRINTER_TIMEOUT_MS, &error);
  if (result == 0)
    sp_log(SP_LOG_INFO, "printer", "%zu bytes to %s", paper->len, paper->target);
  else
    sp_log(SP_LOG_WARN, "printer", "%zu bytes to %s failed: %s", paper->len, paper->target, error.message);
}

static void *printer_main(void *argument) {
  struct sp_printer *printer = argument;
  pthread_mutex_lock(&printer->lock);
  for (;;) {
    while (printer->count == 0 && !printer->stopping)
      pthread_cond_wait(&printer->ready, &printer->lock);
    if (printer->count == 0) break;
    struct paper paper = printer->queue[printer->first];
    printer->first = (printer->first + 1) % SP_PRINTER_QUEUE_MAX;
    printer->count--;
    pthread_mutex_unlock(&printer->lock);
    print(&paper);
    free(paper.bytes);
    pthread_mutex_lock(&printer->lock);
  }
  pthread_mutex_unlock(&printer->lock);
  return NULL;
}

int sp_printer_new(struct sp_printer **out, struct sp_error *err) {
  struct sp_printer *printer = calloc(1, sizeof *printer);
  sigset_t all, before;
  if (!printer) return sp_error_nomem(err, __func__);
  pthread_mutex_init(&printer->lock, NULL);
  pthread_cond_init(&printer->ready, NULL);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int status = pthread_create(&printer->thread, NULL, printer_main, printer);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (status != 0) {
    pthread_cond_destroy(&printer->ready);
    pthread_mutex_destroy(&printer->lock);
    free(printer);
    return sp_fail(err, SP_E_IO, NULL, "The threads could not start: %s", strerror(status));
  }
  pthread_setname_np(printer->thread, "printer");
  *out = printer;
  return 0;
}

void sp_printer_send(struct sp_printer *printer, const char *target, const void *bytes, size_t len) {
  struct paper paper = {.bytes = malloc(len > 0 ? len : 1), .len = len};
  snprintf(paper.target, sizeof paper.target, "%s", target);
  if (paper.bytes) memcpy(paper.bytes, bytes, len);
  pthread_mutex_lock(&printer->lock);
  bool fits = paper.bytes && printer->count < SP_PRINTER_QUEUE_MAX;
  if (fits) {
    printer->queue[(printer->first + printer->count) % SP_PRINTER_QUEUE_MAX] = paper;
    printer->count++;
    pthread_cond_signal(&printer->ready);
  }
  pthread_mutex_unlock(&printer->lock);
  if (fits) return;
  free(paper.bytes);
  sp_log(SP_LOG_WARN, "printer", "%zu bytes to %s dropped: the printers do not keep up", len, target);
}

void sp_printer_free(struct sp_printer *printer) {
  if (!printer) return;
  pthread_mutex_lock(&printer->lock);
  printer->stopping = true;
  pthread_cond_signal(&printer->ready);
  pthread_mutex_unlock(&printer->lock);
  pthread_join(printer->thread, NULL);
  pthread_cond_destroy(&printer->ready);
  pthread_mutex_destroy(&printer->lock);
  free(printer);
}
