--- A percentage off a category.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local percent = {
  name = "bench.percent", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "percent", priority = 700,
  summary = "A percentage off a category",
}

percent.params = {
  category = { type = "category", required = true, doc = "What it is off" },
  percent = { type = "ppm", required = true, min = 1, doc = "Taken off, in parts per million" },
  opaque = { type = "boolean", default = false, doc = "Does not say what concerns it" },
}

function percent.applies(params)
  if params.opaque then
    return nil
  end
  return { category = params.category }
end

function percent.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, { category = params.category })
  if #units > 0 then
    offers:percent(units, params.percent, { code = "percent", percent = params.percent })
  end
  return offers
end

return percent
