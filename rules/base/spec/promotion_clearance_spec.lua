local rule = suanpan.rule "promotion.clearance"
local params = {
  category = "sale", start = "2026-11-01", steps = { { at = 0, value = 300000 }, { at = 14, value = 500000 } },
}
local coat = { "coat", 10000, category = "sale/winter" }

-- what, parameters, basket, fen off, note
local cases = {
  { "waits for its day", params, { coat, date = "2026-10-31" }, 0 },
  { "begins on the day", params, { coat, date = "2026-11-01" }, 3000 },
  { "goes on", params, { coat, date = "2026-11-14" }, 3000 },
  { "takes the next step", params, { coat, date = "2026-11-15" }, 5000 },
  { "follows the category", params, { { "coat", 10000, category = "clothes" }, date = "2026-11-15" }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "no category", { start = "2026-11-01", steps = { { at = 0, value = 1 } } }, "category" },
  { "a day that is none", { category = "sale", start = "2026-02-30", steps = { { at = 0, value = 1 } } }, "start" },
}

describe("promotion.clearance", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = {
        { "cola", 350, category = "food/drink" },
        { "tea", 399, category = "sale" },
        { "rice", 2590, category = "food" },
        { "soap", 3990, category = "sale" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
      basket = { date = "2026-11-20" },
    }
  end)
end)
