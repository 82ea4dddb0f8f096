--- 限时特价: while the campaign runs, these products cost so much, for the first units of a basket.
--
-- Hours and days are the campaign's; `most` keeps one customer from taking everything.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local time_price = {
  name = "promotion.time_price", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 700,
  summary = "Special prices for a time, for so many units of a basket",
}

time_price.params = {
  prices = {
    type = "prices", required = true, label = { zh = "特价", en = "Prices" },
    doc = "Product code to the special price of one unit, in fen",
  },
  most = {
    type = "integer", min = 1, max = 1000000, default = 1000000, label = { zh = "每单限量", en = "At most" },
    doc = "Units of each product in one basket; more cost what they cost",
  },
}

time_price.phrases = {
  ["time-price"] = { zh = "限时特价 {price:money} 元", en = "For a short time: {price:money}" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function time_price.applies(params)
  return { product = params.prices }
end

function time_price.evaluate(basket, params)
  local offers = offer.list()
  local products = select.by_product(basket, { products = params.prices, weighed = false, scanned = true })
  if #products == 0 then
    offers:nothing({ code = "no-goods" })
  end
  for _, units in ipairs(products) do
    local price = params.prices[units[1].line.code]
    offers:price(units:first(params.most), price, { code = "time-price", price = price })
  end
  return offers
end

return time_price
