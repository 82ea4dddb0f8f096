// A shop for the tests of the page: a node with goods, people, rules and, when asked for, devices that are not there.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { remove, scratch, start } from "../e2e/node.mjs";
import { Device, Paper } from "./devices.mjs";

/** Twelve digits with their check digit behind them. */
export function ean(digits) {
  const sum = [...digits].reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

export const goods = {
  cola: { code: "COLA", name: "欢跃可乐", price: 350, barcode: ean("690100000001"), tags: "soda" },
  milk: { code: "MILK", name: "纯牛奶", price: 1290, barcode: ean("690100000002") },
  bread: { code: "BREAD", name: "全麦面包", price: 680, barcode: ean("690100000003") },
  chips: { code: "CHIPS", name: "原味薯片", price: 725, barcode: ean("690100000004") },
  apple: { code: "APPLE", name: "红富士苹果", price: 1280, unit: "kg", weighed: true, barcode: ean("690100000005") },
  spirit: { code: "SPIRIT", name: "高粱白酒", price: 6800, barcode: ean("690100000006"), tags: "adult" },
};

export const people = {
  wang: { code: "1001", name: "王芳", role: "cashier", pin: "2580" },
  zhao: { code: "1002", name: "赵敏", role: "cashier", pin: "1470" },
  li: { code: "2001", name: "李强", role: "manager", pin: "7777" },
  self: { code: "3001", name: "自助", role: "cashier", pin: "3690" },
};

/** What the coupon is worth, and from how much on. */
export const coupon = { code: "88021", off: 500, minimum: 2000 };
export const float = 20_000;
export const rounding = 10; // cash is rounded down to 10 fen

const campaigns = [
  { code: "SODA32", rule: "promotion.multibuy", params: { tag: "soda", buy: 3, pay: 2 }, title: { zh: "汽水买三付二", en: "Soda 3 for 2" } },
  { code: "FIVE", rule: "coupon.money", params: { coupon: coupon.code, off: coupon.off, minimum: coupon.minimum }, title: { zh: "满 20 减 5 券", en: "5.00 off from 20.00" } },
  { code: "AGE18", rule: "check.age", params: { tag: "adult" }, title: { zh: "烟酒须满 18 岁", en: "Adults only" } },
];

export class Shop {
  devices = [];

  constructor(node, options) {
    Object.assign(this, { node, options });
  }

  get url() {
    return `http://127.0.0.1:${this.node.port}`;
  }

  async stock({ people: staff, setting }) {
    for (const one of Object.values(goods)) await this.node.ask("POST", "/v1/products", one);
    for (const one of Object.values(staff)) await this.node.ask("POST", "/v1/staff", one);
    if (setting) await this.node.ask("PUT", "/v1/settings/till", setting);
  }

  /** Make a simulated device and give it to a till. */
  async device(id, till, kind, ...words) {
    const device = await Device.start(kind, ...words);
    device.id = id;
    this.devices.push(device);
    await this.node.ask("PUT", `/v1/devices/${id}`, device.configuration(till));
    return device;
  }

  /** Everything a counter has, at one till. */
  async counter(till = "T01") {
    this.printer = await this.device("printer1", till, "printer");
    this.scale = await this.device("scale1", till, "scale", "--protocol", "mt8217");
    this.scanner = await this.device("scanner1", till, "scanner");
    this.pole = await this.device("pole1", till, "display", "--protocol", "cd5220");
    this.paper = new Paper(this.printer);
  }

  /** The scanner of the counter reads goods or any code. */
  scan(what) {
    return this.scanner.say(`scan ${what.barcode ?? what}`);
  }

  /** Every open shift, and the stores' sums: what was sold must agree with what was written down. */
  reconciled() {
    return this.node.ask("GET", "/v1/reconciliation");
  }

  /** Start the node again behind the same address, so that open pages find it. */
  async restart() {
    const { data, port } = this.node;
    this.node = await start({ ...this.options, data, port });
  }

  async close() {
    for (const device of this.devices) device.stop();
    await this.node.kill();
    remove(this.node.data);
  }
}

/** A shop that is gone when the test ends. `counter: true` gives till T01 its devices. */
export async function open(t, { counter = false, staff = people, setting, lang = "zh" } = {}) {
  const data = scratch();
  mkdirSync(join(data, "pack"));
  writeFileSync(join(data, "pack/campaigns.json"), JSON.stringify({ campaigns }));
  const settings = { language: lang, store: { name: "街角小店", address: "幸福路 1 号" }, rules: { folder: "pack" }, policy: { rounding_step: rounding } };
  const options = { settings };
  const shop = new Shop(await start({ data, ...options }), options);
  t.after(() => shop.close());
  await shop.stock({ people: staff, setting });
  if (counter) await shop.counter();
  return shop;
}
