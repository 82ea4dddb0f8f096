--- May this coupon be used: not spent, not too late, and by its owner when it is personal.

local check_rule = {
  name = "coupon.check", version = "1.0.0", api = 1,
  phase = "hook", hook = "coupon.check", priority = 500,
  summary = "Whether a coupon that was presented is accepted",
}

check_rule.params = {
  uses = {
    type = "integer", min = 1, max = 1000000, default = 1, label = { zh = "可用次数", en = "Uses" },
    doc = "How often one coupon may be redeemed",
  },
  minimum = {
    type = "money", min = 0, default = 0, label = { zh = "消费满", en = "From" }, doc = "At least so many fen to pay",
  },
}

check_rule.phrases = {
  ["coupon-used"] = { zh = "此券已使用 {uses} 次", en = "This coupon was used {uses} times" },
  ["coupon-late"] = { zh = "此券已过期", en = "This coupon has expired" },
  ["coupon-owner"] = { zh = "此券仅限本人使用", en = "Only its owner may use this coupon" },
  ["coupon-below"] = { zh = "还差 {missing:money} 元", en = "{missing:money} more is needed" },
  ["coupon-good"] = { zh = "可以使用", en = "It may be used" },
}

function check_rule.evaluate(input, params)
  local coupon, last = input.coupon, input.coupon["until"]
  if coupon.uses >= params.uses then
    return { accept = false, reason = { code = "coupon-used", uses = coupon.uses } }
  elseif last and input.date > last then
    return { accept = false, reason = { code = "coupon-late" } }
  elseif coupon.personal and not coupon.owned then
    return { accept = false, reason = { code = "coupon-owner" } }
  elseif input.sale.net < params.minimum then
    return { accept = false, reason = { code = "coupon-below", missing = params.minimum - input.sale.net } }
  end
  return { accept = true, reason = { code = "coupon-good" } }
end

return check_rule
