--- Every folder says what it is for.

local folders = { name = "folders", summary = "every folder has a README.md, or its parent speaks for it" }

-- The READMEs of tests, schema, the till page and a pack of rules have a table of what lies below; data needs its own
-- word on where it is from.
local function exempt(folder)
  if folder == "tests/data/" then return false end
  return folder:find("^%.") or folder:find("^tests/.") or folder:find("^schema/.") or folder:find("^devices/till/.")
    or folder:find("^rules/[^/]+/.")
end

function folders.run(tree, report)
  local seen = {}
  local function ask(folder)
    if seen[folder] or exempt(folder) then return end
    seen[folder] = true
    if not tree:has(folder .. "README.md") then report(folder .. "README.md", 1, "missing") end
  end
  for _, path in ipairs(tree.paths) do
    ask("")
    ask(path:match("^([^/]*/)") or "")
    ask(path:match("^(.*/)[^/]*$") or "")
  end
end

return folders
