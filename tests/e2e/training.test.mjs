// Training: the same till on another database. Everything works there, everything says so, and nothing of it reaches the books,
// the printer, the drawer or the pole display.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { http, later, remove, running, scratch, until } from "./node.mjs";

const PIN = "2580";
const MARK = "*** TRAINING: NO SALE ***";
const HOUR = 3600;
let keys = 0;

// Every table is in one of these: a new one must be told whether training takes it along.
const taken = ["store", "location", "till", "staff", "category", "product", "product_card", "barcode", "product_term", "catalogue",
  "campaign", "rule_file", "generation", "rules_state", "setting"];
const left = ["node", "credential", "idempotency", "stock_document", "stock_movement", "stock", "shift", "cash_entry", "z_report", "basket",
  "basket_event", "sale", "sale_line", "sale_allocation", "sale_return", "payment", "campaign_use", "campaign_entry", "journal",
  "till_state", "device", "print_job", "print_event", "device_alarm", "alarm_push", "shift_action"];

const LOOK = `#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
static void table(sqlite3 *db, const char *name) {
  char sql[200];
  sqlite3_stmt *rows = NULL;
  uint64_t hash = 14695981039346656037u;
  int count = 0;
  snprintf(sql, sizeof sql, "SELECT * FROM \\"%s\\"", name);
  sqlite3_prepare_v2(db, sql, -1, &rows, NULL);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    count++;
    for (int i = 0; i < sqlite3_column_count(rows); i++) {
      int len = sqlite3_column_bytes(rows, i);
      const unsigned char *bytes = sqlite3_column_blob(rows, i);
      for (int k = 0; k < len; k++) hash = (hash ^ bytes[k]) * 1099511628211u;
      hash = (hash ^ (uint64_t)sqlite3_column_type(rows, i)) * 1099511628211u;
    }
  }
  sqlite3_finalize(rows);
  printf("%s %d %016" PRIx64 "\\n", name, count, hash);
}
int main(int count, char **words) {
  sqlite3 *db = NULL;
  sqlite3_stmt *names = NULL;
  if (count != 2 || sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) return 1;
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_exec(db, "PRAGMA query_only = ON; BEGIN", NULL, NULL, NULL);
  sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", -1, &names, NULL);
  while (sqlite3_step(names) == SQLITE_ROW) table(db, (const char *)sqlite3_column_text(names, 0));
  sqlite3_finalize(names);
  sqlite3_close(db);
  return 0;
}
`;

/** Every table of a database, from outside: { name: { count, hash } }. */
function look(node, database) {
  const tool = join(node.tools, "look");
  if (!existsSync(tool)) {
    const made = spawnSync("cc", ["-o", tool, "-x", "c", "-", "-lsqlite3"], { input: LOOK, encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
  }
  const told = spawnSync(tool, [join(node.data, database)], { encoding: "utf8" });
  assert.equal(told.status, 0, told.stderr);
  return Object.fromEntries(told.stdout.trim().split("\n").map((line) => {
    const [name, count, hash] = line.split(" ");
    return [name, { count: Number(count), hash }];
  }));
}

/** A shop with two tills, people and goods. */
async function shop(t, { settings, ...options } = {}) {
  const tools = scratch();
  t.after(() => remove(tools));
  const node = await running(t, { settings: { tills: ["T01", "T02"], ...settings }, ...options });
  node.tools = tools;
  await node.ask("POST", "/v1/staff", { code: "1001", name: "Wang", role: "cashier", pin: PIN });
  await node.ask("POST", "/v1/staff", { code: "2001", name: "Li", role: "manager", pin: "7777" });
  await node.product("A1", 550, { barcode: "6901234567892" });
  await node.product("B1", 300);
  return node;
}

const base = "/training";
const ask = (node, method, path, body, headers) => http({ port: node.port }, method, base + path, { body, headers });

/** Training answers: its first request makes it. */
async function open(node) {
  const first = await ask(node, "GET", "/v1/version");
  if (first.status === 503) assert.equal(first.headers["retry-after"], "1");
  await until(async () => (await ask(node, "GET", "/v1/version")).status === 200, "training");
}

/** A page in training, with its cookie. */
class Page {
  constructor(node, cookie, till) {
    Object.assign(this, { node, cookie, till });
  }

  static async enter(node, { staff = "1001", pin = PIN, till = "T01" } = {}) {
    await open(node);
    const answer = await ask(node, "POST", "/v1/sessions", { staff, pin, till, cookie: true });
    assert.equal(answer.status, 201, answer.text);
    const [cookie] = answer.headers["set-cookie"];
    assert.match(cookie, /^suanpan_training=[\w-]{43}; Path=\/training; HttpOnly; SameSite=Strict$/);
    return new Page(node, cookie.split(";")[0], till);
  }

  ask(method, path, body, headers = {}) {
    return ask(this.node, method, path, body, { Cookie: this.cookie, ...headers });
  }

  send(name, members = {}) {
    const key = { "Idempotency-Key": `training-${process.pid}-${++keys}` };
    return this.ask("POST", `/v1/tills/${this.till}/commands`, { do: name, ...members }, key);
  }

  async do(name, members) {
    const answer = await this.send(name, members);
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    return answer.body;
  }

  async sell(code = "A1") {
    const { till } = await this.do("scan", { code });
    await this.do("total");
    return (await this.do("tender", { method: "cash", amount: till.sale.total, total: till.sale.total })).till.last;
  }

  /** The page's event stream; `events` are [name, data]. */
  follow() {
    const stream = { events: [], last: (name) => stream.events.filter(([of]) => of === name).at(-1)?.[1] };
    return new Promise((resolve, reject) => {
      const headers = { Host: "localhost", Cookie: this.cookie };
      const call = request({ host: "127.0.0.1", port: this.node.port, path: `${base}/v1/tills/${this.till}/events`, headers }, (answer) => {
        assert.equal(answer.statusCode, 200);
        let rest = "";
        answer.setEncoding("utf8").on("data", (chunk) => {
          const blocks = (rest + chunk).split("\n\n");
          rest = blocks.pop();
          for (const block of blocks) {
            const event = block.match(/^event: (\w+)\ndata: (.*)$/m);
            if (event) stream.events.push([event[1], JSON.parse(event[2])]);
          }
        });
        answer.on("error", () => {});
        resolve(stream);
      });
      call.on("error", reject);
      call.end();
      stream.close = () => call.destroy();
    });
  }
}

/** Something at a port that keeps what it is sent and may say things. */
async function port(t) {
  const made = { bytes: 0, sockets: [] };
  const server = createServer((socket) => {
    made.sockets.push(socket);
    socket.on("data", (chunk) => (made.bytes += chunk.length));
    socket.on("error", () => {});
    t.after(() => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return Object.assign(made, { target: `tcp:127.0.0.1:${server.address().port}` });
}

test("the copy has what the shop sells and knows, and nothing that happened", async (t) => {
  const node = await shop(t);
  await node.sell([{ code: "A1" }, { code: "B1" }]);
  await node.ask("POST", "/v1/tokens", { name: "web", scopes: "sales:read", till: "T01" });
  await open(node);
  const real = look(node, "suanpan.db");
  const copy = look(node, "training/suanpan.db");
  assert.deepEqual(Object.keys(copy).sort(), [...taken, ...left].sort(), "a table is in neither list, or is gone");
  for (const name of taken) assert.deepEqual(copy[name], real[name], name);
  for (const name of left) assert.equal(copy[name].count, name === "node" ? 1 : 0, name);
  assert.notEqual(copy.node.hash, real.node.hash, "its own id and epoch");
  assert.ok(real.sale.count > 0 && real.credential.count > 0 && real.journal.count > 0);
});

test("a whole shift is practised; the books, the printer and the drawer know nothing of it", async (t) => {
  const printer = await port(t), pole = await port(t);
  const node = await shop(t);
  const paper = { till: "T01", class: "printer", link: printer.target, profile: "generic-80", mute: true };
  assert.equal((await node.admin("PUT", "/v1/devices/paper", paper)).status, 201);
  assert.equal((await node.admin("PUT", "/v1/devices/pole", { till: "T01", class: "display", link: pole.target, protocol: "cd5220" })).status, 201);
  const clerk = await node.signIn({ staff: "1001", pin: PIN, till: "T01" });
  await clerk.openShift(10_000);
  const sold = await clerk.sell([{ code: "A1" }]);
  await clerk.ask("POST", `/v1/sales/${sold.id}/print`, {});
  await until(() => printer.bytes > 0, "the printer");
  await until(async () => (await clerk.ask("GET", "/v1/print-jobs")).jobs.length === 0, "the paper");
  await clerk.ask("POST", "/v1/tills/T01/commands", { do: "scan", code: "A1" });
  await until(() => pole.bytes > 0, "the pole display");
  await clerk.ask("POST", "/v1/tills/T01/commands", { do: "cancel", approval: { staff: "2001", pin: "7777" } });
  await new Promise((resolve) => setTimeout(resolve, 500)); // what it is shown still
  const page = await Page.enter(node);
  const quiet = { printer: printer.bytes, pole: pole.bytes };
  const before = look(node, "suanpan.db");

  assert.equal((await page.ask("GET", "/v1/tills/T01/view")).body.till.till.training, true);
  await page.do("shift_open", { opening_float: 20_000 });
  const first = await page.sell("6901234567892");
  assert.equal(first.receipt, "T01-000001", "numbers of its own");
  assert.equal(first.print, "done");
  const second = await page.sell("B1");
  await page.do("print", { approval: { staff: "2001", pin: "7777" }, copy: true });
  await page.do("drawer", { reason: "practice", approval: { staff: "2001", pin: "7777" } });
  await page.do("cash", { amount: 1000, reason: "more change", approval: { staff: "2001", pin: "7777" } });
  const report = (await page.do("report")).report;
  for (const [text, what] of [
    [report.text, "the X report"],
    [(await page.ask("GET", `/v1/sales/${second.sale}/receipt?format=text`)).text, "the receipt"],
    [(await page.ask("GET", "/v1/shifts/current/report?format=text")).text, "the report"],
    [(await page.do("shift_close", { counted: 21_850 })).report.text, "the Z report"],
  ]) assert.equal(text.split(MARK).length, 3, `${what} says so on top and at the foot:\n${text}`);
  const zh = await page.ask("GET", `/v1/sales/${second.sale}/receipt?format=text`, undefined, { "Accept-Language": "zh-CN" });
  assert.equal(zh.text.split("*** 培训模式 非销售凭证 ***").length, 3);

  const { jobs } = (await page.ask("GET", "/v1/print-jobs?state=all")).body;
  assert.deepEqual([...new Set(jobs.map((job) => `${job.device} ${job.state} ${job.reason}`))], ["training done training"]);
  assert.deepEqual([...new Set(jobs.map((job) => job.kind))].sort(), ["drawer", "receipt", "report"]);
  const kept = (await page.ask("GET", `/v1/print-jobs/${jobs.find((job) => job.kind === "receipt").id}`)).text;
  assert.ok(kept.includes("培训模式"), "the stored paper says so too");
  assert.equal((await page.ask("GET", "/v1/reconciliation")).status, 403);
  const manager = await Page.enter(node, { staff: "2001", pin: "7777" });
  assert.equal((await manager.ask("GET", "/v1/reconciliation")).body.agrees, true);

  assert.deepEqual(look(node, "suanpan.db"), before, "the books are what they were, to the byte");
  assert.deepEqual({ printer: printer.bytes, pole: pole.bytes }, quiet, "no byte left");
  const next = await clerk.sell([{ code: "A1" }]);
  assert.equal(next.receipt ?? `T01-${String(next.number).padStart(6, "0")}`, "T01-000002", "no number is used up");
  assert.equal((await node.ask("GET", "/v1/reconciliation")).agrees, true);
  assert.match(node.log, /"path":"\/training\/v1\/tills\/T01\/commands"/);
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
});

test("a session of the one is none of the other", async (t) => {
  const node = await shop(t);
  const page = await Page.enter(node);
  const token = page.cookie.split("=")[1];
  const real = async (headers) => (await http({ port: node.port }, "GET", "/v1/sessions/current", { headers })).status;
  assert.equal((await page.ask("GET", "/v1/sessions/current")).status, 200);
  assert.equal(await real({ Cookie: page.cookie }), 401);
  assert.equal(await real({ Cookie: `suanpan=${token}` }), 401);
  assert.equal(await real({ Authorization: `Bearer ${token}` }), 401);
  const clerk = await node.signIn({ staff: "1001", pin: PIN, till: "T01" });
  assert.equal((await ask(node, "GET", "/v1/sessions/current", undefined, { Cookie: `suanpan=${clerk.session.token}` })).status, 401);
  assert.equal((await ask(node, "GET", "/v1/sessions/current", undefined, { Authorization: `Bearer ${clerk.session.token}` })).status, 401);
  const out = await page.ask("DELETE", "/v1/sessions/current");
  assert.match(out.headers["set-cookie"][0], /^suanpan_training=; Path=\/training; .*Max-Age=0$/);
  for (const [method, path, status] of [["POST", "/v1/reset", 404], ["GET", "/trainingx/v1/version", 404], ["GET", "/training", 404]])
    assert.equal((await http({ socketPath: join(node.data, "node.sock") }, method, path)).status, status, path);
  const site = { Cookie: page.cookie, Origin: "http://evil.example", "Idempotency-Key": "x" };
  assert.equal((await ask(node, "POST", "/v1/tills/T01/commands", { do: "total" }, site)).status, 403);
});

test("the pages are the same, and there before training is", async (t) => {
  const node = await shop(t);
  const page = await http({ port: node.port }, "GET", "/training/till");
  assert.equal(page.status, 200);
  assert.equal(page.text, (await http({ port: node.port }, "GET", "/till")).text);
  assert.equal((await http({ port: node.port }, "GET", "/training/till/customer")).status, 200);
  assert.equal(existsSync(join(node.data, "training")), false, "a page alone makes nothing");
});

test("beginning anew: prices follow, what was practised is gone, locked PINs stay locked", async (t) => {
  const node = await shop(t);
  const page = await Page.enter(node);
  await page.do("shift_open", { opening_float: 0 });
  assert.equal((await page.sell("A1")).total, 550);
  await node.ask("PATCH", "/v1/products/A1", { price: 575 });
  await node.product("C1", 900);
  assert.equal((await page.sell("A1")).total, 550, "not before it begins anew");
  for (let i = 0; i < 5; i++) await ask(node, "POST", "/v1/sessions", { staff: "2001", pin: "0000", till: "T01" });
  const locked = await ask(node, "POST", "/v1/sessions", { staff: "2001", pin: "7777", till: "T01" });
  assert.notEqual(locked.status, 201, "the manager's PIN is locked in training");
  const stream = await page.follow();
  assert.equal((await page.ask("POST", "/v1/reset")).status, 202);
  const fresh = await Page.enter(node);
  assert.equal((await page.ask("GET", "/v1/sessions/current")).status, 401, "everybody signs in again");
  await fresh.do("shift_open", { opening_float: 0 });
  const last = await fresh.sell("A1");
  assert.deepEqual([last.receipt, last.total], ["T01-000001", 575]);
  assert.equal((await fresh.sell("C1")).total, 900);
  const again = await ask(node, "POST", "/v1/sessions", { staff: "2001", pin: "7777", till: "T01" });
  assert.equal(again.status, locked.status, "beginning anew gives no more guesses");
  assert.equal((await http({ port: node.port }, "POST", "/v1/sessions", { body: { staff: "2001", pin: "7777", till: "T01" } })).status, 201, "the real one is not");
  stream.close();
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
});

test("the real tills sell while it is made, and begun anew under their hands", async (t) => {
  const node = await shop(t);
  const goods = Array.from({ length: 4000 }, (_, i) => `G${i},Product ${i},pc,1.00`);
  const csv = join(node.tools, "goods.csv");
  writeFileSync(csv, ["code,name,unit,price", ...goods].join("\n"));
  const done = await node.suanpan("import", "products", csv);
  assert.equal(done.code, 0, done.stderr);
  const clerk = await node.signIn({ staff: "1001", pin: PIN, till: "T02" });
  await clerk.openShift();
  let busy = true, sales = 0, slowest = 0;
  const selling = (async () => {
    while (busy) {
      const began = performance.now();
      await clerk.sell([{ code: "A1" }]);
      slowest = Math.max(slowest, performance.now() - began);
      sales++;
    }
  })();
  for (let round = 0; round < 3; round++) {
    const page = await Page.enter(node);
    await page.do("shift_open", { opening_float: 0 });
    assert.equal((await page.sell("G3999")).total, 100);
    assert.equal((await page.ask("POST", "/v1/reset")).status, 202);
  }
  await open(node);
  busy = false;
  await selling;
  assert.ok(sales > 3, `${sales} sales`);
  assert.ok(slowest < 2000, `the slowest sale took ${slowest} ms`);
  assert.equal((await node.ask("GET", "/v1/reconciliation")).agrees, true);
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
});

test("killed while it is made: never a half copy", async (t) => {
  let node = await shop(t);
  const goods = Array.from({ length: 4000 }, (_, i) => `G${i},Product ${i},pc,1.00`);
  writeFileSync(join(node.tools, "goods.csv"), ["code,name,unit,price", ...goods].join("\n"));
  assert.equal((await node.suanpan("import", "products", join(node.tools, "goods.csv"))).code, 0);
  const { tools } = node;
  let found = 0;
  const began = performance.now();
  await open(node);
  const whole = performance.now() - began;
  await node.kill();
  for (const part of [0, 0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.5, 2.5]) {
    remove(join(node.data, "training"));
    node = await node.again();
    await ask(node, "GET", "/v1/version");
    await new Promise((resolve) => setTimeout(resolve, part * whole));
    await node.kill();
    const files = existsSync(join(node.data, "training")) ? readdirSync(join(node.data, "training")) : [];
    if (files.includes("suanpan.db")) {
      found++;
      node.tools = tools;
      assert.equal(look(node, "training/suanpan.db").product.count, 4002, `after ${part} of ${whole} ms`);
    }
  }
  node = await node.again();
  const page = await Page.enter(node);
  await page.do("shift_open", { opening_float: 0 });
  assert.equal((await page.sell("G0")).total, 100);
  assert.equal(readdirSync(join(node.data, "training")).filter((name) => name.includes(".new")).length, 0);
  assert.equal((await node.ask("GET", "/v1/reconciliation")).agrees, true);
  t.diagnostic(`${found} of 9 were whole when the node was killed`);
});

test("a copy that is damaged is made anew, one of today goes on after a restart", async (t) => {
  let node = await shop(t);
  let page = await Page.enter(node);
  await page.do("shift_open", { opening_float: 0 });
  await page.sell();
  const { tools } = node;
  await node.stop({ keep: true });
  node = await node.again();
  await open(node);
  assert.equal((await page.constructor.enter(node)).till, "T01");
  page = new Page(node, page.cookie, "T01");
  assert.equal((await page.sell()).receipt, "T01-000002", "the session and the shift are still there");
  await node.kill();
  writeFileSync(join(node.data, "training/suanpan.db"), "this is no database");
  node = await node.again();
  node.tools = tools;
  page = await Page.enter(node);
  await page.do("shift_open", { opening_float: 0 });
  assert.equal((await page.sell()).receipt, "T01-000001");
});

test("an old copy that is damaged inside does not keep a new one from being made", async (t) => {
  const node = await shop(t);
  await open(node);
  await node.stop({ keep: true });
  const file = join(node.data, "training/suanpan.db");
  const bytes = readFileSync(file);
  for (let page = 1; page * 4096 < bytes.length; page++) bytes.fill(0xaa, page * 4096 + 64, page * 4096 + 4000);
  writeFileSync(file, bytes);
  const again = await node.again();
  const page = await Page.enter(again);
  await page.do("shift_open", { opening_float: 0 });
  assert.equal((await page.sell()).receipt, "T01-000001");
  assert.deepEqual(await again.stop(), { code: 0, signal: null });
});

test("a copy that cannot be made is said, and the shop is open all the same", async (t) => {
  const node = await shop(t);
  writeFileSync(join(node.data, "training"), "a file in its place");
  let answer;
  await until(async () => /opened/.test((answer = await ask(node, "GET", "/v1/version")).body.detail ?? ""), "the failure");
  assert.equal(answer.status, 503);
  await node.sell([{ code: "A1" }]);
  assert.equal((await http({ port: node.port }, "GET", "/healthz")).status, 200);
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
});

test("yesterday's copy is not used", async (t) => {
  const clock = scratch();
  t.after(() => remove(clock));
  const node = await shop(t);
  const page = await Page.enter(node);
  await page.do("shift_open", { opening_float: 0 });
  assert.equal((await page.sell()).total, 550);
  await node.ask("PATCH", "/v1/products/A1", { price: 575 });
  await node.stop({ keep: true });
  const tomorrow = await node.again({ env: later(clock, 13 * HOUR) });
  const other = await Page.enter(tomorrow);
  await other.do("shift_open", { opening_float: 0 });
  const last = await other.sell();
  assert.deepEqual([last.receipt, last.total], ["T01-000001", 575]);
});

test("scans go where the till's page is open", async (t) => {
  const scanner = await port(t);
  const node = await shop(t);
  const config = { till: "T01", class: "scanner", link: scanner.target };
  assert.equal((await node.admin("PUT", "/v1/devices/scan1", config)).status, 201);
  await until(() => scanner.sockets.length > 0, "the scanner's link");
  const scan = (code) => scanner.sockets.at(-1).write(`${code}\r\n`);
  const clerk = await node.signIn({ staff: "1001", pin: PIN, till: "T01" });
  const view = async () => (await clerk.ask("GET", "/v1/tills/T01/view")).till;
  await clerk.openShift();
  await clerk.ask("POST", "/v1/tills/T01/commands", { do: "price", code: "A1" }); // the till knows who stands there

  const page = await Page.enter(node);
  await page.do("shift_open", { opening_float: 0 });
  const stream = await page.follow();
  await until(() => stream.last("devices")?.some(({ id }) => id === "scan1"), "the devices are shown in training too");
  scan("6901234567892");
  await until(() => stream.last("till")?.sale?.lines.length === 1, "the scan in training");
  assert.equal((await view()).sale, null, "not in the shop");
  stream.close();
  await until(async () => {
    scan("6901234567892");
    await new Promise((resolve) => setTimeout(resolve, 300));
    return (await view()).sale?.lines.length > 0;
  }, "the scan in the shop, once the page of training is closed");
  assert.equal((await page.ask("GET", "/v1/tills/T01/view")).body.till.sale.lines.length, 1);
  const many = (await page.ask("POST", "/v1/devices/scan1/actions", { do: "test" })).status;
  assert.ok(many >= 400, "devices are not acted on from training");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
});

test("an hour without anybody and it is closed; the next request opens it again", async (t) => {
  const clock = scratch();
  t.after(() => remove(clock));
  const node = await shop(t);
  const ahead = join(clock, "ahead");
  await node.stop({ keep: true });
  const again = await node.again({ env: later(clock, ahead) });
  const page = await Page.enter(again);
  await page.do("shift_open", { opening_float: 0 });
  const stream = await page.follow();
  writeFileSync(ahead, String(HOUR + 60));
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.doesNotMatch(again.log, /"training","msg":"closed"/, "somebody watches");
  stream.close();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  writeFileSync(ahead, String(2 * HOUR + 120));
  await until(() => /"training","msg":"closed"/.test(again.log), "its end");
  await open(again);
  assert.equal((await page.ask("GET", "/v1/tills/T01/view")).status, 200, "the same copy, the same session");
  assert.deepEqual(await again.stop(), { code: 0, signal: null });
});

test("stopped in the middle of being made", async (t) => {
  const node = await shop(t);
  await ask(node, "GET", "/v1/version");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
});

test("what must not be done from training is not there", async (t) => {
  const node = await shop(t);
  await open(node);
  const admin = (method, path, body) => http({ socketPath: join(node.data, "node.sock") }, method, base + path, { body });
  mkdirSync(join(node.data, "elsewhere"));
  assert.ok((await admin("POST", "/v1/jobs", { kind: "backup", path: join(node.data, "elsewhere/x.db") })).status >= 400);
  assert.equal(readdirSync(join(node.data, "elsewhere")).length, 0);
  const upload = await http({ socketPath: join(node.data, "node.sock") }, "POST", `${base}/v1/imports/products`, { body: "code,name\nX,Y\n", headers: { "Content-Type": "text/csv" } });
  assert.ok(upload.status >= 400);
  assert.equal((await node.admin("GET", "/v1/products/X")).status, 404);
});
