--- 充送: who tops up enough gets a bonus; principal and bonus stay apart, and what is spent first is declared.

local topup = {
  name = "value.topup", version = "1.0.0", api = 1,
  phase = "hook", hook = "value.topup", priority = 500,
  summary = "A bonus for topping up stored value",
}

topup.params = {
  steps = {
    type = "tiers", required = true, min = 1, label = { zh = "充送阶梯", en = "Steps" },
    doc = "at: fen paid in; value: fen given on top",
  },
  valid_days = {
    type = "integer", min = 1, max = 3660, label = { zh = "赠送有效天数", en = "Valid for days" },
    doc = "Days until the bonus expires; absent: never",
  },
  first = {
    type = "boolean", default = false, label = { zh = "仅首充", en = "First only" }, doc = "Only the first time",
  },
  spend = {
    type = "choice", options = { "principal", "bonus", "proportional" }, default = "proportional",
    label = { zh = "消费顺序", en = "Spent first" }, doc = "What is spent first",
  },
  refund = {
    type = "choice", options = { "all", "proportional" }, default = "all",
    label = { zh = "退卡收回赠送", en = "Refund" },
    doc = "How much of the bonus a refund of the balance takes back",
  },
}

topup.phrases = {
  ["topup"] = { zh = "充 {at:money} 送 {bonus:money}", en = "{bonus:money} on top of {at:money}" },
}

function topup.evaluate(input, params)
  if params.first and (input.topups or 0) > 0 then
    return nil
  end
  local reached
  for _, step in ipairs(params.steps) do
    if input.amount >= step.at then
      reached = step
    end
  end
  if not reached then
    return nil
  end
  return {
    bonus = reached.value, valid_days = params.valid_days, spend = params.spend, refund = params.refund,
    reason = { code = "topup", at = reached.at, bonus = reached.value },
  }
end

return topup
