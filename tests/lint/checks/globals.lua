--- State lives in structs that someone owns; the program has no mutable globals.

local layers = require "checks.layers"
local source = require "source"

local globals = { name = "globals", summary = "no mutable global or static variable" }

local function mutable(text)
  local head = text:gsub("__extension__", ""):gsub("__attribute__%s*%b()", ""):gsub("=.*$", ""):match("^%s*(.-)%s*$")
  if head == "" or head:find("^typedef%f[%W]") or head:find("^_Static_assert") then return false end
  if head:find("%f[%w_]const%f[^%w_]") or head:find("sig_atomic_t") then return false end
  if head:find("%(") and not head:find("%(%s*%*") then return false end
  if head:find("%)%s*$") and not head:find("^static%s+[%w_%s%*]+%(%s*%*") then return false end
  local bare = head:gsub("^extern%s+", "")
  return not bare:find("^struct%s+[%w_]+%s*$") and not bare:find("^union%s+[%w_]+%s*$")
    and not bare:find("^enum%s*[%w_]*%s*$")
end

function globals.run(tree, report)
  local law = layers.parse(tree:read("tests/lint/layers.txt"))
  for _, path in ipairs(tree:files("^runtime/.*%.[ch]$", "^adapters/.*%.[ch]$", "^devices/.*%.[ch]$")) do
    local code = tree:scan(path)
    local functions, declarations = source.outline(code)
    for _, declaration in ipairs(law.stateful[path] and {} or declarations) do
      if mutable(declaration.text) then report(path, tree:line(path, declaration.first), "a mutable global") end
    end
    for _, body in ipairs(functions) do
      local text = code:sub(body.first, body.last)
      for at, rest in text:gmatch("()%f[%w_]static%s+([^;={]*)") do
        if not rest:find("%f[%w_]const%f[^%w_]") then
          report(path, tree:line(path, body.first + at - 1), "a mutable static in " .. body.name)
        end
      end
    end
  end
end

return globals
