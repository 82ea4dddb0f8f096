--- A public header is its own documentation.

local comments = { name = "comments", summary = "at least 15 % of a public header is comment, and it opens with one" }

local least = 15

local function ink(text)
  return #text:gsub("%s", "")
end

function comments.run(tree, report)
  for _, path in ipairs(tree:files("^runtime/.*%.h$", "^adapters/.*%.h$", "^devices/.*%.h$")) do
    local text = tree:read(path)
    local _, _, list = tree:scan(path)
    local commented = 0
    for _, comment in ipairs(list) do commented = commented + ink(text:sub(comment.first, comment.last)) end
    local share = commented * 100 // math.max(ink(text), 1)
    if share < least then report(path, 1, ("%d %% of the header is comment"):format(share)) end
    if not list[1] or list[1].first ~= 1 then report(path, 1, "a header opens by saying what it is") end
  end
end

return comments
