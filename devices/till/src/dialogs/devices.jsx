// Devices and alarms: how each is, what can be done about it, and who knows of it.
import { ask, newKey } from "../lib/api.mjs";
import { send } from "../lib/commands.mjs";
import { alarmList, complain, deviceList } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { when } from "../lib/time.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { alarmText, className, classIcon, deviceWord, isGrave } from "../parts/status.jsx";

async function action(device, what) {
  try {
    await ask("POST", `/v1/devices/${encodeURIComponent(device.id)}/actions`, { do: what }, newKey());
  } catch (error) {
    complain(error.message);
  }
}

function Device({ device }) {
  const kind = device.class ?? device.kind;
  return (
    <li class="row" data-test={`device-row-${device.id}`}>
      <Icon name={classIcon(device)} size={24} />
      <div class="line-what">
        <span class="line-name">
          {className(device)} <span class="quiet">{device.id}</span>
        </span>
        <span class="line-facts">
          {deviceWord(device)}
          {device.detail && ` · ${device.detail}`}
          {device.model && ` · ${device.model}`}
        </span>
      </div>
      {kind === "scale" && (
        <Key test={`zero-${device.id}`} onPress={() => action(device, "zero")}>
          {t("Zero")}
        </Key>
      )}
      {["printer", "display"].includes(kind) && (
        <Key test={`test-${device.id}`} onPress={() => action(device, "test")}>
          {t("Test")}
        </Key>
      )}
    </li>
  );
}

export function DevicesDialog({ close }) {
  return (
    <Dialog
      title={t("Devices")}
      test="devices-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="scale" size={26} />}
    >
      {deviceList.value.length ? (
        <ul class="rows">
          {deviceList.value.map((device) => (
            <Device key={device.id} device={device} />
          ))}
        </ul>
      ) : (
        <p class="quiet large">
          {t("No device belongs to this till. A scanner that types like a keyboard works all the same.")}
        </p>
      )}
    </Dialog>
  );
}

function Alarm({ alarm }) {
  const grave = isGrave(alarm);
  return (
    <li class="row" data-test="alarm" data-state={alarm.state}>
      <span class={grave ? "tone-bad" : "tone-warn"}>
        <Icon name="alert" size={24} />
      </span>
      <div class="line-what">
        <span class="line-name">{alarmText(alarm)}</span>
        <span class="line-facts">
          {[alarm.till, alarm.dev, when(alarm.first), alarm.detail].filter(Boolean).join(" · ")}
        </span>
      </div>
      {alarm.state === "acknowledged" ? (
        <span class="badge">
          <Icon name="check" size={16} />
          {t("Seen")}
        </span>
      ) : (
        <Key test="alarm-ack" tone="primary" onPress={() => send("ack_alarm", { id: alarm.id })}>
          {t("Seen")}
        </Key>
      )}
    </li>
  );
}

export function AlarmsDialog({ close }) {
  return (
    <Dialog
      title={t("Alarms")}
      test="alarms-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="bell" size={26} />}
    >
      {alarmList.value.length ? (
        <ul class="rows">
          {alarmList.value.map((alarm) => (
            <Alarm key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      ) : (
        <p class="quiet large">{t("No alarms")}</p>
      )}
    </Dialog>
  );
}
