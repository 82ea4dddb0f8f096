--- Till policy: how much a cashier may do alone; beyond it a manager signs, and some things nobody does.

local policy = {
  name = "till.policy", version = "1.0.0", api = 1,
  phase = "hook", hook = "till.policy", priority = 500,
  summary = "Who may do what at the till",
}

policy.params = {
  action = {
    type = "choice", required = true, label = { zh = "操作", en = "Action" }, doc = "What this is about",
    options = {
      "void-line", "void-sale", "override-price", "discount", "refund", "open-drawer", "reprint", "park", "cash-out",
      "sell-below-zero",
    },
  },
  amount = {
    type = "money", label = { zh = "单次金额", en = "Amount" }, doc = "Fen a cashier may do at once; absent: any",
  },
  times = {
    type = "integer", min = 0, max = 100000, label = { zh = "每班次数", en = "Times" },
    doc = "How often a cashier may in a shift; absent: any",
  },
  days = {
    type = "integer", min = 0, max = 3660, label = { zh = "退货天数", en = "Days" },
    doc = "For refunds: days since the sale after which nobody may; absent: any",
  },
  ask = {
    type = "choice", options = { "nothing", "reason", "text" }, default = "reason", label = { zh = "填写", en = "Ask" },
    doc = "What the cashier must say",
  },
}

policy.phrases = {
  ["policy-allowed"] = { zh = "可以", en = "Allowed" },
  ["policy-amount"] = { zh = "超过 {limit:money} 元，需要店长批准", en = "Above {limit:money}: a manager signs" },
  ["policy-times"] = { zh = "本班已 {times} 次，需要店长批准", en = "{times} times in this shift: a manager signs" },
  ["policy-late"] = { zh = "已过 {days} 天，不能退货", en = "After {days} days nothing is taken back" },
}

function policy.evaluate(input, params)
  if input.action ~= params.action then
    return nil
  end
  local days, amount, times = input.days or 0, input.amount or 0, input.times or 0
  if params.days and days > params.days then
    return { decision = "refuse", reason = { code = "policy-late", days = params.days } }
  end
  local reason
  if input.role == "cashier" and params.amount and amount > params.amount then
    reason = { code = "policy-amount", limit = params.amount }
  elseif input.role == "cashier" and params.times and times >= params.times then
    reason = { code = "policy-times", times = times }
  end
  if reason then
    return { decision = "approve", approver = "manager", ask = params.ask, reason = reason }
  end
  return { decision = "allow", ask = params.ask, reason = { code = "policy-allowed" } }
end

return policy
