--- Follow-up: some days after something happened, somebody gets in touch with the member.

local followup = {
  name = "member.followup", version = "1.0.0", api = 1,
  phase = "hook", hook = "followup", priority = 500,
  summary = "A task for the guide after a sale, a return or a long silence",
}

followup.params = {
  event = {
    type = "choice", required = true, options = { "sale", "return", "complaint", "birthday", "silent" },
    label = { zh = "事件", en = "Event" }, doc = "After what",
  },
  due_days = {
    type = "integer", min = 0, max = 366, default = 7, label = { zh = "几天内完成", en = "Due in days" },
    doc = "Days until it is due",
  },
  minimum = {
    type = "money", min = 0, default = 0, label = { zh = "消费满", en = "From" },
    doc = "Only for sales of at least so many fen",
  },
  levels = {
    type = "levels", label = { zh = "会员等级", en = "Levels" }, doc = "Only members of these levels",
  },
  template = {
    type = "text", max = 60, label = { zh = "话术模板", en = "Text" }, doc = "Text to begin with",
  },
}

followup.phrases = {
  ["followup"] = { zh = "请在 {days} 天内回访", en = "Get in touch within {days} days" },
}

local function is_meant(member, levels)
  if not levels then
    return true
  end
  for _, level in ipairs(levels) do
    if level == member.level then
      return true
    end
  end
  return false
end

function followup.evaluate(input, params)
  local spent = input.sale and input.sale.net or 0
  if input.event ~= params.event or spent < params.minimum or not is_meant(input.member, params.levels) then
    return nil
  end
  local days = params.due_days
  local task = { code = params.event, due_days = days, template = params.template }
  task.reason = { code = "followup", days = days }
  return { tasks = { task } }
end

return followup
