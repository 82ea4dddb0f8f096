local rule = suanpan.rule "stock.transfer_source"
local function ask(given, set)
  return rule:ask("transfer.source", given, set)
end

local function from(stores, quantity, fields, params)
  local all = { date = 20261122, product = { code = "coat" }, quantity = quantity, stores = stores }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  local answer = ask(all, params)
  local got = {}
  for number, each in ipairs(answer and answer.from or {}) do
    got[number] = each.store .. "=" .. each.quantity
  end
  return table.concat(got, " ")
end
local near = { store = "S2", on_hand = 5000, days = 1 }
local far = { store = "S3", on_hand = 9000, days = 3 }

describe("stock.transfer_source", function()
  it("asks the nearest first", function()
    assert.equal("S2=4000", from({ far, near }, 4000))
    assert.equal("S2=5000 S3=2000", from({ far, near }, 7000))
  end)

  it("takes the cheaper of two that are as near, then by code", function()
    local dear = { store = "S1", on_hand = 5000, days = 1, cost = 500 }
    assert.equal("S2=1000", from({ dear, near }, 1000))
    assert.equal("S0=1000", from({ near, { store = "S0", on_hand = 5000, days = 1 } }, 1000))
  end)

  it("leaves a store what it needs and what it promised", function()
    assert.equal("S4=500", from({ { store = "S4", on_hand = 5000, reserved = 500, weekly = 2000, days = 1 } }, 9000))
    assert.equal("", from({ { store = "S4", on_hand = 4000, weekly = 2000, days = 1 } }, 9000))
  end)

  it("looks at the time", function()
    assert.equal("", from({ far }, 1000, { within_days = 2 }))
  end)

  it("asks so many stores only", function()
    assert.equal("S2=5000", from({ near, far }, 9000, nil, { most = 1 }))
  end)
end)
