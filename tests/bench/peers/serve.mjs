// One engine in a process of its own: serve.mjs ENGINE FOLDER PROMOTIONS MATCHING LINES BASKETS. Commands on standard input,
// a line each, answered with one line of JSON: "run MS" evaluates basket after basket for so long, "discounts" gives what was
// taken off each, "end" ends.
import { createInterface } from "node:readline";
import { make } from "./engines.mjs";
import { baskets, catalogue, promotions } from "./workload.mjs";

const [engine, folder, ...numbers] = process.argv.slice(2);
const [count, matching, lines, many] = numbers.map(Number);
const list = baskets(many, lines);
const evaluate = make(engine, promotions(count, matching), catalogue(), folder);
let at = 0;

async function run(ms) {
  const from = performance.now();
  const until = from + ms;
  const isAsync = engine !== "indexed"; // an await costs the hand-written one more than its work
  let done = 0;
  for (let now = from; now < until; now = performance.now(), done++) {
    const basket = list[at];
    at = (at + 1) % list.length;
    if (isAsync) await evaluate(basket);
    else evaluate(basket);
  }
  return { count: done, us: ((performance.now() - from) * 1000) / done };
}

async function discounts() {
  const all = [];
  for (const basket of list) all.push(await evaluate(basket));
  return { discounts: all };
}

for await (const line of createInterface({ input: process.stdin })) {
  const [word, argument] = line.split(" ");
  if (word === "end") break;
  const answer = word === "run" ? await run(Number(argument)) : await discounts();
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
