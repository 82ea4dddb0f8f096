// What the node asks the cashier: `ask` of the till's section, one question at a time.
import { act, methodName } from "../lib/actions.mjs";
import { send } from "../lib/commands.mjs";
import { alone } from "../lib/keys.mjs";
import { complain } from "../lib/store.mjs";
import { nameOf, t, told } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Money } from "../parts/money.jsx";
import { ConfirmDialog } from "./text.jsx";
import { NumberDialog, ReceivedDialog } from "./number.jsx";
import { PinDialog } from "./approval.jsx";
import { RefundDialog } from "./refund.jsx";
import { TextDialog } from "./text.jsx";
import { WeighDialog } from "./weigh.jsx";

/** One of several goods the customer may have. */
export function ChoiceDialog({ ask, close }) {
  const options = ask.options ?? [];
  const take = (option) => {
    if (!option) return;
    close(true);
    send("choice", { campaign: ask.campaign, code: option.code ?? option });
  };
  return (
    <Dialog
      title={told(ask.title) || ask.text || t("The customer may choose")}
      test="choice-dialog"
      close={close}
      keys={{ digit: alone((key) => take(options[Number(key) - 1])) }}
      size="medium"
      icon={<Icon name="list" size={26} />}
    >
      <div class="stack">
        {options.map((option, index) => (
          <Key
            key={option.code ?? option}
            test={`option-${index + 1}`}
            cap={index < 9 ? String(index + 1) : undefined}
            class="big left"
            onPress={() => take(option)}
          >
            {nameOf(option) || option.code || option} {option.price !== undefined && <Money amount={option.price} />}
          </Key>
        ))}
      </div>
    </Dialog>
  );
}

/** The label's weight and its amount do not agree: which one is right? */
function Disagreement({ ask, answer, close }) {
  const take = (key) => ({ 1: () => answer("amount"), 2: () => answer("weight") })[key]?.();
  return (
    <Dialog
      title={t("The label contradicts itself")}
      test="price-ask"
      close={close}
      keys={{ digit: alone(take) }}
      size="medium"
      icon={<Icon name="alert" size={26} />}
    >
      <p class="large">{nameOf(ask) || ask.code}</p>
      <div class="stack">
        <Key test="ask-amount" cap="1" class="big left" onPress={() => answer("amount")}>
          {t("The price on the label")} {ask.amount !== undefined && <Money amount={ask.amount} />}
        </Key>
        <Key test="ask-weight" cap="2" class="big left" onPress={() => answer("weight")}>
          {t("The weight at today's price")} {ask.weighed_amount !== undefined && <Money amount={ask.weighed_amount} />}
        </Key>
      </div>
    </Dialog>
  );
}

const forgo = (ask) => send("confirm", { text: ask.kind, remove: true });

let answering = false;

/** One answer to one question: a second press before the node has taken the first would answer what it asks next. */
async function confirm(text) {
  if (answering) return;
  answering = true;
  await send("confirm", { text });
  answering = false;
}

/** The dialog for a question; closing it without an answer takes the question back. */
export function Ask({ ask }) {
  const leave = () => forgo(ask);
  const name = nameOf(ask) || ask.code;
  const answered = (value, then) => (value === null || value === undefined ? leave() : then(value));
  if (ask.kind === "weight") return <WeighDialog code={ask.code} name={name} close={(value) => value ?? leave()} />;
  if (ask.kind === "quantity") {
    return (
      <NumberDialog
        title={t("Quantity")}
        about={name}
        scale={1}
        close={(value) => answered(value, (number) => send("add", { code: ask.code, quantity: 1000 * number }))}
      />
    );
  }
  if (ask.kind === "again") {
    return (
      <ConfirmDialog
        title={t("The same label again")}
        text={t("%s was just scanned. Is this another piece?", name)}
        yes={t("Another piece")}
        close={(value) => (value ? confirm("again") : leave())}
      />
    );
  }
  if (ask.kind === "price")
    return <Disagreement ask={ask} answer={confirm} close={leave} />;
  if (ask.kind === "choice") return <ChoiceDialog ask={ask} close={(value) => value || leave()} />;
  if (ask.kind === "member")
    return (
      <TextDialog
        title={t("Member")}
        label={t("Phone or card number")}
        code
        close={(value) => answered(value, (text) => send("member", { text }))}
      />
    );
  if (ask.kind === "receipt") return <RefundDialog receipt={ask.code} close={leave} />;
  if (ask.kind === "pin") return <PinDialog ask={ask} close={(value) => value || leave()} />;
  if (ask.kind === "payment") {
    const pay = ({ reference }) =>
      act.tender(ask.method, ask.amount, reference || ask.reference).catch((error) => complain(error.message));
    return (
      <ReceivedDialog
        name={methodName(ask.method)}
        amount={<Money amount={ask.amount} class="total-money" />}
        reference={ask.reference}
        close={(value) => answered(value, pay)}
      />
    );
  }
  return (
    <ConfirmDialog
      title={ask.title ?? t("A question")}
      text={ask.text ?? name ?? ask.kind}
      yes={t("Yes")}
      close={(value) => (value ? confirm(ask.kind) : leave())}
    />
  );
}
