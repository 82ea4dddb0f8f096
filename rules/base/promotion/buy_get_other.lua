--- 买 A 送 B: with every `buy` units of one kind, `get` units of another are free, or cheaper by `percent`.
--
-- The cheapest of the other kind are given; what could be either counts as bought.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local buy_get_other = {
  name = "promotion.buy_get_other", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 520,
  summary = "Buy some of one kind, get some of another free or cheaper",
}

buy_get_other.params = {
  buy_tag = { type = "tag", label = { zh = "买：标签", en = "Buy: tag" }, doc = "Tag of what is bought" },
  buy_products = { type = "products", label = { zh = "买：商品", en = "Buy: products" }, doc = "What is bought" },
  get_tag = { type = "tag", label = { zh = "送：标签", en = "Get: tag" }, doc = "Tag of what is given" },
  get_products = { type = "products", label = { zh = "送：商品", en = "Get: products" }, doc = "What is given" },
  buy = { type = "integer", min = 1, max = 99, default = 1, label = { zh = "买", en = "Buy" }, doc = "Units to buy" },
  get = {
    type = "integer", min = 1, max = 99, default = 1, label = { zh = "送", en = "Get" },
    doc = "Units given for them",
  },
  percent = {
    type = "ppm", min = 1, default = 1000000, label = { zh = "优惠比例", en = "Percent off" },
    doc = "Off what is given, in parts per million: 1000000 is free",
  },
}

buy_get_other.phrases = {
  ["get-other"] = {
    zh = "买 {buy} 件，{get} 件赠品减 {percent:percent}",
    en = "Buy {buy}: {percent:percent} off {get} others",
  },
  ["get-other-take"] = {
    zh = "可再拿 {get} 件赠品，减 {percent:percent}",
    en = "Take {get} others: {percent:percent} off",
  },
  ["get-other-more"] = { zh = "再买 {missing} 件即可享受", en = "Buy {missing} more" },
  ["name-bought"] = { zh = "请指定所买商品的标签或商品", en = "name buy_tag or buy_products" },
  ["name-given"] = { zh = "请指定所送商品的标签或商品", en = "name get_tag or get_products" },
}

function buy_get_other.check(params)
  if not params.buy_tag and not params.buy_products then
    return nil, "name-bought"
  elseif not params.get_tag and not params.get_products then
    return nil, "name-given"
  end
  return true
end

function buy_get_other.applies(params)
  return { tag = params.buy_tag, product = params.buy_products }
end

function buy_get_other.evaluate(basket, params)
  local offers = offer.list()
  local bought = select.units(basket, {
    tag = params.buy_tag, products = params.buy_products, weighed = false, scanned = true,
  })
  local others = select.units(basket, {
    tag = params.get_tag, products = params.get_products, weighed = false, scanned = true,
    not_tag = params.buy_tag, not_products = params.buy_products,
  })
  local times = math.min(#bought // params.buy, #others // params.get)
  if times > 0 then
    local reason = { code = "get-other", buy = params.buy, get = params.get, percent = params.percent }
    local paid = bought:first(times * params.buy)
    offers:percent(others:last(times * params.get), params.percent, reason, "remaining", paid)
  elseif #bought >= params.buy then
    offers:note({ code = "get-other-take", get = params.get - #others, percent = params.percent })
  elseif #bought > 0 then
    offers:note({ code = "get-other-more", missing = params.buy - #bought })
  else
    offers:nothing({ code = "get-other-more", missing = params.buy })
  end
  return offers
end

return buy_get_other
