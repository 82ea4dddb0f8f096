local rule = suanpan.rule "promotion.level_discount"
local params = { levels = { "gold", "platinum" }, percent = 50000 }

-- what, parameters, basket, fen off, note
local cases = {
  { "is for its levels", params, { { "milk", 1200 }, level = "platinum" }, 60 },
  { "is not for others", params, { { "milk", 1200 }, level = "silver" }, 0 },
  { "is not for strangers", params, { { "milk", 1200 } }, 0 },
  {
    "leaves a tag out", { levels = { "gold" }, percent = 50000, not_tag = "smoke" },
    { { "cigar", 1000, tags = { "smoke" } }, level = "gold" }, 0,
  },
  {
    "may be for one category", { levels = { "gold" }, percent = 50000, category = "food" },
    { { "soap", 1000, category = "home" }, level = "gold" }, 0,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no level", { percent = 50000 }, "levels" },
  { "no percentage", { levels = { "gold" } }, "percent" },
}

describe("promotion.level_discount", function()
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
      basket = { level = "gold" },
    }
  end)
end)
