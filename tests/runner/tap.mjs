// Counts what a program's TAP says, and does not believe it when the program did not end well.

/** Count the top-level lines of TAP; a program may print several plans, one after another. */
export function countTap(output) {
  const count = { planned: 0, passed: 0, failed: 0, skipped: 0 };
  for (const line of output.split("\n")) {
    const plan = /^1\.\.(\d+)/.exec(line);
    if (plan) count.planned += Number(plan[1]);
    if (/^not ok \d+/.test(line)) count[/# (TO[D]O|SKIP)/i.test(line) ? "skipped" : "failed"]++; // cmocka's skip() is "not ok"
    else if (/^ok \d+/.test(line)) count[/# SKIP/i.test(line) ? "skipped" : "passed"]++;
  }
  return count;
}

/** Why tests were skipped, as their TAP says. */
export function skippedTap(output) {
  return [...output.matchAll(/^(?:not )?ok \d+ (.*# SKIP.*)$/gim)].map(([, line]) => line.replace(/^- /, "").trim());
}

/** Count by the closing lines of node's own runner, whose tests nest. */
export function countNode(output) {
  const value = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  const passed = value("pass");
  const failed = value("fail") + value("cancelled");
  const skipped = value("skipped") + value("todo");
  return { planned: passed + failed + skipped, passed, failed, skipped };
}

/**
 * What a program's run comes to. `problem` is why it counts as failed beyond the failures it told of: it was killed, was
 * late, ended with an error without saying why, broke off before its plan was done, or ran nothing.
 */
export function verdict(result, count) {
  const told = count.passed + count.failed + count.skipped;
  let problem = "";
  if (result.late) problem = "took too long";
  else if (result.signal) problem = `crashed: ${result.signal}`;
  else if (result.code === null) problem = "could not be started";
  else if (result.code !== 0 && count.failed === 0) problem = `ended with ${result.code}`;
  else if (told < count.planned) problem = `broke off after ${told} of ${count.planned} tests`;
  else if (told === 0) problem = "ran no test";
  return { passed: count.passed, failed: count.failed + (problem ? 1 : 0), skipped: count.skipped, problem };
}
