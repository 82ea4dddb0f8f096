local rule = suanpan.rule "value.topup"
local function ask(given, set)
  return rule:ask("value.topup", given, set)
end

local params = { steps = { { at = 10000, value = 1000 }, { at = 50000, value = 8000 } } }
local function input(amount, topups)
  return { date = 20261122, amount = amount, principal = 0, bonus = 0, topups = topups }
end

-- what, parameters, what is said of them
local refused = {
  { "no steps", {}, "steps" },
}

describe("value.topup", function()
  rule:refuses(refused)

  it("gives the bonus of the highest step", function()
    assert.is_nil(ask(input(9999), params))
    assert.equal(1000, ask(input(10000), params).bonus)
    assert.equal(8000, ask(input(100000), params).bonus)
  end)

  it("declares what is spent and refunded first", function()
    local answer = ask(input(10000), { steps = params.steps, spend = "principal", valid_days = 90 })
    assert.equal("principal", answer.spend)
    assert.equal("all", answer.refund)
    assert.equal(90, answer.valid_days)
  end)

  it("may be for the first time only", function()
    local first = { steps = params.steps, first = true }
    assert.equal(1000, ask(input(10000), first).bonus)
    assert.is_nil(ask(input(10000, 1), first))
  end)
end)
