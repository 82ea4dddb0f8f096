local rule = suanpan.rule "promotion.markdown_basket"

local function two(markdown)
  return { { "cola", 350, 2 }, { "tea", 500 }, markdown = markdown }
end

-- what, basket, fen off
local cases = {
  { "takes a share off", two { percent = 100000 }, 120 },
  { "takes an amount off", two { amount = 101 }, 101 },
  { "takes no more than there is", two { amount = 90000 }, 1200 },
  { "takes off nothing of nothing", { { "bag", 0 }, markdown = { amount = 100 } }, 0 },
  {
    "leaves what a rule added alone",
    { { "beer", 500 }, { "deposit", 100, parent = 1 }, markdown = { percent = 1000000 } }, 500,
  },
  { "finds nothing scanned", { { "deposit", 100, parent = 1, n = 2 }, markdown = { amount = 50 } }, 0 },
}

-- what, markdown, code
local reasons = {
  { "a share", { percent = 100000 }, "markdown-percent" },
  { "why a share", { percent = 100000, reason = "regular" }, "markdown-percent-said" },
  { "who approved a share", { percent = 1000, reason = "", approver = "9001" }, "markdown-percent-approved" },
  { "an amount", { amount = 10 }, "markdown-amount" },
  { "why an amount", { amount = 10, reason = "regular" }, "markdown-amount-said" },
  { "who approved an amount", { amount = 10, reason = "regular", approver = "9001" }, "markdown-amount-approved" },
}

describe("promotion.markdown_basket", function()
  suanpan.each(cases, function(basket, off)
    local priced = suanpan.price(basket, {})
    assert.equal(off, priced.discount)
    assert.equal(off, priced:taken "markdown-basket")
  end)

  for _, case in ipairs(reasons) do
    local what, markdown, code = table.unpack(case, 1, 3)
    it("tells " .. what, function()
      local why = suanpan.price(two(markdown), {}):why "markdown-basket"
      assert.equal(code, why.reason.code)
      assert.equal(markdown.approver, why.reason.approver)
      assert.is_truthy(rule:phrase(code))
    end)
  end

  it("comes after the lines' own", function()
    local basket = two { percent = 100000 }
    basket[2].markdown = { amount = 200 }
    local priced = suanpan.price(basket, {})
    assert.equal(200, priced:taken "markdown-line")
    assert.equal(100, priced:taken "markdown-basket")
  end)

  it("deals the odd fen out", function()
    local priced = suanpan.price(two { amount = 100 }, {})
    assert.equal(58, priced:line("cola").discount)
    assert.equal(42, priced:line("tea").discount)
  end)
end)
