local rule = suanpan.rule "promotion.percent_off"
local bread = { "bread", 890, tags = { "bakery" }, category = "food/bakery" }
local cola = { "cola", 350, 3, category = "food/drink" }

-- what, parameters, basket, fen off, note
local cases = {
  { "takes a share off a tag", { tag = "bakery", percent = 200000 }, { bread, cola }, 178 },
  { "takes a share off a category", { category = "food", percent = 100000 }, { bread, cola }, 194 },
  { "takes a share off products", { products = { "cola", "tea" }, percent = 100000 }, { bread, cola }, 105 },
  { "takes a share off everything", { percent = 100000 }, { bread, cola }, 194 },
  { "leaves a tag out", { percent = 100000, not_tag = "bakery" }, { bread, cola }, 105 },
  { "rounds once", { percent = 333333 }, { { "a", 1, 3 }, { "b", 1 } }, 1 },
  { "takes everything at 100 %", { percent = 1000000 }, { bread }, 890 },
  { "finds nothing", { tag = "none", percent = 100000 }, { bread }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "no percentage", {}, "percent" },
  { "nothing off", { percent = 0 }, "percent" },
  { "more than everything", { percent = 1000001 }, "percent" },
  { "unknown names", { percent = 1, colour = "red" }, "colour" },
}

describe("promotion.percent_off", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { percent = 123456 } } },
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
