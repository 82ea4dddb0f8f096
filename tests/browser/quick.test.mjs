// A cash sale of three things by keys, at the pace of a hand: what it took is printed. `./dev bench till` holds it to its limits.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { quickSale } from "./quick.mjs";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch } from "./till.mjs";

const { milk, bread, chips } = goods;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("three things for cash, in keys", async (t) => {
  const shop = await open(t, { counter: true });
  const hand = await Keys.open(browser, shop.url);
  await hand.during(t.name, async () => {
    await hand.signIn(people.wang.code, people.wang.pin);
    await hand.openShift("100");
    const total = milk.price + bread.price + chips.price; // 26.95, in cash 26.90
    const change = 5000 - Math.floor(total / 10) * 10;
    for (let sale = 1; sale <= 3; sale++) {
      const took = await quickSale(hand, [milk, bread, chips].map((one) => one.barcode), { note: 4, change });
      const ms = Object.entries(took).map(([what, time]) => `${what} ${Math.round(time)} ms`);
      t.diagnostic(`sale ${sale}: ${ms.join(", ")}`);
    }
    const list = await shop.node.ask("GET", "/v1/sales");
    assert.equal((list.sales ?? list).length, 3);
  });
});
