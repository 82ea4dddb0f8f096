local rule = suanpan.rule "promotion.spend_tiers"
local params = { tiers = { { at = 5000, value = 500 }, { at = 10000, value = 1500 } } }

-- what, parameters, basket, fen off, note
local cases = {
  { "takes the first step", params, { { "rice", 5000 } }, 500 },
  { "takes the highest step reached", params, { { "rice", 10000 } }, 1500 },
  { "does not add steps up", params, { { "rice", 20000 } }, 1500 },
  { "says what is missing", params, { { "rice", 4000 } }, 0, "spend-more" },
  {
    "looks at its goods only", { tiers = params.tiers, tag = "own" },
    { { "rice", 9000 }, { "tea", 100, tags = { "own" } } }, 0, "spend-more",
  },
}

-- what, parameters, what is said of them
local refused = {
  {
    "a step that gives more than is spent", { tiers = { { at = 100, value = 101 } } },
    rule:phrase "step-too-much",
  },
  {
    "a later step that gives less", { tiers = { { at = 100, value = 50 }, { at = 200, value = 50 } } },
    rule:phrase "step-not-more",
  },
  { "no steps", {}, "tiers" },
}

describe("promotion.spend_tiers", function()
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
