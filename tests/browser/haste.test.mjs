// What comes too soon, twice or into the wrong place: a scan while something is asked, one Enter too many. And what the screen says of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { outOfSight } from "./look.mjs";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch, sent, sizes, Touch } from "./till.mjs";

const { cola, milk, spirit } = goods;
const { wang, zhao, li } = people;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const haste = (name, work, { lang = "zh", counter = false, ...more } = {}) =>
  test(name, async (t) => {
    const shop = await open(t, { counter, lang });
    const hand = await Keys.open(browser, shop.url, { lang, ...more });
    await hand.during(name, async () => {
      await hand.signIn(wang.code, wang.pin);
      await hand.openShift("100");
      await work(hand, shop);
      assert.deepEqual(hand.troubles, []);
    });
  });

const text = (hand, name) => hand.at(name).first().innerText();

haste("a digit that chose something is no part of the next scan", async (hand) => {
  const commands = sent(hand);
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  await hand.park("7");
  await hand.lines(0);
  await hand.key("F8");
  await hand.see("parked-1");
  await hand.strokes([["1", 1000]]);
  await hand.gone("recall-dialog");
  await hand.lines(1);
  await hand.wedge(milk.barcode, { after: 150 });
  await hand.lines(2);
  await hand.menu("price");
  await hand.see("price-dialog");
  await hand.wedge(cola.barcode, { after: 150 });
  await hand.see("price", { fen: cola.price });
  assert.deepEqual(commands.map(({ code }) => code).filter(Boolean), [cola.barcode, milk.barcode, cola.barcode]);
});

haste("a scan while something is asked answers nothing it is no answer to, and counts as no PIN", async (hand) => {
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  const commands = sent(hand);
  await hand.key("F7");
  await hand.see("text-dialog");
  await hand.wedge(milk.barcode);
  await hand.lines(2);
  assert.equal(await hand.at("text-field").inputValue(), "");
  await hand.key("Escape");
  await hand.gone("text-dialog");
  await hand.key("F5");
  await hand.see("text-dialog");
  await hand.wedge("13800138000");
  await hand.says("member", "138****8000"); // here the scan is the answer
  await hand.discount(50);
  await hand.see("approval-dialog");
  await hand.write(li.code);
  await hand.key("Enter");
  for (let scans = 1; scans <= 6; scans++) {
    await hand.wedge(milk.barcode);
    await hand.lines(2 + scans);
    assert.equal(await hand.at("approval-pin").inputValue(), "");
  }
  await hand.strokes([..."69010000"].map((key, at) => [key, at ? 2 : 1000])); // one that sends no Enter
  await hand.page.waitForFunction(() => document.querySelector("[data-test=approval-pin]").value === "");
  assert.equal(commands.some((one) => one.approval), false);
  await hand.strokes([...[...li.pin].map((key, at) => [key, at ? 60 : 700]), ["Enter", 60]]);
  await hand.gone("approval-dialog");
  assert.deepEqual([...new Set(commands.map((one) => one.do))], ["scan", "member", "discount"]);
});

haste("a scanner that ends with two Enters, and a hand that presses it twice, sell nothing by it", async (hand) => {
  const commands = sent(hand);
  for (let count = 1; count <= 3; count++) {
    await hand.strokes([...[...milk.barcode, "Enter", "Enter"].map((key, at) => [key, at ? 3 : 60]), ["Enter", 60]]);
    await hand.lines(count);
  }
  await hand.see("sale-screen");
  await hand.strokes([["Enter", 300], ["Enter", 90]]);
  await hand.see("tender-screen");
  await hand.heeded("tender-go").waitFor();
  assert.deepEqual(commands.map((one) => one.do).filter((name) => name !== "total"), ["scan", "scan", "scan"]);
  await hand.key("F2");
  await hand.see("received-dialog");
  await hand.key("Escape");
  await hand.gone("received-dialog");
  await hand.write("20");
  await hand.key("F2");
  await hand.see("received-dialog");
  await hand.strokes([["Enter", 300], ["Enter", 90]]); // the second was for the first payment
  await hand.see("tenders");
  await hand.heeded("tender-go").waitFor();
  assert.equal(commands.filter((one) => one.do === "tender").length, 1);
  await hand.key("Enter");
  await hand.see("paid-screen");
});

test("a finger that taps twice takes the total, and pays nothing", async (t) => {
  const shop = await open(t);
  const hand = await Touch.open(browser, shop.url);
  await hand.during(t.name, async () => {
    await hand.signIn(wang.code, wang.pin);
    await hand.openShift("100");
    await hand.code(cola.barcode);
    await hand.lines(1);
    const commands = sent(hand);
    await hand.pay();
    await hand.at("tender-go").dispatchEvent("click"); // at once
    await hand.heeded("tender-go").waitFor();
    await hand.see("tender-screen");
    assert.equal(commands.some((one) => one.do === "tender"), false);
    await hand.press("tender-go");
    await hand.see("paid-screen");
  });
});

haste("the key says what it gives back, also when an amount is typed", async (hand) => {
  await hand.wedge(milk.barcode);
  await hand.wedge(cola.barcode);
  await hand.lines(2);
  await hand.pay();
  await hand.method("wechat", "10");
  await hand.heeded("tender-go").waitFor();
  await hand.key("Enter");
  await hand.looked();
  await hand.refund("T01-000001");
  await hand.see("found-1");
  await hand.giveBack(1, 2);
  await hand.lines(2);
  await hand.pay();
  await hand.says("tender-go", "Give back ¥10.00 by WeChat Pay");
  await hand.write("5");
  await hand.see("given", { fen: -500 });
  await hand.says("tender-go", /^Give back ¥5.00 by Cash/);
  const commands = sent(hand);
  await hand.key("Enter");
  await hand.see("tenders");
  assert.deepEqual(commands.map(({ method, amount }) => [method, amount]), [["cash", -500]]);
}, { lang: "en" });

haste("a returned line offers what works, and its offers have one sign", async (hand) => {
  for (let count = 1; count <= 3; count++) {
    await hand.wedge(cola.barcode);
    await hand.lines(count);
  }
  await hand.pay();
  await hand.press("tender-go");
  await hand.looked();
  await hand.refund("T01-000001");
  await hand.see("found-3");
  await hand.giveBack(3);
  await hand.lines(1);
  assert.match(await text(hand, "line"), /[^−]\+\d/);
  for (const name of ["line-weigh", "line-discount", "line-note", "line-more"]) assert.equal(await hand.at(name).count(), 0, name);
  for (const key of ["+", "F3"]) {
    await hand.key(key);
    await hand.says("problem", "退货行");
    await hand.key("Escape");
    await hand.gone("problem");
  }
  await hand.key("F4");
  await hand.see("discount-dialog");
  assert.equal(await hand.at("scope-line").count(), 0);
  await hand.key("Escape");
  await hand.void();
  await hand.lines(0);
});

haste("the clock is the shop's, whatever the browser's clock and zone are", async (hand) => {
  const there = (hour) => new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" }).format(hour);
  await hand.page.clock.install({ time: Date.now() - 5 * 3_600_000 });
  await hand.page.reload();
  await hand.see("sale-screen");
  const right = [there(Date.now()), there(Date.now() + 60_000)];
  await hand.page.waitForFunction((times) => times.includes(document.querySelector(".clock").textContent), right);
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  await hand.park("7");
  await hand.lines(0);
  const parked = [there(Date.now()), there(Date.now() - 60_000)];
  await hand.key("F8");
  await hand.see("parked-1");
  const told = await text(hand, "parked-1");
  assert.ok(parked.some((time) => told.includes(time)), `${told} at ${parked[0]}`);
}, { zone: "America/Los_Angeles" });

haste("whoever signs sees for what", async (hand) => {
  await hand.wedge(milk.barcode);
  await hand.lines(1);
  await hand.discount(50);
  await hand.see("approval-what");
  const what = await text(hand, "approval-what");
  for (const part of [milk.name, "12.90", "6.45", wang.name]) assert.ok(what.includes(part), `${part} in ${what}`);
  await hand.key("Escape");
});

haste("a key of the menu means the same whatever the state, and F locks", async (hand) => {
  const keys = async () => {
    await hand.key("F10");
    await hand.see("menu-dialog");
    const all = await hand.page.locator("[data-test^=menu-][aria-keyshortcuts]").evaluateAll((list) => list.map((one) => [one.dataset.test, one.getAttribute("aria-keyshortcuts")]));
    await hand.key("Escape");
    await hand.gone("menu-dialog");
    assert.equal(new Set(all.map(([, cap]) => cap)).size, all.length);
    return Object.fromEntries(all);
  };
  const before = await keys();
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  const within = await keys();
  await hand.pay();
  await hand.press("tender-go");
  await hand.looked();
  const after = await keys();
  for (const other of [within, after]) for (const [name, cap] of Object.entries(other)) assert.equal(cap, before[name] ?? cap, name);
  assert.equal(after["menu-lock"], "F");
  await hand.key("F10");
  await hand.see("menu-dialog");
  await hand.key("f");
  await hand.see("lock-screen");
});

haste("what must be checked has a key of its own, and Enter is not it", async (hand) => {
  const commands = sent(hand);
  await hand.wedge(spirit.barcode);
  await hand.see("requirement");
  await hand.key("Enter");
  await hand.see("requirement");
  assert.equal(commands.some((one) => one.do === "confirm"), false);
  assert.equal(await hand.page.locator("[data-test^=confirm-]").getAttribute("aria-keyshortcuts"), "/");
  await hand.key("/");
  await hand.gone("requirement");
});

test("on a phone no message covers the key to pay, and a message for somebody else goes", async (t) => {
  const shop = await open(t, { lang: "en" });
  const hand = await Keys.open(browser, shop.url, { lang: "en", size: sizes.phone });
  await hand.during(t.name, async () => {
    await hand.signIn(wang.code, wang.pin);
    await hand.openShift("100");
    await hand.key("F3");
    await hand.see("problem");
    await hand.wedge(cola.barcode);
    await hand.lines(1);
    await hand.see("problem");
    assert.deepEqual(await outOfSight(hand.at("pay")), []);
    const cookies = await hand.context.cookies();
    await shop.node.ask("DELETE", "/v1/sessions/current", undefined, { Authorization: `Bearer ${cookies[0].value}` }).catch(() => null);
    await hand.context.clearCookies();
    await hand.key("+", "+");
    await hand.see("sign-in");
    await hand.see("problem");
    await hand.signIn(wang.code, wang.pin);
    await hand.lines(1);
    await hand.gone("problem");
  });
});

test("customers open no alarms, and see what they have paid already", async (t) => {
  const shop = await open(t, { counter: true, lang: "en" });
  await shop.node.ask("POST", "/v1/tills", { code: "T03", mode: "self" });
  const printer = await shop.device("printer3", "T03", "printer");
  const self = await Touch.open(browser, shop.url, { till: "T03", lang: "en" });
  await self.during(t.name, async () => {
    await self.signIn(people.self.code, people.self.pin);
    await self.see("shift-open");
    await self.press("shift-open-go");
    await self.approve(zhao);
    await self.see("self-welcome");
    await printer.say("paper 0");
    await self.see("device-printer3", { tone: "bad" });
    assert.equal(await self.page.locator(".status button").count(), 0);
    await self.code(milk.barcode);
    await self.lines(1);
    await self.press("pay");
    await self.see("due", { fen: milk.price });
    const part = { do: "tender", method: "wechat", amount: 500, total: milk.price, approval: { staff: zhao.code, pin: zhao.pin } };
    const status = await self.page.evaluate(async (body) => {
      const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
      return (await fetch("/v1/tills/T03/commands", { method: "POST", headers, body: JSON.stringify(body) })).status;
    }, part);
    assert.equal(status, 200);
    await self.see("paid-already", { fen: 500 });
    await self.see("due", { fen: milk.price - 500 });
  });
});

haste("the paid screen says of the paper what the printer's jobs say", async (hand, shop) => {
  await shop.printer.say("paper 0");
  await hand.see("device-printer1", { tone: "bad" });
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  await hand.pay();
  await hand.press("tender-go");
  await hand.see("print-state", { state: "held" });
  const { print } = await shop.node.ask("GET", "/v1/tills/T01/view");
  assert.equal(print.find((job) => job.kind === "receipt").state, "held");
  await shop.printer.say("paper endless");
  await hand.see("print-state", { state: "done" });
}, { counter: true });

haste("one and a half notes are no number, one piece is no pieces, and what is given back is no change", async (hand) => {
  await hand.wedge(cola.barcode);
  await hand.lines(1);
  assert.equal(await text(hand, "count"), "1 piece");
  await hand.pay();
  await hand.press("tender-go");
  await hand.looked();
  await hand.refund("T01-000001");
  await hand.see("found-1");
  await hand.giveBack(1);
  await hand.lines(1);
  await hand.pay();
  await hand.press("tender-go");
  await hand.see("paid-screen");
  await hand.says("live", "Given back ¥3.50");
  await hand.looked();
  await hand.press("next");
  await hand.menu("close");
  await hand.see("close-dialog");
  await hand.key("ArrowDown");
  await hand.write("1.5");
  assert.equal(await hand.at("count-10000").inputValue(), "1.5");
  assert.ok(await hand.at("close-go").isDisabled());
  await hand.key("Enter");
  assert.equal(await hand.at("confirm-dialog").count(), 0);
  await hand.key("Backspace", "Backspace");
  await hand.see("counted", { fen: 10_000 });
}, { lang: "en" });
