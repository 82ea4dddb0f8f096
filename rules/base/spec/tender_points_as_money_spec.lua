local rule = suanpan.rule "tender.points_as_money"

-- what, parameters, what is said of them
local refused = {
  { "points worth nothing", { points = 0 }, "points" },
}

describe("tender.points_as_money", function()
  rule:refuses(refused)

  -- what, parameters, member, total, fen that points may pay
  local cases = {
    { "is at most what the points are worth", {}, { code = "M1", points = 1234 }, 9000, 1200 },
    { "is at most a share of the sale", {}, { code = "M1", points = 100000 }, 3990, 1900 },
    { "may be the whole sale", { most = 1000000, step = 1 }, { code = "M1", points = 100000 }, 3990, 3990 },
    { "knows what a point is worth", { points = 10, step = 1 }, { code = "M1", points = 15 }, 9000, 150 },
    { "is nothing for few points", {}, { code = "M1", points = 99 }, 9000, nil },
    { "is nothing when the points are unknown", {}, "M1", 9000, nil },
    { "is nothing for strangers", {}, nil, 9000, nil },
  }

  suanpan.each(cases, function(set, member, total, most)
    local priced = rule:price({ { "soap", total }, member = member }, set)
    assert.equal(total, priced.total)
    assert.equal(most, priced.tender_caps[1] and priced.tender_caps[1].amount)
  end)

  it("looks at what promotions left", function()
    local half = { rule = "promotion.percent_off", params = { percent = 500000 } }
    local basket = { { "soap", 4000 }, member = { code = "M1", points = 100000 } }
    assert.equal(1000, suanpan.price(basket, { half, { rule = rule } }).tender_caps[1].amount)
  end)
end)
