// The wire of a till: a session in a cookie, event streams that resume, commands in one order, and what stands beside them.
import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { test } from "node:test";
import { http, running, until } from "./node.mjs";

const PIN = "2580";
let keys = 0;

/** Events of one stream, from { port, path, headers }: { status, list, last(name), id, ended, close() }. */
function listen(node, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port: node.port, path, headers: { Host: "localhost", Accept: "text/event-stream", ...headers } }, (answer) => {
      const stream = { status: answer.statusCode, headers: answer.headers, list: [], id: "", ended: false, close: () => call.destroy() };
      stream.last = (name) => stream.list.filter((event) => event.name === name).at(-1)?.data;
      let rest = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const fields = Object.fromEntries(block.split("\n").map((line) => line.match(/^(\w+): (.*)$/s).slice(1)));
          if (fields.data === undefined) continue;
          if (fields.id) stream.id = fields.id;
          stream.list.push({ id: fields.id, name: fields.event, data: JSON.parse(fields.data) });
        }
      });
      answer.on("end", () => (stream.ended = true));
      answer.on("error", () => (stream.ended = true));
      resolve(stream);
    });
    call.on("error", reject);
    call.end();
  });
}

/** A page of a till: a cookie, commands with keys, event streams. */
class Page {
  constructor(node, till, cookie) {
    Object.assign(this, { node, till, cookie, agent: new Agent({ keepAlive: true, maxSockets: 1 }) });
  }

  ask(method, path, body, headers = {}) {
    return http({ port: this.node.port }, method, path, { body, agent: this.agent, headers: { Cookie: this.cookie, ...headers } });
  }

  send(name, members = {}, headers = {}) {
    const key = { "Idempotency-Key": `till-${process.pid}-${++keys}` };
    return this.ask("POST", `/v1/tills/${this.till}/commands`, { do: name, ...members }, { ...key, ...headers });
  }

  async do(name, members, headers) {
    const answer = await this.send(name, members, headers);
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    return answer.body;
  }

  async follow(query = "", headers = {}) {
    const stream = await listen(this.node, `/v1/tills/${this.till}/events${query}`, { Cookie: this.cookie, ...headers });
    assert.equal(stream.status, 200);
    (this.streams ??= []).push(stream);
    return stream;
  }
}

async function shop(t, options) {
  const node = await running(t, options);
  await node.ask("POST", "/v1/staff", { code: "1001", name: "Wang", role: "cashier", pin: PIN });
  await node.ask("POST", "/v1/staff", { code: "2001", name: "Li", role: "manager", pin: "7777" });
  await node.product("A1", 550, { barcode: "6901234567892" });
  await node.product("B1", 300, { barcode: "6909876543213" });
  return node;
}

async function enter(node, { staff = "1001", pin = PIN, till = "T01" } = {}) {
  const answer = await http({ port: node.port }, "POST", "/v1/sessions", { body: { staff, pin, till, cookie: true } });
  assert.equal(answer.status, 201, answer.text);
  const [cookie] = answer.headers["set-cookie"];
  assert.match(cookie, /^suanpan=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  return new Page(node, till, cookie.split(";")[0]);
}

async function open(node, options) {
  const page = await enter(node, options);
  await page.do("shift_open", { opening_float: 0 });
  return page;
}

const codes = (till) => (till.sale?.lines ?? []).map((line) => line.code);

test("a cookie signs in, and only this site's pages may use it", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const whoami = (headers) => page.ask("GET", "/v1/sessions/current", undefined, headers);
  assert.equal((await whoami()).body.role, "cashier");
  assert.equal((await whoami({ Cookie: `a=1; ${page.cookie}; b=2` })).status, 200);
  assert.equal((await whoami({ Cookie: page.cookie.toLowerCase() })).status, 401);
  assert.equal((await whoami({ Cookie: `x${page.cookie}` })).status, 401);
  assert.equal((await whoami({ Authorization: "Bearer nonsense" })).status, 401, "Authorization comes first");
  for (const [headers, status] of [
    [{}, 200],
    [{ Origin: "http://localhost" }, 200],
    [{ Origin: "http://LOCALHOST", "Sec-Fetch-Site": "same-origin" }, 200],
    [{ "Sec-Fetch-Site": "none" }, 200],
    [{ Origin: "http://evil.example" }, 403],
    [{ Origin: "null" }, 403],
    [{ Origin: "http://localhost:1" }, 403],
    [{ Origin: "http://localhost.evil.example" }, 403],
    [{ "Sec-Fetch-Site": "cross-site" }, 403],
    [{ "Sec-Fetch-Site": "same-site", Origin: "http://localhost" }, 403],
  ]) {
    const answer = await page.send("scan", { code: "A1" }, headers);
    assert.equal(answer.status, status, JSON.stringify(headers));
    if (status === 403) assert.equal(answer.body.field, "Origin");
  }
  assert.equal((await whoami({ "Sec-Fetch-Site": "cross-site" })).status, 200, "reading changes nothing");
  const foreign = { body: { staff: "1001", pin: PIN, cookie: true }, headers: { Origin: "http://evil.example" } };
  assert.equal((await http({ port: node.port }, "POST", "/v1/sessions", foreign)).status, 403);
  const stream = await page.follow();
  const out = await page.ask("DELETE", "/v1/sessions/current");
  assert.match(out.headers["set-cookie"][0], /^suanpan=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0$/);
  await until(() => stream.ended, "the stream of a session that ended");
  assert.equal((await whoami()).status, 401);
});

test("a stream begins with everything, and goes on where it was", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const first = await page.follow();
  assert.equal(first.headers["content-type"], "text/event-stream");
  assert.equal(first.headers["cache-control"], "no-store");
  assert.equal(first.headers["x-accel-buffering"], "no");
  await until(() => first.list.length >= 6, "six sections");
  assert.deepEqual(first.list.map((event) => event.name).sort(), ["alarms", "devices", "notice", "print", "till", "weight"]);
  assert.ok(first.list.every((event) => /^[0-9a-f]{16}-(zh|en)-\d+$/.test(event.id)));
  const answer = await page.do("scan", { code: "6901234567892" });
  await until(() => first.last("till").sale, "the line");
  assert.deepEqual(first.last("till"), answer.till);
  assert.equal(first.last("till").seq, answer.seq);
  assert.equal(first.list.length, 7, "only what changed is told");
  first.close();
  await page.do("scan", { code: "A1" });
  await page.do("scan", { code: "6909876543213" });
  const again = await page.follow("", { "Last-Event-ID": first.id });
  await until(() => again.list.length >= 1, "what was missed");
  assert.deepEqual(again.list.map((event) => event.name), ["till"], "as one whole section");
  assert.deepEqual(codes(again.last("till")), ["A1", "A1", "B1"]);
  again.close();
  const same = await page.follow("", { "Last-Event-ID": again.id });
  const other = await page.follow("", { "Last-Event-ID": "0123456789abcdef-en-3" });
  await until(() => other.list.length >= 6, "everything, for an id of another run");
  assert.equal(same.list.length, 0, "nothing is told twice");
  await until(() => same.last("ping"), "a ping", 8000);
  const head = await http({ port: node.port }, "HEAD", "/v1/tills/T01/events", { headers: { Cookie: page.cookie } });
  assert.equal(head.status, 200);
});

test("a page that looks is no page that sells", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const other = await open(node, { till: "T02" });
  const foreign = { Cookie: other.cookie };
  assert.equal((await page.send("scan", { code: "A1" }, foreign)).body.field, "till");
  assert.equal((await page.ask("GET", "/v1/tills/T01/view", undefined, foreign)).status, 403);
  assert.equal((await listen(node, "/v1/tills/T01/events", foreign)).status, 403);
  assert.equal((await page.ask("GET", "/v1/tills/T09/view")).status, 404);
  assert.equal((await listen(node, "/v1/tills/T01/events")).status, 401);
  const view = await page.ask("GET", "/v1/tills/T01/view");
  assert.deepEqual(Object.keys(view.body), ["seq", "till", "devices", "weight", "alarms", "print", "notice"]);
  const stream = await page.follow();
  await until(() => stream.last("till"), "the till");
  const boss = await enter(node, { staff: "2001", pin: "7777", till: "T02" });
  const looked = await page.ask("GET", "/v1/tills/T01/view", undefined, { Cookie: boss.cookie });
  assert.equal(looked.body.till.till.code, "T01");
  assert.equal(stream.last("till").staff.code, "1001", "who looks is not shown as who sells");
});

test("two pages of one till see the same, the customer's screen less", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const second = new Page(node, "T01", page.cookie);
  const [one, two, customer] = [await page.follow(), await second.follow(), await page.follow("?screen=customer")];
  await page.do("scan", { code: "A1" });
  await second.do("scan", { code: "B1" });
  const { till } = await page.do("total");
  for (const stream of [one, two]) await until(() => stream.last("till")?.seq === till.seq, "the same section");
  assert.deepEqual(one.last("till"), two.last("till"));
  await until(() => customer.last("till")?.step === "tender", "the customer's");
  assert.deepEqual([...new Set(customer.list.map((event) => event.name))], ["till"]);
  const shown = customer.last("till");
  assert.equal(shown.sale.total, 850);
  assert.ok(!("staff" in shown) && !("parked" in shown));
  const paid = await page.do("tender", { method: "cash", amount: 1000, total: 850 });
  assert.equal(paid.till.last.change, 150);
  await until(() => customer.last("till")?.last?.change === 150, "the change");
});

test("a node that is killed in the middle of a sale shows the same sale", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const before = await page.follow();
  for (const code of ["A1", "B1", "A1"]) await page.do("scan", { code });
  const { till } = await page.do("total");
  await node.kill();
  await until(() => before.ended, "the end of the stream");
  const again = await node.again();
  const back = new Page(again, "T01", page.cookie);
  const after = await back.follow("", { "Last-Event-ID": before.id });
  await until(() => after.list.length >= 6, "everything, it is another run");
  assert.notEqual(after.id.split("-")[0], before.id.split("-")[0]);
  assert.equal(after.last("till").step, "tender");
  assert.deepEqual(after.last("till").sale, till.sale);
  const paid = await back.do("tender", { method: "cash", amount: 1400, total: 1400 });
  assert.equal(paid.till.last.receipt, "T01-000001");
  const list = await back.ask("GET", "/v1/sales");
  assert.equal((list.body.sales ?? list.body).length, 1);
});

test("a command that is sent again is done once", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const key = { "Idempotency-Key": "once" };
  const first = await page.do("scan", { code: "A1" }, key);
  await page.do("scan", { code: "B1" });
  const again = await page.do("scan", { code: "A1" }, key);
  assert.deepEqual(codes(first.till), ["A1"]);
  assert.deepEqual(codes(again.till), ["A1", "B1"], "the till as it is");
  assert.equal((await page.send("scan", { code: "B1" }, key)).status, 422, "another request under its key");
  const found = await page.do("price", { code: "A1" });
  assert.equal(found.product.price, 550);
});

test("a parked basket stands on every till, and one of two gets it", async (t) => {
  const node = await shop(t);
  const [one, two] = [await open(node), await open(node, { till: "T02" })];
  const [first, second] = [await one.follow(), await two.follow()];
  await one.do("scan", { code: "A1" });
  await one.do("park", { text: "red bag" });
  await until(() => second.last("till")?.parked.length === 1, "the parked basket on the other till");
  const [{ id, label, till }] = second.last("till").parked;
  assert.deepEqual([label, till], ["red bag", "T01"]);
  const answers = await Promise.all([one.send("recall", { id }), two.send("recall", { id })]);
  assert.deepEqual(answers.map((answer) => answer.status === 200).sort(), [false, true]);
  for (const stream of [first, second]) await until(() => stream.last("till").parked.length === 0, "it is gone everywhere");
  const holders = [first, second].filter((stream) => stream.last("till").sale);
  assert.equal(holders.length, 1);
});

test("a program that works at a till is seen on its page", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const stream = await page.follow();
  await until(() => stream.last("till"), "the till");
  const basket = await page.ask("POST", "/v1/baskets", {}, { "Idempotency-Key": "b1" });
  assert.equal(basket.status, 201, basket.text);
  const path = `/v1/baskets/${basket.body.id}/events`;
  assert.equal((await page.ask("POST", path, { kind: "add", code: "A1" }, { "Idempotency-Key": "b2" })).status, 200);
  assert.equal((await page.ask("POST", path, { kind: "park" }, { "Idempotency-Key": "b3" })).status, 200);
  await until(() => stream.last("till").parked.length === 1, "its parked basket");
});

test("a thousand scans through one till are a thousand, in order", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const stream = await page.follow();
  const goods = ["A1", "B1"];
  let sent = [];
  for (let i = 0; i < 1000; i++) {
    const code = goods[(i * 7 + (i >> 3)) % 2];
    sent.push(code);
    const { till } = await page.do("scan", { code });
    if (i % 50 !== 49) continue;
    assert.deepEqual(codes(till), sent);
    await until(() => stream.last("till")?.seq === till.seq, "the page keeps up");
    assert.deepEqual(stream.last("till"), till);
    await page.do("total");
    const paid = await page.do("tender", { method: "card", amount: till.sale.total, total: till.sale.total });
    assert.equal(paid.till.step, "paid");
    sent = [];
  }
  const seqs = stream.list.filter((event) => event.name === "till").map((event) => event.data.seq);
  assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b), "each once, in order");
});

test("many at once: a full queue says so, and what it took is done once", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const agent = new Agent({ keepAlive: true, maxSockets: 120 });
  const burst = Array.from({ length: 300 }, (_, i) =>
    http({ port: node.port }, "POST", "/v1/tills/T01/commands", {
      body: { do: "scan", code: "A1" }, agent, headers: { Cookie: page.cookie, "Idempotency-Key": `burst-${i}` },
    }));
  const answers = await Promise.all(burst);
  agent.destroy();
  const counts = Object.groupBy?.(answers, ({ status }) => status) ?? answers.reduce((all, a) => ((all[a.status] ??= []).push(a), all), {});
  assert.deepEqual(Object.keys(counts).filter((status) => status !== "200" && status !== "503"), []);
  for (const refused of counts[503] ?? []) assert.equal(refused.body.type, "/problems/busy");
  const view = await page.ask("GET", "/v1/tills/T01/view");
  assert.equal(codes(view.body.till).length, counts[200].length);
  assert.deepEqual(view.body.till.sale.lines.map((line) => line.n), counts[200].map((_, i) => i + 1));
});

test("somebody else's PIN switches the session, and nobody's touch locks", async (t) => {
  const node = await shop(t);
  const boss = await enter(node, { staff: "2001", pin: "7777" });
  assert.equal((await boss.ask("PUT", "/v1/settings/till", { lock_seconds: 10 })).status, 200);
  const page = await open(node);
  const stream = await page.follow();
  await page.do("lock");
  await until(() => stream.last("till")?.step === "locked", "the lock");
  assert.equal((await page.send("scan", { code: "A1" })).status, 409);
  assert.equal((await page.send("unlock", { pin: "0000" })).status, 401);
  const answer = await page.send("unlock", { staff: "2001", pin: "7777" });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.till.staff.code, "2001");
  assert.ok(!("token" in answer.body), "a cookie stays one");
  assert.equal((await page.ask("GET", "/v1/sessions/current")).status, 401, "the session before is over");
  page.cookie = answer.headers["set-cookie"][0].split(";")[0];
  assert.equal((await page.do("scan", { code: "A1" })).till.staff.code, "2001");
  const bearer = page.cookie.replace("suanpan=", "Bearer ");
  await page.do("lock");
  const told = await page.do("unlock", { staff: "1001", pin: PIN }, { Cookie: "", Authorization: bearer });
  assert.match(told.token, /^[\w-]{43}$/);
  assert.equal((await page.ask("GET", "/v1/sessions/current")).status, 401, "and the one after it");
  await until(() => stream.last("till").seq >= told.seq, "the till of the first again");
  assert.equal(stream.last("till").step, "sale");
  await until(() => stream.last("till").step === "locked", "the lock of a till that nobody touches", 20_000);
  assert.equal(stream.ended, false);
});

test("the door, the pages and what they may load", async (t) => {
  const node = await shop(t);
  const get = (path, headers) => http({ port: node.port }, "GET", path, { headers });
  for (const path of ["/till", "/till/customer"]) {
    const page = await get(path);
    assert.equal(page.status, 200);
    assert.match(page.headers["content-type"], /^text\/html/);
    assert.match(page.headers["content-security-policy"], /^default-src 'self'; .*frame-ancestors 'none'.*script-src 'self'/);
    assert.doesNotMatch(page.headers["content-security-policy"], /unsafe/);
    assert.equal(page.headers["cache-control"], "no-cache");
    const known = await get(path, { "If-None-Match": `"x", ${page.headers.etag}` });
    assert.equal(known.status, 304);
    assert.equal(known.text, "");
    const names = [...page.text.matchAll(/\/till\/assets\/([\w.-]+)/g)].map(([, name]) => name);
    assert.ok(names.length > 0);
    for (const name of names) {
      const asset = await get(`/till/assets/${name}`);
      assert.equal(asset.status, 200, name);
      assert.match(asset.headers["cache-control"], /^public, max-age=31536000, immutable$/, name);
    }
  }
  assert.equal((await get("/till/assets/none.js")).status, 404);
  assert.equal((await get("/till/assets/..%2f..%2fetc%2fpasswd")).status, 400);
});

test("settings and devices are rows with revisions", async (t) => {
  const node = await shop(t);
  const boss = await enter(node, { staff: "2001", pin: "7777" });
  const page = await open(node);
  const stream = await page.follow();
  const setting = await page.ask("GET", "/v1/settings/till");
  assert.equal(setting.body.lock_seconds, 300);
  assert.equal((await page.ask("PUT", "/v1/settings/till", {})).status, 403);
  const put = await boss.ask("PUT", "/v1/settings/till", { lock_seconds: 60, cash_keys: [1000, 5000] });
  assert.deepEqual([put.status, put.headers.etag], [200, '"1"']);
  assert.equal((await boss.ask("PUT", "/v1/settings/till", {}, { "If-Match": '"7"' })).status, 412);
  await until(() => stream.last("till")?.settings.lock_seconds === 60, "the new setting on the page");
  assert.equal((await boss.ask("PUT", "/v1/settings/hours", { mon: [["25:00", "22:00"]] })).status, 400);
  assert.equal((await boss.ask("GET", "/v1/settings/none")).status, 404);
  const scanner = { till: "T01", class: "scanner", link: "tcp:127.0.0.1:9" };
  assert.equal((await page.ask("PUT", "/v1/devices/scan1", scanner)).status, 403);
  const made = await boss.ask("PUT", "/v1/devices/scan1", scanner);
  assert.deepEqual([made.status, made.body.revision], [201, 1], made.text);
  const changed = await boss.ask("PUT", "/v1/devices/scan1", scanner, { "If-Match": '"1"' });
  assert.deepEqual([changed.status, changed.body.revision], [200, 2]);
  assert.equal((await boss.ask("PUT", "/v1/devices/scan1", scanner, { "If-Match": '"1"' })).status, 412);
  for (const [id, body] of [["a.b", scanner], ["x", { ...scanner, class: "toaster" }], ["x", { ...scanner, till: "T99" }]]) {
    assert.ok([400, 404].includes((await boss.ask("PUT", `/v1/devices/${id}`, body)).status), id);
  }
  const list = await page.ask("GET", "/v1/devices");
  const row = list.body.find(({ id }) => id === "scan1");
  assert.deepEqual([row.till, row.class, row.revision, row.config.link], ["T01", "scanner", 2, "tcp:127.0.0.1:9"]);
  assert.equal((await boss.ask("POST", "/v1/devices/scan1/actions", { do: "dance" })).status, 400);
  assert.equal((await boss.ask("DELETE", "/v1/devices/scan1")).status, 200);
  assert.equal((await boss.ask("DELETE", "/v1/devices/scan1")).status, 404);
});

test("a scale is adjusted where it stands, and not while its till is locked", async (t) => {
  const node = await shop(t);
  const boss = await enter(node, { staff: "2001", pin: "7777" });
  const scale = { till: "T01", class: "scale", link: "tcp:127.0.0.1:9", protocol: "cas_ap1" };
  assert.equal((await boss.ask("PUT", "/v1/devices/scale1", scale)).status, 201);
  const page = await open(node);
  const zero = async (who) => (await who.ask("POST", "/v1/devices/scale1/actions", { do: "zero" })).body;
  assert.notEqual((await zero(page)).field, "till", "it is not there, but may be zeroed");
  await node.ask("POST", "/v1/staff", { code: "1002", name: "Zhao", role: "cashier", pin: PIN });
  const other = await enter(node, { staff: "1002", till: "T02" });
  assert.deepEqual([(await zero(other)).status, (await zero(other)).field], [403, "till"]);
  await page.do("lock");
  assert.deepEqual([(await zero(page)).status, (await zero(page)).field], [409, "till"]);
  assert.deepEqual([(await zero(other)).status, (await zero(other)).field], [403, "till"]);
});

test("a self-checkout sells, and asks somebody for the rest", async (t) => {
  const node = await shop(t);
  await node.ask("POST", "/v1/staff", { code: "9001", name: "Self", role: "cashier", pin: "1357" });
  await node.ask("POST", "/v1/tills", { code: "T03", mode: "self" });
  await node.ask("PATCH", "/v1/tills/T01", { mode: "staffed" });
  const modes = (await node.ask("GET", "/v1/tills")).map(({ code, mode }) => `${code} ${mode}`);
  assert.deepEqual(modes, ["T01 staffed", "T02 staffed", "T03 self"]);
  const approval = { staff: "1001", pin: PIN };
  const self = await enter(node, { staff: "9001", pin: "1357", till: "T03" });
  const opened = await self.send("shift_open", { opening_float: 0 });
  assert.deepEqual([opened.status, opened.body.field], [403, "approval"]);
  await self.do("shift_open", { opening_float: 0, approval });
  const staffed = await open(node);
  const watcher = await staffed.follow();
  await self.do("scan", { code: "A1" });
  const asked = await self.send("void", { n: 1 });
  assert.equal(asked.body.field, "approval");
  assert.equal(asked.body.approval.what[0].value, "Take a line away", "whoever signs reads what for");
  assert.equal((await self.send("find_sale", { receipt: "T03-000001" })).body.field, "approval");
  for (const path of ["/v1/sales", "/v1/products", "/v1/devices", "/v1/settings/till"]) {
    assert.equal((await self.ask("GET", path)).status, 403, path);
  }
  assert.equal((await self.ask("GET", "/v1/sessions/current")).status, 200);
  assert.equal((await self.ask("GET", "/v1/tills/T03/view")).body.till.till.mode, "self");
  await self.do("call", { on: true });
  await until(() => watcher.last("till")?.calls.includes("T03"), "the call on the staffed till");
  await self.do("void", { n: 1, approval });
  const sold = await self.do("scan", { code: "B1" });
  const explain = (path) => self.ask("GET", `/v1/${path}/explain?format=json`);
  assert.equal((await explain(`baskets/${sold.till.sale.id}`)).status, 200);
  const theirs = await staffed.do("scan", { code: "A1" });
  assert.equal((await explain(`baskets/${theirs.till.sale.id}`)).status, 403, "of another till");
  assert.equal((await self.send("confirm", { text: "age18" })).body.field, "approval");
  assert.equal((await self.send("scan", { code: "R-T03-000001" })).body.field, "approval");
  await self.do("confirm", { text: "age18", approval });
  await self.do("total");
  const wechat = { method: "wechat", amount: 300, total: 300 };
  assert.equal((await self.send("tender", wechat)).body.field, "approval", "somebody must have seen the payment");
  assert.equal((await self.send("tender", { ...wechat, method: "cash", approval })).body.field, "method");
  const paid = await self.do("tender", { ...wechat, approval });
  assert.equal(paid.till.step, "paid");
  assert.equal((await explain(`sales/${paid.till.last.sale}`)).status, 200);
  assert.equal((await explain(`sales/${paid.till.last.receipt}`)).status, 200);
  await staffed.do("total");
  const other = await staffed.do("tender", { method: "wechat", amount: 550, total: 550 });
  assert.equal((await explain(`sales/${other.till.last.sale}`)).status, 403, "of another till");
});

test("a closed shop sells nothing by any route, but to a manager's signature and to programs", async (t) => {
  const node = await shop(t);
  const boss = await enter(node, { staff: "2001", pin: "7777" });
  const page = await open(node);
  const never = async (from, to) => {
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, [[from, to]]]);
    assert.equal((await boss.ask("PUT", "/v1/settings/hours", Object.fromEntries(days))).status, 200);
    return !(await page.ask("GET", "/v1/tills/T01/view")).body.till.hours.open;
  };
  assert.ok((await never("03:00", "03:01")) || (await never("15:00", "15:01")));
  const sale = { items: [{ code: "A1", quantity: 1000 }], tenders: [{ method: "cash", amount: 550 }] };
  const sell = (members, headers) => page.ask("POST", "/v1/sales", { ...sale, ...members }, { "Idempotency-Key": `h${++keys}`, ...headers });
  const refused = await sell();
  assert.deepEqual([refused.status, refused.body.field], [403, "hours"], refused.text);
  const signed = await sell({ approval: { staff: "2001", pin: "7777" } });
  assert.equal(signed.status, 201, signed.text);
  const { token } = await node.ask("POST", "/v1/tokens", { name: "kiosk", scopes: "sales:write", till: "T01", days: 1 });
  const { id } = signed.body;
  const back = (members, headers) => page.ask("POST", `/v1/sales/${id}/refunds`, { reason: "worn", ...members }, { "Idempotency-Key": `h${++keys}`, ...headers });
  const kept = await back();
  assert.deepEqual([kept.status, kept.body.field], [403, "hours"], kept.text);
  const given = await back({ approval: { staff: "2001", pin: "7777" } });
  assert.equal(given.status, 201, given.text);
  const program = await sell({}, { Cookie: "", Authorization: `Bearer ${token}` });
  assert.equal(program.status, 201, program.text);
});

test("each screen of a till reads its own language, whoever does something", async (t) => {
  const node = await shop(t);
  await node.product("WINE", 6800, { tags: "adult" });
  await node.ask("POST", "/v1/campaigns", { code: "AGE", rule: "check.age", params: { tag: "adult" } });
  const page = await open(node);
  const chinese = await page.follow("?lang=zh");
  const english = await page.follow("?lang=en");
  const customer = await page.follow("?lang=zh&screen=customer");
  const asked = (till) => till?.sale?.requirements?.[0]?.text;
  for (const [code, lang] of [["WINE", "en"], ["A1", "zh-CN"]]) {
    const answer = await page.do("scan", { code }, { "Accept-Language": lang });
    assert.match(asked(answer.till), lang === "en" ? /18 or older/ : /年满 18 周岁/, "the answer speaks as it was asked");
    const shown = (stream) => codes(stream.last("till")).includes(code);
    await until(() => [chinese, english, customer].every(shown), "every screen shows the line");
    assert.match(asked(chinese.last("till")), /年满 18 周岁/);
    assert.match(asked(english.last("till")), /18 or older/);
  }
  chinese.close();
  await page.do("scan", { code: "B1" }, { "Accept-Language": "en" });
  const again = await page.follow("?lang=zh", { "Last-Event-ID": chinese.id });
  const turned = await page.follow("?lang=en", { "Last-Event-ID": chinese.id });
  await until(() => again.last("till") && turned.list.length >= 6, "what was missed, or all in another language");
  assert.match(asked(again.last("till")), /年满 18 周岁/);
  assert.match(asked(turned.last("till")), /18 or older/);
});

test("what nobody knows is a notice, and stops nothing", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const stream = await page.follow("?lang=zh");
  const refused = await page.send("scan", { code: "4006381333931" }, { "Accept-Language": "en" });
  assert.equal(refused.status, 404);
  await until(() => stream.last("notice")?.length === 1, "the notice");
  const [notice] = stream.last("notice");
  assert.deepEqual([notice.level, notice.code], ["error", "unknown-code"]);
  for (let i = 0; i < 20; i++) await page.send("scan", { code: "4006381333931" });
  await until(() => stream.last("notice").at(-1).id > notice.id && stream.last("notice").length === 16, "the last sixteen");
  assert.deepEqual(codes((await page.do("scan", { code: "A1" })).till), ["A1"]);
});

test("a till is watched by sixteen, and SIGTERM ends them in order", async (t) => {
  const node = await shop(t);
  const page = await open(node);
  const streams = [];
  for (let i = 0; i < 16; i++) streams.push(await page.follow());
  const one = await listen(node, "/v1/tills/T01/events", { Cookie: page.cookie });
  assert.equal(one.status, 503);
  streams[3].close();
  await until(async () => {
    const next = await listen(node, "/v1/tills/T01/events", { Cookie: page.cookie });
    if (next.status === 200) streams.push(next);
    return next.status === 200;
  }, "a place");
  const began = performance.now();
  assert.deepEqual(await node.stop({ keep: true }), { code: 0, signal: null });
  assert.ok(performance.now() - began < 5000, "streams hold nothing up");
  assert.ok(streams.filter((stream) => stream !== streams[3]).every((stream) => stream.ended));
});
