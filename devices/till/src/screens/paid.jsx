// Paid: the change is all that matters; the next scan begins the next sale by itself.
import { useEffect } from "preact/hooks";
import { act, methodName } from "../lib/actions.mjs";
import { send } from "../lib/commands.mjs";
import { alone, useKeys } from "../lib/keys.mjs";
import { useLook } from "../lib/look.mjs";
import { jobList, open, settings, till, typed } from "../lib/store.mjs";
import { training } from "../lib/place.mjs";
import { mark, t } from "../lib/text.mjs";
import { play } from "../lib/sound.mjs";
import { EntryBar, taken, type } from "../parts/entry-bar.jsx";
import { Header } from "../parts/header.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Money } from "../parts/money.jsx";
import { Notices, clearNotices, hush } from "../parts/notices.jsx";
import { Live } from "../parts/problems.jsx";
import { Status } from "../parts/status.jsx";

export const printWords = {
  none: mark("Not printed"),
  queued: mark("Printing…"),
  sending: mark("Printing…"),
  sent: mark("Printing…"),
  acked: mark("Printed"),
  done: mark("Printed"),
  held: mark("Waits for the printer"),
  uncertain: mark("Perhaps printed"),
  cancelled: mark("Not printed"),
};

/** What became of the paper: as its job stands, while it is under way. */
const paperOf = (last) =>
  jobList.value.find((job) => job.kind === "receipt" && job.document === last.sale && !job.copy)?.state ?? last.print;

function Receipt({ last }) {
  const state = paperOf(last);
  const bad = ["held", "uncertain"].includes(state);
  return (
    <p class={`paid-print ${bad ? "paid-print-bad" : ""}`} data-test="print-state" data-state={state}>
      <Icon name={bad ? "alert" : state === "done" ? "check" : "printer"} />
      {last.receipt} · {training && state === "done" ? t("On the screen only") : t(printWords[state] ?? state)}
    </p>
  );
}

const LOOK_MS = 800; // a second Enter of the hand that paid must not take the change away

export function Paid() {
  const last = till.value.last;
  const [looked, over] = useLook(last?.sale, LOOK_MS);
  const leave = (event) => {
    const code = taken();
    if (code) act.scan(code);
    else if (looked(event)) send("next");
  };
  const next = (_, event) => leave(event);
  const again = () => act.print(last.print === "none" ? {} : { copy: true });
  useEffect(() => {
    clearNotices();
    play("paid");
  }, [last?.sale]);
  useKeys({
    Enter: next,
    Escape: (_, event) => hush() || leave(event),
    F12: next,
    F10: () => open("menu"),
    F9: () => act.refund(last.receipt),
    F2: () => act.search(),
    F8: act.recall,
    p: alone(again),
    P: alone(again),
    ...(training ? { v: alone(() => act.paper()), V: alone(() => act.paper()) } : {}),
    scan: ({ text, restore }) => {
      restore();
      act.scan(text);
    },
    digit: type,
    Backspace: () => (typed.value = typed.value.slice(0, -1)),
  });
  if (!last) return null;
  const back = last.total < 0;
  return (
    <div class="app" data-test="paid-screen">
      <Header />
      <main class="paid">
        <section class="paid-card">
          <span class="paid-mark">
            <Icon name="check" size={34} />
          </span>
          <p class="paid-label">{back ? t("Given back") : t("Change")}</p>
          <Money amount={back ? -last.total : last.change} test="change" class="paid-money" />
          <dl class="paid-parts">
            <div>
              <dt>{t("Total")}</dt>
              <dd>
                <Money amount={last.total} test="paid-total" />
              </dd>
            </div>
            {(last.tenders ?? []).map((tender, index) => (
              <div key={index}>
                <dt>{methodName(tender.method)}</dt>
                <dd>
                  <Money amount={tender.tendered ?? tender.amount} />
                </dd>
              </div>
            ))}
          </dl>
          <Receipt last={last} />
          <Notices />
          <div class="paid-keys">
            {training && (
              <Key test="paper" cap="V" icon="search" class="big" onPress={() => act.paper()}>
                {t("See the receipt")}
              </Key>
            )}
            <Key
              test="print"
              cap="P"
              icon="printer"
              class="big"
              tone={settings.value.print === "ask" && last.print === "none" ? "primary" : "plain"}
              onPress={again}
            >
              {last.print === "none" ? t("Print receipt") : t("Print a copy")}
            </Key>
            <Key test="next" cap="Enter" icon="play" tone="primary" class="big" aria-disabled={!over} onPress={leave}>
              {t("Next customer")}
            </Key>
          </div>
          {typed.value && <EntryBar />}
          <p class="quiet">{t("The next scan begins the next sale.")}</p>
        </section>
      </main>
      <Status />
      <Live />
    </div>
  );
}
