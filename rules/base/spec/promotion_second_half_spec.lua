local rule = suanpan.rule "promotion.second_half"

-- what, parameters, basket, fen off, note
local cases = {
  { "leaves one alone", {}, { { "tea", 600 } }, 0, "nth-more" },
  { "halves the second", {}, { { "tea", 600, 2 } }, 300 },
  { "halves every second", {}, { { "tea", 600, 5 } }, 600 },
  { "halves the cheaper one", {}, { { "tea", 600 }, { "milk", 1000 } }, 300 },
  { "rounds for the customer", {}, { { "ice", 555, 2 } }, 278 },
  { "may want the same product", { same = true }, { { "tea", 600 }, { "milk", 1000 } }, 0, "nth-more" },
  { "counts each product for itself", { same = true }, { { "tea", 600, 2 }, { "milk", 1000, 3 } }, 800 },
  { "knows the third", { nth = 3, percent = 900000 }, { { "tea", 600, 4 } }, 540 },
  { "does not count what is weighed", {}, { { "apple", 600, weight = 500 }, { "apple", 600, weight = 500 } }, 0 },
  { "may be for one tag", { tag = "own" }, { { "tea", 600, 2 } }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "the first", { nth = 1 }, "nth" },
  { "nothing off", { percent = 0 }, "percent" },
}

describe("promotion.second_half", function()
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
      campaigns = { { rule = rule, params = { percent = 333333 } } },
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
