---@meta suanpan.select
-- Annotations for editors; the functions are C (runtime/lua/select.c).

---A line of the basket. Read-only; unknown fields raise.
---@class suanpan.Line
---@field n integer number of the line in its basket, never reused
---@field code string product code
---@field unit string 个, kg …
---@field category string path of codes from the root: "food/drink/cola"
---@field quantity integer thousandths
---@field units integer pieces; 1 for a weighed line
---@field weighed boolean sold by weight: the line is one unit
---@field list_price integer fen for one whole unit, from the catalogue
---@field given_price integer? fen given at the till or by history
---@field price integer? fen for one whole unit as the price phase left it; nil in the stock phase
---@field gross integer? fen of the line as the price phase left it; nil in the stock phase
local Line = {}

---@param tag string
---@return boolean
function Line:has_tag(tag) end

---One unit of a line.
---@class suanpan.Unit
---@field line suanpan.Line
---@field price integer fen of this unit (of the whole line when it is weighed)

---Lines in the order of the basket; use `ipairs` and `#`.
---@class suanpan.Lines
---@field [integer] suanpan.Line

---Units, dearest first, ties by product code, line and unit; use `ipairs` and `#`.
---@class suanpan.Units
---@field [integer] suanpan.Unit

---@class suanpan.Basket
---@field lines suanpan.Lines
---@field member_level string "" when there is no member
---@field has_member boolean
---@field gross integer fen of all lines as the price phase left them

---The moment, frozen at the last command.
---@class suanpan.Context
---@field business_date integer yyyymmdd
---@field weekday integer 1 Monday .. 7 Sunday
---@field minute integer of the store's day
---@field store string
---@field channel string "till", "api", "import"

---What to choose; every field given must hold.
---@class suanpan.Filter
---@field tag? string
---@field category? string this category and everything below it
---@field product? string product code

local select = {}

---@param basket suanpan.Basket
---@param filter? suanpan.Filter
---@return suanpan.Lines
function select.lines(basket, filter) end

---@param basket suanpan.Basket
---@param filter? suanpan.Filter
---@return suanpan.Units
function select.units(basket, filter) end

return select
