--- Lists in the READMEs that repeat what another file says are made from that file.
--
-- A list stands between the lines "<!-- list: NAME -->" and "<!-- end -->"; `lint.lua --write` makes it anew.

local law = require "checks.layers"

local lists = { name = "lists", summary = "lists in the READMEs are fresh (lint.lua --write makes them so)" }

local makers = {}

--- What each folder may include.
function makers.layers(tree)
  local rows = { "| folder | may include |", "| --- | --- |" }
  for _, layer in ipairs(law.parse(tree:read("tests/lint/layers.txt")).folders) do
    if not layer.folder:find("^tests") then
      rows[#rows + 1] = ("| `%s` | %s |"):format(layer.folder, table.concat(layer.prefixes, ", "))
    end
  end
  return rows
end

--- The commands of ./dev.
function makers.commands(tree)
  local rows = { "| command | what it does |", "| --- | --- |" }
  for name, what in tree:read("dev"):gmatch("\n  (%l+[^\n]-)  +([^\n]+)") do
    if what:find("^%u") then rows[#rows + 1] = ("| `./dev %s` | %s |"):format(name, what) end
  end
  return rows
end

--- The error codes.
function makers.codes(tree)
  local rows = { "| code | on the wire | meaning |", "| --- | --- | --- |" }
  local pattern = 'XX%(([%u_]+), (%-%d+), "([%l-]+)"%)%s*/%* (.-) %*/'
  for name, _, wire, meaning in tree:read("runtime/base/error.h"):gmatch(pattern) do
    rows[#rows + 1] = ("| `SP_E_%s` | `%s` | %s |"):format(name, wire, meaning)
  end
  return rows
end

--- The rules that ship.
function makers.rules(tree)
  local rows = { "| rule | phase | what it does |", "| --- | --- | --- |" }
  for _, path in ipairs(tree:files("^rules/base/[^/]+%.lua$")) do
    local text = tree:read(path)
    local name, phase = text:match('%f[%w]name = "([^"]+)"'), text:match('phase = "([^"]+)"')
    local summary = text:match('summary = "([^"]+)"')
    if name then rows[#rows + 1] = ("| `%s` | %s | %s |"):format(name, phase or "?", summary or "?") end
  end
  return rows
end

--- The checks of this linter.
function makers.checks(tree)
  local rows = { "| check | what holds |", "| --- | --- |" }
  for _, path in ipairs(tree:files("^tests/lint/checks/[^/]+%.lua$")) do
    local name, summary = tree:read(path):match('name = "([^"]+)", summary = "([^"]+)"')
    rows[#rows + 1] = ("| `%s` | %s |"):format(name, summary)
  end
  return rows
end

--- The text with every list made anew.
local function fresh(tree, path)
  return (tree:read(path):gsub("(<!%-%- list: (%l+) %-%->\n).-(<!%-%- end %-%->)", function(open, name, close)
    if not makers[name] then return nil end
    return open .. table.concat(makers[name](tree), "\n") .. "\n" .. close
  end))
end

function lists.run(tree, report)
  for _, path in ipairs(tree:files("%.md$")) do
    for at, name in tree:read(path):gmatch("()<!%-%- list: (%l+) %-%->") do
      if not makers[name] then report(path, tree:line(path, at), "no list is called " .. name) end
    end
    if fresh(tree, path) ~= tree:read(path) then
      report(path, 1, "a list is stale: lua5.4 tests/lint/lint.lua --write")
    end
  end
end

function lists.write(tree)
  for _, path in ipairs(tree:files("%.md$")) do
    local text = fresh(tree, path)
    if text ~= tree:read(path) then
      local file = assert(io.open(path, "wb"))
      file:write(text)
      file:close()
      print("wrote " .. path)
    end
  end
end

return lists
