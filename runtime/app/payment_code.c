#include "app/payment_code.h"

#include "app/setting.h"
#include "domain/label.h"
#include <string.h>

#define BLANKS " \t\r\n"

/* Is it one at this moment of a till? Blanks around it make no other code of it. */
static int is_payment(struct sp_work *work, const char *text, enum sp_label_moment moment, bool *out) {
  const struct sp_label_table *table = NULL;
  struct sp_error lost = {.lang = work->lang};
  struct sp_label label;
  *out = false;
  if (text == NULL) return 0;
  text += strspn(text, BLANKS);
  size_t len = strlen(text);
  while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
    len--;
  if (len == 0) return 0;
  int rc = sp_setting_labels(work, &table);
  if (rc == 0) *out = sp_label_read(table, text, len, moment, &label, &lost) == 0 && label.kind == SP_LABEL_PAYMENT;
  return rc;
}

int sp_payment_code_mask(struct sp_work *work, const char **reference) {
  char masked[SP_LABEL_TEXT];
  bool payment = false;
  int rc = is_payment(work, *reference, SP_LABEL_AT_TENDER, &payment);
  if (rc != 0 || !payment) return rc;
  sp_label_mask(*reference, masked);
  *reference = sp_arena_text(work->arena, masked);
  return *reference != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_payment_code_refuse(struct sp_work *work, const char *field, const char *text) {
  bool payment = false;
  int rc = is_payment(work, text, SP_LABEL_AT_SALE, &payment);
  if (rc != 0 || !payment) return rc;
  return sp_fail(work->err, SP_E_INVALID, field, "This is a payment code: it is shown when it is time to pay");
}
