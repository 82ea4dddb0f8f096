/* One stored sale priced again: rebuild the basket, let the rules add their lines, price, compare. */
#include "app/lookup.h"
#include "app/replay_parts.h"
#include "app/sale.h"
#include "domain/money.h"

#include <stdlib.h>
#include <string.h>

/* ---- The basket ---- */

struct rebuilt {
  struct sp_line *lines;
  int32_t count;
  bool *used; /* stored lines that rules added, and add again */
};

static int read_usage(const struct sp_usage_source *self, const char *campaign, const char *subject,
                      struct sp_usage *out, struct sp_error *err) {
  const struct sp_stored_usage *usage = self->ctx;
  (void)err;
  *out = (struct sp_usage){.uses = 0};
  for (int32_t i = 0; i < usage->count; i++) {
    const struct sp_campaign_use *use = &usage->list[i];
    if (strcmp(use->campaign, campaign) != 0 || strcmp(use->subject, subject) != 0) continue;
    *out = (struct sp_usage){.uses = use->uses, .amount = use->amount, .units = use->units};
  }
  return 0;
}

/* Only what was scanned: the rules add the rest anew. */
static int scanned(struct sp_work *work, const struct sp_stored_sale *sale, struct rebuilt *out) {
  *out = (struct rebuilt){.lines = sp_arena_array(work->arena, (size_t)sale->count + 1, sizeof *out->lines),
                          .used = sp_arena_array(work->arena, (size_t)sale->count + 1, sizeof *out->used)};
  if (out->lines == NULL || out->used == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < sale->count; i++) {
    if (sale->lines[i].facts.parent == 0) out->lines[out->count++] = sale->lines[i].facts;
  }
  return 0;
}

/* The stored line of an addition, which knows what the goods were then; null when there is none. */
static const struct sp_line *stored_addition(const struct sp_stored_sale *sale, struct rebuilt *basket,
                                             const struct sp_addition *addition) {
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_line *line = &sale->lines[i].facts;
    if (basket->used[i] || line->parent != addition->parent || line->quantity != addition->quantity) continue;
    if (strcmp(line->code, addition->code) != 0) continue;
    basket->used[i] = true;
    return line;
  }
  return NULL;
}

/* An addition the sale did not have: as the catalogue knows the goods today. False: they cannot be sold. */
static int new_addition(struct sp_work *work, const struct sp_addition *addition, struct sp_line *out, bool *there) {
  struct sp_found found;
  struct sp_error lost = {.lang = work->lang}, *kept = work->err;
  work->err = &lost;
  int rc = sp_product_find(work, NULL, addition->code, NULL, &found);
  work->err = kept;
  *there = rc == 0 && !found.style && addition->quantity > 0 && addition->quantity <= SP_QUANTITY_MAX &&
           (found.weighed || addition->quantity % SP_QUANTITY_ONE == 0);
  if (rc != 0 && rc != SP_E_NOT_FOUND) return sp_fail(work->err, rc, lost.field, "%s", lost.message);
  if (!*there) return 0;
  *out = sp_found_line(&found, addition->quantity);
  out->parent = addition->parent;
  return 0;
}

/* The place of an addition among those of its line, as a sale numbers them. */
static int32_t number_of(const struct rebuilt *basket, int32_t scans, int32_t parent) {
  int32_t place = 0;
  for (int32_t i = scans; i < basket->count; i++)
    place += basket->lines[i].parent == parent;
  return place < SP_SALE_ADDED_EACH ? SP_SALE_ADDED + SP_SALE_ADDED_EACH * parent + place : 0;
}

static int by_number(const void *a, const void *b) {
  int32_t x = ((const struct sp_line *)a)->n, y = ((const struct sp_line *)b)->n;
  return (x > y) - (x < y);
}

static int compose(struct sp_work *work, const struct sp_stored_sale *sale, const struct sp_basket *shown,
                   const struct sp_context *context, struct rebuilt *basket, struct sp_aside *aside) {
  struct sp_additions additions;
  int32_t scans = basket->count;
  int rc = sp_engine_compose(work->bundle, work->vm, shown, context, work->arena, &additions, aside, work->err);
  if (rc != 0 || additions.count == 0) return rc;
  if (additions.count > SP_BASKET_LINES_MAX - scans) {
    return sp_fail(work->err, SP_E_LIMIT, "items", "A sale has at most %d lines", SP_BASKET_LINES_MAX);
  }
  struct sp_line *grown = sp_arena_array(work->arena, (size_t)scans + (size_t)additions.count, sizeof *grown);
  if (grown == NULL) return sp_error_nomem(work->err, __func__);
  memcpy(grown, basket->lines, (size_t)scans * sizeof *grown);
  basket->lines = grown;
  for (int32_t i = 0; i < additions.count; i++) {
    struct sp_line *line = &grown[basket->count];
    const struct sp_line *stored = stored_addition(sale, basket, &additions.list[i]);
    bool there = stored != NULL;
    if (there) *line = *stored;
    if (!there) rc = new_addition(work, &additions.list[i], line, &there);
    if (rc != 0) return rc;
    line->n = number_of(basket, scans, additions.list[i].parent);
    if (there && line->n != 0) {
      basket->count++;
    } else {
      aside->alarms++;
    }
  }
  qsort(&grown[scans], (size_t)(basket->count - scans), sizeof *grown, by_number);
  return 0;
}

/* ---- Comparing ---- */

/* Lines of both sides meet by number when they were scanned, and by parent, goods and quantity when a rule added them.
 */
static bool same_line(const struct sp_line *a, const struct sp_line *b) {
  if (a->parent == 0 && b->parent == 0) return a->n == b->n;
  return a->parent == b->parent && a->quantity == b->quantity && strcmp(a->code, b->code) == 0;
}

static int32_t find_stored(const struct sp_stored_sale *sale, const bool *met, const struct sp_line *line) {
  for (int32_t i = 0; i < sale->count; i++) {
    if (!met[i] && same_line(&sale->lines[i].facts, line)) return i;
  }
  return -1;
}

static struct sp_replayed_line replayed(const struct sp_line *line, int64_t stored, int64_t candidate) {
  return (struct sp_replayed_line){.n = line->n,
                                   .product = line->product,
                                   .code = line->code,
                                   .name = line->name,
                                   .quantity = line->quantity,
                                   .stored = stored,
                                   .candidate = candidate};
}

static int compare_lines(struct sp_work *work, const struct sp_stored_sale *sale, struct sp_replayed *out) {
  size_t room = (size_t)(sale->count + out->basket.count) + 1;
  struct sp_replayed_line *lines = sp_arena_array(work->arena, room, sizeof *lines);
  bool *met = sp_arena_array(work->arena, (size_t)sale->count + 1, sizeof *met);
  int32_t count = 0;
  if (lines == NULL || met == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < out->basket.count; i++) {
    const struct sp_line *line = &out->basket.lines[i];
    int32_t at = find_stored(sale, met, line);
    if (at >= 0) met[at] = true;
    lines[count++] = replayed(line, at >= 0 ? sale->lines[at].cost : 0, out->priced.lines[i].net);
  }
  for (int32_t i = 0; i < sale->count; i++) {
    if (!met[i]) lines[count++] = replayed(&sale->lines[i].facts, sale->lines[i].cost, 0);
  }
  out->lines = lines;
  out->count = count;
  for (int32_t i = 0; i < count; i++) {
    int rc = sp_money_accumulate(&out->stored, lines[i].stored);
    if (rc == 0) rc = sp_money_accumulate(&out->candidate, lines[i].candidate);
    if (rc != 0) return sp_fail(work->err, rc, "items", "The sale is too large to add up");
  }
  return 0;
}

static int by_campaign(const void *a, const void *b) {
  const struct sp_replayed_campaign *x = a, *y = b;
  return strcmp(x->campaign, y->campaign);
}

/* Entries of one campaign after each other become one. */
static int32_t fold_campaigns(struct sp_replayed_campaign *list, int32_t count) {
  int32_t kept = 0;
  qsort(list, (size_t)count, sizeof *list, by_campaign);
  for (int32_t i = 0; i < count; i++) {
    if (kept > 0 && strcmp(list[kept - 1].campaign, list[i].campaign) == 0) {
      list[kept - 1].stored += list[i].stored;
      list[kept - 1].candidate += list[i].candidate;
    } else {
      list[kept++] = list[i];
    }
  }
  return kept;
}

static int compare_campaigns(struct sp_work *work, const struct sp_stored_sale *sale, struct sp_replayed *out) {
  size_t room = (size_t)(sale->allocation_count + out->priced.allocation_count) + 1;
  struct sp_replayed_campaign *list = sp_arena_array(work->arena, room, sizeof *list);
  int32_t count = 0;
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < out->priced.allocation_count; i++) {
    const struct sp_allocation *now = &out->priced.allocations[i];
    list[count++] =
        (struct sp_replayed_campaign){.campaign = now->campaign, .rule = now->rule, .candidate = now->amount};
  }
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    const struct sp_allocation *then = &sale->allocations[i];
    list[count++] =
        (struct sp_replayed_campaign){.campaign = then->campaign, .rule = then->rule, .stored = then->amount};
  }
  out->campaigns = list;
  out->campaign_count = count > 0 ? fold_campaigns(list, count) : 0;
  return 0;
}

/* ---- One sale ---- */

int sp_replay_price(struct sp_work *work, struct sp_stored_sale *sale, bool promotions, struct sp_replayed *out) {
  struct rebuilt basket;
  struct sp_aside aside = {NULL, 0, 0};
  *out = (struct sp_replayed){.id = sale->id,
                              .at = sale->at,
                              .till = sale->till,
                              .number = sale->number,
                              .historic = !sale->promotions,
                              .stored_allocations = sale->allocations,
                              .stored_allocation_count = sale->allocation_count,
                              .basket = sale->basket};
  memcpy(out->generation, sale->generation, SP_HASH_LEN);
  out->context = sp_work_context(work, sale->priced_at, sale->source);
  out->context.role = sale->role;
  out->context.promotions = sale->promotions || promotions;
  sale->usage.source = (struct sp_usage_source){.read = read_usage, .ctx = &sale->usage};
  if (out->context.promotions) out->context.usage = &sale->usage.source;
  int rc = scanned(work, sale, &basket);
  if (rc != 0) return rc;
  out->basket.lines = basket.lines;
  out->basket.count = basket.count;
  if (out->context.promotions && basket.count > 0) {
    rc = compose(work, sale, &out->basket, &out->context, &basket, &aside);
    if (rc != 0) return rc;
    out->basket.lines = basket.lines;
    out->basket.count = basket.count;
  }
  rc = sp_engine_price(work->bundle, work->vm, &out->basket, &out->context, work->arena, &out->priced, work->err);
  if (rc == 0) rc = sp_engine_join(&out->priced, &aside, NULL, work->arena, work->err);
  if (rc != 0) return rc;
  out->alarms = out->priced.alarms;
  rc = compare_lines(work, sale, out);
  return rc == 0 ? compare_campaigns(work, sale, out) : rc;
}

int sp_replay_load(struct sp_work *work, const struct sp_id *id, struct sp_stored_sale *out) {
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  struct sp_rows *rows = NULL;
  int got = sp_db_one(work->db, SP_Q_REPLAY_SALE, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "sale", "There is no such sale");
  int rc = sp_replay_head(work, rows, out);
  sp_rows_finish(rows);
  return rc == 0 ? sp_replay_body(work, out) : rc;
}

int sp_replay_sale(struct sp_work *work, const struct sp_id *id, bool promotions, struct sp_replayed *out) {
  struct sp_stored_sale *sale = sp_arena_alloc(work->arena, sizeof *sale); /* the context keeps a pointer into it */
  if (sale == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_replay_load(work, id, sale);
  return rc == 0 ? sp_replay_price(work, sale, promotions, out) : rc;
}
