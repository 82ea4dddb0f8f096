--- 清仓: goods moved into a category for clearance cost less, and less still with every week.
--
-- Moving a product into the category is all a buyer does; the percentage follows from the days since `start`.

local calendar = require "suanpan.calendar"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local clearance = {
  name = "promotion.clearance", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 850,
  summary = "A category for clearance, cheaper step by step",
}

clearance.params = {
  category = {
    type = "category", required = true, label = { zh = "清仓分类", en = "Category" }, doc = "This category and below it",
  },
  start = { type = "date", required = true, label = { zh = "开始日期", en = "Start" }, doc = "Day 0 of the steps" },
  steps = {
    type = "tiers", required = true, min = 1, max = 1000000, label = { zh = "降价阶梯", en = "Steps" },
    doc = "at: days since the start; value: off from then on, in parts per million",
  },
}

clearance.phrases = {
  ["clearance"] = { zh = "清仓减 {percent:percent}", en = "Clearance: {percent:percent} off" },
  ["clearance-later"] = { zh = "清仓尚未开始", en = "The clearance has not begun" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function clearance.applies(params)
  return { category = params.category }
end

function clearance.evaluate(basket, params, context)
  local offers = offer.list()
  local days = calendar.days_between(params.start, context.business_date)
  local percent
  for _, step in ipairs(params.steps) do
    if days >= step.at then
      percent = step.value
    end
  end
  local units = select.units(basket, { category = params.category, scanned = true })
  if not percent then
    offers:nothing({ code = "clearance-later" })
  elseif #units == 0 then
    offers:nothing({ code = "no-goods" })
  else
    offers:percent(units, percent, { code = "clearance", percent = percent })
  end
  return offers
end

return clearance
