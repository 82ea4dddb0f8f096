--- What rules and specs may call says its parameters and results as lua-language-server reads them.
--
-- A public function is one of a table and stands at the left edge: "function suanpan.price(", "function Rule:check(".
-- Names that begin with "_" are for the program itself.

local annotations = { name = "annotations", summary = "public functions of the SDK annotate parameters and results" }

--- Of the comment directly above a line: the names of its ---@param, the same in order, and whether it has ---@return.
local function annotated(lines, number)
  local names, order, gives = {}, {}, false
  local first = number
  while first > 1 and lines[first - 1]:find("^%-%-%-") do first = first - 1 end
  for at = first, number - 1 do
    local name = lines[at]:match("^%-%-%-@param%s+([%w_%.]+)")
    if name then
      names[name] = true
      order[#order + 1] = { name = name, line = at }
    end
    gives = gives or lines[at]:find("^%-%-%-@return%f[%W]") ~= nil
  end
  return names, order, gives
end

--- Does the function that begins here return a value at its own level?
local function returns(lines, number)
  local line = lines[number]
  if line:find("%f[%w]end$") then return line:find("%f[%w]return%s+%S") ~= nil and not line:find("return%s+end$") end
  for at = number + 1, #lines do
    if lines[at]:find("^end") then return false end
    if lines[at]:find("^  return%s+%S") then return true end
  end
  return false
end

local function check(path, lines, number, report)
  local name, list = lines[number]:match("^function%s+([%w_]+[%.:][%w_]+)%s*%(([^)]*)%)")
  if not name or name:find("[%.:]_") then return end
  local names, order, gives = annotated(lines, number)
  local taken = {}
  for parameter in list:gmatch("[%w_%.]+") do
    taken[parameter] = true
    if not names[parameter] then report(path, number, ("%s does not annotate %s"):format(name, parameter)) end
  end
  for _, each in ipairs(order) do
    if not taken[each.name] then report(path, each.line, ("%s has no parameter %s"):format(name, each.name)) end
  end
  if returns(lines, number) and not gives then report(path, number, name .. " does not annotate what it returns") end
end

function annotations.run(tree, report)
  for _, path in ipairs(tree:files("^rules/lib/suanpan/[^/]*%.lua$", "^rules/lib/suanpan/testing/each%.lua$")) do
    local lines = {}
    for line in (tree:read(path) .. "\n"):gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
    for number = 1, #lines do check(path, lines, number, report) end
  end
end

return annotations
