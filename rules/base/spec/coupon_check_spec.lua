local rule = suanpan.rule "coupon.check"
local function ask(given, set)
  return rule:ask("coupon.check", given, set)
end

local function why(coupon, net, params)
  local one = { template = "SAVE", issued_days = 3, uses = 0, owned = true }
  for key, value in pairs(coupon) do
    one[key] = value
  end
  local input = { coupon = one, date = 20261122, minute = 600, sale = { net = net or 5000, lines = suanpan.list {} } }
  local answer = ask(input, params)
  return answer.accept, answer.reason.code
end

describe("coupon.check", function()
  it("accepts a good one", function()
    assert.is_true((why {}))
    assert.is_true((why { ["until"] = 20261122 }))
  end)

  -- why not, coupon, net, parameters
  local cases = {
    { "coupon-used", { uses = 1 } }, { "coupon-used", { uses = 3 }, 5000, { uses = 3 } },
    { "coupon-late", { ["until"] = 20261121 } }, { "coupon-owner", { personal = true, owned = false } },
    { "coupon-below", {}, 2999, { minimum = 3000 } },
  }

  for _, case in ipairs(cases) do
    local code, coupon, net, set = table.unpack(case, 1, 4)
    it("refuses: " .. code, function()
      local accept, said = why(coupon, net, set)
      assert.is_false(accept)
      assert.equal(code, said)
    end)
  end

  it("lets anybody use one that is not personal", function()
    assert.is_true((why { owned = false }))
  end)
end)
