local rule = suanpan.rule "promotion.time_price"
local params = { prices = { milk = 990 }, most = 2 }

-- what, parameters, basket, fen off, note
local cases = {
  { "prices the first units", params, { { "milk", 1200, 3 } }, 420 },
  { "counts all scans", params, { { "milk", 1200 }, { "milk", 1200, 2 } }, 420 },
  { "has no bound when none is given", { prices = { milk = 990 } }, { { "milk", 1200, 3 } }, 630 },
  { "never makes it dearer", { prices = { milk = 1500 } }, { { "milk", 1200 } }, 0 },
  { "knows several products", { prices = { milk = 990, tea = 100 } }, { { "milk", 1200 }, { "tea", 400 } }, 510 },
  { "leaves other goods alone", params, { { "tea", 400 } }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "no prices", {}, "prices" },
  { "no units", { prices = { milk = 990 }, most = 0 }, "most" },
}

describe("promotion.time_price", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds in the hours of its campaign, to the minute", function()
    local campaign = { rule = rule, params = params, hours = { { "18:00", "20:00" } } }
    for time, total in pairs { ["17:59"] = 1200, ["18:00"] = 990, ["19:59"] = 990, ["20:00"] = 1200 } do
      assert.equal(total, suanpan.price({ { "milk", 1200 }, time = time }, campaign).total)
    end
  end)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { prices = { cola = 10, tea = 20 }, most = 2 } } },
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
