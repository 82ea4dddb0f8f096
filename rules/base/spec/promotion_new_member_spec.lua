local rule = suanpan.rule "promotion.new_member"
local params = { off = 1000, minimum = 3000 }

-- what, parameters, basket, fen off, note
local cases = {
  {
    "holds for the first purchase", params,
    { { "soap", 3000 }, member = { code = "M1", joined_days = 0, purchases = 0 } }, 1000,
  },
  {
    "says what is missing", params,
    { { "soap", 2999 }, member = { code = "M1", joined_days = 0, purchases = 0 } }, 0, "spend-more",
  },
  {
    "does not hold for the second", params,
    { { "soap", 3000 }, member = { code = "M1", joined_days = 0, purchases = 1 } }, 0,
  },
  {
    "does not hold for ever", params,
    { { "soap", 3000 }, member = { code = "M1", joined_days = 31, purchases = 0 } }, 0,
  },
  { "needs to know", params, { { "soap", 3000 }, member = "M1" }, 0 },
  {
    "never gives more than is paid", { off = 1000 },
    { { "tea", 400 }, member = { code = "M1", joined_days = 1, purchases = 0 } }, 400,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no sum", {}, "off" },
}

describe("promotion.new_member", function()
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
      basket = { member = { code = "M1", joined_days = 1, purchases = 0 } },
    }
  end)
end)
