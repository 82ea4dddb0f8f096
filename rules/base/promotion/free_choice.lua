--- 满额任选: who spends `minimum` chooses one of some products, and it is free.
--
-- The choice is the customer's: the till asks for it and sends it with the basket. Without one the rule says that a
-- choice is open, and takes nothing off; `choose` tells the till which parameter has the goods to offer.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local free_choice = {
  name = "promotion.free_choice", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 810,
  summary = "From so much spent, one product of the customer's choice free",
}

free_choice.params = {
  products = {
    type = "products", required = true, label = { zh = "可选商品", en = "Products" }, doc = "What may be chosen",
  },
  minimum = {
    type = "money", required = true, min = 1, label = { zh = "满", en = "Spend" },
    doc = "Fen spent on everything else, before any promotion",
  },
}

free_choice.phrases = {
  ["free-choice"] = { zh = "满 {minimum:money} 任选一件", en = "Chosen free from {minimum:money}" },
  ["free-choice-open"] = { zh = "请顾客任选一件赠品", en = "The customer may choose one" },
  ["free-choice-scan"] = { zh = "请扫描所选商品 {product}", en = "Scan the chosen product {product}" },
  ["free-choice-wrong"] = { zh = "{product} 不在可选范围内", en = "{product} is not among the choices" },
  ["free-choice-more"] = { zh = "再买 {missing:money} 元可任选一件", en = "{missing:money} more to choose one free" },
}

local function contains(list, text)
  for _, entry in ipairs(list) do
    if entry == text then
      return true
    end
  end
  return false
end

function free_choice.evaluate(basket, params, context)
  local offers = offer.list()
  local spent = select.total(basket, { not_products = params.products, scanned = true })
  local chosen = basket:choice(context.campaign)
  if spent < params.minimum then
    offers:note({ code = "free-choice-more", missing = params.minimum - spent })
  elseif not chosen then
    offers:note({ code = "free-choice-open", choose = "products" })
  elseif not contains(params.products, chosen) then
    offers:note({ code = "free-choice-wrong", product = chosen, choose = "products" })
  else
    local units = select.units(basket, { product = chosen, weighed = false, scanned = true })
    if #units == 0 then
      offers:note({ code = "free-choice-scan", product = chosen })
    end
    offers:free(units:first(1), { code = "free-choice", minimum = params.minimum })
  end
  return offers
end

return free_choice
