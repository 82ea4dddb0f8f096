// Devices that are not there: `suanpan device simulate …` behind a port of its own, told by lines of text what happens to them.
//
//   const scale = await Device.start("scale", "--protocol", "mt8217");
//   await scale.say("weight 652");                 // → what it answers, without its "ok"
//   await node.ask("PUT", "/v1/devices/scale1", scale.configuration("T01"));
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { environment, program, until } from "../e2e/node.mjs";

export class Device {
  #child;
  #asked = []; // who waits for an answer, in order
  #answer = [];

  static async start(kind, ...words) {
    const device = new Device();
    device.kind = kind;
    const options = words.includes("--listen") ? words : ["--listen", "127.0.0.1:0", ...words];
    await new Promise((resolve, reject) => {
      const child = spawn(program, ["device", "simulate", kind, ...options], { env: environment(), stdio: ["pipe", "pipe", "pipe"] });
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (chunk) => (said += chunk));
      child.on("error", reject);
      child.on("close", (code) => {
        const why = new Error(`the simulated ${kind} ended with ${code}: ${said}`);
        reject(why);
        for (const one of device.#asked.splice(0)) one.reject(why);
      });
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith("configure ")) resolve((device.config = JSON.parse(line.slice(10))));
        else device.#hear(line);
      });
      device.#child = child;
    });
    return device;
  }

  #hear(line) {
    if (this.#asked.length === 0 || line.startsWith("# ")) return;
    if (line !== "ok" && !line.startsWith("error: ")) return void this.#answer.push(line);
    const { resolve, reject, what } = this.#asked.shift();
    const answer = this.#answer.splice(0);
    if (line === "ok") resolve(answer);
    else reject(new Error(`${this.kind}, ${what}: ${line}`));
  }

  /** Say a line of control; gives the lines of its answer. */
  say(what) {
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject, what });
      this.#child.stdin.write(`${what}\n`);
    });
  }

  /** What PUT /v1/devices/{id} takes. */
  configuration(till, more = {}) {
    return { till, ...this.config, ...more };
  }

  /** "name=value" of its state, as an object of texts. */
  async state() {
    const [line] = await this.say("state");
    return Object.fromEntries(line.split(" ").map((pair) => pair.split("=")));
  }

  stop() {
    this.#child.kill("SIGTERM");
  }
}

/** What is on the virtual paper. */
export class Paper {
  constructor(printer) {
    this.printer = printer;
  }

  /** All lines since it was torn off, without the marks of what is no text. */
  async text() {
    return (await this.printer.say("text")).map((line) => line.slice(2)).join("\n");
  }

  /** Wait until `word` (a text or a pattern) is on it; gives all of the paper. */
  async has(word, what = `${word} on paper`) {
    let text = "";
    const there = () => (typeof word === "string" ? text.includes(word) : word.test(text));
    await until(async () => ((text = await this.text()), there()), what, 15_000).catch((error) => {
      throw new Error(`${error.message}:\n${text}`);
    });
    return text;
  }

  tear() {
    return this.printer.say("tear");
  }
}
