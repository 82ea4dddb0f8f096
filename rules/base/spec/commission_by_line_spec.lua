local rule = suanpan.rule "commission.by_line"
local function ask(given, set)
  return rule:ask("commission", given, set)
end

local params = { steps = { { at = 0, value = 10000 }, { at = 1000000, value = 20000 } } }
local alone = { { seller = "A", share = 1000000 } }
local function line(net, sellers, fields)
  local one = { n = 1, code = "tea", quantity = 1000, net = net, sellers = sellers or alone }
  for key, value in pairs(fields or {}) do
    one[key] = value
  end
  return one
end
local function entries(lines, set, staff)
  local input = { date = 20261122, lines = lines, staff = staff or { { code = "A" }, { code = "B" } } }
  local answer = ask(input, set or params)
  return answer and answer.entries or {}
end

-- what, parameters, what is said of them
local refused = {
  { "no steps", {}, "steps" },
}

describe("commission.by_line", function()
  rule:refuses(refused)

  it("gives a share of the line", function()
    assert.equal(100, entries({ line(10000) })[1].amount)
  end)

  it("gives more to who has sold more this month", function()
    assert.equal(200, entries({ line(10000) }, nil, { { code = "A", month_net = 1000000 } })[1].amount)
  end)

  it("deals splits out to the fen", function()
    local third = 333333
    local thirds = {
      { seller = "A", share = third }, { seller = "B", share = third }, { seller = "C", share = third + 1 },
    }
    local all = { steps = { { at = 0, value = 1000000 } } }
    local staff = { { code = "A" }, { code = "B" }, { code = "C" } }
    local got = entries({ line(100, thirds) }, all, staff)
    assert.equal(100, got[1].amount + got[2].amount + got[3].amount)
  end)

  it("gives nothing below half a fen", function()
    assert.same({}, entries { line(1) })
  end)

  it("may be for one tag or category", function()
    local tagged = { steps = params.steps, tag = "own" }
    assert.same({}, entries({ line(10000) }, tagged))
    assert.equal(1, #entries({ line(10000, nil, { tags = { "new", "own" } }) }, tagged))
    local food = { steps = params.steps, category = "food" }
    assert.equal(1, #entries({ line(10000, nil, { category = "food/tea" }) }, food))
    assert.same({}, entries({ line(10000, nil, { category = "foods" }) }, food))
  end)
end)
