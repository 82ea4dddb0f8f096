--- Buy N, pay for M: in each group of `buy` tagged units the cheapest `buy - pay` are free.
--
-- Units are taken dearest first, so the order of scanning decides nothing.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local multibuy = {
  name = "promotion.multibuy", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 500,
  summary = "Buy N, pay for M on items that carry a tag",
}

multibuy.params = {
  tag = { type = "tag", required = true, doc = "Tag of the items that take part" },
  buy = { type = "integer", min = 2, max = 99, default = 3, doc = "Units in one group" },
  pay = { type = "integer", min = 1, max = 98, default = 2, doc = "Units charged in each group" },
}

function multibuy.applies(params)
  return { tag = params.tag }
end

function multibuy.check(params)
  if params.pay >= params.buy then
    return nil, "pay must be lower than buy"
  end
  return true
end

function multibuy.evaluate(basket, params)
  local units = select.units(basket, { tag = params.tag })
  local offers = offer.list()
  for last = params.buy, #units, params.buy do
    for position = last - (params.buy - params.pay) + 1, last do
      offers:free(units[position], { code = "multibuy", buy = params.buy, pay = params.pay })
    end
  end
  return offers
end

return multibuy
