local rule = suanpan.rule "promotion.buy_one_get_one"

-- what, parameters, basket, fen off, note
local cases = {
  { "leaves one alone", {}, { { "tea", 600 } }, 0, "get-more" },
  { "gives the second", {}, { { "tea", 600, 2 } }, 600 },
  { "gives floor(n / 2)", {}, { { "tea", 600, 7 } }, 1800 },
  { "does not mix products", {}, { { "tea", 600 }, { "milk", 600 } }, 0, "get-more" },
  { "counts all scans of a product", {}, { { "tea", 600 }, { "milk", 100 }, { "tea", 600 } }, 600 },
  { "gives floor(n / (m + n)) times n", { buy = 2, get = 1 }, { { "tea", 600, 8 } }, 1200 },
  { "gives more than one", { buy = 3, get = 2 }, { { "tea", 600, 5 } }, 1200 },
  { "may be for one product", { products = { "tea" } }, { { "tea", 600, 2 }, { "milk", 900, 2 } }, 600 },
}

-- what, parameters, what is said of them
local refused = {
  { "nothing to buy", { buy = 0 }, "buy" },
  { "nothing to get", { get = 0 }, "get" },
}

describe("promotion.buy_one_get_one", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { buy = 2, get = 1 } } },
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
