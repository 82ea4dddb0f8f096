--- Coupons: something happens and the member gets a coupon, once for each sale, year or occasion.
--
-- The key says for what: a retry or a node that was offline for days never issues a second one.

local calendar = require "suanpan.calendar"

local issue = {
  name = "coupon.issue", version = "1.0.0", api = 1,
  phase = "hook", hook = "coupon.issue", priority = 500,
  summary = "A coupon after a sale, for a birthday, for joining, for another coupon",
}

issue.params = {
  event = {
    type = "choice", required = true, options = { "sale", "register", "birthday", "redeem" },
    label = { zh = "触发事件", en = "Event" }, doc = "For what it is given",
  },
  template = {
    type = "coupon", required = true, label = { zh = "券模板", en = "Coupon" }, doc = "The kind of coupon",
  },
  valid_days = {
    type = "integer", min = 1, max = 3660, default = 30, label = { zh = "有效天数", en = "Valid for days" },
    doc = "Days it may be used",
  },
  minimum = {
    type = "money", min = 0, default = 0, label = { zh = "消费满", en = "From" },
    doc = "For sales: at least so many fen paid",
  },
  redeemed = {
    type = "coupon", label = { zh = "核销的券", en = "Redeemed" },
    doc = "For redeeming: only this kind of coupon; absent: any",
  },
  revoke = {
    type = "boolean", default = true, label = { zh = "退货时收回", en = "Revoke" },
    doc = "Taken back unused when the sale that earned it is returned",
  },
}

issue.phrases = {
  ["coupon-issue"] = { zh = "赠券 {template},{days} 天内有效", en = "Coupon {template}, valid for {days} days" },
}

--- What makes this occasion one of a kind; nil when it earns nothing.
local function key_of(input, params)
  if params.event == "sale" then
    return input.sale and input.sale.net >= params.minimum and input.sale_key or nil
  elseif params.event == "redeem" then
    local fits = not params.redeemed or params.redeemed == input.redeemed
    return fits and input.sale_key or nil
  elseif not input.member then
    return nil
  elseif params.event == "birthday" then
    local day = calendar.add_days(input.date, input.member.birthday_days or 0)
    return tostring(calendar.year(day))
  end
  return "register"
end

function issue.evaluate(input, params)
  local key = input.event == params.event and key_of(input, params)
  if not key then
    return nil
  end
  return {
    coupons = { {
      template = params.template, valid_days = params.valid_days, key = key,
      on_return = params.revoke and "revoke" or "keep",
      reason = { code = "coupon-issue", template = params.template, days = params.valid_days },
    } },
  }
end

return issue
