--- Alerts: a number that is far from what is usual at this hour, or beyond a limit, is told to somebody.

local money = require "suanpan.money"

local alert = {
  name = "store.alert", version = "1.0.0", api = 1,
  phase = "hook", hook = "store.alert", priority = 500,
  summary = "Tells when a number of a store is out of bounds",
}

alert.params = {
  metric = {
    type = "text", required = true, max = 60, label = { zh = "指标", en = "Metric" },
    doc = "What is looked at: sales, voids, refunds, drawer …",
  },
  above = { type = "integer", label = { zh = "高于", en = "Above" }, doc = "Tell above this value; absent: never" },
  below = {
    type = "ppm", label = { zh = "低于通常", en = "Below usual" },
    doc = "Tell when it is so far below what is usual, in parts per million; absent: never",
  },
  severity = {
    type = "choice", options = { "info", "warning", "critical" }, default = "warning",
    label = { zh = "严重程度", en = "Severity" }, doc = "How bad that is",
  },
  to = {
    type = "text", max = 60, default = "manager", label = { zh = "通知", en = "Tell" },
    doc = "Role that is told",
  },
}

alert.phrases = {
  ["give-bound"] = { zh = "请设置上限或下限", en = "give above or below" },
  ["metric-high"] = { zh = "{metric} 为 {value}，超过 {limit}", en = "{metric} is {value}, above {limit}" },
  ["metric-low"] = { zh = "{metric} 为 {value}，通常为 {usual}", en = "{metric} is {value}, usually {usual}" },
}

function alert.check(params)
  if not params.above and not params.below then
    return nil, "give-bound"
  end
  return true
end

local function reason_for(metric, params)
  if params.above and metric.value > params.above then
    return { code = "metric-high", metric = metric.name, value = metric.value, limit = params.above }
  end
  local usual = metric.usual or 0
  if params.below and usual > 0 and metric.value < usual - money.percent(usual, params.below) then
    return { code = "metric-low", metric = metric.name, value = metric.value, usual = usual }
  end
end

function alert.evaluate(input, params)
  local alerts = {}
  for _, metric in ipairs(input.metrics) do
    local reason = metric.name == params.metric and reason_for(metric, params)
    if reason then
      local code = reason.code .. ":" .. metric.name
      table.insert(alerts, { code = code, severity = params.severity, to = params.to, reason = reason })
    end
  end
  return #alerts > 0 and { alerts = alerts } or nil
end

return alert
