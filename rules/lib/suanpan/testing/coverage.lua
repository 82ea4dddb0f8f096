---@meta suanpan.testing.coverage
--- Which lines of which rule ran, out of those that hold code: `suanpan test PACK --rule-coverage`.
--
-- The lines that hold code come from the chunk as Lua itself compiles it (the format of string.dump, Lua 5.4); which of
-- them ran, from a line hook in the sandboxed machines.

local coverage = {}

local HEADER = 4 + 1 + 1 + 6 + 3 + 8 + 8 -- signature, version, format, check data, sizes, check numbers

--- A reader of the bytes string.dump gives.
local function reader(bytes)
  local at = HEADER + 2 -- and the number of upvalues
  local read = {}

  function read.skip(count) at = at + count end

  function read.byte()
    at = at + 1
    return bytes:byte(at - 1)
  end

  --- Seven bits a byte, the highest first; the last has its top bit set.
  function read.number()
    local value = 0
    while true do
      local byte = read.byte()
      value = value << 7 | byte & 0x7f
      if byte & 0x80 ~= 0 then return value end
    end
  end

  function read.text()
    local size = read.number()
    if size > 0 then read.skip(size - 1) end
  end

  function read.signed()
    local byte = read.byte()
    return byte < 128 and byte or byte - 256
  end

  return read
end

local INTEGER, FLOAT, SHORT, LONG = 0x03, 0x13, 0x04, 0x14
local ABSOLUTE = -128 -- in the line table: the line stands in the other table

local function constants(read)
  for _ = 1, read.number() do
    local kind = read.byte()
    if kind == INTEGER or kind == FLOAT then read.skip(8) end
    if kind == SHORT or kind == LONG then read.text() end
  end
end

--- One function and those within it. Its last instruction is the return behind its `end`, which is no code of anybody.
local function walk(read, lines)
  read.text()
  local line = read.number()
  read.number()
  read.byte()
  local variadic = read.byte() ~= 0
  read.byte()
  read.skip(4 * read.number())
  constants(read)
  read.skip(3 * read.number())
  for _ = 1, read.number() do walk(read, lines) end
  local steps, absolute = {}, {}
  for number = 1, read.number() do steps[number] = read.signed() end
  for _ = 1, read.number() do
    local instruction = read.number()
    absolute[instruction + 1] = read.number()
  end
  for number, step in ipairs(steps) do
    line = step == ABSOLUTE and absolute[number] or line + step
    local prepares = variadic and number == 1 -- takes in `...`; nobody wrote it
    if number < #steps and not prepares then lines[line] = true end
  end
  for _ = 1, read.number() do
    read.text()
    read.number()
    read.number()
  end
  for _ = 1, read.number() do read.text() end
end

---Lines of a source that hold code: { [line] = true }; nil and why when it does not compile.
function coverage.active(source)
  local chunk, said = load(source, "=rule", "t")
  if not chunk then return nil, said end
  local lines = {}
  walk(reader(string.dump(chunk)), lines)
  return lines
end

--- "acme/rules/promotion/x.lua", wherever the pack lies → "rules/promotion/x.lua".
local function short(file)
  return file:match("rules/.*$") or file
end

local function ranges(lines)
  local parts, at = {}, 1
  while at <= #lines do
    local last = at
    while lines[last + 1] == lines[last] + 1 do last = last + 1 end
    parts[#parts + 1] = last > at and ("%d-%d"):format(lines[at], lines[last]) or tostring(lines[at])
    at = last + 1
  end
  return table.concat(parts, " ")
end

---What ran of these sources. `counts` is host.lines(); `wanted(file)` chooses.
---@return table { lines, ran, percent (of 100, down to tenths as an integer of thousandths), files = { … } }
function coverage.report(sources, counts, wanted)
  local by_file = {}
  for file, lines in pairs(counts) do
    local sum = by_file[short(file)] or {}
    by_file[short(file)] = sum
    for line, count in pairs(lines) do sum[line] = (sum[line] or 0) + count end
  end
  local report = { lines = 0, ran = 0, files = {} }
  for _, source in ipairs(sources) do
    local file = short(source.file)
    if wanted(file) then
      local entry = { file = file, lines = 0, ran = 0, missed = {}, counts = {} }
      for line in pairs(coverage.active(source.text) or {}) do
        local count = by_file[file] and by_file[file][line] or 0
        entry.lines = entry.lines + 1
        entry.counts[tostring(line)] = count
        if count > 0 then entry.ran = entry.ran + 1 else entry.missed[#entry.missed + 1] = line end
      end
      table.sort(entry.missed)
      report.lines, report.ran = report.lines + entry.lines, report.ran + entry.ran
      report.files[#report.files + 1] = entry
    end
  end
  table.sort(report.files, function(a, b) return a.file < b.file end)
  report.per_mille = report.lines > 0 and report.ran * 1000 // report.lines or 1000
  return report
end

local words = {
  en = { file = "rule file", lines = "lines", ran = "ran", missed = "lines that never ran", all = "all" },
  zh = { file = "规则文件", lines = "行数", ran = "已执行", missed = "从未执行的行", all = "合计" },
}

---The report as a table for people.
function coverage.print(report, lang, width, write)
  local say = words[lang] or words.en
  local rows = { { say.file, say.lines, say.ran, "%", say.missed } }
  local function row(name, lines, ran, missed)
    local rate = lines > 0 and ran * 1000 // lines or 1000
    rows[#rows + 1] = { name, tostring(lines), tostring(ran), ("%d.%d"):format(rate // 10, rate % 10), missed }
  end
  for _, entry in ipairs(report.files) do row(entry.file, entry.lines, entry.ran, ranges(entry.missed)) end
  row(say.all, report.lines, report.ran, "")
  local widths = {}
  for _, cells in ipairs(rows) do
    for column, cell in ipairs(cells) do widths[column] = math.max(widths[column] or 0, width(cell)) end
  end
  for number, cells in ipairs(rows) do
    local parts = {}
    for column, cell in ipairs(cells) do
      local pad = (" "):rep(widths[column] - width(cell))
      parts[column] = (column == 1 or column == #cells) and cell .. pad or pad .. cell
    end
    write((table.concat(parts, "  "):gsub("%s+$", "")) .. "\n")
    if number == 1 then
      local rules = {}
      for column, columns in ipairs(widths) do rules[column] = ("-"):rep(columns) end
      write(table.concat(rules, "  ") .. "\n")
    end
  end
end

return coverage
