// No shift is open: count what lies in the drawer and begin.
import { useState } from "preact/hooks";
import { send } from "../lib/commands.mjs";
import { parse, typeDigit } from "../lib/money.mjs";
import { useKeys } from "../lib/keys.mjs";
import { open, till } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Entry } from "../parts/entry.jsx";
import { Header } from "../parts/header.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Pad } from "../parts/pad.jsx";
import { Status } from "../parts/status.jsx";

function HoursNotice() {
  const hours = till.value.hours;
  if (!hours || hours.open) return null;
  return (
    <p class="notice notice-warn" role="status">
      <Icon name="clock" />
      {hours.opens
        ? t("The shop is closed until %s. A manager may open all the same.", hours.opens)
        : t("The shop is closed now. A manager may open all the same.")}
    </p>
  );
}

export function ShiftOpen() {
  const [text, setText] = useState("");
  const amount = parse(text, 100);
  const type = (key) => setText((now) => typeDigit(now, key));
  const go = () => send("shift_open", { opening_float: amount ?? 0 });
  useKeys({
    digit: type,
    Backspace: () => type("Backspace"),
    Enter: go,
    F10: () => open("menu"),
    scan: ({ text: code, restore }) => {
      restore();
      send("scan", { code });
    },
  });
  return (
    <div class="app" data-test="shift-open">
      <Header />
      <main class="middle">
        <section class="card narrow">
          <h2>{t("Open the shift")}</h2>
          <p class="quiet">{t("Count the change in the drawer first.")}</p>
          <HoursNotice />
          <div class="sign-columns">
            <div class="sign-fields">
              <Entry
                label={t("Change in the drawer")}
                prefix="¥"
                test="float"
                value={text}
                onInput={setText}
                active
                placeholder="0.00"
              />
              <div class="chips">
                {[20000, 30000, 50000].map((fen) => (
                  <Key key={fen} test={`float-${fen}`} tone="soft" onPress={() => setText(String(fen / 100))}>
                    ¥{fen / 100}
                  </Key>
                ))}
              </div>
              <Key test="shift-open-go" cap="Enter" tone="primary" class="big" onPress={go}>
                {t("Open the shift")}
              </Key>
            </div>
            <Pad onKey={type} />
          </div>
        </section>
      </main>
      <Status />
    </div>
  );
}
