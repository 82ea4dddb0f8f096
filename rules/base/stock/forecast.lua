--- Forecast: a day sells what that weekday sold lately; missing goods and special days are left out of the average.

local calendar = require "suanpan.calendar"
local money = require "suanpan.money"

local forecast = {
  name = "stock.forecast", version = "1.0.0", api = 1,
  phase = "hook", hook = "forecast", priority = 500,
  summary = "What each of the next days will sell",
}

forecast.params = {
  weeks = {
    type = "integer", min = 1, max = 52, default = 6, label = { zh = "参考周数", en = "Weeks" },
    doc = "Weeks that are looked at",
  },
  event_lift = {
    type = "ppm", default = 300000, label = { zh = "特殊日增量", en = "Special days" },
    doc = "So much more on days of which something special is known, in parts per million",
  },
}

forecast.phrases = {
  ["forecast"] = { zh = "按近 {weeks} 周同星期平均", en = "Average of that weekday in {weeks} weeks" },
}

--- Average of each weekday (1..7), and of every day (0).
local function averages(sold, last_date, weeks)
  local sum, count = {}, {}
  for key = 0, 7 do
    sum[key], count[key] = 0, 0
  end
  for _, day in ipairs(sold) do
    local is_usual = not day.sold_out and (day.event or "") == ""
    if is_usual and calendar.days_between(day.date, last_date) <= weeks * 7 then
      for _, key in ipairs { 0, calendar.weekday(day.date) } do
        sum[key], count[key] = sum[key] + day.quantity, count[key] + 1
      end
    end
  end
  local overall = count[0] > 0 and money.muldiv(sum[0], 1, count[0]) or 0
  local average = {}
  for key = 1, 7 do
    average[key] = count[key] > 0 and money.muldiv(sum[key], 1, count[key]) or overall
  end
  return average
end

function forecast.evaluate(input, params)
  local average = averages(input.sold, input.date, params.weeks)
  local special, days = {}, {}
  for _, day in ipairs(input.coming or {}) do
    special[day.date] = (day.event or "") ~= ""
  end
  for ahead = 1, input.horizon do
    local date = calendar.add_days(input.date, ahead)
    local quantity = average[calendar.weekday(date)]
    if special[date] then
      quantity = quantity + money.percent(quantity, params.event_lift)
    end
    table.insert(days, { date = date, quantity = quantity })
  end
  return { days = days, reason = { code = "forecast", weeks = params.weeks } }
end

return forecast
