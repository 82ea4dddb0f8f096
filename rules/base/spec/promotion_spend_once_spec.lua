local rule = suanpan.rule "promotion.spend_once"
local params = { minimum = 5000, off = 1000 }
local gross = { minimum = 5000, off = 1000, base = "gross" }

-- what, parameters, basket, fen off, note
local cases = {
  { "begins at the threshold", params, { { "rice", 5000 } }, 1000 },
  { "says what is missing", params, { { "rice", 4999 } }, 0, "spend-more" },
  { "holds once", params, { { "rice", 5000, 4 } }, 1000 },
  {
    "counts the chosen goods only", { minimum = 5000, off = 1000, tag = "own" },
    { { "rice", 9000 }, { "tea", 4000, tags = { "own" } } }, 0, "spend-more",
  },
  {
    "takes it off the chosen goods only", { minimum = 100, off = 100, products = { "tea" } },
    { { "rice", 9000 }, { "tea", 100 } }, 100,
  },
  {
    "says nothing when nothing is chosen", { minimum = 5000, off = 1000, not_tag = "own" },
    { { "tea", 4000, tags = { "own" } } }, 0,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "more off than is spent", { minimum = 1000, off = 1001 }, rule:phrase "off-above-minimum" },
  { "no threshold", { off = 100 }, "minimum" },
  { "another base", { minimum = 100, off = 100, base = "net" }, "base" },
}

describe("promotion.spend_once", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  local bread = { rule = "promotion.percent_off", params = { products = { "bread" }, percent = 200000 } }

  it("counts what is left to pay", function()
    local priced = suanpan.price({ { "soap", 4200 }, { "bread", 890 } }, { bread, { rule = rule, params = params } })
    assert.equal(178, priced.discount)
    assert.equal(88, priced.notes[1].reason.missing)
  end)

  it("counts the price before, when asked to", function()
    local priced = suanpan.price({ { "soap", 4200 }, { "bread", 890 } }, { bread, { rule = rule, params = gross } })
    assert.equal(1178, priced.discount)
  end)

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
