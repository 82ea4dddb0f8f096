--- Nothing unfinished, nothing that only holds on one machine.

local words = { name = "words", summary = "no unfinished-work marks, no paths of one machine" }

local marks = { "TO" .. "DO", "FIX" .. "ME", "XX" .. "X" }
local homes = { "/ho" .. "me/", "/ro" .. "ot/", "/Us" .. "ers/" }
local shared_places = { ["/"] = true, ["/tmp"] = true, ["/var/tmp"] = true, ["/usr/src"] = true, ["/srv"] = true }

--- Where this checkout lies is a path of this machine too, unless anything may lie there.
local function places()
  local list = table.move(homes, 1, #homes, 1, {})
  local parent = (os.getenv("PWD") or ""):match("^(/.*)/[^/]*$")
  if parent and not shared_places[parent] then list[#list + 1] = parent .. "/" end
  return list
end

local function line_findings(line, list)
  local found = {}
  for _, mark in ipairs(marks) do
    if line:find("%f[%w_]" .. mark .. "%f[^%w_]") then found[#found + 1] = "unfinished: " .. mark end
  end
  for _, place in ipairs(list) do
    local at = line:find(place, 1, true)
    if at and not line:sub(1, at - 1):find("[%w_%./%-]$") then
      found[#found + 1] = "a path of one machine: " .. place
    end
  end
  return found
end

function words.run(tree, report)
  local list = places()
  for _, path in ipairs(tree.paths) do
    local text = not path:find("^tests/data/") and not path:find("corpus/") and tree:read(path) or ""
    if not text:find("\0", 1, true) then
      local number = 0
      for line in text:gmatch("([^\n]*)\n?") do
        number = number + 1
        for _, message in ipairs(line_findings(line, list)) do report(path, number, message) end
      end
    end
  end
end

return words
