--- Staff price: people who work here pay the prices of the staff's list.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local staff_price = {
  name = "price.staff", version = "1.0.0", api = 1,
  phase = "price", priority = 600,
  summary = "A price list for staff",
}

staff_price.params = {
  prices = {
    type = "prices", required = true, label = { zh = "内购价", en = "Staff prices" },
    doc = "Product code to the price of one whole unit, in fen",
  },
}

staff_price.phrases = {
  ["staff-price"] = { zh = "员工内购价 {price:money} 元", en = "Staff price: {price:money}" },
  ["staff-only"] = { zh = "只限员工", en = "For staff only" },
}

function staff_price.applies(params)
  return { product = params.prices }
end

function staff_price.evaluate(basket, params)
  local offers = offer.list()
  if not basket.member.staff then
    offers:nothing({ code = "staff-only" })
    return offers
  end
  for _, line in ipairs(select.lines(basket, { products = params.prices })) do
    local price = params.prices[line.code]
    offers:price(line, price, { code = "staff-price", price = price })
  end
  return offers
end

return staff_price
