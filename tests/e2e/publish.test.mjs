// `suanpan publish`, `rollback` and `rules` from outside: what they send, tell, change and refuse, in both languages.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { remove, running, scratch, suanpan } from "./node.mjs";

const own = `
local offer = require "suanpan.offer"
local select = require "suanpan.select"
local rule = { name = "promotion.own", version = "1.0.0", api = 1, phase = "promotion", priority = 500, summary = "A rule of the tests" }
rule.params = { percent = { type = "ppm", default = 100000, doc = "Off" } }
function rule.evaluate(basket, params)
  local offers = offer.list()
  for _, line in ipairs(select.lines(basket, { tag = "fruit" })) do offers:percent(line, params.percent, { code = "own" }) end
  return offers
end
return rule
`;
const tea = { code: "TEA", rule: "promotion.multibuy", params: { tag: "tea" } };
const apple = { basket: [{ item: "apple", price: 300, quantity: 2, tags: ["fruit"] }], expect: { total: 540 } };
const spec = (value) => `describe("own", function() it("counts", function() assert.equal(${value}, 1 + 1) end) end)`;
const acme = {
  "pack.json": { name: "acme", version: "1.0", groups: { item: { mode: "best" } } },
  "campaigns.json": { campaigns: [tea] },
  "campaigns/OWN.json": { code: "OWN", rule: "promotion.own" },
  "rules/promotion/own.lua": own,
  "stores/S1.json": { campaigns: {} },
  "cases/apple.json": apple,
  "notes/idea.txt": "no file of a pack",
};

/** A folder that can be changed: put(path, content) writes, put(path) removes. */
function pack(t, files) {
  const folder = scratch();
  t.after(() => remove(folder));
  const put = (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (content === undefined) rmSync(join(folder, path));
    else writeFileSync(join(folder, path), typeof content === "string" || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  return { folder, put };
}

async function shop(t, settings = {}) {
  const node = await running(t, { settings: { tills: ["T01", "T02"], ...settings } });
  await node.product("APPLE", 300, { tags: "fruit" });
  const who = {};
  for (const till of ["T01", "T02"]) who[till] = await node.login({ till });
  const totals = async () => Promise.all(["T01", "T02"].map(async (till) => (await who[till].ask("POST", "/v1/quotes", { items: [{ code: "APPLE", quantity: 2000 }] })).total));
  const state = async () => (await node.ask("GET", "/v1/rules")).state;
  return { node, who, totals, state };
}

/** The command ended well; what it said. */
async function good(run) {
  const { code, stdout, stderr } = await run;
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

async function bad(run, pattern, status = 1) {
  const { code, stdout, stderr } = await run;
  assert.equal(code, status, stdout + stderr);
  assert.match(stderr, pattern);
  return stdout;
}

const hashOf = (said) => said.match(/[0-9a-f]{64}/)[0];

test("checked, tried, at one till, everywhere, and back", async (t) => {
  const { node, totals, state } = await shop(t);
  const { folder } = pack(t, acme);
  const checked = await good(node.suanpan("publish", folder, "--check-only"));
  assert.match(checked, /: 6 files, generation [0-9a-f]{64}$/m);
  assert.match(checked, /^rules: \d+, campaigns: 7, golden baskets: 1, failed: 0$/m);
  assert.match(checked, /^added +rule +promotion\.own +"1\.0\.0"$/m);
  assert.match(checked, /^added +campaign +TEA +promotion\.multibuy +\{.*"tag":"tea".*\}$/m);
  assert.match(checked, /^changed +group +item +mode +"first" +"best"$/m);
  assert.match(checked, /^campaign: 2 added, 0 changed, 0 removed$/m);
  assert.match(checked, /^Only checked: generation [0-9a-f]{64} is a candidate$/m);
  const hash = hashOf(checked);
  assert.equal((await node.ask("GET", `/v1/bundles/${hash}`)).status, "candidate");
  assert.deepEqual(await totals(), [600, 600]);

  assert.match(await good(node.suanpan("publish", folder, "--shadow")), new RegExp(`^Shadow: generation ${hash} is tried`, "m"));
  assert.equal((await state()).shadow, hash);
  assert.match(await good(node.suanpan("publish", folder, "--tills", "T02", "--max-alarms", "0", "--min-sales", "5")), /^Canary: .* sells at T02$/m);
  assert.deepEqual(await totals(), [600, 540]);
  const canary = await node.ask("GET", "/v1/rules/canary");
  assert.deepEqual([canary.tills, canary.gate.max_alarm_ppm, canary.gate.min_sales], [["T02"], 0, 5]);
  const told = await good(node.suanpan("rules"));
  for (const line of ["live", "canary", "shadow"]) assert.match(told, new RegExp(`^${line} +[0-9a-f]{12} `, "m"));
  assert.match(told, new RegExp(`^canary +${hash.slice(0, 12)} +acme +upload .* T02: sales 0, failures 0$`, "m"));
  assert.match(await good(node.suanpan("rules", "--lang", "zh")), /^试点 .*T02：销售 0 笔/m);

  assert.equal(hashOf(await good(node.suanpan("publish", folder))), hash);
  assert.deepEqual(await totals(), [540, 540]);
  const before = (await state()).previous;
  assert.match(await good(node.suanpan("publish", folder, "--check-only", "--lang", "zh")), /^与现行规则没有差别。$/m);
  assert.match(await good(node.suanpan("rollback")), new RegExp(`^Live: generation ${before}$`, "m"));
  assert.deepEqual(await totals(), [600, 600]);
  assert.equal(hashOf(await good(node.suanpan("rollback", hash.slice(0, 10)))), hash);
  assert.deepEqual(await totals(), [540, 540]);
  await bad(node.suanpan("rollback", "00000000"), /There is nothing under 00000000/);
  await bad(node.suanpan("rollback", "xyz"), /is not a generation/);
  await bad(node.suanpan("rollback", hash), /live already/);
});

test("what changes is told value by value, against the campaigns of the node too", async (t) => {
  const { node } = await shop(t);
  const { folder, put } = pack(t, acme);
  await good(node.suanpan("publish", folder));
  await node.ask("PUT", "/v1/campaigns/HERE", { rule: "promotion.percent_off", params: { tag: "fruit", percent: 1000 } });
  put("campaigns.json", { campaigns: [{ ...tea, params: { tag: "tea", buy: 4 }, priority: 7, hours: [["18:00", "20:00"]] }] });
  put("rules/promotion/own.lua", own.replace("100000", "200000"));
  put("cases/apple.json", { ...apple, expect: { total: 480 } });
  const said = await good(node.suanpan("publish", folder, "--as", "monday", "--lang", "zh"));
  assert.match(said, /^改动 +规则 +promotion\.own +params\.percent\.default +100000 +200000$/m);
  assert.match(said, /^改动 +规则 +promotion\.own +hash /m);
  assert.match(said, /^改动 +活动 +TEA +params\.buy +3 +4$/m);
  assert.match(said, /^改动 +活动 +TEA +priority +\d+ +7$/m);
  assert.match(said, /^改动 +活动 +TEA +hours +\[\["18:00","20:00"\]\]$/m);
  assert.match(said, /^改动 +活动 +OWN +params\.percent +100000 +200000$/m);
  assert.doesNotMatch(said, /HERE/, "a campaign made on the node stays");
  assert.match(said, /^已生效：规则版本 [0-9a-f]{64}$/m);
  assert.match(await good(node.suanpan("rules")), /^live +[0-9a-f]{12} +monday /m);
  put("campaigns/OWN.json");
  put("campaigns.json", { campaigns: [] });
  put("cases/apple.json");
  const less = await good(node.suanpan("publish", folder));
  assert.match(less, /^removed +campaign +OWN +promotion\.own +\{"percent":200000\} *$/m);
  assert.match(less, /^campaign: 0 added, 0 changed, 2 removed$/m);
});

test("a pack that is wrong changes nothing and says where", async (t) => {
  const { node, totals, state } = await shop(t);
  const { folder, put } = pack(t, acme);
  const first = (await state()).live;
  put("cases/apple.json", { ...apple, expect: { total: 1 } });
  const said = await bad(node.suanpan("publish", folder), /1 golden baskets of the pack/);
  assert.match(said, /^cases\/apple\.json: /m);
  assert.match(said, /^ {2}total +expected 1 +got 540$/m);
  await bad(node.suanpan("publish", folder, "--check-only"), /golden/);
  await bad(node.suanpan("publish", folder, "--shadow"), /golden/);
  put("cases/apple.json", apple);
  put("rules/promotion/own.lua", own.replace("return rule", "return {"));
  await bad(node.suanpan("publish", folder), /rules\/promotion\/own\.lua:\d+:/);
  put("rules/promotion/own.lua", Buffer.from([0x2d, 0x2d, 0xff, 0x0a]));
  await bad(node.suanpan("publish", folder, "--lang", "zh"), /own\.lua 不是 UTF-8 文本/);
  put("rules/promotion/own.lua", own);
  put("campaign.json", { campaigns: [] });
  await bad(node.suanpan("publish", folder), /campaign\.json is no file of a pack/);
  put("campaign.json");
  await bad(node.suanpan("publish", folder, "--tills", "T99"), /There is no till T99/);
  await bad(node.suanpan("publish", folder, "--tills", ","), /Name 1 to 64 tills/);
  await bad(node.suanpan("publish", folder, "--days", "3"), /--days needs --max-difference/);
  await bad(node.suanpan("publish", join(folder, "none")), /There is no pack in/);
  assert.deepEqual([(await state()).live, await totals()], [first, [600, 600]]);

  const misuse = [["publish"], ["publish", folder, folder], ["publish", folder, "--shadow", "--check-only"], ["publish", folder, "--max-alarms", "1"],
    ["publish", folder, "--tills", "T01", "--min-sales", "1"], ["publish", folder, "--days", "0"], ["publish", folder, "--shadow", "--days", "1"],
    ["rules", "x"], ["rollback", "a", "b"], ["check", folder, "--tills", "T01"]];
  for (const words of misuse) assert.equal((await node.suanpan(...words)).code, 2, words.join(" "));
});

test("specs are run, and past sales priced again, before it is live", { timeout: 240_000 }, async (t) => {
  const { node, who, totals } = await shop(t);
  const { folder, put } = pack(t, { ...acme, "spec/own_spec.lua": spec(3) });
  const said = await bad(node.suanpan("publish", folder), /specs: The specs of the pack are red/);
  assert.match(said, /^not ok /m);
  put("pack.json", { ...acme["pack.json"], gate: { specs: false } });
  assert.match(await good(node.suanpan("publish", folder, "--check-only")), /: 6 files/, "the gate wants no specs, so none are sent");
  put("pack.json", acme["pack.json"]);
  put("spec/own_spec.lua", spec(2));
  await who.T01.openShift();
  await who.T01.sell([{ code: "APPLE", quantity: 2000 }]);
  await bad(node.suanpan("publish", folder, "--max-difference", "99999"), /max_difference_ppm: Past sales would differ by -100000 ppm/);
  assert.deepEqual(await totals(), [600, 600]);
  assert.match(await good(node.suanpan("publish", folder, "--max-difference", "100000", "--days", "2")), /^Live: /m);
  assert.deepEqual(await totals(), [540, 540]);
});

test("a node on a folder tells its error, and takes no pack; without a node there is nobody to ask", async (t) => {
  const { folder, put } = pack(t, acme);
  const { node } = await shop(t, { rules: { folder } });
  assert.match(await good(node.suanpan("rules")), /They come from the folder/);
  await bad(node.suanpan("publish", folder), /rules\.folder/);
  await bad(node.suanpan("rollback"), /rules\.folder/);
  put("pack.json", "{");
  for (;;) {
    const { code, stdout } = await node.suanpan("rules");
    if (code === 0) continue;
    assert.equal(code, 1);
    assert.match(stdout, /^Went wrong at .*pack\.json/m);
    break;
  }
  await node.stop({ keep: true });
  for (const words of [["rules"], ["rollback"], ["publish", folder]]) await bad(node.suanpan(...words), /No node is running/);
  await bad(suanpan(["--data", join(folder, "none"), "rules"]), /No node is running/);
});

test("help in both languages", async () => {
  for (const command of ["publish", "rollback", "rules"]) {
    assert.match(await good(suanpan([command, "--help"])), new RegExp(`^Usage: suanpan ${command}`));
    assert.match(await good(suanpan([command, "--help", "--lang", "zh"])), new RegExp(`^用法：suanpan ${command}`));
    assert.match(await good(suanpan(["--help"])), new RegExp(`^ {2}${command} `, "m"));
  }
});
