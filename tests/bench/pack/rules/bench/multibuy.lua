--- Of every three units of some products the cheapest is free.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local multibuy = {
  name = "bench.multibuy", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "multibuy", priority = 800,
  summary = "Buy two of a set, get one free",
}

multibuy.params = {
  products = { type = "products", required = true, doc = "The set" },
  opaque = { type = "boolean", default = false, doc = "Does not say what concerns it" },
}

function multibuy.applies(params)
  if params.opaque then
    return nil
  end
  return { product = params.products }
end

function multibuy.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, { products = params.products }) -- dearest first
  for position = 3, #units, 3 do
    offers:free(units[position], { code = "multibuy" })
  end
  return offers
end

return multibuy
