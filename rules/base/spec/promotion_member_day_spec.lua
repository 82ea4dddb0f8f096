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
  for _, case in ipairs(cases) do
    local what, set, basket, off, note = table.unpack(case, 1, 5)
    it(what, function()
      local priced = rule:price(basket, set)
      assert.equal(off, priced.discount)
      assert.equal(note, priced.notes[1] and priced.notes[1].code)
    end)
  end

  for _, case in ipairs(refused) do
    local what, set, said = table.unpack(case)
    it("refuses " .. what, function()
      local good, why = rule:check(set)
      assert.is_nil(good)
      assert.matches(said, why, 1, true)
    end)
  end

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
