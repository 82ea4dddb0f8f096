// What must be answered before the sale can be paid: an age to be checked, something to choose, a manager.
import { open, sale, self } from "../lib/store.mjs";
import { attempt, send } from "../lib/commands.mjs";
import { alone, useKeys } from "../lib/keys.mjs";
import { t, told } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { Key } from "./key.jsx";

const textOf = (need) => need.text ?? (told(need.title) || need.code);

/** Customers who serve themselves do not check their own age: somebody of the staff signs. */
function check(need) {
  if (!self.value) return send("confirm", { text: need.code });
  return open("approval", { reason: textOf(need), attempt: (approval) => attempt("confirm", { text: need.code, approval }) });
}

const KEY = "/"; // no code has it, no Enter does it, and it is near the digits

function Requirement({ need, cap }) {
  const refused = need.kind === "refuse";
  const approve = need.kind === "approve";
  return (
    <li class={refused ? "ask ask-bad" : "ask"} data-test="requirement" data-code={need.code}>
      <Icon name={refused ? "alert" : approve ? "lock" : "hand"} />
      <span>{textOf(need)}</span>
      {!refused && (
        <Key test={`confirm-${need.code}`} cap={cap} tone="primary" onPress={() => check(need)}>
          {approve ? t("A manager signs") : self.value ? t("Staff checks") : t("Checked")}
        </Key>
      )}
    </li>
  );
}

/** The key is for the first that can be answered. */
export function Asks() {
  const now = sale.value;
  const needs = (now?.requirements ?? []).filter((need) => !need.met);
  const choices = (now?.choices ?? []).filter((choice) => choice.options?.length && !choice.product && !choice.chosen);
  const first = needs.find((need) => need.kind !== "refuse");
  const choose = (choice) => open("choice", { ask: choice });
  const answer = alone(() => (first ? check(first) : choose(choices[0])));
  useKeys(first || choices.length ? { [KEY]: answer } : {});
  if (!needs.length && !choices.length) return null;
  return (
    <ul class="asks" aria-label={t("To be answered first")}>
      {needs.map((need) => (
        <Requirement key={`${need.code}.${need.line ?? ""}`} need={need} cap={need === first ? KEY : undefined} />
      ))}
      {choices.map((choice, index) => (
        <li class="ask" key={choice.campaign} data-test="choice">
          <Icon name="list" />
          <span>{choice.text ?? choice.title ?? t("The customer may choose")}</span>
          <Key
            test={`choose-${choice.campaign}`}
            cap={first || index ? undefined : KEY}
            tone="primary"
            onPress={() => choose(choice)}
          >
            {t("Choose")}
          </Key>
        </li>
      ))}
    </ul>
  );
}
