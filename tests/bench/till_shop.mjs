// The shop of the group `till`: 100,000 products, eight people, baskets, and the numbers said of what was measured there.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { clock, PrinterLine, Scanner } from "./till_counter.mjs";
import { median, Node, pause, program } from "./tools.mjs";

export const PIN = "2580";
export const SPEED = 250; // mm a second: the printers
export const PLUS = ["11", "12", "13"]; // goods by short codes, for hands
const PRODUCTS = 100_000;
const READY_MS = 20_000;

/* ---- Numbers ---- */

export const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)];
const ms = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
export const spread = (values) => {
  if (values.length === 0) return "nothing";
  const [low, p95, p99, high] = [0, 0.95, 0.99, 1].map((q) => ms(quantile(values, q)));
  return `min ${low}, median ${ms(median(values))}, p95 ${p95}, p99 ${p99}, max ${high} ms`;
};

export function generator(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Of the filled products those whose number has a good check digit: one of ten. */
function barcodes() {
  const good = [];
  for (let i = 0; i < PRODUCTS; i++) {
    const code = String(6_900_000_000_000 + i);
    const sum = [...code].reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 3 : 1), 0);
    if (sum % 10 === 0) good.push(code);
  }
  return good;
}

/** Baskets of 1 to 30 different goods, most of them small. */
export function basketMaker(seed, mean = 7) {
  const random = generator(seed), codes = barcodes();
  return (size = Math.min(30, 1 + Math.floor(-Math.log(1 - random()) * mean))) => {
    const chosen = new Set();
    while (chosen.size < size) chosen.add(codes[Math.floor(random() * codes.length)]);
    return [...chosen];
  };
}

/* ---- The shop ---- */

export class Shop {
  counters = [];

  static async open(name) {
    const shop = new Shop();
    const settings = { log: { level: "debug" }, policy: { rounding_step: 10 } };
    shop.node = await (await new Node(name, { products: PRODUCTS, promotions: 100, settings, tokens: false }).make()).start();
    for (let i = 1; i <= 8; i++) await shop.ask("POST", "/v1/staff", { code: `100${i}`, name: `收银 ${i}`, role: "cashier", pin: PIN });
    for (const [i, code] of PLUS.entries()) await shop.ask("POST", "/v1/products", { code, name: `称量 ${code}`, price: 350 + 465 * i });
    return shop;
  }

  /** As the node's own user. */
  ask(method, path, body) {
    return new Promise((resolve, reject) => {
      const headers = { Host: "localhost", "Content-Type": "application/json" };
      const call = request({ socketPath: join(this.node.data, "node.sock"), method, path, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        answer.on("end", () => (answer.statusCode < 300 ? resolve(text && JSON.parse(text)) : reject(new Error(`${path}: ${text}`))));
      });
      call.on("error", reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A till with its scanner and its printer. */
  async counter(i) {
    process.env.SUANPAN_BIN ??= program;
    const { Device } = await import("../browser/devices.mjs");
    const till = `T0${i}`;
    const counter = { till, staff: `100${i}`, scanner: await new Scanner().open() };
    counter.line = await new PrinterLine().open(await Device.start("printer", "--speed", String(SPEED)));
    await this.ask("PUT", `/v1/devices/scanner${i}`, { till, ...counter.scanner.configuration });
    await this.ask("PUT", `/v1/devices/printer${i}`, { till, ...counter.line.configuration });
    this.counters.push(counter);
    return counter;
  }

  /** Printers are proved, scanners have a line: what they are is known with the first code. */
  async ready() {
    for (const end = clock() + READY_MS; ; await pause(50)) {
      const states = (await this.ask("GET", "/v1/devices")).filter(({ class: kind }) => kind === "printer").map(({ live }) => live?.state);
      if (states.every((state) => /^(ready|degraded)$/.test(state)) && this.counters.every(({ scanner }) => scanner.socket)) return;
      if (clock() > end) throw new Error(`the devices are not ready: ${states}`);
    }
  }

  /** CPU of the node so far, ms. */
  cpu() {
    const fields = readFileSync(`/proc/${this.node.child.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  /** The turns of its tills, as it logged them: moments and durations in ms. */
  turns(till, kind) {
    const lines = readFileSync(join(this.node.path, "log"), "utf8").split("\n");
    const mine = lines.filter((line) => line.includes(`"turn":"${kind}","till":"${till}"`)).map((line) => JSON.parse(line));
    return mine.map((turn) => ({
      came: turn.came_us / 1000, waited: turn.waited_us / 1000, worked: turn.worked_us / 1000,
      stored: turn.stored_us / 1000, shown: turn.shown_us / 1000,
      committed: (turn.came_us + turn.waited_us + turn.worked_us + turn.stored_us) / 1000,
    }));
  }

  async close() {
    for (const { page, stream, hands, scanner, line } of this.counters) {
      await page?.close();
      for (const one of [stream, hands, scanner, line]) one?.close();
    }
    await this.node.stop();
    this.node.remove();
  }
}
