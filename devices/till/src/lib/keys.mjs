// The keyboard: one listener for the page. Screens and dialogs lay maps over each other; the top one that knows a key
// has it, and a modal one lets nothing through.
import { useLayoutEffect, useRef } from "preact/hooks";
import { typed } from "./store.mjs";

const WEDGE_GAP_MS = 40; // nobody types that fast; a scanner that acts as a keyboard does
const WEDGE_LEAST = 8; // the shortest code that stands on goods
const BURST_LEAST = 5; // so many quick keys are no hand's: signs among them belong to the code
const STRAY_MS = 3_000; // keys that meant nothing are forgotten

const layers = [];
/** What came since the last Enter: the whole of it is the code. Gaps only say whether it looks like a scanner's. */
const line = { text: "", last: 0, quick: 0, shown: false, restore: null };

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

/** Takes back what a scanner typed: the field is as before the line, and of the entry bar nothing is kept. */
function remember() {
  const field = isField(document.activeElement) ? document.activeElement : null;
  const before = field?.value;
  return () => {
    typed.value = "";
    if (!field) return;
    field.value = before;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

const anew = () => Object.assign(line, { text: "", quick: 0, shown: false });
const bursting = () => line.quick >= BURST_LEAST;

/** A machine that is busy delivers a key late now and then, and somebody may have typed before: most gaps decide. */
const scanned = (text, quick) => text.length >= WEDGE_LEAST && 2 * quick > text.length;

/** The line grows by a key; true when this key ended one that a scanner typed. */
function wedge(event) {
  const gap = event.timeStamp - line.last;
  if (/^(Shift|CapsLock)$/.test(event.key)) return false;
  line.last = event.timeStamp;
  if (event.key.length === 1) {
    if (!line.shown && gap > STRAY_MS) anew();
    if (!line.text) line.restore = remember();
    else if (gap <= WEDGE_GAP_MS && !event.repeat) line.quick++;
    line.text += event.key;
    return false;
  }
  const { text, quick, restore } = line;
  if (event.key === "Backspace") line.text = text.slice(0, -1);
  else anew();
  if (event.key !== "Enter" || !scanned(text, quick + (gap <= WEDGE_GAP_MS))) return false;
  if (!layers.some((layer) => layer.map.scan)) return false;
  const bar = typed.peek(); // it may hold more: what was typed before an arrow key is on the same line
  return dispatch(["scan"], event, { text: bar.endsWith(text) ? bar : text, restore }) !== null;
}

/** What a key did to the line: a sign like * that was a command took what stood before it. */
function follow(event, taken) {
  if (event.key.length !== 1) return;
  if (taken === event.key && !bursting()) anew();
  else if (taken) line.shown = true;
}

function names(event) {
  if (event.key.length === 1 && bursting()) return ["digit"]; // within a code no sign is a command
  const list = [event.key];
  if (/^[0-9.]$/.test(event.key)) list.push("digit");
  if (/^\p{L}$/u.test(event.key)) list.push("letter");
  return list;
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (wedge(event)) return event.preventDefault();
  const field = isField(event.target);
  if (field && event.key.length === 1) line.shown = true;
  if (field && (event.key.length === 1 || /^(Backspace|Delete|Arrow|Home|End|Tab)/.test(event.key))) return;
  if (event.target.matches?.("button, a, summary") && /^( |Enter)$/.test(event.key)) return; // it is pressed
  if (event.repeat && /^(F\d+|Enter|Delete)$/.test(event.key)) return event.preventDefault();
  const taken = dispatch(names(event), event, event.key);
  follow(event, taken);
  if (taken) event.preventDefault();
  else if (/^F([1-9]|10|12)$/.test(event.key)) event.preventDefault(); // never the browser's help or reload
}

/** Start listening. A finger or a mouse presses a button without giving it the focus, so that Enter keeps its meaning. */
export function listen() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", anew, true);
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("button")) event.preventDefault();
  });
}
