--- One set of statements runs on SQLite and PostgreSQL.

local sql = { name = "sql", summary = "statements are portable between the two engines" }

local no_colons = "SQLite reads $1::type as a name: CAST(… AS …)"

-- Words only one of the two engines knows, with what to write instead.
local words = {
  AUTOINCREMENT = "ids are UUIDs or (document, n)", SERIAL = "ids are UUIDs or (document, n)",
  BIGSERIAL = "ids are UUIDs or (document, n)", PRAGMA = "belongs in the driver", ROWID = "name the key",
  BLOB = "BYTEA", JSONB = "TEXT", IFNULL = "COALESCE", STRFTIME = "times come from the caller",
  DATETIME = "times are BIGINT milliseconds", NOW = "times come from the caller", ILIKE = "fold in C",
  GLOB = "fold in C and use a range", REPLACE = "INSERT … ON CONFLICT",
}

--- Comments and quoted text blanked, every position kept. `/*sqlite: … */` is the overlay one engine reads.
local function bare(text)
  text = text:gsub("/%*.-%*/", function(comment) return (comment:gsub("[^\n]", " ")) end)
  text = text:gsub("%-%-[^\n]*", function(comment) return (" "):rep(#comment) end)
  return (text:gsub("'[^'\n]*'", function(quoted) return (" "):rep(#quoted) end))
end

local function flat(statement)
  return (statement:gsub("%b()", function(inner) return (inner:gsub("[^\n]", " ")) end))
end

--- INSERT … SELECT … FROM s ON CONFLICT reads ON as a join's on SQLite unless a WHERE stands between.
local function ambiguous(statement)
  local top = flat(statement):upper()
  local insert = top:find("%f[%w]INSERT%f[%W]")
  local from = insert and top:match("%f[%w]SELECT%f[%W].-()ON%s+CONFLICT", insert)
  if not from then return false end
  local middle = top:sub(insert, from - 1)
  return middle:find("%f[%w]SELECT%f[%W]") and middle:find("%f[%w]FROM%f[%W]") and not middle:find("%f[%w]WHERE%f[%W]")
end

--- Visit each statement with its position: they end at a semicolon or at the next name.
local function statements(text, code, visit)
  local position = 1
  local stops = {}
  for at in code:gmatch("();") do stops[#stops + 1] = at end
  for at in text:gmatch("()%-%- name:") do stops[#stops + 1] = at end
  table.sort(stops)
  stops[#stops + 1] = #code + 1
  for _, stop in ipairs(stops) do
    visit(code:sub(position, stop - 1), position)
    position = stop + 1
  end
end

local function check_file(tree, report, path)
  local text = tree:read(path)
  local code = bare(text)
  for at in code:gmatch("()::") do report(path, tree:line(path, at), no_colons) end
  for at, word in code:gmatch("()%f[%w_](%a+)%f[^%w_]") do
    local instead = words[word:upper()]
    if instead then report(path, tree:line(path, at), ("%s is not portable: %s"):format(word, instead)) end
  end
  statements(text, code, function(statement, position)
    if ambiguous(statement) then
      local start = position + (statement:find("%S") or 1) - 1
      report(path, tree:line(path, start), "INSERT … SELECT … ON CONFLICT needs WHERE true before ON CONFLICT")
    end
  end)
end

function sql.run(tree, report)
  for _, path in ipairs(tree:files("^schema/queries/[^/]+%.sql$", "^schema/migrations/[^/]+%.sql$")) do
    check_file(tree, report, path)
  end
  for _, path in ipairs(tree:files("%.c$")) do
    local _, strings = tree:scan(path)
    for _, string in ipairs(strings) do
      if tree:read(path):sub(string.first, string.last):find("%$%d+::%a") then
        report(path, tree:line(path, string.first), no_colons)
      end
    end
  end
end

return sql
