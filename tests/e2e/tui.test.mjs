// The till on a terminal: a sale by keys alone, people who may and may not, a node that goes and comes back, and a
// terminal that is as it was before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { running, suanpan } from "./node.mjs";
import { open } from "./terminal.mjs";

const CASHIER = { code: "1001", name: "Wang", role: "cashier", pin: "2580" };
const MANAGER = { code: "2001", name: "Li", role: "manager", pin: "7777" };
const MEMORY_KB = 10 * 1024;

async function shop(t) {
  const node = await running(t);
  for (const person of [CASHIER, MANAGER]) await node.ask("POST", "/v1/staff", person);
  await node.product("A1", 550, { barcode: "6901234567892", name: "可口可乐 500ml" });
  await node.product("B1", 300, { barcode: "6909876543213", name: "Green tea" });
  await node.product("W1", 1998, { name: "Apples", weighed: true, unit: "kg" });
  return node;
}

const words = (node, more = []) => ["till", "--tui", "--url", `http://127.0.0.1:${node.port}`, ...more];

async function sign(terminal, { code, pin } = CASHIER) {
  await terminal.sees("Sign in");
  terminal.enter(code);
  terminal.enter(pin);
}

/** A till with an open shift, ready to sell. */
async function till(t, node, { more = ["--till", "T01"], ...options } = {}) {
  const terminal = open(t, words(node, more), options);
  await sign(terminal);
  await terminal.sees("Open the shift");
  terminal.enter("100");
  await terminal.sees("Ready for the next customer");
  return terminal;
}

test("a whole sale by keys", async (t) => {
  const node = await shop(t);
  const terminal = await till(t, node);
  await terminal.sees("Online");
  terminal.enter("6901234567892");
  await terminal.sees("可口可乐 500ml");
  terminal.type("3*");
  await terminal.sees("16.50");
  terminal.enter("B1");
  await terminal.sees("Green tea");
  terminal.press("+");
  await terminal.sees(/Green tea +2 +3\.00 +6\.00/);
  terminal.press("Up", "-");
  await terminal.sees(/500ml +2 +5\.50 +11\.00/);
  terminal.press("Down", "Delete");
  await terminal.loses("Green tea");
  terminal.press("F12");
  await terminal.sees("To pay");
  terminal.type("4");
  await terminal.sees(/Cash given +50\.00/);
  terminal.press("Enter");
  await terminal.sees("T01-000001");
  await terminal.sees("Change");
  t.diagnostic(`${terminal.memory} kB resident`);
  if (!terminal.sanitized) assert.ok(terminal.memory <= MEMORY_KB);
  terminal.press("Enter");
  await terminal.sees("Ready for the next customer");
  const [sale] = (await node.ask("GET", "/v1/sales")).sales;
  assert.equal(sale.total, 1100);
});

test("everything else a cashier does has a key", async (t) => {
  const node = await shop(t);
  const terminal = await till(t, node);
  terminal.press("F2");
  await terminal.sees("Initials of pinyin");
  terminal.enter("kkkl");
  await terminal.sees("Found goods");
  terminal.press("1");
  await terminal.sees(/500ml +1 +5\.50/);
  terminal.press("F11");
  await terminal.sees("Why this price");
  await terminal.sees("Enter closes");
  terminal.press("Enter");
  await terminal.loses("Why this price");
  terminal.enter("W1");
  await terminal.sees("Weight in kilograms");
  terminal.enter("0.5");
  await terminal.sees(/Apples +0\.5 +19\.98 +9\.99/);
  terminal.press("F7");
  terminal.enter("red coat");
  await terminal.sees("Parked 1");
  terminal.press("F8");
  await terminal.sees("red coat");
  terminal.press("1");
  await terminal.sees("Apples");
  terminal.press("F12");
  await terminal.sees("To pay");
  terminal.press("F4");
  await terminal.sees("Has the money come?");
  terminal.enter("9917");
  await terminal.sees("T01-000001");
  terminal.press("F9", "Enter");
  await terminal.sees("Return or exchange");
  await terminal.sees("1…9 take a line");
  terminal.press("1", "Enter");
  await terminal.sees("Why does it come back?");
  terminal.press("Enter");
  await terminal.sees(/500ml +-1/);
  terminal.press("F12");
  await terminal.sees("To give back");
  terminal.press("Enter");
  await terminal.sees("T01-000002");
  terminal.press("Enter", "F10");
  await terminal.sees("Report of the shift (X)");
  terminal.press("7");
  await terminal.sees("Enter closes");
  terminal.press("Enter", "F10");
  await terminal.sees("Close the shift");
  terminal.press("8");
  await terminal.sees("Count everything in the drawer");
  terminal.enter("100");
  await terminal.sees("Report");
  terminal.press("Enter");
  await terminal.sees("Open the shift");
});

test("a wrong PIN, a manager who agrees, and a lock", async (t) => {
  const node = await shop(t);
  const terminal = open(t, words(node)); // no till named: it is chosen
  await terminal.sees("Sign in");
  terminal.enter("1001");
  terminal.type("1111");
  await terminal.sees("****");
  assert.ok(!terminal.output.includes("1111"), "a PIN is never shown");
  terminal.press("Enter");
  await terminal.sees(/wrong|not right/i);
  terminal.enter("2580");
  await terminal.sees("Which till is this?");
  terminal.press("1");
  await terminal.sees("Open the shift");
  terminal.press("Enter");
  await terminal.sees("Ready for the next customer");
  terminal.enter("A1");
  await terminal.sees("500ml");
  terminal.press("F4");
  await terminal.sees("Percent off");
  terminal.press("1");
  terminal.enter("90");
  terminal.press("Enter");
  await terminal.sees("A manager has to agree");
  terminal.enter("2001");
  terminal.enter("0000");
  await terminal.sees(/PIN/);
  await terminal.sees(/wrong|not right/i);
  terminal.enter("7777");
  await terminal.loses("A manager has to agree");
  await terminal.sees("-4.95");
  terminal.press("F10");
  await terminal.sees("Lock or change person");
  const cap = terminal.text.match(/(\w) +Lock or change person/)[1];
  terminal.press(cap);
  await terminal.sees("Locked");
  terminal.enter("2580");
  await terminal.loses("Locked");
  await terminal.sees("500ml");
});

test("the node is killed in the middle: the same sale is there when it comes back", async (t) => {
  const node = await shop(t);
  const terminal = await till(t, node);
  terminal.enter("A1");
  await terminal.sees("500ml");
  await node.kill();
  await terminal.sees("Reconnecting…");
  terminal.enter("B1"); // waits, and happens once
  await terminal.sees("Unsynced 1");
  await node.again({ port: node.port });
  await terminal.sees("Green tea", 30_000);
  await terminal.sees("Online", 30_000);
  await terminal.sees(/Green tea +1 +3\.00 +3\.00/);
  await terminal.sees(/500ml +1 +5\.50 +5\.50/);
  terminal.press("Enter");
  await terminal.sees("To pay");
  terminal.press("Enter");
  await terminal.sees("T01-000001");
});

test("over the socket, in Chinese, in forty columns; and in ASCII", async (t) => {
  const node = await shop(t);
  const args = ["--data", node.data, "till", "--tui", "--till", "T01", "--lang", "zh"];
  const terminal = open(t, args, { columns: 40, rows: 20 });
  await terminal.sees("登录");
  terminal.enter("1001");
  terminal.enter("2580");
  await terminal.sees("开班");
  terminal.press("Enter");
  await terminal.sees("请接待下一位顾客");
  terminal.enter("A1");
  await terminal.sees("可口可乐");
  await terminal.sees("1 x 5.50");
  terminal.resize(80, 24);
  await terminal.sees(/可口可乐 500ml +1 +5\.50 +5\.50/);
  terminal.press("CtrlC");
  await terminal.sees("离开终端？");
  terminal.press("Enter");
  assert.equal((await terminal.ended()).status, 0);
  const plain = open(t, [...args, "--ascii"], {});
  await plain.sees("Sign in");
  plain.enter("1001");
  plain.enter("2580");
  await plain.sees("KKKL 500ml");
  assert.match(plain.text, /^[\n\x20-\x7e]*$/);
});

test("whatever ends it, the terminal is as it was", async (t) => {
  const node = await shop(t);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGABRT", "SIGSEGV"]) {
    const terminal = open(t, words(node, ["--till", "T01"]));
    await terminal.sees("Sign in");
    assert.ok(terminal.screen.alternate);
    process.kill(terminal.pid, signal);
    const { status, modes } = await terminal.ended();
    assert.match(modes, /\sicanon\b/, signal);
    assert.match(modes, /\secho\b/, signal);
    assert.equal(terminal.screen.alternate, false, signal);
    assert.equal(terminal.screen.cursor, true, signal);
    assert.equal(status === 0, !["SIGABRT", "SIGSEGV"].includes(signal), `${signal}: ${status}`);
  }
});

test("it says what it cannot do", async () => {
  const none = await suanpan(["till"]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /suanpan till --tui/);
  const both = await suanpan(["till", "--tui", "--url", "http://127.0.0.1:1", "--data", "/nowhere"]);
  assert.equal(both.code, 1);
  const pipe = await suanpan(["till", "--tui", "--till", "T01"]);
  assert.equal(pipe.code, 1);
  assert.match(pipe.stderr, /needs a terminal/);
  const tls = await suanpan(["till", "--tui", "--url", "https://127.0.0.1:1"]);
  assert.match(tls.stderr, /--data/);
});
