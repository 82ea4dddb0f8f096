/* One turn at a till: what waits in the hub's queue, what its worker makes, what the loop then shows. Private to
 * runtime/api; the queue and the screens are behind till_hub.h.
 *
 *   enter (loop) → wait → facts and submit (loop) → run: load, apply, show (worker) → commit → done (loop)
 */
#ifndef SP_API_TILL_TURN_H
#define SP_API_TILL_TURN_H

#include "api/call.h"
#include "api/till_hub.h"
#include "app/till.h"
#include <sys/queue.h>

#define SP_TILL_CODE_MAX  20
#define SP_TILL_SCAN_MAX  2048 /* bytes of one scanned code */
#define SP_TILL_AIM_MAX   7
#define SP_TILL_EVENT_MAX 47 /* bytes of Last-Event-ID */

enum sp_till_turn_kind {
  SP_TURN_VIEW,    /* GET view */
  SP_TURN_EVENTS,  /* GET events */
  SP_TURN_COMMAND, /* POST commands */
  SP_TURN_SCAN,    /* of the node's own: a device's code, */
  SP_TURN_LOCK,    /* nobody touched the till for long, */
  SP_TURN_REFRESH, /* something changed elsewhere */
};

struct sp_till_entry;

struct sp_till_turn {
  STAILQ_ENTRY(sp_till_turn) link;
  struct sp_call *call;
  struct sp_till_entry *entry;
  enum sp_till_turn_kind kind;
  bool stranger; /* nobody had seen its token when it began to wait */
  char scan[SP_TILL_SCAN_MAX + 1];
  char aim[SP_TILL_AIM_MAX + 1];
  struct sp_till_facts facts;
  bool was_stale; /* something had changed elsewhere when it began */
  unsigned langs; /* bits: the languages somebody watches in; the asker's own comes anyway */
  /* Monotonic us: it came (a scan: off the line), it was submitted, its worker was through with it. */
  int64_t came_us, begun_us, worked_us;
  /* Made by the worker. */
  struct sp_buf section[SP_LANG_COUNT], screen[SP_LANG_COUNT]; /* the till's, the customer's, by language */
  bool shown;                                                  /* those of the asker's language are filled */
  bool own;                                                    /* the asker stands at this till: it is its state */
  bool locked, self;
  int32_t lock_seconds;
  bool others; /* what other tills show has changed too */
  bool customer;
  char last_event[SP_TILL_EVENT_MAX + 1];
  struct sp_till_outcome outcome;
};

struct sp_till_turn *sp_till_turn_new(void);
void sp_till_turn_reset(struct sp_till_turn *turn); /* forget what a worker made */
void sp_till_turn_free(struct sp_till_turn *turn);  /* null is allowed */

/* On the worker: the route of calls of the node's own, and the view alone (an answer that is given again). */
extern const struct sp_route sp_till_inner_route;
int sp_till_turn_show(struct sp_call *call);

/* ---- The hub, on the loop ---- */

struct sp_till_hub *sp_till_hub_new(struct sp_api *api, const struct sp_api_options *options);
void sp_till_hub_free(struct sp_till_hub *hub);
/* Wait for the till's turn. SP_E_BUSY, SP_E_NOT_FOUND (no till can have that code): not taken. */
int sp_till_hub_enter(struct sp_till_hub *hub, const char *code, struct sp_call *call);
/* The turn is over: show what it made and write the answer into `call`, or answer with a stream (call->exchange is null
 * then). `error` null: it went well. The next turn begins. */
void sp_till_hub_done(struct sp_till_hub *hub, struct sp_call *call, const struct sp_error *error);
/* The session is over: its streams close. */
void sp_till_hub_sign_out(struct sp_till_hub *hub, const char *token);
/* sp_till_hub_refresh for a till by id; nil is no till. */
void sp_till_hub_touch(struct sp_till_hub *hub, const struct sp_id *till);

/* asset_routes.c */
void sp_asset_reply(struct sp_call *call);

#endif
