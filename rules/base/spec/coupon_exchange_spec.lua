local rule = suanpan.rule "coupon.exchange"
local params = { coupon = "CUP", products = { "coffee" } }

-- what, parameters, basket, fen off, note
local cases = {
  { "wants the coupon", params, { { "coffee", 1500 } }, 0 },
  { "gives one", params, { { "coffee", 1500, 2 }, coupons = { "CUP-1" } }, 1500 },
  {
    "gives the dearest of several", { coupon = "CUP", products = { "coffee", "tea" } },
    { { "tea", 400 }, { "coffee", 1500 }, coupons = { "CUP" } }, 1500,
  },
  { "says what is still to be scanned", params, { { "bread", 890 }, coupons = { "CUP" } }, 0, "coupon-take" },
  {
    "gives several", { coupon = "CUP", products = { "coffee" }, count = 2 },
    { { "coffee", 1500, 2 }, coupons = { "CUP" } }, 3000,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no products", { coupon = "CUP" }, "products" },
  { "none", { coupon = "CUP", products = { "coffee" }, count = 0 }, "count" },
}

describe("coupon.exchange", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = {
        { "coffee", 350, category = "food/drink" },
        { "tea", 399, category = "food/drink" },
        { "rice", 2590, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
      basket = { coupons = { "CUP" } },
    }
  end)
end)
