// Group `till`: what a cashier waits for, at one till and at eight. README.md says how each is measured.
import { clock, Hands, Stream } from "./till_counter.mjs";
import { basketMaker, generator, PIN, PLUS, quantile, Shop, SPEED, spread } from "./till_shop.mjs";
import { median, pause } from "./tools.mjs";

const MIB = 1024 * 1024;
const DOT_MS = 1000 / (8 * SPEED);
const KEY_MS = 180; // between two keys of a hand that knows the pad

/* ---- A cashier at a page ---- */

/** Scan a basket at `gap` ms a line; when each left, and when it stood on the screen. */
async function scanAtPage(counter, codes, gap, random) {
  const { page, scanner } = counter;
  const scans = [];
  let due = clock();
  for (const [i, code] of codes.entries()) {
    await pause(Math.max(0, due - clock()));
    scans.push({ n: i + 1, sent: scanner.scan(code) });
    due = scans.at(-1).sent + gap * (0.7 + 0.6 * random());
  }
  for (const scan of scans) {
    const shown = await page.lines(scan.n, scan.sent);
    Object.assign(scan, { dom: shown.dom, painted: shown.painted, next: shown.next });
  }
  return scans;
}

/** Total, a look, exactly in cash: when the second Enter was pressed, and when the change stood there. */
async function payAtPage(counter) {
  const { page } = counter;
  const from = page.seen.at(-1).dom;
  await page.press("Enter");
  const asked = await page.shows("tender-screen", from);
  await pause(500); // the page takes no second Enter for 0.4 s
  await page.press("Enter");
  const shown = await page.shows("paid-screen", asked.dom);
  const pressed = page.pressed("Enter");
  return { pressed, shown: shown.next };
}

/** What became of a payment: the pulse and the paper are waited for, as the next customer is. */
async function follow(line, sale) {
  const end = clock() + 20_000;
  while (line.find("acked", "paper", sale.pressed) === undefined && clock() < end) await pause(10);
  sale.pulse = line.find("pulse", "drawer", sale.pressed);
  sale.taken = line.find("taken", "paper", sale.pressed);
  sale.acked = line.find("acked", "paper", sale.pressed);
  const { height } = await line.printer.state();
  sale.moved = sale.acked - Number(height) * DOT_MS; // the acknowledgement, had the paper needed no time
  await line.printer.say("tear");
  return sale;
}

const after = (sales, what) => sales.filter((sale) => sale[what] !== undefined).map((sale) => sale[what] - sale.pressed);

/** Where the time of the scans at a page went, by the node's log and the page. */
function sayShares(shop, till, scans, say) {
  const turns = shop.turns(till, "scan").slice(-scans.length);
  if (turns.length !== scans.length) return say(`the log tells of ${turns.length} scans, not of ${scans.length}`);
  say(`  sent → off the line      ${spread(turns.map((turn, i) => turn.came - scans[i].sent))}`);
  say(`  waited for its turn      ${spread(turns.map((turn) => turn.waited))}`);
  say(`  worked: found, priced    ${spread(turns.map((turn) => turn.worked))}`);
  say(`  stored, with other tills ${spread(turns.map((turn) => turn.stored))}`);
  say(`  events written           ${spread(turns.map((turn) => turn.shown))}`);
  say(`  written → in the document ${spread(turns.map((turn, i) => scans[i].dom - turn.committed - turn.shown))}`);
  say(`  document → frame painted ${spread(scans.map((scan) => scan.painted - scan.dom))}`);
}

/** Wait for the commit of each payment, out of the log. */
function commits(shop, till, sales) {
  const turns = shop.turns(till, "command");
  for (const sale of sales) sale.committed = turns.find((turn) => turn.came >= sale.pressed - 1)?.committed;
}

async function withPage(shop, counter) {
  const { Page } = await import("./till_page.mjs");
  counter.page = await Page.open(shop.node, { staff: counter.staff, pin: PIN, till: counter.till, float: "200" });
}

function goal(add, name, values, q, bound, samples) {
  add(name, values.length > 0 ? quantile(values, q) : Infinity, "ms", "<=", bound, null, samples);
}

/* ---- One till ---- */

async function scans(shop, counter, plan, say, add) {
  const random = generator(7), basket = basketMaker(11);
  const all = [], sales = [];
  const cpu = shop.cpu();
  while (all.length < plan.scans) {
    all.push(...(await scanAtPage(counter, basket(), 100, random)));
    sales.push(await payAtPage(counter));
    await follow(counter.line, sales.at(-1));
  }
  const spent = shop.cpu() - cpu;
  commits(shop, counter.till, sales);
  await counter.page.tune();
  const to = (what) => all.map((scan) => scan[what] - scan.sent);
  say(`${all.length} scans in ${sales.length} baskets; the page's clock is known to ±${counter.page.doubt.toFixed(2)} ms`);
  say(`scan → in the document   ${spread(to("dom"))}`);
  say(`scan → frame painted     ${spread(to("painted"))}`);
  say(`scan → the frame after   ${spread(to("next"))}`);
  sayShares(shop, counter.till, all, say);
  say(`CPU of the node ${(spent / all.length).toFixed(2)} ms a scan, its share of the sale included`);
  say(`pay → commit             ${spread(after(sales, "committed"))}`);
  say(`pay → drawer pulse       ${spread(after(sales, "pulse"))}`);
  say(`  of it commit → pulse     ${spread(sales.filter((sale) => sale.pulse && sale.committed).map((sale) => sale.pulse - sale.committed))}`);
  say(`pay → change on screen   ${spread(after(sales, "shown"))}`);
  say(`pay → receipt in printer ${spread(after(sales, "taken"))}`);
  say(`pay → printer says done  ${spread(after(sales, "acked"))}`);
  say(`  without the paper's time ${spread(after(sales, "moved"))}: it moves at ${SPEED} mm/s`);
  goal(add, "scan to line painted, p99, 100,000 products", to("next"), 0.99, 50, `${all.length} scans`);
  goal(add, "pay to drawer pulse, p99", after(sales, "pulse"), 0.99, 100, `${sales.length} sales`);
  goal(add, "pay to receipt accepted, p99", after(sales, "taken"), 0.99, 300, `${sales.length} sales`);
  goal(add, "pay to receipt acknowledged, less its time under the head, p99", after(sales, "moved"), 0.99, 300, `${sales.length} sales`);
}

/** Three items, total, a note, Enter: twelve keys. */
async function byHand(counter) {
  const { page } = counter;
  const start = clock();
  let machine = 0, due = start, from = start;
  const key = async (name) => {
    await pause(Math.max(0, due - clock()));
    await page.press(name);
    due = clock() + KEY_MS;
  };
  const waits = async (test) => {
    const shown = await page.until(test, from);
    machine += shown.next - page.pressed("Enter");
    from = shown.dom;
  };
  for (const [i, plu] of PLUS.entries()) {
    for (const digit of plu) await key(digit);
    await key("Enter");
    await waits((one) => one.screen === "sale-screen" && one.lines === i + 1);
  }
  await key("Enter");
  await waits((one) => one.screen === "tender-screen");
  await key("4"); // fifty yuan
  await key("Enter");
  await waits((one) => one.screen === "paid-screen");
  await page.take();
  const first = page.keys.find((one) => one.at >= start - 50).at;
  const last = page.seen.findLast((one) => one.screen === "paid-screen").next;
  page.keys.length = 0;
  return { wall: last - first, machine };
}

async function one(plan, say, add) {
  say("a node with 100,000 products and 100 promotions, one till: page, scanner, printer");
  const shop = await Shop.open("till");
  try {
    const counter = await shop.counter(1);
    await withPage(shop, counter);
    await shop.ready();
    await scans(shop, counter, plan, say, add);
    const runs = [];
    for (let i = 0; i < plan.hands; i++) {
      runs.push(await byHand(counter));
      await pause(1200);
    }
    const walls = runs.map((run) => run.wall), machine = runs.map((run) => run.machine);
    say(`three items by twelve keys, ${KEY_MS} ms each: ${spread(walls)}; the machine's part ${spread(machine)}`);
    add("cash sale of three items by keys, the slowest", Math.max(...walls), "ms", "<=", 3000, null, `${runs.length} sales, a key each ${KEY_MS} ms`);
    add("of it the machine's part, the slowest", Math.max(...machine), "ms", "<=", 300, null, `${runs.length} sales`);
    for (const trouble of counter.page.troubles) say(`the page: ${trouble}`);
  } finally {
    await shop.close();
  }
}

/* ---- Eight tills ---- */

/** Sell at a till that has a stream instead of a page. */
async function sellByStream(counter, codes, gap, random, out) {
  const { scanner, stream, hands, line } = counter;
  for (const [i, code] of codes.entries()) {
    const sent = scanner.scan(code);
    const event = await stream.until((now) => now.step === "sale" && now.lines === i + 1);
    out.scans.push({ sent, event: event.at, bytes: event.bytes, n: i + 1 });
    await pause(gap * (0.7 + 0.6 * random()) - (clock() - sent));
  }
  await hands.do("total");
  const { sale } = (await stream.until((now) => now.step === "tender")).till;
  const sold = { pressed: clock() };
  await hands.do("tender", { method: "cash", amount: sale.cash_total, total: sale.cash_total });
  sold.committed = sold.answered = clock();
  if (counter.dead) return;
  out.sales.push(await follow(line, sold));
}

async function sellByPage(counter, codes, gap, random, out) {
  out.scans.push(...(await scanAtPage(counter, codes, gap, random)));
  out.sales.push(await follow(counter.line, await payAtPage(counter)));
}

/** All tills for a while, each beginning a sale every `plan.every` ms when it can. */
async function rush(shop, plan, seconds, seed) {
  const end = clock() + 1000 * seconds;
  const from = clock(), cpu = shop.cpu();
  let sold = 0;
  const tills = shop.counters.map(async (counter, i) => {
    const random = generator(seed + i), basket = basketMaker(seed + 100 + i, 5);
    const out = { till: counter.till, scans: [], sales: [] };
    await pause((i * plan.every) / 8);
    while (clock() < end) {
      const begun = clock();
      await (counter.page ? sellByPage : sellByStream)(counter, basket(), 150, random, out);
      sold++;
      await pause(begun + plan.every - clock());
    }
    return out;
  });
  const tell = await Promise.all(tills);
  const minutes = (clock() - from) / 60_000;
  return { tills: tell, sold, rate: sold / minutes, cpu: (shop.cpu() - cpu) / sold, minutes };
}

function sayRush(run, say, add, name, bounds) {
  const [page, ...others] = run.tills;
  const painted = page.scans.map((scan) => scan.next - scan.sent);
  const told = others.flatMap((till) => till.scans.map((scan) => scan.event - scan.sent));
  const sales = run.tills.flatMap((till) => till.sales);
  say(`${name}: ${run.sold} sales, ${run.rate.toFixed(0)} a minute; CPU of the node ${run.cpu.toFixed(1)} ms a sale`);
  say(`  scan → the frame after, the page's till ${spread(painted)}`);
  say(`  scan → event, the other tills           ${spread(told)}`);
  say(`  pay → drawer pulse, all                 ${spread(after(sales, "pulse"))}`);
  say(`  pay → receipt in printer, all           ${spread(after(sales, "taken"))}`);
  say(`  pay → printer says done, all            ${spread(after(sales, "acked"))}`);
  say(`  the same without the paper's time       ${spread(after(sales, "moved"))}`);
  if (bounds) add(`${name}: sales a minute`, run.rate, "/min", ">=", 100, null, `${run.minutes.toFixed(1)} minutes`);
  goal(add, `${name}: scan to line painted, p99`, painted, 0.99, 50, `${painted.length} scans`);
  goal(add, `${name}: pay to drawer pulse, p99`, after(sales, "pulse"), 0.99, 100, `${sales.length} sales`);
  goal(add, `${name}: pay to receipt accepted, p99`, after(sales, "taken"), 0.99, 300, `${sales.length} sales`);
}

async function eight(plan, say, add) {
  say("the same with eight tills, each with scanner, printer and stream; the first has the page");
  const shop = await Shop.open("tills");
  try {
    const idle = await shop.node.resident();
    for (let i = 1; i <= 8; i++) {
      const counter = await shop.counter(i);
      if (i === 1) {
        await withPage(shop, counter);
        continue;
      }
      counter.hands = new Hands(shop.node.port, counter.till);
      await counter.hands.signIn(counter.staff, PIN);
      await counter.hands.do("shift_open", { opening_float: 20_000 });
      counter.stream = new Stream(shop.node.port, counter.till, counter.hands.token);
    }
    await shop.ready();
    const open = await shop.node.resident();
    const good = await rush(shop, plan, plan.seconds, 1000);
    sayRush(good, say, add, "8 tills", true);
    const dead = shop.counters[7];
    dead.dead = true;
    await dead.line.printer.say("power off");
    const bad = await rush(shop, plan, plan.seconds / 2, 2000);
    sayRush(bad, say, add, "7 tills beside a dead printer", false);
    const worked = await shop.node.resident();
    const sales = `${good.sold + bad.sold} sales`;
    const [a, b, c] = [idle, open, worked].map((bytes) => (bytes / MIB).toFixed(1));
    say(`resident memory: idle ${a} MiB, eight tills open ${b}, after ${sales} ${c}`);
    add("memory of the node after the work of 8 tills", worked / MIB, "MiB", "<=", 64, null, sales);
  } finally {
    await shop.close();
  }
}

/* ---- The cost of a scan in a basket ---- */

async function basket(plan, say, add) {
  say("a basket that grows to 100 lines");
  const shop = await Shop.open("basket");
  try {
    const counter = await shop.counter(2);
    counter.hands = new Hands(shop.node.port, counter.till);
    await counter.hands.signIn(counter.staff, PIN);
    await counter.hands.do("shift_open", { opening_float: 20_000 });
    counter.stream = new Stream(shop.node.port, counter.till, counter.hands.token);
    await shop.ready();
    const of = basketMaker(5), at = new Map();
    for (let round = 0; round < plan.rounds; round++) {
      const sent = [];
      for (const [i, code] of of(100).entries()) {
        sent.push(counter.scanner.scan(code));
        const event = await counter.stream.until((now) => now.step === "sale" && now.lines === i + 1);
        if (!at.has(i + 1)) at.set(i + 1, { wall: [], worked: [] });
        at.get(i + 1).wall.push(event.at - sent.at(-1));
        at.get(i + 1).bytes = event.bytes;
      }
      const turns = shop.turns(counter.till, "scan").slice(-sent.length);
      for (const [i, turn] of turns.entries()) at.get(i + 1).worked.push(turn.worked);
      await counter.hands.do("cancel", { reason: "bench" });
    }
    const around = (n, what) => median([n - 1, n, n + 1].filter((k) => at.has(k)).flatMap((k) => at.get(k)[what]));
    for (const n of [1, 10, 30, 100]) {
      const times = `worked ${around(n, "worked").toFixed(2)} ms, scan → event ${around(n, "wall").toFixed(1)} ms (medians)`;
      say(`${String(n).padStart(3)} lines: event ${at.get(n).bytes} B, ${times}`);
    }
    add("bytes of an event for a line of the basket", (at.get(100).bytes - at.get(10).bytes) / 90, "B", "<=", 512, null, "10 to 100 lines");
    add("work of a scan at 30 lines ÷ 1 line", around(30, "worked") / around(1, "worked"), "×", "<=", 6, null, `${plan.rounds} baskets`);
    add("work of a scan at 100 lines ÷ 30 lines", around(100, "worked") / around(30, "worked"), "×", "<=", 4, null, `${plan.rounds} baskets`);
  } finally {
    await shop.close();
  }
}

export const parts = { one, eight, basket };

export const plans = {
  quick: { scans: 40, hands: 1, seconds: 6, every: 2500, rounds: 2 },
  usual: { scans: 600, hands: 10, seconds: 60, every: 2500, rounds: 5 },
  full: { scans: 2000, hands: 30, seconds: 300, every: 2500, rounds: 10 },
};
