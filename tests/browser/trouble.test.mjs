// What happens to a sale when the page, the node or the network between them goes: the same sale again, nothing lost, nothing twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch, Touch } from "./till.mjs";

const { cola, milk, bread } = goods;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A cashier at a till with an open shift. */
async function seller(shop, { till = "T01", who = people.wang, hand = Keys, lang = "zh" } = {}) {
  const page = await hand.open(browser, shop.url, { till, lang });
  await page.signIn(who.code, who.pin);
  await page.openShift("100");
  return page;
}

const sales = async (shop) => {
  const list = await shop.node.ask("GET", "/v1/sales");
  return list.sales ?? list;
};

/** Exactly these totals were sold, and the books agree. */
async function assertSold(shop, ...totals) {
  assert.deepEqual((await sales(shop)).map((sale) => sale.total).sort((a, b) => a - b), totals.sort((a, b) => a - b));
  const proof = await shop.reconciled();
  assert.equal(proof.agrees, true, JSON.stringify(proof));
}

const trouble = (name, work) =>
  test(name, async (t) => {
    const shop = await open(t);
    await work(shop, (hand, deed) => hand.during(name, deed));
  });

trouble("a reload shows the same sale, line by line, also half paid", async (shop, during) => {
  const hand = await seller(shop);
  await during(hand, async () => {
    await hand.wedge(cola.barcode);
    await hand.lines(1);
    await hand.code(milk.barcode);
    await hand.lines(2);
    await hand.times(2);
    const total = cola.price + 2 * milk.price;
    await hand.total(total);
    await hand.page.reload();
    await hand.lines(2);
    await hand.line(milk.name, 2 * milk.price);
    await hand.total(total);
    await hand.pay();
    await hand.method("alipay", "10");
    await hand.see("due", { fen: total - 1000 });
    await hand.page.reload();
    await hand.see("tender-screen");
    await hand.see("due", { fen: total - 1000 });
    assert.equal(await hand.at("tenders").locator("li").count(), 1);
    await hand.method("wechat");
    await hand.next(0);
    await assertSold(shop, total);
    assert.deepEqual(hand.troubles, []);
  });
});

trouble("a node that is killed in the middle of a sale: the page finds it again, with the same sale", async (shop, during) => {
  const hand = await seller(shop, { lang: "en" });
  await during(hand, async () => {
    for (const one of [cola, milk, bread]) await hand.wedge(one.barcode);
    await hand.lines(3);
    const total = cola.price + milk.price + bread.price;
    await hand.total(total);
    await shop.node.kill();
    await hand.see("network", { tone: "bad" });
    await shop.restart();
    await hand.see("network", { tone: "good" });
    await hand.lines(3);
    await hand.total(total);
    await hand.wedge(cola.barcode);
    await hand.lines(4);
    await hand.pay();
    await hand.note(4, 5000 - total - cola.price);
    await hand.see("paid-screen");
    await assertSold(shop, total + cola.price);
  });
});

trouble("the network is cut while things are scanned: they wait, are shown as waiting, and come once", async (shop, during) => {
  const hand = await seller(shop);
  await during(hand, async () => {
    await hand.wedge(cola.barcode);
    await hand.lines(1);
    await hand.context.setOffline(true);
    await hand.see("network", { tone: "bad" });
    await hand.wedge(milk.barcode);
    await hand.wedge(bread.barcode);
    await hand.says("unsynced", "2");
    await hand.lines(1);
    await hand.context.setOffline(false);
    await hand.gone("unsynced");
    await hand.see("network", { tone: "good" });
    await hand.lines(3);
    await hand.total(cola.price + milk.price + bread.price);
    await hand.pay();
    await hand.method("wechat");
    await hand.next(0);
    await assertSold(shop, cola.price + milk.price + bread.price);
  });
});

trouble("an answer that is lost on its way is asked for again, and happened once", async (shop, during) => {
  const hand = await seller(shop);
  await during(hand, async () => {
    let lost = 0;
    await hand.page.route("**/commands", async (route) => {
      const first = lost < 3;
      if (first) lost++;
      await route.fetch(); // the node does it
      if (first) await route.abort("connectionreset");
      else await route.continue();
    });
    await hand.wedge(cola.barcode);
    await hand.see("network", { tone: "bad" });
    await hand.see("network", { tone: "good" });
    await hand.lines(1);
    await hand.gone("unsynced");
    assert.equal(lost, 3);
    await hand.page.unroute("**/commands");
    await hand.pay();
    await hand.cash("3.5");
    await hand.next(0);
    await assertSold(shop, cola.price);
  });
});

trouble("a node that dies while it is paid: paid once", async (shop, during) => {
  const hand = await seller(shop, { hand: Touch });
  await during(hand, async () => {
    await hand.code(milk.barcode);
    await hand.lines(1);
    await hand.pay();
    shop.node.signal("SIGSTOP");
    await hand.note(6);
    await hand.see("network"); // the page is alive, whatever the node does
    await shop.node.kill();
    await shop.restart();
    await hand.next(0);
    await hand.gone("unsynced");
    await assertSold(shop, milk.price);
  });
});

/** What each page sends by that deed reaches the node at the same time: none leaves before all have been sent. */
async function together(pages, deed) {
  const held = [];
  for (const { page } of pages) {
    await new Promise((ready, fail) => {
      const sent = new Promise((resolve) => page.route("**/commands", resolve, { times: 1 }).then(ready, fail));
      held.push(sent);
    });
  }
  await Promise.all(pages.map(deed));
  const routes = await Promise.all(held);
  await Promise.all(routes.map((route) => route.continue()));
}

test("a till nobody touches locks itself, and the sale waits behind", async (t) => {
  const shop = await open(t, { setting: { lock_seconds: 30 } });
  const hand = await seller(shop);
  await hand.during(t.name, async () => {
    await hand.wedge(cola.barcode);
    await hand.lines(1);
    await hand.page.locator("[data-test=lock-screen]").waitFor({ timeout: 60_000 });
    await hand.unlock(people.wang.pin);
    await hand.lines(1);
    await hand.total(cola.price);
  });
});

trouble("two tills reach for one parked sale: one has it, whole", async (shop, during) => {
  await shop.node.ask("POST", "/v1/tills", { code: "T02" }).catch(() => {});
  const [one, two] = [await seller(shop), await seller(shop, { till: "T02", who: people.zhao, lang: "en" })];
  await during(one, async () => {
    for (const what of [cola, milk, bread]) await one.wedge(what.barcode);
    await one.lines(3);
    const total = cola.price + milk.price + bread.price;
    await one.park("红伞");
    await one.lines(0);
    for (const till of [one, two]) {
      await till.says("recall", "1");
      await till.key("F8");
      await till.see("parked-1");
    }
    await together([one, two], (till) => till.key("1"));
    await Promise.any([one.lines(3), two.lines(3)]);
    const first = (await one.at("line").count()) === 3;
    const [winner, loser] = first ? [one, two] : [two, one];
    await winner.total(total);
    await loser.see("problem");
    await loser.lines(0);
    await loser.key("Escape");
    await winner.pay();
    await winner.method("wechat");
    await winner.next(0);
    await assertSold(shop, total);
    assert.deepEqual([...one.troubles, ...two.troubles], []);
  });
});
