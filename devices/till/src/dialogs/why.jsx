// Why a line costs what it does, told by the rules themselves in the language of the screen.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../lib/api.mjs";
import { sale } from "../lib/store.mjs";
import { nameOf, t, told } from "../lib/text.mjs";
import { thousandths, yuan } from "../lib/money.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Money } from "../parts/money.jsx";

function useExplanation(id) {
  const [state, setState] = useState({});
  useEffect(() => {
    ask("GET", `/v1/baskets/${id}/explain?format=json`).then(
      (told) => setState({ told }),
      (error) => setState({ wrong: error.message }),
    );
  }, [id]);
  return state;
}

function Step({ step }) {
  const gives = step.amount ? (
    <Money amount={-step.amount} class="why-amount" />
  ) : step.price !== undefined ? (
    <span class="why-amount quiet">
      {t("each")} <Money amount={step.price} />
    </span>
  ) : null;
  return (
    <li class="why-step" data-test="why-step">
      <Icon name={step.amount ? "tag" : "check"} />
      <div>
        <strong>{told(step.title) || step.campaign || step.rule}</strong>
        {step.sentence && <p>{step.sentence}</p>}
        {step.beat?.length > 0 && <p class="quiet">{t("Instead of: %s", step.beat.join(", "))}</p>}
      </div>
      {gives}
    </li>
  );
}

function LineWhy({ line }) {
  return (
    <>
      <p class="why-line">
        <strong>{nameOf(sale.value?.lines.find((one) => one.n === line.n) ?? line)}</strong>{" "}
        <span class="quiet">{line.code}</span>
      </p>
      <ol class="why">
        <li class="why-step">
          <Icon name="barcode" />
          <div>
            <strong>{t("Price on the shelf")}</strong>
            <p class="quiet">
              {thousandths(line.quantity)} × {yuan(line.list_price)}
            </p>
          </div>
          <Money amount={Math.round((line.list_price * line.quantity) / 1000)} class="why-amount" />
        </li>
        {(line.steps ?? []).map((step, index) => (
          <Step key={index} step={step} />
        ))}
        {line.back && (
          <li class="why-step">
            <Icon name="undo" />
            <div>{line.back}</div>
          </li>
        )}
        {!line.steps?.length && !line.back && (
          <li class="why-step">
            <Icon name="check" />
            <div>{t("No campaign changed this line.")}</div>
          </li>
        )}
        <li class="why-step why-sum">
          <Icon name="cash" />
          <div>
            <strong>{t("To pay for this line")}</strong>
          </div>
          <Money amount={line.net} class="why-amount" test="why-net" />
        </li>
      </ol>
    </>
  );
}

export function WhyDialog({ n, close }) {
  const { told: what, wrong } = useExplanation(sale.value?.id);
  const line = what?.lines.find((one) => one.n === n) ?? what?.lines[0];
  return (
    <Dialog
      title={t("Why this price")}
      test="why-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="question" size={26} />}
    >
      {wrong && <p class="notice notice-error">{wrong}</p>}
      {!what && !wrong && <p class="quiet">{t("One moment…")}</p>}
      {what?.notice && <p class="notice notice-warn">{what.notice}</p>}
      {line && <LineWhy line={line} />}
      {what?.others?.some((other) => other.sentence) && (
        <details class="others">
          <summary>{t("What gave nothing, and why")}</summary>
          <ul>
            {what.others
              .filter((other) => other.sentence)
              .map((other) => (
                <li key={other.campaign}>
                  <b>{told(other.title) || other.campaign}</b> {other.sentence}
                </li>
              ))}
          </ul>
        </details>
      )}
    </Dialog>
  );
}
