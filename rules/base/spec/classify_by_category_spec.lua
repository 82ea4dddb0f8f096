local rule = suanpan.rule "classify.by_category"

-- what, parameters, what is said of them
local refused = {
  { "no tag", { categories = { "food" } }, "tag" },
  { "no categories", { tag = "summer" }, "categories" },
}

describe("classify.by_category", function()
  rule:refuses(refused)

  local function tagged(basket, params)
    local summer = suanpan.campaign { rule = rule, params = params }
    local half = { rule = "promotion.percent_off", params = { tag = "summer", percent = 500000 } }
    return suanpan.price(basket, { summer, half }).discount
  end

  it("tags a category and everything below it", function()
    local params = { categories = { "food/drink" }, tag = "summer" }
    assert.equal(100, tagged({ { "cola", 200, category = "food/drink" } }, params))
    assert.equal(100, tagged({ { "beer", 200, category = "food/drink/beer" } }, params))
    assert.equal(0, tagged({ { "bread", 200, category = "food/bakery" } }, params))
    assert.equal(0, tagged({ { "odd", 200, category = "food/drinks" } }, params))
  end)
end)
