/* Paying: one tender after the other, and the sale by the one that reaches the total. */
#include "app/till_parts.h"

#include <string.h>

static int64_t tendered(const struct sp_open_basket *basket) {
  int64_t sum = 0;
  for (int32_t i = 0; i < basket->tender_count; i++)
    sum += basket->tenders[i].tendered;
  return sum;
}

int sp_till_due(struct sp_till_doing *doing, bool cash, int64_t *out) {
  struct sp_till *till = doing->till;
  int rc = sp_till_quote(doing->work, till);
  if (rc != 0) return rc;
  int64_t total = cash ? sp_basket_cash_total(doing->work, &till->basket, &till->quote) : till->quote.total;
  *out = total - tendered(&till->basket);
  return 0;
}

static bool taken(const struct sp_till_setting *setting, enum sp_method method) {
  for (int32_t i = 0; i < setting->tender_count; i++) {
    if (setting->tenders[i] == method) return true;
  }
  return false;
}

static int check(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  struct sp_error *err = doing->work->err;
  if (!doing->till->has_basket) return sp_fail(err, SP_E_STATE, "basket", "No sale is open");
  if (doing->till->step != SP_TILL_AT_TENDER) return sp_fail(err, SP_E_STATE, "basket", "Take the total first");
  if (command->amount > 0 && !taken(&doing->till->setting, command->method)) {
    return sp_fail(err, SP_E_INVALID, "method", "This till does not take %s", sp_method_name(command->method));
  }
  return 0;
}

/* A customer who says that he paid is believed by somebody who saw it; no drawer stands where nobody does. */
static int witness(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  struct sp_error *err = doing->work->err;
  if (!doing->till->self) return 0;
  if (command->method == SP_METHOD_CASH) {
    return sp_fail(err, SP_E_INVALID, "method", "This till does not take %s", sp_method_name(command->method));
  }
  int rc = sp_till_attend(doing->work, "tender");
  if (rc != SP_E_DENIED) return rc;
  return sp_fail(err, rc, "approval", "Somebody of the staff says that the payment arrived");
}

/* Everything is paid: the sale, its receipt and what the screens say of it. */
static int commit(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  struct sp_work *work = doing->work;
  struct sp_sale *sale = sp_arena_alloc(work->arena, sizeof *sale);
  if (sale == NULL) return sp_error_nomem(work->err, __func__);
  doing->out->sold = true;
  /* A tender was checked against the total already, before cash may have rounded the rest. */
  int64_t expected = doing->command->amount != 0 ? SP_NO_TOTAL : doing->command->total;
  int rc = sp_basket_pay(work, &till->basket, NULL, 0, expected, sale);
  if (rc == 0) rc = sp_till_keep_last(work, till, sale);
  if (rc == 0) rc = sp_till_print_sale(doing, sale);
  if (rc != 0) return rc;
  till->shift.entries++;
  till->has_basket = till->quoted = false;
  sp_till_set_ask(till, "");
  sp_till_set_step(till, SP_TILL_AT_PAID);
  return 0;
}

/* Did the tenders reach what is to be paid, or paid back? */
static bool reached(int64_t total, int64_t sum) {
  return total >= 0 ? sum >= total : sum <= total;
}

int sp_till_do_tender(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  const struct sp_till_command *command = doing->command;
  const char *reference = command->reference != NULL ? command->reference : "";
  const struct sp_basket_command basket = {
      .kind = SP_BASKET_TENDER,
      .tender = {.method = command->method, .tendered = command->amount, .reference = reference},
      .expected_total = command->total};
  int rc = check(doing);
  if (rc == 0 && command->amount == 0) {
    int64_t due = 1;
    rc = sp_till_due(doing, true, &due);
    if (rc == 0 && due == 0) return commit(doing); /* an even exchange, a gift */
  }
  if (rc == 0) rc = witness(doing);
  if (rc == 0) rc = sp_till_change(doing, &basket);
  if (rc == 0) rc = sp_till_quote(doing->work, till);
  if (rc != 0) return rc;
  sp_till_set_ask(till, "");
  return reached(till->quote.total, tendered(&till->basket)) ? commit(doing) : 0;
}
