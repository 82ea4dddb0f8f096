--- From a basket of so much on, an amount less, dealt out over a category.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local cart = {
  name = "bench.cart", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "cart", priority = 600,
  summary = "From a basket of so much on, an amount off a category",
}

cart.params = {
  category = { type = "category", required = true, doc = "What it is dealt out over" },
  threshold = { type = "money", required = true, min = 1, doc = "The least the basket is worth before any discount" },
  off = { type = "money", required = true, min = 1, doc = "What is taken off" },
  opaque = { type = "boolean", default = false, doc = "Does not say what concerns it" },
}

function cart.applies(params)
  if params.opaque then
    return nil
  end
  return { category = params.category }
end

function cart.evaluate(basket, params)
  local offers = offer.list()
  if basket.gross < params.threshold then
    return offers
  end
  local lines = select.lines(basket, { category = params.category })
  if #lines > 0 then
    offers:total_off(lines, params.off, { code = "cart", off = params.off })
  end
  return offers
end

return cart
