// Everything on the screen: the sections the node sends, and what only the screen itself knows.
import { batch, computed, effect, signal } from "@preact/signals";

/** undefined: not asked yet; null: nobody; else {role, …} */
export const session = signal(undefined);

/** Sections, replaced as a whole by whatever the node sends. */
export const till = signal(null);
export const devices = signal(null);
export const weight = signal(null);
export const alarms = signal(null);
export const print = signal(null);
export const notices = signal([]);

const sections = { till, devices, weight, alarms, print, notice: notices };

/** Which run of the node the sections are from: after a restart its numbers begin anew. */
export const run = signal("");
let newest = 0; // number of the section `till` that is shown

let told = false; // notices came since somebody signed in here
/** The notices up to this number were for those who were here before. */
export const oldNotices = signal(0);

/** A section from an event, with its id RUN-SEQ, or from the answer to a command, without. */
export function take(name, data, id) {
  const section = sections[name];
  if (!section) return;
  const from = id?.split("-")[0] ?? run.peek();
  if (from !== run.peek()) newest = oldNotices.value = 0;
  run.value = from;
  if (name === "till" && data.seq < newest && till.peek()?.till?.code === data.till?.code) return; // an older answer
  if (name === "till") newest = data.seq;
  if (name === "notice" && !told) {
    told = true;
    oldNotices.value = (data ?? []).reduce((most, notice) => Math.max(most, notice.id), 0);
  }
  section.value = data;
}

export function forget() {
  batch(() => {
    for (const name of ["till", "devices", "weight", "alarms", "print"]) sections[name].value = null;
    notices.value = [];
    told = false;
    for (const dialog of dialogs.value) dialog.close(); // whoever waits for one goes on
    problems.value = [];
    typed.value = "";
    picked.value = null;
  });
}

/** "connecting", "live" or "lost" */
export const link = signal("connecting");
/** Commands that are not answered yet, and whether they wait for the network. */
export const waiting = signal(0);
export const stuck = signal(false);

/** What the keys typed so far, shown in the entry bar. */
export const typed = signal("");
/** The line chosen by arrows or touch: its n; null follows the line changed last. */
export const picked = signal(null);
/** What went wrong; each stays until it has been read (reading.mjs). */
export const problems = signal([]);
/** Open dialogs, the last on top: {id, name, props, close}. */
export const dialogs = signal([]);

export const sale = computed(() => till.value?.sale ?? null);
export const settings = computed(() => till.value?.settings ?? {});
export const lines = computed(() => sale.value?.lines ?? []);
export const self = computed(() => till.value?.till?.mode === "self");

export const current = computed(() => {
  const all = lines.value;
  const wanted = picked.value ?? sale.value?.last_n;
  return all.find((line) => line.n === wanted) ?? all[all.length - 1] ?? null;
});

/** A line somebody chose is let go of once another was added, by whatever scanner. */
let many = 0;
effect(() => {
  if (lines.value.length > many) picked.value = null;
  many = lines.value.length;
});

const list = (section, name) => (Array.isArray(section) ? section : (section?.[name] ?? section?.items ?? []));
export const deviceList = computed(() => list(devices.value, "devices"));
export const alarmList = computed(() => list(alarms.value, "alarms").filter((alarm) => alarm.state !== "cleared"));
export const jobList = computed(() => list(print.value, "jobs"));
export const uncertain = computed(() => jobList.value.find((job) => job.state === "uncertain") ?? null);

let serial = 0;

/** Say that something went wrong, once however often it is said. */
export function complain(text) {
  const last = problems.value.filter((problem) => problem.text !== text);
  problems.value = [...last, { id: ++serial, text }].slice(-2);
}

export function dismiss(id) {
  problems.value = problems.value.filter((problem) => problem.id !== id);
}

/** The last problem goes; false when there is none. */
export function dismissLast() {
  const last = problems.value[problems.value.length - 1];
  if (last) dismiss(last.id);
  return Boolean(last);
}

/** Open a dialog; the promise gives what it was closed with, null when it was left. */
export function open(name, props = {}) {
  return new Promise((resolve) => {
    const id = ++serial;
    const close = (value = null) => {
      dialogs.value = dialogs.value.filter((dialog) => dialog.id !== id);
      resolve(value);
    };
    dialogs.value = [...dialogs.value, { id, name, props, close }];
  });
}
