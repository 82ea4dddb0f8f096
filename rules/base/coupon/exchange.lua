--- Exchange coupon, 兑换券: some units of some products for nothing, for whoever presents the coupon.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local exchange = {
  name = "coupon.exchange", version = "1.0.0", api = 1,
  phase = "coupon", stacking = "coupon", priority = 600,
  summary = "A coupon for a product",
}

exchange.params = {
  coupon = { type = "coupon", required = true, label = { zh = "券码", en = "Coupon" }, doc = "Code of the coupon" },
  products = {
    type = "products", required = true, label = { zh = "可兑商品", en = "Products" }, doc = "What it is exchanged for",
  },
  count = {
    type = "integer", min = 1, max = 99, default = 1, label = { zh = "件数", en = "Units" },
    doc = "Units given",
  },
}

exchange.phrases = {
  ["coupon-exchange"] = { zh = "兑换券 × {count}", en = "Exchanged for a coupon × {count}" },
  ["coupon-take"] = { zh = "此券可再兑换 {missing} 件，请扫描商品", en = "Scan {missing} more for this coupon" },
}

function exchange.applies(params)
  return { coupon = params.coupon }
end

function exchange.evaluate(basket, params)
  local offers = offer.list()
  if not basket:has_coupon(params.coupon) then
    return offers
  end
  local units = select.units(basket, { products = params.products, weighed = false, scanned = true })
  units = units:first(params.count)
  offers:free(units, { code = "coupon-exchange", count = #units })
  if #units < params.count then
    offers:note({ code = "coupon-take", missing = params.count - #units })
  end
  return offers
end

return exchange
