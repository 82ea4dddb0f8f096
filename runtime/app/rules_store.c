/* Generations in the database: every file by its own hash, a generation as the list of its files. */
#include "app/rules_parts.h"
#include "base/buf.h"

#include <cjson/cJSON.h>
#include <string.h>

#define LIST_MAX    ((size_t)4 << 20)
#define LOAD_MEMORY ((size_t)256 << 20)

static struct sp_value hash_value(const uint8_t hash[SP_HASH_LEN]) {
  return sp_v_blob(hash, SP_HASH_LEN);
}

static struct sp_value maybe(bool has, const uint8_t hash[SP_HASH_LEN]) {
  return has ? hash_value(hash) : sp_v_null();
}

/* ---- The row ---- */

static bool read_hash(struct sp_rows *rows, int column, uint8_t out[SP_HASH_LEN]) {
  size_t len = 0;
  const void *bytes = sp_rows_blob(rows, column, &len);
  if (len != SP_HASH_LEN) return false;
  memcpy(out, bytes, SP_HASH_LEN);
  return true;
}

/* A till that is gone takes no part any more. */
static int read_tills(struct sp_work *work, const char *codes, struct sp_rules_state *out) {
  while (*codes != '\0' && out->till_count < SP_RULES_TILLS_MAX) {
    struct sp_rows *rows = NULL;
    size_t len = strcspn(codes, " ");
    const struct sp_value key[] = {sp_v_text_n(codes, len)};
    int got = len < sizeof out->till_codes[0] ? sp_db_one(work->db, SP_Q_TILL_BY_CODE, key, 1, &rows, work->err) : 0;
    if (got < 0) return got;
    if (got > 0) {
      sp_rows_id(rows, 0, &out->tills[out->till_count]);
      memcpy(out->till_codes[out->till_count], codes, len);
      out->till_codes[out->till_count++][len] = '\0';
      sp_rows_finish(rows);
    }
    codes += len + (codes[len] == ' ');
  }
  return 0;
}

static int read_gate(struct sp_work *work, const char *text, struct sp_rules_gate *out) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(text, strlen(text), &tree, work->err);
  if (rc == 0) rc = sp_rules_gate_read(tree, out, work->err);
  sp_json_free(tree);
  return rc == 0 ? 0 : sp_fail(work->err, SP_E_CORRUPT, "gate", "The stored gate of the canary is damaged");
}

int sp_rules_state_read(struct sp_work *work, struct sp_rules_state *out) {
  struct sp_rows *rows = NULL;
  *out = (struct sp_rules_state){.revision = 0};
  int got = sp_db_one(work->db, SP_Q_RULES_STATE_GET, NULL, 0, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, NULL, "No rules are loaded");
  out->revision = sp_rows_int(rows, 0);
  out->made = sp_rows_int(rows, 1);
  bool sound = read_hash(rows, 2, out->live) && read_hash(rows, 11, out->built_in);
  out->live_since = sp_rows_int(rows, 3);
  out->has_previous = read_hash(rows, 4, out->previous);
  out->has_canary = read_hash(rows, 5, out->canary);
  out->canary_since = sp_rows_int(rows, 6);
  const char *tills = sp_work_column(work, rows, 7);
  const char *gate = sp_work_column(work, rows, 8);
  out->has_shadow = read_hash(rows, 9, out->shadow);
  out->shadow_since = sp_rows_int(rows, 10);
  sp_rows_finish(rows);
  if (!sound) return sp_fail(work->err, SP_E_CORRUPT, NULL, "The stored state of the rules is damaged");
  if (tills == NULL || gate == NULL) return sp_error_nomem(work->err, __func__);
  int rc = read_tills(work, tills, out);
  return rc == 0 ? read_gate(work, gate, &out->gate) : rc;
}

static const char *codes_text(struct sp_work *work, const struct sp_rules_state *state) {
  const char *text = "";
  for (int i = 0; text != NULL && i < state->till_count; i++)
    text = sp_arena_printf(work->arena, "%s%s%s", text, i > 0 ? " " : "", state->till_codes[i]);
  return text;
}

static const char *gate_text(struct sp_work *work, const struct sp_rules_gate *gate) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 1024);
  sp_json_start(&w, &out);
  sp_rules_gate_write(gate, &w);
  const char *copy = out.failed != 0 ? NULL : sp_arena_copy(work->arena, out.data, out.len);
  sp_buf_free(&out);
  return copy;
}

int sp_rules_state_plan(struct sp_work *work, struct sp_rules_state *next) {
  const char *codes = codes_text(work, next);
  const char *gate = gate_text(work, &next->gate);
  if (codes == NULL || gate == NULL) return sp_error_nomem(work->err, __func__);
  const struct sp_value params[] = {
      sp_v_int(next->revision),
      hash_value(next->live),
      sp_v_int(next->live_since),
      maybe(next->has_previous, next->previous),
      maybe(next->has_canary, next->canary),
      next->has_canary ? sp_v_int(next->canary_since) : sp_v_null(),
      sp_v_text(codes),
      sp_v_text(gate),
      maybe(next->has_shadow, next->shadow),
      next->has_shadow ? sp_v_int(next->shadow_since) : sp_v_null(),
      hash_value(next->built_in),
  };
  sp_plan_expect(work->plan, SP_Q_RULES_STATE_UPDATE, params, 11, SP_E_CONFLICT, "rules",
                 "Somebody else changed the rules at the same moment");
  next->revision++;
  return 0;
}

/* ---- Loading ---- */

struct list {
  struct sp_work *work;
  int parts;
  struct sp_rules_files *files;
};

/* "HASH PATH\n" */
static int read_line(struct list *list, const char *line, size_t len) {
  struct sp_work *work = list->work;
  struct sp_rows *rows = NULL;
  uint8_t hash[SP_HASH_LEN];
  char hex[SP_HASH_HEX] = "";
  if (len < SP_HASH_LEN * 2 + 2)
    return sp_fail(work->err, SP_E_CORRUPT, NULL, "A stored list of rule files is damaged");
  memcpy(hex, line, SP_HASH_LEN * 2);
  if (!sp_rules_hash_parse(hex, hash)) {
    return sp_fail(work->err, SP_E_CORRUPT, NULL, "A stored list of rule files is damaged");
  }
  const char *path = sp_arena_copy(work->arena, line + SP_HASH_LEN * 2 + 1, len - SP_HASH_LEN * 2 - 1);
  if (path == NULL) return sp_error_nomem(work->err, __func__);
  if ((sp_rules_part(path) & list->parts) == 0) return 0;
  const struct sp_value key[] = {hash_value(hash)};
  int got = sp_db_one(work->db, SP_Q_RULE_FILE_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_CORRUPT, NULL, "A stored rule file is missing: %.12s", hex);
  size_t bytes = 0;
  const void *body = sp_rows_blob(rows, 0, &bytes);
  const struct sp_pack_file file = {
      .path = path,
      .text = sp_arena_copy(work->arena, body, bytes),
      .len = bytes,
  };
  sp_rows_finish(rows);
  if (file.text == NULL) return sp_error_nomem(work->err, __func__);
  uint8_t found[SP_HASH_LEN];
  const struct sp_slice slice = {file.text, bytes};
  if (sp_hash(&slice, 1, found) != 0 || memcmp(found, hash, SP_HASH_LEN) != 0) {
    return sp_fail(work->err, SP_E_CORRUPT, NULL, "A stored rule file is damaged: %s", path);
  }
  return sp_rules_files_add(work, &file, list->files);
}

static int read_list(struct list *list, const char *text) {
  int rc = 0;
  while (rc == 0 && *text != '\0') {
    size_t len = strcspn(text, "\n");
    rc = read_line(list, text, len);
    text += len + (text[len] == '\n');
  }
  return rc;
}

/* The list and the store of a stored generation; "" for one that is not there or from before files were kept. */
static int read_generation(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], const char **list,
                           const char **store) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {hash_value(hash)};
  int got = sp_db_one(work->db, SP_Q_GENERATION_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  *list = got > 0 ? sp_work_column(work, rows, 0) : "";
  *store = got > 0 ? sp_work_column(work, rows, 1) : "";
  sp_rows_finish(rows);
  if (*list == NULL || *store == NULL) return sp_error_nomem(work->err, __func__);
  if ((*list)[0] != '\0') return 0;
  char hex[SP_HASH_HEX];
  sp_hash_hex(hash, hex);
  return sp_fail(work->err, SP_E_NOT_FOUND, "generation", "There is no generation of rules %.12s", hex);
}

int sp_rules_files_stored(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], int parts,
                          struct sp_rules_files *files) {
  struct list list = {.work = work, .parts = parts, .files = files};
  const char *text = NULL, *store = NULL;
  int rc = read_generation(work, hash, &text, &store);
  return rc == 0 ? read_list(&list, text) : rc;
}

/* With memory of its own, given back at once: a generation may be larger than a request. */
static int load(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_bundle **out) {
  struct sp_arena arena;
  struct sp_work reader = *work;
  struct sp_rules_files files = {.list = NULL};
  const char *text = NULL, *store = NULL;
  sp_arena_init(&arena, LOAD_MEMORY);
  reader.arena = &arena;
  struct list list = {.work = &reader, .parts = SP_PART_ALL, .files = &files};
  int rc = read_generation(&reader, hash, &text, &store);
  if (rc == 0) rc = read_list(&list, text);
  const struct sp_bundle_options options = {
      .bare = true,
      .files = files.list,
      .file_count = files.count,
      .store = rc == 0 && store[0] != '\0' ? store : NULL,
  };
  if (rc == 0) rc = sp_bundle_build(&options, work->app->rules->api, out, work->err);
  sp_arena_free(&arena);
  return rc;
}

int sp_rules_load(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_bundle **out) {
  struct sp_rules *rules = work->app->rules;
  char hex[SP_HASH_HEX];
  sp_hash_hex(hash, hex);
  if (rules == NULL) {
    return sp_fail(work->err, SP_E_NOT_FOUND, "generation", "There is no generation of rules %.12s", hex);
  }
  *out = sp_rules_find(rules, hash);
  if (*out != NULL) return sp_rules_hold(work, *out);
  int rc = load(work, hash, out);
  if (rc != 0) return rc;
  if (memcmp(sp_bundle_hash(*out), hash, SP_HASH_LEN) != 0) {
    sp_bundle_release(*out);
    *out = NULL;
    return sp_fail(work->err, SP_E_UNSUPPORTED, "generation", "This program no longer builds the rules %.12s", hex);
  }
  sp_rules_keep(rules, *out);
  return sp_rules_hold(work, *out);
}

/* ---- Storing ---- */

static int store_file(struct sp_work *work, const struct sp_pack_file *file, struct sp_buf *list) {
  uint8_t hash[SP_HASH_LEN];
  char hex[SP_HASH_HEX];
  const struct sp_slice slice = {file->text, file->len};
  int rc = sp_hash(&slice, 1, hash);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "The hash of a rule failed");
  sp_hash_hex(hash, hex);
  sp_buf_printf(list, "%s %s\n", hex, file->path);
  const struct sp_value params[] = {hash_value(hash), sp_v_blob(file->text, file->len)};
  struct sp_rows *rows = NULL;
  /* What is known is not written again; `rules_made_raise` sees to it that it stays. */
  int got = sp_db_one(work->db, SP_Q_RULE_FILE_KNOWN, params, 1, &rows, work->err);
  sp_rows_finish(rows);
  if (got == 0) sp_plan_add(work->plan, SP_Q_RULE_FILE_INSERT, params, 2);
  return got < 0 ? got : 0;
}

static int64_t journal_head(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  int64_t seq = 0;
  if (sp_db_one(work->db, SP_Q_JOURNAL_HEAD, NULL, 0, &rows, work->err) > 0) seq = sp_rows_int(rows, 0);
  sp_rows_finish(rows);
  return seq;
}

/* Is it there with all its files? */
static int is_stored(struct sp_work *work, const uint8_t hash[SP_HASH_LEN]) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {hash_value(hash)};
  int got = sp_db_one(work->db, SP_Q_GENERATION_GET, key, 1, &rows, work->err);
  if (got > 0) got = sp_rows_text(rows, 0)[0] != '\0';
  sp_rows_finish(rows);
  return got;
}

static void plan_generation(struct sp_work *work, const struct sp_bundle *bundle, const char *files,
                            const struct sp_generation_about *about) {
  const char *name = about->name != NULL ? about->name : sp_bundle_name(bundle);
  const struct sp_value params[] = {
      hash_value(sp_bundle_hash(bundle)),
      sp_v_int(work->now),
      sp_v_text(files),
      sp_v_text(work->app->rules->store),
      sp_v_text(about->origin),
      sp_v_text(name),
      sp_v_text(about->report != NULL ? about->report : ""),
      sp_v_int(journal_head(work)),
  };
  sp_plan_add(work->plan, SP_Q_GENERATION_PUT, params, 8);
}

static bool is_raised(const struct sp_plan *plan) {
  for (const struct sp_plan_step *step = plan->first; step != NULL; step = step->next) {
    if (step->call == NULL && step->query == SP_Q_RULES_MADE_RAISE) return true;
  }
  return false;
}

/* Once a plan: with a canary or a shadow one campaign makes several generations. */
static void plan_made(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  if (is_raised(work->plan)) return;
  int64_t made = 0;
  if (sp_db_one(work->db, SP_Q_RULES_STATE_GET, NULL, 0, &rows, work->err) > 0) made = sp_rows_int(rows, 1);
  sp_rows_finish(rows);
  const struct sp_value params[] = {sp_v_int(made)};
  if (made == 0) return; /* the first start writes the row itself */
  sp_plan_expect(work->plan, SP_Q_RULES_MADE_RAISE, params, 1, SP_E_CONFLICT, "rules",
                 "Somebody else changed the rules at the same moment");
}

int sp_rules_store(struct sp_work *work, const struct sp_bundle *bundle, const struct sp_generation_about *about) {
  struct sp_buf list;
  int known = is_stored(work, sp_bundle_hash(bundle));
  if (known < 0 || (known > 0 && !about->anew)) return known < 0 ? known : 0;
  sp_buf_init(&list, LIST_MAX);
  int rc = 0;
  for (int32_t i = 0; rc == 0 && i < sp_bundle_file_count(bundle); i++) {
    const struct sp_pack_file file = sp_bundle_file(bundle, i);
    rc = store_file(work, &file, &list);
  }
  for (int32_t i = 0; rc == 0 && i < about->spec_count; i++)
    rc = store_file(work, &about->specs[i], &list);
  const char *files = rc == 0 && list.failed == 0 ? sp_arena_copy(work->arena, sp_buf_text(&list), list.len) : NULL;
  if (rc == 0 && list.failed == SP_E_LIMIT) {
    rc = sp_fail(work->err, SP_E_LIMIT, "files", "A generation of rules has too many files");
  } else if (rc == 0 && files == NULL) {
    rc = sp_error_nomem(work->err, __func__);
  }
  sp_buf_free(&list);
  if (rc != 0) return rc;
  plan_generation(work, bundle, files, about);
  plan_made(work);
  return 0;
}
