// Two dialogs with a PIN: somebody with the right signs for this one thing, and somebody takes over with a badge.
import { useState } from "preact/hooks";
import { attempt as perform } from "../lib/commands.mjs";
import { self } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";
import { PIN_MIN, SignFields, pinOf, useSign } from "../parts/sign.jsx";

const fields = { staff: "approval-staff", pin: "approval-pin", pad: "approval-pad" };

/**
 * `what` is signed for, label by label. `attempt(approval)` sends the command again; a wrong PIN asks once more, another
 * refusal closes with it.
 */
export function ApprovalDialog({ reason, what = [], attempt, close }) {
  const sign = useSign();
  const { staff, pin, at, setAt } = sign;

  async function enter() {
    if (at === "staff") return staff && setAt("pin");
    if (pin.length < PIN_MIN) return;
    try {
      close(await attempt({ staff, pin }));
    } catch (error) {
      sign.setPin("");
      sign.setWrong(error.message);
      if (!error.field?.startsWith("approval")) close(null);
      else if (error.field === "approval.staff") setAt("staff");
    }
  }
  const turn = () => setAt(at === "staff" ? "pin" : "staff");
  const keys = { ...sign.keys, Enter: enter, ArrowUp: turn, ArrowDown: turn };
  return (
    <Dialog
      title={self.value ? t("Somebody of the staff has to agree") : t("A manager has to agree")}
      test="approval-dialog"
      close={close}
      keys={keys}
      size="medium"
      icon={<Icon name="lock" size={26} />}
    >
      <p class="notice notice-warn">
        <Icon name="alert" />
        <span data-test="approval-reason">{reason}</span>
      </p>
      {what.length > 0 && (
        <dl class="asked" data-test="approval-what">
          {what.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <SignFields sign={sign} label={t("Who agrees: staff number")} tests={fields}>
        <Key test="approval-go" cap="Enter" tone="primary" class="big" onPress={enter}>
          {at === "staff" ? t("Next") : t("Agree")}
        </Key>
      </SignFields>
    </Dialog>
  );
}

/** A badge was scanned: its owner takes over the till by PIN. */
export function PinDialog({ ask, close }) {
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState("");
  async function enter() {
    if (pin.length < PIN_MIN) return;
    try {
      close(await perform("unlock", { staff: ask.code, pin }));
    } catch (error) {
      setPin("");
      setWrong(error.message);
    }
  }
  const type = (key) => setPin((now) => (key === "Backspace" ? now.slice(0, -1) : pinOf(now + key)));
  return (
    <Dialog
      title={ask.name || ask.code}
      test="pin-dialog"
      close={close}
      keys={{ digit: type, Backspace: () => type("Backspace"), Enter: enter }}
      size="small"
      icon={<Icon name="member" size={26} />}
      footer={
        <Key test="pin-go" cap="Enter" tone="primary" class="big" onPress={enter}>
          {t("Take over the till")}
        </Key>
      }
    >
      <Entry
        label={t("PIN")}
        test="pin"
        secret
        value={pin}
        onInput={(text) => setPin(pinOf(text))}
        active
        invalid={Boolean(wrong)}
        hint={wrong}
      />
      <Pad corner={null} onKey={type} />
    </Dialog>
  );
}
