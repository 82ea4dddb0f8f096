--- Never ends by itself, in one of several ways: what the budget is for.

local select = require "suanpan.select"

local runaway = {
  name = "bench.runaway", version = "1.0.0", api = 1,
  phase = "promotion", stacking = "runaway", priority = 900,
  summary = "Never ends by itself",
}

runaway.params = {
  product = { type = "product", required = true, doc = "What sets it off" },
  way = { type = "integer", min = 1, max = 4, default = 1, doc = "1 a loop, 2 texts, 3 tables, 4 selections" },
}

function runaway.applies(params)
  return { product = params.product }
end

local ways = {
  function()
    local x = 0
    while true do x = x + 1 end
  end,
  function()
    local x = "x"
    while true do x = string.sub(x .. x, 1, 4000) end
  end,
  function()
    local count = 0
    while true do
      local t = {}
      for i = 1, 4000 do t[i] = i end
      count = count + #t
    end
  end,
  function(basket)
    while true do select.units(basket) end
  end,
}

function runaway.evaluate(basket, params)
  return ways[params.way](basket)
end

return runaway
