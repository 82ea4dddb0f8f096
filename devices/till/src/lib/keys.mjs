// The keyboard: one listener for the page. Screens and dialogs lay maps over each other; the top one that knows a key
// has it, and a modal one lets nothing through. What a scanner types is told from what a hand types by the times of the
// keys alone: a scan is one event, wherever it happens, and none of its keys means anything by itself.
import { useLayoutEffect, useRef } from "preact/hooks";
import { typed } from "./store.mjs";

const WEDGE_GAP_MS = 40; // nobody types that fast; a scanner that acts as a keyboard does
const SETTLE_MS = 80; // a command waits so long for a second key, which may be delivered late
const WEDGE_LEAST = 8; // the shortest code that stands on goods
const SHORT_LEAST = 4; // codes of the shop's own: a scan when not one of their keys came late
const BURST_LEAST = 5; // so many quick keys are no hand's
const PAUSE_MS = 500; // a hand that stops so long has typed what stands; no scanner does
const STRAY_MS = 3_000; // keys that meant nothing are forgotten
const AGAIN_MS = 120; // a scanner may end with two Enters; no hand is there so soon

const layers = [];
/** What came since the last Enter or the last pause of a hand: the whole is the code, gaps only say whose it is. */
const line = { text: "", last: 0, near: false, quick: 0, shown: false, restore: null, read: -AGAIN_MS };
/** A command that waits whether more keys follow at once: {run, timer}. */
let waiting = null;

/** Lay a map of keys over the page while the component lives. Names are those of KeyboardEvent.key, and "digit",
 * "letter" and "scan" for kinds; `modal` hides the maps below. A handler that returns false passes the key on. */
export function useKeys(map, { modal = false } = {}) {
  const layer = useRef({});
  layer.current.map = map;
  layer.current.modal = modal;
  useLayoutEffect(() => {
    // at once: the next key may come before the next picture
    const mine = layer.current;
    layers.push(mine);
    return () => layers.splice(layers.indexOf(mine), 1);
  }, []);
}

/** Do it when no other key follows at once: what follows was typed by a scanner, and then this was no command. */
export function later(run) {
  forget();
  waiting = { run, timer: setTimeout(settle, SETTLE_MS) };
}

/** A handler for a character that is a command and no text. */
export const alone = (handler) => (value, event) => {
  if (line.near) return;
  later(() => {
    anew();
    handler(value, event);
  });
};

function forget() {
  clearTimeout(waiting?.timer);
  waiting = null;
}

/** The command that waited is done. */
function settle() {
  const { run } = waiting;
  forget();
  run();
}

/** The name under which the key was taken, or null. */
function dispatch(names, event, value) {
  for (let i = layers.length - 1; i >= 0; i--) {
    for (const name of names) {
      const handler = layers[i].map[name];
      if (handler && handler(value, event) !== false) return name;
    }
    if (layers[i].modal) return null;
  }
  return null;
}

const isField = (element) => element?.matches?.("input, textarea, select");

/** Takes back what a scanner types from here on: every field and the entry bar are as they are now. */
function remember() {
  const bar = typed.peek();
  const fields = Array.from(document.querySelectorAll("input, textarea"), (field) => [field, field.value]);
  return () => {
    typed.value = bar;
    for (const [field, before] of fields) {
      if (field.value === before) continue;
      field.value = before;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
}

const atPin = () => document.querySelector(".entry-active [type=password]");
const anew = () => Object.assign(line, { text: "", quick: 0, shown: false });
const bursting = () => line.quick >= BURST_LEAST;

/** A machine that is busy delivers a key late now and then: of a long code most gaps decide, of a short one all. */
const scanned = (text, quick) =>
  (text.length >= WEDGE_LEAST && 2 * quick > text.length) || (text.length >= SHORT_LEAST && quick === text.length);

function grow(key, gap) {
  const paused = gap > PAUSE_MS && !(bursting() && !atPin()); // what a hand typed before is its own
  if (paused || (gap > STRAY_MS && !line.shown)) anew();
  if (!line.text) line.restore = remember();
  else if (line.near) line.quick++;
  line.text += key;
}

/** The line goes on by a key; true when this key ended one that a scanner typed. */
function wedge(event, gap) {
  if (event.key.length === 1) {
    grow(event.key, gap);
    return false;
  }
  const { text, quick, near, restore } = line;
  if (event.key === "Backspace") line.text = text.slice(0, -1);
  else anew();
  if (event.key !== "Enter" || !scanned(text, quick + near)) return false;
  if (!layers.some((layer) => layer.map.scan)) return false;
  line.read = event.timeStamp;
  return dispatch(["scan"], event, { text, restore }) !== null;
}

function names(event) {
  const sign = !/^[\p{L}\d.]$/u.test(event.key);
  const within = bursting() || (sign && line.near); // a code: there no sign is a command
  if (event.key.length === 1 && within) return ["digit"];
  const list = [event.key];
  if (/^[0-9.]$/.test(event.key)) list.push("digit");
  if (/^\p{L}$/u.test(event.key)) list.push("letter");
  return list;
}

/** Another Enter of the scanner that has just sent one. */
function isEcho(event) {
  if (event.key !== "Enter" || line.text || event.timeStamp - line.read >= AGAIN_MS) return false;
  line.read = event.timeStamp;
  return true;
}

/** A scanner types into the field of a PIN: nothing of it stays there. */
function isNoPin(event) {
  if (event.key.length > 1 || !bursting() || !atPin()) return false;
  line.restore();
  return true;
}

function handle(event, gap) {
  if (isEcho(event) || wedge(event, gap) || isNoPin(event)) return event.preventDefault();
  const field = isField(event.target);
  if (field && event.key.length === 1) line.shown = true;
  if (field && (event.key.length === 1 || /^(Backspace|Delete|Arrow|Home|End|Tab)/.test(event.key))) return;
  if (event.target.matches?.("button, a, summary") && /^( |Enter)$/.test(event.key)) return; // it is pressed
  if (event.repeat && /^(F\d+|Enter|Delete)$/.test(event.key)) return event.preventDefault();
  const taken = dispatch(names(event), event, event.key);
  if (taken && event.key.length === 1) line.shown = true;
  if (taken) event.preventDefault();
  else if (/^F([1-9]|10|12)$/.test(event.key)) event.preventDefault(); // never the browser's help or reload
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(Shift|CapsLock)$/.test(event.key)) return;
  const gap = event.timeStamp - line.last;
  line.last = event.timeStamp;
  line.near = gap <= WEDGE_GAP_MS && !event.repeat;
  if (waiting && !line.near) {
    // the page was too busy to do it in time: it comes first, and what it opens has this key
    settle();
    event.preventDefault();
    return queueMicrotask(() => handle(event, gap));
  }
  forget();
  handle(event, gap);
}

/** Start listening. A finger or a mouse presses a button without giving it the focus, so that Enter keeps its meaning. */
export function listen() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", anew, true);
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("button")) event.preventDefault();
  });
}
