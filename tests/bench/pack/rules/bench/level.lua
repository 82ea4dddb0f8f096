--- So much off each unit of a product, for members of the campaign's levels.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local level = {
  name = "bench.level", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "level", priority = 500,
  summary = "So much off each unit for a level",
}

level.params = {
  product = { type = "product", required = true, doc = "What it is off" },
  off = { type = "money", required = true, min = 1, doc = "Taken off each unit" },
  opaque = { type = "boolean", default = false, doc = "Does not say what concerns it" },
}

function level.applies(params)
  if params.opaque then
    return nil
  end
  return { product = params.product }
end

function level.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, { product = params.product })
  if #units > 0 then
    offers:amount_off(units, params.off, { code = "level", off = params.off })
  end
  return offers
end

return level
