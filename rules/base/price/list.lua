--- List price: what the catalogue says, or the price given at the till.
--
-- A given price (an override, or the price of a historic sale) is kept whatever other price rules say.

local offer = require "suanpan.offer"

local list = {
  name = "price.list", version = "1.0.0", api = 1,
  phase = "price", priority = 0,
  campaign = "list-price",
  summary = "The catalogue's price, or the price given at the till",
}

function list.evaluate(basket)
  local prices = offer.list()
  prices:listed(basket.lines)
  return prices
end

return list
