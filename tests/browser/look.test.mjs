// Every screen and every dialog, in both languages: axe has nothing to say in light and dark, and nothing is cut off on a desk, a
// phone or at 200 %. Pictures of the main screens go to build/screenshots.
import { after, before, test } from "node:test";
import { assertNothing, inspect } from "./look.mjs";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch, sizes } from "./till.mjs";

const { cola, milk, bread, chips, apple, spirit } = goods;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Walks a page from place to place, and looks. */
class Walk {
  found = [];

  constructor(hand, lang) {
    Object.assign(this, { hand, lang });
  }

  async look(where, options) {
    this.found.push(...(await inspect(this.hand, `${this.lang} ${where}`, this.pictured(options))));
  }

  /** Pictures are taken in every size in Chinese, in English on the desk. */
  pictured({ photo = false } = {}) {
    return { photo: photo && (this.lang === "zh" ? Object.keys(sizes) : ["desk"]) };
  }

  /** The same of another page. */
  async at(screen, where, options) {
    await screen.page.bringToFront();
    this.found.push(...(await inspect(screen, `${this.lang} ${where}`, this.pictured(options))));
    await this.hand.page.bringToFront();
  }

  /** A dialog that keys open and Escape leaves. */
  async dialog(name, keys, { more = async () => {}, photo } = {}) {
    await this.hand.key(...keys);
    await this.hand.see(`${name}-dialog`);
    await more();
    await this.look(`${name} dialog`, { photo });
    await this.hand.key("Escape");
    await this.hand.gone(`${name}-dialog`);
  }

  async menu(name, dialog = `${name}-dialog`) {
    await this.hand.menu(name);
    await this.hand.see(dialog);
    await this.look(`${name} of the menu`);
    await this.hand.key("Escape");
    await this.hand.gone(dialog);
  }
}

async function doors(walk) {
  const { hand } = walk;
  await hand.see("sign-in");
  await walk.look("sign-in", { photo: true });
  await hand.write("1001");
  await hand.key("Enter");
  await hand.write("0000");
  await hand.key("Enter");
  await hand.page.locator(".entry-wrong").waitFor();
  await walk.look("sign-in refused");
  await hand.write("2580");
  await hand.key("Enter");
  await hand.see("shift-open");
  await walk.look("shift-open", { photo: true });
  await hand.openShift("200");
}

async function selling(walk, shop) {
  const { hand } = walk;
  await walk.look("idle", { photo: true });
  await shop.scan("4006381333931");
  await hand.see("notice");
  await walk.look("notice");
  for (const [at, code] of [cola, milk, bread, cola, chips, spirit].entries()) {
    await shop.scan(code);
    await hand.lines(at + 1);
  }
  await hand.see("requirement");
  await hand.member("13800138000");
  await hand.says("member", "138");
  await walk.look("sale", { photo: true });
  await hand.write("69");
  await hand.see("typed-go");
  await walk.look("typing");
  await hand.key("Escape");
  await walk.dialog("help", ["F1"]);
  await walk.dialog("search", ["F2"], { photo: true, more: async () => (await hand.write("kl"), await hand.see(`product-${cola.code}`)) });
  await walk.dialog("number", ["F3"]);
  await walk.dialog("discount", ["F4"], { photo: true });
  await walk.dialog("text", ["F5"]);
  await walk.dialog("text", ["F6"]);
  await walk.dialog("recall", ["F8"]);
  await walk.dialog("refund", ["F9"]);
  await walk.dialog("menu", ["F10"], { photo: true });
  await walk.dialog("why", ["F11"], { photo: true, more: () => hand.see("why-net") });
  await hand.discount(50);
  await hand.see("approval-dialog");
  await walk.look("approval", { photo: true });
  await hand.key("Escape");
  for (const name of ["price", "report", "devices", "alarms", "jobs", "settings"]) await walk.menu(name);
  await walk.menu("drawer", "reason-dialog");
  await walk.menu("cash-in", "number-dialog");
  await walk.menu("cancel", "confirm-dialog");
  await shop.scale.say("weight 500 moving");
  await shop.scan(apple);
  await hand.see("weigh-dialog");
  await hand.see("scale", { stable: "no" });
  await walk.look("weigh dialog", { photo: true });
  await hand.key("Escape");
  await hand.lock();
  await walk.look("lock", { photo: true });
  await hand.unlock(people.wang.pin);
}

async function paying(walk, shop, customer) {
  const { hand } = walk;
  await walk.at(customer, "customer sale", { photo: true });
  await hand.void();
  await hand.lines(5);
  await hand.pay();
  await walk.look("tender", { photo: true });
  await hand.write("20");
  await hand.key("F2");
  await hand.see("received-dialog");
  await walk.look("received");
  await hand.press("received-yes");
  await hand.see("tenders");
  await walk.look("tender in part");
  await hand.cash("50");
  await hand.see("paid-screen");
  await hand.see("print-state", { state: "done" });
  await walk.look("paid", { photo: true });
  await walk.at(customer, "customer paid", { photo: true });
  await hand.looked();
  await hand.key("Enter");
  await hand.see("sale-screen");
  await walk.at(customer, "customer idle");
  await shop.scan("R-T01-000001");
  await hand.see("found-1");
  await walk.look("found receipt");
  await hand.key("1", "Enter");
  await hand.see("reason-dialog");
  await walk.look("reason of a return");
  await hand.key("1");
  await hand.lines(1);
  await walk.look("return");
  await hand.pay();
  await walk.look("give back");
  await hand.press("tender-go");
  await hand.see("paid-screen");
  await hand.see("print-state", { state: "done" });
  await hand.looked();
  await hand.key("Enter");
}

async function trouble(walk, shop) {
  const { hand } = walk;
  await shop.printer.say("paper 0");
  await hand.see("alarm-banner");
  await shop.scan(cola);
  await hand.lines(1);
  await hand.pay();
  await hand.press("tender-go");
  await hand.see("print-state", { state: "held" });
  await walk.look("alarm", { photo: true });
  await walk.menu("alarms");
  await walk.menu("jobs");
  await hand.context.setOffline(true);
  await hand.see("network", { tone: "bad" });
  await walk.look("offline");
  await hand.context.setOffline(false);
  await hand.see("network", { tone: "good" });
  await hand.key("Enter");
  await hand.see("sale-screen");
  await hand.menu("close");
  await hand.see("close-dialog");
  await walk.look("close the shift", { photo: true });
  await hand.write("1");
  await hand.key("Enter");
  await hand.see("confirm-dialog");
  await walk.look("confirm");
  await hand.key("Enter");
  await hand.see("report-text");
  await walk.look("Z", { photo: true });
}

for (const lang of ["zh", "en"]) {
  test(`every screen of a staffed till (${lang})`, async (t) => {
    const shop = await open(t, { counter: true, lang });
    const hand = await Keys.open(browser, shop.url, { lang });
    const walk = new Walk(hand, lang);
    await hand.during(t.name, async () => {
      await doors(walk);
      const customer = await hand.beside("/till/customer");
      await hand.page.bringToFront();
      await selling(walk, shop);
      await paying(walk, shop, customer);
      await trouble(walk, shop);
    });
    assertNothing(walk.found);
  });

  test(`every screen of a self-checkout (${lang})`, async (t) => {
    const shop = await open(t, { lang });
    await shop.node.ask("POST", "/v1/tills", { code: "T03", mode: "self" });
    const hand = await Keys.open(browser, shop.url, { till: "T03", lang });
    const walk = new Walk(hand, lang);
    await hand.during(t.name, async () => {
      await hand.signIn(people.self.code, people.self.pin);
      await hand.see("shift-open");
      await hand.key("Enter");
      await hand.approve(people.zhao);
      await hand.see("self-welcome");
      await walk.look("self welcome", { photo: true });
      await hand.wedge(cola.barcode);
      await hand.lines(1);
      await hand.wedge(spirit.barcode);
      await hand.lines(2);
      await walk.look("self sale", { photo: true });
      await hand.key("Enter");
      await hand.see("method-wechat");
      await walk.look("self pay", { photo: true });
    });
    assertNothing(walk.found);
  });
}
