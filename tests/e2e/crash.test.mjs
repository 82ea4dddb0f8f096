// SIGKILL at random instants while tills sell over HTTP: every acknowledged sale is there once, a retry with the same key gives the
// same answer, on-hand and cash agree. 200 kills here, 5,000 with SP_LONG; SP_KILLS and SP_SEED override.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const program = process.env.SUANPAN_BIN ?? new URL("../../build/release/suanpan", import.meta.url).pathname;
const kills = Number(process.env.SP_KILLS ?? (process.env.SP_LONG ? 5000 : 200));
const seed = Number(process.env.SP_SEED ?? Date.now() % 1e9);
const tills = 4;

/** A small generator of its own, so that a printed seed repeats the choices (not the races). */
function random(state) {
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

class Shop {
  constructor(folder) {
    this.folder = folder;
    this.tokens = [];
  }

  /** Start the node; resolves when it listens, or when it died before. */
  start() {
    const args = ["--data", this.folder, "--listen", "127.0.0.1:0", "--set", "tills=T01,T02,T03,T04", "serve"];
    this.node = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.agent = new Agent({ keepAlive: true, maxSockets: 16 });
    this.errors = "";
    this.node.stderr.on("data", (chunk) => (this.errors = (this.errors + chunk).slice(-4000)));
    this.gone = new Promise((resolve) => this.node.on("exit", resolve));
    const ready = new Promise((resolve) => {
      let text = "";
      this.node.stdout.on("data", (chunk) => {
        text += chunk;
        const port = text.match(/http:\/\/127\.0\.0\.1:(\d+)/);
        if (port) resolve((this.port = Number(port[1])));
      });
    });
    return Promise.race([ready, this.gone]);
  }

  async kill() {
    this.node.kill("SIGKILL");
    await this.gone;
    this.agent.destroy();
  }

  admin(method, path, body) {
    const args = ["--data", this.folder, "call", method, path, ...(body ? [JSON.stringify(body)] : [])];
    const run = spawnSync(program, args, { encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr + run.stdout);
    return JSON.parse(run.stdout);
  }

  /** Resolves to {status, text}; rejects when the connection breaks. */
  call(method, path, body, { token, key } = {}) {
    return new Promise((resolve, reject) => {
      const headers = {};
      if (token) headers.Authorization = `Bearer ${token}`;
      if (key) headers["Idempotency-Key"] = key;
      if (body) headers["Content-Type"] = "application/json";
      const sent = request({ host: "127.0.0.1", port: this.port, method, path, headers, agent: this.agent }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk) => (text += chunk));
        answer.on("end", () => (answer.complete ? resolve({ status: answer.statusCode, text }) : reject(new Error("cut"))));
        answer.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(body ? JSON.stringify(body) : undefined);
    });
  }
}

const products = [
  { code: "A", name: "Apple", price: 300, tags: "fruit" },
  { code: "B", name: "Bread", price: 1250, tags: "bakery" },
  { code: "C", name: "可口可乐 330ml", price: 350, tags: "soda" },
];
const opening = 10_000_000_000;

async function open(shop) {
  for (const product of products) shop.admin("POST", "/v1/products", product);
  shop.admin("POST", "/v1/stock/documents", {
    kind: "receipt",
    lines: products.map(({ code }) => ({ code, quantity: opening })),
  });
  for (let i = 1; i <= tills; i++) {
    const token = shop.admin("POST", "/v1/tokens", { name: `till ${i}`, scopes: "sales:write sales:read shifts:write reports:read", till: `T0${i}` });
    shop.tokens.push(token.token);
    const answer = await shop.call("POST", "/v1/shifts", { opening_float: 0 }, { token: token.token });
    assert.equal(answer.status, 201, answer.text);
  }
}

/** What the client knows of every request it made. */
class Ledger {
  constructor() {
    this.entries = []; // { key, body, till, answer: text or null }
  }

  next(till, roll) {
    const items = products.filter(() => roll() < 0.7).map(({ code }) => ({ code, quantity: 1000 * (1 + Math.floor(roll() * 3)) }));
    if (items.length === 0) items.push({ code: "A", quantity: 1000 });
    const total = items.reduce((sum, item) => sum + (products.find(({ code }) => code === item.code).price * item.quantity) / 1000, 0);
    const entry = { key: `k${this.entries.length}`, till, items, total, answer: null };
    entry.body = { items, tenders: [{ method: "cash", amount: total + 100 }] };
    this.entries.push(entry);
    return entry;
  }
}

async function post(shop, entry) {
  const answer = await shop.call("POST", "/v1/sales", entry.body, { token: shop.tokens[entry.till], key: entry.key });
  assert.equal(answer.status, 201, `${entry.key}: ${answer.status} ${answer.text}`);
  if (entry.answer !== null) assert.equal(answer.text, entry.answer, `${entry.key}: a retry got another answer`);
  entry.answer = answer.text;
}

async function sellUntilDead(shop, ledger, till, roll, state) {
  while (!state.dead) {
    const entry = ledger.next(till, roll);
    try {
      await post(shop, entry);
    } catch (error) {
      if (error.code === "ERR_ASSERTION") throw error;
      return;
    }
  }
}

/** One life of the node: finish what was cut, retry some of what was answered, sell, die. */
async function round(shop, ledger, roll) {
  const early = roll() < 0.1;
  const ready = shop.start();
  if (early) {
    await sleep(roll() * 60);
    await shop.kill();
    return;
  }
  await ready;
  assert.equal(shop.node.exitCode, null, `the node died by itself: ${shop.errors}`);
  const state = { dead: false };
  const dying = sleep(20 + roll() * 180).then(async () => {
    state.dead = true;
    await shop.kill();
  });
  const open = ledger.entries.filter((entry) => entry.answer === null);
  const again = ledger.entries.slice(-40).filter((entry) => entry.answer !== null && roll() < 0.2);
  try {
    for (const entry of [...open, ...again]) await post(shop, entry);
  } catch (error) {
    if (error.code === "ERR_ASSERTION") throw error;
  }
  await Promise.all([...Array(tills).keys()].map((till) => sellUntilDead(shop, ledger, till, roll, state)));
  await dying;
}

async function settle(shop, ledger) {
  await shop.start();
  for (const entry of ledger.entries) await post(shop, entry);
  const proof = shop.admin("GET", "/v1/reconciliation");
  assert.equal(proof.agrees, true, JSON.stringify(proof));
  assert.equal(proof.sales, ledger.entries.length, "every sale once");
  assert.equal(proof.total, ledger.entries.reduce((sum, entry) => sum + entry.total, 0), "every fen once");
  assert.equal(new Set(ledger.entries.map((entry) => JSON.parse(entry.answer).id)).size, ledger.entries.length);
  for (const { code } of products) {
    const sold = ledger.entries.flatMap(({ items }) => items).filter((item) => item.code === code).reduce((sum, item) => sum + item.quantity, 0);
    assert.equal(shop.admin("GET", `/v1/stock/${code}`).on_hand, opening - sold, `on hand of ${code}`);
  }
  for (let till = 0; till < tills; till++) {
    const shift = JSON.parse((await shop.call("GET", "/v1/shifts/current", null, { token: shop.tokens[till] }).then(({ text }) => text)));
    const report = shop.admin("GET", `/v1/shifts/${shift.id}/report`);
    const cash = ledger.entries.filter((entry) => entry.till === till).reduce((sum, entry) => sum + entry.total, 0);
    assert.equal(report.expected_cash, cash, `drawer of till ${till + 1}`);
  }
  await shop.kill();
}

test(`${kills} kills lose and double nothing`, { timeout: 3 * 3600_000 }, async () => {
  console.log(`# seed ${seed}`);
  const roll = random(seed);
  const shop = new Shop(mkdtempSync(join(tmpdir(), "suanpan-crash-")));
  const ledger = new Ledger();
  await shop.start();
  await open(shop);
  await shop.kill();
  for (let i = 0; i < kills; i++) await round(shop, ledger, roll);
  const cut = ledger.entries.filter((entry) => entry.answer === null).length;
  await settle(shop, ledger);
  console.log(`# ${kills} kills, ${ledger.entries.length} sales acknowledged, ${cut} of them after the last kill: 0 lost, 0 doubled`);
  rmSync(shop.folder, { recursive: true });
});
