local rule = suanpan.rule "message.route"
local function ask(given, set)
  return rule:ask("message.route", given, set)
end

local function agent(code, open, fields)
  local one = { code = code, open = open, online = true }
  for key, value in pairs(fields or {}) do
    one[key] = value
  end
  return one
end
local function answer(agents, minute, kind)
  return ask { date = 20261122, weekday = 7, minute = minute or 600, channel = "wechat", kind = kind, agents = agents }
end

describe("message.route", function()
  it("takes who spoke with the customer last", function()
    assert.equal("B", answer({ agent("A", 0), agent("B", 4, { last = true }) }).name)
  end)

  it("takes who knows the matter", function()
    assert.equal("B", answer({ agent("A", 0), agent("B", 4, { skills = { "refund" } }) }, 600, "refund").name)
  end)

  it("takes who has least to do, then by code", function()
    assert.equal("B", answer({ agent("A", 2), agent("B", 1) }).name)
    assert.equal("A", answer({ agent("B", 1), agent("A", 1) }).name)
  end)

  it("queues when nobody is free", function()
    local reply = answer { agent("A", 5), agent("B", 0, { online = false }) }
    assert.equal("queue", reply.to)
    assert.equal("service", reply.name)
  end)

  it("lets the script answer after hours", function()
    assert.equal("bot", answer({ agent("A", 0) }, 1320).to)
    assert.equal("agent", answer({ agent("A", 0) }, 540).to)
  end)
end)
