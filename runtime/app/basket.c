#include "app/basket.h"

#include "app/basket_parts.h"
#include "app/lookup.h"
#include "app/payment_code.h"
#include "app/rules.h"
#include "app/till.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/money.h"
#include <string.h>

#define TEXT_MAX 200

static const char *const state_names[] = {
    [SP_BASKET_OPEN] = "open", [SP_BASKET_PARKED] = "parked",       [SP_BASKET_FROZEN] = "frozen",
    [SP_BASKET_PAID] = "paid", [SP_BASKET_CANCELLED] = "cancelled",
};

static const char *const kind_names[SP_BASKET_KIND_COUNT] = {
    [SP_BASKET_ADD] = "add",           [SP_BASKET_QUANTITY] = "quantity", [SP_BASKET_VOID] = "void",
    [SP_BASKET_NOTE] = "note",         [SP_BASKET_SELLER] = "seller",     [SP_BASKET_MEMBER] = "member",
    [SP_BASKET_RETURN] = "return",     [SP_BASKET_PARK] = "park",         [SP_BASKET_RECALL] = "recall",
    [SP_BASKET_TENDER] = "tender",     [SP_BASKET_RELEASE] = "release",   [SP_BASKET_CANCEL] = "cancel",
    [SP_BASKET_COUPON] = "coupon",     [SP_BASKET_CHOICE] = "choice",     [SP_BASKET_CONFIRM] = "confirm",
    [SP_BASKET_DISCOUNT] = "discount",
};

const char *sp_basket_state_name(enum sp_basket_state state) {
  return state_names[state];
}

int sp_basket_kind_parse(const char *name) {
  for (int kind = 0; name != NULL && kind < SP_BASKET_KIND_COUNT; kind++) {
    if (strcmp(kind_names[kind], name) == 0) return kind;
  }
  return -1;
}

int sp_basket_open(struct sp_work *work, const char *label, struct sp_open_basket *out) {
  *out = (struct sp_open_basket){.holder = work->actor.till,
                                 .holder_code = "",
                                 .label = label != NULL ? label : "",
                                 .member = "",
                                 .opened_at = work->now,
                                 .changed_at = work->now};
  if (sp_id_is_nil(&out->holder)) {
    return sp_fail(work->err, SP_E_STATE, "till", "This needs a till: sign in at one, or name one in the token");
  }
  if (strlen(out->label) > TEXT_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "label", "A text has at most %d bytes", TEXT_MAX);
  }
  int rc = sp_id_new(work->now, &out->id);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for an id");
  rc = sp_till_hours(work, "basket", &out->id);
  if (rc != 0) return rc;
  const struct sp_value params[] = {
      sp_v_blob(out->id.bytes, SP_ID_LEN),
      sp_v_blob(out->holder.bytes, SP_ID_LEN),
      sp_v_text(out->label),
      sp_v_blob(work->actor.staff.bytes, SP_ID_LEN),
      sp_v_int(work->now),
      sp_v_blob(sp_bundle_hash(work->bundle), SP_HASH_LEN),
  };
  sp_plan_add(work->plan, SP_Q_BASKET_INSERT, params, 6);
  return 0;
}

/* Can it still cost something? */
static bool stored_open(const char *state) {
  return strcmp(state, state_names[SP_BASKET_PAID]) != 0 && strcmp(state, state_names[SP_BASKET_CANCELLED]) != 0;
}

/* `generation` is the one it was opened with; not `pinned` when it is done, or from before they were kept. */
static int read_row(struct sp_work *work, const struct sp_id *id, struct sp_open_basket *out, bool *pinned,
                    uint8_t generation[SP_HASH_LEN]) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_BASKET_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "basket", "There is no such basket");
  *out = (struct sp_open_basket){
      .id = *id,
      .label = sp_work_column(work, rows, 4),
      .events = sp_rows_int(rows, 5),
      .opened_at = sp_rows_int(rows, 7),
      .changed_at = sp_rows_int(rows, 8),
      .holder_code = sp_work_column(work, rows, 9),
      .member = "",
      .reason = "",
  };
  sp_rows_id(rows, 2, &out->holder);
  size_t len = 0;
  const void *stored = sp_rows_blob(rows, 10, &len);
  *pinned = len == SP_HASH_LEN && stored_open(sp_rows_text(rows, 3));
  if (*pinned) memcpy(generation, stored, SP_HASH_LEN);
  sp_rows_finish(rows);
  return out->label != NULL && out->holder_code != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_basket_load(struct sp_work *work, const struct sp_id *id, struct sp_open_basket *out) {
  struct sp_rows *rows = NULL;
  uint8_t generation[SP_HASH_LEN];
  bool pinned = false;
  int rc = read_row(work, id, out, &pinned, generation);
  if (rc == 0 && pinned) rc = sp_rules_pin(work, generation, &out->notice);
  if (rc != 0) return rc;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  rc = sp_db_query(work->db, SP_Q_BASKET_EVENTS_GET, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    rc = sp_basket_fold(work, out, sp_rows_text(rows, 1), sp_rows_text(rows, 2));
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  return rc;
}

int sp_basket_record(struct sp_work *work, struct sp_open_basket *basket, const char *kind, const char *body) {
  if (body == NULL) return sp_error_nomem(work->err, __func__);
  if (basket->events >= SP_BASKET_EVENTS_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "basket", "A basket takes at most %d commands", SP_BASKET_EVENTS_MAX);
  }
  int rc = sp_basket_fold(work, basket, kind, body);
  if (rc != 0) return rc;
  bool held = basket->state == SP_BASKET_OPEN || basket->state == SP_BASKET_FROZEN;
  basket->holder = held ? work->actor.till : (struct sp_id){{0}};
  const struct sp_value row[] = {
      sp_v_blob(basket->id.bytes, SP_ID_LEN),
      sp_v_int(basket->events),
      sp_v_text(state_names[basket->state]),
      held ? sp_v_blob(basket->holder.bytes, SP_ID_LEN) : sp_v_null(),
      sp_v_text(basket->label),
      sp_v_int(work->now),
  };
  sp_plan_expect(work->plan, SP_Q_BASKET_CHANGE, row, 6, SP_E_CONFLICT, "basket",
                 "Somebody else changed this basket at the same moment");
  basket->events++;
  basket->changed_at = work->now;
  const struct sp_value event[] = {
      sp_v_blob(basket->id.bytes, SP_ID_LEN),        sp_v_int(basket->events), sp_v_text(kind), sp_v_text(body),
      sp_v_blob(work->actor.staff.bytes, SP_ID_LEN), sp_v_int(work->now),
  };
  sp_plan_add(work->plan, SP_Q_BASKET_EVENT_INSERT, event, 6);
  return 0;
}

int sp_basket_held(struct sp_work *work, const struct sp_open_basket *basket) {
  if (sp_id_equal(&basket->holder, &work->actor.till)) return 0;
  return sp_fail(work->err, SP_E_STATE, "basket", "Till %s holds this basket: park it there first",
                 basket->holder_code);
}

/* ---- Bodies ---- */

struct body {
  struct sp_buf out;
  struct sp_json_writer w;
};

static void body_start(struct body *body) {
  sp_buf_init(&body->out, 4096);
  sp_json_start(&body->w, &body->out);
  sp_json_open_object(&body->w);
}

static const char *body_end(struct sp_work *work, struct body *body) {
  sp_json_close_object(&body->w);
  const char *copy = body->out.failed != 0 ? NULL : sp_arena_copy(work->arena, body->out.data, body->out.len);
  sp_buf_free(&body->out);
  return copy;
}

/* ---- Commands ---- */

static int check_text(struct sp_work *work, const char *text) {
  if (text == NULL || strlen(text) <= TEXT_MAX) return 0;
  return sp_fail(work->err, SP_E_INVALID, "text", "A text has at most %d bytes", TEXT_MAX);
}

/* The line must stand, and a new quantity must fit the product. */
static int check_quantity(struct sp_work *work, const struct sp_found *found, const char *naming, int64_t quantity) {
  if (found->style) return sp_fail(work->err, SP_E_INVALID, naming, "%s comes in variants: choose one", found->code);
  if (!found->listed) return sp_fail(work->err, SP_E_STATE, naming, "%s is not listed for sale", found->code);
  if (quantity <= 0 || quantity > SP_QUANTITY_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "quantity", "A quantity must be positive and at most a million");
  }
  if (!found->weighed && quantity % SP_QUANTITY_ONE != 0) {
    return sp_fail(work->err, SP_E_INVALID, "quantity", "%s is sold by the piece, not in parts", found->code);
  }
  return 0;
}

/* Where people may not type weights, a quantity of goods sold by weight comes from a scale or a scale's label. */
static int check_weight(struct sp_work *work, const struct sp_found *found, const struct sp_basket_command *command) {
  bool measured = command->weighing != NULL || (command->label != NULL && command->label[0] != '\0');
  return found->weighed && !measured ? sp_till_typed(work) : 0;
}

static int add(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct sp_found found;
  struct body body;
  int rc = sp_product_find(work, command->barcode, command->code, NULL, &found);
  if (rc != 0) return rc;
  int64_t quantity = command->quantity;
  if (quantity == 0 && found.weighed) {
    return sp_fail(work->err, SP_E_INVALID, "quantity", "%s is sold by weight: weigh it", found.code);
  }
  if (quantity == 0) quantity = found.quantity;
  rc = check_quantity(work, &found, command->barcode != NULL ? "barcode" : "code", quantity);
  if (rc == 0) rc = check_text(work, command->text);
  if (rc == 0) rc = check_weight(work, &found, command);
  if (rc != 0) return rc;
  body_start(&body);
  sp_json_put_int(&body.w, "n", basket->last_n + 1);
  sp_json_put_id(&body.w, "product", found.id.bytes);
  sp_json_put_int(&body.w, "quantity", quantity);
  if (command->text != NULL && command->text[0] != '\0') sp_json_put_text(&body.w, "note", command->text);
  if (!sp_id_is_nil(&command->seller)) sp_json_put_id(&body.w, "seller", command->seller.bytes);
  if (command->lot != NULL && command->lot[0] != '\0') sp_json_put_text(&body.w, "lot", command->lot);
  if (command->expires != 0) sp_json_put_int(&body.w, "expires", command->expires);
  if (command->label != NULL && command->label[0] != '\0') sp_json_put_text(&body.w, "label", command->label);
  if (command->label_amount != 0) sp_json_put_int(&body.w, "amount", command->label_amount);
  if (command->computed) sp_json_put_bool(&body.w, "computed", true);
  if (command->weighing != NULL) sp_basket_write_weighing(&body.w, command->weighing);
  return sp_basket_record(work, basket, "add", body_end(work, &body));
}

static const struct sp_sale_item *standing(const struct sp_open_basket *basket, int32_t n) {
  for (int32_t i = 0; i < basket->item_count; i++) {
    if (basket->items[i].n == n) return &basket->items[i];
  }
  return NULL;
}

static bool comes_back(const struct sp_open_basket *basket, int32_t n) {
  for (int32_t i = 0; i < basket->return_count; i++) {
    if (basket->returns[i].n == n) return true;
  }
  return false;
}

/* What was to come back stays with the customer: nothing is taken off anybody. */
static int keep_it(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct body body;
  int rc = check_text(work, command->text);
  if (rc != 0) return rc;
  body_start(&body);
  sp_json_put_int(&body.w, "n", command->n);
  if (command->text != NULL && command->text[0] != '\0') sp_json_put_text(&body.w, "text", command->text);
  return sp_basket_record(work, basket, "void", body_end(work, &body));
}

static int on_line(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct body body;
  const struct sp_sale_item *item = standing(basket, command->n);
  if (item == NULL && command->kind == SP_BASKET_VOID && comes_back(basket, command->n))
    return keep_it(work, basket, command);
  if (item == NULL) return sp_fail(work->err, SP_E_NOT_FOUND, "n", "The basket has no line %d", command->n);
  int rc = check_text(work, command->text);
  if (rc == 0 && command->kind == SP_BASKET_QUANTITY && item->label_amount > 0) {
    rc = sp_fail(work->err, SP_E_STATE, "n", "What line %d costs stands on its label: void it and scan another",
                 item->n);
  }
  if (rc == 0 && command->kind == SP_BASKET_QUANTITY) {
    struct sp_found found;
    rc = sp_product_find(work, NULL, NULL, &item->product, &found);
    if (rc == 0) rc = check_quantity(work, &found, "n", command->quantity);
    if (rc == 0) rc = check_weight(work, &found, command);
  }
  if (rc == 0) rc = sp_basket_right(work, basket, command);
  if (rc != 0) return rc;
  bool more = command->kind == SP_BASKET_QUANTITY && command->quantity > item->quantity;
  bool tells = command->kind == SP_BASKET_VOID && command->text != NULL && command->text[0] != '\0';
  body_start(&body);
  sp_json_put_int(&body.w, "n", command->n);
  if (tells) sp_json_put_text(&body.w, "text", command->text);
  if (command->kind == SP_BASKET_QUANTITY) sp_json_put_int(&body.w, "quantity", command->quantity);
  if (command->weighing != NULL) sp_basket_write_weighing(&body.w, command->weighing);
  bool noted = command->kind == SP_BASKET_QUANTITY && command->text != NULL && command->text[0] != '\0';
  if (noted) sp_json_put_text(&body.w, "note", command->text);
  if (command->kind == SP_BASKET_NOTE) sp_json_put_text(&body.w, "text", command->text != NULL ? command->text : "");
  if (command->kind == SP_BASKET_SELLER && !sp_id_is_nil(&command->seller)) {
    sp_json_put_id(&body.w, "seller", command->seller.bytes);
  }
  rc = sp_basket_record(work, basket, kind_names[command->kind], body_end(work, &body));
  return rc == 0 && more ? sp_basket_discount_again(work, basket) : rc;
}

/* A line of an old sale joins the basket: an exchange. What it is worth is computed with the rest, from what was
 * stored. */
static int give_back(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct body body;
  struct sp_sale quote;
  if (command->text == NULL || command->text[0] == '\0') {
    return sp_fail(work->err, SP_E_INVALID, "text", "A refund needs a reason");
  }
  int rc = check_text(work, command->text);
  if (rc != 0) return rc;
  body_start(&body);
  sp_json_put_int(&body.w, "n", basket->last_n + 1);
  sp_json_put_id(&body.w, "original", command->original.bytes);
  sp_json_put_int(&body.w, "line", command->n);
  sp_json_put_int(&body.w, "quantity", command->quantity);
  sp_json_put_text(&body.w, "text", command->text);
  rc = sp_basket_record(work, basket, "return", body_end(work, &body));
  if (rc == 0) rc = sp_basket_quote(work, basket, false, &quote);
  return rc == 0 ? sp_basket_right_back(work, basket, &quote) : rc;
}

static int plain(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct body body;
  int rc = check_text(work, command->text);
  if (rc == 0 && command->kind == SP_BASKET_MEMBER) rc = sp_payment_code_refuse(work, "text", command->text);
  if (rc == 0) rc = sp_basket_right(work, basket, command);
  if (rc != 0) return rc;
  body_start(&body);
  bool why = command->kind == SP_BASKET_CANCEL && command->text != NULL && command->text[0] != '\0';
  bool texted = why || command->kind == SP_BASKET_MEMBER || command->kind == SP_BASKET_PARK;
  if (texted) sp_json_put_text(&body.w, "text", command->text != NULL ? command->text : "");
  bool thaws = command->kind == SP_BASKET_RELEASE || command->kind == SP_BASKET_CANCEL;
  const char *text = body_end(work, &body);
  rc = thaws ? sp_basket_give_up(work, basket) : 0;
  if (rc != 0) return rc;
  return sp_basket_record(work, basket, kind_names[command->kind], text);
}

static int need_state(struct sp_work *work, const struct sp_open_basket *basket, enum sp_basket_kind kind) {
  bool fits = false;
  switch (kind) {
  case SP_BASKET_RECALL:
    fits = basket->state == SP_BASKET_PARKED;
    break;
  case SP_BASKET_RELEASE:
    fits = basket->state == SP_BASKET_FROZEN;
    break;
  case SP_BASKET_TENDER:
  case SP_BASKET_CANCEL: /* of a frozen one too: its lines may no longer be sold, and then nothing else is left */
    fits = basket->state == SP_BASKET_OPEN || basket->state == SP_BASKET_FROZEN;
    break;
  default:
    fits = basket->state == SP_BASKET_OPEN;
  }
  if (!fits) {
    return sp_fail(work->err, SP_E_STATE, "basket", "The basket is %s", sp_tr(work->lang, state_names[basket->state]));
  }
  return kind == SP_BASKET_RECALL ? 0 : sp_basket_held(work, basket);
}

int sp_basket_apply(struct sp_work *work, const struct sp_id *id, const struct sp_basket_command *command,
                    struct sp_open_basket *out) {
  if (sp_id_is_nil(&work->actor.till)) {
    return sp_fail(work->err, SP_E_STATE, "till", "This needs a till: sign in at one, or name one in the token");
  }
  int rc = sp_basket_load(work, id, out);
  return rc == 0 ? sp_basket_change(work, out, command) : rc;
}

int sp_basket_change(struct sp_work *work, struct sp_open_basket *out, const struct sp_basket_command *command) {
  int rc = need_state(work, out, command->kind);
  if (rc != 0) return rc;
  switch (command->kind) {
  case SP_BASKET_ADD:
    return add(work, out, command);
  case SP_BASKET_QUANTITY:
  case SP_BASKET_VOID:
  case SP_BASKET_NOTE:
  case SP_BASKET_SELLER:
    return on_line(work, out, command);
  case SP_BASKET_DISCOUNT:
    return sp_basket_discount(work, out, command);
  case SP_BASKET_COUPON:
  case SP_BASKET_CHOICE:
  case SP_BASKET_CONFIRM:
    return sp_basket_present(work, out, command);
  case SP_BASKET_RETURN:
    return give_back(work, out, command);
  case SP_BASKET_TENDER:
    return sp_basket_tender(work, out, &command->tender, command->expected_total);
  default:
    return plain(work, out, command);
  }
}
