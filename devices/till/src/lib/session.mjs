// Who is signed in at this screen, and the stream that lasts as long as they are.
import { effect } from "@preact/signals";
import { ask, Silence } from "./api.mjs";
import { follow } from "./events.mjs";
import { forget, link, problems, session, take } from "./store.mjs";
import { pause } from "./pause.mjs";
import { lang } from "./text.mjs";
import { setTime } from "./time.mjs";
import { tillCode } from "./prefs.mjs";

/** After a reload: is the cookie still good? Waits for the node as long as it takes. */
export async function resume() {
  for (let wait = 300; session.value === undefined; wait = Math.min(2 * wait, 5000)) {
    try {
      session.value = await ask("GET", "/v1/sessions/current");
    } catch (error) {
      if (!(error instanceof Silence)) session.value = null;
      else await pause(wait);
    }
  }
}

/** Sign in; without a till the answer lists the tills to choose from, and the same PIN is used again with the one chosen. */
export async function signIn(staff, pin, till) {
  await ask("POST", "/v1/sessions", { staff, pin, cookie: true, ...(till ? { till } : {}) });
  if (!till) return ask("GET", "/v1/tills");
  tillCode.value = till;
  session.value = await ask("GET", "/v1/sessions/current");
  problems.value = []; // of whoever was here before
  return null;
}

export async function signOut() {
  try {
    await ask("DELETE", "/v1/sessions/current");
  } catch {
    // the cookie dies with the session at the latest
  }
  forget();
  session.value = null;
}

/** Training begins from the shop's goods and prices of now: everybody signs in again, when it is ready. */
export async function beginAnew() {
  await ask("POST", "/v1/reset");
  forget();
  session.value = undefined;
  await resume();
}

/** Follow the till's events while somebody is signed in, in the language of the screen. */
export function watch(query = "") {
  effect(() => {
    if (!session.value || !tillCode.value) return;
    void lang.value; // a change of language asks for everything again
    const path = `/v1/tills/${encodeURIComponent(tillCode.value)}/events${query}`;
    link.value = "connecting";
    return follow(path, {
      event: take,
      time: setTime,
      state: (state) => (link.value = state),
      refused: (status) => {
        if (status === 403 || status === 404) tillCode.value = "";
        forget();
        session.value = null;
      },
    });
  });
}
