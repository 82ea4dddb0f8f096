// Where the page is: in the shop, or below /training, where the same addresses lead to another database.
const BASE = "/training";

export const training = location.pathname.startsWith(`${BASE}/`);

/** Before every address of the node. */
export const base = training ? BASE : "";

const go = (prefix) => location.assign(prefix + location.pathname.slice(base.length));

export const enterTraining = () => go(BASE);
export const leaveTraining = () => go("");
