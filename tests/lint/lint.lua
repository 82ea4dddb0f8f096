--- Our own linter: what clang-tidy and luacheck cannot know about this tree. Prints TAP, one line a check.
--
--   lua5.4 tests/lint/lint.lua [CHECK...]     run all checks or the named ones, from the top folder
--   lua5.4 tests/lint/lint.lua --write        bring the lists in the READMEs up to date
--
-- A check is a module of tests/lint/checks: { name, summary, run = function(tree, report) }, which calls
-- report(path, line, message) for each finding. tests/lint/cases holds what each must and must not flag.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local tree = require "tree"
local names = {
  "layers", "banned", "globals", "size", "comments", "folders", "words", "sql", "text", "annotations", "lists",
}

local function findings_of(check, files)
  local findings = {}
  check.run(files, function(path, line, message)
    findings[#findings + 1] = ("%s:%d: %s"):format(path, line, message)
  end)
  return findings
end

local function chosen()
  if #arg == 0 then return names end
  local list = {}
  for _, wanted in ipairs(arg) do
    for _, name in ipairs(names) do
      if name == wanted then list[#list + 1] = name end
    end
  end
  return list
end

if arg[1] == "--write" then
  require("checks.lists").write(tree.checkout())
  return
end

local files, failed, number = tree.checkout(), 0, 0
local list = chosen()
if #list > 0 then print("1.." .. #list) end
for _, name in ipairs(list) do
  number = number + 1
  local check = require("checks." .. name)
  local findings = findings_of(check, files)
  if #findings > 0 then failed = failed + 1 end
  print(("%s %d - %s: %s"):format(#findings > 0 and "not ok" or "ok", number, name, check.summary))
  for _, finding in ipairs(findings) do print("# " .. finding) end
end
os.exit(failed == 0)
