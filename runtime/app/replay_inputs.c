/* What a sale stores of its inputs, back into a basket. */
#include "app/replay_parts.h"

#include <cjson/cJSON.h>
#include <string.h>

#define CODE_MAX   64
#define TAGS_MAX   1000
#define REASON_MAX 200
#define USED_MAX   4096
#define AMOUNT_MAX SP_JSON_INT_MAX

static const char *kept(struct sp_work *work, const char *text) {
  return text != NULL ? sp_arena_text(work->arena, text) : "";
}

static int read_codes(struct sp_work *work, const struct cJSON *tree, const char *name, int max,
                      const char *const **out, int32_t *count) {
  const struct cJSON *array = NULL;
  const cJSON *item = NULL;
  int found = 0;
  int rc = sp_json_get_array(tree, name, SP_OPTIONAL, max, &array, &found, work->err);
  if (rc != 0 || found == 0) return rc;
  const char **list = sp_arena_array(work->arena, (size_t)found, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  cJSON_ArrayForEach(item, array) {
    list[*count] = kept(work, cJSON_GetStringValue(item));
    if (list[(*count)++] == NULL) return sp_error_nomem(work->err, __func__);
  }
  *out = list;
  return 0;
}

static int read_member(struct sp_work *work, const struct cJSON *tree, struct sp_member *member) {
  const struct cJSON *object = NULL;
  const char *level = "";
  int64_t joined = SP_UNKNOWN, birthday = SP_UNKNOWN;
  struct sp_error *err = work->err;
  int rc = sp_json_get_object(tree, "member", SP_OPTIONAL, &object, err);
  if (rc != 0 || object == NULL) return rc;
  rc = sp_json_get_text(object, "level", SP_OPTIONAL, CODE_MAX, &level, err);
  if (rc == 0) rc = read_codes(work, object, "tags", TAGS_MAX, &member->tags, &member->tag_count);
  if (rc == 0) rc = sp_json_get_int(object, "points", SP_OPTIONAL, -AMOUNT_MAX, AMOUNT_MAX, &member->points, err);
  if (rc == 0) rc = sp_json_get_int(object, "purchases", SP_OPTIONAL, 0, AMOUNT_MAX, &member->purchases, err);
  if (rc == 0) rc = sp_json_get_int(object, "joined_days", SP_OPTIONAL, 0, INT32_MAX, &joined, err);
  if (rc == 0) rc = sp_json_get_int(object, "birthday_days", SP_OPTIONAL, 0, INT32_MAX, &birthday, err);
  if (rc == 0) rc = sp_json_get_bool(object, "staff", SP_OPTIONAL, &member->staff, err);
  if (rc != 0) return rc;
  member->joined_days = (int32_t)joined;
  member->birthday_days = (int32_t)birthday;
  member->level = kept(work, level);
  return member->level != NULL ? 0 : sp_error_nomem(err, __func__);
}

static int read_choices(struct sp_work *work, const struct cJSON *tree, struct sp_basket *basket) {
  const struct cJSON *array = NULL;
  const cJSON *item = NULL;
  int found = 0;
  int rc = sp_json_get_array(tree, "choices", SP_OPTIONAL, SP_CHOICES_MAX, &array, &found, work->err);
  if (rc != 0 || found == 0) return rc;
  struct sp_choice *list = sp_arena_array(work->arena, (size_t)found, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  cJSON_ArrayForEach(item, array) {
    const char *campaign = "", *product = "";
    rc = sp_json_get_text(item, "campaign", SP_REQUIRED, CODE_MAX, &campaign, work->err);
    if (rc == 0) rc = sp_json_get_text(item, "product", SP_REQUIRED, CODE_MAX, &product, work->err);
    if (rc != 0) return rc;
    list[basket->choice_count++] = (struct sp_choice){.campaign = kept(work, campaign), .product = kept(work, product)};
  }
  basket->choices = list;
  return 0;
}

static int read_markdown(struct sp_work *work, const struct cJSON *item, int32_t *n, struct sp_markdown *out) {
  const char *reason = "", *approver = "";
  int64_t line = 0;
  int rc = sp_json_get_int(item, "n", SP_OPTIONAL, 0, INT32_MAX, &line, work->err);
  *out = (struct sp_markdown){.kind = SP_MARKDOWN_NONE};
  for (int kind = SP_MARKDOWN_PERCENT; rc == 0 && kind <= SP_MARKDOWN_PRICE; kind++) {
    const char *name = sp_markdown_name((enum sp_markdown_kind)kind);
    if (sp_json_member(item, name) == NULL) continue;
    out->kind = (enum sp_markdown_kind)kind;
    rc = sp_json_get_int(item, name, SP_REQUIRED, 0, AMOUNT_MAX, &out->value, work->err);
  }
  if (rc == 0) rc = sp_json_get_text(item, "reason", SP_OPTIONAL, REASON_MAX, &reason, work->err);
  if (rc == 0) rc = sp_json_get_text(item, "approver", SP_OPTIONAL, CODE_MAX, &approver, work->err);
  if (rc != 0) return rc;
  out->reason = kept(work, reason);
  out->approver = kept(work, approver);
  *n = (int32_t)line;
  return out->reason != NULL && out->approver != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* What was taken off by hand, back onto its lines and the basket. */
static int read_markdowns(struct sp_work *work, const struct cJSON *tree, struct sp_stored_sale *sale) {
  const struct cJSON *array = NULL;
  const cJSON *item = NULL;
  int found = 0;
  int rc = sp_json_get_array(tree, "markdowns", SP_OPTIONAL, SP_BASKET_LINES_MAX + 1, &array, &found, work->err);
  if (rc != 0 || found == 0) return rc;
  cJSON_ArrayForEach(item, array) {
    struct sp_markdown markdown;
    int32_t n = 0;
    rc = read_markdown(work, item, &n, &markdown);
    if (rc != 0) return rc;
    if (n == 0) sale->basket.markdown = markdown;
    for (int32_t i = 0; n > 0 && i < sale->count; i++)
      if (sale->lines[i].facts.n == n) sale->lines[i].facts.markdown = markdown;
  }
  return 0;
}

static int read_used(struct sp_work *work, const struct cJSON *tree, struct sp_stored_usage *usage) {
  const struct cJSON *array = NULL;
  const cJSON *item = NULL;
  struct sp_error *err = work->err;
  int found = 0;
  int rc = sp_json_get_array(tree, "used", SP_OPTIONAL, USED_MAX, &array, &found, err);
  if (rc != 0 || found == 0) return rc;
  struct sp_campaign_use *list = sp_arena_array(work->arena, (size_t)found, sizeof *list);
  if (list == NULL) return sp_error_nomem(err, __func__);
  cJSON_ArrayForEach(item, array) {
    struct sp_campaign_use *use = &list[usage->count++];
    const char *campaign = "", *subject = "";
    rc = sp_json_get_text(item, "campaign", SP_REQUIRED, CODE_MAX, &campaign, err);
    if (rc == 0) rc = sp_json_get_text(item, "subject", SP_OPTIONAL, 2 * CODE_MAX, &subject, err);
    if (rc == 0) rc = sp_json_get_int(item, "uses", SP_REQUIRED, 0, AMOUNT_MAX, &use->uses, err);
    if (rc == 0) rc = sp_json_get_int(item, "amount", SP_REQUIRED, 0, AMOUNT_MAX, &use->amount, err);
    if (rc == 0) rc = sp_json_get_int(item, "units", SP_REQUIRED, 0, AMOUNT_MAX, &use->units, err);
    if (rc != 0) return rc;
    use->campaign = kept(work, campaign);
    use->subject = kept(work, subject);
    if (use->campaign == NULL || use->subject == NULL) return sp_error_nomem(err, __func__);
  }
  usage->list = list;
  return 0;
}

static int read_tree(struct sp_work *work, const struct cJSON *tree, struct sp_stored_sale *sale) {
  struct sp_basket *basket = &sale->basket;
  struct sp_error *err = work->err;
  const char *role = "cashier";
  int rc = read_member(work, tree, &basket->member);
  if (rc == 0) rc = read_codes(work, tree, "coupons", SP_COUPONS_MAX, &basket->coupons, &basket->coupon_count);
  if (rc == 0) rc = read_choices(work, tree, basket);
  if (rc == 0) rc = read_markdowns(work, tree, sale);
  if (rc == 0) rc = read_codes(work, tree, "confirmed", TAGS_MAX, &basket->confirmed, &basket->confirmed_count);
  if (rc == 0) rc = read_used(work, tree, &sale->usage);
  if (rc == 0) rc = sp_json_get_bool(tree, "promotions", SP_OPTIONAL, &sale->promotions, err);
  if (rc == 0) rc = sp_json_get_text(tree, "role", SP_OPTIONAL, CODE_MAX, &role, err);
  if (rc == 0) rc = sp_json_get_int(tree, "priced_at", SP_OPTIONAL, 0, AMOUNT_MAX, &sale->priced_at, err);
  if (rc != 0) return rc;
  sale->role = kept(work, role);
  return sale->role != NULL ? 0 : sp_error_nomem(err, __func__);
}

int sp_replay_inputs(struct sp_work *work, struct sp_stored_sale *sale) {
  struct sp_member *member = &sale->basket.member;
  struct cJSON *tree = NULL;
  bool there = sale->member[0] != '\0';
  sale->role = "cashier";
  sale->promotions = true;
  sale->priced_at = sale->at;
  *member = (struct sp_member){.code = sale->member, .level = ""};
  bool facts = sale->inputs != NULL && strstr(sale->inputs, "\"member\"") != NULL;
  if (there || facts) {
    member->points = member->purchases = SP_UNKNOWN;
    member->joined_days = member->birthday_days = SP_UNKNOWN;
  }
  if (sale->inputs == NULL) return 0;
  int rc = sp_json_parse(sale->inputs, strlen(sale->inputs), &tree, work->err);
  if (rc == 0) rc = read_tree(work, tree, sale);
  sp_json_free(tree);
  return rc;
}

static int read_label(struct sp_work *work, const struct cJSON *item, struct sp_stored_sale *sale) {
  int64_t n = 0, amount = 0;
  int rc = sp_json_get_int(item, "n", SP_REQUIRED, 1, INT32_MAX, &n, work->err);
  if (rc == 0) rc = sp_json_get_int(item, "amount", SP_REQUIRED, 1, SP_SALE_MAX, &amount, work->err);
  for (int32_t i = 0; rc == 0 && i < sale->count; i++) {
    if (sale->lines[i].facts.n == n) sale->lines[i].facts.given_amount = amount;
  }
  return rc;
}

int sp_replay_labels(struct sp_work *work, struct sp_stored_sale *sale) {
  const struct cJSON *array = NULL;
  const cJSON *item = NULL;
  struct cJSON *tree = NULL;
  int count = 0;
  if (sale->inputs == NULL || strstr(sale->inputs, "\"labels\"") == NULL) return 0;
  int rc = sp_json_parse(sale->inputs, strlen(sale->inputs), &tree, work->err);
  if (rc == 0) rc = sp_json_get_array(tree, "labels", SP_OPTIONAL, SP_BASKET_LINES_MAX, &array, &count, work->err);
  if (rc == 0 && array != NULL) {
    cJSON_ArrayForEach(item, array) {
      if (rc == 0) rc = read_label(work, item, sale);
    }
  }
  sp_json_free(tree);
  return rc;
}
