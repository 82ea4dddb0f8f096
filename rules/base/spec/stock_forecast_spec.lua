local rule = suanpan.rule "stock.forecast"
local function ask(given, set)
  return rule:ask("forecast", given, set)
end

-- 2026-11-22 is a Sunday.
local sold = {
  { date = 20261108, quantity = 9000 }, { date = 20261115, quantity = 7000 }, { date = 20261116, quantity = 3000 },
  { date = 20261117, quantity = 0, sold_out = true }, { date = 20261118, quantity = 99000, event = "storm" },
}
local function days(horizon, params, coming)
  local input = { date = 20261122, product = { code = "milk" }, sold = sold, horizon = horizon, coming = coming }
  return ask(input, params).days
end

describe("stock.forecast", function()
  it("takes the average of the weekday", function()
    local got = days(7)
    assert.same({ date = 20261123, quantity = 3000 }, got[1])
    assert.same({ date = 20261129, quantity = 8000 }, got[7])
  end)

  it("takes the average of all when a weekday is unknown, without what was special", function()
    assert.equal(6333, days(2)[2].quantity)
  end)

  it("looks back so far only", function()
    assert.equal(7000, days(7, { weeks = 1 })[7].quantity)
  end)

  it("expects more on special days", function()
    assert.equal(3900, days(1, {}, { { date = 20261123, quantity = 0, event = "holiday" } })[1].quantity)
  end)

  it("expects nothing of what never sold", function()
    local input = { date = 20261122, product = { code = "new" }, sold = suanpan.list {}, horizon = 1 }
    assert.equal(0, ask(input).days[1].quantity)
  end)
end)
