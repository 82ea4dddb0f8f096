local rule = suanpan.rule "promotion.multibuy"
local params = { tag = "soda" }
local function soda(code, price, quantity)
  return { code, price, quantity, tags = { "soda" } }
end

-- what, parameters, basket, fen off, note
local cases = {
  { "does nothing below one group", params, { soda("cola", 350, 2) }, 0, "multibuy-more" },
  { "gives the cheapest of a group", params, { soda("cola", 350, 2), soda("tea", 400) }, 350 },
  { "does not let groups overlap", params, { soda("cola", 100, 7) }, 200 },
  { "forms groups dearest first", params, { soda("a", 900), soda("b", 800), soda("c", 700), soda("d", 100, 3) }, 800 },
  {
    "may want the same product", { tag = "soda", same = true },
    { soda("cola", 350, 2), soda("tea", 400) }, 0, "multibuy-more",
  },
  { "pays for one of four", { tag = "soda", buy = 4, pay = 1 }, { soda("cola", 350, 4) }, 1050 },
  { "leaves other goods alone", params, { { "bread", 890, 3 } }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "paying for all", { tag = "soda", buy = 3, pay = 3 }, rule:phrase "pay-below-buy" },
  { "no tag", {}, "tag" },
  { "a group of one", { tag = "soda", buy = 1 }, "buy" },
}

describe("promotion.multibuy", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("uses up the units that were paid", function()
    local priced = suanpan.price({ soda("cola", 350, 3) }, {
      { rule = rule, code = "A", params = params, priority = 600 },
      { rule = "promotion.percent_off", code = "B", params = { percent = 500000 } },
    })
    assert.equal(350, priced.discount)
    assert.equal("lost", priced:why("B").outcome)
  end)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { tag = "soda" } } },
      catalogue = {
        { "cola", 350, tags = { "soda" }, category = "food/drink" },
        { "tea", 399, tags = { "soda" }, category = "food/drink" },
        { "rice", 2590, tags = { "soda" }, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
    }
  end)
end)
