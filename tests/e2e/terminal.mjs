// A program on a terminal of its own: `script` makes the pty, and what the program draws is kept as a screen.
//
//   const terminal = open(t, ["till", "--tui"], { columns: 80, rows: 24 });
//   await terminal.sees("Sign in");
//   terminal.type("1001"); terminal.press("Enter");
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { environment, program, until } from "./node.mjs";

const names = {
  Enter: "\r", Escape: "\x1b", Backspace: "\x7f", Delete: "\x1b[3~", Tab: "\t", Up: "\x1b[A", Down: "\x1b[B", PageDown: "\x1b[6~", CtrlC: "\x03",
  F1: "\x1bOP", F2: "\x1bOQ", F3: "\x1bOR", F4: "\x1bOS", F5: "\x1b[15~", F6: "\x1b[17~", F7: "\x1b[18~", F8: "\x1b[19~", F9: "\x1b[20~",
  F10: "\x1b[21~", F11: "\x1b[23~", F12: "\x1b[24~",
};

const isWide = (text) => /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(text);

/** Only what a till draws with: places, colours, clearing, the alternate screen. */
class Screen {
  constructor(columns, rows) {
    Object.assign(this, { columns, rows, alternate: false, cursor: true, bells: 0, rest: "" });
    this.clear();
  }

  clear() {
    this.cells = Array.from({ length: this.rows }, () => Array(this.columns).fill(" "));
    this.row = this.column = 0;
  }

  resize(columns, rows) {
    Object.assign(this, { columns, rows });
    this.clear();
  }

  put(text) {
    if (this.row < this.rows && this.column < this.columns) this.cells[this.row][this.column] = text;
    this.column++;
    if (!isWide(text)) return;
    if (this.row < this.rows && this.column < this.columns) this.cells[this.row][this.column] = "";
    this.column++;
  }

  control(sequence) {
    const [, args, letter] = sequence.match(/^\x1b\[([?\d;]*)(.)$/);
    if (letter === "H") [this.row, this.column] = args.split(";").map((number) => Number(number) - 1);
    if (letter === "J") this.clear();
    if (/^\?1049$/.test(args)) this.alternate = letter === "h";
    if (/^\?25$/.test(args)) this.cursor = letter === "h";
  }

  feed(chunk) {
    this.rest += chunk;
    for (;;) {
      const [whole] = this.rest.match(/^(\x1b\[[?\d;]*[A-Za-z]|[^\x1b])/su) ?? [];
      if (whole === undefined) return;
      this.rest = this.rest.slice(whole.length);
      if (whole[0] === "\x1b") this.control(whole);
      else if (whole === "\x07") this.bells++;
      else if (whole === "\r") this.column = 0;
      else if (whole === "\n") this.row++;
      else this.put(whole);
    }
  }

  get text() {
    return this.cells.map((row) => row.join("").trimEnd()).join("\n");
  }
}

export class Terminal {
  constructor(args, { columns = 80, rows = 24, env = {} } = {}) {
    this.screen = new Screen(columns, rows);
    this.output = "";
    const words = args.map((word) => `'${word}'`).join(" ");
    const run = `stty rows ${rows} cols ${columns}; sh -c 'echo PID=$$; exec "$0" "$@"' '${program}' ${words}; echo "ENDED=$?"; stty -a`;
    this.child = spawn("script", ["-qfec", run, "/dev/null"], { env: environment({ SHELL: "/bin/sh", TERM: "xterm", ...env }), stdio: ["pipe", "pipe", "inherit"] });
    this.end = new Promise((resolve) => this.child.on("close", resolve));
    this.child.stdin.on("error", () => {});
    this.child.stdout.setEncoding("utf8").on("data", (chunk) => {
      this.output += chunk;
      this.screen.feed(chunk);
    });
  }

  get text() {
    return this.screen.text;
  }

  get pid() {
    return Number(this.output.match(/PID=(\d+)/)[1]);
  }

  /** Kilobytes in memory. */
  get memory() {
    return Number(readFileSync(`/proc/${this.pid}/status`, "utf8").match(/VmRSS:\s+(\d+) kB/)[1]);
  }

  /** A sanitizer has a shadow of its own: its memory says nothing. */
  get sanitized() {
    return /lib[at]san/.test(readFileSync(`/proc/${this.pid}/maps`, "utf8"));
  }

  type(text) {
    this.child.stdin.write(text);
  }

  press(...keys) {
    for (const key of keys) this.type(names[key] ?? key);
  }

  /** Type a line. */
  enter(text) {
    this.type(`${text}\r`);
  }

  resize(columns, rows) {
    this.screen.resize(columns, rows);
    const tty = readlinkSync(`/proc/${this.pid}/fd/0`);
    const done = spawnSync("stty", ["-F", tty, "rows", String(rows), "cols", String(columns)], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
  }

  async sees(what, ms) {
    const there = () => (what instanceof RegExp ? what.test(this.text) : this.text.includes(what));
    await until(there, `"${what}" on the terminal`, ms).catch((error) => {
      throw new Error(`${error.message}:\n${this.text}`);
    });
  }

  async loses(what, ms) {
    await until(() => !this.text.includes(what), `"${what}" to go`, ms).catch((error) => {
      throw new Error(`${error.message}:\n${this.text}`);
    });
  }

  /** Wait for the program: { status, modes } with what stty says afterwards. */
  async ended() {
    await until(() => /ENDED=\d+[^]*-?echo\b[^]*\n/.test(this.output.slice(this.output.lastIndexOf("ENDED="))), "the end of the program");
    const tail = this.output.slice(this.output.lastIndexOf("ENDED="));
    return { status: Number(tail.match(/ENDED=(\d+)/)[1]), modes: tail };
  }

  close() {
    try {
      process.kill(this.pid, "SIGKILL");
    } catch {
      // it has ended
    }
    this.child.kill("SIGKILL");
    return this.end;
  }
}

/** A program on a terminal that is gone when the test ends. */
export function open(t, args, options) {
  const terminal = new Terminal(args, options);
  t.after(() => terminal.close());
  return terminal;
}
