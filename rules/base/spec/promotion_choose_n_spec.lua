local rule = suanpan.rule "promotion.choose_n"
local params = { tag = "snack", count = 3, price = 1500 }
local function snack(code, price, quantity)
  return { code, price, quantity, tags = { "snack" } }
end

-- what, parameters, basket, fen off, note
local cases = {
  { "does nothing below the number", params, { snack("a", 700, 2) }, 0, "choose-more" },
  { "prices the number", params, { snack("a", 700, 2), snack("b", 600) }, 500 },
  { "takes the dearest", params, { snack("a", 700, 3), snack("b", 100) }, 600 },
  { "prices every number", params, { snack("a", 700, 6) }, 1200 },
  { "never makes it dearer", params, { snack("a", 400, 3) }, 0 },
  { "may be for products", { products = { "a" }, count = 2, price = 1000 }, { { "a", 700, 2 } }, 400 },
}

-- what, parameters, what is said of them
local refused = {
  { "nothing to choose from", { count = 3, price = 1500 }, rule:phrase "name-goods" },
  { "one", { tag = "snack", count = 1, price = 1500 }, "count" },
}

describe("promotion.choose_n", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = {
        { "cola", 350, tags = { "snack" }, category = "food/drink" },
        { "tea", 399, tags = { "snack" }, category = "food/drink" },
        { "rice", 2590, tags = { "snack" }, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
    }
  end)
end)
