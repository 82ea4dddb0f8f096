// A device that is not there, as a process: `suanpan device simulate`.
//
//   const scale = await Simulated.start(t, ["scale", "--pty", "--protocol", "mt8217"]);
//   await scale.say("weight 652");                    // the lines of its answer before "ok"; an error throws
//   scale.link, scale.config                          // what a till is configured with
//   await scale.noticed("# connected")                // what a bystander is told
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { environment, program, until } from "./node.mjs";

export class Simulated {
  #child;
  #answer;
  #waiting;
  notices = [];

  /** Ends with the test. */
  static async start(t, words) {
    const device = new Simulated();
    const child = spawn(program, ["device", "simulate", ...words], { env: environment(), stdio: ["pipe", "pipe", "pipe"] });
    device.#child = child;
    device.stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk) => (device.stderr += chunk));
    device.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
    createInterface({ input: child.stdout }).on("line", (line) => device.#hear(line));
    child.stdin.on("error", () => {});
    t.after(() => device.stop());
    await Promise.race([until(() => device.config, "the device to say its address"), device.ended]);
    if (!device.config) throw new Error(`the device did not start: ${device.stderr}`);
    return device;
  }

  #hear(line) {
    const address = line.match(/^(?:listening on|pty) (\S+)$/);
    if (!this.config && address) this.link = address[1];
    else if (!this.config && line.startsWith("configure ")) this.config = JSON.parse(line.slice(10));
    else if (line.startsWith("# ")) this.notices.push(line);
    else if (line === "ok" || line.startsWith("error: ")) this.#waiting?.(line);
    else this.#answer?.push(line);
  }

  async say(line) {
    this.#answer = [];
    const end = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to "${line}": ${this.stderr}`)), 10_000);
      this.#waiting = (last) => {
        clearTimeout(timer);
        resolve(last);
      };
      this.#child.stdin.write(`${line}\n`);
    });
    if (end !== "ok") throw new Error(end);
    return this.#answer;
  }

  /** Wait until this was said to a bystander `times`. */
  noticed(line, times = 1) {
    return until(() => this.notices.filter((notice) => notice === line).length >= times, `"${line}" (${this.notices})`);
  }

  /** As a crash does it: nothing is tidied up. */
  crash() {
    this.#child.kill("SIGKILL");
    return this.ended;
  }

  /** The end of its pipe is the end of it. */
  async stop() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }
}
