--- 满赠: who spends `minimum` on the chosen goods takes some of the gifts home for nothing.
--
-- It goes first, so that a gift is part of no other offer. The till says when a gift may still be taken.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local gift = {
  name = "promotion.gift", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 800,
  summary = "From so much spent, a gift",
}

gift.params = {
  gifts = { type = "products", required = true, label = { zh = "赠品", en = "Gifts" }, doc = "What may be taken" },
  minimum = {
    type = "money", required = true, min = 1, label = { zh = "满", en = "Spend" },
    doc = "Fen spent on the chosen goods, before any promotion; gifts do not count",
  },
  count = {
    type = "integer", min = 1, max = 99, default = 1, label = { zh = "赠送件数", en = "Units" },
    doc = "Gifts given",
  },
  tag = goods.tag(), category = goods.category(),
}

gift.phrases = {
  ["gift"] = { zh = "满 {minimum:money} 赠品", en = "Gift from {minimum:money}" },
  ["gift-take"] = { zh = "可领取 {count} 件赠品", en = "May take {count} as a gift" },
  ["gift-more"] = { zh = "再买 {missing:money} 元有赠品", en = "{missing:money} more for a gift" },
}

function gift.applies(params)
  return goods.keys(params)
end

function gift.evaluate(basket, params)
  local offers = offer.list()
  local filter = goods.filter(params)
  filter.not_products = params.gifts
  local spent = select.total(basket, filter)
  local units = select.units(basket, { products = params.gifts, weighed = false, scanned = true })
  if spent < params.minimum then
    local reason = { code = "gift-more", missing = params.minimum - spent }
    if spent > 0 then
      offers:note(reason)
    else
      offers:nothing(reason)
    end
    return offers
  end
  offers:free(units:first(params.count), { code = "gift", minimum = params.minimum })
  if #units < params.count then
    offers:note({ code = "gift-take", count = params.count - #units })
  end
  return offers
end

return gift
