// What an eye would find wrong on a page: by axe, and by measuring whether everything is there and can be reached.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pictures, sizes } from "./till.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const places = { ...sizes, "200 %": { width: sizes.desk.width / 2, height: sizes.desk.height / 2 } };

/** In the page: what is wider than the window, cut off, or not to be reached by any scrolling. */
function measure() {
  const found = new Set();
  const name = (element) => element.dataset.test ?? element.closest("[data-test]")?.dataset.test ?? element.className;
  const isSeen = (element) => element.checkVisibility() && !element.closest("[inert]") && !element.closest(".unseen");
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.add(`the page is ${wide} px too wide`);
  for (const element of document.querySelectorAll("button, input, .money")) {
    if (!isSeen(element)) continue;
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) found.add(`${name(element)} sticks out at the side`);
    if (!element.matches("input") && element.scrollWidth > element.clientWidth + 2 && element.clientWidth > 0) found.add(`${name(element)} is cut off`);
    if (!element.matches("button:not(:disabled)")) continue;
    element.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!hit || !(element.contains(hit) || hit.contains(element))) found.add(`${name(element)} cannot be reached`);
  }
  return [...found];
}

/** In the page: what of these is not wholly in sight as it stands, without scrolling, or has something over it. */
function hidden(elements) {
  const found = [];
  for (const element of elements) {
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    const text = element.querySelector(".chip-word") ?? element;
    const name = element.dataset.test ?? element.className;
    if (width === 0) continue; // not shown here at all
    if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1) found.push(`${name} is out of sight`);
    const corners = [[left + width / 2, top + height / 2], [left + 6, top + height / 2], [right - 6, top + height / 2], [left + width / 2, bottom - 3]];
    const covered = corners.some(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return !hit || !(element.contains(hit) || hit.contains(element));
    });
    if (covered) found.push(`${name} is covered`);
    if (text.clientWidth > 1 && text.scrollWidth > text.clientWidth + 1) found.push(`${name} is cut off`);
  }
  return found;
}

/** What of that is not in sight now, as sentences. */
export const outOfSight = (locator) => locator.evaluateAll(hidden);

/** What axe finds; `rules` only, when they are named. */
async function judge(page, rules) {
  const { violations } = await page.evaluate(
    (names) => window.axe.run(document, { resultTypes: ["violations"], ...(names ? { runOnly: { type: "rule", values: names } } : {}) }),
    rules,
  );
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join("; ")}`);
}

/**
 * Everything about what stands on the page now: axe in light and dark, then that all of it is there in every size, also at
 * 200 %. `photo` names sizes of which pictures in both colours are kept in build/screenshots. Gives what is wrong, as sentences.
 */
export async function inspect(screen, where, { photo } = {}) {
  const { page } = screen;
  const found = [];
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    const rules = colorScheme === "dark" ? ["color-contrast"] : undefined; // nothing else is another there
    found.push(...(await judge(page, rules)).map((what) => `${where}, ${colorScheme}: ${what}`));
    if (!photo) continue;
    for (const name of photo) {
      await page.setViewportSize(sizes[name]);
      await page.screenshot({ path: join(pictures, `${where} ${name} ${colorScheme}.png`) });
    }
    await page.setViewportSize(sizes.desk);
  }
  for (const [name, size] of Object.entries(places)) {
    await page.setViewportSize(size);
    found.push(...(await page.evaluate(measure)).map((what) => `${where}, ${name}: ${what}`));
  }
  await page.setViewportSize(sizes.desk);
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

export function assertNothing(found) {
  assert.equal(found.length, 0, `\n${[...new Set(found)].join("\n")}`);
}
