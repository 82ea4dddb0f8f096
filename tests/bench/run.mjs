// ./dev bench [GROUP[:PART]…] [--quick | --full]: measure, print a table, write build/bench.json (parts not run keep
// what they last had there).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import * as rules from "./rules.mjs";
import * as sale from "./sale.mjs";
import * as till from "./till.mjs";
import { clean, root } from "./tools.mjs";

const groups = { sale, rules, till };

const say = (line) => process.stdout.write(`${line}\n`);
const meets = (value, op, bound) => (op === ">=" ? value >= bound : value <= bound);
const shown = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Columns as wide as their widest cell. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) say(row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

function print(results) {
  const verdict = ({ value, op, goal, floor }) =>
    meets(value, op, goal) ? "ok" : floor !== null && !meets(value, op, floor) ? "BELOW THE FLOOR" : "misses its goal";
  const row = (r) => [r.group, r.name, `${shown(r.value)} ${r.unit}`, r.op, String(r.goal), r.floor === null ? "" : String(r.floor), r.samples, verdict(r)];
  table([["group", "name", "value", "", "goal", "floor", "measured", ""], ...results.map(row)]);
  const missed = results.filter((r) => verdict(r) !== "ok");
  if (missed.length > 0) say(`\n${missed.length} of ${results.length} miss their goal:`);
  for (const r of missed) say(`  ${r.name}: ${shown(r.value)} ${r.unit}, goal ${r.op} ${r.goal}`);
  return results.some((r) => verdict(r) === "BELOW THE FLOOR");
}

/** What earlier runs wrote of parts that this run left out. */
function others(chosen) {
  try {
    const before = JSON.parse(readFileSync(join(root, "build/bench.json"), "utf8"));
    return before.filter(({ group, part }) => part && !chosen.includes(`${group}:${part}`));
  } catch {
    return [];
  }
}

async function main(words) {
  const plan = words.includes("--full") ? "full" : words.includes("--quick") ? "quick" : "usual";
  const wanted = words.filter((word) => !word.startsWith("--"));
  const known = Object.entries(groups).flatMap(([name, group]) => Object.keys(group.parts).map((part) => `${name}:${part}`));
  const chosen = known.filter((id) => wanted.length === 0 || wanted.some((word) => id === word || id.startsWith(`${word}:`)));
  if (chosen.length === 0) {
    say(`there is no such group: ${[...Object.keys(groups), ...known].join(", ")}`);
    return 2;
  }
  const results = [];
  const load = loadavg()[0];
  say(`plan ${plan}; load before the start ${load.toFixed(2)}${load > 0.3 ? ": others use this machine, ratios will be noisy" : ""}`);
  for (const id of chosen) {
    const [name, part] = id.split(":");
    const add = (what, value, unit, op, goal, floor, samples) =>
      results.push({ group: name, part, name: what, value, unit, op, goal, floor, samples });
    say(`== ${id}`);
    await groups[name].parts[part](groups[name].plans[plan], (line) => say(`   ${line}`), add);
  }
  clean();
  const low = print(results);
  mkdirSync(join(root, "build"), { recursive: true });
  const kept = [...others(chosen), ...results.map(({ floor, ...rest }) => rest)];
  writeFileSync(join(root, "build/bench.json"), `${JSON.stringify(kept, null, 2)}\n`);
  return low ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
