/* What a rule that never ends costs before it is stopped: whatever it does, about as much as an empty loop does. The
 * budget counts what stock Lua and our own functions do behind one instruction; a kind of work that is much dearer than
 * its charge shows here.
 *
 * Processor time of this thread is measured, never the clock, and each round of a kind has a round of the empty loop
 * beside it: the median of their ratios says the same on a slow machine and on a busy one. */
#include "kit.h"

#include <time.h>

#define ROUNDS       5
#define ROUNDS_AGAIN 25 /* before a kind is called too dear */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RATIO_MAX 25 /* our C is slowed down there, stock Lua is not */
#else
#define RATIO_MAX 4
#endif

static const char *const soda[] = {"soda", NULL};

struct kind {
  const char *name, *top, *body;
};

static const struct kind kinds[] = {
    {"counting", "", "local i = 0 while true do i = i + 1 end"},
    {"new tables", "", "while true do local t = {} end"},
    {"new tables with a name", "", "while true do local t = { a = 1 } end"},
    {"new lists", "", "while true do local t = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 } end"},
    {"growing tables", "", "while true do local t = {} t.a = 1 t.b = 1 t.c = 1 t.d = 1 t.e = 1 end"},
    {"a growing list", "", "local t, i = {}, 0 while true do i = i + 1 t[i] = i end"},
    {"a growing dictionary", "", "local t, i = {}, 0 while true do i = i + 1 t['k' .. i] = i end"},
    {"closures", "", "while true do local y = 0 local f = function() y = 1 return y end end"},
    {"joining numbers", "", "while true do local s = 1 .. 1 .. 1 .. 1 .. 1 .. 1 .. 1 .. 1 .. 1 .. 1 .. 1 .. 1 end"},
    {"joining two numbers", "", "local a, b = 1234567, 7654321 while true do local s = a .. b end"},
    {"joining in a function of its own", "local function join(a, b) return a .. b end",
     "while true do join(1234567, 7654321) end"},
    {"joining floats", "", "while true do local s = 1e300 .. 1e300 end"},
    {"joining computed floats", "", "local x = 1 / 3 while true do local s = x .. x end"},
    {"joining long texts", "", "local a = ('x'):rep(500) while true do local s = a .. a end"},
    {"long texts as names", "", "local a, t = ('x'):rep(500), {} while true do local s = a .. a t[s] = nil end"},
    {"comparing texts", "", "local a = ('x'):rep(1000) local b = a:sub(1, 999) while true do local n = a < b end"},
    {"equal texts", "", "local a = ('x'):rep(1000) local b = a:sub(1) while true do local n = a == b end"},
    {"deep recursion", "", "local function f(n) return 1 + f(n + 1) end f(1)"},
    {"tail calls", "", "local function f() return f() end f()"},
    {"counting a list", "", "local t = { 1, 2, 3 } while true do local n = #t end"},
    {"walking a list", "", "local t = { 1, 2, 3, 4, 5, 6, 7, 8, 9 } while true do for i, x in ipairs(t) do end end"},
    {"walking lines", "", "while true do for i, line in ipairs(basket.lines) do end end"},
    {"reading fields", "", "local line = basket.lines[1] while true do local c = line.code end"},
    {"reading sums", "", "while true do local g = basket.gross end"},
    {"tags", "", "local line = basket.lines[1] while true do local h = line:has_tag('bread') end"},
    {"selecting", "", "while true do select.units(basket, { tag = 'soda' }) end"},
    {"selecting everything", "", "while true do select.units(basket) end"},
    {"selecting lines", "", "while true do select.lines(basket, { not_tags = { 'a', 'b', 'c', 'd', 'e', 'f' } }) end"},
    {"adding up", "", "while true do select.total(basket, { category = 'food' }) end"},
    {"slicing", "", "local u = select.units(basket) while true do u:slice(2, 5) end"},
    {"joining units", "", "local u = select.units(basket) while true do select.join(u, u) end"},
    {"units one by one", "", "local u = select.units(basket) while true do local x = u[3].price end"},
    {"sorting", "local list = require 'suanpan.list'",
     "local t = {} for i = 1, 200 do t[i] = i * 7919 % 211 end while true do list.sort(t) end"},
    {"sorting by a function", "local list = require 'suanpan.list'",
     "local t = {} for i = 1, 200 do t[i] = i * 7919 % 211 end while true do list.sort(t, function(x) return -x end) "
     "end"},
    {"inserting at the front", "", "local t = {} while true do table.insert(t, 1, 1) end"},
    {"connecting a list", "", "local t = {} for i = 1, 200 do t[i] = i end while true do table.concat(t, ',') end"},
    {"cutting texts", "", "local a = ('xyz'):rep(300) while true do local s = a:sub(3, 800) end"},
    {"short cuts", "",
     "local a = ('xyz'):rep(300) local i = 1 while true do i = i % 800 + 1 local s = a:sub(i, i + 30) end"},
    {"repeating", "", "while true do local s = ('x'):rep(1000) end"},
    {"searching texts", "", "local a, b = ('x'):rep(1000), ('x'):rep(500) .. 'y' while true do a:contains(b) end"},
    {"splitting", "local text = require 'suanpan.text'",
     "local a = ('x,'):rep(200) while true do text.split(a, ',') end"},
    {"upper case", "", "local a = ('x'):rep(1000) while true do a:upper() end"},
    {"characters", "local text = require 'suanpan.text'",
     "local a = ('x'):rep(1000) while true do text.len_utf8(a) end"},
    {"numbers as texts", "", "local i = 0 while true do i = i + 1 tostring(i) end"},
    {"texts as numbers", "", "while true do tonumber('123456789012345678') end"},
    {"money", "local money = require 'suanpan.money'", "while true do money.muldiv(123456789, 987654321, 1000003) end"},
    {"columns of a text", "local text = require 'suanpan.text'",
     "local a = ('算'):rep(300) while true do text.columns(a) end"},
    {"quantities as text", "local text = require 'suanpan.text'", "while true do text.quantity(123456789) end"},
    {"rates as text", "local text = require 'suanpan.text'", "while true do text.percent(123456) end"},
    {"money as text", "local money = require 'suanpan.money'", "while true do money.text(123456789) end"},
    {"dates", "local calendar = require 'suanpan.calendar'", "while true do calendar.add_days(20260101, 400) end"},
    {"methods", "", "local s = 'x' while true do s:len() end"},
    {"requiring", "", "while true do require 'suanpan.money' end"},
    {"comparing numbers of C", "", "while true do math.max(1, 2, 3, 4, 5, 6, 7, 8, 9) end"},
    {"short-lived names", "", "local t, i = {}, 0 while true do i = i + 1 t['x' .. i] = 1 t['x' .. (i - 1)] = nil end"},
    {"empty lists of offers", "", "while true do offer.list() end"},
    {"notes", "", "while true do local o = offer.list() o:note({ code = 'x' }) end"},
};

/* A machine with a rule that does this, and the basket it does it to. */
struct runner {
  struct kit kit;
  struct sp_line_price prices[10];
  struct sp_rule_view view;
  int32_t campaign;
  bool stopped; /* by the budget, every time */
};

static void runner_open(struct runner *runner, const struct kind *kind) {
  char text[8192];
  struct kit *kit = &runner->kit;
  snprintf(text, sizeof text,
           "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n%s\n"
           "local rule = { name = 'stock.evil', version = '1', api = 1, phase = 'stock', summary = 'evil', campaign = "
           "'EVIL' }\nfunction rule.evaluate(basket, params, context)\n  %s\nend\nreturn rule\n",
           kind->top, kind->body);
  *runner = (struct runner){.prices[0] = {.unit_price = 5, .gross = 15, .net = 15}, .stopped = true};
  if (kit_open(kit, "rules/stock/evil.lua", text, NULL)) fail_msg("%s: %s", kind->name, kit->err.message);
  for (int i = 0; i < 10; i++)
    kit_line(kit, "cola", 300 + i, 3, soda)->category = "food/drink";
  runner->view = (struct sp_rule_view){.basket = &kit->basket, .context = &kit->context, .prices = runner->prices};
  while (strcmp(kit->vm->program->campaigns[runner->campaign].code, "EVIL") != 0)
    runner->campaign++;
}

static double processor_us(void) {
  struct timespec now;
  assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double run(struct runner *runner) {
  struct kit *kit = &runner->kit;
  struct sp_rule_result result;
  kit->vm->api->begin(kit->vm, &runner->view);
  double start = processor_us();
  if (kit->vm->api->evaluate(kit->vm, runner->campaign, &kit->arena, &result, &kit->err) != SP_E_RULE)
    runner->stopped = false;
  double took = processor_us() - start;
  kit->vm->api->end(kit->vm);
  sp_arena_reset(&kit->arena);
  return took;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* How many empty loops it costs. */
static double ratio(struct runner *runner, struct runner *empty, int rounds) {
  double ratios[ROUNDS_AGAIN];
  for (int round = 0; round < rounds; round++) {
    double base = run(empty);
    ratios[round] = run(runner) / base;
  }
  qsort(ratios, (size_t)rounds, sizeof ratios[0], ascending);
  return ratios[rounds / 2];
}

static void every_runaway_costs_what_an_empty_loop_does(void **state) {
  static const struct kind nothing = {"an empty loop", "", "while true do end"};
  static struct runner empty;
  static struct runner runner;
  int wrong = 0;
  (void)state;
  runner_open(&empty, &nothing);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    runner_open(&runner, &kinds[i]);
    double dear = ratio(&runner, &empty, ROUNDS);
    if (dear > RATIO_MAX) dear = ratio(&runner, &empty, ROUNDS_AGAIN);
    if (getenv("SP_VERBOSE")) print_message("%5.1f  %s\n", dear, kinds[i].name);
    bool good = runner.stopped && dear <= RATIO_MAX;
    if (!good)
      print_error("%s: as dear as %.1f empty loops%s\n", kinds[i].name, dear, runner.stopped ? "" : ", not stopped");
    wrong += !good;
    kit_close(&runner.kit);
  }
  assert_true(empty.stopped);
  assert_int_equal(wrong, 0);
  kit_close(&empty.kit);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_runaway_costs_what_an_empty_loop_does)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
