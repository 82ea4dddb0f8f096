--- Recommendations: what others took with these goods, then what sells well here; never what is in the basket.

local bought_together = {
  name = "recommend.bought_together", version = "1.0.0", api = 1,
  phase = "hook", hook = "recommend", priority = 500,
  summary = "Up to three products that go with the basket",
}

bought_together.params = {
  most = {
    type = "integer", min = 1, max = 20, default = 3, label = { zh = "最多推荐", en = "At most" }, doc = "Products",
  },
  least = {
    type = "integer", min = 1, max = 1000000, default = 3, label = { zh = "最少次数", en = "Bought together" },
    doc = "Bought together at least so often",
  },
}

bought_together.phrases = {
  ["together"] = { zh = "{times} 位顾客一起购买", en = "Bought together {times} times" },
  ["best"] = { zh = "本店热销", en = "Sells well here" },
}

function bought_together.evaluate(input, params)
  local products, seen = {}, {}
  for _, line in ipairs(input.sale and input.sale.lines or {}) do
    seen[line.code] = true
  end
  local function propose(code, score, reason)
    if not seen[code] and #products < params.most then
      seen[code] = true
      table.insert(products, { code = code, score = math.min(score, 1000000), reason = reason })
    end
  end
  for _, entry in ipairs(input.together or {}) do
    if entry.times >= params.least then
      propose(entry.code, 1000 + entry.times, { code = "together", times = entry.times })
    end
  end
  for position, entry in ipairs(input.best or {}) do
    propose(entry.code, math.max(1000 - position, 0), { code = "best" })
  end
  return #products > 0 and { products = products } or nil
end

return bought_together
