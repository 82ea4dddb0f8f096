local rule = suanpan.rule "compose.deposit"
local goods = { { "bottle", 50 } }
local beer = { "beer", 600, 2, tags = { "glass" } }

-- what, parameters, basket, total, note
local cases = {
  { "adds one deposit for each item", { tag = "glass", product = "bottle" }, { beer, goods = goods }, 1300 },
  { "knows crates", { tag = "glass", product = "bottle", each = 24 }, { beer, goods = goods }, 3600 },
  { "leaves the rest alone", { tag = "glass", product = "bottle" }, { { "tea", 300 }, goods = goods }, 300 },
  {
    "ignores what is weighed", { tag = "glass", product = "bottle" },
    { { "oil", 900, weight = 500, tags = { "glass" } }, goods = goods }, 450,
  },
}

-- what, parameters, what is said of them
local refused = {
  { "no product", { tag = "glass" }, "product" },
  { "no containers", { tag = "glass", product = "bottle", each = 0 }, "each" },
}

describe("compose.deposit", function()
  rule:comes_to(cases)
  rule:refuses(refused)

  it("says which line a deposit belongs to", function()
    local priced = rule:price({ { "tea", 300 }, beer, goods = goods }, { tag = "glass", product = "bottle" })
    assert.equal(2, priced:line("bottle").parent)
  end)
end)
