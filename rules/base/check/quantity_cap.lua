--- Quantity cap: so many units in one basket, and so many for one member over all sales.
--
-- What a member had before is the campaign's own count, so dates and stores of the campaign bound it.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local quantity_cap = {
  name = "check.quantity_cap", version = "1.0.0", api = 1,
  phase = "check", priority = 500,
  summary = "At most so many units in a basket and for a member",
  needs = { "member.used" },
}

quantity_cap.params = {
  tag = goods.tag(), products = goods.products(),
  per_basket = {
    type = "integer", min = 1, max = 100000, label = { zh = "每单限购", en = "In one basket" },
    doc = "Units in one basket; absent: any",
  },
  per_member = {
    type = "integer", min = 1, max = 100000, label = { zh = "每人限购", en = "For one member" },
    doc = "Units for one member while the campaign lasts; who is no member may not buy. Absent: any",
  },
}

quantity_cap.phrases = {
  ["basket-cap"] = { zh = "每单限购 {most} 件，已有 {units} 件", en = "At most {most} in a basket, there are {units}" },
  ["member-cap"] = {
    zh = "每位会员限购 {most} 件，此前已购 {had} 件",
    en = "At most {most} for a member, who has had {had}",
  },
  ["member-cap-who"] = { zh = "限会员购买，每人 {most} 件", en = "For members only, {most} each" },
  ["within-cap"] = { zh = "未超过限购数量", en = "Not more than may be bought" },
  ["name-goods"] = { zh = "请指定标签或商品", en = "name a tag or products" },
  ["give-cap"] = { zh = "请设置每单限购或每人限购", en = "give per_basket or per_member" },
}

function quantity_cap.check(params)
  if not params.tag and not params.products then
    return nil, "name-goods"
  end
  if not params.per_basket and not params.per_member then
    return nil, "give-cap"
  end
  return true
end

function quantity_cap.applies(params)
  return goods.keys(params)
end

function quantity_cap.evaluate(basket, params, context)
  local checks = offer.list()
  local filter = { tag = params.tag, products = params.products }
  local units, most = select.count(basket, filter), params.per_member
  if params.per_basket and units > params.per_basket then
    checks:refuse("basket-cap", { code = "basket-cap", most = params.per_basket, units = units })
  elseif not most or units == 0 then
    checks:nothing({ code = "within-cap" })
  end
  if not most or units == 0 then
    return checks
  end
  if not basket.member.present then
    checks:refuse("member-cap", { code = "member-cap-who", most = most })
    return checks
  end
  local had = context.used.units
  if had + units > most then
    checks:refuse("member-cap", { code = "member-cap", most = most, had = had })
  else
    checks:count(units)
  end
  return checks
end

return quantity_cap
