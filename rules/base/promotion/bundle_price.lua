--- Bundle: one each of some products for one price, as often as the basket holds them all.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local bundle_price = {
  name = "promotion.bundle_price", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 600,
  summary = "A set of named products for a fixed price",
}

bundle_price.params = {
  products = {
    type = "products", required = true, min = 2, max = 20, label = { zh = "组合商品", en = "Products" },
    doc = "One of each makes the bundle",
  },
  price = {
    type = "money", required = true, label = { zh = "组合价", en = "Price" },
    doc = "Fen for the whole bundle",
  },
}

bundle_price.phrases = {
  ["bundle"] = { zh = "组合价 {price:money} 元 × {times}", en = "Bundle: {price:money} × {times}" },
  ["bundle-more"] = {
    zh = "再加 {missing} 种商品，组合价 {price:money} 元",
    en = "{missing} more to the bundle of {price:money}",
  },
}

function bundle_price.applies(params)
  return { product = params.products }
end

function bundle_price.evaluate(basket, params)
  local offers = offer.list()
  local pools, missing, times = {}, 0, math.maxinteger
  for _, code in ipairs(params.products) do
    local units = select.units(basket, { product = code, weighed = false, scanned = true })
    table.insert(pools, units)
    times = math.min(times, #units)
    missing = missing + (#units == 0 and 1 or 0)
  end
  if missing > 0 then
    offers:note({ code = "bundle-more", missing = missing, price = params.price })
    return offers
  end
  local bundle = pools[1]:first(times)
  for position = 2, #pools do
    bundle = select.join(bundle, pools[position]:first(times))
  end
  offers:total_price(bundle, params.price * times, { code = "bundle", price = params.price, times = times })
  return offers
end

return bundle_price
