/* What a till does: commands of its page and its devices, and what both of its screens show afterwards.
 *
 * Everything a till is doing lies in the database: the basket's events, and one row of till_state (step, basket, last
 * sale, lock, call, question). So a page that reloads, and a node that starts again, show the same sale. A request
 * loads that once into `struct sp_till`, changes it by one command, and writes the view out of the very same memory,
 * while the plan is still on its way to the disk:
 *
 *   sp_till_load(work, &till);
 *   sp_till_apply(work, &till, &command, &facts, &outcome);     // or not, for a plain look
 *   sp_till_view_json(work, &till, &facts, &w);
 *
 * The basket is priced once in all that. Everything lives in the work's arena. Two commands at one till at the same
 * instant meet in the basket's events (SP_E_CONFLICT: run again); the caller keeps one queue a till.
 *
 * A till of mode "self" sells by itself. Of every command it is said whether a customer may do it alone (till.c); all
 * others need somebody of the staff (a cashier will do) to sign, see sp_till_attend: voiding, discounts, cancelling,
 * giving back, parking and recalling, receipts of other sales, drawer, cash, reports, shifts, notes, sellers, alarms,
 * locking, and weights that are typed or tared. So does every tender, because nobody else saw the payment; cash it does
 * not take at all. Names on parked baskets are not shown there.
 */
#ifndef SP_APP_TILL_H
#define SP_APP_TILL_H

#include "app/basket.h"
#include "app/people.h"
#include "app/setting.h"
#include "app/shift.h"

struct cJSON;

/* ---- What the loop knows when a command is submitted ---- */

#define SP_SCALE_RAW_MAX 96 /* hex digits */

/* The till's scale at this moment. `raw`, `value` and `decimals` are the frame as it came and the number as the scale
 * wrote it: evidence, journaled unedited. */
struct sp_scale_fact {
  bool there;     /* a scale belongs to this till and answers */
  bool sellable;  /* stable, in range, above its minimum, fresh */
  bool untouched; /* it has lain there since before the node knew this scale: it may have been sold already */
  char why[12];   /* what keeps it from being sold, a code of devices/driver/device.h: "moving", "taken", "light" … */
  int64_t grams;  /* net: thousandths of a kilogram */
  int64_t least;  /* what it may weigh at least to be sold, thousandths of a kilogram; 0: not known */
  int64_t tare;   /* of the scale, thousandths of a kilogram */
  char scale[32];
  char raw[SP_SCALE_RAW_MAX + 1];
  char unit[4]; /* "kg", "g", "lb" … as the scale says */
  int64_t value;
  int decimals;
};

struct sp_till_facts {
  struct sp_scale_fact scale;
  bool training;          /* the node keeps a separate database for training */
  int64_t unsynced;       /* journal records the chain has not seen yet */
  int64_t unsynced_since; /* UTC ms of the oldest, 0 none */
};

/* ---- Commands ---- */

enum sp_till_do {
  SP_TILL_SCAN,     /* code, aim?; of a receipt it leaves an `ask` "receipt" and gives extra "found" */
  SP_TILL_ADD,      /* code, quantity? */
  SP_TILL_QUANTITY, /* n, quantity */
  SP_TILL_VOID,     /* n, reason? */
  SP_TILL_WEIGH,    /* n or code, tare?, quantity? and text (note): by hand */
  SP_TILL_DISCOUNT, /* n (0: the basket), percent | amount | price, reason; or remove */
  SP_TILL_MEMBER,   /* text, "" takes it away */
  SP_TILL_COUPON,   /* text, remove? */
  SP_TILL_CHOICE,   /* campaign, code */
  SP_TILL_CONFIRM,  /* text, remove?; while `ask` is "again" or "price" it answers that: "again", "amount", "weight";
                     * with remove, the kind of any question takes it back */
  SP_TILL_NOTE,     /* n, text */
  SP_TILL_SELLER,   /* n, seller: staff code, "" nobody */
  SP_TILL_PARK,     /* text? */
  SP_TILL_RECALL,   /* id */
  SP_TILL_CANCEL,   /* reason? */
  SP_TILL_TOTAL,
  SP_TILL_BACK,
  SP_TILL_TENDER, /* method, amount, reference?, total */
  SP_TILL_RELEASE,
  SP_TILL_RETURN,    /* sale, n, quantity, reason */
  SP_TILL_FIND_SALE, /* receipt; extra "found" */
  SP_TILL_NEXT,
  SP_TILL_PRICE,       /* code; extra "product" */
  SP_TILL_SEARCH,      /* q; extra "products" */
  SP_TILL_SHIFT_OPEN,  /* opening_float */
  SP_TILL_SHIFT_CLOSE, /* counted; extra "report" */
  SP_TILL_CASH,        /* amount, reason */
  SP_TILL_REPORT,      /* shift? (of this till; none: the open one), print?; extra "report" */
  SP_TILL_PRINT,       /* sale? (none: the last), copy?, gift? */
  SP_TILL_DRAWER,      /* reason */
  SP_TILL_LOCK,
  SP_TILL_UNLOCK, /* staff?, pin */
  SP_TILL_CALL,   /* on */
  SP_TILL_TARE,
  SP_TILL_ZERO,
  SP_TILL_ACK_ALARM, /* id */
  SP_TILL_DO_COUNT,
};

/* "scan", "add" …; −1 when unknown. */
int sp_till_do_parse(const char *name);
const char *sp_till_do_name(enum sp_till_do kind);

struct sp_till_command {
  enum sp_till_do kind;
  const char *code, *aim;
  int32_t n;
  int64_t quantity; /* thousandths, 0: not said */
  int64_t tare;     /* thousandths of a kilogram, of a container; not the scale's own */
  struct sp_markdown markdown;
  bool remove;
  const char *text; /* member, coupon, confirm, note, label of a parked basket, search words, receipt */
  const char *campaign;
  const char *reason;
  const char *staff, *pin; /* seller too is in `staff` */
  struct sp_id id;         /* basket to recall, sale to give back from or to print, shift, alarm */
  enum sp_method method;
  int64_t amount; /* tender, cash, opening float, counted */
  const char *reference;
  int64_t total; /* or SP_NO_TOTAL */
  bool copy, gift, on, print;
};

/* From {"do":NAME, …}; members of other commands are refused, "approval" is left to the caller. Texts are copied into
 * the arena. SP_E_INVALID names the member. */
int sp_till_command_read(struct sp_work *work, const struct cJSON *body, struct sp_till_command *out);

/* ---- State ---- */

enum sp_till_step { SP_TILL_AT_SALE, SP_TILL_AT_TENDER, SP_TILL_AT_PAID };

/* What the screens say of the sale before. */
struct sp_till_last {
  struct sp_id sale; /* nil: none */
  const char *receipt, *kind;
  int64_t total, tendered, change, at;
  const struct sp_tender *tenders;
  int32_t tender_count;
  const char *print; /* "none", "queued", "sending", "sent", "done", "held", "uncertain" */
};

struct sp_till {
  struct sp_id id;
  const char *code, *name;
  bool self;
  const char *staff_code, *staff_name;
  enum sp_role staff_role;
  struct sp_till_setting setting;
  struct sp_hours hours;
  struct sp_hours_now hours_now;
  /* till_state */
  enum sp_till_step step;
  bool locked, calling;
  const char *ask; /* a JSON object, or "" */
  bool has_basket; /* open or frozen, and held by this till */
  struct sp_open_basket basket;
  struct sp_till_last last;
  bool has_shift;
  struct sp_shift shift;
  bool changed; /* till_state differs from its row */
  bool quoted;  /* `quote` is what the basket costs now */
  struct sp_sale quote;
  /* Of this command only. */
  bool has_parked;
  struct sp_open_basket parked; /* the basket it parked, */
  struct sp_id recalled;        /* or recalled */
};

/* The till of the actor. SP_E_STATE "till" without one, SP_E_NOT_FOUND. */
int sp_till_load(struct sp_work *work, struct sp_till *out);

/* ---- Doing ---- */

struct sp_till_notice {
  const char *level; /* "info", "warn", "error" */
  const char *code;  /* "unknown-code", "early-payment", "hours" … */
  const char *text;  /* a sentence in the work's language */
};

#define SP_TILL_NOTICES_MAX 4

/* What the caller has to do beside committing the plan. */
struct sp_till_outcome {
  const char *extra; /* members for the answer, without braces: "\"found\":{…}"; or null */
  struct sp_till_notice notices[SP_TILL_NOTICES_MAX];
  int notice_count;
  bool commit_anyway;        /* the plan is committed although the result is an error (a wrong PIN is counted) */
  bool print;                /* print jobs are in the plan: wake their printers when it is on disk */
  const char *device;        /* "tare", "zero" or "taken" (its weight was sold): for the till's scale; or null */
  struct sp_id alarm;        /* to acknowledge; nil: none */
  char token[SP_TOKEN_TEXT]; /* a new session of this till, or "" */
  int64_t expires_at;        /* its end */
  bool sold;                 /* a sale is in the plan; the work's number must go back when it fails */
};

/* One command. Errors as the use cases below it, and SP_E_STATE "till": locked, "shift": none is open, "weight": the
 * scale shows none that may be sold; SP_E_DENIED "hours": the shop is closed and no manager signs, "approval": send it
 * again with one; SP_E_NOT_FOUND "code": nobody knows what was scanned. The notices of `out` are to be shown after an
 * error too. After an error the till is not as it was: load it again before showing it. Blocks only for a PIN. */
int sp_till_apply(struct sp_work *work, struct sp_till *till, const struct sp_till_command *command,
                  const struct sp_till_facts *facts, struct sp_till_outcome *out);

/* What somebody is asked to sign for, after such a command was refused with "approval": the member "approval":{"what":[
 * {"label","value"} …]} for people, in the work's language: the action, the line, amounts before and after, the reason,
 * who asks. `till` as it was before the command. In the arena; null when it cannot be said. */
const char *sp_till_asked(struct sp_work *work, struct sp_till *till, const struct sp_till_command *command);

/* SP_E_DENIED "approval" when the actor stands at a till of mode "self" and nobody of the staff has signed for this
 * request (work->approval, by another than the actor). Else 0. One indexed read. `action` is what is journaled. */
int sp_till_attend(struct sp_work *work, const char *action);
/* Is the actor's till of mode "self"? */
int sp_till_is_self(struct sp_work *work, bool *out);
/* SP_E_STATE "till" when the actor is a person whose till is locked: what sells, moves cash or prints there waits until
 * somebody unlocks it, by whichever way it is asked for. Programs are not bound by the lock. One indexed read. */
int sp_till_unlocked(struct sp_work *work);
/* May somebody say how much goods weigh that no scale has weighed? SP_E_DENIED "quantity" to a person at a till where
 * the setting `weight_manual` is off; programs may. */
int sp_till_typed(struct sp_work *work);
/* SP_E_STATE "basket" when a sale with lines is open on the actor's till: its shift is not closed over it. */
int sp_till_finished(struct sp_work *work);
/* May a new "basket" be opened, or a "sale" be made without one? SP_E_DENIED "hours" while the shop is closed, unless a
 * manager does it or signs; that is journaled (kind "hours_override"). What is open may always be finished. */
int sp_till_hours(struct sp_work *work, const char *what, const struct sp_id *id);

/* ---- Showing ---- */

/* The `till` section as one object, without its number: the hub puts `"seq":N,` behind the first brace. */
int sp_till_view_json(struct sp_work *work, struct sp_till *till, const struct sp_till_facts *facts,
                      struct sp_json_writer *w);
/* The customer's: sale, last, step, store and till name; nobody's name but a masked member's, nothing parked. */
int sp_till_screen_json(struct sp_work *work, struct sp_till *till, struct sp_json_writer *w);

#endif
