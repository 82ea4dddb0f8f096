local rule = suanpan.rule "price.time"
local params = { tag = "fresh", steps = { { at = 1140, value = 200000 }, { at = 1200, value = 400000 } } }
local bento = { "bento", 1880, tags = { "fresh" } }

-- what, parameters, basket, total, note
local cases = {
  { "waits for the first step", params, { bento, time = "18:59" }, 1880 },
  { "begins on the minute", params, { bento, time = "19:00" }, 1504 },
  { "takes the last step reached", params, { bento, time = "23:59" }, 1128 },
  { "ends at midnight", params, { bento, time = "00:00" }, 1880 },
  { "leaves other goods alone", params, { { "tea", 400 }, time = "20:00" }, 400 },
  { "may be for everything", { steps = { { at = 0, value = 1000000 } } }, { { "tea", 400 } }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "no steps", { tag = "fresh" }, "steps" },
  { "more than everything off", { steps = { { at = 0, value = 1000001 } } }, "steps" },
}

describe("price.time", function()
  rule:comes_to(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = {
        { "cola", 350, tags = { "fresh" }, category = "food/drink" },
        { "tea", 399, tags = { "fresh" }, category = "food/drink" },
        { "rice", 2590, tags = { "fresh" }, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
      basket = { time = "19:30" },
    }
  end)
end)
