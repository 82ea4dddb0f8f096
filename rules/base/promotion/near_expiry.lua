--- 临期: the fewer days the lot in the customer's hand has left, the cheaper it is.
--
-- Only lines whose lot is known take part: other lots keep their price, and what has expired is no offer.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local near_expiry = {
  name = "promotion.near_expiry", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 900,
  summary = "A markdown by days to the expiry of the lot",
}

near_expiry.params = {
  steps = {
    type = "tiers", required = true, min = 1, max = 1000000, label = { zh = "临期折扣", en = "Steps" },
    doc = "at: days left, at most; value: off, in parts per million. 0 is the last day",
  },
  tag = goods.tag(), category = goods.category(),
}

near_expiry.phrases = {
  ["near-expiry"] = { zh = "临期（{days} 天）减 {percent:percent}", en = "{days} days left: {percent:percent} off" },
  ["expiry-none"] = {
    zh = "没有已知批次在 {days} 天内到期的商品",
    en = "No lot here is known to end within {days} days",
  },
}

function near_expiry.applies(params)
  return goods.keys(params)
end

local function step_for(steps, days)
  for _, step in ipairs(steps) do
    if days <= step.at then
      return step
    end
  end
end

function near_expiry.evaluate(basket, params)
  local offers = offer.list()
  local found = false
  local widest = params.steps[#params.steps].at
  local filter = goods.filter(params)
  filter.expires_within = widest
  for _, line in ipairs(select.lines(basket, filter)) do
    local days = line.expires_in
    if days >= 0 then
      found = true
      local percent = step_for(params.steps, days).value
      local each = line.weighed and line.gross or line.price
      local off = money.percent(each, percent)
      offers:amount_off(line, off, { code = "near-expiry", days = days, percent = percent })
    end
  end
  if not found then
    offers:nothing({ code = "expiry-none", days = widest })
  end
  return offers
end

return near_expiry
