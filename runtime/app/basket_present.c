/* What comes with the goods of a basket: coupons presented, choices made, requirements confirmed or approved. */
#include "app/approval.h"
#include "app/basket_parts.h"
#include "app/till.h"
#include "base/json.h"

#include <string.h>

#define CODE_MAX 64

/* A list of at most SP_COUPONS_MAX codes in the arena: add one, or take it out. */
static int change_list(struct sp_work *work, const char ***list, int32_t *count, const char *code, bool remove) {
  int32_t at = 0;
  while (at < *count && strcmp((*list)[at], code) != 0)
    at++;
  if (remove) {
    if (at == *count) return 0;
    memmove(*list + at, *list + at + 1, (size_t)(*count - at - 1) * sizeof **list);
    (*count)--;
    return 0;
  }
  if (at < *count) return 0;
  if (*count == SP_COUPONS_MAX) return SP_E_LIMIT;
  if (*list == NULL) *list = sp_arena_array(work->arena, SP_COUPONS_MAX, sizeof **list);
  if (*list == NULL) return SP_E_NOMEM;
  (*list)[(*count)++] = code;
  return 0;
}

int sp_basket_fold_coupon(struct sp_work *work, struct sp_open_basket *basket, const char *code, bool remove) {
  return change_list(work, &basket->coupons, &basket->coupon_count, code, remove);
}

int sp_basket_fold_choice(struct sp_work *work, struct sp_open_basket *basket, const char *campaign,
                          const char *product) {
  int32_t at = 0;
  while (at < basket->choice_count && strcmp(basket->choices[at].campaign, campaign) != 0)
    at++;
  bool there = at < basket->choice_count;
  if (product[0] == '\0') {
    if (!there) return 0;
    size_t behind = (size_t)(basket->choice_count - at - 1);
    memmove(&basket->choices[at], &basket->choices[at + 1], behind * sizeof *basket->choices);
    basket->choice_count--;
    return 0;
  }
  if (!there && at == SP_CHOICES_MAX) return SP_E_LIMIT;
  if (basket->choices == NULL) basket->choices = sp_arena_array(work->arena, SP_CHOICES_MAX, sizeof *basket->choices);
  if (basket->choices == NULL) return SP_E_NOMEM;
  basket->choices[at] = (struct sp_choice){.campaign = campaign, .product = product};
  if (!there) basket->choice_count++;
  return 0;
}

int sp_basket_fold_confirm(struct sp_work *work, struct sp_open_basket *basket, const char *code, bool remove,
                           const struct sp_id *approver) {
  int rc = change_list(work, &basket->confirmed, &basket->confirmed_count, code, remove);
  bool approves = !sp_id_is_nil(approver);
  if (rc != 0 || (!remove && !approves)) return rc;
  if (approves) basket->approver = *approver;
  return change_list(work, &basket->approved, &basket->approved_count, code, remove);
}

void sp_basket_write_weighing(struct sp_json_writer *w, const struct sp_weighing *weighing) {
  sp_json_key(w, "weight");
  sp_json_open_object(w);
  sp_json_put_text(w, "scale", weighing->scale);
  sp_json_put_text(w, "raw", weighing->raw);
  sp_json_put_text(w, "unit", weighing->unit);
  sp_json_put_int(w, "value", weighing->value);
  sp_json_put_int(w, "decimals", weighing->decimals);
  sp_json_put_int(w, "net", weighing->net);
  sp_json_put_int(w, "tare", weighing->tare);
  if (weighing->manual) sp_json_put_bool(w, "manual", true);
  sp_json_close_object(w);
}

/* ---- Commands ---- */

static int check_code(struct sp_work *work, const char *field, const char *code) {
  if (code != NULL && code[0] != '\0' && strlen(code) <= CODE_MAX) return 0;
  return sp_fail(work->err, SP_E_INVALID, field, "A code has 1 to %d bytes", CODE_MAX);
}

/* A coupon that nothing will ever be taken off for is told, not swallowed. */
static int check_coupon(struct sp_work *work, const struct sp_basket_command *command) {
  if (command->kind != SP_BASKET_COUPON || command->remove) return 0;
  if (sp_bundle_coupon(work->bundle, command->text, work->app->store.code, work->now)) return 0;
  return sp_fail(work->err, SP_E_NOT_FOUND, "text", "No offer that runs now knows the coupon %s", command->text);
}

/* What one list takes, asked before an event is recorded that could not be folded. */
static int check_room(struct sp_work *work, const struct sp_open_basket *basket,
                      const struct sp_basket_command *command) {
  int32_t count = command->kind == SP_BASKET_COUPON   ? basket->coupon_count
                  : command->kind == SP_BASKET_CHOICE ? basket->choice_count
                                                      : basket->confirmed_count;
  bool takes = command->kind == SP_BASKET_CHOICE ? command->code == NULL : command->remove;
  if (takes || count < SP_COUPONS_MAX) return 0;
  return sp_fail(work->err, SP_E_LIMIT, "text", "At most %d codes", SP_COUPONS_MAX);
}

static void write_choice(struct sp_json_writer *w, const struct sp_basket_command *command) {
  sp_json_put_text(w, "campaign", command->campaign);
  if (command->code != NULL) sp_json_put_text(w, "product", command->code);
}

static bool manages(enum sp_role role) {
  return sp_role_rank(role) >= sp_role_rank(SP_ROLE_MANAGER);
}

/* Who approves beside confirming: a manager who signs, or who does it. At a self-checkout anybody of the staff signs
 * that somebody looked; that alone approves nothing. */
static void write_code(struct sp_work *work, struct sp_json_writer *w, const struct sp_basket_command *command) {
  const struct sp_approval *signer = command->remove ? NULL : work->approval;
  sp_json_put_text(w, "text", command->text);
  if (command->remove) sp_json_put_bool(w, "remove", true);
  if (command->kind != SP_BASKET_CONFIRM) return;
  if (signer == NULL && manages(sp_work_till_role(work))) sp_json_put_id(w, "approver", work->actor.staff.bytes);
  if (signer == NULL || !manages(signer->role)) return;
  sp_json_put_id(w, "approver", signer->staff.bytes);
  sp_approval_journal(work, "confirm", 0, command->text);
}

int sp_basket_present(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  static const char *const names[] = {
      [SP_BASKET_COUPON] = "coupon", [SP_BASKET_CHOICE] = "choice", [SP_BASKET_CONFIRM] = "confirm"};
  struct sp_buf out;
  struct sp_json_writer w;
  bool choice = command->kind == SP_BASKET_CHOICE;
  int rc = check_code(work, choice ? "campaign" : "text", choice ? command->campaign : command->text);
  if (rc == 0 && choice && command->code != NULL) rc = check_code(work, "code", command->code);
  if (rc == 0) rc = check_coupon(work, command);
  if (rc == 0) rc = check_room(work, basket, command);
  /* Customers who serve themselves do not check their own age. */
  if (rc == 0 && command->kind == SP_BASKET_CONFIRM && !command->remove) rc = sp_till_attend(work, "confirm");
  if (rc != 0) return rc;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  if (choice) write_choice(&w, command);
  if (!choice) write_code(work, &w, command);
  sp_json_close_object(&w);
  const char *body = out.failed != 0 ? NULL : sp_arena_copy(work->arena, out.data, out.len);
  sp_buf_free(&out);
  return sp_basket_record(work, basket, names[command->kind], body);
}
