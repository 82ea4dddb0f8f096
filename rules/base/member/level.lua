--- Levels: what a member spent (or earned in points) in a year decides the level; up at once, down only after a while.

local level_rule = {
  name = "member.level", version = "1.0.0", api = 1,
  phase = "hook", hook = "member.level", priority = 500,
  summary = "A member's level by a year of spending or points",
}

level_rule.params = {
  steps = {
    type = "tiers", required = true, min = 0, max = 1000, label = { zh = "升级门槛", en = "Steps" },
    doc = "at: fen (or points) of the last 365 days; value: rank of the level from there",
  },
  by = {
    type = "choice", options = { "spent", "points" }, default = "spent", label = { zh = "按", en = "By" },
    doc = "What is counted: money spent or points earned",
  },
  hold = {
    type = "integer", min = 0, max = 3660, default = 365, label = { zh = "保级天数", en = "Held for days" },
    doc = "A level is kept at least so long before it can sink",
  },
}

level_rule.phrases = {
  ["level-up"] = { zh = "近一年累计 {counted}，升为 {level}", en = "{counted} in a year: now {level}" },
  ["level-down"] = { zh = "近一年累计 {counted}，降为 {level}", en = "{counted} in a year: down to {level}" },
  ["level-held"] = { zh = "保级 {days} 天", en = "Held for {days} more days" },
  ["level-kept"] = { zh = "等级不变", en = "The level stays" },
}

local function counted_of(input, params)
  if params.by == "points" then
    return input.points_365 or 0
  end
  return input.habits.monetary
end

--- The best level whose rank is not above `rank`; the lowest when there is none.
local function level_at(levels, rank)
  local found = levels[1]
  for _, level in ipairs(levels) do
    if level.rank <= rank then
      found = level
    end
  end
  return found
end

local function rank_of(levels, code)
  for _, level in ipairs(levels) do
    if level.code == code then
      return level.rank
    end
  end
  return levels[1].rank
end

function level_rule.evaluate(input, params)
  local counted, rank = counted_of(input, params), 0
  for _, step in ipairs(params.steps) do
    if counted >= step.at then
      rank = step.value
    end
  end
  local reached = level_at(input.levels, rank)
  local now = rank_of(input.levels, input.member.level)
  local left = params.hold - (input.level_days or 0)
  if reached.rank < now and left > 0 then
    return { level = input.member.level, valid_days = left, reason = { code = "level-held", days = left } }
  end
  local code = reached.rank > now and "level-up" or reached.rank < now and "level-down" or "level-kept"
  return { level = reached.code, reason = { code = code, level = reached.code, counted = counted } }
end

return level_rule
