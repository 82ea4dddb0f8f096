// Runs the suites and ends with one line that counts them all: node tests/run.mjs [--long] [SUITE…]
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pool, run } from "./runner/process.mjs";
import { suites, SANITIZERS } from "./runner/suites.mjs";
import { skippedTap, verdict } from "./runner/tap.mjs";

const LOGS = "build/test-logs";
const SHOWN_LINES = 200; // of a failed program's output; the rest is in its log
const WIDTH = Math.min(4, 1 + availableParallelism()); // one lane computes, the others mostly wait

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));

const say = (line) => process.stdout.write(`${line}\n`);
const time = (seconds) => `${seconds.toFixed(1)} s`;
const logOf = (name) => join(LOGS, `${name.replace(/[^\w.-]+/g, "_")}.log`);

function show(output) {
  const lines = output.trimEnd().split("\n");
  if (lines.length > SHOWN_LINES) say(`  | … ${lines.length - SHOWN_LINES} lines before these`);
  for (const line of lines.slice(-SHOWN_LINES)) say(`  | ${line}`);
}

/** Run one program and tell how it went. */
async function attempt(program, long) {
  const log = logOf(program.name);
  const result = await run(program.command, {
    cwd: program.cwd,
    env: { ...SANITIZERS, CMOCKA_MESSAGE_OUTPUT: "TAP", ...(long ? { SP_LONG: "1" } : {}), ...program.env },
    seconds: program.seconds,
    log,
  });
  // A program without TAP is one test: it ends well or it does not.
  const silent = { planned: 1, passed: result.code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  const told = verdict(result, program.silent ? silent : program.count(result.output));
  const state = told.failed > 0 ? "FAIL" : "ok  ";
  const skipped = told.skipped > 0 ? `, ${told.skipped} skipped` : "";
  const problem = told.problem ? `: ${told.problem}` : "";
  say(`${state} ${program.name}  ${told.passed} of ${told.passed + told.failed}${skipped}, ${time(result.seconds)}${problem}`);
  if (told.skipped > 0) for (const line of skippedTap(result.output)) say(`  | SKIPPED: ${line}`);
  if (told.failed > 0) {
    show(result.output);
    say(`  | (log: ${log})`);
  }
  return { ...told, seconds: result.seconds };
}

async function build([flavour, target]) {
  const result = await run(["./dev", "build", flavour, target], { seconds: 1800, log: logOf(`build-${flavour}`) });
  const good = result.code === 0;
  say(`${good ? "ok  " : "FAIL"} build ${flavour} ${target}, ${time(result.seconds)}`);
  if (!good) show(result.output);
  return good;
}

/** Build what the suites need, each target once. What is left of an older build is not what is being tested. */
async function buildAll(names) {
  const built = new Map();
  const good = [];
  for (const name of names) {
    let ready = true;
    for (const wanted of suites[name].builds) {
      const key = wanted.join(" ");
      if (!built.has(key)) built.set(key, await build(wanted));
      ready = ready && built.get(key);
    }
    if (ready) good.push(name);
    else say(`FAIL ${name} cannot run: its build failed`);
  }
  return good;
}

/** The programs of a suite, or none after saying why. */
function programsOf(name, long) {
  try {
    const programs = suites[name].programs({ long }).map((program) => ({ ...program, suite: name }));
    if (programs.length === 0) say(`FAIL ${name} has no program`);
    return programs;
  } catch (error) {
    say(`FAIL ${name}: ${error.message}`);
    return [];
  }
}

/** Every program of every suite: those that need the machine for themselves first, one by one, then the others in lanes. */
async function runAll(programs, long) {
  const one = async (program) => ({ ...(await attempt(program, long)), suite: program.suite });
  const alone = await pool(programs.filter((each) => each.alone), 1, one);
  const together = await pool(programs.filter((each) => !each.alone), WIDTH, one);
  return [...alone, ...together];
}

/** Say what a suite came to. One that could not be built or has no program is one failure. */
function sum(name, told) {
  const total = { passed: 0, failed: told.length === 0 ? 1 : 0, skipped: 0, seconds: 0 };
  for (const each of told) for (const key of Object.keys(total)) total[key] += each[key];
  say(`== ${name}: ${total.passed} good, ${total.failed} bad, ${time(total.seconds)}`);
  return total;
}

async function main(words) {
  const long = words.includes("--long");
  const wanted = words.filter((word) => word !== "--long");
  const unknown = wanted.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    say(`no suite is called ${unknown.join(", ")}: ${Object.keys(suites).join(", ")}`);
    return 2;
  }
  mkdirSync(LOGS, { recursive: true });
  const names = Object.keys(suites).filter((each) => wanted.length === 0 || wanted.includes(each));
  const programs = (await buildAll(names)).flatMap((name) => programsOf(name, long));
  const told = await runAll(programs, long);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names) {
    const part = sum(name, told.filter((each) => each.suite === name));
    for (const key of Object.keys(total)) total[key] += part[key];
  }
  if (total.passed + total.failed === 0) total.failed = 1;
  say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
  return total.failed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
