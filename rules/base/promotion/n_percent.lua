--- N件X折: whoever takes enough of the chosen goods gets a percentage off all of them.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local n_percent = {
  name = "promotion.n_percent", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 480,
  summary = "From so many items on, a percentage off all of them",
}

n_percent.params = {
  tiers = {
    type = "tiers", required = true, min = 1, max = 1000000, label = { zh = "件数阶梯", en = "Steps" },
    doc = "at: items; value: off all of them, in parts per million: 200000 is 八折",
  },
  tag = goods.tag(), category = goods.category(), products = goods.products(),
}

n_percent.phrases = {
  ["n-percent"] = { zh = "满 {from} 件减 {percent:percent}", en = "{percent:percent} off from {from} items" },
  ["n-more"] = { zh = "再买 {missing} 件，全部减 {percent:percent}", en = "{missing} more: {percent:percent} off all" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function n_percent.applies(params)
  return goods.keys(params)
end

function n_percent.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.pieces(params))
  local reached
  for _, tier in ipairs(params.tiers) do
    if #units >= tier.at then
      reached = tier
    end
  end
  if reached then
    offers:percent(units, reached.value, { code = "n-percent", from = reached.at, percent = reached.value })
  elseif #units > 0 then
    local first = params.tiers[1]
    offers:note({ code = "n-more", missing = first.at - #units, percent = first.value })
  else
    offers:nothing({ code = "no-goods" })
  end
  return offers
end

return n_percent
