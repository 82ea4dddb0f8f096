--- 阶梯满减: the more is spent on the chosen goods, the more is taken off; only the highest step reached counts.

local goods = require "suanpan.goods"
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
  base = goods.base(),
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
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
  return goods.keys(params)
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
  local units = select.units(basket, goods.filter(params))
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
