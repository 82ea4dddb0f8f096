local rule = suanpan.rule "coupon.money"
local params = { coupon = "SAVE", off = 1000, minimum = 3000, not_tag = "smoke" }
local cigar = { "cigar", 2500, tags = { "smoke" } }

-- what, parameters, basket, fen off, note
local cases = {
  { "wants the coupon", params, { { "soap", 3990 } }, 0 },
  { "takes its worth off", params, { { "soap", 3990 }, coupons = { "SAVE" } }, 1000 },
  { "knows serial numbers", params, { { "soap", 3990 }, coupons = { "SAVE-000123" } }, 1000 },
  { "does not take another coupon", params, { { "soap", 3990 }, coupons = { "SAVER" } }, 0 },
  { "says what is missing", params, { { "soap", 2000 }, cigar, coupons = { "SAVE" } }, 0, "coupon-more" },
  { "says that nothing fits", params, { cigar, coupons = { "SAVE" } }, 0, "coupon-nothing" },
  { "never gives more than is paid", { coupon = "SAVE", off = 1000 }, { { "tea", 400 }, coupons = { "SAVE" } }, 400 },
}

-- what, parameters, what is said of them
local refused = {
  { "no coupon", { off = 1000 }, "coupon" },
  { "no worth", { coupon = "SAVE" }, "off" },
}

describe("coupon.money", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds as often as its limit says", function()
    local campaign = { code = "C", rule = rule, params = params, limits = { coupon_uses = 1 } }
    local basket = { { "soap", 3990 }, coupons = { "SAVE-1" }, usage = { C = { ["c:SAVE-1"] = { uses = 1 } } } }
    local priced = suanpan.price(basket, campaign)
    assert.equal(0, priced.discount)
    assert.equal("limit", priced:why("C").why)
  end)

  it("sees what promotions left", function()
    local half = { rule = "promotion.percent_off", params = { percent = 500000 } }
    local basket = { { "soap", 3990 }, coupons = { "SAVE" } }
    assert.equal("coupon-more", suanpan.price(basket, { half, { rule = rule, params = params } }).notes[1].code)
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
      basket = { coupons = { "SAVE" } },
    }
  end)
end)
