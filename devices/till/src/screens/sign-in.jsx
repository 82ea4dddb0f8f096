// Before anything else: who are you, and at the first time: which till is this?
import { useState } from "preact/hooks";
import { useKeys } from "../lib/keys.mjs";
import { lang, t } from "../lib/text.mjs";
import { theme, tillCode } from "../lib/prefs.mjs";
import { signIn } from "../lib/session.mjs";
import { enterTraining, training } from "../lib/place.mjs";
import { Icon, Seal } from "../parts/icon.jsx";
import { IconKey, Key } from "../parts/key.jsx";
import { PIN_MIN, SignFields, useSign } from "../parts/sign.jsx";

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
  const sign = useSign();
  const { staff, pin, at, setAt } = sign;
  const [tills, setTills] = useState(null);
  const [busy, setBusy] = useState(false);

  async function enter(code = tillCode.value) {
    if (!staff) return setAt("staff");
    if (pin.length < PIN_MIN) return setAt("pin");
    setBusy(true);
    sign.setWrong("");
    try {
      const found = await signIn(staff, pin, code);
      if (found) setTills(found);
    } catch (error) {
      sign.setWrong(error.message);
      sign.setPin("");
      setAt("pin");
      if (error.field === "till") tillCode.value = "";
    }
    setBusy(false);
  }

  const go = () => (at === "staff" && staff && !pin ? setAt("pin") : enter());
  const turn = () => setAt(at === "staff" ? "pin" : "staff");
  useKeys({
    ...sign.keys,
    Enter: go,
    ArrowDown: turn,
    ArrowUp: turn,
    Escape: () => setTills(null),
    scan: ({ text, restore }) => {
      restore(); // goods are no PIN
      if (at === "staff") sign.badge(text);
    },
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
          <SignFields sign={sign}>
            <Key test="sign-in-go" cap="Enter" tone="primary" class="big" disabled={busy} onPress={go}>
              {at === "staff" && !pin ? t("Next") : t("Sign in")}
            </Key>
          </SignFields>
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
