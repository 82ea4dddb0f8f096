// Asking for a number: a quantity, an amount. The first digit typed replaces what stood there.
import { useState } from "preact/hooks";
import { parse, typeDigit } from "../lib/money.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";

/** What is typed in a number field, with `type` for keys and pad alike. */
export function useNumber(first = "", scale = 100) {
  const [state, setState] = useState({ text: first, fresh: true });
  const type = (key) =>
    setState((now) => ({
      text: typeDigit(now.fresh && key !== "Backspace" ? "" : now.text, key, { scale }),
      fresh: false,
    }));
  const set = (text) => {
    const clean = text.replace(/[^\d.]/g, "");
    setState({ text: clean, fresh: clean === first }); // what a scanner typed was taken back: as if nothing had been
  };
  return {
    text: state.text,
    value: parse(state.text, scale),
    type,
    set,
    keys: { digit: type, Backspace: () => type("Backspace") },
  };
}

export function NumberDialog({ title, about, label, first = "", scale = 100, close }) {
  const number = useNumber(first, scale);
  const go = () => {
    if (number.value !== null) close(number.value);
  };
  return (
    <Dialog
      title={title}
      test="number-dialog"
      close={close}
      keys={{ ...number.keys, Enter: go }}
      size="small"
      footer={
        <Key test="number-go" cap="Enter" tone="primary" class="big" disabled={number.value === null} onPress={go}>
          {t("OK")}
        </Key>
      }
    >
      {about && <p class="large">{about}</p>}
      <Entry
        label={label ?? title}
        test="number-field"
        value={number.text}
        onInput={number.set}
        prefix={scale === 100 ? "¥" : undefined}
        active
      />
      <Pad onKey={number.type} corner={scale === 1 ? "00" : "."} />
    </Dialog>
  );
}

/** Money came by another way than cash: the cashier says so. */
export function ReceivedDialog({ amount, name, reference: first = "", close }) {
  const [reference, setReference] = useState(first);
  const type = (key) => setReference((now) => (key === "Backspace" ? now.slice(0, -1) : (now + key).slice(0, 64)));
  const yes = () => close({ reference: reference.trim() });
  return (
    <Dialog
      title={t("Has the money come?")}
      test="received-dialog"
      close={close}
      keys={{ Enter: yes, digit: type, Backspace: () => type("Backspace") }}
      size="small"
      footer={
        <>
          <Key test="received-no" cap="Esc" class="big" onPress={() => close()}>
            {t("Not yet")}
          </Key>
          <Key test="received-yes" cap="Enter" tone="primary" class="big" onPress={yes}>
            {t("It has come")}
          </Key>
        </>
      }
    >
      <p class="received">
        <span>{name}</span>
        {amount}
      </p>
      <Entry
        label={t("Last digits of the payment, if wanted")}
        test="received-reference"
        value={reference}
        onInput={setReference}
        maxLength={64}
      />
    </Dialog>
  );
}
