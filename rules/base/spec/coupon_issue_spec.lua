local rule = suanpan.rule "coupon.issue"
local function ask(given, set)
  return rule:ask("coupon.issue", given, set)
end

local function input(event, fields)
  local all = { event = event, date = 20261122, member = {} }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return all
end
local function sale(net)
  return { sale = { net = net, lines = suanpan.list {} }, sale_key = "T01-42" }
end
local function key(given, params)
  params.template = "NEXT"
  local answer = ask(given, params)
  return answer and answer.coupons[1].key
end

-- what, parameters, what is said of them
local refused = {
  { "no template", { event = "sale" }, "template" },
  { "another event", { event = "rain", template = "NEXT" }, "event" },
}

describe("coupon.issue", function()
  rule:refuses(refused)

  it("is once for a sale", function()
    assert.equal("T01-42", key(input("sale", sale(5000)), { event = "sale", minimum = 5000 }))
    assert.is_nil(key(input("sale", sale(4999)), { event = "sale", minimum = 5000 }))
  end)

  it("is once for a coupon that was redeemed", function()
    local fields = sale(100)
    fields.redeemed = "FIRST"
    assert.equal("T01-42", key(input("redeem", fields), { event = "redeem" }))
    assert.equal("T01-42", key(input("redeem", fields), { event = "redeem", redeemed = "FIRST" }))
    assert.is_nil(key(input("redeem", fields), { event = "redeem", redeemed = "OTHER" }))
  end)

  it("is once a year for a birthday, whatever day it is issued", function()
    assert.equal("2026", key(input("birthday", { member = { birthday_days = 0 } }), { event = "birthday" }))
    assert.equal("2027", key(input("birthday", { member = { birthday_days = 60 } }), { event = "birthday" }))
  end)

  it("is once for joining", function()
    assert.equal("register", key(input("register"), { event = "register" }))
  end)

  it("is for its own event and for members", function()
    assert.is_nil(key(input("register"), { event = "birthday" }))
    assert.is_nil(key({ event = "register", date = 20261122 }, { event = "register" }))
  end)

  it("says what becomes of it when the sale comes back", function()
    local revoked = ask(input("register"), { event = "register", template = "NEXT" }).coupons[1]
    local kept = ask(input("register"), { event = "register", template = "NEXT", revoke = false }).coupons[1]
    assert.equal("revoke", revoked.on_return)
    assert.equal("keep", kept.on_return)
  end)
end)
