--- Money coupon: `off` off the chosen goods for whoever presents the coupon and spends `minimum`.
--
-- A coupon is a code, or the code with "-" and a serial number behind it; how often each may be used is the campaign's
-- limit "coupon_uses".

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local money_coupon = {
  name = "coupon.money", version = "1.0.0", api = 1,
  phase = "coupon", stacking = "coupon", priority = 500,
  summary = "A coupon worth a fixed sum",
}

money_coupon.params = {
  coupon = { type = "coupon", required = true, label = { zh = "券码", en = "Coupon" }, doc = "Code of the coupon" },
  off = { type = "money", required = true, min = 1, label = { zh = "面额", en = "Worth" }, doc = "Fen off" },
  minimum = { type = "money", min = 0, default = 0, label = { zh = "满", en = "Spend" }, doc = "Threshold in fen" },
  base = goods.base(),
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}

money_coupon.phrases = {
  ["coupon-money"] = { zh = "{off:money} 元代金券", en = "Coupon: {off:money} off" },
  ["coupon-more"] = { zh = "再买 {missing:money} 元可用此券", en = "{missing:money} more to use this coupon" },
  ["coupon-nothing"] = { zh = "没有此券可用的商品", en = "Nothing here for this coupon" },
}

function money_coupon.applies(params)
  return { coupon = params.coupon }
end

function money_coupon.evaluate(basket, params)
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
    offers:total_off(units, params.off, { code = "coupon-money", off = params.off })
  end
  return offers
end

return money_coupon
