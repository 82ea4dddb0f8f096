--- Amount off: each unit costs `off` less, never below nothing. A weighed line is one unit.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local amount_off = {
  name = "promotion.amount_off", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 400,
  summary = "A fixed sum off each unit",
}

amount_off.params = {
  off = {
    type = "money", required = true, min = 1, label = { zh = "每件立减", en = "Off each" },
    doc = "Fen off each unit",
  },
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}

amount_off.phrases = {
  ["amount-off"] = { zh = "每件立减 {off:money} 元", en = "{off:money} off each" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function amount_off.applies(params)
  return goods.keys(params)
end

function amount_off.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.filter(params))
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  end
  offers:amount_off(units, params.off, { code = "amount-off", off = params.off })
  return offers
end

return amount_off
