// A node for tests: a real process in a scratch folder on a free port. Everything a test needs to start, ask, stop and kill it.
//
//   const node = await start();                       // or start({ settings: { policy: { rounding_step: 10 } }, data })
//   const sale = await node.sell([{ code: "A1", quantity: 1000 }]);
//   await node.stop();                                // SIGTERM, waits, removes the folder unless `keep`
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const program = resolve(process.env.SUANPAN_BIN ?? join(root, "build/release/suanpan"));

const START_MS = 20_000;
const STOP_MS = 15_000;

/** The environment of a child: ours without what would configure it, in English. */
export function environment(extra = {}) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SUANPAN_|LC_|LANG)/.test(name)));
  return { ...own, LANG: "C.UTF-8", ...extra };
}

export function scratch(name = "suanpan-test-") {
  return mkdtempSync(join(tmpdir(), name));
}

export function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/** Run a command to its end: { code, signal, stdout, stderr }. */
export function suanpan(args, { env, input, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment(env), cwd, stdio: ["pipe", "pipe", "pipe"] });
    const result = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8");
      child[name].on("data", (chunk) => (result[name] += chunk));
    }
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ ...result, code, signal }));
    child.stdin.on("error", () => {}); // it may end before it has read
    child.stdin.end(input ?? "");
  });
}

/** One HTTP request; `target` has a port or a socketPath. Answers { status, headers, body, text }; a broken connection throws. */
export function http(target, method, path, { body, headers = {}, agent, timeout = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const bytes = body === undefined || Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body);
    const sent = { Host: "localhost", ...headers };
    if (bytes !== undefined) sent["Content-Type"] ??= "application/json";
    if (bytes !== undefined) sent["Content-Length"] = Buffer.byteLength(bytes);
    const call = request({ host: "127.0.0.1", ...target, method, path, headers: sent, agent, timeout }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const json = text !== "" && /json/.test(answer.headers["content-type"] ?? ""); // HEAD has none
        resolve({ status: answer.statusCode, headers: answer.headers, text, body: json ? JSON.parse(text) : text });
      });
    });
    call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no answer in ${timeout} ms`)));
    call.on("error", reject);
    call.end(bytes);
  });
}

/** The body of a good answer; anything else throws with what the node said. */
export async function good(answer) {
  const { status, text, body } = await answer;
  if (status >= 300) throw new Error(`status ${status}: ${text}`);
  return body;
}

let keys = 0; // of this process: people who are signed in twice must not share a key

/** What a seller does: a session at a till, each POST with a key of its own. */
export class Seller {
  constructor(node, session) {
    this.node = node;
    this.session = session;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  call(method, path, body, { key, headers = {} } = {}) {
    const sent = { Authorization: `Bearer ${this.session.token}`, ...headers };
    if (method === "POST") sent["Idempotency-Key"] = key ?? `test-${process.pid}-${Date.now()}-${++keys}`;
    return http({ port: this.node.port }, method, path, { body, headers: sent, agent: this.agent });
  }

  ask(method, path, body, options) {
    return good(this.call(method, path, body, options));
  }

  /** Sell items for cash: quoted first, paid exactly. */
  async sell(items, { key, tenders } = {}) {
    const quote = await this.ask("POST", "/v1/quotes", { items, cash: !tenders });
    const paid = tenders ?? [{ method: "cash", amount: quote.total }];
    return this.ask("POST", "/v1/sales", { items, tenders: paid, total: quote.total }, { key });
  }

  /** The till's shift: the one that is open, or a new one. */
  async openShift(float = 0) {
    const open = await this.call("GET", "/v1/shifts/current");
    return open.status === 200 ? open.body : this.ask("POST", "/v1/shifts", { opening_float: float });
  }

  close() {
    this.agent.destroy();
  }
}

export class Node {
  constructor(data) {
    this.data = data;
    this.log = "";
    this.output = "";
    this.people = 0;
    this.sellers = [];
  }

  /** As the node's own user, over the socket in the data folder. */
  admin(method, path, body, options = {}) {
    return http({ socketPath: join(this.data, "node.sock") }, method, path, { body, ...options });
  }

  ask(method, path, body, options) {
    return good(this.admin(method, path, body, options));
  }

  /** A new person at a till, signed in. */
  async login({ till = "T01", role = "cashier", pin = "2580", code = `9${process.pid % 1000}${++this.people}` } = {}) {
    await this.ask("POST", "/v1/staff", { code, name: code, role, pin });
    return this.signIn({ staff: code, pin, till });
  }

  async signIn(who) {
    const seller = new Seller(this, await good(http({ port: this.port }, "POST", "/v1/sessions", { body: who })));
    this.sellers.push(seller);
    return seller;
  }

  product(code, price, more = {}) {
    return this.ask("POST", "/v1/products", { code, name: `Product ${code}`, price, ...more });
  }

  /** A cashier with an open shift, made once, who sells `items` for cash. */
  async sell(items, options) {
    if (!this.cashier) {
      this.cashier = await this.login();
      await this.cashier.openShift();
    }
    return this.cashier.sell(items, options);
  }

  suanpan(...args) {
    return suanpan(["--data", this.data, ...args]);
  }

  signal(name) {
    this.child.kill(name);
  }

  /** How the process ended: { code, signal }. */
  ended() {
    return this.end;
  }

  async kill() {
    this.signal("SIGKILL");
    for (const seller of this.sellers) seller.close();
    return this.end;
  }

  /** SIGTERM, and the folder goes unless `keep`. */
  async stop({ keep = false } = {}) {
    for (const seller of this.sellers) seller.close();
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), STOP_MS);
    const end = await this.end;
    clearTimeout(timer);
    if (!keep) remove(this.data);
    return end;
  }
}

/** Start a node and wait until it says its address. `settings` becomes suanpan.json in the data folder; `args` follow `serve`. */
export async function start({ data = scratch(), settings, args = [], env, port = 0 } = {}) {
  const node = new Node(data);
  if (settings) writeFileSync(join(data, "suanpan.json"), JSON.stringify(settings, null, 2));
  const words = ["--data", data, "serve", "--listen", `127.0.0.1:${port}`, ...args];
  node.started = performance.now();
  node.child = spawn(program, words, { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  node.end = new Promise((resolve) => node.child.on("close", (code, signal) => resolve({ code, signal })));
  node.child.stderr.setEncoding("utf8").on("data", (chunk) => (node.log = (node.log + chunk).slice(-1_000_000)));
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${START_MS} ms:\n${node.log}`)), START_MS);
    node.child.on("error", reject);
    node.end.then(({ code, signal }) => reject(new Error(`the node ended with ${code ?? signal}:\n${node.log}`)));
    node.child.stdout.setEncoding("utf8").on("data", (chunk) => {
      node.output += chunk;
      const address = node.output.match(/listening on (\S+:(\d+))\n/);
      if (!address) return;
      clearTimeout(timer);
      node.readyMs = performance.now() - node.started;
      [, node.address] = address;
      node.port = Number(address[2]);
      resolve();
    });
  });
  return node;
}

/** Wait until `test` says true (asked every 20 ms) or throw. */
export async function until(test, what, ms = 10_000) {
  const end = performance.now() + ms;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function exists(path) {
  return existsSync(path);
}

/** A started node that is gone when the test ends, however it ends. `again()` starts it once more on the same folder. */
export async function running(t, options = {}) {
  const node = await start(options);
  t.after(async () => {
    await node.kill();
    remove(node.data);
  });
  node.again = (more = {}) => running(t, { ...options, ...more, data: node.data });
  return node;
}

const CLOCK = `#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static long ahead(const char *later) {
  char text[32] = "";
  if (later[0] != '/') return strtol(later, NULL, 10);
  int fd = open(later, O_RDONLY | O_CLOEXEC);
  ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  return len > 0 ? strtol(text, NULL, 10) : 0;
}
int clock_gettime(clockid_t id, struct timespec *out) {
  const char *later = getenv("SP_LATER");
  int result = (int)syscall(SYS_clock_gettime, id, out);
  if (result == 0 && id == CLOCK_REALTIME && later) out->tv_sec += ahead(later);
  return result;
}
`;

/** The environment of a node whose clock on the wall is `seconds` ahead, or as many as a file says at the moment. The
 * shim is compiled into `folder`. */
export function later(folder, seconds) {
  const library = join(folder, "later.so");
  if (!existsSync(library)) {
    const made = spawnSync("cc", ["-shared", "-fPIC", "-o", library, "-x", "c", "-"], { input: CLOCK, encoding: "utf8" });
    if (made.status !== 0) throw new Error(`the clock cannot be compiled: ${made.stderr}`);
  }
  const sanitizer = `${process.env.ASAN_OPTIONS ?? ""}:verify_asan_link_order=0`; // it wants to come first
  return { LD_PRELOAD: library, SP_LATER: String(seconds), ASAN_OPTIONS: sanitizer };
}

const FULL = `#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static ssize_t put(int fd, const void *bytes, size_t len, off_t at) {
  const char *flag = getenv("SP_FULL");
  if (flag && access(flag, F_OK) == 0) {
    errno = ENOSPC;
    return -1;
  }
  return syscall(SYS_pwrite64, fd, bytes, len, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at) {
  return put(fd, bytes, len, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at) {
  return put(fd, bytes, len, at);
}
`;

/** The environment of a node whose disk is full while the file `flag` is there. The shim is compiled into `folder`. */
export function full(folder, flag) {
  const library = join(folder, "full.so");
  const made = spawnSync("cc", ["-shared", "-fPIC", "-o", library, "-x", "c", "-"], { input: FULL, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the disk cannot be compiled: ${made.stderr}`);
  return { LD_PRELOAD: library, SP_FULL: flag };
}

const SQL = `#include <sqlite3.h>
#include <stdio.h>
int main(int count, char **words) {
  sqlite3 *db = NULL;
  char *told = NULL;
  int rc = count == 3 ? sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READWRITE, NULL) : SQLITE_MISUSE;
  if (rc == SQLITE_OK) rc = sqlite3_exec(db, words[2], NULL, NULL, &told);
  if (rc != SQLITE_OK) fprintf(stderr, "%s\\n", told ? told : sqlite3_errstr(rc));
  if (rc == SQLITE_OK && sqlite3_total_changes(db) == 0) rc = fprintf(stderr, "nothing changed\\n");
  sqlite3_free(told);
  sqlite3_close(db);
  return rc != SQLITE_OK;
}
`;

/** Change a database behind the program's back. The tool is compiled into `folder`. Throws when it changes no row. */
export function tamper(folder, database, text) {
  const tool = join(folder, "sql");
  if (!existsSync(tool)) {
    const made = spawnSync("cc", ["-o", tool, "-x", "c", "-", "-lsqlite3"], { input: SQL, encoding: "utf8" });
    if (made.status !== 0) throw new Error(`the tool cannot be compiled: ${made.stderr}`);
  }
  const done = spawnSync(tool, [database, text], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
}
