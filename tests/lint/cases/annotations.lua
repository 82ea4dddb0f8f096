return {
  { "what is not annotated, and what is that is not there",
    files = { ["rules/lib/suanpan/a.lua"] = [[
---Adds.
---@param a integer
function money.add(a, b) end

---@param other integer
function Rule:check(params)
  return true
end

function Rule:describe()
  if self.x then return 1 end
  return 2
end
]] },
    flagged = { "rules/lib/suanpan/a.lua:3", "rules/lib/suanpan/a.lua:5", "rules/lib/suanpan/a.lua:6",
      "rules/lib/suanpan/a.lua:6", "rules/lib/suanpan/a.lua:10" } },
  { "annotated, private, nothing to annotate, or no part of the SDK",
    files = { ["rules/lib/suanpan/a.lua"] = [[
---Adds.
---@param a integer
---@param b? integer 0 when absent
---@param ... integer
---@return integer
function money.add(a, b, ...)
  return a + (b or 0)
end

local function inner(a) return a end

function suanpan._use(given)
  return given
end

function Rule:close()
  return
end

function Rule:each()
  run(function()
    return 1
  end)
end
]], ["rules/base/price/a.lua"] = "function rule.evaluate(basket)\n  return basket\nend\n" },
    flagged = {} },
}
