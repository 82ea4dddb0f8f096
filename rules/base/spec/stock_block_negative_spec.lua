local rule = suanpan.rule "stock.block_negative"

-- what, parameters, what is said of them
local refused = {
  { "no tag", {}, "tag" },
}

describe("stock.block_negative", function()
  rule:refuses(refused)

  it("blocks what carries the tag", function()
    local priced = rule:price({ { "tea", 400 }, { "cigar", 2500, tags = { "smoke" } } }, { tag = "smoke" })
    assert.same({ 2 }, priced.blocked)
  end)

  it("blocks nothing else", function()
    assert.same({}, rule:price({ { "tea", 400 } }, { tag = "smoke" }).blocked)
  end)
end)
