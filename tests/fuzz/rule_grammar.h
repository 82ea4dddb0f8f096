/* The grammar of fuzz/rule.c: a rule written by the bytes of the input. Every choice is one byte, and 0, which is what
 * is left when the input is used up, is always a leaf: a program ends. Most of what it writes is sensible; now and then
 * a value is of the wrong kind. */
#ifndef SP_FUZZ_RULE_GRAMMAR_H
#define SP_FUZZ_RULE_GRAMMAR_H

#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DEPTH_MAX = 5, STATEMENTS_MAX = 40 };

/* ---- Choices ---- */

struct maker {
  const uint8_t *data;
  size_t size, at;
  struct sp_buf out;
  int depth, statements;
  bool hook;
};

/* One of `count`; 0 when the input is used up, which is always a leaf of the grammar. */
static unsigned pick(struct maker *m, unsigned count) {
  return m->at < m->size ? m->data[m->at++] % count : 0;
}

static void put(struct maker *m, const char *text) {
  sp_buf_puts(&m->out, text);
}

static void put_one(struct maker *m, const char *const *list, unsigned count) {
  put(m, list[pick(m, count)]);
}

#define ONE_OF(m, list) put_one(m, list, sizeof list / sizeof list[0])

/* ---- Expressions ---- */

enum want { INTEGER, TEXT, BOOLEAN, LINE, UNIT, LINES, UNITS, TARGET, TABLE, ANY, WANT_COUNT };

static void expression(struct maker *m, enum want want);

/* "f(a, b)" from "f(ii)": i integer, t text, b boolean, l line, u units, x target, T table, * any. */
static void call(struct maker *m, const char *shape) {
  static const char letters[] = "itblnLuxT*";
  const char *open = strchr(shape, '(');
  sp_buf_add(&m->out, shape, (size_t)(open - shape) + 1);
  for (const char *at = open + 1; *at != ')'; at++) {
    const char *letter = strchr(letters, *at);
    if (at > open + 1) put(m, ", ");
    expression(m, letter ? (enum want)(letter - letters) : ANY);
  }
  put(m, ")");
}

static void integer_call(struct maker *m) {
  static const char *const calls[] = {"money.add(ii)",
                                      "money.sub(ii)",
                                      "money.muldiv(iii)",
                                      "money.percent(ii)",
                                      "money.floor_to(ii)",
                                      "calendar.weekday(i)",
                                      "calendar.days_between(ii)",
                                      "calendar.add_days(ii)",
                                      "select.total(basket, T)",
                                      "list.sum(T)",
                                      "math.max(ii)",
                                      "math.min(ii)",
                                      "math.abs(i)",
                                      "text.len_utf8(t)",
                                      "tonumber(t)",
                                      "string.len(t)"};
  const char *shape = calls[pick(m, sizeof calls / sizeof calls[0])];
  if (!strchr(shape, ',')) {
    call(m, shape);
    return;
  }
  sp_buf_add(&m->out, shape, strlen(shape) - 2); /* its first argument is written out already */
  expression(m, TABLE);
  put(m, ")");
}

static void integer(struct maker *m) {
  static const char *const leaves[] = {"1",
                                       "0",
                                       "2",
                                       "a",
                                       "b",
                                       "7",
                                       "100",
                                       "1000000",
                                       "-1",
                                       "9007199254740991",
                                       "math.maxinteger",
                                       "math.mininteger",
                                       "#lines",
                                       "#units",
                                       "basket.gross",
                                       "basket.remaining",
                                       "context.business_date",
                                       "context.minute",
                                       "params.n",
                                       "#params.list",
                                       "params.prices['P1']",
                                       "line.quantity",
                                       "line.units",
                                       "20260228"};
  static const char *const operators[] = {" + ", " - ", " * ", " // ", " % ", " & ", " << ", " / ", " ^ "};
  switch (m->depth > DEPTH_MAX ? 0 : pick(m, 5)) {
  case 1:
    put(m, "(");
    expression(m, INTEGER);
    ONE_OF(m, operators);
    expression(m, INTEGER);
    put(m, ")");
    break;
  case 2:
    integer_call(m);
    break;
  default:
    ONE_OF(m, leaves);
    break;
  }
}

static void text(struct maker *m) {
  static const char *const leaves[] = {"'soda'",
                                       "s",
                                       "''",
                                       "'P1'",
                                       "'food/drink'",
                                       "line.code",
                                       "line.category",
                                       "params.name",
                                       "context.campaign",
                                       "'gross'",
                                       "'remaining'",
                                       "'\\195\\169'",
                                       "('x'):rep(200)",
                                       "basket.member.level",
                                       "params.list[1]",
                                       "'\\255'"};
  static const char *const calls[] = {"text.trim(t)",     "text.upper(t)",  "text.digits(t)",
                                      "money.text(i)",    "tostring(*)",    "string.sub(tii)",
                                      "table.concat(Tt)", "string.rep(ti)", "type(*)"};
  switch (m->depth > DEPTH_MAX ? 0 : pick(m, 4)) {
  case 1:
    put(m, "(");
    expression(m, TEXT);
    put(m, " .. ");
    expression(m, pick(m, 2) ? TEXT : INTEGER);
    put(m, ")");
    break;
  case 2:
    call(m, calls[pick(m, sizeof calls / sizeof calls[0])]);
    break;
  default:
    ONE_OF(m, leaves);
    break;
  }
}

static void boolean(struct maker *m) {
  static const char *const leaves[] = {"true",
                                       "false",
                                       "nil",
                                       "line.weighed",
                                       "basket.has_member",
                                       "basket.member.staff",
                                       "line.parent",
                                       "line.expires_in",
                                       "basket:has_coupon('C')"};
  static const char *const calls[] = {"line:has_tag(t)",         "line:in_category(t)",      "text.contains(tt)",
                                      "text.starts_with(tt)",    "calendar.in_minutes(iii)", "basket:choice(t)",
                                      "basket.member:has_tag(t)"};
  static const char *const operators[] = {" < ", " == ", " ~= ", " >= "};
  switch (m->depth > DEPTH_MAX ? 0 : pick(m, 4)) {
  case 1: {
    enum want side = pick(m, 2) ? TEXT : INTEGER;
    expression(m, side);
    ONE_OF(m, operators);
    expression(m, side);
    break;
  }
  case 2:
    call(m, calls[pick(m, sizeof calls / sizeof calls[0])]);
    break;
  default:
    ONE_OF(m, leaves);
    break;
  }
}

static void filter(struct maker *m) {
  static const char *const fields[] = {"tag", "category", "product", "not_tag"};
  static const char *const lists[] = {"tags", "categories", "products", "not_tags", "not_products"};
  static const char *const flags[] = {"weighed", "given", "scanned"};
  put(m, "{ ");
  for (unsigned i = pick(m, 3); i > 0; i--) {
    switch (pick(m, 4)) {
    case 0:
      ONE_OF(m, fields);
      put(m, " = ");
      expression(m, TEXT);
      break;
    case 1:
      ONE_OF(m, lists);
      put(m, pick(m, 2) ? " = params.list" : " = params.prices");
      break;
    case 2:
      put(m, "expires_within = ");
      expression(m, INTEGER);
      break;
    default:
      ONE_OF(m, flags);
      put(m, pick(m, 2) ? " = true" : " = false");
      break;
    }
    put(m, ", ");
  }
  put(m, "}");
}

static void table(struct maker *m) {
  switch (m->depth > DEPTH_MAX ? 0 : pick(m, 8)) {
  case 1:
    filter(m);
    break;
  case 2:
    put(m, "{ ");
    for (unsigned i = pick(m, 5); i > 0; i--) {
      expression(m, pick(m, 2) ? INTEGER : TEXT);
      put(m, ", ");
    }
    put(m, "}");
    break;
  case 3:
    put(m, "list.sort(");
    expression(m, TABLE);
    put(m, pick(m, 2) ? ", function(x) return " : ", function() return ");
    expression(m, INTEGER);
    put(m, " end)");
    break;
  case 4:
    call(m, pick(m, 2) ? "list.reverse(T)" : "text.split(tt)");
    break;
  case 5:
    put(m, "{ code = ");
    expression(m, TEXT);
    put(m, ", n = ");
    expression(m, INTEGER);
    put(m, " }");
    break;
  case 6:
    put(m, pick(m, 2) ? "basket.coupons" : "params.tiers");
    break;
  default:
    put(m, "t");
    break;
  }
}

static void units(struct maker *m) {
  switch (m->depth > DEPTH_MAX ? 0 : pick(m, 6)) {
  case 1:
    put(m, "select.units(basket, ");
    filter(m);
    put(m, ")");
    break;
  case 2:
    call(m, "select.join(uu)");
    break;
  case 3:
    call(m, pick(m, 2) ? "units:slice(ii)" : "units:last(i)");
    break;
  case 4:
    call(m, "units:first(i)");
    break;
  default:
    put(m, "units");
    break;
  }
}

static void thing(struct maker *m, enum want want) {
  static const char *const lines[] = {"line", "line", "lines[1]", "units[1].line", "lines[#lines]", "lines[a]"};
  static const char *const of_units[] = {"units[1]", "units[1]", "units[#units]", "units[2]", "units[b]"};
  if (want == TARGET) want = (enum want[]){LINE, UNIT, LINES, UNITS}[pick(m, 4)];
  if (want == UNITS) {
    units(m);
  } else if (want == LINES) {
    put(m, pick(m, 2) ? "select.lines(basket, t)" : "lines");
  } else if (want == LINE) {
    ONE_OF(m, lines);
  } else {
    ONE_OF(m, of_units);
  }
}

static void expression(struct maker *m, enum want want) {
  static const char *const odd[] = {"nil", "1.5",  "0/0",     "{}",     "basket", "offers", "function() end", "-0.0",
                                    "'1'", "math", "context", "params", "lines",  "1e300",  "error"};
  if (want == ANY) want = (enum want)pick(m, ANY);
  m->depth++;
  if (pick(m, 24) == 23)
    ONE_OF(m, odd);
  else if (want == INTEGER)
    integer(m);
  else if (want == TEXT)
    text(m);
  else if (want == BOOLEAN)
    boolean(m);
  else if (want == TABLE)
    table(m);
  else
    thing(m, want);
  m->depth--;
}

/* ---- Statements ---- */

static void block(struct maker *m, unsigned most);

static void offer(struct maker *m) {
  static const char *const shapes[] = {"offers:free(x)",    "offers:percent(xi)",      "offers:amount_off(xiT)",
                                       "offers:price(xi)",  "offers:total_off(xiTtu)", "offers:total_price(xiTu)",
                                       "offers:listed(xT)", "offers:block(x)",         "offers:tag(xt)",
                                       "offers:add(lti)",   "offers:confirm(tTx)",     "offers:approve(t)",
                                       "offers:refuse(tT)", "offers:tender(ti)",       "offers:count(i)",
                                       "offers:note(T)",    "offers:note(Tx)",         "offers:free(xTu)"};
  const char *shape = shapes[pick(m, sizeof shapes / sizeof shapes[0])];
  const char *open = strchr(shape, '(');
  sp_buf_add(&m->out, shape, (size_t)(open - shape) + 1);
  for (const char *at = open + 1; *at != ')'; at++) {
    if (at > open + 1) put(m, ", ");
    enum want want = *at == 'x'   ? TARGET
                     : *at == 'i' ? INTEGER
                     : *at == 't' ? TEXT
                     : *at == 'l' ? LINE
                     : *at == 'u' ? UNITS
                                  : TABLE;
    expression(m, want);
  }
  put(m, ")\n");
}

static void loop(struct maker *m) {
  switch (pick(m, 4)) {
  case 0:
    put(m, "for i = 1, ");
    expression(m, INTEGER);
    put(m, " do a = i ");
    break;
  case 1:
    put(m, "for i, x in ipairs(");
    expression(m, pick(m, 2) ? LINES : TABLE);
    put(m, ") do b = i ");
    break;
  case 2:
    put(m, "for _, line in ipairs(lines) do ");
    break;
  default:
    put(m, "while ");
    expression(m, BOOLEAN);
    put(m, " do ");
    break;
  }
  block(m, 3);
  put(m, " end\n");
}

static void assignment(struct maker *m) {
  static const struct {
    const char *left;
    enum want right;
  } places[] = {{"a = ", INTEGER},    {"b = ", INTEGER},    {"s = ", TEXT},        {"t = ", TABLE},
                {"units = ", UNITS},  {"line = ", LINE},    {"t[#t + 1] = ", ANY}, {"t.x = ", ANY},
                {"params.n = ", ANY}, {"basket.x = ", ANY}, {"lines = ", LINES}};
  unsigned at = pick(m, sizeof places / sizeof places[0]);
  put(m, places[at].left);
  expression(m, places[at].right);
  put(m, "\n");
}

static void statement(struct maker *m) {
  switch (m->depth > DEPTH_MAX ? 0 : pick(m, 8)) {
  case 0:
  case 1:
    if (m->hook)
      assignment(m);
    else
      offer(m);
    break;
  case 2:
    put(m, "if ");
    expression(m, BOOLEAN);
    put(m, " then ");
    block(m, 3);
    put(m, " else ");
    block(m, 2);
    put(m, " end\n");
    break;
  case 3:
    loop(m);
    break;
  case 4:
    put(m, "(function(a) ");
    block(m, 2);
    put(m, " end)(");
    expression(m, INTEGER);
    put(m, ")\n");
    break;
  case 5:
    put(m, pick(m, 2) ? "table.insert(t, " : "table.remove(t, ");
    expression(m, INTEGER);
    put(m, ")\n");
    break;
  default:
    assignment(m);
    break;
  }
}

static void block(struct maker *m, unsigned most) {
  m->depth++;
  for (unsigned i = pick(m, most + 1); i > 0 && m->statements < STATEMENTS_MAX; i--, m->statements++) {
    put(m, "; ");
    statement(m);
  }
  m->depth--;
}

static void program(struct maker *m) {
  put(m,
      "local offer, select, money, list = require 'suanpan.offer', require 'suanpan.select', require 'suanpan.money', "
      "require 'suanpan.list'\nlocal calendar, text = require 'suanpan.calendar', require 'suanpan.text'\n"
      "local rule = { name = 'a.b', version = '1', api = 1, summary = 's', ");
  put(m, m->hook ? "phase = 'hook', hook = 'a.b'" : "phase = 'promotion', needs = { 'member.tags' }");
  put(m, ", params = {\n  n = { type = 'integer', default = 3, doc = 'd' }, name = { type = 'text', default = 'soda', "
         "doc = "
         "'d' },\n  list = { type = 'texts', default = { 'P1', 'P2', 'soda' }, doc = 'd' },\n"
         "  tiers = { type = 'tiers', default = { { at = 1, value = 2 } }, doc = 'd' },\n"
         "  prices = { type = 'prices', default = { P1 = 100, P3 = 300 }, doc = 'd' } } }\n");
  put(m, m->hook ? "function rule.evaluate(input, params, context)\n  local t, a, b, s = { n = input.n }, 1, 2, 'x'\n"
                 : "function rule.evaluate(basket, params, context)\n  local offers, lines, units = offer.list(), "
                   "basket.lines, select.units(basket)\n  local line, t, a, b, s = lines[1], {}, 1, 2, 'x'\n");
  block(m, 12);
  put(m, m->hook ? "; return t\nend\nreturn rule\n" : "; return offers\nend\nreturn rule\n");
}

#endif
