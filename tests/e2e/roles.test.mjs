// Who may do what: every route asked by nobody, by each role and by a program with each scope; PINs, sessions and tokens.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, after, test } from "node:test";
import { good, http, later, remove, root, running, scratch, start } from "./node.mjs";

// Written down a second time on purpose: a slip in the node's own table must not go unseen.
// method, path, least role (null: nobody needs to sign in), scope of programs (null: never a program, "": any program)
const ROUTES = `
GET    /healthz                            -           -
GET    /metrics                            -           -
GET    /v1/version                         -           -
GET    /v1/reconciliation                  manager     reports:read
GET    /v1/journal                         admin       reports:read
POST   /v1/jobs                            admin       never
GET    /v1/jobs/{id}                       integrator  import
POST   /v1/reset                           cashier     never
POST   /v1/imports/{kind}                  integrator  import
GET    /v1/rules                           integrator  rules:read
GET    /v1/rules/shadow                    integrator  rules:read
GET    /v1/rules/canary                    integrator  rules:read
POST   /v1/rules/rollback                  integrator  rules:write
GET    /v1/rules/{name}                    integrator  rules:read
GET    /v1/bundles                         integrator  rules:read
POST   /v1/bundles                         integrator  rules:write
GET    /v1/bundles/{hash}                  integrator  rules:read
POST   /v1/bundles/{hash}/publish          integrator  rules:write
POST   /v1/bundles/{hash}/shadow           integrator  rules:write
DELETE /v1/bundles/{hash}/shadow           integrator  rules:write
POST   /v1/replays                         integrator  rules:read
GET    /v1/replays/{id}                    integrator  rules:read
GET    /v1/campaigns                       integrator  rules:read
POST   /v1/campaigns                       integrator  rules:write
GET    /v1/campaigns/{code}                integrator  rules:read
PUT    /v1/campaigns/{code}                integrator  rules:write
DELETE /v1/campaigns/{code}                integrator  rules:write
POST   /v1/campaigns/{code}/preview        integrator  rules:read
POST   /v1/sessions                        -           -
GET    /v1/sessions/current                cashier     any
DELETE /v1/sessions/current                cashier     never
GET    /v1/staff                           manager     never
POST   /v1/staff                           manager     staff:write
POST   /v1/tokens                          admin       never
DELETE /v1/tokens/{id}                     admin       never
GET    /v1/tills                           cashier     reports:read
POST   /v1/tills                           admin       never
PATCH  /v1/tills/{code}                    admin       never
GET    /till                               -           -
GET    /till/customer                      -           -
GET    /till/assets/{name}                 -           -
GET    /v1/tills/{code}/view               cashier     sales:read
GET    /v1/tills/{code}/events             cashier     sales:read
POST   /v1/tills/{code}/commands           cashier     sales:write
GET    /v1/settings/{name}                 cashier     reports:read
PUT    /v1/settings/{name}                 manager     never
DELETE /v1/settings/{name}                 manager     never
GET    /v1/devices                         cashier     reports:read
PUT    /v1/devices/{id}                    manager     never
DELETE /v1/devices/{id}                    manager     never
POST   /v1/devices/{id}/actions            cashier     never
GET    /v1/alarms                          cashier     reports:read
POST   /v1/alarms/{id}/acknowledge         cashier     never
GET    /v1/print-jobs                      cashier     sales:read
GET    /v1/print-jobs/{id}                 cashier     sales:read
POST   /v1/print-jobs/{id}/decision        cashier     never
GET    /v1/products                        cashier     products:read
POST   /v1/products                        manager     products:write
GET    /v1/products/{code}                 cashier     products:read
PATCH  /v1/products/{code}                 manager     products:write
GET    /v1/categories                      cashier     products:read
GET    /v1/lookup                          cashier     products:read
GET    /v1/stock/{code}                    cashier     stock:read
POST   /v1/stock/documents                 manager     stock:write
POST   /v1/stock/documents/{id}/reversal   manager     stock:write
POST   /v1/quotes                          cashier     sales:read
POST   /v1/sales                           cashier     sales:write
GET    /v1/sales                           cashier     sales:read
GET    /v1/sales/{id}                      cashier     sales:read
GET    /v1/sales/{id}/receipt              cashier     sales:read
GET    /v1/sales/{id}/trace                cashier     sales:read
GET    /v1/sales/{id}/explain              cashier     sales:read
POST   /v1/sales/{id}/print                cashier     sales:write
POST   /v1/sales/{id}/refunds              cashier     sales:write
POST   /v1/baskets                         cashier     sales:write
GET    /v1/baskets                         cashier     sales:read
GET    /v1/baskets/{id}                    cashier     sales:read
GET    /v1/baskets/{id}/explain            cashier     sales:read
POST   /v1/baskets/{id}/events             cashier     sales:write
POST   /v1/baskets/{id}/pay                cashier     sales:write
POST   /v1/shifts                          cashier     shifts:write
GET    /v1/shifts/{id}                     cashier     reports:read
GET    /v1/shifts/{id}/report              cashier     reports:read
POST   /v1/shifts/current/cash             cashier     shifts:write
POST   /v1/shifts/current/close            cashier     shifts:write
POST   /v1/shifts/{id}/print               cashier     reports:read
GET    /v1/tills/{code}/z/{number}         cashier     reports:read
`.trim().split("\n").map((line) => line.split(/ +/)).map(([method, path, role, scope]) => ({ method, path, role, scope }));

const SCOPES = ["sales:write", "sales:read", "products:read", "products:write", "stock:read", "stock:write", "shifts:write", "reports:read", "staff:write", "import", "rules:read", "rules:write"];
const RANK = { cashier: 0, integrator: 1, manager: 2, admin: 3 };
const PIN = "2580";

let node;
before(async () => (node = await start()));
after(async () => assert.deepEqual(await node.stop(), { code: 0, signal: null }));

const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const token = (scopes, more = {}) => node.ask("POST", "/v1/tokens", { name: "test", scopes, ...more });
const signIn = (staff, pin = PIN, at = node) => http({ port: at.port }, "POST", "/v1/sessions", { body: { staff, pin } });
const person = (code, role, at = node) => at.ask("POST", "/v1/staff", { code, name: code, role, pin: PIN });
const whoami = (secret, at = node) => http({ port: at.port }, "GET", "/v1/sessions/current", { headers: bearer(secret) });

/** A request that is allowed to fail for any reason but who asks: nothing it names is there. */
function ask({ method, path }, headers) {
  const target = path.replace("{id}", "0198a000-0000-7000-8000-000000000000").replace(/\{\w+\}/, "none").replace("{number}", "9");
  return http({ port: node.port }, method, target, { headers, body: ["POST", "PATCH", "PUT"].includes(method) ? {} : undefined });
}

const show = ({ method, path }) => `${method} ${path}`;

test("the table of this test is the node's own", () => {
  const source = readFileSync(join(root, "runtime/api/routes.c"), "utf8");
  const rows = [...source.matchAll(/\{"([A-Z]+)", "([^"]+)", \w+, SP_ROLE_([A-Z]+), (NULL|"([^"]*)"), ([^}]+)\}/g)];
  const told = rows.map(([, method, path, role, none, scope, flags]) => ({
    method,
    path,
    role: flags.includes("PUBLIC") ? "-" : role.toLowerCase(),
    scope: flags.includes("PUBLIC") ? "-" : none === "NULL" ? "never" : scope || "any",
  }));
  assert.deepEqual(told, ROUTES);
});

test("nobody gets nothing but health, numbers, the version and the door", async () => {
  for (const route of ROUTES) {
    for (const headers of [{}, bearer("x"), bearer("A".repeat(43)), { Authorization: "Basic YTpi" }, { Authorization: "Bearer" }]) {
      const { status, body } = await ask(route, headers);
      if (route.role === "-") assert.ok(status !== 401 && status !== 403, show(route));
      else assert.equal(`${status} ${body.type}`, "401 /problems/unauthenticated", show(route));
    }
  }
  const { headers } = await ask(ROUTES[3], {});
  assert.equal(headers["www-authenticate"], "Bearer");
});

test("each role may what its rank allows", async () => {
  for (const role of Object.keys(RANK)) {
    await person(`role-${role}`, role);
    const { token: secret } = await good(signIn(`role-${role}`));
    for (const route of ROUTES) {
      const closes = route.method === "DELETE" && route.path === "/v1/sessions/current";
      const { status, body } = await ask(route, bearer(closes ? (await good(signIn(`role-${role}`))).token : secret));
      const may = route.role === "-" || RANK[role] >= RANK[route.role];
      assert.notEqual(status, 401, `${role} ${show(route)}`);
      assert.equal(status === 403, !may, `${role} ${show(route)}: ${status}`);
      assert.ok(status < 500, `${role} ${show(route)}: ${status}`);
      if (!may) assert.match(body.detail, new RegExp(`needs the role ${route.role}; yours is ${role}`));
    }
  }
});

test("a program may what its one scope names", async () => {
  for (const scope of SCOPES) {
    const { token: secret } = await token(scope);
    for (const route of ROUTES) {
      const { status, body } = await ask(route, bearer(secret));
      const may = [scope, "any", "-"].includes(route.scope);
      assert.notEqual(status, 401, `${scope} ${show(route)}`);
      assert.equal(status === 403, !may, `${scope} ${show(route)}: ${status}`);
      assert.ok(status < 500, `${scope} ${show(route)}: ${status}`);
      if (!may) assert.match(body.detail, /needs the scope/);
    }
  }
});

test("a token is whole, known and shown once", async () => {
  const made = await token("sales:read products:read", { till: "T01", days: 1 });
  assert.match(made.token, /^[A-Za-z0-9_-]{43}$/);
  const me = await good(whoami(made.token));
  assert.equal(me.program, true);
  assert.equal(me.scopes, "sales:read products:read");
  for (const wrong of [made.token.slice(1), `${made.token}A`, made.token.toLowerCase(), ` ${made.token}`, `${made.token}\u00e9`.slice(0, 43) + "!"])
    assert.equal((await whoami(wrong)).status, 401, wrong);
  for (const [body, field] of [
    [{ name: "x", scopes: "sales:all" }, "scopes"],
    [{ name: "x", scopes: "" }, "scopes"],
    [{ name: "x", scopes: "   " }, "scopes"],
    [{ name: "x", scopes: ["sales:read"] }, "scopes"],
    [{ scopes: "sales:read" }, "name"],
    [{ name: "x", scopes: "sales:read", days: 0 }, "days"],
    [{ name: "x", scopes: "sales:read", days: 3651 }, "days"],
    [{ name: "x", scopes: "sales:read", role: "admin" }, "role"],
  ]) {
    const answer = await node.admin("POST", "/v1/tokens", body);
    assert.equal(`${answer.status} ${answer.body.field}`, `400 ${field}`, answer.text);
  }
  assert.equal((await node.admin("POST", "/v1/tokens", { name: "x", scopes: "sales:read", till: "T99" })).status, 404);
});

test("a revoked token ends at once, and only once", async () => {
  const made = await token("sales:read");
  assert.equal((await whoami(made.token)).status, 200);
  assert.equal((await node.admin("DELETE", `/v1/tokens/${made.id}`)).status, 200);
  assert.equal((await whoami(made.token)).status, 401);
  assert.equal((await node.admin("DELETE", `/v1/tokens/${made.id}`)).status, 404);
  assert.equal((await node.admin("DELETE", "/v1/tokens/none")).status, 404);
});

test("signing out ends one session of a person and no other", async () => {
  await person("two", "cashier");
  const [first, second] = [await good(signIn("two")), await good(signIn("two"))];
  assert.equal((await http({ port: node.port }, "DELETE", "/v1/sessions/current", { headers: bearer(first.token) })).status, 200);
  assert.equal((await whoami(first.token)).status, 401);
  assert.equal((await whoami(second.token)).status, 200);
});

test("a disabled person is out at once, in session and at the door; a program of theirs too", async () => {
  await person("gone", "admin");
  const { token: secret } = await good(signIn("gone"));
  const made = await good(http({ port: node.port }, "POST", "/v1/tokens", { headers: bearer(secret), body: { name: "x", scopes: "sales:read" } }));
  await node.ask("POST", "/v1/staff", { code: "gone", enabled: false });
  assert.equal((await whoami(secret)).status, 401);
  assert.equal((await whoami(made.token)).status, 401);
  const [known, unknown] = [await signIn("gone"), await signIn("never")];
  assert.equal(known.status, 401);
  assert.deepEqual([known.body.detail, known.body.field], [unknown.body.detail, unknown.body.field]);
  await node.ask("POST", "/v1/staff", { code: "gone", enabled: true });
  assert.equal((await signIn("gone")).status, 201);
  assert.equal((await whoami(secret)).status, 401, "a session that was ended stays ended");
});

test("a new role counts from the next request, a new PIN ends every session", async () => {
  await person("rise", "cashier");
  const { token: secret } = await good(signIn("rise"));
  const staff = () => http({ port: node.port }, "GET", "/v1/staff", { headers: bearer(secret) });
  assert.equal((await staff()).status, 403);
  await node.ask("POST", "/v1/staff", { code: "rise", role: "manager" });
  assert.equal((await staff()).status, 200);
  await node.ask("POST", "/v1/staff", { code: "rise", role: "cashier" });
  assert.equal((await staff()).status, 403);
  await node.ask("POST", "/v1/staff", { code: "rise", pin: "13579" });
  assert.equal((await whoami(secret)).status, 401);
  assert.equal((await signIn("rise")).status, 401);
  assert.equal((await signIn("rise", "13579")).status, 201);
});

test("a manager looks after cashiers and nobody else", async () => {
  await person("boss", "manager");
  await person("chief", "admin");
  const { token: secret } = await good(signIn("boss"));
  const put = (body) => http({ port: node.port }, "POST", "/v1/staff", { headers: bearer(secret), body });
  assert.equal((await put({ code: "new", name: "New", role: "cashier", pin: "1234" })).status, 201);
  assert.equal((await put({ code: "new", enabled: false })).status, 201);
  for (const body of [
    { code: "new", role: "manager" },
    { code: "new2", name: "x", role: "integrator", pin: "1234" },
    { code: "boss", role: "admin" },
    { code: "boss", pin: "9999" },
    { code: "chief", pin: "9999" },
    { code: "chief", enabled: false },
    { code: "system", pin: "9999" },
  ])
    assert.equal((await put(body)).status, 403, JSON.stringify(body));
  assert.equal((await signIn("chief")).status, 201);
});

test("what a person is made of is checked by field", async () => {
  for (const [body, field] of [
    [{ name: "x", role: "cashier" }, "code"],
    [{ code: "a b", name: "x", role: "cashier" }, "code"],
    [{ code: "店员", name: "x", role: "cashier" }, "code"],
    [{ code: "x".repeat(21), name: "x", role: "cashier" }, "code"],
    [{ code: "p1", role: "cashier" }, "name"],
    [{ code: "p1", name: "x" }, "role"],
    [{ code: "p1", name: "x", role: "owner" }, "role"],
    [{ code: "p1", name: "x", role: "cashier", pin: "123" }, "pin"],
    [{ code: "p1", name: "x", role: "cashier", pin: "123456789" }, "pin"],
    [{ code: "p1", name: "x", role: "cashier", pin: "12a4" }, "pin"],
    [{ code: "p1", name: "x", role: "cashier", pin: 1234 }, "pin"],
    [{ code: "p1", name: "x", role: "cashier", enabled: "yes" }, "enabled"],
    [{ code: "p1", name: "x", role: "cashier", salary: 1 }, "salary"],
  ]) {
    const answer = await node.admin("POST", "/v1/staff", body);
    assert.equal(`${answer.status} ${answer.body.field}`, `400 ${field}`, answer.text);
  }
  assert.ok(!(await node.ask("GET", "/v1/staff")).some(({ code }) => code === "p1"));
});

test("somebody without a PIN cannot sign in", async () => {
  await node.ask("POST", "/v1/staff", { code: "nopin", name: "x", role: "cashier" });
  for (const pin of ["0000", "", " ", "null"]) assert.notEqual((await signIn("nopin", pin)).status, 201);
});

test("five wrong PINs lock; right ones do not help then", async () => {
  await person("five", "cashier");
  for (let i = 0; i < 4; i++) assert.equal((await signIn("five", "0000")).status, 401);
  assert.equal((await signIn("five")).status, 201, "four do not lock, and a right one forgives them");
  for (let i = 0; i < 5; i++) assert.equal((await signIn("five", "0000")).status, 401);
  const locked = await signIn("five");
  assert.equal(locked.status, 403);
  assert.match(locked.body.detail, /locked for \d+ seconds more/);
  assert.equal((await node.ask("GET", "/v1/staff")).find(({ code }) => code === "five").locked, true);
  await node.ask("POST", "/v1/staff", { code: "five", pin: "7777" });
  assert.equal((await signIn("five", "7777")).status, 201, "a new PIN from the manager unlocks");
});

test("twenty wrong PINs at once are five guesses, not twenty", async () => {
  await person("race", "cashier");
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => signIn("race", String(1000 + i))));
  const count = (status) => answers.filter((answer) => answer.status === status).length;
  assert.equal(count(401), 5, answers.map(({ status }) => status).join(" "));
  assert.equal(count(403) + count(409), 15, answers.map(({ status }) => status).join(" ")); // 409: lost too many races to be looked at
  assert.equal((await signIn("race")).status, 403);
});

test("locks and sessions survive a restart and end by the clock: 1, 5, then 15 minutes", async (t) => {
  const data = scratch();
  const tools = scratch();
  t.after(() => remove(tools));
  const at = (seconds) => running(t, { data, env: later(tools, seconds) });
  let one = await at(0);
  await person("slow", "cashier", one);
  await person("fine", "cashier", one);
  const { token: secret, expires_at: expires } = await good(signIn("fine", PIN, one));
  const short = await one.ask("POST", "/v1/tokens", { name: "short", scopes: "sales:read", days: 1 });
  for (let i = 0; i < 5; i++) await signIn("slow", "0000", one);
  let now = 0;
  for (const minutes of [1, 5, 15, 15]) {
    assert.equal((await signIn("slow", PIN, one)).status, 403);
    await one.kill();
    one = await at(now + minutes * 60 - 10);
    assert.equal((await signIn("slow", PIN, one)).status, 403, `still locked before ${minutes} minutes are over`);
    await one.kill();
    now += minutes * 60 + 5;
    one = await at(now);
    assert.equal((await signIn("slow", "0000", one)).status, 401, `${minutes} minutes later a guess is looked at`);
  }
  await one.kill();
  one = await at(now + 15 * 60 + 5);
  assert.equal((await signIn("slow", PIN, one)).status, 201);
  assert.equal((await whoami(secret, one)).status, 200, "a session lives on after kills");
  const left = Math.round((Date.parse(expires) - Date.now()) / 1000);
  await one.kill();
  one = await at(left + 5);
  const over = await whoami(secret, one);
  assert.equal(over.status, 401);
  assert.match(over.body.detail, /session is over/);
  assert.equal((await whoami(short.token, one)).status, 200);
  await one.kill();
  one = await at(24 * 3600 + 5);
  assert.equal((await whoami(short.token, one)).status, 401, "a token ends after its days");
});

test("HEAD is GET without the body; what is not in the table is not there", async () => {
  const get = await node.admin("GET", "/v1/tills");
  const head = await node.admin("HEAD", "/v1/tills");
  assert.equal(head.status, 200);
  assert.equal(head.text, "");
  assert.equal(head.headers["content-length"], get.headers["content-length"]);
  assert.equal((await http({ port: node.port }, "HEAD", "/v1/tills")).status, 401);
  for (const path of ["/", "/v1", "/v1/", "/v1/sales/", "/V1/sales", "/v1/sales/a/b", "/v2/sales", "/v1/shifts//report", "/v1/products/x/y", "/v1/salesx", "/index.html"]) {
    for (const call of [http({ port: node.port }, "GET", path), node.admin("GET", path), http({ port: node.port }, "POST", path, { body: {} })]) {
      const { status, body } = await call;
      assert.equal(`${status} ${body.type}`, "404 /problems/not-found", path);
    }
  }
  for (const [method, path, allow] of [
    ["DELETE", "/v1/sales", "GET, HEAD, POST"],
    ["PUT", "/v1/products/x", "GET, HEAD, PATCH"],
    ["GET", "/v1/quotes", "POST"],
    ["HEAD", "/v1/quotes", "POST"],
    ["POST", "/healthz", "GET, HEAD"],
    ["OPTIONS", "/v1/sales", "GET, HEAD, POST"],
    ["PATCH", "/v1/sessions/current", "GET, HEAD, DELETE"],
  ]) {
    const answer = await http({ port: node.port }, method, path);
    assert.equal(answer.status, 405, `${method} ${path}`);
    assert.deepEqual(answer.headers.allow.split(", ").sort(), allow.split(", ").sort(), `${method} ${path}`);
    if (method !== "HEAD") assert.equal(answer.body.type, "/problems/unsupported", `${method} ${path}`);
  }
});
