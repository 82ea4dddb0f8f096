local rule = suanpan.rule "till.policy"
local function ask(given, set)
  return rule:ask("till.policy", given, set)
end

local params = { action = "refund", amount = 10000, times = 3, days = 7 }
local function decision(fields, set)
  local all = { action = "refund", role = "cashier", date = 20261122, minute = 600 }
  for key, value in pairs(fields) do
    all[key] = value
  end
  local answer = ask(all, set or params)
  return answer and answer.decision
end

-- what, parameters, what is said of them
local refused = {
  { "no action", {}, "action" },
  { "an unknown action", { action = "dance" }, "action" },
}

describe("till.policy", function()
  rule:refuses(refused)

  -- what, fields, decision
  local cases = {
    { "allows a little", { amount = 10000, times = 2, days = 7 }, "allow" },
    { "wants a signature for much", { amount = 10001 }, "approve" },
    { "wants a signature for often", { times = 3 }, "approve" },
    { "refuses late", { days = 8 }, "refuse" },
    { "refuses managers late, too", { days = 8, role = "manager" }, "refuse" },
    { "lets managers do more", { amount = 10001, times = 9, role = "manager" }, "allow" },
    { "says nothing of other actions", { action = "park" }, nil },
  }

  suanpan.each(cases, function(fields, expected)
    assert.equal(expected, decision(fields))
  end)

  it("allows everything without bounds", function()
    assert.equal("allow", decision({ amount = 999999, times = 99, days = 99 }, { action = "refund" }))
  end)
end)
