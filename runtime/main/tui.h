/* The till on a terminal: what is shown, and what a key does. It knows no terminal, no network and no clock, and holds
 * no business state: it shows the sections a node sends and sends commands back.
 *
 * Over the screen lie boxes (a form, a list, or a text to read), the last on top; the top one has the keys. Questions
 * of the node (`ask` of the till's section) and printouts that are uncertain open a box by themselves.
 */
#ifndef SP_MAIN_TUI_H
#define SP_MAIN_TUI_H

#include "base/clock.h"
#include "base/error.h"
#include "main/tui_grid.h"
#include "main/tui_key.h"
#include "main/tui_link.h"

struct sp_tui;

struct sp_tui_options {
  enum sp_lang lang;
  const char *till; /* code, or "": the cashier chooses after signing in */
  int (*ask)(void *ctx, int tag, const char *method, const char *path, const char *body, bool keyed); /* tui_link.h */
  int (*drop)(void *ctx);
  void (*token)(void *ctx, const char *token);
  void (*follow)(void *ctx, const char *till);
  void *ctx;
};

/* Begins with the sign-in. SP_E_NOMEM, SP_E_INVALID for a code no till can have. */
int sp_tui_open(const struct sp_tui_options *options, struct sp_tui **out, struct sp_error *err);
void sp_tui_close(struct sp_tui *tui);

/* A section of the till, whole, or "open": what comes next may be of a node that was started anew and counts from the
 * beginning. What is no JSON is ignored. */
void sp_tui_event(struct sp_tui *tui, const char *name, const char *json, size_t len);
void sp_tui_reply(struct sp_tui *tui, const struct sp_tui_reply *reply);
/* The stream was refused: the session is over, or the till is another's. */
void sp_tui_refused(struct sp_tui *tui, int status);
void sp_tui_press(struct sp_tui *tui, const struct sp_tui_key *key);

/* What the screen says beside what the node told. */
struct sp_tui_state {
  enum sp_tui_line line;
  int waiting;
  bool stuck;
  int64_t now_ms;
  const struct sp_zone *zone; /* of the clock; null: UTC */
};

void sp_tui_paint(const struct sp_tui *tui, const struct sp_tui_state *state, struct sp_tui_grid *grid);
/* Since it was asked last: did something go wrong that should be heard? */
bool sp_tui_rings(struct sp_tui *tui);
/* IANA name of the zone of the store, "" before the node told; valid until the next event. */
const char *sp_tui_zone(const struct sp_tui *tui);
/* Whoever sits here wants to go. */
bool sp_tui_left(const struct sp_tui *tui);

#endif
