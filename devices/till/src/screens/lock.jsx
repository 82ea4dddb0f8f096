// Locked, by hand or because nobody touched it: the sale waits behind. Another person's number and PIN change the person.
import { useState } from "preact/hooks";
import { attempt, send } from "../lib/commands.mjs";
import { useKeys } from "../lib/keys.mjs";
import { t } from "../lib/text.mjs";
import { sale, till } from "../lib/store.mjs";
import { signOut } from "../lib/session.mjs";
import { Entry } from "../parts/entry.jsx";
import { Clock } from "../parts/header.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";

export function Lock() {
  const badge = till.value.ask?.kind === "pin" ? till.value.ask.code : "";
  const mine = till.value.staff?.code ?? "";
  const [staff, setStaff] = useState(badge || mine);
  const [pin, setPin] = useState("");
  const [at, setAt] = useState(mine ? "pin" : "staff");
  const [wrong, setWrong] = useState("");

  async function enter() {
    if (at === "staff") return setAt("pin");
    if (pin.length < 4) return;
    try {
      await attempt("unlock", staff && staff !== mine ? { staff, pin } : { pin });
    } catch (error) {
      setWrong(error.message);
      setPin("");
    }
  }

  function type(key) {
    setWrong("");
    const change = (text) => (key === "Backspace" ? text.slice(0, -1) : (text + key).slice(0, at === "pin" ? 8 : 20));
    if (at === "staff") setStaff(change);
    else if (/^(\d|Backspace)$/.test(key)) setPin(change);
  }

  const other = () => {
    setStaff("");
    setAt("staff");
  };
  useKeys({
    digit: type,
    letter: type,
    Backspace: () => type("Backspace"),
    Enter: enter,
    F2: other,
    scan: ({ text, restore }) => {
      restore();
      send("scan", { code: text });
    },
  });

  return (
    <main class="sign sign-lock" data-test="lock-screen">
      <section class="sign-card">
        <div class="sign-brand">
          <span class="round">
            <Icon name="lock" size={28} />
          </span>
          <div>
            <h1>{t("Locked")}</h1>
            <p>
              {sale.value ? t("The sale with %s lines is kept", sale.value.lines.length) : till.value.store?.name} ·{" "}
              <Clock />
            </p>
          </div>
        </div>
        <div class="sign-columns">
          <div class="sign-fields">
            <Entry
              label={t("Staff number")}
              test="staff-code"
              value={staff}
              onInput={setStaff}
              active={at === "staff"}
              onFocus={() => setAt("staff")}
            />
            <Entry
              label={t("PIN")}
              test="pin"
              secret
              value={pin}
              onInput={(text) => setPin(text.replace(/\D/g, "").slice(0, 8))}
              active={at === "pin"}
              onFocus={() => setAt("pin")}
              invalid={Boolean(wrong)}
              hint={wrong || t("Or scan a badge")}
            />
            <Key test="unlock" cap="Enter" tone="primary" class="big" onPress={enter}>
              {t("Unlock")}
            </Key>
            <Key test="other-person" cap="F2" icon="member" onPress={other}>
              {t("Another person")}
            </Key>
            <Key test="sign-out" icon="back" tone="soft" onPress={signOut}>
              {t("Sign out")}
            </Key>
          </div>
          <Pad corner={null} onKey={type} />
        </div>
      </section>
    </main>
  );
}
