/* What rules try in order to hang, grow or escape (isolation.c: to remember), and what happens instead: the evaluation
 * ends, the campaign is an alarm, the sale goes on at the price without it, and the machine serves the next basket. */
#include "base/clock.h"
#include "kit.h"

#define CASE_SECONDS 5 /* generous: under the sanitizers on a busy machine; the worst case takes well below one */

static const char *const head =
    "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n"
    "local rule = { name = 'promotion.evil', version = '1', api = 1, phase = 'promotion', summary = 'evil',\n"
    "  campaign = 'EVIL', params = { tag = { type = 'tag', default = 'soda', doc = 'a tag' },\n"
    "    tags = { type = 'tags', default = { 'soda', 'water' }, doc = 'tags' } } }\n";
static const char *const soda[] = {"soda", NULL};

struct attack {
  const char *name;
  const char *body; /* of evaluate(basket, params, context) */
  const char *said; /* part of the alarm's sentence; null: no alarm */
};

static const struct attack attacks[] = {
    {"endless loop", "while true do end", "more instructions"},
    {"endless repeat", "repeat local x = {} until false", "more instructions"},
    {"goto", "::again:: goto again", "more instructions"},
    {"widest for", "for i = math.mininteger, math.maxinteger do end", "more instructions"},
    {"tail recursion", "local function f() return f() end f()", "more instructions"},
    {"deep recursion", "local function f(n) return 1 + f(n + 1) end f(1)", ""},
    {"recursion with many values", "local function f(...) return f(1, 2, 3, ...) end f()", "has no '...'"},
    {"many results", "local function f() return 1, 2, 3, 4, 5, 6, 7, 8, 9 end while true do local t = { f() } end",
     "more instructions"},
    {"endless ipairs", "for i in ipairs(basket.lines) do while i do end end", "more instructions"},
    {"repeat a text 2^60 times", "string.rep('', 1 << 60)", "times must be from 0"},
    {"repeat a text to gigabytes", ";('x'):rep(1 << 40)", "times must be from 0"},
    {"joined to 2 KiB", "local s = ('x'):rep(1000) .. ('x'):rep(1000)", "more memory"},
    {"doubling text", "local s = 'x' while true do s = s .. s end", "more memory"},
    {"growing text", "local s = '' while true do s = s .. 'xxxxxxxxxxxxxxxx' end", "more memory"},
    {"copying long texts", "local s, t = ('x'):rep(1000) while true do t = s .. 'y' end", "more instructions"},
    {"comparing long texts", "local a = ('x'):rep(1000) local b, n = a .. 'y', 0 while true do n = a < b end",
     "more instructions"},
    {"searching long texts", "local a = ('x'):rep(1000) while true do a:contains(('x'):rep(500) .. 'y') end",
     "more instructions"},
    {"table hog", "local t = {} for i = 1, 1 << 40 do t[i] = { i } end", ""},
    {"wide table hog",
     "local t = {} for i = 1, 1 << 40 do t[i] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, a = {}, b = {} } end", ""},
    {"garbage under a full memory",
     "local t = {} for i = 1, 120000 do t[i] = { i } end local u while true do u = { {}, {}, {}, {} } end", ""},
    {"rebuilding a hash part",
     "local t = {} for i = 1, 2048 do t['k' .. i] = 1 end local i = 1 while true do t['k' .. i] = nil i = i + 1 "
     "t['k' .. (i + 2048)] = 1 end",
     "more instructions"},
    {"rebuilding an array part",
     "local t = {} for i = 1, 65536 do t[i] = i end t.a = 1 t.b = 1 local i = 0 while true do i = i + 1 "
     "t['x' .. i] = 1 t['x' .. (i - 1)] = nil end",
     "more instructions"},
    {"inserting at the front", "local t = {} while true do table.insert(t, 1, 1) end", "more instructions"},
    {"joining", "local t = {} for i = 1, 2000 do t[i] = 'xxxxxxxxxx' end table.concat(t)", "longer than"},
    {"sorted units for ever", "while true do select.units(basket, { tag = 'soda' }) end", "more instructions"},
    {"pairs", "for k in pairs(params) do end", "no 'pairs'"},
    {"next", "next(params)", "no 'next'"},
    {"pcall", "while true do pcall(function() while true do end end) end", "no 'pcall'"},
    {"xpcall", "xpcall(error, function() while true do end end)", "no 'xpcall'"},
    {"coroutine", "coroutine.wrap(function() while true do end end)()", "no 'coroutine'"},
    {"setmetatable", "setmetatable({}, { __gc = function() while true do end end })", "no 'setmetatable'"},
    {"getmetatable", "getmetatable('').__index.upper = nil", "no 'getmetatable'"},
    {"rawset", "rawset(offer, 'list', nil)", "no 'rawset'"},
    {"rawget", "rawget(offer, 'list')", "no 'rawget'"},
    {"load", "load('while true do end')()", "no 'load'"},
    {"bytecode through load", "load('\\27Lua', 'x', 'b')", "no 'load'"},
    {"loadstring", "loadstring('return 1')", "no 'loadstring'"},
    {"dofile", "dofile('/etc/passwd')", "no 'dofile'"},
    {"loadfile", "loadfile('/etc/passwd')", "no 'loadfile'"},
    {"string.dump", "string.dump(rule.evaluate)", "no 'dump'"},
    {"os.execute", "os.execute('true')", "no 'os'"},
    {"os.exit", "os.exit(1)", "no 'os'"},
    {"io.open", "io.open('/etc/passwd')", "no 'io'"},
    {"debug.sethook", "debug.sethook()", "no 'debug'"},
    {"package.loadlib", "package.loadlib('libc.so.6', 'system')", "no 'package'"},
    {"require os", "require 'os'", "no module 'os'"},
    {"require a path", "require '../../../etc/passwd'", "no module"},
    {"require of a number", "require(1)", "must be text"},
    {"collectgarbage", "collectgarbage('stop')", "no 'collectgarbage'"},
    {"_G", "_G.x = 1", "no '_G'"},
    {"print", "print('to the log')", "no 'print'"},
    {"utf8", "utf8.char(1)", "no 'utf8'"},
    {"math.random", "math.random()", "no 'random'"},
    {"clock", "os.clock()", "no 'os'"},
    {"pattern bomb", ";('a'):rep(1000):find('.-.-.-b')", "no 'find'"},
    {"gsub", ";('x'):gsub('x', string.rep)", "no 'gsub'"},
    {"format of an address", ";('%p'):format({})", "no 'format'"},
    {"new global", "total = 1", "read-only"},
    {"global through _ENV", "_ENV.total = 1", "read-only"},
    {"patched library", "string.upper = nil", "read-only"},
    {"patched module", "offer.list = function() end", "read-only"},
    {"patched string method", "local s = '' s.upper = 1", ""},
    {"patched require", "require = nil", "read-only"},
    {"changed parameters", "params.tag = 'bread'", "read-only"},
    {"raw insert into parameters", "table.insert(params, 1)", "read-only"},
    {"raw remove from a module", "table.remove(select)", "read-only"},
    {"changed basket", "basket.lines = {}", "read-only"},
    {"changed line", "basket.lines[1].price = 1", "read-only"},
    {"changed lines", "basket.lines[1] = nil", "read-only"},
    {"changed context", "context.weekday = 1", "read-only"},
    {"unknown field", "return basket.lines[1].colour", "no field 'colour'"},
    {"unknown global", "return baskte.lines", "no 'baskte'"},
    {"basket as a list", "return basket[1]", "no field"},
    {"to-be-closed", "local x <close> = basket", "non-closable"},
    {"number in a text", "return '10' + 1", "arithmetic"},
    {"float in a for", "for i = 1.5, 2 do error('float') end", "float"},
    {"division by zero", "return 1 // 0", "divide by zero"},
    {"error with a table", "error({ code = 1 })", "a table value"},
    {"error with nil", "error()", "a nil value"},
    {"error with a function", "error(error)", "a function value"},
    {"error with control characters", "error('a\\n\\27[2Jb\\255')", "a??[2Jb?"},
    {"error with a huge text", "error(('x'):rep(1000))", "xxxx"},
    {"assert", "assert(false)", "assertion failed"},
    {"addresses in a text", "error('<' .. tostring({}) .. tostring(error) .. tostring(basket) .. '>')",
     "<tablefunctionuserdata>"},
    {"handle in a text", "error('' .. basket)", "concatenate"},
    {"too many offers", "for i = 1, 100000 do offers:free(basket.lines[1]) end", "4096 offers"},
    {"too large a reason", "offers:free(basket.lines[1], { text = ('x'):rep(600) })", "512 bytes"},
    {"nested reason", "offers:free(basket.lines[1], { text = {} })", "must be text"},
    {"zero bytes in a text", "local a = 'x\\0y'", "no zero bytes"},
    {"zero bytes in hexadecimal", "local a = '\\x00'", "no zero bytes"},
    {"zero bytes in unicode", "local a = '\\u{000}'", "no zero bytes"},
    {"values without names", "local function f(...) local a = ... return a end f()", "has no '...'"},
    {"counting values", "select('#', 1, 2)", "attempt to call"},
    {"floats joined for ever", "while true do local s = 1e300 .. 1e-300 end", "more instructions"},
    {"integers joined for ever", "while true do local s = 1 .. 2 .. 3 .. 4 .. 5 .. 6 .. 7 .. 8 end",
     "more instructions"},
    {"a for with floats", "for i = 1.0, 1e300, 0.5 do end", "more instructions"},
    {"a for that never ends", "for i = 1, math.huge do end", "no 'huge'"},
    {"not a number as an amount", "offers:amount_off(basket.lines[1], 0 / 0)", "a float"},
    {"infinity as an amount", "offers:amount_off(basket.lines[1], 1 / 0)", "a float"},
    {"negative zero as an amount", "offers:amount_off(basket.lines[1], -0.0)", "a float"},
    {"a whole float as an amount", "offers:amount_off(basket.lines[1], 100.0)", "a float"},
    {"text as an amount", "offers:amount_off(basket.lines[1], '100')", "must be an integer"},
    {"a bound that wraps", "offers:amount_off(basket.lines[1], math.maxinteger + 1)", "from 0"},
    {"a sum that wraps", "require('suanpan.money').add(9007199254740991, 1)", "out of range"},
    {"a product that wraps", "require('suanpan.money').muldiv(9007199254740991, 9007199254740991, 1)", "out of range"},
    {"division of money by zero", "require('suanpan.money').muldiv(1, 1, 0)", "out of range"},
    {"a step of zero", "require('suanpan.money').floor_to(1, 0)", "step must be from 1"},
    {"a date that is none", "require('suanpan.calendar').weekday(20260230)", "must be a date"},
    {"a date out of this world", "require('suanpan.calendar').add_days(99991231, 1)", "outside the years"},
    {"a list of a million", "local t = {} for i = 1, 20000 do t[i] = i end require('suanpan.list').sum(t)", "entries"},
    {"sorting by what is no key", "require('suanpan.list').sort({ {}, {} })", "to sort by"},
    {"sorting texts and numbers", "require('suanpan.list').sort({ 1, 'a' })", "not by both"},
    {"sorting in a sort",
     "local list = require 'suanpan.list' local function key(x) list.sort({ 1, 2 }, key) return 1 end "
     "list.sort({ 1, 2 }, key)",
     "overflow"},
    {"sorting for ever",
     "local list, t = require 'suanpan.list', {} for i = 1, 500 do t[i] = -i end "
     "while true do list.sort(t) end",
     "more instructions"},
    {"a key that never ends", "require('suanpan.list').sort({ 1, 2 }, function() while true do end end)",
     "more instructions"},
    {"a list with holes", "local t = {} t[1] = 1 t[3] = 3 local x = require('suanpan.list').sum({ 1, nil, 3 })",
     "no integer"},
    {"an offer with a hole", "offers:free({ basket.lines[1], nil, basket.lines[1] })", "must be a line"},
    {"select with another self", "select.units(params)", "must be the basket"},
    {"select with itself", "select.units(select, {})", "must be the basket"},
    {"methods of another type", "offers.free(basket, basket.lines[1])",
     "what stands before the colon must be an offer list"},
    {"units of lines", "select.units(basket).slice(basket.lines, 1)", "must be units"},
    {"a slice from nowhere", "select.units(basket):slice(0, 1)", "first must be from 1"},
    {"groups of none", "select.units(basket):groups(0)", "n must be from 1 to 1000000"},
    {"a share below nothing", "offers:percent(select.units(basket), -5)", "ppm must be from 0 to 1000000"},
    {"a slice of floats", "select.units(basket):slice(1.5)", "a float"},
    {"joining with nothing", "select.join(select.units(basket), nil)", "must be units"},
    {"a filter that is misspelled", "select.units(basket, { tagg = 'soda' })", "no field 'tagg'"},
    {"a filter with a float", "select.units(basket, { expires_within = 1.5 })", "must be an integer"},
    {"a filter of filters", "select.units(basket, { tags = { { 'soda' } } })", "must be text"},
    {"a filter without end", "local t = {} for i = 1, 2000 do t[i] = 'x' end select.units(basket, { tags = t })",
     "more than 1000"},
    {"goods of nothing", "require('suanpan.goods').filter()", "must be the parameters, not no value"},
    {"goods of a text", "require('suanpan.goods').keys('tag')", "must be the parameters, not string"},
    {"goods of the basket", "require('suanpan.goods').pieces(basket)", "must be the parameters, not userdata"},
    {"a misspelled declaration", "require('suanpan.goods').colour()", "no 'colour'"},
    {"by hand for nothing", "offer.by_hand(nil, 'x')", "must be a markdown, not nil"},
    {"by hand, of its own", "offer.by_hand({ kind = 'percent' }, 'x')", "has as its markdown"},
    {"by hand without a code", "offer.by_hand({ kind = 'percent', reason = '', approver = '' })", "code must be text"},
    {"by hand with a long code", "offer.by_hand({ kind = 'a', reason = '', approver = '' }, ('x'):rep(24))",
     "1 to 23 bytes"},
    {"a frozen filter", "select.units(basket, params)", "a table of your own"},
    {"changed lists of parameters", "params.tags[1] = 'bread'", "read-only"},
    {"an undeclared need", "return basket.member.points", "member.points"},
    {"undeclared tags", "basket.member:has_tag('x')", "member.tags"},
    {"undeclared use", "return context.used", "member.used"},
    {"changed member", "basket.member.staff = true", "read-only"},
    {"changed coupons", "basket.coupons[1] = 'FREE'", "read-only"},
    {"a long name", "local t = {} t[('x'):rep(1000)] = 1 offers:note({ [('x'):rep(100)] = 1 })", "1 to 32 bytes"},
    {"a reason in itself", "local r = {} r.r = r offers:note(r)", "must be text"},
    {"a code with control characters", "offers:confirm('a\\nb')", "control characters"},
    {"no code at all", "offers:confirm('')", "1 to 64 bytes"},
    {"a base that is none", "offers:percent(basket.lines[1], 1, nil, 'net')", "'gross' or 'remaining'"},
    {"taking along what is none", "offers:free(basket.lines[1], nil, 5)", "with must be"},
    {"an offer of another phase", "offers:tag(basket.lines[1], 'free')", "may not make"},
    {"shadowed require", "local require = function() return { list = error } end require('x').list('mine')", "mine"},
    {"a module that is changed", "require('suanpan.money').percent = function() return 0 end", "read-only"},
    {"a new module", "require('suanpan.evil')", "no module"},
    {"string methods that are not", "return ('x'):dump()", "no 'dump'"},
    {"the metatable of texts", "return (''):__index()", "no '__index'"},
    {"warn", "warn('@on')", "no 'warn'"},
    {"rawequal", "rawequal(1, 1)", "no 'rawequal'"},
    {"rawlen", "rawlen({})", "no 'rawlen'"},
    {"unpack", "table.unpack({ 1, 2 })", "no 'unpack'"},
    {"table.move", "table.move({}, 1, 1 << 40, 2)", "no 'move'"},
    {"table.sort", "table.sort({ 3, 2 }, function() return true end)", "no 'sort'"},
    {"string.byte", "string.byte('x')", "no 'byte'"},
    {"string.char", "string.char(0)", "no 'char'"},
    {"string.gmatch", "string.gmatch('x', '.')", "no 'gmatch'"},
    {"upvalues", "debug.setupvalue(offer.list, 1, nil)", "no 'debug'"},
    {"a file handle", "io.popen('id')", "no 'io'"},
    {"environment", "os.getenv('HOME')", "no 'os'"},
    {"garbage for ever", "while true do local t = { {}, {}, {}, {}, {}, {}, {}, {} } end", "more instructions"},
    {"replaced _ENV", "_ENV = { } ", NULL},
    {"an _ENV of its own", "local _ENV = { x = 1 } x = 2", NULL},
    {"no offers", "return nil", NULL},
};

static int open_attack(struct kit *kit, const char *top, const char *body) {
  char *text = malloc(262144);
  snprintf(text, 262144,
           "%s%s\nfunction rule.evaluate(basket, params, context)\n  local offers = offer.list()\n  %s\n%s", head, top,
           body, strstr(body, "return") ? "end\nreturn rule\n" : "  return offers\nend\nreturn rule\n");
  int rc = kit_open(kit, "rules/promotion/evil.lua", text, NULL);
  free(text);
  return rc;
}

/* What is wrong with the answer to an attack, or null. */
static const char *judge(const struct kit *kit, const struct attack *attack, int64_t took) {
  if (took > (int64_t)CASE_SECONDS * 1000000) return "it took too long";
  if (kit->priced.gross != 900 || kit->priced.net != 900) return "the price changed";
  if (kit->priced.alarms != (attack->said ? 1 : 0)) return "wrong number of alarms";
  if (!attack->said) return NULL;
  if (!strstr(kit->priced.trace, attack->said)) return "another sentence";
  return strstr(kit->priced.trace, "promotion/evil.lua:") ? NULL : "no file and line";
}

static int run_attack(const struct attack *attack) {
  struct kit kit;
  int wrong = 0;
  if (open_attack(&kit, "", attack->body)) { /* what a look at the text refuses already */
    bool right =
        attack->said && strstr(kit.err.message, attack->said) && strstr(kit.err.message, "promotion/evil.lua:");
    if (!right) print_error("%s: %s\n", attack->name, kit.err.message);
    kit_close(&kit);
    return !right;
  }
  for (int round = 0; round < 2 && !wrong; round++) {
    kit.basket.count = 0;
    kit_line(&kit, "cola", 300, 3, soda);
    int64_t start = sp_clock_monotonic_us();
    assert_int_equal(kit_price(&kit), 0);
    int64_t took = sp_clock_monotonic_us() - start;
    const char *why = judge(&kit, attack, took);
    if (getenv("SP_VERBOSE")) print_message("%8lld us  %s\n", (long long)took, attack->name);
    if (why) print_error("%s: %s: %s\n", attack->name, why, kit.priced.trace);
    wrong = why != NULL;
  }
  kit_close(&kit);
  return wrong;
}

static void attacks_end_and_the_sale_goes_on(void **state) {
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
    wrong += run_attack(&attacks[i]);
  assert_int_equal(wrong, 0);
}

/* Files that must not even load. */
static void bad_files_are_refused_with_their_line(void **state) {
  static const struct {
    const char *top, *said;
  } cases[] = {
      {"while true do end", "promotion/evil.lua:"},
      {"local s = 'x' while true do s = s .. s end", "memory"},
      {"rule.colour = 1", "unknown field 'colour'"},
      {"rule.name = 'promotion.other'", "path of its file"},
      {"rule.name = nil", "rule.name"},
      {"rule.phase = 'lunch'", "rule.phase"},
      {"rule.priority = 1.5", "rule.priority must be an integer"},
      {"rule.api = 2", "rule.api"},
      {"rule.check = 1", "check must be a function"},
      {"rule.params.tag.type = 'colour'", "params.tag.type"},
      {"rule.params.tag.defualt = 'x'", "unknown field 'defualt'"},
      {"rule.params.tag.doc = nil", "params.tag.doc"},
      {"rule.params.n = { type = 'integer', min = 5, max = 3, doc = 'n' }", "params.n.min"},
      {"rule.params.n = { type = 'integer', min = 5, default = 3, doc = 'n' }", "params.n.default"},
      {"rule.params.N = { type = 'integer', doc = 'n' }", "[a-z][a-z0-9_]*"},
      {"if then", "promotion/evil.lua:5:"},
      {"function rule.check(params) return 1 end", "check must return"},
      {"function rule.check(params) return nil, 'not today' end", "not today"},
      {"function rule.applies(params) return {} end", "must name a tag"},
      {"function rule.applies(params) return { tga = 'x' } end", "tag, category, product, level, coupon and markdown"},
      {"function rule.applies(params) return { tag = 1 } end", "text"},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kit kit;
    bool refused = open_attack(&kit, cases[i].top, "") != 0 && strstr(kit.err.message, cases[i].said) &&
                   strstr(kit.err.message, "promotion/evil.lua");
    if (!refused) print_error("%s: said '%s'\n", cases[i].top, kit.err.message);
    wrong += !refused;
    kit_close(&kit);
  }
  assert_int_equal(wrong, 0);
}

static void bytecode_and_nests_are_refused(void **state) {
  char nest[60000];
  struct kit kit;
  (void)state;
  assert_int_equal(kit_open(&kit, "rules/promotion/evil.lua", "\033Lua\x54", NULL), SP_E_RULE);
  kit_close(&kit);
  memset(nest, '(', sizeof nest - 1);
  memcpy(nest, "return ", 7);
  nest[sizeof nest - 1] = '\0';
  assert_int_equal(kit_open(&kit, "rules/promotion/evil.lua", nest, NULL), SP_E_RULE);
  kit_close(&kit);
}

/* The k-th allocation of a machine fails, for every k: an error or a price, never a crash, a leak or a wrong amount. */
static void memory_runs_out_everywhere(void **state) {
  struct sp_rule_limits limits = sp_rule_limits_default();
  int opened = 0;
  (void)state;
  for (size_t memory = 1024; memory < 4000000; memory += memory < 65536 ? 1024 : 16384) {
    struct kit kit;
    limits.memory = memory;
    if (kit_build(&kit, &(struct sp_bundle_options){.limits = limits}) == 0) {
      opened++;
      kit_line(&kit, "cola", 300, 3, soda);
      assert_int_equal(kit_price(&kit), 0);
      assert_int_equal(kit.priced.net, 900);
    }
    kit_close(&kit);
  }
  assert_true(opened > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attacks_end_and_the_sale_goes_on),
      cmocka_unit_test(bad_files_are_refused_with_their_line),
      cmocka_unit_test(bytecode_and_nests_are_refused),
      cmocka_unit_test(memory_runs_out_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
