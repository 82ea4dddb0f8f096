// Runs one program with a time limit and keeps what it printed.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";

const KEEP_BYTES = 4 << 20; // of the output, in memory; the log file has all of it

/**
 * @param {string[]} command program and arguments
 * @param {{ cwd?: string, env?: object, seconds: number, log: string }} options
 * @returns {Promise<{ code: number | null, signal: string | null, late: boolean, output: string, seconds: number }>}
 */
export function run(command, { cwd, env, seconds, log }) {
  const started = performance.now();
  const file = createWriteStream(log);
  // A group of its own, so that a late program goes together with the programs it started.
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const kept = [];
  let size = 0;
  let late = false;
  const keep = (bytes) => {
    file.write(bytes);
    kept.push(bytes);
    size += bytes.length;
    while (size > KEEP_BYTES && kept.length > 1) size -= kept.shift().length;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const endGroup = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // already gone
    }
  };
  const timer = setTimeout(() => {
    late = true;
    endGroup();
  }, seconds * 1000);
  return new Promise((resolve) => {
    const done = (code, signal) => {
      clearTimeout(timer);
      const seconds = (performance.now() - started) / 1000;
      const output = Buffer.concat(kept).toString();
      file.end(() => resolve({ code, signal, late, output, seconds }));
    };
    // A program that cannot be started closes too, with a negative code.
    child.on("error", (error) => keep(Buffer.from(`${error.message}\n`)));
    // What a program left running would hold the pipes open for ever.
    child.on("exit", () => setTimeout(endGroup, 200));
    child.on("close", (code, signal) => done(code < 0 ? null : code, signal));
  });
}

/**
 * Call `work` on every item, at most `width` at a time; the results keep the order of the items. The first lane begins at
 * the front, the others at the end: what computes stands in front, what mostly waits behind, and so they run side by side.
 */
export async function pool(items, width, work) {
  const results = new Array(items.length);
  let first = 0;
  let last = items.length - 1;
  const lane = async (_, number) => {
    while (first <= last) {
      const index = number === 0 ? first++ : last--;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, lane));
  return results;
}
