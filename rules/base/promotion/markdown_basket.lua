--- Basket markdown: what a person at the till takes off the whole basket by hand, dealt out over everything scanned.
--
-- It comes last of all: a percentage is of what is left to pay, deposits that rules added are left alone, and nothing
-- goes below zero. How much a cashier may take off alone is the till's policy.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local markdown = {
  name = "promotion.markdown_basket", version = "1.0.0", api = 1,
  phase = "coupon", stacking = "markdown-basket", priority = 0,
  campaign = "markdown-basket",
  summary = "What a person at the till takes off the whole basket",
}

markdown.phrases = {
  ["markdown-basket"] = { zh = "整单优惠", en = "Discount by hand" },
  ["markdown-percent"] = { zh = "整单优惠 {percent:percent}", en = "{percent:percent} off by hand" },
  ["markdown-percent-said"] = {
    zh = "整单优惠 {percent:percent}：{reason}", en = "{percent:percent} off by hand: {reason}",
  },
  ["markdown-percent-approved"] = {
    zh = "整单优惠 {percent:percent}，{approver} 批准：{reason}",
    en = "{percent:percent} off by hand, approved by {approver}: {reason}",
  },
  ["markdown-amount"] = { zh = "整单优惠 {amount:money} 元", en = "{amount:money} off by hand" },
  ["markdown-amount-said"] = {
    zh = "整单优惠 {amount:money} 元：{reason}", en = "{amount:money} off by hand: {reason}",
  },
  ["markdown-amount-approved"] = {
    zh = "整单优惠 {amount:money} 元，{approver} 批准：{reason}",
    en = "{amount:money} off by hand, approved by {approver}: {reason}",
  },
}

function markdown.applies()
  return { markdown = "basket" }
end

function markdown.evaluate(basket)
  local offers = offer.list()
  local given = basket.markdown
  local units = select.units(basket, { scanned = true })
  if #units == 0 or not given then
    return offers
  elseif given.kind == "percent" then
    offers:percent(units, given.value, offer.by_hand(given, "markdown-" .. given.kind), "remaining")
  else
    offers:total_off(units, given.value, offer.by_hand(given, "markdown-" .. given.kind), "remaining")
  end
  return offers
end

return markdown
