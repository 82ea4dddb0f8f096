// The page in a browser, and hands that work it: by keys alone or by fingers alone. Waits are for what the page shows, never for time.
//
//   const browser = await launch();
//   const till = await Keys.open(browser, shop.url, { till: "T01", lang: "zh" });    // or Touch.open
//   await till.signIn("1001", "2580"); await till.openShift("200"); await till.code("COLA"); await till.total(350);
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root } from "../e2e/node.mjs";

const PATIENCE_MS = 20_000; // on a busy machine; nothing is measured by it
const HAND_MS = 50; // at least between two keys of a hand: faster ones are a scanner's
const REACH_MS = 150; // a hand goes from the scanner to the keyboard

export const sizes = { desk: { width: 1366, height: 768 }, small: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } };

export function launch() {
  const executablePath = process.env.SUANPAN_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"] });
}

/** In the page, from its first moment: what came from which hand. */
function watchHands() {
  const seen = { keys: 0, points: 0 };
  Object.defineProperty(window, "hands", { value: seen });
  const real = (event) => event.isTrusted && event.type !== "click";
  for (const name of ["keydown", "keyup"]) addEventListener(name, (event) => real(event) && seen.keys++, true);
  for (const name of ["pointerdown", "touchstart", "mousedown"]) addEventListener(name, (event) => real(event) && seen.points++, true);
}

/** The commands a page sends from now on; the list grows. */
export const sent = (hand) => {
  const list = [];
  hand.page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/commands")) list.push(JSON.parse(request.postData()));
  });
  return list;
};

export const pictures = join(root, "build/screenshots");

/** A page of a till, as anybody sees it. */
export class Screen {
  troubles = []; // what the browser complained of

  static async open(browser, url, { till = "T01", lang = "zh", theme = "light", size = sizes.desk, touch = false, path = "/till", zoom = 1, zone } = {}) {
    const screen = new this();
    const viewport = { width: Math.round(size.width / zoom), height: Math.round(size.height / zoom) };
    const locale = lang === "zh" ? "zh-CN" : "en-GB";
    screen.context = await browser.newContext({ viewport, deviceScaleFactor: zoom, locale, colorScheme: theme, hasTouch: touch, reducedMotion: "reduce", timezoneId: zone });
    screen.context.setDefaultTimeout(PATIENCE_MS);
    await screen.context.addInitScript(watchHands);
    await screen.load(`${url}${path}?till=${till}`);
    return screen;
  }

  async load(address) {
    this.page = await this.context.newPage();
    this.page.on("pageerror", (error) => this.troubles.push(error.stack ?? String(error)));
    this.page.on("console", (message) => {
      const network = /^Failed to load resource|net::ERR_/.test(message.text()); // refusals and cut lines are part of the tests
      if (message.type() === "error" && !network) this.troubles.push(message.text());
    });
    await this.page.goto(address);
  }

  /** Another page of the same browser, so of the same session: the customer's screen. */
  async beside(path) {
    const other = new Screen();
    other.context = this.context;
    await other.load(new URL(path, this.page.url()).href);
    return other;
  }

  close() {
    return this.context.close();
  }

  /** Do something with the page. When that fails, a picture of the page is kept, and it is told what stood on it. */
  async during(name, work) {
    try {
      return await work();
    } catch (error) {
      const file = join(pictures, `failed ${name}.png`);
      await this.page.bringToFront();
      await this.page.screenshot({ path: file }).catch((lost) => this.troubles.push(lost.message));
      const told = await this.page.locator("[data-test=problem], [data-test=notice], .entry-hint").allInnerTexts().catch(() => []);
      throw new Error([error.stack, ...told, ...this.troubles, file].join("\n"));
    }
  }

  at(name) {
    return this.page.locator(`[data-test="${name}"]`);
  }

  /** Wait until it is there, with those attributes: see("total", { fen: 700 }). */
  see(name, data = {}) {
    const more = Object.entries(data).map(([key, value]) => `[data-${key}="${value}"]`);
    return this.page.locator(`[data-test="${name}"]${more.join("")}`).first().waitFor();
  }

  /** Wait until it says so. */
  says(name, text) {
    return this.at(name).filter({ hasText: text }).first().waitFor();
  }

  gone(name) {
    return this.at(name).first().waitFor({ state: "hidden" });
  }

  async fen(name) {
    return Number(await this.at(name).first().getAttribute("data-fen"));
  }

  /** Wait for the total of the sale, in fen. */
  total(fen) {
    return this.see("total", { fen });
  }

  /** Wait for so many lines. */
  async lines(count) {
    if (count === 0) return this.gone("line");
    await this.at("line").nth(count - 1).waitFor();
    await this.at("line").nth(count).waitFor({ state: "hidden" });
  }

  /** Wait for a line with this name and what is paid for it. */
  line(name, fen) {
    return this.at("line").filter({ hasText: name }).filter({ has: this.page.locator(`[data-test="line-paid"][data-fen="${fen}"]`) }).first().waitFor();
  }

  /** The button, once it has stood there long enough that a press counts. */
  heeded(name) {
    return this.page.locator(`[data-test="${name}"]:not([aria-disabled=true])`).last();
  }

  /** The dialog on top. */
  dialog() {
    return this.page.locator(".layer:not([inert]) .dialog, :not(.layer) > .veil > .dialog").last();
  }

  /** What came from keys and from fingers so far, on this page. */
  hands() {
    return this.page.evaluate(() => ({ ...window.hands }));
  }
}

/** What both hands do alike: what is seen between two deeds. */
class Hand extends Screen {
  async signIn(staff, pin) {
    await this.see("sign-in");
    await this.enter("staff-code", staff);
    await this.press("sign-in-go");
    await this.enter("pin", pin);
    await this.press("sign-in-go");
    await this.gone("sign-in");
  }

  async openShift(yuan) {
    await this.see("shift-open");
    await this.enter("float", yuan);
    await this.press("shift-open-go");
    await this.see("sale-screen");
  }

  /** A manager signs for what was just refused. */
  async approve({ code, pin }) {
    await this.see("approval-dialog");
    await this.enter("approval-staff", code);
    await this.press("approval-go");
    await this.enter("approval-pin", pin);
    await this.press("approval-go");
    await this.gone("approval-dialog");
  }

  async quantity(pieces) {
    await this.press("quantity");
    await this.see("number-dialog");
    await this.enter("number-field", pieces);
    await this.press("number-go");
    await this.gone("number-dialog");
  }

  async text(key, text) {
    await this.press(key);
    await this.see("text-dialog");
    await this.enter("text-field", text);
    await this.press("text-go");
    await this.gone("text-dialog");
  }

  member(code) {
    return this.text("member-key", code);
  }
  coupon(code) {
    return this.text("coupon-key", code);
  }
  park(label) {
    return this.text("park", label);
  }

  async recall(place = 1) {
    await this.press("recall");
    await this.see("recall-dialog");
    await this.press(`parked-${place}`);
    await this.gone("recall-dialog");
  }

  /** Percent off the current line or the whole sale. `by` signs when it is too much for a cashier. */
  async discount(percent, { scope = "line", by } = {}) {
    await this.press("discount-key");
    await this.see("discount-dialog");
    if (scope !== "line") await this.press(`scope-${scope}`);
    await this.enter("discount-value", percent);
    await this.press("discount-go");
    await this.gone("discount-dialog");
    if (by) await this.approve(by);
  }

  async pay() {
    await this.press("pay");
    await this.see("tender-screen");
  }

  /** The change has stood there long enough to be looked at: what is pressed now counts. */
  looked() {
    return this.heeded("next").waitFor();
  }

  /** Wait for the change on the screen, then go on; gives what was sold for. */
  async next(change) {
    await this.see("paid-screen");
    await this.see("change", { fen: change });
    const total = await this.fen("paid-total");
    await this.looked();
    await this.press("next");
    await this.see("sale-screen");
    return total;
  }

  /** By another method than cash; `yuan` for a part. */
  async method(name, yuan) {
    if (yuan) await this.enter("given", yuan);
    await this.press(`method-${name}`);
    await this.see("received-dialog");
    await this.press("received-yes");
    await this.gone("received-dialog");
  }

  async menu(name) {
    await this.press("menu");
    await this.see("menu-dialog");
    await this.press(`menu-${name}`);
    await this.gone("menu-dialog");
  }

  async weigh() {
    await this.see("scale", { stable: "yes" });
    await this.press("weigh-go");
    await this.gone("weigh-dialog");
  }

  async why() {
    await this.press("why");
    await this.see("why-dialog");
    await this.see("why-net");
    const net = await this.fen("why-net");
    await this.press("dialog-close");
    await this.gone("why-dialog");
    return net;
  }

  async lock() {
    await this.press("lock");
    await this.see("lock-screen");
  }

  async unlock(pin) {
    await this.enter("pin", pin);
    await this.press("unlock");
    await this.gone("lock-screen");
  }

  /** Another person takes over a locked till. */
  async takeOver({ code, pin }) {
    await this.press("other-person");
    await this.enter("staff-code", code);
    await this.press("unlock");
    await this.unlock(pin);
  }

  async moveCash(name, yuan, reason = 1) {
    await this.menu(name);
    await this.see("number-dialog");
    await this.enter("number-field", yuan);
    await this.press("number-go");
    await this.see("reason-dialog");
    await this.press(`reason-${reason}`);
    await this.gone("reason-dialog");
  }

  /** What a thing costs, without selling it. */
  async price(code) {
    await this.menu("price");
    await this.see("price-dialog");
    await this.enter("price-code", code);
    await this.press("price-look");
    await this.see("price");
    const fen = await this.fen("price");
    await this.press("dialog-close");
    await this.gone("price-dialog");
    return fen;
  }

  async report() {
    await this.menu("report");
    await this.see("report-text");
    const text = await this.at("report-text").innerText();
    await this.press("report-ok");
    await this.gone("report-dialog");
    return text;
  }

  async closeShift(yuan) {
    await this.menu("close");
    await this.see("close-dialog");
    await this.enter("count-whole", yuan);
    await this.press("close-go");
    await this.see("confirm-dialog");
    await this.press("confirm-yes");
    await this.see("report-text");
    const text = await this.at("report-text").innerText();
    await this.press("report-ok");
    await this.see("shift-open");
    return text;
  }

  /** The receipt on the screen: these lines come back, for the first of the usual reasons. */
  async giveBack(...numbers) {
    await this.see("refund-dialog");
    for (const n of numbers) await this.choose(n);
    await this.press("refund-go");
    await this.see("reason-dialog");
    await this.press("reason-1");
    await this.gone("refund-dialog");
  }
}

/** Everything by the keyboard. A name of the page becomes the key that stands on it. */
export class Keys extends Hand {
  async key(...names) {
    for (const name of names) {
      await this.ready();
      await this.page.keyboard.press(name);
      this.last = Date.now();
    }
  }

  /** As a hand types: slow enough to be no scanner. */
  async write(text) {
    await this.ready();
    await this.page.keyboard.type(String(text), { delay: HAND_MS });
    this.last = Date.now();
  }

  /** A hand is no faster than that. */
  async ready() {
    const rest = Math.max((this.last ?? 0) + HAND_MS, (this.stroke ?? 0) * 1000 + REACH_MS) - Date.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }

  /** Keys with times of their own, so that it is the same however busy this machine is: [key, ms since the one before]. */
  async strokes(list) {
    this.wire ??= await this.context.newCDPSession(this.page);
    const long = list.reduce((sum, [, gap]) => sum + gap / 1000, 0);
    let timestamp = Math.max(this.stroke ?? 0, (this.last ?? 0) / 1000, Date.now() / 1000 - long); // they end about now
    const sent = list.flatMap(([key, gap]) => {
      timestamp += gap / 1000;
      const press = { key, timestamp, text: key === "Enter" ? "\r" : key, windowsVirtualKeyCode: key === "Enter" ? 13 : key.charCodeAt(0) };
      return ["keyDown", "keyUp"].map((type) => this.wire.send("Input.dispatchKeyEvent", { type, ...press }));
    });
    this.stroke = timestamp;
    await Promise.all(sent);
  }

  /** As a scanner that acts as a keyboard: its keys are 2 ms apart. `late` are the places of keys that come 90 ms late,
   * `after` how long nothing was typed before. */
  wedge(text, { late = [], after = 60 } = {}) {
    return this.strokes([...text, "Enter"].map((key, at) => [key, at === 0 ? after : late.includes(at) ? 90 : 2]));
  }

  enter(name, text) {
    void name; // the screen knows what keys mean
    return this.write(text);
  }

  /** The key that is printed on a button, or that its place in the dialog gives it. */
  async press(name) {
    const button = this.heeded(name);
    await button.waitFor();
    if (name === "dialog-close") return this.key("Escape");
    if (name === "lock") return this.menu("lock");
    const cap = (await button.getAttribute("aria-keyshortcuts")) ?? { "price-look": "Enter" }[name];
    if (!cap) throw new Error(`no key does what ${name} does`);
    return this.key({ Esc: "Escape" }[cap] ?? (cap.length === 1 ? cap.toLowerCase() : cap));
  }

  /** A code by hand, or what a scanner that types sends. */
  async code(code) {
    await this.write(code);
    await this.key("Enter");
  }

  /** Letters on the screen search; Enter takes the first that was found. */
  async search(letters, code) {
    await this.see("sale-screen");
    await this.write(letters);
    await this.page.locator(`[data-test="product-${code}"][aria-pressed="true"]`).waitFor();
    await this.key("Enter");
    await this.gone("search-dialog");
  }

  async times(pieces) {
    await this.write(pieces);
    await this.key("*");
  }

  more() {
    return this.key("+");
  }
  less() {
    return this.key("-");
  }
  void() {
    return this.key("Delete");
  }
  up(by = 1) {
    return this.key(...Array(by).fill("ArrowUp"));
  }

  async refund(receipt) {
    await this.key("F9");
    await this.see("refund-dialog");
    await this.write(receipt);
    await this.key("Enter");
  }

  choose(n) {
    return this.at(`found-${n}`).waitFor().then(() => this.key(String(n)));
  }

  /** A note by its number: the change is shown first, Enter pays. */
  async note(number, change) {
    await this.key(String(number));
    await this.see("change-preview", { fen: change });
    await this.key("Enter");
  }

  async cash(yuan) {
    await this.write(yuan);
    await this.key("Enter");
  }
}

/** Everything by touch, also the digits and letters. */
export class Touch extends Hand {
  oneByOne = true; // pieces are taken back one a tap

  static open(browser, url, options = {}) {
    return super.open(browser, url, { ...options, touch: true });
  }

  tap(locator) {
    return locator.tap();
  }

  press(name) {
    return this.tap(this.heeded(name));
  }

  /** By the pad or the letters that stand beside the field. */
  async enter(name, text) {
    await this.at(name).last().waitFor();
    if (name !== "given" && !/^(text|search)-field$/.test(name)) await this.press(name);
    for (const character of String(text)) await this.tap(this.keyOf(character));
  }

  keyOf(character) {
    const box = this.page.locator(".layer:not([inert]), .root:not([inert])").last();
    const pad = box.locator(`.pad-key[data-test$="-${character === "." ? "dot" : character}"]`);
    const letter = box.locator(".letter-key").getByText(character.toLowerCase(), { exact: true });
    return pad.or(letter).first();
  }

  async code(code) {
    await this.press("type-code");
    await this.see("text-dialog");
    await this.enter("text-field", code);
    await this.press("text-go");
    await this.gone("text-dialog");
  }

  async search(letters, code) {
    await this.press("search");
    await this.see("search-dialog");
    await this.enter("search-field", letters);
    await this.press(`product-${code}`);
    await this.gone("search-dialog");
  }

  times(pieces) {
    return this.quantity(pieces);
  }
  more() {
    return this.press("line-more");
  }
  less() {
    return this.press("line-less");
  }
  void() {
    return this.press("line-void");
  }

  async up(by = 1) {
    const lines = this.at("line");
    const current = await lines.evaluateAll((all) => all.findIndex((line) => line.getAttribute("aria-current")));
    await this.tap(lines.nth(current - by).locator(".line-row"));
    await lines.nth(current - by).and(this.page.locator("[aria-current]")).waitFor();
  }

  async refund(receipt) {
    await this.press("refund");
    await this.see("refund-dialog");
    await this.press("receipt-field");
    for (const character of receipt) await this.tap(this.keyOf(character));
    await this.press("receipt-find");
  }

  choose(n) {
    return this.press(`found-more-${n}`);
  }

  /** A finger on a note pays at once. */
  note(number) {
    return this.press(`cash-${number}`);
  }

  async cash(yuan) {
    await this.enter("given", yuan);
    await this.press("tender-go");
  }
}
