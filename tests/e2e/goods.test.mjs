// Goods from outside: products as resources, barcodes and search, stock and its documents, files brought in as jobs.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { http, scratch, start, until } from "./node.mjs";

const campaigns = [{ code: "TRUSTED", rule: "stock.block_negative", params: { tag: "trusted" } }];

let node, clerk, boss, program;
before(async () => {
  const data = scratch();
  mkdirSync(join(data, "pack"));
  writeFileSync(join(data, "pack/campaigns.json"), JSON.stringify({ campaigns }));
  node = await start({ data, settings: { rules: { folder: "pack" } } });
  clerk = await node.login({ code: "1001" });
  boss = await node.login({ code: "2001", role: "manager" });
  program = (await node.ask("POST", "/v1/tokens", { name: "erp", scopes: "import products:read" })).token;
  await clerk.openShift();
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

const create = (body) => boss.call("POST", "/v1/products", body);
const change = (code, body, headers) => boss.call("PATCH", `/v1/products/${code}`, body, { headers });
const get = (code) => clerk.ask("GET", `/v1/products/${code}`);
const search = async (q) => (await clerk.ask("GET", `/v1/products?q=${encodeURIComponent(q)}`)).map(({ code }) => code);
const onHand = async (code) => (await clerk.ask("GET", `/v1/stock/${code}`)).on_hand;
const post = (kind, lines, more = {}) => boss.call("POST", "/v1/stock/documents", { kind, lines, ...more });

async function done(call) {
  const answer = await call;
  assert.ok(answer.status < 300, answer.text);
  return answer.body;
}

async function refused(call, status, type, field) {
  const answer = await call;
  assert.equal(`${answer.status} ${answer.body.type}`, `${status} /problems/${type}`, answer.text);
  if (field !== undefined) assert.equal(answer.body.field, field, answer.text);
  return answer.body;
}

// ---- Products ----

test("a product is what was put in, with its revision as ETag", async () => {
  const body = {
    code: "10003", name: "欢跃可乐 330ml", name_en: "Cola can", barcode: "6990000000039 6990000000040", pack_barcode: "16990000000036", pack_name: "箱",
    pack_quantity: 24_000, unit: "罐", price: 300, tax_rate: 130_000, category: "食品/饮料", tags: "drink soda",
  };
  const made = await done(create(body));
  const answer = await clerk.call("GET", "/v1/products/10003");
  for (const [name, value] of Object.entries(body)) assert.equal(answer.body[name], value, name);
  assert.deepEqual([answer.body.id, answer.body.revision, answer.body.on_hand, answer.body.status], [made.id, 1, 0, "active"]);
  assert.equal(answer.headers.etag, '"1"');
  assert.deepEqual(answer.body.barcodes.map(({ barcode, quantity }) => [barcode, quantity]), [["6990000000039", 1000], ["6990000000040", 1000], ["16990000000036", 24_000]]);
  const found = await clerk.ask("GET", "/v1/lookup?code=16990000000036");
  assert.deepEqual([found.code, found.quantity, found.pack], ["10003", 24_000, "箱"]);
  assert.equal((await clerk.ask("GET", "/v1/lookup?code=10003")).code, "10003");
  await refused(clerk.call("GET", "/v1/lookup?code=999"), 404, "not-found");
  await refused(clerk.call("GET", "/v1/lookup"), 400, "invalid", "code");
  await refused(clerk.call("GET", "/v1/products/none"), 404, "not-found");
  assert.deepEqual((await clerk.ask("GET", "/v1/categories")).map(({ path }) => path), ["食品", "食品/饮料"]);
  await refused(create(body), 409, "already-exists", "code");
});

test("two editors: the second is told, by If-Match", async () => {
  await done(create({ code: "EDIT", name: "Edit", price: 100 }));
  const { headers } = await clerk.call("GET", "/v1/products/EDIT");
  assert.deepEqual((await done(change("EDIT", { price: 110 }, { "If-Match": headers.etag }))).changed, true);
  const late = await refused(change("EDIT", { price: 120 }, { "If-Match": headers.etag }), 412, "precondition-failed", "If-Match");
  assert.match(late.detail, /revision 2/);
  assert.equal((await get("EDIT")).price, 110);
  for (const match of ["1", '"x"', '""', "*", 'W/"2"', '"2']) await refused(change("EDIT", { price: 1 }, { "If-Match": match }), 400, "invalid", "If-Match");
  assert.equal((await done(change("EDIT", { price: 110 }))).changed, false);
  assert.equal((await get("EDIT")).revision, 2, "the same again is no change");
  await refused(change("EDIT", { code: "OTHER" }), 400, "invalid", "code");
  await refused(change("NONE", { price: 1 }), 404, "not-found", "code");
  const both = await Promise.all([121, 122, 123, 124].map((price) => change("EDIT", { price }, { "If-Match": '"2"' })));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412, 412, 412]);
  assert.equal((await get("EDIT")).revision, 3);
});

test("a product that is wrong is refused by its field", async () => {
  const fine = { code: "BAD", name: "Bad", price: 100 };
  for (const [more, field] of [
    [{ code: undefined }, "code"],
    [{ code: "" }, "code"],
    [{ code: "x".repeat(41) }, "code"],
    [{ name: undefined }, "name"],
    [{ name: "x".repeat(201) }, "name"],
    [{ price: undefined }, "price"],
    [{ price: -1 }, "price"],
    [{ price: 1.5 }, "price"],
    [{ price: "100" }, "price"],
    [{ price: 100_000_000_001 }, "price"],
    [{ tax_rate: 1_000_001 }, "tax_rate"],
    [{ weighed: "yes" }, "weighed"],
    [{ status: "gone" }, "status"],
    [{ stock: 1000 }, "stock"],
    [{ colour: "red" }, "colour"],
    [{ pack_barcode: "123", pack_quantity: 1000 }, "pack_quantity"],
    [{ pack_barcode: "123" }, "pack_quantity"],
    [{ pack_name: "箱" }, "pack_barcode"],
    [{ barcode: "1 1" }, "barcode"],
  ])
    await refused(create({ ...fine, ...more }), 400, "invalid", field);
  await refused(create({ ...fine, parent: "NOSUCH" }), 404, "not-found", "parent");
  await refused(clerk.call("GET", "/v1/products/BAD"), 404, "not-found");
});

test("a barcode that is taken names who has it", async () => {
  await done(create({ code: "B1", name: "One", price: 1, barcode: "7001" }));
  const told = await refused(create({ code: "B2", name: "Two", price: 1, barcode: "7002 7001" }), 409, "already-exists", "barcode");
  assert.match(told.detail, /7001 belongs to the product B1/);
  const pack = await refused(create({ code: "B3", name: "Three", price: 1, pack_barcode: "7001", pack_quantity: 6000 }), 409, "already-exists", "pack_barcode");
  assert.match(pack.detail, /B1/);
  await done(change("B1", { barcode: "7009" }));
  await refused(clerk.call("GET", "/v1/lookup?code=7001"), 404, "not-found");
  await done(create({ code: "B2", name: "Two", price: 1, barcode: "7002 7001" }));
  assert.equal((await clerk.ask("GET", "/v1/lookup?code=7001")).code, "B2");
  const race = await Promise.all(["R1", "R2", "R3"].map((code) => create({ code, name: code, price: 1, barcode: "7777" })));
  assert.deepEqual(race.map(({ status }) => status).sort(), [201, 409, 409]);
});

test("a style and its variants; what is unlisted is not sold", async () => {
  await done(create({ code: "SHIRT", name: "衬衫", price: 9900 }));
  for (const [i, variant] of ["红 M", "红 L"].entries())
    await done(create({ code: `SHIRT-${i}`, name: "衬衫", price: 9900, parent: "SHIRT", variant, barcode: `800${i}` }));
  assert.equal((await get("SHIRT")).style, true);
  const sale = (item) => clerk.call("POST", "/v1/quotes", { items: [item] });
  await refused(sale({ code: "SHIRT" }), 400, "invalid", "items[0].code");
  assert.equal((await done(sale({ barcode: "8001" }))).total, 9900);
  await done(change("SHIRT-1", { status: "unlisted" }));
  await refused(sale({ barcode: "8001" }), 409, "wrong-state", "items[0].barcode");
});

test("search as a cashier types: pinyin, pieces of the name, English, code, barcode", async () => {
  await done(create({ code: "T1", name: "龙井绿茶 250g", name_en: "Green tea", price: 5800, barcode: "6912345" }));
  await done(create({ code: "T2", name: "茉莉花茶", price: 3800 }));
  for (const q of ["ljlc", "LJLC", "龙井", "绿茶", "250g", "green", "Green tea", "T1", "6912345"]) assert.ok((await search(q)).includes("T1"), q);
  assert.ok((await search("茶")).includes("T2"));
  assert.deepEqual(await search("mlhc"), ["T2"]);
  assert.deepEqual(await search("nothing like it"), []);
  for (const q of ["%", "_", "'", "\"", "; DROP TABLE product", "\u{1F375}", "*"]) await search(q);
  for (const query of ["q=", "", `q=${"x".repeat(201)}`]) await refused(clerk.call("GET", `/v1/products?${query}`), 400, "invalid", "q");
  await refused(clerk.call("GET", "/v1/products?q=t&limit=0"), 400, "invalid", "limit");
  await refused(clerk.call("GET", "/v1/products?q=%ff"), 400, "invalid");
});

// ---- Stock ----

test("documents move stock by what they say; a reversal undoes exactly that, once", async () => {
  await done(create({ code: "S1", name: "Stocked", price: 100, barcode: "9001" }));
  const receipt = await done(post("receipt", [{ code: "S1", quantity: 10_000 }, { barcode: "9001", quantity: 5000, lot: "L1" }], { reference: "PO-7" }));
  assert.equal(await onHand("S1"), 15_000);
  await done(post("loss", [{ code: "S1", quantity: 2000 }], { reason: "broken" }));
  await done(post("adjustment", [{ code: "S1", quantity: -1000 }], { reason: "counted" }));
  assert.equal(await onHand("S1"), 12_000);
  const { lots } = await clerk.ask("GET", "/v1/stock/S1");
  assert.deepEqual(lots.map(({ lot, on_hand: left }) => [lot, left]), [["", 7000], ["L1", 5000]]);
  const reverse = (id, body = { reason: "wrong goods" }) => boss.call("POST", `/v1/stock/documents/${id}/reversal`, body);
  await refused(reverse(receipt.id, {}), 400, "invalid", "reason");
  await done(reverse(receipt.id));
  assert.equal(await onHand("S1"), -3000);
  await refused(reverse(receipt.id), 409, "already-exists", "document");
  await refused(reverse("0198a000-0000-7000-8000-000000000000"), 404, "not-found");
  const race = await done(post("receipt", [{ code: "S1", quantity: 3000 }]));
  const answers = await Promise.all([1, 2, 3, 4].map(() => reverse(race.id)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
  assert.equal(await onHand("S1"), -3000);
});

test("a document that is wrong is refused by its line, whole", async () => {
  await done(create({ code: "S2", name: "Stocked", price: 100 }));
  const line = { code: "S2", quantity: 1000 };
  await refused(post("sale", [line]), 400, "invalid", "kind");
  await refused(post("gift", [line]), 400, "invalid", "kind");
  await refused(post("receipt", []), 400, "invalid", "lines");
  await refused(boss.call("POST", "/v1/stock/documents", { kind: "receipt" }), 400, "invalid", "lines");
  await refused(post("receipt", [line, { code: "NONE", quantity: 1 }]), 404, "not-found", "lines[1].code");
  await refused(post("receipt", [line, { ...line, quantity: 0 }]), 400, "invalid", "lines[1].quantity");
  await refused(post("receipt", [{ ...line, quantity: -1000 }]), 400, "invalid", "lines[0].quantity");
  await refused(post("receipt", [{ ...line, quantity: 1500 }]), 400, "invalid", "lines[0].quantity");
  await refused(post("receipt", [{ ...line, quantity: 1.5 }]), 400, "invalid", "lines[0].quantity");
  await refused(post("receipt", [line, "S2"]), 400, "invalid", "lines[1]");
  await refused(post("loss", [line]), 400, "invalid", "reason");
  await refused(post("adjustment", [line]), 400, "invalid", "reason");
  assert.equal(await onHand("S2"), 0);
});

test("stock may go below zero, unless a rule trusts it", async () => {
  await done(create({ code: "FREE", name: "Loose", price: 100 }));
  await done(create({ code: "SAFE", name: "Phone", price: 100, tags: "trusted" }));
  await done(post("receipt", [{ code: "SAFE", quantity: 3000 }]));
  await clerk.sell([{ code: "FREE", quantity: 5000 }]);
  assert.equal(await onHand("FREE"), -5000);
  const sell = (quantity) => clerk.call("POST", "/v1/sales", { items: [{ code: "SAFE", quantity }], tenders: [{ method: "cash", amount: quantity / 10 }] });
  await refused(sell(4000), 409, "not-enough-stock", "items[0].quantity");
  const both = await Promise.all([2000, 2000, 2000].map(sell));
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409, 409]);
  await done(sell(1000));
  await refused(sell(1000), 409, "not-enough-stock", "items[0].quantity");
  assert.equal(await onHand("SAFE"), 0);
  const two = { items: [{ code: "FREE" }, { code: "SAFE" }], tenders: [{ method: "cash", amount: 200 }] };
  await refused(clerk.call("POST", "/v1/sales", two), 409, "not-enough-stock", "items[1].quantity");
  assert.equal(await onHand("FREE"), -5000, "nothing of a refused sale remains");
});

// ---- Files ----

async function bring(file, query = "", kind = "products") {
  const headers = { Authorization: `Bearer ${program}`, "Content-Type": "text/csv" };
  const ask = (method, path, body) => http({ port: node.port }, method, path, { headers, body });
  const answer = await ask("POST", `/v1/imports/${kind}${query}`, file);
  if (answer.status !== 202) return answer;
  let job;
  await until(async () => (job = (await ask("GET", `/v1/jobs/${answer.body.job}`)).body).state !== "running", "the job");
  assert.ok(job.started_at && job.ended_at);
  return job;
}

test("a file of products is a job: tried dry, brought in, and brought in again", async () => {
  const file = "code,name,price,barcode,stock,category\n00701,进口茶,12.50,0701,24,食品/茶\n00702,进口糖,3.00,0702,10,食品\n";
  const dry = await bring(file, "?dry_run=1");
  assert.equal(dry.state, "done", JSON.stringify(dry));
  assert.deepEqual([dry.report.rows, dry.report.created, dry.report.bad, dry.report.dry_run], [2, 2, 0, true]);
  await refused(clerk.call("GET", "/v1/products/00701"), 404, "not-found");
  const real = await bring(file);
  assert.deepEqual([real.state, real.report.created, real.done], ["done", 2, real.total]);
  const tea = await get("00701");
  assert.deepEqual([tea.price, tea.on_hand, tea.barcode, tea.category], [1250, 24_000, "0701", "食品/茶"]);
  const again = await bring(file.replace("3.00", "3.20"));
  assert.deepEqual([again.report.created, again.report.changed, again.report.unchanged], [0, 1, 1]);
  assert.equal(await onHand("00701"), 24_000, "an opening stock is put in once");
  const chinese = [0xb1, 0xe0, 0xc2, 0xeb, 0x3b, 0xc3, 0xfb, 0xb3, 0xc6, 0x3b, 0xca, 0xdb, 0xbc, 0xdb, 0x0a]; // 编码;名称;售价 in GB18030
  const other = await bring(Buffer.concat([Buffer.from(chinese), Buffer.from("00703;"), Buffer.from([0xb2, 0xe8]), Buffer.from(";1.50\r\n")]));
  assert.equal(other.state, "done", JSON.stringify(other));
  assert.deepEqual([(await get("00703")).name, (await get("00703")).price], ["茶", 150]);
});

test("bad cells are told one by one; nothing is brought in, or the rest when asked", async () => {
  const file = "code,name,price,colour\nX1,Good,1.00,\nX2,,2.00,\nX3,Dear,cheap,\nX4,Fine,4.005,\nX1,Twice,1.00,\n";
  const told = await bring(file);
  assert.equal(told.state, "failed", JSON.stringify(told));
  const cells = told.report.findings.map(({ row, column }) => [row, column]);
  for (const cell of [[3, "name"], [4, "price"], [5, "price"]]) assert.ok(cells.some(([row, column]) => row === cell[0] && column === cell[1]), JSON.stringify(told.report));
  await refused(clerk.call("GET", "/v1/products/X1"), 404, "not-found");
  const some = await bring("code,name,price\nX1,Good,1.00\nX2,,2.00\n", "?skip_bad=1");
  assert.deepEqual([some.report.created, some.report.bad], [1, 1]);
  assert.equal((await get("X1")).price, 100);
});

test("what is no file of products is refused", async () => {
  assert.equal((await bring("")).status, 400);
  assert.equal((await bring("x", "", "people")).status, 404);
  for (const file of ["\n\n", "a,b\n1,2\n", Buffer.alloc(3000), Buffer.from("PK\u0003\u0004nonsense"), '"open quote,never closed\n'.repeat(3)]) {
    const job = await bring(file);
    assert.equal(job.state, "failed", JSON.stringify(job));
    assert.ok(job.problem?.detail, JSON.stringify(job));
  }
});

// ---- People and tills, as lists ----

test("staff are listed without secrets; tills carry their printer and can be changed", async () => {
  const staff = await boss.ask("GET", "/v1/staff");
  assert.ok(staff.some(({ code, role, status }) => code === "1001" && role === "cashier" && status === "active"));
  for (const person of staff) assert.deepEqual(Object.keys(person).sort(), ["code", "id", "locked", "name", "role", "status"]);
  const admin = (method, path, body) => node.admin(method, path, body);
  await done(admin("POST", "/v1/tills", { code: "T09", name: "前台", printer: "tcp:127.0.0.1:9100", columns: 32 }));
  const till = async () => (await clerk.ask("GET", "/v1/tills")).find(({ code }) => code === "T09");
  assert.deepEqual([(await till()).name, (await till()).printer, (await till()).columns], ["前台", "tcp:127.0.0.1:9100", 32]);
  await refused(admin("POST", "/v1/tills", { code: "T09" }), 409, "already-exists", "code");
  for (const [body, field] of [[{}, "code"], [{ code: "a b" }, "code"], [{ code: "x-1" }, "code"], [{ code: "T10", columns: 5 }, "columns"], [{ code: "T10", printer: "lpt1" }, "printer"], [{ code: "T10", colour: 1 }, "colour"]])
    await refused(admin("POST", "/v1/tills", body), 400, "invalid", field);
  await done(admin("PATCH", "/v1/tills/T09", { printer: "tcp:127.0.0.1:9200" }));
  assert.deepEqual([(await till()).name, (await till()).printer, (await till()).columns], ["前台", "tcp:127.0.0.1:9200", 32]);
  await done(admin("PATCH", "/v1/tills/T09", { printer: "", name: "后台", columns: 48 }));
  assert.deepEqual([(await till()).name, (await till()).printer, (await till()).columns], ["后台", "", 48]);
  await refused(admin("PATCH", "/v1/tills/T77", { name: "x" }), 404, "not-found", "till");
  await refused(admin("PATCH", "/v1/tills/T09", { code: "T08" }), 400, "invalid", "code");
  const chief = await node.login({ role: "admin" });
  await refused(chief.call("PATCH", "/v1/tills/T09", { printer: "file:/etc/motd" }), 403, "denied", "printer");
  await refused(chief.call("POST", "/v1/tills", { code: "T11", printer: "file:/etc/motd" }), 403, "denied", "printer");
});
