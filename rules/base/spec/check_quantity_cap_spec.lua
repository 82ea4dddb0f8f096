local rule = suanpan.rule "check.quantity_cap"
local params = { products = { "eggs" }, per_basket = 3, per_member = 4 }

-- what, parameters, basket, what is asked for, why
local cases = {
  { "lets the cap pass", params, { { "eggs", 1990, 3 }, member = "M1" } },
  {
    "stops more, over all scans", params,
    { { "eggs", 1990, 2 }, { "eggs", 1990, 2 }, member = "M1" }, "basket-cap", "basket-cap",
  },
  { "wants a member when members are counted", params, { { "eggs", 1990 } }, "member-cap", "member-cap-who" },
  { "lets strangers pass when they are not", { products = { "eggs" }, per_basket = 3 }, { { "eggs", 1990, 3 } } },
  {
    "counts what a member had", params,
    { { "eggs", 1990, 2 }, member = "M1", usage = { T1 = { ["m:M1"] = { units = 3 } } } }, "member-cap", "member-cap",
  },
  {
    "lets the last one pass", params,
    { { "eggs", 1990 }, member = "M1", usage = { T1 = { ["m:M1"] = { units = 3 } } } },
  },
  { "does not look at other goods", params, { { "tea", 400, 9 } } },
}

-- what, parameters, what is said of them
local refused = {
  { "no goods", { per_basket = 3 }, rule:phrase "name-goods" },
  { "no cap", { tag = "promo" }, rule:phrase "give-cap" },
}

describe("check.quantity_cap", function()
  rule:asks_for(cases)
  rule:refuses(refused)

  it("counts the units a member takes", function()
    local used = rule:price({ { "eggs", 1990, 2 }, member = "M1" }, params).uses
    assert.equal("m:M1", used[1].subject)
    assert.equal(2, used[1].units)
  end)
end)
