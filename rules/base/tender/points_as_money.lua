--- Points as money: a member may pay a share of the sale with points.
--
-- The most is what the points are worth, at most a share of what is to pay, in whole steps.

local money = require "suanpan.money"
local offer = require "suanpan.offer"

local points_as_money = {
  name = "tender.points_as_money", version = "1.0.0", api = 1,
  phase = "tender", priority = 500,
  summary = "Members may pay a part with points",
  needs = { "member.points" },
}

points_as_money.params = {
  points = {
    type = "integer", min = 1, max = 1000000, default = 100,
    label = { zh = "抵 1 元所需积分", en = "Points for one yuan" },
    doc = "Points that are worth one yuan",
  },
  most = {
    type = "ppm", min = 1, default = 500000, label = { zh = "最高抵扣比例", en = "At most" },
    doc = "Share of the sale that points may pay, in parts per million",
  },
  step = {
    type = "money", min = 1, max = 100000, default = 100, label = { zh = "抵扣单位", en = "In steps of" },
    doc = "Only multiples of this, in fen",
  },
}

points_as_money.phrases = {
  ["points-as-money"] = {
    zh = "{balance} 积分最多可抵 {amount:money} 元",
    en = "{balance} points may pay up to {amount:money}",
  },
  ["points-too-few"] = { zh = "积分 {balance} 不足抵扣", en = "{balance} points are too few to pay with" },
  ["points-none"] = { zh = "没有可用积分", en = "No points to pay with" },
}

function points_as_money.evaluate(basket, params)
  local offers = offer.list()
  local balance = basket.member.points
  if not balance or balance <= 0 then
    offers:nothing({ code = "points-none" })
    return offers
  end
  local worth = balance * 100 // params.points
  local share = money.percent(basket.remaining, params.most)
  local amount = money.floor_to(math.min(worth, share), params.step)
  if amount > 0 then
    offers:tender("points", amount, { code = "points-as-money", balance = balance, amount = amount })
  else
    offers:note({ code = "points-too-few", balance = balance })
  end
  return offers
end

return points_as_money
