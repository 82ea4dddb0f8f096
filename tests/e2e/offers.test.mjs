// What rules do to a sale beside its price, over HTTP: lines they add, what they ask and remark, coupons, members, as-if quotes,
// limits that eight tills race for, and one price whichever way a basket takes.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { scratch, start } from "./node.mjs";

const TILLS = ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08"];
const USES = 25;

const head = (name, phase, more = "") => `
local offer = require "suanpan.offer"
local select = require "suanpan.select"
local rule = { name = "shop.${name}", version = "1.0.0", api = 1, phase = "${phase}", summary = "${name}"${more} }
`;

const rules = {
  deposit: `${head("deposit", "compose")}
function rule.evaluate(basket)
  local offers = offer.list()
  for _, line in ipairs(select.lines(basket, { tag = "bottle" })) do
    offers:add(line, "DEPOSIT", line.quantity)
  end
  return offers
end
return rule`,
  age: `${head("age", "check")}
rule.phrases = { age = { en = "Older than {years}?", zh = "满{years}岁吗？" } }
function rule.evaluate(basket)
  local offers = offer.list()
  local lines = select.lines(basket, { tag = "alcohol" })
  if #lines > 0 then offers:confirm("age18", { code = "age", years = 18 }, lines) end
  return offers
end
return rule`,
  dear: `${head("dear", "check")}
function rule.evaluate(basket)
  local offers = offer.list()
  if basket.gross >= 100000 then offers:approve("dear", { code = "dear" }) end
  return offers
end
return rule`,
  missing: `${head("missing", "observe")}
function rule.evaluate(basket)
  local offers = offer.list()
  if basket.gross < 5000 then offers:note({ code = "missing", fen = 5000 - basket.gross }) end
  return offers
end
return rule`,
  coupon: `${head("coupon", "coupon")}
rule.params = { coupon = { type = "coupon", required = true, doc = "The coupon" } }
function rule.applies(params) return { coupon = params.coupon } end
function rule.evaluate(basket)
  local offers = offer.list()
  offers:percent(select.units(basket), 100000, { code = "coupon" })
  return offers
end
return rule`,
  points: `${head("points", "tender", ', needs = { "member.points" }')}
function rule.evaluate(basket)
  local offers = offer.list()
  local points = basket.member.points
  if points and points > 0 then offers:tender("points", points) end
  return offers
end
return rule`,
  gold: `${head("gold", "promotion")}
function rule.evaluate(basket)
  local offers = offer.list()
  offers:percent(select.units(basket), 500000, { code = "gold" })
  return offers
end
return rule`,
  broken: `${head("broken", "promotion")}
function rule.applies() return { tag = "broken" } end
function rule.evaluate()
  error("not today")
end
return rule`,
};

const campaigns = [
  { code: "DEPOSIT", rule: "shop.deposit" },
  { code: "AGE", rule: "shop.age" },
  { code: "DEAR", rule: "shop.dear" },
  { code: "MISSING", rule: "shop.missing" },
  { code: "TEN", rule: "shop.coupon", params: { coupon: "TEN" }, limits: { coupon_uses: 1 } },
  { code: "OTHER", rule: "shop.coupon", params: { coupon: "OTHER" } },
  { code: "POINTS", rule: "shop.points" },
  { code: "GOLD", rule: "shop.gold", levels: ["gold"] },
  // In the evenings of a month that is over, so that it is never live while the other tests sell.
  { code: "NIGHT", rule: "promotion.percent_off", params: { tag: "bread", percent: 300000 }, from: "2025-03-01T00:00:00+08:00", to: "2025-04-01T00:00:00+08:00", hours: [["20:00", "22:00"]] },
  { code: "S2", rule: "promotion.percent_off", params: { tag: "bread", percent: 100000 }, stores: ["S2"] },
  { code: "FEW", rule: "promotion.percent_off", params: { tag: "few", percent: 500000 }, limits: { uses: USES } },
  { code: "BROKEN", rule: "shop.broken" },
];

let node, data, one, manager, program;

async function begin() {
  node = await start({ data, settings: { tills: TILLS, rules: { folder: "pack" } } });
}

before(async () => {
  data = scratch();
  mkdirSync(join(data, "pack/rules/shop"), { recursive: true });
  writeFileSync(join(data, "pack/campaigns.json"), JSON.stringify({ campaigns }));
  for (const [name, text] of Object.entries(rules)) writeFileSync(join(data, `pack/rules/shop/${name}.lua`), text);
  await begin();
  await node.product("BEER", 600, { tags: "bottle alcohol" });
  await node.product("COLA", 350, { tags: "bottle" });
  await node.product("DEPOSIT", 50);
  await node.product("BREAD", 1000, { tags: "bread" });
  await node.product("FEW", 800, { tags: "few" });
  await node.product("BROKEN", 100, { tags: "broken" });
  await node.product("TV", 200000);
  one = await node.login({ till: "T01", code: "1001" });
  manager = await node.login({ till: "T01", code: "9001", role: "manager" });
  await one.openShift();
  const token = await node.ask("POST", "/v1/tokens", { name: "web", scopes: "sales:write sales:read", till: "T01" });
  program = token.token;
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

const quote = (body, who = one) => who.ask("POST", "/v1/quotes", body);
const card = (amount) => [{ method: "card", amount }];
const act = (basket, kind, more = {}, who = one) => who.call("POST", `/v1/baskets/${basket.id}/events`, { kind, ...more });

async function done(call) {
  const answer = await call;
  assert.ok(answer.status < 300, answer.text);
  return answer.body;
}

async function refused(call, status, type, field) {
  const answer = await call;
  assert.equal(`${answer.status} ${answer.body.type}`, `${status} /problems/${type}`, answer.text);
  if (field !== undefined) assert.equal(answer.body.field, field, answer.text);
  return answer.body;
}

test("a deposit comes with each bottle and goes back with it", async () => {
  const items = [{ code: "COLA", quantity: 3000 }, { code: "BREAD" }];
  const priced = await quote({ items });
  assert.equal(priced.total, 3 * 350 + 1000 + 3 * 50);
  const added = priced.lines.find(({ parent }) => parent !== undefined);
  assert.deepEqual([added.n, added.code, added.parent, added.quantity], [1000100, "DEPOSIT", 1, 3000]);
  const sale = await one.ask("POST", "/v1/sales", { items, tenders: card(priced.total), total: priced.total });
  const full = await one.ask("GET", `/v1/sales/${sale.id}`);
  assert.deepEqual(full.lines.map(({ n, parent }) => [n, parent]), [[1, undefined], [2, undefined], [1000100, 1]]);
  const [first] = await one.ask("GET", `/v1/sales/${sale.id}/trace`);
  assert.deepEqual([first.campaign, first.rule, first.phase, first.outcome], ["DEPOSIT", "shop.deposit", "compose", "applied"]);
  assert.deepEqual(first.added, [[1, "DEPOSIT", 3000]]);
  const told = await one.ask("GET", `/v1/sales/${sale.id}/explain`);
  assert.deepEqual(told.lines[2].steps.map(({ campaign, for: parent }) => [campaign, parent]), [["DEPOSIT", 1]]);
  const back = await one.ask("POST", `/v1/sales/${sale.id}/refunds`, { reason: "empties", lines: [{ line: 1000100, quantity: 2000 }] });
  assert.equal(back.total, -100);
  assert.equal((await one.ask("POST", `/v1/sales/${sale.id}/refunds`, { reason: "all" })).total, 100 - priced.total);
});

test("in a basket the deposit follows its bottle", async () => {
  const basket = await one.ask("POST", "/v1/baskets", {});
  await done(act(basket, "add", { code: "COLA" }));
  let now = await done(act(basket, "add", { code: "COLA", quantity: 2000 }));
  assert.deepEqual(now.lines.map(({ n }) => n), [1, 2, 1000100, 1000200]);
  now = await done(act(basket, "void", { n: 1 }));
  assert.deepEqual(now.lines.map(({ n }) => n), [2, 1000200]);
  now = await done(act(basket, "quantity", { n: 2, quantity: 1000 }));
  assert.deepEqual(now.lines.map(({ n, quantity }) => [n, quantity]), [[2, 1000], [1000200, 1000]]);
  await refused(act(basket, "void", { n: 1000200 }), 404, "not-found", "n");
  const sale = await one.ask("POST", `/v1/baskets/${basket.id}/pay`, { tenders: card(400), total: 400 });
  assert.equal(sale.total, 400);
});

test("what must be confirmed is asked, in the asker's language, and then kept", async () => {
  const items = [{ code: "BEER" }];
  const asked = await quote({ items });
  assert.deepEqual(asked.requirements, [{ kind: "confirm", code: "age18", met: false, line: 1, campaign: "AGE",
    reason: { code: "age", years: 18 }, text: "Older than 18?" }]);
  const zh = await one.call("POST", "/v1/quotes", { items }, { headers: { "Accept-Language": "zh-CN" } });
  assert.equal(zh.body.requirements[0].text, "满18岁吗？");
  const sale = { items, tenders: card(650), total: 650 };
  assert.match((await refused(one.call("POST", "/v1/sales", sale), 409, "wrong-state", "confirmed")).detail, /Older than 18\?$/);
  const { id } = await one.ask("POST", "/v1/sales", { ...sale, confirmed: ["age18"] });
  assert.deepEqual((await one.ask("GET", `/v1/sales/${id}`)).inputs, { confirmed: ["age18"] });
  const basket = await one.ask("POST", "/v1/baskets", {});
  await done(act(basket, "add", { code: "BEER" }));
  await refused(act(basket, "tender", { method: "card", amount: 650 }), 409, "wrong-state", "confirmed");
  const now = await done(act(basket, "confirm", { text: "age18" }));
  assert.deepEqual([now.confirmed, now.requirements[0].met], [["age18"], true]);
  await done(act(basket, "tender", { method: "card", amount: 650 }));
  await one.ask("POST", `/v1/baskets/${basket.id}/pay`, {});
});

test("what a manager approves a cashier cannot", async () => {
  const sale = { items: [{ code: "TV" }], tenders: card(200000), total: 200000, confirmed: ["dear"] };
  await refused(one.call("POST", "/v1/sales", sale), 409, "wrong-state", "confirmed");
  assert.equal((await quote({ items: sale.items, role: "manager" })).requirements[0].met, true);
  await manager.ask("POST", "/v1/sales", sale);
  const basket = await one.ask("POST", "/v1/baskets", {});
  await done(act(basket, "add", { code: "TV" }));
  await done(act(basket, "confirm", { text: "dear" }));
  await refused(act(basket, "tender", { method: "card", amount: 200000 }), 409, "wrong-state", "confirmed");
  const now = await done(act(basket, "confirm", { text: "dear" }, manager));
  assert.deepEqual([now.approved, now.requirements[0].met], [["dear"], true]);
  await done(act(basket, "tender", { method: "card", amount: 200000 }));
  await one.ask("POST", `/v1/baskets/${basket.id}/pay`, {});
});

test("a coupon is presented, taken back, used once", async () => {
  const items = [{ code: "BREAD" }];
  assert.equal((await quote({ items, coupons: ["TEN-7", "UNKNOWN"] })).total, 900);
  const basket = await one.ask("POST", "/v1/baskets", {});
  await done(act(basket, "add", { code: "BREAD" }));
  assert.equal((await done(act(basket, "coupon", { text: "TEN-7" }))).total, 900);
  await refused(act(basket, "coupon", { text: "UNKNOWN" }), 404, "not-found", "text");
  const without = await done(act(basket, "coupon", { text: "TEN-7", remove: true }));
  assert.deepEqual([without.total, without.coupons], [1000, undefined]);
  await done(act(basket, "coupon", { text: "TEN-7" }));
  await done(act(basket, "tender", { method: "card", amount: 900, total: 900 }));
  await refused(one.call("POST", "/v1/sales", { items, coupons: ["TEN-7"], tenders: card(900), total: 900 }), 409, "total-changed", "total");
  await done(act(basket, "release", {}, manager)); // what a card has paid is given back by signature
  await one.ask("POST", "/v1/sales", { items, coupons: ["TEN-7"], tenders: card(900), total: 900 });
  assert.equal((await one.ask("GET", `/v1/baskets/${basket.id}`)).total, 1000);
  await done(act(basket, "cancel"));
  await refused(one.call("POST", "/v1/quotes", { items, coupons: [7] }), 400, "invalid", "coupons[0]");
});

test("a quote as if: another time, store, level, member, role, generation", async () => {
  const items = [{ code: "BREAD" }];
  const total = async (more) => (await quote({ items, ...more })).total;
  const day = (hour) => `2025-03-04T${hour}:30:00Z`; // the store is in Shanghai
  assert.equal(await total({ at: day("02") }), 1000);
  assert.equal(await total({ at: day("12") }), 700);
  assert.equal(await total({ at: day("02"), store: "S2" }), 900);
  assert.equal(await total({ at: day("02"), level: "gold" }), 500);
  assert.equal(await total({ at: day("02"), member: { code: "M1", level: "gold" } }), 500);
  const { hash } = await node.ask("GET", "/v1/rules");
  assert.equal(await total({ at: day("02"), generation: hash }), 1000);
  await refused(one.call("POST", "/v1/quotes", { items, generation: "00".repeat(32) }), 404, "not-found");
  await refused(one.call("POST", "/v1/quotes", { items, generation: "xy" }), 400, "invalid", "generation");
  await refused(one.call("POST", "/v1/quotes", { items, at: "yesterday" }), 400, "invalid", "at");
  await refused(one.call("POST", "/v1/quotes", { items, role: "king" }), 400, "invalid", "role");
  await refused(one.call("POST", "/v1/sales", { items, level: "gold" }), 400, "invalid", "level");
});

test("what a program knows of a member", async () => {
  const items = [{ code: "BREAD" }];
  const member = { code: "M9", level: "gold", points: 300, tags: ["b", "a"] };
  const priced = await quote({ items, member });
  assert.deepEqual(priced.tender_caps, [{ method: "points", amount: 300, campaign: "POINTS" }]);
  const nobody = { ...member, code: undefined };
  assert.deepEqual((await quote({ items, member: nobody })).tender_caps, priced.tender_caps, "a member nobody has met");
  await refused(one.call("POST", "/v1/sales", { items, member, tenders: card(500) }), 403, "denied", "member");
  const headers = { Authorization: `Bearer ${program}` };
  const sale = await done(one.call("POST", "/v1/sales", { items, member, tenders: card(500), total: 500 }, { headers }));
  await refused(one.call("POST", "/v1/sales", { items, member: nobody, tenders: card(500) }, { headers }), 400, "invalid", "member.code");
  const full = await one.ask("GET", `/v1/sales/${sale.id}`);
  assert.equal(full.member, "M9");
  assert.deepEqual(full.inputs.member, { level: "gold", tags: ["a", "b"], points: 300 });
  await refused(one.call("POST", "/v1/quotes", { items, member: { level: "gold", phone: "1" } }), 400, "invalid", "member.phone");
});

test("a remark says what is missing, and a lot is kept", async () => {
  const item = { code: "BREAD", lot: "L1", expires: "2026-12-01" };
  const priced = await quote({ items: [item] });
  assert.deepEqual(priced.notes, [{ campaign: "MISSING", reason: { code: "missing", fen: 4000 } }]);
  const sale = await one.ask("POST", "/v1/sales", { items: [item], tenders: card(1000) });
  const { lines } = await one.ask("GET", `/v1/sales/${sale.id}`);
  assert.deepEqual([lines[0].lot, lines[0].expires], ["L1", "2026-12-01"]);
  const { lots } = await one.ask("GET", "/v1/stock/BREAD");
  assert.equal(lots.find(({ lot }) => lot === "L1").on_hand, -1000);
  await refused(one.call("POST", "/v1/quotes", { items: [{ ...item, expires: "2026-02-30" }] }), 400, "invalid", "items[0].expires");
});

test("a rule that fails is skipped, named in the log and counted", async () => {
  const sale = await one.ask("POST", "/v1/sales", { items: [{ code: "BROKEN" }], tenders: card(100) });
  assert.equal(sale.alarms, 1);
  const { text } = await node.admin("GET", "/metrics");
  assert.match(text, /suanpan_rule_failures_total\{rule="shop.broken"\} [1-9]/);
  assert.match(node.log, /rule shop.broken of campaign BROKEN failed.*shop\/broken\.lua:\d+/);
});

test("one price whichever way", async () => {
  let seed = 7;
  const any = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let i = 0; i < 60; i++) {
    const items = Array.from({ length: 1 + any(4) }, () => ({ code: ["BEER", "COLA", "BREAD"][any(3)], quantity: 1000 * (1 + any(4)) }));
    const more = { confirmed: ["age18"], ...(any(2) ? { coupons: ["OTHER"] } : {}), ...(any(2) ? { member: "M2" } : {}) };
    const priced = await quote({ items, ...more });
    const basket = await one.ask("POST", "/v1/baskets", {});
    for (const item of items) await done(act(basket, "add", item));
    for (const text of more.coupons ?? []) await done(act(basket, "coupon", { text }));
    if (more.member) await done(act(basket, "member", { text: more.member }));
    await done(act(basket, "confirm", { text: "age18" }));
    const frozen = await done(act(basket, "tender", { method: "card", amount: priced.total }));
    await one.ask("POST", `/v1/baskets/${basket.id}/pay`, {});
    const sale = await one.ask("POST", "/v1/sales", { items, ...more, tenders: card(priced.total), total: priced.total });
    for (const id of [sale.id, basket.id]) {
      const stored = await one.ask("GET", `/v1/sales/${id}`);
      const trace = await one.ask("GET", `/v1/sales/${id}/trace`);
      assert.deepEqual(stored.lines, priced.lines);
      assert.deepEqual(stored.allocations, priced.allocations);
      assert.deepEqual(trace, priced.trace);
    }
    assert.deepEqual(frozen.lines, priced.lines);
    if (i % 5 === 0) assert.equal((await one.ask("POST", `/v1/sales/${sale.id}/refunds`, { reason: "back" })).total, -priced.total);
  }
});

test("eight tills race for a limited offer, and the machine dies twice: never one too many", async () => {
  const sellers = await Promise.all(TILLS.map((till, i) => (i === 0 ? one : node.login({ till, code: `20${i}` }))));
  for (const seller of sellers) await seller.openShift();
  const items = [{ code: "FEW" }];
  const race = (seller) => async () => {
    for (let i = 0; i < 40; i++) {
      const answer = await seller.call("POST", "/v1/sales", { items, reference: "few", tenders: [{ method: "cash", amount: 800 }] });
      assert.ok(answer.status === 201 || answer.status === 409, answer.text);
    }
  };
  for (const wait of [60, 120]) {
    const running = sellers.map((seller) => race(seller)().catch(() => {})); // the connection breaks
    await new Promise((resolve) => setTimeout(resolve, wait));
    await node.kill();
    await Promise.all(running);
    await begin();
    for (const seller of sellers) seller.node = node;
    node.sellers.push(...sellers);
  }
  await Promise.all(sellers.map((seller) => race(seller)()));
  let found = 0, cursor;
  do {
    const page = await one.ask("GET", `/v1/sales?limit=200${cursor ? `&cursor=${cursor}` : ""}`);
    found += page.sales.filter(({ reference, total }) => reference === "few" && total === 400).length;
    cursor = page.cursor;
  } while (cursor);
  assert.equal(found, USES);
});
