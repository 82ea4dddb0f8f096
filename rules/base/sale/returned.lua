--- Returns: when what is kept no longer earns its discount, the difference is held back from the refund.
--
-- What was taken off the returned goods is gone with them already; this is about the goods the customer keeps.

local money = require "suanpan.money"

local returned = {
  name = "sale.returned", version = "1.0.0", api = 1,
  phase = "hook", hook = "sale.returned", priority = 500,
  summary = "Whether a return takes a discount back",
}

returned.params = {
  policy = {
    type = "choice", options = { "keep", "claw-back", "refuse" }, default = "claw-back",
    label = { zh = "退货后优惠", en = "Policy" }, doc = "What happens when what is kept earns less",
  },
  rules = {
    type = "texts", label = { zh = "规则", en = "Rules" }, doc = "Only for campaigns of these rules; absent: all",
  },
}

returned.phrases = {
  ["discount-kept"] = { zh = "优惠保留", en = "The discount stays" },
  ["discount-back"] = {
    zh = "剩余商品不满足活动，扣回 {amount:money} 元",
    en = "{amount:money} of the discount is held back",
  },
  ["discount-all"] = { zh = "活动商品须一起退", en = "Goods of this offer come back together" },
}

local function is_meant(input, params)
  if not params.rules then
    return true
  end
  for _, rule in ipairs(params.rules) do
    if rule == input.rule then
      return true
    end
  end
  return false
end

function returned.evaluate(input, params)
  if not is_meant(input, params) then
    return nil
  end
  local kept = 0 -- fen this campaign took off what the customer keeps
  for _, line in ipairs(input.lines) do
    kept = kept + money.muldiv(line.off, math.max(line.sold - line.back - line.now, 0), line.sold)
  end
  local amount = math.min(kept - input.still, input.refund)
  if amount <= 0 or params.policy == "keep" then
    return { decision = "keep", reason = { code = "discount-kept" } }
  elseif params.policy == "refuse" then
    return { decision = "refuse", reason = { code = "discount-all" } }
  end
  return { decision = "claw-back", amount = amount, reason = { code = "discount-back", amount = amount } }
end

return returned
