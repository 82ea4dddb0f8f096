--- Time price: towards the evening fresh goods cost less, step by step.
--
-- The step that was reached last holds until midnight; other hours and days are the campaign's.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local time_price = {
  name = "price.time", version = "1.0.0", api = 1,
  phase = "price", priority = 450,
  summary = "Prices that fall with the hour, for fresh goods",
}

time_price.params = {
  steps = {
    type = "tiers", required = true, min = 0, max = 1000000, label = { zh = "时段折扣", en = "Steps" },
    doc = "at: minute of the store's day (1140 is 19:00); value: off the list price, in parts per million",
  },
  tag = goods.tag(), category = goods.category(),
}

time_price.phrases = {
  ["time-price"] = {
    zh = "时段价 {price:money} 元（减 {percent:percent}）",
    en = "Now {price:money}, {percent:percent} less",
  },
  ["time-later"] = { zh = "降价时段未到", en = "The prices have not begun to fall" },
}

function time_price.applies(params)
  return goods.keys(params)
end

function time_price.evaluate(basket, params, context)
  local offers = offer.list()
  local percent = 0
  for _, step in ipairs(params.steps) do
    if context.minute >= step.at then
      percent = step.value
    end
  end
  if percent == 0 then
    offers:nothing({ code = "time-later" })
    return offers
  end
  for _, line in ipairs(select.lines(basket, goods.filter(params))) do
    local price = line.list_price - money.percent(line.list_price, percent)
    offers:price(line, price, { code = "time-price", percent = percent, price = price })
  end
  return offers
end

return time_price
