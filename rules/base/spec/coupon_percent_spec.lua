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
  rule:takes_off(cases)
  rule:refuses(refused)

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
