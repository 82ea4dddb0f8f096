// What stands at a till while it is measured: a scanner, a printer that is watched on its line, a stream of events, somebody who
// sells without a page. Every moment is CLOCK_MONOTONIC in ms, as the node's own (debug log) are.
import { Agent, get, request } from "node:http";
import { connect, createServer } from "node:net";

export const clock = () => Number(process.hrtime.bigint()) / 1e6;

const listening = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));

/** A scanner behind a TCP port: the node comes to it. */
export class Scanner {
  async open() {
    this.server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.resume();
      this.socket = socket;
    });
    const port = await listening(this.server);
    this.configuration = { class: "scanner", link: `tcp:127.0.0.1:${port}` };
    return this;
  }

  /** Gives the moment before the code left. */
  scan(code) {
    const at = clock();
    this.socket.write(`${code}\r`);
    return at;
  }

  close() {
    this.socket?.destroy();
    this.server.close();
  }
}

const PULSE = Buffer.from([0x1b, 0x70]); // ESC p: the drawer
const ASK = Buffer.from([0x1d, 0x72, 0x01]); // GS r 1: the printer answers when it is through with what came before
const isAnswer = (byte) => (byte & 0x90) === 0; // of GS r; DLE EOT answers have bit 4

/**
 * The line between the node and a printer, listened to. `marks` are { what: "pulse" | "taken" | "acked", of: "drawer" | "paper",
 * at }: a pulse reached the printer, the last byte of a job did, the printer said that it was done with it.
 */
export class PrinterLine {
  marks = [];
  bytes = 0;

  async open(printer) {
    this.printer = printer;
    const port = Number(printer.config.link.split(":").pop());
    this.server = createServer((node) => this.#join(node, connect(port, "127.0.0.1")));
    const mine = await listening(this.server);
    this.configuration = { ...printer.config, link: `tcp:127.0.0.1:${mine}` };
    return this;
  }

  #join(node, paper) {
    const open = []; // jobs the printer was asked about
    let kind = "paper", tail = Buffer.alloc(0);
    for (const socket of [node, paper]) socket.setNoDelay(true).on("error", () => {});
    node.on("data", (chunk) => {
      const at = clock();
      paper.write(chunk);
      this.bytes += chunk.length;
      const seen = Buffer.concat([tail, chunk]);
      let from = 0;
      for (let i = 0; i < seen.length; i++) {
        if (seen.indexOf(PULSE, i) === i) {
          this.marks.push({ what: "pulse", of: (kind = "drawer"), at });
          from = i + PULSE.length;
        } else if (seen.indexOf(ASK, i) === i) {
          this.marks.push({ what: "taken", of: kind, at });
          open.push(kind);
          kind = "paper";
          from = i + ASK.length;
        }
      }
      tail = seen.subarray(Math.max(from, seen.length - 2));
    });
    paper.on("data", (chunk) => {
      const at = clock();
      node.write(chunk);
      for (const byte of chunk) if (isAnswer(byte) && open.length > 0) this.marks.push({ what: "acked", of: open.shift(), at });
    });
    node.on("close", () => paper.destroy());
    paper.on("close", () => node.destroy());
  }

  /** The first such moment since `from`. */
  find(what, of, from) {
    return this.marks.find((mark) => mark.what === what && mark.of === of && mark.at >= from)?.at;
  }

  close() {
    this.server.close();
    this.printer.stop();
  }
}

/** A page's stream of events without the page: every `till` section with the moment it was there and its bytes. */
export class Stream {
  seen = [];
  #waiting = [];

  constructor(port, till, token) {
    const headers = { Authorization: `Bearer ${token}`, Accept: "text/event-stream", Host: "localhost" };
    this.call = get({ host: "127.0.0.1", port, path: `/v1/tills/${till}/events`, headers, agent: false }, (answer) => {
      let rest = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        const at = clock();
        const events = (rest + chunk).split("\n\n");
        rest = events.pop();
        for (const event of events) this.#take(event, at);
      });
      answer.on("error", () => {});
    });
    this.call.on("error", () => {});
  }

  #take(text, at) {
    this.bytes = (this.bytes ?? 0) + text.length;
    if (!text.includes("event: till\n")) return;
    const till = JSON.parse(text.slice(text.indexOf("data: ") + 6));
    const event = { at, seq: till.seq, step: till.step, lines: till.sale?.lines.length ?? 0, bytes: Buffer.byteLength(text) + 2, till };
    this.seen.push(event);
    this.#waiting = this.#waiting.filter(({ test, resolve }) => !(test(event) && (resolve(event), true)));
  }

  /** Until an event is so, the last included. */
  until(test, ms = 60_000) {
    const last = this.seen.at(-1);
    if (last && test(last)) return Promise.resolve(last);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("a till says nothing")), ms);
      this.#waiting.push({ test, resolve: (event) => (clearTimeout(timer), resolve(event)) });
    });
  }

  close() {
    this.call.destroy();
  }
}

/** Somebody signed in at a till, by HTTP. */
export class Hands {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #keys = 0;

  constructor(port, till) {
    Object.assign(this, { port, till });
  }

  ask(method, path, body) {
    const bytes = JSON.stringify(body);
    const headers = { Host: "localhost", "Content-Type": "application/json", "Content-Length": Buffer.byteLength(bytes) };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (this.token) headers["Idempotency-Key"] = `bench-${this.till}-${++this.#keys}`;
    return new Promise((resolve, reject) => {
      const call = request({ host: "127.0.0.1", port: this.port, method, path, headers, agent: this.#agent }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode >= 300) reject(new Error(`${path} at ${this.till}: ${answer.statusCode} ${text}`));
          else resolve(JSON.parse(text));
        });
      });
      call.on("error", reject);
      call.end(bytes);
    });
  }

  async signIn(staff, pin) {
    this.token = (await this.ask("POST", "/v1/sessions", { staff, pin, till: this.till })).token;
  }

  do(name, members = {}) {
    return this.ask("POST", `/v1/tills/${this.till}/commands`, { do: name, ...members });
  }

  close() {
    this.#agent.destroy();
  }
}
