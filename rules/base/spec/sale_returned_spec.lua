local rule = suanpan.rule "sale.returned"
local function ask(given, set)
  return rule:ask("sale.returned", given, set)
end

local function answer(params, now, still, refund)
  local line = { n = 1, code = "tea", sold = 2000, back = 0, now = now, net = 600, off = 600 }
  return ask({
    campaign = "BOGO", rule = "promotion.buy_one_get_one", date = 20261122, days = 3, lines = { line },
    given = 600, still = still, refund = refund or 1000,
  }, params)
end

describe("sale.returned", function()
  it("holds back what is no longer earned", function()
    local got = answer({}, 1000, 0)
    assert.equal("claw-back", got.decision)
    assert.equal(300, got.amount)
  end)

  it("holds back no more than is refunded", function()
    assert.equal(100, answer({}, 1000, 0, 100).amount)
  end)

  it("keeps what is still earned", function()
    assert.equal("keep", answer({}, 1000, 300).decision)
    assert.equal("keep", answer({}, 2000, 0).decision)
  end)

  it("may keep or refuse always", function()
    assert.equal("keep", answer({ policy = "keep" }, 1000, 0).decision)
    assert.equal("refuse", answer({ policy = "refuse" }, 1000, 0).decision)
  end)

  it("may be for some rules only", function()
    assert.is_nil(answer({ rules = { "promotion.gift" } }, 1000, 0))
    assert.equal("claw-back", answer({ rules = { "promotion.buy_one_get_one" } }, 1000, 0).decision)
  end)
end)
