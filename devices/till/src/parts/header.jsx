// The head: which shop, which till, who, what time, and what is out of the ordinary.
import { useEffect, useState } from "preact/hooks";
import { t } from "../lib/text.mjs";
import { clock, now } from "../lib/time.mjs";
import { alarmList, open, till } from "../lib/store.mjs";
import { send } from "../lib/commands.mjs";
import { Icon, Seal } from "./icon.jsx";
import { Key } from "./key.jsx";
import { alarmText, isGrave } from "./status.jsx";

export function Clock() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  const time = now();
  return (
    <time class="clock" dateTime={time.toISOString()}>
      {clock(time)}
    </time>
  );
}

export function Hours() {
  const hours = till.value?.hours;
  if (!hours || hours.open) return null;
  return (
    <span class="badge badge-warn" data-test="hours">
      <Icon name="clock" size={16} />
      {hours.opens ? t("Closed until %s", hours.opens) : t("Outside opening hours")}
    </span>
  );
}

const isNews = (alarm) => alarm.state === "raised" && alarm.sev !== "info";

/** What cannot wait stands under the head until somebody says that they have seen it. */
export function AlarmBanner() {
  const alarm = alarmList.value.find(isNews);
  if (!alarm) return null;
  return (
    <div class={`banner ${isGrave(alarm) ? "" : "banner-warn"}`} role="alert" data-test="alarm-banner">
      <Icon name="alert" />
      <span>
        {alarmText(alarm)}
        {alarm.till && alarm.till !== till.value.till.code && ` · ${alarm.till}`}
        {alarm.dev && ` · ${alarm.dev}`}
      </span>
      <Key test="banner-ack" onPress={() => send("ack_alarm", { id: alarm.id })}>
        {t("Seen")}
      </Key>
    </div>
  );
}

export function Header() {
  const section = till.value;
  return (
    <div class="top">
      <header class="head">
        <Seal size={36} />
        <div class="head-shop">
          <h1 data-test="store">{section.store?.name}</h1>
          <span>
            <span data-test="till">{section.till.name || section.till.code}</span>
            {section.shift && ` · ${t("Shift %s", section.shift.number)}`}
          </span>
        </div>
        {section.till.training && (
          <span class="badge badge-training" data-test="training">
            <Icon name="note" size={16} />
            {t("Training: nothing is real")}
          </span>
        )}
        <Hours />
        {section.calls?.length > 0 && (
          <span class="badge badge-call" data-test="calls" role="status">
            <Icon name="hand" size={16} />
            {t("%s needs help", section.calls.join(", "))}
          </span>
        )}
        <span class="head-gap" />
        <Clock />
        {section.staff && (
          <Key
            test="lock"
            icon="member"
            class="head-staff"
            onPress={() => send("lock")}
            title={t("Lock or change person")}
          >
            <span data-test="staff">{section.staff.name || section.staff.code}</span>
          </Key>
        )}
        <Key test="menu" cap="F10" icon="grid" class="head-menu" onPress={() => open("menu")}>
          {t("More")}
        </Key>
      </header>
      <AlarmBanner />
    </div>
  );
}
