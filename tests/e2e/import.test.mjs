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
  assert.match(first.stdout, /45 rows: 45 created, 0 changed, 0 unchanged, 0 bad/);
  const second = await node.suanpan("import", "products", data("products_cn.csv"));
  assert.match(second.stdout, /45 rows: 0 created, 0 changed, 45 unchanged, 0 bad/);
  assert.equal((await node.ask("GET", "/v1/lookup?code=6990000000015")).code, "10001");
  assert.deepEqual(readdirSync(join(node.data, "tmp")), []); // no upload is left behind
  assert.equal((await node.ask("GET", "/v1/reconciliation")).agrees, true);
});

test("products without a node, and a dry run writes nothing", async (t) => {
  const books = folder(t);
  const dry = await suanpan(["import", "products", data("products_cn.csv"), "--dry-run", "--data", books, "--lang", "zh"]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /共 45 行：新建 45/);
  assert.match(dry.stdout, /没有写入/);
  const real = await suanpan(["import", "products", data("products_cn.csv"), "--data", books]);
  assert.match(real.stdout, /45 created/);
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
  assert.match((await suanpan(["import", "products", file, "--data", books, "--dry-run"])).stdout, /1 created/);
  const some = await suanpan(["import", "products", file, "--data", books, "--skip-bad"]);
  assert.equal(some.code, 1);
  assert.match(some.stdout, /1 created, 0 changed, 0 unchanged, 2 bad/);
});

test("a month of real sales equals the file, with a shift of its own, once however often it is run", async (t) => {
  const node = await running(t);
  assert.equal((await node.suanpan("import", "products", data("products.csv"))).code, 0);
  for (const run of [1, 2]) {
    const result = await node.suanpan("import", "sales", data("online_retail_10k.csv"));
    assert.equal(result.code, 0, result.stderr + result.stdout);
    assert.match(result.stdout, run === 1 ? /, 0 skipped/ : /: 0 sales, 0 refunds/);
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
