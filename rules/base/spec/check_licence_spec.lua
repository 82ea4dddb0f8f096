local rule = suanpan.rule "check.licence"
local params = { tag = "smoke", stores = { "S1", "S3" }, licence = "烟草证" }
local cigar = { "cigar", 2500, tags = { "smoke" } }

-- what, parameters, basket, what is asked for, why
local cases = {
  { "lets licensed stores sell", params, { cigar, store = "S3" } },
  { "stops the others", params, { cigar, store = "S2" }, "licence", "licence" },
  { "does not look at other goods", params, { { "tea", 400 }, store = "S2" } },
}

-- what, parameters, what is said of them
local refused = {
  { "no stores", { tag = "smoke" }, "stores" },
}

describe("check.licence", function()
  for _, case in ipairs(cases) do
    local what, set, basket, code, why = table.unpack(case, 1, 5)
    it(what, function()
      local needed = rule:price(basket, set).requirements
      assert.equal(code and 1 or 0, #needed)
      assert.equal(code, code and needed[1].code)
      assert.equal(why, code and needed[1].reason.code)
    end)
  end

  for _, case in ipairs(refused) do
    local what, set, said = table.unpack(case)
    it("refuses " .. what, function()
      local good, why = rule:check(set)
      assert.is_nil(good)
      assert.matches(said, why, 1, true)
    end)
  end
end)
