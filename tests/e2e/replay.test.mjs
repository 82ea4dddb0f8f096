// Past sales priced again, from the command line beside a selling node and over HTTP, and why a sale costs what it costs.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { good, http, remove, root, scratch, start } from "./node.mjs";

const retail = join(root, "tests/data/online_retail_10k.csv");
const campaigns = [
  { code: "HEART", rule: "promotion.percent_off", params: { products: ["85123A", "22423"], percent: 200000 }, title: { zh: "灯饰八折", en: "Lights 20% off" } },
  { code: "LAMPS", rule: "promotion.multibuy", params: { tag: "lamp", buy: 3, pay: 2 }, title: { zh: "灯具买三付二", en: "Three lamps for two" } },
  { code: "LATE", rule: "promotion.percent_off", params: { tag: "lamp", percent: 100000 }, priority: 1, title: { zh: "灯具九折", en: "Lamps 10% off" } },
  { code: "STAFF", rule: "promotion.staff_discount", params: { percent: 100000 } },
];
const products = [
  { code: "LAMP", name: "台灯", price: 1999, tags: "lamp" },
  { code: "CANDLE", name: "蜡烛", price: 333, tags: "lamp wax" },
  { code: "TRAY", name: "托盘", price: 850 },
];

let node, seller, folder;
const sold = [];

/** A pack beside the node's: `change` may edit the campaigns, `rules` are more files. */
function pack(name, change = (list) => list, rules = {}) {
  const path = join(folder, name);
  mkdirSync(join(path, "rules/promotion"), { recursive: true });
  writeFileSync(join(path, "campaigns.json"), JSON.stringify({ campaigns: change(structuredClone(campaigns)) }));
  for (const [file, text] of Object.entries(rules)) writeFileSync(join(path, "rules/promotion", file), text);
  return path;
}

/** The command's report and how it ended. */
async function replay(...args) {
  const { code, stdout, stderr } = await node.suanpan("replay", ...args, "--json", "-");
  return { code, stderr, report: stdout.trim().startsWith("{") ? JSON.parse(stdout) : null };
}

before(async () => {
  folder = scratch();
  const data = scratch();
  const settings = { rules: { folder: pack("live") } };
  node = await start({ data, settings });
  for (const product of products) await node.ask("POST", "/v1/products", product);
  seller = await node.login({ code: "1001" });
  await seller.openShift(10_000);
  for (let i = 0; i < 40; i++) {
    const items = [{ code: "LAMP", quantity: 1000 * (1 + (i % 4)) }, { code: "TRAY", quantity: 1000 }];
    if (i % 3 === 0) items.push({ code: "CANDLE", quantity: 1000 * (1 + (i % 5)) });
    sold.push(await seller.sell(items));
  }
});
after(async () => {
  await node.stop();
  remove(folder);
});

test("the same rules differ by nothing, while the node sells", async () => {
  const selling = seller.sell([{ code: "TRAY", quantity: 1000 }]);
  const { code, report } = await replay(join(folder, "live"), "--max-difference", "0");
  sold.push(await selling);
  assert.equal(code, 0);
  assert.ok(report.sales >= 40 && report.sales <= 41);
  assert.deepEqual([report.differing, report.difference, report.failed, report.alarms, report.within], [0, 0, 0, 0, true]);
  const self = await replay("--self", "--sample", "1000000");
  assert.equal(self.code, 0);
  assert.deepEqual([self.report.own, self.report.sales, self.report.differing], [true, sold.length, 0]);
});

test("an error of one fen is listed with the sales it touches", async () => {
  const rule = `local offer = require "suanpan.offer"
local select = require "suanpan.select"
return {
  name = "promotion.wrong", version = "1.0.0", api = 1, phase = "promotion", stacking = "wrong", summary = "A fen too much",
  evaluate = function(basket)
    local lines = select.lines(basket, { product = "TRAY" })
    local offers = offer.list()
    if #lines > 0 then offers:total_off(lines, 1) end
    return offers
  end,
}
`;
  const wrong = pack("wrong", (list) => [...list, { code: "WRONG", rule: "promotion.wrong" }], { "wrong.lua": rule });
  const { code, report, stderr } = await replay(wrong, "--max-difference", "0");
  assert.equal(code, 1, stderr);
  assert.deepEqual([report.differing, report.difference], [sold.length, -sold.length]); // every sale has a tray
  const named = new Set(report.sales_differing.map((one) => one.sale));
  for (const sale of sold) assert.ok(named.has(sale.id), sale.id);
  assert.equal(report.products[0].code, "TRAY");
  assert.deepEqual([report.campaigns[0].campaign, report.campaigns[0].candidate], ["WRONG", sold.length]);
  assert.equal(report.within, false);
});

test("history that was imported is priced as it was, and with promotions when asked", async () => {
  const imported = await node.suanpan("import", "sales", retail);
  assert.equal(imported.code, 0, imported.stderr);
  const range = ["--from", "2010-12-01", "--to", "2010-12-31"];
  const plain = await replay(join(folder, "live"), ...range);
  assert.equal(plain.code, 0);
  assert.ok(plain.report.sales > 400 && plain.report.lines > 9000);
  assert.deepEqual([plain.report.differing, plain.report.difference], [0, 0]);
  const promoted = await replay(join(folder, "live"), ...range, "--promotions", "--max-difference", "1000");
  assert.equal(promoted.code, 1);
  assert.ok(promoted.report.difference < 0);
  const heart = promoted.report.campaigns.find((one) => one.campaign === "HEART");
  assert.equal(heart.candidate, -promoted.report.difference);
});

test("a replay runs as a job over HTTP, with its report under its id", async () => {
  const { job } = await node.ask("POST", "/v1/replays", { from: "2020-01-01T00:00:00Z", max_difference_ppm: 0 });
  let status;
  do status = await node.ask("GET", `/v1/replays/${job}`);
  while (status.state === "running");
  assert.equal(status.state, "done", JSON.stringify(status.problem));
  assert.deepEqual([status.report.sales, status.report.differing, status.report.within], [sold.length, 0, true]);
  const days = await node.admin("POST", "/v1/replays", { from: "2020-01-01", to: "2026-11-22" });
  assert.equal(days.status, 202, days.text);
  const wrong = await node.admin("POST", "/v1/replays", { from: "22.11.2026" });
  assert.deepEqual([wrong.status, wrong.body.field], [400, "from"]);
  assert.match(wrong.body.detail, /2026-11-22 or 2026-11-22T08:00:00\+08:00/);
  const refused = await node.admin("POST", "/v1/replays", { bundle: "0".repeat(64) });
  assert.equal(refused.status, 404);
  const cashier = await seller.call("POST", "/v1/replays", {});
  assert.equal(cashier.status, 403);
});

test("a sale, a basket and a quote tell why they cost what they cost", async () => {
  const sale = await seller.sell([{ code: "LAMP", quantity: 3000 }]);
  sold.push(sale);
  const told = await seller.ask("GET", `/v1/sales/${sale.id}/explain`, undefined, { headers: { "Accept-Language": "en" } });
  const [step] = told.lines[0].steps;
  assert.deepEqual([step.campaign, step.title, step.amount, step.beat], ["LAMPS", "Three lamps for two", 1999, ["Lamps 10% off"]]);
  assert.match(step.file, /multibuy\.lua$/);
  assert.ok(step.line > 0);
  const late = told.others.find((one) => one.campaign === "LATE");
  assert.equal(late.sentence, "its goods went to Three lamps for two");
  const zh = await node.suanpan("--lang", "zh", "explain", sale.id);
  assert.equal(zh.code, 0, zh.stderr);
  assert.match(zh.stdout, /灯具买三付二: .*-19\.99\n/);
  assert.match(zh.stdout, /优先于：灯具九折/);
  assert.match(zh.stdout, /只限员工/); // a rule that has nothing to give says why …
  assert.deepEqual(sale.notes ?? [], []); // … but not at the till
  const text = await good(http({ port: node.port }, "GET", `/v1/sales/${sale.id}/explain?format=text`, {
    headers: { Authorization: `Bearer ${seller.session.token}`, "Accept-Language": "zh" },
  }));
  assert.equal(text, zh.stdout);
  const quote = await seller.ask("POST", "/v1/quotes", { items: [{ code: "LAMP", quantity: 3000 }], explain: true });
  assert.equal(quote.explain.lines[0].steps[0].campaign, "LAMPS");
  const basket = await seller.ask("POST", "/v1/baskets", {});
  await seller.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "add", code: "LAMP", quantity: 3000 });
  const open = await seller.ask("GET", `/v1/baskets/${basket.id}/explain`);
  assert.equal(open.lines[0].steps[0].amount, 1999);
  const nothing = await node.suanpan("explain", "T01-999999");
  assert.equal(nothing.code, 1);
});

test("a backup is replayed like the database itself", async () => {
  const copy = join(folder, "copy.db");
  const made = await node.suanpan("backup", copy);
  assert.equal(made.code, 0, made.stderr);
  const { code, report } = await replay(join(folder, "live"), "--from", "2020-01-01", "--database", copy);
  assert.equal(code, 0);
  assert.deepEqual([report.sales, report.differing], [sold.length, 0]);
});

test("a hook's recorded inputs are asked again", async () => {
  const input = join(folder, "commission.jsonl");
  const record = (net, answers) => JSON.stringify({ input: { date: 20261122, staff: [{ code: "A" }],
    lines: [{ n: 1, code: "TRAY", quantity: 1000, net, sellers: [{ seller: "A", share: 1_000_000 }] }] }, answers });
  const paid = (value) => pack(`paid-${value}`, (list) => [...list,
    { code: "PAY", rule: "commission.by_line", params: { steps: [{ at: 0, value }] } }]);
  const ask = async (candidate) => {
    const words = ["--hook", "commission", "--input", input, "--json", "-"];
    const { code, stdout, stderr } = await node.suanpan("--set", `rules.folder=${paid(10_000)}`, "replay", candidate, ...words);
    assert.equal(stderr, "");
    return { code, ...JSON.parse(stdout) };
  };
  writeFileSync(input, `${record(10_000)}\n\n${record(20_000)}\n`);
  const same = await ask(paid(10_000));
  assert.deepEqual([same.code, same.asked, same.differing], [0, 2, 0]);
  const other = await ask(paid(30_000));
  assert.deepEqual([other.code, other.asked, other.differing, other.differing_records[1].line], [1, 2, 2, 3]);
  assert.deepEqual([other.differing_records[0].before[0].entries[0].amount, other.differing_records[0].candidate[0].entries[0].amount], [100, 300]);
  writeFileSync(input, record(10_000, other.differing_records[0].candidate));
  const recorded = await ask(paid(30_000));
  assert.deepEqual([recorded.code, recorded.differing], [0, 0]);
  const unknown = await node.suanpan("replay", join(folder, "live"), "--hook", "nothing", "--input", input);
  assert.equal(unknown.code, 1);
});
