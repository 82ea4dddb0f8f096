---@meta suanpan.offer
-- Made by `suanpan sdk write`; do not edit.
-- The only way a rule answers.

local offer = {}

---A new, empty list of offers. `evaluate` returns it.
---@return suanpan.Offers
function offer.list() end

---The reason of what a person took off: the code, with `-said` behind it when the cashier told why and `-approved` when somebody had to agree. It has the kind as a field, `reason` and `approver`.
---@param markdown suanpan.Markdown Of the basket or of a line
---@param code string Of a phrase, at most 23 bytes
---@return suanpan.Reason
function offer.by_hand(markdown, code) end

return offer
