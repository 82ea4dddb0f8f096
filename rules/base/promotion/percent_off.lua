--- Percent off: everything chosen costs `percent` less; choose nothing and it is the whole basket.
--
-- The discount is rounded once over all its units and dealt out to the fen, so three scans of one and one scan of three
-- cost the same.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local percent_off = {
  name = "promotion.percent_off", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 400,
  summary = "A percentage off a tag, a category, products or everything",
}

percent_off.params = {
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Taken off, in parts per million: 200000 is 20 %",
  },
  tag = { type = "tag", label = { zh = "标签", en = "Tag" }, doc = "Only items with this tag" },
  category = { type = "category", label = { zh = "分类", en = "Category" }, doc = "Only this category or below it" },
  products = { type = "products", label = { zh = "商品", en = "Products" }, doc = "Only these products" },
  not_tag = { type = "tag", label = { zh = "不含标签", en = "Without tag" }, doc = "Never items with this tag" },
}

percent_off.phrases = {
  ["percent-off"] = { zh = "立减 {percent:percent}", en = "{percent:percent} off" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function percent_off.applies(params)
  if params.tag or params.category or params.products then
    return { tag = params.tag, category = params.category, product = params.products }
  end
end

function percent_off.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, {
    tag = params.tag, category = params.category, products = params.products, not_tag = params.not_tag,
    scanned = true,
  })
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  end
  offers:percent(units, params.percent, { code = "percent-off", percent = params.percent })
  return offers
end

return percent_off
