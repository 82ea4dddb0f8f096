// What a promotion takes off a basket, in fen: for the engines that only find out which promotions hold.
// A state is { remaining, lines, gross } with `remaining` per line; a line is { code, category, quantity, price }.

/** Of every three units the cheapest is free; the products of a set cost the same, so units come in order of code. */
function multibuy(state, promotion) {
  const { lines, remaining } = state;
  const mine = [];
  for (let i = 0; i < lines.length; i++) if (promotion.products.includes(lines[i].code)) mine.push(i);
  if (mine.length > 1) mine.sort((a, b) => lines[b].price - lines[a].price || (lines[a].code < lines[b].code ? -1 : 1));
  let units = 0;
  for (const i of mine) {
    const free = Math.floor((units + lines[i].quantity) / 3) - Math.floor(units / 3);
    units += lines[i].quantity;
    remaining[i] -= free * lines[i].price;
  }
}

function percent(state, promotion) {
  const { lines, remaining } = state;
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].category === promotion.category) remaining[i] -= Math.round((remaining[i] * promotion.percent) / 100);
  }
}

/** Dealt out in proportion to what remains; odd fen go to the largest remainders. */
function cart(state, promotion) {
  const { lines, remaining } = state;
  if (state.gross < promotion.threshold) return;
  let total = 0;
  for (let i = 0; i < lines.length; i++) if (lines[i].category === promotion.category) total += remaining[i];
  if (total === 0) return;
  const off = Math.min(promotion.off, total);
  let left = off;
  const odd = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].category !== promotion.category) continue;
    const exact = off * remaining[i];
    const share = Math.floor(exact / total);
    odd.push([exact % total, i]);
    remaining[i] -= share;
    left -= share;
  }
  if (left === 0) return;
  odd.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (let k = 0; k < left; k++) remaining[odd[k][1]] -= 1;
}

function level(state, promotion) {
  const { lines, remaining } = state;
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].code === promotion.product) remaining[i] -= Math.min(remaining[i], promotion.off * lines[i].quantity);
  }
}

const kinds = { multibuy, percent, cart, level };

export const byOrder = (a, b) => a.order - b.order;

/** The basket as an engine is given it, built anew from what was scanned. */
export function build(basket, products) {
  const lines = new Array(basket.lines.length);
  const remaining = new Array(lines.length);
  let gross = 0;
  for (let i = 0; i < lines.length; i++) {
    const [number, quantity] = basket.lines[i];
    const { code, category, price } = products[number];
    lines[i] = { code, category, quantity, price };
    remaining[i] = price * quantity;
    gross += remaining[i];
  }
  return { lines, remaining, gross, level: basket.level };
}

/** Apply what holds, in order, and give what was taken off. */
export function settle(state, promotions) {
  for (const promotion of promotions) kinds[promotion.kind](state, promotion);
  let net = 0;
  for (const amount of state.remaining) net += amount;
  return state.gross - net;
}
