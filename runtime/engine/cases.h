/* Baskets written down in JSON, and what they must cost: golden baskets of packs, baskets of specs.
 *
 * A pack keeps golden baskets in cases/NAME.json: one case, a list of cases, or {"title", "campaigns", "cases": [...]}
 * whose campaigns hold for all of its cases. A case is written for a shopkeeper to read:
 *
 *   {"title": {"zh": "汽水买三付二", "en": "Soda: buy 3, pay for 2"},
 *    "campaigns": [{"code": "SODA32", "rule": "promotion.multibuy", "params": {"tag": "soda"}}],
 *    "when": "2026-11-11 10:00",
 *    "basket": [{"item": "可乐", "code": "cola", "price": 350, "quantity": 3, "tags": ["soda"]}],
 *    "expect": {"total": 700, "discounts": [{"campaign": "SODA32", "line": 1, "amount": 350}]}}
 *
 * `campaigns` are built onto the pack's own; `campaign` names one (of either) that the case is about and that must have
 * applied. `expect` holds what the case holds the rules to, the rest may be anything: total, gross, discount; lines (as
 * many as there are, each by the fields it names: n, code, price, quantity, gross, discount, net, parent); discounts
 * (all there are, by campaign, by line too when `line` is named), notes, requirements and tender_caps (all there are,
 * a text stands for the code), added (lines that rules added), blocked (line numbers the stock phase holds back) and
 * why
 * ({"CODE": "applied" | "lost" | "silent" | "error" | "absent"}). A rule that fails always fails the case.
 *
 * The basket of a case, of a spec and of any other trial:
 *   basket     item (its name), code (else the item), price (fen of one unit), quantity (pieces, 1; thousandths when
 *              weighed), weight (thousandths of the unit: the line is weighed), unit, category, tags, n, lot, expires
 *              ("2026-12-01"), given_price (fen), markdown, parent. A code of `goods` takes what it does not say from
 * there. goods      what the shop has beside it, in the same words: what rules may add member     a code, or {code,
 * level, tags, points, purchases, joined_days, birthday_days, staff}; level alone makes a member of that level; coupons
 * [codes]; choices [{campaign, product}]; confirmed [codes] markdown   {percent (ppm) | amount (fen off it all),
 * reason, approver}: by hand, off the basket; of a line also price (fen a unit) when       "2026-11-11 10:00" at
 * +08:00, or with an offset of its own; or date and time ("10:00") or minute apart. 2026-07-15 (a Wednesday), 10:00
 * when it says nothing. weekday overrides that of the date. store ("S1"), channel ("till"), role ("cashier"),
 * promotions (true) usage      [{campaign, subject, uses, amount, units}]: what was used of limits before
 *
 * Everything is strict: an unknown field is an error. Money is fen.
 */
#ifndef SP_ENGINE_CASES_H
#define SP_ENGINE_CASES_H

#include "base/json.h"
#include "engine/engine.h"

#define SP_CASES_MAX      1000              /* of one file */
#define SP_CASES_FILE_MAX ((size_t)1 << 20) /* bytes of one file */
#define SP_GOODS_MAX      1000
#define SP_TRIAL_MEMORY   ((size_t)64 << 20)

/* ---- Trials: a basket and the moment it is priced at ---- */

struct sp_trial_usage {
  const char *campaign, *subject;
  struct sp_usage used;
};

struct sp_trial {
  struct sp_basket basket;
  struct sp_context context;
  const struct sp_line *goods; /* what rules may add */
  int32_t good_count;
  struct sp_usage_source source; /* what context.usage points to */
  const struct sp_trial_usage *usage;
  int32_t usage_count;
};

/* The fields a trial may have, null-terminated; for those who put more beside them. */
extern const char *const sp_trial_fields[];
/* Read one; fields that are no trial's are not looked at. Texts are copied into `arena`; `out` must stay where it is.
 * SP_E_INVALID naming the field. */
int sp_trial_read(const struct cJSON *json, struct sp_arena *arena, struct sp_trial *out, struct sp_error *err);
/* Add what the compose phase wants (it must be among the goods or in the basket: SP_E_NOT_FOUND) and price it. */
int sp_trial_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, struct sp_trial *trial,
                   struct sp_arena *arena, struct sp_priced *out, struct sp_error *err);
/* One JSON object: total, gross, discount, lines, allocations, discounts (by campaign), notes, requirements,
 * tender_caps, added, blocked, uses, spent, alarms, trace. Reasons come with the rule's sentence in err->lang ("text").
 */
int sp_trial_result(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_trial *trial,
                    const struct sp_priced *priced, struct sp_arena *arena, struct sp_json_writer *w,
                    struct sp_error *err);
/* What one campaign proposes for a trial, before any stacking: a JSON list of {kind, value?, base?, text?, targets
 * [[n, first, count] …], with?, units, line (of its rule file), reason?}. SP_E_RULE when the rule fails. */
int sp_trial_offers(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const char *campaign, struct sp_trial *trial,
                    struct sp_arena *arena, struct sp_json_writer *w, struct sp_error *err);

/* ---- Golden baskets ---- */

struct sp_cases {
  const struct sp_bundle *bundle;
  const struct sp_rule_vm_api *api; /* builds campaigns of cases onto the bundle; null: the bundle's own */
  enum sp_lang lang;                /* of sentences in the report */
  int good, failed;                 /* counted up */
};

/* Run the cases of one file and write a report of each: {file, number (from 1), title {zh, en}, good, differences
 * [{at, expected, actual}], error?, campaigns [codes it brought], input (the case itself), result}. A file that cannot
 * be read is one failed case. A case's own campaigns are built onto the files of the bundle as campaigns/CODE.json,
 * where they take the place of the pack's file of that name. SP_E_NOMEM, SP_E_LIMIT. */
int sp_cases_file_run(struct sp_cases *cases, const struct sp_pack_file *file, struct sp_json_writer *w,
                      struct sp_error *err);
/* Run every cases/…json a bundle was built from. `report_json` gets the list of reports; `failed` counts the bad ones.
 * Takes as long as building does for each case with campaigns of its own. SP_E_NOMEM, SP_E_LIMIT. */
int sp_cases_run(const struct sp_bundle *bundle, const struct sp_rule_vm_api *api, struct sp_buf *report_json,
                 int *failed, struct sp_error *err);

#endif
