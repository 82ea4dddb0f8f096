local rule = suanpan.rule "points.expire"
local function ask(given, set)
  return rule:ask("points.expire", given, set)
end

local function lot(id, earned, last)
  return { id = id, earned = earned, points = 10, ["until"] = last }
end

describe("points.expire", function()
  it("takes what is too old and warns before", function()
    local answer = ask {
      date = 20261122, member = {},
      lots = { lot(1, 20251121), lot(2, 20251122), lot(3, 20251221), lot(4, 20251222), lot(5, 20261101, 20261121) },
    }
    assert.same({ { id = 1, points = 10 }, { id = 5, points = 10 } }, answer.expire)
    assert.same({ { id = 2, days = 1 }, { id = 3, days = 30 } }, answer.warn)
    assert.equal(20, answer.reason.points)
  end)

  it("only warns when nothing has expired", function()
    local answer = ask { date = 20261122, member = {}, lots = { lot(2, 20251122) } }
    assert.same({}, answer.expire)
    assert.is_nil(answer.reason)
  end)

  it("says nothing when there is nothing to say", function()
    assert.is_nil(ask { date = 20261122, member = {}, lots = { lot(1, 20261120) } })
  end)
end)
