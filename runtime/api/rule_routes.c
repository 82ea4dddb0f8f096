/* Rules and their generations: what serves, candidates, publishing, rolling back, canary, shadow. */
#include "api/call.h"
#include "app/rules_change.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACK_FILES_MAX    4000
#define PACK_NAME_MAX     60
#define DESCRIPTION_MAX   ((size_t)64 << 20)
#define BUNDLES_SHOWN_MAX 200

static void put_hash(struct sp_json_writer *w, const char *name, bool has, const uint8_t hash[SP_HASH_LEN]) {
  char hex[SP_HASH_HEX];
  sp_json_key(w, name);
  if (!has) {
    sp_json_null(w);
    return;
  }
  sp_hash_hex(hash, hex);
  sp_json_text_n(w, hex, SP_HASH_HEX - 1);
}

static struct sp_rules *rules_of(const struct sp_call *call) {
  return call->options->app->rules;
}

/* ---- What serves ---- */

static void put_tills(struct sp_json_writer *w, const struct sp_rules_state *state) {
  sp_json_key(w, "tills");
  sp_json_open_array(w);
  for (int i = 0; i < state->till_count; i++)
    sp_json_text(w, state->till_codes[i]);
  sp_json_close_array(w);
}

static void put_problem(struct sp_call *call) {
  struct sp_json_writer *w = &call->w;
  struct sp_error error;
  int64_t at = 0;
  if (!sp_rules_problem(rules_of(call), &at, &error)) return;
  sp_json_key(w, "problem");
  sp_json_open_object(w);
  sp_json_put_time(w, "at", at);
  sp_json_put_text(w, "type", sp_code_name(error.code));
  sp_json_put_text(w, "detail", error.message);
  if (error.field[0] != '\0') sp_json_put_text(w, "field", error.field);
  sp_json_close_object(w);
}

static void put_state(struct sp_call *call) {
  struct sp_json_writer *w = &call->w;
  struct sp_rules_state state;
  sp_rules_state(rules_of(call), &state);
  sp_json_open_object(w);
  sp_json_put_int(w, "revision", state.revision);
  put_hash(w, "live", true, state.live);
  sp_json_put_time(w, "live_since", state.live_since);
  put_hash(w, "previous", state.has_previous, state.previous);
  put_hash(w, "canary", state.has_canary, state.canary);
  put_tills(w, &state);
  put_hash(w, "shadow", state.has_shadow, state.shadow);
  const char *folder = sp_rules_folder(rules_of(call));
  sp_json_put_text(w, "source", folder[0] != '\0' ? "folder" : "published");
  put_problem(call);
  sp_json_close_object(w);
  call->revision = state.revision;
}

/* ?generation=HASH: another than the one that serves. */
static int use_asked(struct sp_call *call) {
  const char *text = sp_http_query(call->request, "generation");
  uint8_t hash[SP_HASH_LEN];
  if (text == NULL) return 0;
  if (!sp_rules_hash_parse(text, hash)) {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "generation", "There is nothing under %s", text);
  }
  return sp_rules_use(&call->work, hash);
}

/* What the bundle says of itself, with the state before it. */
int sp_route_rules(struct sp_call *call) {
  struct sp_buf text;
  sp_buf_init(&text, DESCRIPTION_MAX);
  call->out.max = DESCRIPTION_MAX; /* tens of thousands of campaigns */
  int rc = use_asked(call);
  if (rc == 0) rc = sp_bundle_describe(call->work.bundle, &text, call->work.err);
  if (rc == 0 && rules_of(call) != NULL && text.len > 2) {
    sp_buf_puts(&call->out, "{\"state\":");
    put_state(call);
    sp_buf_putc(&call->out, ',');
    sp_buf_add(&call->out, text.data + 1, text.len - 1);
  } else if (rc == 0) {
    sp_buf_add(&call->out, text.data, text.len);
  }
  sp_buf_free(&text);
  return rc;
}

static const struct cJSON *find_named(const struct cJSON *list, const char *name) {
  const struct cJSON *item = NULL;
  cJSON_ArrayForEach(item, list) {
    const struct cJSON *own = sp_json_member(item, "name");
    if (cJSON_IsString(own) && strcmp(own->valuestring, name) == 0) return item;
  }
  return NULL;
}

/* One rule with the declaration of its parameters, which a form is made of. */
int sp_route_rule(struct sp_call *call) {
  struct sp_buf text;
  struct cJSON *tree = NULL;
  sp_buf_init(&text, DESCRIPTION_MAX);
  int rc = sp_bundle_describe(call->work.bundle, &text, call->work.err);
  if (rc == 0) rc = sp_json_parse(sp_buf_text(&text), text.len, &tree, call->work.err);
  if (rc == 0) {
    const struct cJSON *rule = find_named(sp_json_member(tree, "rules"), call->params[0]);
    if (rule != NULL)
      sp_write_tree(&call->w, rule);
    else
      rc = sp_fail(call->work.err, SP_E_NOT_FOUND, "rule", "There is no rule %s", call->params[0]);
  }
  sp_json_free(tree);
  sp_buf_free(&text);
  return rc;
}

int sp_route_rules_canary(struct sp_call *call) {
  struct sp_rules_state state;
  struct sp_counts live, canary;
  struct sp_json_writer *w = &call->w;
  sp_rules_state(rules_of(call), &state);
  sp_rules_counts(rules_of(call), &live, &canary);
  sp_json_open_object(w);
  put_hash(w, "canary", state.has_canary, state.canary);
  put_hash(w, "live", true, state.live);
  put_tills(w, &state);
  if (state.has_canary) {
    sp_json_put_time(w, "since", state.canary_since);
    sp_json_key(w, "gate");
    sp_rules_gate_write(&state.gate, w);
  }
  sp_json_key(w, "counts");
  sp_json_open_object(w);
  sp_json_key(w, "live");
  sp_counts_write(&live, w);
  sp_json_key(w, "canary");
  sp_counts_write(&canary, w);
  sp_json_close_object(w);
  sp_json_close_object(w);
  return 0;
}

int sp_route_rules_shadow(struct sp_call *call) {
  struct sp_rules_state state;
  struct sp_json_writer *w = &call->w;
  sp_rules_state(rules_of(call), &state);
  sp_json_open_object(w);
  put_hash(w, "shadow", state.has_shadow, state.shadow);
  if (state.has_shadow) {
    sp_json_put_time(w, "since", state.shadow_since);
    sp_rules_shadow_write(rules_of(call), w);
  }
  sp_json_close_object(w);
  return 0;
}

/* ---- Candidates ---- */

static int read_file(struct sp_call *call, const struct cJSON *object, struct sp_pack_file *out) {
  static const char *const known[] = {"path", "text", NULL};
  int rc = sp_json_only(object, known, call->work.err);
  if (rc == 0) rc = sp_json_get_text(object, "path", SP_REQUIRED, 200, &out->path, call->work.err);
  if (rc != 0) return rc;
  const struct cJSON *text = sp_json_member(object, "text"); /* with line ends, so no sp_json_get_text */
  if (!cJSON_IsString(text)) return sp_fail(call->work.err, SP_E_INVALID, "text", "%s is required", "text");
  out->text = text->valuestring; /* lives as long as the call */
  out->len = strlen(out->text);
  return 0;
}

static int read_pack(struct sp_call *call, struct sp_pack_upload *out) {
  static const char *const known[] = {"name", "files", NULL};
  const struct cJSON *array = NULL, *item = NULL;
  char prefix[24];
  int count = 0;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_json_get_text(call->body, "name", SP_OPTIONAL, PACK_NAME_MAX, &out->name, call->work.err);
  if (rc == 0) {
    rc = sp_json_get_array(call->body, "files", SP_REQUIRED, PACK_FILES_MAX, &array, &count, call->work.err);
  }
  if (rc != 0) return rc;
  struct sp_pack_file *files = sp_arena_array(&call->task.arena, (size_t)count + 1, sizeof *files);
  if (files == NULL) return sp_error_nomem(call->work.err, __func__);
  cJSON_ArrayForEach(item, array) {
    rc = read_file(call, item, &files[out->count]);
    if (rc != 0) {
      snprintf(prefix, sizeof prefix, "files[%d]", (int)out->count);
      sp_error_prefix(call->work.err, prefix);
      return rc;
    }
    out->count++;
  }
  out->files = files;
  return 0;
}

int sp_route_bundle_post(struct sp_call *call) {
  struct sp_pack_upload upload = {.count = 0};
  struct sp_bundle *bundle = NULL;
  const char *report = NULL;
  int rc = read_pack(call, &upload);
  if (rc == 0) rc = sp_rules_upload(&call->work, &upload, &bundle, &report);
  if (rc != 0) return rc;
  call->status = 201;
  sp_json_open_object(&call->w);
  put_hash(&call->w, "hash", true, sp_bundle_hash(bundle));
  sp_json_key(&call->w, "report");
  sp_json_raw(&call->w, report, strlen(report));
  sp_json_close_object(&call->w);
  return 0;
}

static const char *status_of(const struct sp_rules_state *state, const uint8_t *hash, bool served, bool withdrawn) {
  if (memcmp(state->live, hash, SP_HASH_LEN) == 0) return "live";
  if (state->has_canary && memcmp(state->canary, hash, SP_HASH_LEN) == 0) return "canary";
  if (state->has_previous && memcmp(state->previous, hash, SP_HASH_LEN) == 0) return "previous";
  if (withdrawn) return "withdrawn";
  return served ? "retired" : "candidate";
}

/* `rows` has origin, name, created_at, served, sold, retired_at, withdrawn_at from `first` on. */
static void put_generation(struct sp_call *call, const uint8_t *hash, struct sp_rows *rows, int first) {
  struct sp_json_writer *w = &call->w;
  struct sp_rules_state state;
  sp_rules_state(rules_of(call), &state);
  put_hash(w, "hash", true, hash);
  bool withdrawn = !sp_rows_null(rows, first + 6);
  sp_json_put_text(w, "status", status_of(&state, hash, sp_rows_int(rows, first + 3) != 0, withdrawn));
  if (state.has_shadow && memcmp(state.shadow, hash, SP_HASH_LEN) == 0) sp_json_put_bool(w, "shadow", true);
  sp_json_put_text(w, "origin", sp_rows_text(rows, first));
  sp_json_put_text(w, "name", sp_rows_text(rows, first + 1));
  sp_json_put_time(w, "created_at", sp_rows_int(rows, first + 2));
  if (!sp_rows_null(rows, first + 5)) sp_json_put_time(w, "retired_at", sp_rows_int(rows, first + 5));
  if (withdrawn) sp_json_put_time(w, "withdrawn_at", sp_rows_int(rows, first + 6));
}

int sp_route_bundle_list(struct sp_call *call) {
  struct sp_rows *rows = NULL;
  int64_t limit = 50;
  int rc = sp_call_query_int(call, "limit", 1, BUNDLES_SHOWN_MAX, &limit);
  const struct sp_value params[] = {sp_v_int(limit)};
  if (rc == 0) rc = sp_db_query(call->work.db, SP_Q_GENERATION_LIST, params, 1, &rows, call->work.err);
  if (rc != 0) return rc;
  sp_json_open_array(&call->w);
  while ((rc = sp_rows_next(rows, call->work.err)) > 0) {
    size_t len = 0;
    const uint8_t *hash = sp_rows_blob(rows, 0, &len);
    if (len != SP_HASH_LEN) continue;
    sp_json_open_object(&call->w);
    put_generation(call, hash, rows, 1);
    sp_json_close_object(&call->w);
  }
  sp_json_close_array(&call->w);
  sp_rows_finish(rows);
  return rc;
}

/* "HASH PATH" a line; with ?text=1 what is in each, but for the program's own rules. */
static int put_files(struct sp_call *call, const char *list) {
  struct sp_json_writer *w = &call->w;
  bool texts = sp_call_flag(call, "text");
  int rc = 0;
  sp_json_key(w, "files");
  sp_json_open_array(w);
  for (; *list != '\0' && rc == 0; list += strcspn(list, "\n") + 1) {
    const char *path = list + SP_HASH_LEN * 2 + 1;
    char hex[SP_HASH_HEX] = "";
    uint8_t hash[SP_HASH_LEN];
    struct sp_rows *rows = NULL;
    memcpy(hex, list, SP_HASH_LEN * 2);
    sp_json_open_object(w);
    sp_json_key(w, "path");
    sp_json_text_n(w, path, strcspn(path, "\n"));
    sp_json_put_text(w, "hash", hex);
    bool own = strncmp(path, "base/", 5) == 0;
    if (texts && !own && sp_rules_hash_parse(hex, hash)) {
      const struct sp_value key[] = {sp_v_blob(hash, SP_HASH_LEN)};
      int got = sp_db_one(call->work.db, SP_Q_RULE_FILE_GET, key, 1, &rows, call->work.err);
      size_t len = 0;
      const char *body = got > 0 ? sp_rows_blob(rows, 0, &len) : "";
      sp_json_key(w, "text");
      sp_json_text_n(w, body, len);
      sp_rows_finish(rows);
      rc = got < 0 ? got : 0;
    }
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  return rc;
}

int sp_route_bundle_get(struct sp_call *call) {
  struct sp_rows *rows = NULL;
  uint8_t hash[SP_HASH_LEN];
  int rc = sp_call_hash(call, 0, hash);
  if (rc != 0) return rc;
  const struct sp_value key[] = {sp_v_blob(hash, SP_HASH_LEN)};
  int got = sp_db_one(call->work.db, SP_Q_GENERATION_GET, key, 1, &rows, call->work.err);
  if (got < 0) return got;
  if (got == 0) {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "generation", "There is nothing under %s", call->params[0]);
  }
  const char *files = sp_work_column(&call->work, rows, 0);
  const char *report = sp_work_column(&call->work, rows, 2);
  sp_json_open_object(&call->w);
  put_generation(call, hash, rows, 3);
  sp_json_put_text(&call->w, "store", sp_rows_text(rows, 1));
  sp_rows_finish(rows);
  if (files == NULL || report == NULL) return sp_error_nomem(call->work.err, __func__);
  if (report[0] != '\0') {
    sp_json_key(&call->w, "report");
    sp_json_raw(&call->w, report, strlen(report));
  }
  rc = put_files(call, files);
  sp_json_close_object(&call->w);
  return rc;
}
