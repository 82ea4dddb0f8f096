#include "main/tui_link.h"
#include "base/clock.h"
#include "base/id.h"
#include "main/tui_sse.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS            INT64_C(1000) /* microseconds */
#define PATIENCE_US   (10000 * MS)  /* for an answer */
#define SILENCE_US    (15000 * MS)  /* on the stream: three pings that did not come */
#define RETRY_FIRST   (300 * MS)
#define RETRY_MOST    (8000 * MS)
#define RECONNECT_1ST (250 * MS)
#define RECONNECT_MAX (10000 * MS)
#define TOKEN_MAX     80
#define PATH_BYTES    160

struct request {
  int tag;
  char method[8];
  char path[PATH_BYTES];
  char key[SP_ID_TEXT]; /* "": none */
  char *body;           /* null: none */
};

struct sp_tui_link {
  struct sp_tui_link_options options;
  char token[TOKEN_MAX];
  struct request queue[SP_TUI_QUEUE_MAX];
  int waiting;
  struct sp_tui_call asking;
  struct sp_buf answer;
  int64_t now_us;
  int64_t ask_due, ask_wait; /* when the next try begins, or the one under way is given up */
  bool stuck;
  char till[24]; /* "": none is followed */
  enum sp_tui_line line;
  struct sp_tui_call stream;
  struct sp_sse sse;
  bool opening; /* nothing came yet on this connection */
  int64_t stream_due, stream_wait;
};

int sp_tui_link_open(const struct sp_tui_link_options *options, struct sp_tui_link **out, struct sp_error *err) {
  struct sp_tui_link *link = calloc(1, sizeof *link);
  if (!link) return sp_error_nomem(err, __func__);
  link->options = *options;
  link->now_us = sp_clock_monotonic_us();
  sp_tui_call_init(&link->asking, SP_TUI_REQUEST_MAX);
  sp_tui_call_init(&link->stream, SP_TUI_REQUEST_MAX);
  sp_buf_init(&link->answer, SP_TUI_ANSWER_MAX);
  sp_sse_init(&link->sse, SP_TUI_EVENT_MAX);
  *out = link;
  return 0;
}

static void request_free(struct request *request) {
  if (request->body) explicit_bzero(request->body, strlen(request->body)); /* it may hold a PIN */
  free(request->body);
  *request = (struct request){.tag = 0};
}

void sp_tui_link_close(struct sp_tui_link *link) {
  if (!link) return;
  for (int i = 0; i < link->waiting; i++)
    request_free(&link->queue[i]);
  sp_tui_call_free(&link->asking);
  sp_tui_call_free(&link->stream);
  sp_buf_free(&link->answer);
  sp_sse_free(&link->sse);
  explicit_bzero(link->token, sizeof link->token);
  free(link);
}

void sp_tui_link_token(struct sp_tui_link *link, const char *token) {
  snprintf(link->token, sizeof link->token, "%s", token);
}

enum sp_tui_line sp_tui_link_line(const struct sp_tui_link *link) {
  return link->line;
}

int sp_tui_link_waiting(const struct sp_tui_link *link) {
  return link->waiting;
}

bool sp_tui_link_stuck(const struct sp_tui_link *link) {
  return link->stuck;
}

/* ---- Asking ---- */

static void head_common(const struct sp_tui_link *link, struct sp_buf *out) {
  sp_buf_printf(out, "Host: %s\r\nAccept-Language: %s\r\nConnection: close\r\n", link->options.place.host,
                link->options.lang == SP_LANG_ZH ? "zh-CN" : "en");
  if (link->token[0] != '\0') sp_buf_printf(out, "Authorization: Bearer %s\r\n", link->token);
}

static void request_write(const struct sp_tui_link *link, const struct request *request, struct sp_buf *out) {
  sp_buf_reset(out);
  sp_buf_printf(out, "%s %s HTTP/1.1\r\n", request->method, request->path);
  head_common(link, out);
  if (request->key[0] != '\0') sp_buf_printf(out, "Idempotency-Key: %s\r\n", request->key);
  if (request->body)
    sp_buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(request->body));
  sp_buf_printf(out, "\r\n%s", request->body ? request->body : "");
}

/* Silence: whether it happened is not known, so the same key is used again. */
static void ask_again(struct sp_tui_link *link) {
  sp_tui_call_stop(&link->asking);
  link->stuck = true;
  link->ask_due = link->now_us + link->ask_wait;
  link->ask_wait = 2 * link->ask_wait < RETRY_MOST ? 2 * link->ask_wait : RETRY_MOST;
}

static void ask_start(struct sp_tui_link *link) {
  sp_buf_reset(&link->answer);
  request_write(link, &link->queue[0], &link->asking.out);
  link->ask_due = link->now_us + PATIENCE_US;
  if (link->asking.out.failed || sp_tui_call_start(&link->asking, &link->options.place) != 0) ask_again(link);
}

static struct request request_shift(struct sp_tui_link *link) {
  struct request first = link->queue[0];
  memmove(link->queue, link->queue + 1, sizeof first * (size_t)(--link->waiting));
  link->stuck = false;
  link->ask_wait = RETRY_FIRST;
  link->ask_due = link->now_us;
  return first;
}

static void ask_answered(struct sp_tui_link *link) {
  int status = link->asking.answer.status;
  if (status == 502 || status == 503 || status == 504) {
    ask_again(link);
    return;
  }
  struct request request = request_shift(link);
  struct sp_buf body = link->answer; /* who hears it may ask again */
  sp_buf_init(&link->answer, SP_TUI_ANSWER_MAX);
  const struct sp_tui_reply reply = {.tag = request.tag,
                                     .status = status,
                                     .body = sp_buf_text(&body),
                                     .len = body.len,
                                     .request = request.body ? request.body : ""};
  link->options.answered(link->options.ctx, &reply);
  sp_buf_free(&body);
  request_free(&request);
}

static int take_answer(void *ctx, const struct sp_tui_answer *answer, const char *bytes, size_t len) {
  struct sp_tui_link *link = ctx;
  (void)answer;
  return sp_buf_add(&link->answer, bytes, len);
}

static void ask_turn(struct sp_tui_link *link, short told) {
  const struct sp_tui_call_taker taker = {.piece = take_answer, .ctx = link};
  if (link->asking.state != SP_TUI_CALL_IDLE && told != 0) {
    int result = sp_tui_call_turn(&link->asking, &taker);
    if (result > 0) ask_answered(link);
    if (result < 0) ask_again(link);
  }
  if (link->waiting == 0 || link->now_us < link->ask_due) return;
  if (link->asking.state != SP_TUI_CALL_IDLE)
    ask_again(link);
  else
    ask_start(link);
}

int sp_tui_link_ask(struct sp_tui_link *link, int tag, const char *method, const char *path, const char *body,
                    bool keyed) {
  struct sp_id id;
  if (link->waiting == SP_TUI_QUEUE_MAX || strlen(path) >= PATH_BYTES) return SP_E_LIMIT;
  if (body && strlen(body) > SP_TUI_REQUEST_MAX - 1024) return SP_E_LIMIT;
  struct request request = {.tag = tag};
  snprintf(request.method, sizeof request.method, "%s", method);
  snprintf(request.path, sizeof request.path, "%s", path);
  if (keyed && sp_id_new(sp_clock_now_ms(), &id) != 0) return SP_E_IO;
  if (keyed) sp_id_format(&id, request.key);
  request.body = body ? strdup(body) : NULL;
  if (body && !request.body) return SP_E_NOMEM;
  link->queue[link->waiting++] = request;
  if (link->waiting == 1) {
    link->ask_due = link->now_us;
    link->ask_wait = RETRY_FIRST;
  }
  return 0;
}

int sp_tui_link_drop(struct sp_tui_link *link) {
  int count = link->waiting;
  sp_tui_call_stop(&link->asking);
  for (int i = 0; i < count; i++)
    request_free(&link->queue[i]);
  link->waiting = 0;
  link->stuck = false;
  return count;
}

/* ---- The stream ---- */

static void line_set(struct sp_tui_link *link, enum sp_tui_line line) {
  link->line = line;
}

static void stream_lost(struct sp_tui_link *link) {
  sp_tui_call_stop(&link->stream);
  int64_t spread = link->now_us % (link->stream_wait / 4 + 1); /* tills of one shop do not all come at once */
  link->stream_due = link->now_us + link->stream_wait + spread;
  link->stream_wait = 2 * link->stream_wait < RECONNECT_MAX ? 2 * link->stream_wait : RECONNECT_MAX;
  line_set(link, SP_TUI_LINE_LOST);
}

static void stream_start(struct sp_tui_link *link) {
  struct sp_buf *out = &link->stream.out;
  sp_sse_reset(&link->sse);
  link->opening = true;
  sp_buf_reset(out);
  sp_buf_printf(out, "GET /v1/tills/%s/events?lang=%s HTTP/1.1\r\n", link->till,
                link->options.lang == SP_LANG_ZH ? "zh" : "en");
  head_common(link, out);
  sp_buf_puts(out, "Accept: text/event-stream\r\n");
  if (link->sse.id[0] != '\0') sp_buf_printf(out, "Last-Event-ID: %s\r\n", link->sse.id);
  sp_buf_puts(out, "\r\n");
  link->stream_due = link->now_us + SILENCE_US;
  if (out->failed || sp_tui_call_start(&link->stream, &link->options.place) != 0) stream_lost(link);
}

static int take_events(void *ctx, const struct sp_tui_answer *answer, const char *bytes, size_t len) {
  struct sp_tui_link *link = ctx;
  link->stream_due = link->now_us + SILENCE_US;
  if (answer->status != 200 || !answer->streaming) return 0;
  if (link->opening) link->options.event(link->options.ctx, "open", "", 0);
  link->opening = false;
  while (len > 0) {
    size_t used = 0;
    int result = sp_sse_feed(&link->sse, bytes, len, &used);
    if (result < 0) return result;
    bytes += used;
    len -= used;
    if (result == 0) continue;
    link->stream_wait = RECONNECT_1ST;
    line_set(link, SP_TUI_LINE_LIVE);
    const struct sp_buf *data = &link->sse.data;
    if (strcmp(link->sse.name, "ping") != 0)
      link->options.event(link->options.ctx, link->sse.name, sp_buf_text(data), data->len);
    if (link->stream.state == SP_TUI_CALL_IDLE) return 0; /* whoever heard it has had enough */
  }
  return 0;
}

static void stream_ended(struct sp_tui_link *link) {
  int status = link->stream.answer.status;
  if (status < 400 || status >= 500 || status == 408 || status == 429) {
    stream_lost(link);
    return;
  }
  sp_tui_link_follow(link, NULL);
  link->options.refused(link->options.ctx, status);
}

static void stream_turn(struct sp_tui_link *link, short told) {
  const struct sp_tui_call_taker taker = {.piece = take_events, .ctx = link};
  if (link->stream.state != SP_TUI_CALL_IDLE && told != 0) {
    int result = sp_tui_call_turn(&link->stream, &taker);
    if (result != 0 && link->till[0] != '\0') stream_ended(link);
  }
  if (link->till[0] == '\0' || link->now_us < link->stream_due) return;
  if (link->stream.state != SP_TUI_CALL_IDLE)
    stream_lost(link);
  else
    stream_start(link);
}

void sp_tui_link_follow(struct sp_tui_link *link, const char *till) {
  sp_tui_call_stop(&link->stream);
  link->sse.id[0] = '\0';
  snprintf(link->till, sizeof link->till, "%s", till ? till : "");
  link->stream_due = link->now_us;
  link->stream_wait = RECONNECT_1ST;
  line_set(link, till ? SP_TUI_LINE_CONNECTING : SP_TUI_LINE_IDLE);
}

/* ---- Turning ---- */

int sp_tui_link_polls(const struct sp_tui_link *link, struct pollfd *out) {
  int count = 0;
  const struct sp_tui_call *const calls[] = {&link->asking, &link->stream};
  for (int i = 0; i < 2; i++)
    if (calls[i]->state != SP_TUI_CALL_IDLE)
      out[count++] = (struct pollfd){.fd = calls[i]->fd, .events = sp_tui_call_events(calls[i])};
  return count;
}

int64_t sp_tui_link_due(const struct sp_tui_link *link) {
  int64_t due = INT64_MAX;
  if (link->waiting > 0) due = link->ask_due;
  if (link->till[0] != '\0' && link->stream_due < due) due = link->stream_due;
  return due;
}

static short told_of(const struct sp_tui_call *call, const struct pollfd *list, int count) {
  for (int i = 0; i < count && call->fd >= 0; i++)
    if (list[i].fd == call->fd) return list[i].revents;
  return 0;
}

void sp_tui_link_turn(struct sp_tui_link *link, const struct pollfd *list, int count, int64_t now_us) {
  link->now_us = now_us;
  short asked = told_of(&link->asking, list, count), streamed = told_of(&link->stream, list, count);
  ask_turn(link, asked);
  if (told_of(&link->stream, list, count) == streamed) stream_turn(link, streamed);
}
