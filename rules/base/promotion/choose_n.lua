--- 任选 N 件: any `count` of the chosen goods for one price, dearest first.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local choose_n = {
  name = "promotion.choose_n", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 550,
  summary = "Any N of some goods for a fixed price",
}

choose_n.params = {
  count = {
    type = "integer", required = true, min = 2, max = 99, label = { zh = "任选件数", en = "How many" },
    doc = "Items",
  },
  price = { type = "money", required = true, label = { zh = "价格", en = "Price" }, doc = "Fen for all of them" },
  tag = goods.tag(), category = goods.category(), products = goods.products(),
}

choose_n.phrases = {
  ["choose-n"] = { zh = "任选 {count} 件 {price:money} 元", en = "Any {count} for {price:money}" },
  ["choose-more"] = {
    zh = "再选 {missing} 件，{count} 件 {price:money} 元",
    en = "{missing} more: any {count} for {price:money}",
  },
  ["name-goods"] = { zh = "请指定标签、分类或商品", en = "name a tag, a category or products" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function choose_n.applies(params)
  return goods.keys(params)
end

function choose_n.check(params)
  if not (params.tag or params.category or params.products) then
    return nil, "name-goods"
  end
  return true
end

function choose_n.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.pieces(params))
  local reason = { code = "choose-n", count = params.count, price = params.price }
  for _, groups in ipairs(units:groups(params.count)) do
    offers:total_price(groups, #groups // params.count * params.price, reason)
  end
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  elseif #units < params.count then
    local missing = params.count - #units
    offers:note({ code = "choose-more", missing = missing, count = params.count, price = params.price })
  end
  return offers
end

return choose_n
