--- Tags by category: everything in these categories carries a tag, as if the catalogue had said so.
--
-- Every later phase sees the tag, so a campaign can be made for "drinks for summer" without touching a product.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local by_category = {
  name = "classify.by_category", version = "1.0.0", api = 1,
  phase = "classify", priority = 500,
  summary = "Gives a tag to everything in some categories",
}

by_category.params = {
  categories = {
    type = "categories", required = true, label = { zh = "分类", en = "Categories" },
    doc = "These categories and everything below them",
  },
  tag = { type = "tag", required = true, label = { zh = "标签", en = "Tag" }, doc = "The tag they get" },
}

function by_category.applies(params)
  return { category = params.categories }
end

function by_category.evaluate(basket, params)
  local tags = offer.list()
  tags:tag(select.lines(basket, { categories = params.categories }), params.tag)
  return tags
end

return by_category
