// Rules that change while the shop is open: campaigns, packs, canary, shadow, rollback, a folder that is watched.
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { running, scratch, tamper, until } from "./node.mjs";

const products = [
  { code: "APPLE", price: 300, tags: "fruit" },
  { code: "SODA", price: 350, tags: "soda" },
  { code: "BREAD", price: 1250 },
];
const fruit = (percent, more = {}) => ({ rule: "promotion.percent_off", params: { tag: "fruit", percent }, title: { zh: "水果", en: "Fruit" }, ...more });
const apples = [{ code: "APPLE", quantity: 2000 }];

const rule = (name, evaluate, more = "") => `
local offer = require "suanpan.offer"
local select = require "suanpan.select"
local rule = {
  name = "${name}", version = "1.0.0", api = 1, phase = "promotion", priority = 500,
  summary = "A rule of the tests", campaign = "OWN",
}
${more}
function rule.evaluate(basket)
  ${evaluate}
end
return rule
`;
const tenOff = rule("promotion.own", `
  local offers = offer.list()
  for _, line in ipairs(select.lines(basket, { tag = "fruit" })) do
    offers:percent(line, 100000, { code = "ten" })
  end
  return offers`);
const broken = rule("promotion.own", `error("no good")`);
const pack = (text, more = []) => ({ name: "acme", files: [{ path: "rules/promotion/own.lua", text }, ...more] });

async function shop(t, settings = {}, data = scratch()) {
  const node = await running(t, { data, settings: { tills: ["T01", "T02", "T03"], ...settings } });
  for (const product of products) await node.product(product.code, product.price, { tags: product.tags });
  return node;
}

async function seller(node, till) {
  const who = await node.login({ till });
  await who.openShift();
  return who;
}

const total = async (who, items = apples) => (await who.ask("POST", "/v1/quotes", { items })).total;
const state = async (node) => (await node.ask("GET", "/v1/rules")).state;
const publish = (node, hash, more = {}) => node.ask("POST", `/v1/bundles/${hash}/publish`, more);
const upload = (node, ...files) => node.ask("POST", "/v1/bundles", pack(...files));

async function refused(call, status, type, field) {
  const answer = await call;
  assert.equal(`${answer.status} ${answer.body.type}`, `${status} /problems/${type}`, answer.text);
  if (field !== undefined) assert.equal(answer.body.field, field, answer.text);
  return answer.body;
}

/** Journal records of these kinds, oldest first. */
async function journal(node, ...kinds) {
  const found = [];
  for (let after = 0; ; ) {
    const page = await node.ask("GET", `/v1/journal?after=${after}&limit=1000`);
    if (page.length === 0) return found;
    found.push(...page.filter(({ kind }) => kinds.includes(kind)));
    after = page.at(-1).seq;
  }
}

test("a campaign is made, changed and taken away by HTTP, and the next quote knows", async (t) => {
  const node = await shop(t);
  const who = await seller(node, "T01");
  assert.equal(await total(who), 600);
  const made = await node.ask("POST", "/v1/campaigns", { code: "F20", ...fruit(200_000) });
  assert.equal(await total(who), 480);
  const got = await node.admin("GET", "/v1/campaigns/F20");
  assert.deepEqual([got.body.revision, got.body.campaign.code, got.headers.etag], [made.revision, "F20", `"${made.revision}"`]);
  await refused(node.admin("POST", "/v1/campaigns", { code: "F20", ...fruit(100_000) }), 409, "already-exists", "code");

  const match = { headers: { "If-Match": `"${made.revision}"` } };
  const changed = await node.ask("PUT", "/v1/campaigns/F20", fruit(500_000), match);
  assert.equal(await total(who), 300);
  assert.ok(changed.revision > made.revision);
  await refused(node.admin("PUT", "/v1/campaigns/F20", fruit(100_000), match), 412, "precondition-failed", "If-Match");
  await refused(node.admin("PUT", "/v1/campaigns/F20", { code: "X", ...fruit(1) }), 400, "invalid", "code");
  assert.equal(await total(who), 300);

  const bad = await refused(node.admin("PUT", "/v1/campaigns/F20", fruit(2_000_000)), 400, "invalid");
  assert.match(bad.detail + bad.field, /percent/);
  await refused(node.admin("PUT", "/v1/campaigns/F20", { rule: "promotion.nothing", params: {} }), 400, "invalid");
  await refused(node.admin("PUT", "/v1/campaigns/a%2Fb", fruit(1)), 400, "invalid");
  assert.equal(await total(who), 300, "what is refused changes nothing");

  const tried = await node.ask("PUT", "/v1/campaigns/F20?dry_run=1", fruit(1_000_000));
  assert.deepEqual([tried.dry_run, Array.isArray(tried.warnings)], [true, true]);
  assert.equal(await total(who), 300, "a dry run changes nothing");

  await node.ask("DELETE", "/v1/campaigns/F20");
  assert.equal(await total(who), 600);
  await refused(node.admin("DELETE", "/v1/campaigns/F20"), 404, "not-found", "code");
  const again = await node.ask("POST", "/v1/campaigns", { code: "F20", ...fruit(100_000) });
  assert.ok(again.revision > changed.revision, "a code that comes again has a revision nobody saw");

  const records = await journal(node, "campaign.changed");
  assert.deepEqual(records.map(({ body }) => [body.code, body.deleted ?? false]), [["F20", false], ["F20", false], ["F20", true], ["F20", false]]);
  const people = await node.ask("GET", "/v1/staff");
  assert.equal(records[0].actor, people.find(({ code }) => code === "system").id);

  const restarted = await (await node.stop({ keep: true }), node.again());
  const after = await restarted.login({ till: "T01" });
  assert.equal(await total(after), 540, "what was made is there after a restart");
});

test("the same key changes a campaign once", async (t) => {
  const node = await shop(t);
  const post = () => node.admin("POST", "/v1/campaigns", { code: "F20", ...fruit(200_000) }, { headers: { "Idempotency-Key": "one" } });
  const answers = await Promise.all([post(), post(), post()]);
  for (const answer of answers) assert.equal(answer.status, 201, answer.text);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal((await journal(node, "campaign.changed")).length, 1);
});

test("a preview says what sample baskets would cost, and changes nothing", async (t) => {
  const node = await shop(t);
  const who = await seller(node, "T01");
  const baskets = [{ items: apples }, { items: [{ code: "BREAD" }] }];
  const seen = await node.ask("POST", "/v1/campaigns/F20/preview", { campaign: fruit(200_000), baskets });
  assert.deepEqual(seen.baskets.map(({ before, after, difference }) => [before.total, after.total, difference]), [[600, 480, -120], [1250, 1250, 0]]);
  assert.equal(seen.difference, -120);
  await node.ask("PUT", "/v1/campaigns/F20", fruit(200_000));
  const gone = await node.ask("POST", "/v1/campaigns/F20/preview", { baskets });
  assert.deepEqual([gone.baskets[0].before.total, gone.baskets[0].after.total], [480, 600]);
  assert.equal(await total(who), 480);
  await refused(node.admin("POST", "/v1/campaigns/F20/preview", { baskets: [{ items: [{ code: "NOPE" }] }] }), 404, "not-found", "baskets[0].items[0].code");
});

test("a form can be drawn from a rule", async (t) => {
  const node = await shop(t);
  const found = await node.ask("GET", "/v1/rules/promotion.multibuy");
  assert.equal(found.name, "promotion.multibuy");
  const buy = found.params.find(({ name }) => name === "buy");
  assert.deepEqual([buy.type, buy.min, buy.default], ["integer", 2, 3]);
  await refused(node.admin("GET", "/v1/rules/promotion.none"), 404, "not-found", "rule");
});

test("a pack is uploaded, published and rolled back in one call; campaigns go back with it", async (t) => {
  const node = await shop(t);
  const who = await seller(node, "T01");
  await node.ask("PUT", "/v1/campaigns/B1", { rule: "promotion.multibuy", params: { tag: "soda", buy: 3, pay: 2 } });
  const first = await state(node);
  const bad = await refused(node.admin("POST", "/v1/bundles", pack("return {")), 422, "rule-failed");
  assert.match(bad.detail, /rules\/promotion\/own\.lua:\d+:/, "says file and line");
  await refused(node.admin("POST", "/v1/bundles", { files: [{ path: "base/x.lua", text: "" }] }), 400, "invalid");
  await refused(node.admin("POST", "/v1/bundles", { files: [{ path: "pack.json", text: "{}" }, { path: "x" }] }), 400, "invalid", "files[1].text");
  await refused(node.admin("POST", "/v1/bundles", { files: [{ path: "../x.lua", text: "" }] }), 400, "invalid");

  const sent = await upload(node, tenOff);
  assert.equal(sent.report.failed, 0);
  assert.ok(Array.isArray(sent.report.warnings));
  assert.equal((await node.ask("GET", `/v1/bundles/${sent.hash}`)).status, "candidate");
  assert.equal(await total(who), 600, "a candidate prices nothing");
  assert.equal((await who.ask("POST", "/v1/quotes", { items: apples, generation: sent.hash })).total, 540, "but a quote may ask it");

  const live = await publish(node, sent.hash);
  assert.deepEqual([live.status, await total(who)], ["live", 540]);
  await node.ask("PUT", "/v1/campaigns/F20", fruit(500_000, { priority: 900 }));
  const both = await total(who);
  assert.ok(both < 540);
  assert.equal((await state(node)).previous, live.hash);

  await node.ask("POST", "/v1/rules/rollback", {});
  assert.deepEqual([(await state(node)).live, await total(who)], [live.hash, 540]);
  assert.deepEqual((await node.ask("GET", "/v1/campaigns")).map(({ code }) => code), ["B1"], "the campaign went with its generation");
  const nameless = await refused(node.admin("PUT", "/v1/campaigns/F30", { rule: "promotion.nothing", params: {} }), 400, "invalid", "rule");
  assert.equal(nameless.detail, "campaign F30: There is no rule promotion.nothing");
  assert.equal((await node.ask("GET", "/v1/bundles")).filter(({ status }) => status === "withdrawn").length, 1);
  await node.ask("POST", "/v1/rules/rollback", { to: first.live });
  assert.deepEqual([(await state(node)).live, await total(who)], [first.live, 600]);
  await refused(node.admin("POST", "/v1/rules/rollback", { to: "0".repeat(64) }), 404, "not-found");

  const files = await node.ask("GET", `/v1/bundles/${sent.hash}?text=1`);
  assert.equal(files.files.find(({ path }) => path === "rules/promotion/own.lua").text, tenOff);
  assert.equal(files.files.find(({ path }) => path.startsWith("campaigns/database:")).path, "campaigns/database:B1.json");
  const kinds = (await journal(node, "rules.published", "rules.rolled_back")).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["rules.published", "rules.rolled_back", "rules.rolled_back"]);
  const listed = await node.ask("GET", "/v1/bundles");
  assert.equal(listed.find(({ hash }) => hash === first.live).status, "live");

  const again = await (await node.stop({ keep: true }), node.again());
  assert.equal((await state(again)).live, first.live);
});

test("golden baskets that fail stop a publish", async (t) => {
  const node = await shop(t);
  const wrong = { basket: [{ item: "apple", price: 300, tags: ["fruit"] }], expect: { total: 1 } };
  const right = { ...wrong, expect: { total: 270 } };
  const sent = await upload(node, tenOff, [{ path: "cases/apple.json", text: JSON.stringify(wrong) }]);
  assert.equal(sent.report.failed, 1);
  const told = await refused(node.admin("POST", `/v1/bundles/${sent.hash}/publish`, {}), 409, "wrong-state", "cases");
  assert.match(told.detail, /1 golden/);
  const good = await upload(node, tenOff, [{ path: "cases/apple.json", text: JSON.stringify(right) }]);
  assert.equal(good.report.failed, 0, JSON.stringify(good.report.cases));
  assert.equal((await publish(node, good.hash)).status, "live");
});

/** Publish as a job: its final state. */
async function publishJob(node, hash, body = {}) {
  const answer = await node.admin("POST", `/v1/bundles/${hash}/publish`, body);
  assert.equal(answer.status, 202, answer.text);
  let job;
  await until(async () => (job = await node.ask("GET", `/v1/jobs/${answer.body.job}`)).state !== "running", "the job", 90_000);
  return job;
}

test("a pack with specs is published as a job, and only when they are green", { timeout: 240_000 }, async (t) => {
  const node = await shop(t);
  const spec = (value, more = "") => [{ path: "spec/own_spec.lua", text: `describe("own", function() it("counts", function() ${more} assert.are.equal(${value}, 1 + 1) end) end)` }];
  const red = await upload(node, tenOff, spec(3));
  const refusal = await publishJob(node, red.hash);
  assert.deepEqual([refusal.state, refusal.problem.type, refusal.problem.field], ["failed", "/problems/wrong-state", "specs"]);
  assert.match(refusal.report.specs, /not ok/);
  assert.notEqual((await state(node)).live, red.hash);
  const green = await upload(node, tenOff, spec(2));
  const done = await publishJob(node, green.hash);
  assert.deepEqual([done.state, done.report.hash, done.report.status], ["done", green.hash, "live"], JSON.stringify(done));
  assert.equal((await state(node)).live, green.hash);
});

test("an envelope on past sales is kept to", { timeout: 240_000 }, async (t) => {
  const node = await shop(t);
  const who = await seller(node, "T01");
  for (let i = 0; i < 3; i++) await who.sell(apples);
  const sent = await upload(node, tenOff);
  const half = (gate) => node.admin("POST", `/v1/bundles/${sent.hash}/publish`, { gate });
  await refused(half({ max_difference_ppm: 99_999 }), 400, "invalid", "gate.days"); // else nothing would be asked
  await refused(half({ days: 7 }), 400, "invalid", "gate.max_difference_ppm");
  const wide = await publishJob(node, sent.hash, { gate: { days: 7, max_difference_ppm: 99_999 } });
  assert.deepEqual([wide.state, wide.problem?.field], ["failed", "max_difference_ppm"], JSON.stringify(wide));
  assert.equal(await total(who), 600);
  const done = await publishJob(node, sent.hash, { gate: { days: 7, max_difference_ppm: 100_000 } });
  assert.equal(done.state, "done", JSON.stringify(done));
  assert.equal(await total(who), 540);
});

test("twenty changes at once all count", async (t) => {
  const node = await shop(t);
  const codes = Array.from({ length: 20 }, (_, i) => `C${i}`);
  const answers = await Promise.all(codes.map((code) => node.admin("PUT", `/v1/campaigns/${code}`, fruit(1000))));
  const lost = answers.filter(({ status }) => status !== 200);
  for (const { body } of lost) assert.equal(body.type, "/problems/conflict");
  for (const [i, { status }] of answers.entries()) if (status !== 200) await node.ask("PUT", `/v1/campaigns/${codes[i]}`, fruit(1000));
  assert.deepEqual((await node.ask("GET", "/v1/campaigns")).map(({ code }) => code).sort(), [...codes].sort());
  const { campaigns } = await node.ask("GET", "/v1/rules");
  assert.equal(campaigns.filter(({ code }) => codes.includes(code)).length, 20);
  assert.equal((await journal(node, "campaign.changed")).length, 20);
});

test("a canary serves its tills only, and is taken back when its discounts leave the gate", async (t) => {
  const node = await shop(t);
  const [one, two] = [await seller(node, "T01"), await seller(node, "T02")];
  const sent = await upload(node, tenOff);
  const gate = { max_discount_change_ppm: 50_000, min_sales: 3 };
  await refused(node.admin("POST", `/v1/bundles/${sent.hash}/publish`, { tills: ["NONE"] }), 404, "not-found", "tills");
  const canary = await publish(node, sent.hash, { tills: ["T02"], gate });
  assert.equal(canary.status, "canary");
  assert.deepEqual([await total(one), await total(two)], [600, 540]);
  for (let i = 0; i < 4; i++) await one.sell(apples);
  for (let i = 0; i < 2; i++) await two.sell(apples);
  const seen = await node.ask("GET", "/v1/rules/canary");
  assert.deepEqual([seen.tills, seen.counts.live.sales, seen.counts.canary.sales, seen.counts.canary.discount], [["T02"], 4, 2, 120]);
  await two.sell(apples);
  await until(async () => !(await state(node)).canary, "the canary to be taken back");
  assert.deepEqual([await total(one), await total(two)], [600, 600]);
  const [, back] = await journal(node, "rules.published", "rules.rolled_back");
  assert.deepEqual([back.kind, back.body.why, back.body.canary, back.body.rate_ppm], ["rules.rolled_back", "discount", true, 100_000]);
  assert.match(node.log, /canary is taken back/);
  assert.equal((await node.ask("GET", `/v1/bundles/${canary.hash}`)).status, "withdrawn");
});

test("a canary whose rule fails is taken back; one that does well becomes live; both survive a restart", async (t) => {
  let node = await shop(t);
  let two = await seller(node, "T02");
  const bad = await upload(node, broken);
  await publish(node, bad.hash, { tills: ["T02"], gate: { max_alarm_ppm: 0, min_sales: 2 } });
  for (let i = 0; i < 2; i++) await two.sell(apples);
  await until(async () => !(await state(node)).canary, "the canary to be taken back");
  assert.equal((await journal(node, "rules.rolled_back"))[0].body.why, "alarms");

  const good = await upload(node, tenOff);
  await publish(node, good.hash, { tills: ["T02", "T03"], gate: { max_alarm_ppm: 0 } });
  for (let i = 0; i < 3; i++) await two.sell(apples);
  node = await (await node.stop({ keep: true }), node.again());
  const seen = await node.ask("GET", "/v1/rules/canary");
  assert.deepEqual([seen.canary, seen.tills, seen.counts.canary.sales], [good.hash, ["T02", "T03"], 3]);
  await publish(node, good.hash);
  const now = await state(node);
  assert.deepEqual([now.live, now.canary], [good.hash, null]);
  const one = await seller(node, "T01");
  assert.equal(await total(one), 540);
  await node.ask("POST", "/v1/rules/rollback", {});
  assert.equal(await total(one), 600);
});

test("an open basket keeps its prices over a publish, a restart and to the end", async (t) => {
  let node = await shop(t);
  let who = await seller(node, "T01");
  const sent = await upload(node, tenOff);
  const open = await who.ask("POST", "/v1/baskets", {});
  const add = (code) => who.ask("POST", `/v1/baskets/${open.id}/events`, { kind: "add", code, quantity: 1000 });
  assert.equal((await add("APPLE")).total, 300);
  const before = (await state(node)).live;
  await publish(node, sent.hash);
  assert.equal((await add("APPLE")).total, 600, "opened before: priced as before");
  assert.equal(await total(who), 540, "anything new is priced by the new rules");
  node = await (await node.stop({ keep: true }), node.again());
  who = await node.login({ till: "T01" });
  assert.equal((await who.ask("GET", `/v1/baskets/${open.id}`)).total, 600);
  await who.ask("POST", `/v1/baskets/${open.id}/pay`, { tenders: [{ method: "cash", amount: 600 }], total: 600 });
  const [sale] = await journal(node, "sale");
  assert.deepEqual([sale.body.id, sale.generation], [open.id, before], "the sale names the rules that priced it");
});

test("a basket whose rules are gone is priced anew and says so", async (t) => {
  let node = await shop(t);
  let who = await seller(node, "T01");
  await publish(node, (await upload(node, tenOff)).hash);
  const open = await who.ask("POST", "/v1/baskets", {});
  await who.ask("POST", `/v1/baskets/${open.id}/events`, { kind: "add", code: "APPLE", quantity: 2000 });
  await node.ask("POST", "/v1/rules/rollback", {});
  await node.stop({ keep: true });
  tamper(node.data, join(node.data, "suanpan.db"), "DELETE FROM rule_file WHERE instr(CAST(body AS TEXT), 'promotion.own') > 0");
  node = await node.again();
  who = await node.login({ till: "T01" });
  const seen = await who.ask("GET", `/v1/baskets/${open.id}`);
  assert.equal(seen.total, 600);
  assert.match(seen.notice, /priced by those of now/);
  const paid = await who.ask("POST", `/v1/baskets/${open.id}/pay`, { tenders: [{ method: "cash", amount: 600 }], total: 600 });
  assert.equal(paid.total, 600);
});

test("a folder is read again when it changes; what is broken is not used and says file and line", async (t) => {
  const data = scratch();
  const folder = join(data, "pack");
  mkdirSync(join(folder, "rules/promotion"), { recursive: true });
  writeFileSync(join(folder, "rules/promotion/own.lua"), tenOff);
  const node = await shop(t, { rules: { folder: "pack" } }, data);
  const who = await seller(node, "T01");
  assert.equal(await total(who), 540);
  assert.equal((await state(node)).source, "folder");

  writeFileSync(join(folder, "rules/promotion/own.lua"), tenOff.replace("100000", "200000"));
  await until(async () => (await total(who)) === 480, "the new rule");

  writeFileSync(join(folder, "rules/promotion/own.lua"), tenOff.replace("return offers", "return offers offers"));
  await until(async () => (await state(node)).problem, "the error");
  const { problem } = await state(node);
  assert.match(problem.detail, /rules\/promotion\/own\.lua:\d+:/);
  assert.match(node.log, /own\.lua:\d+:/);
  assert.equal(await total(who), 480, "the rules of before go on");

  await node.ask("PUT", "/v1/campaigns/F20", fruit(500_000, { priority: 900 }));
  assert.ok((await total(who)) < 480, "campaigns can be changed meanwhile");
  await node.ask("DELETE", "/v1/campaigns/F20");

  writeFileSync(join(folder, "rules/promotion/.new"), tenOff);
  renameSync(join(folder, "rules/promotion/.new"), join(folder, "rules/promotion/own.lua"));
  await until(async () => (await total(who)) === 540 && !(await state(node)).problem, "the mended rule");

  mkdirSync(join(folder, "campaigns"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(join(folder, "campaigns/BREAD.json"), JSON.stringify({ code: "BREAD", rule: "promotion.multibuy", params: { tag: "soda", buy: 2, pay: 1 } }));
  await until(async () => (await total(who, [{ code: "SODA", quantity: 2000 }])) === 350, "a file in a new folder");

  rmSync(join(folder, "rules/promotion/own.lua"));
  await until(async () => (await total(who)) === 600, "the rule to be gone");
  const sent = await upload(node, tenOff);
  await refused(node.admin("POST", `/v1/bundles/${sent.hash}/publish`, {}), 409, "wrong-state", "folder");

  writeFileSync(join(folder, "pack.json"), "{");
  await until(async () => (await state(node)).problem, "the error");
  const again = await (await node.stop({ keep: true }), node.again());
  assert.equal((await state(again)).problem !== undefined, true, "a broken folder does not keep the shop closed");
  assert.equal(await total(await again.login({ till: "T01" })), 600);
});

test("a shadow prices what was sold once more and names what differs", async (t) => {
  const node = await shop(t);
  const who = await seller(node, "T01");
  await who.sell(apples);
  const sent = await upload(node, tenOff);
  await node.ask("POST", `/v1/bundles/${sent.hash}/shadow`);
  await new Promise((resolve) => setTimeout(resolve, 300)); // it looks at what is sold from now on
  const sold = [await who.sell(apples), await who.sell([{ code: "BREAD" }]), await who.sell(apples)];
  const seen = async () => node.ask("GET", "/v1/rules/shadow");
  await until(async () => (await seen()).sales === 3, "the shadow to look at three sales");
  const shadow = await seen();
  assert.deepEqual([shadow.shadow, shadow.differing, shadow.failed, shadow.alarms, shadow.more, shadow.less], [sent.hash, 2, 0, 0, 0, 120]);
  assert.deepEqual(shadow.sales_differing, [sold[2].id, sold[0].id]);
  assert.deepEqual(shadow.campaigns, [{ code: "OWN", sales: 2, amount: 120 }]);
  assert.equal(await total(who), 600, "it prices nothing that is sold");
  await node.ask("DELETE", `/v1/bundles/${sent.hash}/shadow`);
  assert.equal((await seen()).shadow, null);
  await refused(node.admin("DELETE", `/v1/bundles/${sent.hash}/shadow`), 409, "wrong-state");
});

test("campaigns change while a canary and a shadow run, and both know it", async (t) => {
  const node = await shop(t);
  const [one, two] = [await seller(node, "T01"), await seller(node, "T02")];
  const sent = await upload(node, tenOff);
  await node.ask("POST", `/v1/bundles/${sent.hash}/shadow`);
  await node.ask("PUT", "/v1/campaigns/F20", fruit(200_000));
  assert.equal(await total(one), 480);
  await publish(node, sent.hash, { tills: ["T02"] });
  const before = await state(node);
  await node.ask("PUT", "/v1/campaigns/F20", fruit(500_000));
  const after = await state(node);
  for (const name of ["live", "canary", "shadow"]) assert.notEqual(after[name], before[name], name);
  assert.deepEqual([await total(one), await total(two)], [300, 540]); // OWN comes first and has the units
  await node.ask("DELETE", "/v1/campaigns/F20");
  assert.deepEqual([await total(one), await total(two)], [600, 540]);
  assert.equal((await state(node)).shadow, sent.hash, "without the campaign it is what was sent");
});

test("killed while it publishes, a node has one of the two generations", { timeout: 240_000 }, async (t) => {
  let node = await shop(t);
  const old = (await state(node)).live;
  const sent = await upload(node, tenOff);
  let [kept, changed] = [0, 0];
  for (let round = 0; round < 8; round++) {
    const before = (await state(node)).live;
    const next = before === old ? sent.hash : old;
    const asked = node.admin("POST", `/v1/bundles/${next}/publish`, {}).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
    await node.kill();
    const answer = await asked;
    node = await node.again();
    const after = (await state(node)).live;
    assert.ok(after === before || after === next, `round ${round}: ${after} is neither`);
    if (answer?.status === 200) assert.equal(after, next, "what was answered is kept");
    after === next ? changed++ : kept++;
    const who = await node.login({ till: "T01" });
    assert.equal(await total(who), after === old ? 600 : 540);
  }
  t.diagnostic(`kept ${kept}, changed ${changed}`);
});

test("rules change every 100 ms while tills sell: nothing fails, nothing is doubled, every sale names one generation", { timeout: 900_000 }, async (t) => {
  const long = process.env.SP_LONG === "1";
  const span = long ? 600_000 : 20_000;
  const data = scratch();
  const folder = join(data, "pack");
  mkdirSync(join(folder, "rules/promotion"), { recursive: true });
  const path = join(folder, "rules/promotion/own.lua");
  writeFileSync(path, tenOff);
  const node = await shop(t, { rules: { folder: "pack" } }, data);
  const sellers = [await seller(node, "T01"), await seller(node, "T02")];
  const end = performance.now() + span;
  let reloads = 0;
  const reloading = setInterval(() => {
    writeFileSync(`${path}.new`, tenOff.replace("100000", String(100_000 + (++reloads % 9) * 1000)) + `-- ${reloads}\n`);
    renameSync(`${path}.new`, path);
  }, 100);
  const sold = [];
  const selling = async (who, pause) => {
    while (performance.now() < end) {
      for (;;) {
        const quote = await who.ask("POST", "/v1/quotes", { items: apples, cash: true });
        const answer = await who.call("POST", "/v1/sales", { items: apples, tenders: [{ method: "cash", amount: 600 }], total: quote.total });
        if (answer.status === 409 && answer.body.type === "/problems/total-changed") continue; // the rules changed in between: ask again
        assert.equal(answer.status, 201, answer.text);
        sold.push(answer.body.id);
        break;
      }
      const open = await who.ask("POST", "/v1/baskets", {});
      const first = await who.ask("POST", `/v1/baskets/${open.id}/events`, { kind: "add", code: "APPLE", quantity: 1000 });
      await new Promise((resolve) => setTimeout(resolve, pause));
      const second = await who.ask("GET", `/v1/baskets/${open.id}`);
      assert.equal(second.total, first.total, "an open basket keeps its price");
      const paid = await who.call("POST", `/v1/baskets/${open.id}/pay`, { tenders: [{ method: "cash", amount: 300 }], total: first.total });
      assert.equal(paid.status, 201, paid.text);
      sold.push(open.id);
    }
  };
  try {
    await Promise.all(sellers.map((who) => selling(who, long ? 2000 : 150)));
  } finally {
    clearInterval(reloading);
  }
  const records = await journal(node, "sale");
  assert.deepEqual(records.map(({ body }) => body.id).sort(), sold.sort(), "each sale is there, once");
  const named = new Set(records.map(({ generation }) => generation));
  for (const hash of named) assert.equal((await node.admin("GET", `/v1/bundles/${hash}`)).status, 200, `${hash} is known`);
  const changes = (await journal(node, "rules.published")).length;
  t.diagnostic(`${sold.length} sales under ${named.size} of ${changes} generations, ${reloads} changes of the folder`);
  assert.ok(changes > span / 1000, `only ${changes} generations were live`);
  assert.ok(named.size > (long ? 200 : 10), `only ${named.size} generations were sold under`);
  assert.equal((await node.ask("GET", "/v1/reconciliation")).agrees, true);
  assert.doesNotMatch(node.log, /"level":"error"/);
});
