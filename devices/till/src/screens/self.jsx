// Self-checkout: the customer scans and pays. Big, few words, no way to take anything away without the attendant.
import { useState } from "preact/hooks";
import { act, dueBy, methodIcon, methodName, tenders } from "../lib/actions.mjs";
import { alone, useKeys } from "../lib/keys.mjs";
import { lang, t } from "../lib/text.mjs";
import { complain, lines, open, sale, till } from "../lib/store.mjs";
import { prove } from "../lib/api.mjs";
import { send } from "../lib/commands.mjs";
import { yuan } from "../lib/money.mjs";
import { Asks } from "../parts/asks.jsx";
import { taken, type, typeCode } from "../parts/entry-bar.jsx";
import { Icon, Seal } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Lines } from "../parts/lines.jsx";
import { Money } from "../parts/money.jsx";
import { hush, Notices } from "../parts/notices.jsx";
import { Live } from "../parts/problems.jsx";
import { Status } from "../parts/status.jsx";
import { Buyer, Total } from "../parts/total.jsx";

/** What stands behind this key is nothing for customers: first somebody of the staff says who they are. */
async function staffMenu() {
  const attempt = async ({ staff, pin }) => {
    try {
      if (staff === till.value.staff?.code) throw new Error(t("Somebody else than this till has to agree"));
      await prove(staff, pin);
      return true;
    } catch (error) {
      throw Object.assign(new Error(error.message), { field: "approval.pin" });
    }
  };
  if (await open("approval", { reason: t("The menu is for the staff"), attempt })) open("menu");
}

function Top() {
  const calling = till.value.calling;
  return (
    <header class="head self-head">
      <Seal size={40} />
      <div class="head-shop">
        <h1>{till.value.store?.name}</h1>
        <span>
          {t("Self-checkout")} {till.value.till.code}
        </span>
      </div>
      {till.value.till.training && (
        <span class="badge badge-training" data-test="training">
          {t("Training: nothing is real")}
        </span>
      )}
      <span class="head-gap" />
      <Key test="language" icon="globe" tone="soft" onPress={() => (lang.value = lang.value === "zh" ? "en" : "zh")}>
        <span lang={lang.value === "zh" ? "en" : "zh-CN"}>{lang.value === "zh" ? "English" : "中文"}</span>
      </Key>
      <Key
        test="call"
        icon="hand"
        tone={calling ? "primary" : "plain"}
        aria-pressed={calling}
        class="big"
        onPress={act.call}
      >
        {calling ? t("Somebody is coming") : t("Call for help")}
      </Key>
      <Key test="menu" cap="F10" icon="lock" tone="soft" onPress={staffMenu}>
        {t("Staff")}
      </Key>
    </header>
  );
}

function Welcome() {
  return (
    <div class="self-welcome" data-test="self-welcome">
      <span class="self-scan">
        <Icon name="scanner" size={120} />
      </span>
      <h2>{t("Scan your first item")}</h2>
      <p class="quiet large">{t("Hold the barcode under the scanner.")}</p>
      <div class="self-keys">
        <Key test="search" icon="search" class="huge" onPress={() => act.search()}>
          {t("Without a barcode")}
        </Key>
        <Key test="type-code" icon="hash" class="huge" onPress={typeCode}>
          {t("Type the number")}
        </Key>
      </div>
    </div>
  );
}

function Scanning() {
  return (
    <div class="self-main">
      <section class="card sale-left">
        <Lines plain />
        <Asks />
        <Notices />
      </section>
      <section class="self-side">
        <Buyer />
        <Total />
        <div class="self-keys">
          <Key test="search" icon="search" class="huge" onPress={() => act.search()}>
            {t("Without a barcode")}
          </Key>
          <Key test="type-code" icon="hash" class="huge" onPress={typeCode}>
            {t("Type the number")}
          </Key>
          <Key test="member-key" icon="member" class="huge" onPress={act.member}>
            {t("Member")}
          </Key>
        </div>
        <Key test="pay" tone="primary" class="pay" onPress={act.total}>
          {t("Pay now")}
        </Key>
      </section>
    </div>
  );
}

function Paying() {
  const ways = tenders().filter((method) => method !== "cash");
  const [busy, setBusy] = useState(false);
  async function pay(method) {
    setBusy(true); // the node asks for the attendant, who has seen the money
    await act.tender(method, dueBy(method)).catch((error) => complain(error.message));
    setBusy(false);
  }
  return (
    <div class="self-pay">
      <p class="large">{sale.value.tenders?.length ? t("Still to pay") : t("To pay")}</p>
      <Money amount={dueBy("wechat")} test="due" class="paid-money" />
      {sale.value.tenders?.length > 0 && (
        <p class="large" data-test="paid-already" data-fen={sale.value.tendered}>
          {t("Paid")} {yuan(sale.value.tendered)}
        </p>
      )}
      <Asks />
      <Notices />
      <div class="self-ways">
        {ways.map((method) => (
          <Key
            key={method}
            test={`method-${method}`}
            icon={methodIcon(method)}
            class="huge"
            disabled={busy}
            onPress={() => pay(method)}
          >
            {methodName(method)}
          </Key>
        ))}
      </div>
      <p class="large quiet">{t("Show your payment code to the scanner, or choose how you pay.")}</p>
      <Key test="back" icon="back" class="big" onPress={act.back}>
        {t("Scan more")}
      </Key>
    </div>
  );
}

function Done() {
  const last = till.value.last;
  return (
    <div class="self-pay" data-test="self-done">
      <span class="paid-mark">
        <Icon name="check" size={56} />
      </span>
      <h2>{t("Thank you!")}</h2>
      <p class="large">
        {t("Paid")} <Money amount={last?.total ?? 0} test="paid-total" />
      </p>
      <div class="self-keys">
        <Key test="print" icon="printer" class="huge" onPress={() => act.print()}>
          {t("Print receipt")}
        </Key>
        <Key test="next" tone="primary" icon="check" class="huge" onPress={() => send("next")}>
          {t("Done")}
        </Key>
      </div>
    </div>
  );
}

export function Self() {
  const step = till.value.step;
  const some = lines.value.length > 0;
  const enter = () => {
    const code = taken();
    if (code) act.scan(code);
    else if (step === "sale" && some) act.total();
    else if (step === "paid") send("next");
  };
  useKeys({
    digit: type,
    Enter: enter,
    Escape: () => taken() || hush() || (step === "tender" && act.back()),
    F10: staffMenu,
    F1: act.call,
    F2: () => act.search(),
    ArrowUp: act.up,
    ArrowDown: act.down,
    "+": alone(() => sale.value && act.more()),
    scan: ({ text, restore }) => {
      restore();
      act.scan(text);
    },
  });
  return (
    <div class="app self" data-test="self-screen">
      <Top />
      <main class="self-body">
        {step === "tender" ? <Paying /> : step === "paid" ? <Done /> : some ? <Scanning /> : <Welcome />}
      </main>
      <Status />
      <Live />
    </div>
  );
}
