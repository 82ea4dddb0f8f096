// Selling from outside: quotes and exact money, retries, what a body may be, and everything that comes back.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { good, http, remove, running, scratch, start } from "./node.mjs";

const campaigns = [
  { code: "FRUIT20", rule: "promotion.percent_off", params: { tag: "fruit", percent: 200000 }, title: { zh: "水果八折", en: "Fruit 20% off" } },
  { code: "SODA32", rule: "promotion.multibuy", params: { tag: "soda", buy: 3, pay: 2 }, title: { zh: "汽水买三付二", en: "Soda 3 for 2" } },
];
const products = [
  { code: "APPLE", name: "苹果", price: 300, tags: "fruit", barcode: "6901234567892" },
  { code: "BREAD", name: "面包", price: 1250 },
  { code: "SODA", name: "汽水", price: 350, tags: "soda", barcode: "6901234567908", pack_barcode: "16901234567905", pack_name: "箱", pack_quantity: 24000 },
  { code: "RICE", name: "大米", price: 798, weighed: true, unit: "kg", tax_rate: 90000 },
  { code: "GIFT", name: "赠品", price: 0 },
  { code: "OLD", name: "旧货", price: 100, status: "unlisted" },
];
const settings = { rules: { folder: "pack" }, policy: { rounding_step: 10, blind_refund_max: 5000 } };

let node, seller;
before(async () => {
  const data = scratch();
  mkdirSync(join(data, "pack"));
  writeFileSync(join(data, "pack/campaigns.json"), JSON.stringify({ campaigns }));
  node = await start({ data, settings });
  for (const product of products) await node.ask("POST", "/v1/products", product);
  await node.ask("POST", "/v1/stock/documents", { kind: "receipt", lines: products.map(({ code }) => ({ code, quantity: 1_000_000 })) });
  seller = await node.login({ code: "1001" });
  await seller.openShift(10_000);
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

const cash = (amount) => [{ method: "cash", amount }];
const quote = (items, more = {}) => seller.ask("POST", "/v1/quotes", { items, ...more });
const sell = (items, tenders, more = {}) => seller.ask("POST", "/v1/sales", { items, tenders, ...more });
const onHand = async (code) => (await node.ask("GET", `/v1/stock/${code}`)).on_hand;

/** The call is refused with this status and error; its field and sentence are the answer. */
async function refused(call, status, type, field) {
  const answer = await call;
  assert.equal(`${answer.status} ${answer.body.type}`, `${status} /problems/${type}`, answer.text);
  if (field !== undefined) assert.equal(answer.body.field, field, answer.text);
  return answer.body;
}

test("a quote is exact to the fen, by code, barcode and pack", async () => {
  const two = await quote([{ code: "BREAD", quantity: 2000 }]);
  assert.deepEqual([two.gross, two.discount, two.rounding, two.total, two.tax], [2500, 0, 0, 2500, 288]);
  const fruit = await quote([{ barcode: "6901234567892", quantity: 3000 }]);
  assert.deepEqual([fruit.gross, fruit.discount, fruit.total], [900, 180, 720]);
  assert.deepEqual(fruit.allocations, [{ line: 1, campaign: "FRUIT20", rule: "promotion.percent_off", amount: 180 }]);
  const pack = await quote([{ barcode: "16901234567905" }]);
  assert.equal(pack.lines[0].quantity, 24_000);
  assert.deepEqual([pack.gross, pack.discount, pack.total], [8400, 2800, 5600]);
  const rice = await quote([{ code: "RICE", quantity: 1235 }]);
  assert.deepEqual([rice.gross, rice.tax], [986, 81]);
  const down = await quote([{ code: "RICE", quantity: 1235 }], { cash: true });
  assert.deepEqual([down.gross, down.rounding, down.total], [986, -6, 980]);
  assert.equal((await node.ask("GET", "/v1/reconciliation")).sales, 0, "a quote writes nothing");
});

test("a sale moves money, stock and the drawer by exactly what it says", async () => {
  const before = await onHand("SODA");
  const sale = await sell([{ code: "SODA", quantity: 3000 }, { code: "RICE", quantity: 1235 }, { code: "BREAD" }], cash(10_000));
  assert.deepEqual([sale.kind, sale.gross, sale.discount, sale.rounding, sale.total, sale.change], ["sale", 3286, 350, -6, 2930, 7070]);
  assert.match(sale.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  const full = await seller.ask("GET", `/v1/sales/${sale.id}`);
  assert.deepEqual(full.tenders, [{ method: "cash", amount: 2930, tendered: 10_000, change: 7070 }]);
  const sum = (name) => full.lines.reduce((total, line) => total + line[name], 0);
  for (const name of ["gross", "discount", "rounding", "tax"]) assert.equal(sum(name), full[name], name);
  assert.equal(sum("paid"), full.total);
  for (const line of full.lines) assert.equal(line.gross - line.discount + line.rounding, line.paid);
  assert.equal(before - (await onHand("SODA")), 3000);
  const byNumber = await seller.ask("GET", `/v1/sales/T01-${String(sale.number).padStart(6, "0")}`);
  assert.equal(byNumber.id, sale.id);
  const trace = await seller.ask("GET", `/v1/sales/${sale.id}/trace`);
  assert.match(JSON.stringify(trace), /SODA32/);
  const { sales, cursor } = await seller.ask("GET", "/v1/sales?limit=1");
  assert.equal(sales[0].id, sale.id);
  assert.equal(cursor, sale.id);
});

test("tenders: split, change only of cash, too little, too much, nothing", async () => {
  const items = [{ code: "BREAD" }];
  const split = await sell(items, [{ method: "alipay", amount: 500, reference: "2026112222001" }, { method: "wechat", amount: 250 }, ...cash(600)]);
  assert.deepEqual([split.total, split.change, split.rounding], [1250, 100, 0]);
  const gift = await sell([{ code: "GIFT" }], []);
  assert.equal(gift.total, 0);
  const post = (tenders, more) => seller.call("POST", "/v1/sales", { items, tenders, ...more });
  await refused(post(cash(1249)), 400, "invalid", "tenders");
  await refused(post([]), 400, "invalid", "tenders");
  await refused(post(undefined), 400, "invalid", "tenders");
  await refused(post([{ method: "card", amount: 1251 }]), 400, "invalid", "tenders[0].amount");
  await refused(post([{ method: "cash", amount: 0 }]), 400, "invalid", "tenders[0].amount");
  await refused(post([{ method: "cash", amount: -1250 }]), 400, "invalid", "tenders[0].amount");
  await refused(post([{ method: "gold", amount: 1250 }]), 400, "invalid", "tenders[0].method");
  await refused(post([{ amount: 1250 }]), 400, "invalid", "tenders[0].method");
  await refused(post([{ method: "cash" }]), 400, "invalid", "tenders[0].amount");
  await refused(post(Array(65).fill({ method: "cash", amount: 1250 })), 400, "invalid", "tenders");
});

test("a total that is no longer true is refused with the new one", async () => {
  const items = [{ code: "BREAD" }];
  const told = await refused(seller.call("POST", "/v1/sales", { items, tenders: cash(1250), total: 1200 }), 409, "total-changed", "total");
  assert.match(told.detail, /12\.50 now, not 12\.00/);
  assert.equal((await sell(items, cash(1250), { total: 1250 })).total, 1250);
});

test("what may not be sold is named by its place", async () => {
  const post = (items, more) => seller.call("POST", "/v1/sales", { items, tenders: cash(99_999), ...more });
  const fine = { code: "BREAD" };
  await refused(post([]), 400, "invalid", "items");
  await refused(post([fine, { code: "NONE" }]), 404, "not-found", "items[1].code");
  await refused(post([{ barcode: "6999999999999" }]), 404, "not-found", "items[0].barcode");
  await refused(post([fine, fine, { code: "OLD" }]), 409, "wrong-state", "items[2].code");
  await refused(post([{ code: "BREAD", quantity: 1500 }]), 400, "invalid", "items[0].quantity");
  await refused(post([{ code: "RICE" }]), 400, "invalid", "items[0].quantity");
  await refused(post([{ quantity: 1000 }]), 400, "invalid", "items[0].barcode");
  await refused(post([{ code: "BREAD", price: 1 }]), 403, "denied", "items[0].price");
  await refused(post([{ code: "BREAD", seller: "nobody" }]), 404, "not-found", "items[0].seller");
  await refused(post([{ code: "BREAD", quantity: Number.MAX_SAFE_INTEGER - 991 }]), 400, "invalid", "items[0].quantity");
  const noted = await sell([{ code: "BREAD", note: "切片", seller: "1001" }], cash(1250));
  const { lines } = await seller.ask("GET", `/v1/sales/${noted.id}`);
  assert.equal(lines[0].note, "切片");
});

test("selling needs a till with an open shift", async () => {
  const office = await node.signIn({ staff: "1001", pin: "2580" });
  await refused(office.call("POST", "/v1/sales", { items: [{ code: "BREAD" }], tenders: cash(1250) }), 409, "wrong-state", "till");
  const second = await node.signIn({ staff: "1001", pin: "2580", till: "T02" });
  await refused(second.call("POST", "/v1/sales", { items: [{ code: "BREAD" }], tenders: cash(1250) }), 409, "wrong-state", "shift");
  assert.equal((await second.ask("POST", "/v1/quotes", { items: [{ code: "BREAD" }] })).total, 1250, "a quote needs neither");
});

// ---- Retries ----

test("the same key gets the same answer byte for byte, also at once and after a restart", async (t) => {
  const one = await running(t);
  await one.product("A1", 100);
  const who = await one.login({ code: "7" });
  await who.openShift();
  const body = { items: [{ code: "A1", quantity: 2000 }], tenders: cash(500) };
  const headers = { Authorization: `Bearer ${who.session.token}`, "Idempotency-Key": "k-1" };
  const post = (at, more = {}) => http({ port: at.port }, "POST", "/v1/sales", { body, headers: { ...headers, ...more } });
  const together = await Promise.all(Array.from({ length: 20 }, () => post(one)));
  const [{ text }] = together;
  for (const answer of together) assert.equal(`${answer.status} ${answer.text}`, `201 ${text}`);
  assert.equal((await post(one, { "Accept-Language": "zh" })).text, text);
  await one.kill();
  const two = await one.again();
  const again = await post(two);
  assert.equal(`${again.status} ${again.text}`, `201 ${text}`);
  assert.match(again.headers["content-type"], /^application\/json/);
  const proof = await two.ask("GET", "/v1/reconciliation");
  assert.deepEqual([proof.sales, proof.total, proof.agrees], [1, 200, true]);
});

test("a key is for one request; without keys two requests are two sales", async () => {
  const count = async () => (await node.ask("GET", "/v1/reconciliation")).sales;
  const before = await count();
  const items = [{ code: "BREAD" }];
  const post = (body, key, path = "/v1/sales") => seller.call("POST", path, body, { key });
  const first = await good(post({ items, tenders: cash(1250) }, "same"));
  await refused(post({ items, tenders: cash(1251) }, "same"), 422, "idempotency-key-reused", "Idempotency-Key");
  await refused(post({ label: "x" }, "same", "/v1/baskets"), 422, "idempotency-key-reused");
  assert.equal(await count(), before + 1);
  const headers = { Authorization: `Bearer ${seller.session.token}` };
  const body = { items, tenders: cash(1250) };
  const two = [];
  for (let i = 0; i < 2; i++) two.push(await good(http({ port: node.port }, "POST", "/v1/sales", { headers, body })));
  assert.notEqual(two[0].id, two[1].id);
  assert.notEqual(two[0].id, first.id);
  assert.equal(await count(), before + 3);
  await refused(post({ items, tenders: cash(1) }, "poor"), 400, "invalid", "tenders");
  assert.equal((await post({ items, tenders: cash(1250) }, "poor")).status, 201, "a refusal does not use the key up");
  for (const key of ["", "x".repeat(256)]) await refused(post(body, key), 400, "invalid", "Idempotency-Key");
});

test("two programs do not share keys, even when one person made both tokens", async () => {
  const tokens = [];
  for (const till of ["T01", "T01"]) tokens.push((await node.ask("POST", "/v1/tokens", { name: "till", scopes: "sales:write", till })).token);
  const post = (token) =>
    good(http({ port: node.port }, "POST", "/v1/sales", {
      headers: { Authorization: `Bearer ${token}`, "Idempotency-Key": "1" },
      body: { items: [{ code: "BREAD" }], tenders: cash(1250) },
    }));
  const [first, second, third] = [await post(tokens[0]), await post(tokens[1]), await post(tokens[0])];
  assert.notEqual(first.id, second.id);
  assert.equal(first.id, third.id);
});

test("a sale keeps the id the caller gave it, once", async () => {
  const id = "0198a000-0000-7000-8000-00000000000a";
  assert.equal((await sell([{ code: "BREAD" }], cash(1250), { id })).id, id);
  await refused(seller.call("POST", "/v1/sales", { id, items: [{ code: "BREAD" }], tenders: cash(1250) }), 409, "already-exists", "id");
});

// ---- Bodies ----

test("a body that is not the JSON it should be is refused, and the field is named", async () => {
  const sale = (inner) => `{"items":[{"code":"BREAD"${inner}}],"tenders":[{"method":"cash","amount":1250}]}`;
  const deep = (n) => `{"items":${"[".repeat(n)}${"]".repeat(n)}}`;
  const cases = [
    ["", null],
    ["null", null],
    ["[]", null],
    ['"text"', null],
    ["{", null],
    ["{}}", null],
    ["{'items':[]}", null],
    ['{"items":[],}', null],
    ['{"items":NaN}', null],
    ['{"items":[]}\u0000', null],
    [Buffer.from('{"reference":"\xff"}', "latin1"), null],
    [Buffer.from('{"reference":"\xc0\xaf"}', "latin1"), null],
    ['{"reference":"\\ud800"}', null],
    ['\ufeff{"items":[]}', null],
    [deep(5000), null],
    ['{"items":[],"items":[]}', "items"],
    [sale(',"code":"APPLE"'), "items[0].code"],
    ['{"itmes":[]}', "itmes"],
    ['{"items":{}}', "items"],
    ['{"items":"BREAD"}', "items"],
    ['{"items":["BREAD"]}', "items[0]"],
    ['{"items":[[]]}', "items[0]"],
    ['{"items":[null]}', "items[0]"],
    [sale(',"quantity":"1000"'), "items[0].quantity"],
    [sale(',"quantity":1000.0'), "items[0].quantity"],
    [sale(',"quantity":1e3'), "items[0].quantity"],
    [sale(',"quantity":0'), "items[0].quantity"],
    [sale(',"quantity":-1000'), "items[0].quantity"],
    [sale(',"quantity":9007199254740992'), "items[0].quantity"],
    [sale(',"quantity":99999999999999999999999999'), "items[0].quantity"],
    [sale(',"quantity":true'), "items[0].quantity"],
    [sale(',"quantity":null'), "items[0].quantity"],
    [sale(',"quantity":[1000]'), "items[0].quantity"],
    [sale(',"qty":1000'), "items[0].qty"],
    [sale(',"note":7'), "items[0].note"],
    [sale(`,"note":"${"x".repeat(201)}"`), "items[0].note"],
    [sale(',"note":"a\\u0000b"'), "items[0].note"],
    [sale(',"note":"a\\nb"'), "items[0].note"],
    [sale(',"product":"7"'), "items[0].product"],
    ['{"items":[{"code":"BREAD"}],"tenders":[{"method":"cash","amount":12.5}]}', "tenders[0].amount"],
    ['{"items":[{"code":"BREAD"}],"tenders":[{"method":"cash","amount":"1250"}]}', "tenders[0].amount"],
    ['{"items":[{"code":"BREAD"}],"tenders":[{"method":"cash","amount":1250}],"total":1250.00}', "total"],
    ['{"items":[{"code":"BREAD"}],"tenders":[{"method":"cash","amount":1250}],"total":-9007199254740993}', "total"],
    ['{"items":[],"id":"x"}', "id"],
    ['{"items":[],"reference":{}}', "reference"],
    [`{"items":[${Array(2001).fill('{"code":"BREAD"}').join()}]}`, "items"],
  ];
  const before = (await node.ask("GET", "/v1/reconciliation")).sales;
  for (const [body, field] of cases) {
    for (const path of ["/v1/sales", "/v1/quotes"]) {
      const answer = await seller.call("POST", path, body);
      const shown = String(body).slice(0, 120);
      assert.equal(`${answer.status} ${answer.body.type}`, "400 /problems/invalid", `${shown}: ${answer.text}`);
      if (field !== null) assert.equal(answer.body.field, field, `${shown}: ${answer.text}`);
    }
  }
  assert.equal((await node.ask("GET", "/v1/reconciliation")).sales, before);
});

test("a body must say that it is JSON", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/json-seq"]) {
    const answer = await seller.call("POST", "/v1/quotes", { items: [] }, { headers: { "Content-Type": type } });
    assert.equal(`${answer.status} ${answer.body.field}`, "400 Content-Type", `${type}: ${answer.text}`);
  }
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  assert.equal((await seller.call("POST", "/v1/quotes", { items: [{ code: "BREAD" }] }, { headers })).status, 200);
});

test("problems speak the language asked for and are told apart by a stable type", async () => {
  const ask = (language) => seller.call("POST", "/v1/sales", { items: [{ code: "NONE" }] }, { headers: language ? { "Accept-Language": language } : {} });
  const texts = { zh: /[一-鿿]/, en: /^[ -~]+$/ };
  for (const [header, language] of [["zh-CN,zh;q=0.9", "zh"], ["zh-Hans", "zh"], ["en", "en"], ["fr", "en"], [undefined, "en"], ["en;q=0.5, zh;q=0.8", "zh"]]) {
    const answer = await ask(header);
    assert.match(answer.headers["content-type"], /^application\/problem\+json/);
    assert.equal(answer.headers["content-language"], language === "zh" ? "zh-CN" : "en", header);
    assert.equal(answer.body.type, "/problems/not-found");
    assert.equal(answer.body.status, 404);
    assert.match(answer.body.title, texts[language], header);
    assert.match(answer.body.detail, texts[language], header);
    assert.ok(answer.body.request_id);
  }
});

// ---- Back ----

const refund = (sale, body, who = seller) => who.call("POST", `/v1/sales/${sale.id}/refunds`, { reason: "changed mind", ...body });

test("partial refunds in any order give back exactly what was paid, and no more", async () => {
  const sale = await sell([{ code: "APPLE", quantity: 7000 }, { code: "SODA", quantity: 5000 }], cash(10_000));
  assert.equal(sale.total, 3080 - (3080 % 10));
  const before = await onHand("SODA");
  let back = 0;
  for (const [line, quantity] of [[2, 1000], [1, 3000], [2, 2000], [2, 1000], [1, 4000], [2, 1000]]) {
    const part = await good(refund(sale, { lines: [{ line, quantity }] }));
    assert.equal(part.kind, "refund");
    assert.ok(part.total < 0);
    back += part.total;
  }
  assert.equal(back, -sale.total);
  assert.equal((await onHand("SODA")) - before, 5000);
  await refused(refund(sale, { lines: [{ line: 1, quantity: 1000 }] }), 400, "invalid", "lines[0].quantity");
  await refused(refund(sale, {}), 409, "wrong-state", "sale");
});

test("a full refund inverts every line, 抹零 and tax included", async () => {
  const sale = await sell([{ code: "RICE", quantity: 1235 }, { code: "SODA", quantity: 3000 }], cash(1680));
  assert.equal(sale.rounding, -6);
  const back = await good(refund(sale, {}));
  for (const name of ["gross", "discount", "rounding", "total", "tax"]) assert.equal(back[name], -sale[name], name);
  const full = await seller.ask("GET", `/v1/sales/${back.id}`);
  assert.equal(full.reason, "changed mind");
  assert.ok(full.lines.every((line) => line.original === sale.id && line.quantity < 0));
  assert.deepEqual(full.tenders.map(({ method, amount }) => [method, amount]), [["cash", -sale.total]]);
});

test("what cannot come back is refused by its line", async () => {
  const sale = await sell([{ code: "BREAD", quantity: 2000 }, { code: "RICE", quantity: 1000 }], [{ method: "card", amount: 3298 }]);
  const lines = (list) => refund(sale, { lines: list });
  await refused(lines([{ line: 1, quantity: 3000 }]), 400, "invalid", "lines[0].quantity");
  await refused(lines([{ line: 1, quantity: 500 }]), 400, "invalid", "lines[0].quantity");
  await refused(lines([{ line: 2, quantity: 500 }]), 400, "invalid", "lines[0].quantity");
  await refused(lines([{ line: 9, quantity: 1000 }]), 404, "not-found", "lines[0].line");
  await refused(lines([{ line: 1, quantity: 1000 }, { line: 1, quantity: 1000 }]), 400, "invalid", "lines[1].line");
  await refused(lines([{ line: 1, quantity: 1000 }, { line: 1 }]), 400, "invalid", "lines[1].quantity");
  await refused(lines([{ line: 1, quantity: 1000 }, { line: 0, quantity: 1000 }]), 400, "invalid", "lines[1].line");
  await refused(lines([{ line: 1, quantity: 1000 }, 7]), 400, "invalid", "lines[1]");
  await refused(lines([]), 400, "invalid", "items");
  await refused(refund(sale, { reason: "" }), 400, "invalid", "reason");
  await refused(refund(sale, { lines: [{ line: 1, quantity: 1000 }], tenders: cash(-1249) }), 400, "invalid", "tenders");
  await refused(refund(sale, { lines: [{ line: 1, quantity: 1000 }], total: -1 }), 409, "total-changed", "total");
  const back = await good(refund(sale, { lines: [{ line: 1, quantity: 1000 }], total: -1250 }));
  const full = await seller.ask("GET", `/v1/sales/${back.id}`);
  assert.deepEqual(full.tenders.map(({ method, amount }) => [method, amount]), [["card", -1250]], "paid back the way it was paid");
  await refused(refund(back, {}), 409, "wrong-state", "sale");
  await refused(refund({ id: "0198a000-0000-7000-8000-0000000000ff" }, {}), 404, "not-found");
});

test("a split payment goes back the way it came", async () => {
  const sale = await sell([{ code: "BREAD", quantity: 2000 }], [{ method: "alipay", amount: 500, reference: "A-1" }, ...cash(2000)]);
  const tenders = async (id) => (await seller.ask("GET", `/v1/sales/${id}`)).tenders.map(({ method, amount, reference }) => [method, amount, reference]);
  const first = await good(refund(sale, { lines: [{ line: 1, quantity: 1000 }] }));
  assert.deepEqual(await tenders(first.id), [["alipay", -500, "A-1"], ["cash", -750, undefined]]);
  const second = await good(refund(sale, {}));
  assert.deepEqual(await tenders(second.id), [["cash", -1250, undefined]], "the wallet has got all of its part back");
});

test("twenty refunds of one piece at once give one back", async () => {
  const sale = await sell([{ code: "BREAD" }], cash(1250));
  const answers = await Promise.all(Array.from({ length: 20 }, () => refund(sale, { lines: [{ line: 1, quantity: 1000 }] })));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  for (const { status } of answers) assert.ok([201, 400, 409].includes(status), String(status));
});

test("without a receipt: a manager, under the cap, at most today's price", async () => {
  const post = (who, returns, tenders, more = {}) => who.call("POST", "/v1/sales", { items: [], returns, tenders, reason: "no receipt", ...more });
  await refused(post(seller, [{ code: "BREAD", quantity: 1000 }], cash(-1250)), 403, "denied");
  const boss = await node.login({ code: "9001", role: "manager" });
  const done = await good(post(boss, [{ code: "BREAD", quantity: 1000 }], cash(-1250)));
  assert.deepEqual([done.kind, done.total, done.tax], ["refund", -1250, -144]);
  assert.equal((await good(post(boss, [{ code: "BREAD", quantity: 4000 }], cash(-5000)))).total, -5000);
  await refused(post(boss, [{ code: "BREAD", quantity: 5000 }], cash(-6250)), 403, "denied", "returns");
  await refused(post(boss, [{ code: "BREAD", quantity: 1000, price: 1251 }], cash(-1251)), 400, "invalid", "returns[0].price");
  assert.equal((await good(post(boss, [{ code: "BREAD", quantity: 1000, price: 1000 }], cash(-1000)))).total, -1000);
  await refused(post(boss, [{ code: "BREAD", quantity: 1500 }], cash(-1875)), 400, "invalid", "returns[0].quantity");
  await refused(post(boss, [{ quantity: 1000 }], cash(-1)), 400, "invalid", "returns[0].code");
  await refused(post(boss, [{ code: "BREAD", quantity: 1000 }], cash(-1250), { reason: "" }), 400, "invalid", "reason");
});

test("an exchange is one ticket: the difference is paid or given back", async () => {
  const sale = await sell([{ code: "APPLE", quantity: 2000 }], cash(480));
  const returns = [{ sale: sale.id, line: 1, quantity: 1000 }];
  const dearer = await sell([{ code: "BREAD" }], cash(1100), { returns, reason: "exchange" });
  assert.deepEqual([dearer.kind, dearer.total, dearer.change], ["exchange", 1010, 90]);
  const even = await sell([{ code: "GIFT" }], cash(-240), { returns, reason: "exchange" });
  assert.equal(even.total, -240);
  await refused(seller.call("POST", "/v1/sales", { items: [{ code: "BREAD" }], returns, tenders: cash(1250), reason: "exchange" }), 400, "invalid", "returns[0].quantity");
});

test("the list of sales pages through all of them, newest first, each once", async () => {
  const seen = [];
  let cursor = "";
  do {
    const page = await seller.ask("GET", `/v1/sales?limit=7${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.sales);
    cursor = page.cursor;
  } while (cursor);
  assert.equal(seen.length, (await node.ask("GET", "/v1/reconciliation")).sales);
  assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length);
  assert.deepEqual(seen.map(({ at }) => at), seen.map(({ at }) => at).sort().reverse());
  for (const query of ["limit=0", "limit=201", "limit=x", "limit=", "cursor=x"]) {
    const [field] = query.split("=");
    await refused(seller.call("GET", `/v1/sales?${query}`), 400, "invalid", field);
  }
});

test("the journal pages through what happened, in order, without personal data", async () => {
  const records = [];
  for (;;) {
    const page = await node.ask("GET", `/v1/journal?after=${records.length}&limit=9`);
    records.push(...page);
    if (page.length < 9) break;
  }
  assert.deepEqual(records.map(({ seq }) => seq), records.map((_, i) => i + 1));
  assert.equal(new Set(records.map(({ hash }) => hash)).size, records.length);
  assert.equal(records.filter(({ kind }) => kind === "sale").length, (await node.ask("GET", "/v1/reconciliation")).sales);
  assert.ok(!/"(pin|name|phone)":/.test(JSON.stringify(records.filter(({ kind }) => kind !== "product"))));
  for (const query of ["after=-1", "limit=0", "limit=1001"]) await refused(node.admin("GET", `/v1/journal?${query}`), 400, "invalid", query.split("=")[0]);
});
