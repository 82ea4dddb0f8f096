---@meta suanpan.list
-- Made by `suanpan sdk write`; do not edit.
-- Lists of any kind: tables, parameters, lines, units.

local list = {}

---A new table with the entries in ascending order; equal ones keep their order. `key` gives what to sort by: integers, or texts by their bytes.
---@param list suanpan.List A table, a parameter, lines or units; at most 10,000 entries
---@param key? fun(entry: any): integer|string The entry itself when absent
---@return any[]
function list.sort(list, key) end

---A new table with the entries in the opposite order.
---@param list suanpan.List A table, a parameter, lines or units; at most 10,000 entries
---@return any[]
function list.reverse(list) end

---The sum of integers; raises when it is too large.
---@param list suanpan.List A table, a parameter, lines or units; at most 10,000 entries
---@param key? fun(entry: any): integer The entry itself when absent
---@return integer
function list.sum(list, key) end

return list
