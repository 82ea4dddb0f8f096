// The till's page in a real Chromium, and when it shows what.
//
// The page keeps a list of what changed on it, each with three moments of its own clock: `dom`, the lines stand in the document;
// `painted`, the task after the frame that carries them (requestAnimationFrame, then a message to itself); `next`, the frame after
// that one has begun (requestAnimationFrame twice): by then it has been painted, whatever the compositor did. The goals are held
// against `next`. A key press is timed by its event's own stamp.
import { clock } from "./till_counter.mjs";

const OFFSET_TRIES = 60;

/** In the page, from its first moment. */
function watch() {
  const seen = [], keys = [];
  let before = "";
  function look() {
    const screen = document.querySelector("[data-test=sale-screen],[data-test=tender-screen],[data-test=paid-screen]");
    const name = screen?.dataset.test ?? "";
    const lines = screen ? screen.querySelectorAll("[data-test=line]").length : 0;
    const fen = screen?.querySelector("[data-test=change-preview],[data-test=change]")?.dataset.fen ?? "";
    const now = `${name} ${lines} ${fen}`;
    if (now === before) return;
    before = now;
    const one = { screen: name, lines, fen, dom: performance.now() };
    seen.push(one);
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => (one.painted = performance.now());
      after.port2.postMessage(0);
      requestAnimationFrame(() => (one.next = performance.now()));
    });
  }
  addEventListener("keydown", (event) => event.isTrusted && keys.push({ key: event.key, at: event.timeStamp }), true);
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-fen", "data-test"] });
  window.bench = { take: () => ({ seen: seen.splice(0, seen.length - seen.filter((one) => one.next === undefined).length), keys: keys.splice(0) }) };
}

export class Page {
  seen = [];
  keys = [];

  static async open(node, { staff, pin, till, float }) {
    const driver = await import("../browser/till.mjs");
    const page = new Page();
    page.browser = await driver.launch();
    page.screen = await driver.Keys.open(page.browser, `http://127.0.0.1:${node.port}`, { till, lang: "zh" });
    await page.screen.page.addInitScript(watch);
    await page.screen.page.reload();
    await page.screen.signIn(staff, pin);
    await page.screen.openShift(float);
    await page.tune();
    return page;
  }

  /** The page's clock beside ours: the narrowest of many sandwiches. Both count the same monotonic clock from other beginnings. */
  async tune() {
    let narrow = Infinity;
    for (let i = 0; i < OFFSET_TRIES; i++) {
      const before = clock();
      const there = await this.screen.page.evaluate(() => performance.now());
      const width = clock() - before;
      if (width >= narrow) continue;
      narrow = width;
      this.offset = before + width / 2 - there;
    }
    this.doubt = narrow / 2;
  }

  /** Fetch what the page saw since. */
  async take() {
    const { seen, keys } = await this.screen.page.evaluate(() => window.bench.take());
    const ours = (at) => (at === undefined ? undefined : at + this.offset);
    for (const one of seen) this.seen.push({ ...one, dom: ours(one.dom), painted: ours(one.painted), next: ours(one.next) });
    for (const one of keys) this.keys.push({ ...one, at: ours(one.at) });
  }

  /** Until it has shown so since `from`; gives when. */
  async until(test, from, ms = 30_000) {
    const end = clock() + ms;
    for (;;) {
      const found = this.seen.find((one) => one.dom >= from && test(one));
      if (found) return found;
      if (clock() > end) throw new Error(`the page does not show it: ${JSON.stringify(this.seen.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await this.take();
    }
  }

  press(key) {
    return this.screen.page.keyboard.press(key);
  }

  /** When a key was pressed last, by the page. */
  pressed(key) {
    return this.keys.findLast((one) => one.key === key).at;
  }

  lines(count, from) {
    return this.until((one) => one.screen === "sale-screen" && one.lines >= count, from);
  }

  shows(screen, from) {
    return this.until((one) => one.screen === screen, from);
  }

  /** What the browser complained of. */
  get troubles() {
    return this.screen.troubles;
  }

  close() {
    return this.browser.close();
  }
}
