/* suanpan rules: what the running node sells by. suanpan rollback: one step back. */
#include "base/json.h"
#include "base/text.h"
#include "main/ask.h"
#include "main/command.h"
#include "main/report.h"
#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX    ((size_t)4 << 20)
#define HASH_DIGITS 64
#define HASH_SHOWN  12
#define PREFIX_MIN  8
#define LISTED      "/v1/bundles?limit=200"
#define CANDIDATES  20 /* shown */
#define TIME_SHOWN  16 /* 2026-11-22T07:07 */

struct state {
  enum sp_lang lang;
  struct cJSON *rules, *bundles, *canary, *shadow; /* as the node answered */
  struct sp_grid grid;
};

static const char *text_of(const cJSON *object, const char *name) {
  const cJSON *member = sp_json_member(object, name);
  return cJSON_IsString(member) ? member->valuestring : "";
}

static long long int_of(const cJSON *object, const char *name) {
  int64_t value = 0;
  sp_json_get_int(object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL);
  return value;
}

/* ---- The table ---- */

static void time_cell(struct sp_grid *grid, const char *time) {
  char text[TIME_SHOWN + 2];
  snprintf(text, sizeof text, "%.*s%s", TIME_SHOWN, time, time[0] != '\0' ? "Z" : "");
  if (time[0] != '\0') text[10] = ' ';
  sp_grid_cell(grid, text);
}

static const cJSON *find(const cJSON *bundles, const char *hash) {
  const cJSON *each = NULL;
  for (each = bundles ? bundles->child : NULL; each; each = each->next)
    if (strcmp(text_of(each, "hash"), hash) == 0) return each;
  return NULL;
}

static void row_put(struct state *s, const char *what, const char *hash, const char *note) {
  const cJSON *bundle = find(s->bundles, hash);
  char shown[HASH_SHOWN + 1];
  if (hash[0] == '\0') return;
  snprintf(shown, sizeof shown, "%s", hash);
  sp_grid_cell(&s->grid, sp_tr(s->lang, what));
  sp_grid_cell(&s->grid, shown);
  sp_grid_cell(&s->grid, text_of(bundle, "name"));
  sp_grid_cell(&s->grid, text_of(bundle, "origin"));
  time_cell(&s->grid, text_of(bundle, "created_at"));
  sp_grid_cell(&s->grid, note);
}

static void canary_note(const struct state *s, struct sp_buf *out) {
  const cJSON *counts = sp_json_member(sp_json_member(s->canary, "counts"), "canary"), *till = NULL;
  const cJSON *tills = sp_json_member(s->canary, "tills");
  for (till = tills ? tills->child : NULL; till; till = till->next)
    sp_buf_printf(out, "%s%s", out->len > 0 ? "," : "", cJSON_IsString(till) ? till->valuestring : "");
  sp_buf_printf(out, sp_tr(s->lang, ": sales %lld, failures %lld"), int_of(counts, "sales"), int_of(counts, "alarms"));
}

static void shadow_note(const struct state *s, struct sp_buf *out) {
  sp_buf_printf(out, sp_tr(s->lang, "sales %lld, differing %lld, failures %lld"), int_of(s->shadow, "sales"),
                int_of(s->shadow, "differing"), int_of(s->shadow, "failed") + int_of(s->shadow, "alarms"));
}

static void table_put(struct state *s, struct sp_buf *out) {
  static const char *const heads[] = {"state", "generation", "name", "made by", "made at", "so far"};
  const cJSON *state = sp_json_member(s->rules, "state"), *each = NULL;
  struct sp_buf note;
  int candidates = 0;
  sp_buf_init(&note, 8192);
  sp_grid_start(&s->grid, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
    sp_grid_cell(&s->grid, sp_tr(s->lang, heads[i]));
  row_put(s, "live", text_of(state, "live"), "");
  row_put(s, "previous", text_of(state, "previous"), "");
  canary_note(s, &note);
  row_put(s, "canary", text_of(state, "canary"), sp_buf_text(&note));
  sp_buf_reset(&note);
  shadow_note(s, &note);
  row_put(s, "shadow", text_of(state, "shadow"), sp_buf_text(&note));
  for (each = s->bundles->child; each; each = each->next) {
    bool idle = strcmp(text_of(each, "status"), "candidate") == 0 && !sp_json_member(each, "shadow");
    if (idle && ++candidates <= CANDIDATES) row_put(s, "candidate", text_of(each, "hash"), "");
  }
  sp_grid_print(&s->grid, out);
  if (candidates > CANDIDATES) sp_buf_printf(out, sp_tr(s->lang, "… and %d more\n"), candidates - CANDIDATES);
  sp_buf_free(&note);
}

static void problem_put(const struct state *s, struct sp_buf *out) {
  const cJSON *problem = sp_json_member(sp_json_member(s->rules, "state"), "problem");
  if (!problem) return;
  sp_buf_printf(out, sp_tr(s->lang, "\nWent wrong at %s: "), text_of(problem, "at"));
  const char *field = text_of(problem, "field");
  sp_report_text(out, field);
  if (field[0] != '\0') sp_buf_puts(out, ": ");
  sp_report_text(out, text_of(problem, "detail"));
  sp_buf_putc(out, '\n');
}

static void state_put(struct state *s, struct sp_buf *out) {
  const cJSON *state = sp_json_member(s->rules, "state");
  bool folder = strcmp(text_of(state, "source"), "folder") == 0;
  sp_buf_printf(out, sp_tr(s->lang, "rules: %d, campaigns: %d, live since %s\n"),
                cJSON_GetArraySize(sp_json_member(s->rules, "rules")),
                cJSON_GetArraySize(sp_json_member(s->rules, "campaigns")), text_of(state, "live_since"));
  if (folder) sp_buf_puts(out, sp_tr(s->lang, "They come from the folder of rules.folder and follow its files.\n"));
  sp_buf_putc(out, '\n');
  table_put(s, out);
  problem_put(s, out);
}

/* ---- suanpan rules ---- */

/* The configuration, the socket and what to ask with; 0 or an exit status. Free the config after 0 only. */
static int prepare(const struct sp_args *args, struct sp_config *config, char socket[SP_FOLDER_PATH_MAX + 64],
                   struct sp_ask *ask, const char *what) {
  int status = sp_command_config(args, true, config);
  if (status) return status;
  sp_command_socket(config, socket);
  *ask = (struct sp_ask){.socket = socket, .what = sp_tr(args->lang, what), .lang = args->lang};
  return 0;
}

int sp_command_rules(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct state s = {.lang = args->lang};
  struct sp_config config;
  struct sp_ask ask;
  struct sp_buf out;
  char socket[SP_FOLDER_PATH_MAX + 64];
  if (args->word_count > 0) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan rules");
    return sp_command_misuse(args, &error);
  }
  int status = prepare(args, &config, socket, &ask, "Rules");
  if (status) return status;
  sp_buf_init(&out, TEXT_MAX);
  int result = sp_ask_node(&ask, "/v1/rules", NULL, &s.rules, &error);
  if (!result) result = sp_ask_node(&ask, LISTED, NULL, &s.bundles, &error);
  if (!result) result = sp_ask_node(&ask, "/v1/rules/canary", NULL, &s.canary, &error);
  if (!result) result = sp_ask_node(&ask, "/v1/rules/shadow", NULL, &s.shadow, &error);
  if (!result) state_put(&s, &out);
  bool bad = sp_json_member(sp_json_member(s.rules, "state"), "problem") != NULL;
  fputs(sp_buf_text(&out), stdout);
  fflush(stdout);
  sp_buf_free(&out);
  sp_json_free(s.rules);
  sp_json_free(s.bundles);
  sp_json_free(s.canary);
  sp_json_free(s.shadow);
  sp_config_free(&config);
  if (result) return sp_command_fail(&error);
  return bad ? SP_EXIT_BAD : SP_EXIT_GOOD;
}

/* ---- suanpan rollback ---- */

/* The one generation whose hash begins like that. */
static int hash_find(const struct sp_ask *ask, const char *prefix, char out[HASH_DIGITS + 1], struct sp_error *err) {
  struct cJSON *bundles = NULL;
  const cJSON *each = NULL;
  size_t len = strlen(prefix);
  int found = 0;
  for (size_t i = 0; i < len; i++)
    if (!isxdigit((unsigned char)prefix[i]) || len > HASH_DIGITS)
      return sp_fail(err, SP_E_INVALID, NULL, "%.80s is not a generation", prefix);
  if (len < PREFIX_MIN) return sp_fail(err, SP_E_INVALID, NULL, "Name at least %d digits", PREFIX_MIN);
  snprintf(out, HASH_DIGITS + 1, "%s", prefix);
  if (len == HASH_DIGITS) return 0;
  int result = sp_ask_node(ask, LISTED, NULL, &bundles, err);
  if (result) return result;
  for (each = bundles->child; each; each = each->next) {
    if (strncmp(text_of(each, "hash"), prefix, len) != 0) continue;
    snprintf(out, HASH_DIGITS + 1, "%s", text_of(each, "hash"));
    found++;
  }
  sp_json_free(bundles);
  if (found == 0) return sp_fail(err, SP_E_NOT_FOUND, NULL, "There is nothing under %s", prefix);
  return found == 1 ? 0 : sp_fail(err, SP_E_INVALID, NULL, "%s begins several generations", prefix);
}

static int rollback(const struct sp_ask *ask, const char *to, struct cJSON **answer, struct sp_error *err) {
  struct sp_buf body;
  struct sp_json_writer w;
  char hash[HASH_DIGITS + 1];
  int result = to ? hash_find(ask, to, hash, err) : 0;
  if (result) return result;
  sp_buf_init(&body, 1024);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  if (to) sp_json_put_text(&w, "to", hash);
  sp_json_close_object(&w);
  result = sp_ask_node(ask, "/v1/rules/rollback", &body, answer, err);
  sp_buf_free(&body);
  return result;
}

int sp_command_rollback(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct sp_ask ask;
  struct cJSON *answer = NULL;
  char socket[SP_FOLDER_PATH_MAX + 64];
  if (args->word_count > 1) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan rollback [GENERATION]");
    return sp_command_misuse(args, &error);
  }
  int status = prepare(args, &config, socket, &ask, "Rollback");
  if (status) return status;
  int result = rollback(&ask, args->word_count == 1 ? args->words[0] : NULL, &answer, &error);
  if (!result) printf(sp_tr(args->lang, "Live: generation %s\n"), text_of(answer, "live"));
  sp_json_free(answer);
  sp_config_free(&config);
  return result ? sp_command_fail(&error) : SP_EXIT_GOOD;
}
