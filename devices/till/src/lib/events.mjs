// Server-sent events read by hand: EventSource can neither say why it failed nor resume after a wait of our choosing.
import { language } from "./api.mjs";
import { pause } from "./pause.mjs";
import { base } from "./place.mjs";
import { lang } from "./text.mjs";

const SILENCE_MS = 15_000; // three pings that did not come
const WAIT_FIRST_MS = 250;
const WAIT_MOST_MS = 10_000;

/** Split a stream into events: feed(text) calls back with {id, name, data} for each that is complete. */
export function parser(deliver) {
  let rest = "";
  let event = { name: "message", data: [] };
  function line(text) {
    if (text === "") {
      if (event.data.length) deliver({ id: event.id, name: event.name, data: event.data.join("\n") });
      event = { name: "message", data: [] };
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event.name = value;
    else if (field === "data") event.data.push(value);
    else if (field === "id") event.id = value;
  }
  return (text) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop();
    for (const part of parts) line(part.replace(/\r$/, ""));
  };
}

/**
 * Follow `path` for ever. `on` has event(name, data, id), time(ms) the node's clock, state("connecting"|"live"|"lost")
 * and refused(status), after which it ends. Returns a function that ends it.
 */
export function follow(path, on) {
  let last = "",
    wait = WAIT_FIRST_MS,
    ended = false;
  let stop = null,
    timer = null;

  function alive() {
    clearTimeout(timer);
    timer = setTimeout(() => stop?.abort(), SILENCE_MS);
  }

  async function read(body) {
    const feed = parser((event) => {
      if (event.id) last = event.id;
      wait = WAIT_FIRST_MS;
      const data = JSON.parse(event.data);
      if (event.name === "ping") on.time(Date.parse(data.now));
      else on.event(event.name, data, event.id);
    });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      feed(value);
    }
  }

  async function connect() {
    stop = new AbortController();
    alive();
    const headers = { Accept: "text/event-stream", "Accept-Language": language() };
    if (last) headers["Last-Event-ID"] = last;
    const join = path.includes("?") ? "&" : "?";
    const address = `${base}${path}${join}lang=${lang.value}`;
    const answer = await fetch(address, {
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal,
    });
    if (answer.status >= 400 && answer.status < 500) return (on.refused(answer.status), true);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    on.state("live");
    on.time(Date.parse(answer.headers.get("Date")));
    await read(answer.body);
    return false;
  }

  async function run() {
    while (!ended) {
      try {
        if (await connect()) ended = true;
      } catch {
        // said by the state below
      }
      clearTimeout(timer);
      if (ended) return;
      on.state("lost");
      await pause(wait * (0.8 + 0.4 * Math.random()));
      wait = Math.min(2 * wait, WAIT_MOST_MS);
    }
  }

  const cut = () => stop?.abort();
  addEventListener("offline", cut);
  run();
  return () => {
    ended = true;
    removeEventListener("offline", cut);
    clearTimeout(timer);
    stop?.abort();
  };
}
