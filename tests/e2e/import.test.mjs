// Imports as commands: by the running node, by a node of the command's own, what is bad, what is printed.
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { http, remove, root, scratch, start, suanpan } from "./node.mjs";

const data = (name) => join(root, "tests/data", name);

function folder(t) {
  const path = scratch();
  t.after(() => remove(path));
  return path;
}

async function running(t, options) {
  const node = await start(options);
  t.after(async () => {
    await node.kill();
    remove(node.data);
  });
  return node;
}

test("products by the running node, twice: the second changes nothing", async (t) => {
  const node = await running(t);
  const first = await node.suanpan("import", "products", data("products_cn.csv"));
  assert.equal(first.code, 0, first.stderr + first.stdout);
  assert.match(first.stdout, /rows: 45; created: 45, changed: 0, unchanged: 0, bad: 0/);
  const second = await node.suanpan("import", "products", data("products_cn.csv"));
  assert.match(second.stdout, /rows: 45; created: 0, changed: 0, unchanged: 45, bad: 0/);
  assert.equal((await node.ask("GET", "/v1/lookup?code=6990000000015")).code, "10001");
  assert.deepEqual(readdirSync(join(node.data, "tmp")), []); // no upload is left behind
  assert.equal((await node.ask("GET", "/v1/reconciliation")).agrees, true);
});

test("products without a node, and a dry run writes nothing", async (t) => {
  const books = folder(t);
  const dry = await suanpan(["import", "products", data("products_cn.csv"), "--dry-run", "--data", books, "--lang", "zh"]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /行：45；新建 45/);
  assert.match(dry.stdout, /没有导入/);
  const real = await suanpan(["import", "products", data("products_cn.csv"), "--data", books]);
  assert.match(real.stdout, /created: 45/);
});

test("bad cells are listed and nothing is imported, or the good rows with --skip-bad", async (t) => {
  const books = folder(t);
  const file = join(books, "goods.csv");
  writeFileSync(file, "code,name,price\nA1,Tea,5.00\nA2,Rice,cheap\nA3,,1.00\n");
  const refused = await suanpan(["import", "products", file, "--data", books]);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /^row +column +value +what is wrong$/m);
  assert.match(refused.stdout, /^3 +price +cheap +\S/m);
  assert.match(refused.stdout, /nothing was imported/);
  assert.match((await suanpan(["import", "products", file, "--data", books, "--dry-run"])).stdout, /created: 1,/);
  const some = await suanpan(["import", "products", file, "--data", books, "--skip-bad"]);
  assert.equal(some.code, 1);
  assert.match(some.stdout, /created: 1, changed: 0, unchanged: 0, bad: 2/);
});

test("a month of real sales equals the file, with a shift of its own, once however often it is run", async (t) => {
  const node = await running(t);
  assert.equal((await node.suanpan("import", "products", data("products.csv"))).code, 0);
  for (const run of [1, 2]) {
    const result = await node.suanpan("import", "sales", data("online_retail_10k.csv"));
    assert.equal(result.code, 0, result.stderr + result.stdout);
    assert.match(result.stdout, run === 1 ? /, bad rows: 0$/m : /; sales: 0, refunds: 0/);
    assert.match(result.stdout, /^money +(\d+\.\d\d) +\1 +=$/m);
    assert.match(result.stdout, /^units +(\d+\.\d{3}) +\1 +=$/m);
    assert.match(result.stdout, /The ledger equals the file/);
  }
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.equal(proof.agrees, true);
  assert.equal(proof.z_reports, 2);
  const till = (await node.ask("GET", "/v1/tills")).find((each) => each.code === "IMPORT");
  assert.ok(till && !till.shift);
});

test("a file that is not there, a file that is no table, a job that is unknown", async (t) => {
  const node = await running(t);
  const missing = await node.suanpan("import", "products", join(node.data, "none.csv"));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /There is no file/);
  const file = join(node.data, "zero.csv");
  writeFileSync(file, Buffer.alloc(1000));
  assert.equal((await node.suanpan("import", "sales", file)).code, 1);
  assert.equal((await node.admin("GET", "/v1/jobs/01a20000-0000-7000-8000-000000000000")).status, 404);
  assert.equal((await http({ port: node.port }, "POST", "/v1/imports/products", { body: "x", headers: { "Content-Type": "text/csv" } })).status, 401);
  assert.equal((await node.ask("GET", "/healthz")).status, "ok");
});

const invoices = (...rows) => ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID", ...rows, ""].join("\n");

test("sales: a dry run says that it was one, left-out rows are told apart from a ledger that differs", async (t) => {
  const books = folder(t);
  const file = join(books, "sales.csv");
  writeFileSync(file, invoices("5001,A1,Tea,2,2011-01-13 10:00,2.50,77", "5002,A2,Rice,many,2011-01-13 11:00,1.00,77"));
  const run = (...more) => suanpan(["import", "sales", file, "--data", books, ...more]);
  const dry = await run("--dry-run");
  assert.match(dry.stdout, /^Dry run: nothing was imported\.$/m);
  assert.doesNotMatch(dry.stdout, /equal|≠/);
  assert.match(dry.stdout, /^rows: 2, .*bad rows: 1$/m);
  const refused = await run();
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /Rows with bad cells: 1; nothing was imported/);
  const some = await run("--skip-bad");
  assert.equal(some.code, 1); // something was bad
  assert.match(some.stdout, /^money +5\.00 +5\.00 +=$/m);
  assert.match(some.stdout, /^Rows left out: 1; what was imported equals the ledger\.$/m);
  assert.doesNotMatch(some.stdout, /does not equal/);
  const chinese = await run("--skip-bad", "--lang", "zh");
  assert.match(chinese.stdout, /此前已有 1，有误的行 1$/m);
  assert.match(chinese.stdout, /略去有误的行：1；已导入的部分与账本一致/);
  assert.doesNotMatch(chinese.stdout, /已有跳过/);
  assert.match((await run("--dry-run", "--lang", "zh")).stdout, /试运行：没有导入任何内容/);
});

test("what a cell holds cannot drive the terminal", async (t) => {
  const books = folder(t);
  const file = join(books, "goods.csv");
  writeFileSync(file, 'code,name,price\nA1,Tea,"\u001b[2J\u0007\u202e\u2066\u200b\u0085\n9x"\n');
  const node = await running(t);
  for (const result of [await suanpan(["import", "products", file, "--data", books]), await node.suanpan("import", "products", file)]) {
    assert.equal(result.code, 1);
    assert.match(result.stdout, /\?\[2J\?\?\?\?\?\?9x/);
    assert.doesNotMatch(result.stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  }
});

test("an empty file is called empty, with and without a node", async (t) => {
  const node = await running(t);
  const file = join(node.data, "empty.csv");
  writeFileSync(file, "");
  for (const kind of ["products", "sales"]) {
    const asked = await node.suanpan("import", kind, file);
    const alone = await suanpan(["import", kind, file, "--data", folder(t), "--lang", "zh"]);
    assert.equal(asked.code, 1);
    assert.match(asked.stderr, /The file \S+empty\.csv is empty/);
    assert.equal(alone.code, 1);
    assert.match(alone.stderr, /文件 \S+empty\.csv 是空的/);
  }
});
