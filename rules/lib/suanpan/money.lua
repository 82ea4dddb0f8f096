---@meta suanpan.money
-- Annotations for editors; the functions are C (runtime/lua/money.c). All amounts are integers in fen within ±(2^53−1);
-- a result outside raises.

local money = {}

---@param a integer
---@param b integer
---@return integer
function money.add(a, b) end

---`ppm` parts per million of an amount, rounded half away from zero.
---@param fen integer
---@param ppm integer 0 .. 1,000,000
---@return integer
function money.percent(fen, ppm) end

---a · b / c, exact inside, rounded half away from zero.
---@param a integer
---@param b integer
---@param c integer
---@return integer
function money.muldiv(a, b, c) end

---"12.05" for 1205.
---@param fen integer
---@return string
function money.text(fen) end

return money
