// Group `sale`: what a checkout costs, how that grows, what a node holds in memory. README.md says how each is measured.
import { local, median, Node } from "./tools.mjs";

const MIB = 1024 * 1024;

/** Every measurement of a round once, one after the other; then the next round. */
async function rounds(count, steps) {
  const seen = Object.fromEntries(Object.keys(steps).map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (const [name, step] of Object.entries(steps)) seen[name].push(await step());
  }
  return seen;
}

const of = (results, member) => median(results.map((result) => result[member]));

/** The ratio of two measurements: the median over the rounds of each round's own ratio. */
const ratio = (top, bottom, member) => median(top.map((result, i) => result[member] / bottom[i][member]));

const TYPICAL = { products: 10_000, promotions: 100 };

/** P1 to P5, C4, C7: one node with 10,000 products and 100 promotions beside the bare loop. */
async function speed(plan, say, add) {
  const n = plan.sales;
  say("a node with 10,000 products, 100 promotions and 32 tills");
  const node = await new Node("typical", TYPICAL).make();
  const before = await node.bytes();
  await node.start();
  await node.load("sale", { clients: 32, count: plan.warm });
  const stored = await local("checkout", { count: 500, warm: 0, campaigns: 100 });
  const same = { allocations: stored.allocations, trace: stored.trace, body: stored.body, answer: stored.answer };
  const raw = (group, count) => () => local("raw", { group, count, warm: plan.warm, ...same });
  const http = (clients, count, lines = 10) => () => node.load("sale", { clients, count, lines, warm: 200 });
  const seen = await rounds(plan.rounds, {
    raw1: raw(1, n),
    inside1: () => local("checkout", { count: n, warm: plan.warm, campaigns: 100 }),
    http1: http(1, n),
    raw32: raw(32, 4 * n),
    http32: http(32, 4 * n),
    line1: http(1, n / 2, 1),
    line40: http(1, n / 4, 40),
  });
  await node.stop();
  const sold = plan.warm + plan.rounds * (200 * 4 + n + 4 * n + n / 2 + n / 4);
  const lines = plan.rounds * (n * 10 + 4 * n * 10 + n / 2 + (n / 4) * 40 + 200 * (10 + 10 + 1 + 40)) + plan.warm * 10;
  const after = await node.bytes();
  const answers = (after.answers - before.answers) / sold;
  const bytes = (after.total - before.total - (after.answers - before.answers)) / (lines / 10);
  node.remove();
  say(`a sale of ten lines keeps ${bytes.toFixed(0)} B; the answer kept for a retry takes ${answers.toFixed(0)} B more for a week`);
  say(`raw 1/tx ${of(seen.raw1, "rate").toFixed(0)}/s, 32/tx ${of(seen.raw32, "rate").toFixed(0)}/s; in process `
    + `${of(seen.inside1, "rate").toFixed(0)}/s; HTTP 1 client ${of(seen.http1, "rate").toFixed(0)}/s, 32 clients `
    + `${of(seen.http32, "rate").toFixed(0)}/s (this machine, this moment: only the ratios below mean anything)`);
  const each = `${plan.rounds} rounds`;
  add("P1 in process ÷ raw, 1 sale a transaction, 100 promotions", ratio(seen.inside1, seen.raw1, "rate"), "×", ">=", 0.85, 0.7, `${each} of ${n} sales`);
  add("P2 HTTP 1 client ÷ raw 1 a transaction", ratio(seen.http1, seen.raw1, "rate"), "×", ">=", 0.5, 0.35, `${each} of ${n} sales`);
  add("P3 HTTP 32 clients ÷ raw 1 a transaction", ratio(seen.http32, seen.raw1, "rate"), "×", ">=", 3, 2, `${each} of ${4 * n} sales`);
  add("P4 HTTP 32 clients ÷ raw 32 a transaction", ratio(seen.http32, seen.raw32, "rate"), "×", ">=", 0.4, 0.25, `${each} of ${4 * n} sales`);
  add("P5 p99 of HTTP 32 clients ÷ p99 of raw 32 a transaction", ratio(seen.http32, seen.raw32, "p99_us"), "×", "<=", 2, 4, `${each} of ${4 * n} sales`);
  add("C4 latency of 40 lines ÷ 1 line, 1 client", ratio(seen.line40, seen.line1, "p50_us"), "×", "<=", 3, null, `${each} of ${n / 4} sales`);
  add("C7 bytes a sale of ten lines keeps, indexes included", bytes, "B", "<=", 4096, null, `${sold} sales`);
}

/** C5, scan to answer, memory and start with many products: three nodes, one after the other in each round. */
async function products(plan, say, add) {
  say("nodes with 1,000, 100,000 and 1,000,000 products");
  const few = await (await new Node("1k", { products: 1_000, promotions: 100 }).make()).start();
  const some = await (await new Node("100k", { products: 100_000, promotions: 100 }).make()).start();
  const many = await (await new Node("1m", { products: 1_000_000, promotions: 100 }).make()).start();
  const n = plan.sales / 2;
  for (const node of [few, some, many]) await node.load("sale", { clients: 32, count: plan.warm });
  const steps = {};
  for (const [name, node] of Object.entries({ few, some, many })) {
    steps[`sale-${name}`] = () => node.load("sale", { clients: 1, count: n, warm: 100 });
    steps[`lookup-${name}`] = () => node.load("lookup", { clients: 1, count: 4 * n, warm: 200 });
    steps[`scan-${name}`] = () => node.load("scan", { clients: 1, count: n, warm: 100 });
  }
  const seen = await rounds(plan.rounds, steps);
  const resident = await some.resident();
  const starts = [];
  await some.stop();
  for (let i = 0; i < plan.rounds; i++) {
    await some.start();
    starts.push(some.readyMs);
    await some.stop();
  }
  for (const node of [few, many]) await node.stop();
  for (const node of [few, some, many]) node.remove();
  const each = `${plan.rounds} rounds of`;
  add("C5 checkout rate, 1,000,000 ÷ 1,000 products", ratio(seen["sale-many"], seen["sale-few"], "rate"), "×", ">=", 0.5, null, `${each} ${n} sales`);
  add("C5 lookup time, 1,000,000 ÷ 1,000 products", ratio(seen["lookup-many"], seen["lookup-few"], "p50_us"), "×", "<=", 2.5, null, `${each} ${4 * n} lookups`);
  add("scan to answer, 100,000 ÷ 1,000 products", ratio(seen["scan-some"], seen["scan-few"], "p50_us"), "×", "<=", 2.5, null, `${each} ${n} scans`);
  add("scan to answer, 1,000,000 ÷ 1,000 products", ratio(seen["scan-many"], seen["scan-few"], "p50_us"), "×", "<=", 2.5, null, `${each} ${n} scans`);
  add("lookup time, 100,000 ÷ 1,000 products", ratio(seen["lookup-some"], seen["lookup-few"], "p50_us"), "×", "<=", 2.5, null, `${each} ${4 * n} lookups`);
  add("resident memory at 100,000 products, after work", resident / MIB, "MiB", "<=", 64, null, "1 node");
  add("start on an existing database of 100,000 products", median(starts), "ms", "<=", 300, null, `${starts.length} starts`);
}

/** C6: a young shop beside an old one. */
async function history(plan, say, add) {
  const sales = plan.full ? 1_000_000 : 100_000;
  const lines = (sales * 10).toLocaleString("en");
  say(`a node with 10,000 stored lines and one with ${lines}${plan.full ? "" : " (10,000,000 with --full)"}`);
  const young = await (await new Node("young", { ...TYPICAL, sales: 1_000 }).make()).start();
  const old = await (await new Node("old", { ...TYPICAL, sales }).make()).start();
  const n = plan.sales;
  for (const node of [young, old]) await node.load("sale", { clients: 32, count: plan.warm });
  const seen = await rounds(plan.rounds, {
    young: () => young.load("sale", { clients: 1, count: n, warm: 100 }),
    old: () => old.load("sale", { clients: 1, count: n, warm: 100 }),
  });
  for (const node of [young, old]) {
    await node.stop();
    node.remove();
  }
  add(`C6 checkout rate, ${lines} ÷ 10,000 stored lines`, ratio(seen.old, seen.young, "rate"), "×", ">=", 0.85, null, `${plan.rounds} rounds of ${n} sales`);
}

async function idle(node) {
  await node.start();
  const bytes = await node.resident();
  await node.stop();
  return bytes;
}

/** M1 to M3. */
async function memory(plan, say, add) {
  say("memory of an idle node, of tills, of promotions, of many requests");
  const none = await new Node("none", { products: 10_000 }).make();
  const thousand = await new Node("thousand", { products: 10_000, promotions: 1_000 }).make();
  const bare = await new Node("bare").make();
  const seen = await rounds(3, { bare: () => idle(bare), none: () => idle(none), thousand: () => idle(thousand) });
  add("M1 resident memory, idle", median(seen.bare) / MIB, "MiB", "<=", 24, null, "3 starts");
  add("M2 memory of a promotion", (median(seen.thousand) - median(seen.none)) / 1_000, "B", "<=", 2048, null, "1,000 promotions, 3 starts");
  await none.start();
  await none.load("lookup", { clients: 1, count: 100_000 }); // the products known lately are nobody's in particular
  await none.load("sale", { clients: 1, count: plan.sales * 2 });
  const one = await none.resident();
  await none.load("sale", { clients: 32, count: plan.sales * 2 });
  add("M2 memory of a till at work", ((await none.resident()) - one) / 31 / 1024, "KiB", "<=", 64, null, "31 more tills");
  await none.stop();
  await thousand.start();
  await thousand.load("sale", { clients: 32, count: plan.sales * 8 });
  add("M1 with 1,000 promotions, 10,000 products, 32 tills at work", (await thousand.resident()) / MIB, "MiB", "<=", 32, null, `${plan.sales * 8} sales`);
  await growth(plan, thousand, add);
  await thousand.stop();
  for (const node of [none, thousand, bare]) node.remove();
}

/** M3: what ten million requests would add, from as many as this run has time for. */
async function growth(plan, node, add) {
  const work = async (share) => {
    await node.load("lookup", { clients: 32, count: plan.requests * share * 0.95, seconds: 3000 });
    await node.load("sale", { clients: 32, count: plan.requests * share * 0.05, seconds: 3000 });
  };
  await work(0.5);
  const before = await node.resident();
  await work(1);
  const grown = Math.max(0, (await node.resident()) - before);
  add("M3 growth, per 10,000,000 requests", (grown / MIB) * (10_000_000 / plan.requests), "MiB", "<=", 1, null,
    `${plan.requests.toLocaleString("en")} requests, ${(grown / 1024).toFixed(0)} KiB`);
}

export const parts = { speed, products, history, memory };

export const plans = {
  quick: { rounds: 3, sales: 800, warm: 3_000, requests: 100_000 },
  usual: { rounds: 5, sales: 2_000, warm: 4_000, requests: 500_000 },
  full: { rounds: 7, sales: 4_000, warm: 4_000, requests: 10_000_000, full: true },
};
