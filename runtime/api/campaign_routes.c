/* Campaigns made through the interface: each change is checked, built and live when it is answered. */
#include "api/call.h"
#include "app/rules_change.h"
#include "app/sale.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define PREVIEW_BASKETS_MAX 50

/* ---- Reading ---- */

/* Columns of campaign_list and campaign_get. The stored body is an object whose first member is its code. */
static void put_campaign(struct sp_json_writer *w, struct sp_rows *rows) {
  struct sp_id by;
  size_t len = 0;
  const char *body = sp_rows_blob(rows, 1, &len);
  sp_rows_id(rows, 3, &by);
  sp_json_open_object(w);
  sp_json_put_text(w, "code", sp_rows_text(rows, 0));
  sp_json_put_int(w, "revision", sp_rows_int(rows, 2));
  sp_json_put_time(w, "updated_at", sp_rows_int(rows, 4));
  sp_json_put_id(w, "updated_by", by.bytes);
  sp_json_key(w, "campaign");
  sp_json_raw(w, body, len);
  sp_json_close_object(w);
}

int sp_route_campaign_list(struct sp_call *call) {
  return sp_write_rows(call, SP_Q_CAMPAIGN_LIST, NULL, 0, put_campaign);
}

int sp_route_campaign_get(struct sp_call *call) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(call->params[0])};
  int got = sp_db_one(call->work.db, SP_Q_CAMPAIGN_GET, key, 1, &rows, call->work.err);
  if (got < 0) return got;
  if (got == 0) {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "code", "There is no campaign %s in the database", call->params[0]);
  }
  put_campaign(&call->w, rows);
  call->revision = sp_rows_int(rows, 2);
  sp_rows_finish(rows);
  return 0;
}

/* ---- Changing ---- */

/* The campaign as it is stored: its code first, whatever the order it was sent in. */
static int read_campaign(struct sp_call *call, const struct cJSON *object, const char *code, const char **out) {
  struct sp_buf text;
  struct sp_json_writer w;
  const struct cJSON *own = sp_json_member(object, "code"), *member = NULL;
  if (own != NULL && (!cJSON_IsString(own) || strcmp(own->valuestring, code) != 0)) {
    return sp_fail(call->work.err, SP_E_INVALID, "code", "A campaign keeps its code");
  }
  sp_buf_init(&text, SP_CAMPAIGN_BODY_MAX);
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "code", code);
  for (member = object->child; member != NULL; member = member->next) {
    if (member == own) continue;
    sp_json_key(&w, member->string);
    sp_write_tree(&w, member);
  }
  sp_json_close_object(&w);
  int failed = text.failed;
  *out = failed == 0 ? sp_arena_copy(&call->task.arena, text.data, text.len) : NULL;
  sp_buf_free(&text);
  if (failed == SP_E_LIMIT) {
    return sp_fail(call->work.err, SP_E_LIMIT, NULL, "A campaign has at most %d bytes", SP_CAMPAIGN_BODY_MAX);
  }
  return *out != NULL ? 0 : sp_error_nomem(call->work.err, __func__);
}

static int put_warnings(struct sp_call *call, const struct sp_bundle *bundle) {
  struct sp_buf warnings;
  sp_buf_init(&warnings, SP_ANSWER_MAX);
  int rc = sp_bundle_warnings(bundle, call->work.now, call->work.lang, &warnings, call->work.err);
  if (rc == 0) {
    sp_json_key(&call->w, "warnings");
    sp_json_raw(&call->w, sp_buf_text(&warnings), warnings.len);
  }
  sp_buf_free(&warnings);
  return rc;
}

static int change(struct sp_call *call, const struct sp_campaign_put *put) {
  bool only_try = sp_call_flag(call, "dry_run");
  struct sp_bundle *bundle = NULL;
  char hash[SP_HASH_HEX];
  int64_t revision = 0;
  int rc = sp_campaign_put(&call->work, put, only_try, &bundle, &revision);
  if (rc != 0) return rc;
  sp_hash_hex(sp_bundle_hash(bundle), hash);
  call->status = put->create && !only_try ? 201 : 200;
  sp_json_open_object(&call->w);
  sp_json_put_text(&call->w, "code", put->code);
  if (!only_try && revision > 0) {
    sp_json_put_int(&call->w, "revision", revision);
    call->revision = revision;
  }
  if (only_try) sp_json_put_bool(&call->w, "dry_run", true);
  sp_json_put_text(&call->w, "generation", hash);
  rc = put_warnings(call, bundle);
  sp_json_close_object(&call->w);
  return rc;
}

int sp_route_campaign_create(struct sp_call *call) {
  struct sp_campaign_put put = {.expected = -1, .create = true};
  int rc = sp_json_get_text(call->body, "code", SP_REQUIRED, SP_CAMPAIGN_CODE_MAX, &put.code, call->work.err);
  if (rc == 0) rc = read_campaign(call, call->body, put.code, &put.body);
  return rc == 0 ? change(call, &put) : rc;
}

int sp_route_campaign_put(struct sp_call *call) {
  struct sp_campaign_put put = {.code = call->params[0], .expected = -1};
  int rc = sp_call_if_match(call, &put.expected);
  if (rc == 0) rc = read_campaign(call, call->body, put.code, &put.body);
  return rc == 0 ? change(call, &put) : rc;
}

int sp_route_campaign_delete(struct sp_call *call) {
  struct sp_campaign_put put = {.code = call->params[0], .expected = -1};
  int rc = sp_call_if_match(call, &put.expected);
  return rc == 0 ? change(call, &put) : rc;
}

/* ---- Preview ---- */

struct priced {
  int64_t gross, discount, total;
  int32_t alarms;
};

static int quote(struct sp_call *call, const struct sp_sale_request *request, const struct sp_bundle *bundle,
                 const char *name, struct priced *out) {
  struct sp_sale sale;
  int rc = sp_rules_use_bundle(&call->work, bundle);
  if (rc == 0) rc = sp_sale_quote(&call->work, request, false, &sale);
  if (rc != 0) return rc;
  *out = (struct priced){sale.gross, sale.discount, sale.total, sale.alarms};
  sp_json_key(&call->w, name);
  sp_json_open_object(&call->w);
  sp_json_put_int(&call->w, "gross", sale.gross);
  sp_json_put_int(&call->w, "discount", sale.discount);
  sp_json_put_int(&call->w, "total", sale.total);
  if (sale.alarms > 0) sp_json_put_int(&call->w, "alarms", sale.alarms);
  sp_write_lines(&call->w, &sale);
  sp_json_close_object(&call->w);
  return 0;
}

/* `call->body` is the basket for as long as it is read: sp_read_sale reads a whole body. */
static int preview_one(struct sp_call *call, struct cJSON *basket, const struct sp_bundle *before,
                       const struct sp_bundle *after, int64_t *difference) {
  struct cJSON *body = call->body;
  struct sp_sale_request request;
  struct priced was, will;
  call->body = basket;
  int rc = sp_read_sale(call, true, &request);
  call->body = body;
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  rc = quote(call, &request, before, "before", &was);
  if (rc == 0) rc = quote(call, &request, after, "after", &will);
  if (rc != 0) return rc;
  sp_json_put_int(&call->w, "difference", will.total - was.total);
  sp_json_close_object(&call->w);
  *difference += will.total - was.total;
  return 0;
}

static int preview_all(struct sp_call *call, const struct cJSON *baskets, const struct sp_bundle *before,
                       const struct sp_bundle *after) {
  struct cJSON *basket = NULL;
  int64_t difference = 0;
  int i = 0, rc = 0;
  sp_json_key(&call->w, "baskets");
  sp_json_open_array(&call->w);
  cJSON_ArrayForEach(basket, baskets) {
    rc = preview_one(call, basket, before, after, &difference);
    if (rc != 0) {
      char prefix[32];
      snprintf(prefix, sizeof prefix, "baskets[%d]", i);
      sp_error_prefix(call->work.err, prefix);
      break;
    }
    i++;
  }
  sp_json_close_array(&call->w);
  sp_json_put_int(&call->w, "difference", difference);
  return rc;
}

/* What sample baskets cost now, and with the campaign as `campaign` has it, or without it. Writes nothing. */
int sp_route_campaign_preview(struct sp_call *call) {
  static const char *const known[] = {"campaign", "baskets", NULL};
  const struct cJSON *campaign = NULL, *baskets = NULL;
  struct sp_campaign_put put = {.code = call->params[0], .expected = -1};
  struct sp_bundle *after = NULL;
  struct sp_error *err = call->work.err;
  int64_t revision = 0;
  int count = 0;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_object(call->body, "campaign", SP_OPTIONAL, &campaign, err);
  if (rc == 0) rc = sp_json_get_array(call->body, "baskets", SP_REQUIRED, PREVIEW_BASKETS_MAX, &baskets, &count, err);
  if (rc == 0 && campaign != NULL) rc = read_campaign(call, campaign, put.code, &put.body);
  if (rc == 0) rc = sp_campaign_put(&call->work, &put, true, &after, &revision);
  if (rc != 0) return rc;
  const struct sp_bundle *before = call->work.bundle;
  sp_json_open_object(&call->w);
  rc = preview_all(call, baskets, before, after);
  if (rc == 0) rc = put_warnings(call, after);
  sp_json_close_object(&call->w);
  return rc;
}
