--- 会员日: on the campaign's days members get a percentage off what is left to pay, on top of other offers.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local member_day = {
  name = "promotion.member_day", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "member", priority = 200,
  summary = "An extra percentage off for members, on top",
}

member_day.params = {
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off what is left to pay, in parts per million",
  },
  category = goods.category(), not_tag = goods.not_tag(),
}

member_day.phrases = {
  ["member-day"] = { zh = "会员日再减 {percent:percent}", en = "Member day: another {percent:percent} off" },
  ["member-day-who"] = { zh = "会员今天再减 {percent:percent}", en = "Members get {percent:percent} off today" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function member_day.applies(params)
  return goods.keys(params)
end

function member_day.evaluate(basket, params)
  local offers = offer.list()
  if not basket.member.present then
    offers:note({ code = "member-day-who", percent = params.percent })
    return offers
  end
  local units = select.units(basket, goods.filter(params))
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  end
  offers:percent(units, params.percent, { code = "member-day", percent = params.percent })
  return offers
end

return member_day
