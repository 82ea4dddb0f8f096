--- 阶梯满减: the more is spent on the chosen goods, the more is taken off; only the highest step reached counts.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local spend_tiers = {
  name = "promotion.spend_tiers", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "order", priority = 300,
  summary = "Steps of spending, each with its sum off",
}

spend_tiers.params = {
  tiers = {
    type = "tiers", required = true, min = 1, label = { zh = "满减阶梯", en = "Steps" },
    doc = "at: fen spent; value: fen off from there",
  },
  base = {
    type = "choice", options = { "remaining", "gross" }, default = "remaining",
    label = { zh = "门槛口径", en = "Threshold of" },
    doc = "What counts towards the threshold: what is left to pay after other offers, or the price before them",
  },
  tag = { type = "tag", label = { zh = "标签", en = "Tag" }, doc = "Only items with this tag" },
  category = { type = "category", label = { zh = "分类", en = "Category" }, doc = "Only this category or below it" },
  products = { type = "products", label = { zh = "商品", en = "Products" }, doc = "Only these products" },
  not_tag = { type = "tag", label = { zh = "不含标签", en = "Without tag" }, doc = "Never items with this tag" },
}

spend_tiers.phrases = {
  ["spend-tier"] = { zh = "满 {minimum:money} 减 {off:money}", en = "{off:money} off from {minimum:money}" },
  ["spend-more"] = {
    zh = "再买 {missing:money} 元，立减 {off:money} 元",
    en = "{missing:money} more and {off:money} is taken off",
  },
  ["step-too-much"] = { zh = "某一档的减额高于门槛", en = "a step takes off more than is spent" },
  ["step-not-more"] = { zh = "后一档的减额必须更高", en = "a later step must take off more" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function spend_tiers.applies(params)
  if params.tag or params.category or params.products then
    return { tag = params.tag, category = params.category, product = params.products }
  end
end

function spend_tiers.check(params)
  local before = 0
  for _, tier in ipairs(params.tiers) do
    if tier.value > tier.at then
      return nil, "step-too-much"
    elseif tier.value <= before then
      return nil, "step-not-more"
    end
    before = tier.value
  end
  return true
end

function spend_tiers.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, {
    tag = params.tag, category = params.category, products = params.products, not_tag = params.not_tag,
    scanned = true,
  })
  local spent = units:sum(params.base)
  local reached
  for _, tier in ipairs(params.tiers) do
    if spent >= tier.at then
      reached = tier
    end
  end
  if reached then
    offers:total_off(units, reached.value, { code = "spend-tier", minimum = reached.at, off = reached.value })
  elseif spent > 0 then
    local first = params.tiers[1]
    offers:note({ code = "spend-more", missing = first.at - spent, off = first.value })
  else
    offers:nothing({ code = "no-goods" })
  end
  return offers
end

return spend_tiers
