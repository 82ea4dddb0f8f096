/* A rule's file runs once a machine, and nothing that a call does is there for the next one: what rules try in order to
 * remember, what they may read of what their file made, and machines that keep files beside machines that do not. */
#include "base/json.h"
#include "kit.h"

#include <cjson/cJSON.h>

#define BASKETS 400

static const char *const soda[] = {"soda", NULL};
static const char *const bakery[] = {"bakery", NULL};

/* ---- Two machines: one keeps what a file made, the other runs it before every call ---- */

struct twins {
  struct kit kept, anew;
};

static bool open_one(struct kit *kit, const char *path, const char *text, const char *campaigns, bool anew) {
  struct sp_rule_limits limits = sp_rule_limits_default();
  const struct sp_pack_file files[] = {
      {.path = path, .text = text, .len = strlen(text)},
      {.path = "campaigns.json", .text = campaigns, .len = strlen(campaigns)},
  };
  limits.anew = anew;
  return kit_build(kit, &(struct sp_bundle_options){.files = files, .file_count = 2, .limits = limits}) == 0;
}

static void open_twins(struct twins *twins, const char *path, const char *text, const char *campaigns) {
  if (!open_one(&twins->kept, path, text, campaigns, false)) fail_msg("%s\n%s", twins->kept.err.message, text);
  if (!open_one(&twins->anew, path, text, campaigns, true)) fail_msg("%s\n%s", twins->anew.err.message, text);
}

static void close_twins(struct twins *twins) {
  kit_close(&twins->kept);
  kit_close(&twins->anew);
}

/* The same basket for both; null when they agree. */
static const char *price_both(struct twins *twins) {
  struct kit *kept = &twins->kept;
  struct kit *anew = &twins->anew;
  memcpy(anew->lines, kept->lines, sizeof anew->lines);
  anew->basket.count = kept->basket.count;
  if (kit_price(kept) || kit_price(anew)) return "it failed";
  if (strcmp(kept->priced.trace, anew->priced.trace) != 0) return "the traces differ";
  if (kept->vm->charged != anew->vm->charged) return "the costs differ";
  return kept->priced.net == anew->priced.net ? NULL : "the prices differ";
}

/* ---- What rules try in order to remember ---- */

struct memory {
  const char *name, *top, *body; /* body: of evaluate(basket, params, context); `free()` gives it away */
  const char *said;              /* in the trace of every basket; null: no alarm */
};

#define SEALED "read-only once it ran"

/* Each gives everything away when it finds that it was asked before. Every other basket has a line `bad`. */
static const struct memory memories[] = {
    {"a counter", "local seen = 0", "seen = seen + 1 if seen > 1 then free() end", NULL},
    {"a flag that was nil", "local seen", "if seen then free() end seen = true", NULL},
    {"a table", "local seen = {}", "if seen[1] then free() end seen[1] = 1", SEALED},
    {"a table in a table", "local t = { a = { b = {} } }", "if t.a.b.c then free() end t.a.b.c = 1", SEALED},
    {"a list", "local t = { 1, 2 }", "if #t > 2 then free() end t[#t + 1] = 3", SEALED},
    {"table.insert", "local t = {}", "if #t > 0 then free() end table.insert(t, 1)", SEALED},
    {"table.remove", "local t = { 1 }", "if #t == 0 then free() end table.remove(t)", SEALED},
    {"taking away", "local t = { a = 1 }", "if not t.a then free() end t.a = nil", SEALED},
    {"an alias", "local a = {} local b = a", "if b.x then free() end a.x = 1", SEALED},
    {"a table that is a name", "local key = {} local t = { [key] = 1 }", "if key.x then free() end key.x = 1", SEALED},
    {"a table in itself", "local t = {} t.t = t", "if t.t.x then free() end t.t.t.x = 1", SEALED},
    {"the rule's own table", "", "if rule.seen then free() end rule.seen = 1", SEALED},
    {"its declarations",
     "rule.params = { n = { type = 'integer', default = 1, doc = 'd' } } rule.phrases = { a = { zh = 'a', en = 'a' } }",
     "if rule.params or rule.phrases then free() end", NULL},
    {"declarations of its own", "rule.params = {}", "if rule.params then free() end rule.params = {}", SEALED},
    {"replaced evaluate", "local o = require 'suanpan.offer'",
     "rule.evaluate = function(b) local l = o.list() l:free(b.lines[1]) return l end", SEALED},
    {"another table in its place", "local t = { n = 0 }", "if t.n > 0 then free() end t = { n = t.n + 1 }", NULL},
    {"a function in its place", "local f = function() return false end",
     "if f() then free() end f = function() return true end", NULL},
    {"a maker of counters",
     "local function make() local n = 0 return function() n = n + 1 return n end end local count = make()",
     "if count() > 1 then free() end", NULL},
    {"two functions with one variable",
     "local get, set do local n = 0 get = function() return n end set = function(x) n = x end end",
     "if get() > 0 then free() end set(1)", NULL},
    {"functions in functions",
     "local function outer() local n = 0 return function() return function() n = n + 1 return n end end end "
     "local middle = outer()",
     "local inner = middle() inner() if inner() > 2 then free() end", NULL},
    {"a function in a table in a function",
     "local function box() local t = { f = nil } local n = 0 t.f = function() n = n + 1 return n end "
     "return function() return t end end local open = box()",
     "if open().f() > 1 then free() end", NULL},
    {"a function that is a name", "local n = 0 local t = { [function() n = n + 1 return n end] = 1 } t = nil",
     "n = n + 1 if n > 1 then free() end", NULL},
    {"a closure over a loop",
     "local list = {} for i = 1, 3 do local n = i list[i] = function() n = n + 1 return n end end",
     "if list[2]() > 3 then free() end", NULL},
    {"a variable that hides a table", "local hidden local function look() return hidden end",
     "if look() then free() end hidden = { basket = basket }", NULL},
    {"a function that hides a table", "local f",
     "if f then f() free() end local t = { n = 1 } f = function() t.n = t.n + 1 return t end", NULL},
    {"its own _ENV", "", "if seen then free() end _ENV = { seen = 1 }", "no 'seen'"},
    {"_ENV of the file", "", "if type(1) == 'old' then free() end _ENV = { type = function() return 'old' end }", NULL},
    {"_ENV of a function", "local f = function() return type(1) end",
     "if f() == 'old' then free() end _ENV = { type = function() return 'old' end }", NULL},
    {"an _ENV made by the file", "local e = { require = require } local _ENV = e local rule = rule",
     "if seen then free() end seen = 1", SEALED},
    {"a basket", "local seen", "if seen then local ok = seen.lines[1] free() end seen = basket", NULL},
    {"units", "local seen", "if seen then offers:free(seen) end seen = select.units(basket)", NULL},
    {"offers", "local seen", "if seen then return seen end seen = offers", NULL},
    {"the context", "local seen", "if seen then free() end seen = context", NULL},
    {"parameters", "local seen = {}", "if seen[params] then free() end seen[params] = 1", SEALED},
    {"an argument of a function of its own", "local seen local function keep(a, b) seen = b or a end",
     "if seen then free() end keep(1, { 2 })", NULL},
    {"an error in between", "local seen = 0",
     "if seen > 0 then free() end seen = seen + 1 if bad then error('in between') end", NULL},
    {"a budget that ends in between", "local seen = 0",
     "if seen > 0 then free() end seen = seen + 1 if bad then while true do end end", NULL},
    {"memory that ends in between", "local seen",
     "if seen then free() end seen = { 1 } if bad then local s = 'x' while true do s = s .. s end end", NULL},
    {"a deep error in between",
     "local seen local function deep(n) seen = n if n > 0 then return 1 + deep(n - 1) end "
     "error('deep') end",
     "if seen then free() end if bad then deep(50) end", NULL},
    {"an error in a key of a sort", "local list, seen = require 'suanpan.list', 0",
     "if seen > 0 then free() end local t = list.sort({ 2, 1 }, function(x) seen = seen + 1 "
     "if bad then error('key') end return x end)",
     NULL},
    {"applies",
     "local seen = 0 function rule.applies(params) seen = seen + 1 if seen > 1 then return { tag = 'x' } end "
     "return { tag = 'soda' } end",
     "if seen > 0 then free() end", NULL},
    {"check", "local seen = 0 function rule.check(params) seen = seen + 1 return true end",
     "if seen > 0 then free() end", NULL},
    {"metatables", "local t = {}", "if t.x then free() end t.__index = { x = 1 }", SEALED},
    {"what the SDK made", "local list = require 'suanpan.list' local t = list.sort({ 2, 1 })",
     "if t[1] ~= 1 then free() end t[1] = 7", SEALED},
    {"parts of a text", "local text = require 'suanpan.text' local t = text.split('a,b', ',')",
     "if #t ~= 2 then free() end table.insert(t, 'c')", SEALED},
    {"the last of several", "local a, b, seen", "if seen then free() end a, b, seen = 1, 2, 3", NULL},
    {"the first of several", "local seen, a", "if seen then free() end seen, a = 1, 2", NULL},
    {"a function statement", "local seen", "if seen then free() end function seen() end", NULL},
    {"behind a label", "local seen", "if seen then free() end ::here:: seen = 1", NULL},
    {"behind a method", "local seen", "if seen then free() end local n = ('x'):len() seen = n", NULL},
    {"around a comment", "local seen", "if seen then free() end seen --[[ == ]] = --[=[ ]] ]=] 1", NULL},
    {"behind new variables", "local seen", "if seen then free() end local a, b seen = a == b", NULL},
    {"behind a constant", "local seen", "if seen then free() end local a <const> = 1 seen = a", NULL},
    {"behind a variable of the same name", "local seen", "if seen then free() end do local seen = 1 end seen = 2",
     NULL},
    {"on a line of its own", "local seen", "if seen then free() end\n  seen\n  =\n  1", NULL},
    {"behind a number", "local seen", "if seen then free() end local n = 0x.8p1 seen = n", NULL},
    {"behind a text", "local seen", "if seen then free() end local t = 'a\\z\n   b\\'' seen = t", NULL},
    {"too many tables", "local t = {} for i = 1, 400 do t[i] = {} end", "if t[7].x then free() end t[7].x = 1", NULL},
    {"too large a table", "local t = {} for i = 1, 3000 do t[i] = i end", "if t[7] ~= 7 then free() end t[7] = 0",
     NULL},
    {"an offer list of the file", "local mine = require('suanpan.offer').list() local n = 0",
     "local kept = mine n = n + 1 if n > 1 then free() end", NULL},
    {"an iterator of the file", "local step, state, at = ipairs({ 1, 2, 3 })",
     "local i = step(state, at) at = i if i > 1 then free() end", NULL},
};

static char *text_of(const struct memory *memory) {
  static const char form[] =
      "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n"
      "local rule = { name = 'promotion.evil', version = '1', api = 1, phase = 'promotion', summary = 'evil' }\n"
      "%s\n"
      "function rule.evaluate(basket, params, context)\n"
      "  local offers = offer.list()\n"
      "  local bad = #basket.lines > 1\n"
      "  local function free() offers:free(basket.lines[1]) end\n"
      "  %s\n"
      "  do return offers end\n"
      "end\n"
      "return rule\n";
  size_t size = sizeof form + strlen(memory->top) + strlen(memory->body);
  char *text = malloc(size);
  assert_non_null(text);
  snprintf(text, size, form, memory->top, memory->body);
  return text;
}

static const char *judge(struct twins *twins, const struct memory *memory, int round) {
  struct kit *kit = &twins->kept;
  bool bad = round % 2 == 1;
  bool fails = memory->said || (bad && strstr(memory->body, "if bad"));
  kit_clear(kit);
  kit_line(kit, "cola", 300, 3, soda);
  if (bad) kit_line(kit, "bad", 100, 1, soda);
  const char *why = price_both(twins);
  if (why) return why;
  if (kit->priced.net != (bad ? 1000 : 900)) return "it remembers";
  if (kit->priced.alarms != (fails ? 1 : 0)) return "wrong number of alarms";
  return memory->said && !strstr(kit->priced.trace, memory->said) ? "another sentence" : NULL;
}

static void nothing_is_remembered(void **state) {
  static const char campaigns[] = "{\"campaigns\":[{\"code\":\"E\",\"rule\":\"promotion.evil\"}]}";
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
    struct twins twins;
    char *text = text_of(&memories[i]);
    const char *why = NULL;
    open_twins(&twins, "rules/promotion/evil.lua", text, campaigns);
    for (int round = 0; round < 6 && !why; round++)
      why = judge(&twins, &memories[i], round);
    if (why) print_error("%s: %s: %s\n", memories[i].name, why, twins.kept.priced.trace);
    wrong += why != NULL;
    close_twins(&twins);
    free(text);
  }
  assert_int_equal(wrong, 0);
}

/* ---- Runs of a file ---- */

struct runs {
  int top, inside;
};

static void saw(const struct sp_rule_watch *self, const struct sp_rule_program *program, int32_t rule, int32_t line) {
  struct runs *runs = self->ctx;
  if (strcmp(program->rules[rule].file, "rules/t/x.lua") != 0) return;
  runs->top += line == 1;
  runs->inside += line == 5;
}

/* How often the file ran for ten baskets, of which the first may be its first run. */
static int runs_of(const char *top) {
  static const char campaigns[] = "{\"campaigns\":[{\"code\":\"X\",\"rule\":\"t.x\"}]}";
  char text[1000];
  struct runs runs = {0};
  const struct sp_rule_watch watch = {.line = saw, .ctx = &runs};
  struct kit kit;
  snprintf(text, sizeof text,
           "local top = 1\n%s\n"
           "return { name = 't.x', version = '1', api = 1, phase = 'check', summary = 'x',\n"
           "  evaluate = function()\n    return nil\n  end }\n",
           top);
  const struct sp_pack_file files[] = {
      {.path = "rules/t/x.lua", .text = text, .len = strlen(text)},
      {.path = "campaigns.json", .text = campaigns, .len = strlen(campaigns)},
  };
  struct sp_bundle_options options = {.files = files, .file_count = 2, .limits = sp_rule_limits_default()};
  options.limits.watch = &watch;
  if (kit_build(&kit, &options)) fail_msg("%s", kit.err.message);
  kit_line(&kit, "cola", 100, 1, NULL);
  runs = (struct runs){0};
  for (int i = 0; i < 10; i++)
    assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(runs.inside, 10);
  kit_close(&kit);
  return runs.top;
}

static void a_file_runs_once_a_machine(void **state) {
  (void)state;
  assert_int_equal(runs_of(""), 1);
  assert_int_equal(runs_of("local t = {} for i = 1, 100 do t[i] = { i } end"), 1);
  assert_int_equal(runs_of("local t = {} for i = 1, 400 do t[i] = { i } end"), 1); /* nothing holds on to it */
}

static void a_file_that_makes_too_much_runs_every_time(void **state) {
  (void)state;
  assert_int_equal(runs_of("local t = {} for i = 1, 400 do t[i] = {} end local f = function() return t end "
                           "local r = f do return { name = 't.x', version = '1', api = 1, phase = 'check', "
                           "summary = 'x', evaluate = function()\n"
                           "  local x = r\n  return nil\nend } end"),
                   10);
}

/* ---- What a file made is read like anything else ---- */

static const char *const readings[] = {
    "offers:percent(select.units(basket, FILTER), 500000, REASON)",
    "for i, tag in ipairs(TAGS) do offers:percent(select.units(basket, { tag = tag }), 100000 * i) end",
    "if #TAGS == 2 and table.concat(TAGS, '-') == 'soda-bakery' then offers:free(basket.lines[1], REASON) end",
    "offers:percent(select.lines(basket, { tags = TAGS }), list.sum(NUMBERS))",
    "local t = list.sort(NUMBERS, function(n) return -n end) table.insert(t, 1) offers:percent(basket.lines[1], t[1])",
    "local t = list.reverse(TAGS) if t[1] == 'bakery' then offers:free(basket.lines[1], NESTED.reason) end",
    "offers:amount_off(select.units(basket, NESTED.filter), NESTED.list[2].off)",
    "if basket.lines[1]:has_tag(TAGS[1]) then offers:note(REASON) end",
    ("local copy = {} for i, v in ipairs(TAGS) do copy[i] = v end copy[3] = 'x' "
     "offers:percent(select.units(basket, { tags = copy }), 300000)"),
    "if FILTER == NESTED.same and FILTER ~= REASON then offers:free(basket.lines[1]) end",
    "if TAGS[3] == nil and EMPTY.x == nil and #EMPTY == 0 then offers:free(select.units(basket, EMPTY)) end",
    "offers:free(basket.lines[1], EMPTY)",
    "NESTED.deep.f(offers, basket)",
};

static void add_soda(struct kit *kit, uint64_t dice) {
  kit_clear(kit);
  for (uint64_t i = 0; i <= dice % 5; i++)
    kit_line(kit, i % 2 ? "bun" : "cola", 100 + (int64_t)(dice >> 8) % 900, 1 + (int64_t)(dice >> 20) % 4,
             (dice >> i) % 3 ? soda : bakery);
}

static uint64_t roll(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static uint64_t seed(void) {
  const char *text = getenv("SP_SEED");
  uint64_t value = text ? strtoull(text, NULL, 10) : 20261122;
  print_message("seed %llu\n", (unsigned long long)value);
  return value ? value : 1;
}

static void what_a_file_made_can_be_read(void **state) {
  static const char top[] =
      "local list = require 'suanpan.list' "
      "local FILTER, REASON, TAGS = { tag = 'soda' }, { code = 'x', n = 1 }, { 'soda', 'bakery' } "
      "local NUMBERS, EMPTY = { 100000, 300000, 200000 }, {} "
      "local NESTED = { reason = { code = 'y' }, filter = { tags = TAGS }, list = { { off = 1 }, { off = 7 } }, "
      "same = FILTER, deep = { f = function(offers, basket) offers:percent(basket.lines[1], 250000, REASON) end } } "
      "local KEYS = { tag = TAGS } function rule.applies() return KEYS end";
  static const char campaigns[] = "{\"campaigns\":[{\"code\":\"E\",\"rule\":\"promotion.evil\"}]}";
  uint64_t dice = seed();
  (void)state;
  for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
    char *text = text_of(&(struct memory){.top = top, .body = readings[i]});
    struct twins twins;
    int told = 0;
    open_twins(&twins, "rules/promotion/evil.lua", text, campaigns);
    for (int round = 0; round < 20; round++) {
      add_soda(&twins.kept, roll(&dice));
      const char *why = price_both(&twins);
      if (why || twins.kept.priced.alarms > 0)
        fail_msg("%s: %s: %s", readings[i], why ? why : "an alarm", twins.kept.priced.trace);
      told += twins.kept.priced.discount > 0 || twins.kept.priced.note_count > 0;
    }
    if (told == 0) fail_msg("%s: nothing came of it", readings[i]);
    close_twins(&twins);
    free(text);
  }
}

/* ---- Answers of hooks ---- */

static void ask(struct kit *kit, const char *wanted) {
  struct cJSON *json = NULL;
  const char *said = NULL;
  size_t len = 0;
  int32_t at = 0;
  while (strcmp(kit->vm->program->campaigns[at].code, "H") != 0)
    at++;
  assert_int_equal(sp_json_parse("{}", 2, &json, NULL), 0);
  int rc = kit->vm->api->decide(kit->vm, at, json, &kit->context, &kit->arena, &said, &len, &kit->err);
  sp_json_free(json);
  if (rc) fail_msg("%s", kit->err.message);
  assert_string_equal(said, wanted);
}

static void a_hook_may_give_what_its_file_made(void **state) {
  static const char text[] =
      "local n = 0\n"
      "local ANSWER = { list = { 1, 2, { a = 'x' } }, text = 't', yes = true }\n"
      "return { name = 'my.hook', version = '1', api = 1, phase = 'hook', hook = 'points.earn', summary = 's',\n"
      "  evaluate = function()\n"
      "    n = n + 1\n"
      "    return { n = n, kept = ANSWER }\n"
      "  end }\n";
  static const char campaigns[] = "{\"campaigns\":[{\"code\":\"H\",\"rule\":\"my.hook\"}]}";
  struct twins twins;
  (void)state;
  open_twins(&twins, "rules/my/hook.lua", text, campaigns);
  for (int round = 0; round < 3; round++) {
    ask(&twins.kept, "{\"kept\":{\"list\":[1,2,{\"a\":\"x\"}],\"text\":\"t\",\"yes\":true},\"n\":1}");
    ask(&twins.anew, "{\"kept\":{\"list\":[1,2,{\"a\":\"x\"}],\"text\":\"t\",\"yes\":true},\"n\":1}");
  }
  assert_true(twins.kept.vm->charged == twins.anew.vm->charged);
  close_twins(&twins);
}

/* ---- The built-in rules ---- */

static const char *const shop =
    "{\"campaigns\":["
    "{\"code\":\"A\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"bakery\",\"percent\":200000}},"
    "{\"code\":\"B\",\"rule\":\"promotion.multibuy\",\"params\":{\"tag\":\"soda\"}},"
    "{\"code\":\"C\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"soda\",\"percent\":70000}},"
    "{\"code\":\"D\",\"rule\":\"promotion.buy_one_get_one\",\"params\":{\"tag\":\"bakery\"}},"
    "{\"code\":\"F\",\"rule\":\"check.age\",\"params\":{\"tag\":\"soda\"}}]}";

/* A rule that changes whatever it can reach, differently from basket to basket. */
static const char *const restless =
    "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n"
    "local n, kept, f = 1, nil, nil\n"
    "local rule = { name = 'promotion.restless', version = '1', api = 1, phase = 'promotion', stacking = 'restless',\n"
    "  summary = 'changes its mind', campaign = 'RESTLESS' }\n"
    "function rule.evaluate(basket)\n"
    "  local offers = offer.list()\n"
    "  for _, line in ipairs(basket.lines) do\n"
    "    n = n + line.units\n"
    "    if f then n = f(n) end\n"
    "    f = function(x) return x + #line.code end\n"
    "    if n % 7 == 0 then error('seven') end\n"
    "    if n % 11 == 0 then while true do kept = { kept } end end\n"
    "    offers:amount_off(line, n)\n"
    "  end\n"
    "  if n % 2 == 0 then _ENV = { n = n } end\n"
    "  return offers\n"
    "end\n"
    "return rule\n";

static void kept_files_and_files_run_anew_say_the_same(void **state) {
  struct twins twins;
  uint64_t dice = seed();
  (void)state;
  open_twins(&twins, "rules/promotion/restless.lua", restless, shop);
  for (int i = 0; i < BASKETS; i++) {
    add_soda(&twins.kept, roll(&dice));
    const char *why = price_both(&twins);
    if (why) fail_msg("basket %d: %s:\n%s\n%s", i, why, twins.kept.priced.trace, twins.anew.priced.trace);
  }
  close_twins(&twins);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_remembered),
      cmocka_unit_test(a_file_runs_once_a_machine),
      cmocka_unit_test(a_file_that_makes_too_much_runs_every_time),
      cmocka_unit_test(what_a_file_made_can_be_read),
      cmocka_unit_test(a_hook_may_give_what_its_file_made),
      cmocka_unit_test(kept_files_and_files_run_anew_say_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
