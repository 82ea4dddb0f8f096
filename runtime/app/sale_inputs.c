/* What the price of a sale depended on beside its lines and its moment, for whoever computes it again:
 *
 *   member      {level, tags, points, purchases, joined_days, birthday_days, staff}: what was known of it; the code
 *               stands in the sale
 *   coupons, confirmed   codes;  choices  [{campaign, product}]
 *   spent       campaigns that were skipped because a limit was reached
 *   used        [{campaign, subject, uses, amount, units}]: balances of limits that were not zero
 *   labels      [{n, amount, computed}]: lines whose label said what to charge (their given_price is only near it);
 *               computed: and nothing else, so that their quantity only follows from it
 *   tares       [{n, tare}]: what the containers of weighed lines weighed, thousandths of a kilogram
 *   markdowns   [{n?, percent | amount | price, reason?, approver?}]: by hand; without a line number the basket's
 *   promotions  false when only prices were looked up (history)
 *   role        of who sold, when it was no cashier
 *   priced_at   UTC ms, when a basket was frozen in another minute than it was paid
 *
 * Each only when there is something to say; a plain sale of a cashier has NULL.
 */
#include "app/sale_parts.h"
#include "base/json.h"
#include "domain/basket_json.h"

#include <cjson/cJSON.h>
#include <string.h>

#define INPUTS_MAX 65536
#define MINUTE_MS  60000

static void put_codes(struct sp_json_writer *w, const char *name, const char *const *list, int32_t count) {
  if (count == 0) return;
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++)
    sp_json_text(w, list[i]);
  sp_json_close_array(w);
}

static void put_known(struct sp_json_writer *w, const char *name, int64_t value) {
  if (value != SP_UNKNOWN) sp_json_put_int(w, name, value);
}

static void put_member(struct sp_json_writer *w, const struct sp_member *member) {
  sp_json_key(w, "member");
  sp_json_open_object(w);
  if (member->level[0] != '\0') sp_json_put_text(w, "level", member->level);
  put_codes(w, "tags", member->tags, member->tag_count);
  put_known(w, "points", member->points);
  put_known(w, "purchases", member->purchases);
  put_known(w, "joined_days", member->joined_days);
  put_known(w, "birthday_days", member->birthday_days);
  if (member->staff) sp_json_put_bool(w, "staff", true);
  sp_json_close_object(w);
}

static void put_choices(struct sp_json_writer *w, const struct sp_basket *basket) {
  if (basket->choice_count == 0) return;
  sp_json_key(w, "choices");
  sp_choices_json(basket->choices, basket->choice_count, w);
}

static void put_used(struct sp_json_writer *w, const struct sp_usage_reader *usage) {
  if (usage->count == 0) return;
  sp_json_key(w, "used");
  sp_campaign_uses_json(usage->seen, usage->count, w);
}

static bool labelled(const struct sp_ticket *ticket) {
  for (int32_t i = 0; i < ticket->sold; i++) {
    if (ticket->facts[i].given_amount > 0) return true;
  }
  return false;
}

static void put_labels(struct sp_json_writer *w, const struct sp_ticket *ticket) {
  sp_json_key(w, "labels");
  sp_json_open_array(w);
  for (int32_t i = 0; i < ticket->sold; i++) {
    const struct sp_line *line = &ticket->facts[i];
    if (line->given_amount <= 0) continue;
    sp_json_open_object(w);
    sp_json_put_int(w, "n", line->n);
    sp_json_put_int(w, "amount", line->given_amount);
    if (ticket->request->items[i].computed) sp_json_put_bool(w, "computed", true);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static int64_t tare_of(const struct sp_ticket *ticket, int32_t i) {
  const struct sp_weighing *weighing = ticket->request->items[i].weighing;
  return weighing != NULL ? weighing->tare : 0;
}

static bool has_tares(const struct sp_ticket *ticket) {
  for (int32_t i = 0; i < ticket->request->item_count; i++)
    if (tare_of(ticket, i) != 0) return true;
  return false;
}

static void put_tares(struct sp_json_writer *w, const struct sp_ticket *ticket) {
  sp_json_key(w, "tares");
  sp_json_open_array(w);
  for (int32_t i = 0; i < ticket->request->item_count; i++) {
    if (tare_of(ticket, i) == 0) continue;
    sp_json_open_object(w);
    sp_json_put_int(w, "n", ticket->facts[i].n);
    sp_json_put_int(w, "tare", tare_of(ticket, i));
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void put_markdown(struct sp_json_writer *w, int32_t n, const struct sp_markdown *markdown) {
  if (markdown->kind == SP_MARKDOWN_NONE) return;
  sp_json_open_object(w);
  if (n > 0) sp_json_put_int(w, "n", n);
  sp_json_put_int(w, sp_markdown_name(markdown->kind), markdown->value);
  if (markdown->reason != NULL && markdown->reason[0] != '\0') sp_json_put_text(w, "reason", markdown->reason);
  if (markdown->approver != NULL && markdown->approver[0] != '\0') sp_json_put_text(w, "approver", markdown->approver);
  sp_json_close_object(w);
}

static bool any_markdown(const struct sp_basket *basket) {
  bool any = basket->markdown.kind != SP_MARKDOWN_NONE;
  for (int32_t i = 0; i < basket->count && !any; i++)
    any = basket->lines[i].markdown.kind != SP_MARKDOWN_NONE;
  return any;
}

static void put_markdowns(struct sp_json_writer *w, const struct sp_basket *basket) {
  if (!any_markdown(basket)) return;
  sp_json_key(w, "markdowns");
  sp_json_open_array(w);
  for (int32_t i = 0; i < basket->count; i++)
    put_markdown(w, basket->lines[i].n, &basket->lines[i].markdown);
  put_markdown(w, 0, &basket->markdown);
  sp_json_close_array(w);
}

int sp_ticket_inputs(struct sp_work *work, const struct sp_ticket *ticket, const char **out) {
  const struct sp_basket *basket = &ticket->basket;
  const struct sp_sale_request *request = ticket->request;
  bool cashier = work->actor.role == SP_ROLE_CASHIER;
  bool plain = request->facts == NULL && basket->coupon_count + basket->choice_count + basket->confirmed_count == 0 &&
               ticket->priced.spent_count == 0 && ticket->usage.count == 0 && request->promotions && cashier &&
               !labelled(ticket) && !has_tares(ticket) && !any_markdown(basket);
  struct sp_buf text;
  struct sp_json_writer w;
  *out = NULL;
  if (plain) return 0;
  sp_buf_init(&text, INPUTS_MAX);
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  if (request->facts != NULL) put_member(&w, &basket->member);
  put_codes(&w, "coupons", basket->coupons, basket->coupon_count);
  put_choices(&w, basket);
  put_markdowns(&w, basket);
  put_codes(&w, "confirmed", basket->confirmed, basket->confirmed_count);
  put_codes(&w, "spent", (const char *const *)ticket->priced.spent, ticket->priced.spent_count);
  put_used(&w, &ticket->usage);
  if (labelled(ticket)) put_labels(&w, ticket);
  if (has_tares(ticket)) put_tares(&w, ticket);
  if (!request->promotions) sp_json_put_bool(&w, "promotions", false);
  if (!cashier) sp_json_put_text(&w, "role", sp_role_name(work->actor.role));
  sp_json_close_object(&w);
  *out = text.failed == 0 ? sp_arena_copy(work->arena, text.data, text.len) : NULL;
  int failed = text.failed;
  sp_buf_free(&text);
  if (failed == SP_E_LIMIT) return sp_fail(work->err, SP_E_LIMIT, "items", "The sale does not fit one transaction");
  return *out != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_sale_inputs_at(struct sp_work *work, struct sp_sale *sale) {
  if (sale->priced_at / MINUTE_MS == sale->at / MINUTE_MS) return 0;
  size_t len = sale->inputs != NULL ? strlen(sale->inputs) : 0;
  long long at = (long long)sale->priced_at;
  sale->inputs = len == 0 ? sp_arena_printf(work->arena, "{\"priced_at\":%lld}", at)
                          : sp_arena_printf(work->arena, "%.*s,\"priced_at\":%lld}", (int)len - 1, sale->inputs, at);
  return sale->inputs != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static struct sp_sale_line *line_of(struct sp_sale *sale, const struct cJSON *item) {
  int64_t n = 0;
  if (sp_json_get_int(item, "n", SP_REQUIRED, 1, SP_JSON_INT_MAX, &n, NULL) != 0) return NULL;
  for (int32_t i = 0; i < sale->count; i++)
    if (sale->lines[i].n == n && !sale->lines[i].returned) return &sale->lines[i];
  return NULL;
}

/* What cannot be read is left out: a receipt is printed all the same. */
void sp_sale_inputs_lines(struct sp_sale *sale) {
  struct cJSON *tree = NULL;
  const struct cJSON *item = NULL;
  const char *inputs = sale->inputs;
  bool says = inputs != NULL && (strstr(inputs, "\"labels\"") != NULL || strstr(inputs, "\"tares\"") != NULL);
  if (!says || sp_json_parse(inputs, strlen(inputs), &tree, NULL) != 0) return;
  cJSON_ArrayForEach(item, sp_json_member(tree, "labels")) {
    struct sp_sale_line *line = line_of(sale, item);
    if (line != NULL) (void)sp_json_get_bool(item, "computed", SP_OPTIONAL, &line->computed, NULL);
  }
  cJSON_ArrayForEach(item, sp_json_member(tree, "tares")) {
    struct sp_sale_line *line = line_of(sale, item);
    if (line != NULL) (void)sp_json_get_int(item, "tare", SP_REQUIRED, 0, SP_JSON_INT_MAX, &line->tare, NULL);
  }
  sp_json_free(tree);
}
