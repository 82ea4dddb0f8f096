--- The project's files as the checks see them: the tracked and new ones of a checkout, or a table in a test.

local source = require "source"

local tree = {}
tree.__index = tree

--- A tree of `paths`, whose texts `read(path)` gives.
function tree.new(paths, read)
  table.sort(paths)
  return setmetatable({ paths = paths, reader = read, texts = {}, scans = {} }, tree)
end

function tree.checkout()
  local paths = {}
  local pipe = assert(io.popen("git ls-files --cached --others --exclude-standard", "r"))
  for path in pipe:lines() do
    local file = io.open(path, "rb")
    if file then
      file:close()
      paths[#paths + 1] = path
    end
  end
  assert(pipe:close(), "git ls-files failed")
  return tree.new(paths, function(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("a")
    file:close()
    return text
  end)
end

--- Paths that match any of the patterns, sorted.
function tree:files(...)
  local found = {}
  for _, path in ipairs(self.paths) do
    for _, pattern in ipairs { ... } do
      if path:find(pattern) then
        found[#found + 1] = path
        break
      end
    end
  end
  return found
end

function tree:has(path)
  for _, known in ipairs(self.paths) do
    if known == path then return true end
  end
  return false
end

function tree:read(path)
  if not self.texts[path] then self.texts[path] = self.reader(path) end
  return self.texts[path]
end

--- source.scan of a C file, kept.
function tree:scan(path)
  if not self.scans[path] then self.scans[path] = { source.scan(self:read(path)) } end
  return table.unpack(self.scans[path])
end

--- The line, from 1, of a byte position.
function tree:line(path, position)
  local _, count = self:read(path):sub(1, position - 1):gsub("\n", "")
  return count + 1
end

return tree
