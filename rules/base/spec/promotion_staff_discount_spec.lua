local rule = suanpan.rule "promotion.staff_discount"
local params = { percent = 100000, most = 2000 }
local staff = { code = "M9", staff = true }

-- what, parameters, basket, fen off, note
local cases = {
  { "is for staff", params, { { "soap", 3990 }, member = staff }, 399 },
  { "takes no more than so much", params, { { "wine", 30000 }, member = staff }, 2000 },
  {
    "leaves a tag out", { percent = 100000, not_tag = "smoke" },
    { { "cigar", 1000, tags = { "smoke" } }, member = staff }, 0,
  },
  { "is not for members", params, { { "soap", 3990 }, member = "M1" }, 0 },
  { "is not for strangers", params, { { "soap", 3990 } }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "no percentage", {}, "percent" },
}

describe("promotion.staff_discount", function()
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
      basket = { member = staff },
    }
  end)
end)
