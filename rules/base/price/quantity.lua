--- Quantity price: the more of one product a basket holds, the less each costs.
--
-- All its lines count together, so three scans of one and one scan of three cost the same.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local quantity_price = {
  name = "price.quantity", version = "1.0.0", api = 1,
  phase = "price", priority = 550,
  summary = "Prices of a product by how much of it is bought",
}

quantity_price.params = {
  product = { type = "product", required = true, label = { zh = "商品", en = "Product" }, doc = "The product" },
  tiers = {
    type = "tiers", required = true, min = 0, label = { zh = "数量价", en = "Steps" },
    doc = "at: pieces (or kilograms) from which the price holds; value: fen of one",
  },
}

quantity_price.phrases = {
  ["quantity-price"] = { zh = "满 {from} 件，每件 {price:money} 元", en = "{price:money} each from {from}" },
  ["quantity-more"] = {
    zh = "再买 {missing} 件，每件 {price:money} 元",
    en = "{missing} more and each costs {price:money}",
  },
}

function quantity_price.applies(params)
  return { product = params.product }
end

function quantity_price.evaluate(basket, params)
  local offers = offer.list()
  local filter = { product = params.product }
  local whole = select.quantity(basket, filter) // 1000
  local reached
  for _, tier in ipairs(params.tiers) do
    if whole >= tier.at then
      reached = tier
    end
  end
  if reached then
    local reason = { code = "quantity-price", from = reached.at, price = reached.value }
    offers:price(select.lines(basket, filter), reached.value, reason)
  else
    local first = params.tiers[1]
    offers:note({ code = "quantity-more", missing = first.at - whole, price = first.value })
  end
  return offers
end

return quantity_price
