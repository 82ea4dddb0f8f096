// The keyboard: one listener for the page. Screens and dialogs lay maps over each other; the top one that knows a key
// has it, and a modal one lets nothing through.
import { useLayoutEffect, useRef } from "preact/hooks";
import { typed } from "./store.mjs";

const WEDGE_GAP_MS = 40; // nobody types that fast; a scanner that acts as a keyboard does
const WEDGE_LEAST = 8; // the shortest code that stands on goods

const layers = [];
const burst = { text: "", last: 0, restore: null };

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

function dispatch(names, event, value) {
  for (let i = layers.length - 1; i >= 0; i--) {
    for (const name of names) {
      const handler = layers[i].map[name];
      if (handler && handler(value, event) !== false) return true;
    }
    if (layers[i].modal) return false;
  }
  return false;
}

const isField = (element) => element?.matches?.("input, textarea, select");

/** How things were before the first key of a burst, to take back what a scanner typed. */
function remember() {
  const field = isField(document.activeElement) ? document.activeElement : null;
  const before = { typed: typed.peek(), value: field?.value };
  return () => {
    typed.value = before.typed;
    if (!field) return;
    field.value = before.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

/** True when this key ended a scanner's burst. */
function wedge(event) {
  const gap = event.timeStamp - burst.last;
  burst.last = event.timeStamp;
  if (event.key.length === 1) {
    if (gap > WEDGE_GAP_MS) Object.assign(burst, { text: "", restore: remember() });
    burst.text += event.key;
    return false;
  }
  const text = burst.text;
  if (event.key === "Shift") return false;
  burst.text = "";
  if (event.key !== "Enter" || gap > WEDGE_GAP_MS || text.length < WEDGE_LEAST) return false;
  const restore = burst.restore;
  return layers.some((layer) => layer.map.scan) && dispatch(["scan"], event, { text, restore });
}

function names(event) {
  const list = [event.key];
  if (/^[0-9.]$/.test(event.key)) list.push("digit");
  if (/^\p{L}$/u.test(event.key)) list.push("letter");
  return list;
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (wedge(event)) return event.preventDefault();
  const field = isField(event.target);
  if (field && (event.key.length === 1 || /^(Backspace|Delete|Arrow|Home|End|Tab)/.test(event.key))) return;
  if (event.target.matches?.("button, a, summary") && /^( |Enter)$/.test(event.key)) return; // it is pressed
  if (event.repeat && /^(F\d+|Enter|Delete)$/.test(event.key)) return event.preventDefault();
  if (dispatch(names(event), event, event.key)) event.preventDefault();
  else if (/^F([1-9]|10|12)$/.test(event.key)) event.preventDefault(); // never the browser's help or reload
}

/** Start listening. A finger or a mouse presses a button without giving it the focus, so that Enter keeps its meaning. */
export function listen() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("button")) event.preventDefault();
  });
}
