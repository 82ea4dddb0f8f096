--- Redeeming points: what a step of points is worth, and how many a basket may be paid with.

local money = require "suanpan.money"

local redeem = {
  name = "points.redeem", version = "1.0.0", api = 1,
  phase = "hook", hook = "points.redeem", priority = 500,
  summary = "How many points a basket may be paid with",
}

redeem.params = {
  points = {
    type = "integer", min = 1, max = 1000000, default = 100, label = { zh = "每步积分", en = "Points of a step" },
    doc = "Points are taken in multiples of this",
  },
  fen = {
    type = "money", min = 1, default = 100, label = { zh = "每步金额", en = "Worth of a step" },
    doc = "Fen that one step is worth",
  },
  most = {
    type = "ppm", min = 1, default = 500000, label = { zh = "最高比例", en = "At most" },
    doc = "Share of the basket that points may pay, in parts per million",
  },
}

redeem.phrases = {
  ["points-redeem"] = { zh = "最多可用 {points} 积分抵 {worth:money} 元", en = "{points} points pay {worth:money}" },
}

function redeem.evaluate(input, params)
  local balance = input.member.points or 0
  local steps = math.min(balance // params.points, money.percent(input.sale.net, params.most) // params.fen)
  if steps <= 0 then
    return nil
  end
  local most = steps * params.points
  return {
    points = params.points, fen = params.fen, most = most,
    reason = { code = "points-redeem", points = most, worth = steps * params.fen },
  }
end

return redeem
