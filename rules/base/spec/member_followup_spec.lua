local rule = suanpan.rule "member.followup"
local function ask(given, set)
  return rule:ask("followup", given, set)
end

local params = { event = "sale", due_days = 3, minimum = 10000, levels = { "gold" }, template = "thanks" }
local function input(event, net, level)
  local sale = net and { net = net, lines = suanpan.list {} }
  return { event = event, date = 20261122, member = { level = level }, sale = sale }
end

-- what, parameters, what is said of them
local refused = {
  { "no event", {}, "event" },
}

describe("member.followup", function()
  rule:refuses(refused)

  it("makes a task", function()
    local task = ask(input("sale", 10000, "gold"), params).tasks[1]
    assert.equal("sale", task.code)
    assert.equal(3, task.due_days)
    assert.equal("thanks", task.template)
  end)

  it("is for its event, its sum and its levels only", function()
    assert.is_nil(ask(input("return", 10000, "gold"), params))
    assert.is_nil(ask(input("sale", 9999, "gold"), params))
    assert.is_nil(ask(input("sale", 10000, "silver"), params))
    assert.is_nil(ask(input("sale", nil, "gold"), params))
  end)

  it("may be for everybody", function()
    assert.equal(7, ask(input("silent"), { event = "silent" }).tasks[1].due_days)
  end)
end)
