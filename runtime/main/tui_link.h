/* The till protocol as a terminal speaks it: requests that leave one after the other, and one stream of events.
 *
 * A request keeps its Idempotency-Key through every retry, so what a broken network swallowed happens once and in the
 * order in which it was done. The stream resumes by Last-Event-ID and comes back by itself, waiting longer each time.
 * Nothing blocks and no clock is read: the caller polls what sp_tui_link_polls says and calls sp_tui_link_turn.
 */
#ifndef SP_MAIN_TUI_LINK_H
#define SP_MAIN_TUI_LINK_H

#include "main/tui_call.h"
#include <poll.h>
#include <stdint.h>

#define SP_TUI_QUEUE_MAX   32
#define SP_TUI_REQUEST_MAX 8192            /* bytes of one, head included */
#define SP_TUI_ANSWER_MAX  (1024u * 1024u) /* bytes of an answer's body */
#define SP_TUI_EVENT_MAX   (512u * 1024u)  /* bytes of one section */
#define SP_TUI_POLLS_MAX   2

struct sp_tui_link;

enum sp_tui_line { SP_TUI_LINE_IDLE, SP_TUI_LINE_CONNECTING, SP_TUI_LINE_LIVE, SP_TUI_LINE_LOST };

struct sp_tui_reply {
  int tag, status;
  const char *body; /* NUL-terminated, good during the call */
  size_t len;
  const char *request; /* the body that was sent, "" for none */
};

struct sp_tui_link_options {
  struct sp_tui_place place;
  enum sp_lang lang;
  void (*event)(void *ctx, const char *name, const char *json,
                size_t len); /* a section, or "open": a new connection begins; pings are not told */
  void (*answered)(void *ctx, const struct sp_tui_reply *reply); /* each request once, unless dropped */
  void (*refused)(void *ctx, int status);                        /* the stream was, and ended: 400 … 499 */
  void *ctx;
};

/* SP_E_NOMEM. */
int sp_tui_link_open(const struct sp_tui_link_options *options, struct sp_tui_link **out, struct sp_error *err);
void sp_tui_link_close(struct sp_tui_link *link);

/* Whose session everything from now on belongs to; "" nobody's. */
void sp_tui_link_token(struct sp_tui_link *link, const char *token);
/* Ask; `body` null for GET and DELETE. `keyed`: with a key. SP_E_LIMIT when too much waits already or the request is
 * too long, SP_E_IO without randomness. */
int sp_tui_link_ask(struct sp_tui_link *link, int tag, const char *method, const char *path, const char *body,
                    bool keyed);
/* Forget what was not answered, the one on its way included. How many they were. */
int sp_tui_link_drop(struct sp_tui_link *link);
/* Follow the events of a till from their beginning; null: of none. */
void sp_tui_link_follow(struct sp_tui_link *link, const char *till);

enum sp_tui_line sp_tui_link_line(const struct sp_tui_link *link);
int sp_tui_link_waiting(const struct sp_tui_link *link); /* requests without an answer */
bool sp_tui_link_stuck(const struct sp_tui_link *link);  /* the first of them was tried in vain */

/* Up to SP_TUI_POLLS_MAX; how many. */
int sp_tui_link_polls(const struct sp_tui_link *link, struct pollfd *out);
/* When to turn at the latest, on the monotonic clock. */
int64_t sp_tui_link_due(const struct sp_tui_link *link);
/* `list`: what sp_tui_link_polls gave, polled. */
void sp_tui_link_turn(struct sp_tui_link *link, const struct pollfd *list, int count, int64_t now_us);

#endif
