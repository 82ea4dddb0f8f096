/* An explanation as text: a line of goods, what happened to it, what it costs; amounts under each other. */
#include "app/explain_parts.h"
#include "base/hash.h"
#include "base/text.h"
#include "domain/money.h"

#include <string.h>

#define WIDTH 72 /* columns; amounts end in the last one */
#define INNER 6  /* what happened to a line */
#define DEEP  10 /* where it is written */

struct printing {
  const struct sp_work *work;
  struct sp_buf *out;
  int digits;
};

static void spaces(struct sp_buf *out, int count) {
  for (int i = 0; i < count; i++)
    sp_buf_putc(out, ' ');
}

static int columns(const char *text) {
  return sp_utf8_columns(text, strlen(text));
}

/* `text` indented, dots, and the amount at the right; the amount gets a line of its own when both do not fit. */
static void put_amount(struct printing *p, int indent, const char *text, int64_t amount) {
  char number[SP_MONEY_TEXT];
  sp_money_text(amount, p->digits, number);
  int left = WIDTH - indent - columns(text) - columns(number) - 2;
  spaces(p->out, indent);
  sp_buf_puts(p->out, text);
  if (left < 1) {
    sp_buf_putc(p->out, '\n');
    left = WIDTH - columns(number) - 1;
  }
  sp_buf_putc(p->out, ' ');
  for (int i = 0; i < left; i++)
    sp_buf_putc(p->out, left > 3 ? '.' : ' ');
  sp_buf_printf(p->out, " %s\n", number);
}

static void put_text(struct printing *p, int indent, const char *text) {
  spaces(p->out, indent);
  sp_buf_puts(p->out, text);
  sp_buf_putc(p->out, '\n');
}

/* ---- Head ---- */

static void put_head(struct printing *p, const struct sp_explanation *what) {
  char hex[SP_HASH_HEX];
  const struct sp_sale *sale = what->sale;
  const char *at = sp_work_local_time(p->work, sale->at);
  if (what->name[0] != '\0') sp_buf_printf(p->out, "%s  ", what->name);
  sp_buf_printf(p->out, "%s\n", at != NULL ? at : "");
  if (what->bundle != NULL) {
    sp_hash_hex(sp_bundle_hash(what->bundle), hex);
    sp_buf_printf(p->out, sp_tr(p->work->lang, "Rules of generation %.12s\n"), hex);
  }
  if (what->notice != NULL) put_text(p, 0, what->notice);
  sp_buf_putc(p->out, '\n');
}

/* ---- Lines ---- */

/* The rule's own sentence with the campaign's title, or the title alone. */
static void name_step(const struct sp_explained_step *step, struct sp_buf *out) {
  sp_buf_puts(out, step->title);
  if (step->sentence[0] != '\0') sp_buf_printf(out, ": %s", step->sentence);
}

static void put_where(struct printing *p, const struct sp_explained_step *step) {
  spaces(p->out, DEEP);
  sp_buf_printf(p->out, "%s, %s %s, %s", step->campaign, step->rule, step->version, step->file);
  if (step->at > 0) sp_buf_printf(p->out, ":%d", (int)step->at);
  sp_buf_putc(p->out, '\n');
  for (int32_t i = 0; i < step->beat_count; i++) {
    spaces(p->out, DEEP);
    sp_buf_printf(p->out, sp_tr(p->work->lang, "instead of %s\n"), step->beat[i]);
  }
}

static void put_step(struct printing *p, const struct sp_explained_step *step) {
  struct sp_buf text;
  char price[SP_MONEY_TEXT];
  sp_buf_init(&text, 4096);
  if (step->parent != 0) {
    name_step(step, &text);
    sp_buf_printf(&text, sp_tr(p->work->lang, ", added for line %d"), (int)step->parent);
    put_text(p, INNER, sp_buf_text(&text));
  } else if (step->price != SP_NO_PRICE) {
    sp_money_text(step->price, p->digits, price);
    name_step(step, &text);
    sp_buf_printf(&text, sp_tr(p->work->lang, ", one for %s"), price);
    put_text(p, INNER, sp_buf_text(&text));
  } else {
    name_step(step, &text);
    put_amount(p, INNER, sp_buf_text(&text), -step->amount);
  }
  put_where(p, step);
  sp_buf_free(&text);
}

static void put_prices(struct printing *p, const struct sp_sale_line *line) {
  char quantity[SP_MONEY_TEXT], price[SP_MONEY_TEXT];
  struct sp_buf text;
  sp_buf_init(&text, 4096);
  sp_quantity_text(line->facts.quantity, quantity);
  sp_money_text(line->unit_price, p->digits, price);
  sp_buf_printf(&text, "%s %s × %s", quantity, line->facts.unit, price);
  put_amount(p, INNER, sp_buf_text(&text), line->gross);
  sp_buf_free(&text);
}

static void put_list_price(struct printing *p, const struct sp_sale_line *line) {
  char price[SP_MONEY_TEXT];
  struct sp_buf text;
  bool given = line->facts.given_price != SP_NO_PRICE;
  if (line->unit_price == line->facts.list_price && !given) return;
  sp_buf_init(&text, 4096);
  sp_money_text(line->facts.list_price, p->digits, price);
  sp_buf_printf(&text, sp_tr(p->work->lang, "list price %s"), price);
  put_text(p, INNER, sp_buf_text(&text));
  if (given) put_text(p, INNER, sp_tr(p->work->lang, "the price was given at the till"));
  sp_buf_free(&text);
}

static void put_line(struct printing *p, const struct sp_explanation *what, int32_t at) {
  const struct sp_sale_line *line = &what->sale->lines[at];
  bool touched = line->discount != 0;
  if (line->facts.parent == 0) {
    sp_buf_printf(p->out, "%3d  %s", (int)line->n, line->facts.name);
  } else {
    sp_buf_printf(p->out, "  +  %s", line->facts.name);
  }
  if (line->returned) sp_buf_printf(p->out, " (%s)", sp_tr(p->work->lang, "comes back"));
  if (line->facts.parent != 0) {
    sp_buf_printf(p->out, sp_tr(p->work->lang, " (comes with line %d)"), (int)line->facts.parent);
  }
  sp_buf_putc(p->out, '\n');
  put_list_price(p, line);
  for (int32_t i = 0; i < what->step_count && !line->returned; i++)
    if (what->steps[i].n == line->n && what->steps[i].price != SP_NO_PRICE) put_step(p, &what->steps[i]);
  put_prices(p, line);
  if (what->backs[at] != NULL) put_text(p, INNER, what->backs[at]);
  for (int32_t i = 0; i < what->step_count && !line->returned; i++)
    if (what->steps[i].n == line->n && what->steps[i].price == SP_NO_PRICE) put_step(p, &what->steps[i]);
  if (touched) put_amount(p, INNER, sp_tr(p->work->lang, "costs"), line->gross - line->discount);
}

/* ---- The rest ---- */

static void put_sums(struct printing *p, const struct sp_sale *sale) {
  enum sp_lang lang = p->work->lang;
  sp_buf_putc(p->out, '\n');
  if (sale->discount != 0 || sale->rounding != 0) put_amount(p, 0, sp_tr(lang, "Goods"), sale->gross);
  if (sale->discount != 0) put_amount(p, 0, sp_tr(lang, "Discounts"), -sale->discount);
  if (sale->rounding != 0) put_amount(p, 0, sp_tr(lang, "Rounded"), sale->rounding);
  put_amount(p, 0, sp_tr(lang, sale->total < 0 ? "To pay back" : "To pay"), sale->total);
}

static void put_remarks(struct printing *p, const struct sp_explanation *what) {
  bool any = false;
  for (int32_t i = 0; i < what->step_count; i++) {
    const struct sp_explained_step *step = &what->steps[i];
    if (step->n != 0) continue;
    if (!any) sp_buf_printf(p->out, "\n%s\n", sp_tr(p->work->lang, "Remarks"));
    any = true;
    spaces(p->out, 2);
    sp_buf_printf(p->out, "%s\n", step->sentence);
    put_where(p, step);
  }
}

static void put_others(struct printing *p, const struct sp_explanation *what) {
  int widest = 0;
  for (int32_t i = 0; i < what->other_count; i++) {
    int width = columns(what->others[i].title);
    if (width > widest) widest = width;
  }
  if (widest > WIDTH / 2) widest = WIDTH / 2;
  for (int32_t i = 0; i < what->other_count; i++) {
    const struct sp_explained_other *other = &what->others[i];
    if (i == 0) sp_buf_printf(p->out, "\n%s\n", sp_tr(p->work->lang, "Why others gave nothing"));
    spaces(p->out, 2);
    sp_buf_puts(p->out, other->title);
    spaces(p->out, widest - columns(other->title) + 2);
    sp_buf_printf(p->out, "%s\n", other->sentence);
  }
}

int sp_explain_text(const struct sp_work *work, const struct sp_explanation *what, struct sp_buf *out) {
  struct printing p = {.work = work, .out = out, .digits = sp_work_currency(work).digits};
  put_head(&p, what);
  for (int32_t i = 0; i < what->sale->count; i++)
    put_line(&p, what, i);
  put_sums(&p, what->sale);
  put_remarks(&p, what);
  put_others(&p, what);
  return out->failed != 0 ? sp_fail(work->err, out->failed, NULL, "The explanation is too long") : 0;
}
