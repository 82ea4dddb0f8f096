--- Level discount: members of some levels get a percentage off what is left to pay.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local level_discount = {
  name = "promotion.level_discount", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "member", priority = 190,
  summary = "A percentage off for members of some levels",
}

level_discount.params = {
  levels = { type = "levels", required = true, label = { zh = "会员等级", en = "Levels" }, doc = "Who gets it" },
  percent = {
    type = "ppm", required = true, min = 1, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off what is left to pay, in parts per million",
  },
  category = goods.category(), not_tag = goods.not_tag(),
}

level_discount.phrases = {
  ["level-discount"] = { zh = "{level} 会员减 {percent:percent}", en = "{level}: {percent:percent} off" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function level_discount.applies(params)
  return { level = params.levels }
end

function level_discount.evaluate(basket, params)
  local offers = offer.list()
  local level = basket.member.level
  local units = select.units(basket, goods.filter(params))
  if #units == 0 then
    offers:nothing({ code = "no-goods" })
    return offers
  end
  for _, entry in ipairs(params.levels) do
    if entry == level then
      offers:percent(units, params.percent, { code = "level-discount", level = level, percent = params.percent })
    end
  end
  return offers
end

return level_discount
