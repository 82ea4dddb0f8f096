--- Percent off: everything that carries a tag costs `percent` less.
--
-- The discount is rounded once over all its units and dealt out to the fen, so three scans of one and one scan of three
-- cost the same.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local percent_off = {
  name = "promotion.percent_off_tag", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 400,
  summary = "A percentage off items that carry a tag",
}

percent_off.params = {
  tag = { type = "tag", required = true, doc = "Tag of the items that take part" },
  percent = { type = "ppm", required = true, min = 1, doc = "Taken off, in parts per million: 200000 is 20 %" },
}

function percent_off.applies(params)
  return { tag = params.tag }
end

function percent_off.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, { tag = params.tag })
  offers:percent(units, params.percent, { code = "percent-off", tag = params.tag, percent = params.percent })
  return offers
end

return percent_off
