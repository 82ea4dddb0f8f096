--- Container deposit: each item that carries a tag brings its deposit along, as a line of its own.
--
-- The deposit is a product like any other, so it is refunded like any other when the empty bottle comes back.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local deposit = {
  name = "compose.deposit", version = "1.0.0", api = 1,
  phase = "compose", priority = 500,
  summary = "Adds the deposit of a container to every item that has one",
}

deposit.params = {
  tag = {
    type = "tag", required = true, label = { zh = "标签", en = "Tag" },
    doc = "Items in a container with a deposit",
  },
  product = {
    type = "product", required = true, label = { zh = "押金商品", en = "Deposit product" },
    doc = "What is added: a product whose price is the deposit of one container",
  },
  each = {
    type = "integer", min = 1, max = 999, default = 1, label = { zh = "每件容器数", en = "Containers of an item" },
    doc = "Containers in one item: 24 for a crate",
  },
}

deposit.phrases = {
  ["deposit"] = { zh = "押金 × {each}", en = "Deposit × {each}" },
}

function deposit.applies(params)
  return { tag = params.tag }
end

function deposit.evaluate(basket, params)
  local additions = offer.list()
  for _, line in ipairs(select.lines(basket, { tag = params.tag, weighed = false, scanned = true })) do
    additions:add(line, params.product, line.quantity * params.each, { code = "deposit", each = params.each })
  end
  return additions
end

return deposit
