/* The paper of a receipt: the chain's rule is asked with the receipt as data, and what it answers is set in lines. */
#include "app/alarms.h"
#include "app/receipt.h"
#include "base/text.h"
#include "engine/hook.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX  (1024u * 1024u)
#define TEXT_MAX   200 /* bytes of a text in the input: the hook's contract */
#define LINES_MAX  500
#define ROWS_MAX   64
#define FOOTER_MAX 20
#define CODE_MAX   48

/* ---- The receipt as the hook's input ---- */

/* A text as the contract wants it, and as a printout would clean it: no control characters, not too long; left out when
 * nothing is left. */
static void put_text(struct sp_json_writer *w, const char *name, const char *text, bool always) {
  char kept[TEXT_MAX + 1];
  size_t used = 0;
  size_t len = text ? strlen(text) : 0;
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    size_t bytes = step > 0 ? (size_t)step : 1;
    if (used + bytes > TEXT_MAX) break;
    bool space = code == '\t' || code == '\n' || code == '\r' || code == 0x85;
    if (step <= 0) {
      kept[used++] = '?';
    } else if (space) {
      kept[used++] = ' ';
    } else if (code >= 0x20 && (code < 0x7F || code > 0x9F)) {
      memcpy(kept + used, text + at, bytes);
      used += bytes;
    }
    at += bytes;
  }
  if (used == 0 && !always) return;
  if (name) sp_json_key(w, name);
  sp_json_text_n(w, kept, used);
}

static int64_t shown(const struct sp_receipt *receipt, int64_t amount) {
  return receipt->gift ? 0 : amount;
}

static void put_line(struct sp_json_writer *w, const struct sp_receipt *receipt, const struct sp_receipt_line *line,
                     enum sp_lang lang) {
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  put_text(w, "code", line->code, false);
  put_text(w, "name", sp_receipt_line_name(line, lang), true);
  put_text(w, "pack", line->pack, false);
  put_text(w, "unit", line->unit, false);
  sp_json_put_int(w, "quantity", line->quantity);
  sp_json_put_bool(w, "weighed", line->weighed);
  if (line->computed) sp_json_put_bool(w, "computed", true);
  if (line->tare > 0) sp_json_put_int(w, "tare", line->tare);
  sp_json_put_bool(w, "returned", line->returned);
  sp_json_put_int(w, "unit_price", shown(receipt, line->unit_price));
  sp_json_put_int(w, "gross", shown(receipt, line->gross));
  sp_json_put_int(w, "discount", shown(receipt, line->discount));
  sp_json_put_int(w, "net", shown(receipt, line->net));
  put_text(w, "seller", line->seller, false);
  put_text(w, "note", line->note, false);
  sp_json_close_object(w);
}

static void put_lines(struct sp_json_writer *w, const struct sp_receipt *receipt, enum sp_lang lang) {
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->line_count; i++)
    put_line(w, receipt, &receipt->lines[i], lang);
  sp_json_close_array(w);
}

static void put_discounts(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  sp_json_key(w, "discounts");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->discount_count && !receipt->gift; i++) {
    sp_json_open_object(w);
    put_text(w, "campaign", receipt->discounts[i].campaign, true);
    put_text(w, "title", receipt->discounts[i].title, false);
    sp_json_put_int(w, "amount", receipt->discounts[i].amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void put_payment(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  sp_json_key(w, "taxes");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->tax_count && !receipt->gift; i++) {
    sp_json_open_object(w);
    sp_json_put_int(w, "rate", receipt->taxes[i].ppm);
    sp_json_put_int(w, "net", receipt->taxes[i].net);
    sp_json_put_int(w, "tax", receipt->taxes[i].tax);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_key(w, "tenders");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->tender_count && !receipt->gift; i++) {
    const struct sp_tender *tender = &receipt->tenders[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "method", sp_method_name(tender->method));
    sp_json_put_int(w, "tendered", tender->tendered);
    sp_json_put_int(w, "amount", tender->amount);
    sp_json_put_int(w, "change", tender->change);
    put_text(w, "reference", tender->reference, false);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void put_place(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  sp_json_key(w, "store");
  sp_json_open_object(w);
  put_text(w, "name", receipt->store_name, true);
  put_text(w, "address", receipt->address, false);
  put_text(w, "phone", receipt->phone, false);
  sp_json_close_object(w);
  put_text(w, "till", receipt->till, false);
  put_text(w, "number", receipt->number, true);
  put_text(w, "original", receipt->original, false);
  put_text(w, "cashier", receipt->cashier, false);
  put_text(w, "seller", receipt->seller, false);
  put_text(w, "time", receipt->time, true);
  if (receipt->business_day > 0) sp_json_put_int(w, "business_day", receipt->business_day);
  bool level = receipt->member_level && *receipt->member_level;
  if (!level && (!receipt->member || !*receipt->member)) return;
  sp_json_key(w, "member");
  sp_json_open_object(w);
  put_text(w, "name", receipt->member, false);
  put_text(w, "level", receipt->member_level, false);
  sp_json_close_object(w);
}

/* What a scanner of the till takes for a receipt (domain/label.h: "receipt"). */
static bool code_of(const struct sp_receipt *receipt, char code[CODE_MAX + 1]) {
  size_t len = receipt->number ? strlen(receipt->number) : 0;
  if (len < 4 || len > CODE_MAX - 2) return false;
  memcpy(code, "R-", 2);
  for (size_t i = 0; i < len; i++) {
    if (receipt->number[i] <= 0x20 || receipt->number[i] > 0x7E) return false;
    code[2 + i] = receipt->number[i];
  }
  code[2 + len] = '\0';
  return true;
}

static void put_code(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  char code[CODE_MAX + 1];
  if (code_of(receipt, code)) sp_json_put_text(w, "code", code);
}

static void put_kind(struct sp_json_writer *w, const struct sp_receipt *receipt, int columns, enum sp_lang lang,
                     bool logo) {
  static const char *const kinds[] = {
      [SP_RECEIPT_SALE] = "sale", [SP_RECEIPT_REFUND] = "refund", [SP_RECEIPT_EXCHANGE] = "exchange"};
  sp_json_put_text(w, "kind", kinds[receipt->kind]);
  sp_json_put_text(w, "lang", lang == SP_LANG_ZH ? "zh" : "en");
  sp_json_put_int(w, "columns", columns);
  sp_json_put_bool(w, "copy", receipt->copy);
  if (receipt->copy && receipt->copy_number > 0) sp_json_put_int(w, "copy_number", receipt->copy_number);
  sp_json_put_bool(w, "gift", receipt->gift);
  sp_json_put_bool(w, "training", receipt->training);
  sp_json_put_bool(w, "logo", logo);
  sp_json_key(w, "currency");
  sp_json_open_object(w);
  put_text(w, "symbol", receipt->currency.symbol, false);
  sp_json_put_int(w, "digits", receipt->currency.digits);
  sp_json_close_object(w);
}

static int input_make(const struct sp_receipt *receipt, int columns, enum sp_lang lang, bool logo, struct cJSON **out,
                      struct sp_error *err) {
  struct sp_buf text;
  struct sp_json_writer w;
  sp_buf_init(&text, INPUT_MAX);
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  put_kind(&w, receipt, columns, lang, logo);
  put_place(&w, receipt);
  put_code(&w, receipt);
  put_lines(&w, receipt, lang);
  put_discounts(&w, receipt);
  sp_json_put_int(&w, "gross", shown(receipt, receipt->gross));
  sp_json_put_int(&w, "discount", shown(receipt, receipt->discount));
  sp_json_put_int(&w, "rounding", shown(receipt, receipt->rounding));
  sp_json_put_int(&w, "total", shown(receipt, receipt->total));
  put_payment(&w, receipt);
  put_text(&w, "note", receipt->note, false);
  sp_json_key(&w, "footer");
  sp_json_open_array(&w);
  for (int32_t i = 0; i < receipt->footer_count && i < FOOTER_MAX; i++)
    put_text(&w, NULL, receipt->footer[i], false);
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  int rc = text.failed ? sp_fail(err, text.failed, "receipt", "The receipt is too long for its rule")
                       : sp_json_parse(text.data, text.len, out, err);
  sp_buf_free(&text);
  return rc;
}

/* ---- The logo ---- */

/* The setting "logo", or null: without one, and with one that is damaged, the receipt goes without. */
static const struct sp_print_picture *logo_load(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  struct cJSON *tree = NULL;
  struct sp_print_picture *out = NULL;
  int64_t width = 0, height = 0;
  const char *body = NULL, *text = NULL;
  if (sp_db_one(work->db, SP_Q_PRINT_LOGO, NULL, 0, &rows, NULL) <= 0) return NULL;
  body = sp_work_column(work, rows, 0);
  sp_rows_finish(rows);
  if (!body || sp_json_parse(body, strlen(body), &tree, NULL) != 0) return NULL;
  int rc = sp_json_get_int(tree, "width", SP_REQUIRED, 1, SP_PRINT_PICTURE_WIDTH, &width, NULL);
  if (!rc) rc = sp_json_get_int(tree, "height", SP_REQUIRED, 1, SP_PRINT_PICTURE_HEIGHT, &height, NULL);
  if (!rc) rc = sp_json_get_text(tree, "rows", SP_REQUIRED, strlen(body), &text, NULL);
  size_t len = rc ? 0 : (size_t)(width + 7) / 8 * (size_t)height;
  uint8_t *dots = len > 0 ? sp_arena_alloc(work->arena, len) : NULL;
  if (dots && sp_print_rows_read(text, dots, len)) out = sp_arena_alloc(work->arena, sizeof *out);
  if (out) *out = (struct sp_print_picture){.width = (int32_t)width, .height = (int32_t)height, .rows = dots};
  sp_json_free(tree);
  return out;
}

/* ---- Blocks as lines: their contract has been checked ---- */

static const char *text_of(const struct cJSON *block, const char *name) {
  const struct cJSON *member = sp_json_member(block, name);
  return cJSON_IsString(member) ? member->valuestring : "";
}

static int number_of(const struct cJSON *block, const char *name) {
  int64_t value = 0;
  (void)sp_json_get_int(block, name, SP_OPTIONAL, 0, 255, &value, NULL);
  return (int)value;
}

static uint8_t style_of(const struct cJSON *block) {
  static const struct {
    const char *name;
    uint8_t bit;
  } styles[] = {{"bold", SP_PRINT_BOLD}, {"tall", SP_PRINT_TALL}, {"wide", SP_PRINT_WIDE}, {"centre", SP_PRINT_CENTRE}};
  uint8_t style = 0;
  for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
    if (cJSON_IsTrue(sp_json_member(block, styles[i].name))) style |= styles[i].bit;
  return style;
}

static void set_block(struct sp_print *print, const struct cJSON *block, const struct sp_print_picture *logo) {
  const char *kind = text_of(block, "kind");
  const char *text = text_of(block, "text");
  uint8_t style = style_of(block);
  if (strcmp(kind, "text") == 0)
    sp_print_add(print, style, number_of(block, "indent"), text);
  else if (strcmp(kind, "row") == 0)
    sp_print_row(print, style, number_of(block, "indent"), text, text_of(block, "right"));
  else if (strcmp(kind, "heading") == 0)
    sp_print_heading(print, text);
  else if (strcmp(kind, "rule") == 0)
    sp_print_rule(print);
  else if (strcmp(kind, "blank") == 0)
    sp_print_blank(print);
  else if (strcmp(kind, "qr") == 0)
    sp_print_qr(print, style, text, number_of(block, "module"));
  else if (strcmp(kind, "barcode") == 0)
    sp_print_code128(print, style, text, number_of(block, "module"), number_of(block, "height"));
  else if (strcmp(kind, "logo") == 0)
    sp_print_picture(print, style, logo);
  else if (strcmp(kind, "cut") == 0)
    sp_print_cut(print);
}

static int set_blocks(struct sp_work *work, const struct sp_answer *answer, int columns,
                      const struct sp_print_picture *logo, struct sp_print *out) {
  struct cJSON *tree = NULL;
  const struct cJSON *block = NULL;
  int rc = sp_print_init(out, columns, work->lang, work->arena, work->err);
  if (!rc) rc = sp_json_parse(answer->json, answer->len, &tree, work->err);
  if (rc) return rc;
  cJSON_ArrayForEach(block, sp_json_member(tree, "blocks")) {
    set_block(out, block, logo);
  }
  sp_json_free(tree);
  return sp_print_end(out, work->err);
}

/* ---- Marks ---- */

static bool says(const struct sp_print *print, const char *text) {
  for (int32_t i = 0; i < print->count; i++)
    if (print->lines[i].kind == SP_PRINT_TEXT && strcmp(print->lines[i].text, text) == 0) return true;
  return false;
}

static int put_marks(struct sp_work *work, const struct sp_receipt *receipt, struct sp_print *out) {
  const char *copy = sp_receipt_copy_mark(receipt->copy_number, work->lang, work->arena);
  if (receipt->copy && copy && !says(out, copy)) sp_print_mark(out, copy);
  if (receipt->copy && !copy) return sp_error_nomem(work->err, __func__);
  if (receipt->training) sp_print_mark(out, sp_tr(work->lang, "*** TRAINING: NO SALE ***"));
  return sp_print_end(out, work->err);
}

/* ---- Asking ---- */

/* 1: `out` is what a rule wants; 0: none gave an answer that can be printed; < 0 an error of ours. */
static int ask(struct sp_work *work, const struct sp_receipt *receipt, int columns, struct sp_print *out) {
  const struct sp_print_picture *logo = logo_load(work);
  const struct sp_context context = sp_work_context(work, work->now, "till");
  struct sp_answers answers = {0};
  struct sp_error why = {.lang = SP_LANG_EN};
  struct cJSON *input = NULL;
  int rc = input_make(receipt, columns, work->lang, logo != NULL, &input, &why);
  if (!rc) rc = sp_engine_ask(work->bundle, work->vm, "receipt.layout", input, &context, work->arena, &answers, &why);
  sp_json_free(input);
  if (rc == SP_E_NOMEM) return sp_error_nomem(work->err, __func__);
  if (rc) {
    sp_alarms_paper_lost(work->app->alarms, "receipt.layout", why.message, work->now);
    return 0;
  }
  sp_alarms_paper(work->app->alarms, answers.trace, answers.trace_len, answers.alarms, work->now);
  if (answers.count == 0) return 0;
  rc = set_blocks(work, &answers.list[0], columns, logo, out);
  return rc ? rc : out->count > 0;
}

/* Where no rule lays the receipt out it is still found by its code. As wide as in rules/base/receipt/receipt.lua. */
static int lay_out_plain(struct sp_work *work, const struct sp_receipt *receipt, int columns, struct sp_print *out) {
  char code[CODE_MAX + 1];
  int rc = sp_receipt_layout(receipt, columns, work->lang, work->arena, out, work->err);
  if (rc != 0 || !code_of(receipt, code)) return rc;
  if ((11 * strlen(code) + 55) * 2 <= (size_t)columns * 12)
    sp_print_code128(out, SP_PRINT_CENTRE, code, 2, 64);
  else
    sp_print_qr(out, SP_PRINT_CENTRE, code, 6);
  return sp_print_end(out, work->err);
}

int sp_receipt_print(struct sp_work *work, const struct sp_receipt *receipt, int columns, struct sp_print *out) {
  bool fits = receipt->line_count <= LINES_MAX && receipt->discount_count <= LINES_MAX &&
              receipt->tax_count <= ROWS_MAX && receipt->tender_count <= ROWS_MAX && columns >= SP_PRINT_COLUMNS_MIN &&
              columns <= SP_PRINT_COLUMNS_MAX;
  int rc = fits && work->bundle && work->vm ? ask(work, receipt, columns, out) : 0;
  if (rc == 0) rc = lay_out_plain(work, receipt, columns, out);
  return rc < 0 ? rc : put_marks(work, receipt, out);
}
