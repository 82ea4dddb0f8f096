// Baskets and drawers from outside: parked and recalled, raced for by two tills, tendered and released; shifts, X and Z.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { running, scratch, start } from "./node.mjs";

const campaigns = [{ code: "SODA32", rule: "promotion.multibuy", params: { tag: "soda", buy: 3, pay: 2 } }];
const settings = { tills: ["T01", "T02", "T03", "Z1"], rules: { folder: "pack" }, policy: { rounding_step: 10 } };

let node, one, two;
before(async () => {
  const data = scratch();
  mkdirSync(join(data, "pack"));
  writeFileSync(join(data, "pack/campaigns.json"), JSON.stringify({ campaigns }));
  node = await start({ data, settings });
  await node.product("BREAD", 1250);
  await node.product("SODA", 355, { tags: "soda", barcode: "6901234567908" });
  await node.product("RICE", 798, { weighed: true });
  [one, two] = [await node.login({ till: "T01", code: "1001" }), await node.login({ till: "T02", code: "1002" })];
  await node.ask("POST", "/v1/staff", { code: "9100", name: "店长", role: "manager", pin: "8642" });
  await one.openShift();
  await two.openShift();
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

const open = (who = one, body = {}) => who.ask("POST", "/v1/baskets", body);
const act = (basket, kind, more = {}, who = one) => who.call("POST", `/v1/baskets/${basket.id}/events`, { kind, ...more });
const cash = (amount) => [{ method: "cash", amount }];
const pay = (basket, body, who = one) => who.call("POST", `/v1/baskets/${basket.id}/pay`, body);

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

test("a basket grows, is changed line by line, and never reuses a number", async () => {
  const basket = await open(one, { label: "三号桌" });
  assert.deepEqual([basket.state, basket.label, basket.total, basket.events], ["open", "三号桌", 0, 0]);
  await done(act(basket, "add", { barcode: "6901234567908", quantity: 2000 }));
  await done(act(basket, "add", { code: "BREAD", text: "切片", seller: "1001" }));
  await done(act(basket, "quantity", { n: 1, quantity: 3000 }));
  await done(act(basket, "void", { n: 2 }));
  await done(act(basket, "add", { code: "RICE", quantity: 1235 }));
  await done(act(basket, "note", { n: 3, text: "散装" }));
  await done(act(basket, "seller", { n: 3, seller: "1002" }));
  const now = await done(act(basket, "member", { text: "M1" }));
  assert.deepEqual(now.lines.map(({ n, quantity }) => [n, quantity]), [[1, 3000], [3, 1235]]);
  assert.deepEqual([now.gross, now.discount, now.total, now.member, now.events], [2051, 355, 1696, "M1", 8]);
  assert.deepEqual(await one.ask("GET", `/v1/baskets/${basket.id}`), now);
  const sale = await done(pay(basket, { tenders: cash(2000), total: 1690 }));
  assert.deepEqual([sale.id, sale.total, sale.rounding, sale.change], [basket.id, 1690, -6, 310]);
  const paid = await one.ask("GET", `/v1/baskets/${basket.id}`);
  assert.deepEqual([paid.state, paid.sale], ["paid", sale.id]);
  const full = await one.ask("GET", `/v1/sales/${sale.id}`);
  assert.equal(full.member, "M1");
  assert.equal(full.lines[1].note, "散装");
});

test("what a basket refuses, it names", async () => {
  const basket = await open();
  await done(act(basket, "add", { code: "BREAD" }));
  await refused(act(basket, "add", { code: "NONE" }), 404, "not-found", "code");
  await refused(act(basket, "add", { barcode: "6900000000000" }), 404, "not-found", "barcode");
  await refused(act(basket, "add", {}), 400, "invalid", "barcode");
  await refused(act(basket, "add", { code: "RICE" }), 400, "invalid", "quantity");
  await refused(act(basket, "add", { code: "BREAD", quantity: 1500 }), 400, "invalid", "quantity");
  await refused(act(basket, "add", { code: "BREAD", seller: "nobody" }), 404, "not-found", "seller");
  await refused(act(basket, "quantity", { n: 9, quantity: 1000 }), 404, "not-found", "n");
  await refused(act(basket, "quantity", { n: 1 }), 400, "invalid", "quantity");
  await refused(act(basket, "void", {}), 404, "not-found", "n");
  await refused(act(basket, "void", { n: 2 ** 32 + 1 }), 400, "invalid", "n");
  await refused(act(basket, "steal", {}), 400, "invalid", "kind");
  await refused(act(basket, undefined), 400, "invalid", "kind");
  await refused(act(basket, "add", { cod: "BREAD" }), 400, "invalid", "cod");
  await refused(act(basket, "tender", { amount: 1250 }), 400, "invalid", "method");
  await refused(act(basket, "tender", { method: "cash" }), 400, "invalid", "amount");
  await refused(act(basket, "tender", { method: "gold", amount: 1250 }), 400, "invalid", "method");
  await refused(act(basket, "recall"), 409, "wrong-state", "basket");
  await refused(act(basket, "release"), 409, "wrong-state", "basket");
  await refused(act(basket, "return", { text: "x", n: 1, quantity: 1000 }), 400, "invalid", "sale");
  await refused(act({ id: "x" }, "add", { code: "BREAD" }), 404, "not-found");
  await refused(act({ id: "0198a000-0000-7000-8000-000000000000" }, "add", { code: "BREAD" }), 404, "not-found", "basket");
  await refused(pay(await open(), { tenders: cash(10) }), 400, "invalid", "items");
  assert.equal((await one.ask("GET", `/v1/baskets/${basket.id}`)).events, 1);
  await done(act(basket, "cancel"));
  await refused(act(basket, "add", { code: "BREAD" }), 409, "wrong-state", "basket");
});

test("park here, recall there, pay there", async () => {
  const basket = await open();
  await done(act(basket, "add", { code: "BREAD" }));
  await refused(act(basket, "add", { code: "BREAD" }, two), 409, "wrong-state", "basket");
  await done(act(basket, "park", { text: "忘带钱包" }));
  const listed = (await two.ask("GET", "/v1/baskets")).find(({ id }) => id === basket.id);
  assert.deepEqual([listed.state, listed.label, listed.till], ["parked", "忘带钱包", null]);
  await refused(act(basket, "add", { code: "BREAD" }), 409, "wrong-state", "basket");
  await refused(pay(basket, { tenders: cash(1250) }, two), 409, "wrong-state", "basket");
  const back = await done(act(basket, "recall", {}, two));
  assert.equal(back.total, 1250);
  await refused(act(basket, "recall", {}, one), 409, "wrong-state", "basket");
  const sale = await done(pay(basket, { tenders: [{ method: "wechat", amount: 1250 }], total: 1250 }, two));
  assert.match((await two.ask("GET", `/v1/sales/${sale.id}/receipt`)).number, /^T02-/);
  assert.ok(!(await two.ask("GET", "/v1/baskets")).some(({ id }) => id === basket.id));
});

test("two tills recall one basket: one has it", async () => {
  for (let i = 0; i < 10; i++) {
    const basket = await open();
    await done(act(basket, "park"));
    const answers = await Promise.all([act(basket, "recall", {}, one), act(basket, "recall", {}, two)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const winner = answers[0].status === 200 ? one : two;
    await done(act(basket, "cancel", {}, winner));
  }
});

test("thirty adds at once: every one that was answered well is there, each once", async () => {
  const basket = await open();
  const quantities = Array.from({ length: 30 }, (_, i) => (i + 1) * 1000);
  const helpers = await Promise.all(Array.from({ length: 6 }, () => node.signIn({ staff: "1001", pin: "2580", till: "T01" })));
  const answers = await Promise.all(quantities.map((quantity, i) => act(basket, "add", { code: "SODA", quantity }, helpers[i % 6])));
  for (const { status, text } of answers) assert.ok(status === 200 || status === 409, text);
  const landed = quantities.filter((_, i) => answers[i].status === 200);
  assert.ok(landed.length > 0);
  const now = await one.ask("GET", `/v1/baskets/${basket.id}`);
  assert.deepEqual(now.lines.map(({ quantity }) => quantity).sort((a, b) => a - b), landed);
  assert.deepEqual(now.lines.map(({ n }) => n), landed.map((_, i) => i + 1));
  assert.equal(now.events, landed.length);
  await done(act(basket, "cancel"));
});

test("one add that is sent ten times with one key is one line", async () => {
  const basket = await open();
  const send = () => one.call("POST", `/v1/baskets/${basket.id}/events`, { kind: "add", code: "BREAD" }, { key: `add-${basket.id}` });
  const helpers = await Promise.all(Array.from({ length: 10 }, send));
  for (const { text } of helpers) assert.equal(text, helpers[0].text);
  assert.equal((await one.ask("GET", `/v1/baskets/${basket.id}`)).lines.length, 1);
});

test("a tender freezes, release thaws, and the last tender may be paid in parts", async () => {
  const basket = await open();
  await done(act(basket, "add", { code: "SODA", quantity: 3000 }));
  await refused(act(basket, "tender", { method: "cash", amount: 700, total: 709 }), 409, "total-changed", "total");
  const frozen = await done(act(basket, "tender", { method: "cash", amount: 300 }));
  assert.deepEqual([frozen.state, frozen.total, frozen.rounding, frozen.tendered], ["frozen", 710, 0, 300]);
  await refused(act(basket, "add", { code: "BREAD" }), 409, "wrong-state", "basket");
  await refused(act(basket, "park"), 409, "wrong-state", "basket");
  await refused(pay(basket, {}), 400, "invalid", "tenders");
  const thawed = await done(act(basket, "release"));
  assert.deepEqual([thawed.state, thawed.tendered], ["open", 0]);
  await done(act(basket, "add", { code: "BREAD" }));
  await done(act(basket, "tender", { method: "alipay", amount: 1000, reference: "a" }));
  await done(act(basket, "tender", { method: "cash", amount: 1000 }));
  const sale = await done(pay(basket, { total: 1960 }));
  assert.deepEqual([sale.total, sale.change], [1960, 40]);
});

test("a price that changes while it is frozen does not change what is paid", async () => {
  await node.product("SHIFTY", 500);
  const basket = await open();
  await done(act(basket, "add", { code: "SHIFTY" }));
  await done(act(basket, "tender", { method: "card", amount: 100 }));
  await node.ask("PATCH", "/v1/products/SHIFTY", { price: 900 });
  const sale = await done(pay(basket, { tenders: [{ method: "card", amount: 400 }], total: 500 }));
  assert.equal(sale.total, 500);
  const next = await open();
  await done(act(next, "add", { code: "SHIFTY" }));
  await refused(pay(next, { tenders: cash(500), total: 500 }), 409, "total-changed", "total");
  assert.equal((await done(pay(next, { tenders: cash(900), total: 900 }))).total, 900);
});

test("a basket is paid once, also when two clicks arrive at once", async () => {
  for (let i = 0; i < 10; i++) {
    const basket = await open();
    await done(act(basket, "add", { code: "BREAD" }));
    const clicks = await Promise.all([1, 2, 3].map(() => pay(basket, { tenders: cash(1250) })));
    assert.deepEqual(clicks.map(({ status }) => status).sort(), [201, 409, 409]);
    await refused(pay(basket, { tenders: cash(1250) }), 409, "wrong-state", "basket");
  }
});

test("goods come back into a basket: an exchange at the till", async () => {
  const sale = await one.sell([{ code: "BREAD", quantity: 2000 }]);
  const basket = await open();
  await refused(act(basket, "return", { sale: sale.id, n: 1, quantity: 1000 }), 400, "invalid", "text");
  await refused(act(basket, "return", { sale: sale.id, n: 1, quantity: 3000, text: "x" }), 400, "invalid");
  await done(act(basket, "return", { sale: sale.id, n: 1, quantity: 1000, text: "太硬" }));
  const now = await done(act(basket, "add", { code: "SODA", quantity: 1000 }));
  assert.equal(now.total, 355 - 1250);
  assert.equal(now.cash_total, -900); // no drawer has five fen
  const exchanged = await done(pay(basket, { tenders: cash(-900), total: -900 }));
  assert.deepEqual([exchanged.kind, exchanged.rounding], ["exchange", -5]);
});

test("an open basket outlives a kill, frozen or not", async (t) => {
  const data = scratch();
  let third = await running(t, { data });
  await third.product("A1", 100);
  const who = await third.login({ code: "7" });
  await who.openShift();
  const [a, b] = [await open(who), await open(who)];
  for (const basket of [a, b]) await done(act(basket, "add", { code: "A1", quantity: 2000 }, who));
  const before = [await who.ask("GET", `/v1/baskets/${a.id}`), await done(act(b, "tender", { method: "cash", amount: 50 }, who))];
  await third.kill();
  third = await third.again();
  who.node = third;
  assert.deepEqual([await who.ask("GET", `/v1/baskets/${a.id}`), await who.ask("GET", `/v1/baskets/${b.id}`)], before);
  assert.equal((await done(pay(b, { tenders: cash(150) }, who))).total, 200);
  assert.equal((await third.ask("GET", "/v1/reconciliation")).agrees, true);
});

// ---- Drawers ----

test("a till has one shift at a time", async () => {
  const who = await node.login({ till: "T03" });
  await refused(who.call("GET", "/v1/shifts/current"), 409, "wrong-state", "shift");
  await refused(who.call("POST", "/v1/shifts/current/close", { counted: 0 }), 409, "wrong-state", "shift");
  await refused(who.call("POST", "/v1/shifts/current/cash", { amount: 1, reason: "x" }), 409, "wrong-state", "shift");
  for (const [body, field] of [[{}, "opening_float"], [{ opening_float: -1 }, "opening_float"], [{ opening_float: 1.5 }, "opening_float"], [{ float: 1 }, "float"]])
    await refused(who.call("POST", "/v1/shifts", body), 400, "invalid", field);
  const opened = await Promise.all(Array.from({ length: 5 }, () => who.call("POST", "/v1/shifts", { opening_float: 100 })));
  assert.deepEqual(opened.map(({ status }) => status).sort(), [201, 409, 409, 409, 409]);
  await refused(who.call("POST", "/v1/shifts", { opening_float: 100 }), 409, "already-exists", "till");
  for (const [body, field] of [
    [{ amount: 0, reason: "x" }, "amount"],
    [{ amount: 5 }, "reason"],
    [{ amount: 5, reason: "" }, "reason"],
    [{ amount: -101, reason: "too much" }, "amount"],
    [{ amount: 2 ** 53, reason: "x" }, "amount"],
  ])
    await refused(who.call("POST", "/v1/shifts/current/cash", body), 400, "invalid", field);
  await done(who.call("POST", "/v1/shifts/current/close", { counted: 100 }));
});

test("three shifts: X hides the cash from a cashier, Z numbers have no gap and their hashes link", async () => {
  const who = await node.login({ till: "Z1", code: "2001" });
  const boss = await node.login({ till: "Z1", code: "2002", role: "manager" });
  const shifts = [];
  for (const [i, counted] of [11_230, 11_250, 11_300].entries()) {
    const shift = await who.openShift(10_000);
    assert.equal(shift.number, i + 1);
    await who.sell([{ code: "BREAD", quantity: 2000 }]);
    await who.sell([{ code: "BREAD" }], { tenders: [{ method: "wechat", amount: 1250 }] });
    const gone = await who.sell([{ code: "BREAD" }]);
    await who.ask("POST", `/v1/sales/${gone.id}/refunds`, { reason: "stale" });
    await who.ask("POST", "/v1/shifts/current/cash", { amount: 750, reason: "零钱" });
    const out = { amount: -2000, reason: "to the safe" };
    await refused(who.call("POST", "/v1/shifts/current/cash", out), 403, "denied", "approval");
    await who.ask("POST", "/v1/shifts/current/cash", { ...out, approval: { staff: "9100", pin: "8642" } });
    const x = await who.ask("GET", `/v1/shifts/${shift.id}/report`);
    assert.deepEqual([x.kind, x.sale_count, x.refund_count], ["x", 3, 1]);
    for (const hidden of ["expected_cash", "variance", "gross", "net", "methods", "hash"]) assert.equal(x[hidden], undefined, hidden);
    const text = await who.ask("GET", `/v1/shifts/${shift.id}/report?format=text&columns=32`);
    assert.ok(!text.includes("112.50"), "nor in print");
    assert.equal((await boss.ask("GET", `/v1/shifts/${shift.id}/report`)).expected_cash, 11_250);
    await refused(who.call("GET", `/v1/tills/Z1/z/${i + 1}`), 404, "not-found");
    for (const body of [{}, { counted: -1 }, { counted: "1" }]) await refused(who.call("POST", "/v1/shifts/current/close", body), 400, "invalid", "counted");
    const closed = await who.ask("POST", "/v1/shifts/current/close", { counted });
    assert.ok(closed.closed_at);
    shifts.push({ id: shift.id, counted, z: await who.ask("GET", `/v1/shifts/${shift.id}/report`) });
  }
  const till = (await node.ask("GET", "/v1/tills")).find(({ code }) => code === "Z1");
  let previous = "0".repeat(64);
  for (const [i, { id, counted, z }] of shifts.entries()) {
    assert.deepEqual([z.kind, z.number, z.expected_cash, z.counted_cash, z.variance], ["z", i + 1, 11_250, counted, counted - 11_250]);
    assert.deepEqual([z.gross, z.refunds, z.net], [5000, -1250, 3750]);
    assert.deepEqual(z.methods.map(({ method, amount }) => [method, amount]), [["cash", 2500], ["wechat", 1250]]);
    assert.deepEqual(z.moves.map(({ amount, reason }) => [amount, reason]), [[750, "零钱"], [-2000, "to the safe"]]);
    const stored = await who.call("GET", `/v1/tills/Z1/z/${i + 1}`);
    assert.equal(stored.body.shift, id);
    assert.equal(stored.body.previous, previous);
    const body = stored.text.slice(stored.text.indexOf('"body":') + 7, -1);
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(i + 1));
    const hash = createHash("sha256").update(Buffer.from(previous, "hex")).update(Buffer.from(till.id.replaceAll("-", ""), "hex")).update(number).update(body).digest("hex");
    assert.equal(stored.body.hash, hash, "anybody can check the chain");
    assert.equal(z.hash, hash);
    previous = hash;
  }
  await refused(who.call("GET", "/v1/tills/Z1/z/4"), 404, "not-found");
  await refused(who.call("GET", "/v1/tills/Z1/z/0"), 404, "not-found");
  await refused(who.call("GET", "/v1/tills/Z9/z/1"), 404, "not-found", "till");
});

test("a report fits its paper in both languages", async () => {
  const z = (await one.ask("GET", "/v1/tills/Z1/z/1")).shift;
  const wide = (line) => [...line].reduce((sum, c) => sum + (/[⺀-鿿＀-￯　-〿]/.test(c) ? 2 : 1), 0);
  for (const columns of [32, 48]) {
    for (const [language, words] of [["zh", /日结|Z 报表|交班/], ["en", /Z report/i]]) {
      const answer = await one.call("GET", `/v1/shifts/${z}/report?format=text&columns=${columns}`, undefined, { headers: { "Accept-Language": language } });
      assert.match(answer.headers["content-type"], /^text\/plain; charset=utf-8/);
      assert.match(answer.text, words);
      assert.match(answer.text, /-0\.20/, "the variance of the first shift");
      const lines = answer.text.split("\n");
      for (const line of lines) assert.ok(wide(line) <= columns, `${columns}: ${line}`);
      assert.ok(lines.some((line) => wide(line) > columns - 4));
    }
  }
  await refused(one.call("GET", `/v1/shifts/${z}/report?format=pdf`), 400, "invalid", "format");
  for (const columns of ["0", "9", "1000", "x"]) await refused(one.call("GET", `/v1/shifts/${z}/report?format=text&columns=${columns}`), 400, "invalid", "columns");
});

test("closing while another till's session still sells at it: every sale is in one shift", async () => {
  const [a, b] = [await node.login({ till: "T03", code: "3001" }), await node.login({ till: "T03", code: "3002" })];
  await a.openShift(0);
  const sales = Array.from({ length: 12 }, () => b.call("POST", "/v1/sales", { items: [{ code: "BREAD" }], tenders: cash(1250) }));
  const shift = await a.ask("GET", "/v1/shifts/current");
  await sales[2];
  let closed;
  do closed = await a.call("POST", "/v1/shifts/current/close", { counted: 0 });
  while (closed.status === 409 && closed.body.type === "/problems/conflict");
  assert.equal(closed.status, 200, closed.text);
  const answers = await Promise.all(sales);
  const sold = answers.filter(({ status }) => status === 201).length;
  assert.ok(sold >= 3);
  for (const { status, body } of answers) if (status !== 201) assert.equal(`${status} ${body.field}`, "409 shift");
  const z = await a.ask("GET", `/v1/shifts/${shift.id}/report`);
  assert.deepEqual([z.sale_count, z.expected_cash, z.variance], [sold, sold * 1250, 0 - sold * 1250]);
});

test("a product unlisted while the basket was parked: it is recalled without prices, the line voided, the rest sold", async () => {
  await node.product("GONE", 500);
  const basket = await open();
  await one.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "add", code: "GONE" });
  await one.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "add", code: "BREAD" });
  await one.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "park", text: "" });
  await node.ask("PATCH", "/v1/products/GONE", { status: "unlisted" });
  const recalled = await one.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "recall" });
  assert.equal(recalled.state, "open");
  assert.match(recalled.problem, /GONE is not listed/);
  assert.equal(recalled.total, undefined);
  assert.deepEqual(recalled.lines.map(({ n }) => n), [1, 2]);
  const left = await one.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "void", n: 1 });
  assert.equal(left.total, 1250);
  assert.equal(left.cash_total, 1250);
  const sale = await one.ask("POST", `/v1/baskets/${basket.id}/pay`, { tenders: [{ method: "cash", amount: 1250 }], total: 1250 });
  assert.equal(sale.total, 1250);
});
