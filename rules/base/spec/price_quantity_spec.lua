local rule = suanpan.rule "price.quantity"
local params = { product = "cola", tiers = { { at = 6, value = 300 }, { at = 24, value = 280 } } }

-- what, parameters, basket, total, note
local cases = {
  { "keeps the price below the first step", params, { { "cola", 350, 5 } }, 1750, "quantity-more" },
  { "begins at the step", params, { { "cola", 350, 6 } }, 1800 },
  { "counts all scans", params, { { "cola", 350, 3 }, { "tea", 400 }, { "cola", 350, 3 } }, 2200 },
  { "takes the highest step", params, { { "cola", 350, 25 } }, 7000 },
  {
    "weighs in kilograms", { product = "rice", tiers = { { at = 5, value = 500 } } },
    { { "rice", 600, weight = 5000 } }, 2500,
  },
  {
    "does not round 4.999 kg up", { product = "rice", tiers = { { at = 5, value = 500 } } },
    { { "rice", 600, weight = 4999 } }, 2999, "quantity-more",
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no steps", { product = "cola" }, "tiers" },
  {
    "steps that do not ascend", { product = "cola", tiers = { { at = 6, value = 300 }, { at = 6, value = 280 } } },
    "tiers",
  },
}

describe("price.quantity", function()
  rule:comes_to(cases)
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
