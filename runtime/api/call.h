/* One request on its way through the api; private to runtime/api. */
#ifndef SP_API_CALL_H
#define SP_API_CALL_H

#include "api/api.h"
#include "app/people.h"
#include "app/sale.h"
#include "app/shift.h"
#include "base/crypto.h"
#include "base/hash.h"

#define SP_PATH_PARAMS_MAX 3
#define SP_ANSWER_MAX      (8u * 1024u * 1024u)
#define SP_LARGE_BODY_MAX  (8u * 1024u * 1024u)

#define SP_COOKIE_MAX 160

struct cJSON;
struct sp_call;
struct sp_till_turn;

enum sp_route_flags {
  SP_ROUTE_PUBLIC = 1,     /* nobody needs to be signed in */
  SP_ROUTE_IDEMPOTENT = 2, /* an Idempotency-Key is honoured */
  SP_ROUTE_BODY = 4,       /* takes a JSON object */
  SP_ROUTE_LOOP = 8,       /* answered on the loop, without SQL */
  SP_ROUTE_UPLOAD = 16,    /* the body is a file, spooled to disk */
  SP_ROUTE_BULK = 32,      /* takes long: runs behind the tills, and never on all workers */
  SP_ROUTE_LARGE = 64,     /* a body of up to SP_LARGE_BODY_MAX */
  SP_ROUTE_TILL = 128,     /* waits in the queue of the till that the first path parameter names (till_turn.h) */
  SP_ROUTE_SELF = 256,     /* also for sessions of self-checkouts; SP_ROUTE_TILL is so anyway */
  SP_ROUTE_TOUCHES = 512,  /* a success changes what the actor's till shows; refused to people while it is locked */
};

struct sp_route {
  const char *method;
  const char *path; /* "/v1/baskets/{id}/events" */
  int (*run)(struct sp_call *call);
  enum sp_role role; /* least role of a person */
  const char *scope; /* what a program needs; null: programs never */
  int flags;
};

/* The table (routes.c), ended by a null method. */
extern const struct sp_route sp_routes[];

struct sp_call {
  struct sp_task task; /* first: a task is cast back to its call */
  struct sp_api *api;
  const struct sp_api_options *options;
  struct sp_http_exchange *exchange; /* null: a call of the node's own, at a till */
  const struct sp_http_request *request;
  const struct sp_route *route;
  const char *params[SP_PATH_PARAMS_MAX]; /* path parameters in order, in `path` */
  char *path;                             /* the request's path, cut at slashes */
  struct sp_work work;
  struct cJSON *body;
  struct sp_buf out;
  struct sp_json_writer w; /* over `out` */
  int status;
  const char *content_type;
  int64_t revision;             /* of the answer, as ETag for If-Match; 0: none */
  char token[SP_TOKEN_TEXT];    /* who asks; "" for what is no token */
  bool shown;                   /* the request says who asks, rightly or not */
  bool by_cookie;               /* the token came in one */
  char cookie[SP_COOKIE_MAX];   /* Set-Cookie of the answer, or "" */
  bool repeated;                /* the answer was found under its Idempotency-Key */
  bool all_tills;               /* a success changes what every till shows */
  const struct sp_asset *asset; /* instead of `out` */
  struct sp_till_turn *turn;    /* of SP_ROUTE_TILL */
  /* On the loop, when the plan is on disk and before the answer leaves: what lives there. May be null. */
  int (*after)(struct sp_call *call);
  void *after_data;    /* in the arena */
  const char *problem; /* further members of a problem as JSON, in the arena; or null */
  bool commit_anyway;  /* the plan is committed although the result is `late` */
  int late;
  struct sp_error late_error;
  /* Jobs live on the loop, so these are done there, after the worker allowed them. */
  const struct sp_job_request *job; /* to start */
  const struct sp_id *job_asked;    /* to report on */
  struct sp_id alarm_seen;          /* acknowledged by this plan; nil: none */
};

/* auth.c. Whoever says who he is, is that one, also on the local socket; who says nothing there is the node's own user
 * and acts as `system`. */
bool sp_call_is_system(const struct sp_call *call);
/* The body of a page that another site made is refused: SP_E_DENIED "Origin". */
int sp_call_authenticate(struct sp_call *call);
/* The token the request brings into call->token, whoever's it is; without SQL. */
void sp_call_read_token(struct sp_call *call);
int sp_call_authorise(struct sp_call *call);
int sp_call_same_origin(struct sp_call *call);
/* The answer keeps this session in the page's cookie; "" takes it away. */
void sp_call_set_cookie(struct sp_call *call, const char *token);

/* api.c. A call of the node's own, for a route that waits at a till; null when memory ran out. `lang` of its sentences.
 */
struct sp_call *sp_call_new_inner(struct sp_api *api, const struct sp_route *route, const char *till,
                                  enum sp_lang lang);
/* Its turn has come: SP_E_BUSY when the executor takes no more; then sp_call_refuse. Both end with the turn's end. */
int sp_call_submit(struct sp_call *call);
void sp_call_refuse(struct sp_call *call, int code);

/* A path parameter as an id. SP_E_NOT_FOUND: an id that is none names nothing. */
int sp_call_id(struct sp_call *call, int param, struct sp_id *out);
/* Is this query parameter there, and not "0"? */
bool sp_call_flag(const struct sp_call *call, const char *name);
/* If-Match: "7" is the revision the editor saw; `*out` stays when there is none. */
int sp_call_if_match(struct sp_call *call, int64_t *out);
/* A path parameter that is the hash of a generation. SP_E_NOT_FOUND: there is nothing under it. */
int sp_call_hash(struct sp_call *call, int param, uint8_t out[SP_HASH_LEN]);
/* The sale, or the shift, that the first path parameter names: by id, by receipt number, "current". SP_E_NOT_FOUND. */
int sp_call_sale(struct sp_call *call, struct sp_sale *out);
int sp_call_shift(struct sp_call *call, struct sp_shift *out);
/* A query parameter as an integer within bounds; `*out` stays when it is absent. */
int sp_call_query_int(struct sp_call *call, const char *name, int64_t min, int64_t max, int64_t *out);

/* Answer 202 with the id of a job that begins when the answer's turn comes on the loop. The request is copied. */
int sp_call_job(struct sp_call *call, const struct sp_job_request *request);

/* ---- JSON in (read.c): into structs of the use cases, everything in the work's arena ---- */

/* `quote`: the body may have the members of a quote too. */
int sp_read_sale(struct sp_call *call, bool quote, struct sp_sale_request *out);
int sp_read_tenders(struct sp_call *call, const struct cJSON *object, struct sp_tender **out, int32_t *count);
int sp_read_id(const struct cJSON *object, const char *name, enum sp_need need, struct sp_id *out,
               struct sp_error *err);
int sp_read_seller(struct sp_call *call, const struct cJSON *object, struct sp_id *out);

/* read_rights.c: an optional member "approval" {staff, pin} of the body, somebody who signs for this request: sets
 * work->approval. Call it last before the use case. SP_E_UNAUTHENTICATED and SP_E_DENIED as app/approval.h says. */
int sp_read_approval(struct sp_call *call, const struct cJSON *body);
/* The member "discount" {percent | amount | price, reason} of a line or a sale; no price unless `line`. */
int sp_read_discount(struct sp_call *call, const struct cJSON *object, bool line, struct sp_markdown *out);
/* The same members beside others: exactly one of them, or none when `remove`. */
int sp_read_markdown(struct sp_call *call, const struct cJSON *object, bool line, struct sp_markdown *out);

/* read_facts.c: lot and last day of the goods; what comes with them; what only a quote may say. */
int sp_read_lot(struct sp_call *call, const struct cJSON *object, const char **lot, int32_t *expires);
int sp_read_presented(struct sp_call *call, bool quote, struct sp_sale_request *out);
int sp_read_quote(struct sp_call *call, struct sp_sale_request *out);

/* ---- JSON out (write.c, write_asks.c) ---- */

/* A sale; `full` adds lines, allocations and the trace. */
void sp_write_sale(struct sp_call *call, const struct sp_sale *sale, bool full);
void sp_write_lines(struct sp_json_writer *w, const struct sp_sale *sale);
/* The members requirements, notes and tender_caps, each when there are any. */
void sp_write_asks(struct sp_call *call, const struct sp_sale *sale);

/* The answer: an array with what `put` writes of each row of a query. */
int sp_write_rows(struct sp_call *call, enum sp_query query, const struct sp_value *params, int count,
                  void (*put)(struct sp_json_writer *w, struct sp_rows *rows));

/* A parsed value again. Integers only: fractions are written as null. */
void sp_write_tree(struct sp_json_writer *w, const struct cJSON *tree);

/* ---- Handlers, by file ---- */

int sp_route_asset(struct sp_call *call);
int sp_route_till_page(struct sp_call *call);
int sp_route_customer_page(struct sp_call *call);

int sp_route_till_view(struct sp_call *call);
int sp_route_till_events(struct sp_call *call);
int sp_route_till_command(struct sp_call *call);

int sp_route_setting_get(struct sp_call *call);
int sp_route_setting_put(struct sp_call *call);
int sp_route_setting_delete(struct sp_call *call);

int sp_route_device_list(struct sp_call *call);
int sp_route_device_put(struct sp_call *call);
int sp_route_device_delete(struct sp_call *call);
int sp_route_device_action(struct sp_call *call);

int sp_route_health(struct sp_call *call);
int sp_route_metrics(struct sp_call *call);
int sp_route_version(struct sp_call *call);
int sp_route_reconcile(struct sp_call *call);
int sp_route_journal(struct sp_call *call);
int sp_route_job_get(struct sp_call *call);
int sp_route_job_start(struct sp_call *call);
int sp_route_reset(struct sp_call *call);
int sp_route_import(struct sp_call *call);

int sp_route_rules(struct sp_call *call);
int sp_route_rule(struct sp_call *call);
int sp_route_rules_rollback(struct sp_call *call);
int sp_route_rules_shadow(struct sp_call *call);
int sp_route_rules_canary(struct sp_call *call);
int sp_route_bundle_list(struct sp_call *call);
int sp_route_bundle_post(struct sp_call *call);
int sp_route_bundle_get(struct sp_call *call);
int sp_route_bundle_publish(struct sp_call *call);
int sp_route_bundle_shadow(struct sp_call *call);
int sp_route_bundle_unshadow(struct sp_call *call);

int sp_route_campaign_list(struct sp_call *call);
int sp_route_campaign_get(struct sp_call *call);
int sp_route_campaign_create(struct sp_call *call);
int sp_route_campaign_put(struct sp_call *call);
int sp_route_campaign_delete(struct sp_call *call);
int sp_route_campaign_preview(struct sp_call *call);

int sp_route_session_open(struct sp_call *call);
int sp_route_session_get(struct sp_call *call);
int sp_route_session_close(struct sp_call *call);
int sp_route_staff_list(struct sp_call *call);
int sp_route_staff_put(struct sp_call *call);
int sp_route_token_create(struct sp_call *call);
int sp_route_token_revoke(struct sp_call *call);
int sp_route_till_list(struct sp_call *call);
int sp_route_till_create(struct sp_call *call);
int sp_route_till_change(struct sp_call *call);

int sp_route_category_list(struct sp_call *call);
int sp_route_product_search(struct sp_call *call);
int sp_route_product_lookup(struct sp_call *call);
int sp_route_product_create(struct sp_call *call);
int sp_route_product_get(struct sp_call *call);
int sp_route_product_change(struct sp_call *call);

int sp_route_stock_get(struct sp_call *call);
int sp_route_stock_post(struct sp_call *call);
int sp_route_stock_reverse(struct sp_call *call);

int sp_route_sale_post(struct sp_call *call);
int sp_route_sale_quote(struct sp_call *call);
int sp_route_sale_get(struct sp_call *call);
int sp_route_sale_list(struct sp_call *call);
int sp_route_sale_refund(struct sp_call *call);
int sp_route_sale_receipt(struct sp_call *call);
int sp_route_sale_trace(struct sp_call *call);
int sp_route_sale_print(struct sp_call *call);
int sp_route_shift_print(struct sp_call *call);
int sp_route_print_list(struct sp_call *call);
int sp_route_print_get(struct sp_call *call);
int sp_route_print_decide(struct sp_call *call);

int sp_route_basket_open(struct sp_call *call);
int sp_route_basket_list(struct sp_call *call);
int sp_route_basket_get(struct sp_call *call);
int sp_route_basket_event(struct sp_call *call);
int sp_route_basket_pay(struct sp_call *call);

int sp_route_alarm_list(struct sp_call *call);
int sp_route_alarm_acknowledge(struct sp_call *call);

int sp_route_replay_start(struct sp_call *call);
int sp_route_explain_sale(struct sp_call *call);
int sp_route_explain_basket(struct sp_call *call);

int sp_route_shift_open(struct sp_call *call);
int sp_route_shift_get(struct sp_call *call);
int sp_route_shift_cash(struct sp_call *call);
int sp_route_shift_report(struct sp_call *call);
int sp_route_shift_close(struct sp_call *call);
int sp_route_z_get(struct sp_call *call);

#endif
