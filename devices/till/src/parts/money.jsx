// An amount of money: sign and cents smaller than the yuan, digits of equal width.
import { fen } from "../lib/money.mjs";

const LONG = 9; // "12,345.00" stands large everywhere
const LONGER = 12; // "1,234,567.00"

export function Money({ amount, test, class: more = "", ...rest }) {
  const text = fen(amount);
  const dot = text.indexOf(".");
  const minus = text.startsWith("\u2212");
  const long = text.length > LONG ? `money-long${text.length > LONGER ? " money-longer" : ""}` : "";
  return (
    <span class={`money ${more} ${long}`} data-test={test} data-fen={amount} {...rest}>
      {minus && "\u2212"}
      <span class="money-sign">¥</span>
      {text.slice(minus ? 1 : 0, dot)}
      <span class="money-cents">{text.slice(dot)}</span>
    </span>
  );
}
