--- Amount off: each unit costs `off` less, never below nothing. A weighed line is one unit.

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
  tag = { type = "tag", label = { zh = "标签", en = "Tag" }, doc = "Only items with this tag" },
  category = { type = "category", label = { zh = "分类", en = "Category" }, doc = "Only this category or below it" },
  products = { type = "products", label = { zh = "商品", en = "Products" }, doc = "Only these products" },
  not_tag = { type = "tag", label = { zh = "不含标签", en = "Without tag" }, doc = "Never items with this tag" },
}

amount_off.phrases = {
  ["amount-off"] = { zh = "每件立减 {off:money} 元", en = "{off:money} off each" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function amount_off.applies(params)
  if params.tag or params.category or params.products then
    return { tag = params.tag, category = params.category, product = params.products }
  end
end

function amount_off.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, {
    tag = params.tag, category = params.category, products = params.products, not_tag = params.not_tag,
    scanned = true,
  })
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  end
  offers:amount_off(units, params.off, { code = "amount-off", off = params.off })
  return offers
end

return amount_off
