local rule = suanpan.rule "recommend.bought_together"
local function ask(given, set)
  return rule:ask("recommend", given, set)
end

local function codes(fields, params)
  local input = { date = 20261122, minute = 600 }
  for key, value in pairs(fields) do
    input[key] = value
  end
  local answer, got = ask(input, params), {}
  for number, each in ipairs(answer and answer.products or {}) do
    got[number] = each.code
  end
  return table.concat(got, " ")
end
local together = { { code = "milk", times = 9 }, { code = "rare", times = 2 } }
local best = {
  { code = "cola", quantity = 9000 }, { code = "milk", quantity = 5000 }, { code = "tea", quantity = 1000 },
}

describe("recommend.bought_together", function()
  it("proposes what goes together, then what sells well", function()
    assert.equal("milk cola tea", codes { together = together, best = best })
  end)

  it("never proposes what is in the basket", function()
    local sale = { net = 350, lines = { { n = 1, code = "cola", quantity = 1000, net = 350 } } }
    assert.equal("milk tea", codes { together = together, best = best, sale = sale })
  end)

  it("proposes so many only", function()
    assert.equal("milk", codes({ together = together, best = best }, { most = 1 }))
  end)

  it("is silent when it knows nothing", function()
    assert.equal("", codes {})
  end)
end)
