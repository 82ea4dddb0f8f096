// The main job on real goods: start a node in a scratch folder, import products, sell real baskets over HTTP, print the
// receipts, close the shift, show the Z report and the reconciliation. `--once` stops the node at the end; without it the node
// keeps running with its address printed.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.SUANPAN_BIN ?? join(root, "build/release/suanpan");
const data = join(root, "tests/data");
const folder = mkdtempSync(join(tmpdir(), "suanpan-demo-"));
const once = process.argv.includes("--once");
const chinese = !process.argv.includes("--english");

const title = (text) => console.log(`\n\x1b[1m== ${text}\x1b[0m`);

function suanpan(...args) {
  const run = spawnSync(program, ["--data", folder, ...args], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`suanpan ${args.join(" ")} ended with ${run.status}:\n${run.stdout}${run.stderr}`);
  return run.stdout;
}

/** The node's own user, over the socket in its data folder. */
const admin = (method, path, body) => JSON.parse(suanpan("call", method, path, ...(body ? [JSON.stringify(body)] : [])));

function start() {
  const config = join(folder, "suanpan.json");
  const settings = { data: folder, listen: "127.0.0.1:0", rules: { folder: join(root, "rules/packs/demo") }, policy: { rounding_step: 10 } };
  writeFileSync(config, JSON.stringify(settings, null, 2));
  const node = spawn(program, ["--config", config, "serve"], { stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    let text = "";
    node.stdout.on("data", (chunk) => {
      text += chunk;
      const address = text.match(/http:\/\/[\d.]+:\d+/);
      if (address) resolve({ node, address: address[0] });
    });
    node.on("exit", (code) => reject(new Error(`the node ended with ${code} before it was ready`)));
  });
}

function http(address, token) {
  let key = 0;
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { "Accept-Language": chinese ? "zh-CN" : "en" };
      if (token) headers.Authorization = `Bearer ${token}`;
      if (body) headers["Content-Type"] = "application/json";
      if (method === "POST") headers["Idempotency-Key"] = `demo-${process.pid}-${++key}`;
      const call = request(address + path, { method, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk) => (text += chunk));
        answer.on("end", () => {
          if (answer.statusCode >= 400) return reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
          resolve(answer.headers["content-type"].startsWith("application/json") ? JSON.parse(text) : text);
        });
      });
      call.on("error", reject);
      call.end(body ? JSON.stringify(body) : undefined);
    });
}

/** The first invoices of the real retailer that have a handful of lines, as items by product code. */
function realBaskets(count) {
  const rows = readFileSync(join(data, "online_retail_10k.csv"), "utf8").split(/\r?\n/).slice(1).map((line) => line.split(";"));
  const invoices = new Map();
  for (const [invoice, code, , quantity, , price] of rows) {
    if (!invoice || invoice.startsWith("C") || Number(quantity) <= 0 || price === "0") continue;
    if (!invoices.has(invoice)) invoices.set(invoice, []);
    invoices.get(invoice).push({ code, quantity: Number(quantity) * 1000 });
  }
  return [...invoices.values()].filter((items) => items.length >= 3 && items.length <= 7).slice(0, count);
}

async function sell(call, items, tenders) {
  const quote = await call("POST", "/v1/quotes", { items, cash: tenders(0)[0].method === "cash" });
  return call("POST", "/v1/sales", { items, tenders: tenders(quote.total), total: quote.total });
}

const cash = (total) => [{ method: "cash", amount: Math.ceil(total / 1000) * 1000 }];
const wechat = (total) => [{ method: "wechat", amount: total, reference: "4200001234202611220000000001" }];
const split = (total) => [{ method: "alipay", amount: 500, reference: "2026112222001400000001" }, { method: "cash", amount: total - 500 }];

async function receipt(call, sale, columns) {
  console.log(await call("GET", `/v1/sales/${sale.id}/receipt?format=text&columns=${columns}`));
}

async function till(address) {
  const call = http(address, (await http(address)("POST", "/v1/sessions", { staff: "1001", pin: "2580", till: "T01" })).token);
  await call("POST", "/v1/shifts", { opening_float: 50000 });

  title("A basket of groceries: buy 3 pay 2 on soda, a discount on bread, apples by weight, cash with 抹零");
  const groceries = [
    { barcode: "6990000000039", quantity: 2000 }, { barcode: "6990000000046", quantity: 1000 },
    ...(await weighed(call)), ...(await bread(call)),
  ];
  const first = await sell(call, groceries, cash);
  await receipt(call, first, 48);

  title("Real baskets of a real retailer");
  for (const [i, items] of realBaskets(3).entries()) {
    const sale = await sell(call, items, [wechat, cash, split][i]);
    if (i === 0) await receipt(call, sale, 32);
    else console.log(`receipt T01-${String(sale.number).padStart(6, "0")}: ${items.length} lines, total ${(sale.total / 100).toFixed(2)}, change ${(sale.change / 100).toFixed(2)}`);
  }

  title("Parked at one till, recalled and paid at another");
  const other = http(address, (await http(address)("POST", "/v1/sessions", { staff: "1002", pin: "1470", till: "T02" })).token);
  await other("POST", "/v1/shifts", { opening_float: 20000 });
  const basket = await call("POST", "/v1/baskets", {});
  await call("POST", `/v1/baskets/${basket.id}/events`, { kind: "add", barcode: "16990000000036" });
  await call("POST", `/v1/baskets/${basket.id}/events`, { kind: "park", text: "forgot the wallet" });
  const recalled = await other("POST", `/v1/baskets/${basket.id}/events`, { kind: "recall" });
  const paid = await other("POST", `/v1/baskets/${basket.id}/pay`, { tenders: [{ method: "card", amount: recalled.total }], total: recalled.total });
  console.log(`a carton of 24 cans, buy 3 pay 2: ${(recalled.gross / 100).toFixed(2)} − ${(recalled.discount / 100).toFixed(2)} = ${(paid.total / 100).toFixed(2)}`);

  title("One can comes back: the stored allocation is inverted, today's rules are not asked");
  const refund = await call("POST", `/v1/sales/${first.id}/refunds`, { lines: [{ line: 1, quantity: 1000 }], reason: "dented can" });
  await receipt(call, refund, 32);

  await call("POST", "/v1/shifts/current/cash", {
    amount: -30000, reason: "to the safe", approval: { staff: "9001", pin: "3690" },
  });
  const shift = await call("GET", "/v1/shifts/current");
  const drawer = admin("GET", `/v1/shifts/${shift.id}/report`).expected_cash;
  await call("POST", "/v1/shifts/current/close", { counted: drawer });
  title("Shift closed: the Z report");
  console.log(await call("GET", `/v1/shifts/${shift.id}/report?format=text&columns=48`));
}

async function weighed(call) {
  const [apple] = (await call("GET", "/v1/products?q=" + encodeURIComponent("苹果"))).filter((product) => product.weighed);
  return apple ? [{ code: apple.code, quantity: 1235 }] : [];
}

async function bread(call) {
  const found = await call("GET", "/v1/products?q=mb"); // 面包, by its pinyin initials
  return found.slice(0, 1).map((product) => ({ code: product.code, quantity: 1000 }));
}

async function main() {
  const { node, address } = await start();
  process.on("SIGINT", () => node.kill("SIGTERM"));
  try {
    title("Products in: CSV files of a real retailer and of a Chinese grocery");
    process.stdout.write(suanpan("import", "products", join(data, "products.csv")));
    process.stdout.write(suanpan("import", "products", join(data, "products_cn.csv")));
    admin("POST", "/v1/staff", { code: "1001", name: "小王", role: "cashier", pin: "2580" });
    admin("POST", "/v1/staff", { code: "9001", name: "店长", role: "manager", pin: "3690" });
    admin("POST", "/v1/staff", { code: "1002", name: "小李", role: "cashier", pin: "1470" });
    await till(address);
    title("A month of real invoices through the same path as the till");
    process.stdout.write(suanpan("import", "sales", join(data, "online_retail_10k.csv")));
    title("Reconciliation of stock and money");
    const proof = admin("GET", "/v1/reconciliation");
    for (const [name, value] of Object.entries(proof)) console.log(`${name.padEnd(20)} ${value}`);
    if (!proof.agrees) throw new Error("the ledgers do not agree");
  } catch (error) {
    node.kill("SIGTERM");
    throw error;
  }
  if (!once) {
    title(`The node is running: ${address} (data in ${folder}; stop it with Ctrl-C)`);
    console.log(`Sign in: curl -s ${address}/v1/sessions -H 'Content-Type: application/json' -d '{"staff":"1001","pin":"2580","till":"T01"}'`);
    return;
  }
  node.removeAllListeners("exit");
  await new Promise((resolve) => {
    node.on("exit", resolve);
    node.kill("SIGTERM");
  });
  rmSync(folder, { recursive: true });
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
