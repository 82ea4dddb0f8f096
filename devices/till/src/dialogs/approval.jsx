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

/** `attempt(approval)` sends the command again; a wrong PIN asks once more, another refusal closes with it. */
export function ApprovalDialog({ reason, attempt, close }) {
  const [staff, setStaff] = useState("");
  const [pin, setPin] = useState("");
  const [at, setAt] = useState("staff");
  const [wrong, setWrong] = useState("");

  async function enter() {
    if (at === "staff") return staff && setAt("pin");
    if (pin.length < 4) return;
    try {
      close(await attempt({ staff, pin }));
    } catch (error) {
      setPin("");
      setWrong(error.message);
      if (!error.field?.startsWith("approval")) close(null);
      else if (error.field === "approval.staff") setAt("staff");
    }
  }
  function type(key) {
    setWrong("");
    const change = (text) => (key === "Backspace" ? text.slice(0, -1) : (text + key).slice(0, at === "pin" ? 8 : 20));
    if (at === "staff") setStaff(change);
    else if (/^(\d|Backspace)$/.test(key)) setPin(change);
  }
  const turn = () => setAt(at === "staff" ? "pin" : "staff");
  const keys = {
    digit: type,
    letter: type,
    Backspace: () => type("Backspace"),
    Enter: enter,
    ArrowUp: turn,
    ArrowDown: turn,
  };
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
      <div class="sign-columns">
        <div class="sign-fields">
          <Entry
            label={t("Who agrees: staff number")}
            test="approval-staff"
            value={staff}
            onInput={setStaff}
            active={at === "staff"}
            onFocus={() => setAt("staff")}
          />
          <Entry
            label={t("PIN")}
            test="approval-pin"
            secret
            value={pin}
            onInput={(text) => setPin(text.replace(/\D/g, "").slice(0, 8))}
            active={at === "pin"}
            onFocus={() => setAt("pin")}
            invalid={Boolean(wrong)}
            hint={wrong}
          />
          <Key test="approval-go" cap="Enter" tone="primary" class="big" onPress={enter}>
            {at === "staff" ? t("Next") : t("Agree")}
          </Key>
        </div>
        <Pad corner={null} onKey={type} test="approval-pad" />
      </div>
    </Dialog>
  );
}

/** A badge was scanned: its owner takes over the till by PIN. */
export function PinDialog({ ask, close }) {
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState("");
  async function enter() {
    if (pin.length < 4) return;
    try {
      close(await perform("unlock", { staff: ask.code, pin }));
    } catch (error) {
      setPin("");
      setWrong(error.message);
    }
  }
  const type = (key) =>
    setPin((now) => (key === "Backspace" ? now.slice(0, -1) : (now + key).replace(/\D/g, "").slice(0, 8)));
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
        onInput={(text) => setPin(text.replace(/\D/g, "").slice(0, 8))}
        active
        invalid={Boolean(wrong)}
        hint={wrong}
      />
      <Pad corner={null} onKey={type} />
    </Dialog>
  );
}
