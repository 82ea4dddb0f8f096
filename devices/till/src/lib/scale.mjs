// The live weight as the scale itself writes it: a number, its decimals and its unit.

function written(value, decimals) {
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = value < 0 ? "\u2212" : "";
  return sign + whole + (decimals ? `.${digits.slice(-decimals)}` : "");
}

/** What to show of the section `weight`; null when no scale answers. Many tell no number while the pan moves. */
export function scaleOf(section, devices) {
  const device = devices.find((one) => one.id === section?.scale);
  if (!section?.scale || section.old || ["absent", "offline", "fault"].includes(device?.state)) return null;
  const { told, value, decimals, unit, tare, stable, sellable, over, under } = section;
  return {
    text: told ? written(value, decimals) : "\u2014",
    told: Boolean(told),
    unit: unit || "kg",
    tare: tare ? written(tare, decimals) : null,
    stable,
    sellable,
    over,
    under,
    empty: told && value === 0,
  };
}
