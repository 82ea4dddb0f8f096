#include "tests/contract/counter/rules.h"

#include <string.h>

#define HEAD "local offer = require \"suanpan.offer\"\nlocal select = require \"suanpan.select\"\n"

static const char deposit[] = HEAD
    "local rule = { name = \"test.deposit\", version = \"1.0.0\", api = 1, phase = \"compose\", summary = \"deposit\" "
    "}\n"
    "rule.params = { tag = { type = \"tag\", doc = \"x\", required = true }, product = { type = \"product\", doc = "
    "\"x\", required = true } }\n"
    "function rule.applies(params) return { tag = params.tag } end\n"
    "function rule.evaluate(basket, params)\n"
    "  local offers = offer.list()\n"
    "  for _, line in ipairs(select.lines(basket, { tag = params.tag })) do\n"
    "    offers:add(line, params.product, line.quantity)\n"
    "  end\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char ask[] =
    HEAD "local rule = { name = \"test.ask\", version = \"1.0.0\", api = 1, phase = \"check\", summary = \"asks\" }\n"
         "rule.params = { tag = { type = \"tag\", doc = \"x\" }, product = { type = \"product\", doc = \"x\" },\n"
         "  how = { type = \"choice\", doc = \"x\", options = { \"confirm\", \"approve\", \"refuse\" }, required = "
         "true } }\n"
         "function rule.evaluate(basket, params)\n"
         "  local offers = offer.list()\n"
         "  local lines = params.tag and select.lines(basket, { tag = params.tag })\n"
         "    or select.lines(basket, { product = params.product })\n"
         "  if #lines == 0 then return offers end\n"
         "  if params.how == \"confirm\" then offers:confirm(\"age18\", { code = \"age\", years = 18 }, lines) end\n"
         "  if params.how == \"approve\" then offers:approve(\"boss\", { code = \"boss\" }, lines) end\n"
         "  if params.how == \"refuse\" then offers:refuse(\"never\", { code = \"never\" }, lines) end\n"
         "  return offers\n"
         "end\n"
         "rule.phrases = { age = { en = \"Older than {years}?\", zh = \"满{years}岁？\" } }\n"
         "return rule\n";

static const char coupon[] = HEAD
    "local rule = { name = \"test.coupon\", version = \"1.0.0\", api = 1, phase = \"coupon\", summary = \"coupon\" }\n"
    "rule.params = { coupon = { type = \"coupon\", doc = \"x\", required = true } }\n"
    "function rule.applies(params) return { coupon = params.coupon } end\n"
    "function rule.evaluate(basket, params)\n"
    "  local offers = offer.list()\n"
    "  if basket:has_coupon(params.coupon) then offers:percent(select.units(basket), 500000) end\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char everything[] = HEAD "local rule = { name = \"test.everything\", version = \"1.0.0\", api = 1, phase "
                                      "= \"promotion\", summary = \"level\" }\n"
                                      "function rule.evaluate(basket)\n"
                                      "  local offers = offer.list()\n"
                                      "  offers:percent(select.units(basket), 200000)\n"
                                      "  return offers\n"
                                      "end\n"
                                      "return rule\n";

static const char remark[] = HEAD
    "local rule = { name = \"test.remark\", version = \"1.0.0\", api = 1, phase = \"observe\", summary = \"remark\" }\n"
    "function rule.evaluate(basket)\n"
    "  local offers = offer.list()\n"
    "  if basket.gross >= 1000 then return offers end\n"
    "  offers:note({ code = \"missing\", fen = 1000 - basket.gross })\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char points[] = HEAD
    "local rule = { name = \"test.points\", version = \"1.0.0\", api = 1, phase = \"tender\", summary = \"points\",\n"
    "  needs = { \"member.points\" } }\n"
    "function rule.evaluate(basket)\n"
    "  local offers = offer.list()\n"
    "  local balance = basket.member.points\n"
    "  if balance and balance > 0 then offers:tender(\"points\", balance) end\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char broken[] = HEAD "local rule = { name = \"test.broken\", version = \"1.0.0\", api = 1, phase = "
                                  "\"promotion\", summary = \"broken\" }\n"
                                  "rule.params = { tag = { type = \"tag\", doc = \"x\", required = true } }\n"
                                  "function rule.applies(params) return { tag = params.tag } end\n"
                                  "function rule.evaluate(basket, params)\n"
                                  "  error(\"the oven is cold\")\n"
                                  "end\n"
                                  "return rule\n";

static const char tag[] = HEAD
    "local rule = { name = \"test.tag\", version = \"1.0.0\", api = 1, phase = \"classify\", summary = \"tags\" }\n"
    "rule.params = { tag = { type = \"tag\", doc = \"x\", required = true }, as = { type = \"tag\", doc = \"x\", "
    "required = true } }\n"
    "function rule.applies(params) return { tag = params.tag } end\n"
    "function rule.evaluate(basket, params)\n"
    "  local offers = offer.list()\n"
    "  offers:tag(select.lines(basket, { tag = params.tag }), params.as)\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char price[] = HEAD
    "local rule = { name = \"test.price\", version = \"1.0.0\", api = 1, phase = \"price\", summary = \"prices\" }\n"
    "rule.params = { tag = { type = \"tag\", doc = \"x\", required = true }, price = { type = \"money\", doc = \"x\", "
    "required = true } }\n"
    "function rule.applies(params) return { tag = params.tag } end\n"
    "function rule.evaluate(basket, params)\n"
    "  local offers = offer.list()\n"
    "  offers:price(select.lines(basket, { tag = params.tag }), params.price)\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char steps[] = HEAD
    "local rule = { name = \"test.steps\", version = \"1.0.0\", api = 1, phase = \"promotion\", summary = \"steps\" }\n"
    "rule.params = { at = { type = \"money\", doc = \"x\", required = true }, off = { type = \"money\", doc = \"x\", "
    "required = true } }\n"
    "function rule.evaluate(basket, params)\n"
    "  local offers = offer.list()\n"
    "  local units = select.units(basket)\n"
    "  if units:sum(\"remaining\") >= params.at then offers:total_off(units, params.off) end\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static const char choice[] =
    HEAD "local rule = { name = \"test.choice\", version = \"1.0.0\", api = 1, phase = \"promotion\", summary = "
         "\"choice\" }\n"
         "function rule.evaluate(basket, _, context)\n"
         "  local offers = offer.list()\n"
         "  local product = basket:choice(context.campaign)\n"
         "  if product then offers:free(select.units(basket, { product = product }):first(1)) end\n"
         "  return offers\n"
         "end\n"
         "return rule\n";

static const char broken_deposit[] = HEAD "local rule = { name = \"test.broken_deposit\", version = \"1.0.0\", api = "
                                          "1, phase = \"compose\", summary = \"fails\" }\n"
                                          "rule.params = { tag = { type = \"tag\", doc = \"x\", required = true } }\n"
                                          "function rule.applies(params) return { tag = params.tag } end\n"
                                          "function rule.evaluate() error(\"no crates left\") end\n"
                                          "return rule\n";

#define RULE(name)                                                                                                     \
  { "rules/test/" #name ".lua", name, sizeof name - 1 }

int counter_start_rules(struct counter *counter, const char *campaigns, const char *vfs) {
  const struct sp_pack_file files[] = {{"campaigns.json", campaigns, strlen(campaigns)},
                                       RULE(tag),
                                       RULE(deposit),
                                       RULE(broken_deposit),
                                       RULE(price),
                                       RULE(everything),
                                       RULE(steps),
                                       RULE(choice),
                                       RULE(broken),
                                       RULE(coupon),
                                       RULE(points),
                                       RULE(ask),
                                       RULE(remark)};
  return counter_start_pack(counter, files, (int32_t)(sizeof files / sizeof files[0]), vfs);
}
