// Before anything else: who are you, and at the first time: which till is this?
import { useState } from "preact/hooks";
import { useKeys } from "../lib/keys.mjs";
import { lang, t } from "../lib/text.mjs";
import { theme, tillCode } from "../lib/prefs.mjs";
import { signIn } from "../lib/session.mjs";
import { enterTraining, training } from "../lib/place.mjs";
import { Entry } from "../parts/entry.jsx";
import { Icon, Seal } from "../parts/icon.jsx";
import { IconKey, Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";

const STAFF_MAX = 20;
const PIN_MAX = 8;

function Choices() {
  const next = { auto: "light", light: "dark", dark: "auto" };
  return (
    <div class="sign-choices">
      <Key test="language" icon="globe" tone="soft" onPress={() => (lang.value = lang.value === "zh" ? "en" : "zh")}>
        <span lang={lang.value === "zh" ? "en" : "zh-CN"}>{lang.value === "zh" ? "English" : "中文"}</span>
      </Key>
      <IconKey
        test="theme"
        icon={theme.value === "dark" ? "moon" : "sun"}
        label={t("Light or dark")}
        tone="soft"
        onPress={() => (theme.value = next[theme.value])}
      />
      {!training && (
        <Key test="training-enter" icon="note" tone="soft" onPress={enterTraining}>
          {t("Training")}
        </Key>
      )}
    </div>
  );
}

function Tills({ tills, choose }) {
  return (
    <div class="sign-tills" role="group" aria-label={t("Which till is this?")}>
      {tills.map((till) => (
        <Key key={till.code} test={`till-${till.code}`} class="big" onPress={() => choose(till.code)}>
          <b>{till.code}</b> {till.name}
        </Key>
      ))}
      {!tills.length && <p>{t("There is no till yet: make one first")}</p>}
    </div>
  );
}

export function SignIn() {
  const [staff, setStaff] = useState("");
  const [pin, setPin] = useState("");
  const [at, setAt] = useState("staff");
  const [wrong, setWrong] = useState("");
  const [tills, setTills] = useState(null);
  const [busy, setBusy] = useState(false);

  async function enter(code = tillCode.value) {
    if (!staff) return setAt("staff");
    if (pin.length < 4) return setAt("pin");
    setBusy(true);
    setWrong("");
    try {
      const found = await signIn(staff, pin, code);
      if (found) setTills(found);
    } catch (error) {
      setWrong(error.message);
      setPin("");
      setAt("pin");
      if (error.field === "till") tillCode.value = "";
    }
    setBusy(false);
  }

  function type(key) {
    setWrong("");
    const change = (text, most) => (key === "Backspace" ? text.slice(0, -1) : (text + key).slice(0, most));
    if (at === "staff") setStaff((text) => change(text, STAFF_MAX));
    else if (/^(\d|Backspace)$/.test(key)) setPin((text) => change(text, PIN_MAX));
  }

  const go = () => (at === "staff" && staff && !pin ? setAt("pin") : enter());
  const turn = () => setAt(at === "staff" ? "pin" : "staff");
  useKeys({
    digit: type,
    letter: type,
    Backspace: () => type("Backspace"),
    Enter: go,
    ArrowDown: turn,
    ArrowUp: turn,
    Escape: () => setTills(null),
  });

  return (
    <main class="sign" data-test="sign-in">
      <section class="sign-card">
        <div class="sign-brand">
          <Seal size={52} />
          <div>
            <h1>{t("Suanpan")}</h1>
            <p>{tillCode.value ? t("Till %s", tillCode.value) : t("Sign in to choose the till")}</p>
          </div>
        </div>
        {tills ? (
          <Tills tills={tills} choose={enter} />
        ) : (
          <div class="sign-columns">
            <div class="sign-fields">
              <Entry
                label={t("Staff number")}
                test="staff-code"
                value={staff}
                onInput={setStaff}
                active={at === "staff"}
                onFocus={() => setAt("staff")}
                maxLength={STAFF_MAX}
              />
              <Entry
                label={t("PIN")}
                test="pin"
                secret
                value={pin}
                onInput={(text) => setPin(text.replace(/\D/g, "").slice(0, PIN_MAX))}
                active={at === "pin"}
                onFocus={() => setAt("pin")}
                invalid={Boolean(wrong)}
                hint={wrong}
              />
              <Key test="sign-in-go" cap="Enter" tone="primary" class="big" disabled={busy} onPress={go}>
                {at === "staff" && !pin ? t("Next") : t("Sign in")}
              </Key>
            </div>
            <Pad corner={null} onKey={type} />
          </div>
        )}
        <Choices />
        {tillCode.value && !tills && (
          <button type="button" class="link" data-test="other-till" onClick={() => (tillCode.value = "")}>
            <Icon name="undo" size={16} />
            {t("This is another till")}
          </button>
        )}
      </section>
    </main>
  );
}
