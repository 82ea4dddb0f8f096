// The node with its devices: every one of them unplugged in mid-sale, scans and weights that become lines, displays, and alarms that
// reach the till, the list and a webhook within ten seconds while selling goes on. SP_LONG=1 for more.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { running, until } from "./node.mjs";
import { configure, line, open, simulate, sleep, stock } from "./sims.mjs";

const LONG = process.env.SP_LONG === "1";
const ALARM_MS = 10_000;

/** An EAN of these digits with its check digit. */
function checked(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

/** Pieces of a sale, of all goods or of one. */
function pieces(sale, of) {
  return sale.lines.filter(({ code }) => !of || code === of).reduce((sum, { quantity }) => sum + quantity / 1000, 0);
}

/** Where alarms are pushed to. */
async function receiver(t) {
  const got = [];
  const server = createServer((request, answer) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      got.push(JSON.parse(text));
      answer.writeHead(204).end();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const webhook = `http://127.0.0.1:${server.address().port}/`;
  return { got, settings: { alarms: { webhook, secret: `whsec_${Buffer.from("thirty-two bytes of a secret ...").toString("base64")}` } } };
}

const is = (till, id, ...states) => till.when("devices", (list) => list.some((device) => device.id === id && states.includes(device.state)), `${id} is ${states}`);

test("what is unplugged is an alarm everywhere within ten seconds, and selling goes on", async (t) => {
  const hook = await receiver(t);
  const node = await running(t, { settings: hook.settings });
  await stock(node);
  await node.product("APPLE", 1000, { weighed: true });
  const printer = await simulate(t, "printer");
  const scale = await simulate(t, "scale");
  const display = await simulate(t, "display");
  const scanner = await simulate(t, "scanner");
  const drawer = { drawer: { pin: 2, open_level: "high" } };
  await configure(node, "receipt1", "T01", { ...printer.configuration, ...drawer });
  for (const [id, device] of Object.entries({ scale1: scale, pole1: display, scanner1: scanner })) await configure(node, id, "T01", device.configuration);
  const till = await open(t, node, "T01");
  await scale.tell("weight 500");
  await until(() => scanner.news.length > 0, "the scanner's line");
  await scanner.tell("scan 6901234567892");
  for (const id of ["receipt1", "scale1", "pole1", "scanner1"]) await is(till, id, "ready", "degraded");
  await till.do("cancel", { reason: "a first scan" });
  let sold = 0, selling = true, slowest = 0;
  const sales = (async () => {
    for (; selling; sold++) {
      const begin = performance.now();
      await till.sell("A1");
      slowest = Math.max(slowest, performance.now() - begin);
      await sleep(150);
    }
  })();

  for (const [id, device] of [["receipt1", printer], ["scanner1", scanner], ["pole1", display], ["scale1", scale]]) {
    await device.unplug();
    await sleep(500);
    await device.plug();
    await is(till, id, "ready", "degraded", "proving");
  }
  if (scanner.news.length) await scanner.tell("scan 6901234567892");
  await sleep(4500);
  const links = ["link", "silent", "scanner_gone"];
  assert.deepEqual(till.shown.alarms.filter(({ fault }) => links.includes(fault)), [], "a bumped cable is nobody's business");

  for (const [id, device, fault] of [["receipt1", printer, "link"], ["scanner1", scanner, "scanner_gone"], ["scale1", scale, "link"], ["pole1", display, "link"]]) {
    const begin = performance.now();
    const left = () => Math.max(1, ALARM_MS - (performance.now() - begin));
    await device.unplug();
    await until(() => till.alarm(id, fault), `${id} at the till`, left());
    await until(async () => JSON.stringify(await till.ask("GET", "/v1/alarms")).includes(`"${id}"`), `${id} in the list`, left());
    await until(() => hook.got.some(({ dev, state }) => dev === id && state === "raised"), `${id} at the receiver`, left());
    const alarm = till.alarm(id, fault);
    assert.equal(alarm.till, "T01");
    await till.ask("POST", `/v1/alarms/${alarm.id}/acknowledge`, {});
    await until(() => till.alarm(id, fault)?.state === "acknowledged", `${id} is seen`);
    await device.plug();
    await until(() => !till.alarm(id, fault), `${id} is well again`, 20_000);
    await until(() => hook.got.some(({ dev, state }) => dev === id && state === "cleared"), `the end of ${id} at the receiver`);
  }
  selling = false;
  await sales;
  assert.ok(sold > 20 && slowest < 2000, `${sold} sales, the slowest took ${slowest} ms`);

  await until(async () => (await till.ask("GET", "/v1/print-jobs")).jobs.length === 0, "the paper", 20_000);
  await printer.tell("drawer closed");
  await until(() => till.shown.devices.find(({ id }) => id === "receipt1").drawer_open === false, "the drawer is shut");
  await sleep(3500); /* long after our own pulse */
  await printer.tell("drawer open");
  await until(() => till.alarm("receipt1", "drawer_forced"), "a drawer that opens by itself", ALARM_MS);
  await printer.tell("drawer closed");
  await until(() => !till.alarm("receipt1", "drawer_forced"), "it is shut again");
  const begin = performance.now();
  await till.do("drawer", { reason: "change", approval: { staff: "2001", pin: "7777" } });
  await until(() => till.alarm("receipt1", "drawer_open"), "a drawer that is left open", 45_000);
  const waited = performance.now() - begin;
  assert.ok(waited > 29_000 && waited < 40_000, `${waited} ms`);
  await printer.tell("drawer closed");
  await until(() => !till.alarm("receipt1", "drawer_open"), "it is shut");
});

test("three tills with one fault are one critical alarm", async (t) => {
  const hook = await receiver(t);
  const node = await running(t, { settings: hook.settings });
  await stock(node, ["T02", "T03"]);
  const tills = [], printers = [];
  for (const [i, code] of ["T01", "T02", "T03"].entries()) {
    printers.push(await simulate(t, "printer"));
    await configure(node, `receipt${i + 1}`, code, printers[i].configuration);
    tills.push(await open(t, node, code));
    await is(tills[i], `receipt${i + 1}`, "ready");
  }
  for (const printer of printers) await printer.unplug();
  await until(() => tills[0].shown.alarms.filter(({ sev, fault }) => sev === "critical" && fault === "link").length === 1, "one critical", ALARM_MS);
  await until(() => hook.got.some(({ sev }) => sev === "critical"), "told to the receiver", ALARM_MS);
  for (const till of tills) await till.sell("A1");
  for (const printer of printers) await printer.plug();
  await until(() => tills.every((till) => till.shown.alarms.length === 0), "all is well", 30_000);
});

test("500 codes at two tills, twenty a second, are lines in their order", { timeout: 120_000 }, async (t) => {
  const node = await running(t);
  await stock(node, ["T02"]);
  const codes = [];
  for (let i = 0; i < 100; i++) {
    codes.push(checked(`69012${String(i).padStart(7, "0")}`));
    await node.product(`P${i}`, 100 + i, { barcode: codes[i] });
  }
  const each = LONG ? 500 : 250;
  await Promise.all(["T01", "T02"].map(async (code, which) => {
    const scanner = await line(t);
    await configure(node, `scanner${which + 1}`, code, { class: "scanner", link: scanner.link });
    const till = await open(t, node, code);
    await scanner.up();
    let expected = [];
    for (let sent = 0; sent < each; sent++) {
      const n = (sent * (which + 3)) % 97;
      expected.push(`P${n}`);
      const half = Math.floor(codes[n].length / 2);
      scanner.send(codes[n].slice(0, half));
      await sleep(3);
      scanner.send(`${codes[n].slice(half)}\r`);
      await sleep(47);
      if (sent % 50 !== 49) continue;
      const distinct = [...new Set(expected)];
      await till.when("till", ({ sale }) => sale && pieces(sale) === expected.length, `${expected.length} pieces`).catch((error) => {
        throw new Error(`${error.message}: ${pieces(till.shown.till.sale)}; ${JSON.stringify(till.shown.notice)}`);
      });
      assert.deepEqual([...new Set(till.shown.till.sale.lines.map((item) => item.code))], distinct, "in the order of the scans");
      await till.pay();
      expected = [];
    }
    assert.equal(till.shown.notice.filter(({ code: kind }) => kind === "scan-lost").length, 0);
  }));
});

test("codes of every kind: unknown, broken off, a payment too early, labels of scales", async (t) => {
  const node = await running(t);
  await stock(node);
  await node.product("00123", 1280, { weighed: true, name: "Apples" });
  const scanner = await line(t);
  await configure(node, "scanner1", "T01", { class: "scanner", link: scanner.link });
  const till = await open(t, node, "T01");
  await scanner.up();
  const notice = (code) => till.when("notice", (list) => list.some((entry) => entry.code === code), `the notice ${code}`);
  const scan = (code) => scanner.send(`${code}\r\n`);
  scan("4006381333931");
  scan("6901234567892");
  await till.when("till", ({ sale }) => sale?.lines.length === 1, "the line behind an unknown code");
  await notice("unknown-code");
  scan("134567890123456789");
  await notice("early-payment");
  assert.equal(till.shown.till.sale.lines.length, 1);
  assert.ok(!JSON.stringify(till.shown).includes("134567890123456789"), "it is masked");
  scan("2000123008356");
  await till.when("till", ({ sale }) => sale?.lines.some(({ code, paid, gross }) => code === "00123" && (gross ?? paid) === 835), "a label with its price");
  scan(checked("22001230083500652"));
  await till.when("till", ({ sale }) => sale?.lines.length === 3, "a label with price and weight");
  const [, , packet] = till.shown.till.sale.lines;
  assert.deepEqual([packet.quantity, packet.gross], [652, 835]);
  scanner.send("69012345");
  await sleep(900);
  await notice("scan-lost");
  scan("6901234567892");
  await till.when("till", ({ sale }) => pieces(sale, "A1") === 2, "the next one is read");
  scanner.send("690123");
  scanner.unplug();
  await sleep(200);
  scanner.plug();
  await scanner.up();
  scan("6901234567892");
  await till.when("till", ({ sale }) => pieces(sale, "A1") === 3, "after the cable was in again");
  await till.pay();
});

test("a weight is sold when it stands still, once, and its evidence is what the scale sent", async (t) => {
  const node = await running(t);
  await stock(node);
  await node.product("APPLE", 1000, { weighed: true });
  const scale = await simulate(t, "scale");
  await configure(node, "scale1", "T01", { ...scale.configuration, e_g: 2, min_g: 40 });
  const till = await open(t, node, "T01");
  await scale.tell("weight 652 moving");
  await is(till, "scale1", "ready", "degraded");
  await sleep(800);
  await till.do("add", { code: "APPLE" });
  assert.equal(till.shown.till.ask?.kind ?? "weight", "weight");
  const moving = await till.send("weigh", { code: "APPLE" });
  assert.ok(moving.status === 409, "a moving weight is not sold");
  await node.ask("POST", "/v1/devices/scale1/actions", { do: "capture" }, { headers: { "Idempotency-Key": "c1" } });
  await scale.tell("weight 652 stable");
  await till.when("weight", ({ sellable, value }) => sellable && value === 652, "a weight that stands still");
  const { till: after } = await till.do("weigh", { code: "APPLE" });
  const item = after.sale.lines.at(-1);
  assert.deepEqual([item.quantity, item.gross, item.weight.net ?? item.weight.value], [652, 652, 652]);
  const twice = await till.send("weigh", { code: "APPLE" });
  assert.equal(twice.status, 409, "the same apples are not sold twice");
  const { bytes } = await node.ask("POST", "/v1/devices/scale1/actions", { do: "capture" }, { headers: { "Idempotency-Key": "c2" } });
  const journal = JSON.stringify(await node.ask("GET", "/v1/journal?limit=200"));
  const raw = journal.match(/raw\\?":\\?"([0-9a-f]+)/)[1];
  const came = bytes.split("\n").map((row) => row.split(" < ")[1]?.replaceAll(" ", "") ?? "").join("");
  assert.ok(raw.length > 8 && came.includes(raw), `${raw} is a frame as it came in ${came.slice(-400)}`);
  await scale.tell("remove");
  await till.when("weight", ({ value }) => value === 0, "an empty pan");
  await scale.tell("weight 652 stable");
  await till.when("weight", ({ sellable, value }) => sellable && value === 652, "other apples");
  assert.equal((await till.do("weigh", { code: "APPLE" })).till.sale.lines.length, 2);
  await scale.tell("weight 20 stable");
  await till.when("weight", ({ value }) => value === 20, "too little");
  const sentences = [moving, twice, await till.send("weigh", { code: "APPLE" })].map(({ body }) => body.detail ?? body.title);
  assert.equal(new Set(sentences).size, 3, `each refusal has its own sentence: ${sentences.join(" / ")}`);
  await scale.tell("stall on");
  await till.when("weight", ({ old, stable, sellable }) => old && !stable && !sellable, "a weight that is old");
});

test("what was sold from the pan before the node was killed is not sold again", async (t) => {
  const node = await running(t);
  await stock(node);
  await node.product("APPLE", 1000, { weighed: true });
  const scale = await simulate(t, "scale");
  await configure(node, "scale1", "T01", { ...scale.configuration, e_g: 2, min_g: 40 });
  const till = await open(t, node, "T01");
  await scale.tell("weight 540");
  await till.when("weight", ({ sellable, value }) => sellable && value === 540, "apples");
  await till.do("weigh", { code: "APPLE" });
  await node.kill();
  till.leave();
  Object.assign(till, { node: await node.again(), shown: {}, events: [] });
  await till.follow();
  await till.when("weight", ({ sellable, value }) => sellable && value === 540, "the same apples");
  assert.equal((await till.send("weigh", { code: "APPLE" })).status, 409, "they are in the basket already");
  await scale.tell("remove");
  await till.when("weight", ({ value }) => value === 0, "an empty pan");
  await scale.tell("weight 540");
  await till.when("weight", ({ sellable, value }) => sellable && value === 540, "other apples");
  assert.equal((await till.do("weigh", { code: "APPLE" })).till.sale.lines.length, 2);
});

test("the customer's display: item, total, change; and again after its cable was out", async (t) => {
  const node = await running(t);
  await stock(node);
  const display = await simulate(t, "display");
  await configure(node, "pole1", "T01", display.configuration);
  const till = await open(t, node, "T01");
  await is(till, "pole1", "ready");
  const shows = (pattern) => until(async () => pattern.test((await display.tell("text")).join(" ")), `the display shows ${pattern}`);
  await till.do("scan", { code: "6901234567892" });
  await shows(/Product A1.*5\.50/);
  const { till: total } = await till.do("total");
  await shows(/TOTAL +5\.50/);
  await display.unplug();
  await till.do("tender", { method: "cash", amount: 1000, total: total.sale.total });
  await display.plug();
  await shows(/CHANGE +4\.50/);
});

test("a customer who reads English sees English names", async (t) => {
  const node = await running(t, { settings: { language: "en" } });
  await stock(node);
  await node.ask("POST", "/v1/products", { code: "LOAF", name: "面包", name_en: "Rye loaf", price: 850 });
  const display = await simulate(t, "display");
  await configure(node, "pole1", "T01", display.configuration);
  const till = await open(t, node, "T01");
  await is(till, "pole1", "ready");
  await till.do("add", { code: "LOAF" });
  await until(async () => /Rye loaf.*8\.50/.test((await display.tell("text")).join(" ")), "the English name");
});

test("a display without Chinese never shows question marks", async (t) => {
  const node = await running(t, { settings: { store: { name: "欢跃便利店" } } });
  await stock(node);
  await node.ask("POST", "/v1/products", { code: "LOAF", name: "面包", name_en: "Rye loaf", price: 850 });
  await node.ask("POST", "/v1/products", { code: "K-7", name: "苹果", price: 5_020_000_000 });
  const display = await simulate(t, "display");
  await configure(node, "pole1", "T01", { ...display.configuration, chinese: false });
  const till = await open(t, node, "T01");
  await is(till, "pole1", "ready");
  const shows = (pattern) => until(async () => pattern.test((await display.tell("text")).join(" ")), `the display shows ${pattern}`);
  await shows(/Welcome/);
  await till.do("add", { code: "LOAF" });
  await shows(/Rye loaf.*8\.50/);
  await till.do("add", { code: "K-7" });
  await shows(/K-7 .*TOTAL +50200008\.50/); /* every digit */
});

test("a display that comes in the middle of a sale shows it", async (t) => {
  const node = await running(t);
  await stock(node);
  const display = await simulate(t, "display");
  const till = await open(t, node, "T01");
  await till.do("scan", { code: "6901234567892" });
  await configure(node, "pole1", "T01", display.configuration);
  await until(async () => /Product A1.*5\.50/.test((await display.tell("text")).join(" ")), "the sale that is open");
});

test("a scanner's GS1 codes are sold with their separators, and people never see one", async (t) => {
  const node = await running(t);
  await stock(node);
  const scanner = await simulate(t, "scanner");
  await configure(node, "scanner1", "T01", scanner.configuration);
  const till = await open(t, node, "T01");
  await until(() => scanner.news.length > 0, "the scanner's line");
  const codes = ["]C1010690123456789210L1\x1d17290101", "\x1d010690123456789210L2\x1d17290101\x1d", "010690123456789210L3\x1d17290101"];
  for (const [i, code] of codes.entries()) {
    await scanner.tell(`scan ${code}`);
    await until(() => till.shown.till?.sale?.lines?.[i]?.lot === `L${i + 1}`, `code ${i + 1} is sold`);
  }
  assert.ok(!JSON.stringify(till.shown).includes("\\u001d"));
});

test("a scanner on the scale's line is told to be the wrong device", async (t) => {
  const node = await running(t);
  await stock(node);
  const wrong = await line(t);
  await configure(node, "scale1", "T01", { class: "scale", link: wrong.link, protocol: "aclas_os2" });
  const till = await open(t, node, "T01");
  await wrong.up();
  const chatter = setInterval(() => wrong.send("6901234567892\r"), 300);
  t.after(() => clearInterval(chatter));
  await until(() => till.alarm("scale1", "wrong_device"), "the alarm", 15_000);
  assert.ok(!till.events.some(({ name, data }) => name === "devices" && data.some(({ id, state }) => id === "scale1" && state === "ready")), "it was never ready");
  const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  await node.ask("PUT", "/v1/devices/scale2", { till: "T01", class: "scale", link: "tcp:127.0.0.1:9", protocol: "aclas_os2", verification: day(5) });
  await until(() => till.alarm("scale2", "verification")?.sev === "warn", "a verification that ends soon");
  await node.ask("PUT", "/v1/devices/scale2", { till: "T01", class: "scale", link: "tcp:127.0.0.1:9", protocol: "aclas_os2", verification: day(300) });
  await until(() => !till.alarm("scale2", "verification"), "a new one");
  const bad = await node.admin("PUT", "/v1/devices/scale2", { till: "T01", class: "scale", link: "tcp:127.0.0.1:9", protocol: "aclas_os2", verification: "soon" });
  assert.deepEqual([bad.status, bad.body.field], [400, "verification"]);
});
