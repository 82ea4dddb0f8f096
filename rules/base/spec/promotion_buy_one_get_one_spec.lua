local rule = suanpan.rule "promotion.buy_one_get_one"

-- what, parameters, basket, fen off, note
local cases = {
  { "leaves one alone", {}, { { "tea", 600 } }, 0, "get-more" },
  { "gives the second", {}, { { "tea", 600, 2 } }, 600 },
  { "gives floor(n / 2)", {}, { { "tea", 600, 7 } }, 1800 },
  { "does not mix products", {}, { { "tea", 600 }, { "milk", 600 } }, 0, "get-more" },
  { "counts all scans of a product", {}, { { "tea", 600 }, { "milk", 100 }, { "tea", 600 } }, 600 },
  { "gives floor(n / (m + n)) times n", { buy = 2, get = 1 }, { { "tea", 600, 8 } }, 1200 },
  { "gives more than one", { buy = 3, get = 2 }, { { "tea", 600, 5 } }, 1200 },
  { "may be for one product", { products = { "tea" } }, { { "tea", 600, 2 }, { "milk", 900, 2 } }, 600 },
}

-- what, parameters, what is said of them
local refused = {
  { "nothing to buy", { buy = 0 }, "buy" },
  { "nothing to get", { get = 0 }, "get" },
}

describe("promotion.buy_one_get_one", function()
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
      campaigns = { { rule = rule, params = { buy = 2, get = 1 } } },
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
