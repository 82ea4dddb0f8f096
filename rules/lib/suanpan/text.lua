---@meta suanpan.text
-- Made by `suanpan sdk write`; do not edit.
-- Text without patterns and without locale; at most 1,024 bytes.

local text = {}

---Does the text hold the part? There are no patterns.
---@param text string
---@param part string
---@return boolean
function text.contains(text, part) end

---Does it begin with the part?
---@param text string
---@param part string
---@return boolean
function text.starts_with(text, part) end

---Does it end with the part?
---@param text string
---@param part string
---@return boolean
function text.ends_with(text, part) end

---The parts between the separators, at most `max` (256); the last one holds the rest.
---@param text string
---@param separator string Not empty
---@param max? integer 1 to 256
---@return string[]
function text.split(text, separator, max) end

---Without spaces at either end.
---@param text string
---@return string
function text.trim(text) end

---ASCII letters in upper case.
---@param text string
---@return string
function text.upper(text) end

---ASCII letters in lower case.
---@param text string
---@return string
function text.lower(text) end

---Characters, not bytes; raises when the text is not UTF-8.
---@param text string
---@return integer
function text.len_utf8(text) end

---Its digits and nothing else: "138 0013" gives "1380013".
---@param text string
---@return string
function text.digits(text) end

---Columns on a receipt: 1 for ASCII, 0 for marks, 2 for everything else.
---@param text string
---@return integer
function text.columns(text) end

---"1.5" for 1500 thousandths.
---@param thousandths integer
---@return string
function text.quantity(thousandths) end

---"13%" for 130000 parts per million.
---@param ppm integer 0 to 1,000,000
---@return string
function text.percent(ppm) end

return text
