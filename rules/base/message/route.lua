--- Routing: who spoke with the customer last answers, else whoever has time and knows the matter, else a queue.

local calendar = require "suanpan.calendar"

local route = {
  name = "message.route", version = "1.0.0", api = 1,
  phase = "hook", hook = "message.route", priority = 500,
  summary = "Who answers a customer's message",
}

route.params = {
  from = { type = "minute", default = 540, label = { zh = "上班", en = "From" }, doc = "Service begins" },
  to = { type = "minute", default = 1320, label = { zh = "下班", en = "To" }, doc = "Service ends" },
  most = {
    type = "integer", min = 1, max = 1000, default = 5, label = { zh = "每人最多会话", en = "At most" },
    doc = "Conversations one person has at a time",
  },
  queue = {
    type = "text", max = 60, default = "service", label = { zh = "排队", en = "Queue" },
    doc = "Where others wait",
  },
  bot = {
    type = "text", max = 60, default = "closed", label = { zh = "下班话术", en = "After hours" },
    doc = "Script that answers after hours",
  },
  answer_minutes = {
    type = "integer", min = 1, max = 100000, default = 5, label = { zh = "答复时限", en = "Answer within" },
    doc = "Minutes in which an answer is promised",
  },
}

route.phrases = {
  ["route-last"] = { zh = "上次由其接待", en = "Spoke with the customer last" },
  ["route-free"] = { zh = "当前会话 {open} 个", en = "Has {open} conversations" },
  ["route-queue"] = { zh = "无人空闲，排队等候", en = "Nobody is free" },
  ["route-closed"] = { zh = "非服务时间", en = "Out of hours" },
}

local function knows(agent, kind)
  for _, skill in ipairs(agent.skills or {}) do
    if skill == kind then
      return true
    end
  end
  return not kind
end

--- Better: spoke last, knows the matter, has less to do; then by code, so that there is always one best.
local function is_better(agent, other, kind)
  if not other then
    return true
  elseif (agent.last or false) ~= (other.last or false) then
    return agent.last or false
  elseif knows(agent, kind) ~= knows(other, kind) then
    return knows(agent, kind)
  elseif agent.open ~= other.open then
    return agent.open < other.open
  end
  return agent.code < other.code
end

function route.evaluate(input, params)
  local minutes = params.answer_minutes
  if not calendar.in_minutes(input.minute, params.from, params.to) then
    return { to = "bot", name = params.bot, reason = { code = "route-closed" } }
  end
  local best
  for _, agent in ipairs(input.agents) do
    if agent.online and agent.open < params.most and is_better(agent, best, input.kind) then
      best = agent
    end
  end
  if not best then
    return { to = "queue", name = params.queue, answer_minutes = minutes, reason = { code = "route-queue" } }
  end
  local reason = best.last and { code = "route-last" } or { code = "route-free", open = best.open }
  return { to = "agent", name = best.code, answer_minutes = minutes, reason = reason }
end

return route
