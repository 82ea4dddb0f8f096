// Locked, by hand or because nobody touched it: the sale waits behind. Another person's number and PIN change the person.
import { attempt, send } from "../lib/commands.mjs";
import { useKeys } from "../lib/keys.mjs";
import { count, mark, t } from "../lib/text.mjs";
import { sale, till } from "../lib/store.mjs";
import { signOut } from "../lib/session.mjs";
import { Clock } from "../parts/header.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { PIN_MIN, SignFields, useSign } from "../parts/sign.jsx";

export function Lock() {
  const badge = till.value.ask?.kind === "pin" ? till.value.ask.code : "";
  const mine = till.value.staff?.code ?? "";
  const sign = useSign(badge || mine, mine ? "pin" : "staff");

  async function enter() {
    const { staff, pin } = sign;
    if (sign.at === "staff") return sign.setAt("pin");
    if (pin.length < PIN_MIN) return;
    try {
      await attempt("unlock", staff && staff !== mine ? { staff, pin } : { pin });
    } catch (error) {
      sign.setWrong(error.message);
      sign.setPin("");
    }
  }

  const other = () => {
    sign.setStaff("");
    sign.setAt("staff");
  };
  useKeys({
    ...sign.keys,
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
              {sale.value
                ? count(sale.value.lines.length, mark("The sale with %s line is kept"), mark("The sale with %s lines is kept"))
                : till.value.store?.name} ·{" "}
              <Clock />
            </p>
          </div>
        </div>
        <SignFields sign={sign} hint={t("Or scan a badge")}>
          <Key test="unlock" cap="Enter" tone="primary" class="big" onPress={enter}>
            {t("Unlock")}
          </Key>
          <Key test="other-person" cap="F2" icon="member" onPress={other}>
            {t("Another person")}
          </Key>
          <Key test="sign-out" icon="back" tone="soft" onPress={signOut}>
            {t("Sign out")}
          </Key>
        </SignFields>
      </section>
    </main>
  );
}
