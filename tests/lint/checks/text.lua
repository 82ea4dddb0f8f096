--- Every sentence shown to a person has its Chinese one, with the same printf conversions.

local source = require "source"

local text = { name = "text", summary = "every sentence is translated, with the same conversions in the same order" }

-- Which argument of which function is a sentence.
local sentence_at = { sp_fail = 4, sp_error_set = 5, sp_tr = 2 }
local macros = { PRId64 = "ld", PRIu64 = "lu", PRIx64 = "lx", PRId32 = "d", PRIu32 = "u", PRIx32 = "x" }
local escapes = { n = "\n", t = "\t", r = "\r", ['"'] = '"', ["\\"] = "\\", ["/"] = "/", ["'"] = "'" }

local function unescape(inner)
  return (inner:gsub("\\(.)", escapes))
end

local function show(sentence)
  return '"' .. sentence:gsub("\n", "\\n") .. '"'
end

--- "%s must be at most %lld" -> "%s %lld"
local function conversions(sentence)
  local list = {}
  for spec in sentence:gsub("%%%%", ""):gmatch("%%[-+ #0]*[%d*]*%.?[%d*]*[hlzjt]*%a") do list[#list + 1] = spec end
  return table.concat(list, " ")
end

--- "%s: %s" holds nothing to translate.
local function wordless(sentence)
  return not sentence:gsub("%%%%", ""):gsub("%%[-+ #0]*[%d*]*%.?[%d*]*[hlzjt]*%a", ""):find("%a")
end

--- The pairs of one file. The format is a line a pair, so that the build and a diff read it alike.
local function read_pairs(tree, report, path, known)
  local number, rows = 0, {}
  for line in tree:read(path):gmatch("([^\n]*)\n?") do
    number = number + 1
    if line:find("%S") then rows[#rows + 1] = { line = line, number = number } end
  end
  for index, row in ipairs(rows) do
    local key, value, comma = row.line:match('^%s*"(.-)"%s*:%s*"(.*)"(,?)%s*$')
    local edge = (index == 1 and row.line == "{") or (index == #rows and row.line == "}")
    if not key and not edge then
      report(path, row.number, 'a line holds one pair: "English": "中文",')
    elseif key then
      local english, chinese = unescape(key), unescape(value)
      local ours, theirs = conversions(english), conversions(chinese)
      if ours ~= theirs then report(path, row.number, ("conversions differ: [%s] and [%s]"):format(ours, theirs)) end
      if (comma == ",") == (index == #rows - 1) then
        report(path, row.number, "a comma after every pair but the last")
      end
      if chinese == "" then report(path, row.number, "no Chinese sentence for " .. show(english)) end
      if known[english] and known[english] ~= chinese then
        report(path, row.number, "another file translates differently: " .. show(english))
      end
      known[english] = chinese
    end
  end
end

--- The sentences inside one argument: neighbouring literals and PRI macros are one, others stand alone.
local function sentences(tree, path, argument)
  local raw = tree:read(path)
  local _, strings = tree:scan(path)
  local list, last = {}, nil
  for _, string in ipairs(strings) do
    if string.first >= argument.first and string.last <= argument.last then
      local gap = last and raw:sub(last + 1, string.first - 1) or ""
      local macro = gap:match("^%s*([%w_]+)%s*$")
      local piece = unescape(raw:sub(string.first + 1, string.last - 1))
      if last and (gap:find("^%s*$") or macros[macro]) then
        list[#list].value = list[#list].value .. (macros[macro] or "") .. piece
      else
        list[#list + 1] = { first = string.first, value = piece }
      end
      last = string.last
    end
  end
  local tail = last and raw:sub(last + 1, argument.last):match("^%s*([%w_]+)%s*$")
  if macros[tail] then list[#list].value = list[#list].value .. macros[tail] end
  return list
end

local function check_calls(tree, report, path, known)
  local code = source.without_directives((tree:scan(path)))
  for at, name, open in code:gmatch("()%f[%w_](sp_%l+_?%l*)%s*()%(") do
    local argument = sentence_at[name] and source.arguments(code, open)[sentence_at[name]]
    for _, sentence in ipairs(argument and sentences(tree, path, argument) or {}) do
      if not known[sentence.value] and not wordless(sentence.value) then
        report(path, tree:line(path, at), "no Chinese sentence for " .. show(sentence.value))
      end
    end
  end
end

--- The pages say t("…") where a text is shown and mark("…") where it is only named; `used` collects what they say.
local function check_page(tree, report, path, known, used)
  local code = (tree:scan(path))
  for at, name, open in code:gmatch("()%f[%w_.$](%l+)()%(") do
    local argument = (name == "t" or name == "mark") and source.arguments(code, open)[1]
    for _, sentence in ipairs(argument and sentences(tree, path, argument) or {}) do
      used[sentence.value] = true
      if not known[sentence.value] and not wordless(sentence.value) then
        report(path, tree:line(path, at), "no Chinese sentence for " .. show(sentence.value))
      end
    end
  end
end

--- A page carries its whole catalogue to every till: nothing in it that no page says.
local function check_unused(tree, report, path, used)
  local number = 0
  for line in tree:read(path):gmatch("([^\n]*)\n?") do
    number = number + 1
    local key = line:match('^%s*"(.-)"%s*:')
    if key and not used[unescape(key)] then report(path, number, "no page says " .. show(unescape(key))) end
  end
end

local catalogue = "schema/text/page.json"

--- The pages have no catalogue but their own.
local function check_pages(tree, report)
  local known, used = {}, {}
  if not tree:has(catalogue) then return end
  read_pairs(tree, function() end, catalogue, known)
  for _, path in ipairs(tree:files("^devices/till/src/.*%.jsx$", "^devices/till/src/.*%.mjs$")) do
    check_page(tree, report, path, known, used)
  end
  check_unused(tree, report, catalogue, used)
end

function text.run(tree, report)
  local known = {}
  for _, path in ipairs(tree:files("^schema/text/[^/]+%.json$")) do read_pairs(tree, report, path, known) end
  for _, path in ipairs(tree:files("^runtime/.*%.c$", "^adapters/.*%.c$", "^devices/.*%.c$")) do
    check_calls(tree, report, path, known)
  end
  check_pages(tree, report)
end

return text
