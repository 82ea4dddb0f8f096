--- Buy N, pay for M: in each group of `buy` units, dearest first, the cheapest `buy - pay` are free.
--
-- The order of scanning decides nothing, and the paid units are used up with the free ones.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local multibuy = {
  name = "promotion.multibuy", version = "1.1.0", api = 1,
  phase = "promotion", stacking = "item", priority = 500,
  summary = "Buy N, pay for M on items that carry a tag",
}

multibuy.params = {
  tag = {
    type = "tag", required = true, label = { zh = "标签", en = "Tag" }, doc = "Tag of the items that take part",
  },
  buy = {
    type = "integer", min = 2, max = 99, default = 3, label = { zh = "买", en = "Buy" },
    doc = "Units in one group",
  },
  pay = {
    type = "integer", min = 1, max = 98, default = 2, label = { zh = "付", en = "Pay" },
    doc = "Units charged in each group",
  },
  same = {
    type = "boolean", default = false, label = { zh = "限同款", en = "Same product" },
    doc = "Only items of one product make a group",
  },
}

multibuy.phrases = {
  ["multibuy"] = { zh = "买 {buy} 付 {pay}", en = "Buy {buy}, pay for {pay}" },
  ["multibuy-more"] = {
    zh = "再拿 {missing} 件即可买 {buy} 付 {pay}",
    en = "Take {missing} more: buy {buy}, pay for {pay}",
  },
  ["pay-below-buy"] = { zh = "实付件数必须少于购买件数", en = "pay must be lower than buy" },
  ["no-goods"] = { zh = "没有参加活动的商品", en = "Nothing here takes part" },
}

function multibuy.applies(params)
  return { tag = params.tag }
end

function multibuy.check(params)
  if params.pay >= params.buy then
    return nil, "pay-below-buy"
  end
  return true
end

function multibuy.evaluate(basket, params)
  local offers = offer.list()
  local filter = { tag = params.tag, scanned = true }
  local pools = params.same and select.by_product(basket, filter) or { select.units(basket, filter) }
  local reason = { code = "multibuy", buy = params.buy, pay = params.pay }
  local most = 0
  for _, units in ipairs(pools) do
    for _, groups in ipairs(units:groups(params.buy)) do
      local paid = #groups // params.buy * params.pay
      offers:free(groups:last(#groups - paid), reason, groups:first(paid))
    end
    most = math.max(most, #units)
  end
  if most == 0 then
    offers:nothing({ code = "no-goods" })
  elseif most < params.buy then
    offers:note({ code = "multibuy-more", missing = params.buy - most, buy = params.buy, pay = params.pay })
  end
  return offers
end

return multibuy
