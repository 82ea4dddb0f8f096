--- Baskets of a wholesaler: what offers give there is compared with the slow, obvious computation, unit by unit.

--- One line of 10,000 units; 100 lines of 90 units; 500 lines of 90 units of as many products, most of them at a price
--- of their own.
local function line_of(count)
  return { { "only", 399, count, tags = { "goods" } } }
end

local function lines_of(count)
  local basket = {}
  for number = 1, count do
    local price = 100 + (number * 7919) % 733
    basket[number] = { ("p%03d"):format(number % 97 == 0 and 1 or number), price, 90, tags = { "goods" } }
  end
  return basket
end

local baskets = {
  { "10,000 units on a line", line_of(10000) },
  { "100 lines of 90 units", lines_of(100) },
  { "500 lines of 90 units", lines_of(500) },
}

--- The prices of all units, dearest first, in one pool, or in one for each product.
local function pools_of(basket, same)
  local pools, by_code = {}, {}
  for _, line in ipairs(basket) do
    local key = same and line[1] or ""
    if not by_code[key] then
      by_code[key] = {}
      table.insert(pools, by_code[key])
    end
    for _ = 1, line[3] do table.insert(by_code[key], line[2]) end
  end
  for _, pool in ipairs(pools) do table.sort(pool, function(a, b) return a > b end) end
  return pools
end

--- What each full group of `size` prices takes off, added up.
local function each_group(size, off)
  return function(pool)
    local sum = 0
    for last = size, #pool, size do sum = sum + off(table.move(pool, last - size + 1, last, 1, {})) end
    return sum
  end
end

--- Everything after the first `paid` of a group is free.
local function after(paid)
  return function(group)
    local sum = 0
    for at = paid + 1, #group do sum = sum + group[at] end
    return sum
  end
end

local function half_of_last(group) return (group[#group] + 1) // 2 end

local function down_to(price)
  return function(group) return math.max(after(0)(group) - price, 0) end
end

local function fifth_of_all(pool) return (after(0)(pool) + 2) // 5 end

-- rule, parameters, fen off a pool, one pool for each product
local cases = {
  { "promotion.multibuy", {}, each_group(3, after(2)) },
  { "promotion.multibuy", { buy = 7, pay = 4 }, each_group(7, after(4)) },
  { "promotion.multibuy", { same = true }, each_group(3, after(2)), true },
  { "promotion.buy_one_get_one", {}, each_group(2, after(1)), true },
  { "promotion.buy_one_get_one", { buy = 4, get = 3 }, each_group(7, after(4)), true },
  { "promotion.second_half", {}, each_group(2, half_of_last) },
  { "promotion.second_half", { nth = 7 }, each_group(7, half_of_last) },
  { "promotion.second_half", { same = true }, each_group(2, half_of_last), true },
  { "promotion.choose_n", { count = 2, price = 600 }, each_group(2, down_to(600)) },
  { "promotion.choose_n", { count = 7, price = 2000 }, each_group(7, down_to(2000)) },
  { "promotion.n_percent", { tiers = { { at = 3, value = 200000 } } }, fifth_of_all },
}

local function with_tag(params)
  local set = { tag = "goods" }
  for name, value in pairs(params) do set[name] = value end
  return set
end

describe("large baskets:", function()
  for _, case in ipairs(cases) do
    local name, params, off, same = table.unpack(case, 1, 4)
    for _, each in ipairs(baskets) do
      local what, basket = table.unpack(each)
      it(("%s, %s"):format(name, what), function()
        local expected = 0
        for _, pool in ipairs(pools_of(basket, same)) do expected = expected + off(pool) end
        assert.equal(expected, suanpan.rule(name):price(basket, with_tag(params)).discount)
      end)
    end
  end

  it("bundles", function()
    local rule = suanpan.rule "promotion.bundle_price"
    local basket = { { "a", 500, 9000 }, { "b", 300, 8000 }, { "c", 200, 10000 } }
    local priced = rule:price(basket, { products = { "a", "b", "c" }, price = 900 })
    assert.equal(8000 * 100, priced.discount)
  end)

  it("others for what was bought", function()
    local rule = suanpan.rule "promotion.buy_get_other"
    local basket = lines_of(100)
    table.insert(basket, { "gift", 50, 4000 })
    local priced = rule:price(basket, { buy_tag = "goods", get_products = { "gift" }, buy = 3 })
    assert.equal(3000 * 50, priced.discount)
  end)

  it("add-ons every time", function()
    local rule = suanpan.rule "promotion.add_on"
    local basket = line_of(10000)
    table.insert(basket, { "cup", 500, 5000 })
    local priced = rule:price(basket, { products = { "cup" }, minimum = 1000, price = 100, every = true })
    assert.equal(3990 * 400, priced.discount)
  end)

  it("special prices", function()
    local rule = suanpan.rule "promotion.time_price"
    local priced = rule:price(line_of(10000), { prices = { only = 299 }, most = 9000 })
    assert.equal(9000 * 100, priced.discount)
  end)
end)
