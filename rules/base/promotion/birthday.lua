--- Birthday: a member whose birthday is within `days` days gets a percentage off, at most `most`.
--
-- Once a year is the campaign's limit: "member_uses": 1 in a campaign that lasts a year.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local birthday = {
  name = "promotion.birthday", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "member", priority = 220,
  summary = "A percentage off around a member's birthday",
  needs = { "member.birthday" },
}

birthday.params = {
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off what is left to pay, in parts per million",
  },
  days = {
    type = "integer", min = 0, max = 31, default = 0, label = { zh = "提前天数", en = "Days before" },
    doc = "From so many days before the birthday; 0: on the day",
  },
  most = {
    type = "money", min = 1, default = 10000000, label = { zh = "最多减", en = "At most" }, doc = "Fen off one basket",
  },
  not_tag = goods.not_tag(),
}

birthday.phrases = {
  ["birthday"] = { zh = "生日优惠 {percent:percent}，祝您生日快乐", en = "Happy birthday: {percent:percent} off" },
  ["birthday-who"] = {
    zh = "限会员，生日当天或之前 {days} 天内",
    en = "For members on their birthday or at most {days} days before it",
  },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function birthday.evaluate(basket, params)
  local offers = offer.list()
  local days = basket.member.birthday_days
  if not days or days > params.days then
    offers:nothing({ code = "birthday-who", days = params.days })
    return offers
  end
  local units = select.units(basket, goods.filter(params))
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
  end
  local off = math.min(money.percent(units:sum("remaining"), params.percent), params.most)
  offers:total_off(units, off, { code = "birthday", percent = params.percent })
  return offers
end

return birthday
