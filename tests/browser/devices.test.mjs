// What a cashier sees of devices: paper that runs out, paper nobody is sure of, a scale that will not come to rest, codes that are no goods.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../e2e/node.mjs";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch } from "./till.mjs";

const { cola, milk, apple } = goods;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A shop with a counter and its cashier at work. */
function counter(name, lang, work) {
  test(name, async (t) => {
    const shop = await open(t, { counter: true, lang });
    const hand = await Keys.open(browser, shop.url, { lang });
    await hand.during(name, async () => {
      await hand.signIn(people.wang.code, people.wang.pin);
      await hand.openShift("100");
      for (const { id } of [shop.printer, shop.scale, shop.pole]) await hand.see(`device-${id}`, { tone: "good" }); // a scanner proves itself by a code
      await work(shop, hand);
      assert.deepEqual(hand.troubles, []);
    });
    await hand.close();
  });
}

async function sellCola(shop, hand) {
  await shop.scan(cola);
  await hand.lines(1);
  await hand.pay();
  await hand.note(6, 0);
  await hand.see("paid-screen");
}

const times = (text, word) => text.split(word).length - 1;

counter("paper runs out: an alarm, the sale goes on, and with new paper the receipt comes once", "zh", async (shop, hand) => {
  await shop.printer.say("paper 0");
  await hand.see("device-printer1", { tone: "bad" });
  await hand.see("alarm-banner");
  await sellCola(shop, hand);
  await hand.see("print-state", { state: "held" });
  await hand.key("Enter");
  await sellCola(shop, hand); // no sale waits for paper
  await hand.key("F10");
  await hand.see("menu-dialog");
  await hand.press("menu-alarms");
  await hand.see("alarm", { state: "raised" });
  await hand.page.keyboard.press("Tab");
  await hand.at("alarm-ack").focus();
  await hand.key("Enter");
  await hand.see("alarm", { state: "acknowledged" });
  await hand.key("Escape");
  await hand.gone("alarm-banner");
  await shop.printer.say("paper endless");
  await hand.see("device-printer1", { tone: "good" });
  await hand.see("print-state", { state: "done" });
  const text = await shop.paper.has("T01-000002");
  for (const receipt of ["T01-000001", "T01-000002"]) assert.equal(times(text, `: ${receipt}`), 1, `${receipt} once:\n${text}`);
  await hand.see("alarms", { tone: "good" });
});

counter("a printer that is cut off in the middle of a receipt: nobody prints it again but a person, marked", "en", async (shop, hand) => {
  await shop.scan(cola);
  await hand.lines(1);
  await hand.pay();
  await shop.printer.say("cut-after 400 to"); // the drawer's pulse is through, the receipt is not
  await hand.note(6, 0);
  await hand.see("paid-screen");
  await hand.see("uncertain-dialog");
  await hand.write("12"); // whoever types a code just now has not seen the question
  await hand.says("typed", "12");
  await hand.key("Escape");
  await hand.gone("typed");
  await hand.wedge(milk.barcode); // nor whoever scans
  await hand.lines(1);
  await hand.gone("uncertain-dialog"); // it waits until the sale is done
  await hand.void();
  await hand.see("uncertain-dialog");
  await hand.press("uncertain-reprint");
  await hand.gone("uncertain-dialog");
  const text = await shop.paper.has("[cut]");
  assert.ok(times(text, "*** COPY") > 0, text);
  assert.equal(times(text, "[cut]"), 1, text);
  assert.equal((await shop.printer.state()).pulses, "1", "the drawer opened once");
});

counter("only a weight at rest is sold", "zh", async (shop, hand) => {
  await shop.scale.say("weight 500 moving");
  await hand.see("live-weight", { tone: "calm" });
  await shop.scan(apple);
  await hand.see("weigh-dialog");
  await hand.see("scale", { stable: "no" });
  assert.ok(await hand.at("weigh-go").isDisabled());
  await hand.key("Enter");
  await shop.scale.say("weight 652 stable");
  await hand.weigh();
  await hand.lines(1);
  await hand.line(apple.name, Math.round((652 * apple.price) / 1000));
  await shop.scale.say("over");
  await hand.see("live-weight", { tone: "bad" });
});

counter("what a scanner reads at the wrong moment, twice, or unknown, stops nothing", "en", async (shop, hand) => {
  await shop.scan("4006381333931");
  await hand.see("notice", { code: "unknown-code" });
  await shop.scan("134567890123456789"); // somebody's payment code, before the total
  await hand.see("notice", { code: "early-payment" });
  await shop.scan(cola);
  await hand.lines(1);
  await hand.pay();
  await shop.scan("134567890123456789");
  await hand.see("received-dialog");
  assert.ok(!(await hand.page.content()).includes("134567890123456789"), "only its mask is shown");
  await hand.press("received-yes");
  await hand.see("paid-screen");
  await shop.scan(milk); // the next customer
  await hand.see("sale-screen");
  await hand.lines(1);
});

counter("cables: a scanner and a printer that go are missed, and taken back by themselves", "zh", async (shop, hand) => {
  await shop.scan(milk);
  await hand.lines(1);
  for (const device of [shop.scanner, shop.printer]) {
    await hand.see(`device-${device.id}`, { tone: "good" });
    await device.say("refuse on");
    await device.say("cut");
    await hand.page.locator(`[data-test=device-${device.id}]:not([data-tone=good])`).waitFor();
    await device.say("refuse off");
  }
  await hand.see("device-printer1", { tone: "good" });
  await until(async () => (await shop.scanner.say("state"), await shop.scan(cola), (await hand.at("line").count()) > 1), "a code after the cable is back");
  await hand.see("device-scanner1", { tone: "good" });
  await hand.pay();
  await hand.press("tender-go");
  await hand.see("paid-screen");
  await shop.paper.has("T01-000001");
});
