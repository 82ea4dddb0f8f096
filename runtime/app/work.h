/* What a use case is given: one request's world.
 *
 * A use case is one function over `struct sp_work`. It reads through `db` (a snapshot), asks the rules through `vm`,
 * and writes nothing itself: it adds statements to `plan`, which the writer commits together or not at all. It must be
 * repeatable: after SP_E_CONFLICT it runs again from the start on a fresh snapshot.
 */
#ifndef SP_APP_WORK_H
#define SP_APP_WORK_H

#include "base/clock.h"
#include "domain/receipt.h"
#include "engine/engine.h"
#include "ports/executor.h"

enum sp_role { SP_ROLE_CASHIER, SP_ROLE_MANAGER, SP_ROLE_INTEGRATOR, SP_ROLE_ADMIN, SP_ROLE_COUNT };

/* "cashier", "manager", "integrator", "admin"; −1 when unknown. */
int sp_role_parse(const char *name);
const char *sp_role_name(enum sp_role role);

/* Who asks: a person at a till (session) or a program (token). */
struct sp_actor {
  struct sp_id staff;      /* the person, or the person who made the token */
  struct sp_id credential; /* the session or token */
  struct sp_id till;       /* nil for a token that names none */
  enum sp_role role;
  bool is_program;
  const char *scopes; /* space separated; "" for a session: the role decides */
};

/* The store this node serves, as loaded at start. Immutable. */
struct sp_store {
  struct sp_id id;
  const char *code;
  const char *name;
  const char *address;
  const char *phone;
  const char *currency; /* "CNY" */
  const char *location; /* code of the location sales take from */
  int32_t cutoff_minute;
  const struct sp_zone *zone;
};

/* Limits a chain sets in its configuration. Immutable. */
struct sp_policy {
  int64_t rounding_step;    /* 抹零 of cash sales, fen: 0 or 1 none, 10, 100 */
  int64_t blind_refund_max; /* most a refund without receipt may give back, fen, per ticket */
  int64_t session_ms;       /* life of a till session */
  int64_t idempotency_ms;   /* how long a key keeps its answer */
  int64_t discount_max_ppm; /* most a cashier takes off by hand alone, of the line or the basket */
  int64_t print_days;       /* how long printouts are kept for reprinting */
};

/* The parts of a node every request shares. Immutable while serving, but for the insides of `numbers` and `shelf`. */
struct sp_app {
  struct sp_store store;
  struct sp_policy policy;
  const struct sp_bundle *bundle;        /* the one generation of a node without `rules` (tests), else null */
  struct sp_numbers *numbers;            /* receipt numbers per till (app/number.h) */
  struct sp_shelf *shelf;                /* products asked for lately (app/shelf.h), or null */
  struct sp_rules *rules;                /* generations (app/rules.h), or null: `bundle` prices everything */
  struct sp_alarms *alarms;              /* rules that failed (app/alarms.h), or null */
  const char *printer;                   /* what tills print on that have no printer of their own; null: nothing */
  int (*columns_of)(const char *config); /* of a printer's configuration (JSON); null: 48 */
  enum sp_lang paper;                    /* the language of printouts: the customer's, not the asker's */
  bool training;                         /* the database is for practising: everything on paper says so */
  struct sp_id node;
  struct sp_id epoch;
};

#define SP_WORK_HELD_MAX 12

/* What a sale adds to its generation's counters (app/rules_count.h). */
struct sp_counts {
  int64_t sales, alarms;
  int64_t gross, discount; /* fen */
};

struct sp_rules_change;

struct sp_attempt;

/* Somebody else signs for this one request (app/approval.h). */
struct sp_approval {
  struct sp_id staff;
  enum sp_role role;                /* manager or more; any at a self till */
  const char *code;                 /* of the person, in the arena */
  const struct sp_attempt *attempt; /* how it was proved, in the arena */
};

struct sp_work {
  struct sp_app *app;
  struct sp_db *db;
  const struct sp_bundle *bundle;           /* the rules that price this request: one generation from start to end */
  struct sp_rule_vm *vm;                    /* its machine */
  struct sp_machines *machines;             /* of this thread, for other generations; or null */
  struct sp_bundle *held[SP_WORK_HELD_MAX]; /* references until sp_rules_leave */
  int held_count;
  const struct sp_rules_change *rules; /* what the registry takes over once the plan is on disk; or null */
  struct sp_counts sold;               /* the sale this plan makes; no sales: none */
  struct sp_arena *arena;              /* everything handed out lives here */
  struct sp_plan *plan;
  struct sp_actor actor;
  const struct sp_approval *approval; /* of this request, or null; in the arena */
  bool signed_for;                    /* the policy was only met by that approval (app/policy.h) */
  int64_t now;
  enum sp_lang lang;
  struct sp_error *err;     /* never null */
  struct sp_id number_till; /* set by sp_sale_post: the receipt number it took, to give back when the plan fails */
  int64_t number;           /* 0: none */
  int64_t catalogue;        /* the catalogue's revision in this snapshot, 0: not read yet (app/lookup.c) */
};

/* Business day of `at` in the store of `work`, yyyymmdd. */
int32_t sp_work_day(const struct sp_work *work, int64_t at);
/* "2026-11-22 13:05:00" on the store's clock, in the arena. Null when memory ran out. */
const char *sp_work_local_time(const struct sp_work *work, int64_t at);
/* The receipt number as people read it: "T01-000042", in the arena. */
const char *sp_work_receipt_number(const struct sp_work *work, const char *till, int64_t number);
/* The store's currency as receipts print it. */
struct sp_currency sp_work_currency(const struct sp_work *work);
/* The moment as rules see it. */
struct sp_context sp_work_context(const struct sp_work *work, int64_t at, const char *channel);
/* A copy of a column in the arena; "" for NULL. Null only when memory ran out. */
const char *sp_work_column(const struct sp_work *work, struct sp_rows *rows, int column);
/* The till of a code. SP_E_NOT_FOUND "till". */
int sp_work_till(const struct sp_work *work, const char *code, struct sp_id *out);
/* The same; a code that is null or empty means no till, and `*out` is nil then. */
int sp_work_till_or_none(const struct sp_work *work, const char *code, struct sp_id *out);
/* SP_E_TOTAL_CHANGED with both totals in the sentence. */
int sp_work_total_changed(const struct sp_work *work, int64_t total, int64_t expected);
/* Till rights rise from cashier over integrator and manager to admin; a program has a cashier's. */
int sp_role_rank(enum sp_role role);
enum sp_role sp_work_till_role(const struct sp_work *work);
/* 0, or SP_E_DENIED naming the role that would be needed. */
int sp_work_require(const struct sp_work *work, enum sp_role least);

#endif
