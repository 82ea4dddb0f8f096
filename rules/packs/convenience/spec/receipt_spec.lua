local rule = suanpan.rule "convenience.receipt"

local function words_of(answer)
  local list = {}
  for _, block in ipairs(answer.blocks) do
    list[#list + 1] = (block.text or block.kind) .. (block.right and " | " .. block.right or "")
  end
  return list
end

local function input(fields)
  local all = {
    kind = "sale", lang = "zh", columns = 32, copy = false, gift = false, training = false, logo = false,
    store = { name = "街角小店" }, number = "T01-000042", code = "R-T01-000042", time = "2026-11-22 13:05:00",
    currency = { symbol = "¥", digits = 2 }, gross = 700, discount = 70, rounding = 0, total = 630,
    discounts = suanpan.list {},
    lines = { {
      n = 1, code = "cola", name = "可乐", unit = "瓶", quantity = 2000, weighed = false, returned = false,
      unit_price = 350, gross = 700, discount = 70, net = 630,
    } },
    taxes = { { rate = 130000, net = 558, tax = 72 } },
    tenders = { { method = "cash", tendered = 1000, amount = 630, change = 370 } }, footer = suanpan.list {},
  }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return all
end

describe("convenience.receipt", function()
  it("is short", function()
    assert.same({
      "logo", "街角小店", "T01-000042 | 2026-11-22 13:05:00", "rule", "2瓶 x 可乐 | 6.30", "rule", "合计 | ¥6.30",
      "已省 | 0.70", "找零 | 3.70", "含税 | 0.72", "谢谢，慢走！", "R-T01-000042",
    }, words_of(rule:ask("receipt.layout", input())))
  end)

  it("leaves wide paper to the built-in layout", function()
    assert.equal("销售小票", words_of(rule:ask("receipt.layout", input { columns = 48 }))[2])
  end)

  it("tells no price on a gift receipt", function()
    local words = words_of(rule:ask("receipt.layout", input { gift = true, copy = true, copy_number = 2, lang = "en" }))
    assert.same({
      "logo", "街角小店", "Copy 2", "Gift receipt", "T01-000042 | 2026-11-22 13:05:00", "rule", "2瓶 x 可乐", "rule",
      "谢谢，慢走！", "R-T01-000042",
    }, words)
  end)
end)
