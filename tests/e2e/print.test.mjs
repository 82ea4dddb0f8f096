// Paper, exactly once: a node that is killed at every moment of a printout, printers that lose power and cable, drawers that open now
// or never, printers that come and go while jobs wait, and one that is dead among eight. SP_LONG=1 for many more cases.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { randomUUID } from "node:crypto";
import { running, until } from "./node.mjs";
import { configure, open, simulate, sleep, stock } from "./sims.mjs";

const LONG = process.env.SP_LONG === "1";
const seed = Number(process.env.SP_SEED ?? Date.now() % 1_000_000);
let state = seed || 1;

function random(n) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
}

/** Every time a receipt is on the paper, whole or not: { number, copy (0: the original), whole }. */
function receipts(paper) {
  const found = [];
  paper.forEach((line, at) => {
    const number = line.match(/(?:小票号|No\.): (\S+)/)?.[1];
    if (!number) return;
    const before = paper.slice(Math.max(0, at - 5), at).findLast((text) => /重打|\[cut\]|CODE128/.test(text));
    const copy = Number(before?.match(/第(\d+)次/)?.[1] ?? 0);
    const rest = paper.slice(at + 1);
    const end = rest.findIndex((text) => /CODE128|小票号|No\.: /.test(text));
    found.push({ number, copy, whole: end >= 0 && rest[end].includes("CODE128") });
  });
  return found;
}

const jobsOf = async (till, query = "state=open") => (await till.ask("GET", `/v1/print-jobs?${query}&limit=200`)).jobs;
const settled = (till, ms = 10_000) => until(async () => (await jobsOf(till)).length === 0, "no open print job", ms);
const ready = (till, id) => till.when("devices", (list) => list.some((device) => device.id === id && ["ready", "degraded"].includes(device.state)), `${id} is ready`);
const decide = (till, job, answer) => till.ask("POST", `/v1/print-jobs/${job.id}/decision`, { answer });

/** A node with tills T01, T02 … and a simulated printer each. */
async function shop(t, manners, options) {
  const node = await running(t, options);
  const shop = { node, tills: [], printers: [] };
  await stock(node, manners.slice(1).map((_, i) => `T0${i + 2}`));
  for (const [i, { args = [], more = {} }] of manners.entries()) {
    const printer = await simulate(t, "printer", args);
    await configure(node, `receipt${i + 1}`, `T0${i + 1}`, { ...printer.configuration, ...more });
    shop.printers.push(printer);
    shop.tills.push(await open(t, node, `T0${i + 1}`));
  }
  await Promise.all(shop.tills.map((till, i) => ready(till, `receipt${i + 1}`)));
  return shop;
}

/** The node was killed: another on the same folder; the pages come back with their cookies. */
async function again(shop) {
  shop.node = await shop.node.again();
  for (const till of shop.tills) {
    till.leave();
    Object.assign(till, { node: shop.node, shown: {}, events: [] });
    await till.follow();
  }
}

/** Nothing moves on the paper any more. */
async function quiet(printer) {
  let before = "";
  await until(async () => {
    const { line, waiting } = await printer.state();
    const still = waiting === 0 && line === before;
    before = line;
    await sleep(100);
    return still;
  }, "the paper stands still");
}

// ---- 1. Exactly once ----

test(`a node that is killed at any moment prints every receipt once (seed ${seed})`, async (t) => {
  const manners = [
    {},
    { args: ["--speed", "150"] },
    { args: ["--speed", "150"], more: { profile: "epson-tm-t82iii-ch" } },
    { args: ["--speed", "200", "--mute"], silent: true },
    { args: ["--speed", "150"], more: { mute: true } },
    { args: ["--speed", "120", "--buffer", "512"] },
  ];
  const moments = ["sending", "sent", "acked", "done", 0, 8, 20, 60, 300, 900];
  const here = await shop(t, manners);
  const person = { reprints: new Map(), cancelled: new Set(), asked: 0 };
  const sold = here.tills.map(() => []);
  let cases = 0;

  /** Somebody who looks at the paper. */
  const look = async (cancels) => {
    for (const job of await jobsOf(here.tills[0])) {
      if (job.state !== "uncertain") continue;
      const i = here.tills.findIndex(({ code }) => code === job.till);
      await quiet(here.printers[i]);
      const there = receipts(await here.printers[i].paper()).some(({ number, copy, whole }) => number === job.title && copy === job.copy && whole);
      const answer = there ? "printed" : cancels && random(4) === 0 ? "cancel" : "reprint";
      await decide(here.tills[i], job, answer);
      person.asked++;
      if (answer === "cancel") person.cancelled.add(job.title);
      if (answer === "reprint") person.reprints.set(job.title, (person.reprints.get(job.title) ?? 0) + 1);
    }
  };

  const killAt = async (moment) => {
    const watched = here.tills[random(here.tills.length)];
    if (typeof moment === "number") return sleep(moment + random(moment + 4));
    let seen;
    const change = new Promise((resolve) => (seen = resolve));
    watched.hear = (name, jobs) => {
      if (name === "till" && jobs.last?.print === moment) seen();
      if (name === "print" && jobs.some((job) => job.till === watched.code && job.kind === "receipt" && job.state === moment)) seen();
    };
    await Promise.race([change, sleep(1500)]);
    watched.hear = undefined;
  };

  for (let round = 0; round < (LONG ? 60 : 8); round++) {
    const keys = here.tills.map(() => randomUUID());
    const commands = [];
    for (const till of here.tills) {
      await till.do("scan", { code: "A1" });
      const total = (await till.do("total")).till;
      commands.push({ method: manners[commands.length].silent ? "card" : "cash", amount: total.sale.cash_total, total: total.sale.total });
    }
    const death = killAt(moments[(round + random(2)) % moments.length]).then(() => here.node.kill());
    const answers = await Promise.all(here.tills.map((till, i) => till.send("tender", commands[i], keys[i]).catch(() => null)));
    await death;
    await again(here);
    for (const [i, till] of here.tills.entries()) {
      const answer = answers[i]?.status === 200 ? answers[i] : await till.send("tender", commands[i], keys[i]);
      assert.equal(answer.status, 200, answer.text);
      sold[i].push(answer.body.till.last.receipt);
      cases++;
    }
    await sleep(100 + random(300));
    await look(true);
  }
  for (let i = 0; i < 150 && (await jobsOf(here.tills[0])).length > 0; i++) {
    await look(false);
    const left = await jobsOf(here.tills[0]);
    const stuck = left.length > 0 && left.every(({ till, state }) => manners[Number(till.slice(1)) - 1].silent && state !== "uncertain");
    if (!stuck || left.every(({ state }) => state === "queued")) {
      await sleep(200); /* a printer is being asked whether it is there: that takes a silent one seconds */
      continue;
    }
    await sleep(600); /* sent, and this printer never says that it is on paper: what a start makes of it */
    await here.node.kill();
    await again(here);
  }
  assert.deepEqual(await jobsOf(here.tills[0]), []);
  for (const [i, printer] of here.printers.entries()) {
    await quiet(printer);
    const all = receipts(await printer.paper());
    for (const number of sold[i]) {
      const mine = all.filter((receipt) => receipt.number === number);
      const told = `${number} on printer ${i + 1}: ${JSON.stringify(mine)}`;
      const copies = mine.filter(({ copy }) => copy > 0);
      assert.ok(mine.filter(({ copy }) => copy === 0).length <= 1, `two originals: ${told}`);
      assert.equal(new Set(copies.map(({ copy }) => copy)).size, copies.length, `a copy twice: ${told}`);
      assert.ok(copies.length <= (person.reprints.get(number) ?? 0), `a copy that nobody wanted: ${told}`);
      assert.ok(mine.some(({ whole }) => whole) || person.cancelled.has(number), `lost: ${told}`);
    }
    assert.equal(new Set(sold[i]).size, sold[i].length, "every sale is one sale");
    assert.ok((await printer.state()).pulses <= sold[i].length, "no drawer opened twice");
  }
  assert.ok(cases >= 40);
  t.diagnostic(`${cases} cases, a person was asked ${person.asked} times`);
  assert.equal((await here.node.stop({ keep: true })).code, 0);
});

test("a printer that loses its power or its cable at any stage: once, or a person is asked", async (t) => {
  const here = await shop(t, [{ args: ["--speed", "150"] }, { args: ["--speed", "150"], more: { profile: "epson-tm-t82iii-ch" } }]);
  const sold = [[], []];
  const reprints = [new Set(), new Set()];
  const moments = ["sending", "sent", 0, 3, 30, 300, 600];
  for (const [round, moment] of (LONG ? [...moments, ...moments, ...moments] : moments).entries()) {
    const power = round % 2 === 0;
    await Promise.all(here.tills.map(async (till, i) => {
      const seen = typeof moment === "number" ? sleep(moment) : Promise.race([new Promise((resolve) => {
        till.hear = (name, jobs) => name === "print" && jobs.some((job) => job.till === till.code && job.kind === "receipt" && job.state === moment) && resolve();
      }), sleep(1500)]);
      const { last } = await till.sell("A1");
      sold[i].push(last.receipt);
      await seen;
      if (power) await here.printers[i].tell("power off");
      else await here.printers[i].unplug();
      await sleep(random(400));
      if (power) await here.printers[i].tell("power on");
      else await here.printers[i].plug();
      await till.when("devices", (list) => list.find(({ id }) => id === `receipt${i + 1}`).state !== "offline", "it is back");
    }));
    await until(async () => {
      const open = await jobsOf(here.tills[0]);
      for (const job of open.filter(({ state }) => state === "uncertain")) {
        const i = Number(job.till.slice(1)) - 1;
        await quiet(here.printers[i]);
        const there = receipts(await here.printers[i].paper()).some(({ number, copy, whole }) => number === job.title && copy === job.copy && whole);
        await decide(here.tills[i], job, there ? "printed" : "reprint");
        if (!there) reprints[i].add(job.title);
      }
      return open.length === 0;
    }, `round ${round}: everything is settled`, 20_000);
  }
  for (const [i, printer] of here.printers.entries()) {
    const all = receipts(await printer.paper());
    for (const number of sold[i]) {
      const mine = all.filter((receipt) => receipt.number === number);
      assert.ok(mine.filter(({ copy }) => copy === 0).length <= 1, JSON.stringify(mine));
      assert.ok(mine.some(({ whole }) => whole), `lost: ${number}`);
      assert.ok(reprints[i].has(number) || mine.length === 1, JSON.stringify(mine));
    }
  }
  await until(() => !here.tills.some((till) => till.shown.alarms.some(({ fault }) => fault === "uncertain_job")), "the alarms of what was decided end");
});

// ---- 2. Drawers ----

test("a drawer opens once and before its receipt, and never later", async (t) => {
  const here = await shop(t, [{}]);
  const [till] = here.tills, [printer] = here.printers;
  for (let i = 0; i < 5; i++) await till.sell("A1");
  await settled(till);
  const order = (await printer.paper()).filter((line) => /^\[drawer|小票号/.test(line)).map((line) => (line.startsWith("[") ? "drawer" : "receipt"));
  assert.deepEqual(order, Array(5).fill(["drawer", "receipt"]).flat());
  await printer.unplug();
  await till.sell("A1");
  await until(async () => (await jobsOf(till, "state=all")).some(({ kind, state }) => kind === "drawer" && state === "cancelled"), "the drawer is given up", 9000);
  await till.when("notice", (list) => list.some(({ code, text }) => code === "drawer" && /key/.test(text)), "the cashier is told to use the key");
  await till.when("till", ({ last }) => last.print === "held", "and that the receipt waits");
  await printer.plug();
  await settled(till, 20_000);
  assert.equal((await printer.state()).pulses, 5, "not when the printer is back");
  assert.equal(receipts(await printer.paper()).length, 6, "but the receipt comes");
  await printer.unplug();
  await till.sell("A1");
  await here.node.kill();
  await printer.plug();
  await again(here);
  await settled(till, 20_000);
  assert.equal((await printer.state()).pulses, 5, "not after a start either");
  assert.equal(receipts(await printer.paper()).length, 7);
  await printer.tell("cover open");
  await till.when("devices", ([device]) => device.faults.includes("cover"), "the open cover");
  await till.sell("A1");
  await sleep(6500);
  await printer.tell("cover closed");
  await settled(till, 20_000);
  assert.deepEqual([(await printer.state()).pulses, receipts(await printer.paper()).length], [5, 8]);
  await till.sell("A1");
  await settled(till);
  assert.equal((await printer.state()).pulses, 6);
});

// ---- 5. Printers that come and go ----

test("a printer is changed, removed and replaced while jobs wait", async (t) => {
  const node = await running(t);
  await stock(node);
  const till = await open(t, node, "T01");
  const old = await simulate(t, "printer"), other = await simulate(t, "printer");
  await configure(node, "receipt1", "T01", { class: "printer", link: "tcp:127.0.0.1:9", profile: "generic-80" });
  await till.sell("A1");
  await till.when("print", (jobs) => jobs.some(({ kind, state }) => kind === "receipt" && state === "held"), "it is held");
  await configure(node, "receipt1", "T01", old.configuration);
  await settled(till);
  assert.deepEqual(receipts(await old.paper()), [{ number: "T01-000001", copy: 0, whole: true }], "where the printer is now");

  await old.tell("paper 0");
  await till.when("devices", ([device]) => device.faults.includes("paper_out"), "no paper");
  await till.sell("A1");
  await till.when("print", (jobs) => jobs.some(({ reason, state }) => state === "held" && reason === "paper_out"), "it waits for paper");
  await node.ask("DELETE", "/v1/devices/receipt1");
  await sleep(300);
  await till.ask("POST", `/v1/sales/${till.shown.till.last.sale}/print`, {}).catch(() => {}); /* wakes the printers: there is none */
  await till.when("print", (jobs) => jobs.some(({ reason }) => reason === "removed"), "its printer is gone");
  const busy = () => readFileSync(`/proc/${node.child.pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0);
  const before = busy();
  await sleep(1000);
  assert.ok(busy() - before < 25, "nobody looks for it again and again");
  await configure(node, "receipt2", "T01", other.configuration);
  await ready(till, "receipt2");
  const [waiting] = await jobsOf(till);
  assert.equal((await decide(till, waiting, "retry")).job.device, "receipt2");
  await settled(till);
  assert.equal(receipts(await other.paper()).length, 1, "at the printer of now");
  assert.equal(receipts(await old.paper()).length, 1);

  const bad = [[{ class: "printer" }, "link"], [{ class: "toaster", link: "tcp:h:1" }, "class"], [{ profile: "no-such" }, "profile"], [{ charset: "latin9" }, "charset"], [{ link: "lpt1" }, "link"],
    [{ link: "evdev:/dev/input/event0" }, "link"], [{ colour: 1 }, "colour"], [{ drawer: { pin: 3 } }, "drawer.pin"], [{ status: { poll_ms: 1 } }, "status.poll_ms"], [{ columns: 3 }, "columns"]];
  for (const [wrong, field] of bad) {
    const answer = await node.admin("PUT", "/v1/devices/receipt2", { ...(field === "link" && !wrong.link ? {} : other.configuration), ...wrong });
    assert.deepEqual([answer.status, answer.body.field], [400, field], JSON.stringify(wrong));
  }
  await till.sell("A1");
  await settled(till);
  assert.equal(receipts(await other.paper()).length, 2, "a refused configuration changes nothing");
});

test("a printer that is taken away while it prints: a person is asked", async (t) => {
  const here = await shop(t, [{ args: ["--speed", "60"] }]);
  const [till] = here.tills;
  await till.sell("A1");
  await till.when("print", (jobs) => jobs.some(({ kind, state }) => kind === "receipt" && state === "sent"), "it is on its way");
  await here.node.ask("DELETE", "/v1/devices/receipt1");
  await till.when("print", (jobs) => jobs.some(({ state, reason }) => state === "uncertain" && reason === "removed"), "a doubt");
  const [job] = await jobsOf(till);
  await decide(till, job, "printed");
  await settled(till);
  await quiet(here.printers[0]);
  assert.ok(receipts(await here.printers[0].paper()).length <= 1);
});

test("tills that name one target share one connection; a file will do as well", async (t) => {
  const node = await running(t);
  const printer = await simulate(t, "printer");
  await stock(node, ["T02", "T03"]);
  for (const code of ["T01", "T02", "T03"]) await node.ask("PATCH", `/v1/tills/${code}`, { printer: printer.link });
  const tills = [];
  for (const code of ["T01", "T02", "T03"]) tills.push(await open(t, node, code));
  await Promise.all(tills.map((till) => till.sell("A1")));
  await settled(tills[0]);
  assert.deepEqual(receipts(await printer.paper()).map(({ number }) => number).sort(), ["T01-000001", "T02-000001", "T03-000001"]);
  assert.deepEqual((await node.ask("GET", "/v1/devices")).map(({ id }) => id), ["T01.printer"]);
  assert.equal(printer.news.filter((line) => line.includes("connected")).length, 1);
  const paper = `${node.data}/paper.bin`;
  await node.ask("PATCH", "/v1/tills/T02", { printer: `file:${paper}` });
  await tills[1].sell("A1");
  await settled(tills[1]);
  assert.ok(readFileSync(paper).length > 200);
});

test("a till hears of its own printouts, not of the others', and of those of nobody", async (t) => {
  const node = await running(t);
  const printer = await simulate(t, "printer");
  await stock(node, ["T02"]);
  const tills = [];
  for (const code of ["T01", "T02"]) {
    await node.ask("PATCH", `/v1/tills/${code}`, { printer: printer.link });
    tills.push(await open(t, node, code));
  }
  await printer.unplug();
  await Promise.all(tills.map((till) => till.sell("A1")));
  const titles = (jobs) => jobs.filter(({ kind }) => kind === "receipt").map(({ title }) => title);
  for (const [i, till] of tills.entries()) {
    const own = `T0${i + 1}-000001`;
    await till.when("print", (jobs) => titles(jobs).join() === own, `${own} waits`);
    assert.equal(till.events.filter(({ name, data }) => name === "print" && titles(data).some((title) => title !== own)).length, 0);
  }
  await node.ask("POST", "/v1/devices/T01.printer/actions", { do: "test" });
  for (const till of tills) await till.when("print", (jobs) => jobs.at(-1)?.kind === "test" && jobs.length === 2, "a page of nobody's behind it");
  await printer.plug();
  for (const till of tills) await till.when("print", (jobs) => jobs.length === 0, "all is printed");
});

// ---- 6. Eight printers ----

test("seven printers do not wait for the one that is dead", async (t) => {
  const here = await shop(t, Array(8).fill({}));
  const round = async (tills) => {
    const times = [];
    for (let i = 0; i < (LONG ? 30 : 8); i++) {
      await Promise.all(tills.map(async (till) => {
        const begin = performance.now();
        const done = new Promise((resolve) => {
          till.hear = (name, section) => name === "till" && section.last?.print === "done" && section.last.receipt !== till.seen && resolve(section.last.receipt);
        });
        await till.sell("A1");
        till.seen = await Promise.race([done, sleep(10_000).then(() => assert.fail(`${till.code} waits for paper`))]);
        times.push(performance.now() - begin);
      }));
    }
    return times.sort((a, b) => a - b);
  };
  const seven = here.tills.slice(0, 7), dead = here.tills[7];
  await round(seven);
  const alive = await round(seven);
  await here.printers[7].unplug();
  for (let i = 0; i < 60; i++) await dead.sell("A1"); /* more than a driver takes into its hands */
  const alone = await round(seven);
  await here.printers[7].plug();
  await here.printers[7].tell("stall on");
  await sleep(500);
  const stalled = await round(seven);
  const at = (times, part) => times[Math.floor(times.length * part)];
  t.diagnostic(`median ms: ${[alive, alone, stalled].map((times) => at(times, 0.5).toFixed(1))}; p90 ${[alive, alone, stalled].map((times) => at(times, 0.9).toFixed(1))}`);
  for (const times of [alone, stalled]) assert.ok(at(times, 0.5) < 2 * at(alive, 0.5) + 10, "the median of the others");
  await here.printers[7].tell("calm");
  await settled(here.tills[0], 30_000);
  assert.equal(receipts(await here.printers[7].paper()).filter(({ copy, whole }) => copy === 0 && whole).length, 60, "and its own receipts come in the end");
});

// ---- 7. The end ----

test("a node that is told to end while it prints waits for the paper", async (t) => {
  const here = await shop(t, [{ args: ["--speed", "150"] }]);
  const [till] = here.tills, [printer] = here.printers;
  for (const moment of ["sending", "sent", "queued"]) {
    await settled(till);
    const seen = till.when("print", (jobs) => moment === "queued" || jobs.some(({ kind, state }) => kind === "receipt" && state === moment), moment, 2000).catch(() => {});
    const { last } = await till.sell("A1");
    await seen;
    assert.equal((await here.node.stop({ keep: true })).code, 0);
    await again(here);
    await settled(till);
    const job = (await jobsOf(till, "state=all")).find(({ title }) => title === last.receipt);
    assert.equal(job.state, "done");
    assert.deepEqual(receipts(await printer.paper()).filter(({ number }) => number === last.receipt), [{ number: last.receipt, copy: 0, whole: true }]);
  }
});

// ---- 8. What it costs to print for a long time ----

test("memory and descriptors do not grow with printing", async (t) => {
  const [before, after] = LONG ? [250, 750] : [60, 120];
  const here = await shop(t, [{}, { more: { profile: "epson-tm-t82iii-ch" } }]);
  const measure = () => ({
    kb: Number(readFileSync(`/proc/${here.node.child.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]),
    open: readdirSync(`/proc/${here.node.child.pid}/fd`).length,
  });
  const sell = async (n) => {
    for (let i = 0; i < n; i++) {
      await Promise.all(here.tills.map((till) => till.sell("A1")));
      if (i % 25 === 0) await settled(here.tills[0]);
      if (i % 50 === 0) {
        await here.printers[0].unplug();
        await here.printers[0].plug();
      }
      for (const till of here.tills) till.events.length = 0;
    }
    await settled(here.tills[0], 30_000);
  };
  await sell(before);
  const early = measure();
  await sell(after);
  const late = measure();
  const tills = here.tills.length;
  t.diagnostic(`${JSON.stringify(early)} after ${before * tills} sales, ${JSON.stringify(late)} after ${(before + after) * tills}`);
  assert.ok(late.kb < early.kb * 1.25, "memory");
  assert.ok(late.open <= early.open + 4, "descriptors");
});

test("narrow paper: a till that says nothing prints as wide as its printer's profile", async (t) => {
  const here = await shop(t, [{ more: { profile: "generic-58" } }, { more: { profile: "generic-80", columns: 42 } }]);
  for (const [i, columns] of [32, 42].entries()) {
    const till = here.tills[i];
    await till.sell("A1");
    const [job] = await jobsOf(till, `state=all&till=T0${i + 1}`);
    const { text } = await till.ask("GET", `/v1/print-jobs/${job.id}`);
    const widest = Math.max(...text.split("\n").filter((line) => /^-+$/.test(line)).map((line) => line.length));
    assert.equal(widest, columns, text);
  }
});
