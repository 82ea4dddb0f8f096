local rule = suanpan.rule "promotion.markdown_line"

-- what, basket, fen off
local cases = {
  { "takes a share off", { { "cola", 350, 2, markdown = { percent = 100000 } } }, 70 },
  { "rounds the share once", { { "cola", 333, 3, markdown = { percent = 50000 } } }, 50 },
  { "takes an amount off the whole line", { { "cola", 350, 2, markdown = { amount = 101 } } }, 101 },
  { "takes no more than there is", { { "cola", 350, markdown = { amount = 900 } } }, 350 },
  { "takes off a weight", { { "apple", 1298, weight = 500, markdown = { percent = 100000 } } }, 65 },
  { "gives a line away", { { "cola", 350, markdown = { percent = 1000000 } }, { "tea", 500 } }, 350 },
  {
    "takes each line's own off",
    {
      { "cola", 350, markdown = { amount = 50 } }, { "tea", 500 },
      { "rice", 1000, markdown = { percent = 20000 } },
    }, 70,
  },
}

-- what, markdown, code
local reasons = {
  { "a share", { percent = 100000 }, "markdown-percent" },
  { "why a share", { percent = 100000, reason = "dented" }, "markdown-percent-said" },
  { "who approved a share", { percent = 1, reason = "dented", approver = "9001" }, "markdown-percent-approved" },
  { "an amount", { amount = 10 }, "markdown-amount" },
  { "why an amount", { amount = 10, reason = "dented" }, "markdown-amount-said" },
  { "who approved an amount", { amount = 10, reason = "", approver = "9001" }, "markdown-amount-approved" },
}

describe("promotion.markdown_line", function()
  suanpan.each(cases, function(basket, off)
    local priced = suanpan.price(basket, {})
    assert.equal(off, priced.discount)
    assert.equal(off, priced:taken "markdown-line")
  end)

  for _, case in ipairs(reasons) do
    local what, markdown, code = table.unpack(case, 1, 3)
    it("tells " .. what, function()
      local why = suanpan.price({ { "cola", 3500000, markdown = markdown } }, {}):why "markdown-line"
      assert.equal(code, why.reason.code)
      assert.equal(markdown.approver, why.reason.approver)
      assert.is_truthy(rule:phrase(code))
    end)
  end

  it("is of what promotions left", function()
    local priced = suanpan.price({ { "cola", 1000, markdown = { percent = 100000 } } }, {
      { code = "HALF", rule = "promotion.percent_off", params = { percent = 500000 } },
    })
    assert.equal(500, priced:taken "HALF")
    assert.equal(50, priced:taken "markdown-line")
  end)

  it("is not asked about a basket without one", function()
    local priced = suanpan.price({ { "cola", 350, markdown = { price = 1 } }, markdown = { amount = 1 } }, {})
    assert.equal("absent", priced:why("markdown-line").outcome)
  end)
end)
