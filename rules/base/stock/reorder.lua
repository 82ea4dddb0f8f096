--- Reorder: what will be sold until the delivery after the next, and a reserve, less what is there or on its way.
--
-- Days on which the product was missing do not count: sales of nothing are no demand of nothing.

local money = require "suanpan.money"

local reorder = {
  name = "stock.reorder", version = "1.0.0", api = 1,
  phase = "hook", hook = "reorder", priority = 500,
  summary = "How much of a product to order",
}

reorder.params = {
  days = {
    type = "integer", min = 1, max = 366, default = 28, label = { zh = "参考天数", en = "Look back" },
    doc = "Days of sales that are looked at when there is no forecast",
  },
  reserve_days = {
    type = "integer", min = 0, max = 60, default = 2, label = { zh = "安全库存天数", en = "Reserve" },
    doc = "Days of sales to keep as a reserve",
  },
}

reorder.phrases = {
  ["reorder"] = {
    zh = "预计 {days} 天售 {needed}，现有与在途 {have}",
    en = "{needed} for {days} days, {have} there or coming",
  },
}

--- Thousandths that `days` days are expected to sell.
local function demand(input, days, look_back)
  local expected = input.expected or {}
  if #expected >= days then
    local sum = 0
    for position = 1, days do
      sum = sum + expected[position].quantity
    end
    return sum
  end
  local sold, counted = 0, 0
  for position = math.max(#input.sold - look_back + 1, 1), #input.sold do
    local day = input.sold[position]
    if not day.sold_out then
      sold, counted = sold + day.quantity, counted + 1
    end
  end
  return counted > 0 and money.muldiv(sold, days, counted) or 0
end

function reorder.evaluate(input, params)
  local stock, product = input.stock, input.product
  local days = (input.cover_days or (product.lead_days or 1) + 1) + params.reserve_days
  local needed = math.max(demand(input, days, params.days), stock.least or 0)
  local have = stock.on_hand - (stock.reserved or 0) + (stock.on_order or 0)
  local missing = math.max(needed - have, 0)
  local pack = product.pack or 1
  local quantity = (missing + pack - 1) // pack * pack
  local urgency = needed > 0 and math.min(missing * 100 // needed, 100) or 0
  return {
    quantity = quantity, urgency = urgency,
    reason = { code = "reorder", days = days, needed = needed // 1000, have = have // 1000 },
  }
end

return reorder
