local rule = suanpan.rule "member.level"
local function ask(given, set)
  return rule:ask("member.level", given, set)
end

local levels = { { code = "plain", rank = 0 }, { code = "silver", rank = 1 }, { code = "gold", rank = 2 } }
local params = { steps = { { at = 100000, value = 1 }, { at = 500000, value = 2 } } }
local function input(level, spent, days, points)
  return {
    event = "sale", date = 20261122, levels = levels,
    member = { level = level }, level_days = days, points_365 = points,
    habits = { recency_days = 0, frequency = 1, monetary = spent },
  }
end

-- what, parameters, what is said of them
local refused = {
  { "no steps", {}, "steps" },
  { "another count", { steps = { { at = 1, value = 1 } }, by = "visits" }, "by" },
}

describe("member.level", function()
  rule:refuses(refused)

  -- what, level now, spent, days in the level, level from now on, why
  local cases = {
    { "goes up at the step", "plain", 100000, 1, "silver", "level-up" },
    { "skips a level", "plain", 500000, 1, "gold", "level-up" },
    { "stays", "silver", 499999, 1, "silver", "level-kept" },
    { "is held for a while", "gold", 0, 100, "gold", "level-held" },
    { "goes down after it", "gold", 100000, 365, "silver", "level-down" },
    { "begins with the lowest", nil, 0, 0, "plain", "level-kept" },
  }

  suanpan.each(cases, function(now, spent, days, expected, why)
    local answer = ask(input(now, spent, days), params)
    assert.equal(expected, answer.level)
    assert.equal(why, answer.reason.code)
  end)

  it("says when it asks again", function()
    assert.equal(265, ask(input("gold", 0, 100), params).valid_days)
  end)

  it("may count points", function()
    local set = { by = "points", steps = params.steps }
    assert.equal("gold", ask(input("plain", 0, 0, 500000), set).level)
    assert.equal("plain", ask(input("plain", 900000, 0), set).level)
  end)
end)
