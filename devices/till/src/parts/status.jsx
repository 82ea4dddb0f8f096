// The strip at the foot: network, devices, printing, alarms. Always there, and never by colour alone.
import { alarmList, deviceList, jobList, link, open, self, stuck, till, waiting, weight } from "../lib/store.mjs";
import { mark, t } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { scaleOf } from "../lib/scale.mjs";

const classes = {
  printer: ["printer", mark("Printer")],
  scanner: ["scanner", mark("Scanner")],
  scale: ["scale", mark("Scale")],
  display: ["display", mark("Display")],
};
export const deviceStates = {
  ready: mark("Ready"),
  degraded: mark("Look at it"),
  fault: mark("Out of order"),
  absent: mark("Not connected"),
  proving: mark("Connecting"),
  offline: mark("Gone"),
};
export const faults = {
  paper_out: mark("Paper is out"),
  paper_low: mark("Paper is low"),
  cover: mark("Cover is open"),
  cutter: mark("Cutter is stuck"),
  hot: mark("Too hot"),
  unrecoverable: mark("Needs repair"),
  drawer_open: mark("Drawer is open"),
  drawer_forced: mark("Drawer was forced"),
  overload: mark("Too heavy"),
  not_zeroed: mark("Not at zero"),
  garbled: mark("Bad data"),
  silent: mark("Does not answer"),
  link: mark("Not connected"),
  wrong_device: mark("Another device answers"),
  uncertain_job: mark("A printout is uncertain"),
  verification: mark("Verification is due"),
  unacknowledged: mark("Never confirms a printout"),
  rule_failed: mark("A rule fails"),
  scanner_gone: mark("Scanner is gone"),
};
const tones = { ready: "good", degraded: "warn", proving: "calm", absent: "calm", fault: "bad", offline: "bad" };

const kindOf = (device) => device.class ?? device.kind;
export const className = (device) => t(classes[kindOf(device)]?.[1] ?? mark("Device"));
export const classIcon = (device) => classes[kindOf(device)]?.[0] ?? "question";

/** Two of a kind are told apart by their names; of what kind they are the picture says. */
function DeviceName({ device }) {
  const alike = deviceList.value.filter((one) => kindOf(one) === kindOf(device));
  if (alike.length === 1) return className(device);
  return (
    <>
      <span class="unseen">{className(device)} </span>
      {device.id}
    </>
  );
}

/** What is wrong with it, else how it is. */
export function deviceWord(device) {
  const fault = (device.faults ?? [])[0];
  return t(faults[fault] ?? deviceStates[device.state] ?? device.state ?? "");
}

export const alarmText = (alarm) => t(faults[alarm.fault] ?? alarm.fault);
export const isGrave = (alarm) => ["major", "critical"].includes(alarm.sev);

export function weightWord(now) {
  if (now.over) return t("Too heavy");
  if (now.sellable) return t("Stable");
  if (now.empty) return t("Empty");
  if (now.under) return t("Too light");
  return now.stable ? t("Taken: empty the pan") : t("Moving");
}

/** Where there is little room a good one is its picture with a tick, and its text is for readers (frame.css). */
function Chip({ icon, tone, label, number, twice, children, test, onPress }) {
  if (self.value) onPress = null; // nothing for customers
  const look = `chip chip-${tone} ${number ? "chip-number" : ""} ${twice ? "chip-twice" : ""}`;
  const inside = (
    <>
      <Icon name={icon} size={18} />
      <span class="chip-text">
        {(label || number) && <b>{label ?? number}</b>} <span class="chip-word">{children}</span>
      </span>
    </>
  );
  if (!onPress)
    return (
      <span class={look} data-test={test} data-tone={tone}>
        {inside}
      </span>
    );
  return (
    <button type="button" class={look} data-test={test} data-tone={tone} onClick={onPress}>
      {inside}
    </button>
  );
}

function Network() {
  if (link.value === "lost" || stuck.value)
    return (
      <Chip test="network" icon="offline" tone="bad">
        {t("Reconnecting…")}
      </Chip>
    );
  if (link.value === "connecting")
    return (
      <Chip test="network" icon="link" tone="calm">
        {t("Connecting")}
      </Chip>
    );
  return (
    <Chip test="network" icon="link" tone="good">
      {t("Online")}
    </Chip>
  );
}

function Unsynced() {
  const chain = till.value?.unsynced?.count ?? 0;
  const count = chain + (stuck.value || link.value === "lost" ? waiting.value : 0);
  return (
    count > 0 && (
      <Chip test="unsynced" icon="clock" tone="warn">
        {t("Unsynced %s", count)}
      </Chip>
    )
  );
}

function Printing() {
  const jobs = jobList.value.filter((job) => !["done", "cancelled"].includes(job.state) && job.kind !== "drawer");
  const worst = ["uncertain", "held"].find((state) => jobs.some((job) => job.state === state));
  if (worst === "uncertain")
    return (
      <Chip test="printing" icon="printer" tone="bad" onPress={() => open("jobs")}>
        {t("A printout is uncertain")}
      </Chip>
    );
  if (worst === "held")
    return (
      <Chip test="printing" icon="printer" tone="warn" onPress={() => open("jobs")}>
        {t("%s wait for the printer", jobs.length)}
      </Chip>
    );
  return (
    jobs.length > 0 && (
      <Chip test="printing" icon="printer" tone="calm" onPress={() => open("jobs")}>
        {t("Printing %s", jobs.length)}
      </Chip>
    )
  );
}

function Alarms() {
  const all = alarmList.value;
  if (!all.length)
    return (
      <Chip test="alarms" icon="bell" tone="good">
        {t("No alarms")}
      </Chip>
    );
  return (
    <Chip test="alarms" icon="alert" tone={all.some(isGrave) ? "bad" : "warn"} onPress={() => open("alarms")}>
      {t("Alarms %s", all.length)}
    </Chip>
  );
}

function LiveWeight() {
  const now = scaleOf(weight.value, deviceList.value);
  if (!now) return null;
  return (
    <Chip
      test="live-weight"
      icon="scale"
      tone={now.over ? "bad" : now.sellable ? "good" : "calm"}
      number={`${now.text} ${now.unit}`}
    >
      {weightWord(now)}
    </Chip>
  );
}

const MANY = 4; // devices whose words fit into one line of a small screen

export function Status() {
  return (
    <footer class={`status ${deviceList.value.length > MANY ? "status-many" : ""}`} aria-label={t("State of the till")}>
      <Network />
      <Unsynced />
      {deviceList.value.map((device) => (
        <Chip
          key={device.id}
          test={`device-${device.id}`}
          icon={classIcon(device)}
          tone={tones[device.state] ?? "calm"}
          label={<DeviceName device={device} />}
          twice={device.id === weight.value?.scale} /* its weight stands there too */
          onPress={() => open("devices")}
        >
          {deviceWord(device)}
        </Chip>
      ))}
      <LiveWeight />
      <Printing />
      <span class="status-gap" />
      <Alarms />
    </footer>
  );
}
