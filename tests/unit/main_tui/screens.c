/* The screens of the till on a terminal, from the sections of a node, as text; and what keys send. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "main/tui.h"

#include "tests/unit/golden.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 65536

#define HEAD                                                                                                              \
  "\"till\":{\"code\":\"T01\",\"name\":\"\",\"mode\":\"staffed\",\"training\":false},\"store\":{\"name\":\"示例店\"}," \
  "\"staff\":{\"code\":\"1001\",\"name\":\"Wang\",\"role\":\"cashier\"},\"shift\":{\"number\":1},"                        \
  "\"settings\":{\"beep\":true},\"unsynced\":{\"count\":3},\"parked\":[{\"id\":\"p\",\"label\":\"\",\"lines\":2}],"

#define LINES                                                                                                          \
  "\"lines\":[{\"n\":1,\"name\":\"可口可乐 500ml\",\"quantity\":3000,\"unit_price\":550,\"gross\":1650,"           \
  "\"offers\":[{\"title\":{\"zh\":\"三件八折\",\"en\":\"Three for less\"},\"amount\":330}]},"                      \
  "{\"n\":2,\"name\":\"Apples of the season, red and by weight, with a long name\",\"weighed\":true,"                  \
  "\"quantity\":1235,\"unit_price\":1998,\"gross\":2468,\"offers\":[],\"note\":\"soft\"}]"

#define SALE                                                                                                           \
  "\"sale\":{\"id\":\"s\"," LINES                                                                                      \
  ",\"gross\":4118,\"discount\":330,\"rounding\":0,\"total\":3788,\"cash_total\":3790,"                                \
  "\"due\":3790,\"count\":4,\"tenders\":[],\"member\":\"138****0000\",\"coupons\":[\"A\"],\"last_n\":2}"

static const char sale[] = "{\"seq\":5," HEAD "\"step\":\"sale\"," SALE "}";
static const char tender[] = "{\"seq\":6," HEAD "\"step\":\"tender\"," SALE "}";
static const char locked[] = "{\"seq\":6," HEAD "\"step\":\"locked\"," SALE "}";
static const char paid[] = "{\"seq\":7," HEAD "\"step\":\"paid\",\"sale\":null,\"last\":{\"receipt\":\"T01-000042\","
                           "\"total\":3790,\"change\":1210,\"tenders\":[{\"method\":\"cash\",\"amount\":3790,"
                           "\"tendered\":5000}],"
                           "\"print\":\"held\"}}";
static const char asking[] =
    "{\"seq\":8," HEAD "\"step\":\"sale\"," SALE ",\"ask\":{\"kind\":\"weight\",\"code\":\"W1\",\"name\":\"Apples\"}}";

/* ---- A till without a network ---- */

struct bench {
  struct sp_tui *tui;
  enum sp_lang lang;
  char sent[4096]; /* "METHOD path body" of the last request */
  int tag, count;
  char token[64], followed[32];
};

static int on_ask(void *ctx, int tag, const char *method, const char *path, const char *body, bool keyed) {
  struct bench *bench = ctx;
  snprintf(bench->sent, sizeof bench->sent, "%s %s %s", method, path, body ? body : "");
  assert_int_equal(keyed, strstr(path, "commands") != NULL || strstr(path, "decision") != NULL);
  bench->tag = tag;
  bench->count++;
  return 0;
}

static int on_drop(void *ctx) {
  (void)ctx;
  return 0;
}

static void on_token(void *ctx, const char *token) {
  struct bench *bench = ctx;
  snprintf(bench->token, sizeof bench->token, "%s", token);
}

static void on_follow(void *ctx, const char *till) {
  struct bench *bench = ctx;
  snprintf(bench->followed, sizeof bench->followed, "%s", till ? till : "");
}

static void bench_open(struct bench *bench, enum sp_lang lang) {
  *bench = (struct bench){.lang = lang};
  const struct sp_tui_options options = {.lang = lang,
                                         .till = "T01",
                                         .ask = on_ask,
                                         .drop = on_drop,
                                         .token = on_token,
                                         .follow = on_follow,
                                         .ctx = bench};
  assert_int_equal(sp_tui_open(&options, &bench->tui, NULL), 0);
  bench->count = 0; /* it asked where the shop is */
}

static void press(struct bench *bench, enum sp_tui_key_kind kind, uint32_t code) {
  const struct sp_tui_key key = {.kind = kind, .code = code};
  sp_tui_press(bench->tui, &key);
}

static void type(struct bench *bench, const char *text) {
  for (; *text != '\0'; text++)
    press(bench, *text == '\n' ? SP_TUI_KEY_ENTER : SP_TUI_KEY_CHAR, (unsigned char)*text);
}

static void answer(struct bench *bench, int status, const char *body) {
  char request[4096];
  const char *brace = strchr(bench->sent, '{');
  snprintf(request, sizeof request, "%s", brace ? brace : "");
  const struct sp_tui_reply reply = {
      .tag = bench->tag, .status = status, .body = body, .len = strlen(body), .request = request};
  sp_tui_reply(bench->tui, &reply);
}

static void told(struct bench *bench, const char *section, const char *json) {
  sp_tui_event(bench->tui, section, json, strlen(json));
}

static void sign_in(struct bench *bench, const char *section) {
  type(bench, "1001\n2580\n");
  answer(bench, 201, "{\"token\":\"secret\"}");
  told(bench, "till", section);
  told(bench, "devices",
       "[{\"id\":\"p\",\"class\":\"printer\",\"state\":\"fault\",\"faults\":[\"paper_out\"]},"
       "{\"id\":\"s\",\"class\":\"scale\",\"state\":\"ready\",\"faults\":[]}]");
  told(bench, "print", "[{\"id\":\"j\",\"state\":\"held\",\"title\":\"T01-000042\"}]");
}

static void check_screen(struct bench *bench, const char *name, int columns, int rows, bool ascii) {
  char path[120];
  struct sp_tui_grid grid = {.cells = NULL};
  struct sp_buf out;
  const struct sp_tui_state state = {.line = SP_TUI_LINE_LIVE, .now_ms = INT64_C(1763787600000)};
  assert_int_equal(sp_tui_grid_start(&grid, columns, rows, ascii), 0);
  sp_tui_paint(bench->tui, &state, &grid);
  sp_buf_init(&out, 65536);
  sp_tui_grid_text(&grid, &out);
  snprintf(path, sizeof path, "tui_%s_%d_%s.txt", name, columns,
           ascii                       ? "ascii"
           : bench->lang == SP_LANG_ZH ? "zh"
                                       : "en");
  check_golden(path, sp_buf_text(&out), out.len);
  sp_buf_free(&out);
  sp_tui_grid_free(&grid);
}

/* ---- Layout ---- */

static const struct {
  const char *name, *section;
} screens[] = {{"sale", sale}, {"tender", tender}, {"paid", paid}, {"locked", locked}, {"weight", asking}};

static void test_layout(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
    for (int lang = SP_LANG_EN; lang <= SP_LANG_ZH; lang++) {
      struct bench bench;
      bench_open(&bench, (enum sp_lang)lang);
      sign_in(&bench, screens[i].section);
      check_screen(&bench, screens[i].name, 80, 24, false);
      check_screen(&bench, screens[i].name, 40, 20, false);
      if (lang == SP_LANG_EN && i == 0) check_screen(&bench, screens[i].name, 80, 24, true);
      sp_tui_close(bench.tui);
    }
  }
}

/* Every box at every size: nothing is written outside (a sanitizer sees that), and the cursor stays inside. */
static void test_every_size(void **state) {
  (void)state;
  const struct sp_tui_state line = {.line = SP_TUI_LINE_LOST, .stuck = true, .waiting = 2};
  for (int columns = SP_TUI_COLUMNS_MIN; columns < 100; columns += 7) {
    for (int rows = SP_TUI_ROWS_MIN; rows < 40; rows += 5) {
      for (uint32_t f = 1; f <= 12; f++) {
        struct bench bench;
        struct sp_tui_grid grid = {.cells = NULL};
        bench_open(&bench, f % 2 ? SP_LANG_ZH : SP_LANG_EN);
        sign_in(&bench, f < 7 ? sale : tender);
        press(&bench, SP_TUI_KEY_F, f);
        assert_int_equal(sp_tui_grid_start(&grid, columns, rows, f == 5), 0);
        sp_tui_paint(bench.tui, &line, &grid);
        assert_true(grid.cursor_row < grid.rows && grid.cursor_column < grid.columns);
        sp_tui_grid_free(&grid);
        sp_tui_close(bench.tui);
      }
    }
  }
}

/* ---- What keys send ---- */

#define COMMANDS "POST /v1/tills/T01/commands "

static void test_signing_in(void **state) {
  (void)state;
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  check_screen(&bench, "sign_in", 80, 24, false);
  type(&bench, "1001\n25\n");
  assert_int_equal(bench.count, 0);
  type(&bench, "80\n");
  assert_string_equal(bench.sent, "POST /v1/sessions {\"staff\":\"1001\",\"pin\":\"2580\",\"till\":\"T01\"}");
  answer(&bench, 401, "{\"detail\":\"Staff number or PIN is wrong\"}");
  assert_string_equal(bench.followed, "");
  check_screen(&bench, "sign_in_wrong", 40, 20, false);
  type(&bench, "2581\n");
  answer(&bench, 201, "{\"token\":\"secret\"}");
  assert_string_equal(bench.token, "secret");
  assert_string_equal(bench.followed, "T01");
  sp_tui_close(bench.tui);
}

static void test_keys_of_a_sale(void **state) {
  (void)state;
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, sale);
  type(&bench, "T01-000042\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"scan\",\"code\":\"T01-000042\"}");
  type(&bench, "+"); /* the current line is weighed: it is weighed again */
  type(&bench, "0.5\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"weigh\",\"n\":2,\"quantity\":500,\"text\":\"Typed by hand\"}");
  answer(&bench, 200, "{}");
  press(&bench, SP_TUI_KEY_UP, 0);
  type(&bench, "7*");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"quantity\",\"n\":1,\"quantity\":7000}");
  press(&bench, SP_TUI_KEY_DELETE, 0);
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"void\",\"n\":1}");
  press(&bench, SP_TUI_KEY_ENTER, 0);
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"total\"}");
  sp_tui_close(bench.tui);
}

static void test_paying(void **state) {
  (void)state;
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, tender);
  type(&bench, "4\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":5000,\"total\":3790}");
  type(&bench, "12.5\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":1250,\"total\":3790}");
  type(&bench, "134567890123456789\n"); /* the customer's payment code */
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"scan\",\"code\":\"134567890123456789\"}");
  press(&bench, SP_TUI_KEY_F, 2);
  type(&bench, "77\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":3788,"
                                           "\"reference\":\"77\",\"total\":3788}");
  press(&bench, SP_TUI_KEY_ESCAPE, 0);
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"back\"}");
  sp_tui_close(bench.tui);
}

/* After a wallet cash pays what coins there are for; another wallet pays exactly. */
static void test_paying_the_rest(void **state) {
  (void)state;
  static const char rest[] = "{\"seq\":6," HEAD "\"step\":\"tender\",\"sale\":{\"id\":\"s\"," LINES
                             ",\"gross\":2444,\"discount\":0,\"rounding\":0,\"total\":2444,\"cash_total\":2440,"
                             "\"due\":644,\"cash_due\":640,\"count\":4,\"coupons\":[],\"last_n\":2,"
                             "\"tenders\":[{\"method\":\"wechat\",\"amount\":1800}]}}";
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, rest);
  type(&bench, "10.0\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":1000,\"total\":2440}");
  type(&bench, "\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":640,\"total\":2440}");
  press(&bench, SP_TUI_KEY_F, 2);
  type(&bench, "77\n");
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":644,"
                                           "\"reference\":\"77\",\"total\":2444}");
  sp_tui_close(bench.tui);
}

/* ---- What is on the screen ---- */

static char *shown(struct bench *bench, int64_t now_ms, const struct sp_zone *zone) {
  char *text = calloc(1, SHOWN_MAX);
  struct sp_tui_grid grid = {.cells = NULL};
  struct sp_buf out;
  const struct sp_tui_state state = {.line = SP_TUI_LINE_LIVE, .now_ms = now_ms, .zone = zone};
  assert_non_null(text);
  assert_int_equal(sp_tui_grid_start(&grid, 80, 40, false), 0);
  sp_tui_paint(bench->tui, &state, &grid);
  sp_buf_init(&out, SHOWN_MAX);
  sp_tui_grid_text(&grid, &out);
  snprintf(text, SHOWN_MAX, "%.*s", (int)out.len, sp_buf_text(&out));
  sp_buf_free(&out);
  sp_tui_grid_free(&grid);
  return text;
}

/* The keys of the menu are those of the page, by its own source. Returns how many of its entries are shown. */
static int same_keys(struct bench *bench, const char *page) {
  char *text = shown(bench, 0, NULL);
  int found = 0;
  for (const char *at = page; (at = strstr(at, "cap: \"")) != NULL; at++) {
    char label[80], wanted[96];
    const char *words = strstr(at, "text: t(\"");
    assert_non_null(words);
    snprintf(label, sizeof label, "%.*s", (int)strcspn(words + 9, "\""), words + 9);
    char cap = at[6] >= 'A' && at[6] <= 'Z' ? (char)(at[6] - 'A' + 'a') : at[6];
    snprintf(wanted, sizeof wanted, "%c  %s", cap, label);
    char *there = strstr(text, label);
    if (there == NULL) continue;
    if (strstr(text, wanted) == NULL) fail_msg("the page has %s on %c: %.20s", label, cap, there - 3);
    found++;
  }
  free(text);
  return found;
}

static void test_menu(void **state) {
  static char page[65536];
  struct bench bench;
  FILE *file = fopen(SP_TEST_DATA "/../../devices/till/src/dialogs/menu.jsx", "rb");
  (void)state;
  assert_non_null(file);
  page[fread(page, 1, sizeof page - 1, file)] = '\0';
  (void)fclose(file);
  static const char *const sections[] = {paid, sale};
  static const int entries[] = {14, 14};
  for (int i = 0; i < 2; i++) {
    bench_open(&bench, SP_LANG_EN);
    sign_in(&bench, sections[i]);
    press(&bench, SP_TUI_KEY_F, 10);
    assert_int_equal(same_keys(&bench, page), entries[i]);
    type(&bench, "f");
    assert_string_equal(bench.sent, COMMANDS "{\"do\":\"lock\"}");
    sp_tui_close(bench.tui);
  }
}

/* Nobody has signed in: the clock is the shop's as soon as the node said where it is, and never the machine's. */
static void test_clock(void **state) {
  struct bench bench;
  (void)state;
  bench_open(&bench, SP_LANG_EN);
  assert_string_equal(bench.sent, "GET /healthz ");
  assert_string_equal(sp_tui_zone(bench.tui), "");
  answer(&bench, 503, "{\"status\":\"failing\",\"zone\":\"Asia/Shanghai\"}");
  assert_string_equal(sp_tui_zone(bench.tui), "Asia/Shanghai");
  char *text = shown(&bench, INT64_C(1763787600000), NULL);
  assert_non_null(strstr(text, "05:00Z"));
  free(text);
  sp_tui_close(bench.tui);
}

/* Who signs reads what for. */
static void test_what_for(void **state) {
  struct bench bench;
  (void)state;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, sale);
  press(&bench, SP_TUI_KEY_DELETE, 0);
  answer(&bench, 403,
         "{\"detail\":\"A manager must agree\",\"field\":\"approval\",\"approval\":{\"what\":[{\"label\":\"Action\","
         "\"value\":\"Take a line away\"},{\"label\":\"Amount\",\"value\":\"24.68 to 0.00\"}]}}");
  char *text = shown(&bench, 0, NULL);
  assert_non_null(strstr(text, "Action: Take a line away"));
  assert_non_null(strstr(text, "Amount: 24.68 to 0.00"));
  assert_non_null(strstr(text, "A manager must agree"));
  free(text);
  sp_tui_close(bench.tui);
}

/* A printout's answer that needs a manager goes back to the printout. */
static void test_paper_approved(void **state) {
  struct bench bench;
  (void)state;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, paid);
  told(&bench, "print", "[{\"id\":\"j7\",\"state\":\"uncertain\",\"title\":\"T01-000042\"}]");
  type(&bench, "2");
  answer(&bench, 403, "{\"detail\":\"A manager must agree\",\"field\":\"approval\"}");
  type(&bench, "2001\n7777\n");
  assert_string_equal(bench.sent, "POST /v1/print-jobs/j7/decision {\"answer\":\"reprint\",\"approval\":"
                                  "{\"staff\":\"2001\",\"pin\":\"7777\"}}");
  sp_tui_close(bench.tui);
}

static void test_approval(void **state) {
  (void)state;
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, sale);
  press(&bench, SP_TUI_KEY_DELETE, 0);
  answer(&bench, 403, "{\"detail\":\"A manager must agree\",\"field\":\"approval\"}");
  check_screen(&bench, "approval", 80, 24, false);
  type(&bench, "2001\n7777\n");
  assert_string_equal(bench.sent,
                      COMMANDS "{\"do\":\"void\",\"n\":2,\"approval\":{\"staff\":\"2001\",\"pin\":\"7777\"}}");
  answer(&bench, 403, "{\"detail\":\"The PIN is wrong\",\"field\":\"approval.pin\"}");
  type(&bench, "7778\n");
  assert_non_null(strstr(bench.sent, "\"pin\":\"7778\""));
  answer(&bench, 200, "{}");
  type(&bench, "A\n"); /* the box is gone: this is a code */
  assert_non_null(strstr(bench.sent, "\"do\":\"scan\""));
  answer(&bench, 401, "{\"detail\":\"Sign in first\"}");
  assert_string_equal(bench.token, "");
  sp_tui_close(bench.tui);
}

/* An older answer does not undo a newer event; a node that starts anew counts from the beginning. */
static void test_order(void **state) {
  (void)state;
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, paid);
  type(&bench, "1\n");
  answer(&bench, 200, "{\"seq\":5,\"till\":{\"seq\":5," HEAD "\"step\":\"sale\"," SALE "}}");
  check_screen(&bench, "paid", 80, 24, false);
  told(&bench, "open", "");
  told(&bench, "till", sale);
  check_screen(&bench, "sale", 80, 24, false);
  sp_tui_close(bench.tui);
}

static void test_paper(void **state) {
  (void)state;
  struct bench bench;
  bench_open(&bench, SP_LANG_EN);
  sign_in(&bench, paid);
  told(&bench, "print", "[{\"id\":\"j7\",\"state\":\"uncertain\",\"title\":\"T01-000042\"}]");
  check_screen(&bench, "uncertain", 40, 20, false);
  type(&bench, "2");
  assert_string_equal(bench.sent, "POST /v1/print-jobs/j7/decision {\"answer\":\"reprint\"}");
  answer(&bench, 200, "{}");
  told(&bench, "print", "[]");
  press(&bench, SP_TUI_KEY_ENTER, 0);
  assert_string_equal(bench.sent, COMMANDS "{\"do\":\"next\"}");
  sp_tui_close(bench.tui);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_layout),          cmocka_unit_test(test_every_size),
      cmocka_unit_test(test_signing_in),      cmocka_unit_test(test_paying),
      cmocka_unit_test(test_paying_the_rest), cmocka_unit_test(test_keys_of_a_sale),
      cmocka_unit_test(test_approval),        cmocka_unit_test(test_order),
      cmocka_unit_test(test_paper),           cmocka_unit_test(test_menu),
      cmocka_unit_test(test_clock),           cmocka_unit_test(test_what_for),
      cmocka_unit_test(test_paper_approved),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
