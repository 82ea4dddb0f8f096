/* Finding products as a cashier types. */
#include "app/product_parts.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define TERMS_MAX  4 /* of a search; the longest count */
#define FOLDED_MAX 256

/* The results so far, best first. */
struct results {
  struct sp_work *work;
  struct sp_found *out;
  int limit, count;
};

/* All terms that begin with `prefix`. */
struct range {
  const char *from, *to;
  int64_t size; /* entries, up to a thousand */
};

static int add(struct results *results, const struct sp_id *id) {
  for (int i = 0; i < results->count; i++) {
    if (sp_id_equal(&results->out[i].id, id)) return 0;
  }
  int rc = sp_product_find(results->work, NULL, NULL, id, &results->out[results->count]);
  if (rc == 0) results->count++;
  return rc;
}

static int make_range(struct sp_work *work, char mark, const char *text, struct range *out) {
  char first[2] = {mark, '\0'};
  *out = (struct range){.from = sp_arena_printf(work->arena, "%s%s", first, text)};
  /* U+10FFFF sorts behind every character there is. */
  if (out->from != NULL) out->to = sp_arena_printf(work->arena, "%s\xF4\x8F\xBF\xBF", out->from);
  return out->to != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static int measure(struct sp_work *work, struct range *range) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_text(range->from), sp_v_text(range->to)};
  int got = sp_db_one(work->db, SP_Q_PRODUCT_TERMS_COUNT, params, 2, &rows, work->err);
  if (got < 0) return got;
  range->size = got > 0 ? sp_rows_int(rows, 0) : 0;
  sp_rows_finish(rows);
  return 0;
}

static int by_code(const void *a, const void *b) {
  const struct sp_found *one = a;
  const struct sp_found *other = b;
  return strcmp(one->code, other->code);
}

/* Add the products that match every range, the narrowest of which comes first; equally good ones by their code. */
static int match(struct results *results, const struct range *ranges, int count) {
  struct sp_work *work = results->work;
  struct sp_rows *rows = NULL;
  struct sp_value params[2 * TERMS_MAX];
  for (int i = 0; i < TERMS_MAX; i++) {
    params[2 * i] = sp_v_text(i < count ? ranges[i].from : "");
    params[2 * i + 1] = sp_v_text(i < count ? ranges[i].to : "\xF4\x8F\xBF\xBF");
  }
  int before = results->count;
  enum sp_query query = count > 1 ? SP_Q_PRODUCT_TERMS_MATCH : SP_Q_PRODUCT_TERMS_PREFIX;
  int rc = sp_db_query(work->db, query, params, count > 1 ? 2 * TERMS_MAX : 2, &rows, work->err);
  if (rc != 0) return rc;
  while (results->count < results->limit && (rc = sp_rows_next(rows, work->err)) > 0) {
    struct sp_id id;
    sp_rows_id(rows, 0, &id);
    rc = add(results, &id);
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  qsort(results->out + before, (size_t)(results->count - before), sizeof *results->out, by_code);
  return rc < 0 ? rc : 0;
}

static int match_prefix(struct results *results, char mark, const char *text) {
  struct range range;
  if (text[0] == '\0' || results->count == results->limit) return 0;
  int rc = make_range(results->work, mark, text, &range);
  return rc == 0 ? match(results, &range, 1) : rc;
}

/* 1 when `text` is a barcode or a code. Nothing found is no error here. */
static int find_exactly(struct results *results, const char *text) {
  struct sp_work quiet = *results->work;
  struct sp_error unheard = {.code = 0};
  quiet.err = &unheard;
  int rc = sp_product_find(&quiet, text, NULL, NULL, &results->out[0]);
  if (rc == 0) results->count = 1;
  if (rc == 0 || rc == SP_E_NOT_FOUND) return rc == 0 ? 1 : 0;
  return sp_fail(results->work->err, rc, NULL, "%s", unheard.message);
}

/* As typed, and a code also in the other case. */
static int match_exactly(struct results *results, const char *text, const char *folded) {
  text += strspn(text, " ");
  char *upper = sp_arena_text(results->work->arena, folded);
  if (upper == NULL) return sp_error_nomem(results->work->err, __func__);
  for (char *at = upper; *at != '\0'; at++) {
    if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
  }
  const char *const spellings[] = {text, upper, folded};
  int got = 0;
  for (size_t i = 0; got == 0 && i < sizeof spellings / sizeof spellings[0]; i++) {
    if (i == 0 || strcmp(spellings[i], text) != 0) got = find_exactly(results, spellings[i]);
  }
  return got < 0 ? got : 0;
}

/* Letters and digits alone may be pinyin initials: first from the start of a name, then from inside it. */
static int match_initials(struct results *results, const struct sp_token *tokens, int count) {
  char initials[SP_INITIALS_MAX + 1] = "";
  size_t len = 0;
  for (int i = 0; i < count; i++) {
    if (tokens[i].chinese) return 0;
    size_t more = strlen(tokens[i].text);
    if (more > SP_INITIALS_MAX - len) more = SP_INITIALS_MAX - len;
    memcpy(initials + len, tokens[i].text, more);
    len += more;
  }
  /* A character of more than a byte may have been cut: it has no initial anyhow. */
  initials[sp_utf8_cut(initials, len)] = '\0';
  int rc = match_prefix(results, SP_TERM_FIRST, initials);
  return rc == 0 ? match_prefix(results, SP_TERM_INITIALS, initials) : rc;
}

/* The ranges of a token: a word, or the pairs of a run of Chinese. */
static int add_ranges(struct sp_work *work, const struct sp_token *token, struct range *ranges, int *count) {
  bool chinese = false;
  if (!token->chinese && *count < TERMS_MAX) return make_range(work, '\0', token->text, &ranges[(*count)++]);
  for (const char *at = token->text; *at != '\0' && *count < TERMS_MAX;) {
    size_t first = sp_token_char(at, &chinese);
    size_t second = sp_token_char(at + first, &chinese);
    if (second == 0 && at != token->text) return 0; /* it ended the pair before */
    const char *pair = sp_arena_copy(work->arena, at, first + second);
    if (pair == NULL) return sp_error_nomem(work->err, __func__);
    int rc = make_range(work, '\0', pair, &ranges[(*count)++]);
    if (rc != 0) return rc;
    at += first;
  }
  return 0;
}

static int match_words(struct results *results, const struct sp_token *tokens, int token_count) {
  struct range ranges[TERMS_MAX];
  int count = 0, rc = 0;
  for (int i = 0; rc == 0 && i < token_count; i++)
    rc = add_ranges(results->work, &tokens[i], ranges, &count);
  for (int i = 0; rc == 0 && i < count; i++)
    rc = measure(results->work, &ranges[i]);
  if (rc != 0 || count == 0 || results->count == results->limit) return rc;
  for (int i = 1; i < count; i++) {
    if (ranges[i].size >= ranges[0].size) continue;
    struct range narrow = ranges[i];
    ranges[i] = ranges[0];
    ranges[0] = narrow;
  }
  /* The whole word before words that only begin with it. */
  const char *to = ranges[0].to;
  ranges[0].to = sp_arena_printf(results->work->arena, "%s\x01", ranges[0].from);
  if (ranges[0].to == NULL) return sp_error_nomem(results->work->err, __func__);
  rc = match(results, ranges, count);
  ranges[0].to = to;
  return rc == 0 && results->count < results->limit ? match(results, ranges, count) : rc;
}

int sp_product_search(struct sp_work *work, const char *text, int limit, struct sp_found *out, int *count) {
  struct results results = {.work = work, .out = out, .limit = limit < 1 ? 1 : limit};
  struct sp_token tokens[TERMS_MAX];
  struct sp_buf folded;
  *count = 0;
  if (results.limit > SP_SEARCH_MAX) results.limit = SP_SEARCH_MAX;
  sp_buf_init(&folded, FOLDED_MAX);
  int rc = sp_text_fold(text, strlen(text), &folded);
  if (rc != 0) rc = sp_fail(work->err, rc, "q", "A search has at most %d bytes", FOLDED_MAX);
  if (rc != 0 || folded.len == 0) goto done;
  rc = match_exactly(&results, text, sp_buf_text(&folded));
  int token_count = rc == 0 ? sp_tokens(sp_buf_text(&folded), work->arena, tokens, TERMS_MAX) : 0;
  if (token_count < 0) rc = sp_error_nomem(work->err, __func__);
  if (rc == 0) rc = match_initials(&results, tokens, token_count);
  if (rc == 0) rc = match_prefix(&results, '\0', sp_buf_text(&folded)); /* a code, also one with signs in it */
  if (rc == 0) rc = match_words(&results, tokens, token_count);
  *count = results.count;
done:
  sp_buf_free(&folded);
  return rc;
}
