--- Functions that hide a bound, a locale or shared state, and floats where money is.

local banned = { name = "banned", summary = "no banned function, no typedef'd struct, no float near money" }

local calls = {
  sprintf = "has no bound: snprintf or sp_buf_printf",
  vsprintf = "has no bound: vsnprintf or sp_buf_vprintf",
  strcpy = "has no bound: sp_arena_text or snprintf",
  strcat = "has no bound: sp_buf_puts",
  strncat = "counts the wrong thing: sp_buf_add",
  strncpy = "may leave no NUL: snprintf",
  strtok = "keeps shared state: strcspn",
  gets = "has no bound",
  atoi = "cannot fail: strtoll with checks",
  atol = "cannot fail: strtoll with checks",
  atoll = "cannot fail: strtoll with checks",
  atof = "cannot fail, and is a float",
  localtime = "keeps shared state: base/clock.h",
  gmtime = "keeps shared state: base/clock.h",
  ctime = "keeps shared state: base/clock.h",
  asctime = "keeps shared state: base/clock.h",
  mktime = "reads the machine's zone: base/clock.h",
  setlocale = "changes the whole process",
  assert = "ends the shop's day: return SP_E_INTERNAL",
  abort = "ends the shop's day: return SP_E_INTERNAL",
  rand = "is not random: sp_random, or the test's own generator",
  srand = "is not random: sp_random, or the test's own generator",
  mktemp = "races: mkstemp",
  tmpnam = "races: mkstemp",
  alloca = "has no bound: sp_arena_alloc",
  system = "runs a shell",
  popen = "runs a shell",
}

-- A test may end loudly and run other programs.
local for_tests = { abort = true, system = true, popen = true }

local money = {
  "^runtime/domain/", "^runtime/ports/", "^runtime/engine/", "^runtime/app/", "^adapters/storage/", "^devices/",
}

local function each(tree, path, pattern, code, visit)
  for at, word in code:gmatch("()" .. pattern) do visit(tree:line(path, at), word) end
end

function banned.run(tree, report)
  for _, path in ipairs(tree:files("%.[ch]$")) do
    local code = tree:scan(path)
    each(tree, path, "%f[%w_]([%a_][%w_]*)%s*%(", code, function(line, word)
      local allowed = for_tests[word] and path:find("^tests/")
      if calls[word] and not allowed then report(path, line, word .. " " .. calls[word]) end
    end)
    each(tree, path, "%f[%w_](typedef%s+struct)%f[^%w_]", code, function(line)
      report(path, line, "a struct keeps its tag: no typedef")
    end)
  end
  for _, path in ipairs(tree:files(table.unpack(money))) do
    if path:find("%.[ch]$") then
      local code = tree:scan(path)
      for _, word in ipairs { "double", "float" } do
        each(tree, path, "%f[%w_](" .. word .. ")%f[^%w_]", code, function(line)
          report(path, line, word .. " is not for money")
        end)
      end
    end
  end
end

return banned
