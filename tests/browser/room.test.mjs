// Little room and much to show: a till in the hand, a hundred lines, long names, large amounts, many devices.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { outOfSight } from "./look.mjs";
import { goods, open, people } from "./shop.mjs";
import { Keys, launch, sizes, Touch } from "./till.mjs";

const { cola, milk, bread } = goods;
const loaf = { code: "LOAF", name: "云南高原手工石磨全麦核桃葡萄干无蔗糖低脂高纤维乡村面包家庭分享装超值组合（新鲜现烤每日限量供应）两袋装", price: 12345600, barcode: "6901000000998" };
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function assertInSight(locator, where) {
  assert.ok((await locator.count()) > 0, where);
  const deadline = Date.now() + 5000; // a list that grew scrolls with its next picture
  let found = await outOfSight(locator);
  while (found.length && Date.now() < deadline) found = await outOfSight(locator);
  assert.deepEqual(found, [], where);
}

const current = (hand) => hand.page.locator(".line-current, .line-current button, [data-test=pay]");

for (const lang of ["zh", "en"]) {
  test(`a till in the hand: the chosen line and all that can be done with it are in sight (${lang})`, async (t) => {
    const shop = await open(t, { counter: true, lang });
    await shop.node.ask("POST", "/v1/products", loaf);
    const hand = await Touch.open(browser, shop.url, { lang, size: sizes.phone });
    await hand.during(t.name, async () => {
      await hand.signIn(people.wang.code, people.wang.pin);
      await hand.openShift("100");
      for (let count = 1; count <= 12; count++) {
        await shop.scan([cola, milk, bread][count % 3]);
        await hand.lines(count);
        if (count > 4) await assertInSight(current(hand), `line ${count}`);
      }
      await hand.up(3);
      await assertInSight(current(hand), "a line above");
      await shop.scan(loaf);
      await hand.lines(13);
      await assertInSight(current(hand), "a long name and a large amount");
      await shop.printer.say("paper 0"); // takes room from the list
      await hand.see("alarm-banner");
      await assertInSight(current(hand), "under an alarm");
      assert.equal(await hand.page.locator("kbd:visible").count(), 0, "no names of keys where there is no keyboard");
      await hand.pay();
      await assertInSight(hand.page.locator("[data-test=due], [data-test=tender-go], [data-test=back]"), "paying");
      assert.deepEqual(hand.troubles, []);
    });
  });

  test(`the state of everything is always in sight, however many devices there are (${lang})`, async (t) => {
    const shop = await open(t, { counter: true, lang });
    await shop.device("kitchen-printer-behind-the-wall", "T01", "printer");
    await shop.device("scale2", "T01", "scale", "--protocol", "mt8217");
    const hand = await Keys.open(browser, shop.url, { lang });
    await hand.during(t.name, async () => {
      await hand.signIn(people.wang.code, people.wang.pin);
      await hand.openShift("100");
      for (const id of ["printer1", "scale1", "pole1"]) await hand.see(`device-${id}`, { tone: "good" });
      const look = async (when) => {
        for (const [name, size] of Object.entries(sizes)) {
          await hand.page.setViewportSize(size);
          await assertInSight(hand.page.locator(".status > [data-test], [data-test=pay]"), `${when}, ${name}`);
        }
        await hand.page.setViewportSize(sizes.desk);
      };
      await look("all is well");
      await shop.printer.say("paper 0");
      await hand.see("alarm-banner");
      await look("paper is out");
      await hand.wedge(cola.barcode);
      await hand.lines(1);
      await hand.context.setOffline(true);
      await hand.see("network", { tone: "bad" });
      await hand.wedge(milk.barcode);
      await hand.says("unsynced", "1");
      await look("cut off");
      await hand.context.setOffline(false);
      await hand.gone("unsynced");
    });
  });
}

test("a hundred lines: the line that is chosen is in sight wherever it is, and others fade at the edge", async (t) => {
  const shop = await open(t);
  const hand = await Keys.open(browser, shop.url, { size: sizes.small });
  await hand.during(t.name, async () => {
    await hand.signIn(people.wang.code, people.wang.pin);
    await hand.openShift("100");
    for (let count = 0; count < 100; count++) await hand.wedge([milk, bread][count % 2].barcode);
    await hand.lines(100);
    const list = hand.page.locator(".lines");
    await assertInSight(current(hand), "the last");
    assert.match(await list.getAttribute("class"), /more-above/);
    assert.doesNotMatch(await list.getAttribute("class"), /more-below/);
    await hand.up(20);
    await hand.page.locator(".line-current[data-n='80']").waitFor();
    await assertInSight(current(hand), "one in the middle");
    await hand.page.locator(".more-above.more-below").waitFor();
  });
});

test("an English screen calls goods by their English name, a Chinese one does not", async (t) => {
  const shop = await open(t);
  const tea = { code: "TEA", name: "茉莉花茶", name_en: "Jasmine tea", unit: "瓶", price: 450, barcode: "6901000000974" };
  await shop.node.ask("POST", "/v1/products", tea);
  const hand = await Keys.open(browser, shop.url, { lang: "en" });
  await hand.during(t.name, async () => {
    await hand.signIn(people.wang.code, people.wang.pin);
    await hand.openShift("100");
    await hand.wedge(tea.barcode);
    const name = hand.at("line-name").first();
    await hand.says("line-name", tea.name_en);
    assert.equal(await name.innerText(), `${tea.name_en}\n${tea.name}`);
    await hand.says("line-count", "bottle");
    await hand.key("F2");
    await hand.see("search-dialog");
    await hand.write("mlh");
    await hand.says("product-TEA", tea.name_en);
    await hand.key("Escape");
    await hand.gone("search-dialog");
    await hand.menu("settings");
    await hand.at("lang-zh").click();
    await hand.key("Escape");
    await hand.says("line-count", "瓶");
    assert.equal(await name.innerText(), tea.name);
  });
});
