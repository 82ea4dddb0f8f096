/* What a product is found by: its code, the words of its names, pairs of Chinese characters, pinyin initials. */
#include "app/product_parts.h"

#include "base/text.h"

#include <string.h>

#define TEXT_MAX   800 /* bytes of a text that is looked at */
#define TOKENS_MAX 48

static bool is_chinese(uint32_t code) {
  return (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0x20000 && code <= 0x3FFFF);
}

/* Letters of other scripts are kept as they are; the rest (signs, punctuation) separates words. */
static bool is_letter(uint32_t code) {
  return (code >= 0x100 && code < 0x2000) || (code >= 0x3040 && code <= 0x30FF) || (code >= 0xAC00 && code <= 0xD7AF);
}

size_t sp_token_char(const char *text, bool *chinese) {
  uint32_t code = 0;
  int step = sp_utf8_next(text, strlen(text), &code);
  *chinese = step > 0 && is_chinese(code);
  return step > 0 ? (size_t)step : (size_t)(text[0] != '\0');
}

/* Append what a character outside of Chinese contributes to a word. False: it ends the word. */
static bool add_to_word(const char *at, size_t len, struct sp_buf *word) {
  uint32_t code = 0;
  size_t before = word->len;
  if (sp_utf8_next(at, len, &code) <= 0) return false;
  sp_pinyin_initials(at, len, word);
  if (word->len > before) return true;
  if (!is_letter(code)) return false;
  sp_buf_add(word, at, len);
  return true;
}

static int end_token(struct sp_buf *run, bool chinese, struct sp_arena *arena, struct sp_token *out, int *count) {
  if (run->len == 0) return 0;
  size_t keep = chinese ? run->len : run->len < SP_TERM_BYTES ? run->len : sp_utf8_cut(run->data, SP_TERM_BYTES);
  out[*count] = (struct sp_token){.chinese = chinese, .text = sp_arena_copy(arena, run->data, keep)};
  sp_buf_reset(run);
  return out[(*count)++].text != NULL ? 0 : SP_E_NOMEM;
}

int sp_tokens(const char *text, struct sp_arena *arena, struct sp_token *out, int max) {
  struct sp_buf run;
  bool in_chinese = false;
  int count = 0, rc = 0;
  sp_buf_init(&run, TEXT_MAX);
  for (const char *at = text; rc == 0 && *at != '\0' && count < max;) {
    bool chinese = false;
    size_t len = sp_token_char(at, &chinese);
    if (chinese != in_chinese) rc = end_token(&run, in_chinese, arena, out, &count);
    in_chinese = chinese;
    if (count == max || rc != 0) break;
    if (chinese)
      sp_buf_add(&run, at, len);
    else if (!add_to_word(at, len, &run))
      rc = end_token(&run, false, arena, out, &count);
    at += len;
  }
  if (rc == 0 && count < max) rc = end_token(&run, in_chinese, arena, out, &count);
  if (run.failed == SP_E_NOMEM) rc = SP_E_NOMEM;
  sp_buf_free(&run);
  return rc < 0 ? rc : count;
}

/* The terms so far; full is full, what comes first counts. */
struct terms {
  struct sp_arena *arena;
  const char **list;
  int count;
  bool failed;
};

static void add_term(struct terms *terms, char mark, const char *text, size_t len) {
  if (terms->count == SP_TERMS_MAX || len == 0) return;
  char *term = sp_arena_alloc(terms->arena, len + 2);
  if (term == NULL) {
    terms->failed = true;
    return;
  }
  size_t at = 0;
  if (mark != '\0') term[at++] = mark;
  memcpy(term + at, text, len);
  for (int i = 0; i < terms->count; i++) {
    if (strcmp(terms->list[i], term) == 0) return;
  }
  terms->list[terms->count++] = term;
}

/* Each pair of neighbours; the last character alone, because no pair begins with it. */
static void add_pairs(struct terms *terms, const char *run) {
  bool chinese = false;
  while (*run != '\0') {
    size_t first = sp_token_char(run, &chinese);
    size_t second = sp_token_char(run + first, &chinese);
    add_term(terms, '\0', run, first + second);
    run += first;
  }
}

static void add_words(struct terms *terms, const char *text) {
  struct sp_token tokens[TOKENS_MAX];
  int count = sp_tokens(text, terms->arena, tokens, TOKENS_MAX);
  if (count < 0) terms->failed = true;
  for (int i = 0; i < count; i++) {
    if (tokens[i].chinese)
      add_pairs(terms, tokens[i].text);
    else
      add_term(terms, '\0', tokens[i].text, strlen(tokens[i].text));
  }
}

/* Initials of the whole name, and from every later Chinese character on. */
static void add_initials(struct terms *terms, const char *name) {
  struct sp_buf initials;
  size_t starts[TEXT_MAX / 3];
  size_t count = 0;
  sp_buf_init(&initials, TEXT_MAX);
  for (const char *at = name; *at != '\0';) {
    bool chinese = false;
    size_t len = sp_token_char(at, &chinese);
    if (chinese && initials.len > 0 && count < sizeof starts / sizeof starts[0]) starts[count++] = initials.len;
    sp_pinyin_initials(at, len, &initials);
    at += len;
  }
  if (initials.failed == SP_E_NOMEM) terms->failed = true;
  const char *text = sp_buf_text(&initials);
  add_term(terms, SP_TERM_FIRST, text, strnlen(text, SP_INITIALS_MAX));
  for (size_t i = 0; i < count; i++)
    add_term(terms, SP_TERM_INITIALS, text + starts[i], strnlen(text + starts[i], SP_INITIALS_MAX));
  sp_buf_free(&initials);
}

int sp_product_terms(const struct sp_product_row *row, struct sp_arena *arena, const char *out[SP_TERMS_MAX]) {
  struct terms terms = {.arena = arena, .list = out};
  struct sp_buf code;
  sp_buf_init(&code, TEXT_MAX);
  sp_text_fold(row->texts[SP_PRODUCT_CODE], strlen(row->texts[SP_PRODUCT_CODE]), &code);
  add_term(&terms, '\0', sp_buf_text(&code), code.len);
  if (code.failed == SP_E_NOMEM) terms.failed = true;
  sp_buf_free(&code);
  add_words(&terms, row->texts[SP_PRODUCT_NAME]);
  add_initials(&terms, row->texts[SP_PRODUCT_NAME]);
  add_words(&terms, row->texts[SP_PRODUCT_VARIANT]);
  add_words(&terms, row->texts[SP_PRODUCT_NAME_EN]);
  return terms.failed ? SP_E_NOMEM : terms.count;
}
