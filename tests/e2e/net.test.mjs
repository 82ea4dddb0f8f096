// The wire from outside: keep-alive, pipelining, chunks, limits, slow clients, TLS, many at once, and a stop that cuts nobody off.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { Agent as SafeAgent, request as safeRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { exists, good, http, remove, running, scratch, start, suanpan, until } from "./node.mjs";

let node, clerk, stalling;
before(async () => {
  node = await start({ settings: { http: { body_max: 65_536 } } });
  await node.product("A1", 100);
  clerk = await node.login({ code: "1001" });
  await clerk.openShift();
  stalling = stall();
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

/** Bytes out, and everything that comes back until the node closes or `enough` says so. */
function raw(at, pieces, { enough = () => false, pause = 0, wait = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect(at.port ?? at, "127.0.0.1");
    const begun = performance.now();
    let text = "";
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, ms: performance.now() - begun });
    };
    const timer = setTimeout(end, wait);
    socket.setEncoding("latin1");
    socket.on("error", (error) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? end() : reject(error)));
    socket.on("close", end);
    socket.on("data", (chunk) => {
      text += chunk;
      if (enough(text)) end();
    });
    socket.on("connect", async () => {
      for (const piece of pieces) {
        socket.write(piece);
        if (pause) await sleep(pause);
      }
    });
  });
}

const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
const bearer = () => `Authorization: Bearer ${clerk.session.token}\r\n`;
const head = (method, path, more = "") => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${bearer()}${more}\r\n`;
const json = (body) => `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;

/** Clients that never get to the end: a head cut short, a body that does not come, a head in drops. */
function stall() {
  return Promise.all([
    raw(node, ["GET /healthz HTTP/1.1\r\nHost: lo"], { wait: 18_000 }),
    raw(node, [head("POST", "/v1/quotes", "Content-Type: application/json\r\nContent-Length: 100\r\n"), "{"], { wait: 18_000 }),
    raw(node, ["GET /healthz HTTP/1.1\r\n", ...Array(48).fill("X: y\r\n")], { pause: 250, wait: 18_000 }),
  ]);
}

test("a connection is kept for the next request, until it says close", async () => {
  const two = await raw(node, [head("GET", "/v1/tills"), head("GET", "/v1/baskets", "Connection: close\r\n")]);
  assert.deepEqual(statuses(two.text), [200, 200]);
  assert.ok(two.ms < 2000, "closed at once");
  const old = await raw(node, ["GET /healthz HTTP/1.0\r\n\r\n"]);
  assert.ok([200, 400, 505].includes(statuses(old.text)[0]), old.text);
  assert.ok(old.ms < 2000);
});

test("pipelined requests are answered in order, also when one is slow and one is wrong", async () => {
  const body = JSON.stringify({ items: [{ code: "A1" }], tenders: [{ method: "cash", amount: 100 }] });
  const login = JSON.stringify({ staff: "1001", pin: "0000" }); // a PIN is looked at for long
  const pieces = [
    head("POST", "/v1/sales", json(body)) + body,
    head("POST", "/v1/sessions", json(login)) + login,
    head("GET", "/nowhere"),
    head("GET", "/healthz"),
    head("DELETE", "/v1/sales"),
    head("GET", "/v1/tills", "Connection: close\r\n"),
  ];
  const { text } = await raw(node, [pieces.join("")]);
  assert.deepEqual(statuses(text), [201, 401, 404, 200, 405, 200]);
  await good(http({ port: node.port }, "POST", "/v1/sessions", { body: { staff: "1001", pin: "2580" } }));
});

test("a body in chunks, in single bytes, or after a 100-continue is one body", async () => {
  const body = JSON.stringify({ items: [{ code: "A1", note: "分块" }] });
  const bytes = Buffer.from(body);
  const chunks = [];
  for (let i = 0; i < bytes.length; i += 7) {
    const part = bytes.subarray(i, i + 7);
    chunks.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  const first = head("POST", "/v1/quotes", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n");
  const chunked = await raw(node, [Buffer.concat([Buffer.from(first), ...chunks, Buffer.from("0\r\n\r\n")])]);
  assert.deepEqual(statuses(chunked.text), [200]);
  assert.match(chunked.text, /"total":100,/);
  const request = Buffer.from(head("POST", "/v1/quotes", `${json(body)}Connection: close\r\n`) + body);
  const dripped = await raw(node, [...request].map((byte) => Buffer.from([byte])), { pause: 1 });
  assert.deepEqual(statuses(dripped.text), [200]);
  const careful = await raw(node, [head("POST", "/v1/quotes", `${json(body)}Expect: 100-continue\r\nConnection: close\r\n`), body], { pause: 50 });
  assert.deepEqual(statuses(careful.text), [100, 200]);
});

test("too much is refused before it is read, and what is malformed is closed", async () => {
  const big = await raw(node, [head("POST", "/v1/quotes", `Content-Type: application/json\r\nContent-Length: 65537\r\n`)]);
  assert.deepEqual(statuses(big.text), [413]);
  assert.match(big.text, /application\/problem\+json/);
  const endless = await raw(node, [head("POST", "/v1/quotes", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"), ...Array(3).fill(`8000\r\n${"x".repeat(0x8000)}\r\n`)]);
  assert.deepEqual(statuses(endless.text), [413]);
  const fits = `{"items":[{"code":"A1"}]}${" ".repeat(65_536 - 25)}`;
  assert.deepEqual(statuses((await raw(node, [head("POST", "/v1/quotes", `${json(fits)}Connection: close\r\n`) + fits])).text), [200]);
  for (const [request, status] of [
    [`GET /${"x".repeat(5000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(9000)}\r\n\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(70)}\r\n`, 431],
    ["GET / HTTP/1.1\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400],
    ["GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["GET /v1/../v1/tills HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", 405],
    ["\x16\x03\x01\x02\x00\x01\r\n\r\n", 400],
  ]) {
    const { text, ms } = await raw(node, [request]);
    const [got] = statuses(text);
    assert.ok(got === status || (status === 405 && got === 501) || (status === 400 && got === undefined), `${JSON.stringify(request.slice(0, 60))}: ${text.slice(0, 80)}`);
    assert.ok(ms < 4000, "closed");
  }
});

test("thirty-two clients sell at once; every answer is a sale, every number is given once", async () => {
  const before = await node.ask("GET", "/v1/reconciliation");
  const sellers = await Promise.all(Array.from({ length: 32 }, () => node.signIn({ staff: "1001", pin: "2580", till: "T01" })));
  const numbers = await Promise.all(
    sellers.map(async (who) => {
      const mine = [];
      for (let i = 0; i < 10; i++) {
        const sold = await who.ask("POST", "/v1/sales", { items: [{ code: "A1" }], tenders: [{ method: "cash", amount: 100 }] });
        mine.push(sold.number);
      }
      return mine;
    }),
  );
  assert.equal(new Set(numbers.flat()).size, 320);
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.equal(proof.sales - before.sales, 320);
  assert.equal(proof.total - before.total, 32_000);
});

test("SIGTERM in the middle: whoever was taken in is answered, what was answered is there, and the end is in order", async (t) => {
  const one = await running(t);
  await one.product("A1", 100);
  const sellers = [];
  await one.login({ code: "7" });
  for (let i = 0; i < 16; i++) sellers.push(await one.signIn({ staff: "7", pin: "2580", till: "T01" }));
  await sellers[0].openShift();
  let sold = 0;
  let cut = 0;
  const selling = sellers.map(async (who) => {
    for (;;) {
      try {
        const answer = await who.call("POST", "/v1/sales", { items: [{ code: "A1" }], tenders: [{ method: "cash", amount: 100 }] });
        assert.equal(answer.status, 201, answer.text);
        sold++;
      } catch (error) {
        if (error.code === "ERR_ASSERTION") throw error;
        // A request on a kept connection that was being closed: refused as a whole, or the door is shut.
        assert.ok(["ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(error.code), error.stack);
        cut++;
        return;
      }
    }
  });
  await sleep(300);
  one.signal("SIGTERM");
  await Promise.all(selling);
  assert.deepEqual(await one.end, { code: 0, signal: null });
  assert.equal(cut, 16);
  assert.ok(sold > 16);
  assert.ok(!exists(join(one.data, "node.sock")));
  const two = await one.again();
  const proof = await two.ask("GET", "/v1/reconciliation");
  assert.deepEqual([proof.sales, proof.agrees], [sold, true], "no sale but those that were answered, and all of those");
});

test("the socket of the node's own user is for nobody else", async () => {
  const socket = statSync(join(node.data, "node.sock"));
  assert.ok(socket.isSocket());
  assert.equal(socket.mode & 0o777, 0o600);
  assert.equal(statSync(node.data).mode & 0o077, 0);
  const me = await node.ask("GET", "/v1/sessions/current");
  assert.deepEqual([me.role, me.program], ["admin", false]);
});

test("with a certificate the whole day goes over TLS, and plain text gets nothing", async (t) => {
  const data = scratch();
  t.after(() => remove(data));
  const [cert, key] = [join(data, "cert.pem"), join(data, "key.pem")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert]);
  assert.equal(made.status, 0, String(made.stderr));
  for (const listen of ["0.0.0.0:0", "[::]:0"]) {
    const open = await suanpan(["serve", "--data", data, "--listen", listen]);
    assert.equal(open.code, 2, open.stderr);
    assert.match(open.stderr, /Without a certificate/);
  }
  const one = await running(t, { data, settings: { tls: { cert, key } }, args: ["--listen", "0.0.0.0:0"] });
  await one.product("A1", 100);
  await one.ask("POST", "/v1/staff", { code: "7", name: "7", role: "cashier", pin: "2580" });
  const agent = new SafeAgent({ keepAlive: true, maxSockets: 8, ca: readFileSync(cert), servername: "localhost" });
  t.after(() => agent.destroy());
  const ask = (method, path, body, token) =>
    new Promise((resolve, reject) => {
      const headers = { Host: "localhost", "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
      const call = safeRequest({ host: "127.0.0.1", port: one.port, method, path, headers, agent }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
      });
      call.on("error", reject);
      call.end(body && JSON.stringify(body));
    });
  const { token } = (await ask("POST", "/v1/sessions", { staff: "7", pin: "2580", till: "T01" })).body;
  await ask("POST", "/v1/shifts", { opening_float: 0 }, token);
  const sale = { items: [{ code: "A1" }], tenders: [{ method: "cash", amount: 100 }] };
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask("POST", "/v1/sales", sale, token)));
  assert.ok(answers.every(({ status }) => status === 201));
  const plain = await raw(one, ["GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"]);
  assert.equal(statuses(plain.text).length, 0);
  assert.equal((await one.ask("GET", "/v1/reconciliation")).sales, 40, "the node's own socket stays plain");
});

// ---- What the node tells of itself ----

/** The text format of Prometheus, read strictly: families with HELP and TYPE before their samples, histograms that add up. */
function scrape(text) {
  const families = new Map();
  assert.ok(text.endsWith("\n"));
  let family;
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = line.match(/^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/);
    if (comment) {
      const [, word, name, rest] = comment;
      if (word === "HELP") {
        assert.ok(!families.has(name), `${name} twice`);
        families.set(name, (family = { name, samples: [] }));
      } else {
        assert.equal(family.name, name);
        assert.match(rest, /^(counter|gauge|histogram)$/);
        family.type = rest;
      }
      continue;
    }
    const sample = line.match(/^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?|\+Inf|NaN)$/);
    assert.ok(sample, line);
    const [, name, labels = "", value] = sample;
    assert.match(labels, /^(|[a-zA-Z_]\w*="[^"\\]*"(,[a-zA-Z_]\w*="[^"\\]*")*)$/);
    const base = family.type === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
    assert.equal(base, family.name, line);
    assert.ok(!family.samples.some((other) => other.name === name && other.labels === labels), `${line} twice`);
    if (family.type === "counter") assert.match(name, /_total$/, line);
    family.samples.push({ name, labels, value: Number(value) });
  }
  for (const { name, type, samples } of families.values()) {
    // A number by rule has no sample before a rule failed, one by device none before there is a device.
    assert.ok(type && (samples.length > 0 || /^suanpan_(rule_failures_total|device_\w+)$/.test(name)), name);
    if (type !== "histogram") continue;
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
    for (let i = 1; i < buckets.length; i++) assert.ok(buckets[i].value >= buckets[i - 1].value, name);
    assert.match(buckets.at(-1).labels, /le="\+Inf"/);
    assert.equal(buckets.at(-1).value, samples.find((sample) => sample.name === `${name}_count`).value);
  }
  return families;
}

test("health and numbers are open to anybody and well-formed", async () => {
  const health = await http({ port: node.port }, "GET", "/healthz");
  assert.deepEqual([health.status, health.body.status, health.body.stopping], [200, "ok", false]);
  assert.match(health.body.version, /^\d+\.\d+\.\d+/);
  const answer = await http({ port: node.port }, "GET", "/metrics");
  assert.match(answer.headers["content-type"], /^text\/plain; version=0\.0\.4/);
  const first = scrape(answer.text);
  await clerk.sell([{ code: "A1", quantity: 1000 }]);
  const second = scrape((await http({ port: node.port }, "GET", "/metrics")).text);
  assert.deepEqual([...second.keys()], [...first.keys()]);
  for (const [name, { type, samples }] of first) {
    if (type !== "counter") continue;
    for (const [i, { value }] of samples.entries()) assert.ok(second.get(name).samples[i].value >= value, name);
  }
  const commits = (families) => families.get("suanpan_commits_total").samples[0].value;
  assert.ok(commits(second) > commits(first));
});

test("the log tells who by id, and never a token, a PIN, a phone, a name or a body", async () => {
  const phone = "13912345678";
  const secret = (await node.ask("POST", "/v1/tokens", { name: "SecretProgram", scopes: "sales:read" })).token;
  await http({ port: node.port }, "GET", `/v1/sales?member=${phone}&token=${secret}`, { headers: { Authorization: `Bearer ${secret}` } });
  await http({ port: node.port }, "POST", "/v1/sessions", { body: { staff: "1001", pin: "864208" } });
  await node.ask("POST", "/v1/staff", { code: "s9", name: "王小明", role: "cashier", pin: "97531" });
  await clerk.ask("POST", "/v1/sales", { items: [{ code: "A1", note: "SecretNote" }], tenders: [{ method: "cash", amount: 100 }], member: phone });
  await clerk.call("POST", "/v1/sales", `{"member":"${phone}", broken`);
  await clerk.call("GET", "/v1/tills", undefined, { headers: { "X-Request-Id": "SecretHeader", Cookie: "a=SecretCookie" } });
  const lines = () => node.log.trimEnd().split("\n").filter((line) => line.includes('"at":"access"')).map((line) => JSON.parse(line));
  await until(() => lines().at(-1)?.path === "/v1/tills", "the last line");
  for (const word of [phone, secret, clerk.session.token, "864208", "97531", "2580\"", "王小明", "SecretProgram", "SecretNote", "SecretHeader", "SecretCookie"]) assert.ok(!node.log.includes(word), word);
  for (const line of node.log.trimEnd().split("\n")) assert.ok(JSON.parse(line).t, line);
  const ids = lines().map(({ request }) => request);
  assert.equal(new Set(ids).size, ids.length);
  const { id } = (await clerk.ask("GET", "/v1/sales?limit=1")).sales[0];
  await clerk.call("GET", `/v1/sales/${id}`);
  await until(() => lines().some(({ path }) => path === `/v1/sales/${id}`), "the line");
  const line = lines().find(({ path }) => path === `/v1/sales/${id}`);
  assert.deepEqual([line.method, line.status, line.peer], ["GET", 200, "127.0.0.1"]);
  assert.equal(line.actor, (await clerk.ask("GET", "/v1/sessions/current")).staff);
});

test("clients that stalled all the while were told so and let go", async () => {
  for (const { text, ms } of await stalling) {
    assert.deepEqual(statuses(text), [408]);
    assert.ok(ms > 9000 && ms < 14_000, `${ms}`);
  }
});
