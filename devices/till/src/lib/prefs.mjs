// What this screen remembers of itself: never anything of the business. A browser that keeps nothing still works.
import { effect, signal } from "@preact/signals";

function read(name) {
  try {
    return localStorage.getItem(`suanpan.${name}`);
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(`suanpan.${name}`, value);
  } catch {
    // remembered until the page is closed
  }
}

/** A signal that survives a reload. `allowed` lists the values it may have; none: any text. */
export function kept(name, first, allowed) {
  const found = read(name);
  const kept = signal(found !== null && (!allowed || allowed.includes(found)) ? found : first);
  effect(() => write(name, kept.value));
  return kept;
}

const asked = new URLSearchParams(location.search);

/** The till this screen belongs to; `?till=T01` decides for a screen that is set up by hand. */
export const tillCode = kept("till", "");
if (asked.has("till")) tillCode.value = asked.get("till");

export const theme = kept("theme", "auto", ["auto", "light", "dark"]);

const night = matchMedia("(prefers-color-scheme: dark)");
const dusk = signal(night.matches);
night.addEventListener("change", () => (dusk.value = night.matches));
effect(() => {
  const auto = dusk.value ? "dark" : "light";
  document.documentElement.dataset.theme = theme.value === "auto" ? auto : theme.value;
});
export const sound = kept("sound", "on", ["on", "off"]);
