// Self-checkout: the customer scans and pays; what a customer may not do needs somebody of the staff, and the price is the same.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch, Touch } from "./till.mjs";

const { cola, milk, spirit } = goods;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const lang of ["zh", "en"]) {
  test(`a customer serves himself (${lang})`, async (t) => {
    const shop = await open(t, { lang });
    await shop.node.ask("POST", "/v1/tills", { code: "T03", mode: "self" });
    const staffed = await Keys.open(browser, shop.url, { lang });
    await staffed.signIn(people.wang.code, people.wang.pin);
    await staffed.openShift("100");
    const self = await Touch.open(browser, shop.url, { till: "T03", lang });
    await self.during(t.name, async () => {
      await self.signIn(people.self.code, people.self.pin);
      await self.see("shift-open");
      await self.press("shift-open-go");
      await self.approve(people.zhao);
      await self.see("self-welcome");
      await self.code(cola.barcode);
      await self.lines(1);
      await self.more();
      await self.more();
      await self.line(cola.name, 2 * cola.price); // three for two, here as there
      await self.search("cnn", milk.code);
      await self.lines(2);
      for (const name of ["line-void", "line-less", "line-quantity", "line-discount", "park", "recall", "refund"])
        assert.equal(await self.at(name).count(), 0, `${name} is nothing for customers`);

      for (const code of [cola, cola, cola, milk]) await staffed.wedge(code.barcode);
      await staffed.lines(4);
      const total = 2 * cola.price + milk.price;
      await staffed.total(total);
      await self.total(total);

      await self.press("call");
      await staffed.says("calls", "T03");
      await self.press("call");
      await staffed.gone("calls");

      await self.search("glb", spirit.code);
      await self.lines(3);
      await self.see("requirement");
      await self.tap(self.page.locator("[data-test^=confirm-]").first());
      await self.approve(people.zhao);
      await self.gone("requirement");
      await self.press("pay");
      await self.see("due", { fen: total + spirit.price });
      assert.equal(await self.at("method-cash").count(), 0);
      await self.press("method-wechat");
      await self.approve(people.zhao);
      await self.see("self-done");
      await self.see("paid-total", { fen: total + spirit.price });
      await self.press("next");
      await self.see("self-welcome");

      await self.search("cnn", milk.code);
      await self.lines(1);
      await self.press("menu");
      await self.approve(people.zhao);
      await self.see("menu-dialog");
      await self.press("menu-cancel");
      await self.see("confirm-dialog");
      await self.press("confirm-yes");
      await self.approve(people.zhao);
      await self.see("self-welcome");
      assert.deepEqual([...self.troubles, ...staffed.troubles], []);
      assert.equal((await self.hands()).keys, 0);
    });
  });
}
