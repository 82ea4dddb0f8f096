--- 满减, once: who spends `minimum` on the chosen goods gets `off` off them, one time.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local spend_once = {
  name = "promotion.spend_once", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "order", priority = 300,
  summary = "Spend so much, get a fixed sum off, once",
}

spend_once.params = {
  minimum = { type = "money", required = true, min = 1, label = { zh = "满", en = "Spend" }, doc = "Threshold in fen" },
  off = { type = "money", required = true, min = 1, label = { zh = "减", en = "Off" }, doc = "Fen off" },
  base = goods.base(),
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}

spend_once.phrases = {
  ["spend-once"] = { zh = "满 {minimum:money} 减 {off:money}", en = "{off:money} off from {minimum:money}" },
  ["spend-more"] = {
    zh = "再买 {missing:money} 元，立减 {off:money} 元",
    en = "{missing:money} more and {off:money} is taken off",
  },
  ["off-above-minimum"] = { zh = "减额不能高于门槛", en = "off must not be above minimum" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function spend_once.applies(params)
  return goods.keys(params)
end

function spend_once.check(params)
  if params.off > params.minimum then
    return nil, "off-above-minimum"
  end
  return true
end

function spend_once.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.filter(params))
  local spent = units:sum(params.base)
  if spent >= params.minimum then
    offers:total_off(units, params.off, { code = "spend-once", minimum = params.minimum, off = params.off })
  elseif spent > 0 then
    offers:note({ code = "spend-more", missing = params.minimum - spent, off = params.off })
  else
    offers:nothing({ code = "no-goods" })
  end
  return offers
end

return spend_once
