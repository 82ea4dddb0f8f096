// An amount of money: sign and cents smaller than the yuan, digits of equal width.
import { fen } from "../lib/money.mjs";

export function Money({ amount, test, class: more = "", ...rest }) {
  const text = fen(amount);
  const dot = text.indexOf(".");
  const minus = text.startsWith("\u2212");
  return (
    <span class={`money ${more}`} data-test={test} data-fen={amount} {...rest}>
      {minus && "\u2212"}
      <span class="money-sign">¥</span>
      {text.slice(minus ? 1 : 0, dot)}
      <span class="money-cents">{text.slice(dot)}</span>
    </span>
  );
}
