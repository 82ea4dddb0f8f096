--- 买一送一, of the same product: with every `buy` units `get` more are free.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local buy_one_get_one = {
  name = "promotion.buy_one_get_one", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 500,
  summary = "Buy some, get more of the same product free",
}

buy_one_get_one.params = {
  buy = {
    type = "integer", min = 1, max = 99, default = 1, label = { zh = "买", en = "Buy" },
    doc = "Units to pay for",
  },
  get = {
    type = "integer", min = 1, max = 99, default = 1, label = { zh = "送", en = "Get" },
    doc = "Units that are free",
  },
  tag = goods.tag(), category = goods.category(), products = goods.products(),
}

buy_one_get_one.phrases = {
  ["get-free"] = { zh = "买 {buy} 送 {get}", en = "Buy {buy}, get {get} free" },
  ["get-more"] = { zh = "再拿 {missing} 件，其中 {get} 件免费", en = "Take {missing} more and {get} of all is free" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function buy_one_get_one.applies(params)
  return goods.keys(params)
end

function buy_one_get_one.evaluate(basket, params)
  local offers = offer.list()
  local group = params.buy + params.get
  local filter = goods.pieces(params)
  local reason = { code = "get-free", buy = params.buy, get = params.get }
  local most = 0
  for _, units in ipairs(select.by_product(basket, filter)) do
    for _, groups in ipairs(units:groups(group)) do
      local paid = #groups // group * params.buy
      offers:free(groups:last(#groups - paid), reason, groups:first(paid))
    end
    most = math.max(most, #units)
  end
  if most == 0 then
    offers:nothing({ code = "no-goods" })
  elseif most < group then
    offers:note({ code = "get-more", missing = group - most, get = params.get })
  end
  return offers
end

return buy_one_get_one
