// What the node makes of devices that are set up twice, that come and go, or that are something else: said once, and in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { running, suanpan, until } from "./node.mjs";
import { configure, line, open, simulate, sleep, stock } from "./sims.mjs";

test("a link has one device: the second is refused where it is set up, and where the node finds it", async (t) => {
  const node = await running(t);
  await stock(node, ["T02"]);
  const printer = await simulate(t, "printer");
  const { link } = printer.configuration;
  const alias = link.replace("127.0.0.1", "localhost");
  await configure(node, "receipt1", "T01", printer.configuration);
  const again = await node.admin("PUT", "/v1/devices/receipt2", { till: "T02", ...printer.configuration, link: alias });
  assert.deepEqual([again.status, again.body.field], [409, "link"]);
  assert.match(again.body.detail ?? again.text, /receipt1/);
  const till = await node.admin("PATCH", "/v1/tills/T02", { printer: link });
  assert.deepEqual([till.status, till.body.field], [409, "printer"]);
  const told = await suanpan(["device", "add", "scanner1", JSON.stringify({ class: "scanner", link }), "--data", node.data]);
  assert.notEqual(told.code, 0);
  assert.match(told.stderr + told.stdout, /link: .*receipt1/);
  await configure(node, "receipt1", "T01", { ...printer.configuration, columns: 42 }); // itself is not another one
  await node.ask("PATCH", "/v1/tills/T01", { printer: link }); // its own till's printer gives way to it
  await node.ask("DELETE", "/v1/devices/receipt1");
  const taken = await node.admin("PUT", "/v1/devices/receipt3", { till: "T02", ...printer.configuration });
  assert.deepEqual([taken.status, taken.body.field], [409, "link"]);
  assert.match(taken.body.detail ?? taken.text, /T01/);
  await node.ask("PATCH", "/v1/tills/T01", { printer: "" });
  await configure(node, "receipt3", "T02", printer.configuration);
  await until(async () => (await node.ask("GET", "/v1/devices")).find(({ id }) => id === "receipt3").live?.state === "ready", "the one that is left");
});

test("a cable that is bumped again and again is one alarm, of a device that works all the time", async (t) => {
  const node = await running(t);
  await stock(node);
  const scanner = await line(t);
  await configure(node, "scanner1", "T01", { class: "scanner", link: scanner.link });
  const till = await open(t, node, "T01");
  const code = "6901234567892";
  for (let i = 0; i < 7; i++) {
    await scanner.up();
    scanner.send(`${code}\r\n`);
    await till.when("till", ({ sale }) => (sale?.lines ?? []).reduce((sum, { quantity }) => sum + quantity / 1000, 0) === i + 1, `scan ${i + 1}`);
    await sleep(1100);
    const { connections } = scanner;
    scanner.sockets.forEach((socket) => socket.destroy());
    await until(() => scanner.connections > connections, "it is back");
  }
  scanner.send(`${code}\r\n`);
  await until(() => till.alarm("scanner1", "garbled"), "the alarm");
  assert.equal(till.alarm("scanner1", "garbled").detail, "flapping");
  await till.when("devices", (list) => list.some(({ id, state, flapping }) => id === "scanner1" && state === "degraded" && flapping), "degraded");
  const alarms = await till.ask("GET", "/v1/alarms");
  assert.equal((alarms.alarms ?? alarms).filter(({ device, dev }) => (device ?? dev) === "scanner1").length, 1);
});
