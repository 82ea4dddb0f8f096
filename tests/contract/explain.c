/* Why it costs what it costs: each fen told with its rule, who it beat and why others gave nothing, in two languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/explain.h"
#include "base/text.h"
#include "tests/contract/counter/counter.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char campaigns[] =
    "{\"campaigns\":["
    "{\"code\":\"SODA3\",\"rule\":\"promotion.mine\",\"params\":{\"tag\":\"soda\"},"
    "\"title\":{\"zh\":\"汽水买三付二\",\"en\":\"Three sodas for two\"}},"
    "{\"code\":\"LOSER\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"soda\",\"percent\":10000},"
    "\"priority\":1,\"title\":{\"zh\":\"汽水九九折\"}},"
    "{\"code\":\"MONDAY\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"soda\",\"percent\":10000},"
    "\"weekdays\":[1]},"
    "{\"code\":\"OVER\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"soda\",\"percent\":10000},"
    "\"to\":\"2020-10-01T00:00:00+08:00\"},"
    "{\"code\":\"LATER\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"soda\",\"percent\":10000},"
    "\"from\":\"2090-10-01T08:30:00+08:00\"},"
    "{\"code\":\"CASE\",\"rule\":\"compose.deposit\",\"params\":{\"tag\":\"trusted\",\"product\":\"gum\"},"
    "\"title\":{\"zh\":\"礼盒\",\"en\":\"Gift box\"}},"
    "{\"code\":\"FRUIT\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"fruit\",\"percent\":10000}}]}";

static const char rule[] =
    "local offer = require \"suanpan.offer\"\n"
    "local select = require \"suanpan.select\"\n"
    "local mine = { name = \"promotion.mine\", version = \"1.2.3\", api = 1, phase = \"promotion\", priority = 900,\n"
    "  summary = \"each third is free\", params = { tag = { type = \"tag\", required = true, doc = \"d\" } },\n"
    "  phrases = { third = { zh = \"每第{n}件免费\", en = \"every {n}rd is free\" } } }\n"
    "function mine.applies(params) return { tag = params.tag } end\n"
    "function mine.evaluate(basket, params)\n"
    "  local units, offers = select.units(basket, { tag = params.tag }), offer.list()\n"
    "  for at = 3, #units, 3 do\n"
    "    offers:free(units[at], { code = \"third\", n = 3 }, units:slice(at - 2, at - 1))\n"
    "  end\n"
    "  return offers\n"
    "end\n"
    "return mine\n";

static int setup(void **state) {
  static struct sp_pack_file files[] = {{.path = "campaigns.json", .text = campaigns, .len = sizeof campaigns - 1},
                                        {.path = "rules/promotion/mine.lua", .text = rule, .len = sizeof rule - 1}};
  struct counter *counter = calloc(1, sizeof *counter);
  if (!counter || counter_start_pack(counter, files, 2, NULL)) return -1;
  *state = counter;
  return 0;
}

static int teardown(void **state) {
  counter_close(*state);
  free(*state);
  return 0;
}

struct asked {
  struct sp_id id;
  bool basket;
  const struct sp_sale_request *request; /* or null */
  struct sp_buf json, text;
};

static int ask(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  struct sp_explanation what;
  struct sp_json_writer w;
  int rc = asked->request  ? sp_explain_quote(work, asked->request, false, &what)
           : asked->basket ? sp_explain_basket(work, &asked->id, &what)
                           : sp_explain_sale(work, &asked->id, &what);
  if (rc) return rc;
  sp_buf_reset(&asked->json);
  sp_buf_reset(&asked->text);
  sp_json_start(&w, &asked->json);
  sp_explain_json(&what, &w);
  return sp_explain_text(work, &what, &asked->text);
}

static void explain(struct counter *counter, struct asked *asked, enum sp_lang lang) {
  if (!asked->json.max) {
    sp_buf_init(&asked->json, 1 << 20);
    sp_buf_init(&asked->text, 1 << 20);
  }
  counter->node.lang = lang;
  counter->error.lang = lang;
  if (sp_fixture_do(&counter->node, ask, asked, &counter->error)) fail_msg("%s", counter->error.message);
}

static void forget(struct asked *asked) {
  sp_buf_free(&asked->json);
  sp_buf_free(&asked->text);
}

static struct sp_id sell_soda(struct counter *counter) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 4000);
  ticket_item(&ticket, "bread", 1000);
  assert_int_equal(counter_sell(counter, &ticket, SP_METHOD_CASH), 0);
  return ticket.sale.id;
}

static const cJSON *other(const cJSON *tree, const char *campaign) {
  const cJSON *item;
  cJSON_ArrayForEach(item, cJSON_GetObjectItem(tree, "others")) {
    if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(item, "campaign")), campaign) == 0) return item;
  }
  fail_msg("%s is not among the others", campaign);
  return NULL;
}

static const char *sentence(const cJSON *item) {
  return cJSON_GetStringValue(cJSON_GetObjectItem(item, "sentence"));
}

/* What the steps of a line take off together. */
static int taken_off(const cJSON *line) {
  const cJSON *step;
  int sum = 0;
  cJSON_ArrayForEach(step, cJSON_GetObjectItem(line, "steps")) {
    sum += (int)cJSON_GetObjectItem(step, "amount")->valuedouble;
  }
  return sum;
}

static void every_step_of_a_sale_is_told(void **state) {
  struct counter *counter = *state;
  struct asked asked = {.id = sell_soda(counter)};
  explain(counter, &asked, SP_LANG_EN);
  cJSON *tree = cJSON_Parse(sp_buf_text(&asked.json));
  const cJSON *line = cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "lines"), 0);
  const cJSON *step = cJSON_GetArrayItem(cJSON_GetObjectItem(line, "steps"), 0);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(line, "steps")), 2); /* the fourth one is 1 % off */
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(step, "title")), "Three sodas for two");
  assert_string_equal(sentence(step), "every 3rd is free");
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(step, "rule")), "promotion.mine");
  assert_int_equal((int)cJSON_GetObjectItem(step, "line")->valuedouble, 10);
  assert_int_equal(taken_off(line), (int)cJSON_GetObjectItem(line, "discount")->valuedouble);
  assert_string_equal(sentence(other(tree, "MONDAY")), "only on Monday");
  assert_string_equal(sentence(other(tree, "FRUIT")), "nothing here has tag fruit");
  cJSON_Delete(tree);
  explain(counter, &asked, SP_LANG_ZH);
  tree = cJSON_Parse(sp_buf_text(&asked.json));
  line = cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "lines"), 0);
  step = cJSON_GetArrayItem(cJSON_GetObjectItem(line, "steps"), 0);
  assert_string_equal(sentence(step), "每第3件免费");
  assert_string_equal(sentence(other(tree, "MONDAY")), "仅限周一");
  assert_string_equal(sentence(other(tree, "OVER")), "已于 2020-10-01 00:00:00 结束"); /* by the store's clock */
  assert_string_equal(sentence(other(tree, "LATER")), "2090-10-01 08:30:00 才开始");
  cJSON_Delete(tree);
  forget(&asked);
}

/* The fourth soda is free for the next promotion, so it is not beaten; of three all are taken. */
static void who_was_beaten_is_told(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 3000);
  ticket.request.items = ticket.items;
  struct asked asked = {.request = &ticket.request};
  explain(counter, &asked, SP_LANG_ZH);
  cJSON *tree = cJSON_Parse(sp_buf_text(&asked.json));
  const cJSON *loser = other(tree, "LOSER");
  const char *why = cJSON_GetStringValue(cJSON_GetObjectItem(loser, "why"));
  assert_string_equal(why, "lost");
  assert_string_equal(sentence(loser), "商品已参加“汽水买三付二”");
  const cJSON *line = cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "lines"), 0);
  const cJSON *beat = cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(line, "steps"), 0), "beat");
  assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(beat, 0)), "汽水九九折");
  assert_non_null(strstr(sp_buf_text(&asked.text), "优先于：汽水九九折"));
  cJSON_Delete(tree);
  forget(&asked);
}

/* Amounts end in one column, whatever the widths of the texts before them. */
static void amounts_stand_under_each_other(void **state) {
  struct counter *counter = *state;
  struct asked asked = {.id = sell_soda(counter)};
  for (int lang = SP_LANG_EN; lang <= SP_LANG_ZH; lang++) {
    int amounts = 0;
    explain(counter, &asked, (enum sp_lang)lang);
    const char *text = sp_buf_text(&asked.text);
    for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
      bool dotted = end - text > 3 && strstr(text, "....") != NULL && strstr(text, "....") < end;
      if (!dotted) continue;
      assert_int_equal(sp_utf8_columns(text, (size_t)(end - text)), 72);
      amounts++;
    }
    assert_in_range(amounts, 8, 12);
  }
  if (getenv("SP_SHOW")) printf("%s\n", sp_buf_text(&asked.text));
  forget(&asked);
}

static void a_basket_is_told_before_it_is_sold(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket = {.events = 0};
  assert_int_equal(counter_basket(counter, &basket), 0);
  struct sp_basket_command command = {.kind = SP_BASKET_ADD, .code = "cola", .quantity = 3000};
  assert_int_equal(counter_apply(counter, &basket, &command), 0);
  struct asked asked = {.id = basket.id, .basket = true};
  explain(counter, &asked, SP_LANG_EN);
  assert_non_null(strstr(sp_buf_text(&asked.text), "Three sodas for two: every 3rd is free"));
  assert_non_null(strstr(sp_buf_text(&asked.text), "promotion.mine 1.2.3"));
  forget(&asked);
}

static void what_comes_back_is_told_by_the_sale_it_is_from(void **state) {
  struct counter *counter = *state;
  const struct sp_id sold = sell_soda(counter);
  struct asked asked = {.basket = false};
  struct ticket ticket;
  char from[64];
  ticket_new(&ticket);
  (void)ticket_back(&ticket, &sold, 1, 1000);
  assert_int_equal(counter_sell(counter, &ticket, SP_METHOD_CASH), 0);
  asked.id = sold;
  explain(counter, &asked, SP_LANG_EN);
  cJSON *tree = cJSON_Parse(sp_buf_text(&asked.json));
  const char *receipt = cJSON_GetStringValue(cJSON_GetObjectItem(tree, "receipt"));
  assert_non_null(receipt);
  snprintf(from, sizeof from, "as it was paid then: %s", receipt);
  asked.id = ticket.sale.id;
  explain(counter, &asked, SP_LANG_EN);
  assert_non_null(strstr(sp_buf_text(&asked.text), from));
  assert_non_null(strstr(sp_buf_text(&asked.text), ", line 1\n"));
  assert_non_null(strstr(sp_buf_text(&asked.text), "To pay back"));
  assert_null(strstr(sp_buf_text(&asked.text), "Why others gave nothing")); /* nothing was for sale */
  explain(counter, &asked, SP_LANG_ZH);
  assert_non_null(strstr(sp_buf_text(&asked.text), "按原单实付退回"));
  cJSON_Delete(tree);
  forget(&asked);
}

static int use_load(struct sp_work *work, void *ctx) {
  struct sp_sale *sale = ctx;
  const struct sp_id id = sale->id;
  return sp_sale_load(work, &id, sale);
}

/* LOSER took its part after SODA3, though its code comes before: so it is told when it is sold and ever after. */
static void allocations_keep_their_order(void **state) {
  struct counter *counter = *state;
  struct sp_sale stored = {.id = sell_soda(counter)};
  assert_int_equal(sp_fixture_do(&counter->node, use_load, &stored, &counter->error), 0);
  assert_int_equal(stored.allocation_count, 2);
  assert_string_equal(stored.allocations[0].campaign, "SODA3");
  assert_string_equal(stored.allocations[1].campaign, "LOSER");
}

static void who_added_a_line_is_told(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "bread", 1000);
  ticket_item(&ticket, "trusted", 2000);
  assert_int_equal(counter_sell(counter, &ticket, SP_METHOD_CARD), 0);
  struct asked asked = {.id = ticket.sale.id};
  explain(counter, &asked, SP_LANG_EN);
  cJSON *tree = cJSON_Parse(sp_buf_text(&asked.json));
  const cJSON *lines = cJSON_GetObjectItem(tree, "lines");
  const cJSON *steps = cJSON_GetObjectItem(cJSON_GetArrayItem(lines, 2), "steps");
  const cJSON *step = cJSON_GetArrayItem(steps, 0);
  assert_int_equal(cJSON_GetArraySize(steps), 1);
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(step, "campaign")), "CASE");
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(step, "rule")), "compose.deposit");
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(step, "phase")), "compose");
  assert_int_equal((int)cJSON_GetObjectItem(step, "for")->valuedouble, 2);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(cJSON_GetArrayItem(lines, 1), "steps")), 0);
  cJSON_Delete(tree);
  assert_non_null(strstr(sp_buf_text(&asked.text), "Gift box: Deposit × 1, added for line 2\n"));
  explain(counter, &asked, SP_LANG_ZH);
  assert_non_null(strstr(sp_buf_text(&asked.text), "礼盒: 押金 × 1，随第 2 行加入\n"));
  forget(&asked);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_step_of_a_sale_is_told),
      cmocka_unit_test(who_was_beaten_is_told),
      cmocka_unit_test(amounts_stand_under_each_other),
      cmocka_unit_test(a_basket_is_told_before_it_is_sold),
      cmocka_unit_test(who_added_a_line_is_told),
      cmocka_unit_test(allocations_keep_their_order),
      cmocka_unit_test(what_comes_back_is_told_by_the_sale_it_is_from),
  };
  return cmocka_run_group_tests_name("explain", tests, setup, teardown);
}
