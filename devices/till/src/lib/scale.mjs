// The live weight as the scale itself writes it: a number, its decimals and its unit.

function written(value, decimals) {
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = value < 0 ? "\u2212" : "";
  return sign + whole + (decimals ? `.${digits.slice(-decimals)}` : "");
}

/** What to show of the section `weight`; null when no scale says anything. */
export function scaleOf(section) {
  if (!section?.told) return null;
  const { value, decimals, unit, tare, stable, sellable, over, under } = section;
  return {
    text: written(value, decimals),
    unit: unit || "kg",
    tare: tare ? written(tare, decimals) : null,
    stable,
    sellable,
    over,
    under,
    empty: value === 0,
  };
}
