--- Points: so many for each yuan that was paid, more for some levels; what was paid with points earns none.
--
-- Points are dealt out line by line, so that a return takes back exactly the points its line earned.

local money = require "suanpan.money"

local earn = {
  name = "points.earn", version = "1.0.0", api = 1,
  phase = "hook", hook = "points.earn", priority = 500,
  summary = "Points for every yuan paid",
}

earn.params = {
  per_yuan = {
    type = "integer", min = 1, max = 1000, default = 1, label = { zh = "每元积分", en = "Points a yuan" },
    doc = "Points for one yuan",
  },
  levels = {
    type = "levels", label = { zh = "多倍积分等级", en = "Levels with more" }, doc = "Levels that get `times` as many",
  },
  times = {
    type = "integer", min = 1, max = 100, default = 2, label = { zh = "倍数", en = "Times" },
    doc = "How many times as many for these levels",
  },
  not_tag = { type = "tag", label = { zh = "不含标签", en = "Without tag" }, doc = "Goods with this tag earn nothing" },
  valid_days = {
    type = "integer", min = 1, max = 3660, label = { zh = "有效天数", en = "Valid for days" },
    doc = "Days until they expire; absent: points.expire decides",
  },
}

earn.phrases = {
  ["points-earn"] = { zh = "获得 {points} 积分", en = "{points} points" },
}

local function contains(list, text)
  for _, entry in ipairs(list or {}) do
    if entry == text then
      return true
    end
  end
  return false
end

--- Of every yuan, so much was paid with real money.
local function real_money(input)
  local paid = 0
  for _, tender in ipairs(input.tenders or {}) do
    if tender.method == "points" then
      paid = paid + tender.amount
    end
  end
  return math.max(input.sale.net - paid, 0)
end

function earn.evaluate(input, params)
  local net = input.sale.net
  if net == 0 then
    return nil
  end
  local real = real_money(input)
  local rate = params.per_yuan * (contains(params.levels, input.member.level) and params.times or 1)
  local lines, spent, total = {}, 0, 0
  for _, line in ipairs(input.sale.lines) do
    if not params.not_tag or not contains(line.tags, params.not_tag) then
      spent = spent + line.net
      local points = money.muldiv(spent, real, net) * rate // 100 - total
      if points > 0 then
        table.insert(lines, { n = line.n, points = points })
        total = total + points
      end
    end
  end
  if total == 0 then
    return nil
  end
  return { lines = lines, valid_days = params.valid_days, reason = { code = "points-earn", points = total } }
end

return earn
