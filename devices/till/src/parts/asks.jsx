// What must be answered before the sale can be paid: an age to be checked, something to choose, a manager.
import { open, sale } from "../lib/store.mjs";
import { send } from "../lib/commands.mjs";
import { t, told } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { Key } from "./key.jsx";

function Requirement({ need }) {
  const refused = need.kind === "refuse";
  const approve = need.kind === "approve";
  return (
    <li class={refused ? "ask ask-bad" : "ask"} data-test="requirement" data-code={need.code}>
      <Icon name={refused ? "alert" : approve ? "lock" : "hand"} />
      <span>{need.text ?? (told(need.title) || need.code)}</span>
      {!refused && (
        <Key test={`confirm-${need.code}`} tone="primary" onPress={() => send("confirm", { text: need.code })}>
          {approve ? t("A manager signs") : t("Checked")}
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
      {needs.map((need) => <Requirement key={`${need.code}.${need.line ?? ""}`} need={need} />)}
      {choices.map((choice) => (
        <li class="ask" key={choice.campaign} data-test="choice">
          <Icon name="list" />
          <span>{choice.text ?? choice.title ?? t("The customer may choose")}</span>
          <Key test={`choose-${choice.campaign}`} tone="primary" onPress={() => open("choice", { ask: choice })}>{t("Choose")}</Key>
        </li>
      ))}
    </ul>
  );
}
