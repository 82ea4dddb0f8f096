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
  for _, case in ipairs(cases) do
    local what, set, basket, code, why = table.unpack(case, 1, 5)
    it(what, function()
      local needed = rule:price(basket, set).requirements
      assert.equal(code and 1 or 0, #needed)
      assert.equal(code, code and needed[1].code)
      assert.equal(why, code and needed[1].reason.code)
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

  it("is met when it was confirmed", function()
    assert.is_false(rule:price({ beer }, params).requirements[1].met)
    assert.is_true(rule:price({ beer, confirmed = { "age18" } }, params).requirements[1].met)
  end)
end)
