--- The examples of rules/README*.md are run: their code blocks become a pack, which must check and pass its own tests.
--
-- A block says its place in the pack behind its language ("```lua rules/promotion/mine.lua"), or it is told apart by
-- what it holds: a rule by its name, a spec by its describe, a campaign or a list of them, a golden basket. Any other
-- Lua must compile and any other JSON must parse.

local lfs = require "lfs"
local host = require "suanpan.host"

local program = os.getenv "SUANPAN_BIN"
local here = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") or "."
local rules = here .. "/../../rules"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

--- { language, path or nil, text, line } of every fenced block.
local function blocks(text)
  local list, open, number = {}, nil, 0
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    local info = line:match("^%s*```(.*)$")
    if open and info then
      open.text = table.concat(open.lines, "\n") .. "\n"
      list[#list + 1] = open
      open = nil
    elseif info then
      local language, path = info:match("^(%S*)%s*(%S*)")
      open = { language = language, path = path ~= "" and path or nil, lines = {}, line = number }
    elseif open then
      open.lines[#open.lines + 1] = line
    end
  end
  return list
end

local function rule_path(text)
  local name = text:match('name%s*=%s*"([%w_]+%.[%w_%.]+)"')
  return name and text:find("api%s*=") and "rules/" .. name:gsub("%.", "/") .. ".lua" or nil
end

--- Where a block without a place belongs; nil when it is no file of a pack.
local function place(block, number, campaigns)
  if block.language == "lua" then
    if block.text:find("describe[%s%(]") then return ("spec/readme_%d_spec.lua"):format(number) end
    local chunk, said = load(block.text, "=block", "t")
    if not chunk then error(("line %d: %s"):format(block.line, said), 0) end
    return rule_path(block.text)
  end
  if block.language ~= "json" then return nil end
  local good, tree = pcall(host.decode, block.text)
  if not good then error(("line %d: %s"):format(block.line, tree), 0) end
  if tree.expect or tree.cases or tree[1] and tree[1].expect then return ("cases/readme_%d.json"):format(number) end
  if tree.campaigns and tree.campaigns[1] then
    for _, each in ipairs(tree.campaigns) do campaigns[#campaigns + 1] = each end
  elseif tree.code and tree.rule then
    campaigns[#campaigns + 1] = tree
  end
  return nil
end

local function write(folder, path, text)
  local at = folder
  for part in path:gmatch("([^/]+)/") do
    at = at .. "/" .. part
    lfs.mkdir(at)
  end
  local file = assert(io.open(folder .. "/" .. path, "wb"))
  file:write(text)
  file:close()
end

local function run(...)
  local words = {}
  for number, word in ipairs { program, ... } do words[number] = "'" .. word:gsub("'", "'\\''") .. "'" end
  local pipe = assert(io.popen(table.concat(words, " ") .. " 2>&1"))
  local said = pipe:read("a")
  local good = pipe:close()
  return good, said
end

--- The pack of a README: its folder, and what it holds.
local function pack_from(readme)
  local folder = os.tmpname()
  os.remove(folder)
  assert(lfs.mkdir(folder))
  local held, campaigns = { rules = 0, tests = 0 }, suanpan.list {}
  for number, block in ipairs(blocks(read(rules .. "/" .. readme))) do
    local path = block.path or place(block, number, campaigns)
    if path then
      write(folder, path, block.text)
      if path:find("^rules/") then held.rules = held.rules + 1 end
      if path:find("^spec/") or path:find("^cases/") then held.tests = held.tests + 1 end
      held[path] = true
    end
  end
  if not held["campaigns.json"] then write(folder, "campaigns.json", host.encode { campaigns = campaigns }) end
  return folder, held
end

for name in lfs.dir(rules) do
  if name:find("^README.*%.md$") then
    describe("rules/" .. name, function()
      local folder, held

      setup(function() folder, held = pack_from(name) end)
      teardown(function() if folder then os.execute("rm -r '" .. folder .. "'") end end)

      it("shows a rule", function() assert.is_true(held.rules > 0) end)

      it("shows a pack that checks", function()
        assert(program, "SUANPAN_BIN names the program")
        local good, said = run("check", folder)
        if not good then error(said, 0) end
      end)

      it("shows tests that pass", function()
        assert.is_true(held.tests > 0)
        local good, said = run("test", folder)
        if not good then error(said, 0) end
      end)
    end)
  end
end
