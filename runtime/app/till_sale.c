/* The basket on the screen: its lines, what comes with it, parking, and the step to paying. */
#include "app/till_parts.h"

#include "app/basket_parts.h"
#include "base/text.h"
#include "domain/money.h"
#include <string.h>

/* May this begin a sale by itself? */
static bool begins(enum sp_basket_kind kind) {
  return kind == SP_BASKET_ADD || kind == SP_BASKET_MEMBER || kind == SP_BASKET_COUPON || kind == SP_BASKET_RETURN;
}

static int begin(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  int rc = sp_basket_open(doing->work, "", &till->basket);
  if (rc != 0) return rc;
  till->has_basket = till->changed = true;
  sp_till_set_step(till, SP_TILL_AT_SALE);
  return 0;
}

int sp_till_change(struct sp_till_doing *doing, const struct sp_basket_command *command) {
  struct sp_till *till = doing->till;
  int rc = 0;
  if (!till->has_basket && !begins(command->kind)) {
    return sp_fail(doing->work->err, SP_E_STATE, "basket", "No sale is open");
  }
  if (!till->has_basket) rc = begin(doing);
  if (rc == 0) rc = sp_basket_change(doing->work, &till->basket, command);
  if (rc == 0) till->quoted = false;
  return rc;
}

int sp_till_quote(struct sp_work *work, struct sp_till *till) {
  if (till->quoted) return 0;
  int rc = sp_basket_quote(work, &till->basket, false, &till->quote);
  till->quoted = rc == 0;
  return rc;
}

static int find_staff(struct sp_till_doing *doing, const char *code, struct sp_id *out) {
  struct sp_work *work = doing->work;
  struct sp_rows *rows = NULL;
  if (code == NULL || code[0] == '\0') return 0;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(work->db, SP_Q_STAFF_BY_CODE, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "seller", "Nobody here has the code %s", code);
  sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return 0;
}

static bool empty(const struct sp_open_basket *basket) {
  return basket->item_count + basket->return_count == 0;
}

/* Where nothing is left there is nothing to pay. */
static void nothing_to_pay(struct sp_till *till) {
  if (till->step != SP_TILL_AT_TENDER || !empty(&till->basket)) return;
  sp_till_set_ask(till, "");
  sp_till_set_step(till, SP_TILL_AT_SALE);
}

int sp_till_do_line(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  struct sp_basket_command basket = {.n = command->n, .text = command->text, .expected_total = SP_NO_TOTAL};
  int rc = 0;
  switch (command->kind) {
  case SP_TILL_VOID:
    basket.kind = SP_BASKET_VOID;
    basket.text = command->reason;
    break;
  case SP_TILL_NOTE:
    basket.kind = SP_BASKET_NOTE;
    break;
  case SP_TILL_SELLER:
    basket.kind = SP_BASKET_SELLER;
    rc = find_staff(doing, command->staff, &basket.seller);
    break;
  default:
    basket.kind = SP_BASKET_DISCOUNT;
    basket.text = command->reason;
    basket.markdown = command->markdown;
    basket.remove = command->remove;
  }
  if (rc == 0) rc = sp_till_change(doing, &basket);
  if (rc == 0 && basket.n != 0) doing->till->basket.touched_n = basket.n;
  if (rc == 0) nothing_to_pay(doing->till);
  return rc;
}

int sp_till_do_present(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  struct sp_basket_command basket = {.kind = SP_BASKET_MEMBER,
                                     .text = command->text,
                                     .campaign = command->campaign,
                                     .code = command->code,
                                     .remove = command->remove,
                                     .expected_total = SP_NO_TOTAL};
  if (command->kind == SP_TILL_COUPON) basket.kind = SP_BASKET_COUPON;
  if (command->kind == SP_TILL_CHOICE) basket.kind = SP_BASKET_CHOICE;
  return sp_till_change(doing, &basket);
}

/* The basket left the screen. */
static void leave(struct sp_till *till) {
  till->has_basket = till->quoted = false;
  till->changed = true;
  sp_till_set_step(till, SP_TILL_AT_SALE);
  sp_till_set_ask(till, "");
}

int sp_till_do_park(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  const struct sp_basket_command basket = {
      .kind = SP_BASKET_PARK, .text = doing->command->text, .expected_total = SP_NO_TOTAL};
  if (!till->has_basket || empty(&till->basket)) {
    return sp_fail(doing->work->err, SP_E_STATE, "basket", "There is nothing to park");
  }
  int rc = sp_till_change(doing, &basket);
  if (rc != 0) return rc;
  till->parked = till->basket;
  till->has_parked = true;
  leave(till);
  return 0;
}

/* A sale nobody began goes without asking anybody. */
static int drop_empty(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  if (!till->has_basket) return 0;
  if (!empty(&till->basket) || till->basket.state != SP_BASKET_OPEN) {
    return sp_fail(doing->work->err, SP_E_STATE, "basket", "Finish, park or cancel the open sale first");
  }
  int rc = sp_basket_record(doing->work, &till->basket, "cancel", "{}");
  if (rc == 0) leave(till);
  return rc;
}

int sp_till_do_recall(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  const struct sp_basket_command recall = {.kind = SP_BASKET_RECALL, .expected_total = SP_NO_TOTAL};
  int rc = drop_empty(doing);
  if (rc == 0) rc = sp_basket_load(doing->work, &doing->command->id, &till->basket);
  if (rc == 0) rc = sp_basket_change(doing->work, &till->basket, &recall);
  if (rc != 0) return rc;
  till->recalled = till->basket.id;
  till->has_basket = till->changed = true;
  till->quoted = false;
  sp_till_set_step(till, SP_TILL_AT_SALE);
  sp_till_set_ask(till, "");
  return 0;
}

/* Money lies on the counter that belongs to nobody's sale any more: the cashier is told which. */
static int tell_given_up(struct sp_till_doing *doing, const struct sp_tender *tenders, int32_t count) {
  struct sp_error told = {.lang = doing->work->lang};
  const char *list = "";
  if (count == 0) return 0;
  for (int32_t i = 0; i < count && list != NULL; i++) {
    char amount[SP_MONEY_TEXT];
    sp_money_text(tenders[i].tendered, 2, amount);
    list = sp_arena_printf(doing->work->arena, "%s%s%s %s", list, i > 0 ? ", " : "",
                           sp_tr(told.lang, sp_method_name(tenders[i].method)), amount);
  }
  if (list == NULL) return sp_error_nomem(doing->work->err, __func__);
  (void)sp_fail(&told, SP_E_STATE, NULL, "This payment is given up and has to be given back: %s", list);
  sp_till_notice(doing, "warn", "give-back", &told);
  return 0;
}

int sp_till_do_cancel(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  const struct sp_tender *tenders = till->basket.tenders;
  int32_t count = till->has_basket ? till->basket.tender_count : 0;
  const struct sp_basket_command basket = {
      .kind = SP_BASKET_CANCEL, .text = doing->command->reason, .expected_total = SP_NO_TOTAL};
  if (till->has_basket && empty(&till->basket) && till->basket.state == SP_BASKET_OPEN) return drop_empty(doing);
  int rc = sp_till_change(doing, &basket);
  if (rc == 0) rc = tell_given_up(doing, tenders, count);
  if (rc == 0) leave(till);
  return rc;
}

int sp_till_do_total(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  if (!till->has_basket || empty(&till->basket)) {
    return sp_fail(doing->work->err, SP_E_STATE, "basket", "There is nothing to pay");
  }
  int rc = sp_till_quote(doing->work, till);
  if (rc != 0) return rc;
  sp_till_set_ask(till, "");
  sp_till_set_step(till, SP_TILL_AT_TENDER);
  return 0;
}

int sp_till_do_back(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  if (till->has_basket && till->basket.state == SP_BASKET_FROZEN) {
    return sp_fail(doing->work->err, SP_E_STATE, "basket", "Something is paid already: release it first");
  }
  sp_till_set_ask(till, "");
  if (till->step == SP_TILL_AT_TENDER) sp_till_set_step(till, SP_TILL_AT_SALE);
  return 0;
}

int sp_till_do_release(struct sp_till_doing *doing) {
  const struct sp_basket_command basket = {.kind = SP_BASKET_RELEASE, .expected_total = SP_NO_TOTAL};
  const struct sp_tender *tenders = doing->till->basket.tenders;
  int32_t count = doing->till->has_basket ? doing->till->basket.tender_count : 0;
  int rc = sp_till_change(doing, &basket);
  if (rc == 0) rc = tell_given_up(doing, tenders, count);
  if (rc == 0) sp_till_set_ask(doing->till, "");
  return rc;
}

int sp_till_do_return(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  const struct sp_basket_command basket = {.kind = SP_BASKET_RETURN,
                                           .original = command->id,
                                           .n = command->n,
                                           .quantity = command->quantity,
                                           .text = command->reason,
                                           .expected_total = SP_NO_TOTAL};
  int rc = sp_till_change(doing, &basket);
  if (rc == 0 && strcmp(sp_till_ask_kind(doing), "receipt") == 0) sp_till_set_ask(doing->till, "");
  return rc;
}

int sp_till_do_next(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  sp_till_set_ask(till, "");
  if (till->step == SP_TILL_AT_PAID) sp_till_set_step(till, SP_TILL_AT_SALE);
  return 0;
}
