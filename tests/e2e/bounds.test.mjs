// Ways around the till: whatever a till refuses on its page is refused by every other way in.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { http, running } from "./node.mjs";

const CASHIER = { staff: "1001", pin: "2580", till: "T01" };
const MANAGER = { staff: "2001", pin: "7777" };
const named = ({ status, body }) => `${status} ${body.field}`;

async function shop(t, options) {
  const node = await running(t, options);
  await node.ask("POST", "/v1/staff", { code: "1001", name: "Wang", role: "cashier", pin: CASHIER.pin });
  await node.ask("POST", "/v1/staff", { code: "2001", name: "Li", role: "manager", pin: MANAGER.pin });
  await node.product("A1", 550);
  return node;
}

const act = (seller, name, members, till = "T01") => seller.call("POST", `/v1/tills/${till}/commands`, { do: name, ...members });

async function doing(seller, name, members, till) {
  const answer = await act(seller, name, members, till);
  assert.equal(answer.status, 200, `${name}: ${answer.text}`);
  return answer.body;
}

test("on the socket too, who says who he is, is that one", async (t) => {
  const node = await shop(t);
  const wang = await node.signIn(CASHIER);
  const socket = { socketPath: join(node.data, "node.sock") };
  const whoami = async (headers) => {
    const { status, body } = await http(socket, "GET", "/v1/sessions/current", { headers });
    return status === 200 ? body.role : status;
  };
  const { token } = wang.session;
  assert.equal(await whoami({}), "admin");
  assert.equal(await whoami({ Authorization: `Bearer ${token}` }), "cashier");
  assert.equal(await whoami({ Cookie: `suanpan=${token}` }), "cashier");
  assert.equal(await whoami({ Cookie: "other=1" }), "admin");
  assert.equal(await whoami({ Authorization: `Bearer ${"x".repeat(43)}` }), 401);
  assert.equal(await whoami({ Authorization: "Bearer nonsense" }), 401);
  assert.equal(await whoami({ Cookie: "suanpan=short" }), 401);
  const wrong = { body: { do: "scan", code: "A1" }, headers: { Authorization: `Bearer ${token}` } };
  assert.equal((await http(socket, "POST", "/v1/tills/T02/commands", wrong)).status, 403, "of another till");
  const opened = { body: { do: "shift_open", opening_float: 0 }, headers: wrong.headers };
  const answer = await http(socket, "POST", "/v1/tills/T01/commands", opened);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.till.staff.code, "1001", "whoever sells is known by name");
});

test("files are devices for nobody but the machine's own user", async (t) => {
  const node = await shop(t);
  const boss = await node.signIn(MANAGER);
  const printer = { till: "T01", class: "printer", link: "file:/tmp/suanpan-no-such" };
  const put = await boss.call("PUT", "/v1/devices/p1", printer);
  assert.equal(named(put), "403 link", put.text);
  assert.equal((await node.admin("PUT", "/v1/devices/p1", { ...printer, link: `file:${join(node.data, "paper")}` })).status, 201);
});

test("what a locked till refuses, no other way sells", async (t) => {
  const node = await shop(t);
  const wang = await node.signIn(CASHIER);
  await doing(wang, "shift_open", { opening_float: 1000 });
  const basket = await wang.ask("POST", "/v1/baskets", {});
  const sold = await wang.sell([{ code: "A1", quantity: 1000 }], { key: "before" });
  await doing(wang, "lock");
  const sale = { items: [{ code: "A1", quantity: 1000 }], tenders: [{ method: "cash", amount: 550 }] };
  for (const [path, body] of [
    ["/v1/sales", sale],
    [`/v1/sales/${sold.id}/refunds`, { reason: "x" }],
    [`/v1/sales/${sold.id}/print`, {}],
    ["/v1/baskets", {}],
    [`/v1/baskets/${basket.id}/events`, { kind: "add", code: "A1" }],
    [`/v1/baskets/${basket.id}/pay`, { tenders: [] }],
    ["/v1/shifts/current/cash", { amount: 100, reason: "x" }],
    ["/v1/shifts/current/print", {}],
    ["/v1/shifts/current/close", { counted: 0 }],
  ]) {
    const answer = await wang.call("POST", path, body);
    assert.equal(named(answer), "409 till", `${path}: ${answer.text}`);
  }
  const { token } = await node.ask("POST", "/v1/tokens", { name: "kiosk", scopes: "sales:write", till: "T01", days: 1 });
  const program = await wang.call("POST", "/v1/sales", sale, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(program.status, 201, program.text);
  assert.ok((await node.signIn(CASHIER)).session.token, "signing in is no sale");
  await doing(wang, "unlock", { pin: CASHIER.pin });
  assert.equal((await wang.call("POST", "/v1/sales", sale)).status, 201);
});

test("a shift with an open sale is closed by no way, and nothing tells the count before it", async (t) => {
  const node = await shop(t);
  await node.ask("PATCH", "/v1/tills/T01", { printer: "tcp:127.0.0.1:9" });
  const wang = await node.signIn(CASHIER);
  const boss = await node.signIn({ ...MANAGER, till: "T01" });
  await doing(wang, "shift_open", { opening_float: 1234 });
  const line = await doing(wang, "scan", { code: "A1" });
  assert.equal(line.till.sale.lines.length, 1);
  assert.equal(named(await wang.call("POST", "/v1/shifts/current/close", { counted: 1234 })), "409 basket");
  await doing(boss, "report", { print: true });
  const { jobs } = await wang.ask("GET", "/v1/print-jobs?state=all");
  const job = jobs.find(({ kind }) => kind === "report");
  assert.match((await boss.ask("GET", `/v1/print-jobs/${job.id}`)).text, /12\.34/);
  assert.equal((await wang.ask("GET", `/v1/print-jobs/${job.id}`)).text, undefined);
  await doing(wang, "cancel");
  assert.equal((await wang.call("POST", "/v1/shifts/current/close", { counted: 1234 })).status, 200);
});

test("where nobody types weights, nobody types them by another way", async (t) => {
  const node = await shop(t);
  await node.product("W1", 1200, { weighed: true, unit: "kg" });
  const wang = await node.signIn(CASHIER);
  await doing(wang, "shift_open", { opening_float: 0 });
  const boss = await node.signIn(MANAGER);
  const typed = { items: [{ code: "W1", quantity: 500 }], tenders: [{ method: "cash", amount: 600 }] };
  const basket = await wang.ask("POST", "/v1/baskets", {});
  const event = (body) => wang.call("POST", `/v1/baskets/${basket.id}/events`, body);
  assert.equal((await event({ kind: "add", code: "W1", quantity: 500 })).status, 200, "by default a person may");
  await boss.ask("PUT", "/v1/settings/till", { weight_manual: false });
  assert.equal(named(await event({ kind: "add", code: "W1", quantity: 500 })), "403 quantity");
  assert.equal(named(await event({ kind: "quantity", n: 1, quantity: 600 })), "403 quantity");
  assert.equal((await event({ kind: "add", code: "A1", quantity: 2000 })).status, 200);
  assert.equal(named(await wang.call("POST", "/v1/sales", typed)), "403 quantity");
  const { token } = await node.ask("POST", "/v1/tokens", { name: "kiosk", scopes: "sales:write", till: "T01", days: 1 });
  const program = await wang.call("POST", "/v1/sales", typed, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(program.status, 201, program.text);
});

test("a table of labels is never empty, and every setting can be taken back", async (t) => {
  const node = await shop(t);
  const boss = await node.signIn(MANAGER);
  const wang = await node.signIn(CASHIER);
  const labels = () => boss.call("GET", "/v1/settings/labels");
  const first = await labels();
  assert.equal(named(await boss.call("PUT", "/v1/settings/labels", { patterns: [] })), "400 patterns");
  const put = await boss.call("PUT", "/v1/settings/labels", { patterns: first.body.patterns.slice(0, 3) });
  assert.equal(put.status, 200, put.text);
  assert.equal((await labels()).body.patterns.length, 3);
  assert.equal((await wang.call("DELETE", "/v1/settings/labels")).status, 403);
  assert.equal((await boss.call("DELETE", "/v1/settings/labels", undefined, { headers: { "If-Match": '"7"' } })).status, 412);
  const gone = await boss.call("DELETE", "/v1/settings/labels");
  assert.deepEqual([gone.status, gone.body], [200, { revision: 2 }]);
  assert.deepEqual((await labels()).body, first.body);
  assert.equal((await boss.call("DELETE", "/v1/settings/labels")).body.revision, 2, "there is nothing to take away");
  assert.equal((await boss.call("PUT", "/v1/settings/labels", first.body, { headers: { "If-Match": '"2"' } })).body.revision, 3);
  for (const name of ["till", "hours", "logo"]) {
    const before = (await boss.ask("GET", `/v1/settings/${name}`));
    const body = { till: { beep: false }, hours: { mon: [["08:00", "22:00"]] }, logo: { width: 8, height: 1, rows: "/w==" } }[name];
    assert.equal((await boss.call("PUT", `/v1/settings/${name}`, body)).status, 200, name);
    assert.equal((await boss.call("DELETE", `/v1/settings/${name}`)).status, 200, name);
    assert.deepEqual(await boss.ask("GET", `/v1/settings/${name}`), before);
  }
  await wang.openShift();
  const sold = await wang.sell([{ code: "A1", quantity: 1000 }]);
  assert.equal((await wang.call("GET", `/v1/sales/${sold.id}/receipt?format=text`)).status, 200, "without a logo");
});

test("a payment code is stored nowhere, whatever it is called", async (t) => {
  const node = await shop(t);
  const wang = await node.signIn(CASHIER);
  await doing(wang, "shift_open", { opening_float: 0 });
  const code = "134567890123456789", masked = "13************6789";
  const tenders = [{ method: "wechat", amount: 550, reference: code }];
  const items = [{ code: "A1", quantity: 1000 }];
  const references = async (id) => (await wang.ask("GET", `/v1/sales/${id}`)).tenders.map(({ reference }) => reference);
  const plain = await wang.ask("POST", "/v1/sales", { items, tenders });
  assert.deepEqual(await references(plain.id), [masked]);
  const basket = await wang.ask("POST", "/v1/baskets", {});
  const event = (body) => wang.call("POST", `/v1/baskets/${basket.id}/events`, body);
  assert.equal((await event({ kind: "add", code: "A1" })).status, 200);
  assert.equal(named(await event({ kind: "member", text: code })), "400 text");
  assert.equal((await event({ kind: "member", text: "13812345678" })).status, 200);
  assert.equal(named(await wang.call("POST", "/v1/sales", { items, tenders, member: code })), "400 member");
  assert.equal((await event({ kind: "tender", method: "wechat", amount: 100, reference: ` ${code}` })).status, 200);
  const paid = await wang.ask("POST", `/v1/baskets/${basket.id}/pay`, { tenders: [{ method: "wechat", amount: 450, reference: code }] });
  assert.ok((await references(paid.id)).every((reference) => !reference.includes("567890")));
  await doing(wang, "scan", { code: "A1" });
  assert.equal(named(await act(wang, "member", { text: code })), "400 text");
  await doing(wang, "total");
  const { till } = await doing(wang, "tender", { method: "wechat", amount: 550, reference: code });
  assert.deepEqual(await references(till.last.sale), [masked]);
});

test("whoever unlocks a till stands there alone", async (t) => {
  const node = await shop(t);
  const alive = async (seller) => (await seller.call("GET", "/v1/sessions/current")).status === 200;
  const boss = await node.signIn({ ...MANAGER, till: "T01" });
  const office = await node.signIn(MANAGER);
  const wang = await node.signIn(CASHIER), again = await node.signIn(CASHIER);
  await doing(boss, "lock");
  assert.equal((await act(wang, "unlock", { pin: "0000" })).status, 401);
  assert.ok(await alive(boss), "nobody's turn ends by a wrong PIN");
  await doing(wang, "unlock", { pin: CASHIER.pin });
  assert.equal(await alive(boss), false, "the manager's token is worth nothing any more");
  assert.ok((await alive(wang)) && (await alive(again)) && (await alive(office)));
  const taken = await doing(wang, "unlock", { staff: MANAGER.staff, pin: MANAGER.pin });
  assert.deepEqual([await alive(wang), await alive(again), await alive(office)], [false, false, true]);
  wang.session = taken;
  assert.ok(await alive(wang));
});
