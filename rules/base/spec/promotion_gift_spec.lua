local rule = suanpan.rule "promotion.gift"
local params = { gifts = { "umbrella" }, minimum = 10000 }
local umbrella = { "umbrella", 2900 }

-- what, parameters, basket, fen off, note
local cases = {
  { "gives the gift", params, { { "soap", 10000 }, umbrella }, 2900 },
  { "gives one", params, { { "soap", 10000 }, { "umbrella", 2900, 2 } }, 2900 },
  { "does not count the gift", params, { { "soap", 9999 }, umbrella }, 0, "gift-more" },
  { "says that it may be taken", params, { { "soap", 10000 } }, 0, "gift-take" },
  { "is silent without anything bought", params, { umbrella }, 0 },
  {
    "looks at its goods only", { gifts = { "umbrella" }, minimum = 100, category = "own" },
    { { "soap", 10000 }, { "tea", 50, category = "own" } }, 0, "gift-more",
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no gifts", { minimum = 100 }, "gifts" },
  { "no threshold", { gifts = { "umbrella" } }, "minimum" },
}

describe("promotion.gift", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { gifts = { "cola" }, minimum = 1000 } } },
      catalogue = {
        { "cola", 350, category = "food/drink" },
        { "cup", 399, category = "food/drink" },
        { "rice", 2590, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
    }
  end)
end)
