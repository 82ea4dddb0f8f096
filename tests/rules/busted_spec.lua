--- busted itself, as `suanpan test` runs it: whatever an existing spec uses must be there and mean what it means.

local order = {}

describe("blocks", function()
  setup(function() order[#order + 1] = "setup" end)
  lazy_setup(function() order[#order + 1] = "lazy" end)
  before_each(function() order[#order + 1] = "before" end)
  after_each(function() order[#order + 1] = "after" end)

  it("run setup once and before_each every time", function()
    assert.same({ "setup", "lazy", "before" }, order)
  end)

  context("within others", function()
    before_each(function() order[#order + 1] = "inner before" end)

    it("run from the outside in #inner", function()
      assert.same({ "setup", "lazy", "before", "after", "before", "inner before" }, order)
    end)
  end)

  spec("also go by other names", function() assert.is_true(true) end)
  test("such as test", function() assert.truthy(1) end)

  pending("what is not done yet")
end)

describe("teardown", function()
  local torn = {}

  describe("of a block", function()
    teardown(function() torn[#torn + 1] = "strict" end)
    lazy_teardown(function() torn[#torn + 1] = "lazy" end)
    it("comes after its tests", function() assert.same({}, torn) end)
  end)

  it("has come by now", function() assert.same({ "lazy", "strict" }, torn) end)
end)

insulate("insulation", function()
  _G.only_here = 1
  package.loaded["only.here"] = {}
  it("sees its own globals", function() assert.equal(1, _G.only_here) end)
end)

describe("behind insulation", function()
  it("nothing is left", function()
    assert.is_nil(rawget(_G, "only_here"))
    assert.is_nil(package.loaded["only.here"])
  end)
end)

expose("exposure", function()
  _G.for_all = 2
  it("is where it was set", function() assert.equal(2, _G.for_all) end)
end)

describe("behind exposure", function()
  it("it stays", function() assert.equal(2, _G.for_all) end)
end)

describe("finally", function()
  local cleaned = 0

  it("runs after a test", function()
    finally(function() cleaned = cleaned + 1 end)
    assert.equal(0, cleaned)
  end)

  it("has run", function() assert.equal(1, cleaned) end)
end)

describe("spies, stubs and mocks", function()
  local till = { open = function() return "open" end, ring = function(...) return select("#", ...) end }

  it("watch calls", function()
    local ring = spy.on(till, "ring")
    assert.equal(2, till.ring(1, 2))
    assert.spy(ring).was.called(1)
    assert.spy(ring).was.called_with(1, 2)
    assert.spy(ring).was_not.called_with(3)
    ring:revert()
  end)

  it("replace functions", function()
    stub(till, "open").returns("closed")
    assert.equal("closed", till.open())
    assert.stub(till.open).was.called()
    till.open:revert()
    assert.equal("open", till.open())
  end)

  it("replace whole tables", function()
    local drawer = mock({ kick = function() return 1 end }, true)
    assert.is_nil(drawer.kick())
    assert.spy(drawer.kick).was.called(1)
    mock.revert(drawer)
    assert.equal(1, drawer.kick())
  end)

  it("match arguments", function()
    local seen = spy.new(function() end)
    seen("soda", 350, { tags = { "drink" } })
    assert.spy(seen).was.called_with(match.is_string(), match.is_number(), match.is_table())
    assert.spy(seen).was.called_with(match._, 350, match._)
  end)
end)

describe("assertions", function()
  it("compare", function()
    assert.are.equal(1, 1)
    assert.are_not.equal(1, 2)
    assert.same({ a = { 1, 2 } }, { a = { 1, 2 } })
    assert.near(10, 11, 1)
    assert.matches("^so", "soda")
    assert.is_nil(nil)
    assert.is_function(print)
    assert.has_error(function() error("no") end, "no")
    assert.has_no.errors(function() end)
    assert.error_matches(function() error("price 350") end, "%d+")
  end)

  it("can be taught", function()
    assert:register("assertion", "yuan", function(_, arguments) return arguments[1] % 100 == 0 end, "x", "y")
    assert.is_yuan(300)
    assert.is_not_yuan(350)
    assert:unregister("assertion", "yuan")
  end)

  it("take formatters and snapshots", function()
    local snapshot = assert:snapshot()
    assert:set_parameter("TableFormatLevel", 9)
    assert.equal(9, assert:get_parameter("TableFormatLevel"))
    snapshot:revert()
    assert.not_equal(9, assert:get_parameter("TableFormatLevel"))
  end)
end)

describe("async leftovers and helpers", function()
  it("keep the file system", function()
    local name = os.tmpname()
    finally(function() os.remove(name) end)
    local file = assert(io.open(name, "w"))
    file:write("suanpan")
    file:close()
    assert.equal("suanpan", assert(io.open(name)):read("a"))
  end)

  it("keep coroutines, debug and load", function()
    local co = coroutine.wrap(function() coroutine.yield(1) end)
    assert.equal(1, co())
    assert.equal(3, load("return 1 + 2")())
    assert.is_table(debug.getinfo(1))
  end)

  it("cannot end the program", function()
    assert.error_matches(function() os.exit(0) end, "os.exit%(0%) was called")
  end)

  randomize(false)
end)
