---@meta suanpan.select
-- Made by `suanpan sdk write`; do not edit.
-- Lines and units of the basket, chosen and sorted in C, so that a rule loops over matches only.

local select = {}

---The matching lines, in the order of the basket.
---@param basket suanpan.Basket The basket that evaluate was given
---@param filter? suanpan.Filter What must hold; everything when absent
---@return suanpan.Lines
function select.lines(basket, filter) end

---The matching units that are still free for this campaign: dearest first, ties by product code, line and unit.
---@param basket suanpan.Basket The basket that evaluate was given
---@param filter? suanpan.Filter What must hold; everything when absent
---@return suanpan.Units
function select.units(basket, filter) end

---The same units, apart by product: one list for each that has free units, the dearest product first.
---@param basket suanpan.Basket The basket that evaluate was given
---@param filter? suanpan.Filter What must hold; everything when absent
---@return suanpan.Units[]
function select.by_product(basket, filter) end

---Fen of the matching lines with all their units, taken or not; the free ones: select.units(…):sum().
---@param basket suanpan.Basket The basket that evaluate was given
---@param filter? suanpan.Filter What must hold; everything when absent
---@param base? suanpan.Base "gross" when absent
---@return integer # fen
function select.total(basket, filter, base) end

---Units of the matching lines, taken or not.
---@param basket suanpan.Basket The basket that evaluate was given
---@param filter? suanpan.Filter What must hold; everything when absent
---@return integer
function select.count(basket, filter) end

---Quantity of the matching lines in thousandths: 1500 is 1.5 kg.
---@param basket suanpan.Basket The basket that evaluate was given
---@param filter? suanpan.Filter What must hold; everything when absent
---@return integer # thousandths
function select.quantity(basket, filter) end

---The units of both lists, those of `a` first; a unit that is in both is in it once.
---@param a suanpan.Units
---@param b suanpan.Units
---@return suanpan.Units
function select.join(a, b) end

return select
