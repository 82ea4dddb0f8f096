/* What is explained: a stored sale, a basket, a quote; and the explanation as JSON. */
#include "app/explain_parts.h"

#include "app/basket_parts.h"
#include "app/frozen.h"
#include "app/replay_parts.h"
#include "app/rules.h"
#include "app/sale_parts.h"
#include "base/text.h"

#include <string.h>

/* ---- A stored sale ---- */

/* The generation that priced it; `*there` is false when it can no longer be built. */
static int use_generation(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], bool *there) {
  struct sp_error lost = {.lang = work->lang}, *kept = work->err;
  if (work->bundle != NULL && memcmp(sp_bundle_hash(work->bundle), hash, SP_HASH_LEN) == 0) {
    *there = true;
    return 0;
  }
  *there = false;
  if (work->app->rules == NULL) return 0;
  work->err = &lost;
  int rc = sp_rules_use(work, hash);
  work->err = kept;
  *there = rc == 0;
  if (rc == SP_E_NOMEM || rc == SP_E_IO) return sp_fail(work->err, rc, NULL, "%s", lost.message);
  return 0;
}

int sp_explain_sale(struct sp_work *work, const struct sp_id *id, struct sp_explanation *out) {
  struct sp_sale *sale = sp_arena_alloc(work->arena, sizeof *sale);
  struct sp_stored_sale *stored = sp_arena_alloc(work->arena, sizeof *stored);
  struct sp_replayed *replayed = sp_arena_alloc(work->arena, sizeof *replayed);
  struct sp_explain_source source = {NULL, NULL, NULL};
  bool there = false;
  if (sale == NULL || stored == NULL || replayed == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_sale_load(work, id, sale);
  if (rc == 0) rc = sp_replay_load(work, id, stored);
  if (rc == 0) rc = use_generation(work, stored->generation, &there);
  if (rc == 0 && there) rc = sp_replay_price(work, stored, false, replayed);
  if (rc != 0) return rc;
  if (there) source = (struct sp_explain_source){&replayed->basket, &replayed->context, &replayed->priced};
  rc = sp_explain_make(work, sale, there ? work->bundle : NULL, &source, out);
  if (rc != 0) return rc;
  out->name = sp_work_receipt_number(work, sale->till_code, sale->number);
  if (!there) out->notice = sp_tr(work->lang, "The rules that priced this sale can no longer be loaded.");
  return out->name != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* ---- What is not sold yet ---- */

static int explain_ticket(struct sp_work *work, struct sp_sale *sale, const struct sp_ticket *ticket,
                          struct sp_explanation *out) {
  const struct sp_explain_source source = {&ticket->basket, &ticket->context, &ticket->priced};
  return sp_explain_make(work, sale, work->bundle, &source, out);
}

int sp_explain_quote(struct sp_work *work, const struct sp_sale_request *request, bool cash,
                     struct sp_explanation *out) {
  struct sp_sale *sale = sp_arena_alloc(work->arena, sizeof *sale);
  struct sp_ticket *ticket = sp_arena_alloc(work->arena, sizeof *ticket); /* the context keeps a pointer into it */
  if (sale == NULL || ticket == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_ticket_compute(work, request, cash, sale, ticket);
  return rc == 0 ? explain_ticket(work, sale, ticket, out) : rc;
}

int sp_explain_basket(struct sp_work *work, const struct sp_id *id, struct sp_explanation *out) {
  struct sp_open_basket *basket = sp_arena_alloc(work->arena, sizeof *basket);
  struct sp_sale_request *request = sp_arena_alloc(work->arena, sizeof *request);
  struct sp_sale *frozen = sp_arena_alloc(work->arena, sizeof *frozen);
  if (basket == NULL || request == NULL || frozen == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_basket_load(work, id, basket);
  if (rc != 0) return rc;
  if (basket->state == SP_BASKET_PAID) return sp_explain_sale(work, &basket->sale, out);
  *request = sp_basket_request(basket);
  bool empty = basket->state == SP_BASKET_CANCELLED || request->item_count + request->return_count == 0;
  rc = sp_basket_quote(work, basket, false, frozen);
  if (rc != 0) return rc;
  if (empty || basket->frozen != NULL) { /* as it was stored, not as it would be now */
    const struct sp_explain_source source = {NULL, NULL, NULL};
    rc = sp_explain_make(work, frozen, work->bundle, &source, out);
  } else {
    rc = sp_explain_quote(work, request, false, out);
  }
  if (rc == 0) out->notice = basket->notice;
  return rc;
}

/* ---- What somebody typed ---- */

/* "T01-000042": 1 found, 0 not, < 0 an error. */
static int find_number(struct sp_work *work, const char *name, struct sp_id *out) {
  struct sp_rows *rows = NULL;
  const char *dash = strrchr(name, '-');
  size_t len = dash != NULL ? strspn(dash + 1, "0123456789") : 0;
  int64_t number = 0;
  if (len == 0 || len > 15 || dash[1 + len] != '\0') return 0;
  for (const char *digit = dash + 1; *digit != '\0'; digit++)
    number = 10 * number + (*digit - '0');
  const struct sp_value key[] = {sp_v_text_n(name, (size_t)(dash - name)), sp_v_int(number)};
  int got = sp_db_one(work->db, SP_Q_SALE_BY_NUMBER, key, 2, &rows, work->err);
  if (got > 0) sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return got;
}

static int is_sale(struct sp_work *work, const struct sp_id *id) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_REPLAY_SALE, key, 1, &rows, work->err);
  sp_rows_finish(rows);
  return got;
}

int sp_explain_named(struct sp_work *work, const char *name, struct sp_explanation *out) {
  struct sp_id id;
  int got = sp_id_parse(name, &id) == 0 ? is_sale(work, &id) : find_number(work, name, &id);
  if (got < 0) return got;
  if (got > 0) return sp_explain_sale(work, &id, out);
  if (sp_id_parse(name, &id) == 0) return sp_explain_basket(work, &id, out);
  return sp_fail(work->err, SP_E_NOT_FOUND, "id", "There is nothing under %s", name);
}

/* ---- JSON ---- */

static void put_step(struct sp_json_writer *w, const struct sp_explained_step *step) {
  sp_json_open_object(w);
  sp_json_put_text(w, "phase", step->phase);
  sp_json_put_text(w, "campaign", step->campaign);
  sp_json_put_text(w, "title", step->title);
  sp_json_put_text(w, "rule", step->rule);
  sp_json_put_text(w, "version", step->version);
  sp_json_put_text(w, "file", step->file);
  if (step->at > 0) sp_json_put_int(w, "line", step->at);
  if (step->parent != 0) sp_json_put_int(w, "for", step->parent);
  if (step->price != SP_NO_PRICE) sp_json_put_int(w, "price", step->price);
  if (step->amount != 0) sp_json_put_int(w, "amount", step->amount);
  if (step->sentence[0] != '\0') sp_json_put_text(w, "sentence", step->sentence);
  if (step->beat_count > 0) {
    sp_json_key(w, "beat");
    sp_json_open_array(w);
    for (int32_t i = 0; i < step->beat_count; i++)
      sp_json_text(w, step->beat[i]);
    sp_json_close_array(w);
  }
  sp_json_close_object(w);
}

static void put_steps(struct sp_json_writer *w, const char *name, const struct sp_explanation *what, int32_t n) {
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < what->step_count; i++)
    if (what->steps[i].n == n) put_step(w, &what->steps[i]);
  sp_json_close_array(w);
}

static void put_line(struct sp_json_writer *w, const struct sp_explanation *what, int32_t at) {
  const struct sp_sale_line *line = &what->sale->lines[at];
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  sp_json_put_text(w, "code", line->facts.code);
  sp_json_put_text(w, "name", line->facts.name);
  sp_json_put_int(w, "quantity", line->returned ? -line->facts.quantity : line->facts.quantity);
  if (line->facts.parent != 0) sp_json_put_int(w, "parent", line->facts.parent);
  sp_json_put_int(w, "list_price", line->facts.list_price);
  if (line->facts.given_price != SP_NO_PRICE) sp_json_put_int(w, "given_price", line->facts.given_price);
  sp_json_put_int(w, "unit_price", line->unit_price);
  sp_json_put_int(w, "gross", line->gross);
  sp_json_put_int(w, "discount", line->discount);
  sp_json_put_int(w, "net", line->gross - line->discount);
  if (!line->returned) put_steps(w, "steps", what, line->n);
  if (what->backs[at] != NULL) sp_json_put_text(w, "back", what->backs[at]);
  sp_json_close_object(w);
}

void sp_explain_json(const struct sp_explanation *what, struct sp_json_writer *w) {
  const struct sp_sale *sale = what->sale;
  sp_json_open_object(w);
  if (what->name[0] != '\0') sp_json_put_text(w, "receipt", what->name);
  if (what->notice != NULL) sp_json_put_text(w, "notice", what->notice);
  sp_json_put_int(w, "gross", sale->gross);
  sp_json_put_int(w, "discount", sale->discount);
  sp_json_put_int(w, "rounding", sale->rounding);
  sp_json_put_int(w, "total", sale->total);
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->count; i++)
    put_line(w, what, i);
  sp_json_close_array(w);
  put_steps(w, "remarks", what, 0);
  sp_json_key(w, "others");
  sp_json_open_array(w);
  for (int32_t i = 0; i < what->other_count; i++) {
    const struct sp_explained_other *other = &what->others[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", other->campaign);
    sp_json_put_text(w, "title", other->title);
    sp_json_put_text(w, "rule", other->rule);
    sp_json_put_text(w, "why", other->why);
    sp_json_put_text(w, "sentence", other->sentence);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_close_object(w);
}
