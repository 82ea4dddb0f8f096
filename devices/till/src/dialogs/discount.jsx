// Taking something off: by percent, by amount, or at another price; for the line or the whole sale; with a reason.
import { useState } from "preact/hooks";
import { send } from "../lib/commands.mjs";
import { reasons } from "../lib/actions.mjs";
import { mark, nameOf, t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";
import { useNumber } from "./number.jsx";

const kinds = [
  ["percent", mark("Percent off"), "%"],
  ["amount", mark("Amount off"), "¥"],
  ["price", mark("New price"), "¥"],
];

/** 15 → 150000: percent travels as parts per million, like every rate. */
const wire = (kind, value) => ({ [kind]: kind === "percent" ? value * 100 : value });

function Choice({ list, value, onPick, label, test }) {
  return (
    <div class="tabs" role="group" aria-label={label}>
      {list.map(([name, text, cap]) => (
        <Key
          key={name}
          test={`${test}-${name}`}
          aria-pressed={value === name}
          class={value === name ? "tab-on" : ""}
          cap={cap}
          onPress={() => onPick(name)}
        >
          {text}
        </Key>
      ))}
    </div>
  );
}

export function DiscountDialog({ line, close }) {
  const [kind, setKind] = useState("percent");
  const [scope, setScope] = useState(line ? "line" : "sale");
  const [reason, setReason] = useState(t(reasons.discount[0]));
  const number = useNumber("", 100);
  const whole = scope === "sale";
  const ready = number.value > 0 && reason.trim() !== "" && (kind !== "percent" || number.value <= 10000);
  const target = whole ? {} : { n: line.n };

  async function go() {
    if (!ready) return;
    close();
    await send("discount", { ...target, ...wire(kind, number.value), reason: reason.trim() });
  }
  async function remove() {
    close();
    await send("discount", { ...target, remove: true });
  }
  const pickKind = (next) => setKind(whole && next === "price" ? "amount" : next);
  const keys = {
    ...number.keys,
    Enter: go,
    F1: () => pickKind("percent"),
    F2: () => pickKind("amount"),
    F3: () => pickKind("price"),
    F4: () => setScope(whole && line ? "line" : "sale"),
  };
  return (
    <Dialog
      title={t("Discount")}
      test="discount-dialog"
      close={close}
      keys={keys}
      size="large"
      icon={<Icon name="percent" size={26} />}
      footer={
        <>
          <Key test="discount-remove" icon="undo" class="big" onPress={remove}>
            {t("Take the discount away")}
          </Key>
          <Key test="discount-go" cap="Enter" tone="primary" class="big" disabled={!ready} onPress={go}>
            {t("Give the discount")}
          </Key>
        </>
      }
    >
      <div class="discount">
        <div class="stack">
          <Choice
            label={t("For what")}
            test="scope"
            value={scope}
            onPick={setScope}
            list={[
              ...(line ? [["line", nameOf(line) || line.code, "F4"]] : []),
              ["sale", t("The whole sale"), line ? undefined : "F4"],
            ]}
          />
          <Choice
            label={t("How")}
            test="kind"
            value={kind}
            onPick={pickKind}
            list={kinds
              .filter(([name]) => !whole || name !== "price")
              .map(([name, text], index) => [name, t(text), `F${index + 1}`])}
          />
          <Entry
            label={t(kinds.find(([name]) => name === kind)[1])}
            prefix={kinds.find(([name]) => name === kind)[2]}
            test="discount-value"
            value={number.text}
            onInput={number.set}
            active
          />
          <Entry
            label={t("Reason")}
            test="discount-reason"
            value={reason}
            onInput={setReason}
            inputMode="text"
            maxLength={200}
          />
          <div class="chips">
            {reasons.discount.map((one) => (
              <Key key={one} tone="soft" onPress={() => setReason(t(one))}>
                {t(one)}
              </Key>
            ))}
          </div>
        </div>
        <Pad onKey={number.type} test="discount-pad" />
      </div>
    </Dialog>
  );
}
