--- Percent coupon: a percentage off the chosen goods, at most `most`, for whoever presents the coupon.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local percent_coupon = {
  name = "coupon.percent", version = "1.0.0", api = 1,
  phase = "coupon", stacking = "coupon", priority = 500,
  summary = "A coupon worth a percentage",
}

percent_coupon.params = {
  coupon = { type = "coupon", required = true, label = { zh = "券码", en = "Coupon" }, doc = "Code of the coupon" },
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off what is left to pay, in parts per million",
  },
  most = {
    type = "money", min = 1, default = 10000000, label = { zh = "最多减", en = "At most" }, doc = "Fen off one basket",
  },
  minimum = { type = "money", min = 0, default = 0, label = { zh = "满", en = "Spend" }, doc = "Threshold in fen" },
  base = goods.base(),
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}

percent_coupon.phrases = {
  ["coupon-percent"] = { zh = "折扣券减 {percent:percent}", en = "Coupon: {percent:percent} off" },
  ["coupon-more"] = { zh = "再买 {missing:money} 元可用此券", en = "{missing:money} more to use this coupon" },
  ["coupon-nothing"] = { zh = "没有此券可用的商品", en = "Nothing here for this coupon" },
}

function percent_coupon.applies(params)
  return { coupon = params.coupon }
end

function percent_coupon.evaluate(basket, params)
  local offers = offer.list()
  if not basket:has_coupon(params.coupon) then
    return offers
  end
  local units = select.units(basket, goods.filter(params))
  local spent = units:sum(params.base)
  if #units == 0 then
    offers:note({ code = "coupon-nothing" })
  elseif spent < params.minimum then
    offers:note({ code = "coupon-more", missing = params.minimum - spent })
  else
    local off = math.min(money.percent(units:sum("remaining"), params.percent), params.most)
    offers:total_off(units, off, { code = "coupon-percent", percent = params.percent })
  end
  return offers
end

return percent_coupon
