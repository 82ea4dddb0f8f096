local rule = suanpan.rule "message.timer"
local function ask(given, set)
  return rule:ask("message.timer", given, set)
end

local function action(waiting_for, minutes, escalations)
  local answer = ask {
    date = 20261122, weekday = 7, minute = 600, channel = "wechat",
    waiting_for = waiting_for, waiting_minutes = minutes, escalations = escalations or 0,
  }
  return answer.action, answer.again_minutes
end

-- what, parameters, what is said of them
local refused = {
  { "escalating before reminding", { remind = 5, escalate = 5 }, rule:phrase "escalate-early" },
}

describe("message.timer", function()
  rule:refuses(refused)

  -- who is waited for, minutes, escalations, what to do, when again
  local cases = {
    { "agent", 4, 0, "wait", 1 }, { "agent", 5, 0, "remind", 10 }, { "agent", 15, 0, "escalate", 15 },
    { "agent", 16, 1, "remind", 14 }, { "agent", 30, 1, "escalate", 15 }, { "customer", 60, 0, "wait", 1380 },
    { "customer", 1440, 0, "close", nil },
  }

  for _, case in ipairs(cases) do
    local who, minutes, escalations, what, again = table.unpack(case, 1, 5)
    it(("does %s after %d minutes of the %s"):format(what, minutes, who), function()
      local did, when = action(who, minutes, escalations)
      assert.equal(what, did)
      assert.equal(again, when)
    end)
  end
end)
