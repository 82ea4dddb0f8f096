---@meta _
-- Made by `suanpan sdk write`; do not edit.
-- What there is of Lua itself; the rest does not exist for rules.

---Raises the message when the value is false or nil.
---@param value any
---@param message? string
---@return any
function assert(value, message) end

---Raises: the campaign is skipped and an alarm names the rule and its line.
---@param message string
function error(message) end

---Over the entries of a list in order. There is no pairs: its order differs from till to till.
---@generic T: table, V
---@param list T
---@return fun(list: V[], at?: integer): integer, V
---@return T
---@return integer
function ipairs(list) end

---A module of suanpan; there are no others.
---@param name string
---@return any
function require(name) end

---The integer a text says in decimal; nil for anything else.
---@param value any
---@return integer?
function tonumber(value) end

---Text for a number, text or boolean; the name of the type for anything else.
---@param value any
---@return string
function tostring(value) end

---The name of the type. Things of the basket are "userdata".
---@param value any
---@return string
function type(value) end

---Integers only.
---@class mathlib
---@field maxinteger integer 9223372036854775807
---@field mininteger integer -9223372036854775808
math = {}

---Integers only.
---@param value integer
---@return integer
function math.abs(value) end

---The largest; integers only.
---@param value integer
---@param ... integer
---@return integer
function math.max(value, ...) end

---The smallest; integers only.
---@param value integer
---@param ... integer
---@return integer
function math.min(value, ...) end

---Also as methods: ("ab"):upper(). No patterns.
---@class stringlib
string = {}

---As suanpan.text.contains.
---@param text string
---@param part string
---@return boolean
function string.contains(text, part) end

---As suanpan.text.ends_with.
---@param text string
---@param part string
---@return boolean
function string.ends_with(text, part) end

---Bytes.
---@param text string
---@return integer
function string.len(text) end

---ASCII letters in lower case.
---@param text string
---@return string
function string.lower(text) end

---The text so many times, at most 1,024 bytes.
---@param text string
---@param times integer
---@return string
function string.rep(text, times) end

---As suanpan.text.starts_with.
---@param text string
---@param part string
---@return boolean
function string.starts_with(text, part) end

---Bytes `first` to `last`; negative ones count from the end.
---@param text string
---@param first integer
---@param last? integer
---@return string
function string.sub(text, first, last) end

---ASCII letters in upper case.
---@param text string
---@return string
function string.upper(text) end

---Plain tables of the rule's own.
---@class tablelib
table = {}

---Texts and integers of a list as one text of at most 1,024 bytes.
---@param list suanpan.List
---@param between? string
---@return string
function table.concat(list, between) end

---`insert(list, value)` at the end, `insert(list, at, value)` at a place.
---@param list table
---@param at any
---@param value? any
function table.insert(list, at, value) end

---Takes out the entry at a place, or the last one.
---@param list table
---@param at? integer
---@return any
function table.remove(list, at) end
