/* From a trace and what the engine says of the rest to steps and others. */
#include "app/explain_parts.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <string.h>

#define SENTENCE_MAX 1024
#define WHY_MAX      ((size_t)4 << 20)

struct making {
  struct sp_work *work;
  const struct sp_bundle *bundle;
  struct sp_explanation *out;
  const struct cJSON *trace;
  int32_t room;
  bool *told; /* by line of the sale: who added it is known */
  bool short_of_memory;
};

/* ---- Texts that outlive the trees they came from ---- */

static const char *keep(struct making *m, const char *text) {
  const char *kept = sp_arena_text(m->work->arena, text != NULL ? text : "");
  if (kept == NULL) m->short_of_memory = true;
  return kept != NULL ? kept : "";
}

static const char *text_of(const struct cJSON *entry, const char *name) {
  const char *text = cJSON_GetStringValue(sp_json_member(entry, name));
  return text != NULL ? text : "";
}

static int64_t int_of(const struct cJSON *entry, const char *name) {
  int64_t value = 0;
  (void)sp_json_get_int(entry, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL);
  return value;
}

static const char *title_of(struct making *m, const char *campaign) {
  return keep(m, m->bundle != NULL ? sp_bundle_campaign_title(m->bundle, campaign, m->work->lang) : campaign);
}

static const char *sentence_for(struct making *m, const struct cJSON *entry, const struct cJSON *reason) {
  char *json = reason != NULL ? cJSON_PrintUnformatted(reason) : NULL;
  struct sp_buf text;
  const char *sentence = "";
  sp_buf_init(&text, SENTENCE_MAX);
  if (json != NULL && m->bundle != NULL &&
      sp_bundle_sentence(m->bundle, text_of(entry, "rule"), json, m->work->lang, &text)) {
    sentence = keep(m, sp_buf_text(&text));
  }
  sp_buf_free(&text);
  cJSON_free(json);
  return sentence;
}

static const char *sentence_of(struct making *m, const struct cJSON *entry, const char *member) {
  return sentence_for(m, entry, sp_json_member(entry, member));
}

/* What the campaign says of this line in particular, when it says something else of it; else null. */
static const char *sentence_of_line(struct making *m, const struct cJSON *entry, int32_t n) {
  const cJSON *pair;
  cJSON_ArrayForEach(pair, sp_json_member(entry, "reasons")) {
    const cJSON *line = cJSON_GetArrayItem(pair, 0);
    if (cJSON_IsNumber(line) && (int32_t)line->valuedouble == n) {
      return sentence_for(m, entry, cJSON_GetArrayItem(pair, 1));
    }
  }
  return NULL;
}

/* ---- Steps ---- */

static struct sp_explained_step *next_step(struct making *m) {
  struct sp_explanation *out = m->out;
  if (out->step_count == m->room) {
    int32_t room = 2 * m->room + 16;
    struct sp_explained_step *grown = sp_arena_array(m->work->arena, (size_t)room, sizeof *grown);
    if (grown == NULL) {
      m->short_of_memory = true;
      return NULL;
    }
    if (out->steps != NULL) memcpy(grown, out->steps, (size_t)out->step_count * sizeof *grown);
    out->steps = grown;
    m->room = room;
  }
  return &out->steps[out->step_count++];
}

/* The campaigns that wanted what this one got. */
static void find_beaten(struct making *m, const char *campaign, struct sp_explained_step *step) {
  const cJSON *entry;
  int32_t count = 0;
  cJSON_ArrayForEach(entry, m->trace) {
    count += strcmp(text_of(entry, "by"), campaign) == 0;
  }
  if (count == 0) return;
  const char **beaten = sp_arena_array(m->work->arena, (size_t)count, sizeof *beaten);
  if (beaten == NULL) {
    m->short_of_memory = true;
    return;
  }
  cJSON_ArrayForEach(entry, m->trace) {
    if (strcmp(text_of(entry, "by"), campaign) == 0)
      beaten[step->beat_count++] = title_of(m, text_of(entry, "campaign"));
  }
  step->beat = beaten;
}

static struct sp_explained_step step_of(struct making *m, const struct cJSON *entry) {
  const char *campaign = text_of(entry, "campaign");
  struct sp_explained_step step = {.phase = keep(m, text_of(entry, "phase")),
                                   .campaign = keep(m, campaign),
                                   .title = title_of(m, campaign),
                                   .rule = keep(m, text_of(entry, "rule")),
                                   .version = keep(m, text_of(entry, "version")),
                                   .file = keep(m, text_of(entry, "file")),
                                   .at = (int32_t)int_of(entry, "line"),
                                   .price = SP_NO_PRICE,
                                   .sentence = sentence_of(m, entry, "reason")};
  find_beaten(m, campaign, &step);
  return step;
}

static bool by_line(const char *phase) {
  return strcmp(phase, "price") == 0 || strcmp(phase, "promotion") == 0 || strcmp(phase, "coupon") == 0;
}

/* The place among the additions of line `parent` does not matter: the first line that nobody told of yet. */
static int32_t find_added(struct making *m, int32_t parent, const char *code, int64_t quantity) {
  const struct sp_sale *sale = m->out->sale;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_line *line = &sale->lines[i].facts;
    if (sale->lines[i].returned || m->told[i] || line->parent != parent || parent == 0) continue;
    if (line->quantity != quantity || strcmp(line->code, code) != 0) continue;
    m->told[i] = true;
    return sale->lines[i].n;
  }
  return 0;
}

/* A line that came along says which campaign brought it; one that could not be sold is not there. */
static void add_composed(struct making *m, const struct cJSON *entry, const struct sp_explained_step *step) {
  const cJSON *triple;
  cJSON_ArrayForEach(triple, sp_json_member(entry, "added")) {
    const cJSON *parent = cJSON_GetArrayItem(triple, 0), *quantity = cJSON_GetArrayItem(triple, 2);
    const char *code = cJSON_GetStringValue(cJSON_GetArrayItem(triple, 1));
    if (!cJSON_IsNumber(parent) || code == NULL || !cJSON_IsNumber(quantity)) continue;
    int32_t n = find_added(m, (int32_t)parent->valuedouble, code, (int64_t)quantity->valuedouble);
    struct sp_explained_step *added = n != 0 ? next_step(m) : NULL;
    if (added == NULL) continue;
    *added = *step;
    added->n = n;
    added->parent = (int32_t)parent->valuedouble;
  }
}

static void add_entry(struct making *m, const struct cJSON *entry) {
  const cJSON *pair;
  struct sp_explained_step step;
  bool prices = strcmp(text_of(entry, "phase"), "price") == 0;
  if (strcmp(text_of(entry, "outcome"), "applied") != 0) return;
  step = step_of(m, entry);
  if (strcmp(step.phase, "compose") == 0) {
    add_composed(m, entry, &step);
    return;
  }
  if (!by_line(step.phase)) { /* a remark, a requirement: of the whole basket */
    step.amount = int_of(entry, "amount");
    struct sp_explained_step *whole = step.sentence[0] != '\0' ? next_step(m) : NULL;
    if (whole != NULL) *whole = step;
    return;
  }
  cJSON_ArrayForEach(pair, sp_json_member(entry, "lines")) {
    const cJSON *n = cJSON_GetArrayItem(pair, 0), *amount = cJSON_GetArrayItem(pair, 1);
    struct sp_explained_step *of_line = cJSON_IsNumber(n) && cJSON_IsNumber(amount) ? next_step(m) : NULL;
    if (of_line == NULL) continue;
    *of_line = step;
    of_line->n = (int32_t)n->valuedouble;
    if (prices) of_line->price = (int64_t)amount->valuedouble;
    if (!prices) of_line->amount = (int64_t)amount->valuedouble;
    const char *own = sentence_of_line(m, entry, of_line->n);
    if (own != NULL) of_line->sentence = own;
  }
}

/* ---- Others ---- */

/* A campaign of the stock policy is not asked for a price: "silent" without a reason of its own. */
static bool is_silent_by_nature(const struct cJSON *entry) {
  return strcmp(text_of(entry, "why"), "silent") == 0 && sp_json_member(entry, "because") == NULL;
}

static int read_others(struct making *m, const struct cJSON *list) {
  const cJSON *entry;
  struct sp_explanation *out = m->out;
  out->others = sp_arena_array(m->work->arena, SP_EXPLAIN_OTHERS_MAX, sizeof *out->others);
  if (out->others == NULL) return sp_error_nomem(m->work->err, __func__);
  cJSON_ArrayForEach(entry, list) {
    if (out->other_count == SP_EXPLAIN_OTHERS_MAX || is_silent_by_nature(entry)) continue;
    struct sp_explained_other *other = &out->others[out->other_count++];
    *other = (struct sp_explained_other){.campaign = keep(m, text_of(entry, "campaign")),
                                         .title = title_of(m, text_of(entry, "campaign")),
                                         .rule = keep(m, text_of(entry, "rule")),
                                         .why = keep(m, text_of(entry, "why")),
                                         .sentence = sp_explain_why(m->work, m->bundle, entry)};
    if (other->sentence == NULL) return sp_error_nomem(m->work->err, __func__);
  }
  return 0;
}

static int find_others(struct making *m, const struct sp_explain_source *source) {
  struct cJSON *list = NULL;
  struct sp_buf text;
  struct sp_work *work = m->work;
  sp_buf_init(&text, WHY_MAX);
  int rc = sp_engine_why_nothing(m->bundle, source->basket, source->context, source->priced, SP_EXPLAIN_OTHERS_MAX,
                                 &text, work->err);
  if (rc == 0) rc = sp_json_parse(sp_buf_text(&text), text.len, &list, work->err);
  if (rc == 0) rc = read_others(m, list);
  sp_json_free(list);
  sp_buf_free(&text);
  return rc;
}

/* ---- What comes back ---- */

/* "T01-000042", or null: a basket may name a sale that is not there. */
static const char *receipt_of(struct sp_work *work, const struct sp_id *id) {
  struct sp_rows *rows = NULL;
  const char *name = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  if (sp_db_one(work->db, SP_Q_SALE_GET, key, 1, &rows, NULL) > 0) {
    name = sp_work_receipt_number(work, sp_rows_text(rows, 18), sp_rows_int(rows, 1));
  }
  sp_rows_finish(rows);
  return name;
}

static const char *back_of(struct sp_work *work, const struct sp_sale_line *line) {
  const char *name = sp_id_is_nil(&line->original) ? NULL : receipt_of(work, &line->original);
  if (name == NULL) return sp_tr(work->lang, "without a receipt, at the price that was given");
  struct sp_buf text;
  sp_buf_init(&text, SENTENCE_MAX);
  sp_buf_printf(&text, sp_tr(work->lang, "as it was paid then: %s, line %d"), name, (int)line->original_n);
  const char *kept = sp_arena_text(work->arena, sp_buf_text(&text));
  sp_buf_free(&text);
  return kept;
}

/* Sets `backs`; `*sold` when not everything comes back. */
static int tell_backs(struct sp_work *work, const struct sp_sale *sale, struct sp_explanation *out, bool *sold) {
  const char **backs = sp_arena_array(work->arena, (size_t)sale->count + 1, sizeof *backs);
  *sold = sale->count == 0;
  if (backs == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    backs[i] = line->returned ? back_of(work, line) : NULL;
    if (line->returned && backs[i] == NULL) return sp_error_nomem(work->err, __func__);
    *sold = *sold || !line->returned;
  }
  out->backs = backs;
  return 0;
}

int sp_explain_make(struct sp_work *work, struct sp_sale *sale, const struct sp_bundle *bundle,
                    const struct sp_explain_source *source, struct sp_explanation *out) {
  struct making m = {.work = work, .bundle = bundle, .out = out};
  struct cJSON *trace = NULL;
  const cJSON *entry;
  bool sold = false;
  *out = (struct sp_explanation){.sale = sale, .bundle = bundle, .name = ""};
  int rc = tell_backs(work, sale, out, &sold);
  if (rc == 0) rc = sp_json_parse(sale->trace, sale->trace_len, &trace, work->err);
  if (rc != 0) return rc;
  m.trace = trace;
  m.told = sp_arena_array(work->arena, (size_t)sale->count + 1, sizeof *m.told);
  if (m.told == NULL) m.short_of_memory = true;
  if (m.told != NULL) {
    cJSON_ArrayForEach(entry, trace) {
      add_entry(&m, entry);
    }
  }
  if (bundle != NULL && source->basket != NULL && sold) rc = find_others(&m, source);
  sp_json_free(trace);
  return rc == 0 && m.short_of_memory ? sp_error_nomem(work->err, __func__) : rc;
}
