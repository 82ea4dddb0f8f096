---@meta suanpan.money
-- Made by `suanpan sdk write`; do not edit.
-- Arithmetic on fen that cannot wrap and rounds in one way. Amounts are within ±(2^53−1); a result outside raises.

local money = {}

---a + b.
---@param a integer
---@param b integer
---@return integer
function money.add(a, b) end

---a - b.
---@param a integer
---@param b integer
---@return integer
function money.sub(a, b) end

---a · b / c, exact inside, rounded half away from zero.
---@param a integer
---@param b integer
---@param c integer Not 0
---@return integer
function money.muldiv(a, b, c) end

---A share of an amount, rounded half away from zero.
---@param fen integer
---@param ppm integer 0 to 1,000,000: 200000 is 20 %
---@return integer
function money.percent(fen, ppm) end

---The largest multiple of `step` that is not above the amount: floor_to(1999, 100) is 1900.
---@param fen integer
---@param step integer 1 or more
---@return integer
function money.floor_to(fen, step) end

---"12.05" for 1205.
---@param fen integer
---@param digits? integer Of the currency, 0 to 4; left out: 2
---@return string
function money.text(fen, digits) end

return money
