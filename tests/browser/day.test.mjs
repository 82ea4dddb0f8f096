// A full day by the keyboard alone and by touch alone, in both languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { playDay } from "./day.mjs";
import { open } from "./shop.mjs";
import { Keys, launch, Touch } from "./till.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const lang of ["zh", "en"]) {
  test(`a day by keys alone (${lang})`, async (t) => {
    const shop = await open(t, { counter: true, lang });
    const hand = await Keys.open(browser, shop.url, { lang });
    await hand.during(t.name, () => playDay(hand, shop, lang));
    const { keys, points } = await hand.hands();
    assert.ok(keys > 100);
    assert.equal(points, 0, "no finger, no mouse");
    await hand.close();
  });

  test(`a day by touch alone (${lang})`, async (t) => {
    const shop = await open(t, { counter: true, lang });
    const hand = await Touch.open(browser, shop.url, { lang });
    await hand.during(t.name, () => playDay(hand, shop, lang));
    const { keys, points } = await hand.hands();
    assert.equal(keys, 0, "no key");
    assert.ok(points > 100);
    await hand.close();
  });
}
