// The virtual printer as a process behind a TCP port, for tests of this folder.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = process.env.VPRINTER_BIN ?? "build/asan/tests/vprinter";

/** ESC/POS bytes of a code, by our own encoder: ours(["qr", 4, "M"], data). */
export function ours(words, data) {
  const made = spawnSync(PROGRAM, words.map(String), { input: data });
  if (made.error) throw made.error;
  assert.equal(made.status, 0, made.stderr.toString());
  return made.stdout;
}

/** A folder that goes when the process ends. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "suanpan-foreign-"));
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

export class Printer {
  #child;
  #lines;
  #ended;

  /** @param {string[]} options of the program, before `serve` */
  static async start({ options = [], address = "127.0.0.1", port = 0 } = {}) {
    const printer = new Printer();
    printer.address = address;
    printer.#child = spawn(PROGRAM, [...options, "serve", address, String(port)], { stdio: ["pipe", "pipe", "inherit"] });
    printer.#ended = once(printer.#child, "exit");
    printer.#lines = createInterface({ input: printer.#child.stdout })[Symbol.asyncIterator]();
    const first = await printer.#lines.next();
    const found = /^port (\d+)$/.exec(first.value ?? "");
    if (!found) throw new Error(`the virtual printer did not start on ${address}:${port}`);
    printer.port = Number(found[1]);
    return printer;
  }

  /** Say a control line; gives the lines before its "ok". */
  async say(line) {
    const answer = [];
    this.#child.stdin.write(`${line}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`the virtual printer ended at "${line}"`);
      if (value === "ok") return answer;
      if (value.startsWith("error: ")) throw new Error(`${line}: ${value}`);
      answer.push(value);
    }
  }

  /** Send bytes over the wire and wait until the printer has read them all; gives what it answered. */
  async send(bytes) {
    const socket = connect(this.port, this.address);
    const answer = [];
    socket.on("data", (chunk) => answer.push(chunk));
    socket.end(bytes);
    await once(socket, "close");
    return Buffer.concat(answer);
  }

  /** Lines of the paper, without the marks of what is no text. */
  async lines() {
    const marks = /^ *\[(cut|buzzer|drawer|image|QR|PDF417|unknown|UPC-[AE]|EAN\d+|CODE\d+|ITF|CODABAR)[\] ]/;
    return (await this.say("text")).map((line) => line.slice(2)).filter((line) => !marks.test(line));
  }

  async page() {
    return JSON.parse((await this.say("json"))[0]);
  }

  /** The paper as a picture, torn off. */
  async png(path) {
    await this.say(`png ${path}`);
    await this.say("tear");
    return readFileSync(path);
  }

  async stop() {
    this.#child.stdin.end();
    const [code] = await this.#ended;
    assert.equal(code, 0, "the virtual printer ended badly");
  }
}
