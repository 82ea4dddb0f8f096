--- A function fits a screen and a half, a file fits an afternoon.

local source = require "source"

local size = { name = "size", summary = "functions have at most 60 lines, files at most 600" }

local function_lines, file_lines = 60, 600

local texts = {
  "%.[ch]$", "%.lua$", "%.m?js$", "%.jsx$", "%.css$", "%.sh$", "%.cmake$", "CMakeLists%.txt$", "^dev$",
}

function size.run(tree, report)
  for _, path in ipairs(tree:files("%.[ch]$")) do
    for _, body in ipairs((source.outline((tree:scan(path))))) do
      local first, last = tree:line(path, body.first), tree:line(path, body.last)
      local lines = last - first + 1
      if lines > function_lines then report(path, first, ("%s has %d lines"):format(body.name, lines)) end
    end
  end
  for _, path in ipairs(tree:files(table.unpack(texts))) do
    local text = tree:read(path)
    local _, lines = text:gsub("\n", "")
    local made = text:sub(1, 200):find("Made by `suanpan sdk write`; do not edit.", 1, true) -- nobody reads it through
    if lines > file_lines and not made then report(path, lines, ("the file has %d lines"):format(lines)) end
  end
end

return size
