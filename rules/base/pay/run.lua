--- Pay: base by days worked, hours, overtime, commission, a bonus for the target, less for being late.

local money = require "suanpan.money"

local run = {
  name = "pay.run", version = "1.0.0", api = 1,
  phase = "hook", hook = "pay.run", priority = 500,
  summary = "The lines of a pay slip",
}

run.params = {
  overtime = {
    type = "ppm", default = 500000, label = { zh = "加班加成", en = "Overtime" },
    doc = "Paid on top of the hour for overtime, in parts per million",
  },
  late = { type = "money", default = 0, label = { zh = "迟到扣款", en = "Late" }, doc = "Fen off each time late" },
  target_bonus = {
    type = "money", default = 0, label = { zh = "达标奖", en = "Target bonus" }, doc = "Fen for reaching the target",
  },
}

run.phrases = {
  ["pay-base"] = { zh = "底薪：出勤 {days}/{of} 天", en = "Base: {days} of {of} days" },
  ["pay-hours"] = { zh = "工时 {minutes} 分钟", en = "{minutes} minutes worked" },
  ["pay-overtime"] = { zh = "加班 {minutes} 分钟", en = "{minutes} minutes of overtime" },
  ["pay-allowance"] = { zh = "津贴", en = "Allowance" },
  ["pay-commission"] = { zh = "提成", en = "Commission" },
  ["pay-target"] = { zh = "完成销售目标", en = "Target reached" },
  ["pay-late"] = { zh = "迟到 {times} 次", en = "Late {times} times" },
}

local function base_pay(input)
  local base, days, of = input.terms.base or 0, input.worked.days, input.month_days
  if not days or not of then
    return base, { code = "pay-base", days = days or 0, of = of or 0 }
  end
  return money.muldiv(base, math.min(days, of), of), { code = "pay-base", days = days, of = of }
end

function run.evaluate(input, params)
  local items, worked, terms, done = {}, input.worked, input.terms, input.done or {}
  local function add(code, amount, reason)
    if amount ~= 0 then
      table.insert(items, { code = code, amount = amount, reason = reason })
    end
  end
  local hourly, extra = terms.hourly or 0, worked.overtime or 0
  local base, why = base_pay(input)
  add("base", base, why)
  add("hours", money.muldiv(worked.minutes, hourly, 60), { code = "pay-hours", minutes = worked.minutes })
  local overtime = money.percent(money.muldiv(extra, hourly, 60), params.overtime)
  add("overtime", overtime, { code = "pay-overtime", minutes = extra })
  add("allowance", terms.allowance or 0, { code = "pay-allowance" })
  add("commission", done.commission or 0, { code = "pay-commission" })
  if done.target and done.net and done.target > 0 and done.net >= done.target then
    add("target", params.target_bonus, { code = "pay-target" })
  end
  add("late", -params.late * (worked.late or 0), { code = "pay-late", times = worked.late or 0 })
  return { items = items }
end

return run
