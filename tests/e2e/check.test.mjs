// `suanpan check PACK` from outside: what it prints of layers, groups and warnings, in both languages, and how it exits.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { remove, scratch, suanpan } from "./node.mjs";

/** A folder with these files, JSON unless they are text. */
function pack(t, files) {
  const folder = scratch();
  t.after(() => remove(folder));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const soda = (code, more) => ({ code, rule: "promotion.multibuy", params: { tag: "soda", ...more } });

const acme = {
  "pack.json": {
    name: "acme",
    version: "1.2",
    groups: { item: { mode: "best", excludes: ["staff"] }, staff: {} },
    rules: { "promotion.multibuy": { set: { buy: 4 }, lock: ["pay"] } },
    campaigns: { TEA: { enabled: false } },
  },
  "campaigns.json": { campaigns: [soda("SODA"), { ...soda("TEA"), params: { tag: "tea" } }] },
  "stores/S1.json": { campaigns: { SODA: { enabled: false } } },
};

test("a sound pack prints its rules, order, groups and what its layers changed", async (t) => {
  const result = await suanpan(["check", pack(t, acme), "--strict"]);
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^Pack acme, version 1\.2$/m);
  assert.match(result.stdout, /^promotion\.multibuy +\S+ +promotion +in use +base\/promotion\/multibuy\.lua$/m);
  assert.match(result.stdout, /^promotion +\d+ +promotion\.multibuy +SODA +item$/m);
  assert.match(result.stdout, /^item +best +unit +staff +acme\/pack\.json$/m);
  assert.match(result.stdout, /^promotion\.multibuy +buy +4 +acme\/pack\.json$/m);
  assert.match(result.stdout, /^TEA +enabled +false +acme\/pack\.json$/m);
  assert.match(result.stdout, /^Layers of stores: 1$/m);
  assert.match(result.stdout, /^Everything is well\.$/m);
});

test("warnings do not fail a check unless it is strict", async (t) => {
  const folder = pack(t, { ...acme, "campaigns/SODB.json": soda("SODB", { buy: 5 }) });
  const mild = await suanpan(["check", folder]);
  assert.equal(mild.code, 0, mild.stderr);
  assert.match(mild.stdout, /^acme\/campaigns\/SODB\.json: Only its code puts SODA before SODB: .*\[tie\]$/m);
  assert.match(mild.stdout, /^warnings: 1$/m);
  const strict = await suanpan(["check", folder, "--strict", "--lang", "zh"]);
  assert.equal(strict.code, 2);
  assert.match(strict.stdout, /SODA 排在 SODB 之前只因编码不同/);
  assert.match(strict.stdout, /^叠加组：$/m);
});

test("the layer of every store is checked, and an error names its file and field", async (t) => {
  const folder = pack(t, { ...acme, "stores/S7.json": { campaigns: { SODA: { set: { pay: 1 } } } } });
  const result = await suanpan(["check", folder]);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /campaigns\.SODA\.set\.pay: acme\/stores\/S7\.json: The rule promotion\.multibuy locks pay in acme\/pack\.json/);
});

test("a file whose name is misspelled is an error, not a campaign that nobody finds", async (t) => {
  const result = await suanpan(["check", pack(t, { "campaign.json": { campaigns: [] } })]);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /campaign\.json is no file of a pack/);
});
