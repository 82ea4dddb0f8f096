local rule = suanpan.rule "promotion.add_on"
local params = { products = { "brush" }, minimum = 5000, price = 100 }
local brush = { "brush", 990 }

-- what, parameters, basket, fen off, note
local cases = {
  { "lowers the price", params, { { "soap", 5000 }, brush }, 890 },
  { "does not count itself", params, { { "soap", 4500 }, brush }, 0, "add-on-more" },
  { "says that it may be taken", params, { { "soap", 5000 } }, 0, "add-on-take" },
  { "is silent when there is no reason to speak", params, { { "soap", 100 } }, 0 },
  {
    "holds for so many", { products = { "brush" }, minimum = 5000, price = 100, count = 2 },
    { { "soap", 5000 }, { "brush", 990, 3 } }, 1780,
  },
  { "holds once", params, { { "soap", 15000 }, { "brush", 990, 3 } }, 890 },
  {
    "holds every time when asked to", { products = { "brush" }, minimum = 5000, price = 100, every = true },
    { { "soap", 15000 }, { "brush", 990, 4 } }, 2670,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no products", { minimum = 5000, price = 100 }, "products" },
  { "no threshold", { products = { "brush" }, price = 100 }, "minimum" },
}

describe("promotion.add_on", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { products = { "cola" }, minimum = 1000, price = 100 } } },
      catalogue = {
        { "cola", 350, category = "food/drink" },
        { "tea", 399, category = "food/drink" },
        { "rice", 2590, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
    }
  end)
end)
