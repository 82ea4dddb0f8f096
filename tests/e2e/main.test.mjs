// The program from outside: configuration, the data folder, start and stop, backup and restore, call, help.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, rmSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync, writeSync, closeSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { full, good, http, remove, root, scratch, start, suanpan, tamper, until } from "./node.mjs";

/** A scratch folder that goes when the test ends. */
function folder(t) {
  const path = scratch();
  t.after(() => remove(path));
  return path;
}

/** A started node that is gone when the test ends, however it ends. */
async function running(t, options) {
  const node = await start(options);
  t.after(async () => {
    await node.kill();
    remove(node.data);
  });
  return node;
}

const configured = (data, text) => writeFileSync(join(data, "suanpan.json"), text);

test("an unknown key is an error with its line, and serve does not start", async (t) => {
  const data = folder(t);
  configured(data, '{\n  "workers": 2,\n  "store": {\n    "nmae": "x"\n  }\n}\n');
  const result = await suanpan(["serve", "--data", data]);
  assert.equal(result.code, 2);
  assert.match(result.stderr, /suanpan\.json:4: store\.nmae: There is no such setting/);
  assert.equal(result.stdout, "");
});

test("everything wrong is said at once, in the language asked for", async (t) => {
  const data = folder(t);
  configured(data, '{\n"workers": 99,\n"tills": [],\n"store": {"zone": "Mars/Base"}}');
  const result = await suanpan(["check", "--data", data, "--lang", "zh"], { env: { SUANPAN_LOG_LEVEL: "loud", SUANPAN_WORKRES: "1" } });
  assert.equal(result.code, 1);
  for (const told of [/:2: workers: 必须在 1 与 16 之间/, /:3: tills: 必须有 1 到 64 项/, /:4: store\.zone/, /SUANPAN_LOG_LEVEL: .*loud/, /问题：4/]) {
    assert.match(result.stderr, told);
  }
});

test("a misspelled variable is found by check", async (t) => {
  const result = await suanpan(["check", "--data", folder(t)], { env: { SUANPAN_WORKRES: "1" } });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /SUANPAN_WORKRES: There is no such setting/);
});

test("a file that is not JSON is refused with its line", async (t) => {
  const data = folder(t);
  configured(data, '{\n  "workers": 2,\n}\n');
  const result = await suanpan(["check", "--data", data]);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /suanpan\.json.*3/);
});

test("environment over file, flags over environment", async (t) => {
  const data = folder(t);
  configured(data, '{"store": {"name": "file"}, "workers": 3, "language": "en"}');
  const env = { SUANPAN_STORE_NAME: "environment", SUANPAN_WORKERS: "4" };
  const { code, stdout } = await suanpan(["check", "--data", data, "--set", "workers=5", "--settings"], { env });
  assert.equal(code, 0);
  assert.match(stdout, /^store\.name +environment +SUANPAN_STORE_NAME/m);
  assert.match(stdout, /^workers +5 +--set/m);
  assert.match(stdout, /^language +en +\S+suanpan\.json:1/m);
  assert.match(stdout, /^store\.currency +CNY +default/m);
});

test("without a certificate only this machine is listened on", async (t) => {
  const data = folder(t);
  const result = await suanpan(["serve", "--data", data, "--listen", "0.0.0.0:0"]);
  assert.equal(result.code, 2);
  assert.match(result.stderr, /--listen: listen: Without a certificate/);
  assert.equal(existsSync(join(data, "suanpan.db")), false);
});

test("a misuse exits with 2 and says what", async (t) => {
  const data = folder(t);
  const cases = [
    [["frob"], /There is no command frob/],
    [["serve", "--frob"], /There is no option --frob/],
    [["serve", "--dry-run"], /The command serve has no option --dry-run/],
    [["serve", "now"], /serve takes no words: now/],
    [["import", "goods", "x"], /Write suanpan import products FILE/],
    [["import", "products"], /Write suanpan import products FILE/],
    [["backup"], /Write suanpan backup PATH/],
    [["restore"], /Write suanpan restore FILE/],
    [["call", "GET"], /Write suanpan call METHOD PATH/],
    [["check", "--data"], /The option --data needs a value/],
    [["check", "--help=1"], /The option --help takes no value/],
    [["check", "--set", "workers"], /Write --set key=value/],
    [["check", "--lang", "fr"], /The languages are zh and en/],
    [["serve", "--set", "nope=1", "--data", data], /--set: nope: There is no such setting/],
  ];
  for (const [args, told] of cases) {
    const result = await suanpan(args, { cwd: data });
    assert.equal(result.code, 2, args.join(" "));
    assert.match(result.stderr, told);
  }
  assert.equal((await suanpan([], { cwd: data })).code, 2);
});

test("help of every command in both languages", async () => {
  for (const command of ["serve", "import", "check", "backup", "restore", "call", "version"]) {
    const english = await suanpan([command, "--help"]);
    const chinese = await suanpan([command, "--help"], { env: { LANG: "zh_CN.UTF-8" } });
    const asked = await suanpan(["--lang=zh", command, "--help"]);
    assert.equal(english.code, 0);
    assert.match(english.stdout, new RegExp(`^Usage: suanpan ${command}`));
    assert.match(chinese.stdout, new RegExp(`^用法：suanpan ${command}`));
    assert.equal(asked.stdout, chinese.stdout);
  }
  const all = await suanpan(["--help"], { env: { LANG: "C", LC_ALL: "zh_CN.UTF-8" } });
  assert.match(all.stdout, /算盘/);
});

test("version", async () => {
  const { code, stdout } = await suanpan(["version"]);
  assert.equal(code, 0);
  assert.match(stdout, /^suanpan \d+\.\d+\.\d+ \(schema \d+, rules \d+\)\n$/);
  assert.equal((await suanpan(["--version"])).stdout, stdout);
});

test("serve with a data folder alone is enough, and stops in order", async (t) => {
  const data = join(folder(t), "books");
  const node = await running(t, { data });
  assert.match(node.output, /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  assert.equal(statSync(join(data, "suanpan.db")).mode & 0o077, 0);
  assert.deepEqual((await node.ask("GET", "/v1/tills")).map((till) => till.code), ["T01", "T02"]);
  const health = await good(http({ port: node.port }, "GET", "/healthz"));
  assert.equal(health.status, "ok");
  assert.equal(health.database, "ok");
  assert.equal((await http({ port: node.port }, "GET", "/v1/tills")).status, 401);
  assert.deepEqual(await node.stop({ keep: true }), { code: 0, signal: null });
  assert.equal(existsSync(join(data, "node.sock")), false);
});

test("a later start takes the store's new settings and new tills", async (t) => {
  const data = folder(t);
  const first = await running(t, { data, settings: { store: { name: "Old" } } });
  const before = await first.ask("GET", "/v1/tills");
  await first.stop({ keep: true });
  const second = await running(t, { data, settings: { store: { name: "New", code: "S9" }, tills: ["T01", "T03"] } });
  const after = await second.ask("GET", "/v1/tills");
  assert.deepEqual(after.map((till) => till.code), ["T01", "T02", "T03"]);
  assert.equal(after[0].id, before[0].id);
  await second.product("A1", 100);
  const sale = await second.sell([{ code: "A1", quantity: 1000 }]);
  assert.match(await second.cashier.ask("GET", `/v1/sales/${sale.id}/receipt?format=text`), /New/);
  await second.stop({ keep: true });
  const third = await suanpan(["serve", "--data", data, "--set", "store.currency=EUR"]);
  assert.equal(third.code, 1);
  assert.match(third.stderr, /store\.currency: The store's books are in CNY/);
});

test("one process holds the folder, and a second hears who", async (t) => {
  const node = await running(t);
  const second = await suanpan(["serve", "--data", node.data, "--listen", "127.0.0.1:0"]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`held by suanpan serve \\(process ${node.child.pid}\\)`));
  const restored = await suanpan(["restore", join(node.data, "suanpan.db"), "--data", node.data]);
  assert.equal(restored.code, 1);
  assert.match(restored.stderr, /held by suanpan serve/);
});

test("an existing database opens within 300 ms", async (t) => {
  const data = folder(t);
  await (await start({ data })).stop({ keep: true });
  const times = [];
  for (let i = 0; i < 3; i++) {
    const node = await running(t, { data });
    times.push(node.readyMs);
    await node.stop({ keep: true });
  }
  assert.ok(Math.min(...times) <= 300, `${times.map(Math.round).join(", ")} ms`);
});

test("SIGTERM lets a request that began end, and takes no new ones", async (t) => {
  const node = await running(t);
  await node.product("A1", 100);
  const cashier = await node.login();
  await cashier.openShift();
  const socket = connect(node.port, "127.0.0.1");
  const body = JSON.stringify({ items: [{ code: "A1", quantity: 1000 }], tenders: [{ method: "cash", amount: 100 }], total: 100 });
  socket.write(
    `POST /v1/sales HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${cashier.session.token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  node.signal("SIGTERM");
  await until(() => node.log.includes('"msg":"stopping"'), "the drain to begin");
  await assert.rejects(http({ port: node.port }, "GET", "/healthz"));
  socket.write(body.slice(10));
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => (answer += chunk));
  await new Promise((resolve) => socket.on("close", resolve));
  assert.match(answer, /^HTTP\/1\.1 201 /);
  assert.match(answer, /Connection: close/i);
  assert.deepEqual(await node.ended(), { code: 0, signal: null });
});

test("SIGHUP changes nothing", async (t) => {
  const node = await running(t);
  node.signal("SIGHUP");
  await until(() => node.log.includes("SIGHUP"), "the log to tell of it");
  assert.equal((await node.ask("GET", "/healthz")).status, "ok");
});

test("after a kill the database is looked at while the shop is open", async (t) => {
  const data = folder(t);
  const first = await running(t, { data });
  await first.product("A1", 100);
  const sale = await first.sell([{ code: "A1", quantity: 1000 }]);
  await first.kill();
  const second = await running(t, { data });
  await until(async () => (await second.ask("GET", "/healthz")).database === "ok", "the check");
  const health = await second.ask("GET", "/healthz");
  assert.equal(health.unclean_start, true);
  assert.match(second.log, /was not closed in order; it is sound/);
  assert.equal((await second.ask("GET", `/v1/sales/${sale.id}`)).total, 100);
  await second.stop({ keep: true });
  const third = await running(t, { data });
  assert.equal((await third.ask("GET", "/healthz")).unclean_start, false);
});

async function sold(t, data) {
  const node = await running(t, { data });
  await node.product("A1", 100);
  const sale = await node.sell([{ code: "A1", quantity: 3000 }]);
  return { node, sale };
}

test("backup while the node runs, sales after it are gone with the restore, the old database stays", async (t) => {
  const data = folder(t);
  const copy = join(folder(t), "copy.db");
  const { node, sale } = await sold(t, data);
  const journal = await node.ask("GET", "/v1/journal");
  const made = await node.suanpan("backup", copy);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /copy\.db: \d+ bytes, checked/);
  assert.equal(statSync(copy).mode & 0o077, 0);
  const again = await node.suanpan("backup", copy);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is there already/);
  const late = await node.sell([{ code: "A1", quantity: 1000 }]);
  await node.stop({ keep: true });

  const restored = await suanpan(["restore", copy, "--data", data]);
  assert.equal(restored.code, 0, restored.stderr);
  const [kept] = readdirSync(data).filter((name) => name.startsWith("suanpan.db.before-restore-"));
  assert.ok(kept);
  const after = await running(t, { data });
  assert.equal((await after.ask("GET", `/v1/sales/${sale.id}`)).total, 300);
  assert.equal((await after.admin("GET", `/v1/sales/${late.id}`)).status, 404);
  const proof = await after.ask("GET", "/v1/reconciliation");
  assert.equal(proof.agrees, true);
  assert.equal((await after.ask("GET", "/v1/journal")).length, journal.length);
  await after.sell([{ code: "A1", quantity: 1000 }]); // the chain goes on in its new epoch
  assert.equal((await after.ask("GET", "/v1/reconciliation")).agrees, true);
  await after.stop({ keep: true });

  copyFileSync(join(data, kept), join(data, "suanpan.db"));
  const old = await running(t, { data });
  assert.equal((await old.ask("GET", `/v1/sales/${late.id}`)).total, 100);
});

test("backup and restore without a node", async (t) => {
  const data = folder(t);
  const copy = join(folder(t), "copy.db");
  const { node } = await sold(t, data);
  await node.stop({ keep: true });
  assert.equal((await suanpan(["backup", copy, "--data", data])).code, 0);
  const fresh = join(folder(t), "new");
  mkdirSync(fresh);
  const restored = await suanpan(["restore", copy, "--data", fresh]);
  assert.equal(restored.code, 0, restored.stderr);
  assert.equal(readdirSync(fresh).some((name) => name.includes("before-restore")), false);
  const checked = await suanpan(["check", "--data", fresh]);
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /schema \d+ of \d+, sound/);
  const none = await suanpan(["backup", join(fresh, "x.db"), "--data", join(fresh, "nothing")]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /There is no data folder/);
});

test("a damaged, empty, foreign or missing backup is refused and nothing changes", async (t) => {
  const data = folder(t);
  const other = folder(t);
  const copy = join(other, "copy.db");
  const { node, sale } = await sold(t, data);
  await node.suanpan("backup", copy);
  await node.stop({ keep: true });
  const before = readFileSync(join(data, "suanpan.db"));

  const damaged = join(other, "damaged.db");
  copyFileSync(copy, damaged);
  const file = openSync(damaged, "r+");
  for (let page = 2; page < statSync(damaged).size / 4096; page += 3) writeSync(file, Buffer.alloc(512, 0x5a), 0, 512, page * 4096);
  closeSync(file);
  const short = join(other, "short.db");
  copyFileSync(copy, short);
  truncateSync(short, Math.floor(statSync(copy).size / 2));
  const empty = join(other, "empty.db");
  writeFileSync(empty, "");
  const text = join(other, "text.db");
  writeFileSync(text, "this is no database\n".repeat(1000));

  for (const path of [damaged, short, empty, text, join(other, "missing.db")]) {
    const result = await suanpan(["restore", path, "--data", data]);
    assert.equal(result.code, 1, path);
    assert.match(result.stderr, /^suanpan: /m);
    assert.ok(result.stderr.includes(path) && !result.stderr.includes("suanpan.db.restore"), result.stderr);
    assert.deepEqual(readdirSync(data).sort(), ["lock", "suanpan.db", "tmp"], path);
    assert.ok(readFileSync(join(data, "suanpan.db")).equals(before), path);
  }
  const after = await running(t, { data });
  assert.equal((await after.ask("GET", `/v1/sales/${sale.id}`)).total, 300);
});

test("call asks the running node as its own user", async (t) => {
  const node = await running(t);
  const made = await node.suanpan("call", "POST", "/v1/staff", '{"code":"1001","name":"Li","role":"manager","pin":"4821"}');
  assert.equal(made.code, 0, made.stderr);
  assert.match(JSON.parse(made.stdout).id, /^[0-9a-f-]{36}$/);
  const piped = await suanpan(["call", "POST", "/v1/products", "-", "--data", node.data, "--key", "k1"], { input: '{"code":"A1","name":"Tea","price":500}' });
  assert.equal(piped.code, 0, piped.stdout);
  const repeated = await suanpan(["call", "POST", "/v1/products", '{"code":"A1","name":"Tea","price":500}', "--data", node.data, "--key", "k1"]);
  assert.equal(repeated.stdout, piped.stdout);
  const missing = await suanpan(["call", "GET", "/v1/products/none", "--data", node.data, "--lang", "zh"]);
  assert.equal(missing.code, 1);
  assert.equal(JSON.parse(missing.stdout).status, 404);
  assert.match((await node.suanpan("call", "GET", "/metrics")).stdout, /^suanpan_commits_total \d+$/m);
  assert.equal((await node.suanpan("call", "GET", "no slash")).code, 1);
  await node.stop({ keep: true });
  const gone = await node.suanpan("call", "GET", "/healthz");
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /No node is running on this data folder/);
});

test("check prints the order of campaigns and checks a pack alone", async (t) => {
  const data = folder(t);
  const pack = join(data, "pack");
  mkdirSync(pack);
  const campaigns = [{ code: "bread-20", rule: "promotion.percent_off", priority: 700, params: { tag: "bread", percent: 200000 } }];
  writeFileSync(join(pack, "campaigns.json"), JSON.stringify({ campaigns }));
  const listed = await suanpan(["check", "--data", data, "--rules", join(root, "rules/packs/demo")]);
  assert.equal(listed.code, 0, listed.stderr);
  assert.match(listed.stdout, /^price +0 +price\.list +list-price/m);
  writeFileSync(join(pack, "campaigns.json"), '{"campaigns": [{"code": "x", "rule": "promotion.nowhere"}]}');
  const broken = await suanpan(["check", pack]);
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /campaigns/);
});

test("check tells a damaged database", async (t) => {
  const data = folder(t);
  const { node } = await sold(t, data);
  await node.stop({ keep: true });
  const file = openSync(join(data, "suanpan.db"), "r+");
  writeSync(file, Buffer.alloc(2048, 0x5a), 0, 2048, 4096 * 5);
  closeSync(file);
  const result = await suanpan(["check", "--data", data]);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /suanpan\.db: .*damaged/);
});

test("the metrics tell of loop, http, database and process", async (t) => {
  const node = await running(t);
  await node.product("A1", 100);
  await node.sell([{ code: "A1", quantity: 1000 }]);
  const text = (await http({ port: node.port }, "GET", "/metrics")).text;
  for (const line of text.trimEnd().split("\n")) assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? -?[\d.]+)$/);
  const value = (name) => Number(text.match(new RegExp(`^${name} ([\\d.]+)$`, "m"))[1]);
  assert.ok(value("suanpan_commits_total") >= 3);
  assert.equal(value("suanpan_commit_seconds_count"), value("suanpan_commits_total"));
  assert.ok(value('suanpan_http_requests_total\\{class="2xx"\\}') >= 3);
  assert.ok(value("suanpan_database_bytes") + value("suanpan_database_wal_bytes") > 100_000);
  assert.ok(value("process_resident_memory_bytes") > 1_000_000);
});

test("with a certificate every address speaks TLS", async (t) => {
  const data = folder(t);
  const [cert, key] = [join(data, "cert.pem"), join(data, "key.pem")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert]);
  assert.equal(made.status, 0, String(made.stderr));
  const settings = { tls: { cert: "cert.pem", key: "key.pem" }, hosts: ["shop.example"] };
  const node = await running(t, { data, settings, args: ["--listen", "0.0.0.0:0"] });
  assert.match(node.address, /^https:\/\/0\.0\.0\.0:/);
  const ask = (host) =>
    new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: node.port, path: "/healthz", servername: "localhost", ca: readFileSync(cert), headers: { Host: host } };
      httpsRequest(options, (answer) => resolve(answer.resume().statusCode)).on("error", reject).end();
    });
  assert.equal(await ask("shop.example"), 200);
  assert.equal(await ask("elsewhere.example"), 421);
  assert.equal((await node.ask("GET", "/healthz")).status, "ok"); // the node's own commands say localhost
  await assert.rejects(http({ port: node.port }, "GET", "/healthz"));
});

test("a receipt goes to the shop's printer in the shop's language", async (t) => {
  const data = folder(t);
  const paper = join(data, "paper");
  const node = await running(t, { data, settings: { printer: `file:${paper}`, language: "zh" } });
  await node.product("A1", 100);
  const sale = await node.sell([{ code: "A1", quantity: 1000 }]);
  const told = await node.cashier.ask("POST", `/v1/sales/${sale.id}/print`, {}, { headers: { "Accept-Language": "en" } });
  assert.deepEqual([told.device, told.state], ["printer", "queued"]);
  await until(async () => (await node.cashier.ask("GET", `/v1/print-jobs/${told.job}`)).state === "done", "the paper");
  const text = new TextDecoder("gb18030").decode(readFileSync(paper));
  assert.match(text, /算盘示例店/);
  assert.match(text, /销售小票[^]*应付/);
});

test("the access log has ids, no names and no bodies", async (t) => {
  const node = await running(t);
  await node.ask("POST", "/v1/staff", { code: "77", name: "SecretName", role: "cashier", pin: "135790" });
  await until(() => node.log.includes('"at":"access"'), "a line");
  const line = JSON.parse(node.log.split("\n").find((each) => each.includes("/v1/staff")));
  assert.equal(line.method, "POST");
  assert.equal(line.status, 201);
  assert.match(line.actor, /^[0-9a-f-]{36}$/);
  assert.ok(!node.log.includes("SecretName") && !node.log.includes("135790"));
});

test("what was changed behind the program's back is refused by restore and told by check", async (t) => {
  const data = folder(t);
  const other = folder(t);
  const copy = join(other, "copy.db");
  const { node, sale } = await sold(t, data);
  const well = await node.suanpan("check");
  assert.equal(well.code, 0, well.stderr);
  assert.match(well.stdout, /a node is running and well, its ledgers agree/);
  assert.equal((await node.suanpan("backup", copy)).code, 0);
  await node.stop({ keep: true });
  const before = readFileSync(join(data, "suanpan.db"));
  const cases = [
    ["UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '3', '4') AS BLOB) WHERE kind = 'sale'", /Journal record \d+ was changed after it was written/],
    ["UPDATE stock SET on_hand = on_hand + 1", /Stock balances that are not the sum of their movements: 1/],
    ["UPDATE payment SET amount = amount + 1, tendered = tendered + 1", /Sales whose lines or tenders do not sum to their total: 1/],
  ];
  for (const [text, told] of cases) {
    const bad = join(other, "bad.db");
    copyFileSync(copy, bad);
    tamper(other, bad, text);
    const restored = await suanpan(["restore", bad, "--data", data]);
    assert.equal(restored.code, 1, text);
    assert.match(restored.stderr, told);
    assert.ok(restored.stderr.includes(bad));
    assert.deepEqual(readdirSync(data).sort(), ["lock", "suanpan.db", "tmp"]);
    assert.ok(readFileSync(join(data, "suanpan.db")).equals(before));

    const shop = folder(t);
    copyFileSync(bad, join(shop, "suanpan.db"));
    const checked = await suanpan(["check", "--data", shop]);
    assert.equal(checked.code, 1, text);
    assert.match(checked.stderr, told);
    assert.match(checked.stderr, /^problems: 1$/m);
    assert.doesNotMatch(checked.stdout, /Everything is well/);
    const open = await running(t, { data: shop });
    const asked = await open.suanpan("check");
    assert.equal(asked.code, 1, text);
    assert.match(asked.stderr, told);
    await open.stop({ keep: true });
  }
  const chinese = await suanpan(["restore", join(other, "bad.db"), "--data", data, "--lang", "zh"]);
  assert.match(chinese.stderr, /明细或支付与总额不符的销售：1/);
  const after = await running(t, { data });
  assert.equal((await after.ask("GET", `/v1/sales/${sale.id}`)).total, 300);
});

test("a full disk is told by the health until a commit succeeds again", async (t) => {
  const data = folder(t);
  const flag = join(folder(t), "full");
  const node = await running(t, { data, env: full(data, flag) });
  assert.equal((await node.ask("GET", "/healthz")).storage, "ok");
  writeFileSync(flag, "");
  const refused = await node.admin("POST", "/v1/products", { code: "A1", name: "Tea", price: 100 });
  assert.equal(refused.status, 507, refused.text);
  const ill = await node.admin("GET", "/healthz");
  assert.equal(ill.status, 503);
  assert.equal(ill.body.storage, "full");
  assert.equal(ill.body.status, "failing");
  rmSync(flag);
  await node.product("A1", 100);
  const well = await good(node.admin("GET", "/healthz"));
  assert.equal(well.storage, "ok");
  assert.equal(well.status, "ok");
});

test("a port that is taken is named", async (t) => {
  const node = await running(t);
  const second = await suanpan(["serve", "--data", folder(t), "--listen", `127.0.0.1:${node.port}`]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`127\\.0\\.0\\.1:${node.port} is taken by another program`));
});
