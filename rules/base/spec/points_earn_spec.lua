local rule = suanpan.rule "points.earn"
local function ask(given, set)
  return rule:ask("points.earn", given, set)
end

local function sale(net, lines)
  return { net = net, lines = lines or { { n = 1, code = "tea", quantity = 1000, net = net } } }
end
local two = { { n = 1, code = "a", quantity = 1000, net = 150 }, { n = 2, code = "b", quantity = 1000, net = 150 } }

-- what, parameters, what is said of them
local refused = {
  { "no points", { per_yuan = 0 }, "per_yuan" },
}

describe("points.earn", function()
  rule:refuses(refused)

  -- what, parameters, member, sale, tenders, points
  local cases = {
    { "gives one for each yuan", {}, {}, sale(1234), nil, 12 },
    { "gives none below one yuan", {}, {}, sale(99), nil, 0 },
    { "gives more to some levels", { levels = { "gold" }, times = 3 }, { level = "gold" }, sale(1000), nil, 30 },
    { "gives others what is usual", { levels = { "gold" } }, { level = "silver" }, sale(1000), nil, 10 },
    { "gives nothing for points", {}, {}, sale(1000), { { method = "points", amount = 400 } }, 6 },
    { "knows other tenders", {}, {}, sale(1000), { { method = "cash", amount = 1000 } }, 10 },
    { "adds lines up before it rounds", {}, {}, sale(300, two), nil, 3 },
    { "gives nothing for nothing", {}, {}, sale(0), nil, 0 },
  }

  suanpan.each(cases, function(set, member, sold, tenders, points)
    local answer = ask({ date = 20261122, member = member, sale = sold, tenders = tenders }, set)
    local sum = 0
    for _, line in ipairs(answer and answer.lines or {}) do
      sum = sum + line.points
    end
    assert.equal(points, sum)
  end)

  it("leaves a tag out", function()
    local lines = { { n = 1, code = "a", quantity = 1000, net = 500, tags = { "smoke" } }, two[2] }
    local set = { not_tag = "smoke", valid_days = 365 }
    local answer = ask({ date = 20261122, member = {}, sale = sale(650, lines) }, set)
    assert.same({ { n = 2, points = 1 } }, answer.lines)
    assert.equal(365, answer.valid_days)
  end)
end)
