local rule = suanpan.rule "promotion.n_percent"
local params = { tiers = { { at = 2, value = 100000 }, { at = 3, value = 200000 } } }

-- what, parameters, basket, fen off, note
local cases = {
  { "leaves one alone", params, { { "tea", 500 } }, 0, "n-more" },
  { "takes the first step", params, { { "tea", 500, 2 } }, 100 },
  { "takes the highest step, for all", params, { { "tea", 500, 3 }, { "milk", 1000 } }, 500 },
  {
    "looks at its goods only", { tiers = params.tiers, products = { "tea" } },
    { { "tea", 500 }, { "milk", 1000 } }, 0, "n-more",
  },
  { "says nothing about other goods", { tiers = params.tiers, tag = "own" }, { { "tea", 500 } }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "no steps", {}, "tiers" },
  { "more than everything", { tiers = { { at = 1, value = 1000001 } } }, "tiers" },
}

describe("promotion.n_percent", function()
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
    }
  end)
end)
