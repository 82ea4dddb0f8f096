---@meta suanpan.offer
-- Made by `suanpan sdk write`; do not edit.
-- The only way a rule answers.

local offer = {}

---A new, empty list of offers. `evaluate` returns it.
---@return suanpan.Offers
function offer.list() end

return offer
