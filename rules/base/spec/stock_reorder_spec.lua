local rule = suanpan.rule "stock.reorder"
local function ask(given, set)
  return rule:ask("reorder", given, set)
end

local function days(quantities, sold_out)
  local list = suanpan.list {}
  for number, quantity in ipairs(quantities) do
    list[number] = { date = 20261100 + number, quantity = quantity, sold_out = number == sold_out or nil }
  end
  return list
end
local function quantity(fields, params)
  local all = { date = 20261122, product = { code = "milk" }, stock = { on_hand = 0 } }
  all.sold = days { 1000, 2000, 3000 }
  for key, value in pairs(fields) do
    all[key] = value
  end
  return ask(all, params)
end

describe("stock.reorder", function()
  it("covers the days until the delivery after the next, and a reserve", function()
    assert.equal(8000, quantity({}, {}).quantity) -- 2 days and 2 in reserve, 2 a day
    assert.equal(10000, quantity({ cover_days = 5 }, { reserve_days = 0 }).quantity)
    assert.equal(16000, quantity({ product = { code = "milk", lead_days = 5 } }, {}).quantity)
  end)

  it("takes off what is there and what is coming, but not what is promised", function()
    assert.equal(4000, quantity({ stock = { on_hand = 3000, reserved = 1000, on_order = 2000 } }, {}).quantity)
    assert.equal(0, quantity({ stock = { on_hand = 99000 } }, {}).quantity)
    assert.equal(9000, quantity({ stock = { on_hand = -1000 } }, {}).quantity)
  end)

  it("orders whole packs", function()
    assert.equal(12000, quantity({ product = { code = "milk", pack = 6000 } }, {}).quantity)
  end)

  it("does not count days without goods", function()
    assert.equal(6000, quantity({ sold = days({ 1000, 2000, 0 }, 3) }, {}).quantity)
  end)

  it("looks back so far only", function()
    assert.equal(12000, quantity({}, { days = 1 }).quantity)
  end)

  it("follows a forecast", function()
    assert.equal(4600, quantity({ expected = days { 1000, 1000, 1000, 1600 } }, {}).quantity)
  end)

  it("keeps the least that should be there, and knows goods that never sold", function()
    assert.equal(20000, quantity({ stock = { on_hand = 0, least = 20000 } }, {}).quantity)
    assert.equal(0, quantity({ sold = days {} }, {}).quantity)
  end)

  it("is urgent when nothing is left", function()
    assert.equal(100, quantity({}, {}).urgency)
    assert.equal(50, quantity({ stock = { on_hand = 4000 } }, {}).urgency)
  end)
end)
