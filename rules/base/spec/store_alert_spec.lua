local rule = suanpan.rule "store.alert"
local function ask(given, set)
  return rule:ask("store.alert", given, set)
end

local function alerts(value, usual, params)
  local metrics = { { name = "voids", value = value, usual = usual }, { name = "other", value = 999 } }
  params.metric = "voids"
  local answer = ask({ date = 20261122, weekday = 7, minute = 600, metrics = metrics }, params)
  return answer and answer.alerts or {}
end

-- what, parameters, what is said of them
local refused = {
  { "no bound", { metric = "voids" }, rule:phrase "give-bound" },
  { "no metric", { above = 1 }, "metric" },
}

describe("store.alert", function()
  rule:refuses(refused)

  it("tells above a limit", function()
    assert.same({}, alerts(10, nil, { above = 10 }))
    local told = alerts(11, nil, { above = 10, severity = "critical" })
    assert.equal("metric-high:voids", told[1].code)
    assert.equal("critical", told[1].severity)
    assert.equal("manager", told[1].to)
  end)

  it("tells far below what is usual", function()
    assert.same({}, alerts(50, 100, { below = 500000 }))
    assert.equal("metric-low:voids", alerts(49, 100, { below = 500000 })[1].code)
  end)

  it("needs to know what is usual", function()
    assert.same({}, alerts(0, nil, { below = 500000 }))
  end)
end)
