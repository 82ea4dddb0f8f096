--- Staff discount: people who work here get a percentage off what is left to pay, at most `most` for one basket.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local staff_discount = {
  name = "promotion.staff_discount", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "staff", priority = 150,
  summary = "A percentage off for staff",
}

staff_discount.params = {
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off what is left to pay, in parts per million",
  },
  most = {
    type = "money", min = 1, default = 10000000, label = { zh = "每单最多减", en = "At most" }, doc = "Fen off one basket",
  },
  not_tag = goods.not_tag(),
}

staff_discount.phrases = {
  ["staff-discount"] = { zh = "员工优惠 {percent:percent}", en = "Staff: {percent:percent} off" },
  ["staff-only"] = { zh = "只限员工", en = "For staff only" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function staff_discount.evaluate(basket, params)
  local offers = offer.list()
  local units = select.units(basket, goods.filter(params))
  if not basket.member.staff then
    offers:nothing({ code = "staff-only" })
  elseif #units == 0 then
    offers:nothing({ code = "no-goods" })
  else
    local off = math.min(money.percent(units:sum("remaining"), params.percent), params.most)
    offers:total_off(units, off, { code = "staff-discount", percent = params.percent })
  end
  return offers
end

return staff_discount
