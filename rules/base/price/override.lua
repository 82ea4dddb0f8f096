--- Price override: a line costs what a person at the till said, a unit.
--
-- How much a cashier may change alone is the till's policy; what was said and who approved it stand in the trace.

local offer = require "suanpan.offer"

local override = {
  name = "price.override", version = "1.0.0", api = 1,
  phase = "price", priority = 1000000,
  campaign = "price-override",
  summary = "The price a person at the till gave a line",
}

override.phrases = {
  ["price-override"] = { zh = "改价", en = "Price changed by hand" },
  ["changed"] = { zh = "改价为 {price:money} 元", en = "Changed to {price:money}" },
  ["changed-said"] = { zh = "改价为 {price:money} 元：{reason}", en = "Changed to {price:money}: {reason}" },
  ["changed-approved"] = {
    zh = "改价为 {price:money} 元，{approver} 批准：{reason}",
    en = "Changed to {price:money}, approved by {approver}: {reason}",
  },
}

function override.applies()
  return { markdown = "price" }
end

function override.evaluate(basket)
  local prices = offer.list()
  for _, line in ipairs(basket.lines) do
    local markdown = line.markdown
    if markdown and markdown.kind == "price" then
      prices:price(line, markdown.value, offer.by_hand(markdown, "changed"))
    end
  end
  return prices
end

return override
