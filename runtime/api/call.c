/* What handlers share: parameters of a request, and JSON that is passed on. */
#include "api/call.h"
#include "app/rules.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

int sp_call_id(struct sp_call *call, int param, struct sp_id *out) {
  if (sp_id_parse(call->params[param], out) == 0) return 0;
  return sp_fail(call->work.err, SP_E_NOT_FOUND, "id", "There is nothing under %s", call->params[param]);
}

bool sp_call_flag(const struct sp_call *call, const char *name) {
  const char *value = sp_http_query(call->request, name);
  return value != NULL && strcmp(value, "0") != 0;
}

int sp_call_if_match(struct sp_call *call, int64_t *out) {
  const char *match = sp_http_header(call->request, "If-Match");
  char *end = NULL;
  if (match == NULL) return 0;
  int64_t revision = match[0] == '"' ? strtoll(match + 1, &end, 10) : 0;
  if (revision < 1 || end == NULL || strcmp(end, "\"") != 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "If-Match", "If-Match names a revision in quotes");
  }
  *out = revision;
  return 0;
}

int sp_call_hash(struct sp_call *call, int param, uint8_t out[SP_HASH_LEN]) {
  if (sp_rules_hash_parse(call->params[param], out)) return 0;
  return sp_fail(call->work.err, SP_E_NOT_FOUND, "generation", "There is nothing under %s", call->params[param]);
}

int sp_call_query_int(struct sp_call *call, const char *name, int64_t min, int64_t max, int64_t *out) {
  const char *text = sp_http_query(call->request, name);
  if (text == NULL) return 0;
  char *end = NULL;
  long long value = strtoll(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < min || value > max) {
    return sp_fail(call->work.err, SP_E_INVALID, name, "%s must be a whole number from %lld to %lld", name,
                   (long long)min, (long long)max);
  }
  *out = value;
  return 0;
}

/* Started when the answer's turn comes on the loop, after the request was allowed on a worker. */
int sp_call_job(struct sp_call *call, const struct sp_job_request *request) {
  struct sp_job_request *kept = sp_arena_alloc(&call->task.arena, sizeof *kept);
  if (kept == NULL) return sp_error_nomem(call->work.err, __func__);
  *kept = *request;
  kept->actor = call->work.actor;
  kept->lang = call->work.lang;
  call->job = kept;
  call->status = 202;
  return 0;
}

static void write_member(struct sp_json_writer *w, const struct cJSON *tree, int depth) {
  const struct cJSON *child = NULL;
  if (cJSON_IsObject(tree)) {
    sp_json_open_object(w);
    for (child = tree->child; child != NULL && depth < SP_JSON_DEPTH_MAX; child = child->next) {
      sp_json_key(w, child->string);
      write_member(w, child, depth + 1);
    }
    sp_json_close_object(w);
  } else if (cJSON_IsArray(tree)) {
    sp_json_open_array(w);
    for (child = tree->child; child != NULL && depth < SP_JSON_DEPTH_MAX; child = child->next)
      write_member(w, child, depth + 1);
    sp_json_close_array(w);
  } else if (cJSON_IsString(tree)) {
    sp_json_text(w, tree->valuestring);
  } else if (cJSON_IsBool(tree)) {
    sp_json_bool(w, cJSON_IsTrue(tree));
  } else if (cJSON_IsNumber(tree) && (double)(int64_t)tree->valuedouble == tree->valuedouble) {
    sp_json_int(w, (int64_t)tree->valuedouble); /* within 2^53: the reader saw to it */
  } else {
    sp_json_null(w);
  }
}

void sp_write_tree(struct sp_json_writer *w, const struct cJSON *tree) {
  write_member(w, tree, 0);
}
