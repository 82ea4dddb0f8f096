// The shop's time: the node's clock in the store's zone, wherever this browser stands and however wrong its own clock is.
import { signal } from "@preact/signals";
import { till } from "./store.mjs";
import { lang } from "./text.mjs";

const NEAR_MS = 2000; // as late as the network may be

const ahead = signal(0); // the node's clock of this browser's, in ms

/** The node has just told what time it is. */
export function setTime(told) {
  const found = told - Date.now();
  if (Math.abs(found - ahead.peek()) > NEAR_MS) ahead.value = found;
}

/** What time it is in the shop. */
export const now = () => new Date(Date.now() + ahead.value);

const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const day = { month: "numeric", day: "numeric" };
const formats = new Map();

function formatOf(how) {
  const locale = lang.value === "zh" ? "zh-CN" : "en-GB";
  const timeZone = till.value?.store?.zone;
  const name = [locale, timeZone, Object.keys(how)].join();
  if (!formats.has(name)) {
    try {
      formats.set(name, new Intl.DateTimeFormat(locale, { ...how, timeZone }));
    } catch {
      formats.set(name, new Intl.DateTimeFormat(locale, how)); // a browser that does not know the zone
    }
  }
  return formats.get(name);
}

export const clock = (date) => formatOf(hour).format(date);

/** Day and hour of a moment the node told; "" for none. */
export const when = (iso) => (iso ? formatOf({ ...day, ...hour }).format(new Date(iso)) : "");
