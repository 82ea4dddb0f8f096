// Money is whole fen and a quantity whole thousandths; they become digits here and nowhere else.

const minus = "\u2212";

function grouped(whole) {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 123450 → "1,234.50"; the sign of the currency is the caller's. */
export function fen(amount) {
  const size = Math.abs(amount ?? 0);
  return (amount < 0 ? minus : "") + grouped(Math.floor(size / 100)) + "." + String(size % 100).padStart(2, "0");
}

export const yuan = (amount) => (amount < 0 ? `${minus}¥${fen(-amount)}` : `¥${fen(amount)}`);

/** 3000 → "3", 1235 → "1.235" */
export function thousandths(quantity) {
  const size = Math.abs(quantity ?? 0);
  const rest =
    size % 1000
      ? "." +
        String(size % 1000)
          .padStart(3, "0")
          .replace(/0+$/, "")
      : "";
  return (quantity < 0 ? minus : "") + grouped(Math.floor(size / 1000)) + rest;
}

/** Eight digits and more are a code, never an amount. */
export const isCode = (text) => /^\d{8,}$/.test(text);

/** A weight as a scale shows it: always three places. */
export const kilograms = (grams) => (grams < 0 ? minus : "") + (Math.abs(grams ?? 0) / 1000).toFixed(3);

/** What was typed as a whole number of 1/scale, or null: parse("12.5", 100) → 1250. */
export function parse(text, scale) {
  const digits = String(scale).length - 1;
  const match = /^(\d{1,9})?(?:\.(\d*))?$/.exec(text);
  if (!match || text === "" || text === "." || (match[2] ?? "").length > digits) return null;
  return Number(match[1] ?? 0) * scale + Number((match[2] ?? "").padEnd(digits, "0"));
}

/** One more key of a number pad on what is typed already; what makes no number is left out. */
export function typeDigit(text, key, { scale = 100, max = 9 } = {}) {
  if (key === "Backspace") return text.slice(0, -1);
  const next = text + key;
  if (key === "." && scale === 1) return text;
  return parse(next === "." ? "0." : next, scale) === null || next.replace(".", "").length > max
    ? text
    : next === "."
      ? "0."
      : next;
}
