// Staff number and PIN, by keyboard, by the pad and by a phone: at the door, at the lock, and where somebody has to
// agree.
import { useState } from "preact/hooks";
import { t } from "../lib/text.mjs";
import { Entry } from "./entry.jsx";
import { Pad } from "./pad.jsx";

const STAFF_MAX = 20;
const PIN_MAX = 8;
export const PIN_MIN = 4;

/** What a PIN may be of what was typed. */
export const pinOf = (text) => text.replace(/\D/g, "").slice(0, PIN_MAX);

/** What was typed: `at` is the field of the next key ("staff", "pin"), `wrong` what was said of the last try. */
export function useSign(code = "", field = "staff") {
  const [staff, setStaff] = useState(code);
  const [pin, setPin] = useState("");
  const [at, setAt] = useState(field);
  const [wrong, setWrong] = useState("");
  function type(key) {
    setWrong("");
    const change = (text, most) => (key === "Backspace" ? text.slice(0, -1) : (text + key).slice(0, most));
    if (at === "staff") setStaff((text) => change(text, STAFF_MAX));
    else if (/^(\d|Backspace)$/.test(key)) setPin((text) => change(text, PIN_MAX));
  }
  /** A badge was scanned: its owner goes on with the PIN. */
  function badge(text) {
    setStaff(text.slice(0, STAFF_MAX));
    setAt("pin");
  }
  const keys = { digit: type, letter: type, Backspace: () => type("Backspace") };
  return { staff, setStaff, pin, setPin, at, setAt, wrong, setWrong, badge, type, keys };
}

/** Both fields and the pad of a useSign(); what is to be pressed are the children. */
export function SignFields({ sign, label, tests = { staff: "staff-code", pin: "pin" }, hint = "", children }) {
  return (
    <div class="sign-columns">
      <div class="sign-fields">
        <Entry
          label={label ?? t("Staff number")}
          test={tests.staff}
          value={sign.staff}
          onInput={sign.setStaff}
          active={sign.at === "staff"}
          onFocus={() => sign.setAt("staff")}
          maxLength={STAFF_MAX}
        />
        <Entry
          label={t("PIN")}
          test={tests.pin}
          secret
          value={sign.pin}
          onInput={(text) => sign.setPin(pinOf(text))}
          active={sign.at === "pin"}
          onFocus={() => sign.setAt("pin")}
          invalid={Boolean(sign.wrong)}
          hint={sign.wrong || hint}
        />
        {children}
      </div>
      <Pad corner={null} onKey={sign.type} test={tests.pad} />
    </div>
  );
}
