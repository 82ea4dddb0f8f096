---@meta suanpan.goods
-- Made by `suanpan sdk write`; do not edit.
-- The goods a campaign is about, as most campaigns say it: how the parameters are declared, which baskets they concern, what they choose.

local goods = {}

---Declares the parameter `tag`: only items with this tag.
---@return suanpan.Param
function goods.tag() end

---Declares the parameter `category`: only this category or below it.
---@return suanpan.Param
function goods.category() end

---Declares the parameter `products`: only these products.
---@return suanpan.Param
function goods.products() end

---Declares the parameter `not_tag`: never items with this tag.
---@return suanpan.Param
function goods.not_tag() end

---Declares the parameter `base`: what counts towards a threshold, "remaining" unless a campaign says "gross". For `units:sum(params.base)`.
---@return suanpan.Param
function goods.base() end

---What `applies` returns: by `tag`, `category` and `products`, as far as the campaign says them; nil when it says none.
---@param params table The parameters that the function was given
---@return suanpan.Keys?
function goods.keys(params) end

---Items that were scanned and fit `tag`, `category`, `products` and `not_tag`, as far as the campaign says them. A table of the rule's own, which may be narrowed further.
---@param params table The parameters that the function was given
---@return suanpan.Filter
function goods.filter(params) end

---The same without what is sold by weight, for rules that count pieces.
---@param params table The parameters that the function was given
---@return suanpan.Filter
function goods.pieces(params) end

return goods
