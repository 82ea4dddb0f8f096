--- Line markdown: what a person at the till takes off one line by hand.
--
-- It comes after promotions and coupons: a percentage is of what they left, and nothing goes below zero. How much a
-- cashier may take off alone is the till's policy; what was said and who approved it stand in the trace.

local offer = require "suanpan.offer"

local markdown = {
  name = "promotion.markdown_line", version = "1.0.0", api = 1,
  phase = "coupon", stacking = "markdown-line", priority = 1,
  campaign = "markdown-line",
  summary = "What a person at the till takes off one line",
}

markdown.phrases = {
  ["markdown-line"] = { zh = "手动优惠", en = "Discount by hand" },
  ["markdown-percent"] = { zh = "手动优惠 {percent:percent}", en = "{percent:percent} off by hand" },
  ["markdown-percent-said"] = {
    zh = "手动优惠 {percent:percent}：{reason}", en = "{percent:percent} off by hand: {reason}",
  },
  ["markdown-percent-approved"] = {
    zh = "手动优惠 {percent:percent}，{approver} 批准：{reason}",
    en = "{percent:percent} off by hand, approved by {approver}: {reason}",
  },
  ["markdown-amount"] = { zh = "手动优惠 {amount:money} 元", en = "{amount:money} off by hand" },
  ["markdown-amount-said"] = {
    zh = "手动优惠 {amount:money} 元：{reason}", en = "{amount:money} off by hand: {reason}",
  },
  ["markdown-amount-approved"] = {
    zh = "手动优惠 {amount:money} 元，{approver} 批准：{reason}",
    en = "{amount:money} off by hand, approved by {approver}: {reason}",
  },
}

function markdown.applies()
  return { markdown = "line" }
end

function markdown.evaluate(basket)
  local offers = offer.list()
  for _, line in ipairs(basket.lines) do
    local given = line.markdown
    if given and given.kind == "percent" then
      offers:percent(line, given.value, offer.by_hand(given, "markdown-" .. given.kind), "remaining")
    elseif given and given.kind == "amount" then
      offers:total_off(line, given.value, offer.by_hand(given, "markdown-" .. given.kind), "remaining")
    end
  end
  return offers
end

return markdown
