// The tutorial of rules/README*.md, as a reader follows it: its blocks in order, files written where they say, commands run by bash in a scratch
// folder against the built program. Two things a reader has and a block has not: a moment's patience after `serve &`, and a sale to explain.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { environment, Node, program, remove, root, scratch, until } from "./node.mjs";

/** [{ language, path, text, line }] of a page. */
function blocks(page) {
  const found = [];
  let open = null;
  for (const [i, line] of readFileSync(page, "utf8").split("\n").entries()) {
    const fence = line.match(/^```(\S*)\s*(\S*)$/);
    if (fence && !open) open = { language: fence[1], path: fence[2], text: "", line: i + 2 };
    else if (fence) open = (found.push(open), null);
    else if (open) open.text += `${line}\n`;
  }
  assert.equal(open, null, `${page}: a block does not end`);
  return found;
}

/** Commands in a folder they may leave; what they start in the background is named in `started` and waited for. */
class Terminal {
  constructor(folder) {
    this.folder = this.here = folder;
    this.started = [];
    this.logs = [];
    mkdirSync(join(folder, "bin"));
    symlinkSync(program, join(folder, "bin/suanpan"));
  }

  async type(text) {
    const log = join(this.folder, `log${this.logs.push(this.logs.length)}`);
    const [pids, here] = [join(this.folder, "pids"), join(this.folder, "here")];
    const patient = text.replace(/&[ \t]*(#.*)?$/gm, `& echo $! >> ${pids}; until [ -S shop/node.sock ]; do sleep 0.05; done`);
    const script = `set -euo pipefail; exec >${log} 2>&1; : >${pids}; cd ${this.here}\n${patient}\npwd >${here}`;
    const env = { ...environment({ SUANPAN_LISTEN: "127.0.0.1:0" }), PATH: `${join(this.folder, "bin")}:${process.env.PATH}` };
    const child = spawn("bash", ["-c", script], { env, stdio: "ignore" });
    const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
    const said = readFileSync(log, "utf8");
    this.started.push(...readFileSync(pids, "utf8").split("\n").filter(Boolean).map(Number));
    if (code === 0) this.here = readFileSync(here, "utf8").trim();
    return { code, said };
  }

  /** The port that what was started listens on. */
  async port() {
    let found;
    await until(() => (found = this.logs.map((i) => readFileSync(join(this.folder, `log${i + 1}`), "utf8").match(/listening on \S+:(\d+)/)).find(Boolean)), "an address");
    return Number(found[1]);
  }

  close() {
    for (const pid of this.started) process.kill(pid, "SIGKILL");
    remove(this.folder);
  }
}

async function sellThree(terminal) {
  const node = new Node(join(terminal.here, "shop"));
  node.port = await terminal.port();
  const seller = await node.login({ till: "T01" });
  await seller.openShift();
  const sold = await seller.sell([{ code: "chips", quantity: 3000 }]);
  seller.close();
  return sold;
}

/** What a block must have said, by what it does. */
const expected = [
  [/publish mypack --check-only/, [/mypack\.cheapest_half/, /HALF/, /: generation [0-9a-f]{64} sells at T01$/m, /^Live: generation [0-9a-f]{64}$/m, /^previous /m]],
  [/explain T01-000001/, [/cheapest_half\.lua:\d+/, /-3\.75|3\.75/, /^Live: generation [0-9a-f]{64}$/m]],
  [/replay mypack/, [/\S/]],
  [/call POST \/v1\/quotes/, [/"total":2250/]],
];

for (const name of ["README.md", "README.zh.md"]) {
  test(`the tutorial of rules/${name} works as it is written`, { timeout: 180_000 }, async (t) => {
    const terminal = new Terminal(scratch("suanpan-tutorial-"));
    t.after(() => terminal.close());
    symlinkSync(join(root, "rules"), join(terminal.folder, "rules")); // the reader is in the tree
    let run = 0;
    for (const { language, path, text, line } of blocks(join(root, "rules", name))) {
      if (path !== "") {
        const file = join(terminal.folder, "work/mypack", path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      if (language !== "sh") continue;
      if (text.includes("explain T01-000001")) assert.equal((await sellThree(terminal)).receipt, "T01-000001");
      const { code, said } = await terminal.type(text);
      assert.equal(code, 0, `rules/${name}:${line}:\n${said}`);
      for (const [which, patterns] of expected) if (which.test(text)) for (const pattern of patterns) assert.match(said, pattern, `rules/${name}:${line}`);
      run++;
    }
    assert.ok(run >= 7, `only ${run} blocks of commands`);
    assert.equal(terminal.started.length, 1);
  });
}
