/* The forms: what each is called and asks for. */
#include "base/text.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <string.h>

struct form {
  const char *title, *about;
  struct {
    const char *label, *first; /* what stands there at first */
    enum sp_tui_field_kind kind;
    bool may_be_empty;
  } fields[2];
};

#define SIGNS                                                                                                          \
  {                                                                                                                    \
    {"Staff number", "", SP_TUI_WORDS, false}, {                                                                       \
      "PIN", "", SP_TUI_PIN, false                                                                                     \
    }                                                                                                                  \
  }

static const struct form forms[SP_TUI_BOX_FORMS] = {
    [SP_TUI_BOX_SIGN_IN] = {"Sign in", "", SIGNS},
    [SP_TUI_BOX_LOCK] = {"Locked", "", SIGNS},
    [SP_TUI_BOX_APPROVAL] = {"A manager has to agree", "", SIGNS},
    [SP_TUI_BOX_ASK_WEIGHT] = {"Weight", "", {{"Weight in kilograms", "", SP_TUI_KILOGRAMS, true}}},
    [SP_TUI_BOX_ASK_QUANTITY] = {"Quantity", "", {{"Quantity", "", SP_TUI_WHOLE, false}}},
    [SP_TUI_BOX_ASK_AGAIN] = {"The same label again", "", {{0}}},
    [SP_TUI_BOX_ASK_MEMBER] = {"Member", "", {{"Phone or card number", "", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_ASK_PIN] = {"Take over the till", "", {{"PIN", "", SP_TUI_PIN, false}}},
    [SP_TUI_BOX_ASK_PAYMENT] = {"Has the money come?",
                                "",
                                {{"Last digits of the payment, if wanted", "", SP_TUI_WORDS, true}}},
    [SP_TUI_BOX_ASK_OTHER] = {"A question", "", {{0}}},
    [SP_TUI_BOX_QUANTITY] = {"Quantity", "", {{"Quantity", "", SP_TUI_WHOLE, false}}},
    [SP_TUI_BOX_WEIGH] = {"Weigh again", "", {{"Weight in kilograms", "", SP_TUI_KILOGRAMS, true}}},
    [SP_TUI_BOX_PERCENT] = {"Percent off",
                            "",
                            {{"Percent off", "", SP_TUI_MONEY, false},
                             {"Reason", "Damaged package", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_AMOUNT] = {"Amount off",
                           "",
                           {{"Amount off", "", SP_TUI_MONEY, false}, {"Reason", "Goodwill", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_NEW_PRICE] = {"New price",
                              "",
                              {{"New price", "", SP_TUI_MONEY, false},
                               {"Reason", "Another price on the shelf", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_NOTE] = {"Note on the line", "", {{"Note", "", SP_TUI_WORDS, true}}},
    [SP_TUI_BOX_SELLER] = {"Who sold the line", "", {{"Staff number", "", SP_TUI_WORDS, true}}},
    [SP_TUI_BOX_MEMBER] = {"Member", "", {{"Phone or card number", "", SP_TUI_WORDS, true}}},
    [SP_TUI_BOX_COUPON] = {"Coupon", "", {{"Code of the coupon", "", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_PARK] = {"Park this sale", "", {{"What to know it by", "", SP_TUI_WORDS, true}}},
    [SP_TUI_BOX_RECEIPT] = {"Return or exchange",
                            "",
                            {{"Number of the receipt, or scan its code", "", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_RETURN_REASON] = {"Why does it come back?", "", {{"Reason", "Does not want it", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_SEARCH] = {"Search", "", {{"Initials of pinyin, name or code", "", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_PRICE] = {"Price check", "", {{"Scan, or type a code and press Enter", "", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_CANCEL] = {"Throw this sale away?", "Enter throws it away, Esc keeps it.", {{0}}},
    [SP_TUI_BOX_CASH_IN] = {"Put cash in",
                            "",
                            {{"Amount", "", SP_TUI_MONEY, false}, {"Reason", "More change", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_CASH_OUT] =
        {"Take cash out", "", {{"Amount", "", SP_TUI_MONEY, false}, {"Reason", "To the safe", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_DRAWER] = {"Open the drawer", "", {{"Reason", "Give change", SP_TUI_WORDS, false}}},
    [SP_TUI_BOX_CLOSE_SHIFT] = {"Close the shift",
                                "Count everything in the drawer. What should be there is shown afterwards.",
                                {{"Counted", "", SP_TUI_MONEY, false}}},
    [SP_TUI_BOX_RECEIVED] = {"Has the money come?",
                             "",
                             {{"Last digits of the payment, if wanted", "", SP_TUI_WORDS, true}}},
    [SP_TUI_BOX_LEAVE] = {"Leave the terminal?", "The sale stays at the node. Enter leaves, Esc stays.", {{0}}},
};

struct sp_tui_box *sp_tui_form(struct sp_tui *tui, enum sp_tui_box_name name) {
  enum sp_lang lang = tui->options.lang;
  const struct form *form = &forms[name];
  struct sp_tui_box *box = sp_tui_box_open(tui, name, sp_tr(lang, form->title));
  if (!box) return NULL;
  snprintf(box->about, sizeof box->about, "%s", form->about[0] != '\0' ? sp_tr(lang, form->about) : "");
  for (int i = 0; i < 2 && form->fields[i].label; i++) {
    struct sp_tui_field *field = &box->fields[box->field_count++];
    field->label = sp_tr(lang, form->fields[i].label);
    field->kind = form->fields[i].kind;
    field->may_be_empty = form->fields[i].may_be_empty;
    const char *first = form->fields[i].first;
    snprintf(field->text, sizeof field->text, "%s", first[0] != '\0' ? sp_tr(lang, first) : "");
    field->fresh = first[0] != '\0';
  }
  return box;
}
