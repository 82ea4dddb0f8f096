// One line of the sale: what, how many, how much, and why.
import { current, picked } from "../lib/store.mjs";
import { fen, kilograms, thousandths } from "../lib/money.mjs";
import { langOf, t, told, unitOf } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { IconKey, Key } from "./key.jsx";
import { Money } from "./money.jsx";
import { Name } from "./name.jsx";
import { act } from "../lib/actions.mjs";

function Offers({ line }) {
  const offers = line.offers ?? [];
  if (!offers.length && !line.markdown) return null;
  return (
    <ul class="offers">
      {offers.map((offer) => (
        <li key={offer.campaign}>
          <Icon name="tag" size={15} />
          <span lang={langOf(told(offer.title))}>{told(offer.title) || offer.campaign}</span>{" "}
          <span class="money">
            {offer.amount < 0 ? "+" : "−"}
            {fen(Math.abs(offer.amount))}
          </span>
        </li>
      ))}
      {line.markdown && (
        <li key="markdown">
          <Icon name="percent" size={15} />
          {line.markdown.kind === "price" ? t("Price changed at the till") : t("Discount by hand")}
          {line.markdown.reason && `: ${line.markdown.reason}`}
        </li>
      )}
    </ul>
  );
}

function weighing({ manual, net, tare }) {
  if (manual) return null; // its note says so
  const empty = tare ? ` · ${t("Tare")} ${kilograms(tare)} kg` : "";
  return `${t("Net")} ${kilograms(net)} kg${empty}`;
}

function Facts({ line }) {
  const weighed = line.weight && weighing(line.weight);
  const facts = [
    line.code,
    weighed,
    line.note && `${t("Note")}: ${line.note}`,
    line.seller && `${t("Sold by")} ${line.seller}`,
    line.lot && `${t("Lot")} ${line.lot}`,
    line.expires,
  ];
  return <span class="line-facts">{facts.filter(Boolean).join(" · ")}</span>;
}

/** What a finger can do with the line it touched. */
function Tools({ line, plain }) {
  return (
    <div class="line-tools">
      {!line.weighed && !line.returned && (
        <span class="stepper">
          {!plain && <IconKey test="line-less" icon="minus" label={t("One less (−)")} onPress={() => act.less()} />}
          {!plain && (
            <Key test="line-quantity" onPress={() => act.quantity()}>
              <span class="unseen">{t("Quantity")} </span>
              {thousandths(Math.abs(line.quantity))}
            </Key>
          )}
          <IconKey test="line-more" icon="plus" label={t("One more (+)")} onPress={() => act.more()} />
        </span>
      )}
      {line.weighed && !line.returned && (
        <Key test="line-weigh" icon="scale" onPress={() => act.weigh()}>
          {t("Weigh again")}
        </Key>
      )}
      {!plain && !line.returned && (
        <Key test="line-discount" icon="percent" onPress={() => act.discount()}>
          {t("Discount")}
        </Key>
      )}
      {!plain && !line.returned && (
        <Key test="line-note" icon="note" onPress={() => act.note()}>
          {t("Note")}
        </Key>
      )}
      <Key test="line-why" icon="question" onPress={() => act.why()}>
        {t("Why this price")}
      </Key>
      {!plain && (
        <Key test="line-void" icon="trash" tone="danger" cap="Delete" onPress={() => act.void()}>
          {t("Void")}
        </Key>
      )}
    </div>
  );
}

/** `still` shows the line only: no choosing, no tools. `plain` is for customers who serve themselves. */
export function Line({ line, at, still = false, plain = false }) {
  const chosen = !still && current.value?.n === line.n;
  const taken = line.gross - line.paid;
  return (
    <li
      class={`line ${chosen ? "line-current" : ""} ${line.returned ? "line-back" : ""} ${line.parent ? "line-child" : ""}`}
      data-test="line"
      data-n={line.n}
      aria-current={chosen ? "true" : undefined}
    >
      <div class="line-row" onClick={still ? undefined : () => (picked.value = line.n)}>
        <span class="line-at" aria-hidden="true">
          {at}
        </span>
        <div class="line-what">
          <span class="line-name" data-test="line-name">
            {line.returned && (
              <span class="badge badge-back">
                <Icon name="undo" size={14} />
                {t("Return")}
              </span>
            )}
            <Name of={line} />
          </span>
          <Facts line={line} />
          <Offers line={line} />
        </div>
        <span class="line-count" data-test="line-count">
          <b>{thousandths(Math.abs(line.quantity))}</b> {unitOf(line.unit)}
          <span class="line-price">× {fen(line.unit_price ?? 0)}</span>
        </span>
        <span class="line-sum">
          <Money amount={line.paid ?? 0} test="line-paid" />
          {taken !== 0 && !line.returned && line.gross !== undefined && (
            <s class="money">
              <span class="unseen">{t("Before")} </span>
              {fen(line.gross)}
            </s>
          )}
        </span>
      </div>
      {chosen && <Tools line={line} plain={plain} />}
    </li>
  );
}
