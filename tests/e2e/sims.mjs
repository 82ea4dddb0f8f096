// Devices that are not there, and a till that uses them: `suanpan device simulate` as a child told by lines, and a page of a till
// without a browser (commands with keys, one event stream that comes back by itself).
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { environment, http, program, until } from "./node.mjs";

const ANSWER_MS = 20_000;

/** `simulate printer|scale|scanner|display`. `link` is its address; `tell("paper 0")` answers the lines before "ok". */
export class Simulator {
  constructor(kind, options, address) {
    this.waiting = [];
    this.lines = [];
    this.news = []; // what it says by itself: "# up", "# beep", what a display shows
    this.child = spawn(program, ["device", "simulate", kind, "--listen", address, ...options], { env: environment(), stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdin.on("error", () => {});
    let rest = "";
    this.child.stdout.setEncoding("utf8").on("data", (chunk) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      for (const line of lines) this.hear(line);
    });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
  }

  hear(line) {
    const address = line.match(/^listening on (\S+)$/);
    if (address) this.link = address[1];
    else if (line.startsWith("configure ")) this.configuration = JSON.parse(line.slice(10));
    else if (line.startsWith("#")) this.news.push(line);
    else if (line === "ok" || line.startsWith("error: ")) this.waiting.shift()?.(line, this.lines.splice(0));
    else this.lines.push(line);
  }

  tell(line) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${line}: no answer`)), ANSWER_MS);
      this.waiting.push((last, lines) => {
        clearTimeout(timer);
        if (last === "ok") resolve(lines);
        else reject(new Error(`${line}: ${last}`));
      });
      this.child.stdin.write(`${line}\n`);
    });
  }

  /** Everything on a printer's paper, as lines. */
  async paper() {
    return (await this.tell("text")).filter((line) => line.startsWith("| ")).map((line) => line.slice(2));
  }

  /** A printer's counters: { cuts, pulses, … }. */
  async state() {
    const [line] = await this.tell("state");
    return { line, ...Object.fromEntries([...line.matchAll(/([\w-]+)=(\d+)/g)].map(([, name, value]) => [name, Number(value)])) };
  }

  /** The cable: out, or in again. */
  async unplug() {
    await this.tell("refuse on");
    await this.tell("cut");
  }

  plug() {
    return this.tell("refuse off");
  }

  close() {
    this.child.kill("SIGKILL");
    return this.ended;
  }
}

export async function simulate(t, kind, options = [], { port = 0 } = {}) {
  const simulator = new Simulator(kind, options, `127.0.0.1:${port}`);
  t.after(() => simulator.close());
  await until(() => simulator.configuration, `a simulated ${kind}`);
  return simulator;
}

/** Something on a TCP port that a test plays itself: `send`, what it `got`, `plug` and `unplug`. */
export async function line(t, { port = 0, manner = () => {} } = {}) {
  const line = { got: Buffer.alloc(0), sockets: new Set(), connections: 0 };
  line.server = createServer((socket) => {
    line.connections++;
    line.sockets.add(socket);
    socket.on("data", (chunk) => {
      line.got = Buffer.concat([line.got, chunk]);
      manner(chunk, socket);
    });
    socket.on("close", () => line.sockets.delete(socket));
    socket.on("error", () => {});
    line.greet?.(socket);
  });
  const listen = (port) => new Promise((resolve) => line.server.listen(port, "127.0.0.1", resolve));
  await listen(port);
  line.port = line.server.address().port;
  line.link = `tcp:127.0.0.1:${line.port}`;
  line.send = (bytes) => line.sockets.forEach((socket) => socket.write(bytes));
  line.unplug = () => {
    line.server.close();
    line.sockets.forEach((socket) => socket.destroy());
  };
  line.plug = () => listen(line.port);
  line.up = () => until(() => line.sockets.size > 0, "a connection");
  t.after(line.unplug);
  return line;
}

/** A till's page: what it is shown is in `shown`, by section, through every restart of the node. */
export class Till {
  constructor(node, code, cookie) {
    Object.assign(this, { node, code, cookie, shown: {}, events: [], agent: new Agent({ keepAlive: true, maxSockets: 1 }) });
  }

  call(method, path, body, headers = {}) {
    return http({ port: this.node.port }, method, path, { body, agent: this.agent, headers: { Cookie: this.cookie, ...headers } });
  }

  async ask(method, path, body) {
    const answer = await this.call(method, path, body, { "Idempotency-Key": randomUUID() });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  send(name, members = {}, key = randomUUID()) {
    return this.call("POST", `/v1/tills/${this.code}/commands`, { do: name, ...members }, { "Idempotency-Key": key });
  }

  async do(name, members, key) {
    const answer = await this.send(name, members, key);
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Follow the events until `leave`. */
  follow() {
    const { node } = this;
    const headers = { Host: "localhost", Accept: "text/event-stream", Cookie: this.cookie };
    return new Promise((resolve, reject) => {
      this.stream = request({ host: "127.0.0.1", port: node.port, path: `/v1/tills/${this.code}/events`, headers }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`events: ${answer.statusCode}`));
        let rest = "";
        answer.setEncoding("utf8").on("data", (chunk) => {
          const blocks = (rest + chunk).split("\n\n");
          rest = blocks.pop();
          for (const block of blocks) this.show(block);
        });
        answer.on("error", () => {});
        resolve(this);
      });
      this.stream.on("error", (error) => (error.code === "ECONNRESET" ? resolve(this) : reject(error)));
      this.stream.end();
    });
  }

  show(block) {
    const name = block.match(/^event: (.*)$/m)?.[1];
    const data = block.match(/^data: (.*)$/m)?.[1];
    if (!name || !data) return;
    this.shown[name] = JSON.parse(data);
    this.events.push({ name, data: this.shown[name], at: performance.now() });
    this.hear?.(name, this.shown[name]);
  }

  leave() {
    this.stream?.destroy();
    this.agent.destroy();
  }

  /** The first event of that section for which `test` is true. */
  when(section, test, what, ms = 12_000) {
    return until(() => this.shown[section] && test(this.shown[section]), `${this.code}: ${what}`, ms);
  }

  alarm(device, fault) {
    return this.shown.alarms?.find((alarm) => alarm.dev === device && alarm.fault === fault);
  }

  /** Scan and pay in cash; answers the section after it. */
  async sell(codes, key) {
    for (const code of [codes].flat()) await this.do("scan", { code });
    return this.pay(key);
  }

  async pay(key) {
    const { till } = await this.do("total");
    return (await this.do("tender", { method: "cash", amount: till.sale.cash_total, total: till.sale.total }, key)).till;
  }
}

const PIN = "2580";

/** A cashier at a till of a running node, with an open shift and an open stream. */
export async function open(t, node, code, { staff = "1001", pin = PIN } = {}) {
  const answer = await http({ port: node.port }, "POST", "/v1/sessions", { body: { staff, pin, till: code, cookie: true } });
  if (answer.status !== 201) throw new Error(answer.text);
  const till = new Till(node, code, answer.headers["set-cookie"][0].split(";")[0]);
  t.after(() => till.leave());
  await till.do("shift_open", { opening_float: 0 });
  return till.follow();
}

/** People and goods that these tests sell. */
export async function stock(node, tills = []) {
  await node.ask("POST", "/v1/staff", { code: "1001", name: "Wang", role: "cashier", pin: PIN });
  await node.ask("POST", "/v1/staff", { code: "2001", name: "Li", role: "manager", pin: "7777" });
  await node.product("A1", 550, { barcode: "6901234567892" });
  const there = (await node.ask("GET", "/v1/tills")).map(({ code }) => code);
  for (const code of tills) if (!there.includes(code)) await node.ask("POST", "/v1/tills", { code });
}

export function configure(node, id, till, configuration) {
  return node.ask("PUT", `/v1/devices/${id}`, { till, ...configuration });
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
