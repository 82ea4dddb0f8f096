// Slips of hands and scanners at the till: a code is never half a code and never money, and the change stays to be read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch } from "./till.mjs";

const { cola, milk } = goods;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const slip = (name, work, options) =>
  test(name, async (t) => {
    const shop = await open(t, options);
    const hand = await Keys.open(browser, shop.url, { lang: "zh" });
    await hand.during(name, async () => {
      await hand.signIn(people.wang.code, people.wang.pin);
      await hand.openShift("100");
      await work(hand, shop);
      assert.deepEqual(hand.troubles, []);
    });
  });

const sent = (hand) => {
  const list = [];
  hand.page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/commands")) list.push(JSON.parse(request.postData()));
  });
  return list;
};

slip("a scanner on a busy machine: late keys cut no code in two", async (hand) => {
  const commands = sent(hand);
  for (const late of [[5], [1], [12], [13], [3, 8], [4, 5, 6]]) await hand.wedge(cola.barcode, { late });
  await hand.wedge(milk.barcode);
  await hand.lines(7);
  await hand.total(4 * cola.price + milk.price); // three for two, twice
  assert.deepEqual(commands.map(({ code }) => code), [...Array(6).fill(cola.barcode), milk.barcode]);
  assert.equal(await hand.at("typed").innerText(), "扫码，或输入编码后按回车");
});

slip("what stood before a scan on the same line belongs to it, and is gone with it", async (hand) => {
  const commands = sent(hand);
  await hand.write("12");
  await hand.wedge(cola.barcode);
  await hand.see("notice", { code: "unknown-code" });
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  assert.deepEqual(commands.map(({ code }) => code), [`12${cola.barcode}`, cola.barcode]);
});

slip("a code at the payment is a code, typed or scanned", async (hand) => {
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  const commands = sent(hand);
  await hand.pay();
  await hand.wedge(milk.barcode, { late: [4] });
  await hand.write(milk.barcode);
  await hand.see("given-code");
  await hand.key("Enter");
  await hand.gone("given-code");
  await hand.see("tender-screen");
  assert.deepEqual(commands.filter((one) => one.do !== "total").map((one) => one.do), ["scan", "scan"]);
  await hand.cash("1000300");
  await hand.see("confirm-dialog");
  await hand.key("Escape");
  await hand.see("due", { fen: cola.price });
  assert.equal(commands.some((one) => one.do === "tender"), false);
});

slip("two times ten while the network is away are ten", async (hand) => {
  await hand.wedge(milk.barcode);
  await hand.wedge(cola.barcode);
  await hand.lines(2);
  const commands = sent(hand);
  await hand.pay();
  await hand.context.setOffline(true);
  await hand.see("network", { tone: "bad" });
  await hand.cash("10");
  await hand.cash("10");
  await hand.see("given", { fen: milk.price + cola.price - (milk.price + cola.price) % 10 });
  await hand.context.setOffline(false);
  await hand.see("due", { fen: milk.price + cola.price - 1000 });
  assert.deepEqual([...new Set(commands.filter((one) => one.do === "tender").map((one) => one.amount))], [1000]);
});

slip("a second Enter hides no change, and the change stays until the next scan", async (hand) => {
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  await hand.pay();
  await hand.key("4");
  await hand.see("change-preview", { fen: 5000 - cola.price });
  const commands = sent(hand);
  await hand.key("Enter", "Enter");
  await hand.see("paid-screen");
  await hand.key("Enter");
  await hand.see("change", { fen: 5000 - cola.price });
  await hand.page.locator(".paid-parts .money[data-fen='5000']").waitFor(); // what was given, not what counts
  await hand.next(5000 - cola.price);
  assert.deepEqual(commands.map((one) => one.do), ["tender", "next"]);
  await hand.see("last-change", { fen: 5000 - cola.price });
  await hand.wedge(milk.barcode);
  await hand.lines(1);
  await hand.gone("last-change");
});

slip("notices are for whoever was there, one by one, and two at most", async (hand) => {
  for (const code of ["11111111", "22222222", "33333333"]) await hand.wedge(code);
  await hand.at("notice").nth(1).waitFor();
  assert.equal(await hand.at("notice").count(), 2);
  await hand.at("notice-seen").last().click();
  await hand.page.reload();
  await hand.see("sale-screen");
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  assert.equal(await hand.at("notice").count(), 0);
});
