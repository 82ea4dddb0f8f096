// The customer's screen: what is bought, what it costs, what comes back. It shows and never asks.
import { render } from "preact";
import { effect } from "@preact/signals";
import { ask } from "./lib/api.mjs";
import { theme, tillCode } from "./lib/prefs.mjs";
import { resume, watch } from "./lib/session.mjs";
import { link, sale, session, till } from "./lib/store.mjs";
import { lang, t } from "./lib/text.mjs";
import { Clock } from "./parts/header.jsx";
import { Icon, Seal } from "./parts/icon.jsx";
import { Lines } from "./parts/lines.jsx";
import { Money } from "./parts/money.jsx";
import { Live } from "./parts/problems.jsx";
import { TrainingStrip } from "./parts/training.jsx";

const RETRY_MS = 5000;

function Idle({ text }) {
  return (
    <main class="welcome" data-test="customer-idle">
      <Seal size={132} />
      <h1>{till.value?.store?.name ?? t("Suanpan")}</h1>
      <p>{text}</p>
      <Clock />
    </main>
  );
}

function Amount({ label, amount, test, big }) {
  return (
    <div class={big ? "shown-big" : "shown"}>
      <span>{label}</span>
      <Money amount={amount} test={test} />
    </div>
  );
}

function Selling() {
  const now = sale.value;
  const due = till.value.step === "tender";
  const total = due && !now.tenders?.length ? (now.cash_total ?? now.total) : now.total;
  return (
    <main class="customer" data-test="customer-sale">
      <section class="card customer-lines">
        <Lines still />
      </section>
      <section class="customer-total">
        <div class="customer-shop">
          <Seal size={44} />
          <h1>{till.value.store?.name}</h1>
        </div>
        {now.discount > 0 && (
          <p class="customer-saved">
            <Icon name="tag" size={26} />
            {t("You save")} <Money amount={now.discount} test="discount" />
          </p>
        )}
        {now.tenders?.length > 0 && <Amount label={t("Paid")} amount={now.tendered} test="tendered" />}
        <Amount
          big
          label={now.tenders?.length ? t("Still to pay") : total < 0 ? t("You get back") : t("To pay")}
          amount={now.tenders?.length ? now.due : total}
          test="total"
        />
      </section>
    </main>
  );
}

function Change() {
  const last = till.value.last;
  return (
    <main class="welcome paid-customer" data-test="customer-paid">
      <span class="paid-mark">
        <Icon name="check" size={48} />
      </span>
      <h1>{t("Thank you!")}</h1>
      <div class="customer-figures">
        <Amount label={t("Total")} amount={last.total} test="paid-total" />
        <Amount label={t("Given")} amount={last.tendered ?? last.total} test="given" />
        <Amount big label={t("Change")} amount={last.total < 0 ? -last.total : last.change} test="change" />
      </div>
    </main>
  );
}

function Screen() {
  if (!session.value || !till.value)
    return <Idle text={session.value === null ? t("This till is not open yet") : t("One moment…")} />;
  if (till.value.step === "paid" && till.value.last) return <Change />;
  if (sale.value?.lines?.length) return <Selling />;
  return (
    <Idle
      text={["closed", "locked"].includes(till.value.step) ? t("This till is closed for the moment") : t("Welcome")}
    />
  );
}

function Page() {
  return (
    <div class="root customer-root">
      <TrainingStrip still />
      {link.value === "lost" && session.value && (
        <p class="badge badge-warn customer-lost" role="status">
          <Icon name="offline" size={18} />
          {t("Reconnecting…")}
        </p>
      )}
      <Screen />
      <Live />
    </div>
  );
}

effect(() => {
  void lang.value;
  document.title = t("Customer's screen");
});
addEventListener("storage", (event) => {
  // the cashier signs in, or chooses another look, on the other screen
  if (event.key === "suanpan.till") tillCode.value = event.newValue ?? "";
  if (event.key === "suanpan.theme") theme.value = event.newValue ?? "auto";
  if (event.key === "suanpan.lang") lang.value = event.newValue ?? "zh";
});
/** Nobody is signed in: look again, quietly, until somebody is. */
async function look() {
  if (session.value !== null) return;
  try {
    session.value = await ask("GET", "/v1/sessions/current");
  } catch {
    // still nobody
  }
}

setInterval(look, RETRY_MS);
watch("?screen=customer");
resume();
render(<Page />, document.getElementById("page"));
