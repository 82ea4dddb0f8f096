---@meta suanpan.offer
-- Annotations for editors; the functions are C (runtime/lua/offer.c).

---@alias suanpan.Target suanpan.Line|suanpan.Lines|suanpan.Unit|suanpan.Units

---Why, for the trace and the receipt: names with text, integers or booleans, at most 512 bytes.
---@alias suanpan.Reason table<string, string|integer|boolean>

---What a rule proposes. C decides what becomes of it: a unit is taken once per stacking group, nothing goes below zero.
---@class suanpan.Offers
local Offers = {}

---Promotion: the units cost nothing.
---@param target suanpan.Target
---@param reason? suanpan.Reason
function Offers:free(target, reason) end

---Promotion: a share off, rounded once over all units of the target.
---@param target suanpan.Target
---@param ppm integer 0 .. 1,000,000: 200000 is 20 %
---@param reason? suanpan.Reason
---@param base? "remaining"|"gross" of what is left to pay (the default) or of the price before any promotion
function Offers:percent(target, ppm, reason, base) end

---Promotion: so many fen off each unit.
---@param target suanpan.Target
---@param fen integer
---@param reason? suanpan.Reason
function Offers:amount_off(target, fen, reason) end

---Promotion: each unit costs this, if that is less. Price phase: one whole unit of the line costs this.
---@param target suanpan.Target
---@param fen integer
---@param reason? suanpan.Reason
function Offers:price(target, fen, reason) end

---Price phase: the price given at the till, else the catalogue's. All lines at once cost what one does.
---@param target suanpan.Target
---@param reason? suanpan.Reason
function Offers:listed(target, reason) end

---Stock phase: the line may not be sold below zero stock.
---@param target suanpan.Target
---@param reason? suanpan.Reason
function Offers:block(target, reason) end

local offer = {}

---A new, empty list. `evaluate` returns it.
---@return suanpan.Offers
function offer.list() end

return offer
