#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "tests/contract/counter/desk.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEOPLE                                                                                                         \
  "INSERT INTO staff (id, code, name, role, created_at) VALUES (X'c1000000000000000000000000000001', '1001', '王', "  \
  "'cashier', 0), (X'c1000000000000000000000000000002', '1002', '李', 'cashier', 0), "                                \
  "(X'c2000000000000000000000000000001', '2001', '张', 'manager', 0);"                                                \
  "INSERT INTO barcode (barcode, product_id) SELECT '00123', id FROM product WHERE code = 'apple';"                    \
  "INSERT INTO barcode (barcode, product_id) SELECT '6901234567892', id FROM product WHERE code = 'bread';"

const char desk_coupons[] =
    "{\"campaigns\": [{\"code\": \"SPRING\", \"rule\": \"coupon.money\", \"params\": "
    "{\"coupon\": \"SPRING24\", \"off\": 100, \"minimum\": 500}}, {\"code\": \"OVER\", \"rule\": "
    "\"coupon.money\", \"to\": \"2025-01-01T00:00:00+08:00\", \"params\": {\"coupon\": "
    "\"WINTER23\", \"off\": 100}}, {\"code\": \"AWAY\", \"rule\": \"coupon.money\", "
    "\"stores\": [\"FAR\"], \"params\": {\"coupon\": \"FAR24\", \"off\": 100}}]}";

static struct sp_id person(uint8_t kind, uint8_t number) {
  struct sp_id id = {{0}};
  id.bytes[0] = kind;
  id.bytes[SP_ID_LEN - 1] = number;
  return id;
}

void desk_actor(struct desk *desk, enum sp_role role) {
  struct sp_fixture *node = &desk->counter.node;
  node->actor.role = role;
  node->actor.staff = role == SP_ROLE_CASHIER   ? person(0xc1, 1)
                      : role == SP_ROLE_MANAGER ? person(0xc2, 1)
                                                : node->admin;
}

void desk_at(struct desk *desk, bool other) {
  struct sp_fixture *node = &desk->counter.node;
  node->actor.till = other ? node->other_till : node->till;
}

void desk_open(struct desk *desk, const char *campaigns) {
  *desk = (struct desk){.remakes = true};
  counter_open(&desk->counter, campaigns, NULL);
  desk_execute(desk, PEOPLE);
  desk_actor(desk, SP_ROLE_CASHIER);
  desk_look(desk);
}

static void forget(struct desk *desk) {
  cJSON_Delete(desk->view);
  cJSON_Delete(desk->extra);
  cJSON_Delete(desk->screen);
  desk->view = desk->extra = desk->screen = NULL;
}

void desk_close(struct desk *desk) {
  forget(desk);
  counter_close(&desk->counter);
}

int desk_setup(void **state) {
  static struct desk desk;
  desk_open(&desk, NULL);
  *state = &desk;
  return 0;
}

int desk_teardown(void **state) {
  desk_close(*state);
  return 0;
}

void desk_execute(struct desk *desk, const char *sql) {
  if (sp_fixture_exec(&desk->counter.node, sql, &desk->counter.error) != 0) fail_msg("%s", desk->counter.error.message);
}

int64_t desk_scalar(struct desk *desk, const char *sql) {
  return sp_fixture_scalar(&desk->counter.node, sql);
}

struct use {
  struct desk *desk;
  const char *command; /* or null: only look */
  char *view, *screen, *extra;
};

static char *write_section(struct sp_work *work, struct sp_till *till, const struct sp_till_facts *facts) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, (size_t)1 << 20);
  sp_json_start(&w, &out);
  int rc = facts != NULL ? sp_till_view_json(work, till, facts, &w) : sp_till_screen_json(work, till, &w);
  char *text = rc == 0 && out.failed == 0 ? strdup(sp_buf_text(&out)) : NULL;
  sp_buf_free(&out);
  return text;
}

static int apply(struct sp_work *work, struct use *use, struct sp_till *till) {
  struct desk *desk = use->desk;
  struct sp_till_command command;
  struct sp_approval approval = {.role = SP_ROLE_CASHIER, .code = desk->signer};
  cJSON *body = cJSON_Parse(use->command);
  assert_non_null(body);
  int rc = sp_till_command_read(work, body, &command);
  cJSON_Delete(body);
  if (rc != 0) return rc;
  if (desk->signer != NULL) {
    bool manages = desk->signer[0] == '2';
    approval.staff = person(manages ? 0xc2 : 0xc1, (uint8_t)(desk->signer[3] - '0'));
    approval.role = manages ? SP_ROLE_MANAGER : SP_ROLE_CASHIER;
    struct sp_approval *kept = sp_arena_alloc(work->arena, sizeof *kept);
    assert_non_null(kept);
    *kept = approval;
    work->approval = kept;
  }
  rc = sp_till_apply(work, till, &command, &desk->facts, &desk->outcome);
  int count = desk->outcome.notice_count;
  snprintf(desk->notice, sizeof desk->notice, "%s", count > 0 ? desk->outcome.notices[count - 1].code : "");
  if (rc == 0 && desk->outcome.extra != NULL) {
    size_t len = strlen(desk->outcome.extra) + 3;
    use->extra = malloc(len);
    assert_non_null(use->extra);
    snprintf(use->extra, len, "{%s}", desk->outcome.extra);
  }
  return rc;
}

static int use_till(struct sp_work *work, void *ctx) {
  struct use *use = ctx;
  struct sp_till till;
  free(use->view);
  free(use->screen);
  free(use->extra);
  use->view = use->screen = use->extra = NULL;
  int rc = sp_till_load(work, &till);
  if (rc == 0 && use->command != NULL) rc = apply(work, use, &till);
  if (rc != 0) return rc;
  use->view = write_section(work, &till, &use->desk->facts);
  use->screen = write_section(work, &till, NULL);
  return use->view != NULL && use->screen != NULL ? 0 : work->err->code != 0 ? work->err->code : SP_E_INTERNAL;
}

/* What differs between memory and disk by nature: a waiting printer's word, and when a line of the list was changed. */
static void compare(struct desk *desk, const char *view, const char *screen) {
  struct use again = {.desk = desk};
  int rc = sp_fixture_do(&desk->counter.node, use_till, &again, &desk->counter.error);
  if (rc != 0) fail_msg("%s", desk->counter.error.message);
  assert_string_equal(view, again.view);
  assert_string_equal(screen, again.screen);
  free(again.view);
  free(again.screen);
}

static int run(struct desk *desk, const char *command) {
  struct use use = {.desk = desk, .command = command};
  int rc = sp_fixture_do(&desk->counter.node, use_till, &use, &desk->counter.error);
  if (rc == 0) {
    forget(desk);
    desk->view = cJSON_Parse(use.view);
    desk->screen = cJSON_Parse(use.screen);
    desk->extra = use.extra != NULL ? cJSON_Parse(use.extra) : NULL;
    assert_non_null(desk->view);
    assert_non_null(desk->screen);
    if (command != NULL && desk->remakes && desk->outcome.token[0] == '\0') compare(desk, use.view, use.screen);
  }
  free(use.view);
  free(use.screen);
  free(use.extra);
  return rc;
}

int desk_do(struct desk *desk, const char *command) {
  return run(desk, command);
}

void desk_ok(struct desk *desk, const char *command) {
  if (run(desk, command) != 0) {
    fail_msg("%s: %s (%s)", command, desk->counter.error.message, desk->counter.error.field);
  }
}

void desk_refused(struct desk *desk, const char *command, int code, const char *field) {
  int64_t before = sp_fixture_scalar(&desk->counter.node, "SELECT COUNT(*) FROM basket_event");
  counter_refused(&desk->counter, run(desk, command), code, field);
  assert_int_equal(sp_fixture_scalar(&desk->counter.node, "SELECT COUNT(*) FROM basket_event"), before);
}

void desk_look(struct desk *desk) {
  if (run(desk, NULL) != 0) fail_msg("%s", desk->counter.error.message);
}

/* ---- Settings ---- */

struct put {
  enum sp_setting setting;
  const char *body;
};

static int use_put(struct sp_work *work, void *ctx) {
  const struct put *put = ctx;
  const char *findings = NULL;
  int64_t revision = 0;
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(put->body, strlen(put->body), &tree, work->err);
  if (rc == 0) rc = sp_setting_put(work, put->setting, tree, -1, &revision, &findings);
  sp_json_free(tree);
  return rc;
}

int desk_setting(struct desk *desk, const char *name, const char *body) {
  struct sp_fixture *node = &desk->counter.node;
  const struct sp_actor actor = node->actor;
  struct put put = {.setting = (enum sp_setting)sp_setting_parse(name), .body = body};
  node->actor.role = SP_ROLE_MANAGER;
  int rc = sp_fixture_do(node, use_put, &put, &desk->counter.error);
  node->actor = actor;
  return rc;
}

/* ---- Paths ---- */

const struct cJSON *desk_find(const struct cJSON *tree, const char *path) {
  char name[64];
  while (tree != NULL && *path != '\0') {
    size_t len = strcspn(path, ".[");
    if (*path == '[') {
      tree = cJSON_GetArrayItem(tree, (int)strtol(path + 1, NULL, 10));
      path += strcspn(path, "]") + 1;
    } else {
      snprintf(name, sizeof name, "%.*s", (int)len, path);
      tree = cJSON_GetObjectItemCaseSensitive(tree, name);
      path += len;
    }
    if (*path == '.') path++;
  }
  return tree;
}

static const struct cJSON *member(const struct desk *desk, const char *path) {
  const struct cJSON *found = desk_find(desk->view, path);
  if (found == NULL) {
    char *shown = cJSON_Print(desk->view);
    fail_msg("There is no %s in %s", path, shown);
  }
  return found;
}

int64_t desk_int(const struct desk *desk, const char *path) {
  const struct cJSON *found = member(desk, path);
  if (cJSON_IsBool(found)) return cJSON_IsTrue(found);
  if (!cJSON_IsNumber(found)) fail_msg("%s is no number", path);
  return (int64_t)found->valuedouble;
}

void desk_pay(struct desk *desk) {
  char command[128];
  desk_ok(desk, "{\"do\":\"total\"}");
  snprintf(command, sizeof command, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":%lld}",
           (long long)desk_int(desk, "sale.due"));
  desk_ok(desk, command);
}

const char *desk_text(const struct desk *desk, const char *path) {
  const char *text = cJSON_GetStringValue(member(desk, path));
  if (text == NULL) fail_msg("%s is no text", path);
  return text;
}

bool desk_null(const struct desk *desk, const char *path) {
  return cJSON_IsNull(member(desk, path));
}

int desk_count(const struct desk *desk, const char *path) {
  return cJSON_GetArraySize(member(desk, path));
}

void desk_scale(struct desk *desk, int64_t grams, bool sellable) {
  desk->facts.scale = (struct sp_scale_fact){.there = grams != 0,
                                             .sellable = sellable,
                                             .grams = grams,
                                             .scale = "counter",
                                             .raw = "0230302e363532",
                                             .unit = "kg",
                                             .value = grams,
                                             .decimals = 3};
}

void desk_scale_why(struct desk *desk, const char *why, bool untouched) {
  snprintf(desk->facts.scale.why, sizeof desk->facts.scale.why, "%s", why);
  desk->facts.scale.untouched = untouched;
}
