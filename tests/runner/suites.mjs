// The suites of ./dev test: what each builds and which programs it runs.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { countNode, countTap } from "./tap.mjs";

const LONG_FACTOR = 30; // SP_LONG programs do 25 times the work
const RULE_COVERAGE = 95; // percent of the lines of built-in rules that their specs and golden baskets run
const SANITIZERS = {
  ASAN_OPTIONS: "detect_leaks=1:abort_on_error=1:disable_coredump=1:strict_string_checks=1",
  UBSAN_OPTIONS: "print_stacktrace=1",
  TSAN_OPTIONS: "halt_on_error=1:abort_on_error=1:second_deadlock_stack=1",
};

/** Folder entries, or none when there is no such folder. */
function list(folder, pattern) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)).sort() : [];
}

const property = (test, name) => test.properties?.find((entry) => entry.name === name)?.value;
const labels = (test) => property(test, "LABELS") ?? [];

/** What CMake registered with add_test in a flavour, as programs for the runner. */
function registered(flavour, wanted, { long, wrap = [] }) {
  const shown = spawnSync("ctest", ["--test-dir", `build/${flavour}`, "--show-only=json-v1"], { encoding: "utf8" });
  if (shown.status !== 0) throw new Error(`ctest could not list the tests of build/${flavour}: ${shown.stderr}`);
  return JSON.parse(shown.stdout)
    .tests.filter((test) => wanted(test.name, labels(test)))
    .map((test) => ({
      name: test.name,
      command: [...wrap, ...(test.command ?? ["missing-program"])],
      cwd: property(test, "WORKING_DIRECTORY"),
      env: { ...Object.fromEntries((property(test, "ENVIRONMENT") ?? []).map((pair) => pair.split(/=(.*)/s, 2))) },
      seconds: (property(test, "TIMEOUT") ?? 300) * (long ? LONG_FACTOR : 1),
      alone: property(test, "RUN_SERIAL") === true,
      count: countTap,
    }));
}

/** ThreadSanitizer needs the addresses where it expects them; where the kernel may shuffle them further, hold it. */
function withoutShuffling() {
  return spawnSync("setarch", ["-R", "true"]).status === 0 ? ["setarch", "-R"] : [];
}

/** The "key = value" lines of tests/fuzz/NAME.options as libFuzzer flags. */
function fuzzOptions(name) {
  const path = `tests/fuzz/${name}.options`;
  if (!existsSync(path)) return [];
  return [...readFileSync(path, "utf8").matchAll(/^(\w+)\s*=\s*(\S+)$/gm)].map(([, key, value]) =>
    key === "dict" ? `-dict=tests/fuzz/${value}` : `-${key}=${value}`,
  );
}

/** Fuzzing adds to a corpus, so it works on a copy: what it finds worth keeping is added to tests/fuzz/corpus by hand. */
function fuzzCorpus(name) {
  const kept = `tests/fuzz/corpus/${name}`;
  const copy = `build/fuzz/corpus/${name}`;
  mkdirSync(copy, { recursive: true });
  for (const file of list(kept, /./)) copyFileSync(join(kept, file), join(copy, file));
  return { kept, copy };
}

function fuzzPrograms(long) {
  const seconds = Number(process.env.SP_FUZZ_SECONDS || (long ? 60 : 3));
  const targets = (process.env.SP_FUZZ_TARGETS ?? "").split(/\s+/).filter(Boolean);
  mkdirSync("build/fuzz/found", { recursive: true });
  const names = list("tests/fuzz", /\.c$/).map((file) => basename(file, ".c"));
  const unknown = targets.filter((target) => !names.includes(target));
  if (unknown.length > 0) throw new Error(`no fuzzer is called ${unknown.join(", ")}: ${names.join(", ")}`);
  return names
    .filter((name) => targets.length === 0 || targets.includes(name))
    .flatMap((name) => {
      const { kept, copy } = fuzzCorpus(name);
      const program = [`build/fuzz/fuzz/fuzz_${name}`, ...fuzzOptions(name), "-artifact_prefix=build/fuzz/found/"];
      const one = { env: {}, silent: true }; // libFuzzer speaks no TAP: it ends with 0 or with a finding
      const replay = { ...one, name: `fuzz/${name}/corpus`, command: [...program, "-runs=0", kept], seconds: 120 };
      const search = {
        ...one,
        name: `fuzz/${name}/${seconds} s`,
        command: [...program, `-max_total_time=${seconds}`, "-timeout=10", "-rss_limit_mb=2048", copy],
        seconds: seconds + 60,
      };
      return list(kept, /./).length > 0 ? [replay, search] : [search];
    });
}

const shell = (name, command, extra = {}) => ({ name, command, env: {}, seconds: 900, count: countTap, ...extra });

/** Specs by `suanpan test`: of the test host itself, of the built-in pack, of the example packs that have any. */
function rulesPrograms() {
  const program = join(process.cwd(), "build/asan/suanpan");
  const extra = { env: { SUANPAN_BIN: program } };
  const one = (name, ...words) => shell(`rules/${name}`, [program, "test", ...words, "-o", "TAP"], extra);
  const packs = list("rules/packs", /^[^.]+$/).filter((name) =>
    ["spec", "cases"].some((folder) => existsSync(join("rules/packs", name, folder))),
  );
  return [
    ...list("tests/rules", /_spec\.lua$/).map((file) => one(basename(file, "_spec.lua"), `tests/rules/${file}`)),
    one("base", "rules/base", `--rule-coverage=${RULE_COVERAGE}`),
    ...packs.map((name) => one(`packs/${name}`, `rules/packs/${name}`)),
  ];
}

/** Every suite: { builds: [flavour, target] pairs, programs: (options) => programs }. What computes stands before what
 * waits: the lanes of the runner take them from both ends. */
export const suites = {
  runner: {
    builds: [],
    programs: () => [
      shell("runner", ["node", "--test", "--test-reporter=tap", "tests/runner/runner.test.mjs"], { count: countNode }),
    ],
  },
  lint: {
    builds: [["dev", "generated"]],
    programs: () => [
      shell("lint/selftest", ["lua5.4", "tests/lint/selftest.lua"]),
      shell("lint/tools_selftest", ["tests/lint/tools_selftest.sh"]),
      shell("lint/own", ["lua5.4", "tests/lint/lint.lua"]),
      // It fills every core by itself, so what runs beside it goes first.
      shell("lint/tools", ["nice", "-n", "19", "tests/lint/tools.sh"], { seconds: 1800 }),
    ],
  },
  unit: {
    builds: [["asan", "all"]],
    programs: (options) => registered("asan", (name) => name.startsWith("unit/"), options),
  },
  contract: {
    builds: [["asan", "all"], ["release", "all"]],
    programs: (options) => [
      ...registered("asan", (name, marks) => !name.startsWith("unit/") && !marks.includes("release"), options),
      ...registered("release", (name, marks) => marks.includes("release"), options),
    ],
  },
  threads: {
    builds: [["tsan", "thread_programs"]],
    programs: (options) =>
      registered("tsan", (name, marks) => marks.includes("threads"), { ...options, wrap: withoutShuffling() }),
  },
  fuzz: {
    builds: [["fuzz", "fuzz_programs"]],
    programs: ({ long }) => fuzzPrograms(long),
  },
  rules: {
    builds: [["asan", "all"]],
    programs: () => rulesPrograms(),
  },
  foreign: {
    builds: [["asan", "vprinter"]],
    programs: () =>
      list("tests/foreign", /\.test\.mjs$/).map((file) =>
        shell(`foreign/${basename(file, ".test.mjs")}`, ["node", "--test", "--test-reporter=tap", `tests/foreign/${file}`], {
          env: { VPRINTER_BIN: join(process.cwd(), "build/asan/tests/vprinter") },
          count: countNode,
        }),
      ),
  },
  vm: {
    builds: [["asan", "vm_devices"]],
    programs: () => [
      shell("vm/devices", ["node", "tests/vm/run.mjs", "build/asan/tests/vm_devices"], { seconds: 600, alone: true }),
    ],
  },
  e2e: {
    builds: [["release", "all"]],
    programs: ({ long }) =>
      list("tests/e2e", /\.test\.mjs$/).map((file) =>
        shell(`e2e/${basename(file, ".test.mjs")}`, ["node", "--test", "--test-reporter=tap", `tests/e2e/${file}`], {
          env: { SUANPAN_BIN: join(process.cwd(), "build/release/suanpan") },
          seconds: 900 * (long ? LONG_FACTOR : 1),
          count: countNode,
        }),
      ),
  },
  browser: {
    builds: [["release", "all"]],
    programs: ({ long }) =>
      list("tests/browser", /\.test\.mjs$/).map((file) =>
        shell(`browser/${basename(file, ".test.mjs")}`, ["node", "--test", "--test-reporter=tap", `tests/browser/${file}`], {
          env: { SUANPAN_BIN: join(process.cwd(), "build/release/suanpan") },
          seconds: 900 * (long ? LONG_FACTOR : 1),
          count: countNode,
        }),
      ),
  },
  demo: {
    builds: [["release", "all"]],
    programs: () => [shell("demo", ["node", "tests/e2e/demo.mjs", "--once"], { silent: true, alone: true })],
  },
};

export { SANITIZERS };
