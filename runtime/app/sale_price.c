/* From what was scanned to what it costs. */
#include "app/alarms.h"
#include "app/sale_parts.h"
#include "domain/money.h"

#include <stdio.h>
#include <string.h>

static void prefix(struct sp_error *err, const char *list, int32_t i) {
  char text[32];
  snprintf(text, sizeof text, "%s[%d]", list, i);
  sp_error_prefix(err, text);
}

/* How the request named the product. */
static const char *naming(const struct sp_sale_item *item) {
  return item->barcode != NULL ? "barcode" : item->code != NULL ? "code" : "product";
}

static int check_item(struct sp_work *work, const struct sp_sale_item *item, const struct sp_found *found,
                      int64_t quantity, bool given_prices) {
  struct sp_error *err = work->err;
  if (found->style) return sp_fail(err, SP_E_INVALID, naming(item), "%s comes in variants: choose one", found->code);
  if (!found->listed && !given_prices) {
    return sp_fail(err, SP_E_STATE, naming(item), "%s is not listed for sale", found->code);
  }
  if (quantity <= 0 || quantity > SP_QUANTITY_MAX) {
    return sp_fail(err, SP_E_INVALID, "quantity", "A quantity must be positive and at most a million");
  }
  if (!found->weighed && quantity % SP_QUANTITY_ONE != 0) {
    return sp_fail(err, SP_E_INVALID, "quantity", "%s is sold by the piece, not in parts", found->code);
  }
  if (item->given_price == SP_NO_PRICE) return sp_discount_check(work, &item->discount.markdown, true);
  if (!given_prices) return sp_fail(err, SP_E_DENIED, "price", "This request may not bring its own prices");
  if (item->given_price < 0 || item->given_price > SP_MONEY_MAX) {
    return sp_fail(err, SP_E_INVALID, "price", "A price must not be negative");
  }
  if (item->discount.markdown.kind == SP_MARKDOWN_PRICE) {
    return sp_fail(err, SP_E_INVALID, "price", "A line has one price: given or changed by hand");
  }
  return sp_discount_check(work, &item->discount.markdown, true);
}

/* What a label asks for is what the line costs. A unit of it then costs about that by the weight; pieces must share it
 * evenly. */
static int take_label(struct sp_work *work, struct sp_line *line, int64_t amount) {
  int rc = sp_money_muldiv(amount, SP_QUANTITY_ONE, line->quantity, &line->given_price);
  if (rc == 0 && line->weighed) {
    line->given_amount = amount;
    return 0;
  }
  int64_t back = 0;
  if (rc == 0) rc = sp_money_amount(line->given_price, line->quantity, &back);
  if (rc == 0 && back == amount) return 0;
  return sp_fail(work->err, SP_E_INVALID, "quantity", "The amount on the label of %s cannot be shared by its pieces",
                 line->code);
}

static int resolve_item(struct sp_work *work, struct sp_ticket *ticket, int32_t i) {
  const struct sp_sale_item *item = &ticket->request->items[i];
  struct sp_found found;
  int rc = sp_product_find(work, item->barcode, item->code, &item->product, &found);
  if (rc != 0) return rc;
  int64_t quantity = item->quantity != 0 ? item->quantity : found.quantity;
  if (found.weighed && item->quantity == 0) {
    return sp_fail(work->err, SP_E_INVALID, "quantity", "%s is sold by weight: weigh it", found.code);
  }
  rc = check_item(work, item, &found, quantity, ticket->request->given_prices);
  if (rc != 0) return rc;
  struct sp_line *line = &ticket->facts[i];
  *line = sp_found_line(&found, quantity);
  line->n = item->n != 0 ? item->n : i + 1;
  line->given_price = item->given_price;
  line->markdown = item->discount.markdown;
  line->seller = item->seller;
  if (item->note != NULL) line->note = item->note;
  if (item->lot != NULL) line->lot = item->lot;
  line->expires = item->expires;
  if (line->markdown.kind == SP_MARKDOWN_PRICE) line->given_price = line->markdown.value;
  if (line->markdown.kind != SP_MARKDOWN_PRICE && item->label_amount > 0) {
    rc = take_label(work, line, item->label_amount);
    if (rc != 0) return rc;
  }
  ticket->sale->lines[i] = (struct sp_sale_line){.n = line->n, .revision = found.revision, .facts = *line};
  return 0;
}

int sp_ticket_resolve(struct sp_work *work, struct sp_ticket *ticket) {
  const struct sp_sale_request *request = ticket->request;
  if (request->item_count < 0 || request->item_count > SP_BASKET_LINES_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "items", "A sale has at most %d lines", SP_BASKET_LINES_MAX);
  }
  for (int32_t i = 0; i < request->item_count; i++) {
    int rc = resolve_item(work, ticket, i);
    if (rc == 0 && i > 0 && ticket->facts[i].n <= ticket->facts[i - 1].n) {
      rc = sp_fail(work->err, SP_E_INVALID, "n", "Line numbers must rise");
    }
    if (rc == 0 && ticket->facts[i].n >= SP_SALE_ADDED / SP_SALE_ADDED_EACH) {
      rc = sp_fail(work->err, SP_E_INVALID, "n", "A line number is too large");
    }
    if (rc != 0) {
      prefix(work->err, "items", i);
      return rc;
    }
  }
  return 0;
}

static void copy_lines(struct sp_ticket *ticket) {
  for (int32_t i = 0; i < ticket->sold; i++) {
    const struct sp_line_price *price = &ticket->priced.lines[i];
    struct sp_sale_line *line = &ticket->sale->lines[i];
    line->unit_price = price->unit_price;
    line->gross = price->gross;
    line->discount = price->discount;
    line->paid = price->net;
  }
}

int sp_ticket_price(struct sp_work *work, struct sp_ticket *ticket) {
  struct sp_sale *sale = ticket->sale;
  struct sp_priced *priced = &ticket->priced;
  struct sp_aside stock;
  sale->trace = "[]";
  sale->trace_len = 2;
  if (ticket->sold == 0) return 0;
  int rc = sp_engine_price(work->bundle, work->vm, &ticket->basket, &ticket->context, work->arena, &ticket->priced,
                           work->err);
  if (rc != 0) return rc;
  rc = sp_engine_stock_policy(work->bundle, work->vm, &ticket->basket, &ticket->context, work->arena, ticket->blocked,
                              &stock, work->err);
  if (rc == 0) rc = sp_engine_join(priced, &ticket->composed, &stock, work->arena, work->err);
  if (rc != 0) return rc;
  copy_lines(ticket);
  sale->allocations = priced->allocations;
  sale->allocation_count = priced->allocation_count;
  sale->trace = priced->trace;
  sale->trace_len = priced->trace_len;
  sale->alarms += priced->alarms;
  sale->notes = priced->notes;
  sale->note_count = priced->note_count;
  sale->tender_caps = priced->tender_caps;
  sale->tender_cap_count = priced->tender_cap_count;
  sp_ticket_meet(work, ticket);
  if (priced->alarms > 0) sp_alarms_raise(work->app->alarms, priced->trace, priced->trace_len, work->now);
  rc = sp_ticket_inputs(work, ticket, &sale->inputs);
  if (rc == 0) sp_sale_inputs_lines(sale);
  return rc;
}
