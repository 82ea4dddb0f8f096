--- Meal deal: one main dish and one drink, whichever they are, for one price.
--
-- The dearest main goes with the dearest drink, so the customer saves the most; what has no partner keeps its price.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local meal_deal = {
  name = "convenience.meal_deal", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 650,
  summary = "Any main dish with any drink for a fixed price",
}

meal_deal.params = {
  main = { type = "tag", required = true, label = { zh = "主食标签", en = "Main dishes" }, doc = "Tag of main dishes" },
  drink = { type = "tag", required = true, label = { zh = "饮品标签", en = "Drinks" }, doc = "Tag of drinks" },
  price = { type = "money", required = true, min = 1, label = { zh = "搭配价", en = "Price" }, doc = "Fen for both" },
}

meal_deal.phrases = {
  ["meal-deal"] = { zh = "搭配价 {price:money} 元", en = "Meal deal: {price:money}" },
  ["meal-drink"] = { zh = "再拿一杯饮品，搭配价 {price:money} 元", en = "Add a drink: {price:money} for both" },
  ["meal-main"] = { zh = "再拿一份主食，搭配价 {price:money} 元", en = "Add a main dish: {price:money} for both" },
  ["meal-same"] = { zh = "主食和饮品的标签不能相同", en = "main and drink must be different tags" },
}

function meal_deal.applies(params)
  return { tag = { params.main, params.drink } }
end

function meal_deal.check(params)
  if params.main == params.drink then
    return nil, "meal-same"
  end
  return true
end

function meal_deal.evaluate(basket, params)
  local offers = offer.list()
  local mains = select.units(basket, { tag = params.main, weighed = false })
  local drinks = select.units(basket, { tag = params.drink, not_tag = params.main, weighed = false })
  local reason = { code = "meal-deal", price = params.price }
  for pair = 1, math.min(#mains, #drinks) do
    local meal = select.join(mains:slice(pair, pair), drinks:slice(pair, pair))
    offers:total_price(meal, params.price, reason)
  end
  if #mains > 0 and #drinks == 0 then
    offers:note({ code = "meal-drink", price = params.price })
  elseif #drinks > 0 and #mains == 0 then
    offers:note({ code = "meal-main", price = params.price })
  end
  return offers
end

return meal_deal
