/* Settings that a shop edits as a whole: one JSON object under a name, checked before it is stored.
 *
 *   labels {"patterns":[{name, pattern, kind, moments?, amount_unit?, gram_unit?, sample?}]}   domain/label.h
 *   hours  {"mon":[["08:00","22:00"]], …}; a day that is not named is closed; {}: always open   domain/hours.h
 *   till   {cash_keys, lock_seconds, print, beep, tenders, weight_manual, verification,
 *          change_max}                                                                     below
 *   logo   {width, height, rows}: base64 of 1-bit rows, each padded to a byte, for receipts
 *
 * One that nobody has stored reads as its default and has revision 0. Reading is one indexed row; nothing is cached.
 */
#ifndef SP_APP_SETTING_H
#define SP_APP_SETTING_H

#include "app/work.h"
#include "base/json.h"
#include "domain/hours.h"
#include "domain/label.h"
#include "domain/tender.h"

#define SP_CASH_KEYS_MAX    8
#define SP_SETTING_BODY_MAX 131072
#define SP_LOGO_WIDTH_MAX   576
#define SP_LOGO_HEIGHT_MAX  400

enum sp_setting { SP_SETTING_LABELS, SP_SETTING_HOURS, SP_SETTING_TILL, SP_SETTING_LOGO, SP_SETTING_COUNT };

/* "labels" …; −1 when unknown. */
int sp_setting_parse(const char *name);

/* Take it away: the default is what counts again, and `*revision` goes on. Needs a manager; journals "setting"; nothing
 * is planned when nothing is stored. SP_E_CONFLICT as sp_setting_put. */
int sp_setting_reset(struct sp_work *work, enum sp_setting setting, int64_t expected_revision, int64_t *revision);
/* Check and plan. Needs a manager; journals "setting". `expected_revision`: −1, or SP_E_CONFLICT when the stored one
 * differs (If-Match; 0: there is none yet). SP_E_INVALID names the member ("patterns[3].pattern").
 * `*findings` (may not be null) is a JSON array of what a table of labels does with itself, in the arena, "[]" for the
 * other settings: [{"mistake":bool,"verdict","winner","other","code"}]; it is filled when such mistakes are refused
 * (SP_E_INVALID "patterns") too. `*revision` is the new one. */
int sp_setting_put(struct sp_work *work, enum sp_setting setting, const struct cJSON *body, int64_t expected_revision,
                   int64_t *revision, const char **findings);

/* The stored body, or the default's; a value of `w`. `*revision` 0: nobody stored one. */
int sp_setting_json(struct sp_work *work, enum sp_setting setting, struct sp_json_writer *w, int64_t *revision);

/* ---- What use cases read ---- */

enum sp_setting_print { SP_PRINT_ALWAYS, SP_PRINT_ASK, SP_PRINT_NEVER };

struct sp_till_setting {
  int64_t cash_keys[SP_CASH_KEYS_MAX]; /* fen, rising */
  int32_t cash_key_count;
  int32_t lock_seconds; /* of no key: the till locks; 0 never */
  enum sp_setting_print print;
  bool beep;
  enum sp_method tenders[SP_METHOD_COUNT];
  int32_t tender_count;
  int64_t change_max; /* change of a tender stays below it: nobody is handed the largest note back. 0: SP_CHANGE_MAX */
  bool weight_manual; /* a person may type a weight, with a note */
  char verification[65]; /* what is to be said of the scales' verification, "" nothing */
};

int sp_setting_till(struct sp_work *work, struct sp_till_setting *out);
/* As JSON with the defaults filled in: the page's copy. */
void sp_setting_till_json(const struct sp_till_setting *setting, struct sp_json_writer *w);
int sp_setting_hours(struct sp_work *work, struct sp_hours *out);
/* In the arena. */
int sp_setting_labels(struct sp_work *work, const struct sp_label_table **out);

#endif
