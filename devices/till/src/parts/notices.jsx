// What the node has to say to the cashier just now: an unknown code, a payment code shown too early.
import { useEffect } from "preact/hooks";
import { effect, signal, untracked } from "@preact/signals";
import { birth, useReading } from "../lib/reading.mjs";
import { dismissLast, notices, oldNotices, run, sale, till } from "../lib/store.mjs";
import { play } from "../lib/sound.mjs";
import { t } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { IconKey } from "./key.jsx";

const FADE_MS = 15_000; // what is no error goes by itself
const AT_ONCE = 2;
const none = { upto: 0, ids: [] };
const seen = signal(none);
const icons = { info: "bell", warn: "alert", error: "alert" };

const all = () => (Array.isArray(notices.value) ? notices.value : (notices.value?.notices ?? []));
const fresh = ({ id }) => id > oldNotices.value && id > seen.value.upto && !seen.value.ids.includes(id);
const dismiss = (ids) => (seen.value = { ...seen.value, ids: [...seen.value.ids, ...ids].slice(-64) });

/** Everything told so far has been seen: the next sale begins without it. */
export const clearNotices = () => (seen.value = { upto: Math.max(seen.value.upto, ...all().map(({ id }) => id)), ids: [] });

effect(() => {
  void run.value; // the notices of another run of the node are counted from the beginning
  seen.value = none;
});

/** When each was first shown: on another screen it is not read anew. */
const births = new Map();

let before = {};
effect(() => {
  const now = { sale: sale.value?.id, staff: till.value?.staff?.code };
  const over = ["sale", "staff"].some((name) => before[name] && before[name] !== now[name]);
  before = now;
  if (over) untracked(clearNotices); // they were for that sale, or for that person
});

function birthOf(id) {
  if (!births.has(id)) {
    for (const old of births.keys()) if (!all().some((notice) => notice.id === old)) births.delete(old);
    births.set(id, birth());
  }
  return births.get(id);
}

/** Notices that say the same stand once, and go together. */
function grouped() {
  const told = new Map();
  for (const notice of all().filter(fresh)) {
    const ids = [...(told.get(notice.text)?.ids ?? []), notice.id];
    told.delete(notice.text);
    told.set(notice.text, { ...notice, ids });
  }
  return [...told.values()].slice(-AT_ONCE);
}

/** Esc: what went wrong goes, one at a time; false when nothing stands there. */
export function hush() {
  if (dismissLast()) return true;
  const notice = grouped().pop();
  if (notice) dismiss(notice.ids);
  return Boolean(notice);
}

function Notice({ notice }) {
  const gone = () => dismiss(notice.ids);
  useReading(birthOf(notice.id), gone);
  useEffect(() => {
    if (notice.level === "error") return;
    const timer = setTimeout(gone, FADE_MS);
    return () => clearTimeout(timer);
  }, [notice.id]);
  return (
    <div class={`notice notice-${notice.level}`} data-test="notice" data-code={notice.code}>
      <Icon name={icons[notice.level] ?? "bell"} />
      <span>{notice.text}</span>
      <IconKey icon="close" label={t("Seen")} test="notice-seen" onPress={gone} />
    </div>
  );
}

export function Notices() {
  const list = grouped();
  const newest = list[list.length - 1];
  useEffect(() => {
    if (newest && newest.level !== "info") play("wrong");
  }, [newest?.id]);
  if (!list.length) return null;
  return (
    <div class="notices" role="status" data-test="notices">
      {list.map((notice) => (
        <Notice key={notice.text} notice={notice} />
      ))}
    </div>
  );
}
