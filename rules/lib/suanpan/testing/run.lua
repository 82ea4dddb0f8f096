---@meta suanpan.testing.run
--- `suanpan test`: Debian's busted in this process, the pack's golden baskets as tests beside its specs, an exit status
--- that can be believed.

local host = require "suanpan.host"
local suanpan = require "suanpan.testing"
local cases = require "suanpan.testing.cases"

local PARENTS = 6       -- how far above a spec its pack may lie

local sentences = {
  zh = {
    ["busted is not installed: apt-get install lua-busted"] = "没有安装 busted：apt-get install lua-busted",
    ["no test ran"] = "没有执行任何测试",
    ["no test ran: all %d are pending"] = "没有执行任何测试：%d 个全部搁置",
    ["there is no pack or spec %s"] = "没有规则包或测试文件 %s",
    ["%d passed, %d failed"] = "%d 通过，%d 失败",
    ["%d passed, %d failed, %d pending"] = "%d 通过，%d 失败，%d 搁置",
    ["rule coverage is %s%%, less than the %s%% asked for"] = "规则覆盖率为 %s%%，低于要求的 %s%%",
    ["the pack cannot be built: %s"] = "规则包无法构建：%s",
    ["golden baskets: %d, not as expected: %d"] = "样例购物单：%d，不符合：%d",
    ["the option %s needs a value"] = "选项 %s 需要一个值",
    ["%s is no percentage"] = "%s 不是百分比",
    ["cannot write %s"] = "无法写入 %s",
  },
}

local function tr(text)
  return (sentences[host.lang] or {})[text] or text
end

local function say(text, ...)
  io.stdout:flush()
  io.stderr:write("suanpan test: ", tr(text):format(...), "\n")
end

-- ---- Words ----

-- Options of busted that take the next word when there is no "=".
local valued = {}
for name in ([[-p -o -e -C -f -t -m -r -Xoutput -Xhelper --pattern --exclude-pattern --output --directory --config-file
    --coverage-config-file --tags --exclude-tags --filter --filter-out --lpath --cpath --run --repeat --seed --lang
    --loaders --helper --lua]]):gmatch("%S+") do
  valued[name] = true
end

--- Ours are taken out; the first word that is no option is the pack.
local function parse(words)
  local asked = { busted = {}, roots = {} }
  local at = 1
  local function value(word)
    local inside = word:match("=(.*)$")
    if inside then return inside end
    at = at + 1
    if not words[at] then error(tr("the option %s needs a value"):format(word), 0) end
    return words[at]
  end
  while at <= #words do
    local word = words[at]
    local name = word:match("^[^=]+")
    if name == "--rule-coverage" then
      asked.coverage = true
      local least = word:match("=(.*)$")
      asked.least = least and tonumber((least:gsub("%%$", "")))
      if least and not asked.least then error(tr("%s is no percentage"):format(least), 0) end
    elseif name == "--rule-coverage-json" then
      asked.coverage_json = value(word)
    elseif name == "--print-cases" then
      asked.print_cases = true
    elseif word:sub(1, 1) ~= "-" then
      asked.roots[#asked.roots + 1] = word
    else
      asked.busted[#asked.busted + 1] = word
      asked[name] = true
      if valued[word] then asked.busted[#asked.busted + 1] = value(word) end
      if name == "-C" or name == "--directory" then asked.directory = asked.busted[#asked.busted]:gsub("^.*=", "") end
    end
    at = at + 1
  end
  return asked
end

-- ---- Packs ----

local function is_file(path)
  local file = io.open(path, "rb")
  if not file then return false end
  local good = file:read(0) ~= nil or file:seek("end") == 0
  file:close()
  return good
end

-- Both come with busted.
local function lfs() return require "lfs" end
local function absolute(path) return require "pl.path".abspath(path) end

--- As people typed it, more or less: below the folder they are in.
local function relative(path)
  local here = lfs().currentdir() .. "/"
  return path:sub(1, #here) == here and path:sub(#here + 1) or path
end

local function mode(path) return lfs().attributes(path, "mode") end

--- Files below a folder that `wanted` accepts, in byte order, paths relative to it.
local function walk(folder, wanted, inner, list)
  list = list or {}
  local names = {}
  local below = inner and folder .. "/" .. inner or folder
  if mode(below) ~= "directory" then return list end
  for name in lfs().dir(below) do
    if name:sub(1, 1) ~= "." then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local path = inner and inner .. "/" .. name or name
    if mode(folder .. "/" .. path) == "directory" then
      walk(folder, wanted, path, list)
    elseif wanted(path) then
      list[#list + 1] = path
    end
  end
  return list
end

local function load_files(folder, paths, prefix)
  local files = {}
  for number, path in ipairs(paths) do
    files[number] = { path = prefix .. path, text = suanpan._read(folder .. "/" .. path) or "" }
  end
  return files
end

--- A pack's case files, named as people find them.
local function case_files(folder)
  local paths = walk(folder, function(path) return path:find("^cases/[^/]+%.json$") end)
  local files = load_files(folder, paths, "")
  for _, file in ipairs(files) do file.shown = relative(folder .. "/" .. file.path) end
  return files
end

local function chain(folder)
  local rules = walk(folder, function(path) return path:find("^rules/.*%.lua$") end)
  return { kind = "chain", folder = folder, files = load_files(folder, rules, ""), cases = case_files(folder) }
end

--- The built-in pack in a source tree: its rules as they are on the disk now, not as this program was built with.
local function base(folder)
  local rules = walk(folder, function(path) return path:find("%.lua$") and not path:find("^spec/") end)
  return { kind = "base", folder = folder, files = load_files(folder, rules, "base/"), cases = case_files(folder) }
end

local function is_chain(folder)
  return is_file(folder .. "/pack.json") or is_file(folder .. "/campaigns.json")
    or mode(folder .. "/campaigns") == "directory"
end

local function is_base(folder)
  return is_file(folder .. "/price/list.lua") and is_file(folder .. "/promotion/multibuy.lua")
end

--- The pack a folder is, or a spec lies in (absolute); the built-in one when there is none.
local function pack_of(path)
  local folder = mode(path) == "directory" and path or path:match("^(.*)/[^/]*$")
  if mode(folder .. "/rules") == "directory" and not is_base(folder .. "/rules/base") then return chain(folder) end
  for _ = 1, PARENTS do
    if is_base(folder) then return base(folder) end
    if is_chain(folder) then return chain(folder) end
    folder = folder:match("^(.+)/[^/]+$")
    if not folder then break end
  end
  return { kind = "builtin", files = {}, cases = {} }
end

--- The built-in pack when there is no source tree: its specs and cases from this program, in a folder of their own.
local function unpack_builtin()
  local folder = os.tmpname()
  os.remove(folder)
  local made = { folder }
  assert(lfs().mkdir(folder))
  for _, path in ipairs(host.specs()) do
    local full = folder
    for part in path:match("^base/(.*)/[^/]+$"):gmatch("[^/]+") do
      full = full .. "/" .. part
      if lfs().mkdir(full) then made[#made + 1] = full end
    end
    local name = folder .. "/" .. path:gsub("^base/", "")
    local file = assert(io.open(name, "wb"))
    file:write((host.text(path)))
    file:close()
    made[#made + 1] = name
  end
  local function remove()
    for at = #made, 1, -1 do os.remove(made[at]) end
  end
  return { kind = "builtin", folder = folder, files = {}, cases = case_files(folder) }, remove
end

-- ---- busted ----

local Exit = { __tostring = function(self) return ("os.exit(%s) was called"):format(tostring(self.code)) end }

--- Nobody ends this process but us: neither a spec nor busted.
local function tame_exit()
  os.exit = function(code) -- luacheck: ignore 122
    error(setmetatable({ code = code }, Exit), 0)
  end
end

--- Where a message says its file and line, for handlers that need them (TAP's breaks without).
local function place(message, debug)
  if type(debug) ~= "table" or debug.short_src then return end
  local file, line = tostring(message):match("^([^\n]-):(%d+):")
  debug.short_src = file or "?"
  debug.currentline = tonumber(line) or 0
  debug.traceback = debug.traceback or ""
end

--- Count what really happened, whatever an output handler shows.
local function listen(busted, count)
  busted.subscribe({ "test", "end" }, function(_, _, status)
    if status == "success" then count.passed = count.passed + 1 end
    if status == "pending" then count.pending = count.pending + 1 end
    if status == "failure" or status == "error" then count.failed = count.failed + 1 end
    return nil, true
  end)
  busted.subscribe({ "error" }, function(element, _, message, debug)
    place(message, debug)
    if element.descriptor ~= "it" then count.broken = count.broken + 1 end
    return nil, true
  end)
  busted.subscribe({ "failure" }, function(element)
    if element.descriptor ~= "it" then count.broken = count.broken + 1 end
    return nil, true
  end)
end

--- busted's parts are modules that give functions; ours go around two of them.
local function around(name, wrap)
  local inner = require(name)
  package.loaded[name] = function(...) return wrap(inner(...), ...) end
end

local function define_cases(busted, run)
  for _, file in ipairs(run.pack.cases) do
    -- busted gives a file's chunk an environment of its own: that is where describe and it are.
    local chunk = assert(load("local self = ... self.define(_ENV)", "@" .. file.shown))
    local function define(env)
      cases.define(env, host, { path = file.shown, text = file.text }, suanpan._own, require "busted".fail)
    end
    local callable = setmetatable({ define = define, getTrace = function(_, info)
      info.short_src, info.currentline, info.traceback = file.shown, 1, ""
      return info
    end }, { __call = chunk })
    busted.executors.file(file.shown, callable)
  end
end

local function has_specs(roots, patterns)
  for _, root in ipairs(roots) do
    if mode(root) ~= "directory" then return true end
    for _, path in ipairs(walk(root, function() return true end)) do
      for _, pattern in ipairs(patterns) do
        if path:match("[^/]*$"):find(pattern) then return true end
      end
    end
  end
  return false
end

local function hook(run)
  around("busted.modules.output_handler_loader", function(loader)
    return function(busted, ...)
      listen(busted, run.count)
      return loader(busted, ...)
    end
  end)
  around("busted.modules.test_file_loader", function(loader, busted)
    return function(roots, patterns, options)
      local found = {}
      if #run.pack.cases == 0 or has_specs(roots, patterns) then found = loader(roots, patterns, options) end
      if run.with_cases then define_cases(busted, run) end
      return found
    end
  end)
end

local function arguments(asked, run)
  local words = table.move(asked.busted, 1, #asked.busted, 1, { [0] = "suanpan test" })
  if host.lang ~= "en" and not asked["--lang"] then words[#words + 1] = "--lang=" .. host.lang end
  local config = run.pack.folder and run.pack.folder .. "/.busted"
  if config and not asked.directory and not asked["-f"] and not asked["--config-file"] and not is_file ".busted"
    and is_file(config) then
    words[#words + 1] = "--config-file=" .. config
  end
  for _, root in ipairs(run.roots) do words[#words + 1] = root end
  return words
end

local function run_busted(asked, run)
  local good, said = pcall(require, "busted.core")
  if not good then
    say("busted is not installed: apt-get install lua-busted")
    io.stderr:write(tostring(said), "\n")
    return 1
  end
  hook(run)
  if run.pack.folder then
    package.path = ("%s/spec/?.lua;%s/?.lua;"):format(run.pack.folder, run.pack.folder) .. package.path
  end
  _G.arg = arguments(asked, run) -- luacheck: ignore 111
  _G.suanpan = suanpan -- luacheck: ignore 111
  package.loaded["suanpan"] = suanpan
  -- Named like a script, so that busted's complaints begin with it.
  local start = assert(load([[
    local ended = require "busted.runner" { standalone = false }
    return ended]], "@suanpan test"))
  local ended
  local fine = xpcall(start, function(raised)
    if getmetatable(raised) == Exit then
      ended = raised.code
      return raised
    end
    io.stderr:write(debug.traceback(tostring(raised), 2), "\n")
    return raised
  end)
  if not fine and ended == nil then return 1 end
  if ended == true then ended = 0 end
  return ended == false and 1 or ended or 0
end

-- ---- Coverage ----

local function tenths(per_mille) return ("%d.%d"):format(per_mille // 10, per_mille % 10) end

local function cover(asked, run)
  local coverage = require "suanpan.testing.coverage"
  local own = run.pack.kind == "chain" and "^rules/" or "^base/"
  local good, bundle = pcall(suanpan._own)
  if not good then
    say("the pack cannot be built: %s", bundle)
    return false
  end
  local report = coverage.report(bundle:sources(), host.lines(), function(file) return file:find(own) end)
  if asked.coverage then coverage.print(report, host.lang, host.width, function(text) io.stderr:write(text) end) end
  if asked.coverage_json then
    local file = io.open(asked.coverage_json, "wb")
    if not file then
      say("cannot write %s", asked.coverage_json)
      return false
    end
    for _, entry in ipairs(report.files) do entry.missed = suanpan.list(entry.missed) end
    report.files = suanpan.list(report.files)
    file:write(host.encode(report), "\n")
    file:close()
  end
  if asked.least and report.per_mille < asked.least * 10 then
    say("rule coverage is %s%%, less than the %s%% asked for", tenths(report.per_mille), asked.least)
    return false
  end
  return true
end

-- ---- The command ----

local function print_cases(run)
  local good, bundle = pcall(suanpan._own)
  if not good then
    say("the pack cannot be built: %s", bundle)
    return 1
  end
  local files = {}
  for number, file in ipairs(run.pack.cases) do files[number] = { path = file.path, text = file.text } end
  local count, bad = cases.print(host, files, bundle, function(text) io.stdout:write(text) end)
  say("golden baskets: %d, not as expected: %d", count, bad)
  return (count == 0 or bad > 0) and 1 or 0
end

local function finish(asked, run, code)
  local count = run.count
  local bad = count.failed + count.broken
  if asked["--version"] or asked["-l"] or asked["--list"] then return code end
  say(count.pending > 0 and "%d passed, %d failed, %d pending" or "%d passed, %d failed", count.passed, bad,
    count.pending)
  if count.passed + bad == 0 then
    if count.pending > 0 then say("no test ran: all %d are pending", count.pending) else say("no test ran") end
    return 1
  end
  local covered = true
  if asked.coverage or asked.coverage_json then covered = cover(asked, run) end
  return (bad > 0 or code ~= 0 or not covered) and 1 or 0
end

--- Where the specs are, and the pack they belong to.
local function prepare(asked)
  local run = { count = { passed = 0, failed = 0, broken = 0, pending = 0 }, roots = asked.roots }
  local first = asked.roots[1]
  if not first then
    run.pack, run.clean = unpack_builtin()
    run.roots = { run.pack.folder }
    run.with_cases = true
    return run
  end
  local at = absolute(asked.directory and first:sub(1, 1) ~= "/" and asked.directory .. "/" .. first or first)
  if not mode(at) then
    say("there is no pack or spec %s", first)
    return nil
  end
  run.pack = pack_of(at)
  local whole = run.pack.folder == at
  -- Golden baskets belong to a run of the whole pack. A pack with specs behind it only says where those belong.
  run.with_cases = whole and #asked.roots == 1
  if whole and #asked.roots > 1 then table.remove(run.roots, 1) end
  return run
end

return function(words)
  tame_exit()
  local good, asked = pcall(parse, words)
  if not good then
    io.stderr:write("suanpan test: ", asked, "\n")
    return 2
  end
  if not pcall(lfs) then
    say("busted is not installed: apt-get install lua-busted")
    return 1
  end
  local run = prepare(asked)
  if not run then return 1 end
  suanpan._use(run.pack)
  if asked.coverage or asked.coverage_json then host.watch() end
  local code
  if asked.print_cases then
    code = print_cases(run)
  else
    code = finish(asked, run, run_busted(asked, run))
  end
  if run.clean then run.clean() end
  return code
end
