// The sale of three seconds: three things scanned, Enter, a note, Enter, with the pauses a practised hand makes.
import { performance } from "node:perf_hooks";

const KEY_MS = 150; // between two keys of a hand
const SCAN_MS = 300; // to take the next thing and hold it to the scanner

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sell what `codes` name for cash, on a till that is ready, with the note of that number. Each step waits until the page shows
 * it. Gives { total, hand, machine } in ms: the whole, what the hand took, and what it waited for the machine; and the longest
 * single wait. The wire to the browser counts as machine.
 */
export async function quickSale(till, codes, { note, change }) {
  const spent = { hand: 0, machine: 0, longest: 0 };
  const began = performance.now();
  const step = async (pauseMs, deed) => {
    await pause(pauseMs);
    spent.hand += pauseMs;
    const from = performance.now();
    await deed();
    const took = performance.now() - from;
    spent.machine += took;
    spent.longest = Math.max(spent.longest, took);
  };
  for (const [at, code] of codes.entries()) {
    await step(at === 0 ? 0 : SCAN_MS, async () => {
      await till.wedge(code);
      await till.lines(at + 1);
    });
  }
  await step(KEY_MS, async () => {
    await till.key("Enter");
    await till.see("tender-screen");
  });
  await step(KEY_MS, async () => {
    await till.key(String(note));
    await till.see("change-preview", { fen: change });
  });
  await step(KEY_MS, async () => {
    await till.key("Enter");
    await till.see("change", { fen: change });
  });
  return { total: performance.now() - began, ...spent };
}
