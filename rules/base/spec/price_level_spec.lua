local rule = suanpan.rule "price.level"
local params = { levels = { "gold" }, percent = 50000 }

-- what, parameters, basket, total, note
local cases = {
  { "lowers the price for the level", params, { { "milk", 1200 }, level = "gold" }, 1140 },
  {
    "rounds down to a step", { levels = { "gold" }, percent = 50000, step = 10 },
    { { "bread", 890 }, level = "gold" }, 840,
  },
  { "is not for other levels", params, { { "milk", 1200 }, level = "silver" }, 1200 },
  { "is not for strangers", params, { { "milk", 1200 } }, 1200 },
  {
    "may be for one tag", { levels = { "gold" }, percent = 50000, tag = "own" },
    { { "milk", 1200 }, { "tea", 100, tags = { "own" } }, level = "gold" }, 1295,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no level", { percent = 50000 }, "levels" },
  { "nothing off", { levels = { "gold" }, percent = 0 }, "percent" },
}

describe("price.level", function()
  rule:comes_to(cases)
  rule:refuses(refused)

  it("is the same whoever the member is scanned after", function()
    local basket = suanpan.basket { { "milk", 1200 }, { "bread", 890 } }
    local first = rule:price(basket:with { level = "gold" }, params).total
    local last = rule:price({ { "milk", 1200 }, { "bread", 890 }, level = "gold" }, params).total
    assert.equal(first, last)
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
      basket = { level = "gold" },
    }
  end)
end)
