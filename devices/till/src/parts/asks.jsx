// What must be answered before the sale can be paid: an age to be checked, something to choose, a manager.
import { open, sale, self } from "../lib/store.mjs";
import { attempt, send } from "../lib/commands.mjs";
import { t, told } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { Key } from "./key.jsx";

/** Customers who serve themselves do not check their own age: somebody of the staff signs. */
function check(need, text) {
  if (!self.value) return send("confirm", { text: need.code });
  return open("approval", { reason: text, attempt: (approval) => attempt("confirm", { text: need.code, approval }) });
}

function Requirement({ need }) {
  const refused = need.kind === "refuse";
  const approve = need.kind === "approve";
  const text = need.text ?? (told(need.title) || need.code);
  return (
    <li class={refused ? "ask ask-bad" : "ask"} data-test="requirement" data-code={need.code}>
      <Icon name={refused ? "alert" : approve ? "lock" : "hand"} />
      <span>{text}</span>
      {!refused && (
        <Key test={`confirm-${need.code}`} tone="primary" onPress={() => check(need, text)}>
          {approve ? t("A manager signs") : self.value ? t("Staff checks") : t("Checked")}
        </Key>
      )}
    </li>
  );
}

export function Asks() {
  const now = sale.value;
  const needs = (now?.requirements ?? []).filter((need) => !need.met);
  const choices = (now?.choices ?? []).filter((choice) => choice.options?.length && !choice.product && !choice.chosen);
  if (!needs.length && !choices.length) return null;
  return (
    <ul class="asks" aria-label={t("To be answered first")}>
      {needs.map((need) => (
        <Requirement key={`${need.code}.${need.line ?? ""}`} need={need} />
      ))}
      {choices.map((choice) => (
        <li class="ask" key={choice.campaign} data-test="choice">
          <Icon name="list" />
          <span>{choice.text ?? choice.title ?? t("The customer may choose")}</span>
          <Key test={`choose-${choice.campaign}`} tone="primary" onPress={() => open("choice", { ask: choice })}>
            {t("Choose")}
          </Key>
        </li>
      ))}
    </ul>
  );
}
