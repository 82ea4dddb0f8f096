// The runner itself: a program that ends badly must never count as good.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pool, run } from "./process.mjs";
import { countNode, countTap, skippedTap, verdict } from "./tap.mjs";

const folder = mkdtempSync(join(tmpdir(), "suanpan-runner-"));
let number = 0;

const bash = (script, seconds = 10) => run(["bash", "-c", script], { seconds, log: join(folder, `${number++}.log`) });

const cases = [
  ["two good tests", "echo 1..2; echo ok 1 - a; echo ok 2 - b", { passed: 2, failed: 0 }],
  ["two groups", "echo 1..1; echo ok 1; echo 1..1; echo ok 1", { passed: 2, failed: 0 }],
  ["a failure told", "echo 1..2; echo ok 1; echo not ok 2; exit 1", { passed: 1, failed: 1 }],
  ["a skip", "echo 1..2; echo ok 1; echo 'ok 2 # SKIP no printer'", { passed: 1, failed: 0, skipped: 1 }],
  ["a skip as cmocka says it", "echo 1..2; echo ok 1; echo 'not ok 2 # SKIP b'", { passed: 1, failed: 0, skipped: 1 }],
  ["nothing but a skip", "echo 1..1; echo 'ok 1 - a # SKIP no kernel'", { passed: 0, failed: 0, skipped: 1 }],
  ["an exit code nobody explained", "echo 1..1; echo ok 1; exit 3", { passed: 1, failed: 1, problem: "ended with 3" }],
  ["a crash", "echo 1..2; echo ok 1; kill -SEGV $$", { passed: 1, failed: 1, problem: "crashed: SIGSEGV" }],
  ["a crash after a failure", "echo not ok 1; kill -ABRT $$", { failed: 2, problem: "crashed: SIGABRT" }],
  ["a plan not done", "echo 1..3; echo ok 1", { passed: 1, failed: 1, problem: "broke off after 1 of 3 tests" }],
  ["nothing at all", "true", { passed: 0, failed: 1, problem: "ran no test" }],
];

for (const [what, script, expected] of cases) {
  test(what, async () => {
    const result = await bash(script);
    const told = verdict(result, countTap(result.output));
    for (const [key, value] of Object.entries(expected)) assert.equal(told[key], value, key);
  });
}

test("a late program is ended with what it started", async () => {
  const mark = join(folder, "late");
  const result = await bash(`(sleep 2; touch ${mark}) & echo 1..1; echo ok 1; sleep 60`, 0.3);
  const told = verdict(result, countTap(result.output));
  assert.deepEqual([told.failed, told.problem], [1, "took too long"]);
  assert.ok(result.seconds < 2);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  assert.throws(() => readFileSync(mark), "the child outlived its parent");
});

test("a program that leaves another behind does not hang the run", async () => {
  const result = await bash("sleep 60 & echo 1..1; echo ok 1");
  assert.equal(result.code, 0);
  assert.ok(result.seconds < 5);
});

test("a program that is not there", async () => {
  const result = await run([join(folder, "none")], { seconds: 5, log: join(folder, "none.log") });
  assert.equal(verdict(result, countTap(result.output)).failed, 1);
});

test("output goes to the log, errors included", async () => {
  const log = join(folder, "both.log");
  await run(["bash", "-c", "echo out; echo err >&2"], { seconds: 5, log });
  assert.deepEqual(readFileSync(log, "utf8").trim().split("\n").sort(), ["err", "out"]);
});

test("a skip says why", () => {
  const output = "1..3\nok 1 - a\nok 2 - b # SKIP no printer\nnot ok 3 # SKIP c\n";
  assert.deepEqual(skippedTap(output), ["b # SKIP no printer", "# SKIP c"]);
});

test("node's closing lines", () => {
  const output = "ok 1 - a\n# tests 7\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n";
  assert.deepEqual(countNode(output), { planned: 7, passed: 4, failed: 2, skipped: 1 });
  assert.equal(verdict({ code: 1, signal: null, late: false }, countNode("SyntaxError")).failed, 1);
});

test("the pool keeps the order and the width", async () => {
  let busy = 0;
  let most = 0;
  const work = async (item) => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 10 - item));
    busy--;
    return item * 2;
  };
  assert.deepEqual(await pool([1, 2, 3, 4, 5], 2, work), [2, 4, 6, 8, 10]);
  assert.equal(most, 2);
  assert.deepEqual(await pool([], 2, work), []);
});

test("every lane of the pool but the first starts from the end", async () => {
  const begun = [];
  const work = async (item) => {
    begun.push(item);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await pool(["unit", "fuzz", "e2e", "browser"], 3, work);
  assert.deepEqual(begun.slice(0, 3), ["unit", "browser", "e2e"]);
  assert.equal(begun.length, 4);
});
