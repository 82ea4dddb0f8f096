--- No sale below zero: stock of items that carry a tag may not become negative.
--
-- Everything else may: a till that refuses goods the customer holds in the hand is wrong more often than the stock is
-- right.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local block_negative = {
  name = "stock.block_negative", version = "1.0.0", api = 1,
  phase = "stock", priority = 500,
  summary = "Items that carry a tag cannot be sold below zero stock",
}

block_negative.params = {
  tag = { type = "tag", required = true, doc = "Tag of the items whose stock is trusted" },
}

function block_negative.applies(params)
  return { tag = params.tag }
end

function block_negative.evaluate(basket, params)
  local blocked = offer.list()
  blocked:block(select.lines(basket, { tag = params.tag }), { code = "block-negative", tag = params.tag })
  return blocked
end

return block_negative
