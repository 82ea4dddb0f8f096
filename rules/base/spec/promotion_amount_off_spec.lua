local rule = suanpan.rule "promotion.amount_off"

-- what, parameters, basket, fen off, note
local cases = {
  { "takes a sum off each unit", { off = 200 }, { { "milk", 1200, 3 } }, 600 },
  { "takes no more than there is", { off = 500 }, { { "egg", 200, 2 } }, 400 },
  { "takes it once off a weighed line", { off = 100 }, { { "apple", 1000, weight = 2500 } }, 100 },
  { "may be for one product", { off = 100, products = { "milk" } }, { { "milk", 1200 }, { "tea", 300 } }, 100 },
  { "may be for one tag", { off = 100, tag = "own" }, { { "milk", 1200 }, { "tea", 300, tags = { "own" } } }, 100 },
}

-- what, parameters, what is said of them
local refused = {
  { "no sum", {}, "off" },
  { "nothing", { off = 0 }, "off" },
}

describe("promotion.amount_off", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { off = 123 } } },
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
