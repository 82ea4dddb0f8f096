local rule = suanpan.rule "price.staff"
local params = { prices = { soap = 3000 } }

-- what, parameters, basket, total, note
local cases = {
  { "is for staff", params, { { "soap", 3990 }, member = { code = "M9", staff = true } }, 3000 },
  { "is not for members", params, { { "soap", 3990 }, member = "M1" }, 3990 },
  { "is not for strangers", params, { { "soap", 3990 } }, 3990 },
}

-- what, parameters, what is said of them
local refused = {
  { "no prices", {}, "prices" },
}

describe("price.staff", function()
  for _, case in ipairs(cases) do
    local what, set, basket, total, note = table.unpack(case, 1, 5)
    it(what, function()
      local priced = rule:price(basket, set)
      assert.equal(total, priced.total)
      assert.equal(note, priced.notes[1] and priced.notes[1].code)
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
