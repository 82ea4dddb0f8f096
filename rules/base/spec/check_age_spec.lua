local rule = suanpan.rule "check.age"
local params = { tag = "adult" }
local beer = { "beer", 600, tags = { "adult" } }

-- what, parameters, basket, what is asked for, why
local cases = {
  { "asks for adults' goods", params, { beer }, "age18", "age" },
  { "does not ask for others", params, { { "tea", 400 } } },
  { "knows other ages", { tag = "adult", age = 21 }, { beer }, "age21", "age" },
}

-- what, parameters, what is said of them
local refused = {
  { "no tag", {}, "tag" },
}

describe("check.age", function()
  rule:asks_for(cases)
  rule:refuses(refused)

  it("is met when it was confirmed", function()
    assert.is_false(rule:price({ beer }, params).requirements[1].met)
    assert.is_true(rule:price({ beer, confirmed = { "age18" } }, params).requirements[1].met)
  end)
end)
