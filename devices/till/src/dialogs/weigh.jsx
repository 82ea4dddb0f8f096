// Goods that are weighed: the live weight, taken only when the scale calls it stable.
import { attempt, send } from "../lib/commands.mjs";
import { useState } from "preact/hooks";
import { deviceList, settings, weight } from "../lib/store.mjs";
import { nameOf, t } from "../lib/text.mjs";
import { thousandths } from "../lib/money.mjs";
import { scaleOf } from "../lib/scale.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";
import { weightWord } from "../parts/status.jsx";
import { useNumber } from "./number.jsx";

function Scale({ now }) {
  if (!now)
    return (
      <p class="notice notice-warn">
        <Icon name="scale" />
        {t("No scale answers")}
      </p>
    );
  return (
    <div
      class={`scale ${now.sellable ? "scale-steady" : ""}`}
      data-test="scale"
      data-stable={now.sellable ? "yes" : "no"}
    >
      <span class={`money scale-number ${now.told ? "" : "scale-none"}`}>
        {now.text}
        <span class="scale-unit">{now.unit}</span>
      </span>
      <span class="scale-word">
        <Icon name={now.sellable ? "check" : now.over ? "alert" : "clock"} />
        {weightWord(now)}
      </span>
      {now.tare && <span class="quiet">{t("Tare %s", `${now.tare} ${now.unit}`)}</span>}
    </div>
  );
}

/** Either a `line` to weigh again, or goods asked for by `code` and `name`. */
export function WeighDialog({ line, code, name, close }) {
  const number = useNumber("", 1000);
  const scale = scaleOf(weight.value, deviceList.value);
  const [wrong, setWrong] = useState("");
  const manual = settings.value.weight_manual !== false;
  const what = line ? { n: line.n } : { code };
  async function take(more) {
    try {
      close(await attempt("weigh", { ...what, ...more }));
    } catch (error) {
      setWrong(error.message);
    }
  }
  const go = () => take(number.value ? { quantity: number.value, text: t("Typed by hand") } : {});
  const ready = number.value > 0 || scale?.sellable;
  return (
    <Dialog
      title={name ?? nameOf(line)}
      test="weigh-dialog"
      close={close}
      keys={{ ...(manual ? number.keys : {}), Enter: go, F2: () => send("tare"), F3: () => send("zero") }}
      size="medium"
      icon={<Icon name="scale" size={26} />}
      footer={
        <Key test="weigh-go" cap="Enter" tone="primary" class="big" disabled={!ready} onPress={go}>
          {number.value ? t("Take %s kg", thousandths(number.value)) : t("Take the weight")}
        </Key>
      }
    >
      <Scale now={scale} />
      {wrong && (
        <p class="notice notice-error" role="alert">
          {wrong}
        </p>
      )}
      <div class="chips">
        <Key test="tare" cap="F2" onPress={() => send("tare")}>
          {t("Tare")}
        </Key>
        <Key test="zero" cap="F3" onPress={() => send("zero")}>
          {t("Zero")}
        </Key>
      </div>
      {manual && (
        <details class="others" open={number.text !== "" || !scale}>
          <summary>{t("Type the weight")}</summary>
          <Entry label={t("Weight in kilograms")} test="weigh-field" value={number.text} onInput={number.set} active />
          <Pad onKey={number.type} test="weigh-pad" />
        </details>
      )}
    </Dialog>
  );
}
