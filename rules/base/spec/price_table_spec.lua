local rule = suanpan.rule "price.table"
local params = { prices = { cola = 320, apple = 1098 } }

-- what, parameters, basket, total, note
local cases = {
  { "prices what it lists", params, { { "cola", 350, 2 }, { "tea", 400 } }, 1040 },
  { "prices by weight", params, { { "apple", 1298, weight = 1500 } }, 1647 },
  { "may be dearer than the list price", { prices = { cola = 500 } }, { { "cola", 350 } }, 500 },
  { "may be nothing", { prices = { bag = 0 } }, { { "bag", 30 } }, 0 },
  { "yields to a price given at the till", params, { { "cola", 350, given_price = 300 } }, 300 },
}

-- what, parameters, what is said of them
local refused = {
  { "no prices", {}, "prices" },
  { "a price below nothing", { prices = { cola = -1 } }, "prices" },
}

describe("price.table", function()
  rule:comes_to(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { prices = { cola = 320, tea = 100 } } } },
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
