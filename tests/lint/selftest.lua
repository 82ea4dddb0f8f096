--- The linter linted: every check against small trees of which it must flag exactly the lines named. Prints TAP.
--
-- A file of tests/lint/cases returns a list of { what, files = { [path] = text }, flagged = { "path:line" … } } and is
-- named after its check.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local tree = require "tree"
local names = {
  "layers", "banned", "globals", "size", "comments", "folders", "words", "sql", "text", "annotations", "lists",
}

local function flagged(check, files)
  local paths, places = {}, {}
  for path in pairs(files) do paths[#paths + 1] = path end
  check.run(tree.new(paths, function(path) return files[path] end), function(path, line)
    places[#places + 1] = path .. ":" .. line
  end)
  table.sort(places)
  return table.concat(places, " ")
end

local number, failed = 0, 0
for _, name in ipairs(names) do
  local check = require("checks." .. name)
  for _, case in ipairs(require("cases." .. name)) do
    number = number + 1
    table.sort(case.flagged)
    local expected, found = table.concat(case.flagged, " "), flagged(check, case.files)
    print(("%s %d - %s: %s"):format(found == expected and "ok" or "not ok", number, name, case[1]))
    if found ~= expected then
      failed = failed + 1
      print("# expected " .. expected)
      print("# found    " .. found)
    end
  end
end
print("1.." .. number)
os.exit(failed == 0)
