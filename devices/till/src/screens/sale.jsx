// The screen of a cashier's day: lines to the left, total and keys to the right, one entry bar below.
import { act } from "../lib/actions.mjs";
import { alone, later, useKeys } from "../lib/keys.mjs";
import { open, sale, till, typed } from "../lib/store.mjs";
import { yuan } from "../lib/money.mjs";
import { t } from "../lib/text.mjs";
import { Asks } from "../parts/asks.jsx";
import { Header } from "../parts/header.jsx";
import { EntryBar, taken, type } from "../parts/entry-bar.jsx";
import { Seal } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Lines } from "../parts/lines.jsx";
import { Live } from "../parts/problems.jsx";
import { hush, Notices } from "../parts/notices.jsx";
import { Status } from "../parts/status.jsx";
import { Buyer, Total } from "../parts/total.jsx";

/** Enter: what was typed, else the total. */
function enter() {
  const code = taken();
  if (code) act.scan(code);
  else act.total();
}

/** Esc: the nearest thing goes, one at a time: what was typed, a message. */
function escape() {
  if (typed.value) typed.value = "";
  else hush();
}

/** Letters begin a search by pinyin, unless a code with letters is being typed, by a hand or by a scanner. */
function letter(key) {
  const search = /^\p{L}*$/u.test(typed.value);
  type(key);
  if (search) later(() => act.search(taken()));
}

const map = {
  digit: type,
  letter,
  Enter: enter,
  Escape: escape,
  scan: ({ text, restore }) => {
    restore();
    act.scan(text);
  },
  Backspace: () => (typed.value = typed.value.slice(0, -1)),
  "*": alone(() => act.times()),
  "+": alone(() => act.more()),
  "-": alone(() => act.less()),
  Delete: () => act.void(),
  ArrowUp: act.up,
  ArrowDown: act.down,
  F1: () => open("help"),
  F2: () => act.search(typed.value),
  F3: () => act.quantity(),
  F4: () => act.discount(),
  F5: () => act.member(),
  F6: () => act.coupon(),
  F7: () => act.park(),
  F8: () => act.recall(),
  F9: () => act.refund(),
  F10: () => open("menu"),
  F11: () => act.why(),
  F12: () => act.total(),
};

function Keys() {
  const parked = till.value.parked?.length ?? 0;
  return (
    <div class="sale-keys" role="group" aria-label={t("Functions")}>
      <Key test="search" cap="F2" icon="search" onPress={() => act.search()}>
        {t("Search")}
      </Key>
      <Key test="quantity" cap="F3" icon="hash" onPress={act.quantity}>
        {t("Quantity")}
      </Key>
      <Key test="discount-key" cap="F4" icon="percent" onPress={act.discount}>
        {t("Discount")}
      </Key>
      <Key test="member-key" cap="F5" icon="member" onPress={act.member}>
        {t("Member")}
      </Key>
      <Key test="coupon-key" cap="F6" icon="ticket" onPress={act.coupon}>
        {t("Coupon")}
      </Key>
      {sale.value?.lines.length > 0 || !parked ? (
        <Key test="park" cap="F7" icon="pause" onPress={act.park}>
          {t("Park")}
        </Key>
      ) : (
        <Key test="park" cap="F7" icon="pause" disabled>
          {t("Park")}
        </Key>
      )}
      <Key test="recall" cap="F8" icon="play" onPress={act.recall}>
        {parked ? t("Recall %s", parked) : t("Recall")}
      </Key>
      <Key test="refund" cap="F9" icon="undo" onPress={() => act.refund()}>
        {t("Return")}
      </Key>
      <Key test="why" cap="F11" icon="question" onPress={act.why}>
        {t("Why")}
      </Key>
    </div>
  );
}

function Idle() {
  const last = till.value.last;
  return (
    <>
      <Seal size={72} />
      <p class="idle-title">
        {till.value.till.training ? t("Training: nothing is real") : t("Ready for the next customer")}
      </p>
      <p class="quiet">{t("The first scan opens a sale.")}</p>
      {last?.change > 0 && (
        <p class="large" data-test="last-change" data-fen={last.change}>
          {t("Last: change %s", yuan(last.change))}
        </p>
      )}
    </>
  );
}

export function Sale() {
  useKeys(map);
  return (
    <div class="app" data-test="sale-screen">
      <Header />
      <main class="sale">
        <section class="sale-left card" aria-label={t("Sale")}>
          <Lines empty={<Idle />} />
          <Asks />
          <Notices />
          <EntryBar />
        </section>
        <section class="sale-right">
          <Buyer />
          <Total />
          <Keys />
          <Key
            test="pay"
            cap="Enter"
            tone="primary"
            class="pay"
            onPress={act.total}
            disabled={!sale.value?.lines.length}
          >
            {t("Total and pay")}
          </Key>
        </section>
      </main>
      <Status />
      <Live />
    </div>
  );
}
