--- Price table: these products have these prices.
--
-- What makes it a store's, a level's or a weekend's price list is the campaign: its stores, levels, weekdays and hours.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local price_table = {
  name = "price.table", version = "1.0.0", api = 1,
  phase = "price", priority = 500,
  summary = "A price list: its products cost what it says",
}

price_table.params = {
  prices = {
    type = "prices", required = true, label = { zh = "价目", en = "Prices" },
    doc = "Product code to the price of one whole unit, in fen",
  },
}

price_table.phrases = {
  ["price-table"] = { zh = "执行价目表价格 {price:money} 元", en = "Price list: {price:money}" },
}

function price_table.applies(params)
  return { product = params.prices }
end

function price_table.evaluate(basket, params)
  local offers = offer.list()
  for _, line in ipairs(select.lines(basket, { products = params.prices })) do
    local price = params.prices[line.code]
    offers:price(line, price, { code = "price-table", price = price })
  end
  return offers
end

return price_table
