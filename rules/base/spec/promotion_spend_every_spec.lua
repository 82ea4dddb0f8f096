local rule = suanpan.rule "promotion.spend_every"
local params = { minimum = 3000, off = 500, times = 3 }

-- what, parameters, basket, fen off, note
local cases = {
  { "counts one step", params, { { "rice", 3000 } }, 500 },
  { "counts whole steps only", params, { { "rice", 8999 } }, 1000 },
  { "counts no more than so many", params, { { "rice", 30000 } }, 1500 },
  { "has no bound when none is given", { minimum = 3000, off = 500 }, { { "rice", 30000 } }, 5000 },
  { "says what is missing", params, { { "rice", 2999 } }, 0, "spend-more" },
  {
    "looks at its category", { minimum = 3000, off = 500, category = "food" },
    { { "rice", 3000, category = "food/rice" }, { "soap", 3000, category = "home" } }, 500,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "more off than is spent", { minimum = 1000, off = 1001 }, rule:phrase "off-above-minimum" },
  { "no times", { minimum = 1000, off = 100, times = 0 }, "times" },
}

describe("promotion.spend_every", function()
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
