// How long what went wrong stands: long enough to be read, then until the next thing that goes well.
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { sale, till } from "./store.mjs";

const READ_MS = 5_000;

/** Counts what went well: a command was done, the sale or the screen is another. */
const went = signal(0);

const shown = computed(() => {
  const { id, count, total, tendered, last_n: line, member } = sale.value ?? {};
  return [till.value?.step, till.value?.staff?.code, id, count, total, tendered, line, member?.code].join(" ");
});
export const goWell = () => (went.value = went.peek() + 1);

effect(() => {
  void shown.value;
  goWell();
});

/** The moment something is first shown, for useReading. */
export const birth = () => ({ at: performance.now(), went: went.peek() });

/** Calls `leave` when what was born then has been read and something went well since. */
export function useReading(born, leave) {
  const over = went.value !== born.went;
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(leave, Math.max(0, born.at + READ_MS - performance.now()));
    return () => clearTimeout(timer);
  }, [over, born]);
}
