--- 每满减: for every `minimum` spent on the chosen goods, `off` off them, at most `times` times.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local spend_every = {
  name = "promotion.spend_every", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "order", priority = 300,
  summary = "For every so much spent, a fixed sum off",
}

spend_every.params = {
  minimum = { type = "money", required = true, min = 1, label = { zh = "每满", en = "Every" }, doc = "Step in fen" },
  off = { type = "money", required = true, min = 1, label = { zh = "减", en = "Off" }, doc = "Fen off for each step" },
  times = {
    type = "integer", min = 1, max = 1000000, default = 1000000, label = { zh = "最多次数", en = "At most" },
    doc = "Steps that count",
  },
  base = goods.base(),
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}

spend_every.phrases = {
  ["spend-every"] = {
    zh = "每满 {minimum:money} 减 {off:money}，共 {times} 次",
    en = "{off:money} off every {minimum:money}, {times} times",
  },
  ["spend-more"] = {
    zh = "再买 {missing:money} 元，立减 {off:money} 元",
    en = "{missing:money} more and {off:money} is taken off",
  },
  ["off-above-minimum"] = { zh = "减额不能高于门槛", en = "off must not be above minimum" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function spend_every.applies(params)
  return goods.keys(params)
end

function spend_every.check(params)
  if params.off > params.minimum then
    return nil, "off-above-minimum"
  end
  return true
end

function spend_every.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.filter(params))
  local spent = units:sum(params.base)
  local times = math.min(spent // params.minimum, params.times)
  if times > 0 then
    local reason = { code = "spend-every", minimum = params.minimum, off = params.off, times = times }
    offers:total_off(units, params.off * times, reason)
  elseif spent > 0 then
    offers:note({ code = "spend-more", missing = params.minimum - spent, off = params.off })
  else
    offers:nothing({ code = "no-goods" })
  end
  return offers
end

return spend_every
