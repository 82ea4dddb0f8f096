/* Lines that rules add to the scanned ones: a deposit for each bottle, a gift that is handed out. They are sold, moved
 * in stock and given back like any line; they go when the line they belong to goes, because they are never stored with
 * a basket but asked for anew. */
#include "app/sale_parts.h"
#include "base/json.h"
#include "domain/money.h"

#include <string.h>

#define COMPLAINTS_MAX ((size_t)8 << 20) /* bytes of the trace with them */

/* An entry of the trace, told apart from what its rule offered: the rule did not fail, its offer cannot be kept. */
static int complain(struct sp_work *work, struct sp_ticket *ticket, const struct sp_addition *addition,
                    const char *what) {
  struct sp_aside *aside = &ticket->composed;
  const char *rule = sp_bundle_campaign_rule(work->bundle, addition->campaign);
  struct sp_buf text;
  struct sp_json_writer w;
  aside->alarms++;
  if (aside->trace == NULL || aside->trace_len < 2) return 0; /* nothing is traced */
  sp_buf_init(&text, COMPLAINTS_MAX);
  sp_buf_add(&text, aside->trace, aside->trace_len - 1);
  if (aside->trace_len > 2) sp_buf_putc(&text, ',');
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "campaign", addition->campaign);
  sp_json_put_text(&w, "rule", rule != NULL ? rule : "");
  sp_json_put_text(&w, "phase", "compose");
  sp_json_put_text(&w, "outcome", "error");
  sp_json_put_int(&w, "amount", 0);
  sp_json_put_text(&w, "why", sp_arena_printf(work->arena, "it adds %s, %s", addition->code, what));
  sp_json_close_object(&w);
  sp_buf_putc(&text, ']');
  const char *copy = text.failed != 0 ? NULL : sp_arena_copy(work->arena, text.data, text.len);
  if (copy != NULL) *aside = (struct sp_aside){.trace = copy, .trace_len = text.len, .alarms = aside->alarms};
  int failed = text.failed;
  sp_buf_free(&text);
  return copy != NULL || failed == SP_E_LIMIT ? 0 : sp_error_nomem(work->err, __func__);
}

/* What is wrong with it as a line; null: nothing. */
static const char *wrong(const struct sp_found *found, int64_t quantity) {
  if (found->style) return "which comes in variants";
  if (quantity <= 0 || quantity > SP_QUANTITY_MAX) return "in a quantity that cannot be sold";
  if (!found->weighed && quantity % SP_QUANTITY_ONE != 0) return "in parts of a piece";
  return NULL;
}

static const struct sp_line *line_of(const struct sp_ticket *ticket, int32_t n) {
  for (int32_t i = 0; i < ticket->request->item_count; i++) {
    if (ticket->facts[i].n == n) return &ticket->facts[i];
  }
  return NULL;
}

static int32_t added_before(const struct sp_ticket *ticket, int32_t parent) {
  int32_t count = 0;
  for (int32_t i = ticket->request->item_count; i < ticket->sold; i++)
    count += ticket->facts[i].parent == parent;
  return count;
}

static int add_line(struct sp_work *work, struct sp_ticket *ticket, const struct sp_addition *addition) {
  struct sp_found found;
  struct sp_error lost = {.lang = work->lang};
  struct sp_error *kept = work->err;
  const struct sp_line *parent = line_of(ticket, addition->parent);
  int32_t place = added_before(ticket, addition->parent);
  work->err = &lost; /* an unknown product is the rule's fault, not the sale's */
  int rc = sp_product_find(work, NULL, addition->code, NULL, &found);
  work->err = kept;
  if (rc != 0 && rc != SP_E_NOT_FOUND) return sp_fail(work->err, rc, lost.field, "%s", lost.message);
  const char *what = rc != 0          ? "which is no product"
                     : parent == NULL ? "to a line that is not there"
                                      : wrong(&found, addition->quantity);
  if (place == SP_SALE_ADDED_EACH) what = "one line more than there are numbers for";
  if (what != NULL) {
    return complain(work, ticket, addition, what);
  }
  struct sp_line *line = &ticket->facts[ticket->sold];
  *line = sp_found_line(&found, addition->quantity);
  line->n = SP_SALE_ADDED + SP_SALE_ADDED_EACH * parent->n + place;
  line->seller = parent->seller;
  line->parent = parent->n;
  ticket->sale->lines[ticket->sold++] = (struct sp_sale_line){.n = line->n, .revision = found.revision, .facts = *line};
  return 0;
}

/* Room for `more` sold lines. */
static int grow(struct sp_work *work, struct sp_ticket *ticket, int32_t more) {
  struct sp_sale *sale = ticket->sale;
  size_t kept = (size_t)ticket->sold;
  size_t room = kept + (size_t)more;
  struct sp_line *facts = sp_arena_array(work->arena, room, sizeof *facts);
  bool *blocked = sp_arena_array(work->arena, room, sizeof *blocked);
  struct sp_sale_line *lines = sp_arena_array(work->arena, room + (size_t)ticket->request->return_count, sizeof *lines);
  if (facts == NULL || blocked == NULL || lines == NULL) return sp_error_nomem(work->err, __func__);
  memcpy(facts, ticket->facts, kept * sizeof *facts);
  memcpy(lines, sale->lines, kept * sizeof *lines);
  ticket->facts = facts;
  ticket->blocked = blocked;
  sale->lines = lines;
  return 0;
}

static bool goes_before(const struct sp_line *a, const struct sp_line *b) {
  return a->n < b->n;
}

/* Ascending numbers, as a basket has them: the engine tells additions by campaign. Few, so insertion will do. */
static void sort_added(struct sp_ticket *ticket) {
  int32_t first = ticket->request->item_count;
  for (int32_t i = first + 1; i < ticket->sold; i++) {
    const struct sp_line line = ticket->facts[i];
    const struct sp_sale_line sold = ticket->sale->lines[i];
    int32_t at = i;
    for (; at > first && goes_before(&line, &ticket->facts[at - 1]); at--) {
      ticket->facts[at] = ticket->facts[at - 1];
      ticket->sale->lines[at] = ticket->sale->lines[at - 1];
    }
    ticket->facts[at] = line;
    ticket->sale->lines[at] = sold;
  }
}

int sp_ticket_compose(struct sp_work *work, struct sp_ticket *ticket) {
  struct sp_additions additions;
  if (!ticket->request->promotions || ticket->sold == 0) return 0;
  int rc = sp_engine_compose(work->bundle, work->vm, &ticket->basket, &ticket->context, work->arena, &additions,
                             &ticket->composed, work->err);
  if (rc != 0 || additions.count == 0) return rc;
  if (additions.count > SP_BASKET_LINES_MAX - ticket->sold) {
    return sp_fail(work->err, SP_E_LIMIT, "items", "A sale has at most %d lines", SP_BASKET_LINES_MAX);
  }
  rc = grow(work, ticket, additions.count);
  for (int32_t i = 0; rc == 0 && i < additions.count; i++)
    rc = add_line(work, ticket, &additions.list[i]);
  if (rc != 0) return rc;
  sort_added(ticket);
  ticket->sale->count = ticket->sold + ticket->request->return_count;
  ticket->basket.lines = ticket->facts;
  ticket->basket.count = ticket->sold;
  return 0;
}
