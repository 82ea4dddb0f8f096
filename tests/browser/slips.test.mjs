// Slips of hands and scanners at the till: a code is never half a code and never money, and the change stays to be read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch, sent } from "./till.mjs";

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

slip("a scanner on a busy machine: late keys cut no code in two", async (hand) => {
  const commands = sent(hand);
  for (const late of [[5], [1], [12], [13], [3, 8], [4, 5, 6]]) await hand.wedge(cola.barcode, { late });
  await hand.wedge(milk.barcode);
  await hand.lines(7);
  await hand.total(4 * cola.price + milk.price); // three for two, twice
  assert.deepEqual(commands.map(({ code }) => code), [...Array(6).fill(cola.barcode), milk.barcode]);
  assert.equal(await hand.at("typed").innerText(), "扫码，或输入编码后按回车");
});

slip("what was typed by a hand stays when a scan comes; what was typed right before belongs to it", async (hand) => {
  const commands = sent(hand);
  await hand.write("12");
  await hand.wedge(cola.barcode, { after: 1000 });
  await hand.lines(1);
  assert.equal(await hand.at("typed").innerText(), "12");
  await hand.key("Escape");
  await hand.strokes([["1", 1000], ["2", 120], [cola.barcode[0], 200], ...[...cola.barcode.slice(1), "Enter"].map((key) => [key, 2])]);
  await hand.see("notice", { code: "unknown-code" });
  assert.deepEqual(commands.map(({ code }) => code), [cola.barcode, `12${cola.barcode}`]);
});

slip("a scan is a scan whatever its first character: no search, no command, no answer to a question", async (hand, shop) => {
  const codes = ["KX-20417", "PCOLA", "-COLA7", "ab12"];
  for (const [at, code] of codes.entries()) await shop.node.ask("POST", "/v1/products", { code, name: `货 ${code}`, price: 100 + at });
  const commands = sent(hand);
  for (const [at, code] of codes.entries()) {
    await hand.wedge(code);
    await hand.lines(at + 1);
  }
  assert.equal(await hand.page.locator(".dialog").count(), 0);
  for (const [open, dialog] of [["F3", "number"], ["F4", "discount"], ["F8", "recall"], ["F10", "menu"], ["F2", "search"]]) {
    await hand.key(open);
    await hand.see(`${dialog}-dialog`);
    const before = await hand.at("line").count();
    await hand.wedge(open === "F3" ? "6901000009992" : codes[0]); // what nobody knows is no quantity either
    if (open === "F3") await hand.see("notice", { code: "unknown-code" });
    else await hand.lines(before + 1);
    if (open === "F3") assert.equal(await hand.at("number-field").inputValue(), "1");
    if (open === "F2") await hand.gone("search-dialog");
    else assert.equal(await hand.at(`${dialog}-dialog`).count(), 1);
    if (open !== "F2") await hand.key("Escape");
    await hand.gone(`${dialog}-dialog`);
  }
  await hand.menu("cancel");
  await hand.see("confirm-dialog");
  await hand.wedge(codes[0]);
  await hand.lines(9);
  await hand.see("confirm-dialog");
  await hand.key("Escape");
  assert.deepEqual([...new Set(commands.map((one) => one.do))], ["scan"]);
});

slip("what a hand types is never a scan, however quick the hand, and a scan takes nothing from it", async (hand) => {
  const commands = sent(hand);
  const typing = (text, gap) => [...text].map((key) => [key, gap]);
  await hand.strokes([["k", 1000], ["l", 45]]); // two fingers at once
  await hand.see(`product-${cola.code}`);
  await hand.key("Escape");
  await hand.gone("search-dialog");
  await hand.key("F7"); // nothing to park
  await hand.strokes([...typing(cola.barcode, 70), ["Enter", 70]]);
  await hand.lines(1);
  await hand.menu("note");
  await hand.see("text-dialog");
  await hand.strokes([["2", 1000], ...typing("024 7 15", 60)]);
  await hand.wedge(milk.barcode, { after: 1000 });
  await hand.lines(2);
  assert.equal(await hand.at("text-field").inputValue(), "2024 7 15");
  await hand.strokes([...typing("0", 1000), ["Enter", 60]]);
  await hand.gone("text-dialog");
  await hand.page.locator(".line-facts").getByText("2024 7 150").waitFor();
  await hand.pay();
  await hand.strokes([["2", 1000], ["0", 60], ["0", 60], ["0", 60], ["Enter", 60]]);
  await hand.see("change-preview");
  assert.deepEqual(commands.map((one) => one.do).filter((name) => name !== "search"), ["scan", "scan", "note", "total"]);
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
  await hand.says("problem", "是这个金额吗？");
  await hand.see("due", { fen: cola.price });
  assert.equal(commands.some((one) => one.do === "tender"), false);
});

slip("change is bounded by the shop's setting; where it has none, somebody is asked", async (hand, shop) => {
  for (const most of [2000, 0]) {
    await shop.node.ask("PUT", "/v1/settings/till", { change_max: most });
    await hand.page.reload();
    await hand.see("sale-screen");
    await hand.wedge(milk.barcode); // 12.90
    await hand.lines(1);
    await hand.pay();
    if (most) await hand.note(4, 3710);
    else await hand.cash("500");
    await hand.see(most ? "problem" : "confirm-dialog");
    await hand.key("Escape");
    await hand.cash("20");
    await hand.next(710);
  }
});

slip("an error stands until it was read and something went well, or until Esc", async (hand) => {
  await hand.page.clock.install();
  await hand.wedge("4006381333931");
  await hand.see("notice", { code: "unknown-code" });
  await hand.page.clock.runFor(60_000);
  await hand.see("notice", { code: "unknown-code" }); // nothing went well since
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  await hand.page.clock.runFor(1000);
  await hand.gone("notice");
  await hand.wedge("4006381333931");
  await hand.see("notice", { code: "unknown-code" });
  await hand.wedge(cola.barcode);
  await hand.lines(2);
  await hand.pay();
  await hand.see("notice", { code: "unknown-code" }); // too quick to be read
  await hand.page.clock.runFor(6000);
  await hand.gone("notice");
  await hand.wedge("4006381333931");
  await hand.see("problem"); // no goods at the payment
  await hand.key("Escape");
  await hand.gone("problem");
  await hand.see("tender-screen");
  await hand.key("Escape");
  await hand.see("sale-screen");
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
