// What the node has to say to the cashier just now: an unknown code, a payment code shown too early.
import { useEffect } from "preact/hooks";
import { effect, signal } from "@preact/signals";
import { notices, run } from "../lib/store.mjs";
import { play } from "../lib/sound.mjs";
import { t } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { IconKey } from "./key.jsx";

const FRESH_MS = 60_000;
const seen = signal(0);
effect(() => {
  void run.value; // the notices of another run of the node are counted from the beginning
  seen.value = 0;
});
const icons = { info: "bell", warn: "alert", error: "alert" };

const all = () => (Array.isArray(notices.value) ? notices.value : (notices.value?.notices ?? []));
const fresh = (notice) => notice.id > seen.value && !(Date.now() - Date.parse(notice.at) > FRESH_MS);

/** Everything told so far has been seen: the next sale begins without it. */
export const clearNotices = () => (seen.value = Math.max(seen.value, ...all().map((notice) => notice.id)));

export function Notices() {
  const told = new Map(
    all()
      .filter(fresh)
      .map((notice) => [notice.text, notice]),
  ); // the same once
  const list = [...told.values()].slice(-2);
  const newest = list[list.length - 1];
  useEffect(() => {
    if (newest && newest.level !== "info") play("wrong");
  }, [newest?.id]);
  if (!list.length) return null;
  return (
    <div class="notices" role="status" data-test="notices">
      {list.map((notice) => (
        <div key={notice.id} class={`notice notice-${notice.level}`} data-test="notice" data-code={notice.code}>
          <Icon name={icons[notice.level] ?? "bell"} />
          <span>{notice.text}</span>
          <IconKey icon="close" label={t("Seen")} test="notice-seen" onPress={() => (seen.value = notice.id)} />
        </div>
      ))}
    </div>
  );
}
