// Alarms of devices over HTTP, and their webhook: a receiver that is down, refuses, hangs, resets or redirects, and a node that was
// killed between writing an event and pushing it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { good, http, running, suanpan, tamper, until } from "./node.mjs";

const KEY = Buffer.from("a secret of thirty-two bytes ...");
const SECRET = `whsec_${KEY.toString("base64")}`;

/** A receiver that answers by `manner`: a status, "hang" or "reset". Keeps what it got. */
async function receiver(t, port = 0) {
  const got = [];
  const hook = { got, manner: 204 };
  const server = createServer((request, answer) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      got.push({ url: request.url, method: request.method, headers: request.headers, text: Buffer.concat(chunks).toString("utf8"), manner: hook.manner });
      if (hook.manner === "hang") return;
      if (hook.manner === "reset") return request.socket.resetAndDestroy();
      answer.writeHead(hook.manner, hook.manner === 302 ? { Location: "/elsewhere" } : {}).end();
    });
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  hook.port = server.address().port;
  hook.close = () => {
    server.closeAllConnections();
    server.close();
  };
  t.after(hook.close);
  return hook;
}

function settings(hook) {
  return { alarms: { webhook: `http://127.0.0.1:${hook.port}/hooks/suanpan?key=of-the-path`, secret: SECRET } };
}

/** What a receiver does: is it ours, is it whole, is it recent? */
function check({ headers, text, method, url }) {
  assert.equal(method, "POST");
  assert.equal(url, "/hooks/suanpan?key=of-the-path");
  assert.equal(headers["content-type"], "application/json");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${text}`;
  assert.equal(headers["webhook-signature"], `v1,${createHmac("sha256", KEY).update(signed).digest("base64")}`);
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < 60);
  return JSON.parse(text);
}

const id = (n) => `0193519c-2222-7000-8000-0000000000${String(n).padStart(2, "0")}`;
const blob = (n) => `X'${id(n).replaceAll("-", "")}'`;

/** An open alarm on disk, as a node leaves it that was killed; with `push`, before its event was sent. */
function leave(node, n, { push = true, at = Date.now() } = {}) {
  const body = JSON.stringify({ v: 1, id: id(n), store: "S001", till: "T01", dev: "receipt1", fault: "paper_out", sev: "warn", state: "raised" });
  let sql = `INSERT INTO device_alarm (id, till, device, fault, severity, owner, state, raised_at, changed_at, count, n)
    VALUES (${blob(n)}, 'T01', 'receipt${n}', 'paper_out', 'warn', 'cashier', 'raised', ${at}, ${at}, 1, 1);`;
  if (push)
    sql += `INSERT INTO alarm_push (alarm_id, n, body, state, tries, next_at, created_at) VALUES (${blob(n)}, 1, '${body}', 'waiting', 0, ${at}, ${at});`;
  tamper(node.data, join(node.data, "suanpan.db"), sql);
}

test("an event that was written and not pushed is pushed after the restart, signed, once it was taken never again", async (t) => {
  const hook = await receiver(t);
  const first = await running(t, { settings: settings(hook) });
  await first.kill();
  leave(first, 1);
  let node = await first.again();
  await until(() => hook.got.length === 1, "the push");
  assert.deepEqual(check(hook.got[0]), { v: 1, id: id(1), store: "S001", till: "T01", dev: "receipt1", fault: "paper_out", sev: "warn", state: "raised" });
  assert.equal(hook.got[0].headers["webhook-id"], `${id(1)}.1`);
  await until(async () => /suanpan_alarm_pushes_total 1\n/.test((await node.admin("GET", "/metrics")).text), "the counter");
  await node.stop({ keep: true });
  node = await first.again();
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal(hook.got.length, 1);
});

test("alarms are listed and acknowledged; the log and the webhook hear of it, secrets nobody", async (t) => {
  const hook = await receiver(t);
  const first = await running(t, { settings: settings(hook) });
  await first.kill();
  for (const n of [1, 2, 3]) leave(first, n, { push: false });
  const node = await first.again();
  const cashier = await node.login();
  const { alarms } = await cashier.ask("GET", "/v1/alarms");
  assert.deepEqual(alarms.map((alarm) => alarm.id), [id(3), id(2), id(1)]);
  assert.deepEqual([alarms[0].till, alarms[0].device, alarms[0].fault, alarms[0].severity, alarms[0].owner, alarms[0].state, alarms[0].count],
    ["T01", "receipt3", "paper_out", "warn", "cashier", "raised", 1]);
  const page = await cashier.ask("GET", "/v1/alarms?state=all&limit=2");
  assert.equal(page.cursor, id(2));
  assert.deepEqual((await cashier.ask("GET", `/v1/alarms?state=all&limit=2&cursor=${page.cursor}`)).alarms.map((alarm) => alarm.id), [id(1)]);

  const seen = await cashier.ask("POST", `/v1/alarms/${id(2)}/acknowledge`);
  assert.equal(seen.state, "acknowledged");
  assert.ok(seen.acknowledged_at && seen.acknowledged_by);
  assert.equal((await cashier.ask("POST", `/v1/alarms/${id(2)}/acknowledge`)).acknowledged_at, seen.acknowledged_at);
  await until(() => hook.got.length === 1, "the push");
  const event = check(hook.got[0]);
  assert.deepEqual([event.id, event.change, event.state, event.n, event.sev], [id(2), "acknowledged", "acknowledged", 2, "warn"]);
  assert.equal((await cashier.call("POST", `/v1/alarms/${id(9)}/acknowledge`)).status, 404);
  assert.equal((await cashier.call("GET", "/v1/alarms?state=closed")).status, 400);
  assert.equal((await http({ port: node.port }, "GET", "/v1/alarms")).status, 401);

  const metrics = (await node.admin("GET", "/metrics")).text;
  assert.match(metrics, /suanpan_device_alarms_open\{severity="warn"\} 3\n/);
  assert.match(node.log, /"at":"alarm".*"fault":"paper_out".*"change":"acknowledged"/);
  assert.ok(!node.log.includes(SECRET) && !node.log.includes("of-the-path"));
});

test("a receiver that is down, ill or unwilling: tried again with the same id, and nobody waits for it", async (t) => {
  const hook = await receiver(t);
  const first = await running(t, { settings: settings(hook) });
  await first.kill();
  leave(first, 1);
  hook.manner = "reset";
  const node = await first.again();
  await until(() => hook.got.length === 1, "the first try");
  hook.manner = 503;
  await until(() => hook.got.length === 2, "the second");
  hook.manner = 302;
  await until(() => hook.got.length === 3, "the third");
  const other = hook.got.filter(({ url }) => url !== "/hooks/suanpan?key=of-the-path");
  assert.deepEqual(other, []); // a redirect is not followed
  hook.manner = 200;
  await until(() => hook.got.length === 4, "the last", 20_000);
  assert.deepEqual(new Set(hook.got.map(({ headers }) => headers["webhook-id"])), new Set([`${id(1)}.1`]));
  hook.got.forEach(check);
  await until(async () => /suanpan_alarm_pushes_waiting 0\n/.test((await node.admin("GET", "/metrics")).text), "the empty outbox");
});

test("a receiver that hangs holds up neither sales nor the end of the node", async (t) => {
  const hook = await receiver(t);
  const first = await running(t, { settings: settings(hook) });
  await first.kill();
  leave(first, 1);
  hook.manner = "hang";
  const node = await first.again();
  await until(() => hook.got.length === 1, "the try");
  await node.product("A1", 500);
  const began = performance.now();
  await node.sell([{ code: "A1", quantity: 1000 }]);
  assert.ok(performance.now() - began < 5000);
  const stopping = performance.now();
  await node.stop({ keep: true });
  assert.ok(performance.now() - stopping < 5000, `${performance.now() - stopping} ms`);
  hook.manner = 200;
  await first.again();
  await until(() => hook.got.length === 2, "the push after all");
  assert.equal(hook.got[1].headers["webhook-id"], hook.got[0].headers["webhook-id"]);
});

test("a webhook that cannot be is said with its line; its secret is not shown", async (t) => {
  const hook = await receiver(t);
  const node = await running(t, { settings: settings(hook) });
  const shown = await node.suanpan("check", "--settings");
  assert.match(shown.stdout, /alarms\.secret +\*\*\*/);
  assert.match(shown.stdout, new RegExp(`alarms\\.webhook +http://127\\.0\\.0\\.1:${hook.port}/\\*\\*\\*`));
  assert.ok(!shown.stdout.includes(SECRET) && !shown.stdout.includes("of-the-path"));
  for (const [name, value] of [["webhook", "ftp://a/"], ["webhook", "https://user:word@a/"], ["secret", "whsec_x"]]) {
    const bad = await suanpan(["--data", node.data, "--set", `alarms.${name}=${value}`, "check"]);
    assert.notEqual(bad.code, 0);
    assert.ok(!(bad.stdout + bad.stderr).includes("user:word"));
  }
  const alone = await suanpan(["--data", node.data, "--set", "alarms.secret=", "check"]);
  assert.notEqual(alone.code, 0);
  assert.match(alone.stdout + alone.stderr, /needs a secret/);
  assert.deepEqual((await good(node.admin("GET", "/v1/alarms"))).alarms, []);
});
