local rule = suanpan.rule "promotion.birthday"
local params = { percent = 200000, days = 3, most = 3000 }

-- what, parameters, basket, fen off, note
local cases = {
  { "holds on the day", params, { { "soap", 4000 }, member = { code = "M1", birthday_days = 0 } }, 800 },
  { "holds some days before", params, { { "soap", 4000 }, member = { code = "M1", birthday_days = 3 } }, 800 },
  { "does not hold earlier", params, { { "soap", 4000 }, member = { code = "M1", birthday_days = 4 } }, 0 },
  { "needs to know the birthday", params, { { "soap", 4000 }, member = "M1" }, 0 },
  { "is not for strangers", params, { { "soap", 4000 } }, 0 },
  { "takes no more than so much", params, { { "wine", 25600 }, member = { code = "M1", birthday_days = 0 } }, 3000 },
}

-- what, parameters, what is said of them
local refused = {
  { "no percentage", {}, "percent" },
  { "more than a month before", { percent = 100000, days = 32 }, "days" },
}

describe("promotion.birthday", function()
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
      basket = { member = { code = "M1", birthday_days = 1 } },
    }
  end)
end)
