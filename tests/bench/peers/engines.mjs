// The peers, each behind the same function: make(promotions, products) gives evaluate(basket) → fen taken off. The packages are
// asked of the folder they were installed into, so nothing of this tree needs them.
import { createRequire } from "node:module";
import { build, byOrder, settle } from "./apply.mjs";

/** Written by hand for exactly these four kinds: as fast as JavaScript gets, and nothing else it could do. */
function indexed(promotions, products) {
  const byProduct = new Map();
  const byCategory = new Map();
  const put = (map, key, promotion) => map.set(key, [...(map.get(key) ?? []), promotion]);
  for (const promotion of promotions) {
    if (promotion.category) put(byCategory, promotion.category, promotion);
    for (const code of promotion.products ?? (promotion.product ? [promotion.product] : [])) put(byProduct, code, promotion);
  }
  return (basket) => {
    const state = build(basket, products);
    const found = new Set();
    for (const line of state.lines) {
      for (const promotion of byCategory.get(line.category) ?? []) found.add(promotion);
      for (const promotion of byProduct.get(line.code) ?? []) {
        if (!promotion.level || promotion.level === state.level) found.add(promotion);
      }
    }
    return settle(state, [...found].sort(byOrder));
  };
}

/** json-rules-engine 7: a rule a promotion says whether it holds, its event says which; applied by our own code. */
function jsonRules(promotions, products, require) {
  const { Engine } = require("json-rules-engine");
  const engine = new Engine([], { allowUndefinedFacts: false });
  const has = (fact, value) => ({ fact, operator: "contains", value });
  const conditions = {
    percent: (p) => ({ all: [has("categories", p.category)] }),
    multibuy: (p) => ({ any: p.products.map((code) => has("codes", code)) }),
    cart: (p) => ({ all: [has("categories", p.category), { fact: "gross", operator: "greaterThanInclusive", value: p.threshold }] }),
    level: (p) => ({ all: [{ fact: "level", operator: "equal", value: p.level }, has("codes", p.product)] }),
  };
  for (const p of promotions) engine.addRule({ conditions: conditions[p.kind](p), event: { type: "promotion", params: p } });
  return async (basket) => {
    const state = build(basket, products);
    const { events } = await engine.run({
      categories: state.lines.map((line) => line.category),
      codes: state.lines.map((line) => line.code),
      gross: state.gross,
      level: state.level,
    });
    return settle(state, events.map((event) => event.params).sort(byOrder));
  };
}

/** GoRules ZEN (Rust): one decision table, every row that holds is collected; applied by our own code. */
function zen(promotions, products, require) {
  const { ZenEngine } = require("@gorules/zen-engine");
  const at = { x: 0, y: 0 };
  const column = (field) => ({ id: field, name: field, field });
  const cells = {
    percent: (p) => ({ categories: `'${p.category}' in $` }),
    multibuy: (p) => ({ codes: `some($, # in [${p.products.map((code) => `'${code}'`).join(",")}])` }),
    cart: (p) => ({ categories: `'${p.category}' in $`, gross: `>= ${p.threshold}` }),
    level: (p) => ({ level: `'${p.level}'`, codes: `'${p.product}' in $` }),
  };
  const none = { categories: "", codes: "", gross: "", level: "" };
  const table = {
    hitPolicy: "collect",
    inputs: ["level", "categories", "codes", "gross"].map(column),
    outputs: [column("order")],
    rules: promotions.map((p) => ({ _id: p.code, ...none, ...cells[p.kind](p), order: String(p.order) })),
  };
  const decision = new ZenEngine().createDecision({
    nodes: [
      { id: "in", name: "in", type: "inputNode", position: at },
      { id: "table", name: "table", type: "decisionTableNode", position: at, content: table },
      { id: "out", name: "out", type: "outputNode", position: at },
    ],
    edges: [
      { id: "first", sourceId: "in", targetId: "table", type: "edge" },
      { id: "second", sourceId: "table", targetId: "out", type: "edge" },
    ],
  });
  return async (basket) => {
    const state = build(basket, products);
    const { result } = await decision.evaluate({
      categories: state.lines.map((line) => line.category),
      codes: state.lines.map((line) => line.code),
      gross: state.gross,
      level: state.level,
    });
    return settle(state, result.map(({ order }) => promotions[order]).sort(byOrder));
  };
}

/** Medusa computes in a currency's major unit and applies by falling value: hundreds of yuan keep our order. */
const MEDUSA_UNIT = 10_000;

function medusaPromotion(p) {
  const rule = (attribute, operator, values) => ({ attribute, operator, values: values.map((value) => ({ value: String(value) })) });
  const method = (rest) => ({ target_type: "items", allocation: "each", max_quantity: 1_000, ...rest });
  const category = p.category ? [rule("items.category_id", "in", [p.category])] : [];
  const made = {
    percent: () => ({ type: "standard", application_method: method({ type: "percentage", value: p.percent, target_rules: category }) }),
    multibuy: () => {
      const products = [rule("items.product_id", "in", p.products)];
      const buy = { buy_rules: products, buy_rules_min_quantity: 2, target_rules: products, apply_to_quantity: 1 };
      return { type: "buyget", application_method: method({ type: "percentage", value: 100, ...buy }) };
    },
    cart: () => ({
      type: "standard",
      rules: [rule("item_total", "gte", [p.threshold / MEDUSA_UNIT])],
      application_method: method({
        type: "fixed", value: p.off / MEDUSA_UNIT, allocation: "across", max_quantity: undefined, target_rules: category,
      }),
    }),
    level: () => ({
      type: "standard",
      rules: [rule("level", "eq", [p.level])],
      application_method: method({
        type: "fixed", value: p.off / MEDUSA_UNIT, target_rules: [rule("items.product_id", "in", [p.product])],
      }),
    }),
  };
  return { id: p.code, code: p.code, is_automatic: false, is_tax_inclusive: false, rules: [], ...made[p.kind]() };
}

/** Medusa's promotion module, `computeActions` as shipped; its database is a list in memory, which costs it nothing. */
function medusa(promotions, products, require) {
  const { service: Service } = require("@medusajs/promotion").default;
  const list = promotions.map(medusaPromotion);
  list.sort((a, b) => b.application_method.value - a.application_method.value); // as its query has them
  const codes = list.map((promotion) => promotion.code);
  const service = Object.create(Service.prototype, { listActivePromotions_: { value: async () => list } });
  const options = { prevent_auto_promotions: true, skip_usage_limit_checks: true };
  return async (basket) => {
    const state = build(basket, products);
    const items = state.lines.map((line, i) => {
      const subtotal = (line.price * line.quantity) / MEDUSA_UNIT;
      const { code, category, quantity } = line;
      return { id: String(i), product_id: code, category_id: category, quantity, subtotal, original_total: subtotal, is_discountable: true };
    });
    const context = { items, item_total: state.gross / MEDUSA_UNIT, level: state.level, currency_code: "cny" };
    const actions = await service.computeActions(codes, context, options, { manager: { none: true }, __type: "MedusaContext" });
    let off = 0;
    for (const action of actions) off += Number(action.amount.numeric ?? action.amount);
    return Math.round(off * MEDUSA_UNIT);
  };
}

const makers = { indexed, "json-rules-engine": jsonRules, zen, medusa };

/** `folder` has the node_modules; "indexed" needs none. */
export function make(name, promotions, products, folder) {
  return makers[name](promotions, products, createRequire(`${folder}/package.json`));
}
