// Rights at a till from outside: what a cashier may take off, a manager who signs for one operation, and what is kept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { scratch, start } from "./node.mjs";

let node, cashier;
before(async () => {
  node = await start({ data: scratch(), settings: { policy: { discount_max_ppm: 100000 } } });
  await node.product("TEA", 1000);
  cashier = await node.login({ till: "T01", code: "1001", role: "cashier", pin: "1111" });
  await node.login({ till: "T02", code: "9001", role: "manager", pin: "9999" });
  await cashier.openShift();
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

const approval = { staff: "9001", pin: "9999" };
const act = (basket, body) => cashier.call("POST", `/v1/baskets/${basket.id}/events`, body);
const sell = (body) => cashier.call("POST", "/v1/sales", body);
const named = (answer) => `${answer.status} ${answer.body.field}`;

async function filled() {
  const basket = await cashier.ask("POST", "/v1/baskets", {});
  const answer = await act(basket, { kind: "add", code: "TEA", quantity: 2000 });
  assert.equal(answer.status, 200, answer.text);
  return basket;
}

test("a discount beyond the cap needs somebody who signs, once", async () => {
  const basket = await filled();
  const much = { kind: "discount", n: 1, percent: 200000, text: "破损" };
  assert.equal(named(await act(basket, much)), "403 approval");
  const signed = await act(basket, { ...much, approval });
  assert.equal(signed.status, 200, signed.text);
  assert.equal(signed.body.total, 1600);
  assert.deepEqual(signed.body.discounts, [{ n: 1, percent: 200000, reason: "破损", approver: "9001" }]);
  assert.equal(named(await act(basket, { kind: "discount", amount: 500 })), "403 approval");
  assert.equal((await act(basket, { kind: "discount", amount: 100, text: "老顾客" })).body.total, 1500);
  const paid = await cashier.call("POST", `/v1/baskets/${basket.id}/pay`, {
    tenders: [{ method: "cash", amount: 1500 }], total: 1500,
  });
  assert.equal(paid.status, 201, paid.text);
  const told = await cashier.ask("GET", `/v1/sales/${paid.body.id}/explain`);
  const steps = told.lines[0].steps.map(({ sentence }) => sentence).join("\n");
  assert.match(steps, /9001/);
  assert.match(steps, /破损/);
  assert.match(steps, /老顾客/);
});

test("one who asks cannot sign, nor can a cashier, and wrong PINs count", async () => {
  const basket = await filled();
  const free = { kind: "discount", percent: 1000000 };
  assert.equal(named(await act(basket, { ...free, approval: { staff: "1001", pin: "1111" } })), "403 approval.staff");
  assert.equal(named(await act(basket, { ...free, approval: { staff: "9001", pin: "0000" } })), "401 approval.pin");
  assert.equal(named(await act(basket, { ...free, approval: { staff: "9001" } })), "400 approval.pin");
  for (let i = 0; i < 4; i++) await act(basket, { ...free, approval: { staff: "9001", pin: "0000" } });
  assert.equal(named(await act(basket, { ...free, approval })), "403 approval.staff");
});

test("each line is told with its own words", async () => {
  const item = (discount) => ({ code: "TEA", discount });
  const { explain } = await cashier.ask("POST", "/v1/quotes", {
    items: [item({ percent: 50000, reason: "首行" }), item({ amount: 30, reason: "次行" }), item({ price: 990, reason: "三行" })],
    explain: true,
  });
  const words = explain.lines.map(({ steps }) => steps.at(-1).sentence);
  for (const [i, word] of ["首行", "次行", "三行"].entries()) assert.match(words[i], new RegExp(word));
});

test("a sale is asked like a basket, and a refund gives back what was paid", async () => {
  const body = { items: [{ code: "TEA", quantity: 2000, discount: { price: 950, reason: "压坏" } }], discount: { amount: 90 } };
  const quote = await cashier.ask("POST", "/v1/quotes", body);
  assert.equal(quote.total, 1810);
  const sale = await sell({ ...body, tenders: [{ method: "cash", amount: 1810 }], total: 1810 });
  assert.equal(sale.status, 201, sale.text);
  const back = await cashier.call("POST", `/v1/sales/${sale.body.id}/refunds`, { reason: "不要了" });
  assert.equal(back.status, 201, back.text);
  assert.equal(back.body.total, -1810);
  const cheap = { items: [{ code: "TEA", discount: { price: 500 } }], tenders: [{ method: "cash", amount: 500 }] };
  assert.equal(named(await sell(cheap)), "403 approval");
  const two = { items: [{ code: "TEA", discount: { price: 500, percent: 1 } }] };
  assert.equal((await sell(two)).body.field, "items[0].discount.percent");
});
