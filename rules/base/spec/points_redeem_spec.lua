local rule = suanpan.rule "points.redeem"
local function ask(given, set)
  return rule:ask("points.redeem", given, set)
end

describe("points.redeem", function()
  local function most(points, net, params)
    local sale = { net = net, lines = suanpan.list {} }
    local answer = ask({ date = 20261122, member = { points = points }, sale = sale }, params)
    return answer and answer.most
  end

  it("is bounded by the balance, the share and the step", function()
    assert.equal(1200, most(1234, 9000))
    assert.equal(1900, most(100000, 3990))
    assert.equal(3900, most(100000, 3990, { most = 1000000 }))
    assert.equal(150, most(159, 9000, { points = 10, fen = 100 }))
    assert.is_nil(most(99, 9000))
    assert.is_nil(most(nil, 9000))
  end)
end)
