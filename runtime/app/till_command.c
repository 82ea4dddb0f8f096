/* Commands of a till out of JSON: what each takes, and no more. */
#include "app/till.h"

#include "base/json.h"
#include "domain/money.h"
#include <string.h>

#define CODE_MAX    512 /* bytes of a scanned code: a GS1 element string */
#define TEXT_MAX    200
#define MEMBERS     12
#define TARE_MAX    100000 /* thousandths of a kilogram: no container weighs more */
#define PERCENT_MAX SP_PPM

struct shape {
  const char *name;
  const char *members[MEMBERS]; /* those with '!' in front must be there */
};

static const struct shape shapes[SP_TILL_DO_COUNT] = {
    [SP_TILL_SCAN] = {"scan", {"!code", "aim"}},
    [SP_TILL_ADD] = {"add", {"!code", "quantity"}},
    [SP_TILL_QUANTITY] = {"quantity", {"!n", "!quantity"}},
    [SP_TILL_VOID] = {"void", {"!n", "reason"}},
    [SP_TILL_WEIGH] = {"weigh", {"n", "code", "tare", "quantity", "text"}},
    [SP_TILL_DISCOUNT] = {"discount", {"n", "percent", "amount", "price", "reason", "remove"}},
    [SP_TILL_MEMBER] = {"member", {"text"}},
    [SP_TILL_COUPON] = {"coupon", {"!text", "remove"}},
    [SP_TILL_CHOICE] = {"choice", {"!campaign", "code"}},
    [SP_TILL_CONFIRM] = {"confirm", {"!text", "remove"}},
    [SP_TILL_NOTE] = {"note", {"!n", "text"}},
    [SP_TILL_SELLER] = {"seller", {"!n", "seller"}},
    [SP_TILL_PARK] = {"park", {"text"}},
    [SP_TILL_RECALL] = {"recall", {"!id"}},
    [SP_TILL_CANCEL] = {"cancel", {"reason"}},
    [SP_TILL_TOTAL] = {"total", {NULL}},
    [SP_TILL_BACK] = {"back", {NULL}},
    [SP_TILL_TENDER] = {"tender", {"!method", "!amount", "reference", "total"}},
    [SP_TILL_RELEASE] = {"release", {NULL}},
    [SP_TILL_RETURN] = {"return", {"!sale", "!n", "!quantity", "!reason"}},
    [SP_TILL_FIND_SALE] = {"find_sale", {"!receipt"}},
    [SP_TILL_NEXT] = {"next", {NULL}},
    [SP_TILL_PRICE] = {"price", {"!code"}},
    [SP_TILL_SEARCH] = {"search", {"!q"}},
    [SP_TILL_SHIFT_OPEN] = {"shift_open", {"!opening_float"}},
    [SP_TILL_SHIFT_CLOSE] = {"shift_close", {"!counted"}},
    [SP_TILL_CASH] = {"cash", {"!amount", "!reason"}},
    [SP_TILL_REPORT] = {"report", {"shift", "print"}},
    [SP_TILL_PRINT] = {"print", {"sale", "copy", "gift"}},
    [SP_TILL_DRAWER] = {"drawer", {"!reason"}},
    [SP_TILL_LOCK] = {"lock", {NULL}},
    [SP_TILL_UNLOCK] = {"unlock", {"staff", "!pin"}},
    [SP_TILL_CALL] = {"call", {"!on"}},
    [SP_TILL_TARE] = {"tare", {NULL}},
    [SP_TILL_ZERO] = {"zero", {NULL}},
    [SP_TILL_ACK_ALARM] = {"ack_alarm", {"!id"}},
};

int sp_till_do_parse(const char *name) {
  for (int kind = 0; name != NULL && kind < SP_TILL_DO_COUNT; kind++) {
    if (strcmp(shapes[kind].name, name) == 0) return kind;
  }
  return -1;
}

const char *sp_till_do_name(enum sp_till_do kind) {
  return shapes[kind].name;
}

struct reader {
  struct sp_work *work;
  const struct cJSON *body;
  const struct shape *shape;
  int rc;
};

/* Does the command know this member? `*need` is set when it does. */
static bool takes(const struct reader *r, const char *name, enum sp_need *need) {
  for (int i = 0; i < MEMBERS && r->shape->members[i] != NULL; i++) {
    const char *member = r->shape->members[i];
    bool must = member[0] == '!';
    if (strcmp(member + (must ? 1 : 0), name) != 0) continue;
    *need = must ? SP_REQUIRED : SP_OPTIONAL;
    return true;
  }
  return false;
}

static const char *keep(struct reader *r, const char *value) {
  if (r->rc != 0 || value == NULL) return NULL;
  const char *copy = sp_arena_text(r->work->arena, value);
  if (copy == NULL) r->rc = sp_error_nomem(r->work->err, __func__);
  return copy;
}

static const char *text(struct reader *r, const char *name, size_t max) {
  const char *value = NULL;
  enum sp_need need;
  if (r->rc != 0 || !takes(r, name, &need)) return NULL;
  r->rc = sp_json_get_text(r->body, name, need, max, &value, r->work->err);
  return keep(r, value);
}

/* What a page's scanner read may hold the separators of GS1. */
static const char *scanned(struct reader *r) {
  const char *value = NULL;
  if (r->rc == 0) r->rc = sp_json_get_scan(r->body, "code", SP_REQUIRED, CODE_MAX, &value, r->work->err);
  return keep(r, value);
}

static int64_t number(struct reader *r, const char *name, int64_t min, int64_t max, int64_t otherwise) {
  int64_t value = otherwise;
  enum sp_need need;
  if (r->rc != 0 || !takes(r, name, &need)) return otherwise;
  r->rc = sp_json_get_int(r->body, name, need, min, max, &value, r->work->err);
  return value;
}

static bool flag(struct reader *r, const char *name) {
  bool value = false;
  enum sp_need need;
  if (r->rc != 0 || !takes(r, name, &need)) return false;
  if (need == SP_REQUIRED && sp_json_member(r->body, name) == NULL) {
    r->rc = sp_fail(r->work->err, SP_E_INVALID, name, "The member %s is missing", name);
    return false;
  }
  r->rc = sp_json_get_bool(r->body, name, SP_OPTIONAL, &value, r->work->err);
  return value;
}

static void id(struct reader *r, const char *name, struct sp_id *out) {
  const char *value = text(r, name, SP_ID_TEXT);
  if (r->rc != 0 || value == NULL || value[0] == '\0') return;
  if (sp_id_parse(value, out) != 0) r->rc = sp_fail(r->work->err, SP_E_INVALID, name, "%s is not an id", value);
}

static void markdown(struct reader *r, struct sp_till_command *out) {
  int64_t values[] = {number(r, "percent", 1, PERCENT_MAX, -1), number(r, "amount", 1, SP_SALE_MAX, -1),
                      number(r, "price", 0, SP_SALE_MAX, -1)};
  static const enum sp_markdown_kind kinds[] = {SP_MARKDOWN_PERCENT, SP_MARKDOWN_AMOUNT, SP_MARKDOWN_PRICE};
  int said = 0;
  for (int i = 0; i < 3; i++) {
    if (values[i] < 0) continue;
    out->markdown.kind = kinds[i];
    out->markdown.value = values[i];
    said++;
  }
  out->markdown.reason = out->reason;
  if (r->rc == 0 && said != (out->remove ? 0 : 1)) {
    r->rc = sp_fail(r->work->err, SP_E_INVALID, "percent", "Say one of percent, amount and price, or remove");
  }
}

static void tender(struct reader *r, struct sp_till_command *out) {
  const char *name = text(r, "method", 20);
  int method = name != NULL ? sp_method_parse(name) : -1;
  if (r->rc == 0 && method < 0) {
    r->rc = sp_fail(r->work->err, SP_E_INVALID, "method", "There is no tender %s", name != NULL ? name : "");
  }
  if (method >= 0) out->method = (enum sp_method)method;
}

static int only_known(struct reader *r) {
  const char *known[MEMBERS + 3] = {"do", "approval"};
  int count = 2;
  for (int i = 0; i < MEMBERS && r->shape->members[i] != NULL; i++)
    known[count++] = r->shape->members[i] + (r->shape->members[i][0] == '!' ? 1 : 0);
  return sp_json_only(r->body, known, r->work->err);
}

/* Members whose name alone says where they go. */
static void read_texts(struct reader *r, struct sp_till_command *out) {
  static const char *const words[] = {"text", "receipt", "q"};
  out->code = out->kind == SP_TILL_SCAN ? scanned(r) : text(r, "code", CODE_MAX);
  out->aim = text(r, "aim", 3);
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const char *value = text(r, words[i], TEXT_MAX);
    if (value != NULL) out->text = value;
  }
  out->campaign = text(r, "campaign", 64);
  out->reason = text(r, "reason", TEXT_MAX);
  out->staff = text(r, out->kind == SP_TILL_SELLER ? "seller" : "staff", 20);
  out->pin = text(r, "pin", 8);
  out->reference = text(r, "reference", 64);
}

static void read_numbers(struct reader *r, struct sp_till_command *out) {
  static const char *const amounts[] = {"opening_float", "counted"};
  out->n = (int32_t)number(r, "n", out->kind == SP_TILL_DISCOUNT ? 0 : 1, INT32_MAX, 0);
  out->quantity = number(r, "quantity", 1, SP_QUANTITY_MAX, 0);
  out->tare = number(r, "tare", 0, TARE_MAX, 0);
  out->total = number(r, "total", -SP_SALE_MAX, SP_SALE_MAX, SP_NO_TOTAL);
  if (out->kind != SP_TILL_DISCOUNT) out->amount = number(r, "amount", -SP_SALE_MAX, SP_SALE_MAX, 0);
  for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
    out->amount = number(r, amounts[i], 0, SP_MONEY_MAX, out->amount);
  out->remove = flag(r, "remove");
  out->copy = flag(r, "copy");
  out->gift = flag(r, "gift");
  out->on = flag(r, "on");
  out->print = flag(r, "print");
}

int sp_till_command_read(struct sp_work *work, const struct cJSON *body, struct sp_till_command *out) {
  const char *name = NULL;
  int rc = sp_json_get_text(body, "do", SP_REQUIRED, 20, &name, work->err);
  if (rc != 0) return rc;
  int kind = sp_till_do_parse(name);
  if (kind < 0) return sp_fail(work->err, SP_E_INVALID, "do", "A till knows no command %s", name);
  struct reader r = {.work = work, .body = body, .shape = &shapes[kind]};
  *out = (struct sp_till_command){.kind = (enum sp_till_do)kind, .total = SP_NO_TOTAL};
  r.rc = only_known(&r);
  read_texts(&r, out);
  read_numbers(&r, out);
  id(&r, "id", &out->id);
  id(&r, "sale", &out->id);
  id(&r, "shift", &out->id);
  if (kind == SP_TILL_DISCOUNT) markdown(&r, out);
  if (kind == SP_TILL_TENDER) tender(&r, out);
  return r.rc;
}
