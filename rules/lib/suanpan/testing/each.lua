--- Tests made from tables: one `it` for each case, named by the case's first entry.
--
-- A case is a list that may have holes: what is left out behind its end is nil for the test.

local LONGEST_CASE = 12

--- What busted gives specs: `it`, and the `assert` that compares. It is there by the time a spec asks.
local function busted() return require "busted" end

local function equal(expected, found) busted().assert.equal(expected, found) end

---One test for each case: `test` is given what stands behind the name.
---@param cases any[][] { name, … }
---@param test fun(...)
local function each(cases, test)
  for number, case in ipairs(cases) do
    local name = case[1]
    if type(name) ~= "string" then error(("case %d does not begin with its name"):format(number)) end
    busted().it(name, function() test(table.unpack(case, 2, LONGEST_CASE)) end)
  end
end

--- What can be asked of a rule in many cases; `Rule` gets these as methods.
local methods = {}

---What, parameters, what is said of them: a part of the sentence.
---@param cases any[][]
function methods:refuses(cases)
  for _, case in ipairs(cases) do
    local what, params, said = table.unpack(case, 1, 3)
    busted().it("refuses " .. what, function()
      local good, why = self:check(params)
      equal(nil, good)
      busted().assert.matches(said, why, 1, true)
    end)
  end
end

--- The first note, or nil.
local function note_of(priced)
  return priced.notes[1] and priced.notes[1].code
end

---What, parameters, basket, fen off, code of the first note.
---@param cases any[][]
function methods:takes_off(cases)
  each(cases, function(params, basket, off, note)
    local priced = self:price(basket, params)
    equal(off, priced.discount)
    equal(note, note_of(priced))
  end)
end

---What, parameters, basket, fen to pay, code of the first note.
---@param cases any[][]
function methods:comes_to(cases)
  each(cases, function(params, basket, total, note)
    local priced = self:price(basket, params)
    equal(total, priced.total)
    equal(note, note_of(priced))
  end)
end

---What, parameters, basket, code of what is asked for, code of why; without them nothing may be asked for.
---@param cases any[][]
function methods:asks_for(cases)
  each(cases, function(params, basket, code, why)
    local needed = self:price(basket, params).requirements
    equal(code and 1 or 0, #needed)
    equal(code, code and needed[1].code)
    equal(why, code and needed[1].reason.code)
  end)
end

return { each = each, methods = methods }
