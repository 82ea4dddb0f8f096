--- Level price: members of some levels pay a share less than the list price.
--
-- It is a price, not a promotion: promotions come on top, and the receipt shows the level price as the price.

local goods = require "suanpan.goods"
local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local level_price = {
  name = "price.level", version = "1.0.0", api = 1,
  phase = "price", priority = 400,
  summary = "A price below the list price for members of some levels",
}

level_price.params = {
  levels = { type = "levels", required = true, label = { zh = "会员等级", en = "Levels" }, doc = "Who gets it" },
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Below the list price, in parts per million: 50000 is 5 %",
  },
  step = {
    type = "money", min = 1, max = 10000, default = 1, label = { zh = "取整到", en = "Round down to" },
    doc = "Prices are rounded down to a multiple of this: 10 for whole jiao",
  },
  category = goods.category(), tag = goods.tag(),
}

level_price.phrases = {
  ["level-price"] = { zh = "{level} 会员价 {price:money} 元", en = "Price for {level}: {price:money}" },
}

function level_price.applies(params)
  return { level = params.levels }
end

local function contains(list, text)
  for _, entry in ipairs(list) do
    if entry == text then
      return true
    end
  end
  return false
end

function level_price.evaluate(basket, params)
  local offers = offer.list()
  local level = basket.member.level
  if not contains(params.levels, level) then
    return offers
  end
  for _, line in ipairs(select.lines(basket, goods.filter(params))) do
    local price = money.floor_to(line.list_price - money.percent(line.list_price, params.percent), params.step)
    offers:price(line, price, { code = "level-price", level = level, price = price })
  end
  return offers
end

return level_price
