/* From stored events back to a basket. */
#include "app/basket_parts.h"
#include "base/json.h"

#include <cjson/cJSON.h>
#include <string.h>

#define BODY_INT SP_JSON_INT_MAX

struct event {
  struct sp_work *work;
  struct sp_open_basket *basket;
  const struct cJSON *body;
  const char *text; /* the body as stored */
  int *failed;      /* of a text: what is left out must not look like what was never there */
};

static int get_int(const struct event *event, const char *name, int64_t *out) {
  return sp_json_get_int(event->body, name, SP_REQUIRED, -BODY_INT, BODY_INT, out, event->work->err);
}

static int64_t get_optional(const struct event *event, const char *name) {
  int64_t value = 0;
  if (sp_json_get_int(event->body, name, SP_OPTIONAL, -BODY_INT, BODY_INT, &value, event->work->err) != 0) {
    *event->failed = SP_E_CORRUPT;
  }
  return value;
}

static bool get_bool(const struct event *event, const char *name) {
  bool value = false;
  if (sp_json_get_bool(event->body, name, SP_OPTIONAL, &value, event->work->err) != 0) *event->failed = SP_E_CORRUPT;
  return value;
}

static const char *keep(const struct event *event, int rc, const char *text) {
  if (rc != 0) *event->failed = SP_E_CORRUPT;
  if (rc != 0) return "";
  const char *copy = sp_arena_text(event->work->arena, text);
  if (copy == NULL) *event->failed = SP_E_NOMEM;
  return copy != NULL ? copy : "";
}

/* A copy in the arena, "" when absent. */
static const char *get_text(const struct event *event, const char *name) {
  const char *text = "";
  int rc = sp_json_get_text(event->body, name, SP_OPTIONAL, 1024, &text, event->work->err);
  return keep(event, rc, text);
}

/* The same of a label: before they were spelt with brackets, GS1 codes were kept as they came, with their GS. */
static const char *get_label(const struct event *event) {
  const char *text = "";
  int rc = sp_json_get_scan(event->body, "label", SP_OPTIONAL, 1024, &text, event->work->err);
  return keep(event, rc, text);
}

static struct sp_id get_id(const struct event *event, const char *name) {
  struct sp_id id = {{0}};
  const char *text = get_text(event, name);
  if (text[0] != '\0' && sp_id_parse(text, &id) != 0) *event->failed = SP_E_CORRUPT;
  return id;
}

/* How a line was weighed, or null. */
static const struct sp_weighing *get_weighing(const struct event *event) {
  const struct cJSON *object = sp_json_member(event->body, "weight");
  if (object == NULL) return NULL;
  struct event inner = *event;
  inner.body = object;
  struct sp_weighing *out = sp_arena_alloc(event->work->arena, sizeof *out);
  if (out == NULL) *event->failed = SP_E_NOMEM;
  if (out == NULL) return NULL;
  *out = (struct sp_weighing){.scale = get_text(&inner, "scale"),
                              .raw = get_text(&inner, "raw"),
                              .unit = get_text(&inner, "unit"),
                              .value = get_optional(&inner, "value"),
                              .decimals = (int32_t)get_optional(&inner, "decimals"),
                              .net = get_optional(&inner, "net"),
                              .tare = get_optional(&inner, "tare"),
                              .manual = get_bool(&inner, "manual")};
  return out;
}

static struct sp_sale_item *find_item(struct sp_open_basket *basket, int64_t n) {
  for (int32_t i = 0; i < basket->item_count; i++) {
    if (basket->items[i].n == n) return &basket->items[i];
  }
  return NULL;
}

static int fold_add(const struct event *event) {
  struct sp_open_basket *basket = event->basket;
  int64_t n = 0, quantity = 0;
  if (basket->item_count == SP_BASKET_LINES_MAX) return SP_E_LIMIT;
  if (basket->items == NULL) {
    basket->items = sp_arena_array(event->work->arena, SP_BASKET_LINES_MAX, sizeof *basket->items);
    if (basket->items == NULL) return SP_E_NOMEM;
  }
  if (get_int(event, "n", &n) != 0 || get_int(event, "quantity", &quantity) != 0) return SP_E_CORRUPT;
  basket->items[basket->item_count++] = (struct sp_sale_item){
      .product = get_id(event, "product"),
      .n = (int32_t)n,
      .quantity = quantity,
      .given_price = SP_NO_PRICE,
      .seller = get_id(event, "seller"),
      .note = get_text(event, "note"),
      .lot = get_text(event, "lot"),
      .expires = (int32_t)get_optional(event, "expires"),
      .label = get_label(event),
      .label_amount = get_optional(event, "amount"),
      .computed = get_bool(event, "computed"),
      .weighing = get_weighing(event),
  };
  basket->last_n = basket->touched_n = (int32_t)n;
  return 0;
}

/* A line that was to come back does not. */
static int fold_kept(struct sp_open_basket *basket, int64_t n) {
  for (int32_t i = 0; i < basket->return_count; i++) {
    struct sp_sale_return *back = &basket->returns[i];
    if (back->n != n) continue;
    basket->touched_n = (int32_t)n;
    memmove(back, back + 1, (size_t)(basket->return_count - i - 1) * sizeof *back);
    basket->return_count--;
    return 0;
  }
  return SP_E_CORRUPT;
}

static int fold_line(const struct event *event, const char *kind) {
  struct sp_open_basket *basket = event->basket;
  int64_t n = 0;
  if (get_int(event, "n", &n) != 0) return SP_E_CORRUPT;
  struct sp_sale_item *item = find_item(basket, n);
  if (item == NULL && strcmp(kind, "void") == 0) return fold_kept(basket, n);
  if (item == NULL) return SP_E_CORRUPT;
  basket->touched_n = (int32_t)n;
  if (strcmp(kind, "quantity") == 0) {
    item->weighing = get_weighing(event);
    if (sp_json_member(event->body, "note") != NULL) item->note = get_text(event, "note");
    return get_int(event, "quantity", &item->quantity);
  }
  if (strcmp(kind, "note") == 0) item->note = get_text(event, "text");
  if (strcmp(kind, "seller") == 0) item->seller = get_id(event, "seller");
  if (strcmp(kind, "void") != 0) return 0;
  size_t after = (size_t)(&basket->items[basket->item_count] - (item + 1));
  memmove(item, item + 1, after * sizeof *item);
  basket->item_count--;
  return 0;
}

static int fold_discount(const struct event *event) {
  struct sp_discount *discount = sp_basket_discount_of(event->basket, (int32_t)get_optional(event, "n"));
  if (discount == NULL) return SP_E_CORRUPT;
  *discount = (struct sp_discount){.passed = false};
  if (get_bool(event, "remove")) return 0;
  discount->passed = true;
  for (int kind = SP_MARKDOWN_PERCENT; kind <= SP_MARKDOWN_PRICE; kind++) {
    const char *name = sp_markdown_name((enum sp_markdown_kind)kind);
    if (sp_json_member(event->body, name) == NULL) continue;
    discount->markdown.kind = (enum sp_markdown_kind)kind;
    discount->markdown.value = get_optional(event, name);
  }
  discount->markdown.reason = get_text(event, "text");
  discount->markdown.approver = get_text(event, "approver_code");
  discount->granted = get_optional(event, "granted");
  discount->allowed = get_optional(event, "allowed");
  discount->approver = get_id(event, "approver");
  return discount->markdown.kind != SP_MARKDOWN_NONE ? 0 : SP_E_CORRUPT;
}

static int fold_return(const struct event *event) {
  struct sp_open_basket *basket = event->basket;
  int64_t line = 0, quantity = 0;
  if (basket->return_count == SP_SALE_RETURNS_MAX) return SP_E_LIMIT;
  if (basket->returns == NULL) {
    basket->returns = sp_arena_array(event->work->arena, SP_SALE_RETURNS_MAX, sizeof *basket->returns);
    if (basket->returns == NULL) return SP_E_NOMEM;
  }
  if (get_int(event, "line", &line) != 0 || get_int(event, "quantity", &quantity) != 0) return SP_E_CORRUPT;
  int64_t n = get_optional(event, "n"); /* 0 in events of before they had one */
  if (n != 0) basket->last_n = basket->touched_n = (int32_t)n;
  basket->returns[basket->return_count++] = (struct sp_sale_return){
      .n = (int32_t)n,
      .original = get_id(event, "original"),
      .original_n = (int32_t)line,
      .price = SP_NO_PRICE,
      .quantity = quantity,
  };
  basket->reason = get_text(event, "text");
  return 0;
}

static int fold_tender(const struct event *event) {
  struct sp_open_basket *basket = event->basket;
  int64_t tendered = 0;
  const char *name = get_text(event, "method");
  int method = sp_method_parse(name);
  if (basket->tender_count == SP_TENDERS_MAX) return SP_E_LIMIT;
  if (basket->tenders == NULL) {
    basket->tenders = sp_arena_array(event->work->arena, SP_TENDERS_MAX, sizeof *basket->tenders);
    if (basket->tenders == NULL) return SP_E_NOMEM;
  }
  if (method < 0 || get_int(event, "tendered", &tendered) != 0) return SP_E_CORRUPT;
  basket->tenders[basket->tender_count++] = (struct sp_tender){
      .method = (enum sp_method)method, .tendered = tendered, .reference = get_text(event, "reference")};
  return 0;
}

static int fold_presented(const struct event *event, const char *kind) {
  struct sp_work *work = event->work;
  if (strcmp(kind, "coupon") == 0) {
    return sp_basket_fold_coupon(work, event->basket, get_text(event, "text"), get_bool(event, "remove"));
  }
  if (strcmp(kind, "choice") == 0) {
    return sp_basket_fold_choice(work, event->basket, get_text(event, "campaign"), get_text(event, "product"));
  }
  const struct sp_id approver = get_id(event, "approver");
  return sp_basket_fold_confirm(work, event->basket, get_text(event, "text"), get_bool(event, "remove"), &approver);
}

static int fold_state(const struct event *event, const char *kind) {
  struct sp_open_basket *basket = event->basket;
  if (strcmp(kind, "park") == 0) {
    basket->state = SP_BASKET_PARKED;
    basket->label = get_text(event, "text");
  } else if (strcmp(kind, "recall") == 0) {
    basket->state = SP_BASKET_OPEN;
  } else if (strcmp(kind, "freeze") == 0) {
    basket->state = SP_BASKET_FROZEN;
    basket->frozen = sp_arena_text(event->work->arena, event->text);
    if (basket->frozen == NULL) return SP_E_NOMEM;
  } else if (strcmp(kind, "release") == 0) {
    basket->state = SP_BASKET_OPEN;
    basket->frozen = NULL;
    basket->tender_count = 0;
  } else if (strcmp(kind, "cancel") == 0) {
    basket->state = SP_BASKET_CANCELLED;
    basket->frozen = NULL;
    basket->tender_count = 0;
  } else if (strcmp(kind, "paid") == 0) {
    basket->state = SP_BASKET_PAID;
    basket->sale = get_id(event, "sale");
  } else {
    return SP_E_CORRUPT;
  }
  return 0;
}

static int fold(const struct event *event, const char *kind) {
  static const char *const line_kinds[] = {"quantity", "void", "note", "seller"};
  for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0]; i++) {
    if (strcmp(kind, line_kinds[i]) == 0) return fold_line(event, kind);
  }
  static const char *const presented[] = {"coupon", "choice", "confirm"};
  for (size_t i = 0; i < sizeof presented / sizeof presented[0]; i++) {
    if (strcmp(kind, presented[i]) == 0) return fold_presented(event, kind);
  }
  if (strcmp(kind, "add") == 0) return fold_add(event);
  if (strcmp(kind, "return") == 0) return fold_return(event);
  if (strcmp(kind, "discount") == 0) return fold_discount(event);
  if (strcmp(kind, "tender") == 0) return fold_tender(event);
  if (strcmp(kind, "member") == 0) {
    event->basket->member = get_text(event, "text");
    return 0;
  }
  return fold_state(event, kind);
}

int sp_basket_fold(struct sp_work *work, struct sp_open_basket *basket, const char *kind, const char *body) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(body, strlen(body), &tree, work->err);
  if (rc == 0) {
    int failed = 0;
    const struct event event = {.work = work, .basket = basket, .body = tree, .text = body, .failed = &failed};
    rc = fold(&event, kind);
    if (rc == 0) rc = failed;
  }
  sp_json_free(tree);
  if (rc == 0) return 0;
  if (rc == SP_E_LIMIT) return sp_fail(work->err, rc, "basket", "A basket has at most %d lines", SP_BASKET_LINES_MAX);
  if (rc == SP_E_NOMEM) return sp_error_nomem(work->err, __func__);
  return sp_fail(work->err, SP_E_CORRUPT, "basket", "A stored event of this basket is damaged");
}
