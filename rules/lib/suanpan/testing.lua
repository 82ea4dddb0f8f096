---@meta suanpan.testing
--- What a spec uses: `suanpan` is a global under `suanpan test`, and `require "suanpan.testing"` gives the same.
--
-- Rules and campaigns are evaluated by the engine of the till in sandboxed machines; only plain values come and go.
-- Money is fen. A rule that fails raises here with its own file and line.

local host = require "suanpan.host"
local tables = require "suanpan.testing.each"

local BUNDLES_KEPT = 8 -- of different campaigns, with their machines

local suanpan = { lang = host.lang }

---@class suanpan.test.Pack where specs find rules and campaigns
local pack = { kind = "builtin", files = {}, folder = nil }

-- ---- Plain values ----

local list_type = { __name = "suanpan.list" }

---An empty list that stays a list when it is written as JSON: `params = { tags = suanpan.list {} }`.
---@param values? any[]
---@return any[]
function suanpan.list(values)
  return setmetatable(values or {}, list_type)
end

local function as_list(value)
  if value == nil then return nil end
  if type(value) ~= "table" then return { value } end
  return suanpan.list(value)
end

local function copy(from)
  local to = {}
  for key, value in pairs(from) do to[key] = value end
  return setmetatable(to, getmetatable(from))
end

-- ---- Rules ----

---@class suanpan.test.Rule
---@field name string
---@field path string in its pack
---@field source string? when it is not the pack's own file
---@field takes_off fun(self: suanpan.test.Rule, cases: any[][]) what, parameters, basket, fen off, code of the note
---@field comes_to fun(self: suanpan.test.Rule, cases: any[][]) what, parameters, basket, fen to pay, code of the note
---@field asks_for fun(self: suanpan.test.Rule, cases: any[][]) what, parameters, basket, what is asked for, why
---@field refuses fun(self: suanpan.test.Rule, cases: any[][]) what, parameters, a part of what is said of them
local Rule = {}
Rule.__index = Rule

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

local function path_of(name)
  return "rules/" .. name:gsub("%.", "/") .. ".lua"
end

local function known(name)
  local path = path_of(name)
  local own = pack.folder and pack.kind == "chain" and read(pack.folder .. "/" .. path)
  if own then return path end
  local base = path:gsub("^rules/", "base/")
  for _, file in ipairs(pack.files) do
    if file.path == base then return base end
  end
  return host.text(base) and base or nil
end

---A rule of the pack or the built-in pack by name ("promotion.multibuy"), a rule file by path, or one written in the
---spec: `suanpan.rule("acme.test", { source = [[ return { … } ]] })`.
---@param name string name or path
---@param options? { source: string }
---@return suanpan.test.Rule
function suanpan.rule(name, options)
  local source = options and options.source
  if not source and name:find("[/\\]") then
    source = read(name) or pack.folder and read(pack.folder .. "/" .. name)
    if not source then error("there is no rule file " .. name) end
    local said = source:match('name%s*=%s*"([%w_%.]+)"')
    if not said then error(name .. " does not say its rule's name") end
    name = said
  end
  if source then return setmetatable({ name = name, path = path_of(name), source = source }, Rule) end
  local path = known(name)
  if not path then error("there is no rule " .. name) end
  return setmetatable({ name = name, path = path }, Rule)
end

-- ---- Campaigns ----

---@alias suanpan.test.Campaigns suanpan.test.Campaign|suanpan.test.Rule|table one, or a list of them
---@alias suanpan.test.Options { pack?: table, store?: string, alarms?: boolean }

---@class suanpan.test.Campaign
local Campaign = {}
Campaign.__index = Campaign

---A campaign as campaigns.json has it; `rule` may be what suanpan.rule gave. Without a code it is T1, T2 …
---@param fields table
---@return suanpan.test.Campaign
function suanpan.campaign(fields)
  if type(fields) ~= "table" or not fields.rule then error("a campaign needs a rule") end
  return setmetatable(copy(fields), Campaign)
end

local function is_rule(value) return getmetatable(value) == Rule end

--- One campaign or a list of them → a list; a rule alone is a campaign without parameters.
local function campaign_list(campaigns)
  if campaigns == nil then return nil end
  if is_rule(campaigns) or getmetatable(campaigns) == Campaign or campaigns.rule then campaigns = { campaigns } end
  local list = {}
  for number, each in ipairs(campaigns) do
    local one = is_rule(each) and { rule = each } or copy(each)
    setmetatable(one, nil)
    one.code = one.code or "T" .. number
    list[number] = one
  end
  return list
end

local campaign_lists = { "stores", "levels", "channels", "weekdays", "hours", "month_days" }

--- The files that make these campaigns: campaigns.json, and the rules that are not the pack's.
local function campaign_files(list)
  local files, seen, plain = {}, {}, {}
  for number, each in ipairs(list) do
    local one = copy(each)
    if is_rule(one.rule) then
      local rule = one.rule
      if rule.source and not seen[rule.path] then
        seen[rule.path] = true
        files[#files + 1] = { path = rule.path, text = rule.source }
      end
      one.rule = rule.name
    end
    for _, name in ipairs(campaign_lists) do one[name] = as_list(one[name]) end
    plain[number] = one
  end
  files[#files + 1] = { path = "campaigns.json", text = host.encode { campaigns = suanpan.list(plain) } }
  return files
end

-- ---- Bundles ----

local kept, order = {}, {}

local function build(options)
  local key = host.encode(options)
  if kept[key] then return kept[key] end
  local bundle = host.build(options)
  if #order == BUNDLES_KEPT then
    local oldest = table.remove(order, 1)
    kept[oldest]:close()
    kept[oldest] = nil
  end
  order[#order + 1] = key
  kept[key] = bundle
  return bundle
end

--- pack.json without what it says of the pack's campaigns, which are not there.
local function pack_file(given)
  local text = given and host.encode(given)
  if not text and pack.kind == "chain" then
    text = read(pack.folder .. "/pack.json")
    local tree = text and host.decode(text)
    if tree then
      tree.campaigns = nil
      text = host.encode(tree)
    end
  end
  return text and { path = "pack.json", text = text } or nil
end

--- Later files take the place of earlier ones of the same path.
local function merge(...)
  local files, at = {}, {}
  for _, list in ipairs { ... } do
    for _, file in ipairs(list) do
      if not at[file.path] then at[file.path] = #files + 1 end
      files[at[file.path]] = file
    end
  end
  return suanpan.list(files)
end

--- The pack with its own campaigns, or its rules with the campaigns given.
local function open(campaigns, options)
  local list = campaign_list(campaigns)
  local store = options and options.store
  if not list then
    return build { bare = pack.kind == "base", folder = pack.kind == "chain" and pack.folder or nil, store = store,
                   files = suanpan.list(pack.kind == "base" and pack.files or {}) }
  end
  local json = pack_file(options and options.pack)
  return build { bare = pack.kind == "base", store = store,
                 files = merge(pack.files, json and { json } or {}, campaign_files(list)) }
end

-- ---- Baskets ----

---@class suanpan.test.Basket
local Basket = {}
Basket.__index = Basket

local function line(given)
  if type(given) == "string" then return { code = given } end
  local one = {}
  for key, value in pairs(given) do one[key] = value end
  one[1], one[2], one[3] = nil, nil, nil
  one.code = one.code or given[1]
  one.price = one.price or given[2]
  if one.quantity == nil and one.weight == nil then one.quantity = given[3] end
  one.tags = as_list(one.tags)
  return one
end

local function choice_list(choices)
  if choices == nil or #choices > 0 then return choices end
  local list = suanpan.list {}
  for campaign, product in pairs(choices) do list[#list + 1] = { campaign = campaign, product = product } end
  table.sort(list, function(a, b) return a.campaign < b.campaign end)
  return list
end

--- usage = { SODA32 = { uses = 3 } } or { SODA32 = { ["m:M1"] = { uses = 1 } } }
local function usage_list(usage)
  if usage == nil or #usage > 0 then return usage end
  local list = suanpan.list {}
  for campaign, used in pairs(usage) do
    local by_subject = next(used) ~= nil and type(select(2, next(used))) == "table"
    for subject, numbers in pairs(by_subject and used or { [""] = used }) do
      local entry = copy(numbers)
      entry.campaign = campaign
      entry.subject = subject ~= "" and subject or nil
      list[#list + 1] = entry
    end
  end
  table.sort(list, function(a, b) return a.campaign .. (a.subject or "") < b.campaign .. (b.subject or "") end)
  return list
end

---A basket: its lines first, then anything runtime/engine/cases.h lets a trial have.
---
---    suanpan.basket { { "cola", 350, 3, tags = { "soda" } }, { "tea", price = 500 }, level = "gold" }
---
---A line is { code, price, quantity, … } by place or by name: tags, category, weight (thousandths: a weighed line),
---lot, expires, given_price, markdown, unit, item, n, parent. The basket: member, level, coupons, choices, confirmed,
---markdown, goods, when or date, time, weekday and minute, store, channel, role, promotions, usage.
---@param fields table
---@return suanpan.test.Basket
function suanpan.basket(fields)
  local basket = setmetatable({ lines = {} }, Basket)
  for key, value in pairs(fields) do
    if type(key) ~= "number" and key ~= "lines" then basket[key] = value end
  end
  for _, each in ipairs(fields.lines or {}) do basket.lines[#basket.lines + 1] = line(each) end
  for _, each in ipairs(fields) do basket.lines[#basket.lines + 1] = line(each) end
  return basket
end

---The same basket with other fields (lines too, when given).
---@param fields table
---@return suanpan.test.Basket
function Basket:with(fields)
  local other = copy(self)
  other.lines = {}
  for number, each in ipairs(self.lines) do other.lines[number] = copy(each) end
  if #fields > 0 or fields.lines then other.lines = suanpan.basket(fields).lines end
  for key, value in pairs(fields) do
    if type(key) ~= "number" and key ~= "lines" then other[key] = value end
  end
  return other
end

---The same basket and one line more.
---@param given table|string a line
---@return suanpan.test.Basket
function Basket:add(given)
  local other = self:with {}
  other.lines[#other.lines + 1] = line(given)
  return other
end

--- As JSON has it.
local function trial(basket)
  if getmetatable(basket) ~= Basket then basket = suanpan.basket(basket or {}) end
  local out = {}
  for key, value in pairs(basket) do out[key] = value end
  out.lines = nil
  out.basket = suanpan.list(basket.lines)
  for _, name in ipairs { "coupons", "confirmed" } do out[name] = as_list(out[name]) end
  if out.goods then
    local goods = suanpan.list {}
    for number, each in ipairs(out.goods) do goods[number] = line(each) end
    out.goods = goods
  end
  if type(out.member) == "table" then
    out.member = copy(out.member)
    out.member.tags = as_list(out.member.tags)
  end
  out.choices = choice_list(out.choices)
  out.usage = usage_list(out.usage)
  return host.encode(out)
end

-- ---- Results ----

---@class suanpan.test.Result
---@field total integer fen to pay
---@field gross integer
---@field discount integer
---@field lines table[] n, code, item, quantity or weight, list_price, price, gross, discount, net, parent
---@field allocations table[] line, campaign, rule, amount
---@field discounts table[] campaign, rule, amount
---@field notes table[] campaign, line, code, reason, text (the rule's sentence)
---@field requirements table[] kind, code, campaign, line, met, reason, text
---@field tender_caps table[] method, campaign, amount, reason, text
---@field added table[] lines that rules added
---@field blocked integer[] numbers of lines that may not go below zero
---@field uses table[] campaign, subject, uses, amount, units
---@field spent string[] campaigns whose limit was reached
---@field alarms integer rules that failed
---@field trace table[] one entry for each campaign that was asked
local Result = {}
Result.__index = Result

---The first line of that product.
---@param code string
---@return table?
function Result:line(code)
  for _, each in ipairs(self.lines) do
    if each.code == code then return each end
  end
end

---Fen that a campaign took off.
---@param campaign string
---@return integer # fen
function Result:taken(campaign)
  for _, each in ipairs(self.discounts) do
    if each.campaign == campaign then return each.amount end
  end
  return 0
end

---What became of a campaign: its entry of the trace, { outcome = "absent" } when it was not asked.
---@param campaign string
---@return table
function Result:why(campaign)
  for _, each in ipairs(self.trace) do
    if each.campaign == campaign then return each end
  end
  return { campaign = campaign, outcome = "absent" }
end

local function raise_alarms(trace)
  for _, each in ipairs(trace) do
    if each.outcome == "error" then error(each.why, 0) end
  end
end

local function result_of(values, options)
  if values.alarms > 0 and not (options and options.alarms) then raise_alarms(values.trace) end
  for _, each in ipairs(values.notes) do each.code = each.code or each.reason and each.reason.code end
  return setmetatable(values, Result)
end

-- ---- Asking ----

---Price a basket with these campaigns (one, or a list), or with the pack's own when there are none. `options`: `pack`
---(what pack.json says, for groups), `store` (whose layer counts), `alarms` = true (a rule may fail without raising).
---@param basket suanpan.test.Basket|table what suanpan.basket takes
---@param campaigns? suanpan.test.Campaigns
---@param options? suanpan.test.Options
---@return suanpan.test.Result
function suanpan.price(basket, campaigns, options)
  return result_of(open(campaigns, options):price(trial(basket)), options)
end

---Can these campaigns be made? true, or nil and why not.
---@param campaigns? suanpan.test.Campaigns
---@param options? suanpan.test.Options
---@return true?, string?
function suanpan.check(campaigns, options)
  local good, said = pcall(open, campaigns, options)
  if good then return true end
  return nil, said
end

---Ask a hook: a list of { campaign, rule, answer }, and the trace. `moment` has a basket's date, store …
---@param hook string
---@param input? table
---@param campaigns? suanpan.test.Campaigns
---@param moment? table date, store … of a basket
---@param options? suanpan.test.Options
---@return table[], table[]
function suanpan.ask(hook, input, campaigns, moment, options)
  local answers = open(campaigns, options):ask(hook, host.encode(input or {}), trial(moment or {}))
  if answers.alarms > 0 and not (options and options.alarms) then raise_alarms(answers.trace) end
  return answers.answers, answers.trace
end

local function only(rule, params)
  return { suanpan.campaign { rule = rule, code = "T1", params = params } }
end

---What the rule proposes for a basket, before stacking: a list of { kind, value, base, text, targets = { { n, first,
---count } … }, with, units, line (of the rule file), reason }.
---@param basket suanpan.test.Basket|table what suanpan.basket takes
---@param params? table the parameters of a campaign
---@return table[]
function Rule:offers(basket, params)
  return open(only(self, params)):offers("T1", trial(basket))
end

---The basket priced with this rule alone, as the campaign T1.
---@param basket suanpan.test.Basket|table what suanpan.basket takes
---@param params? table the parameters of a campaign
---@param options? suanpan.test.Options
---@return suanpan.test.Result
function Rule:price(basket, params, options)
  return suanpan.price(basket, only(self, params), options)
end

---Do the parameters fit? true, or nil and why not.
---@param params? table the parameters of a campaign
---@return true?, string?
function Rule:check(params)
  return suanpan.check(only(self, params))
end

---The answer of a rule of the hook phase, or nil.
---@param hook string
---@param input? table
---@param params? table the parameters of a campaign
---@param moment? table date, store … of a basket
---@return table?, table[]
function Rule:ask(hook, input, params, moment)
  local answers, trace = suanpan.ask(hook, input, only(self, params), moment)
  return answers[1] and answers[1].answer, trace
end

---What the rule declares: name, phase, params … as `suanpan check` shows it.
---@return table?
function Rule:describe()
  local rules = open(self.source and only(self) or {}):describe().rules
  for _, each in ipairs(rules) do
    if each.name == self.name then return each end
  end
end

---The sentence of one of the rule's phrases as it stands, in the language of the tests.
---@param code string
---@return string
function Rule:phrase(code)
  local phrase = self:describe().phrases[code] or error(self.name .. " has no phrase " .. code)
  return phrase[host.lang] or phrase.zh or phrase.en
end

---The pack that is being tested: `campaigns`, `rules` and everything else `suanpan check` shows, and
---`price(basket)`, `ask(hook, input)` with its own campaigns.
---@param options? suanpan.test.Options
---@return table
function suanpan.pack(options)
  local bundle = open(nil, options)
  local described = bundle:describe()
  described.folder = pack.folder
  function described.price(basket, more) return suanpan.price(basket, nil, more or options) end
  function described.ask(hook, input, moment) return suanpan.ask(hook, input, nil, moment, options) end
  return described
end

---One test (`it`) for each case, named by its first entry; `test` is given the others. What is mostly asked of a rule
---is a method of it: `rule:takes_off(cases)`, `comes_to`, `asks_for`, `refuses`; see suanpan.testing.each.
suanpan.each = tables.each
for name, method in pairs(tables.methods) do Rule[name] = method end

---Hold campaigns to what must be true of any basket; see suanpan.testing.property.
---@param options table
function suanpan.property(options)
  require "suanpan.testing.property"(suanpan, options)
end

-- ---- Whose fault ----

--- What goes wrong in here is told with the line of the spec that asked; what a rule did has its own file and line.
local function blame(said)
  local text = tostring(said)
  if text:find("^[^\n]-%.lua:%d+: ") and not text:find("^rules/lib/suanpan/") then error(said, 0) end
  text = text:gsub("^rules/lib/suanpan/[^:]*:%d+: ", "")
  local level = 2
  local info = debug.getinfo(level, "Sl")
  while info and (info.what == "C" or info.short_src:find("rules/lib/suanpan/", 1, true)) do
    level = level + 1
    info = debug.getinfo(level, "Sl")
  end
  if info then text = ("%s:%d: %s"):format(info.short_src, info.currentline, text) end
  error(text, 0)
end

local function finish(good, first, ...)
  if not good then blame(first) end
  return first, ...
end

local function guard(object, names)
  for _, name in ipairs(names) do
    local inner = object[name]
    object[name] = function(...) return finish(pcall(inner, ...)) end
  end
end

guard(suanpan, { "rule", "campaign", "basket", "price", "ask", "pack", "property" })
guard(Rule, { "offers", "price", "ask", "describe" })
guard(Basket, { "with", "add" })

-- ---- For `suanpan test` itself ----

--- Which pack is tested: kind "builtin" (what the program carries), "base" (its files on the disk) or "chain".
function suanpan._use(given)
  pack = given
end

function suanpan._own() return open(nil) end
suanpan._read = read

return suanpan
