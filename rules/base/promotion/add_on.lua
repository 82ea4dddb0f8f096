--- 换购: who spends `minimum` on other goods may take some of these products at `price` each.
--
-- It goes first, so that what is added on is part of no other offer.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local add_on = {
  name = "promotion.add_on", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "item", priority = 800,
  summary = "From so much spent, some products at a low price",
}

add_on.params = {
  products = {
    type = "products", required = true, label = { zh = "换购商品", en = "Products" }, doc = "What may be added on",
  },
  minimum = {
    type = "money", required = true, min = 1, label = { zh = "满", en = "Spend" },
    doc = "Fen spent on everything else, before any promotion",
  },
  price = { type = "money", required = true, label = { zh = "换购价", en = "Price" }, doc = "Fen for each" },
  count = {
    type = "integer", min = 1, max = 99, default = 1, label = { zh = "每次件数", en = "Units" },
    doc = "At most",
  },
  every = {
    type = "boolean", default = false, label = { zh = "每满可换购", en = "Every time" },
    doc = "So many each time the minimum is reached, not once",
  },
}

add_on.phrases = {
  ["add-on"] = { zh = "满 {minimum:money} 换购价 {price:money} 元", en = "Add-on from {minimum:money}: {price:money}" },
  ["add-on-take"] = { zh = "可加 {price:money} 元换购 {count} 件", en = "May add {count} for {price:money} each" },
  ["add-on-more"] = {
    zh = "再买 {missing:money} 元可换购，每件 {price:money} 元",
    en = "{missing:money} more and it costs {price:money}",
  },
}

function add_on.evaluate(basket, params)
  local offers = offer.list()
  local spent = select.total(basket, { not_products = params.products, scanned = true })
  local units = select.units(basket, { products = params.products, weighed = false, scanned = true })
  local times = params.every and spent // params.minimum or math.min(spent // params.minimum, 1)
  if times == 0 and #units == 0 then
    offers:nothing({ code = "add-on-more", missing = params.minimum - spent, price = params.price })
  elseif times == 0 then
    offers:note({ code = "add-on-more", missing = params.minimum - spent, price = params.price })
  elseif #units == 0 then
    offers:note({ code = "add-on-take", count = times * params.count, price = params.price })
  else
    local reason = { code = "add-on", minimum = params.minimum, price = params.price }
    offers:price(units:first(times * params.count), params.price, reason)
  end
  return offers
end

return add_on
