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
  rule:takes_off(cases)
  rule:refuses(refused)

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
