local rule = suanpan.rule "coupon.percent"
local params = { coupon = "OFF", percent = 200000, most = 1500, minimum = 1000 }

-- what, parameters, basket, fen off, note
local cases = {
  { "wants the coupon", params, { { "soap", 3990 } }, 0 },
  { "takes a share off", params, { { "soap", 3990 }, coupons = { "OFF" } }, 798 },
  { "takes no more than so much", params, { { "wine", 12800 }, coupons = { "OFF" } }, 1500 },
  { "says what is missing", params, { { "tea", 999 }, coupons = { "OFF" } }, 0, "coupon-more" },
  {
    "says that nothing fits", { coupon = "OFF", percent = 200000, tag = "own" },
    { { "tea", 999 }, coupons = { "OFF" } }, 0, "coupon-nothing",
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no coupon", { percent = 1 }, "coupon" },
  { "no percentage", { coupon = "OFF" }, "percent" },
}

describe("coupon.percent", function()
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
      basket = { coupons = { "OFF" } },
    }
  end)
end)
