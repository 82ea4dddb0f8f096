local rule = suanpan.rule "pay.run"
local function ask(given, set)
  return rule:ask("pay.run", given, set)
end

local function amounts(fields, params)
  local all = {
    from = 20261101, to = 20261130, person = { code = "A", role = "cashier" }, terms = { base = 300000 },
    worked = { minutes = 0 },
  }
  for key, value in pairs(fields) do
    all[key] = value
  end
  local got = {}
  for _, item in ipairs(ask(all, params).items) do
    got[item.code] = item.amount
  end
  return got
end

describe("pay.run", function()
  it("pays the base by days worked", function()
    assert.same({ base = 300000 }, amounts {})
    assert.same({ base = 200000 }, amounts { worked = { minutes = 0, days = 14 }, month_days = 21 })
    assert.same({ base = 300000 }, amounts { worked = { minutes = 0, days = 25 }, month_days = 21 })
  end)

  it("pays hours and overtime", function()
    local worked = { minutes = 600, overtime = 120 }
    assert.same({ hours = 20000, overtime = 2000 }, amounts { terms = { hourly = 2000 }, worked = worked })
  end)

  it("pays allowance, commission and the target, and takes off for being late", function()
    local fields = {
      terms = { allowance = 5000 }, worked = { minutes = 0, late = 3 },
      done = { commission = 12345, net = 500000, target = 500000 },
    }
    local expected = { allowance = 5000, commission = 12345, target = 50000, late = -6000 }
    assert.same(expected, amounts(fields, { late = 2000, target_bonus = 50000 }))
  end)

  it("pays no bonus below the target", function()
    local fields = { terms = { allowance = 1 }, done = { net = 1, target = 2 } }
    assert.same({ allowance = 1 }, amounts(fields, { target_bonus = 50000 }))
  end)
end)
