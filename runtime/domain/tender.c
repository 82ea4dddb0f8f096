#include "domain/tender.h"

#include "domain/money.h"
#include <stdio.h>
#include <string.h>

static const char *const method_names[SP_METHOD_COUNT] = {
    [SP_METHOD_CASH] = "cash",
    [SP_METHOD_CARD] = "card",
    [SP_METHOD_WECHAT] = "wechat",
    [SP_METHOD_ALIPAY] = "alipay",
};

int sp_method_parse(const char *name) {
  for (int method = 0; name && method < SP_METHOD_COUNT; method++)
    if (strcmp(name, method_names[method]) == 0) return method;
  return -1;
}

const char *sp_method_name(enum sp_method method) {
  return (int)method >= 0 && method < SP_METHOD_COUNT ? method_names[method] : "unknown";
}

struct field {
  char text[32];
};

static struct field tender_field(int32_t index, const char *member) {
  struct field field;
  snprintf(field.text, sizeof field.text, "tenders[%d].%s", (int)index, member);
  return field;
}

/* Bounds, methods and signs; the sums of everything and of all but cash. */
static int add_up(bool refund, struct sp_tender *tenders, int32_t count, int64_t *total, int64_t *cashless,
                  struct sp_error *err) {
  *total = *cashless = 0;
  for (int32_t i = 0; i < count; i++) {
    struct sp_tender *tender = &tenders[i];
    if ((int)tender->method < 0 || tender->method >= SP_METHOD_COUNT)
      return sp_fail(err, SP_E_INVALID, tender_field(i, "method").text, "This way of paying is not known");
    if (!refund && tender->tendered <= 0)
      return sp_fail(err, SP_E_INVALID, tender_field(i, "amount").text, "A payment must be positive");
    if (refund && tender->tendered >= 0)
      return sp_fail(err, SP_E_INVALID, tender_field(i, "amount").text, "What is paid back must be negative");
    if (sp_money_accumulate(total, tender->tendered))
      return sp_fail(err, SP_E_RANGE, tender_field(i, "amount").text, "The payments are too large");
    if (tender->method != SP_METHOD_CASH)
      *cashless += tender->tendered; /* a part of `total`, all of one sign: in range too */
    tender->amount = tender->tendered;
    tender->change = 0;
  }
  return 0;
}

static int settle_refund(int64_t due, int64_t total, struct sp_error *err) {
  if (total == due) return 0;
  char want[SP_MONEY_TEXT];
  sp_money_text(due, 2, want);
  return sp_fail(err, SP_E_INVALID, "tenders", "What is paid back must be exactly %s", want);
}

/* The first tender without cash that goes beyond what is due. */
static int refuse_excess(int64_t due, const struct sp_tender *tenders, int32_t count, struct sp_error *err) {
  int64_t sum = 0;
  int32_t found = 0;
  for (int32_t i = 0; i < count && sum <= due; i++) {
    if (tenders[i].method == SP_METHOD_CASH) continue;
    sum += tenders[i].tendered;
    found = i;
  }
  return sp_fail(err, SP_E_INVALID, tender_field(found, "amount").text, "Only cash may exceed what is due");
}

/* Change comes out of the cash tenders, the last first. */
static void give_change(int64_t change, struct sp_tender *tenders, int32_t count) {
  for (int32_t i = count - 1; i >= 0 && change > 0; i--) {
    struct sp_tender *tender = &tenders[i];
    if (tender->method != SP_METHOD_CASH) continue;
    tender->change = change < tender->tendered ? change : tender->tendered;
    tender->amount = tender->tendered - tender->change;
    change -= tender->change;
  }
}

int sp_tender_settle(int64_t due, struct sp_tender *tenders, int32_t count, struct sp_error *err) {
  int64_t total, cashless;
  if (count < 0 || count > SP_TENDERS_MAX)
    return sp_fail(err, SP_E_LIMIT, "tenders", "A sale takes at most %d payments", SP_TENDERS_MAX);
  if (due < -SP_MONEY_MAX || due > SP_MONEY_MAX) return sp_fail(err, SP_E_RANGE, "total", "The total is too large");
  int rc = add_up(due < 0, tenders, count, &total, &cashless, err);
  if (rc) return rc;
  if (due < 0) return settle_refund(due, total, err);
  if (cashless > due) return refuse_excess(due, tenders, count, err);
  if (total < due) {
    char missing[SP_MONEY_TEXT];
    sp_money_text(due - total, 2, missing);
    return sp_fail(err, SP_E_INVALID, "tenders", "%s is still to be paid", missing);
  }
  give_change(total - due, tenders, count);
  return 0;
}

int64_t sp_tender_rounding(int64_t total, int64_t step) {
  if (step <= 1 || (total < step && total > -step)) return 0;
  if (total > 0) return -(total % step);
  int64_t odd = -total % step;
  return odd > 0 ? odd - step : 0;
}

int64_t sp_tender_cash_rounding(int64_t total, int64_t paid, int64_t step, bool exchange) {
  int64_t rest = total - paid;
  if (step > 1 && exchange && paid == 0 && total > -step && total < step) return -total;
  bool reached = (total > 0 && rest <= 0) || (total < 0 && rest >= 0);
  return reached ? 0 : sp_tender_rounding(rest, step);
}
