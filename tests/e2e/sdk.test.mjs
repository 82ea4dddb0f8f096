// `suanpan sdk write`: what helps in writing rules, the same as what lies in the tree.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { remove, root, scratch, suanpan } from "./node.mjs";

const files = (folder) => readdirSync(folder, { recursive: true }).map(String).filter((name) => statSync(join(folder, name)).isFile());

test("annotations, reference and names are written, byte for byte those of the tree", async (t) => {
  const folder = scratch();
  t.after(() => remove(folder));
  const { code, stdout } = await suanpan(["sdk", "write", join(folder, "new", "rules")]);
  assert.equal(code, 0);
  const made = files(join(folder, "new", "rules"));
  assert.match(stdout, new RegExp(`^${made.length} files written`));
  assert.ok(made.includes("REFERENCE.zh.md") && made.includes(join("lib", "suanpan", "select.lua")));
  for (const name of made)
    assert.equal(readFileSync(join(folder, "new", "rules", name), "utf8"), readFileSync(join(root, "rules", name), "utf8"), name);
});

test("a misuse exits with 2, a folder that cannot be with 1", async (t) => {
  const folder = scratch();
  t.after(() => remove(folder));
  writeFileSync(join(folder, "file"), "");
  assert.equal((await suanpan(["sdk"])).code, 2);
  assert.equal((await suanpan(["sdk", "read", folder])).code, 2);
  const { code, stderr } = await suanpan(["sdk", "write", join(folder, "file")]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot be written/);
});
