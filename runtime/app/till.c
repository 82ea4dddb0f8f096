#include "app/till_parts.h"

/* ---- What a command needs ---- */

enum need {
  NEED_UNLOCKED = 1, /* not while the till is locked */
  NEED_SHIFT = 2,    /* not before a shift is open */
};

#define SELLING (NEED_UNLOCKED | NEED_SHIFT)

/* May a customer do it alone, at a till of mode "self"? A command of which nothing is said, may not be. */
enum customer {
  BY_STAFF = 0, /* somebody of the staff signs */
  BY_ANYBODY,
  BY_PARTS, /* some of it: what it leads to asks for the signature itself (sp_till_attend) */
};

static const struct {
  sp_till_handler *run;
  int needs;
  enum customer customer;
} handlers[SP_TILL_DO_COUNT] = {
    [SP_TILL_SCAN] = {sp_till_do_scan, 0, BY_PARTS}, /* a badge is scanned at a locked till */
    [SP_TILL_ADD] = {sp_till_do_add, SELLING, BY_ANYBODY},
    [SP_TILL_QUANTITY] = {sp_till_do_quantity, SELLING, BY_PARTS},
    [SP_TILL_VOID] = {sp_till_do_line, SELLING, BY_PARTS},
    [SP_TILL_WEIGH] = {sp_till_do_weigh, SELLING, BY_PARTS},
    [SP_TILL_DISCOUNT] = {sp_till_do_line, SELLING, BY_PARTS},
    [SP_TILL_MEMBER] = {sp_till_do_present, SELLING, BY_ANYBODY},
    [SP_TILL_COUPON] = {sp_till_do_present, SELLING, BY_ANYBODY},
    [SP_TILL_CHOICE] = {sp_till_do_present, SELLING, BY_ANYBODY},
    [SP_TILL_CONFIRM] = {sp_till_do_confirm, NEED_UNLOCKED, BY_PARTS},
    [SP_TILL_NOTE] = {sp_till_do_line, SELLING, BY_STAFF},
    [SP_TILL_SELLER] = {sp_till_do_line, SELLING, BY_STAFF},
    [SP_TILL_PARK] = {sp_till_do_park, SELLING, BY_PARTS},
    [SP_TILL_RECALL] = {sp_till_do_recall, SELLING, BY_STAFF}, /* another's basket, with a name on it */
    [SP_TILL_CANCEL] = {sp_till_do_cancel, SELLING, BY_PARTS}, /* nothing is lost of an empty one */
    [SP_TILL_TOTAL] = {sp_till_do_total, SELLING, BY_ANYBODY},
    [SP_TILL_BACK] = {sp_till_do_back, SELLING, BY_ANYBODY},
    [SP_TILL_TENDER] = {sp_till_do_tender, SELLING, BY_PARTS},
    [SP_TILL_RELEASE] = {sp_till_do_release, SELLING, BY_PARTS},
    [SP_TILL_RETURN] = {sp_till_do_return, SELLING, BY_PARTS},
    [SP_TILL_FIND_SALE] = {sp_till_do_find_sale, NEED_UNLOCKED, BY_STAFF}, /* what others bought */
    [SP_TILL_NEXT] = {sp_till_do_next, NEED_UNLOCKED, BY_ANYBODY},
    [SP_TILL_PRICE] = {sp_till_do_price, NEED_UNLOCKED, BY_ANYBODY},
    [SP_TILL_SEARCH] = {sp_till_do_search, NEED_UNLOCKED, BY_ANYBODY},
    [SP_TILL_SHIFT_OPEN] = {sp_till_do_shift_open, NEED_UNLOCKED, BY_PARTS},
    [SP_TILL_SHIFT_CLOSE] = {sp_till_do_shift_close, SELLING, BY_PARTS},
    [SP_TILL_CASH] = {sp_till_do_cash, SELLING, BY_PARTS},
    [SP_TILL_REPORT] = {sp_till_do_report, NEED_UNLOCKED, BY_STAFF},
    [SP_TILL_PRINT] = {sp_till_do_print, NEED_UNLOCKED, BY_PARTS}, /* the receipt on the screen, once */
    [SP_TILL_DRAWER] = {sp_till_do_drawer, NEED_UNLOCKED, BY_PARTS},
    [SP_TILL_LOCK] = {sp_till_do_lock, 0, BY_STAFF},
    [SP_TILL_UNLOCK] = {sp_till_do_unlock, 0, BY_ANYBODY}, /* who knows a PIN is of the staff */
    [SP_TILL_CALL] = {sp_till_do_call, 0, BY_ANYBODY},
    [SP_TILL_TARE] = {sp_till_do_scale, NEED_UNLOCKED, BY_STAFF},
    [SP_TILL_ZERO] = {sp_till_do_scale, NEED_UNLOCKED, BY_STAFF},
    [SP_TILL_ACK_ALARM] = {sp_till_do_alarm, NEED_UNLOCKED, BY_STAFF},
};

static int gate(struct sp_till_doing *doing) {
  const int needs = handlers[doing->command->kind].needs;
  const struct sp_till *till = doing->till;
  struct sp_error *err = doing->work->err;
  if ((needs & NEED_UNLOCKED) != 0 && till->locked) {
    return sp_fail(err, SP_E_STATE, "till", "The till is locked: unlock it first");
  }
  if ((needs & NEED_SHIFT) != 0 && !till->has_shift) {
    return sp_fail(err, SP_E_STATE, "shift", "No shift is open at this till: open one first");
  }
  if (handlers[doing->command->kind].customer != BY_STAFF) return 0;
  return sp_till_attend(doing->work, sp_till_do_name(doing->command->kind));
}

int sp_till_apply(struct sp_work *work, struct sp_till *till, const struct sp_till_command *command,
                  const struct sp_till_facts *facts, struct sp_till_outcome *out) {
  struct sp_till_doing doing = {.work = work, .till = till, .command = command, .facts = facts, .out = out};
  *out = (struct sp_till_outcome){.extra = NULL};
  if ((unsigned)command->kind >= SP_TILL_DO_COUNT) return sp_fail(work->err, SP_E_INTERNAL, "do", "No such command");
  int rc = gate(&doing);
  if (rc == 0) rc = handlers[command->kind].run(&doing);
  if (rc == 0) sp_till_save(work, till);
  return rc;
}

/* ---- Saying ---- */

void sp_till_notice(struct sp_till_doing *doing, const char *level, const char *code, const struct sp_error *err) {
  struct sp_till_outcome *out = doing->out;
  const char *text = sp_arena_text(doing->work->arena, err->message);
  if (out->notice_count == SP_TILL_NOTICES_MAX || text == NULL) return;
  out->notices[out->notice_count++] = (struct sp_till_notice){.level = level, .code = code, .text = text};
}

int sp_till_refuse(struct sp_till_doing *doing, const char *code, int rc) {
  sp_till_notice(doing, "error", code, doing->work->err);
  return rc;
}

void sp_till_text_start(struct sp_till_text *text) {
  sp_buf_init(&text->out, (size_t)1 << 20);
  sp_json_start(&text->w, &text->out);
}

const char *sp_till_text_end(struct sp_work *work, struct sp_till_text *text) {
  const char *copy = text->out.failed != 0 ? NULL : sp_arena_copy(work->arena, text->out.data, text->out.len);
  sp_buf_free(&text->out);
  return copy;
}
