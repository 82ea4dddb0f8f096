// Receipts from outside: as data, as text on narrow and wide paper, as bytes for a printer; printers that are there, and one that is not.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exists, scratch, start, until } from "./node.mjs";
import { simulate } from "./sims.mjs";

const campaigns = [{ code: "SODA32", rule: "promotion.multibuy", params: { tag: "soda", buy: 3, pay: 2 }, title: { zh: "汽水买三付二", en: "Soda 3 for 2" } }];
const store = { name: "街角小店", address: "幸福路 1 号", phone: "021-5555" };

let node, clerk, boss, sale, back;
before(async () => {
  const data = scratch();
  mkdirSync(join(data, "pack"));
  writeFileSync(join(data, "pack/campaigns.json"), JSON.stringify({ campaigns }));
  node = await start({ data, settings: { store, rules: { folder: "pack" }, policy: { rounding_step: 10 } } });
  await node.product("SODA", 350, { name: "欢跃可乐", tags: "soda" });
  await node.product("RICE", 798, { name: "东北大米（长粒香，真空包装，产地直发）", weighed: true, unit: "kg", tax_rate: 90_000 });
  clerk = await node.login({ code: "1001" });
  boss = await node.login({ code: "2001", role: "manager" });
  await clerk.openShift(10_000);
  const items = [{ code: "SODA", quantity: 3000, note: "冰的" }, { code: "RICE", quantity: 1235 }];
  sale = await clerk.ask("POST", "/v1/sales", { items, tenders: [{ method: "cash", amount: 2000 }] });
  back = await clerk.ask("POST", `/v1/sales/${sale.id}/refunds`, { lines: [{ line: 1, quantity: 1000 }], reason: "漏气" });
});
after(async () => {
  const proof = await node.ask("GET", "/v1/reconciliation");
  assert.deepEqual(await node.stop(), { code: 0, signal: null });
  assert.equal(proof.agrees, true, JSON.stringify(proof));
});

const receipt = (id, query = "", headers = {}) => clerk.call("GET", `/v1/sales/${id}/receipt${query}`, undefined, { headers });
const wide = (line) => [...line].reduce((sum, c) => sum + (/[⺀-鿿＀-￯　-〿]/.test(c) ? 2 : 1), 0);

test("a receipt as data adds up", async () => {
  const { body } = await receipt(sale.id);
  assert.deepEqual([body.gross, body.discount, body.rounding, body.total], [2036, 350, -6, 1680]);
  assert.match(body.number, /^T01-\d{6}$/);
  assert.equal(body.gross - body.discount + body.rounding, body.total);
  assert.equal(body.taxes.reduce((sum, { net, tax }) => sum + net + tax, 0), body.total);
  assert.equal(body.lines.length, 2);
  assert.equal(body.discounts[0].amount, 350);
  const refund = (await receipt(back.id)).body;
  assert.equal(refund.original, body.number);
  assert.equal(refund.total, back.total);
  const byNumber = await receipt(body.number);
  assert.deepEqual(byNumber.body, body);
});

test("a receipt in print fits its paper in both languages and says everything", async () => {
  for (const columns of [32, 48]) {
    for (const [language, words] of [
      ["zh", ["销售小票", "汽水买三付二", "抹零", "应付", "找零"]],
      ["en", ["Soda 3 for 2", "Total", "Change"]],
    ]) {
      const answer = await receipt(sale.id, `?format=text&columns=${columns}`, { "Accept-Language": language });
      assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
      for (const word of [...words, store.name, store.address, store.phone, "16.80", "3.20", "1.235", "冰的", "T01-000001"]) assert.ok(answer.text.includes(word), `${word}:\n${answer.text}`);
      for (const line of answer.text.split("\n")) assert.ok(wide(line) <= columns, `${wide(line)} of ${columns}: ${line}`);
    }
  }
  const first = (await receipt(sale.id, "?format=text")).text;
  const copy = (await receipt(sale.id, "?format=text&copy=1")).text;
  assert.notEqual(first, copy);
  assert.match((await receipt(sale.id, "?copy=1")).text, /"copy":true/);
  assert.match((await receipt(back.id, "?format=text", { "Accept-Language": "zh" })).text, /漏气/);
  for (const [query, field] of [["?format=pdf", "format"], ["?format=text&columns=5", "columns"], ["?format=text&columns=999", "columns"]]) {
    const { status, body } = await receipt(sale.id, query);
    assert.equal(`${status} ${body.field}`, `400 ${field}`, query);
  }
  assert.equal((await receipt("T01-999999")).status, 404);
  assert.equal((await receipt("0198a000-0000-7000-8000-000000000000")).status, 404);
});

/** ESC/POS bytes as the text that ends on paper: commands away, GB18030 read. */
function paper(bytes) {
  const clean = [];
  for (let i = 0; i < bytes.length; i++) {
    const [c, d] = [bytes[i], bytes[i + 1]];
    if (c === 0x1b) i += d === 0x40 ? 1 : d === 0x70 ? 4 : 2;
    else if (c === 0x1d && d === 0x28) i += 4 + bytes[i + 3] + 256 * bytes[i + 4]; // GS ( : a QR code, a question
    else if (c === 0x1d && d === 0x6b) i += 3 + bytes[i + 3]; // GS k: a barcode
    else if (c === 0x1d && d === 0x76) i += 7 + (bytes[i + 4] + 256 * bytes[i + 5]) * (bytes[i + 6] + 256 * bytes[i + 7]);
    else if (c === 0x1d) i += d === 0x56 && bytes[i + 2] >= 0x41 ? 3 : 2;
    else if (c === 0x1c) i += d === 0x21 || d === 0x2d || d === 0x57 ? 2 : 1;
    else clean.push(c);
  }
  return new TextDecoder("gb18030", { fatal: true }).decode(Uint8Array.from(clean));
}

function bytesOf(id, query = "") {
  return fetch(`http://127.0.0.1:${node.port}/v1/sales/${id}/receipt?format=escpos${query}`, {
    headers: { Authorization: `Bearer ${clerk.session.token}`, "Accept-Language": "zh" },
  }).then(async (answer) => {
    assert.equal(answer.headers.get("content-type"), "application/octet-stream");
    return new Uint8Array(await answer.arrayBuffer());
  });
}

test("a member's telephone number is not for everybody who finds the receipt", async () => {
  const tenders = [{ method: "cash", amount: 350 }];
  for (const [member, shown] of [["13800138000", "138****8000"], ["+86 138-0013-8000", "+86 138-0****8000"], ["M-2041", "M-2041"], ["100200", "100200"]]) {
    const sold = await clerk.ask("POST", "/v1/sales", { items: [{ code: "SODA" }], tenders, member });
    assert.equal((await receipt(sold.id)).body.member, shown);
    assert.ok((await receipt(sold.id, "?format=text")).text.includes(shown));
    assert.equal((await clerk.ask("GET", `/v1/sales/${sold.id}`)).member, shown, "nor for every cashier");
    assert.equal((await boss.ask("GET", `/v1/sales/${sold.id}`)).member, member);
    const basket = await clerk.ask("POST", "/v1/baskets", {});
    const named = await clerk.ask("POST", `/v1/baskets/${basket.id}/events`, { kind: "member", text: member });
    assert.equal(named.member, shown);
    assert.equal((await boss.ask("GET", `/v1/baskets/${basket.id}`)).member, member);
  }
});

test("as ESC/POS it begins clean, is cut at the end, and reads as GB18030", async () => {
  for (const columns of [32, 48]) {
    const bytes = await bytesOf(sale.id, `&columns=${columns}`);
    assert.deepEqual([...bytes.slice(0, 2)], [0x1b, 0x40]);
    assert.ok(Buffer.from(bytes).includes(Buffer.from([0x1d, 0x56])), "a cut");
    const text = paper(bytes);
    for (const word of [store.name, "欢跃可乐", "汽水买三付二", "16.80", "冰的", "T01-000001"]) assert.ok(text.includes(word), `${word}:\n${text}`);
    assert.ok(!/[\x00-\x09\x0b-\x1f]/.test(text.replaceAll("\r", "")), "no control byte is left");
  }
});

// ---- Printers ----

/** A printer that answers; `jobs()` are the printouts on its paper, each to its cut. */
async function printer(t) {
  const simulator = await simulate(t, "printer");
  const jobs = async () => (await simulator.paper()).join("\n").split(/^\[cut\]\n?/m).filter((text) => text.trim() !== "");
  return { jobs, target: simulator.link };
}

/** A cashier at a new till with that printer. */
async function at(code, target) {
  await node.ask("POST", "/v1/tills", { code, printer: target, columns: 48 });
  const who = await node.signIn({ staff: "1001", pin: "2580", till: code });
  await who.openShift();
  return who;
}

const print = (who, body = {}, id = sale.id) => who.call("POST", `/v1/sales/${id}/print`, body);
const jobOf = (who, answer) => who.ask("GET", `/v1/print-jobs/${answer.body.job}`);
const isDone = async (who, answer) => until(async () => (await jobOf(who, answer)).state === "done", "the job");

test("a receipt is printed at the printer of the till that asks; once, and then as numbered copies", async (t) => {
  const { jobs, target } = await printer(t);
  const who = await at("P1", target);
  const answer = await print(who);
  assert.deepEqual([answer.status, answer.body.state, answer.body.device, answer.body.copy], [202, "queued", "P1.printer", 0]);
  await isDone(who, answer);
  assert.equal((await jobs()).length, 1);
  assert.match((await jobs())[0], /街角小店[^]*欢跃可乐/);
  assert.ok(!(await jobs())[0].includes("COPY"));
  const job = await jobOf(who, answer);
  assert.match(job.text, /\[CODE128\] R-T01-000001/);
  const again = [];
  for (let i = 1; i <= 3; i++) {
    again.push(await print(who, i === 1 ? {} : { copy: true }));
    assert.equal(again.at(-1).body.copy, i);
  }
  await isDone(who, again.at(-1));
  assert.equal((await jobs()).length, 4);
  for (let i = 1; i <= 3; i++) assert.ok((await jobs())[i].includes(`第${i}次`) || (await jobs())[i].includes(`COPY no. ${i}`), `copy ${i}`);
  const { jobs: list } = await who.ask("GET", "/v1/print-jobs?state=all&till=P1");
  assert.deepEqual(list.map(({ copy, state }) => `${copy} ${state}`), ["3 done", "2 done", "1 done", "0 done"]);
});

test("a retry with the same key, and ten presses at once, are one paper", async (t) => {
  const { jobs, target } = await printer(t);
  const who = await at("P6", target);
  const sold = await who.ask("POST", "/v1/sales", { items: [{ code: "SODA" }], tenders: [{ method: "cash", amount: 350 }] });
  const once = () => who.call("POST", `/v1/sales/${sold.id}/print`, {}, { headers: { "Idempotency-Key": "print-once" } });
  const first = await once();
  assert.equal((await once()).body.job, first.body.job);
  await isDone(who, first);
  assert.equal((await jobs()).length, 1);
});

test("a gift receipt tells no price", async (t) => {
  const { jobs, target } = await printer(t);
  const who = await at("P7", target);
  const answer = await print(who, { gift: true });
  await isDone(who, answer);
  assert.match((await jobs())[0], /欢跃可乐/);
  for (const price of ["3.50", "16.80", "3.20"]) assert.ok(!(await jobs())[0].includes(price), price);
});

test("a shift's report is printed", async (t) => {
  const { jobs, target } = await printer(t);
  const who = await at("P8", target);
  const answer = await who.call("POST", "/v1/shifts/current/print", {});
  assert.equal(answer.status, 202);
  await isDone(who, answer);
  assert.ok(!(await jobOf(who, answer)).text); // the count is blind: a cashier does not read it before
  const printed = await jobs();
  assert.equal(printed.length, 1);
  assert.match(printed[0], /P8/);
});

test("a printer may be a file, which grows", async () => {
  const file = join(node.data, "paper.bin");
  const who = await at("P2", `file:${file}`);
  const first = await print(who, { copy: true });
  await isDone(who, first);
  const size = readFileSync(file).length;
  assert.ok(size > 100);
  await isDone(who, await print(who, { copy: true }));
  assert.ok(readFileSync(file).length > 2 * size - 100);
});

test("a printer that is gone changes nothing for the sale; the job waits, and a person may drop it", async () => {
  const who = await at("P3", "tcp:127.0.0.1:9");
  const before = performance.now();
  const sold = await who.ask("POST", "/v1/sales", { items: [{ code: "SODA" }], tenders: [{ method: "cash", amount: 350 }], member: "13800138000" });
  const answer = await print(who, {}, sold.id);
  assert.equal(answer.status, 202);
  assert.ok(performance.now() - before < 1000);
  assert.match((await jobOf(who, answer)).state, /queued|held/);
  const decide = (word) => who.call("POST", `/v1/print-jobs/${answer.body.job}/decision`, { answer: word });
  assert.deepEqual([(await decide("printed")).status, (await decide("maybe")).body.field], [409, "answer"]);
  assert.equal((await decide("cancel")).body.job.state, "cancelled");
  assert.equal((await decide("cancel")).status, 409);
  assert.equal((await clerk.ask("GET", `/v1/sales/${sold.id}`)).total, 350);
  assert.ok(!node.log.includes("13800138000") && !node.log.includes("欢跃可乐"));
});

test("no printer, no sale, no such job, no such state: said at once", async () => {
  assert.deepEqual([(await print(clerk)).status, (await print(clerk)).body.field], [409, "printer"]);
  const office = await node.signIn({ staff: "2001", pin: "2580" });
  assert.equal((await print(office)).status, 409);
  const who = await at("P4", "tcp:127.0.0.1:9");
  const nobody = "0198a000-0000-7000-8000-000000000000";
  assert.equal((await print(who, {}, nobody)).status, 404);
  assert.equal((await print(who, { copies: 3 })).body.field, "copies");
  assert.equal((await print(boss, { copy: 1 })).body.field, "copy");
  assert.equal((await who.call("GET", `/v1/print-jobs/${nobody}`)).status, 404);
  assert.equal((await who.call("GET", "/v1/print-jobs?state=lost")).body.field, "state");
  assert.equal((await who.call("GET", "/v1/print-jobs?till=P99")).status, 404);
});

test("a till gets another printer without a restart", async (t) => {
  const { jobs, target } = await printer(t);
  const who = await at("P5", "tcp:127.0.0.1:9");
  await node.ask("PATCH", "/v1/tills/P5", { printer: target });
  await isDone(who, await print(who, { copy: true }));
  assert.equal((await jobs()).length, 1);
});
