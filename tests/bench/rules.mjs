// Group `rules`: what pricing costs, beside other promotion engines and by itself. README.md says how each is measured.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { baskets, campaigns, catalogue, promotions } from "./peers/workload.mjs";
import { Asked, asked, folder, local, median, Node, npm, root } from "./tools.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const installed = join(root, "build/bench-peers"); // outlives a run: installing takes half a minute
const BASKETS = 128;
const KINDS = 4;
const OFF = { trace: "notrace", budget: "nobudget" };

/** npm's packages, exactly as locked; false with a plain word when they cannot be had. */
async function install(say) {
  const names = ["package.json", "package-lock.json"];
  const same = () => names.every((name) => readFileSync(join(installed, name)).equals(readFileSync(join(here, "peers", name))));
  try {
    if (same() && readFileSync(join(installed, "complete"), "utf8") === "yes") return true;
  } catch {
    // not there yet
  }
  say("installing the peers from npm into build/bench-peers");
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  for (const name of names) copyFileSync(join(here, "peers", name), join(installed, name));
  try {
    await npm(["ci", "--prefix", installed, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  } catch (error) {
    say(`the peers cannot be had from npm: ${error.message.slice(0, 300)}`);
    return false;
  }
  writeFileSync(join(installed, "complete"), "yes");
  return true;
}

/** Our engine with `count` promotions (of which those from `matching` on concern nothing) and baskets of `lines` lines. */
function ours({ count, matching = count, lines = 20, opaque = false, more = [], only = null }) {
  const path = folder(`rules-${count}-${matching}-${lines}-${opaque ? "opaque" : "indexed"}-${more.length}`);
  const goods = catalogue();
  const pack = campaigns(promotions(count, matching), opaque);
  pack.campaigns.push(...more);
  const carts = only ? [{ level: "", lines: [[only, 1]] }] : baskets(BASKETS, lines);
  mkdirSync(join(path, "pack"));
  cpSync(join(here, "pack"), join(path, "pack"), { recursive: true });
  writeFileSync(join(path, "pack/campaigns.json"), JSON.stringify(pack));
  writeFileSync(join(path, "data.json"), JSON.stringify({ products: goods.map((p) => [p.code, p.category, p.price]), baskets: carts }));
  return asked("rules", { folder: join(path, "pack"), data: join(path, "data.json") });
}

const peer = (name, count, lines = 20) =>
  new Asked(process.execPath, [join(here, "peers/serve.mjs"), name, installed, count, count, lines, BASKETS]);

/** Every program in turn, round after round; the first round warms up and does not count. Gives microseconds a basket. */
async function rounds(plan, programs, words = () => "") {
  const seen = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round <= plan.rounds; round++) {
    for (const [name, program] of Object.entries(programs)) {
      const result = await program.ask(`run ${plan.ms} ${words(name)}`.trim());
      if (round > 0) seen[name].push(result);
    }
  }
  return seen;
}

const ratio = (top, bottom, member = "us") => median(top.map((result, i) => result[member] / bottom[i][member]));
const of = (results, member = "us") => median(results.map((result) => result[member]));
const stop = (programs) => Promise.all(Object.values(programs).map((program) => program.stop()));

/** How many baskets an engine prices to another fen than ours does. */
async function disagreements(program, mine) {
  const { discounts } = await program.ask("discounts");
  return discounts.filter((amount, i) => amount !== mine[i]).length;
}

const PEERS = {
  medusa: { label: "P9 faster than Medusa computeActions", goals: { 10: 40, 100: 200, 1000: 600 }, floors: { 10: 20, 100: 100, 1000: 300 } },
  "json-rules-engine": { label: "P11 faster than json-rules-engine", goals: { 10: 12, 100: 70, 1000: 200 }, floors: { 10: 8, 100: 40, 1000: 100 } },
  zen: { label: "P13 faster than GoRules ZEN", goals: { 10: 10, 100: 25, 1000: 45 }, floors: { 10: 6, 100: 15, 1000: 25 } },
};

/** P9, P11, P13, P15, P16 and whether everybody arrives at the same fen. */
async function peers(plan, say, add) {
  const names = (await install(say)) ? [...Object.keys(PEERS), "indexed"] : ["indexed"];
  for (const count of [10, 100, 1_000]) {
    const programs = { ours: ours({ count }) };
    for (const name of names) programs[name] = peer(name, count);
    if (count === 1_000) programs.opaque = ours({ count, opaque: true });
    const { discounts: mine } = await programs.ours.ask("discounts");
    const total = mine.reduce((sum, amount) => sum + amount, 0);
    for (const name of [...names]) {
      try {
        add(`baskets that ${name} prices otherwise, ${count} promotions`, await disagreements(programs[name], mine), `of ${BASKETS}`,
          "<=", 0, null, `discounts of ${(total / 100).toFixed(2)}`);
      } catch (error) {
        say(`${name} does not run here and is left out: ${error.message}`);
        names.splice(names.indexOf(name), 1);
        delete programs[name];
      }
    }
    if (programs.opaque) {
      add("baskets that rules without targets price otherwise", await disagreements(programs.opaque, mine), `of ${BASKETS}`, "<=", 0, null, "");
    }
    const seen = await rounds(plan, programs);
    await stop(programs);
    const line = Object.entries(seen).map(([name, results]) => `${name} ${of(results).toFixed(1)}`);
    say(`${count} promotions, µs a basket of 20 lines: ${line.join(", ")}`);
    const each = `${plan.rounds} rounds of ${plan.ms} ms`;
    for (const name of names.filter((known) => PEERS[known])) {
      const { label, goals, floors } = PEERS[name];
      add(`${label}, ${count} promotions`, ratio(seen[name], seen.ours), "×", ">=", goals[count], floors[count], each);
    }
    if (count < 1_000) continue;
    if (seen.medusa) add("P15 without targets, 1,000 promotions: faster than Medusa", ratio(seen.medusa, seen.opaque), "×", ">=", 50, 30, each);
    add("P16 slower than JavaScript written by hand, 1,000 promotions", ratio(seen.ours, seen.indexed), "×", "<=", 5, 8, each);
  }
}

/** C1 to C3, and the slowest basket among 10,000 campaigns. */
async function growth(plan, say, add) {
  const programs = {
    ten: ours({ count: 10 }),
    same: ours({ count: 1_000, matching: 10 }),
    thousand: ours({ count: 1_000 }),
    short: ours({ count: 100, lines: 5 }),
    long: ours({ count: 100, lines: 80 }),
    many: ours({ count: 10_000, lines: 30 }),
  };
  const seen = await rounds(plan, programs);
  await stop(programs);
  say(`µs a basket: ${Object.entries(seen).map(([name, results]) => `${name} ${of(results).toFixed(1)}`).join(", ")}`);
  const each = `${plan.rounds} rounds of ${plan.ms} ms`;
  add("C1 time, 10 → 1,000 promotions, as many match", ratio(seen.same, seen.ten), "×", "<=", 1.5, null, each);
  add("C2 time, 10 → 1,000 promotions, a hundred times as many match", ratio(seen.thousand, seen.ten), "×", "<=", 25, null, each);
  add("C3 time, 5 → 80 lines, 100 promotions", ratio(seen.long, seen.short), "×", "<=", 18, null, each);
  add("30 lines among 10,000 live campaigns, p99", of(seen.many, "p99_us") / 1000, "ms", "<=", 2, null, each);
}

/** What tracing and counting instructions cost; M2. */
async function cost(plan, say, add) {
  const one = ours({ count: 1_000 });
  const programs = { with: one, trace: one, budget: one };
  const seen = await rounds(plan, programs, (name) => OFF[name] ?? "");
  const each = `${plan.rounds} rounds of ${plan.ms} ms`;
  add("what the trace adds, 20 lines, 1,000 promotions", (ratio(seen.with, seen.trace) - 1) * 100, "%", "<=", 10, null, each);
  add("rate with the budget ÷ without, 20 lines, 1,000 promotions", ratio(seen.budget, seen.with), "×", ">=", 0.8, null, each);
  const { bytes: few } = await one.ask("memory");
  await one.stop();
  const large = ours({ count: 10_000 });
  for (let round = 0; round < 3; round++) await large.ask(`run ${plan.ms}`);
  const { bytes: many } = await large.ask("memory");
  await large.stop();
  add("M2 memory of a promotion, one machine", (many - few) / 9_000, "B", "<=", 2048, null, "1,000 and 10,000 promotions");
  const checkout = (budget) => local("checkout", { count: plan.sales, warm: plan.sales / 4, campaigns: 100, budget });
  const on = [];
  const off = [];
  for (let round = 0; round < plan.rounds; round++) {
    on.push(await checkout(1));
    off.push(await checkout(0));
  }
  add("M4 checkout rate with the budget ÷ without", ratio(on, off, "rate"), "×", ">=", 0.88, null, `${plan.rounds} rounds of ${plan.sales} sales`);
}

/** M4: how long a rule that never ends runs, and what the others notice of it. */
async function runaway(plan, say, add) {
  const times = [];
  for (let way = 1; way <= KINDS; way++) {
    const more = [{ code: `away-${way}`, rule: "bench.runaway", params: { product: "p0001", way } }];
    const program = ours({ count: 10, more, only: 1 });
    await program.ask(`run ${plan.ms}`);
    times.push((await program.ask(`run ${plan.ms}`)).p99_us / 1000);
    await program.stop();
  }
  say(`a loop, texts, tables, selections: stopped after ${times.map((ms) => ms.toFixed(2)).join(", ")} ms (p99)`);
  add("M4 a rule that never ends, stopped after", Math.max(...times), "ms", "<=", 7, null, "budget of about 2 ms, four ways, p99");
  const more = [{ code: "away", rule: "bench.runaway", params: { product: "P0009999" } }];
  const node = await new Node("runaway", { products: 10_000, promotions: 100, rules: join(here, "pack/rules"), more }).make();
  const tokens = readFileSync(node.tokens, "utf8").trim().split("\n");
  const write = (name, lines) => {
    writeFileSync(join(node.path, name), `${lines.join("\n")}\n`);
    return join(node.path, name);
  };
  const most = write("tokens-most", tokens.slice(0, -1));
  const last = write("tokens-last", tokens.slice(-1));
  await node.start();
  const load = (seconds) => node.load("sale", { clients: 8, count: 1_000_000, seconds, products: 9_000, tokens: most });
  const bad = (seconds) => node.load("sale", { clients: 1, count: 1_000_000, seconds, products: 1, first: 9_999, tokens: last });
  const good = (seconds) => node.load("sale", { clients: 1, count: 1_000_000, seconds, products: 9_000, tokens: last });
  await load(1);
  const calm = [];
  const meanwhile = [];
  let stopped = 0;
  for (let round = 0; round < plan.rounds; round++) {
    calm.push((await Promise.all([load(plan.seconds), good(plan.seconds)]))[0]);
    const [others, mad] = await Promise.all([load(plan.seconds), bad(plan.seconds)]);
    meanwhile.push(others);
    stopped += mad.count;
  }
  await node.stop();
  node.remove();
  say(`p99 of the others: ${(of(calm, "p99_us") / 1000).toFixed(2)} ms, meanwhile ${(of(meanwhile, "p99_us") / 1000).toFixed(2)} ms`);
  add("M4 p99 of 8 tills while a ninth meets a rule that never ends ÷ otherwise", ratio(meanwhile, calm, "p99_us"), "×", "<=", 2, null,
    `${plan.rounds} rounds, ${stopped} such sales`);
}

export const parts = { peers, growth, cost, runaway };

export const plans = {
  quick: { rounds: 3, ms: 300, sales: 800, seconds: 1 },
  usual: { rounds: 5, ms: 600, sales: 2_000, seconds: 3 },
  full: { rounds: 9, ms: 2_000, sales: 4_000, seconds: 10 },
};
