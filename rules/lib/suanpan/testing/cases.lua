---@meta suanpan.testing.cases
--- Golden baskets as tests of busted, and as receipts for people.

local cases = {}

local function shown(host, value)
  if value == nil then return "-" end
  return type(value) == "table" and host.encode(value) or tostring(value)
end

--- Titles and numbers of a file's cases, or nil and why it cannot be read.
local function list(host, text)
  local good, tree = pcall(host.decode, text)
  if not good then return nil, tree end
  local entries = tree.cases or (#tree > 0 and tree) or { tree }
  local outer = tree.cases and tree.title or {}
  local titles = {}
  for number, entry in ipairs(entries) do
    local title = type(entry) == "table" and entry.title or outer
    titles[number] = title[host.lang] or title.en or title.zh or ""
  end
  return titles
end

local function complaint(host, report, outcome)
  if report.error then return report.error end
  local lines = {}
  for _, each in ipairs(report.differences) do
    lines[#lines + 1] = outcome:format(each.at, shown(host, each.expected), shown(host, each.actual))
  end
  return table.concat(lines, "\n")
end

local differs = { en = "%s: expected %s, got %s", zh = "%s：应为 %s，实为 %s" }

---Define a describe for each file, an `it` for each case. The file runs when its first case is asked for.
---@param api table busted's environment: describe, it
---@param file { path: string, text: string }
---@param open function gives the bundle
---@param fail function busted.fail
function cases.define(api, host, file, open, fail)
  local titles, why = list(host, file.text)
  local reports
  local function check(number)
    reports = reports or open():cases(file.path, file.text)
    local report = reports[number] or reports[1]
    if not report.good then
      fail(("%s:%d: %s"):format(file.path, report.number, complaint(host, report, differs[host.lang] or differs.en)), 0)
    end
  end
  api.describe(file.path, function()
    if not titles then return api.it("can be read", function() fail(("%s: %s"):format(file.path, why), 0) end) end
    for number, title in ipairs(titles) do
      api.it(("%d %s"):format(number, title), function() check(number) end)
    end
  end)
end

-- ---- Receipts ----

local say = {
  en = { total = "Total", save = "You save", good = "good", bad = "NOT AS EXPECTED", with = "with" },
  zh = { total = "应付", save = "共优惠", good = "符合", bad = "不符合", with = "活动" },
}

local COLUMNS = 48

local function money(fen)
  local sign = fen < 0 and "-" or ""
  fen = math.abs(fen)
  return ("%s%d.%02d"):format(sign, fen // 100, fen % 100)
end

local function cut(host, text, columns)
  if host.width(text) <= columns then return text end
  local kept = ""
  for _, code in utf8.codes(text) do
    local char = utf8.char(code)
    if host.width(kept .. char) > columns - 2 then break end
    kept = kept .. char
  end
  return kept .. "…"
end

local function row(host, left, right)
  if right == "" then return cut(host, left, COLUMNS) .. "\n" end
  left = cut(host, left, COLUMNS - host.width(right) - 1)
  return left .. (" "):rep(COLUMNS - host.width(left) - host.width(right)) .. right .. "\n"
end

local function amount(line)
  if line.weight then return ("%d.%03d × %s"):format(line.weight // 1000, line.weight % 1000, money(line.price)) end
  return ("%d × %s"):format(line.quantity, money(line.price))
end

--- A remark or a question in the words of its rule, else in its code.
local function words_of(entry)
  return entry.text or entry.code or entry.reason and entry.reason.code or entry.campaign
end

--- One case as a receipt: what the customer would hold in hand.
local function receipt(host, report, titles, write)
  local words = say[host.lang] or say.en
  local result = report.result
  write(("%s %d  %s\n"):format(report.file, report.number, report.title[host.lang] or report.title.en))
  if #report.campaigns > 0 then write(("  %s %s\n"):format(words.with, table.concat(report.campaigns, ", "))) end
  write(("-"):rep(COLUMNS) .. "\n")
  for _, line in ipairs(result and result.lines or {}) do
    write(row(host, line.item, ""))
    write(row(host, "    " .. amount(line), money(line.gross)))
    for _, taken in ipairs(result.allocations) do
      if taken.line == line.n then
        write(row(host, "    " .. (titles[taken.campaign] or taken.campaign), "-" .. money(taken.amount)))
      end
    end
  end
  if result then
    write(("-"):rep(COLUMNS) .. "\n")
    write(row(host, words.total, money(result.total)))
    if result.discount > 0 then write(row(host, words.save, money(result.discount))) end
    for _, note in ipairs(result.notes) do write("  i " .. words_of(note) .. "\n") end
    for _, each in ipairs(result.requirements) do write("  ! " .. words_of(each) .. "\n") end
  end
  local verdict = report.good and words.good
    or words.bad .. "\n  " .. complaint(host, report, differs[host.lang] or differs.en):gsub("\n", "\n  ")
  write(("=> %s\n\n"):format(verdict))
end

--- Titles by code, of the pack's campaigns and of those the case brought.
local function title_of(host, campaigns, into)
  for _, each in ipairs(campaigns or {}) do
    local title = type(each) == "table" and each.title
    if type(title) == "table" and each.code then into[each.code] = title[host.lang] or title.en or title.zh end
  end
  return into
end

---Print every case of these files; true when all are good and there is one.
function cases.print(host, files, bundle, write)
  local count, bad = 0, 0
  local own = title_of(host, bundle:describe().campaigns, {})
  for _, file in ipairs(files) do
    local good, tree = pcall(host.decode, file.text)
    local titles = title_of(host, good and tree.campaigns, setmetatable({}, { __index = own }))
    for _, report in ipairs(bundle:cases(file.path, file.text)) do
      receipt(host, report, title_of(host, report.input and report.input.campaigns, titles), write)
      count = count + 1
      if not report.good then bad = bad + 1 end
    end
  end
  return count, bad
end

return cases
