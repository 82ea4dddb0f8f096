--- Commission: a share of what was paid for each line, more for who has sold more this month, split between sellers.
--
-- Splits are dealt out so that they add up to the line's commission to the fen.

local money = require "suanpan.money"

local by_line = {
  name = "commission.by_line", version = "1.0.0", api = 1,
  phase = "hook", hook = "commission", priority = 500,
  summary = "Commission by line, in steps of the month's sales",
}

by_line.params = {
  steps = {
    type = "tiers", required = true, min = 0, max = 1000000, label = { zh = "提成阶梯", en = "Steps" },
    doc = "at: fen the seller sold this month before; value: share of the line in parts per million",
  },
  tag = { type = "tag", label = { zh = "标签", en = "Tag" }, doc = "Only goods with this tag" },
  category = { type = "category", label = { zh = "分类", en = "Category" }, doc = "Only this category or below it" },
}

by_line.phrases = {
  ["commission"] = {
    zh = "提成 {rate:percent}，占比 {share:percent}",
    en = "{rate:percent} of a part of {share:percent}",
  },
}

local function is_meant(line, params)
  local category = line.category or ""
  if params.category and category ~= params.category and not category:starts_with(params.category .. "/") then
    return false
  end
  for _, tag in ipairs(line.tags or {}) do
    if tag == params.tag then
      return true
    end
  end
  return not params.tag
end

local function rates_of(staff, steps)
  local rates = {}
  for _, person in ipairs(staff) do
    local rate = 0
    for _, step in ipairs(steps) do
      if (person.month_net or 0) >= step.at then
        rate = step.value
      end
    end
    rates[person.code] = rate
  end
  return rates
end

function by_line.evaluate(input, params)
  local rates, entries = rates_of(input.staff, params.steps), {}
  for _, line in ipairs(input.lines) do
    local share, dealt = 0, 0
    for _, seller in ipairs(is_meant(line, params) and line.sellers or {}) do
      share = share + seller.share
      local part = money.percent(line.net, math.min(share, 1000000)) - dealt
      local rate = rates[seller.seller] or 0
      local amount = money.percent(part, rate)
      dealt = dealt + part
      if amount > 0 then
        local reason = { code = "commission", rate = rate, share = seller.share }
        table.insert(entries, { n = line.n, seller = seller.seller, amount = amount, reason = reason })
      end
    end
  end
  return #entries > 0 and { entries = entries } or nil
end

return by_line
