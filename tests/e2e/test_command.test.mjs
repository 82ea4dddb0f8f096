// suanpan test: what it runs, what it says, and an exit status that can be believed.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { remove, scratch, suanpan } from "./node.mjs";

const RULE = `local offer = require "suanpan.offer"
local select = require "suanpan.select"

local half = {
  name = "promotion.half", version = "1.0.0", api = 1, phase = "promotion", summary = "Half of what has a tag",
  params = { tag = { type = "tag", required = true, doc = "Tag" } },
}

function half.check(params)
  if params.tag == "never" then
    return nil, "this tag is never halved"
  end
  return true
end

function half.evaluate(basket, params)
  local offers = offer.list()
  offers:percent(select.units(basket, { tag = params.tag }), 500000, { code = "half" })
  return offers
end

return half
`;
const CAMPAIGNS = JSON.stringify({
  campaigns: [{ code: "HALF", rule: "promotion.half", params: { tag: "soda" }, title: { zh: "半价", en: "Half price" } }],
});
const GOOD = `describe("half #price", function()
  it("takes half", function()
    local result = suanpan.rule("promotion.half"):price({ { "cola", 350, 2, tags = "soda" } }, { tag = "soda" })
    assert.equal(350, result.total)
  end)
  it("works in the pack", function()
    assert.equal(175, suanpan.price({ { "cola", 350, tags = "soda" } }).total)
  end)
end)
`;
const golden = (total) =>
  JSON.stringify({
    title: { zh: "汽水半价", en: "Soda at half price" },
    campaign: "HALF",
    basket: [{ item: "可乐", price: 350, quantity: 3, tags: ["soda"] }],
    expect: { total, discounts: [{ campaign: "HALF", line: 1, amount: 525 }] },
  });

const it = (body) => `describe("a", function() it("b", function() ${body} end) end)\n`;

/** A folder with these files that goes when the test ends. */
function folder(t, files) {
  const path = scratch();
  t.after(() => remove(path));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const pack = (t, files) => folder(t, { "rules/promotion/half.lua": RULE, "campaigns.json": CAMPAIGNS, ...files });

const run = (words, options) => suanpan(["test", ...words], options);

test("a pack's specs and golden baskets", async (t) => {
  const path = pack(t, { "spec/half_spec.lua": GOOD, "cases/soda.json": golden(525) });
  const result = await run([path, "-o", "TAP"]);
  assert.equal(result.code, 0, result.stdout + result.stderr);
  assert.match(result.stdout, /^ok 1 - half #price takes half$/m);
  assert.match(result.stdout, /^ok 3 - .*soda\.json 1 Soda at half price$/m);
  assert.match(result.stdout, /^1\.\.3$/m);
  assert.match(result.stderr, /3 passed, 0 failed/);
});

test("a golden basket that is off by a fen", async (t) => {
  const path = pack(t, { "spec/half_spec.lua": GOOD, "cases/soda.json": golden(524) });
  const result = await run([path, "-o", "TAP"]);
  assert.equal(result.code, 1);
  assert.match(result.stdout, /^not ok 3 /m);
  assert.match(result.stdout, /total: expected 524, got 525/);
});

test("golden baskets alone are tests", async (t) => {
  assert.equal((await run([pack(t, { "cases/soda.json": golden(525) })])).code, 0);
  assert.equal((await run([pack(t, { "cases/soda.json": "{" })])).code, 1);
});

test("golden baskets as receipts, in both languages", async (t) => {
  const path = pack(t, { "cases/soda.json": golden(525) });
  const english = await run([path, "--print-cases"]);
  assert.equal(english.code, 0);
  assert.match(english.stdout, /Soda at half price\n-+\n可乐\n {4}3 × 3\.50 +10\.50\n {4}Half price +-5\.25\n-+\nTotal +5\.25\n/);
  const chinese = await run([path, "--print-cases", "--lang", "zh"]);
  assert.match(chinese.stdout, /汽水半价\n-+\n可乐\n {4}3 × 3\.50 +10\.50\n {4}半价 +-5\.25\n-+\n应付 +5\.25\n/);
  writeFileSync(join(path, "cases/soda.json"), golden(1));
  const wrong = await run([path, "--print-cases"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /NOT AS EXPECTED\n {2}total: expected 1, got 525/);
});

const outcomes = [
  ["a failing test", it("assert.equal(1, 2)"), 1],
  ["an error", it('error("no")'), 1],
  ["a syntax error", 'describe("a" function() end)', 1],
  ["no test", "local nothing = 1", 1],
  ["only pending tests", 'describe("a", function() pending("b") end)', 1],
  ["os.exit in a test", it("os.exit(0)"), 1],
  ["os.exit in a file", `os.exit(0)\n${it("")}`, 1],
  ["os.exit swallowed by the test", it("pcall(os.exit, 0) assert.equal(1, 2)"), 1],
  ["os.exit taken away", `os.exit = function() end\n${it("assert.equal(1, 2)")}`, 1],
  ["an error in teardown", `describe("a", function() teardown(function() error("no") end) it("b", function() end) end)`, 1],
  ["an error in before_each", `describe("a", function() before_each(function() error("no") end) it("b", function() end) end)`, 1],
  ["a good one", it("assert.equal(2, 1 + 1)"), 0],
];

for (const [what, text, code] of outcomes) {
  test(`exit status of ${what}, whatever the output`, async (t) => {
    const path = folder(t, { "a_spec.lua": text });
    for (const handler of ["plainTerminal", "TAP", "json", "junit", "gtest"]) {
      const result = await run([path, "-o", handler]);
      assert.equal(result.code, code, `${handler}: ${result.stdout}${result.stderr}`);
      assert.doesNotMatch(result.stderr, /stack traceback/);
    }
  });
}

test("300 failures are still a failure", async (t) => {
  const path = folder(t, { "a_spec.lua": `describe("a", function() for n = 1, 300 do it("n" .. n, function() assert.equal(1, 2) end) end end)` });
  assert.equal((await run([path, "-o", "TAP"])).code, 1);
});

test("an existing spec that knows nothing of us", async (t) => {
  const path = folder(t, {
    "src/stack.lua": "local stack = {} function stack.new() return { list = {} } end return stack\n",
    "spec/helper.lua": "_G.helped = true\n",
    "spec/stack_spec.lua": `local stack = require "src.stack"
describe("a stack", function()
  it("is empty at first", function() assert.same({}, stack.new().list) end)
  it("#slow has its helper", function() assert.is_true(_G.helped) end)
end)
`,
    ".busted": `return { _all = { helper = "spec/helper.lua" }, slow = { tags = { "slow" } } }\n`,
  });
  const all = await run([".", "-o", "TAP"], { cwd: path });
  assert.equal(all.code, 0, all.stdout + all.stderr);
  assert.match(all.stdout, /^1\.\.2$/m);
  const some = await run([".", "-o", "TAP", "--run", "slow"], { cwd: path });
  assert.match(some.stdout, /^1\.\.1$/m);
  const elsewhere = await run(["-C", path, ".", "-o", "TAP"]);
  assert.equal(elsewhere.code, 0, elsewhere.stdout + elsewhere.stderr);
});

test("busted's options", async (t) => {
  const path = pack(t, { "spec/half_spec.lua": GOOD });
  const plan = async (...words) => {
    const result = await run([path, "-o", "TAP", ...words]);
    return [/^1\.\.(\d+)$/m.exec(result.stdout)?.[1], result.code];
  };
  assert.deepEqual(await plan("--filter", "takes"), ["1", 0]);
  assert.deepEqual(await plan("--filter-out=takes"), ["1", 0]);
  assert.deepEqual(await plan("-t", "price"), ["2", 0]);
  assert.deepEqual(await plan("--exclude-tags", "price"), ["0", 1]);
  assert.deepEqual(await plan("--shuffle", "--seed", "7"), ["2", 0]);
  assert.match((await run([path, "--list"])).stdout, /half #price works in the pack/);
  assert.equal((await run([path, "--list"])).code, 0);
  assert.equal((await run([path, "--version"])).stdout.trim().split(".")[0], "2");
  assert.equal((await run([path, "--no-such-flag"])).code, 1);
  const junit = join(path, "out.xml");
  assert.equal((await run([path, "-o", "junit", "-Xoutput", junit])).code, 0);
  assert.match(readFileSync(junit, "utf8"), /tests='2'/);
  assert.equal(JSON.parse((await run([path, "-o", "json"])).stdout).successes.length, 2);
});

test("one spec of a pack, and a pack's rules for it", async (t) => {
  const path = pack(t, { "spec/half_spec.lua": GOOD, "spec/other_spec.lua": it("error()"), "cases/soda.json": golden(1) });
  const one = await run([join(path, "spec/half_spec.lua"), "-o", "TAP"]);
  assert.equal(one.code, 0, one.stdout + one.stderr);
  assert.match(one.stdout, /^1\.\.2$/m);
  const inside = await run(["spec/half_spec.lua", "-o", "TAP"], { cwd: path });
  assert.equal(inside.code, 0, inside.stdout + inside.stderr);
});

test("which lines of which rule ran", async (t) => {
  const path = pack(t, { "spec/half_spec.lua": GOOD });
  const json = join(folder(t, {}), "coverage.json"); // in the pack it would be a stranger
  const result = await run([path, "--rule-coverage", "--rule-coverage-json", json]);
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /rules\/promotion\/half\.lua +\d+ +\d+ +9\d\.\d  11\n/);
  const [file] = JSON.parse(readFileSync(json, "utf8")).files;
  assert.deepEqual(file.missed, [11]);
  assert.equal(file.counts["11"], 0);
  assert.ok(file.counts["18"] > 0);
  assert.equal((await run([path, "--rule-coverage=90"])).code, 0);
  const short = await run([path, "--rule-coverage=99"]);
  assert.equal(short.code, 1);
  assert.match(short.stderr, /less than the 99% asked for/);
  writeFileSync(join(path, "spec/never_spec.lua"), it(`assert.is_nil((suanpan.rule("promotion.half"):check { tag = "never" }))`));
  assert.equal((await run([path, "--rule-coverage=100"])).code, 0);
});

test("the built-in pack, from the program itself", async (t) => {
  const path = folder(t, {});
  const result = await run(["-o", "TAP"], { cwd: path });
  assert.equal(result.code, 0, result.stdout.slice(-2000) + result.stderr);
  assert.match(result.stdout, /^1\.\.[1-9]\d+$/m);
});

test("a pack that is not there, a pack that does not build, help", async (t) => {
  const missing = await run(["/nowhere/pack"]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /there is no pack or spec \/nowhere\/pack/);
  const path = pack(t, { "campaigns.json": "{", "cases/soda.json": golden(525) });
  const broken = await run([path]);
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /campaigns\.json/);
  const help = await run(["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: suanpan test /);
  assert.match((await suanpan(["--lang", "zh", "test", "--help"])).stdout, /^用法：suanpan test /);
  assert.ok(!existsSync("coverage.json"));
});
