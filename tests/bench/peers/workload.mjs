// One workload for every engine of ./dev bench rules: a sparse catalogue, four kinds of promotions in equal parts, baskets.
// Money is fen. Everything is drawn from fixed seeds, so every process makes the same.
//
// The kinds: `percent` off a category; `multibuy`, of every three units of a set of five products the cheapest is free;
// `cart`, from 100.00 on 20.00 less, dealt out over a category; `level`, so much off each unit of a product for a level.
// Prices are whole yuan and rates multiples of 5 %, so that engines that compute in fractions arrive at the same fen; the
// products of a set cost the same, so that it does not matter which of them is the free one.

export const CATEGORIES = 500;
export const PRODUCTS = 5_000;
export const LEVELS = ["silver", "gold", "diamond"];
export const THRESHOLD = 10_000;
const CART_OFF = 2_000;
const LEVEL_CUT = 100;
const SPREAD = 7_919; // a prime: consecutive promotions land far from each other and never twice on one place
const SET = 5;

/** xorshift32 over a seed: numbers from 0 to below - 1. */
function generator(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const categoryCode = (i) => `c${String(i).padStart(3, "0")}`;
const productCode = (i) => `p${String(i).padStart(4, "0")}`;

/** Product i is in category i % 500; a category has two sets of five. */
export function catalogue() {
  const random = generator(20_261_122);
  const prices = Array.from({ length: 2 * CATEGORIES }, () => 100 * (20 + random(81)));
  return Array.from({ length: PRODUCTS }, (_, i) => {
    const category = i % CATEGORIES;
    const set = category + (Math.floor(i / CATEGORIES) >= SET ? CATEGORIES : 0);
    return { code: productCode(i), category: categoryCode(category), price: prices[set] };
  });
}

const makers = [
  (p) => ({ kind: "percent", category: categoryCode((p * SPREAD) % CATEGORIES), percent: 5 * (1 + (p % 6)) }),
  (p) => {
    const category = (p * SPREAD) % CATEGORIES;
    return { kind: "multibuy", products: Array.from({ length: SET }, (_, i) => productCode(category + i * CATEGORIES)) };
  },
  (p) => ({ kind: "cart", category: categoryCode((p * SPREAD + 250) % CATEGORIES), threshold: THRESHOLD, off: CART_OFF }),
  (p) => ({
    kind: "level",
    product: productCode(PRODUCTS / 2 + ((p * SPREAD) % (PRODUCTS / 2))),
    level: LEVELS[p % LEVELS.length],
    off: LEVEL_CUT,
  }),
];

/** In the order in which they apply: buy-get, percent, cart, level, as the shipped order of the peers has it. */
const ORDER = ["multibuy", "percent", "cart", "level"];

/** `count` promotions; those from `matching` on concern goods that nobody sells. */
export function promotions(count, matching = count) {
  const away = (code) => `x${code}`;
  const made = Array.from({ length: count }, (_, i) => {
    const promotion = { code: `promo-${String(i).padStart(5, "0")}`, ...makers[i % makers.length](Math.floor(i / makers.length)) };
    if (i < matching) return promotion;
    for (const name of ["category", "product"]) if (promotion[name]) promotion[name] = away(promotion[name]);
    if (promotion.products) promotion.products = promotion.products.map(away);
    return promotion;
  });
  made.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.code < b.code ? -1 : 1));
  return made.map((promotion, order) => ({ ...promotion, order }));
}

/** Baskets of `lines` different products, one to four of each, for somebody of a level or of none. */
export function baskets(count, lines) {
  const random = generator(8_172_645 + lines);
  return Array.from({ length: count }, () => {
    const seen = new Set();
    while (seen.size < lines) seen.add(random(PRODUCTS));
    return { level: ["", ...LEVELS][random(4)], lines: [...seen].map((product) => [product, 1 + random(4)]) };
  });
}

/** The same promotions as campaigns of a pack of ours. `opaque`: the rules do not say what concerns them. */
export function campaigns(list, opaque) {
  const params = {
    percent: (p) => ({ category: p.category, percent: p.percent * 10_000 }),
    multibuy: (p) => ({ products: p.products }),
    cart: (p) => ({ category: p.category, threshold: p.threshold, off: p.off }),
    level: (p) => ({ product: p.product, off: p.off }),
  };
  return {
    campaigns: list.map((p) => ({
      code: p.code,
      rule: `bench.${p.kind}`,
      params: { ...params[p.kind](p), ...(opaque ? { opaque: true } : {}) },
      ...(p.level ? { levels: [p.level] } : {}),
    })),
  };
}
