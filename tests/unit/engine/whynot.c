/* Why a campaign gave nothing: one word for each reason, and what would have to be different. */
#include "base/json.h"
#include "tests/unit/engine/machine.h"
#include <cjson/cJSON.h>

static int speak(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  if (strcmp(campaign, "BROKEN") == 0) return sp_fail(err, SP_E_RULE, "rules/r.lua", "rules/r.lua:4: it broke");
  if (strcmp(campaign, "SILENT") == 0) offer(answer, SP_OFFER_NOTE, 0)->reason = "{\"code\":\"nearly\"}";
  if (strcmp(campaign, "GIVES") == 0 || strcmp(campaign, "LOSES") == 0)
    aim(answer, offer(answer, SP_OFFER_PERCENT, 100000), 0, 0, 1);
  (void)machine;
  return 0;
}

static int all_used(const struct sp_usage_source *self, const char *campaign, const char *subject, struct sp_usage *out,
                    struct sp_error *err) {
  (void)self;
  (void)campaign;
  (void)subject;
  (void)err;
  *out = (struct sp_usage){.uses = 100, .amount = 100, .units = 100};
  return 0;
}

static const char campaigns[] =
    "{\"code\":\"GIVES\",\"rule\":\"r\",\"priority\":9},{\"code\":\"LOSES\",\"rule\":\"r\"},"
    "{\"code\":\"SILENT\",\"rule\":\"r\"},{\"code\":\"BROKEN\",\"rule\":\"r\"},"
    "{\"code\":\"USED\",\"rule\":\"r\",\"limits\":{\"uses\":100}},"
    "{\"code\":\"SOON\",\"rule\":\"r\",\"from\":\"2027-01-01T00:00:00Z\"},"
    "{\"code\":\"OVER\",\"rule\":\"r\",\"to\":\"2026-01-01T00:00:00Z\"},"
    "{\"code\":\"ELSEWHERE\",\"rule\":\"r\",\"stores\":[\"S2\",\"S3\"]},"
    "{\"code\":\"ONLINE\",\"rule\":\"r\",\"channels\":[\"api\"]},"
    "{\"code\":\"MEMBERS\",\"rule\":\"r\",\"members\":true},"
    "{\"code\":\"GOLD\",\"rule\":\"r\",\"levels\":[\"gold\"]},"
    "{\"code\":\"MONDAYS\",\"rule\":\"r\",\"weekdays\":[1]},"
    "{\"code\":\"EIGHTH\",\"rule\":\"r\",\"month_days\":[8,18]},"
    "{\"code\":\"BREAKFAST\",\"rule\":\"r\",\"hours\":[[\"08:00\",\"10:30\"]]},"
    "{\"code\":\"SODA\",\"rule\":\"r\",\"params\":{\"key\":\"t:soda\"}},"
    "{\"code\":\"OFF\",\"rule\":\"r\",\"enabled\":false},"
    "{\"code\":\"EARN\",\"rule\":\"earn\"}";

static void start(struct shop *shop, const struct sp_usage_source *usage) {
  shop_start(shop);
  shop_file(shop, "rules/r.lua", "promotion item 1");
  shop_file(shop, "rules/earn.lua", "hook - 1 points.earn");
  shop_build(shop, campaigns);
  shop->machine->say = speak;
  shop->context.usage = usage;
  shop_line(shop, "a", 1000, 1);
  shop_line(shop, "b", 500, 1);
  shop_expect(shop, 1400);
}

/* What the list says of one campaign, the caller's; "" when it is not there. */
static char *said_of(struct shop *shop, const char *campaign) {
  struct sp_buf out;
  cJSON *list = NULL, *entry = NULL;
  char *text = NULL;
  sp_buf_init(&out, 65536);
  assert_int_equal(
      sp_engine_why_nothing(shop->bundle, &shop->basket, &shop->context, &shop->priced, 100, &out, &shop->err), 0);
  assert_int_equal(sp_json_parse(out.data, out.len, &list, &shop->err), 0);
  cJSON_ArrayForEach(entry, list) {
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "campaign"));
    if (code && strcmp(code, campaign) == 0 && !text) text = cJSON_PrintUnformatted(entry);
  }
  sp_json_free(list);
  sp_buf_free(&out);
  return text ? text : strdup("");
}

static void every_reason_has_its_word(void **state) {
  static const struct {
    const char *campaign, *said;
  } cases[] = {{"LOSES", "\"why\":\"lost\",\"because\":\"taken\",\"by\":\"GIVES\""},
               {"SILENT", "\"why\":\"silent\",\"because\":\"no-offer\",\"note\":{\"code\":\"nearly\"}"},
               {"BROKEN", "\"why\":\"error\",\"because\":\"rules/r.lua:4: it broke\""},
               {"USED", "\"why\":\"limit\""},
               {"SOON", "\"why\":\"not-yet\",\"from\":\"2027-01-01T00:00:00.000Z\""},
               {"OVER", "\"why\":\"ended\",\"to\":\"2026-01-01T00:00:00.000Z\""},
               {"ELSEWHERE", "\"why\":\"store\",\"stores\":[\"S2\",\"S3\"]"},
               {"ONLINE", "\"why\":\"channel\",\"channels\":[\"api\"]"},
               {"MEMBERS", "\"why\":\"member\""},
               {"GOLD", "\"why\":\"level\",\"levels\":[\"gold\"]"},
               {"MONDAYS", "\"why\":\"weekday\",\"weekdays\":[1]"},
               {"EIGHTH", "\"why\":\"day\",\"days\":[8,18]"},
               {"BREAKFAST", "\"why\":\"hours\",\"hours\":[[480,630]]"},
               {"SODA", "\"why\":\"no-match\",\"keys\":[{\"tag\":\"soda\"}]"}};
  const struct sp_usage_source usage = {.read = all_used};
  struct shop shop;
  int wrong = 0;
  (void)state;
  start(&shop, &usage);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *text = said_of(&shop, cases[i].campaign);
    if (!strstr(text, cases[i].said)) {
      print_error("%s: %s\n", cases[i].campaign, text);
      wrong++;
    }
    cJSON_free(text);
  }
  assert_int_equal(wrong, 0);
  shop_stop(&shop);
}

static void the_list_is_bounded_and_begins_with_what_matters(void **state) {
  const struct sp_usage_source usage = {.read = all_used};
  struct shop shop;
  struct sp_buf out;
  (void)state;
  start(&shop, &usage);
  sp_buf_init(&out, 65536);
  assert_int_equal(sp_engine_why_nothing(shop.bundle, &shop.basket, &shop.context, &shop.priced, 100, &out, &shop.err),
                   0);
  const char *text = sp_buf_text(&out);
  assert_null(strstr(text, "GIVES\",\"rule"));
  assert_null(strstr(text, "EARN"));
  assert_null(strstr(text, "OFF"));
  assert_non_null(strstr(text, "SODA"));
  assert_true(strstr(text, "LOSES") < strstr(text, "SODA"));
  sp_buf_reset(&out);
  assert_int_equal(sp_engine_why_nothing(shop.bundle, &shop.basket, &shop.context, &shop.priced, 2, &out, &shop.err),
                   0);
  assert_null(strstr(sp_buf_text(&out), "SODA"));
  sp_buf_free(&out);
  sp_buf_init(&out, 64);
  assert_int_equal(sp_engine_why_nothing(shop.bundle, &shop.basket, &shop.context, &shop.priced, 100, &out, &shop.err),
                   SP_E_LIMIT);
  sp_buf_free(&out);
  shop_stop(&shop);
}

/* Once every unit is taken nobody is asked any more: the trace names the first few, and the list knows of them all. */
static void who_comes_too_late_is_not_asked(void **state) {
  static char many[8192];
  struct shop shop;
  size_t len = 0;
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "rules/r.lua", "promotion item 1");
  len += (size_t)snprintf(many, sizeof many, "{\"code\":\"GIVES\",\"rule\":\"r\",\"priority\":9}");
  for (int i = 0; i < 60; i++)
    len += (size_t)snprintf(many + len, sizeof many - len, ",{\"code\":\"LATE%02d\",\"rule\":\"r\"}", i);
  shop_build(&shop, many);
  shop.machine->say = speak;
  shop_line(&shop, "a", 1000, 1);
  shop_expect(&shop, 900);
  assert_int_equal(shop.machine->base.evaluations, 1);
  shop_traced(&shop, "\"campaign\":\"LATE19\"");
  assert_null(strstr(shop.priced.trace, "LATE20"));
  char *text = said_of(&shop, "LATE59");
  assert_string_equal(text, "{\"campaign\":\"LATE59\",\"rule\":\"r\",\"why\":\"lost\",\"because\":\"taken\"}");
  cJSON_free(text);
  shop_stop(&shop);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_reason_has_its_word),
                                     cmocka_unit_test(who_comes_too_late_is_not_asked),
                                     cmocka_unit_test(the_list_is_bounded_and_begins_with_what_matters)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
