local rule = suanpan.rule "promotion.member_day"
local params = { percent = 120000 }

-- what, parameters, basket, fen off, note
local cases = {
  { "is for members", params, { { "milk", 1000 }, member = "M1" }, 120 },
  { "tells others", params, { { "milk", 1000 } }, 0, "member-day-who" },
  {
    "leaves a tag out", { percent = 120000, not_tag = "smoke" },
    { { "milk", 1000 }, { "cigar", 1000, tags = { "smoke" } }, member = "M1" }, 120,
  },
  {
    "may be for one category", { percent = 120000, category = "food" },
    { { "milk", 1000, category = "food" }, { "soap", 1000, category = "home" }, member = "M1" }, 120,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no percentage", {}, "percent" },
}

describe("promotion.member_day", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("comes on top of other offers", function()
    local half = { rule = "promotion.percent_off", params = { percent = 500000 } }
    local day = { rule = rule, params = params, month_days = { 8 } }
    assert.equal(560, suanpan.price({ { "milk", 1000 }, member = "M1", date = "2026-11-08" }, { half, day }).discount)
    assert.equal(500, suanpan.price({ { "milk", 1000 }, member = "M1", date = "2026-11-09" }, { half, day }).discount)
  end)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = {
        { "cola", 350, category = "food/drink" },
        { "tea", 399, category = "food/drink" },
        { "rice", 2590, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
      basket = { member = "M1" },
    }
  end)
end)
