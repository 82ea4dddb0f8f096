/* Letting generations serve, and taking them back. */
#include "api/call.h"
#include "app/rules_change.h"

#include <cjson/cJSON.h>
#include <string.h>

#define DAYS_MAX 366

static void put_hash(struct sp_json_writer *w, const char *name, const uint8_t hash[SP_HASH_LEN]) {
  char hex[SP_HASH_HEX];
  sp_hash_hex(hash, hex);
  sp_json_put_text(w, name, hex);
}

/* ---- Publish ---- */

static int read_tills(struct sp_call *call, struct sp_publish *out) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0;
  int rc = sp_json_get_array(call->body, "tills", SP_OPTIONAL, SP_RULES_TILLS_MAX, &array, &count, call->work.err);
  if (rc != 0 || array == NULL) return rc;
  const char **codes = sp_arena_array(&call->task.arena, (size_t)count + 1, sizeof *codes);
  if (codes == NULL) return sp_error_nomem(call->work.err, __func__);
  cJSON_ArrayForEach(item, array) {
    if (!cJSON_IsString(item)) return sp_fail(call->work.err, SP_E_INVALID, "tills", "A till is named by its code");
    codes[out->till_count++] = item->valuestring; /* lives as long as the call */
  }
  if (count == 0) return sp_fail(call->work.err, SP_E_INVALID, "tills", "Name at least one till, or leave tills out");
  out->tills = codes;
  return 0;
}

static int read_gate(struct sp_call *call, struct sp_publish *out) {
  static const char *const known[] = {
      "max_alarm_ppm", "max_discount_change_ppm", "min_sales", "max_difference_ppm", "days", "specs", NULL};
  const struct cJSON *gate = NULL;
  struct sp_error *err = call->work.err;
  int64_t days = out->days;
  int rc = sp_json_get_object(call->body, "gate", SP_OPTIONAL, &gate, err);
  if (rc == 0 && gate != NULL) rc = sp_json_only(gate, known, err);
  if (rc == 0) rc = sp_rules_gate_read(gate, &out->gate, err);
  if (rc == 0 && gate != NULL) {
    rc = sp_json_get_int(gate, "max_difference_ppm", SP_OPTIONAL, 0, SP_JSON_INT_MAX, &out->max_difference_ppm, err);
    if (rc == 0) rc = sp_json_get_int(gate, "days", SP_OPTIONAL, 0, DAYS_MAX, &days, err);
    if (rc == 0) rc = sp_json_get_bool(gate, "specs", SP_OPTIONAL, &out->specs, err);
  }
  if (rc != 0) sp_error_prefix(err, "gate");
  out->days = (int32_t)days;
  return rc;
}

static int start_job(struct sp_call *call, const struct sp_publish *publish) {
  struct sp_publish *kept = sp_arena_alloc(&call->task.arena, sizeof *kept);
  if (kept == NULL) return sp_error_nomem(call->work.err, __func__);
  *kept = *publish;
  const struct sp_job_request request = {.kind = "publish", .publish = kept};
  return sp_call_job(call, &request);
}

/* With the pack's own demands; half a demand would ask nothing. */
static int add_demands(struct sp_call *call, struct sp_publish *publish) {
  bool days = publish->days > 0;
  int rc = sp_publish_demands(&call->work, publish);
  if (rc == 0 && publish->max_difference_ppm >= 0 && publish->days == 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "gate.days",
                   "max_difference_ppm needs days: how many days of past sales to look at");
  }
  if (rc == 0 && days && publish->max_difference_ppm < 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "gate.max_difference_ppm",
                   "days needs max_difference_ppm: by how much past sales may differ");
  }
  return rc;
}

int sp_route_bundle_publish(struct sp_call *call) {
  static const char *const known[] = {"tills", "gate", NULL};
  struct sp_publish publish = {.max_difference_ppm = -1};
  struct sp_bundle *bundle = NULL;
  int rc = sp_call_hash(call, 0, publish.hash);
  if (rc == 0) rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = read_tills(call, &publish);
  if (rc == 0) rc = read_gate(call, &publish);
  if (rc == 0) rc = add_demands(call, &publish);
  if (rc != 0) return rc;
  if (publish.specs || (publish.days > 0 && publish.max_difference_ppm >= 0)) return start_job(call, &publish);
  rc = sp_rules_publish(&call->work, &publish, &bundle);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  put_hash(&call->w, "hash", sp_bundle_hash(bundle));
  sp_json_put_text(&call->w, "status", publish.till_count > 0 ? "canary" : "live");
  sp_json_close_object(&call->w);
  return 0;
}

/* ---- Back ---- */

int sp_route_rules_rollback(struct sp_call *call) {
  static const char *const known[] = {"to", NULL};
  uint8_t hash[SP_HASH_LEN];
  const char *to = NULL;
  struct sp_bundle *bundle = NULL;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_json_get_text(call->body, "to", SP_OPTIONAL, SP_HASH_LEN * 2, &to, call->work.err);
  if (rc == 0 && to != NULL && !sp_rules_hash_parse(to, hash)) {
    rc = sp_fail(call->work.err, SP_E_NOT_FOUND, "to", "There is nothing under %s", to);
  }
  if (rc == 0) rc = sp_rules_rollback(&call->work, to != NULL ? hash : NULL, &bundle);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  put_hash(&call->w, "live", sp_bundle_hash(bundle));
  sp_json_close_object(&call->w);
  return 0;
}

/* ---- Shadow ---- */

int sp_route_bundle_shadow(struct sp_call *call) {
  uint8_t hash[SP_HASH_LEN];
  int rc = sp_call_hash(call, 0, hash);
  if (rc == 0) rc = sp_rules_shadow_set(&call->work, hash);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  put_hash(&call->w, "shadow", hash);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_bundle_unshadow(struct sp_call *call) {
  struct sp_rules_state state;
  uint8_t hash[SP_HASH_LEN];
  int rc = sp_call_hash(call, 0, hash);
  if (rc != 0) return rc;
  sp_rules_state(call->options->app->rules, &state);
  if (!state.has_shadow || memcmp(state.shadow, hash, SP_HASH_LEN) != 0) {
    return sp_fail(call->work.err, SP_E_STATE, "generation", "These rules are no shadow");
  }
  rc = sp_rules_shadow_set(&call->work, NULL);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  sp_json_close_object(&call->w);
  return 0;
}
