--- Percent off: everything chosen costs `percent` less; choose nothing and it is the whole basket.
--
-- The discount is rounded once over all its units and dealt out to the fen, so three scans of one and one scan of three
-- cost the same.

local goods = require "suanpan.goods"
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
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}

percent_off.phrases = {
  ["percent-off"] = { zh = "立减 {percent:percent}", en = "{percent:percent} off" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function percent_off.applies(params)
  return goods.keys(params)
end

function percent_off.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.filter(params))
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  end
  offers:percent(units, params.percent, { code = "percent-off", percent = params.percent })
  return offers
end

return percent_off
