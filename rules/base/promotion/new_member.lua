--- 新人礼: the first purchase of a new member is cheaper by `off`.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local new_member = {
  name = "promotion.new_member", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "member", priority = 210,
  summary = "A fixed sum off the first purchase of a new member",
  needs = { "member.joined", "member.purchases" },
}

new_member.params = {
  off = { type = "money", required = true, min = 1, label = { zh = "减", en = "Off" }, doc = "Fen off" },
  minimum = {
    type = "money", min = 1, default = 1, label = { zh = "满", en = "Spend" }, doc = "Left to pay at least, in fen",
  },
  days = {
    type = "integer", min = 0, max = 3650, default = 30, label = { zh = "注册后天数", en = "Days" },
    doc = "Days since joining in which it holds",
  },
}

new_member.phrases = {
  ["new-member"] = { zh = "新会员首单减 {off:money} 元", en = "First purchase: {off:money} off" },
  ["spend-more"] = {
    zh = "再买 {missing:money} 元，新会员首单减 {off:money} 元",
    en = "{missing:money} more and the first purchase is {off:money} cheaper",
  },
  ["new-member-who"] = {
    zh = "限注册 {days} 天内会员的首单",
    en = "For the first purchase of members who joined in the last {days} days",
  },
}

function new_member.evaluate(basket, params)
  local offers = offer.list()
  local member = basket.member
  if member.purchases ~= 0 or not member.joined_days or member.joined_days > params.days then
    offers:nothing({ code = "new-member-who", days = params.days })
    return offers
  end
  local units = select.units(basket, { scanned = true })
  local spent = units:sum("remaining")
  if spent >= params.minimum then
    offers:total_off(units, params.off, { code = "new-member", off = params.off })
  elseif spent > 0 then
    offers:note({ code = "spend-more", missing = params.minimum - spent, off = params.off })
  end
  return offers
end

return new_member
