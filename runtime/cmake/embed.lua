--- Turn data files into C constants at build time.
--
--   lua5.4 embed.lua NAME OUTPUT_FOLDER SOURCE_ROOT FILE...
--
-- NAME chooses the maker: queries, migrations, texts, resources, rules, specs, profiles or pinyin. Each writes
-- NAME.h and NAME.c.

local name, folder, root = arg[1], arg[2], arg[3]
local files = table.move(arg, 4, #arg, 1, {})
table.sort(files)

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

--- A C string literal of any bytes, a line of source per line of text.
local function literal(text)
  if text == "" then return '""' end
  local parts = {}
  for line in text:gmatch("[^\n]*\n?") do
    if line ~= "" then
      local escaped = line:gsub('[%c"\\?\128-\255]', function(char)
        if char == "\n" then return "\\n" end
        return ("\\%03o"):format(char:byte())
      end)
      parts[#parts + 1] = '"' .. escaped .. '"'
    end
  end
  return table.concat(parts, "\n    ")
end

local function relative(path)
  return (path:gsub("^" .. root:gsub("%p", "%%%0") .. "/", ""))
end

local function guard(body)
  local macro = "SP_GENERATED_" .. name:upper() .. "_H"
  local form = "/* Made by runtime/cmake/embed.lua; do not edit. */\n#ifndef %s\n#define %s\n\n%s\n#endif\n"
  return form:format(macro, macro, body)
end

local function source(body)
  return ('/* Made by runtime/cmake/embed.lua; do not edit. */\n#include "generated/%s.h"\n\n%s'):format(name, body)
end

local makers = {}

--- "-- name: sale_insert" starts a statement that ends before the next name; other comment lines are dropped.
function makers.queries()
  local list, seen = {}, {}
  for _, path in ipairs(files) do
    local current
    for line in (read(path) .. "\n"):gmatch("([^\n]*)\n") do
      local title = line:match("^%-%- name: ([%w_]+)%s*$")
      if title then
        assert(not seen[title], "query " .. title .. " is named twice")
        seen[title] = true
        current = { name = title, lines = {} }
        list[#list + 1] = current
      elseif current and not line:match("^%s*%-%-") and line:match("%S") then
        current.lines[#current.lines + 1] = line
      end
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  local enum, rows = {}, {}
  for _, query in ipairs(list) do
    local sql = table.concat(query.lines, "\n"):gsub(";%s*$", "")
    local highest = 0
    for number in sql:gmatch("%$(%d+)") do highest = math.max(highest, tonumber(number)) end
    enum[#enum + 1] = "  SP_Q_" .. query.name:upper() .. ","
    rows[#rows + 1] = ('  {"%s", %d,\n    %s},'):format(query.name, highest, literal(sql))
  end
  return guard([[
/* Every statement of schema/queries, by name. */
enum sp_query {
]] .. table.concat(enum, "\n") .. [[

  SP_QUERY_COUNT
};

struct sp_query_text {
  const char *name;
  int params; /* highest $n */
  const char *sql;
};

extern const struct sp_query_text sp_query_texts[SP_QUERY_COUNT];
]]), source("const struct sp_query_text sp_query_texts[SP_QUERY_COUNT] = {\n" .. table.concat(rows, "\n") .. "\n};\n")
end

function makers.migrations()
  local rows = {}
  for _, path in ipairs(files) do
    local version, title = path:match("(%d%d%d%d)_([%w_]+)%.sql$")
    assert(version, "a migration is named NNNN_name.sql: " .. path)
    rows[#rows + 1] = ('  {%d, "%s",\n    %s},'):format(tonumber(version), title, literal(read(path)))
  end
  return guard([[
/* schema/migrations in order, ended by version 0. */
struct sp_migration {
  int version;
  const char *name;
  const char *sql;
};

extern const struct sp_migration sp_migrations[];
]]), source("const struct sp_migration sp_migrations[] = {\n" .. table.concat(rows, "\n") .. "\n  {0, 0, 0}\n};\n")
end

--- schema/text/*.json: one flat object of English sentence -> Chinese sentence a file.
function makers.texts()
  local list, seen = {}, {}
  local escapes = { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
  local function decode(text) return (text:gsub("\\(.)", escapes)) end
  for _, path in ipairs(files) do
    for line in read(path):gmatch("[^\n]+") do
      local key, value = line:match('^%s*"(.-)"%s*:%s*"(.*)",?%s*$')
      if key then
        key, value = decode(key), decode(value)
        assert(not seen[key] or seen[key] == value, "two translations of: " .. key)
        if not seen[key] then
          seen[key] = value
          list[#list + 1] = { key, value }
        end
      end
    end
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  local rows = {}
  for _, pair in ipairs(list) do
    rows[#rows + 1] = ("  {%s, %s},"):format(literal(pair[1]), literal(pair[2]))
  end
  return guard([[
/* Sentences in English and Chinese, sorted by the English bytes. */
struct sp_text_pair {
  const char *english;
  const char *chinese;
};

extern const struct sp_text_pair sp_text_pairs[];
extern const int sp_text_count;
]]), source("const struct sp_text_pair sp_text_pairs[] = {\n" .. table.concat(rows, "\n") ..
    "\n  {0, 0}\n};\nconst int sp_text_count = " .. #list .. ";\n")
end

local function bundle(struct, what, strip)
  local rows = {}
  for _, path in ipairs(files) do
    local short = relative(path):gsub(strip, "")
    local text = read(path)
    rows[#rows + 1] = ('  {"%s", %d,\n    %s},'):format(short, #text, literal(text))
  end
  return guard(([[
/* %s, by path, ended by a null path. */
struct %s {
  const char *path;
  unsigned long len;
  const char *text;
};

extern const struct %s %ss[];
]]):format(what, struct, struct, struct)),
    source(("const struct %s %ss[] = {\n"):format(struct, struct) .. table.concat(rows, "\n") .. "\n  {0, 0, 0}\n};\n")
end

function makers.resources() return bundle("sp_resource_text", "schema/resources and schema/config", "^schema/") end

function makers.rules() return bundle("sp_rule_text", "rules/lib and rules/base", "^rules/") end

function makers.specs() return bundle("sp_spec_text", "rules/base/spec and rules/base/cases", "^rules/") end

function makers.profiles() return bundle("sp_profile_text", "devices/profiles", "^devices/") end

--- One letter for each of U+4E00..U+9FFF: the initial of its most common reading, by ICU's Han-Latin.
function makers.pinyin()
  local first, last = 0x4E00, 0x9FFF
  local list = os.tmpname()
  local file = assert(io.open(list, "wb"))
  for code = first, last do file:write(utf8.char(code), "\n") end
  file:close()
  local pipe = assert(io.popen(("%s -f utf-8 -t utf-8 -x 'Han-Latin; Latin-ASCII; Lower' %s"):format(arg[3], list)))
  local letters = {}
  for line in pipe:lines() do letters[#letters + 1] = line:match("^%l") or " " end
  pipe:close()
  os.remove(list)
  assert(#letters == last - first + 1, "uconv answered " .. #letters .. " lines")
  local rows = {}
  for start = 1, #letters, 96 do
    rows[#rows + 1] = '    "' .. table.concat(letters, "", start, math.min(start + 95, #letters)) .. '"'
  end
  return guard(([[
/* The first pinyin letter of each character from U+%04X to U+%04X, a space where there is none. */
#define SP_PINYIN_FIRST 0x%04X
#define SP_PINYIN_LAST  0x%04X

extern const char sp_pinyin_letters[];
]]):format(first, last, first, last)),
    source("const char sp_pinyin_letters[] =\n" .. table.concat(rows, "\n") .. ";\n")
end

local header, body = makers[name]()
write(folder .. "/" .. name .. ".h", header)
write(folder .. "/" .. name .. ".c", body)
