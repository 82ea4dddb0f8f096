// Commands leave one after the other, each with a key of its own that it keeps through every retry: what a broken
// network swallowed happens once, and in the order in which it was done.
import { ask, newKey, Silence } from "./api.mjs";
import { session, complain, open, stuck, take, till, waiting } from "./store.mjs";
import { pause } from "./pause.mjs";
import { goWell } from "./reading.mjs";
import { t } from "./text.mjs";
import { tillCode } from "./prefs.mjs";

const RETRY_FIRST_MS = 300;
const RETRY_MOST_MS = 8_000;
const QUEUE_MAX = 200;

const queue = [];
let busy = false;

/** The node's answer, however long the network takes. */
async function deliver(command) {
  for (let wait = RETRY_FIRST_MS; ; wait = Math.min(2 * wait, RETRY_MOST_MS)) {
    try {
      return await ask("POST", `/v1/tills/${encodeURIComponent(tillCode.value)}/commands`, command.body, command.key);
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      stuck.value = true;
      await pause(wait);
    }
  }
}

async function pump() {
  if (busy) return;
  busy = true;
  while (queue.length) {
    const command = queue[0];
    try {
      const answer = await deliver(command);
      if (answer.till) take("till", answer.till);
      goWell();
      command.resolve(answer);
    } catch (error) {
      command.reject(error);
      if (error.signedOut) drop();
    }
    stuck.value = false;
    queue.shift();
    waiting.value = queue.length;
  }
  busy = false;
}

/** The session has ended: what still waited was never sent, and must not be done in somebody else's name. */
function drop() {
  const lost = queue.splice(1);
  for (const command of lost) command.reject(new Error(t("Not sent: sign in again")));
  if (lost.length) complain(t("%s commands were not sent: do them again", lost.length));
  session.value = null;
}

function post(body) {
  if (queue.length >= QUEUE_MAX) return Promise.reject(new Error(t("Too much is waiting for the network")));
  return new Promise((resolve, reject) => {
    queue.push({ body, key: newKey(), resolve, reject });
    waiting.value = queue.length;
    pump();
  });
}

/** Do it; a refusal that a manager can lift asks for the manager, who may get the PIN wrong and try again. */
async function perform(body) {
  try {
    return await post(body);
  } catch (error) {
    if (error.status !== 403 || error.field !== "approval") throw error;
    return open("approval", { reason: error.message, what: error.what, attempt: (approval) => post({ ...body, approval }) });
  }
}

/** Send a command and show what goes wrong. Gives the answer, or null. */
export async function send(name, members = {}) {
  try {
    return await perform({ do: name, ...members });
  } catch (error) {
    complain(error.message);
    return null;
  }
}

/** The same for a dialog that shows what goes wrong itself. */
export const attempt = (name, members = {}) => perform({ do: name, ...members });

export const step = () => till.value?.step;

addEventListener("beforeunload", (event) => {
  if (queue.length) event.preventDefault();
});
