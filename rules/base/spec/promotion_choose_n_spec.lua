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
  for _, case in ipairs(cases) do
    local what, set, basket, off, note = table.unpack(case, 1, 5)
    it(what, function()
      local priced = rule:price(basket, set)
      assert.equal(off, priced.discount)
      assert.equal(note, priced.notes[1] and priced.notes[1].code)
    end)
  end

  for _, case in ipairs(refused) do
    local what, set, said = table.unpack(case)
    it("refuses " .. what, function()
      local good, why = rule:check(set)
      assert.is_nil(good)
      assert.matches(said, why, 1, true)
    end)
  end

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
