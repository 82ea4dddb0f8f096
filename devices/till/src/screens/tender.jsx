// Paying: what is due stays large, notes are one key, other amounts are typed, other methods are confirmed by the cashier.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { act, cashKeys, payBack, payBackWays, dueBy, methodIcon, methodName, tenders } from "../lib/actions.mjs";
import { useKeys } from "../lib/keys.mjs";
import { useLook } from "../lib/look.mjs";
import { fen, isCode, parse, typeDigit, yuan } from "../lib/money.mjs";
import { complain, open, sale, settings } from "../lib/store.mjs";
import { send } from "../lib/commands.mjs";
import { t } from "../lib/text.mjs";
import { Asks } from "../parts/asks.jsx";
import { Header } from "../parts/header.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Lines } from "../parts/lines.jsx";
import { Money } from "../parts/money.jsx";
import { hush, Notices } from "../parts/notices.jsx";
import { Live } from "../parts/problems.jsx";
import { Pad } from "../parts/pad.jsx";
import { Status } from "../parts/status.jsx";
import { Buyer } from "../parts/total.jsx";

/**
 * What the digits mean: a single 1 … 6 arms a note (6: exactly), a second digit makes it an amount. Armed is not paid:
 * Enter pays, after the change has been on the screen. What is given back is below zero, and has no notes.
 */
function meaning(text, due) {
  if (text === "") return { amount: due, exact: true };
  if (due < 0 && !isCode(text)) return { amount: -(parse(text, 100) ?? 0) };
  if (/^[1-6]$/.test(text)) {
    const amounts = [...cashKeys(), due];
    return { amount: text === "6" ? due : amounts[Number(text) - 1], note: Number(text) };
  }
  return isCode(text) ? { amount: 0, code: text } : { amount: parse(text, 100) ?? 0 };
}

const CHANGE_MOST = 100_00; // more change than this is rather a slip of the hand, where the shop sets no bound
const CODE_MOST = 64;
const LOOK_MS = 400; // an Enter or a tap too many on the screen before, or for the payment before, pays nothing

/** A payment is on its way: until it is answered no other begins, and nothing is typed for it. */
const paying = signal(false);

async function alone(work) {
  if (paying.value) return;
  paying.value = true;
  try {
    await work();
  } finally {
    paying.value = false;
  }
}

/** Digits on and on are a code that somebody types here. */
const grown = (text, key) =>
  /^\d{7,}$/.test(text) && /^\d$/.test(key) ? (text + key).slice(0, CODE_MOST) : typeDigit(text, key);

/** The node takes no tender whose change reaches the shop's bound: said at once. Without a bound somebody is asked. */
async function isPlausible(amount, change) {
  const most = settings.value.change_max;
  const text = t("Given %s, change %s", yuan(amount), yuan(change));
  if (most > 0 && change >= most) return complain(`${t("Is this amount right?")} ${text}`);
  if (most > 0 || change <= CHANGE_MOST) return true;
  return open("confirm", { title: t("Is this amount right?"), text, yes: t("It is right") });
}

async function pay(method, amount) {
  const change = amount - dueBy(method);
  if (amount > 0 && dueBy(method) >= 0 && !(await isPlausible(amount, change))) return false;
  if (method !== "cash" && amount > 0) {
    const answer = await open("received", { method, amount });
    if (!answer) return false;
    return commit(method, amount, answer.reference);
  }
  return commit(method, amount);
}

async function commit(method, amount, reference) {
  try {
    await act.tender(method, amount, reference);
    return true;
  } catch (error) {
    complain(error.message);
    return false;
  }
}

function Paid() {
  const paid = sale.value.tenders ?? [];
  if (!paid.length) return null;
  return (
    <ul class="paid-list" data-test="tenders">
      {paid.map((tender, index) => (
        <li key={index}>
          <Icon name={methodIcon(tender.method)} />
          {methodName(tender.method)} {tender.reference && <span class="quiet">{tender.reference}</span>}
          <Money amount={tender.amount} />
        </li>
      ))}
    </ul>
  );
}

function QuickCash({ armed, onPress, due }) {
  return (
    <div class="quick" role="group" aria-label={t("Cash given")}>
      {cashKeys().map((amount, index) => (
        <Key
          key={amount}
          test={`cash-${index + 1}`}
          cap={String(index + 1)}
          class={`big ${armed === index + 1 ? "armed" : ""}`}
          aria-pressed={armed === index + 1}
          disabled={paying.value}
          onPress={() => onPress(amount)}
        >
          <span class="money">¥{amount % 100 ? fen(amount) : amount / 100}</span>
        </Key>
      ))}
      <Key
        test="cash-6"
        cap="6"
        class={`big ${armed === 6 ? "armed" : ""}`}
        aria-pressed={armed === 6}
        disabled={paying.value}
        onPress={() => onPress(due)}
      >
        {t("Exact")}
      </Key>
    </div>
  );
}

function Preview({ meant, due, text }) {
  const change = due >= 0 ? meant.amount - due : 0;
  return (
    <div class="preview" data-test="preview">
      <div>
        <span class="quiet">{text === "" ? t("Exact") : meant.code ? t("A code, no amount") : t("Cash given")}</span>
        {meant.code ? (
          <span class="preview-code" data-test="given-code">
            {meant.code}
          </span>
        ) : (
          <Money amount={meant.amount} test="given" class="preview-money" />
        )}
      </div>
      <Icon name="play" />
      <div class={change < 0 ? "short" : ""}>
        <span class="quiet">{change < 0 ? t("Still to pay") : t("Change")}</span>
        <Money amount={Math.abs(change)} test="change-preview" class="preview-money" />
      </div>
    </div>
  );
}

function Due({ due }) {
  const now = sale.value;
  return (
    <section class="total">
      <div class="total-head">
        <span>{due < 0 ? t("To give back") : now.tenders?.length ? t("Still to pay") : t("To pay")}</span>
        <span class="quiet">
          {now.cash_total !== undefined &&
            now.cash_total !== now.total &&
            !now.tenders?.length &&
            t("Not in cash: %s", yuan(now.total))}
        </span>
      </div>
      <Money amount={due} test="due" class="total-money" />
      <Paid />
    </section>
  );
}

/** Money goes back the way it came, or as it was typed. */
function givenBack(meant) {
  const ways = meant.exact ? payBackWays() : [{ method: "cash", amount: meant.amount }];
  return ways.map((way) => t("Give back %s by %s", yuan(Math.abs(way.amount)), methodName(way.method))).join(", ");
}

export function Tender() {
  const [text, setText] = useState("");
  const due = dueBy("cash");
  const meant = meaning(text, due);
  const [looked, over] = useLook(`${sale.value.id} ${sale.value.tenders?.length}`, LOOK_MS);
  const type = (key) => !paying.value && setText((now) => grown(now, key));
  const scan = (code) => {
    setText("");
    send("scan", { code });
  };
  const tender = (method, amount) =>
    meant.code
      ? scan(meant.code)
      : alone(async () => {
          setText("");
          await pay(method, amount);
        });
  const cash = (amount) => tender("cash", amount);
  const amountOf = (method) => {
    if (meant.exact) return dueBy(method);
    return method === "cash" || due < 0 ? meant.amount : (parse(text, 100) ?? dueBy(method)); // notes are cash
  };
  const by = (method) => tender(method, amountOf(method));
  const go = (event) => {
    if (meant.exact && !looked(event)) return;
    if (due < 0 && meant.exact) alone(() => payBack().catch((error) => complain(error.message)));
    else cash(meant.amount);
  };
  const all = tenders();
  const back = () => (text ? setText("") : hush() || act.back());
  useKeys({
    digit: type,
    Backspace: () => type("Backspace"),
    Enter: (_, event) => go(event),
    Escape: back,
    F10: () => open("menu"),
    F11: () => act.why(),
    ...Object.fromEntries(all.map((method, index) => [`F${index + 1}`, () => by(method)])),
    scan: ({ text: code, restore }) => {
      restore();
      scan(code);
    },
  });
  return (
    <div class="app" data-test="tender-screen">
      <Header />
      <main class="tender">
        <section class="card tender-lines" aria-label={t("Sale")}>
          <Lines still />
        </section>
        <section class="tender-middle">
          <Buyer />
          <Due due={due} />
          <Asks />
          <Notices />
          <div class="methods" role="group" aria-label={t("How it is paid")}>
            {all.map((method, index) => (
              <Key
                key={method}
                test={`method-${method}`}
                cap={`F${index + 1}`}
                icon={methodIcon(method)}
                class="big"
                disabled={paying.value}
                onPress={() => by(method)}
              >
                {methodName(method)}
              </Key>
            ))}
          </div>
          <p class="quiet hint">{t("Type an amount first to pay only a part that way.")}</p>
          <Key test="back" cap="Esc" icon="back" tone="soft" onPress={act.back}>
            {sale.value.tenders?.length ? t("Take the payments back") : t("Back to the sale")}
          </Key>
        </section>
        <section class="tender-cash card" aria-label={t("Cash")}>
          <Preview meant={meant} due={due} text={text} />
          {due > 0 && <QuickCash armed={meant.note} onPress={cash} due={due} />}
          <Pad onKey={type} />
          <Key
            test="tender-go"
            cap="Enter"
            tone="primary"
            class="pay"
            disabled={paying.value}
            aria-disabled={meant.exact && !over}
            onPress={go}
          >
            {meant.code ? t("Look the code up") : due < 0 ? givenBack(meant) : t("Cash %s", yuan(meant.amount))}
          </Key>
        </section>
      </main>
      <Status />
      <Live />
    </div>
  );
}
