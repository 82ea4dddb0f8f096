// What the groups of measurements share: running the C programs, nodes under load, medians.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const build = process.env.SUANPAN_BUILD ?? join(root, "build/release");
export const program = join(build, "suanpan");
const scratch = join(root, "build/bench"); // on the disk of the tree: a temporary folder in memory syncs for nothing
const START_MS = 60_000;
const STOP_MS = 30_000;
const TILLS = 32;

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Run a program to its end and give what it printed; a failure throws what it said. */
function output(command, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words.map(String), { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let said = "";
    child.stdout.on("data", (bytes) => (out += bytes));
    child.stderr.on("data", (bytes) => (said += bytes));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(`${command} ${words.join(" ")}: ${said}`))));
  });
}

const flags = (options) => Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
const measure = async (name, options) => JSON.parse(await output(join(build, "bench", `bench_${name}`), flags(options)));

/** A program that is kept and asked: a line to it, a line of JSON from it. What it says beside that is its excuse. */
export class Asked {
  constructor(command, words) {
    this.child = spawn(command, words.map(String), { stdio: ["pipe", "pipe", "pipe"] });
    this.said = "";
    this.waiting = [];
    this.child.stderr.on("data", (bytes) => (this.said += bytes));
    this.child.stdin.on("error", () => {});
    createInterface({ input: this.child.stdout }).on("line", (line) => this.waiting.shift()?.resolve(JSON.parse(line)));
    this.end = new Promise((resolve) => {
      const over = () => {
        for (const { reject } of this.waiting.splice(0)) reject(new Error(`${command}: ${this.said.trim().slice(0, 500)}`));
        resolve();
      };
      this.child.on("error", over);
      this.child.on("close", over);
    });
  }

  ask(line) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${line}\n`);
    });
  }

  async stop() {
    this.child.stdin.end("end\n");
    await this.end;
  }
}

/** One of the C programs, kept. */
export const asked = (name, options) => new Asked(join(build, "bench", `bench_${name}`), flags(options));

/** Run npm where `words` say; its last words when it fails. */
export const npm = (words) => output("npm", words);

/** An empty folder of this run. */
export function folder(name) {
  const path = join(scratch, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

export function clean() {
  rmSync(scratch, { recursive: true, force: true });
}

/** One run of the bare loop, or of the checkout without HTTP, on a fresh database. */
export async function local(name, options) {
  const path = folder(`local-${name}`);
  const result = await measure(name, { folder: path, ...options });
  rmSync(path, { recursive: true, force: true });
  return result;
}

function campaigns(count) {
  const one = (i) =>
    i % 2 === 0
      ? { code: `percent-${i}`, rule: "promotion.percent_off", params: { tag: `tag${i % 500}`, percent: 10000 * (1 + (i % 30)) } }
      : { code: `multibuy-${i}`, rule: "promotion.multibuy", params: { tag: `tag${i % 500}`, buy: 3, pay: 2 } };
  return { campaigns: Array.from({ length: count }, (_, i) => one(i)) };
}

/** A node in a folder of its own: 32 tills with open shifts and tokens (or neither), `products`, `sales` of history, `promotions`;
 * its pack may have the rules of a folder and `more` campaigns, its configuration more `settings`. */
export class Node {
  constructor(name, { products = 0, sales = 0, promotions = 0, rules = null, more = [], settings = {}, tokens = true } = {}) {
    Object.assign(this, { name, products, sales, promotions, rules, more, settings });
    this.withTokens = tokens;
  }

  async make() {
    this.path = folder(`node-${this.name}`);
    this.data = join(this.path, "data");
    this.tokens = join(this.path, "tokens");
    const tills = Array.from({ length: TILLS }, (_, i) => `T${String(i + 1).padStart(2, "0")}`);
    const settings = { data: "data", tills, ...this.settings };
    if (this.promotions > 0) {
      mkdirSync(join(this.path, "pack"));
      const all = campaigns(this.promotions);
      all.campaigns.push(...this.more);
      writeFileSync(join(this.path, "pack/campaigns.json"), JSON.stringify(all));
      if (this.rules) cpSync(this.rules, join(this.path, "pack/rules"), { recursive: true });
      settings.rules = { folder: "pack" };
    }
    writeFileSync(join(this.path, "suanpan.json"), JSON.stringify(settings));
    await this.start(); // makes the database
    await this.stop();
    const fill = { database: this.file, products: this.products, sales: this.sales, ...(this.withTokens ? { tokens: this.tokens } : {}) };
    await output(join(build, "bench/bench_fill"), flags(fill));
    return this;
  }

  get file() {
    return join(this.data, "suanpan.db");
  }

  async start() {
    const log = openSync(join(this.path, "log"), "a"); // as a service's: the log goes to a file
    const words = ["--config", join(this.path, "suanpan.json"), "serve", "--listen", "127.0.0.1:0"];
    const from = performance.now();
    this.child = spawn(program, words, { stdio: ["ignore", "pipe", log] });
    closeSync(log);
    this.end = new Promise((resolve) => this.child.on("close", resolve));
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} is not ready`)), START_MS);
      let said = "";
      this.end.then((code) => reject(new Error(`${this.name} ended with ${code}: see ${this.path}/log`)));
      this.child.on("error", reject);
      this.child.stdout.on("data", (bytes) => {
        said += bytes;
        const address = said.match(/listening on \S+:(\d+)\n/);
        if (!address) return;
        clearTimeout(timer);
        this.port = Number(address[1]);
        resolve();
      });
    });
    this.readyMs = performance.now() - from;
    return this;
  }

  async stop() {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    await this.end;
    clearTimeout(timer);
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }

  load(mode, options) {
    return measure("load", { port: this.port, tokens: this.tokens, mode, products: this.products, ...options });
  }

  /** Resident memory in bytes, once it has settled. */
  async resident() {
    await pause(300);
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(status.match(/VmRSS:\s+(\d+) kB/)[1]) * 1024;
  }

  /** Bytes in use of the database of a stopped node: { total, answers } (answers kept for retries). */
  bytes() {
    return measure("size", { database: this.file });
  }
}
