/* What comes with the goods of a sale, a quote or a basket: coupons, choices, confirmations, lots, and what a program
 * or a quote says of the member. */
#include "api/call.h"
#include "app/payment_code.h"
#include "app/rules.h"
#include "base/calendar.h"
#include "domain/money.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define CODE_MAX 64
#define TAGS_MAX 16
#define DAYS_MAX 100000

static const char *kept(struct sp_call *call, const char *text) {
  return text != NULL ? sp_arena_text(&call->task.arena, text) : NULL;
}

int sp_read_lot(struct sp_call *call, const struct cJSON *object, const char **lot, int32_t *expires) {
  struct sp_error *err = call->work.err;
  const char *name = NULL, *date = NULL;
  int rc = sp_json_get_text(object, "lot", SP_OPTIONAL, 40, &name, err);
  if (rc == 0) rc = sp_json_get_text(object, "expires", SP_OPTIONAL, 10, &date, err);
  if (rc != 0) return rc;
  *lot = kept(call, name);
  if (date == NULL || date[0] == '\0') return 0;
  if (strlen(date) == 10 && sp_date_read(date, expires)) return 0;
  return sp_fail(err, SP_E_INVALID, "expires", "A date is written YYYY-MM-DD");
}

/* An array of texts. */
static int read_codes(struct sp_call *call, const struct cJSON *object, const char *name, int max,
                      const char *const **out, int32_t *count) {
  const struct cJSON *array = NULL, *item = NULL;
  int found = 0;
  int rc = sp_json_get_array(object, name, SP_OPTIONAL, max, &array, &found, call->work.err);
  if (rc != 0 || array == NULL) return rc;
  const char **list = sp_arena_array(&call->task.arena, (size_t)found + 1, sizeof *list);
  if (list == NULL) return sp_error_nomem(call->work.err, __func__);
  cJSON_ArrayForEach(item, array) {
    const char *text = cJSON_GetStringValue(item);
    if (text == NULL || text[0] == '\0' || strlen(text) > CODE_MAX) {
      char field[48];
      snprintf(field, sizeof field, "%s[%d]", name, (int)*count);
      return sp_fail(call->work.err, SP_E_INVALID, field, "A code has 1 to %d bytes", CODE_MAX);
    }
    list[(*count)++] = kept(call, text);
  }
  *out = list;
  return 0;
}

static int read_choices(struct sp_call *call, struct sp_sale_request *out) {
  static const char *const known[] = {"campaign", "product", NULL};
  struct sp_error *err = call->work.err;
  const struct cJSON *array = NULL, *item = NULL;
  int found = 0;
  int rc = sp_json_get_array(call->body, "choices", SP_OPTIONAL, SP_CHOICES_MAX, &array, &found, err);
  if (rc != 0 || array == NULL) return rc;
  struct sp_choice *list = sp_arena_array(&call->task.arena, (size_t)found + 1, sizeof *list);
  if (list == NULL) return sp_error_nomem(err, __func__);
  cJSON_ArrayForEach(item, array) {
    const char *campaign = NULL, *product = NULL;
    char prefix[32];
    rc = sp_json_only(item, known, err);
    if (rc == 0) rc = sp_json_get_text(item, "campaign", SP_REQUIRED, CODE_MAX, &campaign, err);
    if (rc == 0) rc = sp_json_get_text(item, "product", SP_REQUIRED, CODE_MAX, &product, err);
    if (rc != 0) {
      snprintf(prefix, sizeof prefix, "choices[%d]", (int)out->choice_count);
      sp_error_prefix(err, prefix);
      return rc;
    }
    list[out->choice_count++] = (struct sp_choice){.campaign = kept(call, campaign), .product = kept(call, product)};
  }
  out->choices = list;
  return 0;
}

#define SOMEBODY "?" /* the member of an as-if quote that names none */

static int read_known(struct sp_call *call, const struct cJSON *object, const char *name, int64_t max, int64_t *out) {
  return sp_json_get_int(object, name, SP_OPTIONAL, 0, max, out, call->work.err);
}

static struct sp_member *new_facts(struct sp_call *call) {
  struct sp_member *facts = sp_arena_alloc(&call->task.arena, sizeof *facts);
  if (facts == NULL) return NULL;
  *facts = (struct sp_member){.level = "",
                              .points = SP_UNKNOWN,
                              .purchases = SP_UNKNOWN,
                              .joined_days = SP_UNKNOWN,
                              .birthday_days = SP_UNKNOWN};
  return facts;
}

static int read_facts(struct sp_call *call, const struct cJSON *object, bool quote, struct sp_sale_request *out) {
  static const char *const known[] = {"code",        "level",     "tags",  "points", "birthday_days",
                                      "joined_days", "purchases", "staff", NULL};
  struct sp_error *err = call->work.err;
  const char *code = NULL, *level = NULL;
  struct sp_member *facts = new_facts(call);
  if (facts == NULL) return sp_error_nomem(err, __func__);
  int64_t joined = SP_UNKNOWN, birthday = SP_UNKNOWN;
  int rc = sp_json_only(object, known, err);
  if (rc == 0) rc = sp_json_get_text(object, "code", quote ? SP_OPTIONAL : SP_REQUIRED, CODE_MAX, &code, err);
  if (rc == 0) rc = sp_json_get_text(object, "level", SP_OPTIONAL, CODE_MAX, &level, err);
  if (rc == 0) rc = read_codes(call, object, "tags", TAGS_MAX, &facts->tags, &facts->tag_count);
  if (rc == 0) rc = read_known(call, object, "points", SP_MONEY_MAX, &facts->points);
  if (rc == 0) rc = read_known(call, object, "purchases", SP_MONEY_MAX, &facts->purchases);
  if (rc == 0) rc = read_known(call, object, "joined_days", DAYS_MAX, &joined);
  if (rc == 0) rc = read_known(call, object, "birthday_days", 366, &birthday);
  if (rc == 0) rc = sp_json_get_bool(object, "staff", SP_OPTIONAL, &facts->staff, err);
  if (rc != 0) {
    sp_error_prefix(err, "member");
    return rc;
  }
  facts->joined_days = (int32_t)joined;
  facts->birthday_days = (int32_t)birthday;
  if (level != NULL) facts->level = kept(call, level);
  if (code != NULL) out->member = kept(call, code);
  out->facts = facts;
  return 0;
}

/* The member's code, or an object of what the rules may know. The second is for programs that keep members themselves,
 * and for quotes, which promise nothing. */
static int read_member(struct sp_call *call, bool quote, struct sp_sale_request *out) {
  const struct cJSON *member = sp_json_member(call->body, "member");
  const char *code = NULL;
  if (!cJSON_IsObject(member)) {
    int rc = sp_json_get_text(call->body, "member", SP_OPTIONAL, CODE_MAX, &code, call->work.err);
    out->member = kept(call, code);
    if (rc == 0) rc = sp_payment_code_refuse(&call->work, "member", out->member);
    return rc;
  }
  if (!quote && !call->work.actor.is_program) {
    return sp_fail(call->work.err, SP_E_DENIED, "member", "Only a program may say what is known of a member");
  }
  return read_facts(call, member, quote, out);
}

int sp_read_presented(struct sp_call *call, bool quote, struct sp_sale_request *out) {
  int rc = read_member(call, quote, out);
  if (rc == 0) rc = read_codes(call, call->body, "coupons", SP_COUPONS_MAX, &out->coupons, &out->coupon_count);
  if (rc == 0) rc = read_choices(call, out);
  if (rc == 0) rc = read_codes(call, call->body, "confirmed", SP_COUPONS_MAX, &out->confirmed, &out->confirmed_count);
  return rc;
}

/* ---- A quote's own: as if at another moment, in another store, for another member, by somebody else ---- */

static int read_level(struct sp_call *call, struct sp_sale_request *out) {
  const char *level = NULL;
  int rc = sp_json_get_text(call->body, "level", SP_OPTIONAL, CODE_MAX, &level, call->work.err);
  if (rc != 0 || level == NULL) return rc;
  struct sp_member *facts = new_facts(call);
  if (facts == NULL) return sp_error_nomem(call->work.err, __func__);
  if (out->facts != NULL) *facts = *out->facts;
  facts->level = kept(call, level);
  out->facts = facts;
  return 0;
}

static int read_generation(struct sp_call *call) {
  struct sp_error *err = call->work.err;
  const char *hash = NULL;
  uint8_t bytes[SP_HASH_LEN];
  int rc = sp_json_get_text(call->body, "generation", SP_OPTIONAL, SP_HASH_HEX - 1, &hash, err);
  if (rc != 0 || hash == NULL) return rc;
  if (!sp_rules_hash_parse(hash, bytes)) return sp_fail(err, SP_E_INVALID, "generation", "%s is not a hash", hash);
  return sp_rules_use(&call->work, bytes);
}

int sp_read_quote(struct sp_call *call, struct sp_sale_request *out) {
  struct sp_error *err = call->work.err;
  const char *at = NULL, *store = NULL, *role = NULL;
  int rc = sp_json_get_text(call->body, "at", SP_OPTIONAL, 40, &at, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "store", SP_OPTIONAL, CODE_MAX, &store, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "role", SP_OPTIONAL, CODE_MAX, &role, err);
  if (rc == 0) rc = read_level(call, out);
  if (rc != 0) return rc;
  /* Facts are somebody's: a member nobody has met, who has had nothing of any campaign. */
  if (out->facts != NULL && (out->member == NULL || out->member[0] == '\0')) out->member = SOMEBODY;
  if (at != NULL && sp_time_parse(at, &out->at) != 0) {
    return sp_fail(err, SP_E_INVALID, "at", "A time is written like 2026-11-22T07:07:51Z");
  }
  out->store = kept(call, store);
  if (role != NULL) out->role = sp_role_parse(role) + 1;
  if (role != NULL && out->role == 0) return sp_fail(err, SP_E_INVALID, "role", "There is no role %s", role);
  return read_generation(call);
}
