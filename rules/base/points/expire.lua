--- Expiry of points: each lot lives so many days; the member is told before it goes.

local calendar = require "suanpan.calendar"

local expire = {
  name = "points.expire", version = "1.0.0", api = 1,
  phase = "hook", hook = "points.expire", priority = 500,
  summary = "When points expire, oldest first",
}

expire.params = {
  days = {
    type = "integer", min = 1, max = 3660, default = 365, label = { zh = "有效天数", en = "Days" },
    doc = "Days a lot lives when nothing else was said",
  },
  warn_days = {
    type = "integer", min = 0, max = 366, default = 30, label = { zh = "提前提醒天数", en = "Warn before" },
    doc = "Days before the end in which the member is told",
  },
}

expire.phrases = {
  ["points-expired"] = { zh = "{points} 积分已过期", en = "{points} points expired" },
}

function expire.evaluate(input, params)
  local gone, warn, points = {}, {}, 0
  for _, lot in ipairs(input.lots) do
    local last = lot["until"] or calendar.add_days(lot.earned, params.days)
    local left = calendar.days_between(input.date, last) + 1
    if left <= 0 then
      table.insert(gone, { id = lot.id, points = lot.points })
      points = points + lot.points
    elseif left <= params.warn_days then
      table.insert(warn, { id = lot.id, days = left })
    end
  end
  if #gone == 0 and #warn == 0 then
    return nil
  end
  return { expire = gone, warn = warn, reason = points > 0 and { code = "points-expired", points = points } or nil }
end

return expire
