--- What specs are given: rules, campaigns, baskets, prices, hooks, properties; evaluated as the till does it.

local testing = require "suanpan.testing"

local soda = suanpan.basket { { "cola", 350, 3, tags = { "soda" } }, { "rice", price = 2590 } }

--- The whole message with its place, which luassert's error_matches takes off.
local function said_by(action)
  local good, said = pcall(action)
  assert.is_false(good)
  return said
end

local half = suanpan.rule("acme.half", { source = [[
local offer = require "suanpan.offer"
local select = require "suanpan.select"
local half = {
  name = "acme.half", version = "1.0.0", api = 1, phase = "promotion", summary = "Half of everything with a tag",
  params = { tag = { type = "tag", required = true, doc = "Tag" } },
}
function half.check(params)
  if params.tag == "never" then return nil, "this tag is never halved" end
  return true
end
function half.evaluate(basket, params)
  if params.tag == "broken" then error("no such thing") end
  local offers = offer.list()
  offers:percent(select.units(basket, { tag = params.tag }), 500000, { code = "half" })
  return offers
end
return half
]] })

describe("suanpan", function()
  it("is a global and a module", function()
    assert.equal(testing, suanpan)
    assert.equal(testing, require "suanpan")
  end)
end)

describe("a rule", function()
  it("is found by name in the built-in pack", function()
    assert.equal("base/promotion/multibuy.lua", suanpan.rule("promotion.multibuy").path)
    assert.equal("promotion.multibuy", suanpan.rule("promotion.multibuy"):describe().name)
    assert.matches("host_spec.lua:%d+: there is no rule", said_by(function() suanpan.rule "promotion.nothing" end))
  end)

  it("may come from a file anywhere", function()
    local name = os.tmpname()
    finally(function() os.remove(name) end)
    local file = assert(io.open(name, "w"))
    file:write(half.source)
    file:close()
    assert.equal("acme.half", suanpan.rule(name).name)
    assert.equal(525, suanpan.rule(name):price(soda, { tag = "soda" }).discount)
  end)

  it("prices a basket alone", function()
    local result = half:price(soda, { tag = "soda" })
    assert.equal(3640 - 525, result.total)
    assert.equal(525, result:taken "T1")
    assert.equal("applied", result:why("T1").outcome)
    assert.equal("half", result:why("T1").reason.code)
    assert.equal("absent", result:why("T2").outcome)
    assert.equal(525, result:line("cola").net)
    assert.same({ 350, 1050, 525, 525 },
      { result.lines[1].price, result.lines[1].gross, result.lines[1].discount, result.lines[1].net })
    assert.equal(0, result.alarms)
  end)

  it("shows what it proposes", function()
    local offers = half:offers(soda, { tag = "soda" })
    assert.equal(1, #offers)
    assert.equal("percent", offers[1].kind)
    assert.equal(500000, offers[1].value)
    assert.same({ { 1, 1, 3 } }, offers[1].targets)
    assert.equal("half", offers[1].reason.code)
  end)

  it("is checked with its parameters", function()
    assert.is_true(half:check { tag = "soda" })
    local good, said = half:check { tag = "never" }
    assert.is_nil(good)
    assert.matches("this tag is never halved", said)
    good, said = half:check {}
    assert.is_nil(good)
    assert.matches("tag", said)
    good, said = half:check { tag = "soda", colour = "red" }
    assert.is_nil(good)
    assert.matches("colour", said)
  end)

  it("that fails raises with its own line", function()
    local said = said_by(function() half:price(soda, { tag = "broken" }) end)
    assert.matches("^rules/acme/half.lua:12: no such thing", said)
    local result = suanpan.price(soda, suanpan.campaign { rule = half, params = { tag = "broken" } }, { alarms = true })
    assert.equal(1, result.alarms)
    assert.equal(3640, result.total)
  end)

  it("has the limits of the till", function()
    local hungry = suanpan.rule("acme.hungry", { source = [[
return { name = "acme.hungry", version = "1", api = 1, phase = "promotion", summary = "x",
  evaluate = function() while true do end end }]] })
    assert.error_matches(function() hungry:price(soda) end, "more instructions than it may")
  end)

  it("sees nothing of the spec", function()
    local nosy = suanpan.rule("acme.nosy", { source = [[
return { name = "acme.nosy", version = "1", api = 1, phase = "promotion", summary = "x",
  evaluate = function() return io.open("/etc/passwd") end }]] })
    assert.matches("^rules/acme/nosy.lua:2: there is no 'io'", said_by(function() nosy:price(soda) end))
  end)
end)

describe("campaigns", function()
  local multibuy = suanpan.campaign { code = "SODA32", rule = "promotion.multibuy", params = { tag = "soda" } }

  it("come one or many", function()
    assert.equal(350, suanpan.price(soda, multibuy).discount)
    assert.equal(350, suanpan.price(soda, { multibuy }).discount)
    assert.equal(0, suanpan.price(soda, {}).discount)
  end)

  it("stack as they would at the till", function()
    local other = suanpan.campaign { code = "HALF", rule = half, params = { tag = "soda" } }
    local result = suanpan.price(soda, { multibuy, other })
    assert.equal(2, #result.trace - 1)
    assert.equal(result.discount, result:taken "SODA32" + result:taken "HALF")
  end)

  it("hold to their dates", function()
    local november = suanpan.campaign { rule = half, params = { tag = "soda" }, from = "2026-11-01T00:00:00+08:00",
      to = "2026-12-01T00:00:00+08:00" }
    assert.equal(525, suanpan.price(soda:with { when = "2026-11-11 10:00" }, november).discount)
    assert.equal(0, suanpan.price(soda:with { when = "2026-12-01 00:00" }, november).discount)
    assert.equal(525, suanpan.price(soda:with { when = "2026-11-30 23:59" }, november).discount)
  end)

  it("that cannot be are told", function()
    assert.matches("host_spec.lua:%d+: a campaign needs a rule", said_by(function() suanpan.campaign {} end))
    assert.is_nil((suanpan.check { rule = "promotion.none", code = "X" }))
    local good, said = suanpan.check { rule = half, params = { tag = "soda" }, colour = "red" }
    assert.is_nil(good)
    assert.matches("colour", said)
  end)
end)

describe("a basket", function()
  it("is written by place or by name", function()
    local a = suanpan.basket { { "cola", 350, 2 } }
    local b = suanpan.basket { lines = { { code = "cola", price = 350, quantity = 2 } } }
    assert.same(a.lines, b.lines)
    assert.equal(700, suanpan.price(a, {}).total)
  end)

  it("is copied, never changed", function()
    local one = suanpan.basket { { "cola", 350 } }
    local two = one:add { "tea", 500 }
    local other = two:with { level = "gold" }
    assert.equal(1, #one.lines)
    assert.equal(2, #two.lines)
    assert.is_nil(two.level)
    assert.equal("gold", other.level)
    assert.equal(850, suanpan.price(other, {}).total)
  end)

  it("weighs", function()
    local result = suanpan.price({ { "apples", price = 1200, weight = 1255 } }, {})
    assert.equal(1506, result.total)
    assert.equal(1255, result.lines[1].weight)
  end)

  it("is strict", function()
    local said = said_by(function() suanpan.price({ { "cola", 350, colour = "red" } }, {}) end)
    assert.matches("host_spec.lua:%d+: basket%[0%].colour", said)
    assert.error_matches(function() suanpan.price({ { "cola", 3.5 } }, {}) end, "numbers are integers")
    assert.error_matches(function() suanpan.price({ { "cola" } }, {}) end, "price")
    assert.error_matches(function() suanpan.price({ { "cola", 350 }, when = "soon" }, {}) end, "when")
    assert.error_matches(function() suanpan.price({ { "cola", print } }, {}) end, "function")
  end)

  it("keeps a price given at the till", function()
    assert.equal(300, suanpan.price({ { "cola", 350, given_price = 300 } }, {}).total)
  end)
end)

describe("a property", function()
  local catalogue = { { "cola", 350, tags = { "soda" } }, { "tea", 501, tags = { "soda" } }, { "rice", 2590 } }

  it("holds for a good rule", function()
    suanpan.property { campaigns = { { rule = half, params = { tag = "soda" } } }, catalogue = catalogue, cases = 60 }
  end)

  it("fails with a seed and the smallest basket found", function()
    local good, said = pcall(suanpan.property, { campaigns = {}, catalogue = catalogue, seed = 42, cases = 100,
      holds = function(result) assert(result.total < 2590, "too dear") end })
    assert.is_false(good)
    assert.matches("too dear", said)
    assert.matches("seed 42 %(SP_SEED=42 runs it again%)", said)
    assert.matches('{ "rice", price = 2590, quantity = 1 }', said)
    local _, lines = said:gsub("\n    {", "")
    assert.equal(1, lines)
  end)

  it("repeats itself with the same seed", function()
    local function seen()
      local totals = {}
      suanpan.property { campaigns = {}, catalogue = catalogue, seed = 7, cases = 10, order = false, scans = false,
        holds = function(result) totals[#totals + 1] = result.total end }
      return totals
    end
    assert.same(seen(), seen())
  end)

  it("finds a rule that depends on the order of scanning", function()
    local first = suanpan.rule("acme.first", { source = [[
local offer = require "suanpan.offer"
return { name = "acme.first", version = "1", api = 1, phase = "promotion", summary = "x",
  evaluate = function(basket)
    local offers = offer.list()
    offers:percent(basket.lines[1], 500000)
    return offers
  end }]] })
    assert.error_matches(function()
      suanpan.property { campaigns = { { rule = first } }, catalogue = catalogue, seed = 1, scans = false }
    end, "scanned in another order it costs")
  end)
end)

describe("the pack", function()
  it("is the built-in one here", function()
    local pack = suanpan.pack()
    assert.is_true(#pack.rules > 3)
    local codes = {}
    for _, campaign in ipairs(pack.campaigns) do
      codes[campaign.code] = true
    end
    assert.is_true(codes["list-price"])
    assert.equal(3640, pack.price(soda).total)
  end)
end)

describe("coverage", function()
  local coverage = require "suanpan.testing.coverage"

  it("knows the lines that hold code", function()
    local lines = {}
    for line in pairs(coverage.active [[
-- a comment
local rule = {
  name = "x",
}

function rule.evaluate(basket, ...)
  if basket then
    return 1
  else
    return 2
  end
end

return rule
]]) do lines[#lines + 1] = line end
    table.sort(lines)
    -- Of the function's own end only: there the function is made, when the file runs.
    assert.same({ 2, 3, 6, 7, 8, 10, 12, 14 }, lines)
  end)

  it("counts by file, wherever the pack lies", function()
    local source = { file = "shop/rules/a/b.lua", text = "local a = 1\nlocal b = 2\nreturn a + b\n" }
    local report = coverage.report({ source },
      { ["rules/a/b.lua"] = { [1] = 2 }, ["shop/rules/a/b.lua"] = { [3] = 1 } }, function() return true end)
    assert.equal(3, report.lines)
    assert.equal(2, report.ran)
    assert.equal(666, report.per_mille)
    assert.same({ 2 }, report.files[1].missed)
  end)
end)
