--- Timers: an unanswered customer is brought to mind, then to a manager; a silent one is closed.

local timer = {
  name = "message.timer", version = "1.0.0", api = 1,
  phase = "hook", hook = "message.timer", priority = 500,
  summary = "Remind, escalate or close a conversation that waits",
}

timer.params = {
  remind = {
    type = "integer", min = 1, max = 100000, default = 5, label = { zh = "提醒", en = "Remind" },
    doc = "Minutes a customer waits until the agent is reminded",
  },
  escalate = {
    type = "integer", min = 1, max = 100000, default = 15, label = { zh = "升级", en = "Escalate" },
    doc = "Minutes until a manager is told, each time again",
  },
  close = {
    type = "integer", min = 1, max = 100000, default = 1440, label = { zh = "关闭", en = "Close" },
    doc = "Minutes without an answer of the customer until it is closed",
  },
}

timer.phrases = {
  ["wait-agent"] = { zh = "顾客已等 {minutes} 分钟", en = "The customer has waited {minutes} minutes" },
  ["escalate-early"] = { zh = "升级时间必须晚于提醒时间", en = "escalate must be later than remind" },
  ["wait-customer"] = { zh = "顾客 {minutes} 分钟未回复", en = "No answer for {minutes} minutes" },
}

function timer.check(params)
  if params.escalate <= params.remind then
    return nil, "escalate-early"
  end
  return true
end

function timer.evaluate(input, params)
  local waited = input.waiting_minutes
  if input.waiting_for == "customer" then
    local reason = { code = "wait-customer", minutes = waited }
    if waited >= params.close then
      return { action = "close", reason = reason }
    end
    return { action = "wait", again_minutes = params.close - waited, reason = reason }
  end
  local reason = { code = "wait-agent", minutes = waited }
  local next_escalation = params.escalate * (input.escalations + 1)
  if waited >= next_escalation then
    return { action = "escalate", again_minutes = params.escalate, to = "manager", reason = reason }
  elseif waited >= params.remind then
    return { action = "remind", again_minutes = next_escalation - waited, reason = reason }
  end
  return { action = "wait", again_minutes = params.remind - waited, reason = reason }
end

return timer
