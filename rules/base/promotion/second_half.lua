--- 第二件半价: in each group of `nth` units, dearest first, the last one costs `percent` less.
--
-- The units before it are used up with it; a unit alone keeps its price.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local second_half = {
  name = "promotion.second_half", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 500,
  summary = "Every second (or third …) item at a percentage off",
}

second_half.params = {
  nth = {
    type = "integer", min = 2, max = 10, default = 2, label = { zh = "第几件", en = "Which" },
    doc = "2: the second",
  },
  percent = {
    type = "ppm", min = 1, default = 500000, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off that item, in parts per million: 500000 is half",
  },
  same = {
    type = "boolean", default = false, label = { zh = "限同款", en = "Same product" },
    doc = "Only items of one product make a group",
  },
  tag = goods.tag(), category = goods.category(), products = goods.products(),
}

second_half.phrases = {
  ["nth-off"] = { zh = "第 {nth} 件减 {percent:percent}", en = "Item {nth}: {percent:percent} off" },
  ["nth-more"] = { zh = "再买 {missing} 件，该件减 {percent:percent}", en = "{missing} more: {percent:percent} off it" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function second_half.applies(params)
  return goods.keys(params)
end

function second_half.evaluate(basket, params)
  local offers = offer.list()
  local filter = goods.pieces(params)
  local pools = params.same and select.by_product(basket, filter) or { select.units(basket, filter) }
  local reason = { code = "nth-off", nth = params.nth, percent = params.percent }
  local most = 0
  for _, units in ipairs(pools) do
    for _, groups in ipairs(units:groups(params.nth)) do
      local cheapest = groups:last(#groups // params.nth)
      local off = money.percent(cheapest[1].remaining, params.percent) -- each is rounded for itself
      offers:amount_off(cheapest, off, reason, groups:first(#groups - #cheapest))
    end
    most = math.max(most, #units)
  end
  if most == 0 then
    offers:nothing({ code = "no-goods" })
  elseif most < params.nth then
    offers:note({ code = "nth-more", missing = params.nth - most, percent = params.percent })
  end
  return offers
end

return second_half
