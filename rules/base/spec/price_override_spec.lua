local rule = suanpan.rule "price.override"

-- what, basket, total
local cases = {
  { "costs what was said", { { "cola", 350, 2, markdown = { price = 300, reason = "dented" } } }, 600 },
  { "may be dearer", { { "cola", 350, markdown = { price = 400 } } }, 400 },
  { "may be nothing", { { "cola", 350, markdown = { price = 0, reason = "goodwill" } } }, 0 },
  { "is of a whole unit of a weight", { { "apple", 1298, weight = 500, markdown = { price = 1000 } } }, 500 },
  { "leaves other lines alone", { { "cola", 350, markdown = { price = 300 } }, { "tea", 500 } }, 800 },
}

-- what, markdown, code
local reasons = {
  { "what it is", { price = 300 }, "changed" },
  { "why", { price = 300, reason = "dented" }, "changed-said" },
  { "who approved it", { price = 300, reason = "dented", approver = "9001" }, "changed-approved" },
}

describe("price.override", function()
  suanpan.each(cases, function(basket, total)
    assert.equal(total, suanpan.price(basket, {}).total)
  end)

  for _, case in ipairs(reasons) do
    local what, markdown, code = table.unpack(case, 1, 3)
    it("tells " .. what, function()
      local why = suanpan.price({ { "cola", 350, markdown = markdown } }, {}):why "price-override"
      assert.equal("applied", why.outcome)
      assert.equal(code, why.reason.code)
      assert.equal(markdown.reason, why.reason.reason)
      assert.equal(markdown.approver, why.reason.approver)
      assert.is_truthy(rule:phrase(code))
    end)
  end

  it("wins over every other price", function()
    local priced = suanpan.price({ { "cola", 350, markdown = { price = 340 } } }, {
      { code = "TABLE", rule = "price.table", params = { prices = { cola = 100 } } },
    })
    assert.equal(340, priced.total)
  end)

  it("is not asked about a basket without one", function()
    local priced = suanpan.price({ { "cola", 350, markdown = { percent = 1 } } }, {})
    assert.equal("absent", priced:why("price-override").outcome)
  end)
end)
