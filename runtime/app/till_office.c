/* Shift, cash, reports, paper, drawer, scale and alarms, as a till asks for them. */
#include "app/till_parts.h"

#include "app/policy.h"
#include "app/print_ledger.h"
#include <string.h>

/* ---- Shift ---- */

int sp_till_do_shift_open(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  int rc = sp_shift_open(doing->work, doing->command->amount, &till->shift);
  if (rc != 0) return rc;
  till->shift.till_code = till->code;
  till->has_shift = true;
  if (till->step == SP_TILL_AT_PAID) sp_till_set_step(till, SP_TILL_AT_SALE);
  return 0;
}

static void wake(struct sp_till_doing *doing, const struct sp_print_job *job) {
  doing->out->print = doing->out->print || job->state != SP_PAPER_NONE;
}

/* The report as data, and as a printer would show it; with its number and hashes also when this plan closes it. */
static int give_report(struct sp_till_doing *doing, const struct sp_shift *shift, const struct sp_print_job *job) {
  struct sp_work *work = doing->work;
  struct sp_shift_report report;
  struct sp_print print;
  struct sp_till_text extra;
  struct sp_buf paper;
  int rc = sp_shift_report_make(work, shift, &report);
  if (rc == 0 && report.final && report.number == 0) rc = sp_z_expect(work, shift, &report);
  if (rc == 0) rc = sp_shift_report_print(work, &report, SP_PRINT_COLUMNS_80, &print);
  if (rc != 0) return rc;
  sp_buf_init(&paper, (size_t)1 << 18);
  sp_print_text(&print, &paper);
  sp_till_text_start(&extra);
  sp_buf_puts(&extra.out, "\"report\":");
  sp_json_open_object(&extra.w);
  sp_json_put_id(&extra.w, "shift", shift->id.bytes);
  sp_json_put_text(&extra.w, "print", sp_paper_name(job->state));
  sp_json_key(&extra.w, "data");
  sp_shift_report_json(&report, &extra.w);
  sp_json_put_text(&extra.w, "text", paper.failed == 0 ? sp_buf_text(&paper) : "");
  sp_json_close_object(&extra.w);
  sp_buf_free(&paper);
  doing->out->extra = sp_till_text_end(work, &extra);
  return doing->out->extra != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_till_do_shift_close(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  struct sp_print_job job = {.state = SP_PAPER_NONE};
  struct sp_shift shift;
  bool open = till->has_basket && till->basket.item_count + till->basket.return_count > 0;
  if (open) return sp_fail(doing->work->err, SP_E_STATE, "basket", "Finish, park or cancel the open sale first");
  int rc = sp_shift_close(doing->work, doing->command->amount, &shift);
  if (rc == 0 && till->setting.print == SP_PRINT_ALWAYS) rc = sp_print_queue_report(doing->work, &shift, &job);
  if (rc == 0) rc = give_report(doing, &shift, &job);
  if (rc != 0) return rc;
  wake(doing, &job);
  till->has_shift = false;
  sp_till_set_step(till, SP_TILL_AT_SALE);
  sp_till_set_ask(till, "");
  return 0;
}

/* The shift that is open, or one of before at this till. */
static int find_shift(struct sp_till_doing *doing, struct sp_shift *out) {
  const struct sp_till *till = doing->till;
  struct sp_error *err = doing->work->err;
  if (sp_id_is_nil(&doing->command->id)) {
    *out = till->shift;
    return till->has_shift ? 0 : sp_fail(err, SP_E_STATE, "shift", "No shift is open at this till: open one first");
  }
  int rc = sp_shift_load(doing->work, &doing->command->id, out);
  if (rc != 0 || sp_id_equal(&out->till, &till->id)) return rc;
  return sp_fail(err, SP_E_NOT_FOUND, "shift", "There is no such shift");
}

int sp_till_do_report(struct sp_till_doing *doing) {
  struct sp_print_job job = {.state = SP_PAPER_NONE};
  struct sp_shift shift;
  bool paper = doing->command->print;
  int rc = find_shift(doing, &shift);
  if (rc == 0 && paper) rc = sp_print_queue_report(doing->work, &shift, &job);
  if (rc == 0 && paper && job.state == SP_PAPER_NONE) {
    rc = sp_fail(doing->work->err, SP_E_STATE, "printer", "This till has no printer");
  }
  if (rc != 0) return rc;
  wake(doing, &job);
  return give_report(doing, &shift, &job);
}

/* Who puts cash in opens the drawer as much as who asks for it. Taking out has a right of its own. */
static int allow_open(struct sp_till_doing *doing) {
  const struct sp_policy_ask ask = {.action = "open-drawer", .reason = doing->command->reason};
  const char *device = NULL;
  int columns = 0;
  if (doing->command->amount <= 0) return 0;
  int rc = sp_print_device_of(doing->work, &doing->till->id, &device, &columns);
  return rc == 0 && device != NULL ? sp_policy_check(doing->work, &ask) : rc;
}

int sp_till_do_cash(struct sp_till_doing *doing) {
  struct sp_print_job job;
  struct sp_id entry;
  int rc = allow_open(doing);
  if (rc == 0) rc = sp_shift_move_cash(doing->work, doing->command->amount, doing->command->reason, &entry);
  if (rc == 0) rc = sp_print_queue_drawer(doing->work, NULL, &job);
  if (rc != 0) return rc;
  wake(doing, &job);
  doing->till->shift.entries++;
  return 0;
}

/* ---- Paper and drawer ---- */

static bool moves_cash(const struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->tender_count; i++) {
    if (sale->tenders[i].method == SP_METHOD_CASH && sale->tenders[i].tendered != 0) return true;
  }
  return false;
}

int sp_till_print_sale(struct sp_till_doing *doing, const struct sp_sale *sale) {
  struct sp_till *till = doing->till;
  struct sp_print_job job = {.state = SP_PAPER_NONE};
  const struct sp_print_options options = {.drawer = moves_cash(sale)};
  int rc = 0;
  if (till->setting.print == SP_PRINT_ALWAYS) {
    rc = sp_print_queue_sale(doing->work, sale, &options, &job);
    till->last.print = sp_paper_name(job.state);
  } else if (options.drawer) {
    rc = sp_print_queue_drawer(doing->work, NULL, &job);
  }
  wake(doing, &job);
  return rc;
}

/* A customer may have the receipt of the sale on the screen; every other holds what others bought. */
static int allow_print(struct sp_till_doing *doing, const struct sp_id *sale) {
  const struct sp_till *till = doing->till;
  bool shown = sp_id_equal(sale, &till->last.sale) && till->step == SP_TILL_AT_PAID;
  return till->self && !shown ? sp_till_attend(doing->work, "print") : 0;
}

int sp_till_do_print(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  struct sp_till *till = doing->till;
  const struct sp_print_options options = {.copy = command->copy, .gift = command->gift, .reason = command->reason};
  const struct sp_id *id = sp_id_is_nil(&command->id) ? &till->last.sale : &command->id;
  struct sp_print_job job;
  struct sp_sale sale;
  if (sp_id_is_nil(id)) return sp_fail(doing->work->err, SP_E_STATE, "sale", "There is no sale to print");
  int rc = allow_print(doing, id);
  if (rc == 0) rc = sp_sale_load(doing->work, id, &sale);
  if (rc == 0) rc = sp_print_queue_sale(doing->work, &sale, &options, &job);
  if (rc != 0) return rc;
  if (job.state == SP_PAPER_NONE) {
    return sp_fail(doing->work->err, SP_E_STATE, "printer", "This till has no printer");
  }
  wake(doing, &job);
  if (sp_id_equal(id, &till->last.sale)) till->last.print = sp_paper_name(job.state);
  return 0;
}

int sp_till_do_drawer(struct sp_till_doing *doing) {
  const struct sp_policy_ask ask = {.action = "open-drawer", .reason = doing->command->reason};
  const char *device = NULL;
  struct sp_print_job job;
  int columns = 0;
  int rc = sp_print_device_of(doing->work, &doing->till->id, &device, &columns);
  if (rc == 0 && device == NULL) { /* nobody is called to sign for what cannot be */
    rc = sp_fail(doing->work->err, SP_E_STATE, "drawer", "This till has no drawer");
  }
  if (rc == 0) rc = sp_policy_check(doing->work, &ask);
  if (rc == 0) rc = sp_print_queue_drawer(doing->work, doing->command->reason, &job);
  if (rc != 0) return rc;
  wake(doing, &job);
  return 0;
}

/* ---- Devices: the caller does it, the till only allows it ---- */

int sp_till_do_scale(struct sp_till_doing *doing) {
  if (!doing->facts->scale.there) {
    return sp_fail(doing->work->err, SP_E_STATE, "weight", "No scale answers at this till");
  }
  doing->out->device = doing->command->kind == SP_TILL_TARE ? "tare" : "zero";
  return 0;
}

int sp_till_do_alarm(struct sp_till_doing *doing) {
  doing->out->alarm = doing->command->id;
  return 0;
}

int sp_till_do_call(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  till->changed = till->changed || till->calling != doing->command->on;
  till->calling = doing->command->on;
  return 0;
}
