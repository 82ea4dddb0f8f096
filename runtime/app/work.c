#include "app/work.h"

#include "domain/money.h"

#include <string.h>

static const char *const role_names[SP_ROLE_COUNT] = {
    [SP_ROLE_CASHIER] = "cashier",
    [SP_ROLE_MANAGER] = "manager",
    [SP_ROLE_INTEGRATOR] = "integrator",
    [SP_ROLE_ADMIN] = "admin",
};

int sp_role_parse(const char *name) {
  for (int role = 0; name != NULL && role < SP_ROLE_COUNT; role++) {
    if (strcmp(role_names[role], name) == 0) return role;
  }
  return -1;
}

const char *sp_role_name(enum sp_role role) {
  return (unsigned)role < SP_ROLE_COUNT ? role_names[role] : "";
}

int32_t sp_work_day(const struct sp_work *work, int64_t at) {
  return sp_business_day(work->app->store.zone, at, work->app->store.cutoff_minute);
}

const char *sp_work_local_time(const struct sp_work *work, int64_t at) {
  struct sp_date local;
  sp_zone_local(work->app->store.zone, at, &local);
  return sp_arena_printf(work->arena, "%04d-%02d-%02d %02d:%02d:%02d", (int)local.year, local.month, local.day,
                         local.minute / 60, local.minute % 60, local.second);
}

const char *sp_work_receipt_number(const struct sp_work *work, const char *till, int64_t number) {
  return sp_arena_printf(work->arena, "%s-%06lld", till, (long long)number);
}

struct sp_currency sp_work_currency(const struct sp_work *work) {
  static const struct sp_currency known[] = {{"CNY", "¥", 2}, {"GBP", "£", 2},   {"EUR", "€", 2},
                                             {"USD", "$", 2}, {"HKD", "HK$", 2}, {"JPY", "¥", 0}};
  const char *code = work->app->store.currency;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strcmp(known[i].code, code) == 0) return known[i];
  }
  return (struct sp_currency){.code = code, .symbol = "", .digits = 2};
}

struct sp_context sp_work_context(const struct sp_work *work, int64_t at, const char *channel) {
  struct sp_date local;
  sp_zone_local(work->app->store.zone, at, &local);
  return (struct sp_context){
      .now = at,
      .business_date = sp_work_day(work, at),
      .weekday = local.weekday,
      .minute = local.minute,
      .store = work->app->store.code,
      .channel = channel,
      .promotions = true,
  };
}

const char *sp_work_column(const struct sp_work *work, struct sp_rows *rows, int column) {
  const char *text = sp_rows_text(rows, column);
  if (text == NULL || text[0] == '\0') return "";
  return sp_arena_text(work->arena, text);
}

int sp_work_till(const struct sp_work *work, const char *code, struct sp_id *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(work->db, SP_Q_TILL_BY_CODE, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "till", "There is no till %s", code);
  sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return 0;
}

int sp_work_till_or_none(const struct sp_work *work, const char *code, struct sp_id *out) {
  *out = (struct sp_id){{0}};
  return code == NULL || code[0] == '\0' ? 0 : sp_work_till(work, code, out);
}

int sp_role_rank(enum sp_role role) {
  /* An integrator writes rules and moves data; till rights rise from cashier to manager to admin. */
  static const int rank[SP_ROLE_COUNT] = {
      [SP_ROLE_CASHIER] = 0, [SP_ROLE_INTEGRATOR] = 1, [SP_ROLE_MANAGER] = 2, [SP_ROLE_ADMIN] = 3};
  return (unsigned)role < SP_ROLE_COUNT ? rank[role] : 0;
}

enum sp_role sp_work_till_role(const struct sp_work *work) {
  return work->actor.is_program ? SP_ROLE_CASHIER : work->actor.role;
}

int sp_work_require(const struct sp_work *work, enum sp_role least) {
  if (sp_role_rank(work->actor.role) >= sp_role_rank(least)) return 0;
  return sp_fail(work->err, SP_E_DENIED, NULL, "This needs the role %s; yours is %s", sp_role_name(least),
                 sp_role_name(work->actor.role));
}

int sp_work_total_changed(const struct sp_work *work, int64_t total, int64_t expected) {
  char now[SP_MONEY_TEXT], seen[SP_MONEY_TEXT];
  int digits = sp_work_currency(work).digits;
  sp_money_text(total, digits, now);
  sp_money_text(expected, digits, seen);
  return sp_fail(work->err, SP_E_TOTAL_CHANGED, "total", "The total is %s now, not %s", now, seen);
}
