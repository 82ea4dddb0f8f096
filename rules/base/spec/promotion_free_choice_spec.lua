local rule = suanpan.rule "promotion.free_choice"
local params = { products = { "cola", "water" }, minimum = 5000 }
local soap, cola = { "soap", 5000 }, { "cola", 350 }

-- what, parameters, basket, fen off, note
local cases = {
  { "gives what was chosen", params, { soap, cola, choices = { T1 = "cola" } }, 350 },
  { "gives one", params, { soap, { "cola", 350, 2 }, choices = { T1 = "cola" } }, 350 },
  { "waits for the choice", params, { soap, cola }, 0, "free-choice-open" },
  { "waits for the scan", params, { soap, cola, choices = { T1 = "water" } }, 0, "free-choice-scan" },
  { "refuses what may not be chosen", params, { soap, choices = { T1 = "soap" } }, 0, "free-choice-wrong" },
  {
    "does not count the choices", params,
    { { "soap", 4900 }, cola, choices = { T1 = "cola" } }, 0, "free-choice-more",
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no products", { minimum = 5000 }, "products" },
  { "no threshold", { products = { "cola" } }, "minimum" },
}

describe("promotion.free_choice", function()
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
      basket = { choices = { T1 = "cola" } },
    }
  end)
end)
