// A form and a file are the same campaign: for every built-in rule, forms made by chance from what GET /v1/rules/{name} declares go in by HTTP,
// come back as they were, and written into a pack as campaigns/CODE.json they make the same generation. What is out of bounds is refused by its path.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { remove, running, scratch, suanpan } from "./node.mjs";

const FORMS = process.env.SP_LONG === "1" ? 40 : 3; // of each rule
const TRIES = 400; // until a rule's own check() is content

/** xorshift32: random(n) is 0 … n - 1. */
function chance(seed) {
  let x = seed | 1;
  const next = () => ((x ^= x << 13), (x ^= x >>> 17), (x ^= x << 5), x >>> 0);
  const random = (n) => next() % n;
  return {
    random,
    some: (one, other) => (random(2) ? one : other),
    pick: (list) => list[random(list.length)],
    /** Small numbers as often as large ones, and the bounds themselves. */
    between(min, max) {
      const span = max - min;
      if (random(8) === 0) return random(2) ? min : max;
      const room = Math.floor(2 ** ((Math.log2(span + 1) * next()) / 2 ** 32));
      return Math.min(max, min + Math.max(0, room - 1));
    },
  };
}

const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const WORDS = ["snack", "soda", "food/tea", "C-10", "黄金", "x y", "ünïcode", "0001", "'\"\\", "éa"];
const LISTS = new Set(["texts", "tags", "categories", "products", "levels"]);
const TEXTS = new Set(["text", "tag", "category", "product", "level", "coupon"]);
const NUMBERS = new Set(["integer", "money", "ppm"]);

/** `count` different texts. */
function texts(c, count) {
  const found = new Set();
  while (found.size < count) found.add(found.size < WORDS.length && c.random(3) ? c.pick(WORDS) : `w${c.random(100_000)}`);
  return [...found];
}

function text(c, { min, max }) {
  const fits = WORDS.filter((word) => Buffer.byteLength(word) >= min && Buffer.byteLength(word) <= max);
  return c.random(4) && fits.length > 0 ? c.pick(fits) : "t".repeat(c.between(min, Math.min(max, 200)));
}

const date = (c) => `${c.between(1999, 2100)}-${String(1 + c.random(12)).padStart(2, "0")}-${String(1 + c.random(28)).padStart(2, "0")}`;

/** A value of a parameter as a form would send it. */
function value(c, param) {
  const { type, min, max } = param;
  if (type === "boolean") return c.some(true, false);
  if (type === "choice") return c.pick(param.options);
  if (type === "minute") return clock(c.between(min, max));
  if (type === "date") return date(c);
  if (NUMBERS.has(type)) return c.between(min, max);
  if (TEXTS.has(type)) return text(c, param);
  if (LISTS.has(type)) return texts(c, c.between(min, Math.min(max, Math.max(min, 12))));
  if (type === "prices") return Object.fromEntries(texts(c, c.between(min, Math.min(max, Math.max(min, 12)))).map((code) => [code, c.between(0, 1_000_000)]));
  assert.equal(type, "tiers", `a form does not know the type ${type}`);
  const steps = [...new Set(Array.from({ length: 1 + c.random(5) }, () => c.between(0, 10_000_000)))].sort((a, b) => a - b);
  let most = min;
  return steps.map((at) => ({ at, value: (most = Math.min(max, most + c.between(0, Math.min(max - min, 50)))) }));
}

/** Params as somebody fills in a form: all that is required, some of the rest, defaults left alone or sent. */
function fill(c, rule) {
  const params = {};
  for (const param of rule.params) {
    if (param.required || c.random(2)) params[param.name] = "default" in param && c.random(4) === 0 ? param.default : value(c, param);
  }
  return params;
}

function campaign(c, rule, code) {
  const made = { code, rule: rule.name, params: fill(c, rule) };
  if (c.random(2)) made.priority = c.between(0, 1_000_000);
  if (c.random(2)) made.title = { zh: "活动", en: `Campaign "${code}"` };
  if (c.random(4) === 0) made.enabled = c.some(true, false);
  if (c.random(3) === 0) [made.from, made.to] = ["2026-10-01T00:00:00+08:00", "2027-10-01T08:30:00Z"];
  if (c.random(3) === 0) made.stores = texts(c, 1 + c.random(3));
  if (c.random(3) === 0) made.levels = texts(c, 1 + c.random(3));
  if (c.random(3) === 0) made.channels = c.some(["till"], ["import", "api"]);
  if (c.random(3) === 0) made.weekdays = c.some([7, 1], [3]);
  if (c.random(3) === 0) made.month_days = c.some([8, 18, 28], [31]);
  if (c.random(3) === 0) made.hours = c.some([["18:00", "20:00"]], [["08:00", "10:30"], ["22:00", "02:00"]]);
  if (c.random(4) === 0) made.members = true;
  if (c.random(3) === 0) made.limits = c.some({ uses: c.between(1, 1e9) }, { amount: c.between(1, 1e9), member_units: c.between(1, 1000) });
  return made;
}

/** Values that are wrong for a parameter, and what kind of wrong they are. */
function wrongs(param) {
  const { type, min, max } = param;
  const found = [[null, "null"], [type === "boolean" ? 1 : true, "another type"]];
  if (NUMBERS.has(type)) found.push([min - 1, "below"], [max + 1, "above"], [1.5, "a fraction"], ["1", "a text"]);
  if (type === "choice") found.push(["no such option", "no option"], ["", "empty"]);
  if (type === "minute") found.push(["24:01", "above"], ["8:30", "a digit too few"], ["12:60", "no minute"]);
  if (type === "minute" && max < 1440) found.push([clock(max + 1), "above its own bound"]);
  if (type === "date") found.push(["2026-02-30", "no day"], ["20261122", "a number"], ["2026-1-1", "short"]);
  if (TEXTS.has(type)) found.push(["", "empty"], ["x".repeat(max + 1), "too long"], ["a\u0000b", "a zero byte"]);
  if (LISTS.has(type)) found.push([["a", "a"], "twice"], [[""], "an empty entry"], [["a", 1], "a number in it"], [[], "none"], ["a", "no list"]);
  if (LISTS.has(type) && max < 1000) found.push([Array.from({ length: max + 1 }, (_, i) => `w${i}`), "too many"]);
  if (type === "prices") found.push([{}, "none"], [{ a: -1 }, "below"], [{ a: "1" }, "a text"], [["a"], "a list"]);
  if (type === "tiers") found.push([[], "none"], [[{ at: 5, value: min }, { at: 5, value: min }], "not ascending"], [[{ at: 0, value: max + 1 }], "above"], [[{ at: 0 }], "no value"], [[{ at: 0, value: min, x: 1 }], "a stranger"]);
  return found;
}

const TYPES = [...NUMBERS, ...TEXTS, ...LISTS, "boolean", "minute", "date", "choice", "tiers", "prices"];
const everyType = (name, more) => `
local rule = { name = "forms.${name}", version = "1.0.0", api = 1, phase = "observe", summary = "A parameter of every type" }
rule.params = {
${TYPES.map((type) => `  p_${type} = { type = "${type}", doc = "A ${type}"${type === "choice" ? ', options = { "一", "b c" }' : ""}${more} },`).join("\n")}
}
function rule.evaluate() return nil end
return rule
`;

/** A pack folder with two rules that have every type: required, and neither required nor with a default. */
function every(t) {
  const folder = scratch();
  t.after(() => remove(folder));
  mkdirSync(join(folder, "rules/forms"), { recursive: true });
  mkdirSync(join(folder, "campaigns"));
  writeFileSync(join(folder, "rules/forms/must.lua"), everyType("must", ", required = true"));
  writeFileSync(join(folder, "rules/forms/may.lua"), everyType("may", ', label = { zh = "可选", en = "May" }'));
  return folder;
}

async function publish(node, folder) {
  const { code, stderr } = await node.suanpan("publish", folder);
  assert.equal(code, 0, stderr);
}

const own = ({ file, number, origins, window_origin, enabled_origin, ...rest }) => rest;
const byCode = (rules) => Object.fromEntries([...rules.campaigns, ...rules.disabled].map((each) => [each.code, own(each)]));

test("every form is the campaign its file is, and comes back as it was", { timeout: 600_000 }, async (t) => {
  const seed = Number(process.env.SP_SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`SP_SEED=${seed}`);
  const c = chance(seed);
  const node = await running(t);
  const folder = every(t);
  await publish(node, folder);
  const names = (await node.ask("GET", "/v1/rules")).rules.map(({ name }) => name);
  assert.ok(names.length > 60);
  const made = [];
  const types = new Set();
  for (const name of names) {
    const rule = await node.ask("GET", `/v1/rules/${name}`);
    for (const { type } of rule.params) types.add(type);
    for (let i = 0; i < FORMS; i++) {
      const code = `F${made.length}.${name}`.slice(0, 64);
      let sent, answer, tries = 0;
      do {
        sent = campaign(c, rule, code);
        answer = await node.admin("POST", "/v1/campaigns", sent);
        if (answer.status === 201) break;
        // Only what the rule itself says of parameters that do not fit together may refuse a form within bounds.
        assert.deepEqual([answer.status, answer.body.field], [400, "params"], `SP_SEED=${seed} ${JSON.stringify(sent)}: ${answer.text}`);
        assert.ok(answer.body.detail.length > 10, answer.text);
      } while (++tries < TRIES);
      assert.equal(answer.status, 201, `SP_SEED=${seed} ${name}: no form in ${TRIES} is good: ${answer.text}`);
      const back = await node.admin("GET", `/v1/campaigns/${code}`);
      assert.deepEqual(back.body.campaign, sent);
      made.push(sent);
    }
  }
  t.diagnostic(`${made.length} forms of ${names.length} rules, types ${[...types].sort().join(" ")}`);
  const formed = await node.ask("GET", "/v1/rules");
  const before = byCode(formed);
  for (const sent of made) {
    const kept = before[sent.code];
    assert.ok(kept, `${JSON.stringify(sent)} is in the generation`);
    assert.equal(kept.rule, sent.rule);
    for (const [name, given] of Object.entries(sent.params)) {
      const sorted = Array.isArray(given) && typeof given[0] === "string" ? [...given].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : given;
      assert.deepEqual(kept.params[name], sorted, `${sent.code} ${name}`);
    }
    const rule = formed.rules.find(({ name }) => name === sent.rule);
    for (const param of rule.params) {
      if (param.name in sent.params) continue;
      assert.deepEqual(kept.params[param.name], param.default, `${sent.code} ${param.name} is its default`);
    }
  }

  assert.deepEqual([...types].sort(), [...TYPES].sort());
  for (const sent of made) writeFileSync(join(folder, "campaigns", `${sent.code}.json`), JSON.stringify(sent, null, 2));
  const checked = await suanpan(["check", folder]);
  assert.equal(checked.code, 0, checked.stderr);
  const other = await running(t);
  await publish(other, folder);
  const filed = await other.ask("GET", "/v1/rules");
  assert.deepEqual(byCode(filed), before);
  assert.equal(filed.hash, formed.hash, "the same campaigns are the same generation, however they came");
});

test("what is out of bounds is refused, with the path of its field", { timeout: 600_000 }, async (t) => {
  const seed = Number(process.env.SP_SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`SP_SEED=${seed}`);
  const c = chance(seed);
  const node = await running(t);
  await publish(node, every(t));
  const first = (await node.ask("GET", "/v1/rules")).hash;
  let refused = 0;
  const tryIt = (rule, params, more = {}) => node.admin("POST", "/v1/campaigns?dry_run=1", { code: "X", rule, params, ...more });
  for (const { name } of (await node.ask("GET", "/v1/rules")).rules) {
    const rule = await node.ask("GET", `/v1/rules/${name}`);
    for (const param of rule.params) {
      for (const [bad, what] of wrongs(param)) {
        const answer = await tryIt(name, { ...fill(c, rule), [param.name]: bad });
        const where = `SP_SEED=${seed} ${name} ${param.name} (${param.type}) ${what}`;
        assert.equal(answer.status, 400, `${where}: ${answer.text}`);
        assert.match(answer.body.field ?? "", new RegExp(`^params\\.${param.name}(\\b|$)`), `${where}: ${answer.text}`);
        refused++;
      }
      if (!param.required) continue;
      const { [param.name]: gone, ...rest } = fill(c, rule);
      const answer = await tryIt(name, rest);
      assert.deepEqual([answer.status, answer.body.field], [400, `params.${param.name}`], `SP_SEED=${seed} ${name} without ${param.name}: ${answer.text}`);
    }
    const stranger = await tryIt(name, { ...fill(c, rule), stranger: 1 });
    assert.deepEqual([stranger.status, stranger.body.field], [400, "params.stranger"], stranger.text);
  }
  const fields = { priority: -1, weekdays: [8], month_days: [0], hours: [["25:00", "26:00"]], channels: ["fax"], from: "yesterday", limits: { uses: 0 }, title: { fr: "x" }, members: 1, stores: "S1" };
  for (const [name, bad] of Object.entries(fields)) {
    const answer = await tryIt("promotion.percent_off", { tag: "a", percent: 1 }, { [name]: bad });
    assert.equal(answer.status, 400, `${name}: ${answer.text}`);
    assert.match(answer.body.field ?? "", new RegExp(`^${name}\\b`), answer.text);
  }
  t.diagnostic(`${refused} values refused`);
  assert.equal((await node.ask("GET", "/v1/rules")).hash, first);
});

test("a campaign that is switched off is a generation's too, and comes back with it", async (t) => {
  const node = await running(t);
  const draft = { code: "DRAFT", rule: "promotion.percent_off", params: { tag: "a", percent: 1000 }, enabled: false };
  const { generation } = await node.ask("POST", "/v1/campaigns", draft);
  const rules = await node.ask("GET", "/v1/rules");
  assert.deepEqual([rules.hash, rules.disabled.map(({ code }) => code)], [generation, ["DRAFT"]]);
  await node.ask("PUT", "/v1/campaigns/DRAFT", { ...draft, params: { tag: "b", percent: 2000 } });
  await node.ask("POST", "/v1/campaigns", { code: "NEXT", rule: "promotion.percent_off", params: { percent: 1000 } });
  await node.ask("POST", "/v1/rules/rollback", { to: generation });
  assert.deepEqual((await node.ask("GET", "/v1/campaigns")).map(({ campaign }) => campaign), [draft]);
});
