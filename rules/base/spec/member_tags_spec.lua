local rule = suanpan.rule "member.tags"
local function ask(given, set)
  return rule:ask("member.tags", given, set)
end

local params = { tag = "tea-lover", category = "food/tea", spent = 10000 }
local function input(spent, tags)
  local habits = { recency_days = 1, frequency = 9, monetary = 99999 }
  habits.categories = { { category = "food/tea/green", spent = spent }, { category = "food/teapot", spent = 99999 } }
  return { date = 20261122, member = { tags = tags }, habits = habits }
end

-- what, parameters, what is said of them
local refused = {
  { "no category", { tag = "a", spent = 1 }, "category" },
}

describe("member.tags", function()
  rule:refuses(refused)

  it("adds the tag at the threshold", function()
    assert.same({ "tea-lover" }, ask(input(10000), params).add)
    assert.is_nil(ask(input(9999), params))
  end)

  it("takes it away again", function()
    assert.same({ "tea-lover" }, ask(input(9999, { "tea-lover" }), params).remove)
    assert.is_nil(ask(input(10000, { "other", "tea-lover" }), params))
  end)
end)
